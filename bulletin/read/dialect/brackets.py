"""Brackets: the end of a link's text is found in time proportional to the text, however many brackets never close.

Python-Markdown walks to the end of the text, a character at a time, for each `[` of each of six patterns: 6,000 of them
take eleven seconds. Here the next brackets are looked at, and when they are many, where each ends is found once for
all. The results are the same (tests/read/dialect/test_guard.py).
"""

from __future__ import annotations

import re
from collections.abc import Mapping

from markdown import Markdown
from markdown.extensions import Extension
from markdown.inlinepatterns import LinkInlineProcessor

_BRACKET = re.compile(r"[\[\]]")
_NEAR = 32
"""Brackets that are looked at one by one; a link has few in its text."""


class BracketExtension(Extension):
    """Takes the place of `LinkInlineProcessor.getText`; after all extensions that add links or pictures."""

    def extendMarkdown(self, md: Markdown) -> None:
        """Replaces the method in every pattern that has it."""
        brackets = Brackets()
        for processor in md.inlinePatterns:
            if isinstance(processor, LinkInlineProcessor):
                setattr(processor, "getText", brackets.text)  # noqa: B010 - a method of the library


class Brackets:
    """The brackets of the text that was looked at last."""

    def __init__(self) -> None:
        self._data = ""
        self._ends: Mapping[int, int] = {}

    def text(self, data: str, index: int) -> tuple[str, int, bool]:
        """What stands from ``index``, after a `[`, to its `]`; the place after that; whether there is one."""
        end = self._end(data, index)
        if end is None:
            return data[index:], len(data), False
        return data[index:end], end + 1, True

    def _end(self, data: str, index: int) -> int | None:
        opened = 1
        for seen, found in enumerate(_BRACKET.finditer(data, index)):
            if seen >= _NEAR:
                return self._ends_of(data).get(index - 1)
            opened += 1 if found[0] == "[" else -1
            if not opened:
                return found.start()
        return None

    def _ends_of(self, data: str) -> Mapping[int, int]:
        if data is not self._data:
            self._data, self._ends = data, _ends(data)
        return self._ends


def _ends(data: str) -> Mapping[int, int]:
    """Place of each `[` that closes → place of its `]`."""
    ends: dict[int, int] = {}
    opened: list[int] = []
    for found in _BRACKET.finditer(data):
        if found[0] == "[":
            opened.append(found.start())
        elif opened:
            ends[opened.pop()] = found.start()
    return ends
