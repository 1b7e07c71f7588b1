"""Print an issue: what the gate lets go, on paper."""

from __future__ import annotations

import sys
from collections.abc import Iterable
from datetime import datetime
from pathlib import Path

from bulletin.build.leaves import LeafArchive, open_leaves
from bulletin.core.errors import OutputError
from bulletin.core.files import read_file, replace_file
from bulletin.core.i18n import translations
from bulletin.core.model import Issue, SourceFile, Value
from bulletin.core.print_settings import PrintSettings
from bulletin.core.problems import N_, Problem, sort_problems
from bulletin.core.progress import Progress, no_progress
from bulletin.editions.leaf import make_leaf
from bulletin.editions.print.faces import FontSet, find_fonts, system_font_folders
from bulletin.editions.print.issue import Printed, Printer, Sources
from bulletin.editions.print.typesetting import Typesetter
from bulletin.read.decode import decode_text


class PrintedFile(Value, frozen=True):
    """A file that was made for paper."""

    path: Path
    is_made: bool
    """False: a problem says why not."""
    problems: tuple[Problem, ...]
    """Of the issue's own files, and of what is printed."""


def print_issue(
    root: Path,
    name: str,
    now: datetime,
    jobs: int,
    out: Path | None = None,
    progress: Progress = no_progress,
    *,
    drafts: bool = False,
) -> PrintedFile:
    """Write the sheet of an issue, ``out/print/2014002.pdf`` unless ``out`` says where.

    ``name``: id, printed number or file; ``drafts``: also a draft or what the gate keeps back, with a mark across each
    page. Raises `BulletinError`.
    """
    with open_leaves(root, now, jobs, progress, drafts=drafts) as archive:
        inputs = archive.inputs(name)
        leaf = make_leaf(archive.texts, inputs)
        settings = archive.resolved.archive.station.print or PrintSettings()
        sources = _sources(root, inputs.issue)
        with Typesetter(station_fonts(root, settings)) as typesetter:
            printer = Printer(typesetter, settings, translations(inputs.publisher.language).gettext)
            progress("print", 0, 1)
            printed = printer.sheet(leaf, archive.texts.picture, sources)
            progress("print", 1, 1)
        problems = (*printed.problems, *_own_problems(archive, sources))
    return _written(out or root / "out" / "print" / f"{leaf.id}.pdf", printed, sort_problems(problems))


def station_fonts(root: Path, settings: PrintSettings) -> FontSet:
    """The fonts of the station's own folder, and those of the system. Raises `ExtraMissing`."""
    return find_fonts([root / settings.fonts] if settings.fonts else [], system_font_folders(sys.platform, Path.home()))


def _sources(root: Path, issue: Issue) -> Sources:
    paths = dict.fromkeys((issue.source, *(each.path for section in issue.sections for each in section.articles)))
    return Sources(issue.source, {path: _text(root, path) for path in paths})


def _text(root: Path, path: str) -> str:
    try:
        text, _ = decode_text(SourceFile(path, read_file(root / path)))
    except OSError:  # changed since it was read
        return ""
    return text or ""


def _own_problems(archive: LeafArchive, sources: Sources) -> Iterable[Problem]:
    return (each for each in archive.problems if each.path in sources.texts and each.severity != "notice")


def _written(path: Path, printed: Printed, problems: tuple[Problem, ...]) -> PrintedFile:
    if printed.pdf:
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
            replace_file(path, printed.pdf)
        except OSError as error:
            raise OutputError(N_("cannot be written: {reason}."), path=path, reason=error.strerror) from error
    return PrintedFile(path, bool(printed.pdf), problems)
