"""What every store holds and does.

No raw hits: sums by page, day and origin, their totals, sums by page and hour for 90 days, and a few records.
Everything that changes a store goes through one method, `Store.commit`, as one transaction with an id. It is
idempotent: a batch whose outcome is unknown (a broken connection, a killed engine) can be sent again and counts once.
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
    """A batch could not be committed, or its outcome is unknown; it may be retried unchanged."""


class Count(Value, frozen=True, array_like=True):
    """A sum."""

    page: str
    """Key of the page."""
    day: str
    """``YYYY-MM-DD`` by the station's clock; empty for what was carried over."""
    origin: Origin
    n: int
    """Negative only for ``adjusted``."""


class Hour(Value, frozen=True, array_like=True):
    """Hits of a page within an hour, of every origin except ``carried`` and ``adjusted``."""

    page: str
    hour: str
    """``YYYY-MM-DDTHH`` by the station's clock."""
    n: int


class StoredRecord(Value, frozen=True, array_like=True):
    """Other stored data; a later record of the same kind and name replaces it."""

    kind: Literal["figure", "note", "log", "store"]
    """今日滞站人员; why a count was adjusted; position in an access log; whose store it is (identity.py)."""
    name: str
    value: str
    """JSON."""


class Hit(Value, frozen=True):
    """A hit not filtered yet; only for stores that filter (`Store.deduplicates`)."""

    page: str
    reader: bytes
    """8 bytes: hash of reader and page, valid today (readers.py)."""
    net: bytes
    """8 bytes: hash of the reader's network, valid today."""


class Span(Value, frozen=True, array_like=True):
    """A period in which a service counted live."""

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
    """The sender: a random name, new at every start."""
    number: int
    """Incremented with each batch of the service; service and number are the id."""
    at: str = ""
    """Time of sending, ISO 8601 to the second."""
    began: str = ""
    """When the service began to count live; empty for commands."""
    add: tuple[Count, ...] = ()
    """Added to the stored sums; each page, day and origin once."""
    put: tuple[Count, ...] = ()
    """Replaces the stored sums."""
    hours: tuple[Hour, ...] = ()
    """Added; each page and hour once."""
    records: tuple[StoredRecord, ...] = ()
    live: dict[str, int] = {}  # noqa: RUF012 - msgspec copies it
    """Hits that count, by page; added to ``day`` and ``hour`` as live. Not modified after the batch is made."""
    hits: tuple[Hit, ...] = ()
    """To be filtered by the store, in this order; those that count are added to ``day`` and ``hour`` as live."""
    day: str = ""
    hour: str = ""
    forget: str = ""
    """Hours before this one are deleted; empty: none."""

    def pages(self) -> tuple[str, ...]:
        """Pages whose totals the batch may change, without duplicates."""
        named = (*(c.page for c in self.add), *(c.page for c in self.put), *self.live, *(h.page for h in self.hits))
        return tuple(dict.fromkeys(named))

    def expand_live(self) -> Batch:
        """The same batch with ``live`` moved into ``add`` and ``hours``, for stores without a faster path."""
        if not self.live:
            return self
        add = tuple(Count(page, self.day, "live", n) for page, n in self.live.items())
        hours = tuple(Hour(page, self.hour, n) for page, n in self.live.items())
        return msgspec.structs.replace(self, add=self.add + add, hours=self.hours + hours, live={})


class CommitResult(Value, frozen=True):
    """Outcome of a batch."""

    totals: dict[str, int]
    """Of each page of the batch, after the commit."""
    verdicts: tuple[int, ...] = ()
    """For each hit: `counting.COUNTED`, `DOUBLE` or `LIMITED`; empty when the batch had been committed before."""


class Store(Protocol):
    """Keeps counts. Methods raise `StoreError`; one thread at a time."""

    deduplicates: bool
    """Whether it deduplicates hits itself, since several services share it."""

    def commit(self, batch: Batch) -> CommitResult:
        """Commit a batch atomically; on disk when it returns. A batch that was committed before is skipped."""

    def totals(self) -> dict[str, int]:
        """Total of every page."""

    def carried(self) -> dict[str, int]:
        """Carried-over counts that are not 0, by page; called every few seconds."""

    def counts(self) -> Iterator[Count]:
        """All sums except zeros, ordered by page, day and origin."""

    def hours(self) -> Iterator[Hour]:
        """All hourly sums, ordered by page and hour."""

    def records(self, kind: str) -> dict[str, str]:
        """Records of a kind, name → value."""

    def spans(self) -> tuple[Span, ...]:
        """Periods that were counted live."""

    def check(self) -> tuple[str, ...]:
        """What is wrong with the store now: damage, totals that differ from the sums; empty when healthy."""

    def salt(self, day: str) -> bytes:
        """32 random bytes to hash a day's readers with: in memory only, equal in services that deduplicate together."""

    def close(self) -> None:
        """Close the connection."""


class LocalSalt:
    """The salt where each service deduplicates readers by itself."""

    def __init__(self) -> None:
        self._day, self._salt = "", b""

    def salt(self, day: str) -> bytes:
        if day != self._day:
            self._day, self._salt = day, secrets.token_bytes(SALT_BYTES)
        return self._salt


SALT_BYTES = 32
