"""Titles → addresses, by pinyin: 加强业务培训 → `jia-qiang-ye-wu-pei-xun`.

Pinyin goes wrong on place names (长湖), so an explicit ``{#id}`` always wins (norms.md 4).
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Collection, Iterator
from functools import cache, lru_cache

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
    """What `lazy_pinyin` gives for the whole text, from the words it parts it into: these come again and again."""
    for place, run in enumerate(_han().split(text)):
        if place % 2:
            for word in _words(run):
                yield from _pinyin(word)
        elif run:
            yield run


@cache
def _han() -> re.Pattern[str]:
    from pypinyin.constants import RE_HANS  # pypinyin takes 50 ms, and most builds need no new address

    return re.compile("(" + RE_HANS.pattern.strip("^$") + ")")


def _words(run: str) -> Iterator[str]:
    """Han characters as `pypinyin.seg.mmseg` parts them, the longest phrases first, in a tenth of its time.

    An end that begins a phrase and holds none is read character by character there, and so it is here.
    """
    from pypinyin.constants import PHRASES_DICT
    from pypinyin.seg.mmseg import p_set

    at = 0
    while at < len(run):
        end, whole = at + 1, 0
        while end < len(run) and run[at : end + 1] in p_set:
            end += 1
            whole = end if run[at:end] in PHRASES_DICT else whole
        if end == len(run) and not whole:
            yield from run[at:]
            return
        yield run[at : whole or at + 1]
        at = whole or at + 1


@lru_cache(maxsize=20_000)
def _pinyin(word: str) -> tuple[str, ...]:
    from pypinyin import lazy_pinyin

    return tuple(lazy_pinyin(word))


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
