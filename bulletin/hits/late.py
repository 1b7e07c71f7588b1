"""What was counted while the clock was ahead: periods and days in the future, and how they are put right.

A period of live counting that ends in the future keeps `hits add-log` from counting anything until then.
"""

from __future__ import annotations

import secrets
from datetime import datetime, timedelta

from bulletin.core.model import Value
from bulletin.hits.stores.base import Batch, Count, Span, Store

_TOLERANCE = timedelta(minutes=1)


class AheadOfClock(Value, frozen=True):
    """What lies in the future."""

    spans: tuple[Span, ...]
    counts: tuple[Count, ...]
    """Hits of days to come."""


def ahead_of_clock(store: Store, now: datetime) -> AheadOfClock:
    """Raises `StoreError`."""
    moment = (now + _TOLERANCE).isoformat()
    return AheadOfClock(
        tuple(span for span in store.spans() if span.until > moment),
        tuple(count for count in store.counts() if count.day > moment[:10]),
    )


def fix_ahead(store: Store, now: datetime) -> AheadOfClock:
    """End the periods at the last hour that was counted before now, and take the hits as today's.

    Totals stay. No service may be counting into the store. Raises `StoreError`.
    """
    found = ahead_of_clock(store, now)
    hours = [each.hour for each in store.hours() if each.hour <= now.isoformat()[:13]]
    for span in found.spans:
        until = min(f"{max(hours)}:59:59", now.isoformat(timespec="seconds")) if hours else span.began
        store.commit(Batch(span.service, span.number + 1, at=until, began=span.began))
    if found.counts:
        today = now.date().isoformat()
        sums: dict[tuple[str, str], int] = {}
        for count in found.counts:
            sums[count.page, count.origin] = sums.get((count.page, count.origin), 0) + count.n
        store.commit(
            Batch(
                f"fix-{secrets.token_hex(6)}",
                1,
                put=tuple(Count(count.page, count.day, count.origin, 0) for count in found.counts),
                add=tuple(Count(page, today, origin, n) for (page, origin), n in sums.items()),  # type: ignore[arg-type]
            )
        )
    return found
