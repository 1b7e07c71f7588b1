"""The sources of a release never hold what was withdrawn: its lines are cut out of them, its files left out."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

Spans = tuple[tuple[str, int, int], ...]
"""File, first and last line (`PublicTexts.withdrawn`)."""


def whole_files(spans: Spans) -> tuple[frozenset[str], tuple[str, ...]]:
    """Files that go as a whole, and folders that do."""
    files = frozenset(path for path, first, _ in spans if first == 0 and not path.endswith("/"))
    return files, tuple(path for path, _, _ in spans if path.endswith("/"))


def lines_by_file(spans: Spans) -> Mapping[str, tuple[tuple[int, int], ...]]:
    """First and last line of what is cut out of each file that stays."""
    found: dict[str, list[tuple[int, int]]] = {}
    for path, first, last in spans:
        if first > 0 and not path.endswith("/"):
            found.setdefault(path, []).append((first, last))
    return {path: tuple(lines) for path, lines in found.items()}


def without_lines(data: bytes, spans: Iterable[tuple[int, int]]) -> bytes:
    """A file without these lines, counted from 1; a last line of 0 is the end of the file."""
    spans = tuple(spans)
    lines = data.splitlines(keepends=True)
    return b"".join(
        line
        for number, line in enumerate(lines, 1)
        if not any(first <= number and (last == 0 or number <= last) for first, last in spans)
    )
