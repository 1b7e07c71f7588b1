"""三审三校: who read an issue, when, and which text it was; kept in ``content/reviews.yml``, one line a review.

A review holds for a text, not for a file: it is void as soon as the text is another. The file is plain YAML, but
read line by line, so that a long history costs nothing and a line that is wrong is named.
"""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterable, Mapping, Sequence

from bulletin.core.errors import StationError, UsageError
from bulletin.core.i18n import Translate
from bulletin.core.model import Value
from bulletin.core.problems import N_

REVIEWS_FILE = "content/reviews.yml"
_HEADER = "# 三审三校的记录，由 bulletin review 写入，不要手工修改。\n"
_LINE = re.compile(
    r"- \{number: (?P<number>[^,{}]+), as: (?P<role>first|second|final), by: (?P<by>[^,{}]+), "
    r"date: (?P<date>\d{4}-\d\d-\d\d \d\d:\d\d), text: (?P<text>[0-9a-f]{32})\}"
)

ROLES: dict[str, str] = {"first": N_("first review"), "second": N_("second review"), "final": N_("final review")}
"""初审, 复审, 终审, in their order."""
_ROLE_NAMES = {"初审": "first", "一审": "first", "复审": "second", "二审": "second", "终审": "final", "三审": "final"}
_ROLES_NEEDED: dict[int, tuple[str, ...]] = {0: tuple(ROLES), 1: ("final",), 2: ("first", "final"), 3: tuple(ROLES)}
"""Which reviews there are, by the number that a station wants."""


class Review(Value, frozen=True):
    """One reading of one text by one person."""

    number: str
    role: str
    by: str
    date: str
    """``YYYY-MM-DD HH:MM``, the station's clock."""
    text: str
    """Hash of the texts that were read (source.py)."""


def read_reviews(data: bytes) -> tuple[Review, ...]:
    """The reviews in the order in which they were recorded. Raises `StationError` naming a line that is none."""
    found = []
    for number, line in enumerate(data.decode("utf-8-sig", "replace").splitlines(), 1):
        if line.strip() and not line.startswith("#"):
            match = _LINE.fullmatch(line.strip())
            if not match:
                raise StationError(N_("this line is not a record of a review."), path=f"{REVIEWS_FILE}:{number}")
            found.append(Review(**match.groupdict()))
    return tuple(found)


def write_reviews(reviews: Iterable[Review]) -> bytes:
    """The bytes of reviews.yml."""
    lines = (f"- {{number: {r.number}, as: {r.role}, by: {r.by}, date: {r.date}, text: {r.text}}}\n" for r in reviews)
    return (_HEADER + "".join(lines)).encode()


def parse_role(words: str) -> str:
    """``first`` or 初审 → ``first``. Raises `UsageError`."""
    role = _ROLE_NAMES.get(words, words)
    if role not in ROLES:
        raise UsageError(N_("“{role}” is not a review. Write first, second or final."), role=words)
    return role


def add_review(reviews: Sequence[Review], fresh: Review, needed: int) -> tuple[Review, ...]:
    """Record a review. Raises `UsageError` when one that comes before is missing, or by the same person."""
    if not fresh.by.strip() or re.search(r"[,{}\n]", fresh.by):
        raise UsageError(N_("a name is needed, without commas and brackets."))
    valid = [r for r in reviews if r.number == fresh.number and r.text == fresh.text]
    roles = _ROLES_NEEDED[needed]
    if fresh.role not in roles:
        raise UsageError(
            N_("this station does without the {what}; see “reviews” in station.yml."), what=ROLES[fresh.role]
        )
    for role in roles[: roles.index(fresh.role)]:
        if role not in {r.role for r in valid}:
            raise UsageError(N_("the {what} comes first; this text does not have it yet."), what=ROLES[role])
    if any(r.by == fresh.by and r.role != fresh.role for r in valid):
        raise UsageError(N_("{by} has reviewed this text already; each review is another person's."), by=fresh.by)
    return (*reviews, fresh)


def voided(own: Iterable[Review], digest: str) -> list[Review]:
    """The last review of each role that was of another text, where none of this one followed."""
    last = {review.role: review for review in own}
    return [review for review in last.values() if review.text != digest]


def missing_review(own: Iterable[Review], digest: str, needed: int) -> list[str]:
    """The roles that this text still lacks, in order."""
    done = {review.role for review in own if review.text == digest}
    return [role for role in _ROLES_NEEDED[needed] if role not in done]


# ── the register


class RegisterRow(Value, frozen=True):
    """A review in the register; texts in the reader's language."""

    number: str
    title: str
    review: str
    by: str
    date: str
    valid: bool
    """Whether the text is the one that was read."""
    state: str
    """The same as words."""


class Register(Value, frozen=True):
    """A page to print and to sign."""

    station: str
    day: str
    """On which it was made, ``YYYY-MM-DD``."""
    rows: tuple[RegisterRow, ...]
    """By number, then by time."""


def make_register(
    reviews: Iterable[Review], texts: Mapping[str, tuple[str, str]], station: str, day: str, translate: Translate
) -> Register:
    """``texts``: number → title and hash of the issue as it is now."""
    ordered = sorted(reviews, key=lambda review: (review.number, review.date))
    return Register(
        station, day, tuple(_row(review, *texts.get(review.number, ("", "")), translate) for review in ordered)
    )


def _row(review: Review, title: str, digest: str, translate: Translate) -> RegisterRow:
    valid = review.text == digest
    state = translate(N_("valid")) if valid else translate(N_("void: the text was changed"))
    return RegisterRow(review.number, title, translate(ROLES[review.role]), review.by, review.date, valid, state)


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
