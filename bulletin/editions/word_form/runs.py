"""Runs of words as runs of Word: marks, links, notes, readings above, pictures among the words."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator
from typing import NamedTuple

from bulletin.core.i18n import Translate
from bulletin.editions.blocks import Image, Note, Run
from bulletin.editions.print.picture_sizes import MAX_HEIGHT_MM
from bulletin.editions.print.pictures import PictureBytes, picture_form
from bulletin.editions.print.tables import has_reading_above
from bulletin.editions.word_form.drawings import drawing
from bulletin.editions.word_form.groups import BlockGroup, bookmark_name
from bulletin.editions.word_form.markup import WordElement, element, on, with_related, written
from bulletin.editions.word_form.package import DocumentPackage

_NOT_LATIN = re.compile("[^\x00-\x7f]")
_PIECE = re.compile("[\n\t]|[^\n\t]+")
_INLINE_HEIGHT_MM = 6.7
_INLINE_WIDTH_MM = 130.0
_BODY_SIZE = 32
"""Half points: 三号."""


class CharacterLook(NamedTuple):
    """How runs look where they are."""

    style: str = ""
    """Of characters; empty for that of the paragraph."""
    size: int = 0
    """Half points; 0 for that of the paragraph."""
    is_note: bool = False
    """Whether they are in a note, in which no note can begin."""
    has_readings: bool = True
    """Whether readings are set above; else in brackets."""


BODY = CharacterLook()
"""As the paragraph's style says."""


class RunMaker:
    """Makes the runs of one document."""

    def __init__(
        self,
        package: DocumentPackage,
        link: Callable[[str], str],
        picture: PictureBytes,
        translate: Translate,
        notes: dict[str, Note],
        write_note: Callable[[Note], int],
    ) -> None:
        """``notes``: by id, all that runs may refer to; ``write_note`` writes one down and says its id in the file."""
        self._package = package
        self._link = link
        self._picture = picture
        self.translate = translate
        self._notes = notes
        self._write_note = write_note
        self.written_notes: dict[str, int] = {}
        self._bookmarks: dict[str, str] = {}
        self._placed: set[str] = set()
        self._drawings = 0
        self._marks = 0

    def runs(self, runs: Iterable[Run], look: CharacterLook = BODY) -> list[WordElement]:
        """Elements for a paragraph."""
        return [each for run in runs for each in self._linked(run, look)]

    def words(self, text: str, look: CharacterLook = BODY) -> list[WordElement]:
        """A run with a text of ours."""
        return self.runs((Run(text),), look) if text else []

    def anchored(self, anchor: str, inner: list[WordElement]) -> list[WordElement]:
        """The elements between the ends of a bookmark, where links may lead to that anchor."""
        if not anchor or anchor in self._placed:
            return inner
        self._placed.add(anchor)
        number = self._next_mark()
        begin = element("w:bookmarkStart", id=number, name=self._bookmark(anchor))
        return [begin, *inner, element("w:bookmarkEnd", id=number)]

    def grouped(self, group: BlockGroup, made: list[WordElement]) -> list[WordElement]:
        """Paragraphs and tables in a bookmark that says what they are."""
        if not made:
            return made
        number = self._next_mark()
        begin = element("w:bookmarkStart", id=number, name=bookmark_name(group, number))
        end = element("w:bookmarkEnd", id=number)
        if made[0].tag == _PARAGRAPH:
            made[0].insert(1, begin)  # behind its properties
        else:
            made = [begin, *made]
        if made[-1].tag == _PARAGRAPH:
            made[-1].append(end)
            return made
        return [*made, end]

    def _next_mark(self) -> int:
        self._marks += 1
        return self._marks

    def dangling(self) -> frozenset[str]:
        """Names of bookmarks that something refers to and that are nowhere."""
        return frozenset(name for anchor, name in self._bookmarks.items() if anchor not in self._placed)

    def figure(self, image: Image, href: str, width_mm: float, look: CharacterLook) -> list[WordElement]:
        """A picture of its own paragraph, at most that wide; nothing where it is not here."""
        shown = self._image(image, width_mm, MAX_HEIGHT_MM, look)
        return self._led(href, [shown], look) if shown is not None else []

    def _image(self, image: Image, width_mm: float, high_mm: float, look: CharacterLook) -> WordElement | None:
        if image.picture is None:
            return None
        index, variant = picture_form(image)
        suffix = "jpg" if variant.format == "jpeg" else variant.format
        name = f"{image.picture.key}-{index}.{suffix}"
        data = self._picture(image.picture.key, index)
        related = self._package.note_picture(name, data) if look.is_note else self._package.picture(name, data)
        shape = image.picture.width / max(image.picture.height, 1)
        width = min(width_mm, high_mm * shape)
        self._drawings += 1
        return element("w:r", drawing(related, self._drawings, image.alt, width, width / shape))

    def _bookmark(self, anchor: str) -> str:
        return self._bookmarks.setdefault(anchor, f"_a{len(self._bookmarks) + 1}")

    # ── one run

    def _linked(self, run: Run, look: CharacterLook) -> list[WordElement]:
        return self._led("" if run.note else run.href, self._run(run, look), look)

    def _led(self, href: str, inner: list[WordElement], look: CharacterLook) -> list[WordElement]:
        leads = self._link(href) if href else ""
        if not leads:
            return inner
        if leads.startswith("#"):
            return [element("w:hyperlink", *inner, anchor=self._bookmark(leads[1:]), history="1")]
        related = self._package.note_link(leads) if look.is_note else self._package.link(leads)
        return [with_related(element("w:hyperlink", *inner, history="1"), "id", related)]

    def _run(self, run: Run, look: CharacterLook) -> list[WordElement]:
        if run.image:
            shown = self._image(run.image, _INLINE_WIDTH_MM, _INLINE_HEIGHT_MM, look)
            return [shown] if shown is not None else self._plain(Run(run.image.alt, run.marks), look)
        if run.note:
            return [self._note(run, look)]
        if run.ruby and look.has_readings and has_reading_above(run):
            return [element("w:r", self._properties(run, look), self._ruby(run, look))]
        if run.ruby:
            return self._plain(Run(f"{run.text}（{run.ruby}）", run.marks), look)
        return self._plain(run, look)

    def _plain(self, run: Run, look: CharacterLook) -> list[WordElement]:
        return [element("w:r", self._properties(run, look), *_pieces(run.text))] if run.text else []

    def _note(self, run: Run, look: CharacterLook) -> WordElement:
        """A note of Word, once; what refers to it again, or from another note, has its number."""
        note = self._notes.get(run.note)
        mark = element("w:rPr", element("w:rStyle", val=self._package.styles.id("footnote reference")))
        if note is None or look.is_note or run.note in self.written_notes:
            number = self.written_notes.get(run.note)
            return element("w:r", mark, written(str(number) if number else run.text))
        self.written_notes[run.note] = len(self.written_notes) + 1
        return element("w:r", mark, element("w:footnoteReference", id=self._write_note(note)))

    def _ruby(self, run: Run, look: CharacterLook) -> WordElement:
        size = look.size or _BODY_SIZE
        properties = element(
            "w:rubyPr",
            element("w:rubyAlign", val="center"),
            element("w:hps", val=size // 2),
            element("w:hpsRaise", val=size - 4),
            element("w:hpsBaseText", val=size),
            element("w:lid", val="zh-CN"),
        )
        small = element("w:rPr", element("w:sz", val=size // 2), element("w:szCs", val=size // 2))
        reading = element("w:rt", element("w:r", small, written(run.ruby)))
        base = element("w:rubyBase", element("w:r", self._properties(run, look), written(run.text)))
        return element("w:ruby", properties, reading, base)

    def _properties(self, run: Run, look: CharacterLook) -> WordElement | None:
        marks = run.marks
        style = _STYLES.get(next((mark for mark in marks if mark in _STYLES), ""), look.style)
        style = style or ("Hyperlink" if run.href and not run.note else "")
        size = look.size or (_BODY_SIZE if "small" in marks else 0)
        size = round(size * 0.85) if "small" in marks else size
        properties = [
            element("w:rStyle", val=self._package.styles.id(style)) if style else None,
            element("w:rFonts", hint="eastAsia") if _NOT_LATIN.search(run.text) else None,
            on("w:b", given="strong" in marks),
            on("w:bCs", given="strong" in marks),
            on("w:strike", given="strike" in marks),
            element("w:sz", val=size) if size else None,
            element("w:szCs", val=size) if size else None,
            element("w:u", val="single") if "underline" in marks else None,
            element("w:shd", val="clear", color="auto", fill="FFF2B3") if "mark" in marks else None,
            element("w:vertAlign", val="superscript") if "sup" in marks else None,
            element("w:vertAlign", val="subscript") if "sub" in marks and "sup" not in marks else None,
        ]
        return element("w:rPr", *properties) if any(each is not None for each in properties) else None


_PARAGRAPH = element("w:p").tag
_STYLES = {"code": "HTML Code", "em": "Emphasis"}


def _pieces(text: str) -> Iterator[WordElement]:
    for piece in _PIECE.findall(text):
        yield element("w:br") if piece == "\n" else element("w:tab") if piece == "\t" else written(piece)
