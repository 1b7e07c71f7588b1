"""The statements of the ledger and of forgetting, the same for both engines."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

from msgspec.structs import replace

from bulletin.core.problems import N_
from bulletin.mail.stores.base import (
    DELIVERY_STATES,
    NEXT_DELIVERY_STATES,
    DeliveryState,
    LetterDelivery,
    MailRun,
    ReaderStoreError,
    RunState,
)
from bulletin.mail.stores.sql_notes import USE_QUOTA, SqlNotes

_RUNS = "SELECT issue, kind, letter, created, state, scheduled, reason, total, id FROM mail_run"
_DELIVERIES = "SELECT id, run, reader, address, state, message_id, reply, account, at FROM mail_delivery"
_NEW_RUN = """
INSERT INTO mail_run (issue, kind, letter, created, state, scheduled, reason, total)
VALUES (?, ?, ?, ?, ?, ?, ?, 0) RETURNING id
"""
_FREEZE = """
INSERT INTO mail_delivery (run, reader, address, state, message_id, reply, account, at)
SELECT ?, id, address, 'waiting', '', '', '', '' FROM mail_reader WHERE id = ? AND state = 'active'
ON CONFLICT DO NOTHING
"""
_COUNT = "UPDATE mail_run SET total = (SELECT count(*) FROM mail_delivery WHERE run = ?) WHERE id = ?"
_INTENT = """
UPDATE mail_delivery SET state = 'intent', message_id = ?, account = ?, at = ? WHERE id = ? AND state = 'waiting'
AND reader IN (SELECT id FROM mail_reader WHERE state = 'active')
"""
"""Not of who has left since the letter was taken, whose row the sender may hold."""
_REST = """
INSERT INTO mail_rest (account, until, reason) VALUES (?, ?, ?)
ON CONFLICT (account) DO UPDATE SET until = excluded.until, reason = excluded.reason
"""
_TEST = "INSERT INTO mail_test (letter, at) VALUES (?, ?) ON CONFLICT (letter) DO UPDATE SET at = excluded.at"
_REFUSE_WAITING = """
UPDATE mail_delivery SET state = 'refused', reply = ?, at = ?
WHERE id IN (SELECT id FROM mail_delivery WHERE run = ? AND state = 'waiting' {skip})
"""
_SETTLE = "UPDATE mail_delivery SET state = 'unknown', at = ? WHERE run = ? AND account = ? AND state = 'intent'"


class _Unchanged(Exception):
    """Rolls a transaction back."""


class SqlLedger(SqlNotes):
    """`RunLedger`, without `claim`, `take` and `release`, and `ReaderStore.forget`."""

    def create_run(self, run: MailRun, readers: Iterable[int]) -> MailRun:
        values = (run.issue, run.kind, run.letter, run.created, run.state, run.scheduled, run.reason)
        with self._transaction():
            number = self._run(_NEW_RUN, values).fetchall()[0][0]
            self._run_many(_FREEZE, ((number, reader) for reader in readers))
            self._run(_COUNT, (number, number))
            total = self._rows("SELECT total FROM mail_run WHERE id = ?", number)[0][0]
        return replace(run, id=number, total=total)

    def run(self, run: int) -> MailRun | None:
        return next((MailRun(*row) for row in self._rows(f"{_RUNS} WHERE id = ?", run)), None)

    def runs(self) -> tuple[MailRun, ...]:
        return tuple(MailRun(*row) for row in self._rows(f"{_RUNS} ORDER BY id"))

    def set_run(self, run: int, state: RunState, reason: str = "") -> None:
        with self._transaction():
            if state == "finished":
                self._require_complete(run)
            self._run("UPDATE mail_run SET state = ?, reason = ? WHERE id = ?", (state, reason, run))

    def _require_complete(self, run: int) -> None:
        sums, found = self.sums(run), self.run(run)
        open_letters = sums["waiting"] + sums["intent"]
        if found is None or open_letters or sum(sums.values()) != found.total:
            raise ReaderStoreError(
                N_("run {run} is not finished: {count} letters are open."), run=run, count=open_letters
            )

    def mark_intent(self, delivery: int, message_id: str, account: str, at: str, day: str, a_day: int) -> bool:
        try:
            with self._transaction():
                if not self._run(_INTENT, (message_id, account, at, delivery)).rowcount:
                    raise _Unchanged
                if not self._run(USE_QUOTA, (account, day, a_day)).rowcount:
                    raise _Unchanged
        except _Unchanged:
            return False
        return True

    def mark(self, delivery: int, state: DeliveryState, reply: str, at: str) -> None:
        before = [each for each in DELIVERY_STATES if state in NEXT_DELIVERY_STATES[each]]
        if state == "intent":
            before = []  # only `mark_intent`, which counts it
        places = ", ".join("?" * len(before)) or "NULL"
        statement = f"UPDATE mail_delivery SET state = ?, reply = ?, at = ? WHERE id = ? AND state IN ({places})"
        with self._transaction():
            if not self._run(statement, (state, reply, at, delivery, *before)).rowcount:
                raise ReaderStoreError(
                    N_("letter {delivery} cannot become “{state}” now."), delivery=delivery, state=state
                )

    def postpone(self, delivery: int, reply: str, at: str) -> None:
        self._write(
            "UPDATE mail_delivery SET reply = ?, at = ? WHERE id = ? AND state = 'waiting'", reply, at, delivery
        )

    def refuse_waiting(self, run: int, reply: str, at: str) -> int:
        return self._write(_REFUSE_WAITING.format(skip=self._skip_taken), reply, at, run)

    def settle_intents(self, run: int, account: str, at: str) -> int:
        return self._write(_SETTLE, at, run, account)

    def sums(self, run: int) -> dict[DeliveryState, int]:
        rows = self._rows("SELECT state, count(*) FROM mail_delivery WHERE run = ? GROUP BY state", run)
        found = dict(rows)
        return {state: found.get(state, 0) for state in DELIVERY_STATES}

    def deliveries(self, run: int, state: DeliveryState | None = None) -> Iterator[LetterDelivery]:
        if state is None:
            rows = self._rows(f"{_DELIVERIES} WHERE run = ? ORDER BY id", run)
        else:
            rows = self._rows(f"{_DELIVERIES} WHERE run = ? AND state = ? ORDER BY id", run, state)
        return (LetterDelivery(*row) for row in rows)

    def deliveries_to(self, reader: int) -> tuple[LetterDelivery, ...]:
        return tuple(LetterDelivery(*row) for row in self._rows(f"{_DELIVERIES} WHERE reader = ? ORDER BY id", reader))

    def delivery_of(self, message_id: str) -> LetterDelivery | None:
        rows = self._rows(f"{_DELIVERIES} WHERE message_id = ? ORDER BY id", message_id) if message_id else []
        return next((LetterDelivery(*row) for row in rows), None)

    def used(self, account: str, day: str) -> int:
        rows = self._rows("SELECT used FROM mail_quota WHERE account = ? AND day = ?", account, day)
        return int(rows[0][0]) if rows else 0

    def use_quota(self, account: str, day: str, limit: int) -> bool:
        return limit > 0 and self._write(USE_QUOTA, account, day, limit) > 0

    def last_at(self, account: str) -> str:
        rows = self._rows("SELECT at FROM mail_delivery WHERE account = ? ORDER BY at DESC LIMIT 1", account)
        return str(rows[0][0]) if rows else ""

    def put_rest(self, account: str, until: str, reason: str) -> None:
        self._write(_REST, account, until, reason)

    def rests(self) -> dict[str, tuple[str, str]]:
        return {
            account: (until, reason)
            for account, until, reason in self._rows("SELECT account, until, reason FROM mail_rest")
        }

    def put_test(self, letter: str, at: str) -> None:
        self._write(_TEST, letter, at)

    def tested(self, letter: str) -> str:
        return next((str(row[0]) for row in self._rows("SELECT at FROM mail_test WHERE letter = ?", letter)), "")

    # ── forgetting

    def forget(self, address: str, mac: str, now: str) -> bool:
        with self._transaction():
            asked = self._forget_notes(address)
            rows = self._rows("SELECT id FROM mail_reader WHERE address = ?", address)
            for (reader,) in rows:
                self._forget_letters(reader, now)
                self._forget_words(address)
                for table in ("mail_consent", "mail_token", "mail_bounce"):
                    self._run(f"DELETE FROM {table} WHERE reader = ?", (reader,))
                self._run("DELETE FROM mail_reader WHERE id = ?", (reader,))
            if rows or asked:
                self._run(_NEVER, (mac, "forgotten", now))
        return bool(rows) or asked

    def _forget_letters(self, reader: int, now: str) -> None:
        waiting = "UPDATE mail_delivery SET state = 'refused', reply = 'forgotten', at = ? WHERE state = 'waiting' "
        self._run(waiting + "AND reader = ?", (now, reader))
        for each in self.deliveries_to(reader):
            statement = "UPDATE mail_delivery SET reader = NULL, address = NULL, reply = ? WHERE id = ?"
            self._run(statement, (_code(each.reply), each.id))

    def _forget_words(self, address: str) -> None:
        """Servers repeat addresses in what they say."""
        spelling = re.compile(re.escape(address), re.IGNORECASE)
        for table, column in (("mail_delivery", "reply"), ("mail_run", "reason")):
            rows = self._rows(f"SELECT id, {column} FROM {table} WHERE lower({column}) LIKE ?", f"%{address.lower()}%")
            for number, text in rows:
                self._run(f"UPDATE {table} SET {column} = ? WHERE id = ?", (spelling.sub("…", text), number))


_NEVER = """
INSERT INTO mail_never (mac, why, since) VALUES (?, ?, ?) ON CONFLICT (mac) DO UPDATE SET why = excluded.why
"""


def _code(reply: str) -> str:
    """A server's reply without its prose, which may hold the address."""
    found = re.match(r"\d{3}([ -]\d\.\d{1,3}\.\d{1,3})?", reply)
    return found[0] if found else reply if reply in ("left", "forgotten") else ""
