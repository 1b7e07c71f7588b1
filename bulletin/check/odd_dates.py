"""D101 and D102 once more: days in Han numerals, with dots, with a word twice, with a letter for a digit."""

from __future__ import annotations

import re
from calendar import monthrange
from collections.abc import Iterator

from bulletin.check.manuscript import Manuscript
from bulletin.check.office import Office
from bulletin.check.patterns import NUMERALS, number_of
from bulletin.core.problems import Problem

_HAN_DAY = re.compile(
    rf"(?P<year>[一二][一二三四五六七八九〇○零]{{3}}年)?(?<![{NUMERALS}廿第百千个])(?P<month>[{NUMERALS}]{{1,3}})月"
    rf"(?P<day>[{NUMERALS}]{{1,3}})[日号]"
)
_HAN_MONTH = re.compile(rf"[一二][一二三四五六七八九〇○零]{{3}}年(?P<month>[{NUMERALS}]{{1,3}})月(?![{NUMERALS}])")
_DOTTED = re.compile(r"(?<![\d.])(?:19|20)\d\d\.(?P<month>\d{1,2})\.(?P<day>\d{1,2})(?!\.?\d)")
_TWICE = re.compile(
    r"(?<!\d)\d{4}年年(?![度底初末会终中轻均纪龄报检审货关味薪轮假级])"
    r"|\d月月(?![底初末中份度亮考报光饼供租薪收嫂])|\d[日号](?:号|日(?![常程报本用均光夜子前后益记]))"
)
_SHORT_YEAR = re.compile(r"(?<![\d元前])(?:1\d\d|20\d)年\d{1,2}月\d{1,2}日")
_NO_DAY_OF_THE_WEEK = re.compile(r"(?:星期|礼拜)[八九089](?![\d点时])")
_LETTER = re.compile(
    r"(?<![\dA-Za-z])(?:(?=[\dOolI]{4}年)(?=\d*[OolI])\d[\dOolI]{3}年|(?:[1-3][OolI]|[OlI]\d)[月日号])(?![A-Za-z])"
)
_LETTER_IN_TIME = re.compile(
    r"(?<![\dA-Za-z:：])(?:\d{1,2}[:：](?:[0-5][OolI]|[OolI][\dOolI])|\d?[OolI]\d?[:：]\d\d)(?![A-Za-z\d])"
)


_HAN_LIKE = re.compile(rf"月(?=[{NUMERALS}])")
_MONTH_LIKE = re.compile(rf"年(?=[{NUMERALS}]{{1,3}}月)")
_YEAR_LIKE = re.compile(r"年(?=\d{1,2}月\d)")
_DOT_LIKE = re.compile(r"\.(?=\d{1,2}\.\d)")
_REACH = 12
"""Characters before and after such a place that may belong to a date."""
_TWO_SIGNS = ("年年", "月月", "日日", "日号", "号日", "号号")
_LETTERS = "OolI"


def odd_dates(text: Manuscript, office: Office) -> Iterator[Problem]:  # noqa: ARG001
    """``十一月三十一日``, ``2014.02.30``, ``2014年年``, ``30日日``, ``201年11月5日``, ``星期八``, ``2O14年``."""
    prose = text.prose
    found = [*_around(prose, _YEAR_LIKE, _SHORT_YEAR)]
    if any(signs in prose for signs in _TWO_SIGNS):
        found += _TWICE.finditer(prose)
    if "星期" in prose or "礼拜" in prose:
        found += _NO_DAY_OF_THE_WEEK.finditer(prose)
    if any(letter in prose for letter in _LETTERS):
        found += _LETTER.finditer(prose)
    found += (
        day
        for day in _around(prose, _DOT_LIKE, _DOTTED)
        if not _is_day(int(day["month"]), int(day["day"]), int(day.group()[:4]))
    )
    found += (
        day
        for day in _around(prose, _HAN_LIKE, _HAN_DAY)
        if not _is_day(number_of(day["month"]), number_of(day["day"]))
    )
    found += (month for month in _around(prose, _MONTH_LIKE, _HAN_MONTH) if not 1 <= number_of(month["month"]) <= 12)
    for one in {one.start(): one for one in found}.values():
        yield text.found("D101", *one.span(), words=one.group())


def _around(prose: str, like: re.Pattern[str], pattern: re.Pattern[str]) -> Iterator[re.Match[str]]:
    """Matches of the pattern around the places that look like one: to look everywhere takes ten times as long."""
    for place in like.finditer(prose):
        yield from pattern.finditer(prose, max(0, place.start() - _REACH), place.end() + _REACH)


def odd_times(text: Manuscript, office: Office) -> Iterator[Problem]:  # noqa: ARG001
    """``8:3O``: a letter for a digit."""
    if any(letter in text.prose for letter in _LETTERS):
        for found in _LETTER_IN_TIME.finditer(text.prose):
            yield text.found("D102", *found.span(), words=found.group())


def _is_day(month: int, day: int, year: int = 2000) -> bool:
    return 1 <= month <= 12 and 1 <= day <= monthrange(year, month)[1]
