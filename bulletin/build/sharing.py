"""Work shared out among forked processes, where forking is safe: each does a part, in its own time.

A process that is forked when all is arranged knows all that was read and planned; it is sent only the numbers of its
pieces, and what it sends back is short. What it cannot do it leaves, and so does one that was killed or could not be
forked: the caller does the rest by itself, and meets the same error there.
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
"""Pieces of work below which a second process is not worth its beginning."""

TASKS_PER_BLOCK = 24
"""Neighbouring pieces that go to the same process. What one touches is copied for it, by the page of memory, and
neighbours lie on the same pages: one by one in turn, 10,000 issues took 446 MB, in blocks a third less.
"""

Do = Callable[[int], bytes]
"""Does a piece of the work, by its number, and says what came of it."""


def worth_forking(count: int, jobs: int) -> bool:
    """Whether there is enough to do for several processes, and they may be had."""
    return count >= MIN_TASKS_TO_FORK and jobs > 1 and may_fork()


class ForkedTasks:
    """The pieces ``range(count)``, among at most ``jobs`` processes that are forked at once.

    ``begin`` is called in each of them; it must leave alone what the caller may not share with another process.
    """

    def __init__(self, count: int, jobs: int, begin: Callable[[], Do]) -> None:
        self._workers: list[WorkerHandle] = []
        try:
            self._fork(jobs, _page_worker(begin, os.getpid()))
            ready = [worker for worker in self._workers if worker.wait_ready()]
            for worker, pieces in zip(ready, _parts(count, len(ready)), strict=True):
                worker.dispatch(_encode(pieces), len(pieces))
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
        """What came of the pieces, in no order; perhaps not of all."""
        while self._workers:
            for worker in list(self._workers):
                answer = worker.next_answer()
                if answer is None:
                    self._workers.remove(worker)
                    worker.close()  # its memory is free before the others are ready
                else:
                    yield _decode_answer(answer)

    def _fork(self, jobs: int, serve: Serve) -> None:
        with suppress(OSError):  # no room for more processes; those that there are do more
            for _ in range(jobs):
                self._workers.append(WorkerHandle(fork_process(serve)))

    def _close(self) -> None:
        while self._workers:
            self._workers.pop().close()


def _parts(count: int, workers: int) -> list[Sequence[int]]:
    """The pieces of each worker."""
    return [[piece for piece in range(count) if piece // TASKS_PER_BLOCK % workers == part] for part in range(workers)]


def _page_worker(begin: Callable[[], Do], parent: int) -> Serve:
    def serve(incoming: BinaryIO, outgoing: BinaryIO) -> None:
        do = begin()
        answer_batches(incoming, outgoing, pieces, lambda piece: _encode((piece, do(piece))))

    def pieces(batch: bytes) -> Iterable[int]:
        """As long as the parent lives: once it was killed, who comes next must not find us here."""
        return takewhile(lambda _: os.getppid() == parent, _decode_pieces(batch))

    return serve


_encode = msgspec.msgpack.Encoder().encode
_decode_pieces = msgspec.msgpack.Decoder(list[int]).decode
_decode_answer = msgspec.msgpack.Decoder(tuple[int, bytes]).decode
