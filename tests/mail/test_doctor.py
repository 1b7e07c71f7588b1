"""`mail doctor`: with dovecot, a server that speaks DNS, and connections that need none."""

from __future__ import annotations

import socket
import threading
from collections.abc import Callable, Iterator, Mapping
from datetime import datetime, timedelta
from email.utils import format_datetime
from pathlib import Path
from typing import Any

import dns.message
import dns.rcode
import dns.resolver
import dns.rrset
import pytest
from click.testing import CliRunner

from bulletin.commands.cli import bulletin
from bulletin.commands.terminal import Messages, Session
from bulletin.core.errors import UsageError
from bulletin.core.mail_settings import ImapAccount, MailAccount, MailSettings
from bulletin.mail.dns_records import DnsUnavailable, txt_records
from bulletin.mail.doctor import DoctorTools, MailFinding, diagnose_mail
from bulletin.mail.imap import ImapMailbox
from bulletin.mail.replies import SmtpReply
from bulletin.mail.stores.sqlite import SqliteReaderStore
from tests.conftest import NOW, write_files
from tests.mail.dovecot import PASSWORD, Dovecot
from tests.mail.sender import CHINA

ACCOUNT = MailAccount("office", "smtp.example.cn", "jzz@example.cn")
RECORDS = {
    "example.cn": ("v=spf1 include:spf.example.net -all", "other"),
    "_dmarc.example.cn": ("v=DMARC1; p=none",),
    "k1._domainkey.example.cn": ("v=DKIM1; p=MIGf",),
}


class SelfConnection:
    """Brings letters into dovecot, as a provider does that keeps copies, or does not."""

    def __init__(
        self, dovecot: Dovecot, user: str, *, copies: bool = True, ahead: int = 0, signed: bool = True
    ) -> None:
        self.dovecot, self.user, self.copies, self.ahead, self.signed = dovecot, user, copies, ahead, signed

    def try_login(self) -> SmtpReply:
        return SmtpReply("login", 235)

    def send(self, envelope_from: str, to: str, data: bytes, before_dot: Callable[[], bool]) -> SmtpReply:  # noqa: ARG002
        assert before_dot()
        stamp = format_datetime(datetime.now(CHINA) + timedelta(minutes=self.ahead))
        head = f"Received: from a\r\n by b; {stamp}\r\n"
        if self.signed:
            head += "DKIM-Signature: v=1; a=rsa-sha256; d=example.cn; s=k1;\r\n h=from; bh=x; b=y\r\n"
        self.dovecot.put(self.user, head.encode() + data)
        if self.copies:
            self.dovecot.put(self.user, data, folder="&XfJT0ZAB-")
        return SmtpReply("dot", 250)

    def close(self) -> None:
        return None


class Refusing:
    def try_login(self) -> SmtpReply:
        return SmtpReply("login", 535, "5.7.8", "authentication failed")

    def close(self) -> None:
        return None


class Patient:
    """Its DNS is a table; waiting costs nothing."""

    def __init__(self, store: SqliteReaderStore, records: Mapping[str, tuple[str, ...]] | None) -> None:
        self.store, self.records, self.waited = store, records, 0.0

    def wait(self, seconds: float) -> None:
        self.waited += seconds

    def txt(self, name: str) -> tuple[str, ...]:
        if self.records is None:
            raise DnsUnavailable("the DNS does not answer: {reason}.", reason="no servers")
        return self.records.get(name, ())

    def tools(self, connection: Any, mailbox: Callable[[], ImapMailbox], imap: ImapAccount | None) -> DoctorTools:
        return DoctorTools(
            MailSettings((ACCOUNT,), imap),
            self.store,
            lambda _account: connection,
            mailbox,
            lambda _host, port: port == 587,
            self.txt,
            lambda: datetime.now(CHINA),
            self.wait,
            b"secret",
        )


@pytest.fixture
def patient(tmp_path: Path) -> Iterator[Patient]:
    store = SqliteReaderStore(tmp_path / "readers.db")
    yield Patient(store, RECORDS)
    store.close()


def diagnosed(patient: Patient, dovecot: Dovecot, user: str, connection: Any, *, letter: bool = True) -> list[str]:
    """Each finding as ``good message``."""
    imap = dovecot.account(user)
    tools = patient.tools(connection, lambda: ImapMailbox(imap, PASSWORD, dovecot.trust()), imap)
    return [shown(finding) for finding in diagnose_mail(tools, letter)]


def shown(finding: MailFinding) -> str:
    assert finding.remedy or finding.health != "bad"
    return f"{finding.health} {finding.message.format(**finding.values)}"


def test_all_is_well(patient: Patient, dovecot: Dovecot, request: pytest.FixtureRequest) -> None:
    user = request.node.name
    assert diagnosed(patient, dovecot, user, SelfConnection(dovecot, user)) == [
        "good Connected, encrypted and logged in.",
        "good Used today: 0 of 80 letters.",
        "good Logged in; 0 messages in the inbox.",
        "good Sent letters are in the folder 已发送.",
        "good The letter to ourselves has arrived.",
        "good This computer's clock and the server's agree.",
        "good The provider keeps letters sent by programs in 已发送.",
        "good v=spf1 include:spf.example.net -all",
        "good Signed; the key is at k1._domainkey.example.cn.",
        "good v=DMARC1; p=none",
    ]
    assert patient.waited == 0
    assert patient.store.used("office", datetime.now(CHINA).date().isoformat()) == 1


def test_what_is_wrong_is_said(patient: Patient, dovecot: Dovecot, request: pytest.FixtureRequest) -> None:
    user = request.node.name
    patient.records = {"example.cn": ("v=spf1 +all",), "_dmarc.example.cn": ("v=DMARC1; p=none", "v=DMARC1; p=none")}
    connection = SelfConnection(dovecot, user, copies=False, ahead=30, signed=False)
    found = diagnosed(patient, dovecot, user, connection)
    assert "bad This computer's clock and the server's differ by 30 minutes." in found
    assert "look The provider does not keep letters sent by programs in 已发送." in found
    assert "bad The record lets everybody send under this name: v=spf1 +all" in found
    assert any(each.startswith("look The letter to ourselves was not signed") for each in found)
    assert any(each.startswith("look There are several records") for each in found)
    assert 50 < patient.waited <= 60


def test_a_refused_login_and_a_silent_dns(patient: Patient, dovecot: Dovecot) -> None:
    patient.records = None
    assert diagnosed(patient, dovecot, "silent", Refusing()) == [
        "bad No login (login): 535 5.7.8 authentication failed",
        "bad Ports that are open from here: 587 (tried: 465, 587, 25).",
        "good Used today: 0 of 80 letters.",
        "good Logged in; 0 messages in the inbox.",
        "good Sent letters are in the folder 已发送.",
        "look SPF, DKIM and DMARC are not known: the DNS does not answer here (no servers).",
    ]


def test_a_mailbox_that_is_not_there(patient: Patient) -> None:
    def failing() -> ImapMailbox:
        raise UsageError("the password is not known.")

    connection = SelfConnection.__new__(SelfConnection)
    found = [shown(each) for each in diagnose_mail(patient.tools(connection, failing, ImapAccount("h", "u")), True)]
    assert "bad the password is not known." in found
    assert any(each.startswith("look No letter was sent") for each in found)
    patient.records = {}
    without = [shown(each) for each in diagnose_mail(patient.tools(connection, failing, None), True)]
    assert "bad There is no record, so many servers refuse." in without
    assert any(each.startswith("look station.yml names no mailbox") for each in without)


# ── DNS


@pytest.fixture
def resolver() -> Iterator[dns.resolver.Resolver]:
    """Asks a server of ours, which knows one name."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as server:
        server.bind(("127.0.0.1", 0))

        def serve() -> None:
            while True:
                data, peer = server.recvfrom(4096)
                if not data:
                    return
                query = dns.message.from_wire(data)
                answer, name = dns.message.make_response(query), query.question[0].name
                if str(name) == "example.cn.":
                    answer.answer.append(dns.rrset.from_text(name, 60, "IN", "TXT", '"v=spf1 " "-all"', '"b"'))
                else:
                    answer.set_rcode(dns.rcode.NXDOMAIN)
                server.sendto(answer.to_wire(), peer)

        thread = threading.Thread(target=serve)
        thread.start()
        made = dns.resolver.Resolver(configure=False)
        made.nameservers, made.port = ["127.0.0.1"], server.getsockname()[1]
        yield made
        with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as last:
            last.sendto(b"", server.getsockname())
        thread.join()


def test_records_are_asked_of_the_dns(resolver: dns.resolver.Resolver) -> None:
    assert sorted(txt_records("example.cn", resolver)) == ["b", "v=spf1 -all"]
    assert txt_records("other.cn", resolver) == ()
    with pytest.raises(DnsUnavailable):
        txt_records("example.cn", dns.resolver.Resolver(configure=False))


# ── the command


def test_the_command_says_how_it_is(tmp_path: Path) -> None:
    account = "{name: office, host: 127.0.0.1, port: 1, from: jzz@example.invalid}"
    write_files(tmp_path, {"content/station.yml": f"name: 甲\nmail:\n  accounts: [{account}]\n"})
    session = Session(Messages(lambda text: text), "en", lambda: NOW, {"BULLETIN_PASSWORD_MAIL_OFFICE": "x"})
    words = ["mail", "doctor", "--no-letter", "--root", str(tmp_path)]
    found = CliRunner().invoke(bulletin(session), words, obj=session)
    assert found.exit_code == 2
    assert "✗ SMTP office, 127.0.0.1:1: No login (connect): Connection refused" in found.output
    assert "! IMAP: station.yml names no mailbox" in found.output
