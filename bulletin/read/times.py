"""Dates as staff write them → `datetime` on the station's clock."""

from __future__ import annotations

import re
import unicodedata
from datetime import datetime, timedelta, timezone

from bulletin.core.model import Value
from bulletin.read.numerals import count

CHINA = timezone(timedelta(hours=8))
"""All of China keeps one time; a date with another offset is turned into it."""

_FEW = r"(?:\d{1,2}|[〇零○一二两三四五六七八九十]{1,3})"
_DAY = (
    r"(?P<year>\d{4}|[〇零○一二三四五六七八九]{4})\s*[-/.年]\s*"
    rf"(?P<month>{_FEW})\s*[-/.月]\s*(?P<day>{_FEW})\s*[日号]?"
)
_TIME = (
    r"(?:\s*\(?(?:星期|周|礼拜)[一二三四五六日天]\)?)?"
    r"(?:[T\s]*(?P<period>凌晨|清晨|早上|早晨|上午|中午|正午|下午|午后|傍晚|晚上|晚间|晚)?\s*"
    rf"(?P<hour>{_FEW})(?:[:时点]\s*(?P<minute>{_FEW})分?(?::?(?P<second>\d{{1,2}})秒?(?:\.\d+)?)?"
    r"|[时点](?P<half>半)?[整钟]?))?"
)
_MOMENT = re.compile(_DAY + _TIME + r"\s*(?P<zone>Z|[+-]\d{2}:?\d{2})?")
_MENTION = re.compile(rf"(?<!\d){_DAY}(?!\d){_TIME}(?!\d)")
_COMPACT = re.compile(r"(?<!\d)(?P<year>(?:19|20)\d{2})(?P<month>0[1-9]|1[0-2])(?P<day>0[1-9]|[12]\d|3[01])(?!\d)")

_FIELDS = ("year", "month", "day", "hour", "minute", "second")
_AFTERNOON = ("中午", "正午", "下午", "午后", "傍晚", "晚上", "晚间", "晚")
_NOON = ("中午", "正午")
_MORNING_HOUR = 11
"""The first hour of noon: 中午11点半 is before twelve."""
_DAWN_HOUR = 5
"""晚上3点 is nobody's evening."""


def parse_moment(text: str) -> datetime | None:
    """A date, with or without a time; None when it is none or does not exist (``2026-02-30``).

    Half- and full-width, ``2015-04-10``, ``2015/4/10 10:04``, ``2015年4月10日 10时04分``, ``2015年4月10日（星期五）下午
    3点半``, ``二〇一五年四月十日``, RFC 3339. Parts of seconds are dropped.
    """
    found = _MOMENT.fullmatch(unicodedata.normalize("NFKC", text).strip())
    return _moment(found.groupdict()) if found else None


def _moment(parts: dict[str, str | None]) -> datetime | None:
    given = [parts.get(name) for name in _FIELDS]
    year, month, day, hour, minute, second = [(count(each) or 0) if each else 0 for each in given]
    minute = 30 if parts.get("half") else minute
    try:
        if period := parts.get("period"):
            moment = datetime(year, month, day, 0, minute, second) + timedelta(hours=_clock(hour, period))
        else:
            moment = datetime(year, month, day, hour, minute, second)
        if zone := parts.get("zone"):
            offset = datetime.fromisoformat(f"2000-01-01T00:00{zone}").tzinfo
            moment = moment.replace(tzinfo=offset).astimezone(CHINA).replace(tzinfo=None)
    except (ValueError, OverflowError):
        return None
    return moment


def _clock(hour: int, period: str) -> int:
    """The hour from 0 to 23, or 24 for midnight at the day's end. Raises ValueError for one that does not exist."""
    if period == "凌晨" and hour == 12:
        return 0
    if period.startswith("晚"):
        if hour < _DAWN_HOUR:
            raise ValueError
        return hour + 12 if hour <= 12 else _hour(hour)
    if period in _AFTERNOON and hour < (_MORNING_HOUR if period in _NOON else 12):
        return hour + 12
    return _hour(hour)


def _hour(hour: int) -> int:
    if hour > 23:
        raise ValueError
    return hour


class FoundMoment(Value, frozen=True):
    """A date in the middle of other words."""

    moment: datetime
    before: str
    """What is before it, in the compatibility form (NFKC)."""
    after: str


def find_moment(text: str) -> FoundMoment | None:
    """The first date in a text that exists: ``2024-03-05``, ``20240305``, ``2024年3月5日 上午9时``."""
    plain = unicodedata.normalize("NFKC", text)
    found = sorted((*_MENTION.finditer(plain), *_COMPACT.finditer(plain)), key=re.Match.start)
    for each in found:
        if moment := _moment(each.groupdict()):
            return FoundMoment(moment, plain[: each.start()], plain[each.end() :])
    return None
