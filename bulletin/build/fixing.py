"""`bulletin check --fix`: find and write the files of a station that change."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from pathlib import Path

from bulletin.build.project import open_project
from bulletin.check.fixes import FixedFile, fix_file
from bulletin.check.office import make_office
from bulletin.check.wordlists import read_word_lists
from bulletin.core.errors import OutputError
from bulletin.core.files import read_file, replace_file
from bulletin.core.model import Source
from bulletin.core.problems import N_, Problem
from bulletin.read.sources import find_sources, load_source

_COPIES = "before-fix"
"""Backups in the work folder: each original file, by the time of the fix."""


def unread_word_lists(root: Path) -> tuple[Problem, ...]:
    """Word lists that a fix must do without, and lines of the others that say nothing."""
    project = open_project(root)
    return (*project.unread_lists, *read_word_lists(project.word_lists).problems)


def fixed_files(root: Path, *, titles: bool) -> Iterator[FixedFile]:
    """The files that change, sorted by name."""
    project = open_project(root)
    office = make_office(project.station, read_word_lists(project.word_lists))
    for found in find_sources(root)[0]:
        source = load_source(root, found)
        for index, file in enumerate(source.files if isinstance(source, Source) else ()):
            fixed = fix_file(file, found.kind if index == 0 else "article", office, titles=titles)
            if fixed.changed:
                yield fixed


def write_fixed(root: Path, work: str, fixed: FixedFile, now: datetime) -> str:
    """Back up the old file and replace it atomically; returns the backup's path relative to the root.

    Raises `OutputError`, also for a file that was changed in the meantime; then the file is unchanged.
    """
    path, copy = root / fixed.path, root / work / _COPIES / f"{now:%Y%m%d-%H%M%S}" / fixed.path

    def data() -> Iterator[bytes]:
        yield fixed.after
        if read_file(path) != fixed.before:  # as late as possible, so as not to overwrite what an editor saved
            raise OutputError(N_("the file was changed meanwhile, and was left as it is."), path=path)

    try:
        copy.parent.mkdir(parents=True, exist_ok=True)
        copy.write_bytes(fixed.before)
        replace_file(path, data(), sync=True)
    except OSError as error:
        raise OutputError(N_("cannot be written: {reason}."), path=path, reason=error.strerror or "") from error
    return copy.relative_to(root).as_posix()
