"""Notes are sent within their share, and whatever happens, none twice."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import timedelta
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import default
from pathlib import Path

import pytest

from bulletin.core.mail_settings import MailAccount
from bulletin.mail.compose import Sender
from bulletin.mail.joining import SubscribeRequest, ask
from bulletin.mail.outbox import NoteTools, drain_notes, notes_share
from bulletin.mail.replies import SmtpReply
from bulletin.mail.stores.sqlite import SqliteReaderStore
from tests.mail.sender import OK, Clock, FakeConnection, account
from tests.mail.test_joining import DAY, HASHER, NOW, OFFICE, asked


@pytest.fixture
def store(tmp_path: Path) -> Iterator[SqliteReaderStore]:
    made = SqliteReaderStore(tmp_path / "readers.db")
    yield made
    made.close()


def drain(store: SqliteReaderStore, connection: FakeConnection, clock: Clock, sender: MailAccount | None = None) -> int:
    office = Sender("青禾救助站", "office@qq.com")
    tools = NoteTools(store, HASHER, OFFICE, office, lambda _: connection, lambda: clock.now, clock.wait)
    return drain_notes(sender or account(), tools)


class _Keeping(FakeConnection):
    def send(self, envelope_from: str, to: str, data: bytes, before_dot: Callable[[], bool]) -> SmtpReply:
        self.letters = [data]
        return super().send(envelope_from, to, data, before_dot)


def states(store: SqliteReaderStore) -> list[str]:
    return [note.state for note in store.notes()]


def ask_many(store: SqliteReaderStore, count: int) -> list[str]:
    return [asked(store, f"r{n}@qq.com") for n in range(count)]


def test_a_day_has_room_for_a_fifth_of_its_letters(store: SqliteReaderStore) -> None:
    ask_many(store, 5)
    connection, clock = FakeConnection(), Clock()
    small = account(a_day=10)
    assert (notes_share(small), drain(store, connection, clock, small)) == (2, 2)
    assert clock.waited == small.pause, "a provider counts letters, whatever is in them"
    assert drain(store, connection, clock, small) == 0
    assert store.used(small.name, clock.now.date().isoformat()) == 2
    assert [to for to, _ in connection.taken] == ["r0@qq.com", "r1@qq.com"]


def test_the_letter_holds_the_token_that_confirms(store: SqliteReaderStore) -> None:
    (token,) = ask_many(store, 1)
    connection = _Keeping()
    assert drain(store, connection, Clock()) == 1
    assert states(store) == ["sent"]
    assert token in text_of(connection)


def text_of(connection: _Keeping) -> str:
    (data,) = connection.letters
    message = message_from_bytes(data, policy=default)
    assert isinstance(message, EmailMessage)
    assert message["Auto-Submitted"] == "auto-generated"
    return str(message.get_content())


@pytest.mark.parametrize(
    ("reply", "becomes"),
    [
        (SmtpReply("to", 550, "5.1.1", "no such user"), ["refused", "sent"]),
        (SmtpReply("to", 451, "4.7.0", "later"), ["waiting", "waiting"]),
        (SmtpReply("dot", 451, "4.7.0", "later"), ["waiting", "waiting"]),
        (SmtpReply("dot", 554, "", "DT:SPM"), ["waiting", "waiting"]),
        (SmtpReply("dot", 0, "", "timed out"), ["unknown", "waiting"]),
    ],
)
def test_what_a_server_says_of_a_note(store: SqliteReaderStore, reply: SmtpReply, becomes: list[str]) -> None:
    ask_many(store, 2)
    drain(store, FakeConnection([reply, OK]), Clock())
    assert states(store) == becomes


def test_a_note_that_a_killed_program_left_under_way_is_not_repeated(store: SqliteReaderStore) -> None:
    ask_many(store, 1)

    class Killed(FakeConnection):
        def send(self, *words: object) -> SmtpReply:
            super().send(*words)  # type: ignore[arg-type]
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        drain(store, Killed(), Clock())
    assert states(store) == ["intent"]
    again = FakeConnection()
    assert (drain(store, again, Clock()), states(store), again.taken) == (0, ["unknown"], [])


def test_who_does_not_have_the_account_sends_nothing(store: SqliteReaderStore, tmp_path: Path) -> None:
    ask_many(store, 1)
    other = SqliteReaderStore(tmp_path / "readers.db")
    assert other.claim("office")
    connection = FakeConnection()
    assert (drain(store, connection, Clock()), states(store)) == (0, ["waiting"])
    other.close()


def test_a_sender_that_is_refused_for_good_sends_no_note_before_the_next_day(store: SqliteReaderStore) -> None:
    ask_many(store, 2)
    clock, refused = Clock(), SmtpReply("login", 535, "5.7.8", "no")
    drain(store, FakeConnection([refused]), clock)
    again = FakeConnection()
    assert (drain(store, again, clock), again.taken) == (0, [])
    assert "office" not in store.rests(), "the letters of a run are another matter"
    clock.now += timedelta(days=1)
    assert drain(store, again, clock) == 2


def test_the_letter_says_what_its_token_consents_to(store: SqliteReaderStore) -> None:
    """Whatever station.yml says by then."""
    wording = store.put_wording("同意寄简报，且只寄简报。")
    assert ask(store, HASHER, SubscribeRequest("li@qq.com", wording, "mail"), NOW, DAY) == "asked"
    connection = _Keeping()
    assert drain(store, connection, Clock()) == 1
    message = message_from_bytes(connection.letters[0], policy=default)
    assert isinstance(message, EmailMessage)
    assert "同意寄简报，且只寄简报。" in message.get_content()
    assert OFFICE.wording not in message.get_content()
