"""A connection to an SSH server: who it is, who we are, and no waiting without end. Used by `ssh` and `sftp`."""

from __future__ import annotations

import asyncio
import getpass
import socket
from collections.abc import Coroutine
from contextlib import suppress
from pathlib import Path
from typing import Any, TypeVar

import asyncssh

from bulletin.core.errors import PublishError
from bulletin.core.problems import N_
from bulletin.core.publish_targets import PublishTarget
from bulletin.publish.target import Secrets
from bulletin.publish.targets.remote_files import ConnectionLost

_T = TypeVar("_T")

_CONNECT_SECONDS = 15
_KEEPALIVE_SECONDS, _KEEPALIVE_COUNT = 15, 3
PATIENCE = 60.0
"""Seconds without progress after which an operation fails."""

_HOST_KEY_FAMILIES = (
    ("ssh-ed25519",),
    ("ecdsa-sha2-nistp256", "ecdsa-sha2-nistp384", "ecdsa-sha2-nistp521"),
    ("rsa-sha2-512", "rsa-sha2-256", "ssh-rsa"),
)
"""In the order in which `ssh` asks for them, so that the fingerprint is the one that people know."""

_UNKNOWN_KEY = N_(
    "{host} is not known here: its key is {fingerprint}. Ask who runs the server whether that is right; if it is, add "
    "to target “{target}” in content/station.yml: host_key: {fingerprint}"
)
_CHANGED_KEY = N_(
    "{host} shows another key than before, {fingerprint}: it may be another server. Send nothing before who runs it "
    "has confirmed the new key; then write at target “{target}” in content/station.yml: host_key: {fingerprint}"
)
_REVOKED_KEY = N_("{host} shows a key that cannot be trusted ({reason}). Ask who runs the server.")
_NO_HOST = N_("target “{target}” has no host: write host: in content/station.yml.")
_NO_NAME = N_("there is no server “{host}”, or this computer is offline ({reason}). Check host: of target “{target}”.")
_REFUSED = N_("{host} answers, but nothing listens for SSH at port {port}. Check port: of target “{target}”.")
_SILENT = N_("{host} does not answer at port {port} within {seconds} seconds: it is down, or a firewall is in between.")
_UNREACHABLE = N_("{host} cannot be reached at port {port}: {reason}.")
_WRONG_PASSWORD = N_(
    "{host} does not let “{user}” in: the key or the password is wrong. “bulletin publish password {target}” stores "
    "the right one."
)
_NO_PASSWORD = N_(
    "{host} does not let “{user}” in by any key of this computer, and no password is stored: “bulletin publish "
    "password {target}” stores one."
)
_NO_KEY_FILE = N_("the key file “{file}” of target “{target}” cannot be read: {reason}.")
_KEY_PASSPHRASE = N_(
    "the key file “{file}” needs its passphrase: “bulletin publish password {target}” stores it; or load the key into "
    "the agent and leave key: out."
)
_KEY_LOCKED = N_(
    "the key file “{file}” of target “{target}” cannot be unlocked ({reason}): check its passphrase, or load the key "
    "into the agent and leave key: out."
)
_NOT_SSH = N_("what answers at {host}, port {port}, cannot be spoken to: {reason}.")
_LOST = N_("the connection to {host} broke off ({reason}): publish again.")
_STALLED = N_("{host} made no progress for {seconds} seconds, so the connection was ended: publish again.")
_KNOWN_HOSTS = N_("~/.ssh/known_hosts cannot be used: {reason}.")


class SshConnectionLost(ConnectionLost):
    """The connection broke off, or nothing went on."""


class SshConnection:
    """One connection, with the event loop on which all its work runs. Made by `connect`."""

    def __init__(self, target: PublishTarget, secrets: Secrets) -> None:
        """Raises `PublishError`."""
        if not target.host:
            raise PublishError(_NO_HOST, target=target.name)
        self.target = target
        self._secrets = secrets
        self._runner = asyncio.Runner()
        self._client: asyncssh.SSHClientConnection | None = None
        self._advanced = 0.0
        """Time of the loop at which something last went on."""
        try:
            self.reconnect()
        except BaseException:
            self.close()
            raise

    @property
    def client(self) -> asyncssh.SSHClientConnection:
        """For coroutines that are given to `wait`."""
        assert self._client is not None
        return self._client

    def wait(self, work: Coroutine[Any, Any, _T], *, patience: float = PATIENCE) -> _T:
        """Run to the end. Raises `SshConnectionLost` when the connection breaks, or nothing has called `progress` for
        so many seconds; other errors of asyncssh (`asyncssh.SFTPError`) are the caller's.
        """
        try:
            return self._runner.run(self._watched(work, patience))
        except (asyncssh.SFTPConnectionLost, asyncssh.SFTPNoConnection) as error:
            raise self._lost(error) from None
        except asyncssh.SFTPError:
            raise
        except (asyncssh.Error, ConnectionError) as error:
            raise self._lost(error) from None

    def progress(self) -> None:
        """Something went on: bytes were taken or came."""
        self._advanced = self._runner.get_loop().time()

    def is_alive(self) -> bool:
        """Whether the other side has not ended the connection meanwhile."""
        if self._client is None:
            return False
        self._runner.run(asyncio.sleep(0))  # takes in what has come since the last work
        self._runner.run(asyncio.sleep(0))
        return not self._client.is_closed()

    def reconnect(self) -> None:
        """Connect anew. Raises `PublishError`."""
        self._drop()
        self._client = self._runner.run(_open(self.target, self._secrets))

    def close(self) -> None:
        """End the connection; never raises."""
        self._drop()
        self._runner.close()

    def _drop(self) -> None:
        client, self._client = self._client, None
        if client is not None:
            self._runner.run(_ended(client))

    async def _watched(self, work: Coroutine[Any, Any, _T], patience: float) -> _T:
        task = asyncio.ensure_future(work)
        try:
            self.progress()
            while not task.done():
                idle = asyncio.get_running_loop().time() - self._advanced
                if idle >= patience:
                    raise SshConnectionLost(_STALLED, host=self.target.host, seconds=round(patience))
                await asyncio.wait({task}, timeout=patience - idle)
            return await task
        finally:
            if not task.done():
                task.cancel()
                self.client.abort()  # what is stuck would not take note of an orderly end
                await asyncio.wait({task}, timeout=1)

    def _lost(self, error: Exception) -> SshConnectionLost:
        return SshConnectionLost(_LOST, host=self.target.host, reason=_reason(error))


def connect(target: PublishTarget, secrets: Secrets) -> SshConnection:
    """Connect and log in. Raises `PublishError`: unknown host, wrong password, no answer, each in one sentence."""
    return SshConnection(target, secrets)


async def _ended(client: asyncssh.SSHClientConnection) -> None:
    with suppress(Exception):
        client.close()
        await asyncio.wait_for(client.wait_closed(), 2)
    client.abort()


# ── connecting


class _HostKeyCheck(asyncssh.SSHClient):
    """Asked about keys that known_hosts does not hold."""

    def __init__(self, pinned: str) -> None:
        self._pinned = pinned.removeprefix("SHA256:").rstrip("=")
        self.seen = ""
        """Fingerprint of the key that the server has shown."""

    def validate_host_public_key(self, host: str, addr: str, port: int, key: asyncssh.SSHKey) -> bool:  # noqa: ARG002
        self.seen = key.get_fingerprint()
        return bool(self._pinned) and self.seen.removeprefix("SHA256:") == self._pinned


async def _open(target: PublishTarget, secrets: Secrets) -> asyncssh.SSHClientConnection:
    """Where a fingerprint is given, tries one kind of key after the other: a server has several, one is confirmed."""
    known = None if target.host_key else _known(target, secrets)
    password = secrets.password(target.name)
    orders = _HOST_KEY_FAMILIES if target.host_key else (tuple(name for each in _HOST_KEY_FAMILIES for name in each),)
    refused, last = "", PublishError(_NOT_SSH, host=target.host, port=_port(target), reason="no host key")
    for order in orders:
        check = _HostKeyCheck(target.host_key)
        try:
            return await _attempt(target, password, check, known, order)
        except asyncssh.HostKeyNotVerifiable as error:
            if not check.seen:
                raise PublishError(_REVOKED_KEY, host=target.host, reason=_reason(error)) from None
            refused = refused or check.seen
        except (asyncssh.Error, OSError) as error:
            last = _connect_error(target, error, has_password=bool(password))
            if check.seen or not isinstance(error, (asyncssh.Error, ConnectionResetError)):
                raise last from None  # in the other cases there is perhaps no key of this kind
    if not refused:
        raise last
    is_new = known is not None and not any(known)
    raise PublishError(
        _UNKNOWN_KEY if is_new else _CHANGED_KEY, host=target.host, target=target.name, fingerprint=refused
    )


_Known = tuple[list[Any], list[Any], list[Any]]


def _known(target: PublishTarget, secrets: Secrets) -> _Known:
    """Keys, authorities and revoked keys of the host."""
    try:
        hosts = asyncssh.import_known_hosts(secrets.known_hosts().decode("utf-8", "replace"))
    except ValueError as error:
        raise PublishError(_KNOWN_HOSTS, reason=_reason(error)) from None
    port = _port(target)
    keys, authorities, revoked, *_ = hosts.match(target.host, "", None if port == 22 else port)
    return list(keys), list(authorities), list(revoked)


async def _attempt(
    target: PublishTarget, password: str | None, check: _HostKeyCheck, known: _Known | None, order: tuple[str, ...]
) -> asyncssh.SSHClientConnection:
    """Raises what asyncssh raises, and `OSError`."""
    options: dict[str, Any] = {"username": target.user} if target.user else {}
    if target.key:
        options |= {"client_keys": [_private_key(target, password)], "agent_path": None}
    if known is None or not any(known):
        options["server_host_key_algs"] = list(order)  # else those of the keys that are known
    connecting = asyncssh.connect(
        target.host,
        _port(target),
        config=None,  # the same on every computer
        client_factory=lambda: check,
        known_hosts=known or ([], [], []),
        password=password,
        login_timeout=_CONNECT_SECONDS,
        keepalive_interval=_KEEPALIVE_SECONDS,
        keepalive_count_max=_KEEPALIVE_COUNT,
        **options,
    )
    return await asyncio.wait_for(connecting, _CONNECT_SECONDS)


def _private_key(target: PublishTarget, passphrase: str | None) -> asyncssh.SSHKey:
    values = {"file": target.key, "target": target.name}
    try:
        data = Path(target.key).expanduser().read_bytes()
        with suppress(asyncssh.KeyImportError, asyncssh.KeyEncryptionError):
            return asyncssh.import_private_key(data)
        return asyncssh.import_private_key(data, passphrase)
    except asyncssh.KeyEncryptionError as error:
        raise PublishError(_KEY_LOCKED, **values, reason=_reason(error)) from None
    except (asyncssh.KeyImportError, OSError) as error:
        if "passphrase" in str(error).lower():
            raise PublishError(_KEY_PASSPHRASE, **values) from None
        if passphrase and isinstance(error, asyncssh.KeyImportError):
            raise PublishError(_KEY_LOCKED, **values, reason=_reason(error)) from None
        raise PublishError(_NO_KEY_FILE, **values, reason=_reason(error)) from None


def _connect_error(target: PublishTarget, error: Exception, *, has_password: bool) -> PublishError:
    values: dict[str, object] = {"host": target.host, "port": _port(target), "target": target.name}
    if isinstance(error, asyncssh.PermissionDenied):
        user = target.user or getpass.getuser()  # as asyncssh
        return PublishError(_WRONG_PASSWORD if has_password else _NO_PASSWORD, **values, user=user)
    if isinstance(error, socket.gaierror):
        return PublishError(_NO_NAME, **values, reason=_reason(error))
    if isinstance(error, ConnectionRefusedError):
        return PublishError(_REFUSED, **values)
    if isinstance(error, TimeoutError):
        return PublishError(_SILENT, **values, seconds=_CONNECT_SECONDS)
    if isinstance(error, OSError):
        return PublishError(_UNREACHABLE, **values, reason=_reason(error))
    return PublishError(_NOT_SSH, **values, reason=_reason(error))


def _port(target: PublishTarget) -> int:
    return target.port or 22


def _reason(error: Exception) -> str:
    """In a few words, without a full stop."""
    words = getattr(error, "reason", "") or getattr(error, "strerror", "") or str(error) or type(error).__name__
    return str(words).strip().rstrip(".")
