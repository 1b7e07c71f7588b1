"""``voice.mp3``: an issue read aloud. Of the file only its frames of sound go out.

What recorders and phones write beside the sound (ID3, APE: names, places, pictures, the maker of the file) is left out
by walking the frames, as pictures lose their EXIF by being encoded anew; the length in seconds is known then, too. So
no library is needed: those that read lengths (mutagen, tinytag) keep what they do not know, and the former is GPL.

MPEG audio, layer III: ISO/IEC 11172-3 2.4.2.3, 13818-3; the Xing header: www.mp3-tech.org/programmer/frame_header.html.
"""

from __future__ import annotations

import re
import struct
from collections.abc import Iterator

from bulletin.core.model import Value
from bulletin.core.problems import N_
from bulletin.read.text_files import folder_of, without_suffix

MAX_VOICE_BYTES = 100_000_000

_KBITS_1 = (0, 32, 40, 48, 56, 64, 80, 96, 112, 128, 160, 192, 224, 256, 320)
_KBITS_2 = (0, 8, 16, 24, 32, 40, 48, 56, 64, 80, 96, 112, 128, 144, 160)
_RATES = (44_100, 48_000, 32_000)
_DIVISORS = {3: 1, 2: 2, 0: 4}
"""Of the rate, by the two bits of the version: MPEG 1, 2, 2.5."""
_HEADER = 4
_BEGINNING = re.compile(rb"\xff[\xe2\xe3\xf2\xf3\xfa\xfb]|ID3|TAG|APETAGEX")
"""Of a frame or a tag."""
_MAX_FAILED = 50_000
"""Beginnings that are none, after which nothing more is looked for: half a second."""
_LAYER_3 = 1
_XING_WITHIN = 200
"""Bytes of the first frame in which the word stands by which it holds no sound."""

NO_MP3_SOUND = N_("it holds no MP3 sound")
RECORDING_TOO_LARGE = N_("it is too large")


class Voice(Value, frozen=True, array_like=True):
    """What goes out of a recording."""

    seconds: int
    """Rounded up."""
    size: int
    """Bytes."""


class _Frame(Value, frozen=True):
    length: int
    """Bytes."""
    kind: int
    """Version, layer and rate, which are the same in all frames of a recording."""
    rate: int
    samples: int


def voice_path(source: str) -> str:
    """Where an issue's recording is: ``voice.mp3`` in its folder, ``2014002.mp3`` beside a single file."""
    folder = folder_of(source)
    return f"{folder}voice.mp3" if folder else f"{without_suffix(source)}.mp3"


def read_voice(data: bytes) -> Voice | None:
    """None when there is no sound in it."""
    seconds, size = 0.0, 0
    for start, frame in _frames(data):
        if size or not _is_description(data, start, frame):
            seconds += frame.samples / frame.rate
        size += frame.length
    return Voice(int(-(-seconds // 1)), size) if seconds else None


def sound_of(data: bytes) -> bytes:
    """The frames alone, and nothing else that the file holds."""
    return b"".join(data[start : start + frame.length] for start, frame in _frames(data))


def _frames(data: bytes) -> Iterator[tuple[int, _Frame]]:
    """Where frames begin. One counts when another of its kind, a tag, or the end follows."""
    place, kind, failed = 0, -1, 0
    while place + _HEADER <= len(data) and failed < _MAX_FAILED:
        if tag := _tag_length(data, place):
            place += tag
            continue
        frame = _frame(data, place)
        if frame and kind in (-1, frame.kind) and _goes_on(data, place + frame.length, frame.kind):
            kind = frame.kind
            yield place, frame
            place += frame.length
        else:
            found = _BEGINNING.search(data, place + 1)
            if found is None:
                return
            place, failed = found.start(), failed + 1


def _goes_on(data: bytes, place: int, kind: int) -> bool:
    if place == len(data):
        return kind >= 0
    following = _frame(data, place, whole=False)
    return place < len(data) and (bool(_tag_length(data, place)) or (following is not None and following.kind == kind))


def _frame(data: bytes, place: int, *, whole: bool = True) -> _Frame | None:
    """The frame that begins there; ``whole``: all of it is there."""
    if place + _HEADER > len(data):
        return None
    (bits,) = struct.unpack_from(">I", data, place)
    version, layer = bits >> 19 & 3, bits >> 17 & 3
    speed, rate, padding = bits >> 12 & 15, bits >> 10 & 3, bits >> 9 & 1
    if bits >> 21 != 0x7FF or version == 1 or layer != _LAYER_3 or not 0 < speed < 15 or rate == 3:
        return None
    hertz = _RATES[rate] // _DIVISORS[version]
    samples = 1152 if version == 3 else 576
    kbits = (_KBITS_1 if version == 3 else _KBITS_2)[speed]
    length = samples // 8 * kbits * 1000 // hertz + padding
    if whole and place + length > len(data):
        return None
    return _Frame(length, bits >> 17 << 2 | rate, hertz, samples)


def _tag_length(data: bytes, place: int) -> int:
    """Bytes of a tag that begins there: ID3v2 (id3.org), ID3v1, APEv2 with its header; 0 for none."""
    if data.startswith(b"ID3", place) and place + 10 <= len(data):
        steps = data[place + 6 : place + 10]
        size = steps[0] << 21 | steps[1] << 14 | steps[2] << 7 | steps[3]
        return 10 + size + (10 if data[place + 5] & 0x10 else 0)
    if data.startswith(b"TAG", place):
        return 128
    if data.startswith(b"APETAGEX", place) and place + 32 <= len(data):
        size, flags = struct.unpack_from("<I4xI", data, place + 12)
        return 32 + size if flags & 0x20000000 else 32
    return 0


def _is_description(data: bytes, start: int, frame: _Frame) -> bool:
    head = data[start : start + min(frame.length, _XING_WITHIN)]
    return any(word in head for word in (b"Xing", b"Info", b"VBRI"))
