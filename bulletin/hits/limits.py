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
        place = -1
        for each in (base, base + 1, base + 2, base + 3):
            if names[each] == name:
                place = each
                break
        if place < 0:
            place = min((base, base + 1, base + 2, base + 3), key=dues.__getitem__)
            names[place] = name
            dues[place] = now
        due = max(dues[place], now)
        if due - now > self._room:
            return False
        dues[place] = due + self._step
        return True
