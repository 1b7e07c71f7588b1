"""Bind a year: all of its issues that the gate lets go, in one PDF with contents and an index of authors."""

from __future__ import annotations

import tempfile
from collections.abc import Iterable
from datetime import datetime
from pathlib import Path

from bulletin.build.leaves import LeafArchive, open_leaves
from bulletin.build.printing import PrintedFile, sources_of, station_fonts, write_printed
from bulletin.core.i18n import translations
from bulletin.core.print_settings import PrintSettings
from bulletin.core.problems import Problem, problem, sort_problems
from bulletin.core.progress import Progress, no_progress
from bulletin.core.station import STATION
from bulletin.editions.leaf import make_leaf
from bulletin.editions.print.issue import Printed, Printer, character_problems, result_problems, table_problems
from bulletin.editions.print.typesetting import Typesetter
from bulletin.editions.print.volume import VolumeMaker

_SECONDS, _MEGABYTES = 300.0, 3072
"""What the volume of a year may take; 1,700 pages take 10 s and 800 MB."""


def bind_year(
    root: Path,
    year: int,
    now: datetime,
    jobs: int,
    system_fonts: Iterable[Path],
    out: Path | None = None,
    progress: Progress = no_progress,
) -> PrintedFile:
    """Write the volume of a year, ``out/print/2014.pdf`` unless ``out`` says where. Raises `BulletinError`."""
    with open_leaves(root, now, jobs, progress) as archive:
        settings = archive.resolved.archive.station.print or PrintSettings()
        fonts = station_fonts(root, settings, system_fonts)
        with Typesetter(fonts, _SECONDS, _MEGABYTES) as typesetter:
            typesetter.start()
            printed = _volume(root, year, archive, typesetter, settings, progress)
    return write_printed(out or root / "out" / "print" / f"{year}.pdf", printed, printed.problems)


def _volume(
    root: Path, year: int, archive: LeafArchive, typesetter: Typesetter, settings: PrintSettings, progress: Progress
) -> Printed:
    every = archive.of_year(year)
    say = translations(archive.resolved.archive.station.language).gettext
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
            sources = sources_of(root, inputs.issue)
            maker.add(leaf, archive.texts.picture)
            found += [*character_problems(leaf, printer.lettering, sources), *table_problems(leaf, sources)]
        progress("print", len(every), len(every) * 2)
        done_pdf = typesetter.pdf(maker.document())
    progress("print", len(every) * 2, len(every) * 2)
    return Printed(done_pdf.output, sort_problems([*found, *result_problems(done_pdf, STATION)]))
