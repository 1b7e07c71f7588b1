"""Print an issue, its poster, or a year: what the gate lets go, on paper."""

from __future__ import annotations

import sys
import tempfile
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from typing import NamedTuple

from msgspec import structs

from bulletin.build.leaves import LeafArchive, open_leaves
from bulletin.check.findings import Held
from bulletin.core.errors import OutputError
from bulletin.core.files import replace_file
from bulletin.core.model import Value
from bulletin.core.print_settings import PrintSettings
from bulletin.core.problems import N_, Problem, problem, sort_problems
from bulletin.core.progress import Progress, no_progress
from bulletin.core.station import STATION
from bulletin.editions.leaf import Leaf, make_leaf
from bulletin.editions.print.faces import FontSet, find_fonts, system_font_folders
from bulletin.editions.print.issue import Printed, Printer, character_problems, result_problems, table_problems
from bulletin.editions.print.pictures import PictureBytes
from bulletin.editions.print.typesetting import Typesetter
from bulletin.editions.print.volume import VolumeMaker
from bulletin.editions.sources import Sources

_SECONDS, _MEGABYTES = 300.0, 3072
"""What the volume of a year may take; 1,700 pages take 4 s and 700 MB."""


class PrintedFile(Value, frozen=True):
    """A file that was made for paper."""

    path: Path
    is_made: bool
    """False: a problem says why not."""
    problems: tuple[Problem, ...]
    """Of the issue's own files, and of what is printed; of a year, also of issues that cannot be read."""
    left_out: tuple[Held, ...] = ()
    """Issues of the year that are kept back."""


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
    with _opened(root, name, now, jobs, progress, drafts=drafts) as job:
        progress("print", 0, 1)
        printed = job.printer.sheet(job.leaf, job.picture, job.sources)
        progress("print", 1, 1)
    return _write_printed(out or _out(root, job.leaf.id), printed, job.problems)


def print_poster(
    root: Path,
    name: str,
    now: datetime,
    jobs: int,
    out: Path | None = None,
    progress: Progress = no_progress,
    *,
    drafts: bool = False,
) -> PrintedFile:
    """Write the poster of an issue, ``out/print/2014002-poster.pdf`` unless ``out`` says where, and beside it the same
    as a picture for a screen (.png); the arguments are those of `print_issue`. Raises `BulletinError`.
    """
    with _opened(root, name, now, jobs, progress, drafts=drafts) as job:
        printed, png = job.printer.poster(job.leaf, job.picture, job.sources)
    path = out or _out(root, f"{job.leaf.id}-poster")
    made = _write_printed(path, printed, job.problems)
    if png:
        _write_printed(path.with_suffix(".png"), Printed(png, ()))
    return made


class _PrintJob(NamedTuple):
    """An issue, and what prints it."""

    leaf: Leaf
    picture: PictureBytes
    sources: Sources
    printer: Printer
    problems: tuple[Problem, ...]
    """Of the issue's own files."""


@contextmanager
def _opened(
    root: Path, name: str, now: datetime, jobs: int, progress: Progress, *, drafts: bool
) -> Iterator[_PrintJob]:
    with open_leaves(root, now, jobs, progress, drafts=drafts) as archive:
        inputs = archive.inputs(name)
        leaf = make_leaf(archive.texts, inputs)
        settings = archive.resolved.archive.station.print or PrintSettings()
        sources = Sources.of(root, inputs.issue)
        with Typesetter(station_fonts(root, settings)) as typesetter:
            printer = Printer(typesetter, settings, archive.texts.translate)
            yield _PrintJob(leaf, archive.texts.picture, sources, printer, tuple(_own_problems(archive, sources)))


def _out(root: Path, name: str) -> Path:
    return root / "out" / "print" / f"{name}.pdf"


def bind_year(
    root: Path,
    year: int,
    now: datetime,
    jobs: int,
    out: Path | None = None,
    progress: Progress = no_progress,
) -> PrintedFile:
    """Write the volume of a year, ``out/print/2014.pdf`` unless ``out`` says where. Raises `BulletinError`."""
    with open_leaves(root, now, jobs, progress) as archive:
        settings = archive.resolved.archive.station.print or PrintSettings()
        fonts = station_fonts(root, settings)
        with Typesetter(fonts, _SECONDS, _MEGABYTES) as typesetter:
            typesetter.start()
            printed = _volume(root, year, archive, typesetter, settings, progress)
        written = _write_printed(out or _out(root, str(year)), printed, archive.unread())
    return structs.replace(written, left_out=archive.left_out(year))


def _volume(
    root: Path, year: int, archive: LeafArchive, typesetter: Typesetter, settings: PrintSettings, progress: Progress
) -> Printed:
    every = archive.of_year(year)
    say = archive.texts.translate
    printer = Printer(typesetter, settings, say)
    if not printer.fonts.usable:
        return Printed(b"", (problem("T108", STATION),))
    found: list[Problem] = list(printer.font_problems())
    with tempfile.TemporaryDirectory(prefix="bulletin-bind-", ignore_cleanup_errors=True) as folder:

        def store(name: str, content: bytes) -> str:
            path = Path(folder) / name
            path.write_bytes(content)
            return str(path)

        maker = VolumeMaker(year, settings, printer.lettering, say, store)
        for done, inputs in enumerate(every):
            progress("print", done, len(every) * 2)  # setting them takes as long as gathering them
            leaf = make_leaf(archive.texts, inputs)
            sources = Sources.of(root, inputs.issue)
            maker.add(leaf, archive.texts.picture)
            found += [*character_problems(leaf, printer.lettering, sources), *table_problems(leaf, sources)]
        progress("print", len(every), len(every) * 2)
        done_pdf = typesetter.pdf(maker.document())
    progress("print", len(every) * 2, len(every) * 2)
    return Printed(done_pdf.output, sort_problems([*found, *result_problems(done_pdf, STATION)]))


def station_fonts(root: Path, settings: PrintSettings) -> FontSet:
    """The fonts of the station's own folder, and those of the system. Raises `ExtraMissing`."""
    return find_fonts([root / settings.fonts] if settings.fonts else [], system_font_folders(sys.platform, Path.home()))


def _own_problems(archive: LeafArchive, sources: Sources) -> Iterable[Problem]:
    return (each for each in archive.problems if each.path in sources.texts and each.severity != "notice")


def _write_printed(path: Path, printed: Printed, own: Iterable[Problem] = ()) -> PrintedFile:
    """Put the file into its place, whole or not at all. Raises `OutputError`."""
    if printed.pdf:
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
            replace_file(path, printed.pdf)
        except OSError as error:
            raise OutputError(N_("cannot be written: {reason}."), path=path, reason=error.strerror) from error
    return PrintedFile(path, bool(printed.pdf), sort_problems([*printed.problems, *own]))
