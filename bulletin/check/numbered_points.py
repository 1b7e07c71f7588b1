"""D107 to D109: the numbering of points, and points and headings with nothing under them."""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import pairwise

from msgspec.structs import replace

from bulletin.check.manuscript import Manuscript, Passage
from bulletin.check.office import Office
from bulletin.check.patterns import BLANK, NUMBERED_POINT, NUMERALS
from bulletin.core.model import Value
from bulletin.core.problems import Problem
from bulletin.read.lines import INDENT

_HEADING = re.compile(r"^(?P<marks>#{1,6})[^#\n]|^[ \t\xa0　]*(?:●|【[^【】\n]{1,40}】[ \t\xa0　]*$)", re.MULTILINE)
_ENUMERATION = re.compile(rf"^[{NUMERALS}]{{1,2}}(?:、|等|类|级|期|年级|线|季度)")
_LEVEL_GROUPS = ("first", "second", "third")
_MAX_TITLE = 30
"""Characters; a longer point is a sentence of its own and needs nothing under it."""


class _Point(Value, frozen=True):
    """A numbered line, with what follows it in its series."""

    level: int
    """1 for 一、, 2 for （一）, 3 for 1."""
    number: int
    mark: str
    mark_at: int
    start: int
    end: int
    title: str
    has_text: bool = False
    """Paragraphs follow it."""
    has_content: bool = False
    """Anything does; points below it, too."""

    def ends(self, level: int) -> bool:
        """Whether a run of that level is over with this point."""
        return level > self.level or (level == self.level and self.number == 1)


def _point(found: re.Match[str]) -> _Point | None:
    """A numbered line as a point; None for one that only looks like it."""
    name = next(n for n in _LEVEL_GROUPS if found[n])
    level = _LEVEL_GROUPS.index(name) + 1
    number = int(found[name]) if level == 3 else _number_of(found[name])
    title = found["title"].strip(INDENT)
    if not number or _ENUMERATION.match(title):
        return None
    mark = f"mark{level}"
    return _Point(level, number, found[mark], found.start(mark), found.start(name), found.end(), title)


def _number_of(numeral: str) -> int:
    """一 → 1, 十二 → 12, 二十三 → 23; 0 for what is no number below a hundred."""
    tens, ten, ones = numeral.partition("十")
    if ten:
        return (NUMERALS.index(tens) + 1 if tens else 1) * 10 + (NUMERALS.index(ones) + 1 if ones else 0)
    return NUMERALS.index(numeral) + 1 if len(numeral) == 1 else 0


def point_series(text: Manuscript, passage: Passage) -> Iterator[list[_Point]]:
    """The runs of points of one level in a passage; a heading or a point above ends those below."""
    prose, runs, text_from = text.prose, dict[int, list[_Point]](), passage.start
    for line in _numbered_lines(prose, passage):
        _mark_text(runs, prose[text_from : line.start()])
        if line.re is _HEADING:
            text_from = _line_end(prose, line.start(), passage.end)
            yield from _ended(runs, list(runs))
            continue
        text_from, point = line.end(), _point(line)
        if point:
            yield from _ended(runs, [level for level in runs if point.ends(level)])
            _mark_children(runs, point.level)
            runs.setdefault(point.level, []).append(point)
    _mark_text(runs, prose[text_from : passage.end])
    yield from runs.values()


def _numbered_lines(prose: str, passage: Passage) -> list[re.Match[str]]:
    """Numbered lines and headings, as they follow each other."""
    found = [
        found for pattern in (NUMBERED_POINT, _HEADING) for found in pattern.finditer(prose, passage.start, passage.end)
    ]
    return sorted(found, key=lambda line: line.start())


def _line_end(prose: str, start: int, end: int) -> int:
    found = prose.find("\n", start)
    return end if found < 0 else found


def _ended(runs: dict[int, list[_Point]], levels: list[int]) -> Iterator[list[_Point]]:
    """Take out the runs of these levels, the upper ones first."""
    return (runs.pop(level) for level in sorted(levels))


def _mark_text(runs: dict[int, list[_Point]], between: str) -> None:
    """Each run's last point is followed by this text."""
    if between.strip(INDENT + "\n"):
        for run in runs.values():
            run[-1] = replace(run[-1], has_text=True, has_content=True)


def _mark_children(runs: dict[int, list[_Point]], below: int) -> None:
    """Each run's last point has one of a level below it."""
    for level, run in runs.items():
        if level < below:
            run[-1] = replace(run[-1], has_content=True)


def numbered_points(text: Manuscript, office: Office) -> Iterator[Problem]:  # noqa: ARG001
    """``三.`` after ``一、二、``; a number left out or used twice; a point of a list of texts without its text."""
    for passage in text.passages:
        for run in point_series(text, passage):
            yield from _odd_marks(text, run)
            yield from _jumps(text, run)
            yield from _unfilled(text, run)


def _odd_marks(text: Manuscript, run: list[_Point]) -> Iterator[Problem]:
    for point in oddly_marked(run):
        words = text.prose[point.start : point.mark_at + 1]
        yield text.found("D107", point.start, point.mark_at + 1, words[:-1] + usual_mark(run), words=words)


_STANDARD_MARKS = {1: "、", 3: "."}
"""GB/T 9704-2012, 7.3.3: 一、 and 1. (which is also written full-width)."""


def usual_mark(run: list[_Point]) -> str:
    """The mark that the points of a run should have: the standard's after 一 where one point has it, else the most
    frequent; of two equally frequent ones the standard's or the first. A run that is all alike is left as it is.
    """
    marks = [point.mark for point in run]
    standard = _STANDARD_MARKS.get(run[0].level, "")
    if run[0].level == 1 and standard in marks:
        return standard
    return max(dict.fromkeys(marks), key=lambda mark: (marks.count(mark), mark == standard))


def oddly_marked(run: list[_Point]) -> Iterator[_Point]:
    """Points marked otherwise than is usual; of those in brackets none, since both widths are in use."""
    if run[0].level == 2:
        return iter(())
    usual = usual_mark(run)
    return (point for point in run if point.mark != usual)


def _jumps(text: Manuscript, run: list[_Point]) -> Iterator[Problem]:
    for before, point in pairwise(run):
        if point.number != before.number + 1:
            first = text.prose[before.start : before.mark_at]
            words = text.prose[point.start : point.mark_at]
            yield text.found("D108", point.start, point.mark_at, words=words, before=first)


def _unfilled(text: Manuscript, run: list[_Point]) -> Iterator[Problem]:
    if any(point.has_text for point in run[:-1]):
        for point in run:
            if not point.has_content and 0 < len(point.title) <= _MAX_TITLE:
                words = text.prose[point.start : point.end].replace(BLANK, "").strip(INDENT)
                yield text.found("D109", point.start, point.end, words=words)


_HEADING_LINE = re.compile(r"^(?P<marks>#{1,6})[ \t]*(?P<title>[^#\n][^\n]*)$", re.MULTILINE)


def empty_headings(text: Manuscript, office: Office) -> Iterator[Problem]:  # noqa: ARG001
    """A heading inside a text that is followed by one of its own level, a higher one, or nothing.

    Below the title of an issue, which is in its lead, there may be sections at once.
    """
    for passage in text.passages:
        found = list(_HEADING_LINE.finditer(text.prose, passage.start, passage.end))
        for index, one in enumerate(found):
            if passage.role == "lead" and one["marks"] == "#":
                continue
            after = found[index + 1] if index + 1 < len(found) else None
            between = text.text[one.end() : after.start() if after else passage.end]
            if not between.strip(INDENT + "\n") and not (after and len(after["marks"]) > len(one["marks"])):
                title = one["title"].replace(BLANK, "").strip(INDENT)
                yield text.found("D109", *one.span(), words=title)
