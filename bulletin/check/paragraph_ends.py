"""Where `bulletin check --fix` puts the blank lines that M208 asks for: the same lines that the reader names."""

from __future__ import annotations

import re
from collections.abc import Iterator

from bulletin.check.manuscript import Manuscript, Passage
from bulletin.read.as_typed import clean_lines
from bulletin.read.definitions import share_definitions
from bulletin.read.endings import take_endings
from bulletin.read.lines import Part
from bulletin.read.structure import read_lines

_QUOTE = re.compile(r"(?: {0,3}> ?)+")


def unsure_ends(text: Manuscript) -> Iterator[tuple[int, str]]:
    """Offsets of the ends of lines after which it is not sure whether a paragraph ends, each with the blank line."""
    for number in sorted(_unsure_lines(text)):
        start = text.starts[number - 1]
        line = text.text[start:].partition("\n")[0]
        quote = _QUOTE.match(line)
        yield start + len(line), "\n" + (quote.group().rstrip() if quote else "")


def _unsure_lines(text: Manuscript) -> Iterator[int]:
    """Their numbers, found in the lines as they are read (read/texts.py)."""
    parts = tuple(_part(text, passage) for passage in text.passages)
    for part, passage in zip(share_definitions(parts), text.passages, strict=True):
        lines, _ = take_endings(part.lines, signed=passage.role not in ("lead", "page"))
        yield from clean_lines(lines, text.path).unsure


def _part(text: Manuscript, passage: Passage) -> Part:
    lines, _ = read_lines(text.text[passage.start : passage.end], text.place(passage.start)[0], text.path)
    return Part("article", "", "", 0, lines)
