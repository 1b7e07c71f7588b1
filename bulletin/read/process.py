"""How a worker's process begins: forked where that is safe, started anew everywhere else.

A fork has all modules loaded and shares their memory: 1 ms instead of 300 ms for each worker. It is safe as long as
no other thread runs, since a lock that one holds would stay locked in the child for ever; and only Linux's libraries
bear it. So a build from the command line forks, and the preview, Windows and macOS start Python anew.
"""

from __future__ import annotations

import gc
import os
import signal
import subprocess
import sys
import threading
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import BinaryIO, Protocol, cast

PACKAGE = str(Path(__file__).parents[2])
START = "import sys; sys.path.insert(0, sys.argv[1]); from bulletin.read.worker import main; main()"
"""The child finds the package where we found it, and nothing in the current folder (``-P``)."""


class Process(Protocol):
    """A worker's process, and its pipes."""

    stdin: BinaryIO
    stdout: BinaryIO

    def alive(self) -> bool: ...

    def kill(self) -> None:
        """May be called from another thread than the one that waits."""

    def wait(self) -> int:
        """Its exit code, negative for a signal."""


class Started:
    """A Python of its own. Raises `OSError` when there is none to be had."""

    def __init__(self) -> None:
        self._process = subprocess.Popen(
            [sys.executable, "-P", "-X", "utf8", "-W", "ignore", "-c", START, PACKAGE],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            creationflags=getattr(subprocess, "CREATE_NO_WINDOW", 0),
        )
        self.stdin = cast(BinaryIO, self._process.stdin)
        self.stdout = cast(BinaryIO, self._process.stdout)

    def alive(self) -> bool:
        return self._process.poll() is None

    def kill(self) -> None:
        self._process.kill()

    def wait(self) -> int:
        return self._process.wait()


def may_fork() -> bool:
    """Whether a copy of this process can be trusted now; the system counts the threads that Python knows nothing of."""
    return sys.platform == "linux" and len(os.listdir("/proc/self/task")) == 1  # noqa: PTH208 - only counted


Serve = Callable[[BinaryIO, BinaryIO], None]
"""What the child does with what comes in, and where its answers go."""


class Forked:
    """A copy of this process that does one thing and ends. Raises `OSError` when the system has no room for it."""

    def __init__(self, serve: Serve) -> None:
        incoming, into = _pipe()
        out, outgoing = _pipe()
        gc.freeze()  # what is here already stays shared, instead of being copied when the child's collector looks at it
        self._pid = os.fork()
        if self._pid == 0:
            _run_child(serve, incoming, outgoing)
        gc.unfreeze()
        os.close(incoming)
        os.close(outgoing)
        self.stdin: BinaryIO = os.fdopen(into, "wb")
        self.stdout: BinaryIO = os.fdopen(out, "rb", TAKEN)
        self._lock = threading.Lock()
        self._code: int | None = None

    def alive(self) -> bool:
        return self._reap() is None

    def kill(self) -> None:
        with self._lock:
            if self._code is None:
                os.kill(self._pid, signal.SIGKILL)

    def wait(self) -> int:
        while (code := self._reap()) is None:
            os.waitid(os.P_PID, self._pid, os.WEXITED | os.WNOWAIT)
        return code

    def _reap(self) -> int | None:
        """The exit code once it has ended; under the lock, so that nobody kills a stranger that got its number."""
        with self._lock:
            if self._code is None:
                pid, status = os.waitpid(self._pid, os.WNOHANG)
                self._code = os.waitstatus_to_exitcode(status) if pid else None
            return self._code


PIPE = 1 << 20
"""Bytes of a pipe: some fifty answers, so that a worker need not wait until somebody listens."""
TAKEN = 1 << 16
"""Bytes that are taken from it at a time: some answers, so that the build's threads, which share one interpreter, do
not ask for each of them twice. No more: a larger buffer has the C library keep what is freed afterwards (40 MB).
"""


def _pipe() -> tuple[int, int]:
    """Both ends above the standard streams, even where those are closed."""
    ends = [end for end in os.pipe() if end > 2]
    if len(ends) < 2:
        return _pipe()
    if sys.platform == "linux":
        from fcntl import F_SETPIPE_SZ, fcntl  # not on every system

        with suppress(OSError):  # the system's limit for one user
            fcntl(ends[1], F_SETPIPE_SZ, PIPE)
    return ends[0], ends[1]


def _run_child(serve: Serve, incoming: int, outgoing: int) -> None:
    """Nothing of the parent's is touched: its files are closed without being flushed, and nothing is cleaned up.

    What a library prints goes nowhere; what other workers are told must not stay open here, or they would never end.
    """
    try:
        signal.signal(signal.SIGINT, signal.SIG_IGN)  # the parent hears it too, and ends us
        null = os.open(os.devnull, os.O_RDWR)
        for stream in range(3):
            os.dup2(null, stream)
        sys.stdout = sys.stderr = os.fdopen(1, "w")
        for name in os.listdir("/proc/self/fd"):  # noqa: PTH208 - numbers
            if int(name) > 2 and int(name) not in (incoming, outgoing):
                with suppress(OSError):  # the folder's own, closed by now
                    os.close(int(name))
        serve(os.fdopen(incoming, "rb"), os.fdopen(outgoing, "wb"))
    finally:
        os._exit(1 if sys.exc_info()[0] else 0)
