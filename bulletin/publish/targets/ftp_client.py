"""One connection to an FTP server: encrypted with the session of the control connection, names as bytes, no hang.

The protocol's lines are kept as Latin-1, so that every byte passes; names are encoded before and decoded after.
"""

from __future__ import annotations

import ftplib
import hashlib
import io
import re
import socket
import ssl
from collections.abc import Iterator
from contextlib import contextmanager, suppress

from bulletin.core.errors import PublishError
from bulletin.core.problems import N_
from bulletin.core.publish_targets import PublishTarget
from bulletin.publish.target import Secrets
from bulletin.publish.targets.remote_files import ConnectionLost

_SECONDS = 30
"""Without an answer, after which a connection counts as lost."""
_BLOCK = 1 << 16

_NO_HOST = N_("target “{target}” has no host: write host: in content/station.yml.")
_NO_NAME = N_("there is no server “{host}”, or this computer is offline. Check host: of target “{target}”.")
_REFUSED = N_("{host} answers, but nothing listens for FTP at port {port}. Check port: of target “{target}”.")
_SILENT = N_("{host} does not answer at port {port} within {seconds} seconds: it is down, or a firewall is in between.")
_UNREACHABLE = N_("{host} cannot be reached at port {port}: {said}.")
_NOT_FTP = N_("what answers at {host}, port {port}, does not speak FTP as expected: {said}.")
_NO_PASSWORD = N_("no password is stored for target “{target}”: “bulletin publish password {target}” stores one.")
_WRONG_PASSWORD = N_(
    "{host} does not let “{user}” in ({said}): name or password is wrong. “bulletin publish password {target}” stores "
    "the right one."
)
_NO_TLS = N_(
    "{host} does not encrypt ({said}): ask who runs it for FTPS or SFTP. With “tls: no” at target “{target}” in "
    "content/station.yml, everybody on the way could read password and files."
)
_NEEDS_TLS = N_("{host} wants encryption ({said}): remove “tls: no” from target “{target}” in content/station.yml.")
_UNKNOWN_CERTIFICATE = N_(
    "no authority vouches for {host} ({said}); its certificate is SHA256:{fingerprint}. Ask who runs the server "
    "whether that is right; if it is, add to target “{target}” in content/station.yml: "
    "certificate: “SHA256:{fingerprint}”"
)
_OTHER_CERTIFICATE = N_(
    "{host} shows another certificate than before, SHA256:{fingerprint}: it may be another server. Send nothing before "
    "who runs it has confirmed it; then write in content/station.yml at target “{target}”: certificate: "
    "“SHA256:{fingerprint}”"
)


class FtpClient(ftplib.FTP_TLS):
    """Logged in, in binary mode. Made by `connect_ftp`; raises what `ftplib` raises."""

    def __init__(self, context: ssl.SSLContext, pinned: str) -> None:
        super().__init__(context=context, timeout=_SECONDS, encoding="latin-1")
        self._pinned = pinned
        self.features = frozenset[str]()
        """``MLST``, ``UTF8`` … of the server."""

    def putline(self, line: str) -> None:
        if self.sock is None:
            raise EOFError("closed")
        super().putline(line)

    def getline(self) -> str:
        """Closes the connection when the answer does not come, lest it is taken for that of a later question."""
        try:
            return super().getline()
        except BaseException:
            self.close()
            raise

    def leave(self) -> None:
        """Say goodbye and close; never raises, and does not wait long."""
        with suppress(ftplib.Error, OSError, EOFError):
            if self.sock is not None:
                self.sock.settimeout(2)
                self.quit()
        self.close()

    def ntransfercmd(self, cmd: str, rest: int | str | None = None) -> tuple[socket.socket, int | None]:
        """With the control connection's TLS session: vsftpd demands it, and `ftplib` does not do it."""
        wire, size = ftplib.FTP.ntransfercmd(self, cmd, rest)
        if not isinstance(self.sock, ssl.SSLSocket):
            return wire, size
        try:
            wire.getpeername()  # where the server has gone already, ssl would leave a socket open (SSLSocket._create)
            data = self.context.wrap_socket(wire, server_hostname=self.host, session=self.sock.session)
        except BaseException:
            wire.close()
            raise
        try:
            if self._pinned and not data.session_reused and certificate_fingerprint(data) != self._pinned:
                raise ssl.SSLError("another certificate for data")
        except BaseException:
            data.close()
            raise
        return data, size

    def send(self, command: str, data: bytes) -> None:
        """Upload, and wait until the server has it."""
        view = memoryview(data)
        wire = self.transfercmd(command)
        with self._closing(wire):
            try:
                for at in range(0, len(data), _BLOCK):
                    wire.sendall(view[at : at + _BLOCK])
                _end_tls(wire)
            except (ConnectionError, ssl.SSLError):
                wire.close()
                self.voidresp()  # says why, when it was the server
                raise
        self.voidresp()

    def receive(self, command: str) -> bytes:
        """Download."""
        found = io.BytesIO()
        wire = self.transfercmd(command)
        with self._closing(wire):
            with suppress(ssl.SSLEOFError):  # some servers end without a word; sizes and JSON tell what is cut
                while block := wire.recv(_BLOCK):
                    found.write(block)
            _end_tls(wire)
        self.voidresp()
        return found.getvalue()

    @contextmanager
    def _closing(self, wire: socket.socket) -> Iterator[None]:
        """Close a data connection; broken off in the middle, the control connection as well, where an answer is due."""
        try:
            yield
        except ftplib.Error:
            raise
        except BaseException:
            self.close()
            raise
        finally:
            wire.close()


def _end_tls(wire: socket.socket) -> None:
    """Some servers wait for an orderly end, others have gone already."""
    if isinstance(wire, ssl.SSLSocket):
        wire.settimeout(5)
        with suppress(OSError, ValueError):
            wire.unwrap()


def certificate_fingerprint(wire: socket.socket | None) -> str:
    """SHA-256 of the certificate of the other side, in hexadecimal; empty where there is none."""
    shown = wire.getpeercert(binary_form=True) if isinstance(wire, ssl.SSLSocket) else None
    return hashlib.sha256(shown).hexdigest() if shown else ""


def decode_reply(text: object) -> str:
    """What a server says, from Latin-1 to what it meant."""
    data = str(text).encode("latin-1", "replace")
    try:
        return data.decode("utf-8")
    except UnicodeDecodeError:
        return data.decode("gb18030", "replace")


def connect_ftp(target: PublishTarget, passwords: Secrets) -> FtpClient:
    """Connect, check the certificate, log in; the password is sent to nobody else.

    Raises `PublishError`, `ConnectionLost` where trying again may help.
    """
    values: dict[str, object] = {"target": target.name, "host": target.host, "port": target.port or 21}
    if not target.host:
        raise PublishError(_NO_HOST, **values)
    password = passwords.password(target.name)
    if password is None:
        raise PublishError(_NO_PASSWORD, **values)
    pinned = target.certificate.lower().removeprefix("sha256:").replace(":", "")
    client = FtpClient(ssl.create_default_context() if target.tls and not pinned else _unchecked(), pinned)
    try:
        _connect(client, values, tls=target.tls)
        if pinned and target.tls and (shown := certificate_fingerprint(client.sock)) != pinned:
            raise PublishError(_OTHER_CERTIFICATE, **values, fingerprint=shown)
        _log_in(client, target, password, values)
    except BaseException:
        client.close()
        raise
    return client


def _unchecked() -> ssl.SSLContext:
    """Without the system's authorities, which take longer to load than a connection takes: nobody asks them."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    context.check_hostname = False
    context.verify_mode = ssl.CERT_NONE
    return context


def _connect(client: FtpClient, values: dict[str, object], *, tls: bool) -> None:
    try:
        client.connect(str(values["host"]), int(str(values["port"])))
        if tls:
            client.auth()
    except ssl.SSLCertVerificationError as error:
        said = error.verify_message or str(error)
        raise PublishError(_UNKNOWN_CERTIFICATE, **values, said=said, fingerprint=_shown(values)) from None
    except ssl.SSLError as error:
        raise PublishError(_NO_TLS, **values, said=error.reason or str(error)) from None
    except socket.gaierror:
        raise ConnectionLost(_NO_NAME, **values) from None
    except ConnectionRefusedError:
        raise ConnectionLost(_REFUSED, **values) from None
    except TimeoutError:
        raise ConnectionLost(_SILENT, **values, seconds=_SECONDS) from None
    except OSError as error:
        raise ConnectionLost(_UNREACHABLE, **values, said=error.strerror or str(error)) from None
    except EOFError:
        raise ConnectionLost(_NOT_FTP, **values, said="EOF") from None
    except ftplib.error_perm as error:
        raise PublishError(_NO_TLS if tls else _NOT_FTP, **values, said=decode_reply(error)) from None
    except (ftplib.Error, UnicodeError) as error:
        kind = ConnectionLost if isinstance(error, ftplib.error_temp) else PublishError
        raise kind(_NOT_FTP, **values, said=decode_reply(error)[:200]) from None


def _shown(values: dict[str, object]) -> str:
    """Fingerprint of a certificate that was not accepted: seen by another connection, on which nothing is sent."""
    client = FtpClient(_unchecked(), "")
    try:
        _connect(client, values, tls=True)
        return certificate_fingerprint(client.sock)
    finally:
        client.close()


def _log_in(client: FtpClient, target: PublishTarget, password: str, values: dict[str, object]) -> None:
    user = target.user or "anonymous"
    try:
        _give_password(client, user, password)
        if target.tls:
            client.prot_p()
        client.voidcmd("TYPE I")
        client.features = _features(client)
        if "UTF8" in client.features:
            with suppress(ftplib.error_perm):  # to some it is never off
                client.sendcmd("OPTS UTF8 ON")
    except ftplib.error_perm as error:
        said = decode_reply(error)
        if not target.tls and re.search("tls|ssl|encrypt", said, re.IGNORECASE):
            raise PublishError(_NEEDS_TLS, **values, said=said) from None
        if said.startswith("53"):
            raise PublishError(_WRONG_PASSWORD, **values, user=user, said=said) from None
        raise PublishError(_NOT_FTP, **values, said=said) from None
    except TimeoutError:
        raise ConnectionLost(_SILENT, **values, seconds=_SECONDS) from None
    except (ftplib.Error, OSError, EOFError, ValueError) as error:
        raise ConnectionLost(_NOT_FTP, **values, said=decode_reply(error) or "EOF") from None


def _give_password(client: FtpClient, user: str, password: str) -> None:
    """In UTF-8; letters that a Chinese Windows may have in its own encoding, in that as well."""
    try:
        client.login(_passing(user, "utf-8"), _passing(password, "utf-8"), secure=False)
    except ftplib.error_perm as error:
        if (user + password).isascii() or not str(error).startswith("530"):
            raise
        try:
            client.login(_passing(user, "gb18030"), _passing(password, "gb18030"), secure=False)
        except (ftplib.Error, OSError, EOFError):
            raise error from None


def _passing(text: str, encoding: str) -> str:
    return text.encode(encoding).decode("latin-1")


def _features(client: FtpClient) -> frozenset[str]:
    try:
        lines = client.sendcmd("FEAT").splitlines()[1:-1]
    except ftplib.error_perm:
        return frozenset()
    return frozenset(line.split()[0].upper() for line in lines if line.strip())
