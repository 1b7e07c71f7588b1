"""Real engines for the tests: Debian's Redis and PostgreSQL, each in a folder of its own, stopped by its process id."""

from __future__ import annotations

import os
import pwd
import signal
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import psycopg
import redis

from tests.browser.nginx import free_port
from tests.browser.tools import program
from tests.processes import Server, open_folder

POSTGRES = sorted(Path("/usr/lib/postgresql").glob("*/bin"))
"""Debian keeps the server's programs out of the path."""


class Redis(Server):
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


class Postgres(Server):
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
    with open_folder("hits-") as folder:
        engine = kind(folder)
        try:
            engine.start()
            yield engine
        finally:
            # Redis does not end while it begins a log.
            engine.kill(signal.SIGINT if kind is Postgres else signal.SIGKILL)
