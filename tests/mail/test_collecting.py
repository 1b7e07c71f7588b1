"""What follows from the messages of a mailbox."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bulletin.mail.answers import leave_mailto
from bulletin.mail.collecting import CollectReport, CollectRules, collect_answers
from bulletin.mail.imap import ImapMailbox, ReadMessage
from bulletin.mail.joining import confirm_token, leave_token
from bulletin.mail.never import AddressHasher
from bulletin.mail.readers import Consent, new_reader
from bulletin.mail.stores.base import Bounce, MailRun, MailStore
from bulletin.mail.stores.sqlite import SqliteReaderStore
from tests.mail.dovecot import PASSWORD, Dovecot
from tests.mail.letters import answer, message, prose, report

NOW, DAY = "2020-11-28T08:00:00Z", "2020-11-28"
HASHER = AddressHasher(b"k" * 32)
RULES = CollectRules("jzz@imap.example.cn", "ab", ("救助简报",), frozenset(("jzz@example.cn", "jzz@163.com")))


class FakeMailbox:
    """Folders of messages; the place in the list is the UID."""

    def __init__(self, inbox: list[bytes], junk: list[bytes] | None = None) -> None:
        self.content = {"INBOX": inbox, "垃圾邮件": junk or [], "项目": [message("订阅")]}
        self.validity, self._open = 7, ""

    def junk_folders(self) -> tuple[str, ...]:
        return ("垃圾邮件",)

    def open(self, folder: str) -> int:
        self._open = folder
        return self.validity

    def uids(self, after: int = 0, since: date | None = None) -> list[int]:  # noqa: ARG002
        return list(range(after + 1, len(self.content[self._open]) + 1))

    def message(self, uid: int) -> ReadMessage | None:
        data = self.content[self._open][uid - 1]
        return ReadMessage(uid, data, len(data))


def collect(store: MailStore, mailbox: FakeMailbox | ImapMailbox, rules: CollectRules = RULES) -> CollectReport:
    return collect_answers(mailbox, store, HASHER, rules, lambda: (NOW, DAY))


def token_of(store: MailStore, place: int = 0) -> str:
    """Of the question that waits to be sent."""
    return confirm_token(HASHER, store.notes("waiting")[place])


def states(store: MailStore) -> dict[str, str]:
    return {reader.address: reader.state for reader in store.readers()}


def with_letter(store: MailStore, address: str, *runs: int) -> None:
    """An active reader to whom a letter of each of these runs went."""
    store.put_readers([new_reader(address, NOW, Consent(NOW, "paper", "ab"))])
    reader = store.reader(address)
    assert reader
    for run in runs:
        made = store.create_run(MailRun(f"20140{run:02}", "issue", "ab", NOW), [reader.id])
        (delivery,) = store.deliveries(made.id)
        assert store.mark_intent(delivery.id, f"<run{run}@example.cn>", "office", NOW, DAY, 80)
        store.mark(delivery.id, "sent", "250 OK", NOW)


def test_a_reader_joins_by_two_letters_and_leaves_by_one(store: MailStore) -> None:
    mailbox = FakeMailbox([message("订阅", Message_ID="<1@x.cn>")])
    assert collect(store, mailbox).fates == {"asked": 1}
    assert states(store) == {}
    mailbox.content["INBOX"].append(answer("", f"编号 {token_of(store)}", Message_ID="<2@x.cn>"))
    assert collect(store, mailbox).fates == {"joined": 1}
    reader = store.reader("li@example.cn")
    assert reader and (reader.state, reader.consents) == ("active", (Consent(NOW, "mail", "ab", "<2@x.cn>"),))
    mailbox.content["INBOX"].append(message("退订", Message_ID="<3@x.cn>"))
    assert collect(store, mailbox).fates == {"left": 1}
    assert states(store) == {"li@example.cn": "left"}
    assert [(note.kind, note.address) for note in store.notes()] == [("farewell", "li@example.cn")]
    assert collect(store, mailbox).fates == {}


def test_one_question_an_address_a_day(store: MailStore) -> None:
    wishes = [message("订阅", Message_ID=f"<{number}@x.cn>") for number in range(5)]
    assert collect(store, FakeMailbox(wishes)).fates == {"asked": 1, "limit": 4}
    assert len(store.notes()) == 1


def test_joining_needs_the_token_of_our_letter(store: MailStore) -> None:
    collect(store, FakeMailbox([message("订阅")]))
    forged = [
        answer("确认", "没有编号", Message_ID="<1@x.cn>"),
        answer("确认", "编号 " + "a" * 26, Message_ID="<2@x.cn>"),
        answer("这是什么", f"编号 {token_of(store)}", Message_ID="<3@x.cn>"),
        answer("确认", f"编号 {token_of(store)}", Message_ID="<4@x.cn>", Auto_Submitted="auto-replied"),
    ]
    found = collect(store, FakeMailbox([message("订阅"), *forged]))
    assert (states(store), found.fates) == ({}, {"other": 1, "unclear": 2, "automatic": 1})
    assert [(each.sender, each.subject) for each in found.unclear] == [("li@example.cn", "请确认您的订阅")] * 2


def test_a_token_works_from_another_address_and_once(store: MailStore) -> None:
    mailbox = FakeMailbox([message("订阅", Message_ID="<1@x.cn>")])
    collect(store, mailbox)
    confirmed = answer("确认", f"编号 {token_of(store)}", sender="li@other.cn", Message_ID="<2@x.cn>")
    mailbox.content["INBOX"] += [confirmed, answer("确认", f"编号 {token_of(store)}", Message_ID="<3@x.cn>")]
    assert collect(store, mailbox).fates == {"joined": 1, "known": 1}
    assert states(store) == {"li@example.cn": "active"}


def test_who_refuses_is_not_asked_further(store: MailStore) -> None:
    mailbox = FakeMailbox([message("订阅", Message_ID="<1@x.cn>")])
    collect(store, mailbox)
    token = token_of(store)
    mailbox.content["INBOX"] += [
        answer("不是本人", f"编号 {token}", Message_ID="<2@x.cn>"),
        answer("确认", f"编号 {token}", Message_ID="<3@x.cn>"),
    ]
    assert collect(store, mailbox).fates == {"declined": 1, "unclear": 1}
    assert states(store) == {}


def test_the_link_of_a_letter_is_stronger_than_who_writes(store: MailStore) -> None:
    with_letter(store, "li@example.cn")
    with_letter(store, "wang@example.cn")
    reader = store.reader("wang@example.cn")
    assert reader
    link = leave_mailto("jzz@example.cn", leave_token(HASHER, reader.id, reader.address))
    subject = link.partition("subject=")[2].replace("%20", " ")
    pressed = message(subject=subject, Auto_Submitted="auto-generated", Message_ID="<1@x.cn>")
    quoted = answer("退订", link, sender="other@example.net", Message_ID="<2@x.cn>")
    assert collect(store, FakeMailbox([pressed, quoted])).fates == {"left": 2}
    assert states(store) == {"li@example.cn": "active", "wang@example.cn": "left"}
    assert store.notes() == ()  # nobody is answered whom a program has unsubscribed
    forged = message(subject="unsubscribe 1-" + "a" * 26, Message_ID="<3@x.cn>", sender="other@example.net")
    assert collect(store, FakeMailbox([pressed, quoted, forged])).fates == {"other": 1}


def test_a_reader_who_praises_a_letter_stays(store: MailStore) -> None:
    with_letter(store, "li@example.cn")
    reader = store.reader("li@example.cn")
    assert reader
    link = leave_mailto("jzz@example.cn", leave_token(HASHER, reader.id, reader.address))
    assert collect(store, FakeMailbox([answer("写得好！", f"退订：{link}\n退订")])).fates == {"other": 1}
    assert states(store) == {"li@example.cn": "active"}


def test_nobody_is_asked_who_is_named_in_junk_or_is_the_office(store: MailStore) -> None:
    junk = [message("订阅", Message_ID="<1@x.cn>")]
    inbox = [message("订阅", sender="jzz@example.cn", Message_ID="<2@x.cn>")]
    assert collect(store, FakeMailbox(inbox, junk)).fates == {"automatic": 1, "other": 1}
    assert store.notes() == ()


def test_what_was_read_is_not_read_again(store: MailStore) -> None:
    inbox = [message("订阅", Message_ID="<1@x.cn>"), message("退订", sender="zhao@example.cn")]
    mailbox = FakeMailbox(inbox)
    collect(store, mailbox)
    assert collect(store, mailbox).fates == {}
    mailbox.validity = 8  # the server has counted anew
    assert collect(store, mailbox).fates == {"other": 2}
    assert len(store.notes()) == 1


def test_a_dry_run_changes_nothing(store: MailStore) -> None:
    with_letter(store, "wang@example.cn")
    mailbox = FakeMailbox([message("订阅"), message("退订", sender="wang@example.cn")])
    expected = {"asked": 1, "left": 1}
    for dry in (True, True, False):
        rules = CollectRules("a", "ab", dry_run=dry)
        assert collect(store, mailbox, rules).fates == expected
        assert bool(store.notes()) is not dry
    assert states(store) == {"wang@example.cn": "left"}


# ── letters that come back


def test_a_reader_whose_letters_of_two_runs_came_back_is_dead(store: MailStore) -> None:
    with_letter(store, "wang@example.net", 1, 2)
    back = [report(returned=f"<run{run}@example.cn>").replace(b"<dsn@", b"<dsn%d@" % run) for run in (1, 2)]
    assert collect(store, FakeMailbox(back[:1])).fates == {"returned": 1}
    assert collect(store, FakeMailbox(back)).fates == {"dead": 1}
    assert states(store) == {"wang@example.net": "dead"}


def test_a_forged_report_changes_nothing(store: MailStore) -> None:
    with_letter(store, "wang@example.net", 1, 2)
    forged = [
        report(recipient="wang@example.net"),
        report(returned="<run3@example.cn>"),
        prose("用户不存在：wang@example.net", sender="postmaster@evil.example"),
        prose("用户不存在：zhao@example.net"),
    ]
    for number in range(len(forged)):
        forged[number] = forged[number].replace(b"<dsn@", b"<dsn%d@" % number).replace(b"<prose@", b"<p%d@" % number)
    assert collect(store, FakeMailbox(forged)).fates == {"other": 4}
    assert store.bounces(1) == ()


@pytest.mark.parametrize(
    ("recipient", "fate"),
    [("old@gone.example.org", "automatic"), ("x@notexample.net", "automatic"), ("w@mx.example.net", "returned")],
)
def test_a_mailbox_to_which_the_reader_passes_letters_on_is_not_the_reader_s(
    store: MailStore, recipient: str, fate: str
) -> None:
    with_letter(store, "wang@example.net", 1)
    back = report(returned="<run1@example.cn>", recipient=recipient)
    assert collect(store, FakeMailbox([back])).fates == {fate: 1}
    assert len(store.bounces(1)) == (fate == "returned")


def test_our_own_provider_s_prose_counts(store: MailStore) -> None:
    with_letter(store, "wang@example.net", 1)
    assert collect(store, FakeMailbox([prose("收件人不存在：wang@example.net")])).fates == {"returned": 1}
    assert store.bounces(1) == (Bounce(1, 1, "5.1.1", NOW),)
    server = CollectRules(
        "b", "ab", own=frozenset(("jzz@office.gov.cn",)), providers=("smtp.exmail.qq.com", "mx.a.gov.cn")
    )
    senders = ("postmaster@qq.com", "postmaster@q.com", "postmaster@gov.cn", "postmaster@com")
    inbox = [prose(f"收件人不存在：wang@example.net{n}", sender=sender) for n, sender in enumerate(senders)]
    inbox = [each.replace(b"<prose@", b"<p%d@" % n).replace(b"net%d" % n, b"net") for n, each in enumerate(inbox)]
    assert collect(store, FakeMailbox(inbox), server).fates == {"returned": 1, "other": 3}


def test_a_letter_of_a_forgotten_reader_comes_back_to_nobody(store: MailStore) -> None:
    with_letter(store, "wang@example.net", 1)
    store.forget("wang@example.net", "mac", NOW)
    assert collect(store, FakeMailbox([report(returned="<run1@example.cn>")])).fates == {"other": 1}


@pytest.fixture(scope="module")
def one_store(tmp_path_factory: pytest.TempPathFactory) -> Iterator[SqliteReaderStore]:
    store = SqliteReaderStore(tmp_path_factory.mktemp("noise") / "readers.db")
    yield store
    store.close()


NOISY = st.sampled_from([message("订阅"), answer("确认"), report(returned="<1@x.cn>"), prose("退信")])


@given(st.lists(st.tuples(NOISY, st.binary(max_size=60), st.integers(0, 700)), max_size=4))
def test_no_message_stops_the_collector(one_store: SqliteReaderStore, parts: list[tuple[bytes, bytes, int]]) -> None:
    inbox = [whole[:place] + noise + whole[place:] for whole, noise, place in parts]
    collect(one_store, FakeMailbox(inbox), CollectRules(repr(inbox), "ab"))


def test_odd_characters_are_stored_or_left(store: MailStore) -> None:
    odd = "a\0b\udce4@x.cn".encode("utf-8", "surrogateescape")
    inbox = [
        b"From: li@example.cn\nSubject: " + "订阅".encode("gbk") + b"\nMessage-ID: <" + odd + b">\n\n",
        report(returned="<1@x.cn>").replace(b"<1@x.cn>", b"<" + odd + b">"),
    ]
    assert collect(store, FakeMailbox(inbox)).fates == {"asked": 1, "other": 1}


# ── with dovecot


def test_a_real_mailbox_is_left_as_it_was(dovecot: Dovecot, tmp_path: Path, request: pytest.FixtureRequest) -> None:
    """Two hundred messages of all kinds; byte for byte, flag for flag, folder for folder."""
    store, user = SqliteReaderStore(tmp_path / "readers.db"), request.node.name
    request.addfinalizer(store.close)
    with_letter(store, "wang@example.net", 1)
    with_letter(store, "zhao@example.cn")
    ours = [message("我想订阅", sender=f"r{number}@example.cn", Message_ID=f"<j{number}@x.cn>") for number in range(3)]
    ours += [message("退订", sender="zhao@example.cn"), report(returned="<run1@example.cn>")]
    kinds = (
        message("报刊订阅工作会议", subject="会议通知"),
        message("<p>材料</p>", kind="html", subject="Fwd: 材料"),
        answer("自动回复", subject="自动回复：出差", Auto_Submitted="auto-replied"),
        b"From: broken\r\nContent-Type: multipart/mixed; boundary=x\r\n\r\n--x\r\n\r\n\xff\xfe",
    )
    others = [kinds[number % 4] + b"%d\r\n" % number for number in range(195)]
    mixed = [each for pair in zip(others[:5], ours, strict=True) for each in pair] + others[5:]
    dovecot.put(user, *mixed[:100])
    dovecot.put(user, *mixed[100:], flags=r"\Seen \Flagged")
    dovecot.put(user, message("退订", sender="zhao@example.cn"), folder="&XfJT0ZAB-")
    before = dovecot.content(user)
    mailbox = ImapMailbox(dovecot.account(user), PASSWORD, dovecot.trust())
    request.addfinalizer(mailbox.close)
    found = collect(store, mailbox)
    fates = {fate: count for fate, count in found.fates.items() if fate not in ("other", "automatic")}
    assert fates == {"asked": 3, "left": 1, "returned": 1}
    assert sum(found.fates.values()) == 200
    assert dovecot.content(user) == before
    assert collect(store, mailbox).fates == {}


def test_old_messages_of_a_mailbox_are_nobody_s_wish_any_more(
    dovecot: Dovecot, tmp_path: Path, request: pytest.FixtureRequest
) -> None:
    store, user = SqliteReaderStore(tmp_path / "readers.db"), request.node.name
    request.addfinalizer(store.close)
    mailbox = ImapMailbox(dovecot.account(user), PASSWORD, dovecot.trust())
    request.addfinalizer(mailbox.close)
    for number, day in enumerate((1, 20, 40), 1):
        when = datetime(2020, 11, 28, tzinfo=UTC) - timedelta(days=day)
        dovecot.put(user, message("订阅", sender=f"r{number}@example.cn", Message_ID=f"<{number}@x.cn>"), when=when)
    assert collect(store, mailbox).fates == {"asked": 1}
    assert [note.address for note in store.notes()] == ["r1@example.cn"]
    dovecot.put(user, message("订阅", Message_ID="<4@x.cn>"), when=datetime(2020, 9, 1, tzinfo=UTC))
    dovecot.put(user, message("订阅", Message_ID="<5@x.cn>"))
    assert collect(store, mailbox).fates == {"asked": 1}  # old mail that was moved here is not new
