"""What was made before, found by the hash of what it was made from. May be deleted at any time.

One SQLite file, because ten thousand small ones cost as much as the site itself, and because SQLite knows
how to survive a killed process, a full disk and a second reader. A damaged file is thrown away and begun
anew: the cache never holds anything that cannot be made again. SQLite notices a broken tree, but not a broken
value, and a wrong letter from here would be published; so every value carries its own hash.

Heads are needed all at once, by every build; so they stand on shelves, many to a row, in the order they came. Ten
thousand rows of their own take a third longer to fetch (85 ms instead of 65), and each had to be put in by itself.
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

SCHEMA = """
PRAGMA page_size = 8192;
PRAGMA journal_mode = WAL;
PRAGMA synchronous = OFF;
DROP TABLE IF EXISTS heads;
CREATE TABLE IF NOT EXISTS shelves (place INTEGER PRIMARY KEY, keys TEXT NOT NULL, value BLOB NOT NULL);
CREATE TABLE IF NOT EXISTS parts (key TEXT PRIMARY KEY, value BLOB NOT NULL);
CREATE TABLE IF NOT EXISTS records (key TEXT PRIMARY KEY, value BLOB NOT NULL);
CREATE TABLE IF NOT EXISTS digests (path TEXT PRIMARY KEY, stamp TEXT NOT NULL, digest TEXT NOT NULL);
"""
# synchronous = OFF: after a power cut the file may be damaged, which costs one clean build and nothing else.

DAMAGE = (sqlite3.Error, UnicodeError)
"""What reading a damaged file raises: SQLite's messages quote it, and need not be UTF-8 then."""

Encoded = bytes | msgspec.Raw
"""A value in MessagePack."""

SPARE = 200
"""Entries beyond half as many again as are current that are kept before the unused are thrown away."""

SHELF = 64
"""Heads on a shelf, at most: some 200 KB."""


class Cache:
    """Heads and parts by key, digests of files by path. One process at a time (see output.py, the lock)."""

    def __init__(self, path: Path, *, mend: bool = True) -> None:
        """``mend`` says that a damaged file may be thrown away."""
        self._path = path
        self._db = self._open() if mend else self._connect()
        self._waiting: dict[str, Encoded] = {}
        """Heads that have no shelf yet."""
        self._shelved: dict[str, int] | None = None
        """Where the others stand; None when it is not known."""

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def close(self) -> None:
        """Keep what was put in, as far as the disk lets us."""
        with suppress(*DAMAGE, CacheDamaged):
            self._shelve()
            self._db.commit()
        self._db.close()

    def _open(self) -> sqlite3.Connection:
        try:
            return self._connect()
        except DAMAGE:
            self.discard()
        try:
            return self._connect()
        except sqlite3.Error as error:
            raise OutputError(N_("the cache cannot be written: {reason}."), path=self._path, reason=error) from error

    def _connect(self) -> sqlite3.Connection:
        self._path.parent.mkdir(parents=True, exist_ok=True)
        db = sqlite3.connect(self._path, isolation_level="DEFERRED", check_same_thread=False)
        try:
            db.executescript(SCHEMA)
            db.execute("SELECT count(*) FROM (SELECT 1 FROM shelves LIMIT 1)").fetchone()
        except DAMAGE:
            db.close()
            raise
        return db

    @contextmanager
    def closed(self) -> Iterator[None]:
        """Keep what was put in and let go of the file, to fork: SQLite must not be carried into another process."""
        self._shelve()
        try:
            self._db.commit()
            self._db.close()
        except DAMAGE as error:
            raise self._broken(error) from error
        try:
            yield
        finally:
            self._db = self._connect()

    def reader(self) -> Cache:
        """The same cache, for another process."""
        return Cache(self._path, mend=False)

    def discard(self) -> None:
        """Throw the file away."""
        for end in ("", "-wal", "-shm"):
            self._path.with_name(self._path.name + end).unlink(missing_ok=True)

    def known(self, keys: Iterable[str]) -> set[str]:
        """Those of the keys under which there is a head; no head is touched."""
        return {key for key in keys if key in self._places or key in self._waiting}

    def heads(self, keys: Iterable[str]) -> Iterator[tuple[str, Encoded]]:
        """The heads that are there, each with its key, shelf by shelf; not copied from it."""
        wanted = self.known(keys)
        for place in sorted({self._places[key] for key in wanted if key in self._places}):
            yield from ((key, head) for key, head in self._shelf(place) if key in wanted)
        yield from ((key, head) for key, head in self._waiting.items() if key in wanted)

    @property
    def _places(self) -> dict[str, int]:
        if self._shelved is None:
            rows = self._query("SELECT place, keys FROM shelves")
            if not all(isinstance(keys, str) for _, keys in rows):
                raise self._broken(ValueError("keys"))
            self._shelved = {key: place for place, keys in rows for key in keys.split()}
        return self._shelved

    def _shelf(self, place: int) -> Iterable[tuple[str, Encoded]]:
        for keys, value in self._query("SELECT keys, value FROM shelves WHERE place = ?", place):
            return zip(keys.split(), decode_shelf(self._unsealed(keys, value)), strict=True)
        raise self._broken(ValueError("shelf"))

    def _shelve(self) -> None:
        """Give the heads that wait a shelf."""
        if self._waiting:
            keys, value = " ".join(self._waiting), encode_shelf([msgspec.Raw(head) for head in self._waiting.values()])
            place = self._change("INSERT INTO shelves (keys, value) VALUES (?, ?)", keys, _seal(keys, value) + value)
            if self._shelved is not None:
                self._shelved |= dict.fromkeys(self._waiting, place)
            self._waiting = {}

    def parts(self, key: str) -> memoryview | None:
        """HTML or picture variants, as they were put in."""
        found = self._query("SELECT value FROM parts WHERE key = ?", key)
        return self._unsealed(key, found[0][0]) if found else None

    def put(self, key: str, head: bytes, parts: bytes) -> None:
        self._change("INSERT OR REPLACE INTO parts VALUES (?, ?)", key, _seal(key, parts) + parts)
        self._put_head(key, head)

    def _put_head(self, key: str, head: Encoded) -> None:
        self._waiting[key] = head
        if len(self._waiting) >= SHELF:
            self._shelve()

    def records(self) -> dict[str, bytes]:
        """All that the check has kept: findings of texts, facts of pictures, answers of other websites."""
        return {key: bytes(self._unsealed(key, value)) for key, value in self._query("SELECT key, value FROM records")}

    def record(self, key: str) -> bytes | None:
        """One of these alone."""
        found = self._query("SELECT value FROM records WHERE key = ?", key)
        return bytes(self._unsealed(key, found[0][0])) if found else None

    def put_record(self, key: str, value: bytes) -> None:
        self._change("INSERT OR REPLACE INTO records VALUES (?, ?)", key, _seal(key, value) + value)

    def prune_records(self, current: set[str]) -> None:
        """As `prune`, for what the check has kept."""
        stored = {key for (key,) in self._query("SELECT key FROM records")}
        if _too_many(stored, current):
            self._change_all("DELETE FROM records WHERE key = ?", [(key,) for key in stored - current])

    def digests(self) -> dict[str, tuple[str, str]]:
        """Stamp (size, times, inode) and digest of every file that was hashed before."""
        return {path: (stamp, digest) for path, stamp, digest in self._query("SELECT * FROM digests")}

    def put_digests(self, stamped: dict[str, tuple[str, str]]) -> None:
        rows = [(path, *values) for path, values in stamped.items()]
        self._change_all("INSERT OR REPLACE INTO digests VALUES (?, ?, ?)", rows)

    def prune(self, keys: set[str], paths: set[str]) -> None:
        """Throw away what this build did not need, when there is half as much of it as of what it did; and put shelves
        together when many hold little, as each build leaves one.
        """
        self._shelve()
        stored = set(self._places)
        known = {path for (path,) in self._query("SELECT path FROM digests")}
        if _too_many(known, paths):
            self._change_all("DELETE FROM digests WHERE path = ?", [(path,) for path in known - paths])
        if not _too_many(stored, keys):
            if len(set(self._places.values())) > len(stored) // SHELF + SPARE:
                self._reshelve(stored)
            return
        self._reshelve(keys)
        self._change_all("DELETE FROM parts WHERE key = ?", [(key,) for key in stored - keys])
        with suppress(*DAMAGE):  # a full disk, perhaps; the site is made, and this can wait
            self._db.commit()
            self._db.execute("VACUUM")

    def _reshelve(self, keys: set[str]) -> None:
        """Stand these heads together, and throw the others away."""
        kept = list(self.heads(keys))
        self._change("DELETE FROM shelves")
        self._shelved = None
        for key, head in kept:
            self._put_head(key, head)
        self._shelve()

    def _unsealed(self, key: object, value: object) -> memoryview:
        """A value without its hash, not copied; a damaged row may hold anything, of any type."""
        if isinstance(key, str) and isinstance(value, bytes):
            plain = memoryview(value)[SEAL:]
            if value[:SEAL] == _seal(key, plain):
                return plain
        raise self._broken(ValueError("hash"))

    def _query(self, sql: str, *values: str | int) -> list[Any]:
        try:
            return self._db.execute(sql, values).fetchall()
        except DAMAGE as error:
            raise self._broken(error) from error

    def _change(self, sql: str, *values: str | bytes) -> int:
        """Change something; returns the number of the row that was put in last."""
        try:
            return self._db.execute(sql, values).lastrowid or 0
        except DAMAGE as error:
            raise self._broken(error) from error

    def _change_all(self, sql: str, rows: Sequence[tuple[str, ...]]) -> None:
        try:
            self._db.executemany(sql, rows)
        except DAMAGE as error:
            raise self._broken(error) from error

    def _broken(self, error: Exception) -> CacheDamaged:
        return CacheDamaged(N_("the cache is damaged: {reason}."), path=self._path, reason=error)


def _too_many(stored: set[str], current: set[str]) -> bool:
    """Whether what is not needed any more is worth throwing away."""
    return len(stored) > 3 * len(current) // 2 + SPARE


encode_shelf = msgspec.msgpack.Encoder().encode
decode_shelf = msgspec.msgpack.Decoder(tuple[msgspec.Raw, ...]).decode

SEAL = 4
"""Bytes of hash before every value."""


def _seal(key: str, value: bytes | memoryview) -> bytes:
    """Against accidents only: who can write here can write the site."""
    return crc32(value, crc32(key.encode())).to_bytes(SEAL, "little")


class CacheDamaged(OutputError):
    """The file turned out to be damaged while in use; the build throws it away and begins again."""
