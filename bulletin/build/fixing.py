"""`bulletin check --fix`: find and write the files of a station that change."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path

from bulletin.build.edited_file import write_edited
from bulletin.build.project import open_project
from bulletin.check.fixes import FixedFile, fix_file
from bulletin.check.office import make_office
from bulletin.check.wordlists import read_word_lists
from bulletin.core.errors import OutputError
from bulletin.core.files import read_file
from bulletin.core.model import Ref, Source, SourceFile, Value
from bulletin.core.problems import N_, Problem
from bulletin.read.assets import asset_path
from bulletin.read.decode import decode_text
from bulletin.read.documents.cleaning import clean_document
from bulletin.read.documents.facts import Trace
from bulletin.read.documents.reading import MAX_DOCUMENT_BYTES
from bulletin.read.identity import is_issue
from bulletin.read.sources import find_sources, is_within, load_source
from bulletin.read.text_files import is_index, is_plain

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
        if isinstance(source, Source) and is_plain(source.path) and not is_issue(source.files[0]):
            continue
        for index, file in enumerate(source.files if isinstance(source, Source) else ()):
            fixed = fix_file(file, found.kind if index == 0 else "article", office, titles=titles)
            if fixed.changed:
                yield fixed


class CleanedFile(Value, frozen=True):
    """An attached Office file, and what was taken out of it."""

    file: FixedFile
    taken: tuple[Trace, ...]


def cleaned_files(root: Path) -> Iterator[CleanedFile]:
    """The attached files that can be cleaned, sorted by name: those that a text links to or that lie in an issue's
    folder.
    """
    paths = {path for found in find_sources(root)[0] for path in _attached(root, load_source(root, found))}
    content = (root / "content").resolve()
    for path in sorted(paths):
        try:
            if not is_within(root / path, content) or (root / path).stat().st_size > MAX_DOCUMENT_BYTES:
                continue
            data = read_file(root / path)
        except OSError:  # the check names it
            continue
        if cleaned := clean_document(path, data):
            yield CleanedFile(FixedFile(path, data, cleaned[0]), cleaned[1])


_OFFICE_FILE = re.compile(r"(?i)\.(?:docx|xlsx|pptx)$")
_TARGET = re.compile(
    r"""\]\(\s*(?:<(?P<angled>[^<>\n]+)>|(?P<plain>(?:[^()\s<>]|\([^()\s<>]*\))+))"""
    r"""|^[ ]{0,3}\[[^\[\]\n]+\]:[ \t]*<?(?P<defined>[^\s<>]+)|href\s*=\s*["'](?P<html>[^"'\n]+)""",
    re.MULTILINE,
)
"""Where a link leads, however it is written."""


def _attached(root: Path, source: Source | object) -> Iterator[str]:
    """Paths of the Office files of a source that may go out with it."""
    for file in source.files if isinstance(source, Source) else ():
        yield from _linked(file)
        if is_index(file.path):
            for found in (root / file.path).parent.rglob("*"):
                if _OFFICE_FILE.search(found.name) and not found.name.startswith((".", "~$")):
                    yield found.relative_to(root).as_posix()


def _linked(file: SourceFile) -> Iterator[str]:
    text, _ = decode_text(file)
    for found in _TARGET.finditer(text or ""):
        target = next(filter(None, found.groups()))
        path = asset_path(Ref("link", target, file.path, 0))
        if path and _OFFICE_FILE.search(path):
            yield path


def write_fixed(root: Path, work: str, fixed: FixedFile, now: datetime) -> str:
    """Back up the old file and replace it atomically; returns the backup's path relative to the root.

    Raises `OutputError`, also for a file that was changed in the meantime; then the file is unchanged.
    """
    path, copy = root / fixed.path, root / work / _COPIES / f"{now:%Y%m%d-%H%M%S}" / fixed.path
    try:
        copy.parent.mkdir(parents=True, exist_ok=True)
        copy.write_bytes(fixed.before)
    except OSError as error:
        raise OutputError(N_("cannot be written: {reason}."), path=path, reason=error.strerror or "") from error
    write_edited(path, fixed.before, fixed.after)
    return copy.relative_to(root).as_posix()
