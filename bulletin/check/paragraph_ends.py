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
    for passage in text.passages:
        for number in sorted(_unsure_lines(text, passage)):
            start = text.starts[number - 1]
            line = text.text[start:].partition("\n")[0]
            quote = _QUOTE.match(line)
            yield start + len(line), "\n" + (quote.group().rstrip() if quote else "")


def _unsure_lines(text: Manuscript, passage: Passage) -> tuple[int, ...]:
    """Their numbers, found in the lines as they are read (read/texts.py)."""
    body = text.text[passage.start : passage.end]
    lines, _ = read_lines(body, text.place(passage.start)[0], text.path)
    (part,) = share_definitions((Part("article", "", "", 0, lines),))
    lines, _ = take_endings(part.lines, signed=passage.role not in ("lead", "page"))
    return clean_lines(lines, text.path).unsure
