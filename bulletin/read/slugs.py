"""Titles → addresses, by pinyin: 加强业务培训 → `jia-qiang-ye-wu-pei-xun`.

Pinyin goes wrong on place names (长湖), so an explicit ``{#id}`` always wins (norms.md 4).
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Collection, Iterator
from functools import lru_cache
from itertools import groupby

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
    kept: list[str] = []
    for word in words:
        if len("-".join([*kept, word])) > MAX_LENGTH:
            break
        kept.append(word)
    return _openable("-".join(kept) or "".join(words)[:MAX_LENGTH])


def syllables(text: str) -> Iterator[str]:
    """What `lazy_pinyin` gives for the whole text, from the words it parts it into: these come again and again."""
    from pypinyin.constants import RE_HANS  # pypinyin takes 50 ms, and most builds need no new address
    from pypinyin.seg.mmseg import seg

    for is_han, run in groupby(text, lambda character: RE_HANS.match(character) is not None):
        if is_han:
            for word in seg.cut("".join(run)):
                yield from _pinyin(word)
        else:
            yield "".join(run)


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
