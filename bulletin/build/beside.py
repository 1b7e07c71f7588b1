"""Tasks that threads do beside the caller: they mostly wait for a program of their own, which another processor runs.

Unlike a fork (sharing.py) this is safe everywhere, once all forks of the step are made.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor, wait
from functools import partial
from threading import Lock
from types import TracebackType
from typing import Generic, Self, TypeVar

_T = TypeVar("_T")
_Tick = Callable[[int, int], None]
"""How many pieces of a task are done, and of how many."""

_THREADS = 2
"""One prepares what its program will be given while the program of the other works."""
_TELL_SECONDS = 0.1
_PARTS = 100
"""In so many parts of a task the caller is told how far it is."""


class _Left(Exception):
    """Nobody waits for the results any more."""


class Turn:
    """One program at a time, which ends when nobody waits for its task any more: ``with turn as ends: ends(kill)``."""

    def __init__(self) -> None:
        self._turn = Lock()
        self._lock = Lock()
        """Of the other two: the caller may leave just as a program begins."""
        self._end: Callable[[], object] | None = None
        self._left = False

    def __enter__(self) -> Callable[[Callable[[], object]], None]:
        self._turn.acquire()
        return self._ends

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        with self._lock:
            self._end = None
        self._turn.release()

    def leave(self) -> None:
        """End the program that runs, and each that begins after this."""
        with self._lock:
            self._left = True
            if self._end:
                self._end()

    def _ends(self, end: Callable[[], object]) -> None:
        with self._lock:
            self._end = end
            if self._left:
                end()


class TasksBeside(Generic[_T]):
    """Tasks that begin at once, in their order; each is given a function that it calls now and then."""

    def __init__(self, tasks: Sequence[Callable[[_Tick], _T]], progress: _Tick, turn: Turn) -> None:
        """``progress`` is called in the caller's thread only, with hundredths of tasks; ``turn`` is what tasks hold."""
        self._progress = progress
        self._turn = turn
        self._done = [0.0] * len(tasks)
        self._left = False
        self._threads = ThreadPoolExecutor(_THREADS)
        self._futures = [self._threads.submit(task, partial(self._tick, at)) for at, task in enumerate(tasks)]

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Where the caller failed, the tasks end at their next tick, or with their program; nothing of theirs goes on
        after this.
        """
        self._left = True
        self._turn.leave()
        self._threads.shutdown(cancel_futures=True)

    def results(self) -> Iterator[_T]:
        """What came of the tasks, in their order; raises what a task raised."""
        for task, future in enumerate(self._futures):
            while not wait((future,), _TELL_SECONDS).done:
                self.tell()
            result = future.result()
            self._done[task] = 1.0  # whatever it said last
            self.tell()
            yield result

    def tell(self) -> None:
        """Tell the caller's progress how far they are."""
        if self._futures:
            self._progress(int(_PARTS * sum(self._done)), _PARTS * len(self._done))

    def _tick(self, task: int, done: int, total: int) -> None:
        if self._left:
            raise _Left
        self._done[task] = done / total
