"""The service as a process of its own, readers who ask it, and a wire to the engine that can be cut."""

from __future__ import annotations

import asyncio
import contextlib
import os
import re
import signal
import socket
import subprocess
import sys
import threading
import time
import urllib.error
import urllib.request
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from bulletin.core.keys import Key, KeyList, write_keys
from tests.browser.nginx import free_port
from tests.conftest import ROOT
from tests.hits.conftest import FIREFOX

SECONDS = 30


def write_pages(path: Path, count: int) -> list[str]:
    """A list of keys with so many pages."""
    keys = tuple(Key(f"issue:{n}", f"issues/{n}/", f"第{n}期", str(n), "2026-01-01") for n in range(count))
    path.write_bytes(write_keys(KeyList("", keys)))
    return [key.key for key in keys]


class Service:
    """`bulletin hits serve`, which can be stopped and killed with all its processes."""

    def __init__(self, folder: Path, store: str, *words: str, at: Path | None = None, **environment: str) -> None:
        self.port = free_port()
        self.socket = at
        self.address = f"http://127.0.0.1:{self.port}/"
        bind = f"unix:{at}" if at else f"127.0.0.1:{self.port}"
        command = [sys.executable, "-m", "bulletin", "hits", "serve", "--bind", bind]
        command += ["--store", store, "--keys", str(folder / "hits-keys.json"), "--proxy", "127.0.0.1", *words]
        self.log = folder / f"service-{self.port}.log"
        with self.log.open("wb") as log:
            self.process = subprocess.Popen(
                command,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                cwd=folder,
                env={**os.environ, "PYTHONPATH": str(ROOT), "LANGUAGE": "en", **environment},
                start_new_session=True,
            )

    def wait(self, status: int = 200) -> None:
        """Until the service says it is well (or that it is not)."""
        end = time.monotonic() + SECONDS
        while self.health() != status:
            if self.process.poll() is not None or time.monotonic() > end:
                raise AssertionError(self.log.read_text("utf-8", "replace") or "no answer in time")
            time.sleep(0.02)

    def health(self) -> int:
        if self.socket:
            with socket.socket(socket.AF_UNIX) as wire:
                return 0 if wire.connect_ex(str(self.socket)) else 200
        try:
            with urllib.request.urlopen(self.address + "_hits/health", timeout=5) as reply:
                return int(reply.status)
        except urllib.error.HTTPError as error:
            with error:
                return error.code
        except OSError:
            return 0

    def memory(self) -> float:
        """MB that its largest process has for itself."""
        pid = self.process.pid
        children = Path(f"/proc/{pid}/task/{pid}/children").read_text().split()
        texts = [Path(f"/proc/{each}/status").read_text() for each in (str(pid), *children)]
        return max(int(re.findall(r"VmRSS:\s+(\d+)", text)[0]) for text in texts) / 1024

    def get(self, path: str) -> bytes:
        with urllib.request.urlopen(self.address + path, timeout=10) as reply:
            return bytes(reply.read())

    def kill(self) -> None:
        """At once, all of it."""
        with contextlib.suppress(ProcessLookupError):
            os.killpg(self.process.pid, signal.SIGKILL)
        self.process.wait(SECONDS)

    def stop(self) -> int:
        """As systemd does; returns the exit code."""
        if self.process.poll() is None:
            self.process.terminate()
        try:
            return self.process.wait(SECONDS)
        finally:
            self.kill()


@contextmanager
def service(folder: Path, store: str, *words: str, at: Path | None = None, **environment: str) -> Iterator[Service]:
    """A running service for the length of a block."""
    started = Service(folder, store, *words, at=at, **environment)
    try:
        started.wait()
        yield started
    finally:
        started.stop()


# ── readers


class Crowd:
    """Clients that each keep a connection open and are somebody else with every hit."""

    def __init__(self, ports: list[int], pages: list[str], clients: int, salt: int = 0) -> None:
        self._ports = ports
        self._pages = pages
        self._clients = clients
        self._salt = salt
        self.sent: Counter[str] = Counter()
        self.acknowledged: Counter[str] = Counter()
        self.refused = 0
        self.stopping = False

    def run(self, each: int | None = None) -> None:
        """So many hits a client, or until told to stop; a lost connection ends its client."""
        asyncio.run(self._run(each))

    @contextmanager
    def running(self) -> Iterator[None]:
        """In the background, for the length of a block."""
        thread = threading.Thread(target=self.run)
        thread.start()
        try:
            yield
        finally:
            self.stopping = True
            thread.join(SECONDS)

    async def _run(self, each: int | None) -> None:
        await asyncio.gather(*(self._client(number, each) for number in range(self._clients)))

    async def _client(self, number: int, each: int | None) -> None:
        port = self._ports[number % len(self._ports)]
        done = 0
        while not self.stopping and (each is None or done < each):
            try:
                reader, writer = await asyncio.open_connection("127.0.0.1", port)
            except OSError:
                if each is None:
                    await asyncio.sleep(0.02)
                    continue
                raise
            try:
                while not self.stopping and (each is None or done < each):
                    await self._hit(reader, writer, number, done)
                    done += 1
            except (OSError, asyncio.IncompleteReadError):
                if each is not None:
                    raise
                done += 1
            finally:
                writer.close()

    async def _hit(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter, number: int, turn: int) -> None:
        page = self._pages[(number + turn) % len(self._pages)]
        self.sent[page] += 1
        writer.write(request(page, address_of(self._salt, number, turn)))
        head = await reader.readuntil(b"\r\n\r\n")
        body = await reader.readexactly(int(head.lower().partition(b"content-length: ")[2].partition(b"\r")[0]))
        if head.startswith(b"HTTP/1.1 200") and b'"c":1' in body:
            self.acknowledged[page] += 1
        else:
            self.refused += 1


def address_of(salt: int, client: int, turn: int) -> str:
    """An address, in a network of its own, for each hit."""
    return f"{salt % 200 + 20}.{client % 256}.{turn // 250 % 256}.{turn % 250 + 1}"


def request(page: str, address: str, agent: str = FIREFOX) -> bytes:
    """A hit as nginx passes it on."""
    return (
        f"POST /_hits/v HTTP/1.1\r\nHost: h\r\nUser-Agent: {agent}\r\nX-Forwarded-For: {address}\r\n"
        f"Content-Length: {len(page.encode())}\r\n\r\n{page}"
    ).encode()


# ── a wire that can be cut


class Wire:
    """Passes connections on to an engine; told to cut, it takes the request along and swallows the reply."""

    def __init__(self, target: int | str) -> None:
        self._target = target
        self._cutting = threading.Event()
        self.cuts = 0
        self._server = socket.create_server(("127.0.0.1", 0))
        self.port = int(self._server.getsockname()[1])
        self._open: list[socket.socket] = []
        self._threads = [self._begin(self._accept)]

    def cut(self) -> None:
        """The next reply is lost, and with it the connection."""
        self._cutting.set()

    def close(self) -> None:
        for each in (self._server, *self._open):
            with contextlib.suppress(OSError):
                each.shutdown(socket.SHUT_RDWR)
            each.close()
        for thread in self._threads:
            thread.join(5)

    def _begin(self, work: Callable[..., None], *words: object) -> threading.Thread:
        thread = threading.Thread(target=work, args=words)
        thread.start()
        return thread

    def _accept(self) -> None:
        with contextlib.suppress(OSError):
            while True:
                near, _ = self._server.accept()
                far = self._reach()
                self._open += [near, far]
                self._threads += [self._begin(self._pass, near, far, False), self._begin(self._pass, far, near, True)]

    def _reach(self) -> socket.socket:
        if isinstance(self._target, int):
            return socket.create_connection(("127.0.0.1", self._target))
        far = socket.socket(socket.AF_UNIX)
        far.connect(self._target)
        return far

    def _pass(self, source: socket.socket, target: socket.socket, replies: bool) -> None:
        with contextlib.suppress(OSError):
            while data := source.recv(65_536):
                if replies and self._cutting.is_set():
                    self._cutting.clear()
                    self.cuts += 1
                    break
                target.sendall(data)
        for each in (source, target):
            with contextlib.suppress(OSError):
                each.shutdown(socket.SHUT_RDWR)
