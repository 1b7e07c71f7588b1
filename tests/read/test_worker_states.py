"""The states of a worker: each transition, and what has no effect in a state."""

from __future__ import annotations

import io
import math
import signal
import sys
import time
from collections.abc import Callable
from typing import BinaryIO

import pytest

from bulletin.read.handle import NEXT_STATES, WorkerHandle, WorkerState
from bulletin.read.process import write_frame

PAST = -math.inf
"""Seconds from now, for a deadline that has passed."""


class FakeProcess:
    """Has sent some frames, and ends at the last with an exit code."""

    def __init__(self, frames: int, code: int = 1) -> None:
        self.stdin: BinaryIO = io.BytesIO()
        self.stdout: BinaryIO = io.BytesIO()
        for number in range(frames):
            write_frame(self.stdout, b"%d" % number)
        self.stdout.seek(0)
        self.killed = False
        self.ended = False
        self._code = code

    def alive(self) -> bool:
        return not self.killed and not self.ended

    def kill(self) -> None:
        self.killed = True

    def wait(self) -> int:
        return self._code


def starting(frames: int = 0, code: int = 1) -> tuple[WorkerHandle, FakeProcess]:
    process = FakeProcess(frames, code)
    return WorkerHandle(process), process


def ready(frames: int = 0, code: int = 1) -> tuple[WorkerHandle, FakeProcess]:
    worker, process = starting(1 + frames, code)
    assert worker.wait_ready()
    return worker, process


def busy(frames: int = 0, code: int = 1, seconds: float = math.inf) -> tuple[WorkerHandle, FakeProcess]:
    worker, process = ready(frames, code)
    worker.dispatch(b"batch", 2, seconds)
    return worker, process


def test_a_new_worker_is_starting_and_takes_no_work() -> None:
    worker, process = starting(1)
    assert worker.state is WorkerState.STARTING
    worker.dispatch(b"batch", 1)
    assert worker.state is WorkerState.STARTING
    assert process.stdin.tell() == 0


def test_starting_to_ready() -> None:
    worker, _ = starting(1)
    assert worker.wait_ready()
    assert worker.state is WorkerState.READY
    assert worker.wait_ready()  # asks nothing more of it


def test_starting_to_crashed() -> None:
    worker, process = starting()
    assert not worker.wait_ready()
    assert worker.state is WorkerState.CRASHED
    assert process.killed


def test_starting_to_overdue() -> None:
    worker, process = starting()
    process.stdout = Watched(worker)
    assert not worker.wait_ready(PAST)
    assert worker.state is WorkerState.OVERDUE
    assert process.killed


class Watched(io.BytesIO):
    """A pipe on which one waits until the watch has looked."""

    def __init__(self, worker: WorkerHandle) -> None:
        super().__init__()
        self._worker = worker

    def read(self, _size: int | None = -1) -> bytes:
        self._worker.kill_if_overdue()
        return b""


def test_ready_to_busy() -> None:
    worker, process = ready()
    worker.dispatch(b"batch", 2)
    assert worker.state is WorkerState.BUSY
    assert process.stdin.getvalue() == b"\5\0\0\0batch"  # type: ignore[attr-defined]


def test_nothing_to_do_leaves_a_worker_ready() -> None:
    worker, process = ready()
    worker.dispatch(b"batch", 0)
    assert worker.state is WorkerState.READY
    assert worker.next_answer() is None
    assert process.stdin.tell() == 0


def test_ready_to_crashed() -> None:
    worker, process = ready()
    assert worker.alive()
    process.ended = True
    assert not worker.alive()
    assert worker.state is WorkerState.CRASHED


def test_ready_is_never_overdue() -> None:
    worker, process = busy(2, seconds=PAST)
    assert worker.next_answer()
    assert worker.next_answer()
    worker.kill_if_overdue()
    assert worker.state is WorkerState.READY
    assert not process.killed


def test_busy_to_busy_with_the_next_deadline(monkeypatch: pytest.MonkeyPatch) -> None:
    now = 0.0
    monkeypatch.setattr(time, "monotonic", lambda: now)
    worker, process = busy(1, seconds=5.0)
    now = 4.0
    assert worker.next_answer() == b"1"
    assert worker.state is WorkerState.BUSY
    now = 8.0
    worker.kill_if_overdue()
    assert not process.killed
    now = 10.0
    worker.kill_if_overdue()
    assert process.killed


def test_busy_to_ready() -> None:
    worker, _ = busy(2)
    assert [worker.next_answer(), worker.next_answer(), worker.next_answer()] == [b"1", b"2", None]
    assert worker.state is WorkerState.READY


def test_busy_to_overdue_by_our_clock() -> None:
    worker, process = busy(2, seconds=PAST)
    worker.kill_if_overdue()
    assert worker.state is WorkerState.OVERDUE
    assert process.killed
    assert worker.next_answer() is None, "the job that missed its deadline is the one that is blamed"
    assert worker.state is WorkerState.OVERDUE


@pytest.mark.skipif(sys.platform == "win32", reason="no clock of a process there")
def test_busy_to_overdue_by_the_systems_clock() -> None:
    worker, _ = busy(1, code=-signal.SIGPROF)
    assert [worker.next_answer(), worker.next_answer()] == [b"1", None]
    assert worker.state is WorkerState.OVERDUE


def test_busy_to_crashed() -> None:
    worker, process = busy(1)
    assert [worker.next_answer(), worker.next_answer()] == [b"1", None]
    assert worker.state is WorkerState.CRASHED
    assert process.killed


@pytest.mark.parametrize("begin", [starting, ready, busy])
def test_any_to_stopped(begin: Callable[..., tuple[WorkerHandle, FakeProcess]]) -> None:
    worker, process = begin(2)
    worker.stop()
    assert worker.state is WorkerState.STOPPED
    assert process.killed
    worker.dispatch(b"batch", 1)
    assert not worker.wait_ready()
    assert worker.next_answer() is None
    assert worker.state is WorkerState.STOPPED


def test_an_end_keeps_its_reason() -> None:
    worker, process = starting(code=3)
    worker.wait_ready()
    assert worker.close() == 3
    assert worker.state is WorkerState.CRASHED
    assert process.stdin.closed
    assert process.stdout.closed


def test_every_transition_has_its_test() -> None:
    tested = {name.removeprefix("test_") for name in globals() if name.startswith("test_")}
    for state, following in NEXT_STATES.items():
        for then in following - {WorkerState.STOPPED}:
            assert any(name.startswith(f"{state.value}_to_{then.value}") for name in tested), (state, then)
