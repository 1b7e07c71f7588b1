"""Readers who fetch pages all the time while something else is going on, and write down what they got."""

from __future__ import annotations

import hashlib
import http.client
import itertools
import random
import threading
import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from typing import NamedTuple
from urllib.parse import quote, urlsplit

Look = Callable[[str, bytes], Iterable[str]]


class Read(NamedTuple):
    """One fetched page."""

    path: str
    """As it was asked for, unquoted."""
    status: int
    """0: no whole answer; `error` says why."""
    digest: str
    """SHA-256 of the body."""
    begun: float
    ended: float
    """Both by `time.monotonic`."""
    mark: str
    """What `mark` found in the body: for example the release that it names."""
    page: str
    """The page that names this file, for what was fetched because a page names it; else nothing."""
    error: str = ""


class Readers:
    """Threads that read until told to stop."""

    def __init__(
        self,
        address: str,
        paths: Sequence[str],
        *,
        count: int = 4,
        pause: float = 0.0,
        follow: Look | None = None,
        mark: Callable[[bytes], str] | None = None,
    ) -> None:
        self.reads = list[Read]()
        """In the order in which they ended; grows while the readers read."""
        parts = urlsplit(address)
        self._where = (parts.hostname or "", parts.port or 80)
        self._before = parts.path.rstrip("/")
        self._paths = paths
        self._pause = pause
        self._follow = follow
        self._mark = mark
        self._stopping = threading.Event()
        self._faults = list[BaseException]()
        self._threads = [threading.Thread(target=self._read, args=(seed,), daemon=True) for seed in range(count)]

    def start(self) -> None:
        for thread in self._threads:
            thread.start()

    def stop(self) -> None:
        """Wait until all have ended. Raises what a callback of ours raised."""
        self._stopping.set()
        for thread in self._threads:
            thread.join(30)
        if self._faults:
            raise self._faults[0]

    def wait(self, count: int, seconds: float = 60) -> None:
        """Until there are so many reads in all."""
        end = time.monotonic() + seconds
        while len(self.reads) < count:
            assert time.monotonic() < end, f"{len(self.reads)} reads only"
            time.sleep(0.005)

    def _read(self, seed: int) -> None:
        wire = http.client.HTTPConnection(*self._where, timeout=20)
        chosen = random.Random(seed)
        try:
            for path in (chosen.choice(self._paths) for _ in itertools.count()):
                if self._stopping.is_set():
                    return
                body = self._fetch(wire, path, "")
                for name in self._follow(path, body) if self._follow else ():
                    self._fetch(wire, name, path)
                time.sleep(self._pause)
        except BaseException as error:  # noqa: BLE001 - raised by `stop`
            self._faults.append(error)
        finally:
            wire.close()

    def _fetch(self, wire: http.client.HTTPConnection, path: str, page: str) -> bytes:
        begun, status, body, error = time.monotonic(), 0, b"", ""
        try:
            wire.request("GET", self._before + quote(path))
            reply = wire.getresponse()
            body = reply.read()
            status = reply.status
        except (OSError, http.client.HTTPException) as failure:
            error = repr(failure)
            wire.close()
        mark = self._mark(body) if self._mark and status == 200 else ""
        digest = hashlib.sha256(body).hexdigest()
        self.reads.append(Read(path, status, digest, begun, time.monotonic(), mark, page, error))
        return body if status == 200 else b""


@contextmanager
def keep_reading(
    address: str,
    paths: Sequence[str],
    *,
    count: int = 4,
    pause: float = 0.0,
    follow: Look | None = None,
    mark: Callable[[bytes], str] | None = None,
) -> Iterator[Readers]:
    """Fetch paths (``/issues/1/``) from an address at random, in ``count`` threads, for the length of a block.

    ``follow(path, body)`` gives the paths that are fetched directly after a page: its assets, or a second page.
    ``mark(body)`` gives what is kept of the body, in `Read.mark`. ``pause`` is in seconds, after each page.
    """
    readers = Readers(address, paths, count=count, pause=pause, follow=follow, mark=mark)
    readers.start()
    try:
        yield readers
    finally:
        readers.stop()
