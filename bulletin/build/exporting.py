"""Export an issue: what the gate lets go, as a file that one can hand on."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path
from typing import Literal, NamedTuple

from bulletin.build.leaves import LeafArchive, open_leaves
from bulletin.check.findings import Held
from bulletin.core.errors import OutputError, UsageError
from bulletin.core.extras import needs_extra
from bulletin.core.files import replace_file
from bulletin.core.model import Value
from bulletin.core.print_settings import PrintSettings
from bulletin.core.problems import N_, Problem, sort_problems
from bulletin.core.progress import Progress, no_progress
from bulletin.editions.epub.book import epub_of_issue, epub_of_year
from bulletin.editions.epub.look import book_look
from bulletin.editions.leaf import Leaf, LeafInputs, make_leaf
from bulletin.editions.plain_text import text_of_issue
from bulletin.editions.word_form.template import word_template

ExportForm = Literal["epub", "text", "word"]
_SUFFIXES = {"epub": ".epub", "text": ".txt", "word": ".docx"}


class ExportedFile(Value, frozen=True):
    """A file to hand on."""

    path: Path
    problems: tuple[Problem, ...]
    """Of the issue's own files; of a year, of issues that cannot be read and so are not in the book."""
    left_out: tuple[Held, ...]
    """Issues of the year that are kept back."""


def export_issue(
    root: Path,
    form: ExportForm,
    name: str,
    now: datetime,
    jobs: int,
    out: Path | None = None,
    progress: Progress = no_progress,
    *,
    drafts: bool = False,
) -> ExportedFile:
    """Write an issue, or a year's book, into a file: ``out/export/2014002.epub`` unless ``out`` says where.

    ``name``: id, printed number or file of an issue; four digits for the book of a year. ``drafts``: also a draft or
    what the gate keeps back, marked as one. Raises `BulletinError`.
    """
    with open_leaves(root, now, jobs, progress, drafts=drafts) as archive:
        made = _made(root, archive, form, name, progress)
    return _write_exported(out or root / "out" / "export" / f"{made.name}{_SUFFIXES[form]}", made)


def export_year(
    root: Path, year: int, now: datetime, jobs: int, out: Path | None = None, progress: Progress = no_progress
) -> ExportedFile:
    """Write the book of a year as `export_issue` does for four digits. Raises `BulletinError`."""
    with open_leaves(root, now, jobs, progress) as archive:
        made = _book_of_year(root, archive, year, progress)
    return _write_exported(out or root / "out" / "export" / f"{made.name}.epub", made)


def _write_exported(path: Path, made: _Made) -> ExportedFile:
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        replace_file(path, made.data)
    except OSError as error:
        raise OutputError(N_("cannot be written: {reason}."), path=path, reason=error.strerror) from error
    return ExportedFile(path, sort_problems(made.problems), made.left_out)


class _Made(NamedTuple):
    name: str
    """Of the file, without its suffix."""
    data: bytes
    problems: tuple[Problem, ...]
    left_out: tuple[Held, ...] = ()


def _made(root: Path, archive: LeafArchive, form: ExportForm, name: str, progress: Progress) -> _Made:
    texts = archive.texts
    if re.fullmatch(r"[0-9]{4}", name) and not _is_issue(archive, name):
        if form != "epub":
            raise UsageError(
                N_("a year can be exported as a book only: {command}"), command=f"bulletin export epub {name}"
            )
        return _book_of_year(root, archive, int(name), progress)
    inputs = archive.inputs(name)
    leaf = make_leaf(texts, inputs)
    if form == "text":
        data = text_of_issue(leaf, texts.translate)
    elif form == "word":
        data = _word_document(root, archive, leaf)
    else:
        data = epub_of_issue(leaf, texts.picture, texts.translate, book_look(root))
    return _Made(leaf.id, data, archive.of_files(inputs.issue))


def _word_document(root: Path, archive: LeafArchive, leaf: Leaf) -> bytes:
    with needs_extra("word"):
        from bulletin.editions.word_form.document import word_document
    settings = archive.resolved.archive.station.print or PrintSettings()
    return word_document(leaf, settings, archive.texts.picture, archive.texts.translate, word_template(root))


def _book_of_year(root: Path, archive: LeafArchive, year: int, progress: Progress) -> _Made:
    texts = archive.texts
    leaves = [make_leaf(texts, inputs) for inputs in _counted(archive.of_year(year), progress)]
    book = epub_of_year(leaves, texts.picture, texts.translate, book_look(root))
    return _Made(str(year), book, archive.unread(), archive.left_out(year))


def _is_issue(archive: LeafArchive, name: str) -> bool:
    return any(issue.id == name for issue in archive.resolved.archive.issues)


def _counted(issues: tuple[LeafInputs, ...], progress: Progress) -> Iterator[LeafInputs]:
    for done, inputs in enumerate(issues):
        progress("render", done, len(issues))
        yield inputs
    progress("render", len(issues), len(issues))
