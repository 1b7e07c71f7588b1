"""How far a long piece of work is."""

from __future__ import annotations

from collections.abc import Callable

Progress = Callable[[str, int, int], None]
"""Called with the step (``read``, ``render``, ``write``), how much of it is done and how much there is."""


def no_progress(_step: str, _done: int, _total: int) -> None:
    """Progress that nobody watches."""
