"""Words as Typst gets them: 〓 for what no font has, U+200B where a long word may be parted, nothing invisible."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Iterator

_TOFU = "〓"
"""Stands on paper for a character that cannot be set (GB/T 9851)."""
BREAK = "\u200b"

_LONGEST_WORD = 20
_PIECE = 4
_LONG = re.compile(
    rf"[^\s\u2e80-\u9fff\uac00-\ud7af\uf900-\ufaff\uff00-\uffef\U00020000-\U0003ffff]{{{_LONGEST_WORD + 1},}}"
)
_MANY_SIGNS = 8
_UNPARTED = re.compile(rf"[，。、；：？！）》」』】〕”’…—]{{{_MANY_SIGNS},}}|[（《「『【〔“‘]{{{_MANY_SIGNS},}}")
"""Signs between which no line may end: so many that they would not be a line's."""


class Lettering:
    """What can be set in one role's fonts."""

    def __init__(self, known: Iterable[frozenset[int]]) -> None:
        self._faces = tuple(known)
        self._all = frozenset().union(*self._faces)

    def printable(self, text: str) -> str:
        """The text with 〓 for what cannot be set, and breaks in long words."""
        shown = "".join(self._shown(text)) if not self._plain(text) else text
        if len(shown) < _MANY_SIGNS:
            return shown
        return _UNPARTED.sub(_parted, _LONG.sub(_parted, shown))

    def missing(self, text: str) -> Iterator[str]:
        """Each character, or character with its marks, that cannot be set; in order, as often as it is there."""
        if not self._plain(text):
            yield from (piece for piece in _clusters(text) if not _is_invisible(piece) and not self._has(piece))

    def _plain(self, text: str) -> bool:
        return all(
            ord(c) in self._all and not _joins(c) and not _is_invisible(c) and not _is_private(c) for c in set(text)
        )

    def _shown(self, text: str) -> Iterator[str]:
        for piece in _clusters(text):
            if piece in "\n\t":
                yield "\n" if piece == "\n" else " "
            elif not _is_invisible(piece):
                yield self._kept(piece)

    def _kept(self, piece: str) -> str:
        if self._has(piece):
            return piece
        composed = unicodedata.normalize("NFC", piece)
        return composed if self._has(composed) else _TOFU

    def _has(self, piece: str) -> bool:
        if _is_private(piece[0]) or piece in "\n\t":
            return piece in "\n\t"
        return any(all(ord(character) in face for character in piece) for face in self._faces)


def _clusters(text: str) -> Iterator[str]:
    """Each character with the marks that follow it."""
    start = 0
    for end in range(1, len(text) + 1):
        if end == len(text) or not _joins(text[end]):
            yield text[start] + "".join(c for c in text[start + 1 : end] if not _is_invisible(c))
            start = end


def _joins(character: str) -> bool:
    return unicodedata.category(character) in ("Mn", "Me", "Mc") and bool(character)


def _is_private(character: str) -> bool:
    return unicodedata.category(character) in ("Co", "Cc", "Cs", "Cn")


def _is_invisible(character: str) -> bool:
    """Format characters and variation selectors: they show nothing."""
    first = character[0]
    return unicodedata.category(first) == "Cf" or "\ufe00" <= first <= "\ufe0f" or "\U000e0100" <= first <= "\U000e01ef"


def _parted(found: re.Match[str]) -> str:
    word = found[0]
    return BREAK.join(word[start : start + _PIECE] for start in range(0, len(word), _PIECE))
