"""Dates as staff write them → `datetime` on the station's clock."""

from __future__ import annotations

import re
import unicodedata
from datetime import datetime, timedelta, timezone

CHINA = timezone(timedelta(hours=8))
"""All of China keeps one time; a date with another offset is turned into it."""

_MOMENT = re.compile(
    r"(?P<year>\d{4})[-/.年](?P<month>\d{1,2})[-/.月](?P<day>\d{1,2})日?"
    r"(?:[T\s]*(?P<hour>\d{1,2})[:时点](?P<minute>\d{1,2})分?(?::?(?P<second>\d{1,2})秒?(?:\.\d+)?)?)?"
    r"\s*(?P<zone>Z|[+-]\d{2}:?\d{2})?"
)


_FIELDS = ("year", "month", "day", "hour", "minute", "second")


def parse_moment(text: str) -> datetime | None:
    """A date, with or without a time; None when it is none or does not exist (``2026-02-30``).

    Half- and full-width, ``2015-04-10``, ``2015/4/10 10:04``, ``2015年4月10日 10时04分``, RFC 3339.
    Parts of seconds are dropped.
    """
    found = _MOMENT.fullmatch(unicodedata.normalize("NFKC", text).strip())
    if not found:
        return None
    parts = found.groupdict()
    try:
        year, month, day, hour, minute, second = (int(parts[name] or 0) for name in _FIELDS)
        moment = datetime(year, month, day, hour, minute, second)
        if parts["zone"]:
            zone = datetime.fromisoformat(f"2000-01-01T00:00{parts['zone']}").tzinfo
            moment = moment.replace(tzinfo=zone).astimezone(CHINA).replace(tzinfo=None)
    except (ValueError, OverflowError):
        return None
    return moment
