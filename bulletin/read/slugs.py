"""Titles → addresses, by pinyin: 加强业务培训 → `jia-qiang-ye-wu-pei-xun`.

Pinyin goes wrong on place names (长湖), so an explicit ``{#id}`` always wins (docs/norms.md 4).
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable
from functools import cache
from importlib.util import find_spec
from itertools import groupby
from operator import itemgetter
from pathlib import Path
from typing import TypeVar

import msgspec

from bulletin.read.portable import RESERVED as DEVICE

_T = TypeVar("_T")

MAX_SLUG_LENGTH = 60

_WORD = re.compile("[a-z0-9]+")

RESERVED_SLUGS = frozenset(
    ("main", "top", "contents", "menu", "footer", "search", "issue", "links", "today", "index", "feed", "static")
)
"""Ids that the theme uses itself."""


def slug(title: str) -> str:
    """An address of small letters, digits and `-`, at most 60 characters, cut between words; may be empty."""
    text = unicodedata.normalize("NFKC", title)
    words = _WORD.findall(" ".join(syllables(text)).lower())
    whole = "-".join(words)
    kept = whole if len(whole) <= MAX_SLUG_LENGTH else whole[: MAX_SLUG_LENGTH + 1].rpartition("-")[0]
    return _openable(kept or whole.replace("-", "")[:MAX_SLUG_LENGTH])


def syllables(text: str) -> list[str]:
    """What `pypinyin.lazy_pinyin` gives for a text, or the words that hold it."""
    found: list[str] = []
    for place, run in enumerate(_HAN.split(text)):
        if place % 2:
            found += _tables().spell(run)
        elif run:
            found.append(run)
    return found


def known_phrases() -> frozenset[str]:
    """The 47,000 phrases of which pypinyin knows how they are read."""
    return _tables().phrases


_HAN = re.compile("([〇\ue815-\ue864㐀-䶿一-鿿豈-\ufaff\U00020000-\U0003ffff]+)")


class _Remembered(dict[str, _T]):
    """Values by a word, each found out once; asking again is quicker than with `functools.cache`."""

    def __init__(self, find_out: Callable[[str], _T]) -> None:
        super().__init__()
        self._find_out = find_out

    def __missing__(self, word: str) -> _T:
        found = self[word] = self._find_out(word)
        return found


class _Tables:
    """pypinyin's own tables, read from its files: 40 ms, of which the phrases are decoded only as they are met;
    importing it takes 250, and a build after one edit has seven titles to spell.
    """

    def __init__(self, phrases: bytes, characters: bytes) -> None:
        self._phrases = msgspec.json.decode(phrases, type=dict[str, msgspec.Raw])
        self._characters = msgspec.json.decode(characters, type=dict[str, str])
        self._beginning = {first: list(words) for first, words in groupby(sorted(self._phrases), itemgetter(0))}
        self._latin = _Remembered(self._latin_of)
        self._starts = _Remembered(self._starts_of)

    @property
    def phrases(self) -> frozenset[str]:
        return frozenset(self._phrases)

    def spell(self, run: str) -> list[str]:
        """The syllables of Han characters, separated as by `pypinyin.seg.mmseg`: the longest phrases first."""
        starts, latin = self._starts, self._latin
        found: list[str] = []
        at = 0
        while at < len(run):
            character = run[at]
            if run[at : at + 2] not in starts[character]:  # most begin no phrase
                found += latin[character]
                at += 1
            elif end := self._end_of_phrase(run, at):
                found += latin[run[at:end]]
                at = end
            else:
                return found + [syllable for character in run[at:] for syllable in latin[character]]
        return found

    def _end_of_phrase(self, run: str, at: int) -> int:
        """The end of the longest phrase that begins here, or of the character.

        0 where the run ends with the beginning of a phrase that holds none: pypinyin reads that character by character.
        """
        starts = self._starts[run[at]]
        end, whole = at + 1, 0
        while end < len(run) and run[at : end + 1] in starts:
            end += 1
            whole = end if run[at:end] in self._phrases else whole
        return whole or (at + 1 if end < len(run) else 0)

    def _starts_of(self, first: str) -> set[str]:
        """How phrases with this character begin."""
        return {word[:end] for word in self._beginning.get(first, ()) for end in range(2, len(word) + 1)}

    def _latin_of(self, word: str) -> tuple[str, ...]:
        """The syllables of a phrase or a character, without tones; a character without a known reading stays."""
        if word in self._phrases:
            found = msgspec.json.decode(self._phrases[word], type=tuple[tuple[str, ...], ...])
            return tuple(_without_tone(readings[0]) for readings in found)
        return (_without_tone(self._characters.get(str(ord(word)), word).partition(",")[0]),)


@cache
def _tables() -> _Tables:
    spec = find_spec("pypinyin")
    folder = Path(spec.origin or "").parent if spec else Path()
    return _Tables((folder / "phrases_dict.json").read_bytes(), (folder / "pinyin_dict.json").read_bytes())


def _without_tone(syllable: str) -> str:
    """`lǜ` → `lv`, as `pypinyin.Style.NORMAL` has it."""
    plain = unicodedata.normalize("NFD", syllable).translate(_TONES)
    return unicodedata.normalize("NFC", plain).replace("ü", "v")


_TONES = dict.fromkeys(map(ord, "\u0304\u0301\u030c\u0300"))


def safe_id(text: str) -> str:
    """An explicit id, made fit for an address: Han characters may stay, punctuation and capitals may not."""
    plain = unicodedata.normalize("NFKC", text).lower()
    return _openable(re.sub(r"[^a-z0-9_一-龥]+", "-", plain).strip("-")[:MAX_SLUG_LENGTH])


def _openable(name: str) -> str:
    """Windows takes `con` for the console, in every folder."""
    return f"{name}-1" if DEVICE.match(name) else name
