"""The loop of a run, with a clock and a server of the tests."""

from __future__ import annotations

from collections import Counter
from datetime import timedelta
from pathlib import Path

import pytest
from msgspec.structs import replace

from bulletin.core.errors import MailError
from bulletin.core.mail_settings import MailAccount
from bulletin.mail.readers import Consent, with_consent, without_consent
from bulletin.mail.replies import SmtpReply
from bulletin.mail.runs import misled_readers, open_runs, owed_readers, supersede
from bulletin.mail.sending import send_run
from bulletin.mail.stores.base import LetterDelivery, MailRun, MailStore
from bulletin.mail.stores.sqlite import SqliteReaderStore
from tests.mail.sender import CREATED, LETTER, OK, Clock, FakeConnection, account, start, tools

BUSY = SmtpReply("to", 451, "4.7.0", "later")
NO_ONE = SmtpReply("to", 550, "5.1.1", "no such user")
SPAM = SmtpReply("dot", 554, "", "DT:SPM")
LOST = SmtpReply("dot", 0, "", "timed out")


@pytest.fixture
def store(tmp_path: Path) -> MailStore:
    return SqliteReaderStore(tmp_path / "readers.db")


@pytest.fixture(autouse=True)
def closed(store: MailStore) -> object:
    yield
    store.close()


def states(store: MailStore, run: MailRun) -> dict[str, int]:
    """Those that are not empty; their sum is the total."""
    sums = store.sums(run.id)
    assert sum(sums.values()) == run.total
    return {state: count for state, count in sums.items() if count}


def test_a_run_goes_to_its_end_with_pauses(store: MailStore) -> None:
    run, connection, clock = start(store, 3), FakeConnection(), Clock()
    end = send_run(run.id, tools(store, connection, clock))
    assert (end.how, states(store, run), clock.waited) == ("finished", {"sent": 3}, 40)
    assert [to for to, _ in connection.taken] == ["r0@qq.com", "r1@qq.com", "r2@qq.com"]
    found = store.run(run.id)
    assert found and found.state == "finished"
    assert send_run(run.id, tools(store, connection, clock)).how == "stopped"
    assert {each.reply for each in store.deliveries(run.id)} == {"250 2.0.0 taken"}


def test_the_quota_and_the_hours_end_a_day(store: MailStore) -> None:
    run, connection, clock = start(store, 5), FakeConnection(), Clock()
    end = send_run(run.id, tools(store, connection, clock, account(a_day=3)))
    assert (end.how, end.until) == ("later", clock.now.replace(hour=8, minute=0, second=0) + timedelta(days=1))
    assert states(store, run) == {"waiting": 2, "sent": 3}
    clock.now = clock.now.replace(hour=19, minute=59, second=50) + timedelta(days=1)
    end = send_run(run.id, tools(store, connection, clock, account(a_day=3)))
    assert (end.how, states(store, run)) == ("later", {"waiting": 1, "sent": 4})  # at eight it closes


def test_a_station_with_a_mailbox_of_eighty_letters(tmp_path: Path, prove: bool) -> None:
    """2,000 readers at 80 a day: 25 days, restarted daily, each reader once; in short, a tenth of both."""
    readers, a_day = (2000, 80) if prove else (200, 8)
    clock, days, taken = Clock(), 0, Counter[str]()
    opened = SqliteReaderStore(tmp_path / "readers.db")
    run = start(opened, readers)
    opened.close()
    how = "later"
    while how == "later":
        opened, connection = SqliteReaderStore(tmp_path / "readers.db"), FakeConnection()
        how = send_run(run.id, tools(opened, connection, clock, account(a_day=a_day))).how
        assert sum(opened.sums(run.id).values()) == readers
        opened.close()
        taken.update(to for to, _ in connection.taken)
        assert len(connection.taken) == a_day
        clock.now = clock.now.replace(hour=8, minute=0, second=0) + timedelta(days=1)
        days += 1
    assert (how, days, len(taken), set(taken.values())) == ("finished", 25, readers, {1})


@pytest.mark.parametrize(
    "reply",
    [BUSY, SmtpReply("connect", 421), SmtpReply("to", 550, "", "Connection frequency limited"), SmtpReply("data", 0),
     SmtpReply("dot", 421, "", "shutting down")],
)  # fmt: skip
def test_a_server_that_takes_no_more_stops_the_run_until_the_next_window(store: MailStore, reply: SmtpReply) -> None:
    run, connection, clock = start(store, 3), FakeConnection([OK, reply]), Clock()
    end = send_run(run.id, tools(store, connection, clock))
    assert (end.how, end.until, bool(end.reason)) == ("later", Clock().now + timedelta(days=1), True)
    assert states(store, run) == {"waiting": 2, "sent": 1}
    again = send_run(run.id, tools(store, connection, clock))
    assert (again.how, len(connection.taken), bool(again.reason)) == ("later", 1, True)  # a timer changes nothing
    clock.now += timedelta(days=1)
    assert send_run(run.id, tools(store, connection, clock)).how == "finished"
    assert [to for to, _ in connection.taken] == ["r0@qq.com", "r2@qq.com", "r1@qq.com"]
    assert {reader.state for reader in store.readers()} == {"active"}


def test_a_letter_taken_for_spam_stops_the_run_until_somebody_starts_it(store: MailStore) -> None:
    run, connection, clock = start(store, 3), FakeConnection([SPAM]), Clock()
    end = send_run(run.id, tools(store, connection, clock))
    found = store.run(run.id)
    assert found and (end.how, end.said, found.state, found.reason) == ("stopped", "554 DT:SPM", "stopped", end.reason)
    clock.now += timedelta(days=1)
    assert send_run(run.id, tools(store, connection, clock)).how == "stopped"
    assert (states(store, run), connection.taken) == ({"waiting": 3}, [])
    assert {reader.state for reader in store.readers()} == {"active"}


def test_an_address_that_does_not_exist_in_two_runs_is_dead(store: MailStore) -> None:
    first = start(store, 2)
    assert send_run(first.id, tools(store, FakeConnection([NO_ONE]))).how == "finished"
    assert states(store, first) == {"sent": 1, "refused": 1}
    assert [reader.state for reader in store.readers()] == ["active", "active"]
    second = start(store, 0, MailRun("2014003", "issue", LETTER, CREATED))
    send_run(second.id, tools(store, FakeConnection([NO_ONE])))
    assert [reader.state for reader in store.readers()] == ["dead", "active"]
    full = SmtpReply("to", 552, "5.2.2", "full")
    for issue in ("2014004", "2014005"):
        send_run(start(store, 0, MailRun(issue, "issue", LETTER, CREATED)).id, tools(store, FakeConnection([full])))
    assert [reader.state for reader in store.readers()] == ["dead", "active"]


def test_a_reader_who_has_come_back_to_life_starts_anew(store: MailStore) -> None:
    """What spoke against an address before its reader's new consent does not count; words without a code do."""
    said = SmtpReply("to", 550, "5.0.0", "user not found")
    start(store, 1)
    for issue in ("2014003", "2014004"):
        send_run(start(store, 0, MailRun(issue, "issue", LETTER, CREATED)).id, tools(store, FakeConnection([said])))
    (reader,) = store.readers()
    assert reader.state == "dead"
    store.put_readers([with_consent(reader, Consent("2026-12-01T00:00:00Z", "mail", "x"), CREATED)])
    clock = Clock()
    clock.now += timedelta(days=60)
    run = start(store, 0, MailRun("2014005", "issue", LETTER, CREATED))
    send_run(run.id, tools(store, FakeConnection([NO_ONE]), clock))
    assert [each.state for each in store.readers()] == ["active"]


def test_the_envelope_says_which_letter_it_is_where_the_provider_allows_it(store: MailStore) -> None:
    run, connection = start(store, 1), FakeConnection()
    office = replace(account(), verp=True)
    send_run(run.id, tools(store, connection, None, office))
    assert connection.taken == [("r0@qq.com", f"office+b-{run.id}.1@example.cn")]


def test_refusals_without_a_reason_are_taken_for_the_senders(store: MailStore) -> None:
    odd = SmtpReply("to", 550, "", "nope")
    run, connection = start(store, 6), FakeConnection([odd, odd, OK, odd, odd, odd])
    end = send_run(run.id, tools(store, connection))
    assert (end.how, states(store, run)) == ("stopped", {"sent": 1, "refused": 5})


def test_an_answer_lost_after_the_dot_is_unknown_and_never_sent_again(store: MailStore) -> None:
    run, connection, clock = start(store, 2), FakeConnection([LOST]), Clock()
    assert send_run(run.id, tools(store, connection, clock)).how == "later"
    assert states(store, run) == {"waiting": 1, "unknown": 1}
    clock.now += timedelta(days=1)
    assert send_run(run.id, tools(store, connection, clock)).how == "finished"
    assert states(store, run) == {"sent": 1, "unknown": 1}
    assert len(connection.taken) == 2


def test_who_leaves_or_is_forgotten_meanwhile_is_not_written_to(store: MailStore) -> None:
    run, connection = start(store, 4), FakeConnection()
    given = tools(store, connection)
    readers = list(store.readers())

    def between() -> bool:
        if len(connection.taken) == 1:
            store.put_readers([without_consent(readers[1], "mail", CREATED)])
            store.forget(readers[2].address, "mac", CREATED)
        return False

    def written(delivery: LetterDelivery, _by: MailAccount, _at: object) -> tuple[str, bytes]:
        """The last one leaves while the letter is being addressed."""
        if delivery.address == readers[3].address:
            store.put_readers([without_consent(readers[3], "mail", CREATED)])
        return "<1@x>", b""

    end = send_run(run.id, given._replace(asked_to_stop=between, write=written))
    assert (end.how, [to for to, _ in connection.taken]) == ("finished", [readers[0].address])
    assert states(store, run) == {"sent": 1, "refused": 3}


def test_a_reader_who_is_not_active_is_not_written_to_even_though_a_letter_waits(store: MailStore) -> None:
    """PostgreSQL cannot mark a letter that another sender holds."""
    run = start(store, 1)
    store._run("UPDATE mail_reader SET state = 'left'")  # type: ignore[attr-defined]
    connection = FakeConnection()
    assert send_run(run.id, tools(store, connection)).how == "finished"
    assert (connection.taken, states(store, run)) == ([], {"refused": 1})


def test_an_address_that_no_header_can_hold_is_refused(store: MailStore) -> None:
    run, connection = start(store, 2), FakeConnection()

    def written(delivery: LetterDelivery, _by: MailAccount, _at: object) -> tuple[str, bytes]:
        if delivery.address == "r0@qq.com":
            raise MailError("“{text}”", text="r0@qq.com")
        return "<1@x>", b""

    assert send_run(run.id, tools(store, connection)._replace(write=written)).how == "finished"
    assert states(store, run) == {"sent": 1, "refused": 1}


def test_a_changed_text_stops_the_run(store: MailStore) -> None:
    run, connection = start(store, 3), FakeConnection()
    given = tools(store, connection)._replace(is_current=lambda _run: len(connection.taken) < 2)
    end = send_run(run.id, given)
    assert (end.how, len(connection.taken), states(store, run)) == ("stopped", 2, {"waiting": 1, "sent": 2})


@pytest.mark.parametrize("how", ["signal", "command"])
def test_somebody_asks_to_stop_between_two_letters(store: MailStore, how: str, tmp_path: Path) -> None:
    run, connection = start(store, 3), FakeConnection()

    def asked() -> bool:
        if how == "command" and connection.taken:
            other = SqliteReaderStore(tmp_path / "readers.db")
            other.set_run(run.id, "stopped")
            other.close()
        return how == "signal" and bool(connection.taken)

    end = send_run(run.id, tools(store, connection)._replace(asked_to_stop=asked))
    assert (end.how, states(store, run)) == ("asked" if how == "signal" else "stopped", {"waiting": 2, "sent": 1})


def test_one_sender_at_a_time(store: MailStore, tmp_path: Path) -> None:
    run, other = start(store, 1), SqliteReaderStore(tmp_path / "readers.db")
    assert other.claim("office")
    assert send_run(run.id, tools(store, FakeConnection())).how == "busy"
    other.close()


def test_accounts_take_turns_with_a_quota_each(store: MailStore) -> None:
    run, connection = start(store, 7), FakeConnection()
    clock = Clock()
    end = send_run(run.id, tools(store, connection, clock, account(a_day=2), account("relay", a_day=4)))
    assert (end.how, states(store, run)) == ("later", {"waiting": 1, "sent": 6})
    assert Counter(sender for _, sender in connection.taken) == {"office@example.cn": 2, "relay@example.cn": 4}
    assert clock.waited == 60  # two at a time


def test_an_account_that_rests_leaves_its_letters_to_the_others(store: MailStore) -> None:
    run, clock, ways = start(store, 4), Clock(), {"office": FakeConnection([BUSY]), "relay": FakeConnection()}
    given = tools(store, FakeConnection(), clock, account(), account("relay"))
    end = send_run(run.id, given._replace(connect=lambda of: ways[of.name]))
    assert (end.how, len(ways["relay"].taken)) == ("finished", 4)


def test_notes_and_tests_count_in_the_quota(store: MailStore) -> None:
    run, connection = start(store, 3), FakeConnection()
    for _ in range(2):
        store.use_quota("office", "2026-11-01", 80)
    send_run(run.id, tools(store, connection, None, account(a_day=3)))
    assert len(connection.taken) == 1


def test_a_pause_holds_over_a_restart(store: MailStore) -> None:
    run, connection, clock = start(store, 2), FakeConnection(), Clock()
    send_run(run.id, tools(store, connection, clock)._replace(asked_to_stop=lambda: bool(connection.taken)))
    send_run(run.id, tools(store, connection, clock))
    assert (len(connection.taken), clock.waited) == (2, 20)


# ── who a run goes to


def sent(store: MailStore, run: MailRun, answers: list[SmtpReply] | None = None, letters: int = 99) -> None:
    connection = FakeConnection(answers or [])
    given = tools(store, connection)._replace(
        is_current=lambda _run: True, asked_to_stop=lambda: len(connection.taken) >= letters
    )
    send_run(run.id, given)


def test_nobody_gets_an_issue_twice(store: MailStore) -> None:
    sent(store, start(store, 2))
    assert owed_readers(store, "2014002", frozenset()) == ()
    assert owed_readers(store, "2014003", frozenset()) == tuple(reader.id for reader in store.readers())
    start(store, 3, MailRun("2013001", "issue", LETTER, CREATED))
    assert owed_readers(store, "2014002", frozenset()) == (list(store.readers())[2].id,)


def test_a_correction_goes_to_those_still_readers_who_got_the_wrong_text(store: MailStore) -> None:
    run = start(store, 5)
    sent(store, run, [OK, OK, NO_ONE], letters=3)
    readers = list(store.readers())
    store.put_readers([without_consent(readers[0], "mail", CREATED)])
    with pytest.raises(MailError):
        misled_readers(store, "2014002", "new", "note")
    store.set_run(run.id, "stopped")
    assert misled_readers(store, "2014002", "new", "note") == (readers[1].id, readers[3].id)
    assert misled_readers(store, "2014002", LETTER, "note") == ()
    assert supersede(store, run, CREATED) == 1
    assert owed_readers(store, "2014002", frozenset()) == (readers[4].id,)
    rest = store.create_run(MailRun("2014002", "issue", "new", CREATED, "running"), [readers[4].id])
    sent(store, rest)
    correction = store.create_run(
        MailRun("2014002", "correction", "note", CREATED, "running"), [readers[1].id, readers[3].id]
    )
    sent(store, correction, letters=1)
    store.set_run(correction.id, "stopped")
    assert misled_readers(store, "2014002", "new", "note") == (readers[3].id,)
    assert [each.id for each in open_runs(store)] == [correction.id]


def test_while_letters_are_unknown_nobody_knows_who_got_the_wrong_text(store: MailStore) -> None:
    run = start(store, 1)
    sent(store, run, [LOST])
    with pytest.raises(MailError, match="resolve"):
        misled_readers(store, "2014002", "new", "note")
