"""What is left out of a draft, collected in the order of the text."""

from __future__ import annotations

from bulletin.word.incoming import LeftKind, LeftOut

_BEGINNING = 60


class LeftList:
    """Filled while a document is read; words of one kind that follow each other are one thing."""

    def __init__(self) -> None:
        self._found: list[tuple[LeftKind, str]] = []
        self._open = False

    def add(self, kind: LeftKind, text: str = "") -> None:
        """Something of its own."""
        self._found.append((kind, text))
        self._open = False

    def words(self, kind: LeftKind, text: str) -> None:
        """Words that may go on those before."""
        if self._open and self._found[-1][0] == kind:
            self._found[-1] = kind, (self._found[-1][1] + text)[:4000]
        elif text.strip():
            self._found.append((kind, text))
            self._open = True

    def close(self) -> None:
        """Words that are printed, or the end of a paragraph, stand between."""
        self._open = False

    def all(self) -> tuple[LeftOut, ...]:
        """With the beginning of each."""
        return tuple(LeftOut(kind, first_words(text)) for kind, text in self._found)


def first_words(text: str) -> str:
    """The beginning of some words, in one line."""
    line = " ".join(text[:2000].split())
    return line if len(line) <= _BEGINNING else line[: _BEGINNING - 1] + "…"
