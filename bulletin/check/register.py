"""The register of reviews (check/reviews.py): a page to print, sign and file, or a table."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Iterator

from bulletin.arrange.archive import issue_title
from bulletin.check.findings import Silenced
from bulletin.check.reports import place
from bulletin.check.reviews import ROLES, Review, ReviewBook, void_reason
from bulletin.core.i18n import Translate
from bulletin.core.model import Issue, Value
from bulletin.core.problems import N_
from bulletin.core.station import Station


class RegisterRow(Value, frozen=True):
    """A review in the register; texts in the reader's language."""

    number: str
    title: str
    """Of the issue; the bulletin's name and its number where it has none of its own."""
    review: str
    by: str
    date: str
    valid: bool
    """Whether the text is the one that was read."""
    state: str
    """The same as words."""
    id: str
    """Of the issue, as in its address; empty when it is gone."""


class PassedRow(Value, frozen=True):
    """A finding that somebody passed with a reason."""

    place: str
    code: str
    reason: str


class Register(Value, frozen=True):
    """A page to print and to sign."""

    station: str
    day: str
    """On which it was made, ``YYYY-MM-DD``."""
    rows: tuple[RegisterRow, ...]
    """By id of the issue, then by time."""
    passed: tuple[PassedRow, ...]
    """In the texts that were reviewed, by file and line."""


def make_register(
    book: ReviewBook, passed: Iterable[Silenced], station: Station, day: str, translate: Translate
) -> Register:
    """``passed`` is what was passed in the issues of the book."""
    pairs = [(issue, review) for issue in book.issues for review in book.own.get(issue.source, ())]
    rows = [(issue.id, _row(issue, review, book, station, translate)) for issue, review in pairs]
    rows += [(review.id or review.number, _row_without_issue(review, book, translate)) for review in book.others]
    ordered = sorted(rows, key=lambda each: (each[0], each[1].date))
    notes = (PassedRow(place(each.problem), each.problem.code, each.pragma.reason) for each in passed)
    return Register(
        station.name, day, tuple(row for _, row in ordered), tuple(sorted(notes, key=lambda each: each.place))
    )


def _row(issue: Issue, review: Review, book: ReviewBook, station: Station, translate: Translate) -> RegisterRow:
    reason = void_reason(issue, review, book)
    words = list(_state(issue, review, reason, translate))
    state = translate(N_("; ")).join(words)
    role, title = translate(ROLES[review.role]), issue_title(station, issue.title, issue.number)
    return RegisterRow(issue.number, title, role, review.by, review.date, not reason, state, issue.id)


def _state(issue: Issue, review: Review, reason: str, translate: Translate) -> Iterator[str]:
    yield translate(N_("void: {reason}")).format(reason=translate(reason)) if reason else translate(N_("valid"))
    if review.id not in ("", issue.id) or (not review.id and review.number not in (issue.number, issue.id)):
        yield translate(N_("the number was {number}")).format(number=review.number)
    if review.even_so:
        yield translate(N_("recorded with open errors"))


def _row_without_issue(review: Review, book: ReviewBook, translate: Translate) -> RegisterRow:
    several = not review.id and any(issue.number == review.number for issue in book.issues)
    reason = N_("several issues have this number") if several else N_("there is no such issue now")
    state = translate(N_("void: {reason}")).format(reason=translate(reason))
    return RegisterRow(review.number, "", translate(ROLES[review.role]), review.by, review.date, False, state, "")


_COLUMNS = (N_("Number"), N_("Title"), N_("Review"), N_("Name"), N_("Day"), N_("State"))


def register_csv(register: Register, translate: Translate) -> bytes:
    """For Excel and WPS, which take UTF-8 for something else without a byte order mark; a cell that begins
    with ``=``, ``+``, ``-`` or ``@`` would be a formula to them (OWASP, CSV injection)."""
    out = io.StringIO()
    writer = csv.writer(out)
    writer.writerow(map(translate, _COLUMNS))
    for row in register.rows:
        cells = (row.number, row.title, row.review, row.by, row.date, row.state)
        writer.writerow("'" + cell if cell[:1] in "=+-@\t" and cell else cell for cell in cells)
    return out.getvalue().encode("utf-8-sig")
