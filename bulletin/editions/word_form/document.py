"""An issue as a document of Word: what is in it, from the head to the record of versions."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from bulletin.arrange.days import long_day
from bulletin.core.errors import TemplateError
from bulletin.core.i18n import Translate
from bulletin.core.print_settings import PrintSettings
from bulletin.core.problems import N_
from bulletin.editions.blocks import Note, Run, Runs, TextBlocks, VersionRecord
from bulletin.editions.columns import width_of
from bulletin.editions.leaf import Leaf, LeafSection
from bulletin.editions.print.pictures import PictureBytes
from bulletin.editions.print.sheet import (
    byline,
    correction_sentence,
    number_on_sheet,
    settings_record,
    withdrawn_notes,
)
from bulletin.editions.word_form.block_writer import CHARACTER, BlockWriter, Place
from bulletin.editions.word_form.drawings import draft_mark
from bulletin.editions.word_form.groups import ISSUE_HEAD, WHOLE_TEXT, BlockGroup
from bulletin.editions.word_form.markup import WordElement, element, name_of, written
from bulletin.editions.word_form.package import DocumentPackage
from bulletin.editions.word_form.runs import BODY, CharacterLook, RunMaker
from bulletin.editions.word_form.sides import Side, record_lines
from bulletin.editions.word_form.template import WORD_TEMPLATE

_MAX_NAME_SIZE, _NAME_ROOM = 60, 400
"""Points: of the bulletin's name, and of all its letters."""
_WIDE_NAME = 7
"""Letters from which on a name is not letterspaced."""
_MOST_RECORD_LINES = 12
"""Of a record of versions that lies at the foot of a page."""
_LINE_COLUMNS = 52
"""Publisher and date that are longer are on two lines."""


def word_document(
    leaf: Leaf, settings: PrintSettings, picture: PictureBytes, translate: Translate, template: bytes = b""
) -> bytes:
    """The file: the same bytes for the same issue, settings and template (templates/issue.docx, or nothing).

    Raises `TemplateError` where the template is no document of Word.
    """
    return _DocumentWriter(leaf, settings, picture, translate, template).data()


class _DocumentWriter:
    def __init__(
        self, leaf: Leaf, settings: PrintSettings, picture: PictureBytes, translate: Translate, template: bytes
    ) -> None:
        self._leaf = leaf
        self._settings = settings
        self._say = translate
        notes = {note.id: note for text in leaf.texts() for note in text.notes}
        try:
            self._package = DocumentPackage(template)
            self._runs = RunMaker(self._package, leaf.link, picture, translate, notes, self._write_note)
            self._writer = BlockWriter(self._package, self._runs)
            self._place = Place(width=self._package.width)
        except ValueError as error:  # also of a page's width or a list's number that is none
            message = N_("the template is not a document of Word (.docx): {reason}.")
            raise TemplateError(message, path=WORD_TEMPLATE, reason=error) from error

    def data(self) -> bytes:
        body = self._package.body
        for each in self._runs.grouped(BlockGroup(WHOLE_TEXT), list(self._elements())):
            self._package.section.addprevious(each)
        _without_links(self._runs.dangling(), body, self._package.notes)
        if self._leaf.draft:
            self._mark_draft()
        return self._package.data(self._leaf.title, self._leaf.publisher.language)

    def _elements(self) -> Iterator[WordElement]:
        yield from self._runs.grouped(BlockGroup(ISSUE_HEAD), list(self._masthead()))
        yield from self._title()
        yield from self._corrections()
        yield from self._text(self._leaf.lead, "", self._place._replace(style="公文编者按"))
        for section in self._leaf.sections:
            yield from self._section(section)
        yield from self._record()

    # ── head

    def _masthead(self) -> Iterator[WordElement]:
        leaf, say = self._leaf, self._say
        if leaf.draft:
            yield self._line("公文草稿", say(N_("Draft: not for readers")))
        yield self._name(leaf.publisher.bulletin)
        number = Run(number_on_sheet(leaf, say), href="" if leaf.draft else leaf.url)
        yield self._writer.paragraph("公文期号", self._runs.runs((number,)))
        yield from self._publisher(leaf.publisher.organizer, long_day(leaf.date, say))

    def _name(self, name: str) -> WordElement:
        """As large as the line has room for."""
        letters = max(len(name), 1)
        size = round(2 * min(_MAX_NAME_SIZE, _NAME_ROOM / letters))
        look = CharacterLook(size=0 if size == 2 * _MAX_NAME_SIZE else size)
        made = self._runs.words(name, look)
        if letters < _WIDE_NAME:
            for run in made:
                _add_spacing(run, size * 2)
        return self._writer.paragraph("公文刊名", made)

    def _publisher(self, office: str, day: str) -> Iterator[WordElement]:
        edge = element("w:tabs", element("w:tab", val="right", pos=self._package.width - CHARACTER // 2))
        words = self._runs.words
        if width_of(office) + width_of(day) <= _LINE_COLUMNS:
            tab = element("w:r", element("w:tab"))
            yield self._writer.paragraph("公文红线", [*words(office), tab, *words(day)], edge)
            return
        yield self._writer.paragraph("Normal", words(office))
        yield self._writer.paragraph("公文红线", [element("w:r", element("w:tab")), *words(day)], edge)

    def _title(self) -> Iterator[WordElement]:
        if self._leaf.heading:
            yield self._writer.heading("Title", self._leaf.heading, "", BODY)
        yield from self._byline(self._leaf.byline)

    def _corrections(self) -> Iterator[WordElement]:
        if self._leaf.corrections:
            yield self._line("公文更正", self._say(N_("Correction")), CharacterLook(style="公文黑体"))
        for each in self._leaf.corrections:
            yield self._line("公文更正", correction_sentence(each, self._say))

    def _line(self, style: str, text: str, look: CharacterLook = BODY) -> WordElement:
        return self._writer.paragraph(style, self._runs.words(text, look))

    # ── texts

    def _section(self, section: LeafSection) -> Iterator[WordElement]:
        if section.heading:
            yield self._writer.heading("heading 1", section.heading, section.id, BODY)
        yield from self._text(section.lead, section.byline, self._place)
        for index, article in enumerate(section.articles):
            yield from self._withdrawn(section, index)
            yield self._writer.heading("heading 2", article.heading, article.id, BODY)
            yield from self._text(article.text, article.byline, self._place)
        yield from self._withdrawn(section, len(section.articles))

    def _text(self, text: TextBlocks, author: str, place: Place) -> Iterator[WordElement]:
        """The text, who wrote it, notes that nothing refers to; a record of versions at its end comes last."""
        blocks = list(text.blocks)
        ends = [blocks.pop()] if blocks and isinstance(blocks[-1], VersionRecord) else []
        yield from self._writer.blocks(blocks, place)
        yield from self._byline(author)
        for note in text.notes:
            if note.id not in self._runs.written_notes:
                yield from self._loose_note(note)
        for end in ends:
            if isinstance(end, VersionRecord):
                yield from self._versions(record_lines(end), is_last=text is self._last_text())

    def _last_text(self) -> TextBlocks:
        *_, last = self._leaf.texts()
        return last

    def _byline(self, name: str) -> Iterator[WordElement]:
        if name:
            yield self._line("公文作者", byline(name, self._say))

    def _withdrawn(self, section: LeafSection, index: int) -> Iterator[WordElement]:
        for each in withdrawn_notes(section, index, self._say):
            yield self._line("Normal", each, CharacterLook(style="公文楷体"))

    # ── notes

    def _write_note(self, note: Note) -> int:
        """A note of Word; its id is that of the file, its number Word's own."""
        number = len(self._package.notes) - 1
        mark = element(
            "w:r",
            element("w:rPr", element("w:rStyle", val=self._package.styles.id("footnote reference"))),
            element("w:footnoteRef"),
        )
        made = element("w:footnote", id=number)
        self._package.notes.append(made)
        made.extend(self._note_blocks(note, [mark, element("w:r", written(" "))]))
        return number

    def _loose_note(self, note: Note) -> list[WordElement]:
        self._runs.written_notes[note.id] = len(self._runs.written_notes) + 1
        return self._note_blocks(note, self._runs.words(f"〔{note.number}〕 "), is_note=False)

    def _note_blocks(self, note: Note, label: list[WordElement], *, is_note: bool = True) -> list[WordElement]:
        look = CharacterLook(is_note=is_note)
        place = Place("footnote text", width=self._package.width, look=look, depth=1, is_plain=False)
        made = self._writer.blocks(note.blocks, place)
        if not made or made[0].tag != name_of("w:p") or made[0].find(f".//{name_of('w:numPr')}") is not None:
            made.insert(0, self._writer.paragraph("footnote text", ()))
        for piece in reversed(label):
            made[0].insert(1, piece)
        return made

    # ── end

    def _record(self) -> Iterator[WordElement]:
        lines = settings_record(self._leaf, self._settings, self._say)
        if lines:
            nothing: Runs = ()
            yield from self._versions(
                [(each[0], each[1] if len(each) > 1 else nothing) for each in lines], is_last=True
            )

    def _versions(self, lines: Iterable[Side], *, is_last: bool) -> Iterator[WordElement]:
        """The record; the last one lies at the foot of the last page, in a frame that a small paragraph holds there."""
        lines = tuple(lines)
        if not is_last or len(lines) > _MOST_RECORD_LINES:
            yield from self._runs.grouped(BlockGroup("record"), list(self._writer.record(lines, self._package.width)))
            return
        place = {"wrap": "around", "vAnchor": "margin", "hAnchor": "margin", "xAlign": "left", "yAlign": "bottom"}
        frame = element("w:framePr", w=self._package.width, **place)
        framed = list(self._writer.record(lines, self._package.width, BODY, frame))
        yield from self._runs.grouped(BlockGroup("record"), framed)
        yield self._writer.paragraph(
            "Normal", (), element("w:snapToGrid", val=0), element("w:spacing", line=20, lineRule="exact")
        )

    def _mark_draft(self) -> None:
        for number, header in enumerate(self._package.headers(), 1):
            first = header.find(name_of("w:p"))
            if first is None:
                first = element("w:p")
                header.append(first)
            first.append(draft_mark(self._say(N_("Draft")), number))


def _add_spacing(run: WordElement, twips: int) -> None:
    """Letters further apart."""
    properties = run.find(name_of("w:rPr"))
    if properties is None:
        properties = element("w:rPr")
        run.insert(0, properties)
    size = properties.find(name_of("w:sz"))
    spacing = element("w:spacing", val=twips)
    if size is None:
        properties.append(spacing)
    else:
        size.addprevious(spacing)


def _without_links(names: frozenset[str], *roots: WordElement) -> None:
    """Links to what is nowhere lose their target; their words stay."""
    for root in roots:
        for link in list(root.iter(name_of("w:hyperlink"))):
            if link.get(name_of("w:anchor")) in names:
                for inner in list(link):
                    link.addprevious(inner)
                link.getparent().remove(link)
