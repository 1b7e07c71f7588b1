"""Whether a wrong word stands in a text, or two right ones of which it takes an end and a beginning: 批复 + 盖章.

Right words are the phrases that pypinyin knows, and those of borders.txt, which holds what is missing there and begins
or ends within one of our slips.
"""

from __future__ import annotations

from functools import cache
from importlib import resources
from typing import NamedTuple

from bulletin.read.slugs import known_phrases

_LONGEST = 4
"""Characters of the longest word of borders.txt."""
_NEVER_ALONE = "己巳自侯"
"""Characters that are no word: where a slip begins with one, a right word must end there (自己 + 经常)."""


class _RightWords(NamedTuple):
    """Those that end within a slip, and those that begin there."""

    before: frozenset[str]
    after: frozenset[str]


def lies_across_a_border(text: str, start: int, end: int) -> bool:
    """Whether a right word crosses the beginning or the end of the slip from ``start`` to ``end``."""
    words = _right_words()
    return _crosses_the_beginning(text, start, end, words.before) or (
        text[start] not in _NEVER_ALONE and _crosses_the_end(text, start, end, words.after)
    )


def _crosses_the_beginning(text: str, start: int, end: int, words: frozenset[str]) -> bool:
    return any(
        text[first:last] in words
        for first in range(max(0, start - _LONGEST + 1), start)
        for last in range(start + 1, min(end, first + _LONGEST + 1))
    )


def _crosses_the_end(text: str, start: int, end: int, words: frozenset[str]) -> bool:
    return any(
        text[first:last] in words
        for first in range(start + 1, end)
        for last in range(end + 1, min(len(text), first + _LONGEST) + 1)
    )


@cache
def _right_words() -> _RightWords:
    lines = resources.files("bulletin.check").joinpath("borders.txt").read_text(encoding="utf-8").split("\n")
    phrases = known_phrases()
    return _RightWords(phrases | _marked("<", lines), phrases | _marked(">", lines))


def _marked(mark: str, lines: list[str]) -> frozenset[str]:
    return frozenset(word for line in lines if line.startswith(mark) for word in line[1:].split())
