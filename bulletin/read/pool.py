"""Worker processes, started when first needed, killed when one source takes too long, replaced when they die.

The same plain pipes on every system, whichever way a process begins (process.py), and the same states (handle.py).
A thread for each worker does nothing but wait on its pipe. Workers may be kept between builds, which is what makes
the preview quick. Where the system has no room for another process, the existing ones do the work.
"""

from __future__ import annotations

import queue
import threading
from collections.abc import Iterable, Iterator
from contextlib import contextmanager, suppress
from enum import Enum
from itertools import islice
from types import TracebackType
from typing import Self

import msgspec

from bulletin.core.errors import WorkerError
from bulletin.core.problems import N_, problem
from bulletin.read.handle import WorkerHandle, WorkerState
from bulletin.read.messages import (
    TOOK_TOO_MUCH,
    CheckJob,
    DocumentJob,
    Job,
    JobResult,
    PictureJob,
    WorkerConfig,
    decode_result,
    encode,
    failed,
    time_factor,
)
from bulletin.read.process import COUNTS_PROCESSOR_TIME, MAX_WORKER_MEGABYTES, Process, Serve, create_process, may_fork

JOB_SECONDS = 5.0
"""How long one source may take: processor time where the system counts it, else by the clock."""
WALL_CLOCK_FACTOR = 3.0 if COUNTS_PROCESSOR_TIME else 1.0
"""So many times as long by the clock: a worker that waits for its turn on a busy computer is not overdue."""
_START_SECONDS = 60.0
"""How long a worker may take until it is ready, by the clock: on a slow computer a virus scanner looks at each file."""

_WATCH_SECONDS = 0.05
"""Between two looks at the deadlines."""

BATCH_JOBS = 16
_BATCH_BYTES = 128 * 1024
"""A batch goes to a worker in one piece; small enough that the workers finish together."""


class Pool:
    """Up to ``size`` workers. Use as a context manager, or call `close`."""

    def __init__(
        self,
        config: WorkerConfig,
        size: int,
        serve: Serve,
        seconds: float = JOB_SECONDS,
        early: Process | None = None,
    ) -> None:
        """``serve`` is what a worker does; its module's ``main`` does the same on the standard streams. ``early`` does
        so already.
        """
        self._idle = _IdleWorkers(msgspec.structs.replace(config, seconds=seconds), serve)
        if early:
            self._idle.add(early)
        self._size = max(1, size)
        self._seconds = seconds

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def close(self) -> None:
        """End all workers; they hold nothing that could be lost."""
        self._idle.close()

    def warm(self, count: int = 1) -> None:
        """Start workers, where that takes a millisecond, which load the parser while the caller sees what to read."""
        self._idle.fork(min(count, self._size))

    @contextmanager
    def run(self, jobs: Iterable[Job]) -> Iterator[Iterator[tuple[Job, JobResult]]]:
        """Have the jobs done, in any order; every job comes back, with a problem when it hung or crashed its worker.

        ``jobs`` may be lazy: it is drawn from as workers become free. They begin at once, and need not be waited for.
        """
        run = _Run(jobs, self._idle, self._size, self._seconds)
        try:
            yield run.results()
        finally:
            run.stop()


class _IdleWorkers:
    """Workers that nobody uses now, and how new ones begin."""

    def __init__(self, config: WorkerConfig, serve: Serve) -> None:
        self._greeting = encode(config)
        self._serve = serve
        self._workers: list[WorkerHandle] = []
        """Taken and put back at its end, which threads may do at the same time."""

    def fork(self, count: int) -> int:
        """Fork, where that is safe, until there are so many; returns how many there are when the system says no."""
        with suppress(OSError):
            while len(self._workers) < count and may_fork():
                self._workers.append(self._create())
        return min(count, len(self._workers))

    def take(self) -> WorkerHandle:
        """One of these, else a new one. Raises `WorkerError`."""
        with suppress(IndexError):
            while True:
                worker = self._workers.pop()
                if worker.alive():
                    return worker
                worker.close()
        try:
            return self._create()
        except OSError as error:
            raise _not_started(error) from error

    def add(self, process: Process) -> None:
        """One that waits for its configuration."""
        self._workers.append(WorkerHandle(process, self._greeting))

    def any(self) -> bool:
        return bool(self._workers)

    def put(self, worker: WorkerHandle) -> None:
        self._workers.append(worker)

    def close(self) -> None:
        while self._workers:
            self._workers.pop().close()

    def _create(self) -> WorkerHandle:
        return WorkerHandle(create_process(self._serve), self._greeting)


def _not_started(reason: object) -> WorkerError:
    return WorkerError(N_("a worker process could not be started: {reason}."), reason=reason)


class _More(Enum):
    """Says that there is work for another worker."""

    MORE = 1


class _Run:
    """One call of `Pool.run`: the jobs and what came of them, as they are done."""

    def __init__(self, jobs: Iterable[Job], idle: _IdleWorkers, size: int, seconds: float) -> None:
        self._jobs = iter(jobs)
        self._drawn: list[list[Job]] = []
        """Batches that no worker has."""
        self._lock = threading.Lock()
        self._idle = idle
        self._size = size
        self._seconds = seconds
        self._workers: list[WorkerHandle] = []
        """Those of this run."""
        self._results: queue.SimpleQueue[tuple[Job, JobResult] | BaseException | _More | None] = queue.SimpleQueue()
        self._wanted = 1
        self._serving = 0
        """Threads that will ask for another batch."""
        self._stopped = False
        self._threads: list[threading.Thread] = []
        for _ in range(self._fork() or 1):
            self._add_thread()

    def results(self) -> Iterator[tuple[Job, JobResult]]:
        """What came of the jobs, as they are done."""
        running = len(self._threads)
        while running:
            for worker in list(self._workers):
                worker.kill_if_overdue()
            try:
                item = self._results.get(timeout=_WATCH_SECONDS)
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

    def stop(self) -> None:
        """End what still runs, when the caller went away early."""
        self._stopped = True
        for worker in list(self._workers):
            worker.stop()
        for thread in self._threads:
            thread.join()
        while self._workers:
            self._workers.pop().close()  # of a thread that failed

    def _fork(self) -> int:
        """Fork as many workers as there is work for, while no thread runs; returns how many of them there are."""
        if not may_fork():
            return 0
        self._drawn = list(islice(iter(self._draw, []), self._size))
        count = self._idle.fork(len(self._drawn))
        self._wanted = max(1, count) if count == len(self._drawn) else self._size
        return count

    def _add_thread(self) -> None:
        with self._lock:
            self._serving += 1
        thread = threading.Thread(target=self._serve, daemon=True)
        self._threads.append(thread)
        thread.start()

    # ── in a worker's thread

    def _serve(self) -> None:
        worker: WorkerHandle | None = None
        try:
            while batch := self._next_batch(worker):
                worker = worker or self._obtain(batch)
                if worker is None:
                    return
                worker = self._run_batch(worker, batch)
        except BaseException as error:  # noqa: BLE001 - carried to the caller's thread, which raises it
            self._results.put(error)
        finally:
            self._results.put(None)

    def _next_batch(self, worker: WorkerHandle | None) -> list[Job]:
        """Jobs for a free worker; none when all have been given out, or nobody wants them, and it is kept for later."""
        with self._lock:
            batch = [] if self._stopped else self._drawn.pop() if self._drawn else self._draw()
            if not batch:
                self._leave(worker)
            elif self._wanted < self._size and not self._drawn and (ahead := self._draw()):
                self._drawn.append(ahead)
                self._wanted += 1
                self._results.put(_More.MORE)
            return batch

    def _draw(self) -> list[Job]:
        batch: list[Job] = []
        size = 0
        for job in self._jobs:
            batch.append(job)
            size += _weight(job)
            if len(batch) >= BATCH_JOBS or size >= _BATCH_BYTES:
                break
        return batch

    def _leave(self, worker: WorkerHandle | None) -> None:
        """One thread less; its worker is kept, which another may need at once. Under the lock."""
        self._serving -= 1
        if worker:
            self._workers.remove(worker)
            self._idle.put(worker)

    def _obtain(self, batch: list[Job]) -> WorkerHandle | None:
        """A worker that is ready; None when there is none to be had and others do the batch. Raises `WorkerError`."""
        while True:
            try:
                return self._begin(self._idle.take())
            except WorkerError:
                with self._lock:
                    self._wanted = self._size  # no room for more
                    if self._serving > 1:
                        self._drawn.append(batch)
                        self._leave(None)
                        return None
                    if not self._idle.any():
                        raise

    def _begin(self, worker: WorkerHandle) -> WorkerHandle:
        self._workers.append(worker)
        if self._stopped:  # asked after it can be seen: either we stop it here, or `stop` does
            worker.stop()
        if worker.wait_ready(_START_SECONDS):
            return worker
        raise _not_started(self._dismiss(worker))

    def _dismiss(self, worker: WorkerHandle) -> int:
        """End a worker that is of no more use; returns its exit code."""
        self._workers.remove(worker)
        return worker.close()

    def _run_batch(self, worker: WorkerHandle, batch: list[Job]) -> WorkerHandle | None:
        """Give a batch to a worker; returns the worker while it lives."""
        seconds = self._seconds * max(map(time_factor, batch))
        worker.dispatch(encode(batch), len(batch), seconds * WALL_CLOCK_FACTOR)
        left = iter(batch)
        while (answer := worker.next_answer()) is not None:
            self._results.put((next(left), decode_result(answer)))
        lost = next(left, None)
        if lost is None:
            return worker
        self._dismiss(worker)
        self._results.put((lost, _failure(lost, worker.state, self._seconds)))
        if rest := list(left):
            with self._lock:
                self._drawn.append(rest)
        return None


def _weight(job: Job) -> int:
    if isinstance(job, PictureJob | DocumentJob):
        return len(job.data)
    return sum(len(file.data) for file in job.source.files)


def _failure(job: Job, state: WorkerState, seconds: float) -> JobResult:
    path = job.path
    if isinstance(job, CheckJob | DocumentJob):
        return failed(problem("I102", path, reason=TOOK_TOO_MUCH), lasting=False)
    if state is WorkerState.OVERDUE:
        return failed(problem("M101", path, seconds=f"{seconds:g}"), lasting=False)
    return failed(problem("M103", path, megabytes=MAX_WORKER_MEGABYTES), lasting=False)
