"""How a worker's process is created, and the frames that pass through its pipes.

A fork has all modules loaded and shares their memory: 1 ms instead of 300 ms for each worker. It is safe as long as
no other thread runs, since a lock that one holds would stay locked in the child for ever; and only Linux's libraries
support it. So a build from the command line forks; the preview, Windows and macOS start a new Python.

A frame is four bytes of length, then so many bytes.
"""

from __future__ import annotations

import gc
import os
import signal
import struct
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterable
from contextlib import suppress
from pathlib import Path
from typing import BinaryIO, NoReturn, Protocol, TypeVar, cast

_IMPORT_ROOT = str(Path(__file__).parents[2])
CHILD_SCRIPT = "import sys; sys.path.insert(0, sys.argv[1]); from {module} import main; main()"
"""A spawned child finds the package where we found it, and nothing in the current folder (``-P``); ``module`` is the
one of the function that a forked child would run, and its ``main`` does the same."""

_PIPE_BYTES = 1 << 20
"""Capacity of a pipe: some fifty answers, so that a worker need not wait until somebody listens."""
_READ_BUFFER_BYTES = 1 << 16
"""Bytes that are taken from a pipe at a time: some answers, so that the build's threads, which share one interpreter,
do not ask for each of them twice. No more: a larger buffer has the C library keep what is freed afterwards (40 MB).
"""


MAX_WORKER_MEGABYTES = 512
"""What one worker may add to its memory."""

COUNTS_PROCESSOR_TIME = hasattr(signal, "setitimer")
"""Whether the system can count a job's processor time; elsewhere the pool's clock must do."""


class Process(Protocol):
    """A worker's process, and its pipes."""

    stdin: BinaryIO
    stdout: BinaryIO

    def alive(self) -> bool: ...

    def kill(self) -> None:
        """May be called from another thread than the one that waits."""

    def wait(self) -> int:
        """Its exit code, negative for a signal."""


Serve = Callable[[BinaryIO, BinaryIO], None]
"""What a forked child does with what comes in, and where its answers go."""


def create_process(serve: Serve) -> Process:
    """A worker's process: forked where that is safe, else a separate interpreter (`CHILD_SCRIPT`).

    Raises `OSError` when there is none to be had.
    """
    return fork_process(serve) if may_fork() else _SpawnedProcess(serve.__module__)


def may_fork() -> bool:
    """Whether a copy of this process can be trusted now."""
    if sys.platform != "linux" or threading.active_count() > 1:
        return False
    for _ in range(_EXIT_CHECKS):
        if count_threads() == 1:
            return True
        time.sleep(0.001)
    return False


_EXIT_CHECKS = 100
"""A thread that Python has waited for may need a moment, on a busy computer, until the system has ended it."""


def count_threads() -> int:
    """Threads of this process, also those that Python knows nothing of (Linux)."""
    return len(os.listdir("/proc/self/task"))  # noqa: PTH208 - only counted


# ── a separate interpreter


class _SpawnedProcess:
    def __init__(self, module: str) -> None:
        script = CHILD_SCRIPT.replace("{module}", module)
        self._process = subprocess.Popen(
            [sys.executable, "-P", "-X", "utf8", "-W", "ignore", "-c", script, _IMPORT_ROOT],
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


# ── a copy of this process


def fork_process(serve: Serve) -> Process:
    """A copy of this process that does one thing and ends; to be called only while `may_fork` is true.

    Raises `OSError` when the system has no room for it; nothing is left open then.
    """
    ends: list[int] = []
    try:
        ends += _open_pipe()
        ends += _open_pipe()
        pid = _fork()
    except OSError:
        for end in ends:
            os.close(end)
        raise
    incoming, into, out, outgoing = ends
    if pid == 0:
        _run_child(serve, incoming, outgoing)
    os.close(incoming)
    os.close(outgoing)
    return _ForkedProcess(pid, os.fdopen(into, "wb"), os.fdopen(out, "rb", _READ_BUFFER_BYTES))


def _fork() -> int:
    gc.freeze()  # what is here already stays shared, instead of being copied when the child's collector looks at it
    pid = -1
    try:
        pid = os.fork()
    finally:
        if pid != 0:
            gc.unfreeze()
    return pid


class _ForkedProcess:
    def __init__(self, pid: int, stdin: BinaryIO, stdout: BinaryIO) -> None:
        self.stdin = stdin
        self.stdout = stdout
        self._pid = pid
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
        """The exit code once it has ended; under the lock: the id may be reused after that."""
        with self._lock:
            if self._code is None:
                pid, status = os.waitpid(self._pid, os.WNOHANG)
                self._code = os.waitstatus_to_exitcode(status) if pid else None
            return self._code


def _open_pipe() -> tuple[int, int]:
    """Both ends above the standard streams, even where those are closed."""
    ends = [end for end in os.pipe() if end > 2]
    if len(ends) < 2:
        return _open_pipe()
    if sys.platform == "linux":
        from fcntl import F_SETPIPE_SZ, fcntl  # not on every system

        with suppress(OSError):  # the system's limit for one user
            fcntl(ends[1], F_SETPIPE_SZ, _PIPE_BYTES)
    return ends[0], ends[1]


def _run_child(serve: Serve, incoming: int, outgoing: int) -> NoReturn:
    """Nothing of the parent's is touched: its files are closed without being flushed, and nothing is cleaned up.

    What a library prints is discarded; the pipes of other workers must not stay open here, or they would never end.
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


# ── frames

_FRAME_LENGTH = struct.Struct("<I")


def read_frame(stream: BinaryIO) -> bytes | None:
    """The next frame; None at the end, also when the other side died in the middle of one."""
    header = stream.read(_FRAME_LENGTH.size)
    if len(header) < _FRAME_LENGTH.size:
        return None
    (length,) = _FRAME_LENGTH.unpack(header)
    frame = stream.read(length)
    return frame if len(frame) == length else None


def write_frame(stream: BinaryIO, frame: bytes) -> None:
    """Send a frame at once. Raises `OSError` when the other side has ended."""
    stream.write(_FRAME_LENGTH.pack(len(frame)) + frame)
    stream.flush()


_READY = b"ready"
"""A worker's first frame: it can be given work."""

_Piece = TypeVar("_Piece")


def answer_batches(
    incoming: BinaryIO,
    outgoing: BinaryIO,
    decode: Callable[[bytes], Iterable[_Piece]],
    answer: Callable[[_Piece], bytes],
) -> None:
    """What every worker does: say that it is ready, then send one answer for each piece of each batch."""
    write_frame(outgoing, _READY)
    while (batch := read_frame(incoming)) is not None:
        for piece in decode(batch):
            write_frame(outgoing, answer(piece))
