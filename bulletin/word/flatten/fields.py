"""Fields: of each, only the result that is stored in the document is text (ECMA-376 part 1, 17.16)."""

from __future__ import annotations

import re
from collections.abc import Iterable

_LINK = re.compile(r'\s*HYPERLINK\s+(?:"([^"]*)"|([^\s\\]\S*))')


class Fields:
    """The fields that are open at one place of the text."""

    def __init__(self) -> None:
        self._open: list[tuple[bool, str, str]] = []
        """Of each: whether its result has begun, its code, its link."""

    def mark(self, kind: str) -> None:
        """Take in ``begin``, ``separate`` or ``end``."""
        if kind == "begin":
            self._open.append((False, "", ""))
        elif self._open and kind == "separate":
            code = self._open.pop()[1]
            found = _LINK.match(code)
            self._open.append((True, code, (found[1] or found[2] or "") if found else ""))
        elif self._open and kind == "end":
            self._open.pop()

    def code(self, text: str) -> None:
        """Take in a piece of a code."""
        if self._open:
            shows, before, link = self._open.pop()
            self._open.append((shows, (before + text)[:4000], link))

    @property
    def in_code(self) -> bool:
        """Whether what stands here belongs to a code, and is not printed."""
        return any(not shows for shows, _, _ in self._open)

    @property
    def link(self) -> str:
        return next((link for _, _, link in reversed(self._open) if link), "")


def unfinished(kinds: Iterable[str]) -> frozenset[int]:
    """Places of the marks ``begin`` of a paragraph whose code does not end in it: they must not swallow its text."""
    waiting: list[int] = []
    for place, kind in enumerate(kinds):
        if kind == "begin":
            waiting.append(place)
        elif kind == "separate" and waiting:
            waiting[-1] = -1
        elif kind == "end" and waiting:
            waiting.pop()
    return frozenset(waiting)
