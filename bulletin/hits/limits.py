"""Floods: token buckets, of which only so many are remembered.

A bucket is kept as the time at which it will be full again (the generic cell rate algorithm, ITU-T I.371), one
number instead of two. A full bucket is as good as none. When there are too many, the full ones are let go; if that is
not enough, so is the half that has been there longest.
"""

from __future__ import annotations

from itertools import islice


class Limits:
    """Token buckets by a 64-bit name."""

    def __init__(self, size: int, rate: float, burst: int) -> None:
        self._most = 4 * size
        self._step = 1 / rate
        self._room = (burst - 1) / rate
        self._dues: dict[int, float] = {}

    def passes(self, name: int, now: float) -> bool:
        """Take a token if there is one; ``now`` in seconds of a clock that never goes back."""
        due = self._dues.get(name)
        if due is None:
            if len(self._dues) >= self._most:
                self._make_room(now)
        elif due > now:
            if due - now > self._room:
                return False
            now = due
        self._dues[name] = now + self._step
        return True

    def _make_room(self, now: float) -> None:
        kept = {name: due for name, due in self._dues.items() if due > now}
        if len(kept) > self._most // 2:
            kept = dict(islice(kept.items(), len(kept) // 2, None))
        self._dues = kept
