"""Floods: token buckets in a table of a fixed size.

A bucket is kept as the time at which it will be full again (the generic cell rate algorithm, ITU-T I.371), one
number instead of two. Buckets of four entries; the one that is full first gives way, since it holds least.
"""

from __future__ import annotations

from array import array


class Limits:
    """Token buckets by a 64-bit name."""

    def __init__(self, size: int, rate: float, burst: int) -> None:
        self._size = size
        self._step = 1 / rate
        self._room = (burst - 1) / rate
        self._names = array("Q", bytes(8 * 4 * size))
        self._dues = array("d", bytes(8 * 4 * size))

    def passes(self, name: int, now: float) -> bool:
        """Take a token if there is one; ``now`` in seconds of a clock that never goes back."""
        names, dues = self._names, self._dues
        base = name % self._size * 4
        for place in (base, base + 1, base + 2, base + 3):
            if names[place] == name:
                due = dues[place]
                if due > now:
                    if due - now > self._room:
                        return False
                    now = due
                dues[place] = now + self._step
                return True
        place = self._fullest(base)
        names[place] = name
        dues[place] = now + self._step
        return True

    def _fullest(self, base: int) -> int:
        """A free place, or the bucket that is full first."""
        best, least = base, self._dues[base]
        for place in (base + 1, base + 2, base + 3):
            if not least:
                break
            due = self._dues[place]
            if due < least:
                best, least = place, due
        return best
