"""Progress of a long operation."""

from __future__ import annotations

from collections.abc import Callable

Progress = Callable[[str, int, int], None]
"""Called with the step (``read``, ``render``, ``write``), the number of items done and the total."""


def no_progress(_step: str, _done: int, _total: int) -> None:
    """Ignore the progress."""


def ticker(progress: Progress, step: str, total: int) -> Callable[[], None]:
    """A function to be called after each item of a step."""
    done = 0

    def tick() -> None:
        nonlocal done
        done += 1
        progress(step, done, total)

    return tick
