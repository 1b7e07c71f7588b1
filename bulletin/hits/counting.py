"""Verdicts on a hit, and the judge who gives them within one service.

In a store that several services share, the store judges instead, by the same tables (stores/commit.lua).
"""

from __future__ import annotations

from hashlib import blake2b
from typing import Literal

from bulletin.core.model import Value
from bulletin.hits.limits import Limits
from bulletin.hits.rules import Rules
from bulletin.hits.windows import Windows

COUNTED, DOUBLE, LIMITED = 1, 2, 3

Outcome = Literal["counted", "double", "limited", "robot", "prefetch", "origin", "unknown"]

OUTCOMES: tuple[Outcome, ...] = ("counted", "double", "limited", "robot", "prefetch", "origin", "unknown")
"""In metrics; what each means stands in docs/hits.md."""

NAMES: dict[int, Outcome] = {COUNTED: "counted", DOUBLE: "double", LIMITED: "limited"}


class Page(Value, frozen=True):
    """A page that is counted, with all that a hit on it needs."""

    key: str
    data: bytes
    """The key once more, for names of readers."""
    name: int
    """64 bits, for the table of limits."""


class Judge:
    """Double readings and floods, for one service."""

    def __init__(self, rules: Rules) -> None:
        self._windows = Windows(rules)
        self._nets = Limits(rules.limits, rules.net_rate, rules.net_burst)
        self._pages = Limits(rules.limits, rules.page_rate, rules.page_burst)

    def new_day(self) -> None:
        """Readers have other names from now on."""
        self._windows.clear()

    def lets_in(self, net: bytes, now: float) -> bool:
        """Whether the network has not asked for too much; never by agent, which costs nothing to change.

        ``net`` is its name of today (readers.py).
        """
        return self._nets.passes(int.from_bytes(net), now)

    def verdict(self, page: int, reader: bytes, now: float) -> int:
        """On a hit from a network that was let in. ``page`` is its `Page.name`."""
        if not self._windows.reads(int.from_bytes(reader), now):
            return DOUBLE
        return COUNTED if self._pages.passes(page, now) else LIMITED


def counted_page(key: str) -> Page:
    data = key.encode()
    return Page(key, data, int.from_bytes(blake2b(data, digest_size=8).digest()))
