"""The dictionary that cuts Chinese text into words: jieba's, of 350,000 words with their kinds, by `rjieba`.

It takes 0.1 s to load, so it is loaded when the first text is cut. Where it is not installed (Windows on ARM) there are
no words.
"""

from __future__ import annotations

from functools import cache
from importlib.util import find_spec
from typing import Protocol


class Cut(Protocol):
    """Cuts a text into words with their kinds; they make up the whole text."""

    def __call__(self, text: str, hmm: bool = True) -> list[tuple[str, str]]:
        """``hmm``: guess at words that the dictionary does not have."""


@cache
def dictionary() -> Cut | None:
    """The function that cuts, loaded once in a process; None where the library is not installed."""
    if find_spec("rjieba") is None:
        return None
    from rjieba import tag  # slow to load

    return tag
