"""Worker processes, started when first needed, killed when one source takes too long, replaced when they die.

The same plain pipes on every system, whichever way a process begins (process.py). A thread for each worker does
nothing but wait on its pipe. Workers may be kept between builds, which is what makes the preview quick.
"""

from __future__ import annotations

import queue
import signal
import threading
import time
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager, suppress
from enum import Enum
from itertools import islice
from types import TracebackType
from typing import BinaryIO, Self

import msgspec

from bulletin.core.errors import WorkerError
from bulletin.core.problems import N_, problem
from bulletin.read.process import Forked, Process, Started, may_fork
from bulletin.read.worker import (
    MEGABYTES,
    TIMED,
    Done,
    Hello,
    Job,
    PictureJob,
    Work,
    decode_done,
    encode,
    failed,
    read_frame,
    write_frame,
)

SECONDS = 5.0
"""How long one source may take: processor time where the system counts it, else by the clock."""
PATIENCE = 3.0 if TIMED else 1.0
"""So many times as long by the clock: a worker that waits for its turn on a busy computer is not late."""

BATCH_JOBS = 16
BATCH_BYTES = 128 * 1024
"""A batch goes to a worker in one piece; small enough that the workers finish together."""


class Pool:
    """Up to ``size`` workers. Use as a context manager, or call `close`."""

    def __init__(self, hello: Hello, size: int, seconds: float = SECONDS) -> None:
        self._hello = msgspec.structs.replace(hello, seconds=seconds)
        self._size = max(1, size)
        self._seconds = seconds
        self._idle: list[_Worker] = []

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def close(self) -> None:
        """End all workers; they hold nothing that could be lost."""
        while self._idle:
            worker = self._idle.pop()
            worker.kill()
            worker.end()

    def warm(self, count: int = 1) -> None:
        """Start workers, where that takes a millisecond, which load the parser while the caller sees what to read."""
        while len(self._idle) < min(count, self._size) and may_fork():
            self._idle.append(_forked(self._hello))

    @contextmanager
    def run(self, jobs: Iterable[Job]) -> Iterator[Iterator[tuple[Job, Done]]]:
        """Have the jobs done, in any order; every job comes back, with a problem when it hung or crashed its worker.

        ``jobs`` may be lazy: it is drawn from as workers become free. They begin at once, and need not be waited for.
        """
        run = _Run(jobs, self._hello, self._seconds, self._size, self._idle)
        try:
            yield run.results()
        finally:
            run.stop()


class _More(Enum):
    """Says that there is work for another worker."""

    MORE = 1


class _Run:
    """One call of `Pool.run`: the jobs and what came of them, as they are done."""

    def __init__(self, jobs: Iterable[Job], hello: Hello, seconds: float, size: int, idle: list[_Worker]) -> None:
        self._jobs = iter(jobs)
        self._again: list[list[Job]] = []
        self._lock = threading.Lock()
        self._hello = hello
        self._seconds = seconds
        self._size = size
        self._idle = idle
        self._busy: list[_Worker] = []
        self._results: queue.SimpleQueue[tuple[Job, Done] | BaseException | _More | None] = queue.SimpleQueue()
        self._wanted = 1
        self._stopped = False
        self._threads: list[threading.Thread] = []
        for _ in range(self._fork() or 1):
            self._add_thread()

    def results(self) -> Iterator[tuple[Job, Done]]:
        """What came of the jobs, as they are done."""
        running = len(self._threads)
        while running:
            self._kill_late()
            try:
                item = self._results.get(timeout=0.05)
            except queue.Empty:
                continue
            if isinstance(item, BaseException):
                raise item
            if item is _More.MORE:
                self._add_thread()
                running += 1
            elif item is None:
                running -= 1
            else:
                yield item

    def _fork(self) -> int:
        """Fork as many workers as there is work for, while no thread runs; returns how many."""
        if not may_fork():
            return 0
        self._again = list(islice(iter(self._draw, []), self._size))
        self._wanted = max(1, len(self._again))
        self._idle += [_forked(self._hello) for _ in self._again[len(self._idle) :]]
        return len(self._again)

    def _add_thread(self) -> None:
        thread = threading.Thread(target=self._serve, daemon=True)
        self._threads.append(thread)
        thread.start()

    def stop(self) -> None:
        """End what still runs, when the caller went away early."""
        self._stopped = True
        for worker in list(self._busy):
            worker.kill()
        for thread in self._threads:
            thread.join()

    def _kill_late(self) -> None:
        now = time.monotonic()
        for worker in list(self._busy):
            if now - worker.since > self._seconds * PATIENCE:
                worker.late = True
                worker.kill()

    def _take(self) -> list[Job]:
        with self._lock:
            if self._again:
                return self._again.pop()
            batch = self._draw()
            if batch and self._wanted < self._size and (ahead := self._draw()):
                self._again.append(ahead)
                self._wanted += 1
                self._results.put(_More.MORE)
            return batch

    def _draw(self) -> list[Job]:
        batch: list[Job] = []
        size = 0
        for job in self._jobs:
            batch.append(job)
            size += _weight(job)
            if len(batch) >= BATCH_JOBS or size >= BATCH_BYTES:
                break
        return batch

    def _serve(self) -> None:
        worker: _Worker | None = None
        try:
            while not self._stopped and (batch := self._take()):
                worker = worker or self._obtain()
                worker = self._do(worker, batch)
            if worker:
                self._release(worker)
        except BaseException as error:  # noqa: BLE001 - carried to the caller's thread, which raises it
            self._results.put(error)
        finally:
            self._results.put(None)

    def _obtain(self) -> _Worker:
        with self._lock:
            worker = self._idle.pop() if self._idle else None
        return worker if worker and worker.alive() else _start(self._hello)

    def _release(self, worker: _Worker) -> None:
        with self._lock:
            self._idle.append(worker)

    def _do(self, worker: _Worker, batch: list[Job]) -> _Worker | None:
        """Give a batch to a worker; returns the worker while it lives."""
        self._busy.append(worker)
        try:
            done = 0
            for job, result in zip(batch, worker.answers(batch), strict=False):
                done += 1
                self._results.put((job, result))
        finally:
            self._busy.remove(worker)
        if done == len(batch):
            return worker
        worker.kill()
        worker.end()
        if not self._stopped:
            self._results.put((batch[done], _lost(batch[done], worker.was_late(), self._seconds)))
            if rest := batch[done + 1 :]:
                with self._lock:
                    self._again.append(rest)
        return None


def _weight(job: Job) -> int:
    return len(job.data) if isinstance(job, PictureJob) else sum(len(file.data) for file in job.source.files)


def _lost(job: Job, late: bool, seconds: float) -> Done:
    path = job.path if isinstance(job, PictureJob) else job.source.path
    if late:
        return failed(problem("M101", path, seconds=f"{seconds:g}"), lasting=False)
    return failed(problem("M103", path, megabytes=MEGABYTES), lasting=False)


def _forked(hello: Hello) -> _Worker:
    """A worker that is a copy of this process."""

    def answer(incoming: BinaryIO, outgoing: BinaryIO) -> None:
        Work(hello).answer(incoming, outgoing)

    return _begin(lambda: Forked(answer))


def _begin(process: Callable[[], Process]) -> _Worker:
    try:
        return _Worker(process())
    except OSError as error:
        raise WorkerError(N_("a worker process could not be started: {reason}."), reason=error) from error


def _start(hello: Hello) -> _Worker:
    """A worker in a Python of its own, told what all jobs share."""
    worker = _begin(Started)
    if not worker.greet(hello):
        raise WorkerError(N_("a worker process could not be started: {reason}."), reason=worker.end())
    return worker


class _Worker:
    """One process, and how long it has been at its job."""

    def __init__(self, process: Process) -> None:
        self._process = process
        self._code: int | None = None
        self.since = 0.0
        self.late = False
        """Killed by our clock."""

    def greet(self, hello: Hello) -> bool:
        return self._send(encode(hello)) and read_frame(self._process.stdout) is not None

    def answers(self, batch: list[Job]) -> Iterator[Done]:
        """The results of a batch, as they come; fewer when the process dies. The clock restarts at each."""
        self.since = time.monotonic()
        if not self._send(encode(batch)):
            return
        for _ in batch:
            frame = read_frame(self._process.stdout)
            if frame is None:
                return
            self.since = time.monotonic()
            yield decode_done(frame)

    def _send(self, frame: bytes) -> bool:
        try:
            write_frame(self._process.stdin, frame)
        except OSError:
            return False
        return True

    def was_late(self) -> bool:
        """Whether it was ended, by us or by the system, for taking too long; asked after `end`."""
        return self.late or (TIMED and self._code == -signal.SIGPROF)

    def alive(self) -> bool:
        return self._process.alive()

    def kill(self) -> None:
        """May be called from another thread than the one that waits on the pipe; that one calls `end`."""
        self._process.kill()

    def end(self) -> int:
        """Close the pipes, at which a living process ends by itself, and wait for it; returns its exit code."""
        for stream in (self._process.stdin, self._process.stdout):
            with suppress(OSError):
                stream.close()
        self._code = self._process.wait()
        return self._code
