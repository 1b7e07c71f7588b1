"""Sends runs in forks of itself, and kills each at a random moment, a random statement, or just before a final dot.

``python -m tests.prove.mailer STORE PORT KILLS SENDERS READERS``: the store is a file or a URL of PostgreSQL. Prints
kills, and the letters that they left under way. No threads, and everything loaded, so that a kill costs milliseconds.

With 0 kills it sends one run to READERS with so many senders beside each other.
"""

from __future__ import annotations

import os
import random
import signal
import sys
import time
from collections.abc import Sequence
from datetime import datetime, timedelta, timezone
from pathlib import Path
from typing import Any

from bulletin.core.mail_settings import MailAccount
from bulletin.mail.readers import Consent, new_reader
from bulletin.mail.sending import SendingTools, send_run
from bulletin.mail.smtp import SmtpConnection
from bulletin.mail.stores.base import LetterDelivery, MailRun, MailStore
from bulletin.mail.stores.postgresql import PostgresReaderStore
from bulletin.mail.stores.sqlite import SqliteReaderStore

CREATED = "2026-11-01T00:00:00Z"
_STATEMENTS = 100
"""Of which 40 open the store."""
_LONG = 10.0
"""Seconds in which a sender reaches any statement, or its end."""
_NOW = datetime(2026, 11, 1, 12, tzinfo=timezone(timedelta(hours=8)))


def _open(where: str, die_at: int = 0) -> MailStore:
    """A store; with a statement at which its process dies, or, below zero, an intent after which it does."""
    kind: Any = PostgresReaderStore if where.startswith("postgresql:") else SqliteReaderStore
    if die_at > 0:
        kind = type("_Dying", (kind,), {"_run": _dying(kind._run, die_at)})
    elif die_at:
        kind = type("_Dying", (kind,), {"mark_intent": _dying(kind.mark_intent, -die_at, after=True)})
    made: MailStore = kind(where if kind is PostgresReaderStore or "://" in where else Path(where))
    return made


def _dying(call: Any, die_at: int, *, after: bool = False) -> Any:
    count = 0

    def counted(self: Any, *values: Any) -> Any:
        nonlocal count
        count += 1
        found = call(self, *values) if after else None
        if count == die_at:
            os.kill(os.getpid(), signal.SIGKILL)
        return found if after else call(self, *values)

    return counted


def _write(delivery: LetterDelivery, _account: MailAccount, _at: datetime) -> tuple[str, bytes]:
    mark = f"<{delivery.run}.{delivery.id}@x>"
    return mark, f"Message-ID: {mark}\r\n\r\nwords\r\n".encode() * 20


def _send(where: str, port: int, run: int, name: str, die_at: int = 0) -> None:
    store = _open(where, die_at)
    account = MailAccount(
        name, "127.0.0.1", "jzz@example.cn", port=port, tls=False, a_day=1_000_000, pause=0, hours="00:00-00:00"
    )
    tools = SendingTools(
        store,
        (account,),
        lambda each: SmtpConnection(each, None),
        _write,
        lambda: _NOW,
        time.sleep,
        lambda: False,
        lambda _run: True,
    )
    send_run(run, tools)
    store.close()


def _fork(where: str, port: int, run: int, name: str, die_at: int = 0) -> int:
    child = os.fork()
    if not child:
        code = 1
        try:
            _send(where, port, run, name, die_at)
            code = 0
        finally:
            os._exit(code)
    return child


def _new_run(where: str, issue: int, readers: int) -> int:
    store = _open(where)
    consent = Consent(CREATED, "paper", "x")
    if not issue:
        store.put_readers(new_reader(f"r{number}@qq.com", CREATED, consent) for number in range(readers))
    made = store.create_run(MailRun(str(issue), "issue", "ab", CREATED), [each.id for each in store.readers()])
    store.set_run(made.id, "running")
    assert made.total == readers
    store.close()
    return made.id


def _left_over(where: str, run: int, readers: int) -> int:
    """Letters of which nobody knows; the sum is right at any moment."""
    store = _open(where)
    sums = store.sums(run)
    store.close()
    assert sum(sums.values()) == readers, sums
    assert sums["refused"] == 0, sums
    return sums["intent"] + sums["unknown"]


def _kill_them(children: Sequence[int], moments: Sequence[float]) -> int:
    """Each after so many seconds, if it still lives; how many were killed, by us or at their statement."""
    killed, began, living = 0, time.monotonic(), dict(zip(children, moments, strict=True))
    while living:
        for child, moment in tuple(living.items()):
            ended, status = os.waitpid(child, os.WNOHANG)
            if not ended and time.monotonic() - began >= moment:
                os.kill(child, signal.SIGKILL)
                ended, status = os.waitpid(child, 0)
            if ended:
                del living[child]
                killed += os.WIFSIGNALED(status)
        time.sleep(0.0005)
    return killed


def _run_out(where: str, port: int, run: int, senders: int) -> None:
    """To the end, unharmed."""
    for child in [_fork(where, port, run, f"account-{each}") for each in range(senders)]:
        assert os.waitpid(child, 0)[1] == 0


def main(where: str, port: int, kills: int, senders: int, readers: int) -> None:
    chance, killed, issue, left_in_all = random.Random(1), 0, 0, 0
    run = _new_run(where, issue, readers)
    began = time.monotonic()
    _run_out(where, port, run, senders)
    a_letter = min(0.02, max(0.001, (time.monotonic() - began) / readers * senders))
    while killed < kills:
        issue += 1
        run, left = _new_run(where, issue, readers), 0
        for _ in range(readers):
            if killed >= kills:
                break
            die_at = chance.choice((0, chance.randint(1, _STATEMENTS), -chance.randint(1, 3)))
            children = [_fork(where, port, run, f"account-{each}", die_at) for each in range(senders)]
            moments = [_LONG if die_at else chance.uniform(0, 6 * a_letter) for _ in children]
            now_killed = _kill_them(children, moments)
            killed += now_killed
            found = _left_over(where, run, readers)
            assert found - left <= now_killed, (found, left, now_killed)
            left = found
        _run_out(where, port, run, senders)
        left_in_all += _left_over(where, run, readers)
    print(killed, left_in_all)


if __name__ == "__main__":
    main(sys.argv[1], *(int(word) for word in sys.argv[2:]))
