"""Deduplicating reads: a hash table of a fixed size, however many readers come.

Buckets of four entries; in a full bucket the least recently seen entry is evicted. What can be lost that way is
that somebody read long before all others in the bucket, never a hit. The same table, byte by byte, is in
Redis when several services share it (stores/commit.lua).
"""

from __future__ import annotations

from array import array

from bulletin.hits.rules import Rules

TICKS_PER_SECOND = 10
CLOCK_TICKS = 1 << 24
"""Ticks after which the stored time wraps around: 19 days, longer than any entry matters."""


class RepeatReads:
    """When each reader last read, and how often today."""

    def __init__(self, rules: Rules) -> None:
        self._buckets = rules.readers
        self._window = round(rules.window * TICKS_PER_SECOND)
        self._a_day = rules.a_day
        self.clear()

    def clear(self) -> None:
        """Forget all readers: on a new day they have other hashes."""
        self._names = array("Q", bytes(8 * 4 * self._buckets))
        self._entries = array("I", bytes(4 * 4 * self._buckets))

    def is_new(self, name: int, now: float) -> bool:
        """Whether this read counts; ``name`` is 64 bits, ``now`` in seconds of a monotonic clock."""
        ticks = int(now * TICKS_PER_SECOND) % CLOCK_TICKS
        names, entries = self._names, self._entries
        base = name % self._buckets * 4
        slot = base
        for slot in range(base, base + 4):
            entry = entries[slot]  # the time in 24 bits, then the count in 8
            if not entry:  # free, as are all after it
                break
            if names[slot] == name:
                count = entry & 255
                since = (ticks - (entry >> 8)) % CLOCK_TICKS
                if since > CLOCK_TICKS - self._window:  # a little earlier: a log's lines are not quite in order
                    return False
                new = since > self._window and count < self._a_day
                entries[slot] = ticks << 8 | (count + new)
                return new
        else:
            slot = self._oldest(base, ticks)
        names[slot] = name
        entries[slot] = ticks << 8 | 1
        return True

    def _oldest(self, base: int, ticks: int) -> int:
        return max(range(base, base + 4), key=lambda slot: (ticks - (self._entries[slot] >> 8)) % CLOCK_TICKS)
