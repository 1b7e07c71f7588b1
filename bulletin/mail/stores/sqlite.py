"""SQLite: one file, ``mail/readers.db``, which only its owner can read; one sender at a time."""

from __future__ import annotations

import os
import sqlite3
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from filelock import FileLock, Timeout

from bulletin.core.problems import N_
from bulletin.mail.stores.base import LetterDelivery, ReaderStoreError
from bulletin.mail.stores.schema import schema
from bulletin.mail.stores.sql_ledger import SqlLedger
from bulletin.mail.stores.sql_mailbox import SqlMailbox

_WAIT_SECONDS = 15
_PRAGMAS = ("synchronous = FULL", "secure_delete = ON", "temp_store = MEMORY")


class SqliteReaderStore(SqlMailbox, SqlLedger):
    """Its folder must exist; the file is made with mode 0600, and so are log and index beside it."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._lock: FileLock | None = None
        try:
            os.close(os.open(path, os.O_RDWR | os.O_CREAT, 0o600))
            if os.name == "posix" and path.stat().st_mode & 0o077:
                path.chmod(0o600)
            self._db = sqlite3.connect(path, timeout=_WAIT_SECONDS, isolation_level=None, check_same_thread=False)
        except (OSError, sqlite3.Error) as error:
            raise self._failed(error) from None
        try:
            self._prepare()
        except BaseException:
            self._db.close()
            raise

    def _prepare(self) -> None:
        self._rows("PRAGMA journal_mode = WAL")
        for pragma in _PRAGMAS:
            self._rows(f"PRAGMA {pragma}")
        with self._transaction():
            for statement in schema("INTEGER PRIMARY KEY AUTOINCREMENT", "text"):
                self._run(statement)
            self._check_version()

    def _run(self, statement: str, values: Sequence[object] = ()) -> sqlite3.Cursor:
        try:
            return self._db.execute(statement, values)
        except sqlite3.Error as error:
            raise self._failed(error) from None

    def _run_many(self, statement: str, rows: Iterable[Sequence[object]]) -> None:
        try:
            self._db.executemany(statement, rows)
        except sqlite3.Error as error:
            raise self._failed(error) from None

    @contextmanager
    def _transaction(self) -> Iterator[None]:
        if self._joined:
            yield
            return
        self._run("BEGIN IMMEDIATE")
        try:
            yield
            self._run("COMMIT")
        except BaseException:
            if self._db.in_transaction:  # a failed COMMIT may have rolled back by itself
                self._run("ROLLBACK")
            raise

    def _serialize(self, name: str) -> None:  # noqa: ARG002 - a transaction that writes is alone
        return None

    def claim(self, account: str) -> bool:  # noqa: ARG002 - one sender for all accounts: what `take` claims is its own
        if self._lock is None:
            lock = FileLock(f"{self._path}.sending", timeout=0, mode=0o600)
            try:
                lock.acquire()
            except Timeout:
                return False
            self._lock = lock
        return True

    def unclaim(self, account: str) -> None:  # noqa: ARG002 - the one lock stays until `close`
        return None

    def take(self, run: int) -> LetterDelivery | None:
        rows = self._rows(f"{_NEXT} ORDER BY at, id LIMIT 1", run)
        return LetterDelivery(*rows[0]) if rows else None

    def release(self) -> None:
        return None

    def wipe(self) -> None:
        self._truncate_log()
        self._run("VACUUM")
        self._truncate_log()

    def _truncate_log(self) -> None:
        if self._rows("PRAGMA wal_checkpoint(TRUNCATE)")[0][0]:
            raise ReaderStoreError(
                N_(
                    "another program is reading the readers, so what was deleted is still in the log. End it, and run "
                    "this again."
                ),
                path=self._path,
            )

    def close(self) -> None:
        self._db.close()
        if self._lock is not None:
            self._lock.release()

    def _failed(self, error: OSError | sqlite3.Error) -> ReaderStoreError:
        reason = error.strerror if isinstance(error, OSError) else str(error)
        return ReaderStoreError(N_("the readers cannot be read or written: {reason}."), path=self._path, reason=reason)


_NEXT = """
SELECT id, run, reader, address, state, message_id, reply, account, at FROM mail_delivery
WHERE run = ? AND state = 'waiting'
"""
