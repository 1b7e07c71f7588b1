"""The most read pages, by name."""

from __future__ import annotations

from bulletin.arrange.urls import Name
from bulletin.core.model import Value


class RankingEntry(Value, frozen=True):
    """A page in a ranking."""

    name: Name
    key: str
    hits: int


class PageRanking(Value, frozen=True):
    """The most read."""

    recent: tuple[RankingEntry, ...] = ()
    ever: tuple[RankingEntry, ...] = ()
