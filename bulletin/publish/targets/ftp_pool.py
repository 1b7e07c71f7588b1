"""Several FTP connections for many small things: each waits most of the time."""

from __future__ import annotations

import queue
import threading
from collections.abc import Callable, Iterable, Iterator
from itertools import chain, islice
from typing import TypeVar

from bulletin.core.errors import PublishError
from bulletin.publish.targets.ftp_client import FtpClient

_T = TypeVar("_T")

_CONNECTIONS = 6
"""At once; more than that, many providers refuse."""
_FEW = 16
"""Things for which no further connection is made."""


class FtpPool:
    """Makes further connections for as long as they are of use."""

    def __init__(self, connect: Callable[[], FtpClient]) -> None:
        self.connect = connect
        self._most = _CONNECTIONS
        """How many the server has let in."""

    def each(
        self,
        client: FtpClient,
        things: Iterable[_T],
        action: Callable[[FtpClient, _T], None],
        done: Callable[[_T], None] = lambda _: None,
    ) -> None:
        """Do something with each; ``done`` is called in the caller's thread. Raises the first error, after which
        nothing more is begun."""
        rest = iter(things)
        first = list(islice(rest, _FEW))
        if len(first) < _FEW or self._most == 1:
            for thing in chain(first, rest):
                action(client, thing)
                done(thing)
            return
        self._together(client, chain(first, rest), action, done)

    def _together(
        self,
        client: FtpClient,
        things: Iterator[_T],
        action: Callable[[FtpClient, _T], None],
        done: Callable[[_T], None],
    ) -> None:
        shared = _Shared(things)
        threads = [
            threading.Thread(target=self._work, args=(shared, action, client if i == 0 else None), daemon=True)
            for i in range(self._most)
        ]
        for thread in threads:
            thread.start()
        try:
            for _ in threads:
                while (result := shared.results.get()) is not shared.end:
                    if isinstance(result, BaseException):
                        raise result
                    done(result)  # type: ignore[arg-type]
        finally:
            shared.stop()
            for thread in threads:
                thread.join()

    def _work(self, shared: _Shared[_T], action: Callable[[FtpClient, _T], None], client: FtpClient | None) -> None:
        own = client
        try:
            if own is None:
                try:
                    own = self.connect()
                except PublishError:  # so many are too many
                    self._most = max(1, self._most - 1)
                    return
            for thing in shared:
                action(own, thing)
                shared.results.put(thing)
        except BaseException as error:  # noqa: BLE001 - raised by `_together`
            shared.stop()
            shared.results.put(error)
        finally:
            if own is not None and client is None:
                own.leave()
            shared.results.put(shared.end)


class _Shared(Iterator[_T]):
    """Things that several threads take, each once."""

    def __init__(self, things: Iterator[_T]) -> None:
        self.results = queue.SimpleQueue[object]()
        self.end = object()
        self._things = things
        self._lock = threading.Lock()
        self._stopped = False

    def stop(self) -> None:
        self._stopped = True

    def __next__(self) -> _T:
        with self._lock:
            if self._stopped:
                raise StopIteration
            return next(self._things)
