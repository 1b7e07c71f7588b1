"""One letter over one connection: to a server that does what it is told at each step, and to a real one."""

from __future__ import annotations

import ssl
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from bulletin.core.mail_settings import MailAccount
from bulletin.mail.replies import SmtpReply, meaning
from bulletin.mail.smtp import SmtpConnection, SmtpTimeouts
from tests.conftest import ROOT
from tests.mail.smtpd import MailServer, mail_server

QUICK = SmtpTimeouts(connect=0.2, command=0.2, dot=0.2)
DATA = b"Message-ID: <1@x>\r\n\r\n.one\r\ntwo"


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[MailServer]:
    with mail_server(tmp_path_factory.mktemp("smtpd")) as running:
        yield running


@pytest.fixture
def connection(server: MailServer) -> Iterator[SmtpConnection]:
    server.clear()
    made = SmtpConnection(account(server.port), "secret", QUICK)
    yield made
    made.close()


def account(port: int, **others: object) -> MailAccount:
    return MailAccount("office", "127.0.0.1", "jzz@example.cn", port=port, tls=False, **others)  # type: ignore[arg-type]


class Dots:
    """How often a final dot was about to go."""

    def __init__(self, answer: bool = True) -> None:
        self.count, self.answer = 0, answer

    def __call__(self) -> bool:
        self.count += 1
        return self.answer


def send(connection: SmtpConnection, to: str = "li@qq.com", before: Callable[[], bool] = lambda: True) -> SmtpReply:
    return connection.send("jzz@example.cn", to, DATA, before)


def test_letters_go_over_one_connection_as_they_are(connection: SmtpConnection, server: MailServer) -> None:
    for _ in range(3):
        assert send(connection).line == "250 2.0.0 taken"
    assert server.taken() == [("li@qq.com", "<1@x>")] * 3
    assert (server.folder / "last").read_bytes() == DATA + b"\r\n"
    assert (server.said()["EHLO"], server.said()["AUTH"], server.said()["RSET"]) == (1, 1, 2)


LATER, NOT = {"421 4.3.2 later", "454 4.7.0 later", "drop", "hang"}, {"550 5.7.1 no", "554 SPM", "554 5.5.1 what"}


ANSWERS = sorted(LATER | NOT | {"550 5.1.1 no"})
FAILURES = [
    (phase, answer) for phase in ["connect", "hello", "login", "from", "to", "data", "dot"] for answer in ANSWERS
]
"""Where a server fails, and how."""


@pytest.mark.parametrize(("phase", "answer"), [*FAILURES, ("after", "drop"), ("after", "hang")])
def test_a_server_that_fails_at_any_step(
    phase: str, answer: str, connection: SmtpConnection, server: MailServer
) -> None:
    """No letter is taken for sent, none goes out beside what the ledger knows, and no reader is marked for what is
    not of the reader's address. The next letter goes out as if nothing had been.
    """
    step, said = ("dot", f"{answer} after") if phase == "after" else (phase, answer)
    server.script({step: said})
    dots = Dots()
    found = meaning(send(connection, before=dots))
    if step == "dot" and answer in ("drop", "hang"):
        expected = "unknown"
    elif answer.startswith("550 5.1.1") and step in ("to", "dot"):
        expected = "refused"
    else:
        expected = "rest" if answer in LATER else "stop"
    assert found.fate == expected
    assert found.counts == (expected == "refused")
    assert dots.count == (step == "dot")
    assert len(server.taken()) == (phase == "after")
    server.clear()
    assert meaning(send(connection)).fate == "sent"
    assert len(server.taken()) == 1


def test_a_connection_lost_in_the_midst_of_a_letter(connection: SmtpConnection, server: MailServer) -> None:
    server.script({"body": "drop"})
    dots = Dots()
    reply = connection.send("jzz@example.cn", "li@qq.com", b"x\r\n" * 4_000_000, dots)
    assert (meaning(reply).fate, dots.count, server.taken()) == ("rest", 0, [])


def test_nobody_wants_the_letter_sent_any_more(connection: SmtpConnection, server: MailServer) -> None:
    assert meaning(send(connection, before=Dots(answer=False))).fate == "held"
    with pytest.raises(RuntimeError):
        send(connection, before=_raise)
    assert server.taken() == []
    assert send(connection).code == 250


def _raise() -> bool:
    raise RuntimeError


def test_a_connection_that_the_server_has_closed_meanwhile_is_opened_again(
    connection: SmtpConnection, server: MailServer
) -> None:
    for answer in ("421 4.4.2 idle", "drop", "502 what"):
        assert send(connection).code == 250
        server.script({"reset": answer})
        assert send(connection).code == 250
        server.script({})
    assert len(server.taken()) == 6


def test_a_connection_takes_so_many_letters(connection: SmtpConnection, server: MailServer) -> None:
    for _ in range(21):
        assert send(connection).code == 250
    assert server.said()["EHLO"] == 2


@pytest.mark.parametrize(
    ("words", "expected"),
    [
        ("550-5.1.1 no such\r\n550 5.1.1 user <LI@qq.com>", ("550", "5.1.1", "no such user <…>")),
        ("550 a\x1b[31m\tb", ("550", "", "a [31m b")),
        ("550 " + "x" * 900, ("550", "", "x" * 300)),
        ("550 5.1.1", ("550", "5.1.1", "")),
    ],
)
def test_words_of_a_server_are_one_clean_line_without_the_address(
    words: str, expected: tuple[str, str, str], connection: SmtpConnection, server: MailServer
) -> None:
    server.script({"to": words})
    reply = send(connection)
    assert (str(reply.code), reply.enhanced, reply.text) == expected


def test_letters_outside_ascii_in_an_address(connection: SmtpConnection, server: MailServer) -> None:
    assert meaning(send(connection, "李@qq.com")) == meaning(SmtpReply("to", 553, "5.6.7"))
    assert send(connection, "li@例子.cn").code == 250
    server.script({"hello": "250-here\r\n250-AUTH PLAIN\r\n250 SMTPUTF8"})
    connection.close()
    assert send(connection, "李@例子.cn").code == 250
    assert [to for to, _ in server.taken()] == ["li@xn--fsqu00a.cn", "李@例子.cn"]


@pytest.mark.parametrize("to", ["a@b.cn>\r\nDATA", "a b@c.cn", "", "a@b.cn\0"])
def test_no_command_comes_with_an_address(to: str, connection: SmtpConnection, server: MailServer) -> None:
    assert meaning(send(connection, to)).fate == "refused"
    assert server.said() == {}


def test_a_password_goes_out_encrypted_or_not_at_all(server: MailServer) -> None:
    open_line = MailAccount("office", "smtp.invalid", "jzz@example.cn", port=server.port, tls=False)
    server.clear()
    bare = SmtpConnection(MailAccount("office", "127.0.0.1", "jzz@example.cn", port=server.port), "secret", QUICK)
    assert send(bare).line == "554 STARTTLS is not offered"
    assert server.said()["AUTH"] == 0
    assert meaning(send(SmtpConnection(open_line, "secret", QUICK))).fate == "rest"
    odd = SmtpConnection(account(server.port), "密码", QUICK)
    assert meaning(send(odd)).fate == "stop"
    server.script({"hello": "250 here"})
    assert send(SmtpConnection(account(server.port), "secret", QUICK)).line == "554 AUTH is not offered"
    relay = SmtpConnection(account(server.port), None, QUICK)
    assert send(relay).code == 250
    relay.close()


# ── a real server, over TLS


@pytest.fixture(scope="module")
def certificate(tmp_path_factory: pytest.TempPathFactory) -> Path:
    file = tmp_path_factory.mktemp("tls") / "server.pem"
    words = ["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes", "-days"]
    words += ["30", "-subj", "/CN=localhost", "-addext", "subjectAltName=DNS:localhost", "-keyout", str(file)]
    subprocess.run([*words, "-out", str(file.with_suffix(".crt"))], check=True, capture_output=True)
    file.write_bytes(file.read_bytes() + file.with_suffix(".crt").read_bytes())
    return file


@pytest.fixture(scope="module", params=["starttls", "tls"])
def real(request: pytest.FixtureRequest, certificate: Path) -> Iterator[tuple[int, str]]:
    """Port of an aiosmtpd in a process of its own, and how it encrypts."""
    words = [sys.executable, "-m", "tests.mail.aiosmtp", str(certificate), request.param]
    with subprocess.Popen(words, cwd=ROOT, stdout=subprocess.PIPE, text=True) as process:
        try:
            assert process.stdout
            yield int(process.stdout.readline()), request.param
        finally:
            process.kill()


def test_a_real_server(real: tuple[int, str], certificate: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    port, how = real
    if how == "tls":
        monkeypatch.setattr("bulletin.mail.smtp._TLS_PORT", port)
    account = MailAccount("office", "localhost", "jzz@example.cn", port=port)

    def trusting() -> ssl.SSLContext:
        return ssl.create_default_context(cafile=certificate.with_suffix(".crt"))

    connection = SmtpConnection(account, "secret", SmtpTimeouts(5, 5, 5), trusting)
    dots = Dots()
    assert [send(connection, to, dots).code for to in ("li@qq.com", "李@qq.com", "no@qq.com")] == [250, 250, 550]
    assert dots.count == 2
    connection.close()
    wrong = SmtpConnection(account, "wrong", SmtpTimeouts(5, 5, 5), trusting)
    assert "授权码" in meaning(send(wrong)).reason
    wrong.close()
    strange = SmtpConnection(account, "secret", SmtpTimeouts(5, 5, 5))
    assert meaning(send(strange)).fate == "stop"  # a certificate that nobody knows
