"""Tasks distributed among forked processes, where forking is safe.

A process forked after arranging already has everything that was read and planned in memory; it receives only the
numbers of its tasks, and its results are small. Tasks that fail there, or whose process was killed or could not be
forked, have no result: the caller runs them itself, and gets the same error there.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import suppress
from itertools import takewhile
from types import TracebackType
from typing import BinaryIO, Self

import msgspec

from bulletin.read.handle import WorkerHandle
from bulletin.read.process import Serve, answer_batches, fork_process, may_fork

MIN_TASKS_TO_FORK = 48
"""With fewer tasks, starting a second process costs more than it saves."""

TASKS_PER_BLOCK = 24
"""Neighbouring tasks that go to the same process. Memory is copied on write, page by page, and neighbours share pages:
round-robin, 10,000 issues took 446 MB, in blocks a third less.
"""

_RunTask = Callable[[int], bytes]
"""Runs a task by its number; returns the encoded result."""


def worth_forking(count: int, jobs: int) -> bool:
    """Whether there are enough tasks for several processes, and forking is safe."""
    return count >= MIN_TASKS_TO_FORK and jobs > 1 and may_fork()


class ForkedTasks:
    """The tasks ``range(count)``, distributed among at most ``jobs`` processes, which are forked at once.

    ``setup`` is called in each process; it must not use what must not be shared after a fork (database connections).
    """

    def __init__(self, count: int, jobs: int, setup: Callable[[], _RunTask]) -> None:
        self._workers: list[WorkerHandle] = []
        try:
            self._fork(jobs, _task_worker(setup, os.getpid()))
            ready = [worker for worker in self._workers if worker.wait_ready()]
            for worker, tasks in zip(ready, _split_tasks(count, len(ready)), strict=True):
                worker.dispatch(_encode(tasks), len(tasks))
        except BaseException:
            self._close()
            raise

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._close()

    def results(self) -> Iterator[tuple[int, bytes]]:
        """Number and result of the tasks, in no order; perhaps not of all."""
        while self._workers:
            for worker in list(self._workers):
                answer = worker.next_answer()
                if answer is None:
                    self._workers.remove(worker)
                    worker.close()  # frees its memory before the others are done
                else:
                    yield _decode_answer(answer)

    def _fork(self, jobs: int, serve: Serve) -> None:
        with suppress(OSError):  # no more processes can be forked; the existing ones get more tasks
            for _ in range(jobs):
                self._workers.append(WorkerHandle(fork_process(serve)))

    def _close(self) -> None:
        while self._workers:
            self._workers.pop().close()


def _split_tasks(count: int, workers: int) -> list[Sequence[int]]:
    """The tasks of each worker."""
    return [[task for task in range(count) if task // TASKS_PER_BLOCK % workers == index] for index in range(workers)]


def _task_worker(setup: Callable[[], _RunTask], parent: int) -> Serve:
    def serve(incoming: BinaryIO, outgoing: BinaryIO) -> None:
        run = setup()
        answer_batches(incoming, outgoing, tasks, lambda task: _encode((task, run(task))))

    def tasks(batch: bytes) -> Iterable[int]:
        """Stops when the parent was killed: an orphan must not write beside the next build."""
        return takewhile(lambda _: os.getppid() == parent, _decode_tasks(batch))

    return serve


_encode = msgspec.msgpack.Encoder().encode
_decode_tasks = msgspec.msgpack.Decoder(list[int]).decode
_decode_answer = msgspec.msgpack.Decoder(tuple[int, bytes]).decode
