"""One connection to a mail server. The final dot of a letter is a step of its own: what must be on disk before a
server can have taken the letter is written just before it.
"""

from __future__ import annotations

import re
import smtplib
import socket
import ssl
from collections.abc import Callable
from contextlib import suppress
from ipaddress import ip_address
from typing import Any

from bulletin.core.mail_settings import MailAccount
from bulletin.core.model import Value
from bulletin.mail.replies import SmtpPhase, SmtpReply

_TLS_PORT = 465
_MOST_LETTERS = 20
"""Letters over one connection; 网易 closes one that brings more (450 MI:DMC)."""
_MECHANISMS = ("PLAIN", "LOGIN", "CRAM-MD5")
"""Tried: the first that the server has. One alone, since a second refusal counts as another attack."""
_LONGEST_TEXT = 300


class SmtpTimeouts(Value, frozen=True):
    """Seconds to wait. After the dot ten minutes (RFC 5321, 4.5.3.2): an answer missed there is a letter unknown."""

    connect: float = 30
    command: float = 120
    dot: float = 600


class SmtpConnection:
    """Connects at the first letter, logs in, and stays open for the next; not thread-safe."""

    def __init__(
        self,
        account: MailAccount,
        password: str | None = None,
        timeouts: SmtpTimeouts | None = None,
        tls: Callable[[], ssl.SSLContext] = ssl.create_default_context,
    ) -> None:
        """Without a password nobody logs in: a relay on the same machine."""
        self._account, self._password, self._tls = account, password, tls
        self._timeouts = timeouts or SmtpTimeouts()
        self._server: smtplib.SMTP | None = None
        self._letters = 0

    def send(self, envelope_from: str, to: str, data: bytes, before_dot: Callable[[], bool]) -> SmtpReply:
        """Send one letter, as it is to be on the wire, to one address.

        ``before_dot`` is called when all but the final dot is on its way; when it says no, the connection is closed
        without the dot, and the letter is not sent. Raises nothing of the network: what happens is in the reply. What
        ``before_dot`` raises is raised, after closing.
        """
        if _UNSAFE.search(to):
            return SmtpReply("to", 553, "5.1.3", "not an address")
        self._drop_stale()
        talk = _Talk(to)
        try:
            failed = self._open(talk) or self._send(talk, envelope_from, to, data, before_dot)
        except (OSError, smtplib.SMTPException) as error:
            failed = talk.broken(error)
        except BaseException:
            self._cut()
            raise
        if not 200 <= failed.code < 300:
            self._hang_up(failed)
        return failed

    def try_login(self) -> SmtpReply:
        """Connect, encrypt and log in, without a letter: what went wrong, or 235."""
        talk = _Talk(self._account.sender)
        try:
            failed = self._open(talk)
        except (OSError, smtplib.SMTPException) as error:
            failed = talk.broken(error)
        if failed is not None:
            self._hang_up(failed)
        return failed or SmtpReply("login", 235)

    def close(self) -> None:
        """Say goodbye, if the server listens; safe to call twice."""
        server, self._server = self._server, None
        if server is not None:
            with suppress(OSError, smtplib.SMTPException):
                _set_timeout(server, 5)
                server.quit()
            server.close()

    # ── opening

    def _drop_stale(self) -> None:
        """A connection that the server has closed meanwhile is no refusal: the next is opened at once."""
        if self._server is None:
            return
        try:
            usable = self._letters < _MOST_LETTERS and self._server.rset()[0] == 250
        except (OSError, smtplib.SMTPException):
            usable = False
        if not usable:
            self.close()

    def _open(self, talk: _Talk) -> SmtpReply | None:
        """Connect, encrypt, log in; what went wrong."""
        if self._server is not None:
            return None
        talk.phase = "connect"
        try:
            server = self._new_server()
        except smtplib.SMTPConnectError as error:
            return talk.answer(error)
        self._server, self._letters = server, 0
        if isinstance(server.sock, socket.socket):
            server.sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)  # the final dot is a packet of its own
        _set_timeout(server, self._timeouts.command)
        talk.phase = "hello"
        answer = talk.reply(server.ehlo())
        if answer.code != 250:
            return answer
        if self._account.tls and self._account.port != _TLS_PORT:
            talk.phase = "tls"
            if (failed := self._encrypt(talk, server)) is not None:
                return failed
        talk.phase = "login"
        return self._log_in(talk, server) if self._password is not None else None

    def _new_server(self) -> smtplib.SMTP:
        account, seconds = self._account, self._timeouts.connect
        name = "[127.0.0.1]"  # as mail programs do: the computer's own name is nobody's business
        if account.tls and account.port == _TLS_PORT:
            return smtplib.SMTP_SSL(account.host, account.port, name, timeout=seconds, context=self._tls())
        return smtplib.SMTP(account.host, account.port, name, seconds)

    def _encrypt(self, talk: _Talk, server: smtplib.SMTP) -> SmtpReply | None:
        if not server.has_extn("starttls"):
            return talk.fault("STARTTLS is not offered")
        try:
            server.starttls(context=self._tls())
        except smtplib.SMTPResponseException as error:
            return talk.answer(error)
        answer = talk.reply(server.ehlo())
        return None if answer.code == 250 else answer

    def _log_in(self, talk: _Talk, server: smtplib.SMTP) -> SmtpReply | None:
        account, password = self._account, self._password or ""
        if not account.tls and not _is_here(account.host):
            return talk.fault("a password is not sent without encryption to another machine")
        offered = server.esmtp_features.get("auth", "").upper().split()
        mechanism = next((name for name in _MECHANISMS if name in offered), "")
        if not mechanism:
            return talk.fault("AUTH is not offered")
        server.user, server.password = account.user or account.sender, password
        objects: dict[str, Any] = {
            "PLAIN": server.auth_plain,
            "LOGIN": server.auth_login,
            "CRAM-MD5": server.auth_cram_md5,
        }
        try:
            server.auth(mechanism, objects[mechanism])
        except smtplib.SMTPAuthenticationError as error:
            return talk.answer(error)
        except UnicodeEncodeError:
            return talk.fault("the password has characters that no server takes")
        return None

    # ── a letter

    def _send(self, talk: _Talk, envelope_from: str, to: str, data: bytes, before_dot: Callable[[], bool]) -> SmtpReply:
        server = self._server
        assert server is not None
        wire_to, options = _wire_address(to), ""
        if wire_to is None:  # letters outside ASCII before the @
            talk.phase, wire_to, options = "to", to, " SMTPUTF8"
            if not server.has_extn("smtputf8"):
                return SmtpReply("to", 553, "5.6.7", "SMTPUTF8 is not offered")
            server.command_encoding = "utf-8"
        steps: tuple[tuple[SmtpPhase, str, frozenset[int]], ...] = (
            ("from", f"MAIL FROM:<{envelope_from}>{options}", frozenset((250,))),
            ("to", f"RCPT TO:<{wire_to}>", frozenset((250, 251, 252))),
            ("data", "DATA", frozenset((354,))),
        )
        for phase, command, expected in steps:
            talk.phase = phase
            answer = talk.reply(server.docmd(command))
            if answer.code not in expected:
                return answer
        server.send(_on_the_wire(data))
        if (early := self._early_words(server)) is not None:  # it has given up, and the letter with it
            return talk.reply((int(early[:3]) if early[:3].isdigit() else 0, early[4:]))
        if not before_dot():
            self._cut()
            return SmtpReply("data", 0, held=True)
        talk.phase = "dot"
        _set_timeout(server, self._timeouts.dot)
        server.send(b".\r\n")
        answer = talk.reply(server.getreply())
        _set_timeout(server, self._timeouts.command)
        self._letters += 1
        return answer

    def _early_words(self, server: smtplib.SMTP) -> bytes | None:
        """What the server has said that nobody asked it for; empty: it has closed; None: it is silent, as it should."""
        assert server.sock is not None
        server.sock.settimeout(0)
        try:
            return server.sock.recv(512)
        except (BlockingIOError, ssl.SSLWantReadError):
            return None
        finally:
            _set_timeout(server, self._timeouts.command)

    def _hang_up(self, failed: SmtpReply) -> None:
        if failed.phase == "data" or not failed.code:
            self._cut()  # in the middle of a letter, where QUIT would be a line of it
        elif failed.phase not in ("to", "dot") or failed.code == 421:
            self.close()

    def _cut(self) -> None:
        """Close without a word."""
        server, self._server = self._server, None
        if server is not None:
            server.close()


class _Talk:
    """Where a dialogue is, and how what is heard becomes a reply."""

    def __init__(self, to: str) -> None:
        self.phase: SmtpPhase = "connect"
        self._address = re.compile(re.escape(to), re.IGNORECASE)

    def reply(self, said: tuple[int, bytes]) -> SmtpReply:
        code, text = said[0], _text(said[1])
        enhanced = _ENHANCED.match(text)
        rest = text[enhanced.end() :] if enhanced else text
        return SmtpReply(
            self.phase, code if 200 <= code < 600 else 0, enhanced[1] if enhanced else "", self._mask(rest)
        )

    def answer(self, error: smtplib.SMTPResponseException) -> SmtpReply:
        """What the server said, where the library raises it."""
        said = error.smtp_error
        return self.reply((error.smtp_code, said.encode() if isinstance(said, str) else said))

    def broken(self, error: OSError | smtplib.SMTPException) -> SmtpReply:
        """No reply; but a certificate that does not fit will not fit tomorrow either."""
        if isinstance(error, ssl.SSLCertVerificationError):
            self.phase = "tls"
            return self.fault(error.verify_message)
        if isinstance(error, smtplib.SMTPServerDisconnected):
            return SmtpReply(self.phase, 0, "", "connection closed")
        if isinstance(error, smtplib.SMTPResponseException):
            return SmtpReply(self.phase, 0, "", "unreadable answer")
        text = getattr(error, "strerror", "") or str(error) or type(error).__name__
        return SmtpReply(self.phase, 0, "", self._mask(_text(text.encode())))

    def fault(self, text: str) -> SmtpReply:
        """Ours: it cannot go on in this way."""
        return SmtpReply(self.phase, 554, "", text)

    def _mask(self, text: str) -> str:
        return self._address.sub("…", text)[:_LONGEST_TEXT]


_UNSAFE = re.compile(r"[\s<>\x00-\x20\x7f]|^$")
_ENHANCED = re.compile(r"([245]\.\d{1,3}\.\d{1,3})(?:\s+|$)")
_CONTROL = re.compile(r"[\x00-\x1f\x7f-\x9f\u2028\u2029]+")


def _text(said: bytes) -> str:
    """Words of a server, in whatever encoding, as one line; the code that it repeats in each line once."""
    try:
        text = said.decode("utf-8")
    except UnicodeDecodeError:
        text = said.decode("gb18030", "replace")
    first, *more = text.split("\n")
    known = _ENHANCED.match(first)
    lines = (first, *(line.removeprefix(known[1]) if known else line for line in more))
    return " ".join(" ".join(_CONTROL.sub(" ", line).split()) for line in lines).strip()


def _on_the_wire(data: bytes) -> bytes:
    """Line ends of the net, no line that is a dot (RFC 5321, 4.5.2), and a line end before the final one."""
    lines = re.sub(rb"\r\n|\r|\n", b"\r\n", data)
    lines = lines if lines.endswith(b"\r\n") else lines + b"\r\n"
    return re.sub(rb"(?m)^\.", b"..", lines)


def _wire_address(address: str) -> str | None:
    """The address in ASCII; None where that cannot be."""
    local, _, domain = address.rpartition("@")
    if not local.isascii():
        return None
    if domain.isascii():
        return address
    with suppress(UnicodeError):
        return f"{local}@{domain.encode('idna').decode('ascii')}"
    return None


def _is_here(host: str) -> bool:
    with suppress(ValueError):
        return ip_address(host).is_loopback
    return host == "localhost"


def _set_timeout(server: smtplib.SMTP, seconds: float) -> None:
    if server.sock is not None:
        server.sock.settimeout(seconds)
