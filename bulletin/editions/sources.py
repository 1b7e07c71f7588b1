"""Where the words of an edition were written, for messages."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from pathlib import Path

from bulletin.core.files import read_file
from bulletin.core.model import Issue, SourceFile, Value
from bulletin.read.decode import decode_text


class Sources(Value, frozen=True):
    """Where the words of an issue were written, for messages."""

    path: str
    """Of the issue's main file."""
    texts: Mapping[str, str] = {}
    """Path of each of its files → its text."""

    @classmethod
    def of(cls, root: Path, issue: Issue) -> Sources:
        """Those of an issue of the project in that folder; a file that has gone since it was read is empty."""
        paths = dict.fromkeys((issue.source, *(each.path for section in issue.sections for each in section.articles)))
        return cls(issue.source, {path: _source_text(root, path) for path in paths})

    def place(self, words: str) -> tuple[str, int]:
        """File and line in which the words are first; the main file, and no line, where they are in none."""
        for path, text in self.texts.items():
            if (at := text.find(words)) >= 0:
                return path, text.count("\n", 0, at) + 1
        return self.path, 0


def _source_text(root: Path, path: str) -> str:
    try:
        text, _ = decode_text(SourceFile(path, read_file(root / path)))
    except OSError:
        return ""
    return text or ""


def first_word(shown: Iterable[str]) -> str:
    """Of some lines, the first word, by which they can be found; what no text has where there is none."""
    return next((word for line in shown for word in line.split()), "\0")
