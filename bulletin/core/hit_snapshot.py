"""The numbers of hits in the HTML of the pages, for readers whose browsers run no scripts.

A number that has changed a little need not be written again: a page keeps its own until it is `MAX_LAG` behind, and no
refresh changes more than `MAX_CHANGED_PAGES` pages, those furthest behind first. So a page is written some fourteen
times for every doubling of its hits, however often it is read; scripts update the last few percent.
"""

from __future__ import annotations

import msgspec
from msgspec import field

from bulletin.core.model import Value

SNAPSHOT_FILE = "hits.json"
"""In the project's work folder; when it is lost, pages show what was carried over until the next `hits bake`."""

MAX_LAG = 0.05
"""How far a number may lag behind, as a fraction of itself."""

MAX_CHANGED_PAGES = 500
"""Pages that one refresh may change."""

RANKED_PAGES = 10
"""Pages in a ranking."""


class Rank(Value, frozen=True, array_like=True):
    """A page in a ranking."""

    key: str
    n: int


class Rankings(Value, frozen=True):
    """The most read pages, of the whole site or of a section."""

    recent: tuple[Rank, ...] = ()
    """Of the last 30 days."""
    ever: tuple[Rank, ...] = ()


class HitSnapshot(Value, frozen=True):
    """The numbers that the pages show."""

    hits: dict[str, int] = field(default_factory=dict)
    """By key."""
    whole: Rankings = Rankings()
    sections: dict[str, Rankings] = field(default_factory=dict)
    """By the section's title."""


EMPTY_SNAPSHOT = HitSnapshot()


def decode_snapshot(data: bytes) -> HitSnapshot:
    """Parse a snapshot; treat a damaged file as missing, which gives an empty snapshot."""
    try:
        return msgspec.json.decode(data, type=HitSnapshot)
    except (msgspec.DecodeError, UnicodeDecodeError):
        return HitSnapshot()


def encode_snapshot(snapshot: HitSnapshot) -> bytes:
    return msgspec.json.format(msgspec.json.encode(snapshot), indent=1) + b"\n"


def limit_changes(shown: dict[str, int], now: dict[str, int], most: int = MAX_CHANGED_PAGES) -> dict[str, int]:
    """The numbers that pages show from now on, at most ``most`` of them changed: those that decreased first, then those
    furthest behind.
    """
    due = [(_behind(shown.get(key, 0), n), key) for key, n in now.items() if _is_due(shown.get(key, 0), n)]
    chosen = {key for _, key in sorted(due, key=lambda pair: (-pair[0], pair[1]))[:most]}
    return {key: n if key in chosen else shown.get(key, 0) for key, n in now.items() if n or key in shown}


def _is_due(shown: int, now: int) -> bool:
    return now < shown or now - shown > shown * MAX_LAG


def _behind(shown: int, now: int) -> float:
    """Sort key: how far a number is behind; one that is too large is corrected before all others."""
    return float("inf") if now < shown else (now - shown) / (shown + 1)
