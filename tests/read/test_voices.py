"""Recordings: what is sound, how long it is, and what of the file goes out."""

from __future__ import annotations

import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bulletin.read.voices import read_voice, sound_of, voice_path
from tests.recordings import FRAME_BYTES, PERSON, ape, frames, id3, id3v1, recording, xing


def test_only_the_sound_goes_out() -> None:
    data = recording(60)
    sound = sound_of(data)
    assert PERSON in data
    assert PERSON not in sound
    assert sound == xing(2297) + frames(2297)
    voice = read_voice(data)
    assert voice
    assert (voice.seconds, voice.size) == (61, len(sound)), "2,297 frames are a little more than 60 s"


@pytest.mark.parametrize(
    ("data", "seconds"),
    [
        (frames(383), 11),
        (frames(382), 10),
        (id3(b"\xff\xfb\x90\x00" * 300) + frames(2), 1),
        (id3() + id3() + frames(2) + id3() + frames(381) + id3v1(), 11),
        (frames(2) + ape(frames(3)), 1),
        (b"junk\xff\xfb" + frames(2), 1),
        (frames(3)[:-1], 1),
        ((b"\xff\xf3\x80\xc4" + bytes(204)) * 100, 3),
    ],
)
def test_lengths(data: bytes, seconds: int) -> None:
    voice = read_voice(data)
    assert voice
    assert voice.seconds == seconds
    assert voice.size == len(sound_of(data))


@pytest.mark.parametrize(
    "data", [b"", b"\xff", b"RIFF" + bytes(900), id3(), frames(1)[:-1], b"\xff\xfb" * 999, xing(3)]
)
def test_what_is_no_sound(data: bytes) -> None:
    assert read_voice(data) is None


_PARTS = st.sampled_from((b"\xff", b"\xff\xfb\x90\x00", b"ID3", b"TAG", b"APETAGEX", frames(1), id3(), ape()))


@settings(max_examples=60)
@given(st.lists(_PARTS, max_size=12).map(b"".join))
def test_any_file_gives_whole_frames_and_what_goes_out_is_read_the_same(data: bytes) -> None:
    sound = sound_of(data)
    assert len(sound) % FRAME_BYTES == 0
    assert sound_of(sound) == sound


@pytest.mark.parametrize("unit", [b"\xff", b"\xff\xfb\x90\x00", b"ID3\4\0\0\0\0\0\0", b"TAG", b"APETAGEX", b"\xff\xfb"])
def test_time_is_linear(unit: bytes) -> None:
    began = time.process_time()
    read_voice(unit * (2_000_000 // len(unit)))
    assert time.process_time() - began < 5


def test_where_a_recording_is() -> None:
    assert voice_path("content/issues/2014002/index.md") == "content/issues/2014002/voice.mp3"
    assert voice_path("content/issues/2014002.md") == "content/issues/2014002.mp3"
