"""D107 to D109: the numbering of points, and points and headings with nothing under them."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from itertools import pairwise

from msgspec.structs import replace

from bulletin.check.manuscript import Manuscript, Passage
from bulletin.check.office import Office
from bulletin.check.patterns import BLANK, NUMBERED_POINT, NUMERALS, number_of
from bulletin.core.model import Value
from bulletin.core.problems import Problem
from bulletin.read.lines import INDENT

_HEADING = re.compile(r"^(?P<marks>#{1,6})[^#\n]|^[ \t\xa0　]*(?:●|【[^【】\n]{1,40}】[ \t\xa0　]*$)", re.MULTILINE)
_ENUMERATION = re.compile(rf"^[{NUMERALS}]{{1,2}}(?:、|等|类|级|期|年级|线|季度|月|楼|层|审|产业)")
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

    @property
    def kind(self) -> str:
        """What tells series of one level apart: 1、 and 1. may be two. Brackets of both widths are in use."""
        return "" if self.level == 2 else _SIGNS.get(self.mark, self.mark)


_SIGNS = {"．": ".", "，": ","}
"""Full-width signs that are not another mark."""


def _point(found: re.Match[str]) -> _Point | None:
    """A numbered line as a point; None for one that only looks like it."""
    name = next(n for n in _LEVEL_GROUPS if found[n])
    level = _LEVEL_GROUPS.index(name) + 1
    number = int(found[name]) if level == 3 else number_of(found[name])
    title = found["title"].strip(INDENT)
    if not number or _ENUMERATION.match(title):
        return None
    mark = f"mark{level}"
    return _Point(level, number, found[mark], found.start(mark), found.start(name), found.end(), title)


def point_series(text: Manuscript, passage: Passage) -> Iterator[list[_Point]]:
    """The runs of points of one level in a passage; a heading or a point above ends those below.

    1、 and 1. are two levels where one begins at 1 while the other has not ended.
    """
    prose, text_from = text.prose, passage.start
    runs: list[list[_Point]] = []
    """Not ended; of those of one level the outer one first."""
    for line in _numbered_lines(prose, passage):
        _mark_text(runs, prose[text_from : line.start()])
        if line.re is _HEADING:
            text_from = _line_end(prose, line.start(), passage.end)
            _mark_content(runs)
            yield from _taken(runs, runs)
            continue
        text_from, point = line.end(), _point(line)
        if point:
            home = _home(runs, point)
            yield from _taken(runs, [run for run in runs if _is_over(runs, run, point, home)])
            _mark_content(run for run in runs if run is not home)
            if home is None:
                runs.append([point])
            else:
                home.append(point)
    _mark_text(runs, prose[text_from : passage.end])
    yield from _taken(runs, runs)


def _numbered_lines(prose: str, passage: Passage) -> list[re.Match[str]]:
    """Numbered lines, and where there are any the headings, as they follow each other."""
    numbered = list(NUMBERED_POINT.finditer(prose, passage.start, passage.end))
    headings = _HEADING.finditer(prose, passage.start, passage.end) if numbered else ()
    return sorted((*numbered, *headings), key=lambda line: line.start())


def _line_end(prose: str, start: int, end: int) -> int:
    found = prose.find("\n", start)
    return end if found < 0 else found


def _home(runs: list[list[_Point]], point: _Point) -> list[_Point] | None:
    """The run that a point goes on with; None where one begins with it."""
    runs = [run for run in reversed(runs) if run[0].level == point.level]
    if point.number == 1 or not runs:
        return None
    follows = [run for run in runs if run[-1].number + 1 == point.number]
    alike = [run for run in runs if run[-1].kind == point.kind]
    return next((run for run in follows if run in alike), next(iter(follows or alike or runs)))


def _is_over(runs: list[list[_Point]], run: list[_Point], point: _Point, home: list[_Point] | None) -> bool:
    """Whether a run ends with a point that goes on with ``home``, or begins a run of its own."""
    if run[0].level != point.level or run is home:
        return run[0].level > point.level
    if home is not None:
        return _place_of(runs, run) > _place_of(runs, home)
    return any(each[0].kind == point.kind for each in runs[: _place_of(runs, run) + 1] if each[0].level == point.level)


def _place_of(runs: list[list[_Point]], run: list[_Point]) -> int:
    return next(place for place, each in enumerate(runs) if each is run)


def _taken(runs: list[list[_Point]], ended: list[list[_Point]]) -> Iterator[list[_Point]]:
    """Take out these runs, the upper ones first."""
    if not ended:
        return
    ended = sorted(ended, key=lambda run: run[0].level)
    runs[:] = [run for run in runs if all(run is not each for each in ended)]
    yield from ended


def _mark_text(runs: Iterable[list[_Point]], between: str) -> None:
    """Each run's last point is followed by this text."""
    if between.strip(INDENT + "\n"):
        for run in runs:
            if not run[-1].has_text:
                run[-1] = replace(run[-1], has_text=True, has_content=True)


def _mark_content(runs: Iterable[list[_Point]]) -> None:
    """Each run's last point has a heading or a point below it."""
    for run in runs:
        if not run[-1].has_content:
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
        if point.number != before.number + 1 and not _is_told_between(text.prose, before, point):
            first = text.prose[before.start : before.mark_at]
            words = text.prose[point.start : point.mark_at]
            yield text.found("D108", point.start, point.mark_at, words=words, before=first)


_MAX_BETWEEN = 5


def _is_told_between(prose: str, before: _Point, point: _Point) -> bool:
    """Whether the numbers left out are inside of lines or in bold: ``1. 甲；2. 乙；`` above ``3. 丙``."""
    missing = range(before.number + 1, point.number)
    between = prose[before.mark_at : point.start]
    return 0 < len(missing) <= _MAX_BETWEEN and all(
        re.search(rf"(?<![{NUMERALS}\d]){_numeral(number, point.level)}[、.．，,）)](?!\d)", between)
        for number in missing
    )


def _numeral(number: int, level: int) -> str:
    """2 → 二, 12 → 十二, 23 → 二十三; as it is on the third level. The other way round: `number_of`."""
    if level == len(_LEVEL_GROUPS):
        return str(number)
    tens, ones = divmod(number, 10)
    ten = (NUMERALS[tens - 1] if tens > 1 else "") + "十" if tens else ""
    return ten + (NUMERALS[ones - 1] if ones else "")


def _unfilled(text: Manuscript, run: list[_Point]) -> Iterator[Problem]:
    """Points with nothing under them, where most others have text; of sentences, where all others have."""
    if not any(point.has_text for point in run[:-1]):
        return
    with_text, others = sum(point.has_text for point in run), len(run) - 1
    for point in run:
        title = point.title.rstrip(_EMPHASIS)
        if point.has_content or not 0 < len(title) <= _MAX_TITLE or _SAYS_ALL.search(title):
            continue
        if with_text == others > 1 or (with_text * 2 > others and not title.endswith(_ENDS_A_SENTENCE)):
            words = text.prose[point.start : point.end].replace(BLANK, "").strip(INDENT)
            yield text.found("D109", point.start, point.end, words=words)


_EMPHASIS = "*_" + BLANK
_ENDS_A_SENTENCE = tuple("。！？；")
_SAYS_ALL = re.compile(r"：.|，.*[。！？；]$|(?:[。！？；].*){2}")
"""``时间：5月1日``, and sentences of several parts; ``提高认识，加强领导`` is the title of something."""


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
