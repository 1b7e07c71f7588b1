"""Titles → addresses, by pinyin: 加强业务培训 → `jia-qiang-ye-wu-pei-xun`.

Pinyin goes wrong on place names (长湖), so an explicit ``{#id}`` always wins (norms.md 4).
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Collection, Iterator
from functools import cache, lru_cache
from importlib.util import find_spec
from itertools import groupby
from operator import itemgetter
from pathlib import Path

import msgspec

from bulletin.read.sources import RESERVED as DEVICE

MAX_LENGTH = 60

RESERVED = frozenset(
    ("main", "top", "contents", "menu", "footer", "search", "issue", "links", "today", "index", "feed", "static")
)
"""Ids that the theme uses itself."""


def slug(title: str) -> str:
    """An address of small letters, digits and `-`, at most 60 characters, cut between words; may be empty."""
    text = unicodedata.normalize("NFKC", title)
    words = re.findall(r"[a-z0-9]+", " ".join(syllables(text)).lower())
    whole = "-".join(words)
    kept = whole if len(whole) <= MAX_LENGTH else whole[: MAX_LENGTH + 1].rpartition("-")[0]
    return _openable(kept or whole.replace("-", "")[:MAX_LENGTH])


def syllables(text: str) -> Iterator[str]:
    """What `pypinyin.lazy_pinyin` gives for a text, or the words that hold it."""
    tables = _tables()
    for place, run in enumerate(HAN.split(text)):
        if place % 2:
            for word in tables.words(run):
                yield from tables.latin(word)
        elif run:
            yield run


HAN = re.compile("([〇\ue815-\ue864㐀-䶿一-鿿豈-\ufaff\U00020000-\U0003ffff]+)")


class Tables:
    """pypinyin's own tables, read from its files: 40 ms, of which the phrases are decoded only as they are met;
    importing it takes 250, and a build after one edit has seven titles to spell.
    """

    def __init__(self, phrases: bytes, characters: bytes) -> None:
        self._phrases = msgspec.json.decode(phrases, type=dict[str, msgspec.Raw])
        self._characters = msgspec.json.decode(characters, type=dict[str, str])
        self._beginning = {first: list(words) for first, words in groupby(sorted(self._phrases), itemgetter(0))}
        self.latin = lru_cache(maxsize=20_000)(self._latin)
        self._starts = cache(self._starts_of)

    def words(self, run: str) -> Iterator[str]:
        """Han characters as `pypinyin.seg.mmseg` parts them, the longest phrases first.

        An end that begins a phrase and holds none is read character by character there, and so it is here.
        """
        at = 0
        while at < len(run):
            starts, end, whole = self._starts(run[at]), at + 1, 0
            while end < len(run) and run[at : end + 1] in starts:
                end += 1
                whole = end if run[at:end] in self._phrases else whole
            if end == len(run) and not whole:
                yield from run[at:]
                return
            yield run[at : whole or at + 1]
            at = whole or at + 1

    def _starts_of(self, first: str) -> set[str]:
        """How phrases with this character begin."""
        return {word[:end] for word in self._beginning.get(first, ()) for end in range(2, len(word) + 1)}

    def _latin(self, word: str) -> tuple[str, ...]:
        """The syllables of a phrase or a character, without tones; a character that nobody can say stays."""
        if word in self._phrases:
            found = msgspec.json.decode(self._phrases[word], type=tuple[tuple[str, ...], ...])
            return tuple(_without_tone(readings[0]) for readings in found)
        return (_without_tone(self._characters.get(str(ord(word)), word).partition(",")[0]),)


@cache
def _tables() -> Tables:
    spec = find_spec("pypinyin")
    folder = Path(spec.origin or "").parent if spec else Path()
    return Tables((folder / "phrases_dict.json").read_bytes(), (folder / "pinyin_dict.json").read_bytes())


def _without_tone(syllable: str) -> str:
    """`lǜ` → `lv`, as `pypinyin.Style.NORMAL` has it."""
    plain = unicodedata.normalize("NFD", syllable).translate(TONES)
    return unicodedata.normalize("NFC", plain).replace("ü", "v")


TONES = dict.fromkeys(map(ord, "\u0304\u0301\u030c\u0300"))


def safe_id(text: str) -> str:
    """An explicit id, made fit for an address: Han characters may stay, signs and capitals may not."""
    plain = unicodedata.normalize("NFKC", text).lower()
    return _openable(re.sub(r"[^a-z0-9_一-龥]+", "-", plain).strip("-")[:MAX_LENGTH])


def _openable(name: str) -> str:
    """Windows takes `con` for the console, in every folder."""
    return f"{name}-1" if DEVICE.match(name) else name


def unique(wanted: str, used: Collection[str]) -> str:
    """``wanted``, or with the first free number behind it."""
    if wanted not in used:
        return wanted
    number = 2
    while f"{wanted}-{number}" in used:
        number += 1
    return f"{wanted}-{number}"
