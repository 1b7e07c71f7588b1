"""Cutting a text to a length, with “…”, between characters as readers see them."""

from __future__ import annotations

import unicodedata
from collections.abc import Callable

_JOINER = "\u200d"
_TONES = range(0x1F3FB, 0x1F400)
"""Skin tones, which belong to the character before."""
_FLAGS = range(0x1F1E6, 0x1F200)
"""Letters of which two make a flag."""

_ELLIPSIS = "…"


def utf8_bytes(text: str) -> int:
    """Length as the services of robots count it."""
    return len(text.encode("utf-8"))


def utf16_units(text: str) -> int:
    """Length as operators of short messages count it (UCS-2: a character beyond the BMP is two)."""
    return len(text.encode("utf-16-le")) // 2


def shorten(text: str, limit: int, length: Callable[[str], int]) -> str:
    """The text, or as much of its beginning as fits with “…” into ``limit``; empty where not even that fits."""
    if length(text) <= limit:
        return text
    room = limit - length(_ELLIPSIS)
    low, high = 0, min(len(text), max(room, 0))  # no measure counts less than one a character
    while low < high:
        middle = (low + high + 1) // 2
        low, high = (middle, high) if length(text[:middle]) <= room else (low, middle - 1)
    while low and not _is_border(text, low):
        low -= 1
    return text[:low].rstrip() + _ELLIPSIS if low and room >= 0 else ""


def _is_border(text: str, place: int) -> bool:
    before, after = text[place - 1], text[place]
    if _JOINER in (before, after) or unicodedata.category(after).startswith("M") or ord(after) in _TONES:
        return False
    if ord(after) not in _FLAGS:
        return True
    flags = 0
    while flags < place and ord(text[place - 1 - flags]) in _FLAGS:
        flags += 1
    return flags % 2 == 0
