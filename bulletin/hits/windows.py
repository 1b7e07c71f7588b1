"""Who has just read this page: a table of a fixed size, however many readers come.

Buckets of four entries; in a full bucket the entry that was seen longest ago gives way. What can be lost so is the
memory of a reader who came long before everybody else in the bucket, never a hit. The same table, byte by byte, lies
in Redis when several services share it (stores/commit.lua).
"""

from __future__ import annotations

from array import array

from bulletin.hits.rules import Rules

TICKS = 10
"""A second."""
ROUND = 1 << 24
"""Ticks after which they begin anew: 19 days, longer than any entry matters."""


class Windows:
    """When each reader last read, and how often today."""

    def __init__(self, rules: Rules) -> None:
        self._size = rules.readers
        self._gap = round(rules.window * TICKS)
        self._a_day = rules.a_day
        self.clear()

    def clear(self) -> None:
        """Forget everybody: a new day, on which readers have other names."""
        self._names = array("Q", bytes(8 * 4 * self._size))
        self._words = array("I", bytes(4 * 4 * self._size))

    def reads(self, name: int, now: float) -> bool:
        """Whether this reading counts; ``name`` is 64 bits, ``now`` the seconds of a clock that never goes back."""
        ticks = int(now * TICKS) % ROUND
        names, words = self._names, self._words
        base = name % self._size * 4
        place = base
        for place in range(base, base + 4):
            word = words[place]
            if not word:  # free, as are all after it
                break
            if names[place] == name:
                count = word & 255
                fresh = (ticks - (word >> 8)) % ROUND > self._gap and count < self._a_day
                words[place] = ticks << 8 | (count + fresh)
                return fresh
        else:
            place = self._oldest(base, ticks)
        names[place] = name
        words[place] = ticks << 8 | 1
        return True

    def _oldest(self, base: int, ticks: int) -> int:
        return max(range(base, base + 4), key=lambda place: (ticks - (self._words[place] >> 8)) % ROUND)
