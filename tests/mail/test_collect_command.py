"""`bulletin mail collect`, with Debian's dovecot."""

from __future__ import annotations

import email
import email.policy
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from bulletin.commands.cli import bulletin
from bulletin.commands.terminal import Messages, Session
from bulletin.mail.stores.sqlite import SqliteReaderStore
from tests.conftest import NOW, write_files
from tests.mail.dovecot import PASSWORD, Dovecot
from tests.mail.letters import TOKEN, answer, message
from tests.mail.smtpd import mail_server

STATION = """
name: 甲
bulletin: 救助简报
mail:
  imap: {{host: localhost, port: {port}, user: command}}
"""


@pytest.fixture
def station(tmp_path: Path, dovecot: Dovecot, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("SSL_CERT_FILE", str(dovecot.folder / "cert.pem"))
    write_files(tmp_path, {"content/station.yml": STATION.format(port=dovecot.port)})
    return tmp_path


def run(root: Path, *words: str, password: str = PASSWORD) -> Result:
    environment = {"BULLETIN_PASSWORD_MAIL_IMAP": password} if password else {}
    session = Session(Messages(lambda text: text), "en", lambda: NOW, environment)
    return CliRunner().invoke(bulletin(session), ["mail", "collect", *words, "--root", str(root)], obj=session)


def test_it_says_what_it_did(station: Path, dovecot: Dovecot) -> None:
    said = "1 were asked to confirm, 1 answers need somebody to read them, 2 were not ours\n"
    asking = "  look at this one: l***@example.cn, “请确认您的订阅”\n"
    others = (message("通知", Message_ID="<2@x.cn>"), message("退订", Message_ID="<3@x.cn>"))
    dovecot.put("command", message("订阅《救助简报》"), *others, answer("这是什么？", f"编号 {TOKEN}"))
    assert run(station, "--dry-run").output == "Only a try; nothing was changed.\n" + said + asking
    assert run(station).output == said + asking
    assert run(station).output == "Nothing new.\n"
    store = SqliteReaderStore(station / "mail" / "readers.db")
    assert [(note.kind, note.address, note.state) for note in store.notes()] == [
        ("confirm", "li@example.cn", "waiting")
    ]
    store.close()


def test_what_is_missing_is_named(station: Path) -> None:
    assert "Authentication failed" in run(station, password="wrong").output
    assert "BULLETIN_PASSWORD_MAIL_IMAP" in run(station, password="").output
    write_files(station, {"content/station.yml": "name: 甲\nmail: {}\n"})
    assert "names no mailbox for answers" in run(station).output


WITH_ACCOUNT = """
name: 甲
bulletin: 救助简报
mail:
  accounts:
  - {{name: office, host: 127.0.0.1, port: {smtp}, tls: no, from: jzz@example.cn, pause: 0, hours: "00:00-00:00"}}
  imap: {{host: localhost, port: {imap}, user: jzz@example.cn}}
"""


def test_somebody_joins_and_leaves_by_mail(station: Path, dovecot: Dovecot) -> None:
    """Each step over SMTP and IMAP, with what mail programs make of our letters."""

    def arrives(body: str, subject: str) -> None:
        number = len(server.taken())
        dovecot.put("jzz@example.cn", message(body, subject=subject, Message_ID=f"<{number}@x.cn>"))

    with mail_server(station) as server:
        settings = WITH_ACCOUNT.format(smtp=server.port, imap=dovecot.port)
        write_files(station, {"content/station.yml": settings})
        arrives("", "订阅")
        assert run(station).output == "1 were asked to confirm\n1 small letters went out: questions and farewells.\n"
        question = email.message_from_bytes((station / "last").read_bytes(), policy=email.policy.default)
        quoted = "".join(f"> {line}\n" for line in question.get_content().splitlines())
        arrives(
            f"好的，谢谢！\n\n在 2026-11-28 10:00，救助简报 <jzz@example.cn> 写道：\n{quoted}",
            f"Re: {question['Subject']}",
        )
        assert run(station).output == "1 joined\n"
        arrives("请退订", "Re: 救助简报 2014002")
        assert run(station).output == "1 left\n1 small letters went out: questions and farewells.\n"
        assert [to for to, _ in server.taken()] == ["li@example.cn"] * 2
    store = SqliteReaderStore(station / "mail" / "readers.db")
    assert [(reader.address, reader.state) for reader in store.readers()] == [("li@example.cn", "left")]
    store.close()
