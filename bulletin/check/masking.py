"""Numbers of persons masked in what leaves the office's computer: reports, the lines that they quote, diffs.

A report is mailed, printed and kept in the logs of servers. So more is masked than the rules report: any long run of
digits, also those that are fine in the text itself (a search notice's telephone, the office's own).
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import lru_cache

from msgspec.structs import replace

from bulletin.check.digits import digits_of
from bulletin.check.patterns import INVISIBLE
from bulletin.core.problems import Problem

_BETWEEN = rf"(?:[ \t\u3000*_()（）–—－/·.．-]|{INVISIBLE.pattern}){{0,4}}"
_LONG_RUN = re.compile(rf"\d(?:{_BETWEEN}\d){{10,}}(?:{_BETWEEN}[XxＸｘ])?")
"""Eleven digits and more, as telephones, documents and cards have, with what people put in between."""
_SHORTEST = 7
"""Digits of the shortest number, however they are written; most lines have fewer."""
_MADE_BY_PROGRAMS = re.compile(
    r"(?:19|20)\d\d(?:0[1-9]|1[0-2])[0-3]\d(?:_?[0-2]\d[0-5]\d[0-5]\d|_\d{5,9})|1[4-9]\d{11}"
    r"|\d{1,3}(?:\.\d{1,3}){3}",
    re.ASCII,
)
"""Times in names of pictures and addresses: ``20151210_100400``, ``t20151210_1234567``, milliseconds since 1970; IP
addresses.
"""


@lru_cache(maxsize=16)
def masked_line(line: str) -> str:
    """A line, or several, with the numbers of persons masked; every character keeps its place.

    Remembered for a moment: each of the problems on a line quotes it.
    """
    if len(digits_of(line)) < _SHORTEST:
        return line
    shown = list(line)
    for start, end in _merged(sorted([*_long_runs(line), *_found_by_the_rules(line)])):
        for at in range(start + min(6, (end - start) // 3), end):
            if line[at] != "\n":
                shown[at] = "*"
    return "".join(shown)


def masked_problem(found: Problem) -> Problem:
    """The problem with the author's words in it masked; it may be about something else beside a number."""
    values = tuple((name, masked_line(value)) for name, value in found.values)
    return replace(found, values=values, guess=masked_line(found.guess))


def _long_runs(line: str) -> Iterator[tuple[int, int]]:
    return (found.span() for found in _LONG_RUN.finditer(line) if not _MADE_BY_PROGRAMS.fullmatch(found.group()))


def _found_by_the_rules(line: str) -> Iterator[tuple[int, int]]:
    """What P101 to P107 find, among them the short ones: passports, telephones with an area's code."""
    from bulletin.check.office import Facts, Office  # the rules load the reader of front matter; few lines need them
    from bulletin.check.personal_numbers import numbers_in
    from bulletin.check.wordlists import Matcher, WordLists

    office = Office(Facts(), Matcher(WordLists()))
    for at in range(0, len(line), _PIECE - _OVERLAP):
        piece = line[at : at + _PIECE]
        yield from ((at + start, at + end) for _, start, end in numbers_in(piece, office))


_PIECE, _OVERLAP = 4_000, 200
"""Characters looked at together, and those looked at twice: a number may stand where two pieces meet."""


def _merged(spans: list[tuple[int, int]]) -> Iterator[tuple[int, int]]:
    """Spans that overlap as one: to mask each from its own beginning would leave more."""
    first, last = 0, 0
    for start, end in spans:
        if start >= last:
            if last:
                yield first, last
            first = start
        last = max(last, end)
    if last:
        yield first, last
