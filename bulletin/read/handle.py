"""The build's side of a worker process: its state, its pipes, and the deadline of its current job.

One thread at a time sends jobs to a worker and waits for the answers; another may check its deadline or stop it. So
every change of state is made in one place, under one lock, together with the deadline: a worker that has just been
given a job has that job's deadline, never an older one.
"""

from __future__ import annotations

import math
import signal
import threading
import time
from contextlib import suppress
from enum import Enum

from bulletin.read.process import Process, read_frame, write_frame


class WorkerState(Enum):
    """What a worker is doing, or why it ended."""

    STARTING = "starting"
    """Not yet ready for work."""
    READY = "ready"
    """Waiting for work; no deadline."""
    BUSY = "busy"
    """Must answer before the deadline."""
    OVERDUE = "overdue"
    """Killed for missing a deadline, by us or by the system."""
    CRASHED = "crashed"
    """Exited by itself."""
    STOPPED = "stopped"
    """Stopped because it is no longer needed."""


_S = WorkerState
NEXT_STATES: dict[WorkerState, frozenset[WorkerState]] = {
    _S.STARTING: frozenset((_S.READY, _S.OVERDUE, _S.CRASHED, _S.STOPPED)),
    _S.READY: frozenset((_S.BUSY, _S.CRASHED, _S.STOPPED)),
    _S.BUSY: frozenset((_S.BUSY, _S.READY, _S.OVERDUE, _S.CRASHED, _S.STOPPED)),
    _S.OVERDUE: frozenset(),
    _S.CRASHED: frozenset(),
    _S.STOPPED: frozenset(),
}
"""All allowed transitions; BUSY → BUSY is an answer with more to come."""

_OVERDUE_EXIT_CODE = -signal.SIGPROF if hasattr(signal, "SIGPROF") else None
"""Of a worker that the system killed at its CPU time limit."""


class WorkerHandle:
    """One worker process. All frames are opaque here; ``seconds`` are wall-clock time."""

    def __init__(self, process: Process, greeting: bytes | None = None) -> None:
        """``greeting`` is a frame that the worker waits for before it says that it is ready."""
        self._process = process
        self._lock = threading.RLock()
        self._state = WorkerState.STARTING
        self._deadline = math.inf
        self._seconds = math.inf
        self._owed = 0
        if greeting is not None:
            self._send(greeting)  # a worker that has already exited is noticed by the thread that waits for it

    @property
    def state(self) -> WorkerState:
        return self._state

    def wait_ready(self, seconds: float = math.inf) -> bool:
        """Wait until it can be given work; False when it has exited. Returns at once when it is ready."""
        if self._state is WorkerState.STARTING:
            with self._lock:
                self._deadline = time.monotonic() + seconds
            if read_frame(self._process.stdout) is None:
                self._lose()
            else:
                self._move(WorkerState.READY)
        return self._state is WorkerState.READY

    def dispatch(self, batch: bytes, answers: int, seconds: float = math.inf) -> None:
        """Send a ready worker a batch; it must send ``answers`` answers, each within ``seconds``."""
        self._seconds = seconds
        if answers and self._move(WorkerState.BUSY):
            self._owed = answers
            self._send(batch)

    def next_answer(self) -> bytes | None:
        """Wait for the next answer; None when all have arrived, or the worker has exited and the rest will not come."""
        if not self._owed:
            return None
        frame = read_frame(self._process.stdout)
        if frame is not None and self._move(WorkerState.BUSY if self._owed > 1 else WorkerState.READY):
            self._owed -= 1
            return frame
        self._lose()
        return None

    def alive(self) -> bool:
        """Whether it can still be used; one that exited while idle has crashed."""
        if not self._process.alive():
            self._move(WorkerState.CRASHED)
        return bool(NEXT_STATES[self._state])

    def kill_if_overdue(self) -> None:
        """Kill it when its answer is overdue; called from another thread than the one that waits."""
        with self._lock:
            if time.monotonic() > self._deadline and self._move(WorkerState.OVERDUE):
                self._process.kill()

    def stop(self) -> None:
        """Kill it, and accept no more work; the thread that waits for it, if one does, calls `close`."""
        self._move(WorkerState.STOPPED)
        self._process.kill()

    def close(self) -> int:
        """Kill it and wait for it to exit; returns its exit code."""
        self.stop()
        for stream in (self._process.stdin, self._process.stdout):
            with suppress(OSError):
                stream.close()
        return self._process.wait()

    def _move(self, to: WorkerState) -> bool:
        """Change the state and set the deadline that belongs to it; False when the transition is not allowed."""
        with self._lock:
            if to not in NEXT_STATES[self._state]:
                return False
            self._state = to
            self._deadline = time.monotonic() + self._seconds if to is WorkerState.BUSY else math.inf
            return True

    def _send(self, frame: bytes) -> None:
        with suppress(OSError, ValueError):  # it has exited, or was closed; reading its answers will show that
            write_frame(self._process.stdin, frame)

    def _lose(self) -> None:
        """No more answers will come: find out why."""
        self._process.kill()
        overdue = self._process.wait() == _OVERDUE_EXIT_CODE
        self._move(WorkerState.OVERDUE if overdue else WorkerState.CRASHED)
