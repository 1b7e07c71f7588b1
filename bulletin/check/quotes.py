"""D118, D119, D122: ellipses of other signs, straight quotation marks, full-width digits; and what mends them."""

from __future__ import annotations

import re
from collections.abc import Iterator

from bulletin.check.manuscript import Manuscript
from bulletin.check.office import Office
from bulletin.check.patterns import HAN_RANGE
from bulletin.core.problems import Problem

_BESIDE = rf"{HAN_RANGE}，。；：！？、（）《》“”"
_ELLIPSIS = re.compile(rf"(?<=[{_BESIDE}])(?:\.{{3,6}}|(?<!…)…(?!…))(?=[{_BESIDE}]|[ ]*$)", re.MULTILINE)
_ELLIPSIS_AND_MORE = re.compile(rf"(?:…+|(?<=[{HAN_RANGE}])\.{{3,6}})等(?![待候级于])|(?<!等)等等?…+")
"""GB/T 15834-2011, 4.11: …… and 等 say the same."""


def ellipses(text: Manuscript, office: Office) -> Iterator[Problem]:  # noqa: ARG001
    """``...`` and ``…`` for ``……``, and ``……等``."""
    if "…" not in text.prose and "..." not in text.prose:
        return
    for found in _ELLIPSIS_AND_MORE.finditer(text.prose):
        yield text.found("D118", *found.span(), words=found.group())
    for found in _ELLIPSIS.finditer(text.prose):
        if not text.prose.startswith("等", found.end()):
            yield text.found("D118", *found.span(), "……", words=found.group())


def ellipsis_edits(text: Manuscript) -> Iterator[tuple[int, int, str]]:
    """Start, end and the right sign of each ellipsis of another form."""
    yield from ((*found.span(), "……") for found in _ELLIPSIS.finditer(text.prose, text.body))


_STRAIGHT = re.compile(rf"[\"'](?=[{_BESIDE}])|(?<=[{_BESIDE}])[\"']|(?<=[{_BESIDE}][.,!?;:])[\"']")


_MARKS_TITLE = re.compile(r"[ ]*(?:!!!|\?\?\?)|.*=[\"']|[ ]{0,3}\[[^\[\]]+\]:")
"""Lines whose straight quotation marks are markup: a note's title, an attribute, a definition."""


def _straight(line: str) -> list[int]:
    """Their offsets in a line; none where they are markup."""
    return [] if _MARKS_TITLE.match(line) else [found.start() for found in _STRAIGHT.finditer(line)]


def straight_quotes(text: Manuscript, office: Office) -> Iterator[Problem]:  # noqa: ARG001
    """Straight quotation marks beside Han (GB/T 15834-2011, 4.8): once a passage."""
    if '"' not in text.prose and "'" not in text.prose:
        return
    for passage in text.passages:
        spots = [start + at for start, line in text.lines(passage) for at in _straight(line)]
        if spots:
            yield text.found("D119", spots[0], spots[0] + 1, words=text.prose[spots[0]], count=len(spots))


def quote_edits(text: Manuscript) -> Iterator[tuple[int, int, str]]:
    """Pairs made round, where all such marks of a line stand beside Han and make pairs."""
    if not _STRAIGHT.search(text.prose, text.body):
        return
    for start, line in zip(text.starts, text.prose.split("\n"), strict=False):
        for straight, pair in (('"', "“”"), ("'", "‘’")):
            spots = [at for at in _straight(line) if line[at] == straight]
            if start >= text.body and spots and len(spots) % 2 == 0 and line.count(straight) == len(spots):
                yield from ((start + at, start + at + 1, pair[index % 2]) for index, at in enumerate(spots))


_FULL_WIDTH = re.compile(r"[０-９Ａ-Ｚａ-ｚ]+(?:[．％][０-９]*)*")
_LONG_NUMBER = 7
"""Digits of a telephone number."""
_WIDTH = 0xFEE0
"""Between a full-width character and the common one (Unicode, FF00 to FFEF)."""


def full_width_digits(text: Manuscript, office: Office) -> Iterator[Problem]:  # noqa: ARG001
    """Full-width digits and letters (GB/T 15835-2011, 5: digits are half-width): once a passage.

    Long numbers are of persons, which the P rules report.
    """
    if not _FULL_WIDTH.search(text.prose):
        return
    for passage in text.passages:
        found = _FULL_WIDTH.finditer(text.prose, passage.start, passage.end)
        spots = [one for one in found if len(one.group()) < _LONG_NUMBER]
        if spots:
            words = spots[0].group()[:12]
            yield text.found("D122", *spots[0].span(), _narrow(words), words=words, count=len(spots))


def width_edits(text: Manuscript) -> Iterator[tuple[int, int, str]]:
    """Start, end and the common characters of each such run."""
    for found in _FULL_WIDTH.finditer(text.prose, text.body):
        yield (*found.span(), _narrow(found.group()))


def _narrow(words: str) -> str:
    return "".join(chr(ord(character) - _WIDTH) for character in words)
