"""Whether a hit counts: repeats and floods are filtered out, within one service.

Where several services share a store that filters, the store does it, with the same tables (stores/commit.lua).
"""

from __future__ import annotations

from hashlib import blake2b
from typing import Literal

from bulletin.core.model import Value
from bulletin.hits.limits import RateLimiter
from bulletin.hits.repeats import RepeatReads
from bulletin.hits.rules import Rules

COUNTED, DOUBLE, LIMITED = 1, 2, 3

HitOutcome = Literal["counted", "double", "limited", "robot", "prefetch", "origin", "unknown"]

HIT_OUTCOMES: tuple[HitOutcome, ...] = ("counted", "double", "limited", "robot", "prefetch", "origin", "unknown")
"""Labels in the metrics; docs/hits.md explains each."""

OUTCOME_BY_VERDICT: dict[int, HitOutcome] = {COUNTED: "counted", DOUBLE: "double", LIMITED: "limited"}


class CountedPage(Value, frozen=True):
    """A page that is counted, with all that a hit on it needs."""

    key: str
    data: bytes
    """The key in UTF-8, to hash with the reader."""
    name: int
    """64-bit hash of the key, for the rate limiter."""


class HitFilter:
    """Repeated reads and rate limits, for one service."""

    def __init__(self, rules: Rules) -> None:
        self._repeats = RepeatReads(rules)
        self._networks = RateLimiter(rules.limits, rules.net_rate, rules.net_burst)
        self._pages = RateLimiter(rules.limits, rules.page_rate, rules.page_burst)

    def new_day(self) -> None:
        """Forget readers: their hashes change with the day's salt."""
        self._repeats.clear()

    def allow(self, net: bytes, now: float) -> bool:
        """Whether a network is below its rate limit; the user agent plays no part, since it is easily changed.

        ``net`` is today's hash of the network, 8 bytes (readers.py).
        """
        return self._networks.allow(int.from_bytes(net), now)

    def verdict(self, page: int, reader: bytes, now: float) -> int:
        """`COUNTED`, `DOUBLE` or `LIMITED`, for a hit from an allowed network. ``page`` is `CountedPage.name`."""
        if not self._repeats.is_new(int.from_bytes(reader), now):
            return DOUBLE
        return COUNTED if self._pages.allow(page, now) else LIMITED


def counted_page(key: str) -> CountedPage:
    data = key.encode()
    return CountedPage(key, data, int.from_bytes(blake2b(data, digest_size=8).digest()))
