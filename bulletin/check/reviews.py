"""三审三校: who read an issue, when, and which text it was; kept in ``content/reviews.yml``, one line a review.

A review holds for a text, not for a file: it is void as soon as the text is another. The file is plain YAML, but
read line by line, so that a long history costs nothing and a line that is wrong is named.
"""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Callable, Iterable, Sequence
from html import escape

from bulletin.core.errors import StationError, UsageError
from bulletin.core.model import Value
from bulletin.core.problems import N_

REVIEWS_FILE = "content/reviews.yml"
_FILE_HEAD = "# 三审三校的记录，由 bulletin review 写入，不要手工修改。\n"
_REVIEW_LINE = re.compile(
    r"- \{number: (?P<number>[^,{}]+), as: (?P<role>first|second|final), by: (?P<by>[^,{}]+), "
    r"date: (?P<date>\d{4}-\d\d-\d\d \d\d:\d\d), text: (?P<text>[0-9a-f]{32})\}"
)

ROLES: dict[str, str] = {"first": N_("first review"), "second": N_("second review"), "final": N_("final review")}
"""初审, 复审, 终审, in their order."""
_CHINESE_ROLES = {
    "初审": "first",
    "一审": "first",
    "复审": "second",
    "二审": "second",
    "终审": "final",
    "三审": "final",
}
_ROLES_NEEDED: dict[int, tuple[str, ...]] = {0: tuple(ROLES), 1: ("final",), 2: ("first", "final"), 3: tuple(ROLES)}
"""Which reviews a station wants that wants so many."""


class Review(Value, frozen=True):
    """One reading of one text by one person."""

    number: str
    role: str
    by: str
    date: str
    """``YYYY-MM-DD HH:MM``, the station's clock."""
    text: str
    """Hash of the texts that were read (record.py)."""


def read_reviews(data: bytes) -> tuple[Review, ...]:
    """The reviews in the order in which they were recorded. Raises `StationError` naming a line that is none."""
    found = []
    for number, line in enumerate(data.decode("utf-8-sig", "replace").splitlines(), 1):
        if line.strip() and not line.startswith("#"):
            match = _REVIEW_LINE.fullmatch(line.strip())
            if not match:
                raise StationError(N_("this line is no record of a review."), path=f"{REVIEWS_FILE}:{number}")
            found.append(Review(**match.groupdict()))
    return tuple(found)


def write_reviews(reviews: Iterable[Review]) -> bytes:
    """The bytes of reviews.yml."""
    lines = (f"- {{number: {r.number}, as: {r.role}, by: {r.by}, date: {r.date}, text: {r.text}}}\n" for r in reviews)
    return (_FILE_HEAD + "".join(lines)).encode()


def parse_role(words: str) -> str:
    """``first`` or 初审 → ``first``. Raises `UsageError`."""
    role = _CHINESE_ROLES.get(words, words)
    if role not in ROLES:
        raise UsageError(N_("“{role}” is no review. Write first, second or final."), role=words)
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
    """A line of the register."""

    review: Review
    title: str
    valid: bool


_REGISTER_COLUMNS = (N_("Number"), N_("Title"), N_("Review"), N_("Name"), N_("Day"), N_("State"))


def register_rows(reviews: Iterable[Review], texts: dict[str, tuple[str, str]]) -> tuple[RegisterRow, ...]:
    """``texts``: number → title and hash of the issue as it is now."""
    made = []
    for review in reviews:
        title, digest = texts.get(review.number, ("", ""))
        made.append(RegisterRow(review, title, review.text == digest))
    return tuple(sorted(made, key=lambda row: (row.review.number, row.review.date)))


def _cells(row: RegisterRow, translate: Callable[[str], str]) -> tuple[str, ...]:
    state = translate(N_("valid")) if row.valid else translate(N_("void: the text was changed"))
    review = row.review
    return review.number, row.title, translate(ROLES[review.role]), review.by, review.date, state


def register_csv(those: Iterable[RegisterRow], translate: Callable[[str], str]) -> bytes:
    """For Excel and WPS, which take UTF-8 for something else without the mark at its beginning; a cell that begins
    with ``=``, ``+``, ``-`` or ``@`` would be a formula to them (OWASP, CSV injection)."""
    out = io.StringIO()
    writer = csv.writer(out)
    writer.writerow(map(translate, _REGISTER_COLUMNS))
    for row in those:
        writer.writerow("'" + cell if cell[:1] in "=+-@\t" and cell else cell for cell in _cells(row, translate))
    return out.getvalue().encode("utf-8-sig")


def register_html(those: Iterable[RegisterRow], name: str, day: str, translate: Callable[[str], str]) -> bytes:
    """A page to print and to sign, on A4."""
    head = "".join(f'<th scope="col">{escape(translate(column))}</th>' for column in _REGISTER_COLUMNS)
    body = "".join(
        "<tr>" + "".join(f"<td>{escape(cell)}</td>" for cell in _cells(row, translate)) + "</tr>\n" for row in those
    )
    title = translate(N_("Register of reviews"))
    return (
        f'<!DOCTYPE html>\n<html lang="zh-CN">\n<head>\n<meta charset="utf-8">\n<title>{escape(title)}</title>\n'
        f"<style>{STYLE}</style>\n</head>\n<body>\n<h1>{escape(title)}</h1>\n<p>{escape(name)}　{escape(day)}</p>\n"
        f"<table>\n<thead><tr>{head}</tr></thead>\n<tbody>\n{body}</tbody>\n</table>\n</body>\n</html>\n"
    ).encode()


STYLE = """
@page{size:A4;margin:20mm}
body{font:12pt/1.6 FangSong,STFangsong,'Noto Serif CJK SC',serif;margin:2em auto;max-width:60em}
h1{text-align:center;font-size:18pt}
table{border-collapse:collapse;width:100%}
th,td{border:1px solid #333;padding:.3em .5em;text-align:left}
thead{display:table-header-group}
tr{break-inside:avoid}
"""
