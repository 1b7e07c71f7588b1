"""The mailbox, with Debian's dovecot."""

from __future__ import annotations

import imaplib
import socket
import threading
from datetime import date

import pytest

from bulletin.core.errors import MailError
from bulletin.core.mail_settings import ImapAccount
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
    assert (mailbox.sent_folder(), mailbox.junk_folders()) == ("已发送", ("垃圾邮件",))
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


class _Picky(threading.Thread):
    """A server as 163's: it lets nobody read who has not said what it is, and hangs up at FETCH."""

    def __init__(self) -> None:
        super().__init__()
        self.socket = socket.create_server(("127.0.0.1", 0))
        self.said: list[str] = []
        self.start()

    def run(self) -> None:
        peer, _ = self.socket.accept()
        with peer, peer.makefile("rwb", buffering=0) as talk:
            talk.write(b"* OK here\r\n")
            while line := talk.readline().decode().strip():
                tag, command = line.split(" ", 1)
                self.said.append(command)
                name = command.split(" ")[0]
                known = any(each.startswith("ID (") for each in self.said)
                if name == "CAPABILITY":
                    talk.write(b"* CAPABILITY IMAP4REV1 ID\r\n")
                if name == "EXAMINE":
                    talk.write(b"* OK [UIDVALIDITY 7] ok\r\n")
                if command.startswith("UID FETCH"):
                    return
                refused = name == "EXAMINE" and not known
                talk.write(f"{tag} {'NO Unsafe Login' if refused else 'OK done'}\r\n".encode())


def test_a_server_that_demands_to_know_who_it_is_gets_told() -> None:
    server = _Picky()
    mailbox = ImapMailbox(ImapAccount("127.0.0.1", "jzz", server.socket.getsockname()[1], tls=False), "x")
    assert mailbox.open("INBOX") == 7
    with pytest.raises(MailError, match="cannot be read"):
        mailbox.message(1)
    mailbox.close()
    server.join()
    server.socket.close()
    assert [command.split(" ")[0] for command in server.said] == ["CAPABILITY", "LOGIN", "ID", "EXAMINE", "UID"]
    assert "BODY.PEEK[]<0.262144>" in server.said[-1]


def test_a_password_that_no_server_takes_is_refused(dovecot: Dovecot) -> None:
    with pytest.raises(MailError, match="ASCII"):
        ImapMailbox(dovecot.account("li"), "密码", dovecot.trust())


def test_a_connection_lost_while_we_say_who_we_are_is_an_error_in_words(
    dovecot: Dovecot, monkeypatch: pytest.MonkeyPatch
) -> None:
    def lost(connection: imaplib.IMAP4, *_: str) -> None:
        connection.shutdown()
        raise ConnectionResetError(104, "Connection reset by peer")

    monkeypatch.setattr(imaplib.IMAP4, "xatom", lost)
    mailbox = ImapMailbox(dovecot.account("li"), PASSWORD, dovecot.trust())
    with pytest.raises(MailError, match="cannot be read"):
        mailbox.open("INBOX")
    mailbox.close()
