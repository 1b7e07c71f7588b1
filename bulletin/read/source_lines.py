"""The lines of a file, for messages that quote them."""

from __future__ import annotations

import functools
from collections.abc import Callable
from pathlib import Path

from bulletin.core.files import read_file
from bulletin.core.model import SourceFile
from bulletin.read.decode import decode_text


def source_lines(root: Path) -> Callable[[str], list[str]]:
    """A file's lines by its path, each file read once; none for one that is no text of the content folder."""

    @functools.cache
    def lines(path: str) -> list[str]:
        try:
            text, _ = decode_text(SourceFile(path, read_file(root / path)))
        except OSError:
            return []
        return (text or "").split("\n")

    return lines
