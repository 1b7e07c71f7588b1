"""The mailbox, with Debian's dovecot."""

from __future__ import annotations

from datetime import date

import pytest

from bulletin.core.errors import MailError
from bulletin.mail.imap import MAX_MESSAGE_BYTES, ImapMailbox
from tests.mail.dovecot import PASSWORD, Dovecot

LETTER = b"From: li@example.cn\r\nMessage-ID: <%d@example.cn>\r\nSubject: a\r\n\r\n%s\r\n"


@pytest.fixture
def mailbox(dovecot: Dovecot, request: pytest.FixtureRequest) -> ImapMailbox:
    """Of a user named like the test."""
    opened = ImapMailbox(dovecot.account(request.node.name), PASSWORD, dovecot.trust())
    request.addfinalizer(opened.close)
    return opened


def test_folders_have_their_chinese_names(
    mailbox: ImapMailbox, dovecot: Dovecot, request: pytest.FixtureRequest
) -> None:
    with dovecot.filling(request.node.name) as other:
        other.create('"R&-D &Xn9USg-"')
    names = {folder.name for folder in mailbox.folders()}
    assert {"INBOX", "已发送", "垃圾邮件", "R&D 广告"} <= names
    assert mailbox.sent_folder() == "已发送"
    assert mailbox.open("R&D 广告") > 0


def test_messages_are_read_in_order_and_no_flag_is_set(
    mailbox: ImapMailbox, dovecot: Dovecot, request: pytest.FixtureRequest
) -> None:
    user = request.node.name
    dovecot.put(user, LETTER % (1, b"one"), LETTER % (2, b"two" * MAX_MESSAGE_BYTES))
    dovecot.put(user, LETTER % (3, b"three"), flags=r"\Flagged")
    before = dovecot.content(user)
    assert mailbox.open("INBOX") > 0
    uids = mailbox.uids()
    read = [message for uid in uids if (message := mailbox.message(uid))]
    assert read[0].data == LETTER % (1, b"one")
    assert (len(read[1].data), read[1].size > 3 * MAX_MESSAGE_BYTES) == (MAX_MESSAGE_BYTES, True)
    assert mailbox.uids(after=uids[1]) == uids[2:]
    assert mailbox.uids(after=uids[2]) == []
    assert mailbox.uids(since=date(2099, 1, 1)) == []
    assert mailbox.message(uids[2] + 1) is None
    assert dovecot.content(user) == before
    assert [name.endswith("2,F") for name in before].count(True) == 1


def test_sent_letters_are_found_by_message_id(
    mailbox: ImapMailbox, dovecot: Dovecot, request: pytest.FixtureRequest
) -> None:
    letters = [LETTER % (number, b"x") for number in range(120)]
    dovecot.put(request.node.name, *letters, folder="&XfJT0ZAB-")
    wanted = ["<0@example.cn>", "<119@example.cn>", "<120@example.cn>"]
    assert mailbox.sent_ids(wanted) == set(wanted[:2])
    assert mailbox.sent_ids(wanted, since=date(2099, 1, 1)) == set()


def test_what_the_server_refuses_is_said(dovecot: Dovecot, mailbox: ImapMailbox) -> None:
    with pytest.raises(MailError, match="Authentication failed"):
        ImapMailbox(dovecot.account("li"), "wrong", dovecot.trust())
    with pytest.raises(MailError, match="CERTIFICATE_VERIFY_FAILED"):
        ImapMailbox(dovecot.account("li"), PASSWORD)
    with pytest.raises(MailError, match="nowhere"):
        mailbox.open("nowhere")
