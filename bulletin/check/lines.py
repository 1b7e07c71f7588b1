"""The line of a file quoted under its problem, with a mark below the words; wide as a terminal shows Chinese."""

from __future__ import annotations

import unicodedata
from functools import lru_cache

WIDTH = 76
"""Columns of a terminal that a quoted line may fill."""
_REACH = 4 * WIDTH
"""Characters before and after the words that are looked at: a line may be a megabyte long, and have many problems."""
_SHOWN_FOR_INVISIBLE = "·"
"""Shown for what a terminal does not show."""


def width(text: str) -> int:
    """Columns of a terminal that a text takes; characters that it does not show take none."""
    return sum(map(_columns, text))


@lru_cache(maxsize=8192)
def _columns(character: str) -> int:
    """0 for a mark that joins the character before it, 2 for a wide one (Unicode, by wcwidth)."""
    if character.isascii():
        return int(character.isprintable())
    from wcwidth import wcwidth  # 28 ms, and not every report quotes a line

    return max(0, wcwidth(character))


def _visible(line: str) -> str:
    """Character for character, with what would not show or would move others replaced."""
    return "".join(_SHOWN_FOR_INVISIBLE if _hides(character) else character for character in line)


def _hides(character: str) -> bool:
    return character != " " and (
        unicodedata.category(character) in ("Cc", "Cf", "Co", "Cs", "Zl", "Zp") or character == "\u00a0"
    )


def quoted(line: str, column: int, length: int) -> tuple[str, str]:
    """The line, cut around the words where it is long, and the line that marks them; ``column`` counts from 1."""
    offset = max(0, column - 1 - _REACH)
    shown = _visible(line[offset : column - 1 + _REACH])
    start = column - 1 - offset
    end = min(start + max(length, 1), max(len(line) - offset, start + 1))
    first = _cut(shown, start)
    last = _fit(shown, first)
    before = "…" if offset + first else ""
    after = "…" if offset + last < len(line) else ""
    excerpt = before + shown[first:last] + after
    mark = " " * (width(before) + width(shown[first:start])) + "^" * max(1, width(shown[start : min(end, last)]))
    return excerpt, mark


def _cut(shown: str, start: int) -> int:
    """Where to begin, so that the words are within the width, with a third of it before them."""
    if width(shown) <= WIDTH:
        return 0
    first, room = start, WIDTH // 3
    while first and room > 0:
        first -= 1
        room -= _columns(shown[first])
    return first


def _fit(shown: str, first: int) -> int:
    room, last = WIDTH - 2 * bool(first), first
    while last < len(shown) and room - _columns(shown[last]) >= 0:
        room -= _columns(shown[last])
        last += 1
    return last
