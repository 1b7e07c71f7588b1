"""Real engines for the tests: Debian's Redis and PostgreSQL, each in a folder of its own, stopped by its process id."""

from __future__ import annotations

import contextlib
import os
import pwd
import shutil
import signal
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import psycopg
import redis

from tests.browser.nginx import free_port
from tests.browser.tools import program

POSTGRES = sorted(Path("/usr/lib/postgresql").glob("*/bin"))
"""Debian keeps the server's programs out of the path."""

SECONDS = 20


class Engine:
    """A server that can be stopped, killed and started again over the same data."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.process: subprocess.Popen[bytes] | None = None

    def command(self) -> list[str]:
        raise NotImplementedError

    def ready(self) -> bool:
        raise NotImplementedError

    user: str | None = None

    def start(self) -> None:
        with (self.folder / "log").open("ab") as log:
            self.process = subprocess.Popen(
                self.command(), stdout=log, stderr=log, stdin=subprocess.DEVNULL, user=self.user, cwd=self.folder
            )
        end = time.monotonic() + SECONDS
        while not self.ready():
            if self.process.poll() is not None or time.monotonic() > end:
                raise AssertionError((self.folder / "log").read_text("utf-8", "replace"))
            time.sleep(0.02)

    def kill(self, how: signal.Signals = signal.SIGKILL) -> None:
        if self.process and self.process.poll() is None:
            self.process.send_signal(how)
            self.process.wait(SECONDS)


class Redis(Engine):
    """As deploy/redis.conf sets it up."""

    def __init__(self, folder: Path, **settings: str) -> None:
        super().__init__(folder)
        self.port = free_port()
        self.url = f"redis://127.0.0.1:{self.port}/0"
        self._settings = {
            "appendonly": "yes",
            "appendfsync": "always",
            "maxmemory-policy": "noeviction",
            "save": "",
            **settings,
        }

    def command(self) -> list[str]:
        options = [word for name, value in self._settings.items() for word in (f"--{name}", value)]
        return [
            program("redis-server"),
            "--port",
            str(self.port),
            "--bind",
            "127.0.0.1",
            "--dir",
            str(self.folder),
            *options,
        ]

    def ready(self) -> bool:
        try:
            with redis.Redis(port=self.port) as db:
                return bool(db.ping())
        except redis.RedisError:
            return False

    def clear(self) -> str:
        with redis.Redis(port=self.port) as db:
            db.flushall()
        return self.url


class Postgres(Engine):
    """On a socket in its folder alone."""

    def __init__(self, folder: Path) -> None:
        super().__init__(folder)
        self.port = free_port()  # names the socket
        self.user = "postgres" if os.geteuid() == 0 else None
        self._databases = 0
        if self.user:
            account = pwd.getpwnam(self.user)
            os.chown(folder, account.pw_uid, account.pw_gid)
        run = [
            program_of("initdb"),
            "-D",
            str(folder / "data"),
            "-U",
            "postgres",
            "-A",
            "trust",
            "-E",
            "UTF8",
            "--no-sync",
        ]
        subprocess.run(run, check=True, stdout=subprocess.DEVNULL, user=self.user, cwd=folder)

    def command(self) -> list[str]:
        where = ["-D", str(self.folder / "data"), "-k", str(self.folder), "-p", str(self.port)]
        return [program_of("postgres"), *where, "-c", "listen_addresses=", "-c", "shared_buffers=16MB"]

    def url_of(self, database: str) -> str:
        return f"postgresql://postgres@/{database}?host={self.folder}&port={self.port}"

    def ready(self) -> bool:
        try:
            with psycopg.connect(self.url_of("postgres"), connect_timeout=2):
                return True
        except psycopg.Error:
            return False

    def clear(self) -> str:
        """A fresh database."""
        self._databases += 1
        name = f"hits{self._databases}"
        with psycopg.connect(self.url_of("postgres"), autocommit=True) as db:
            db.execute(f"CREATE DATABASE {name}")
        return self.url_of(name)


def program_of(name: str) -> str:
    """One of PostgreSQL's own programs; Debian's newest version."""
    return str(POSTGRES[-1] / name) if POSTGRES else program(name)


@contextmanager
def running(kind: type[Redis] | type[Postgres]) -> Iterator[Redis | Postgres]:
    """An engine for the length of a block."""
    folder = Path(tempfile.mkdtemp(prefix="hits-"))
    folder.chmod(0o755)
    engine = kind(folder)
    try:
        engine.start()
        yield engine
    finally:
        engine.kill(signal.SIGINT if kind is Postgres else signal.SIGKILL)  # Redis does not end while it begins a log
        with contextlib.suppress(OSError):
            shutil.rmtree(folder)
