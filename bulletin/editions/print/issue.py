"""An issue on paper: from its leaf to the PDF, and what cannot be printed as it was written."""

from __future__ import annotations

import unicodedata
from collections import Counter
from collections.abc import Iterator

from bulletin.core.i18n import Translate
from bulletin.core.model import Value
from bulletin.core.print_settings import PrintSettings
from bulletin.core.problems import Problem, problem, sort_problems
from bulletin.core.station import STATION
from bulletin.editions.blocks import Block, Table, TextBlocks, lines, nested, runs_of, text_of
from bulletin.editions.leaf import Leaf
from bulletin.editions.print.faces import characters_of
from bulletin.editions.print.pictures import PictureBytes
from bulletin.editions.print.poster import poster_inputs, shown_on_poster
from bulletin.editions.print.sheet import SheetInputs, sheet_inputs
from bulletin.editions.print.tables import lay_out
from bulletin.editions.print.typesetting import PrintDocument, Template, Typesetter
from bulletin.editions.print.typst_worker import TypesettingResult
from bulletin.editions.print.words import Lettering
from bulletin.editions.sources import Sources, first_word

_SHEET = Template("sheet.typ")
_POSTER = Template("poster.typ")
_SCREEN_DOTS = 150.0
"""An inch: 1240 × 1754, what a screen on the wall shows."""


class Printed(Value, frozen=True):
    """A PDF, and what is to be said of it."""

    pdf: bytes
    """Empty where there is none; then one of the problems says why."""
    problems: tuple[Problem, ...]


class Printer:
    """Prints the issues of a station, one after another, with the same fonts. Use within the `Typesetter`'s life."""

    def __init__(self, typesetter: Typesetter, settings: PrintSettings, translate: Translate) -> None:
        """Raises `ExtraMissing`."""
        self.fonts = typesetter.fonts
        self.lettering = Lettering(characters_of(self.fonts.chains[0].faces))
        self._typesetter = typesetter
        self._settings = settings
        self._translate = translate

    def sheet(self, leaf: Leaf, picture: PictureBytes, sources: Sources) -> Printed:
        """The issue on A4. Raises `WorkerError`."""
        if not self.fonts.usable:
            return Printed(b"", (problem("T108", STATION),))
        made = self.inputs(leaf, picture)
        done = self._typesetter.pdf(PrintDocument(_SHEET, made.data, made.files, leaf.date))
        found = [*character_problems(leaf, self.lettering, sources), *table_problems(leaf, sources)]
        found += [*self.font_problems(), *result_problems(done, sources.path)]
        return Printed(done.output, sort_problems(found))

    def poster(self, leaf: Leaf, picture: PictureBytes, sources: Sources) -> tuple[Printed, bytes]:
        """The poster, and the same as PNG for a screen, empty where there is none. Raises `WorkerError`."""
        if not self.fonts.usable:
            return Printed(b"", (problem("T108", STATION),)), b""
        made = poster_inputs(leaf, picture, self.lettering, self._translate)
        document = PrintDocument(_POSTER, made.data, made.files, leaf.date)
        done = self._typesetter.pdf(document)
        missing = character_problems(shown_on_poster(leaf), self.lettering, sources)
        found = [*missing, *self.font_problems(), *result_problems(done, sources.path)]
        png = self._typesetter.png(document, _SCREEN_DOTS).output if done.output else b""
        return Printed(done.output, sort_problems(found)), png

    def inputs(self, leaf: Leaf, picture: PictureBytes) -> SheetInputs:
        """What the template of the sheet is given."""
        return sheet_inputs(leaf, self._settings, picture, self.lettering, self._translate)

    def font_problems(self) -> Iterator[Problem]:
        """One notice of what stands in for what."""
        missing = [chain for chain in self.fonts.chains if not chain.is_standard]
        if missing:
            pairs = "，".join(f"{chain.standard} → {chain.faces[0].name}" for chain in missing)
            yield problem("T105", STATION, fonts=pairs)


def result_problems(done: TypesettingResult, path: str) -> Iterator[Problem]:
    """That there is no PDF, or none that holds to the standards."""
    if not done.output:
        yield problem("T107", path, reason=done.reason)
    elif done.reason:
        yield problem("T106", path, words=done.reason)


# ── characters


def character_problems(leaf: Leaf, lettering: Lettering, sources: Sources) -> Iterator[Problem]:
    """Each character that is printed as 〓, once, at the place where it is written first."""
    counts = Counter(piece for text in _words(leaf) for piece in lettering.missing(text))
    for piece, count in counts.items():
        path, line = sources.place(piece)
        number = "+".join(f"U+{ord(character):04X}" for character in piece)
        category = unicodedata.category(piece[0])
        code = "T102" if category == "Co" else "T103" if category in ("Cc", "Cs", "Cn") else "T101"
        yield problem(code, path, line, character=piece, number=number, count=count)


def _words(leaf: Leaf) -> Iterator[str]:
    """All that is printed of a leaf, block by block."""
    yield from (leaf.title, leaf.number, leaf.byline, leaf.publisher.bulletin, leaf.publisher.organizer)
    yield text_of(leaf.heading)
    for section in leaf.sections:
        yield from (text_of(section.heading), section.byline)
        for article in section.articles:
            yield from (text_of(article.heading), article.byline)
    for each in leaf.corrections:
        yield from (each.was, each.now)
    for text in leaf.texts():
        yield from lines(text.blocks)
        yield from (run.ruby for block in _blocks(text) for run in runs_of(block) if run.ruby)
        for note in text.notes:
            yield from lines(note.blocks)


def _blocks(text: TextBlocks) -> Iterator[Block]:
    for block in (*text.blocks, *(block for note in text.notes for block in note.blocks)):
        yield from nested(block)


# ── tables


def table_problems(leaf: Leaf, sources: Sources) -> Iterator[Problem]:
    """Each table whose columns are narrower than what is in them."""
    for text in leaf.texts():
        for block in _blocks(text):
            if isinstance(block, Table) and block.width and not lay_out(block).fits:
                path, line = sources.place(first_word(lines([block])))
                yield problem("T104", path, line, columns=block.width)
