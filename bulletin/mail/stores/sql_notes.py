"""The statements of notes and of what they ask, the same for both engines."""

from __future__ import annotations

from collections.abc import Callable

from bulletin.core.problems import N_
from bulletin.mail.readers import Reader
from bulletin.mail.stores.base import (
    DELIVERY_STATES,
    NEXT_DELIVERY_STATES,
    NOTE_SHARE,
    DeliveryState,
    MailNote,
    NoteOrigin,
    NoteQuota,
    ReaderStoreError,
    RequestLimits,
    Token,
)
from bulletin.mail.stores.sql import SqlReaders

USE_QUOTA = """
INSERT INTO mail_quota (account, day, used) VALUES (?, ?, 1)
ON CONFLICT (account, day) DO UPDATE SET used = mail_quota.used + 1 WHERE mail_quota.used < ?
"""

_NOTES = "SELECT address, kind, origin, expires, seed, state, message_id, reply, account, at, id FROM mail_note"
_ORDER = "ORDER BY CASE origin WHEN 'mail' THEN 1 WHEN 'form' THEN 2 ELSE 3 END, id"
_INTENT = (
    "UPDATE mail_note SET state = 'intent', message_id = ?, account = ?, at = ? WHERE id = ? AND state = 'waiting'"
)


class _Unchanged(Exception):
    """Rolls a transaction back."""


class SqlNotes(SqlReaders):
    """`NoteStore`."""

    def put_request(
        self, mac: str, day: str, note: MailNote, limits: RequestLimits, token: tuple[str, Token] | None = None
    ) -> bool:
        with self._transaction():
            self._serialize("request")
            asked = self.asked(mac)
            if len(asked) >= limits.in_all or asked.count(day) >= limits.a_day:
                return False
            self._run("INSERT INTO mail_asked (mac, day) VALUES (?, ?)", (mac, day))
            self._put_note(note)
            if token is not None:
                self._put_token(*token)
        return True

    def use_token(
        self, digest: str, mac: str, change: Callable[[Token, Reader | None], Reader | None]
    ) -> Reader | None:
        with self._transaction():
            self._serialize(digest)
            token = self.token(digest)
            if token is None:
                return None
            self._serialize(token.address)
            changed = change(token, self.reader(token.address))
            if changed is not None:
                self._put((changed,))
                self._run("DELETE FROM mail_token WHERE address = ? AND purpose = ?", (token.address, token.purpose))
                self._run("DELETE FROM mail_asked WHERE mac = ?", (mac,))
                self._run("DELETE FROM mail_note WHERE address = ? AND state = 'waiting'", (token.address,))
        return changed

    def notes(self, state: DeliveryState | None = None) -> tuple[MailNote, ...]:
        where, values = ("WHERE state = ?", (state,)) if state else ("", ())
        return tuple(MailNote(*row) for row in self._rows(f"{_NOTES} {where} {_ORDER}", *values))

    def waiting_notes(self, origin: NoteOrigin) -> int:
        counted = "SELECT count(*) FROM mail_note WHERE state = 'waiting' AND origin = ?"
        return int(self._rows(counted, origin)[0][0])

    def notes_to(self, address: str) -> tuple[MailNote, ...]:
        return tuple(MailNote(*row) for row in self._rows(f"{_NOTES} WHERE address = ? ORDER BY id", address))

    def tokens_of(self, address: str) -> tuple[Token, ...]:
        return tuple(self._tokens("address", address))

    def mark_note_intent(self, note: int, message_id: str, account: str, at: str, quota: NoteQuota) -> bool:
        try:
            with self._transaction():
                if not self._run(_INTENT, (message_id, account, at, note)).rowcount:
                    raise _Unchanged
                for name, limit in ((account + NOTE_SHARE, quota.share), (account, quota.a_day)):
                    if limit < 1 or not self._run(USE_QUOTA, (name, quota.day, limit)).rowcount:
                        raise _Unchanged
        except _Unchanged:
            return False
        return True

    def mark_note(self, note: int, state: DeliveryState, reply: str, at: str) -> None:
        before = [each for each in DELIVERY_STATES if state in NEXT_DELIVERY_STATES[each] and state != "intent"]
        places = ", ".join("?" * len(before)) or "NULL"
        statement = f"UPDATE mail_note SET state = ?, reply = ?, at = ? WHERE id = ? AND state IN ({places})"
        with self._transaction():
            changed = self._run(statement, (state, reply, at, note, *before)).rowcount
            if not changed and self._rows("SELECT id FROM mail_note WHERE id = ?", note):
                raise ReaderStoreError(N_("note {note} cannot become “{state}” now."), note=note, state=state)

    def settle_notes(self, account: str, at: str) -> int:
        statement = "UPDATE mail_note SET state = 'unknown', at = ? WHERE account = ? AND state = 'intent'"
        return self._write(statement, at, account)

    def _forget_notes(self, address: str) -> bool:
        """Within a transaction; whether there were any."""
        tables = ("mail_token", "mail_note")
        return sum(self._run(f"DELETE FROM {table} WHERE address = ?", (address,)).rowcount for table in tables) > 0
