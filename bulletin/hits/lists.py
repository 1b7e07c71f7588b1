"""A list of carried-over counts: a page and a count on each line, as an old site or a spreadsheet gives it."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterator

from bulletin.core.model import Value
from bulletin.core.problems import N_
from bulletin.hits.catalogue import Catalogue
from bulletin.hits.exchange import MAX_COUNT, decode_table, find_page
from bulletin.hits.stores.base import Count

_COUNT_HEADINGS = re.compile(r"(?:点击|阅读|浏览|访问)(?:数|量|次数)?|counts?|hits|views|n|total", re.IGNORECASE)
_NUMBER = re.compile(r"\d+|\d{1,3}(?:[,，]\d{3})+")


class _SkippedLine(Value, frozen=True):
    """A line that was skipped."""

    line: int
    what: str
    """Its first field."""
    why: str
    """A sentence, marked for translation."""


class CarriedCounts(Value, frozen=True):
    """What a list says."""

    counts: tuple[Count, ...]
    """To put; the last of several lines of one page."""
    skipped: tuple[_SkippedLine, ...]


def read_list(data: bytes, pages: Catalogue) -> CarriedCounts:
    """Lines of key, number or address, and a count → counts to put, and the lines that cannot be used.

    Raises `UsageError` for an unknown encoding.
    """
    found: dict[str, int] = {}
    wrong: list[_SkippedLine] = []
    width, place = 2, 1
    for line, row in enumerate(_rows(decode_table(data)), 1):
        fields = [field.strip() for field in row]
        while fields and not fields[-1]:
            fields.pop()
        if not fields:
            continue
        if line == 1 and _is_heading(fields):
            width, place = len(fields), _count_column(fields)
            continue
        page, count, why = _read_line(fields, width, place, pages)
        if why:
            wrong.append(_SkippedLine(line, fields[0], why))
        else:
            found[page] = count
    return CarriedCounts(tuple(Count(page, "", "carried", n) for page, n in found.items()), tuple(wrong))


def _rows(text: str) -> Iterator[list[str]]:
    first = re.sub(r'"[^"]*"', "", text.lstrip("\n").partition("\n")[0])
    separator = max((",", "\t", ";", "，"), key=first.count)
    rows = csv.reader(io.StringIO(text), delimiter=separator)
    while True:
        try:
            yield next(rows)
        except StopIteration:
            return
        except csv.Error as error:
            yield [str(error)]


def _is_heading(fields: list[str]) -> bool:
    """Whether the first line says what the columns are: no field of it has a digit."""
    return not any(any(map(str.isdecimal, field)) for field in fields)


def _count_column(headings: list[str]) -> int:
    """The column whose heading means a count, else the second."""
    return next((i for i, text in enumerate(headings) if _COUNT_HEADINGS.fullmatch(text)), 1)


def _read_line(fields: list[str], width: int, place: int, pages: Catalogue) -> tuple[str, int, str]:
    """Page, count, and what is wrong."""
    if len(fields) <= place:
        return "", 0, N_("a line needs a page and a count.")
    if len(fields) > max(width, 2):
        return "", 0, N_("there are more fields than columns; write the count without commas, and name the columns.")
    if not _NUMBER.fullmatch(fields[place]):
        return "", 0, N_("the count is not a number.")
    count = int(re.sub("[,，]", "", fields[place])[:20])
    if count > MAX_COUNT:
        return "", 0, N_("the count is too large.")
    page = find_page(fields[0], pages)
    if page is None:
        return "", 0, N_("this is neither a key, nor a number, nor an address of the site.")
    carried = pages.pages[page].carried
    if carried and carried != count:
        return "", 0, N_("the front matter has another count (hits:), which wins.")
    return page, count, ""
