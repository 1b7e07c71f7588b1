"""The issue on A4 as a file of the site, ``issues/2014002/2014002.pdf``; print/ makes it."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from functools import cache
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING

from msgspec import structs

from bulletin.arrange.plan import BinaryFile, OutputGroup
from bulletin.arrange.resolve import ResolvedArchive
from bulletin.core.model import Value
from bulletin.core.print_settings import PrintSettings
from bulletin.core.problems import N_, Problem, problem
from bulletin.core.station import STATION
from bulletin.editions.blocks import Paragraph, Run, TextBlocks
from bulletin.editions.choice import chosen_issues
from bulletin.editions.edition import Edition, PlacedEdition, Surroundings
from bulletin.editions.form import Form, Texts
from bulletin.editions.leaf import Leaf, LeafInputs, make_leaf
from bulletin.editions.print.faces import FontSet, find_fonts, system_font_folders
from bulletin.editions.sources import Sources

if TYPE_CHECKING:
    from bulletin.editions.print.issue import Printed, Printer


class PrintedInputs(Value, frozen=True):
    """All that a sheet is made from."""

    leaf: LeafInputs
    settings: PrintSettings
    fonts: FontSet
    root: Path
    """The project's folder, where the lines of problems are looked up."""

    def identity(self) -> object:
        faces = [(face.name, face.index, face.size, face.modified) for face in self.fonts.faces()]
        return self.leaf.identity(), self.settings, faces


def _path(id_: str) -> str:
    return f"issues/{id_}/{id_}.pdf"


_NAME = "print"
_FORM = Form(N_("PDF for printing (A4)"), _path)


def _placed(surroundings: Surroundings) -> PlacedEdition:
    station = surroundings.station
    settings = station.print or PrintSettings()
    own = [Path(surroundings.root, settings.fonts)] if settings.fonts else []
    system = system_font_folders(sys.platform, Path.home())
    fonts = cache(lambda: find_fonts(own, system))
    form = structs.replace(_FORM, lacks=lambda: _lacking(fonts))
    edition = structs.replace(
        PRINT, outputs=lambda resolved: _outputs(resolved, form, fonts, Path(surroundings.root)), form=form
    )
    asked = any(each.split()[0] == _NAME for each in station.editions)
    return PlacedEdition(edition, tuple(map(str, (*own, *system))) if asked else ())


def _lacking(fonts: Callable[[], FontSet]) -> Problem | None:
    if any(find_spec(name) is None for name in ("typst", "uharfbuzz")):
        return problem("A113", STATION, edition=_NAME, command=f'pip install "bulletin[{_NAME}]"')
    return None if fonts().usable else problem("A114", STATION, edition=_NAME)


def _outputs(resolved: ResolvedArchive, form: Form, fonts: Callable[[], FontSet], root: Path) -> Iterator[OutputGroup]:
    station = resolved.archive.station
    for issue in chosen_issues(resolved, _NAME, form):
        leaf = LeafInputs.of(station, issue, resolved.links[issue.source])
        inputs = PrintedInputs(leaf, station.print or PrintSettings(), fonts(), root)
        name = f"issue {issue.id} {_NAME}"  # kept with the issue's pages where these are kept
        yield OutputGroup(name, inputs, (_path(issue.id),), issue.source, inputs.identity())


def _make(texts: Texts, inputs: PrintedInputs) -> Iterator[BinaryFile | Problem]:
    from bulletin.editions.print.issue import Printer
    from bulletin.editions.print.typesetting import Typesetter

    leaf = make_leaf(texts, inputs.leaf)
    with Typesetter(inputs.fonts) as typesetter:
        printer = Printer(typesetter, inputs.settings, texts.translate)
        sources = Sources.of(inputs.root, inputs.leaf.issue)
        printed = printer.sheet(leaf, texts.picture, sources)
        yield from printed.problems
        if not printed.pdf:
            printed = _apology(printer, leaf, texts, sources)
    if printed.pdf:
        yield BinaryFile(_path(leaf.id), printed.pdf)


def _apology(printer: Printer, leaf: Leaf, texts: Texts, sources: Sources) -> Printed:
    """A sheet that says where the issue can be read, for who follows the link on its page."""
    words = texts.translate(N_("This issue could not be set on paper. It can be read on its page: {url}"))
    text = TextBlocks((Paragraph((Run(words.format(url=leaf.url or leaf.publisher.name)),)),))
    return printer.sheet(structs.replace(leaf, lead=text, sections=(), corrections=()), texts.picture, sources)


PRINT = Edition(_NAME, lambda _: iter(()), _make, has_shell=False, form=_FORM, placed=_placed)
