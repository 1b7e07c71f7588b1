"""What every store keeps and does.

Never raw hits: sums by page, day and origin, their totals, sums by page and hour for 90 days, and a few records.
Everything that changes a store goes through one method, `Store.commit`, as one transaction that carries an id;
a batch whose outcome was lost (a broken connection, a killed engine) can so be sent again, and counts nothing twice.
"""

from __future__ import annotations

import secrets
from collections.abc import Iterator
from typing import Literal, Protocol

import msgspec

from bulletin.core.errors import HitsError
from bulletin.core.model import Value

Origin = Literal["carried", "live", "log", "adjusted"]
"""Carried over from an old site; seen by the service; read from an access log; corrected by hand."""

ORIGINS: tuple[Origin, ...] = ("carried", "live", "log", "adjusted")


class StoreError(HitsError):
    """A batch could not be committed, or nothing is known of its outcome; it may be sent again as it is."""


class Count(Value, frozen=True, array_like=True):
    """A sum."""

    page: str
    """Key of the page."""
    day: str
    """``YYYY-MM-DD`` by the station's clock; empty for what was carried over."""
    origin: Origin
    n: int
    """Never negative, but for ``adjusted``."""


class Hour(Value, frozen=True, array_like=True):
    """Hits of a page within an hour, whatever their origin but ``carried`` and ``adjusted``."""

    page: str
    hour: str
    """``YYYY-MM-DDTHH`` by the station's clock."""
    n: int


class StoredRecord(Value, frozen=True, array_like=True):
    """Something else that has to be remembered; a later one with the same kind and name takes its place."""

    kind: Literal["figure", "note", "log"]
    """今日滞站人员; why a count was adjusted; how far an access log was read."""
    name: str
    value: str
    """JSON."""


class Hit(Value, frozen=True):
    """A hit that is not judged yet; only for stores that judge (`Store.deduplicates`)."""

    page: str
    reader: bytes
    """8 bytes: who reads which page today (readers.py)."""
    net: bytes
    """8 bytes: the reader's network today."""


class Span(Value, frozen=True, array_like=True):
    """A time in which a service counted live."""

    service: str
    number: int
    """Of its last batch."""
    began: str
    """ISO 8601 to the second, by the station's clock."""
    until: str
    """When it last committed; it commits at least every `groups.IDLE_SECONDS` seconds."""


class Batch(Value, frozen=True):
    """One transaction."""

    service: str
    """Who sends it: a name drawn at random at every start."""
    number: int
    """Grows by one with each batch of the service; service and number are the id."""
    at: str = ""
    """Time of sending, ISO 8601 to the second."""
    began: str = ""
    """Since when the service has counted live; empty for commands."""
    add: tuple[Count, ...] = ()
    """Added to what is there; each page, day and origin once."""
    put: tuple[Count, ...] = ()
    """Takes the place of what is there."""
    hours: tuple[Hour, ...] = ()
    """Added; each page and hour once."""
    records: tuple[StoredRecord, ...] = ()
    live: dict[str, int] = {}  # noqa: RUF012 - msgspec copies it
    """Hits that count, by page; added to ``day`` and ``hour`` as live. Not changed any more."""
    hits: tuple[Hit, ...] = ()
    """To be judged by the store, in this order; those that count are added to ``day`` and ``hour`` as live."""
    day: str = ""
    hour: str = ""
    forget: str = ""
    """Hours before this one are dropped; empty: none."""

    def pages(self) -> tuple[str, ...]:
        """Pages whose totals the batch may change, each once."""
        named = (*(c.page for c in self.add), *(c.page for c in self.put), *self.live, *(h.page for h in self.hits))
        return tuple(dict.fromkeys(named))

    def spread(self) -> Batch:
        """The same with its live hits among what is added, for a store that knows no quicker way for them."""
        if not self.live:
            return self
        add = tuple(Count(page, self.day, "live", n) for page, n in self.live.items())
        hours = tuple(Hour(page, self.hour, n) for page, n in self.live.items())
        return msgspec.structs.replace(self, add=self.add + add, hours=self.hours + hours, live={})


class CommitResult(Value, frozen=True):
    """What became of a batch."""

    totals: dict[str, int]
    """Of each page of the batch, after it."""
    verdicts: tuple[int, ...] = ()
    """For each hit: `counting.COUNTED`, `DOUBLE` or `LIMITED`; empty when the batch had been committed before."""


class Store(Protocol):
    """Keeps counts. Methods raise `StoreError`; one thread at a time."""

    deduplicates: bool
    """Whether it deduplicates hits itself, since several services share it."""

    def commit(self, batch: Batch) -> CommitResult:
        """Do all of a batch or nothing; on disk when it returns. A batch that was done before is not done again."""

    def totals(self) -> dict[str, int]:
        """Total of every page."""

    def carried(self) -> dict[str, int]:
        """Carried-over counts that are not 0, by page; asked for every few seconds."""

    def counts(self) -> Iterator[Count]:
        """All sums but those that are 0, by page, day and origin."""

    def hours(self) -> Iterator[Hour]:
        """All sums by hour, by page and hour."""

    def records(self, kind: str) -> dict[str, str]:
        """Records of a kind, name → value."""

    def spans(self) -> tuple[Span, ...]:
        """Times that were counted live."""

    def check(self) -> tuple[str, ...]:
        """What is wrong with the store now: damage, totals that are not the sums; empty when all is well."""

    def salt(self, day: str) -> bytes:
        """32 random bytes for readers' names on a day: in memory only, the same in all services that share windows."""

    def close(self) -> None:
        """Let go of the engine."""


class LocalSalt:
    """The salt of a store that one service has for itself, or whose services judge readers each for itself."""

    def __init__(self) -> None:
        self._day, self._salt = "", b""

    def salt(self, day: str) -> bytes:
        if day != self._day:
            self._day, self._salt = day, secrets.token_bytes(SALT_BYTES)
        return self._salt


SALT_BYTES = 32
