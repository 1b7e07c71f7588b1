"""Workers for tests in a fraction of a second: copies of a Python that has loaded what they need.

A worker of pytest-xdist has a thread more than a build from the command line, so that each pool of a build would start
a Python anew, some thousand times in all. Here such a Python is started once for each worker of pytest-xdist; it
has no other thread, and forks for each worker that is asked for. What the worker does, its pipes, its end, the limits
of its time and memory are as ever; tests/read/test_pool.py, whose subject they are, has those that are spawned.
"""

from __future__ import annotations

import gc
import json
import os
import select
import signal
import socket
import subprocess
import sys
import threading
import weakref
from contextlib import suppress
from importlib import import_module
from pathlib import Path
from typing import Any, BinaryIO

from bulletin.check.name_lattice import lexicon
from bulletin.core.model import Source, SourceFile
from bulletin.read import process
from bulletin.read.messages import ReadJob, WorkerConfig
from bulletin.read.reading import ReadContext
from bulletin.read.worker import JobRunner

SPAWNED: Any = process._SpawnedProcess
"""The package's own way."""
_SCRIPT = process.CHILD_SCRIPT

_LOADED = ("bulletin.build.worker", "bulletin.check.source", "bulletin.read.pictures")
"""What a worker of a build may need, beside what its first job loads."""

_TEXT = "---\ndate: 2015-01-01\n---\n## 站务新闻\n\n### 走访\n\n**正文**\n".encode()
_FIRST_JOB = ReadJob("", Source("issue", "2015001", (SourceFile("content/issues/2015001.md", _TEXT),)))

_START = "import sys; sys.path.insert(0, sys.argv[1]); from tests.worker_server import main; main(int(sys.argv[2]))"
_MAX_REQUEST_BYTES = 1 << 17
_PID_BYTES = 16
"""Of the first answer, the process id; what follows is the exit code."""


def install() -> None:
    """Have this process's workers forked by a server of its own, which is started with the first."""
    if sys.platform == "linux":
        setattr(process, "_SpawnedProcess", _spawn)  # noqa: B010 - a class for mypy


def _spawn(module: str) -> Any:
    """Tests that put another script in its place mean it."""
    return ServedProcess(module) if process.CHILD_SCRIPT == _SCRIPT else SPAWNED(module)


# ── this side

_server: list[tuple[socket.socket, subprocess.Popen[bytes]]] = []
_starting = threading.Lock()


def _connection() -> socket.socket:
    with _starting:
        if not _server:
            here, there = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
            root = str(Path(__file__).parents[1])
            command = [sys.executable, "-P", "-X", "utf8", "-W", "ignore", "-c", _START, root, str(there.fileno())]
            null = subprocess.DEVNULL
            started = subprocess.Popen(command, stdin=null, stdout=null, stderr=null, pass_fds=(there.fileno(),))
            there.close()
            _server.append((here, started))  # it ends with the socket
        return _server[0][0]


class ServedProcess:
    """A `process.Process` that the server has forked, and whose end a parent of its own reports."""

    def __init__(self, module: str) -> None:
        incoming, into = os.pipe()
        out, outgoing = os.pipe()
        here, there = socket.socketpair()
        request = {"module": module, "environment": dict(os.environ), "folder": os.getcwd()}  # noqa: PTH109
        ends = (incoming, outgoing, there.fileno())
        socket.send_fds(_connection(), [json.dumps(request).encode()], ends)
        for end in (incoming, outgoing):
            os.close(end)
        there.close()
        self.stdin: BinaryIO = os.fdopen(into, "wb")
        self.stdout: BinaryIO = os.fdopen(out, "rb")
        self._pid = int(here.recv(_PID_BYTES))
        self._end = here.detach()
        weakref.finalize(self, os.close, self._end)
        self._lock = threading.Lock()
        self._code: int | None = None

    def alive(self) -> bool:
        return self._poll() is None

    def kill(self) -> None:
        if self.alive():
            with suppress(ProcessLookupError):  # it ended meanwhile
                os.kill(self._pid, signal.SIGKILL)

    def wait(self) -> int:
        while (code := self._poll()) is None:
            select.select([self._end], [], [])
        return code

    def _poll(self) -> int | None:
        """The exit code once it has ended."""
        with self._lock:
            if self._code is None and select.select([self._end], [], [], 0)[0]:
                self._code = int(os.read(self._end, 16) or -signal.SIGKILL)
            return self._code


# ── the server


def serve(requests: socket.socket) -> None:
    """Fork for each request, until the tests end."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # the tests hear it too
    while True:
        data, ends, _, _ = socket.recv_fds(requests, _MAX_REQUEST_BYTES, 3)
        with suppress(ChildProcessError):  # those that have ended
            while os.waitpid(-1, os.WNOHANG)[0]:
                pass
        if not data:
            return
        if os.fork() == 0:
            requests.close()
            _be_parent(json.loads(data), *ends)
        for end in ends:
            os.close(end)


def _be_parent(request: dict[str, Any], incoming: int, outgoing: int, end: int) -> None:
    """Start the worker, and report its process id, then its exit code."""
    pid = os.fork()
    if pid == 0:
        os.close(end)
        _be_worker(request, incoming, outgoing)
    os.close(incoming)
    os.close(outgoing)
    os.write(end, b"%*d" % (_PID_BYTES, pid))
    code = os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1])
    os.write(end, b"%d" % code)
    os._exit(0)


def _be_worker(request: dict[str, Any], incoming: int, outgoing: int) -> None:
    """As a Python that is started anew: with its pipes as standard streams, in that folder, with that environment."""
    os.dup2(incoming, 0)
    os.dup2(outgoing, 1)
    os.dup2(os.open(os.devnull, os.O_WRONLY), 2)
    os.close(incoming)
    os.close(outgoing)
    os.chdir(request["folder"])
    os.environ.clear()
    os.environ.update(request["environment"])
    try:
        import_module(request["module"]).main()
    finally:
        os._exit(1 if sys.exc_info()[0] else 0)


def load() -> None:
    """All that is the same for every station: modules, tables, the lexicon of names."""
    for name in _LOADED:
        import_module(name)
    JobRunner(WorkerConfig(ReadContext((), ""))).run(_FIRST_JOB)
    lexicon()
    gc.collect()
    gc.freeze()  # stays shared


def main(requests: int) -> None:
    """The server, in a process of its own; ``requests`` is the number of its open socket."""
    load()
    serve(socket.socket(fileno=requests))
