"""Asks, confirms, sends notes and leaves in forks of itself, and kills each at every statement of the store in turn.

``python -m tests.prove.joiner STORE STEP``: the store is a file or a URL of PostgreSQL; every STEP-th statement. Prints
kills, notes that went out, and those of which nobody knows. No threads, and everything loaded.
"""

from __future__ import annotations

import os
import signal
import sys
from collections import Counter
from collections.abc import Callable
from datetime import datetime, timedelta, timezone
from itertools import count
from pathlib import Path
from typing import Any

from bulletin.core.mail_settings import MailAccount
from bulletin.mail.compose import Sender
from bulletin.mail.joining import SubscribeRequest, ask, confirm_subscription, confirm_token, leave, leave_token
from bulletin.mail.never import AddressHasher
from bulletin.mail.notes import NoteOffice
from bulletin.mail.outbox import NoteTools, drain_notes
from bulletin.mail.replies import SmtpReply
from bulletin.mail.stores.base import MailStore, RequestLimits
from bulletin.mail.stores.postgresql import PostgresReaderStore
from bulletin.mail.stores.sqlite import SqliteReaderStore

_HASHER = AddressHasher(b"k" * 32)
_OFFICE = NoteOffice("n", "b", "en", "w", "office@example.cn")
_ACCOUNT = MailAccount("office", "h", "office@example.cn", a_day=1_000_000, pause=0)
_AT = datetime(2026, 11, 1, 12, tzinfo=timezone(timedelta(hours=8)))
_NOW, _DAY = "2026-11-01T04:00:00Z", "2026-11-01"
_LIMITS = RequestLimits(waiting=1_000_000)


def open_at(where: str) -> MailStore:
    return PostgresReaderStore(where) if where.startswith("postgresql:") else SqliteReaderStore(Path(where))


def killed(where: str, die_at: int, work: Callable[[MailStore], object]) -> bool:
    """Do it in a fork that dies at this statement; whether it came so far."""
    child = os.fork()
    if child == 0:
        try:
            store: Any = open_at(where)
            run, left = store._run, count(die_at, -1)

            def dying(*values: Any) -> Any:
                if next(left) <= 1:
                    os.kill(os.getpid(), signal.SIGKILL)
                return run(*values)

            store._run = dying
            work(store)
            store.close()
        except BaseException as error:  # noqa: BLE001 - a fork ends here, whatever it is
            print(repr(error), file=sys.stderr, flush=True)
            os._exit(1)
        os._exit(0)
    _, status = os.waitpid(child, 0)
    assert os.WIFSIGNALED(status) or os.WEXITSTATUS(status) == 0, status
    return os.WIFSIGNALED(status)


class Taking:
    """A server that takes whatever comes, and writes down what it took, before anybody knows."""

    def __init__(self, taken: Path) -> None:
        self._taken = taken

    def send(self, envelope_from: str, to: str, data: bytes, before_dot: Callable[[], bool]) -> SmtpReply:  # noqa: ARG002
        if not before_dot():
            return SmtpReply("data", 0, held=True)
        with self._taken.open("a", encoding="utf-8") as file:
            file.write(to + "\n")
        return SmtpReply("dot", 250, "2.0.0", "taken")

    def close(self) -> None:
        return None


def every(
    where: str, step: int, begin: Callable[[int], Callable[[MailStore], object]], check: Callable[[int], None]
) -> int:
    """Kill the work at every step-th statement, until it comes to its end; how often it was killed."""
    for kills, die_at in enumerate(count(1, step)):
        was_killed = killed(where, die_at, begin(die_at))
        check(die_at)
        if not was_killed:
            return kills
    raise AssertionError


def main(where: str, step: int) -> None:
    taken = Path(os.environ["TAKEN"])
    taken.touch()

    def request(n: int) -> SubscribeRequest:
        return SubscribeRequest(f"r{n}@example.cn", "w", "form")

    def asks(n: int) -> Callable[[MailStore], object]:
        return lambda store: ask(store, _HASHER, request(n), _NOW, _DAY, _LIMITS)

    def all_or_none(n: int) -> None:
        store, address = open_at(where), f"r{n}@example.cn"
        parts = (store.notes_to(address), store.tokens_of(address), store.asked(_HASHER.mac(address)))
        assert {len(part) for part in parts} in ({0}, {1}), parts
        store.close()

    def confirms(n: int) -> Callable[[MailStore], object]:
        store = open_at(where)
        ask(store, _HASHER, request(n), _NOW, _DAY, _LIMITS)
        token = confirm_token(_HASHER, store.notes_to(f"r{n}@example.cn")[-1])
        store.close()
        return lambda each: confirm_subscription(each, _HASHER, token, "form", "", _NOW)

    def reader_or_token(n: int) -> None:
        store, address = open_at(where), f"r{n}@example.cn"
        reader = store.reader(address)
        assert (reader is not None and reader.state == "active") != bool(store.tokens_of(address)), (n, reader)
        assert not (reader and not reader.consents)
        store.close()

    def leaves(_: int) -> Callable[[MailStore], object]:
        store = open_at(where)
        reader = next(each for each in store.readers() if each.state == "active")
        store.close()
        token = leave_token(_HASHER, reader.id, reader.address)
        return lambda each: leave(each, _HASHER, token, "form", _NOW)

    def whole(_: int) -> None:
        store = open_at(where)
        assert all((each.state == "left") == bool(each.consents[-1].withdrawn) for each in store.readers())
        store.close()

    def drain(store: MailStore) -> object:
        tools = NoteTools(
            store,
            _HASHER,
            _OFFICE,
            Sender("n", "office@example.cn"),
            lambda _: Taking(taken),
            lambda: _AT,
            lambda _: None,
        )
        return drain_notes(_ACCOUNT, tools)

    def none_twice(_: int) -> None:
        assert max(Counter(taken.read_text("utf-8").split()).values(), default=0) <= 1

    kills = every(where, step, asks, all_or_none)
    kills += every(where, step, lambda n: confirms(1_000 + n), lambda n: reader_or_token(1_000 + n))
    kills += every(where, step, leaves, whole)
    store = open_at(where)
    for n in range(2_000, 2_010):
        ask(store, _HASHER, request(n), _NOW, _DAY, _LIMITS)
    store.close()
    sends = every(where, step, lambda _: drain, none_twice)
    store = open_at(where)
    states = Counter(note.state for note in store.notes())
    went = set(taken.read_text("utf-8").split())
    assert all(note.address in went for note in store.notes("sent"))
    assert all(note.state in ("sent", "unknown") for note in store.notes() if note.address in went)
    assert states["unknown"] <= sends, "at most one a kill"
    assert set(states) <= {"sent", "unknown"}, states
    store.close()
    print(kills + sends, states["sent"], states["unknown"])


if __name__ == "__main__":
    main(sys.argv[1], int(sys.argv[2]))
