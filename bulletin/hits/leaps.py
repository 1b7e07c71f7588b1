"""A page whose rate leaps: worth a look, since it was linked somewhere, or somebody is pushing the figure."""

from __future__ import annotations

LEAST = 60
"""Hits in a minute below which nothing is said."""
TIMES = 10
"""How many times its usual rate a page must reach."""
WEIGHT = 1 / 60
"""Of the newest minute in what is usual: about an hour of memory."""


class Leaps:
    """Hits of this minute by page, and what is usual; bounded by the number of pages."""

    def __init__(self) -> None:
        self._now: dict[str, int] = {}
        self._usual: dict[str, float] = {}

    def count(self, page: str, n: int = 1) -> None:
        self._now[page] = self._now.get(page, 0) + n

    def minute(self) -> list[tuple[str, int, float]]:
        """End a minute: pages that leapt, with their hits in it and what was usual."""
        found = [
            (page, n, self._usual.get(page, 0.0))
            for page, n in self._now.items()
            if n >= LEAST and n >= TIMES * self._usual.get(page, 0.0)
        ]
        for page in {*self._usual, *self._now}:
            usual = self._usual.get(page, 0.0)
            self._usual[page] = usual + (self._now.get(page, 0) - usual) * WEIGHT
        self._usual = {page: usual for page, usual in self._usual.items() if usual > 0.01}
        self._now.clear()
        return found
