"""Progress of a long operation."""

from __future__ import annotations

from collections.abc import Callable

Progress = Callable[[str, int, int], None]
"""Called with the step (``read``, ``render``, ``write``), the number of items done and the total."""


def no_progress(_step: str, _done: int, _total: int) -> None:
    """Ignore the progress."""
