"""The statements, the same for both engines; an engine adds its connection, its transaction and its locks."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import AbstractContextManager, contextmanager
from itertools import groupby
from operator import itemgetter
from typing import Any, Protocol

from bulletin.core.problems import N_
from bulletin.mail.readers import Consent, Reader, wording_hash
from bulletin.mail.stores.base import Bounce, MailNote, ReaderStoreError, Token
from bulletin.mail.stores.schema import MAIL_SCHEMA_VERSION


class Cursor(Protocol):
    """What both engines' cursors have."""

    @property
    def rowcount(self) -> int: ...
    def fetchall(self) -> list[tuple[Any, ...]]: ...


class SqlEngine(ABC):
    """Runs statements with ``?`` for values."""

    _skip_taken = ""
    """Clause that leaves rows alone which a sender holds: nobody who leaves waits for a mail server. The sender looks
    at the reader again before it sends."""

    _joined = False
    """Whether a transaction is open that the next ones belong to."""

    @abstractmethod
    def _run(self, statement: str, values: Sequence[object] = ()) -> Cursor: ...

    @abstractmethod
    def _run_many(self, statement: str, rows: Iterable[Sequence[object]]) -> None: ...

    @abstractmethod
    def _transaction(self) -> AbstractContextManager[None]:
        """All or nothing; ends what `take` has begun."""

    @abstractmethod
    def _serialize(self, name: str) -> None:
        """Within a transaction: one at a time of those with this name."""

    @contextmanager
    def together(self) -> Iterator[None]:
        with self._transaction():
            self._joined = True
            try:
                yield
            finally:
                self._joined = False

    def _rows(self, statement: str, *values: object) -> list[tuple[Any, ...]]:
        return self._run(statement, values).fetchall()

    def _write(self, statement: str, *values: object) -> int:
        """One statement as a transaction; rows changed."""
        with self._transaction():
            return self._run(statement, values).rowcount

    def _check_version(self) -> None:
        """Raises `ReaderStoreError` for a store that a newer version wrote."""
        found = max((row[0] for row in self._rows("SELECT version FROM mail_schema")), default=0)
        if found > MAIL_SCHEMA_VERSION:
            raise ReaderStoreError(
                N_(
                    "a newer version of bulletin wrote these readers (form {found}, this one reads {known}). "
                    "Use that version."
                ),
                found=found,
                known=MAIL_SCHEMA_VERSION,
            )
        if not found:
            self._run("INSERT INTO mail_schema (version) VALUES (?)", (MAIL_SCHEMA_VERSION,))


_READERS = """
SELECT r.id, r.address, r.state, r.columns, r.created, r.changed,
       c.given, c.how, c.wording, c.evidence, c.withdrawn, c.withdrawn_how
FROM mail_reader r LEFT JOIN mail_consent c ON c.reader = r.id {where} ORDER BY r.id, c.id
"""
_PUT_READER = """
INSERT INTO mail_reader (address, state, columns, created, changed) VALUES (?, ?, ?, ?, ?)
ON CONFLICT (address) DO UPDATE SET state = excluded.state, columns = excluded.columns, changed = excluded.changed
"""
_DROP_CONSENTS = "DELETE FROM mail_consent WHERE reader = (SELECT id FROM mail_reader WHERE address = ?)"
_PUT_CONSENT = """
INSERT INTO mail_consent (reader, given, how, wording, evidence, withdrawn, withdrawn_how)
SELECT id, ?, ?, ?, ?, ?, ? FROM mail_reader WHERE address = ?
"""
_LEAVE_WAITING = """
UPDATE mail_delivery SET state = 'refused', reply = 'left', at = ?
WHERE id IN (
    SELECT id FROM mail_delivery
    WHERE state = 'waiting' AND reader = (SELECT id FROM mail_reader WHERE address = ?) {skip}
)
"""


class SqlReaders(SqlEngine):
    """`ReaderStore`, without `forget` and `wipe`."""

    def reader(self, address: str) -> Reader | None:
        return next(self._readers("WHERE r.address = ?", address), None)

    def reader_by_id(self, reader: int) -> Reader | None:
        return next(self._readers("WHERE r.id = ?", reader), None)

    def readers(self) -> Iterator[Reader]:
        return self._readers("")

    def _readers(self, where: str, *values: object) -> Iterator[Reader]:
        for head, rows in groupby(self._rows(_READERS.format(where=where), *values), itemgetter(slice(6))):
            number, address, state, columns, created, changed = head
            consents = tuple(Consent(*row[6:]) for row in rows if row[6] is not None)
            yield Reader(
                address, state, tuple(columns.split("\n")) if columns else (), created, changed, consents, number
            )

    def put_readers(self, readers: Iterable[Reader]) -> None:
        with self._transaction():
            self._put(tuple(readers))

    def _put(self, those: tuple[Reader, ...]) -> None:
        self._run_many(_PUT_READER, ((r.address, r.state, "\n".join(r.columns), r.created, r.changed) for r in those))
        self._run_many(_DROP_CONSENTS, ((r.address,) for r in those))
        self._run_many(
            _PUT_CONSENT,
            (
                (c.given, c.how, c.wording, c.evidence, c.withdrawn, c.withdrawn_how, r.address)
                for r in those
                for c in r.consents
            ),
        )
        leave = _LEAVE_WAITING.format(skip=self._skip_taken)
        self._run_many(leave, ((r.changed, r.address) for r in those if r.state != "active"))

    def change_reader(
        self, address: str, change: Callable[[Reader | None], Reader | None], note: MailNote | None = None
    ) -> bool:
        with self._transaction():
            self._serialize(address)
            changed = change(self.reader(address))
            if changed is not None:
                self._put((changed,))
                if note is not None:
                    self._put_note(note)
        return changed is not None

    def _put_note(self, note: MailNote) -> None:
        values = (note.address, note.kind, note.origin, note.seed, note.expires, note.state)
        self._run(_PUT_NOTE, values)

    def put_wording(self, text: str) -> str:
        digest = wording_hash(text)
        self._write("INSERT INTO mail_wording (hash, text) VALUES (?, ?) ON CONFLICT DO NOTHING", digest, text)
        return digest

    def wording(self, digest: str) -> str | None:
        return next((row[0] for row in self._rows("SELECT text FROM mail_wording WHERE hash = ?", digest)), None)

    def never(self) -> dict[str, tuple[str, str]]:
        return {mac: (why, since) for mac, why, since in self._rows("SELECT mac, why, since FROM mail_never")}

    def put_never(self, mac: str, why: str, since: str) -> None:
        self._write(_PUT_NEVER, mac, why, since)

    def drop_never(self, mac: str) -> None:
        self._write("DELETE FROM mail_never WHERE mac = ?", mac)

    def asked(self, mac: str) -> tuple[str, ...]:
        return tuple(row[0] for row in self._rows("SELECT day FROM mail_asked WHERE mac = ? ORDER BY day, id", mac))

    def put_asked(self, mac: str, day: str) -> None:
        self._write("INSERT INTO mail_asked (mac, day) VALUES (?, ?)", mac, day)

    def put_token(self, digest: str, token: Token) -> None:
        with self._transaction():
            self._put_token(digest, token)

    def _put_token(self, digest: str, token: Token) -> None:
        columns = "\n".join(token.columns)
        values = (digest, token.reader, token.purpose, token.expires, token.address, columns, token.wording)
        self._run(_PUT_TOKEN, values)

    def token(self, digest: str) -> Token | None:
        return next(self._tokens("hash", digest), None)

    def _tokens(self, column: str, value: str) -> Iterator[Token]:
        for reader, purpose, expires, address, columns, wording in self._rows(f"{_TOKENS} WHERE {column} = ?", value):
            yield Token(reader, purpose, expires, address, tuple(columns.split("\n")) if columns else (), wording)

    def drop_token(self, digest: str) -> bool:
        return self._write("DELETE FROM mail_token WHERE hash = ?", digest) > 0

    def drop_expired(self, now: str) -> None:
        with self._transaction():
            for table in ("mail_token", "mail_note"):
                self._run(f"DELETE FROM {table} WHERE expires <> '' AND expires < ?", (now,))

    def put_bounce(self, bounce: Bounce) -> None:
        values = (bounce.reader, bounce.run, bounce.code, bounce.at)
        self._write("INSERT INTO mail_bounce (reader, run, code, at) VALUES (?, ?, ?, ?)", *values)

    def bounces(self, reader: int) -> tuple[Bounce, ...]:
        rows = self._rows("SELECT reader, run, code, at FROM mail_bounce WHERE reader = ? ORDER BY id", reader)
        return tuple(Bounce(*row) for row in rows)


_TOKENS = "SELECT reader, purpose, expires, address, columns, wording FROM mail_token"
_PUT_TOKEN = """
INSERT INTO mail_token (hash, reader, purpose, expires, address, columns, wording) VALUES (?, ?, ?, ?, ?, ?, ?)
"""
_PUT_NOTE = """
INSERT INTO mail_note (address, kind, origin, seed, expires, state, message_id, reply, account, at)
VALUES (?, ?, ?, ?, ?, ?, '', '', '', '')
"""
_PUT_NEVER = "INSERT INTO mail_never (mac, why, since) VALUES (?, ?, ?) ON CONFLICT DO NOTHING"
