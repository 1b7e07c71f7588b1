"""PostgreSQL: for an office that runs one already, or for several services that share one store.

A batch is one transaction in three round trips. Rows are locked in the order of their keys, so that two services
that write the same pages wait for each other instead of deadlocking.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, LiteralString

import psycopg

from bulletin.core.errors import HitsError
from bulletin.core.problems import N_
from bulletin.hits.stores.base import Batch, CommitResult, Count, Hour, LocalSalt, Span, StoreError

_SCHEMA: tuple[LiteralString, ...] = (
    "SELECT pg_advisory_xact_lock(7243001)",  # two services starting at once must not both create tables
    """CREATE TABLE IF NOT EXISTS hits_counts (
        page text COLLATE "C", day text COLLATE "C", origin text COLLATE "C", n bigint NOT NULL,
        PRIMARY KEY (page, day, origin))""",
    "CREATE INDEX IF NOT EXISTS hits_carried ON hits_counts (page) INCLUDE (n) WHERE origin = 'carried'",
    'CREATE TABLE IF NOT EXISTS hits_totals (page text COLLATE "C" PRIMARY KEY, n bigint NOT NULL)',
    """CREATE TABLE IF NOT EXISTS hits_hours (
        hour text COLLATE "C", page text COLLATE "C", n bigint NOT NULL, PRIMARY KEY (hour, page))""",
    """CREATE TABLE IF NOT EXISTS hits_records (
        kind text COLLATE "C", name text COLLATE "C", value text NOT NULL, PRIMARY KEY (kind, name))""",
    """CREATE TABLE IF NOT EXISTS hits_batches (
        service text COLLATE "C" PRIMARY KEY, number bigint NOT NULL, began text NOT NULL, at text NOT NULL)""",
)

_CLAIM: LiteralString = """
INSERT INTO hits_batches (service, number, began, at) VALUES (%s, %s, %s, %s)
ON CONFLICT (service) DO UPDATE SET number = excluded.number, at = excluded.at
WHERE hits_batches.number < excluded.number
"""
_ADD: LiteralString = """
INSERT INTO hits_counts SELECT * FROM unnest(%s::text[], %s::text[], %s::text[], %s::bigint[]) ORDER BY 1, 2, 3
ON CONFLICT (page, day, origin) DO UPDATE SET n = hits_counts.n + excluded.n
"""
_ADD_TOTALS: LiteralString = """
INSERT INTO hits_totals SELECT page, sum(n) FROM unnest(%s::text[], %s::bigint[]) AS t (page, n) GROUP BY 1 ORDER BY 1
ON CONFLICT (page) DO UPDATE SET n = hits_totals.n + excluded.n
"""
_PUT: LiteralString = """
INSERT INTO hits_counts SELECT * FROM unnest(%s::text[], %s::text[], %s::text[], %s::bigint[]) ORDER BY 1, 2, 3
ON CONFLICT (page, day, origin) DO UPDATE SET n = excluded.n
"""
_LOCK_TOTALS: LiteralString = """
INSERT INTO hits_totals SELECT DISTINCT page, 0 FROM unnest(%s::text[]) AS t (page) ORDER BY 1
ON CONFLICT (page) DO UPDATE SET n = hits_totals.n
"""
_PUT_TOTALS: LiteralString = """
UPDATE hits_totals SET n = (SELECT sum(n) FROM hits_counts WHERE hits_counts.page = hits_totals.page)
WHERE page = ANY(%s::text[])
"""
_HOURS: LiteralString = """
INSERT INTO hits_hours (page, hour, n) SELECT * FROM unnest(%s::text[], %s::text[], %s::bigint[]) ORDER BY 2, 1
ON CONFLICT (hour, page) DO UPDATE SET n = hits_hours.n + excluded.n
"""
_RECORDS: LiteralString = """
INSERT INTO hits_records SELECT * FROM unnest(%s::text[], %s::text[], %s::text[]) ORDER BY 1, 2
ON CONFLICT (kind, name) DO UPDATE SET value = excluded.value
"""
_TOTALS_OF: LiteralString = "SELECT page, n FROM hits_totals WHERE page = ANY(%s::text[])"

_WRONG_TOTALS: LiteralString = """
SELECT page FROM (SELECT page, n FROM hits_totals UNION ALL SELECT page, -n FROM hits_counts) AS t
GROUP BY page HAVING sum(n) != 0
"""

_FETCH_ROWS = 5_000
"""Rows fetched at a time."""

_CONNECTION_OPTIONS = "-c statement_timeout=5000 -c lock_timeout=3000 -c synchronous_commit=on"
"""A commit that takes too long fails and is retried; one that returns is on disk."""


class PostgresStore(LocalSalt):
    """One connection, reopened after it was lost."""

    deduplicates = False

    def __init__(self, url: str) -> None:
        super().__init__()
        self._url = url
        self._db: psycopg.Connection[tuple[Any, ...]] | None = None
        try:
            with self._connection() as db, db.transaction():
                for statement in _SCHEMA:
                    db.execute(statement)
        except psycopg.Error as error:
            raise HitsError(N_("the database cannot be used: {reason}."), reason=_reason(error)) from None
        finally:
            self.close()

    def _connection(self) -> psycopg.Connection[tuple[Any, ...]]:
        if self._db is None or self._db.closed:
            self._db = psycopg.connect(
                self._url, autocommit=True, connect_timeout=3, tcp_user_timeout=5000, options=_CONNECTION_OPTIONS
            )
        return self._db

    def commit(self, batch: Batch) -> CommitResult:
        batch = batch.expand_live()
        try:
            db = self._connection()
            with db.transaction():
                claimed = db.execute(_CLAIM, (batch.service, batch.number, batch.began, batch.at)).rowcount
                with db.pipeline():
                    if claimed:
                        self._apply(db, batch)
                    found = db.execute(_TOTALS_OF, (list(batch.pages()),))
                totals = dict(found.fetchall())
        except psycopg.Error as error:
            self.close()  # its state is unknown, so reconnect for the next one
            raise _failed(error) from None
        return CommitResult(totals)

    def _apply(self, db: psycopg.Connection[tuple[Any, ...]], batch: Batch) -> None:
        if batch.add:
            pages, days, origins, numbers = _columns(batch.add)
            db.execute(_ADD, (pages, days, origins, numbers))
            db.execute(_ADD_TOTALS, (pages, numbers))
        if batch.put:
            pages, days, origins, numbers = _columns(batch.put)
            db.execute(_LOCK_TOTALS, (pages,))  # before the sums are read, so that no other batch interferes
            db.execute(_PUT, (pages, days, origins, numbers))
            db.execute(_PUT_TOTALS, (pages,))
        if batch.hours:
            db.execute(
                _HOURS, [[h.page for h in batch.hours], [h.hour for h in batch.hours], [h.n for h in batch.hours]]
            )
        if batch.records:
            records = batch.records
            db.execute(_RECORDS, [[r.kind for r in records], [r.name for r in records], [r.value for r in records]])
        if batch.forget:
            db.execute("DELETE FROM hits_hours WHERE hour < %s", (batch.forget,))

    def totals(self) -> dict[str, int]:
        return dict(self._rows("SELECT page, n FROM hits_totals"))

    def carried(self) -> dict[str, int]:
        return dict(self._rows("SELECT page, n FROM hits_counts WHERE origin = 'carried' AND n != 0"))

    def counts(self) -> Iterator[Count]:
        for row in self._stream("SELECT page, day, origin, n FROM hits_counts WHERE n != 0 ORDER BY 1, 2, 3"):
            yield Count(*row)

    def hours(self) -> Iterator[Hour]:
        for row in self._stream("SELECT page, hour, n FROM hits_hours ORDER BY 1, 2"):
            yield Hour(*row)

    def records(self, kind: str) -> dict[str, str]:
        return dict(self._rows("SELECT name, value FROM hits_records WHERE kind = %s ORDER BY name", kind))

    def spans(self) -> tuple[Span, ...]:
        rows = self._rows(
            "SELECT service, number, began, at FROM hits_batches WHERE began != '' ORDER BY began, service"
        )
        return tuple(Span(*row) for row in rows)

    def check(self) -> tuple[str, ...]:
        return tuple(f"{page}: total is not the sum" for (page,) in self._rows(_WRONG_TOTALS))

    def _rows(self, statement: LiteralString, *values: str) -> list[tuple[Any, ...]]:
        try:
            return self._connection().execute(statement, values).fetchall()
        except psycopg.Error as error:
            self.close()
            raise _failed(error) from None

    def _stream(self, statement: LiteralString) -> Iterator[tuple[Any, ...]]:
        """Rows through a server-side cursor, so that not all are in memory at once."""
        try:
            db = self._connection()
            with db.transaction(), db.cursor("rows") as cursor:
                cursor.itersize = _FETCH_ROWS
                yield from cursor.execute(statement)
        except psycopg.Error as error:
            self.close()
            raise _failed(error) from None

    def close(self) -> None:
        if self._db is not None:
            self._db.close()
            self._db = None


def _columns(counts: tuple[Count, ...]) -> tuple[list[str], list[str], list[str], list[int]]:
    return [c.page for c in counts], [c.day for c in counts], [c.origin for c in counts], [c.n for c in counts]


def _reason(error: psycopg.Error) -> str:
    """The engine's own message, on one line; it never contains the password."""
    return " ".join(str(error).split()) or type(error).__name__


def _failed(error: psycopg.Error) -> StoreError:
    return StoreError(N_("the counts could not be stored: {reason}."), reason=_reason(error))
