"""Every file of a station that `bulletin check --fix` would change."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from bulletin.build.examine import word_files
from bulletin.build.project import open_project
from bulletin.check.mend import Mended, mend
from bulletin.check.office import make_office
from bulletin.check.wordlists import read_words
from bulletin.core.model import Source
from bulletin.read.sources import find_sources, load


def mended_files(root: Path, *, titles: bool) -> Iterator[Mended]:
    """The files that change, in the order of their names."""
    office = make_office(open_project(root).station, read_words(word_files(root)))
    for found in find_sources(root)[0]:
        source = load(root, found)
        for index, file in enumerate(source.files if isinstance(source, Source) else ()):
            mended = mend(file, found.kind if index == 0 else "article", office, titles=titles)
            if mended.changed:
                yield mended
