"""Export an issue: what the gate lets go, as a file that one can hand on."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path
from typing import Literal

from bulletin.build.leaves import LeafArchive, open_leaves
from bulletin.core.errors import OutputError, UsageError
from bulletin.core.files import replace_file
from bulletin.core.problems import N_
from bulletin.core.progress import Progress, no_progress
from bulletin.editions.epub.book import epub_of_issue, epub_of_year
from bulletin.editions.leaf import LeafInputs, make_leaf
from bulletin.editions.plain_text import text_of_issue

ExportForm = Literal["epub", "text"]
_SUFFIXES = {"epub": ".epub", "text": ".txt"}


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
) -> Path:
    """Write an issue, or a year's book, into a file: ``out/export/2014002.epub`` unless ``out`` says where.

    ``name``: id, printed number or file of an issue; four digits for the book of a year. ``drafts``: also a draft or
    what the gate keeps back, marked as one. Returns the file's path; raises `BulletinError`.
    """
    with open_leaves(root, now, jobs, progress, drafts=drafts) as archive:
        made, data = _made(archive, form, name, progress)
    path = out or root / "out" / "export" / f"{made}{_SUFFIXES[form]}"
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        replace_file(path, data)
    except OSError as error:
        raise OutputError(N_("cannot be written: {reason}."), path=path, reason=error.strerror) from error
    return path


def _made(archive: LeafArchive, form: ExportForm, name: str, progress: Progress) -> tuple[str, bytes]:
    """What the file is called, and its bytes."""
    texts = archive.texts
    if re.fullmatch(r"[0-9]{4}", name) and not _is_issue(archive, name):
        if form == "text":
            raise UsageError(
                N_("a year can be exported as a book only: {command}"), command=f"bulletin export epub {name}"
            )
        leaves = [make_leaf(texts, inputs) for inputs in _counted(archive.of_year(int(name)), progress)]
        return name, epub_of_year(leaves, texts.picture, texts.translate)
    leaf = make_leaf(texts, archive.inputs(name))
    if form == "text":
        return leaf.id, text_of_issue(leaf, texts.translate)
    return leaf.id, epub_of_issue(leaf, texts.picture, texts.translate)


def _is_issue(archive: LeafArchive, name: str) -> bool:
    return any(issue.id == name for issue in archive.resolved.archive.issues)


def _counted(issues: tuple[LeafInputs, ...], progress: Progress) -> Iterator[LeafInputs]:
    for done, inputs in enumerate(issues):
        progress("render", done, len(issues))
        yield inputs
    progress("render", len(issues), len(issues))
