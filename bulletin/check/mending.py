"""Every file of a station that `bulletin check --fix` would change."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from bulletin.check.mend import Mended, mend
from bulletin.model import Source
from bulletin.project import open_project
from bulletin.read.sources import find_sources, load


def mended_files(root: Path, *, titles: bool) -> Iterator[Mended]:
    """The files that change, in the order of their names."""
    known = tuple(rule.title for rule in open_project(root).station.sections)
    for found in find_sources(root)[0]:
        source = load(root, found)
        for index, file in enumerate(source.files if isinstance(source, Source) else ()):
            mended = mend(file, found.kind if index == 0 else "article", known, titles=titles)
            if mended.changed:
                yield mended
