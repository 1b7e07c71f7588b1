"""What goes out as a document of Word comes in again: block tree and pictures of in(out(issue)) are the issue's.

Compared is the whole: kinds of blocks, what is in what, the items' numbers, cells at their places, runs with their
marks and links, notes where they are referred to. `LOSSES` is what truly gets lost, literally: each says what becomes
of a run, or of a block, and nothing else may differ.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path

import pytest
from msgspec import structs

from bulletin.build.leaves import open_leaves
from bulletin.core.i18n import Translate
from bulletin.core.print_settings import PrintSettings
from bulletin.editions.block_reader import read_blocks
from bulletin.editions.blocks import (
    Aside,
    Attachments,
    Block,
    Definitions,
    Figure,
    ListBlock,
    Note,
    Paragraph,
    Point,
    Preformatted,
    Quotation,
    Run,
    Runs,
    SignOff,
    Subheading,
    Table,
    TextBlocks,
    VersionRecord,
    nested,
    runs_of,
    text_of,
)
from bulletin.editions.leaf import Leaf, make_leaf
from bulletin.editions.print.points import TITLE_LEVELS
from bulletin.editions.print.sheet import byline, correction_sentence, withdrawn_notes
from bulletin.editions.print.tables import has_reading_above, lay_out
from bulletin.editions.runs import trimmed
from bulletin.editions.word_form.document import word_document
from bulletin.word.documents import read_docx
from bulletin.word.incoming import IncomingText
from tests.conftest import NOW, write_files
from tests.editions.word_documents import parts
from tests.prove.test_forms import CORPORA

# ── what is lost

_ELSEWHERE = re.compile("https?:|mailto:|tel:")
Loss = Callable[[Run], Iterable[Run]]


def _reading(run: Run) -> Iterable[Run]:
    return (structs.replace(run, ruby="") if has_reading_above(run) else _in_title(run),)


def _in_title(run: Run) -> Run:
    return structs.replace(run, ruby="", text=f"{run.text}（{run.ruby}）") if run.ruby else run


def _is_title(block: Block) -> bool:
    return isinstance(block, Point) and block.is_title and block.level <= TITLE_LEVELS


def _one_letter_form(run: Run) -> Iterable[Run]:
    marks = set(run.marks) - {"small"}
    if "code" in marks or "em" in marks:
        first = next(mark for mark in run.marks if mark in ("code", "em"))
        marks -= {"code", "em"} - {first}
    marks -= {"sub"} if "sup" in marks else set()
    marks -= {"underline"} if run.href else set()
    return (structs.replace(run, marks=tuple(sorted(marks))),)


def _inside_link(run: Run) -> Iterable[Run]:
    return (structs.replace(run, href=run.href if _ELSEWHERE.match(run.href) else ""),)


def _missing_picture(run: Run) -> Iterable[Run]:
    return (Run(run.image.alt, run.marks, run.href),) if run.image and run.image.picture is None else (run,)


LOSSES: dict[str, Loss] = {
    "readings above a word are listed as left out; longer ones, and those in titles, are in brackets": _reading,
    "small print; of code and emphasis the second, of sub and sup the first, underline in a link": _one_letter_form,
    "links inside the issue, and inside the site where it has no address": _inside_link,
    "a picture that is not there is its description": _missing_picture,
}


# ── what is compared

Shape = tuple[object, ...]


class _Shaper:
    """Blocks as plain values without ids, with what a note says where something first refers to it."""

    def __init__(self, notes: Iterable[Note], *, is_lossy: bool) -> None:
        self._notes = {note.id: note for note in notes}
        self._number: dict[str, int] = {}
        self._lossy = is_lossy

    def text(self, blocks: Iterable[Block]) -> Shape:
        """Of the whole; points that are titles of it are headings of Word."""
        return tuple(self._block(block, is_title=_is_title(block)) for block in blocks)

    def blocks(self, blocks: Iterable[Block]) -> Shape:
        return tuple(self._block(block) for block in blocks)

    def runs(self, runs: Iterable[Run], *, is_title: bool = False) -> Shape:
        made: list[Run] = []
        if is_title and self._lossy:
            runs = map(_in_title, runs)
        for run in runs:
            each: Iterable[Run] = (run,)
            for loss in LOSSES.values() if self._lossy else ():
                each = [after for before in each for after in loss(before)]
            made += each
        return tuple(self._run(run) for run in trimmed(map(self._plain, made)))

    def _plain(self, run: Run) -> Run:
        """A later mark of a note is its number, raised."""
        if run.note and (run.note in self._number or run.note not in self._notes):
            return Run(str(self._number.get(run.note, run.text)), ("sup",))
        if run.note:
            self._number[run.note] = len(self._number) + 1
        return structs.replace(run, text="" if run.note else run.text, marks=() if run.note or run.image else run.marks)

    def _run(self, run: Run) -> Shape:
        if run.note:
            return ("note", self.blocks(self._notes[run.note].blocks))
        return ("image", run.image.alt, run.href) if run.image else (run.text, *run.marks, run.href)

    def _block(self, block: Block, *, is_title: bool = False) -> Shape:
        name = type(block).__name__
        match block:
            case Paragraph():
                return (name, block.align, self.runs(block.runs))
            case Point():
                return (name, block.level, self.runs(block.runs, is_title=is_title))
            case Subheading():
                return (name, block.level, self.runs(block.runs, is_title=True))
            case ListBlock():
                return (name, block.ordered, *((item.number, self.blocks(item.blocks)) for item in block.items))
            case Definitions():
                return (name, *((entry.is_term, self.blocks(entry.blocks)) for entry in block.entries))
            case Attachments():
                return (name, self.runs(block.label), *map(self.runs, block.lines))
            case Quotation():
                return (name, self.blocks(block.blocks))
            case Aside():
                return (name, self.runs(block.title), self.blocks(block.blocks))
            case Table():
                return (name, self.runs(block.caption), *self._cells(block))
            case Figure():
                return (name, self.runs((Run("", (), block.href, image=block.image),)), self.runs(block.caption))
            case Preformatted():
                return (name, block.text)
            case SignOff():
                return (name, *map(self.runs, block.lines))
            case VersionRecord():
                return (name, *(re.sub(r"\s", "", text_of(line)) for line in block.lines))
        return (name,)

    def _cells(self, table: Table) -> Iterator[Shape]:
        for row in lay_out(table).rows:
            for at in row:
                cell = at.cell
                yield (at.x, at.y, at.columns, at.rows, cell.is_head, cell.align, self.blocks(cell.blocks))


def _blocks_of(leaf: Leaf, say: Translate) -> Iterator[Block]:
    """All that is in the document below its head, in order."""
    yield from _title(leaf)
    if leaf.byline:
        yield _said(byline(leaf.byline, say))
    if leaf.corrections:
        yield _said("更正" if leaf.publisher.language.startswith("zh") else "Correction")
    for each in leaf.corrections:
        yield _said(correction_sentence(each, say))
    referred = {run.note for text in leaf.texts() for run in _all_runs(text)}
    referred |= {run.note for title in _headings(leaf) for run in title}
    yield from _text(leaf.lead, "", say, referred)
    for section in leaf.sections:
        if section.heading:
            yield Subheading(2, section.heading)
        yield from _text(section.lead, section.byline, say, referred)
        for index, article in enumerate(section.articles):
            yield from map(_said, withdrawn_notes(section, index, say))
            yield Subheading(3, article.heading)
            yield from _text(article.text, article.byline, say, referred)
        yield from map(_said, withdrawn_notes(section, len(section.articles), say))


def _said(text: str) -> Block:
    return Paragraph((Run(text),))


def _title(leaf: Leaf) -> Iterator[Block]:
    """The title is an entry of the draft, unless it has a note or a picture."""
    if not _is_entry(leaf.heading):
        yield Subheading(2, leaf.heading)


def _is_entry(title: Runs) -> bool:
    return not any(run.note or run.image for run in title)


def _headings(leaf: Leaf) -> Iterator[Runs]:
    yield leaf.heading
    for section in leaf.sections:
        yield section.heading
        yield from (article.heading for article in section.articles)


def _all_runs(text: TextBlocks) -> Iterator[Run]:
    for block in text.blocks:
        for each in nested(block):
            yield from runs_of(each)


def _text(text: TextBlocks, author: str, say: Translate, referred: set[str]) -> Iterator[Block]:
    """A note that nothing refers to is behind its text, with its number."""
    blocks = list(text.blocks)
    ends = [blocks.pop()] if blocks and isinstance(blocks[-1], VersionRecord) else []
    yield from blocks
    if author:
        yield _said(byline(author, say))
    for note in text.notes:
        if note.id not in referred:
            yield from _loose(note)
    yield from ends


def _loose(note: Note) -> Iterator[Block]:
    first, *rest = note.blocks or (Paragraph(()),)
    label = Run(f"〔{note.number}〕 ")
    if isinstance(first, Paragraph):
        yield Paragraph((label, *first.runs), align=first.align)
    else:
        yield from (Paragraph((label,)), first)
    yield from rest


def _differences(leaf: Leaf, data: bytes, found: IncomingText, say: Translate) -> Iterator[str]:
    notes = [note for text in leaf.texts() for note in text.notes]
    out = _Shaper(notes, is_lossy=True).text(_blocks_of(leaf, say))
    back_text = read_blocks(found.html, {})
    back = _Shaper(back_text.notes, is_lossy=False).text(back_text.blocks)
    for place, (one, other) in enumerate(zip((*out, None), (*back, None), strict=False)):
        if one != other:
            yield f"{leaf.id} block {place}: {one} became {other}"
            break
    if _is_entry(leaf.heading) and (title := _bare(text_of(leaf.heading))) != _bare(found.title):
        yield f"{leaf.id}: title {title} became {found.title}"
    pictures = sorted(content for name, content in parts(data).items() if name.startswith("word/media/"))
    if pictures != sorted(picture.content for picture in found.pictures):
        yield f"{leaf.id}: {len(pictures)} pictures became {len(found.pictures)}, or others"


def _bare(text: str) -> str:
    return re.sub(r"\s", "", text)


@pytest.mark.prove
@pytest.mark.parametrize("corpus", CORPORA)
def test_what_went_out_comes_in_again(corpus: str, prove: bool, room: Path) -> None:
    write_files(room, CORPORA[corpus](prove))
    lost: list[str] = []
    with open_leaves(room, NOW, 1) as archive:
        say = archive.texts.translate
        for issue in archive.resolved.archive.issues:
            leaf = make_leaf(archive.texts, archive.inputs_of(issue))
            data = word_document(leaf, PrintSettings(), archive.texts.picture, say)
            lost += _differences(leaf, data, read_docx(data, "issue.docx"), say)
    assert lost == []
