"""Rate limits: token buckets by key, in bounded memory.

A bucket is stored as the time at which it will be full again (the generic cell rate algorithm, ITU-T I.371): one
number instead of two. A full bucket needs no entry. When there are too many entries, those of full buckets are
dropped; if that is not enough, so is the oldest half of the rest.
"""

from __future__ import annotations

from itertools import islice


class RateLimiter:
    """Token buckets by a 64-bit key."""

    def __init__(self, size: int, rate: float, burst: int) -> None:
        """``size``: a quarter of the buckets that are kept; ``rate``: tokens a second; ``burst``: tokens at once."""
        self._max_buckets = 4 * size
        self._interval = 1 / rate
        self._tolerance = (burst - 1) / rate
        self._full_at: dict[int, float] = {}

    def allow(self, name: int, now: float) -> bool:
        """Take a token if there is one; ``now`` in seconds of a monotonic clock."""
        full_at = self._full_at.get(name)
        if full_at is None:
            if len(self._full_at) >= self._max_buckets:
                self._evict(now)
        elif full_at > now:
            if full_at - now > self._tolerance:
                return False
            now = full_at
        self._full_at[name] = now + self._interval
        return True

    def _evict(self, now: float) -> None:
        kept = {name: full_at for name, full_at in self._full_at.items() if full_at > now}
        if len(kept) > self._max_buckets // 2:
            kept = dict(islice(kept.items(), len(kept) // 2, None))
        self._full_at = kept
