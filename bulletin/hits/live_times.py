"""When a service counted: what access logs know of those times is not counted again."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable
from datetime import datetime

from bulletin.hits.stores.base import Span


class LiveTimes:
    """Periods in which a service counted, merged."""

    def __init__(self, spans: Iterable[Span]) -> None:
        self._begins: list[int] = []
        self._ends: list[int] = []
        for began, until in sorted((_seconds(span.began), _seconds(span.until)) for span in spans):
            if self._ends and began <= self._ends[-1]:
                self._ends[-1] = max(self._ends[-1], until)
            else:
                self._begins.append(began)
                self._ends.append(until)

    def covers(self, now: int) -> bool:
        place = bisect_right(self._begins, now) - 1
        return place >= 0 and now <= self._ends[place]


def _seconds(text: str) -> int:
    return int((datetime.fromisoformat(text) - datetime(1970, 1, 1)).total_seconds())
