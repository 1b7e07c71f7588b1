"""Lines of plain text of a given width, a Han character two columns, broken by the rules of Chinese typography."""

from __future__ import annotations

import re
from collections.abc import Iterator

_NEVER_FIRST = "。．，、；：！？”’）】》〉」』〕］…—％,.;:!?)]}%·"
_NEVER_LAST = "“‘（【《〈「『〔［([{"
_ATTACHED = "\u0300-\u036f\u20d0-\u20ff\ufe00-\ufe0f\U0001f3fb-\U0001f3ff"
_SIGN = rf"(?:[\U0001f1e6-\U0001f1ff]{{2}}|.)(?:[{_ATTACHED}]|\u200d.)*"
"""A character with what is attached to it, two that are a flag: what a reader sees as one."""
_SIGNS = re.compile(_SIGN, re.DOTALL)
_UNIT = re.compile(rf"[\x21-\x7e\u00c0-\u024f{_ATTACHED}]+| +|{_SIGN}", re.DOTALL)
"""What is not broken: a Latin word or an address, blanks, any other character."""


def width_of(text: str) -> int:
    """Columns that it takes; a character that has no width of its own takes none."""
    if text.isascii() and text.isprintable():
        return len(text)
    from wcwidth import wcswidth  # 28 ms, and most builds write no plain text

    known = wcswidth(text)
    return known if known >= 0 else sum(max(0, wcswidth(char)) for char in text)


def wrapped(text: str, width: int, first: str = "", rest: str = "") -> Iterator[str]:
    """Its lines, at most so many columns wide; only what may not begin a line can stand out. ``first`` stands before
    the first line, ``rest`` before the others.
    """
    for number, line in enumerate(text.split("\n")):
        yield from _wrapped(line, width, rest if number else first, rest)


def _wrapped(text: str, width: int, first: str, rest: str) -> Iterator[str]:
    line, used, start = [first], width_of(first), 1
    for piece in _pieces(text, max(8, width - width_of(rest))):
        wide = width_of(piece)
        if used + width_of(piece.rstrip(" ")) > width and len(line) > start:
            yield "".join(line).rstrip(" ")
            line, used = [rest], width_of(rest)
            piece = piece.lstrip(" ")
            wide = width_of(piece)
            if not piece:
                continue
        line.append(piece)
        used += wide
    yield "".join(line).rstrip(" ")


def _pieces(text: str, room: int) -> Iterator[str]:
    """What stays on one line: a unit with the opening marks before it and the closing ones behind it."""
    piece = ""
    for unit in _units(text, room):
        if piece and piece[-1] not in _NEVER_LAST and unit[0] not in _NEVER_FIRST:
            yield piece
            piece = ""
        if width_of(piece + unit) > room and piece:
            yield piece
            piece = ""
        piece += unit
    if piece:
        yield piece


def _units(text: str, room: int) -> Iterator[str]:
    """A word longer than a line is parted."""
    for found in _UNIT.finditer(text):
        yield from (found[0],) if width_of(found[0]) <= room else _parted(found[0], room)


def _parted(unit: str, room: int) -> Iterator[str]:
    piece = ""
    for sign in _SIGNS.findall(unit):
        if piece and width_of(piece + sign) > room:
            yield piece
            piece = ""
        piece += sign
    yield piece
