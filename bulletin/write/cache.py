"""What was made before, found by the hash of what it was made from. May be deleted at any time.

One SQLite file, because ten thousand small files cost as much as the site itself, and because SQLite survives a
killed process, a full disk and a second reader. A damaged file is deleted and created anew: the cache never holds
anything that cannot be made again. SQLite detects a damaged tree but not a damaged value, and a wrong character from
here would be published; so every value carries its own checksum.

The summaries of sources are needed all at once, by every build; so they are stored in batches, many in a row, in the
order they came. Ten thousand rows of their own take a third longer to fetch (85 ms instead of 65), and each would need
an insert of its own.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path
from types import TracebackType
from typing import Any, Self
from zlib import crc32

import msgspec

from bulletin.core.errors import OutputError
from bulletin.core.problems import N_

_SCHEMA = """
PRAGMA page_size = 8192;
PRAGMA journal_mode = WAL;
PRAGMA synchronous = OFF;
DROP TABLE IF EXISTS heads;
CREATE TABLE IF NOT EXISTS batches (batch INTEGER PRIMARY KEY, keys TEXT NOT NULL, value BLOB NOT NULL);
CREATE TABLE IF NOT EXISTS parts (key TEXT PRIMARY KEY, value BLOB NOT NULL);
CREATE TABLE IF NOT EXISTS records (key TEXT PRIMARY KEY, value BLOB NOT NULL);
CREATE TABLE IF NOT EXISTS breaks (program TEXT PRIMARY KEY, value BLOB NOT NULL);
CREATE TABLE IF NOT EXISTS digests (path TEXT PRIMARY KEY, stamp TEXT NOT NULL, digest TEXT NOT NULL);
"""
# synchronous = OFF: after a power failure the file may be damaged, which costs one clean build and nothing else.

_RENAME = "ALTER TABLE shelves RENAME TO batches; ALTER TABLE batches RENAME COLUMN place TO batch;"
"""From the schema of 0.1.0 before November 2026, so that the last good readings outlive an upgrade."""

_DAMAGE_ERRORS = (sqlite3.Error, UnicodeError)
"""What reading a damaged file raises: SQLite's messages quote its content, which need not be UTF-8."""

_Encoded = bytes | msgspec.Raw
"""A value in MessagePack."""

UNUSED_ENTRIES_KEPT = 200
"""Entries, beyond one and a half times those in use, that are kept before the unused ones are deleted."""

BATCH_SIZE = 64
"""Summaries in a batch, at most: some 200 KB."""


class Cache:
    """Summaries and parts by key, digests of files by path. One process at a time, which holds the project's lock."""

    def __init__(self, path: Path, *, repair: bool = True) -> None:
        """``repair``: a damaged file may be deleted and created anew. Raises `OutputError`."""
        self._path = path
        self._db = self._open() if repair else self._connect()
        self._waiting: dict[str, _Encoded] = {}
        """Summaries that are in no batch yet."""
        self._stored: dict[str, int] | None = None
        """The batch of each of the others, by key; None when it is not known."""

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def close(self) -> None:
        """Commit what was put in, as far as the disk allows."""
        with suppress(*_DAMAGE_ERRORS, CacheDamaged):
            self._flush()
            self._db.commit()
        self._db.close()

    def _open(self) -> sqlite3.Connection:
        with suppress(*_DAMAGE_ERRORS):
            return self._connect()
        try:
            self.discard()
            return self._connect()
        except (sqlite3.Error, OSError) as error:
            raise OutputError(N_("the cache cannot be written: {reason}."), path=self._path, reason=error) from error

    def _connect(self) -> sqlite3.Connection:
        self._path.parent.mkdir(parents=True, exist_ok=True)
        db = sqlite3.connect(self._path, isolation_level="DEFERRED", check_same_thread=False)
        try:
            if db.execute("SELECT 1 FROM sqlite_master WHERE name = 'shelves'").fetchone():
                db.executescript(_RENAME)
            db.executescript(_SCHEMA)
            db.execute("SELECT count(*) FROM (SELECT 1 FROM batches LIMIT 1)").fetchone()
        except _DAMAGE_ERRORS:
            db.close()
            raise
        return db

    @contextmanager
    def closed(self) -> Iterator[None]:
        """Commit what was put in and close the file, to fork: a connection must not be used in another process."""
        self.commit()
        self._db.close()
        try:
            yield
        finally:
            self._db = self._connect()

    def commit(self) -> None:
        """Make what was put in visible to other connections. Raises `CacheDamaged`."""
        self._flush()
        try:
            self._db.commit()
        except _DAMAGE_ERRORS as error:
            raise self._broken(error) from error

    def reader(self) -> Cache:
        """The same cache, opened for another process or thread. Raises `CacheDamaged`."""
        try:
            return Cache(self._path, repair=False)
        except _DAMAGE_ERRORS as error:
            raise self._broken(error) from error

    def discard(self) -> None:
        """Delete the file."""
        for end in ("", "-wal", "-shm"):
            self._path.with_name(self._path.name + end).unlink(missing_ok=True)

    def known(self, keys: Iterable[str]) -> set[str]:
        """Those of the keys that have a summary; none is read."""
        return {key for key in keys if key in self._batch_of or key in self._waiting}

    def summaries(self, keys: Iterable[str]) -> Iterator[tuple[str, _Encoded]]:
        """Key and summary of those that exist, batch by batch and without a copy. Raises `CacheDamaged`."""
        wanted = self.known(keys)
        for batch in sorted({self._batch_of[key] for key in wanted if key in self._batch_of}):
            yield from ((key, summary) for key, summary in self._read_batch(batch) if key in wanted)
        yield from ((key, summary) for key, summary in self._waiting.items() if key in wanted)

    @property
    def _batch_of(self) -> dict[str, int]:
        if self._stored is None:
            rows = self._query("SELECT batch, keys FROM batches")
            if not all(isinstance(keys, str) for _, keys in rows):
                raise self._broken(ValueError("keys"))
            self._stored = {key: batch for batch, keys in rows for key in keys.split()}
        return self._stored

    def _read_batch(self, batch: int) -> Iterable[tuple[str, _Encoded]]:
        for keys, value in self._query("SELECT keys, value FROM batches WHERE batch = ?", batch):
            return zip(keys.split(), _decode_batch(self._verified(keys, value)), strict=True)
        raise self._broken(ValueError("batch"))

    def _flush(self) -> None:
        """Write the waiting summaries as a batch."""
        if self._waiting:
            keys, value = (
                " ".join(self._waiting),
                _encode_batch([msgspec.Raw(summary) for summary in self._waiting.values()]),
            )
            batch = self._change(
                "INSERT INTO batches (keys, value) VALUES (?, ?)", keys, _checksum(keys, value) + value
            )
            if self._stored is not None:
                self._stored |= dict.fromkeys(self._waiting, batch)
            self._waiting = {}

    def parts(self, key: str) -> memoryview | None:
        """HTML or picture variants, as they were put in."""
        found = self._query("SELECT value FROM parts WHERE key = ?", key)
        return self._verified(key, found[0][0]) if found else None

    def put(self, key: str, summary: bytes, parts: bytes) -> None:
        self._change("INSERT OR REPLACE INTO parts VALUES (?, ?)", key, _checksum(key, parts) + parts)
        self._put_summary(key, summary)

    def _put_summary(self, key: str, summary: _Encoded) -> None:
        self._waiting[key] = summary
        if len(self._waiting) >= BATCH_SIZE:
            self._flush()

    def records(self) -> dict[str, bytes]:
        """All that the check stored: findings of texts, properties of pictures, replies of other websites."""
        return {key: bytes(self._verified(key, value)) for key, value in self._query("SELECT key, value FROM records")}

    def record(self, key: str) -> bytes | None:
        """One record of the check."""
        found = self._query("SELECT value FROM records WHERE key = ?", key)
        return bytes(self._verified(key, found[0][0])) if found else None

    def put_record(self, key: str, value: bytes) -> None:
        self._change("INSERT OR REPLACE INTO records VALUES (?, ?)", key, _checksum(key, value) + value)

    def prune_records(self, current: set[str]) -> None:
        """As `prune`, for the records of the check."""
        stored = {key for (key,) in self._query("SELECT key FROM records")}
        if _too_many(stored, current):
            self._change_all("DELETE FROM records WHERE key = ?", [(key,) for key in stored - current])

    def title_breaks(self, program: str) -> bytes | None:
        """Where the titles that this program has rendered may be broken."""
        found = self._query("SELECT value FROM breaks WHERE program = ?", program)
        return bytes(self._verified(program, found[0][0])) if found else None

    def put_title_breaks(self, program: str, value: bytes) -> None:
        """In place of what there was, of any program."""
        self._change("DELETE FROM breaks")
        self._change("INSERT INTO breaks VALUES (?, ?)", program, _checksum(program, value) + value)

    def digests(self) -> dict[str, tuple[str, str]]:
        """Stamp (size, times, inode) and digest of every file that was hashed before, by path."""
        return {path: (stamp, digest) for path, stamp, digest in self._query("SELECT * FROM digests")}

    def put_digests(self, stamped: dict[str, tuple[str, str]]) -> None:
        rows = [(path, *values) for path, values in stamped.items()]
        self._change_all("INSERT OR REPLACE INTO digests VALUES (?, ?, ?)", rows)

    def prune(self, keys: set[str], paths: set[str]) -> None:
        """Delete what this build did not use, once there is half as much of it as of what it did use; and merge
        batches when many are small, since each build leaves one.
        """
        self._flush()
        stored = set(self._batch_of)
        known = {path for (path,) in self._query("SELECT path FROM digests")}
        if _too_many(known, paths):
            self._change_all("DELETE FROM digests WHERE path = ?", [(path,) for path in known - paths])
        if not _too_many(stored, keys):
            if len(set(self._batch_of.values())) > len(stored) // BATCH_SIZE + UNUSED_ENTRIES_KEPT:
                self._rewrite(stored)
            return
        self._rewrite(keys)
        self._change_all("DELETE FROM parts WHERE key = ?", [(key,) for key in stored - keys])
        with suppress(*_DAMAGE_ERRORS):  # a full disk, perhaps; the site is complete, and this can wait
            self._db.commit()
            self._db.execute("VACUUM")

    def _rewrite(self, keys: set[str]) -> None:
        """Write these summaries into full batches, and delete the others."""
        kept = list(self.summaries(keys))
        self._change("DELETE FROM batches")
        self._stored = None
        for key, summary in kept:
            self._put_summary(key, summary)
        self._flush()

    def _verified(self, key: object, value: object) -> memoryview:
        """A value without its checksum, not copied; a damaged row may hold anything, of any type."""
        if isinstance(key, str) and isinstance(value, bytes):
            plain = memoryview(value)[_CHECKSUM_BYTES:]
            if value[:_CHECKSUM_BYTES] == _checksum(key, plain):
                return plain
        raise self._broken(ValueError("checksum"))

    def _query(self, sql: str, *values: str | int) -> list[Any]:
        try:
            return self._db.execute(sql, values).fetchall()
        except _DAMAGE_ERRORS as error:
            raise self._broken(error) from error

    def _change(self, sql: str, *values: str | bytes) -> int:
        """Execute a statement; returns the number of the row that was inserted last."""
        try:
            return self._db.execute(sql, values).lastrowid or 0
        except _DAMAGE_ERRORS as error:
            raise self._broken(error) from error

    def _change_all(self, sql: str, rows: Sequence[tuple[str, ...]]) -> None:
        try:
            self._db.executemany(sql, rows)
        except _DAMAGE_ERRORS as error:
            raise self._broken(error) from error

    def _broken(self, error: Exception) -> CacheDamaged:
        return CacheDamaged(N_("the cache is damaged: {reason}."), path=self._path, reason=error)


def _too_many(stored: set[str], current: set[str]) -> bool:
    """Whether there are enough unused entries to delete them."""
    return len(stored) > 3 * len(current) // 2 + UNUSED_ENTRIES_KEPT


_encode_batch = msgspec.msgpack.Encoder().encode
_decode_batch = msgspec.msgpack.Decoder(tuple[msgspec.Raw, ...]).decode

_CHECKSUM_BYTES = 4
"""Bytes of checksum (CRC-32) before every value."""


def _checksum(key: str, value: bytes | memoryview) -> bytes:
    """Against accidents only: whoever can write here can write the site."""
    return crc32(value, crc32(key.encode())).to_bytes(_CHECKSUM_BYTES, "little")


class CacheDamaged(OutputError):
    """The file turned out to be damaged while in use; the build deletes it and starts again."""
