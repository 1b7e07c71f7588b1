"""Targets to publish to, as real servers: child processes on free ports, each over a temporary folder of its own.

    with ssh_server(sftp_only=True) as server, wire(server) as cut: …

| block | yields | what it is |
|---|---|---|
| `ssh_server(…)` | `SshServer` | Debian's sshd; ``clerk`` (not root) has key and password; with a shell or SFTP only |
| `ftp_server(…)` | `FtpServer` | pyftpdlib, plain or TLS, with the faults of `FtpSettings` |
| `vsftpd_server(…)` | `VsftpdServer` | Debian's vsftpd, its defaults: TLS sessions must be reused; no MLSD; umask 077 |
| `s3_server(…)` | `S3Server` | moto, with the faults of `S3Settings`; `new_bucket()` gives an empty one |
| `web_server(root)` | its address | Debian's nginx over a folder, which may be a link that is switched |
| `small_disk(…)` | `SmallDisk` | a folder that is soon full, or read-only: hand its `path` to a server as ``root`` |
| `wire(server)` | `Wire` | the way to a server, to be cut or stalled: connect to `Wire.host`, same port |
| `keep_reading(…)` | `Readers` | clients that fetch pages all the time (`tests.publish.readers`) |

Every server has ``host``, ``port``, ``login``, ``password``, ``root`` (the target's folder, on this computer), ``path``
(as a client names it), and ``kill()`` with all its processes, ``start()``, ``restart()``; all but S3 keep their files.
A part that is missing fails the test. sshd and vsftpd run in namespaces of their own, where ``clerk`` has an account;
that needs root, as CI has it.
"""

from __future__ import annotations

import contextlib
import hashlib
import itertools
import os
import random
import signal
import socket
import ssl
import subprocess
import sys
import urllib.request
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any, NamedTuple

import msgspec
import pytest

from tests.browser.nginx import Mount, serving
from tests.browser.tools import program
from tests.conftest import ROOT
from tests.processes import SECONDS, Server, open_folder
from tests.publish.faults import FtpSettings, S3Settings, signature
from tests.publish.readers import keep_reading
from tests.publish.wire import WIRE_HOST, Wire, wired

__all__ = [
    "CLERK",
    "PASSWORD",
    "FtpServer",
    "S3Server",
    "SmallDisk",
    "SshServer",
    "VsftpdServer",
    "Wire",
    "ftp_server",
    "keep_reading",
    "s3_server",
    "small_disk",
    "ssh_server",
    "vsftpd_server",
    "web_server",
    "wire",
]

CLERK = 1500
"""Number of the user ``clerk`` and of his group; exists in the servers' namespaces only."""
PASSWORD = "口令 pass-word"
PASSIVE_PORTS = 40
"""How many ports an FTP server has for data; vsftpd chooses one at random and needs room."""


def _free_ports(count: int) -> list[int]:
    """So many in a row, below those that the system gives to connections, free on this address and the wire's."""
    for _ in range(100):
        first = random.randrange(20_000, 32_000 - count)
        ports = list(range(first, first + count))
        with contextlib.suppress(OSError), contextlib.ExitStack() as stack:
            for port, host in itertools.product(ports, (_Target.host, WIRE_HOST)):
                stack.enter_context(socket.create_server((host, port)))
            return ports
    raise AssertionError("no free ports")


class _Target(Server):
    """What all servers have in common."""

    host = "127.0.0.1"
    user = None  # of the process; who logs in is `login`
    login = "clerk"
    password = PASSWORD

    def __init__(self, folder: Path, root: Path | None, ports: int = 1) -> None:
        super().__init__(folder)
        self.ports = _free_ports(ports)
        self.port = self.ports[0]
        self.root = root or folder / "home" / "www"
        self.path = str(self.root)
        self.root.mkdir(parents=True, exist_ok=True)
        if root is None and os.geteuid() == 0:
            os.chown(self.root.parent, CLERK, CLERK)
            os.chown(self.root, CLERK, CLERK)

    def ready(self) -> bool:
        try:
            socket.create_connection((self.host, self.port), 1).close()
        except OSError:
            return False
        return True

    def restart(self) -> None:
        self.kill()
        self.start()

    def log(self) -> str:
        return (self.folder / "log").read_text("utf-8", "replace")


@contextmanager
def _started(server: _Target) -> Iterator[None]:
    try:
        server.start()
        yield
    finally:
        server.kill()


def wire(server: _Target) -> contextlib.AbstractContextManager[Wire]:
    """The way to a server, for the length of a block."""
    return wired(server.host, server.ports)


# ── sshd and vsftpd: as another user, who exists in a namespace only

_NAMESPACE = """\
for name in passwd group shadow; do mount --bind $name /etc/$name || exit 99; done
mount -t tmpfs -o mode=755 none /run && mkdir /run/sshd || exit 99
"$@"
exit $?
"""
"""A shell stays the first process: vsftpd would stumble over processes that are not its own and that it inherits."""


class _AsClerk(_Target):
    """A server in whose eyes this computer has the user ``clerk``. Killed with all its processes."""

    def __init__(self, folder: Path, root: Path | None, ports: int = 1) -> None:
        if os.geteuid() != 0:
            pytest.fail("A server with a user of its own needs root. Run the tests as root.", pytrace=False)
        super().__init__(folder, root, ports)
        home = self.root.parent
        added = {
            "passwd": f"clerk:x:{CLERK}:{CLERK}::{home}:/bin/sh",
            "group": f"clerk:x:{CLERK}:",
            "shadow": f"clerk:{_output('openssl', 'passwd', '-6', self.password)}:19000:0:99999:7:::",
        }
        for name, line in added.items():
            (folder / name).touch(mode=0o600 if name == "shadow" else 0o644)
            (folder / name).write_text(Path("/etc", name).read_text("utf-8").rstrip("\n") + f"\n{line}\n", "utf-8")

    def server_command(self) -> list[str]:
        raise NotImplementedError

    def command(self) -> list[str]:
        namespace = ["unshare", "--mount", "--pid", "--fork", "--kill-child", "--mount-proc"]
        return [*namespace, "sh", "-c", _NAMESPACE, "sh", *self.server_command()]

    def kill(self, how: signal.Signals = signal.SIGKILL) -> None:
        """The first process of the namespace takes all others along."""
        if self.process and self.process.poll() is None:
            pid = self.process.pid
            children = Path(f"/proc/{pid}/task/{pid}/children").read_text("utf-8").split()
            for child in children:
                os.kill(int(child), how)
            if not children:
                self.process.send_signal(how)
            self.process.wait(SECONDS)


class SshServer(_AsClerk):
    """Debian's sshd; ``key`` is the file with the private key of `login`, whose password is `password`."""

    def __init__(
        self, folder: Path, root: Path | None, sftp_only: bool, read_only: bool, denied: Sequence[str]
    ) -> None:
        super().__init__(folder, root)
        self.key = folder / "key"
        self._host_key = folder / "host_key"
        for key in (self.key, self._host_key):
            _make_key(key)
        options = " -R" * read_only + (f" -P {','.join(denied)}" if denied else "")
        lines = [
            f"Port {self.port}",
            f"ListenAddress {self.host}",
            f"HostKey {self._host_key}",
            f"AuthorizedKeysFile {self.key}.pub",
            "StrictModes no",
            "UsePAM no",
            "KbdInteractiveAuthentication no",
            "PidFile none",
            "PrintMotd no",
            "LogLevel VERBOSE",
            f"Subsystem sftp /usr/lib/openssh/sftp-server{options}",
            *([f"ForceCommand internal-sftp{options}"] if sftp_only else []),
        ]
        (folder / "sshd_config").write_text("\n".join(lines) + "\n", "utf-8")

    def server_command(self) -> list[str]:
        return [program("sshd"), "-D", "-e", "-f", str(self.folder / "sshd_config")]

    @property
    def known_hosts(self) -> str:
        """A line for ``known_hosts``, which holds for the wire as well."""
        algorithm, key, *_ = self._host_key.with_suffix(".pub").read_text("utf-8").split()
        return f"[{self.host}]:{self.port},[{WIRE_HOST}]:{self.port} {algorithm} {key}\n"

    @property
    def fingerprint(self) -> str:
        """Of the host key: ``SHA256:…``."""
        return _output("ssh-keygen", "-l", "-f", f"{self._host_key}.pub").split()[1]

    def change_host_key(self) -> None:
        """As if another server answered; it is restarted."""
        _make_key(self._host_key)
        self.restart()


def _make_key(file: Path) -> None:
    for old in (file, file.with_suffix(".pub")):
        old.unlink(missing_ok=True)
    _output("ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-C", "", "-f", str(file))


@contextmanager
def ssh_server(
    *, root: Path | None = None, sftp_only: bool = False, read_only: bool = False, denied: Sequence[str] = ()
) -> Iterator[SshServer]:
    """sshd with a shell, or for SFTP only; ``denied`` are requests that SFTP refuses (``posix-rename``, ``hardlink``).

    ``read_only`` concerns SFTP; for a shell, take a `small_disk`. ``root``: a folder that ``clerk`` can reach.
    """
    with open_folder("ssh-") as folder:
        server = SshServer(folder, root, sftp_only, read_only, denied)
        with _started(server):
            yield server


# ── FTP


class _FtpTarget(_Target):
    """``certificate`` is the file with certificate and key, self-signed; None without TLS."""

    certificate: Path | None = None

    @property
    def fingerprint(self) -> str:
        """SHA-256 of the certificate in DER, in hexadecimal."""
        assert self.certificate
        text = self.certificate.with_suffix(".crt").read_text("utf-8")
        return hashlib.sha256(ssl.PEM_cert_to_DER_cert(text)).hexdigest()

    def change_certificate(self) -> None:
        """As if another server answered; it is restarted."""
        assert self.certificate
        _make_certificate(self.certificate)
        self.restart()


def _make_certificate(file: Path) -> None:
    key, certificate = file.with_suffix(".key"), file.with_suffix(".crt")
    made = ["-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes", "-days", "30", "-subj", "/CN=ftp"]
    _output("openssl", "req", "-x509", *made, "-keyout", str(key), "-out", str(certificate))
    file.touch(mode=0o600)
    file.write_bytes(certificate.read_bytes() + key.read_bytes())


class FtpServer(_FtpTarget):
    """pyftpdlib."""

    working_folder = ROOT

    def __init__(self, folder: Path, root: Path | None, tls: bool, faults: dict[str, Any]) -> None:
        super().__init__(folder, root, 1 + PASSIVE_PORTS)
        self.path = f"/{self.root.name}"
        if tls:
            self.certificate = folder / "ftp.pem"
            _make_certificate(self.certificate)
        self._settings = FtpSettings(
            str(self.root.parent),
            self.host,
            self.port,
            self.ports[1:],
            self.login,
            self.password,
            str(self.certificate or ""),
            **faults,
        )

    def command(self) -> list[str]:
        return [sys.executable, "-m", "tests.publish.ftpd", msgspec.json.encode(self._settings).decode()]


@contextmanager
def ftp_server(*, root: Path | None = None, tls: bool = False, **faults: Any) -> Iterator[FtpServer]:
    """pyftpdlib, plain or with TLS required; ``faults`` are fields of `FtpSettings`: ``mlsd=False``, ``quota=9000``."""
    with open_folder("ftp-") as folder:
        server = FtpServer(folder, root, tls, faults)
        with _started(server):
            yield server


class VsftpdServer(_AsClerk, _FtpTarget):
    """Debian's vsftpd."""

    def __init__(self, folder: Path, root: Path | None, tls: bool, settings: dict[str, str]) -> None:
        super().__init__(folder, root, 1 + PASSIVE_PORTS)
        (folder / "empty").mkdir()
        own = {
            "listen": "YES",
            "listen_ipv6": "NO",
            "listen_address": self.host,
            "listen_port": str(self.port),
            "background": "NO",
            "secure_chroot_dir": str(folder / "empty"),
            "pasv_min_port": str(self.ports[1]),
            "pasv_max_port": str(self.ports[-1]),
            "pam_service_name": "vsftpd",
            "anonymous_enable": "NO",
            "local_enable": "YES",
            "write_enable": "YES",
        }
        if tls:
            self.certificate = folder / "ftp.pem"
            _make_certificate(self.certificate)
            own |= {"ssl_enable": "YES", "rsa_cert_file": str(self.certificate)}
        lines = [f"{name}={value}\n" for name, value in (own | settings).items()]
        (folder / "vsftpd.conf").write_text("".join(lines), "utf-8")

    def server_command(self) -> list[str]:
        return [program("vsftpd"), str(self.folder / "vsftpd.conf")]


@contextmanager
def vsftpd_server(*, root: Path | None = None, tls: bool = True, **settings: str) -> Iterator[VsftpdServer]:
    """vsftpd as Debian sets it up, but for a user who may write.

    ``settings`` are lines of vsftpd.conf: ``local_umask="022"``. With 077 the web server cannot read what comes.
    """
    with open_folder("vsftpd-") as folder:
        server = VsftpdServer(folder, root, tls, settings)
        with _started(server):
            yield server


# ── S3


class S3Server(_Target):
    """moto. Loses everything when it is killed: to break an upload, cut the wire."""

    working_folder = ROOT
    region = "us-east-1"
    key = "PUBLISHER"
    secret = "geheim"

    def __init__(self, folder: Path, faults: dict[str, Any]) -> None:
        super().__init__(folder, None)
        self.endpoint = f"http://{self.host}:{self.port}"
        self._settings = S3Settings(self.host, self.port, self.key, **faults)
        self._buckets = itertools.count(1)

    def command(self) -> list[str]:
        return [sys.executable, "-m", "tests.publish.s3d", msgspec.json.encode(self._settings).decode()]

    def new_bucket(self) -> str:
        """Name of an empty bucket; anybody may read it at ``endpoint/name/``."""
        name = f"station-{next(self._buckets)}"
        signed = {"Authorization": signature(self.key)}
        asked = urllib.request.Request(f"{self.endpoint}/{name}", headers=signed, method="PUT")
        urllib.request.urlopen(asked, timeout=SECONDS).close()
        return name


@contextmanager
def s3_server(**faults: Any) -> Iterator[S3Server]:
    """moto; ``faults`` are fields of `S3Settings`: ``conditional=False``, ``read_only=True`` …"""
    with open_folder("s3-") as folder:
        server = S3Server(folder, faults)
        with _started(server):
            yield server


# ── the readers' side, and disks


@contextmanager
def web_server(root: Path) -> Iterator[str]:
    """Address of nginx over a folder. It runs as who runs the tests, so that it can read pytest's folders."""
    with open_folder("web-") as folder, serving(folder, (Mount("/", root),)) as address:
        yield address


class SmallDisk(NamedTuple):
    """A disk of its own, mounted at `path`, which belongs to ``clerk``."""

    path: Path

    def read_only(self, now: bool = True) -> None:
        """Make it so, or writable again. Raises `CalledProcessError` while a file is open for writing."""
        subprocess.run(["mount", "-o", f"remount,{'ro' if now else 'rw'}", str(self.path)], check=True)

    def fill(self, left: int = 0) -> None:
        """Until so many bytes are left; the file is called ``filler``."""
        disk = os.statvfs(self.path)
        (self.path / "filler").write_bytes(b"\0" * max(0, disk.f_bavail * disk.f_frsize - left))


@contextmanager
def small_disk(size: int = 2_000_000, files: int = 0) -> Iterator[SmallDisk]:
    """So many bytes, and so many files and folders (0: any number). Ask for it before the servers that use it."""
    with open_folder("disk-") as folder:
        options = f"size={size},nr_inodes={files},mode=755,uid={CLERK},gid={CLERK}"
        tried = subprocess.run(["mount", "-t", "tmpfs", "-o", options, "none", folder], capture_output=True, text=True)
        if tried.returncode:
            pytest.fail(
                f"A small disk cannot be mounted: {tried.stderr.strip()}. Run the tests as root.", pytrace=False
            )
        try:
            yield SmallDisk(folder)
        finally:
            subprocess.run(["umount", "--lazy", str(folder)], check=True)


def _output(name: str, *words: str) -> str:
    done = subprocess.run([program(name), *words], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    return done.stdout.strip()
