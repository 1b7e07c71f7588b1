"""D101 to D103: days and times that the calendar and the clock do not have, and dates far from the issue's own."""

from __future__ import annotations

import re
from calendar import monthrange
from collections.abc import Iterator
from datetime import date
from functools import lru_cache

from bulletin.check.manuscript import Manuscript
from bulletin.check.office import Office
from bulletin.core.problems import Problem

_DATE_LIKE = re.compile(r"[\d年月日号/\-]{3,}")
"""Where dates may be: only that is searched, since most of a text has no digits."""
_RUN_TOGETHER = re.compile(
    r"(?<!\d)(?P<year>(?:19|20)\d\d)(?:年(?P<month_day>\d{3,4})日|(?P<all>\d{2,4})日)"
    r"|(?<![\d年月第共计约])(?P<alone>\d{4})日(?![一-龥]?[元个])"
)
_MONTH_DAY = re.compile(r"(?<!\d)(?:(?P<year>\d{4})年)?(?P<month>\d{1,3})月(?:(?P<day>\d{1,3})[日号])?(?!\d)")
_DASHED = re.compile(
    r"(?<![\d.\-/])(?P<year>(?:19|20)\d\d)(?P<mark>[-/])(?P<month>\d{1,2})(?P=mark)(?P<day>\d{1,2})(?![\d.\-/])"
)
_LONG_YEAR = re.compile(r"(?<!\d)(?:19|20)\d{3}年")


@lru_cache(maxsize=1)
def _date_likes(prose: str) -> tuple[tuple[int, int], ...]:
    """Where dates with a sign may be; two rules look through the same text, one after the other."""
    return tuple(found.span() for found in _DATE_LIKE.finditer(prose) if not found.group().isdecimal())


def impossible_dates(text: Manuscript, office: Office) -> Iterator[Problem]:  # noqa: ARG001
    """``2014年1116日``, ``2014121日``, ``11月31日``, ``2014-13-02``, ``20144年``."""
    prose = text.prose
    for span in _date_likes(prose):
        words = prose[slice(*span)]
        for found in _RUN_TOGETHER.finditer(prose, *span) if "日" in words else ():
            readings = _possible_days(int(found["year"] or 0), found["month_day"] or found["all"] or found["alone"])
            if readings or not found["alone"]:
                yield text.found("D101", *found.span(), guess="” / “".join(readings), words=found.group())
        for pattern, sign in ((_MONTH_DAY, "月"), (_DASHED, "-"), (_DASHED, "/")):
            for found in pattern.finditer(prose, *span) if sign in words else ():
                year, month, day = (int(found[name] or 0) for name in ("year", "month", "day"))
                if not _is_day(year or 2000, month, day if found["day"] else 1):
                    yield text.found("D101", *found.span(), words=found.group())
        for found in _LONG_YEAR.finditer(prose, *span) if "年" in words else ():
            yield text.found("D101", *found.span(), words=found.group())


def _possible_days(year: int, digits: str) -> tuple[str, ...]:
    """What digits run together may mean: 121 → 1月21日, 12月1日; a month or a day is not written 01 there."""
    before = f"{year}年" if year else ""
    return tuple(
        f"{before}{int(digits[:cut])}月{int(digits[cut:])}日"
        for cut in (1, 2)
        if digits[cut:] and digits[cut] != "0" and _is_day(year or 2000, int(digits[:cut]), int(digits[cut:]))
    )


def _is_day(year: int, month: int, day: int) -> bool:
    """Whether the calendar has it."""
    return 1 <= month <= 12 and 1 <= day <= monthrange(max(year, 1), month)[1]


_CLOCK_RUN = re.compile(r"[0-2]\d[0-5]\d(?=左右|许[，,]|时许|分[，,])")
_CLOCK = re.compile(r"\d{1,2}(?:[时点](?P<minute>\d{1,2})分(?!之)|[:：](?P<minute2>\d{2})(?![\d:：]))")
_BEFORE_CLOCK_RUN = "，,。；、日晚晨午天夜上早里\n"
_BEFORE_CLOCK = "日午晚晨间早夜上"


def impossible_times(text: Manuscript, office: Office) -> Iterator[Problem]:  # noqa: ARG001
    """``1830左右``, ``25时10分``, ``下午3:75``; ``约1830左右`` counts people, and ``3:95`` is a ratio."""
    prose = text.prose
    for found in _CLOCK_RUN.finditer(prose):
        before, words = prose[max(0, found.start() - 1) : found.start()], found.group()
        if int(words[:2]) <= 24 and (not before or before in _BEFORE_CLOCK_RUN):
            yield text.found("D102", *found.span(), guess=f"{words[:2]}:{words[2:]}", words=words)
    for found in _CLOCK.finditer(prose):
        before = prose[max(0, found.start() - 1) : found.start()]
        hour, minute = int(re.split(r"[时点:：]", found.group())[0]), int(found["minute"] or found["minute2"])
        says_time = found["minute"] is not None and not before.isdigit()
        if (says_time or (before and before in _BEFORE_CLOCK)) and (
            hour > 24 or minute > 59 or (hour == 24 and minute)
        ):
            yield text.found("D102", *found.span(), words=found.group())


_FULL_DATE = re.compile(
    r"(?<!\d)(?P<year>(?:19|20)\d\d)年(?P<month>\d{1,2})月(?P<day>\d{1,2})日(?P<after>[^\n。]{0,12})"
)
_OLD_ON_PURPOSE = re.compile(r"公布|颁布|施行|印发|通过|发布|出生|成立|生效|修订|生，|生于|实施|制定|建站|起，?")
_OLD_DATE_BEFORE = re.compile(r"[（(《〔]|生于|出生|成立|至$|自|截至|到$")
_MAX_WORDS_AFTER_DATE = 12
_MAX_DAYS_FROM_ISSUE = 400
"""Days; an issue is about its own year and of the one before."""


def far_dates(text: Manuscript, office: Office) -> Iterator[Problem]:  # noqa: ARG001
    """A slip in the year shows by its distance; laws, births and foundings are old on purpose."""
    if text.date is None:
        return
    own = text.date.date()
    for start, end in _date_likes(text.prose):
        if text.prose.find("年", start, end) < 0 or text.prose.find("日", start, end) < 0:
            continue
        found = _FULL_DATE.search(text.prose, start, end + _MAX_WORDS_AFTER_DATE)
        if not found or _days_from(own, found) <= _MAX_DAYS_FROM_ISSUE:
            continue
        if not (_is_old_on_purpose(text.prose, found) or _is_listed(text.prose, found, own)):
            end = found.start("after")
            yield text.found("D103", found.start(), end, words=text.prose[found.start() : end], date=own.isoformat())


def _is_listed(prose: str, found: re.Match[str], own: date) -> bool:
    """Whether it is a day of the past in a row of a table, as a table of a year's end compares it."""
    first, last = prose.rfind("\n", 0, found.start()) + 1, prose.find("\n", found.end())
    row = prose[first : last if last >= 0 else len(prose)]
    return "|" in row and int(found["year"]) <= own.year


def _days_from(own: date, found: re.Match[str]) -> int:
    """Days between; 0 for a date that is none, which D101 reports."""
    year, month, day = int(found["year"]), int(found["month"]), int(found["day"])
    return abs((date(year, month, day) - own).days) if _is_day(year, month, day) else 0


def _is_old_on_purpose(prose: str, found: re.Match[str]) -> bool:
    before = prose[max(0, found.start() - 6) : found.start()]
    return bool(_OLD_ON_PURPOSE.search(found["after"]) or _OLD_DATE_BEFORE.search(before))
