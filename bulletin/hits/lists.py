"""A list of carried-over counts: a page and a count on each line, as an old site or a spreadsheet gives it."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterator

from bulletin.core.model import Value
from bulletin.core.problems import N_
from bulletin.hits.catalogue import Catalogue
from bulletin.hits.exchange import decode_table, find_page
from bulletin.hits.stores.base import Count
from bulletin.hits.valid_rows import MAX_COUNT

_COUNT_HEADINGS = re.compile(
    r"(?:总|累计|历史)?(?:点击|阅读|浏览|访问)(?:总|次|人)?(?:数|量|次)?(?:\s*[(（].*[)）])?"
    r"|counts?|hits?|clicks?|(?:page ?)?views?|visits?|reads?|pv|n|total",
    re.IGNORECASE,
)
_NO_COUNT_COLUMN = N_("no column says that it is the count: name it 点击, 阅读 or hits.")
_NUMBER = re.compile(r"\d+|\d{1,3}(?:[,，]\d{3})+")


class _SkippedLine(Value, frozen=True):
    """A line that was skipped."""

    line: int
    what: str
    """Its first field."""
    why: str
    """A sentence, marked for translation."""


class _Columns(Value, frozen=True):
    """What the first line says about all."""

    filled: int
    """How many have a name; two where nothing is named."""
    all: int
    """With empty ones at the end."""
    count: int
    """Index of the column with the counts; -1 where none of several is named so."""


class CarriedCounts(Value, frozen=True):
    """What a list says."""

    counts: tuple[Count, ...]
    """To put; the last of several lines of one page."""
    skipped: tuple[_SkippedLine, ...]


def read_list(data: bytes, pages: Catalogue) -> CarriedCounts:
    """Lines of key, number or address, and a count → counts to put, and the lines that cannot be used.

    Raises `UsageError` for an unknown encoding.
    """
    found: dict[str, tuple[int, int, str]] = {}
    """Line, count and what is written for the page, by key."""
    wrong: list[_SkippedLine] = []
    columns: _Columns | None = None
    for line, row in enumerate(_rows(decode_table(data)), 1):
        fields = _filled(row)
        if not fields:
            continue
        if columns is None:
            columns, is_heading = _columns(row, pages)
            if columns.count < 0:
                return CarriedCounts((), (_SkippedLine(line, fields[0], _NO_COUNT_COLUMN),))
            if is_heading:
                continue
        page, count, why = _read_line(row, columns, pages)
        if why:
            wrong.append(_SkippedLine(line, fields[0], why))
            continue
        if page in found and found[page][1] != count:
            earlier, _, what = found[page]
            wrong.append(_SkippedLine(earlier, what, N_("a later line has another count for this page, which wins.")))
        found[page] = line, count, fields[0]
    counts = tuple(Count(page, "", "carried", n) for page, (_, n, _) in found.items())
    return CarriedCounts(counts, tuple(sorted(wrong, key=lambda each: each.line)))


def _filled(row: list[str]) -> list[str]:
    """Its fields without the empty ones at the end."""
    fields = [field.strip() for field in row]
    while fields and not fields[-1]:
        fields.pop()
    return fields


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


def _columns(row: list[str], pages: Catalogue) -> tuple[_Columns, bool]:
    """By the first line, and whether that one names them: no field of it has a digit, and the first is no page."""
    fields = _filled(row)
    if any(any(map(str.isdecimal, field)) for field in fields) or find_page(fields[0], pages):
        return _Columns(2, len(row), 1), False
    named = next((i for i, text in enumerate(fields) if _COUNT_HEADINGS.fullmatch(text)), -1)
    return _Columns(max(len(fields), 2), len(row), 1 if named < 0 and len(fields) <= 2 else named), True


def _read_line(row: list[str], columns: _Columns, pages: Catalogue) -> tuple[str, int, str]:
    """Page, count, and what is wrong."""
    fields, place = _filled(row), columns.count
    if len(fields) <= place:
        return "", 0, N_("a line needs a page and a count.")
    if len(fields) > columns.filled or (len(fields) > 2 and len(row) > columns.all):
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
