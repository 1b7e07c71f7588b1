"""SQLite: the store that needs nothing installed. Write-ahead log, fsync at every commit.

A batch is a handful of statements, each for all of its rows (`json_each`): the GIL is released and taken a few times a
batch, not a few times a row, which under load is the difference between milliseconds and seconds.

A group of live hits from the service is even less: one row in `pending`, with its sums as JSON, so that one or two
database pages are synced instead of one for each page touched in three tables. After `MAX_PENDING_SUMS` sums they are
folded into the tables, in one transaction. Reads merge both (`_merged`).
"""

from __future__ import annotations

import os
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from itertools import groupby
from operator import itemgetter
from pathlib import Path
from typing import Any

import msgspec
from filelock import FileLock, Timeout

from bulletin.core.errors import HitsError
from bulletin.core.problems import N_
from bulletin.hits.stores.base import Batch, CommitResult, Count, Hour, LocalSalt, Span, StoreError

_SCHEMA = """
CREATE TABLE IF NOT EXISTS counts (
    page TEXT NOT NULL, day TEXT NOT NULL, origin TEXT NOT NULL, n INTEGER NOT NULL,
    PRIMARY KEY (page, day, origin)) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS totals (page TEXT PRIMARY KEY, n INTEGER NOT NULL) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS hours (
    hour TEXT NOT NULL, page TEXT NOT NULL, n INTEGER NOT NULL, PRIMARY KEY (hour, page)) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS records (
    kind TEXT NOT NULL, name TEXT NOT NULL, value TEXT NOT NULL, PRIMARY KEY (kind, name)) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS batches (
    service TEXT PRIMARY KEY, number INTEGER NOT NULL, began TEXT NOT NULL, at TEXT NOT NULL) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS pending (
    id INTEGER PRIMARY KEY, service TEXT NOT NULL, number INTEGER NOT NULL, began TEXT NOT NULL, at TEXT NOT NULL,
    day TEXT NOT NULL, hour TEXT NOT NULL, sums TEXT NOT NULL);
CREATE INDEX IF NOT EXISTS carried ON counts (page, n) WHERE origin = 'carried';
CREATE TEMP TABLE spread (page TEXT, day TEXT, hour TEXT, n INTEGER);
"""

_LIVE = """
INSERT INTO pending (service, number, began, at, day, hour, sums) SELECT ?1, ?2, ?3, ?4, ?5, ?6, ?7
WHERE NOT EXISTS (SELECT 1 FROM batches WHERE service = ?1 AND number >= ?2)
AND NOT EXISTS (SELECT 1 FROM pending WHERE id = (SELECT max(id) FROM pending) AND service = ?1 AND number >= ?2)
"""
"""Only the service that holds the lock appends, with growing numbers: the last row says what is committed."""

MAX_PENDING_SUMS = 8_192
"""Pending sums after which they are folded into the tables. That blocks hits for some 10 ms: rarely enough that at a
thousand hits a second fewer than one in a hundred is delayed, and often enough that it stays that short."""

_FOLD_PENDING = (
    "INSERT INTO temp.spread SELECT key, day, hour, sum(value) FROM pending, json_each(sums) GROUP BY 1, 2, 3",
    """
    INSERT INTO batches SELECT service, max(number), began, max(at) FROM pending GROUP BY service
    ON CONFLICT DO UPDATE SET number = excluded.number, at = excluded.at WHERE number < excluded.number""",
    """
    INSERT INTO counts SELECT page, day, 'live', sum(n) FROM temp.spread WHERE true GROUP BY 1, 2
    ON CONFLICT DO UPDATE SET n = n + excluded.n""",
    """
    INSERT INTO totals SELECT page, sum(n) FROM temp.spread WHERE true GROUP BY 1
    ON CONFLICT DO UPDATE SET n = n + excluded.n""",
    """
    INSERT INTO hours SELECT hour, page, n FROM temp.spread WHERE true
    ON CONFLICT DO UPDATE SET n = n + excluded.n""",
    "DELETE FROM temp.spread",
    "DELETE FROM pending",
)

_CLAIM = """
INSERT INTO batches (service, number, began, at) VALUES (?, ?, ?, ?)
ON CONFLICT (service) DO UPDATE SET number = excluded.number, at = excluded.at WHERE number < excluded.number
"""
_ADD = """
INSERT INTO counts SELECT key, ?2, ?3, value FROM json_each(?1) WHERE true
ON CONFLICT DO UPDATE SET n = n + excluded.n
"""
_ADD_TOTALS = """
INSERT INTO totals SELECT key, value FROM json_each(?1) WHERE true ON CONFLICT DO UPDATE SET n = n + excluded.n
"""
_PUT = """
INSERT INTO counts SELECT key, ?2, ?3, value FROM json_each(?1) WHERE true ON CONFLICT DO UPDATE SET n = excluded.n
"""
_PUT_TOTALS = """
INSERT INTO totals SELECT page, sum(n) FROM counts WHERE page IN (SELECT key FROM json_each(?1)) GROUP BY page
ON CONFLICT DO UPDATE SET n = excluded.n
"""
_HOURS = """
INSERT INTO hours SELECT ?2, key, value FROM json_each(?1) WHERE true ON CONFLICT DO UPDATE SET n = n + excluded.n
"""
_RECORDS = """
INSERT INTO records SELECT value->>0, value->>1, value->>2 FROM json_each(?) WHERE true
ON CONFLICT DO UPDATE SET value = excluded.value
"""
_COUNTS = """
SELECT page, day, origin, n FROM counts
UNION ALL SELECT key, day, 'live', value FROM pending, json_each(sums) ORDER BY 1, 2, 3
"""
_HOURS_OF = """
SELECT page, hour, n FROM hours UNION ALL SELECT key, hour, value FROM pending, json_each(sums) ORDER BY 1, 2
"""
_TOTALS = """
SELECT page, n FROM totals UNION ALL SELECT key, value FROM pending, json_each(sums) ORDER BY 1
"""
_SPANS = """
SELECT service, max(number), min(began), max(at) FROM (
    SELECT service, number, began, at FROM batches UNION ALL SELECT service, number, began, at FROM pending)
WHERE began != '' GROUP BY service ORDER BY 3, 1
"""
_TOTALS_OF = "SELECT json_group_object(page, n) FROM totals WHERE page IN (SELECT value FROM json_each(?))"

_WRONG_TOTALS = """
SELECT page FROM (SELECT page, n FROM totals UNION ALL SELECT page, -n FROM counts) GROUP BY page HAVING sum(n) != 0
"""

_WAIT_SECONDS = 2.0
"""How long another process may lock the file before a commit fails (and is retried)."""

_LOG_PAGES = 2_000
"""Pages in the write-ahead log that start a checkpoint: about 8 MB."""

_TOTALS_DECODER = msgspec.json.Decoder(dict[str, int])
_encode = msgspec.json.encode


class SqliteStore(LocalSalt):
    """One file. A service opens it ``exclusive``: one at a time, since it caches totals in memory."""

    deduplicates = False

    def __init__(self, path: Path, *, exclusive: bool = False) -> None:
        super().__init__()
        self._path = path
        if not path.parent.is_dir():
            raise _cannot_open(path, "")
        self._lock = FileLock(f"{path}.lock", timeout=0) if exclusive else None
        if self._lock:
            self._claim(self._lock)
        try:
            self._db = self._open()
        except BaseException:
            self._release()
            raise
        self._pending, self._totals_valid, self._version = 0, False, 0
        """Sums not folded yet; whether the cached totals are valid; ``data_version``, changed by others' writes."""
        self._totals: dict[str, int] = {}

    def _claim(self, lock: FileLock) -> None:
        try:
            lock.acquire()
        except Timeout:
            message = N_(
                "another service is counting into this file. SQLite serves one; use Redis or PostgreSQL for more."
            )
            raise HitsError(message, path=self._path) from None
        except OSError as error:
            raise _cannot_open(self._path, error.strerror) from None

    def _release(self) -> None:
        if self._lock:
            self._lock.release()

    def _open(self) -> sqlite3.Connection:
        try:
            db = sqlite3.connect(self._path, timeout=_WAIT_SECONDS, isolation_level=None, check_same_thread=False)
            db.execute("PRAGMA journal_mode = WAL").fetchone()
            db.execute("PRAGMA synchronous = FULL")
            db.execute("PRAGMA temp_store = MEMORY")
            db.execute(f"PRAGMA wal_autocheckpoint = {_LOG_PAGES}")
            db.executescript(_SCHEMA)
        except sqlite3.Error as error:
            raise _cannot_open(self._path, error) from None
        return db

    def commit(self, batch: Batch) -> CommitResult:
        if self._totals_valid and self._pending < MAX_PENDING_SUMS and _is_live_only(batch):
            return self._append_pending(batch)
        batch = batch.expand_live()
        db = self._db
        with self._transaction():
            for statement in _FOLD_PENDING:
                db.execute(statement)
            claimed = db.execute(_CLAIM, (batch.service, batch.number, batch.began, batch.at))
            if claimed.rowcount:
                self._apply(batch)
            text = db.execute(_TOTALS_OF, (_encode(batch.pages()).decode(),)).fetchone()[0]
        totals = _TOTALS_DECODER.decode(text)
        if self._lock:
            self._update_totals(totals)
        return CommitResult(totals)

    def _update_totals(self, totals: dict[str, int]) -> None:
        """Nothing is pending now. The cached totals stay valid, unless something failed or another process wrote."""
        version: int = self._db.execute("PRAGMA data_version").fetchone()[0]
        if self._totals_valid and version == self._version:
            self._totals.update(totals)
        else:
            self._totals = dict(self._rows("SELECT page, n FROM totals"))
        self._pending, self._totals_valid, self._version = 0, True, version

    def _append_pending(self, batch: Batch) -> CommitResult:
        sums, totals = batch.live, self._totals
        row = (batch.service, batch.number, batch.began, batch.at, batch.day, batch.hour, _encode(sums).decode())
        try:
            inserted = self._db.execute(_LIVE, row).rowcount
        except sqlite3.Error as error:
            self._totals_valid = False  # the outcome is unknown: the next commit reads the tables
            self._rollback()
            raise _failed(self._path, error) from None
        if not inserted:
            self._totals_valid = False
            return self.commit(batch)
        self._pending += len(sums)
        for page, n in sums.items():
            totals[page] = totals.get(page, 0) + n
        return CommitResult({page: totals[page] for page in sums})

    def _apply(self, batch: Batch) -> None:
        run = self._db.execute
        for (day, origin), sums in _by_day(batch.add).items():
            run(_ADD, (sums, day, origin))
            run(_ADD_TOTALS, (sums,))
        for (day, origin), sums in _by_day(batch.put).items():
            run(_PUT, (sums, day, origin))
            run(_PUT_TOTALS, (sums,))
        for hour, sums in _by_hour(batch.hours).items():
            run(_HOURS, (sums, hour))
        if batch.records:
            run(_RECORDS, (_encode(batch.records).decode(),))
        if batch.forget:
            run("DELETE FROM hours WHERE hour < ?", (batch.forget,))

    @contextmanager
    def _transaction(self) -> Iterator[None]:
        try:
            self._db.execute("BEGIN IMMEDIATE")
            yield
            self._db.execute("COMMIT")
        except sqlite3.Error as error:
            self._rollback()
            raise _failed(self._path, error) from None

    def _rollback(self) -> None:
        """After a failed COMMIT (a full disk) SQLite may or may not have rolled back by itself."""
        if self._db.in_transaction:
            try:
                self._db.execute("ROLLBACK")
            except sqlite3.Error as error:
                raise _failed(self._path, error) from None

    def totals(self) -> dict[str, int]:
        found = dict(_merged(self._rows(_TOTALS)))
        if self._lock:
            self._totals = dict(found)  # with what other processes have changed
        return found

    def carried(self) -> dict[str, int]:
        return dict(self._rows("SELECT page, n FROM counts WHERE origin = 'carried' AND n != 0"))

    def counts(self) -> Iterator[Count]:
        for row in _merged(self._rows(_COUNTS)):
            if row[-1]:
                yield Count(*row)

    def hours(self) -> Iterator[Hour]:
        for row in _merged(self._rows(_HOURS_OF)):
            yield Hour(*row)

    def records(self, kind: str) -> dict[str, str]:
        return dict(self._rows("SELECT name, value FROM records WHERE kind = ? ORDER BY name", kind))

    def spans(self) -> tuple[Span, ...]:
        return tuple(Span(*row) for row in self._rows(_SPANS))

    def check(self) -> tuple[str, ...]:
        found = [text for (text,) in self._rows("PRAGMA integrity_check") if text != "ok"]
        wrong = [page for (page,) in self._rows(_WRONG_TOTALS)]
        return (*found, *(f"{page}: total is not the sum" for page in wrong))

    def log_bytes(self) -> int:
        """Size of the write-ahead log."""
        path = Path(f"{self._path}-wal")
        return path.stat().st_size if path.exists() else 0

    def _rows(self, statement: str, *values: str) -> Iterator[tuple[Any, ...]]:
        try:
            yield from self._db.execute(statement, values)
        except sqlite3.Error as error:
            raise _failed(self._path, error) from None

    def close(self) -> None:
        self._db.close()
        self._release()


def _is_live_only(batch: Batch) -> bool:
    """Live hits and nothing else."""
    return bool(batch.live) and not (batch.add or batch.put or batch.hours or batch.records or batch.forget)


def _merged(rows: Iterator[tuple[Any, ...]]) -> Iterator[tuple[Any, ...]]:
    """Sorted rows, those with equal keys merged: their last columns are added."""
    for row, same in groupby(rows, itemgetter(slice(-1))):
        yield *row, sum(map(itemgetter(-1), same))


def _by_day(counts: tuple[Count, ...]) -> dict[tuple[str, str], str]:
    """Sums by page as a JSON object, for each day and origin: the argument of one statement."""
    found: dict[tuple[str, str], dict[str, int]] = {}
    for each in counts:
        found.setdefault((each.day, each.origin), {})[each.page] = each.n
    return {key: _encode(sums).decode() for key, sums in found.items()}


def _by_hour(hours: tuple[Hour, ...]) -> dict[str, str]:
    found: dict[str, dict[str, int]] = {}
    for each in hours:
        found.setdefault(each.hour, {})[each.page] = each.n
    return {hour: _encode(sums).decode() for hour, sums in found.items()}


def _cannot_open(path: Path, reason: object) -> HitsError:
    folder = path.parent
    if not folder.is_dir():
        return HitsError(
            N_("the folder for the counts is not there. Make it: {command}"), path=path, command=f"mkdir {folder}"
        )
    if not os.access(folder, os.W_OK):
        return HitsError(N_("the counts cannot be written here: {reason}."), path=path, reason="permission denied")
    return HitsError(N_("the counts cannot be written here: {reason}."), path=path, reason=str(reason))


def _failed(path: Path, error: object) -> StoreError:
    return StoreError(N_("the counts could not be stored: {reason}."), path=path, reason=str(error))
