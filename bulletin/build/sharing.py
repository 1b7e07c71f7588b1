"""Work shared out among forked processes, where forking is safe: each does a part, in its own time.

A process that is forked when all is arranged knows all that was read and planned; nothing is sent to it, and what it
sends back is short. What it cannot do it leaves, and so does one that was killed: the caller does the rest by itself,
and meets the same error there.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator, Sequence
from types import TracebackType
from typing import BinaryIO, Self

import msgspec

from bulletin.read.process import Forked, may_fork
from bulletin.read.worker import read_frame, write_frame

LEAST = 48
"""Pieces of work below which a second process is not worth its beginning."""

BLOCK = 24
"""Neighbouring pieces that go to the same process. What one touches is copied for it, by the page of memory, and
neighbours lie on the same pages: one by one in turn, 10,000 issues took 446 MB, in blocks a third less.
"""

Do = Callable[[int], bytes]
"""Does a piece of the work, by its number, and says what came of it."""


def worth_sharing(count: int, jobs: int) -> bool:
    """Whether there is enough to do for several processes, and they may be had."""
    return count >= LEAST and jobs > 1 and may_fork()


class Shared:
    """The pieces ``range(count)``, among ``jobs`` processes that are forked at once; ``begin`` is called in each."""

    def __init__(self, count: int, jobs: int, begin: Callable[[], Do]) -> None:
        shares = [[piece for piece in range(count) if piece // BLOCK % jobs == part] for part in range(jobs)]
        self._parts = [_Part(share, begin) for share in shares]

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        for part in self._parts:
            part.end()

    def answers(self) -> Iterator[tuple[int, bytes]]:
        """What came of the pieces, in no order; perhaps not of all."""
        working = list(self._parts)
        while working:
            for part in list(working):
                answer = part.next()
                if answer is None:
                    working.remove(part)
                else:
                    yield answer


class _Part:
    """One process and its pieces."""

    def __init__(self, pieces: Sequence[int], begin: Callable[[], Do]) -> None:
        self._parent = os.getpid()
        self._pieces = pieces
        self._begin = begin
        self._process = Forked(self._serve)

    def _serve(self, _: BinaryIO, outgoing: BinaryIO) -> None:
        do = self._begin()
        for piece in self._pieces:
            if os.getppid() != self._parent:
                return  # killed; who comes next must not find us here
            write_frame(outgoing, encode((piece, do(piece))))

    def next(self) -> tuple[int, bytes] | None:
        """The next answer; None when there will be no more."""
        frame = read_frame(self._process.stdout)
        return decode(frame) if frame is not None else None

    def end(self) -> None:
        self._process.kill()
        self._process.stdin.close()
        self._process.stdout.close()
        self._process.wait()


encode = msgspec.msgpack.Encoder().encode
decode = msgspec.msgpack.Decoder(tuple[int, bytes]).decode
