"""Detecting spikes in a page's rate of hits: it was linked somewhere, or somebody inflates the count."""

from __future__ import annotations

_MIN_SPIKE_HITS = 60
"""Hits in a minute below which nothing is a spike."""
_SPIKE_FACTOR = 10
"""How many times its usual rate a page must reach."""
_NEWEST_WEIGHT = 1 / 60
"""Weight of the newest minute in the moving average: about an hour of memory."""
_FORGOTTEN_RATE = 0.01
"""Hits a minute at or below which a page's usual rate counts as none."""


class SpikeDetector:
    """Hits of this minute by page, and the usual rate of each; bounded by the number of pages."""

    def __init__(self) -> None:
        self._now: dict[str, int] = {}
        self._usual: dict[str, float] = {}

    def count(self, page: str, n: int = 1) -> None:
        self._now[page] = self._now.get(page, 0) + n

    def minute(self) -> list[tuple[str, int, float]]:
        """End a minute: pages that spiked, with their hits in it and the usual hits in a minute."""
        found = [
            (page, n, self._usual.get(page, 0.0))
            for page, n in self._now.items()
            if n >= _MIN_SPIKE_HITS and n >= _SPIKE_FACTOR * self._usual.get(page, 0.0)
        ]
        for page in {*self._usual, *self._now}:
            usual = self._usual.get(page, 0.0)
            self._usual[page] = usual + (self._now.get(page, 0) - usual) * _NEWEST_WEIGHT
        self._usual = {page: usual for page, usual in self._usual.items() if usual > _FORGOTTEN_RATE}
        self._now.clear()
        return found
