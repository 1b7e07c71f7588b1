"""Blocks as paragraphs and tables of Word."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from copy import deepcopy
from functools import partial
from typing import NamedTuple

from msgspec import structs

from bulletin.core.problems import N_
from bulletin.editions.blocks import (
    Aside,
    Attachments,
    Block,
    Cell,
    Definitions,
    Divider,
    Figure,
    Item,
    ListBlock,
    Paragraph,
    Point,
    Preformatted,
    Quotation,
    Run,
    Runs,
    SignOff,
    Subheading,
    Table,
    VersionRecord,
    text_of,
)
from bulletin.editions.print.picture_sizes import DOTS_PER_MM, MAX_WIDTH_MM
from bulletin.editions.print.points import TITLE_LEVELS, headed_levels, parted
from bulletin.editions.word_form.groups import BlockGroup
from bulletin.editions.word_form.lists import Lists
from bulletin.editions.word_form.markup import WordElement, element, on
from bulletin.editions.word_form.package import DocumentPackage
from bulletin.editions.word_form.runs import BODY, CharacterLook, RunMaker
from bulletin.editions.word_form.sides import Side, record_lines, right_indents
from bulletin.editions.word_form.tables import table_of

CHARACTER = 316
"""Width of a character in the grid, in twentieths of a point."""
_TWIPS_PER_MM = 1440 / 25.4
_MAX_DEPTH = 12
"""Tables in tables; what lies deeper is written without its table, since Word opens no more than some twenty."""
_FACES = {1: "公文黑体", 2: "公文楷体"}


class Place(NamedTuple):
    """Where blocks are written."""

    style: str = "Normal Indent"
    """Of plain paragraphs."""
    left: int = 0
    width: int = 8844
    """Of the room for it, without `left`; twentieths of a point."""
    look: CharacterLook = BODY
    depth: int = 0
    is_plain: bool = True
    """Whether paragraphs look as their style says; else they begin at `left`."""
    align: str = ""


class BlockWriter:
    """Writes the blocks of one document."""

    def __init__(self, package: DocumentPackage, runs: RunMaker) -> None:
        self._styles = package.styles
        self._runs = runs
        self._lists = Lists(package.numbering)
        self._headed: frozenset[int] = frozenset()

    def blocks(self, blocks: Iterable[Block], place: Place) -> list[WordElement]:
        """Their paragraphs and tables, in order."""
        blocks = tuple(blocks)
        if not place.depth:
            self._headed = headed_levels(blocks)
        return [each for block in blocks for each in self._marked(block, place)]

    def _marked(self, block: Block, place: Place) -> list[WordElement]:
        made = list(self._block(block, place))
        group = group_for(block)
        return self._runs.grouped(group, made) if group else made

    def paragraph(self, style: str, inner: Iterable[WordElement], *properties: WordElement | None) -> WordElement:
        """A paragraph; the properties are in the order of the schema."""
        return element("w:p", element("w:pPr", element("w:pStyle", val=self._styles.id(style)), *properties), *inner)

    def _block(self, block: Block, place: Place) -> Iterator[WordElement]:
        match block:
            case Paragraph():
                inner = self._runs.anchored(block.id, self._runs.runs(block.runs, place.look))
                yield self._line(inner, place._replace(align=block.align or place.align))
            case Point():
                yield self._point(block, place)
            case Subheading():
                yield self._heading(min(max(block.level - 1, 3), 5), block.runs, block.id, place)
            case ListBlock():
                yield from self._list(block, place)
            case Table():
                yield from self._table(block, place)
            case Figure():
                yield from self._figure(block, place)
            case SignOff():
                yield from self._sign_off(block, place)
            case VersionRecord():
                yield from self.record(record_lines(block), place.width, place.look)
            case _:
                yield from self._other(block, place)

    def _other(self, block: Block, place: Place) -> Iterator[WordElement]:
        match block:
            case Definitions():
                for entry in block.entries:
                    look = place.look._replace(style="公文黑体") if entry.is_term else place.look
                    inside = _moved(place, 2 if entry.is_term else 4)
                    made = self.blocks(entry.blocks, inside._replace(look=look, is_plain=False))
                    yield from self._runs.grouped(BlockGroup("dt" if entry.is_term else "dd"), made)
            case Attachments():
                yield from self._attachments(block, place)
            case Quotation():
                style = "Quote" if place.style in _BODY_STYLES else place.style
                yield from self.blocks(block.blocks, _moved(place, 2)._replace(style=style))
            case Aside():
                boxed = place._replace(style="公文方框", depth=place.depth + 1)
                if block.title:
                    heavy = self._runs.runs(block.title, place.look._replace(style="公文黑体"))
                    title = self.paragraph("公文方框", heavy, on("w:keepNext"), _indents(place.left + 160, 0))
                    yield from self._runs.grouped(BlockGroup("title"), [title])
                yield from self.blocks(block.blocks, boxed)
                yield self._gap()
            case Preformatted():
                inner = self._runs.runs((Run(block.text),), place.look)
                yield self.paragraph("HTML Preformatted", inner, _indents(place.left) if place.left else None)
            case Divider():
                yield self.paragraph("公文分隔线", ())

    def _gap(self) -> WordElement:
        """What keeps boxes and tables apart, which would be one."""
        return self.paragraph("公文表格", (), element("w:spacing", line=160, lineRule="exact"))

    def _line(self, inner: list[WordElement], place: Place) -> WordElement:
        """A paragraph where it is: begun two characters in, or at the left edge of its place."""
        aligned = element("w:jc", val=place.align) if place.align else None
        broken = element("w:wordWrap", val=0) if any(map(_has_long_word, inner)) else None
        if place.is_plain and not place.align:
            first = element("w:ind", left=place.left, firstLineChars=200, firstLine=2 * CHARACTER)
            return self.paragraph(place.style, inner, broken, first if place.left else None)
        return self.paragraph(place.style, inner, broken, _indents(place.left, 0), aligned)

    # ── headings and points

    def _heading(self, level: int, runs: Runs, anchor: str, place: Place) -> WordElement:
        return self.heading(f"heading {level}", runs, anchor, place.look, _indents(place.left) if place.left else None)

    def heading(
        self, style: str, runs: Runs, anchor: str, look: CharacterLook, *properties: WordElement | None
    ) -> WordElement:
        """A heading with its bookmark; readings are in brackets, as in the list of headings."""
        inner = self._runs.runs(runs, look._replace(has_readings=False))
        return self.paragraph(style, self._runs.anchored(anchor, inner), *properties)

    def _point(self, block: Point, place: Place) -> WordElement:
        if block.level <= TITLE_LEVELS and block.is_title and not place.depth:
            return self._heading(block.level + 2, block.runs, block.id, place)
        lead, rest = parted(block.runs) if block.level in self._headed else ((), block.runs)
        face = place.look._replace(style=_FACES.get(block.level, ""))
        inner = [*self._runs.runs(lead, face), *self._runs.runs(rest, place.look)]
        return self._line(self._runs.anchored(block.id, inner), place)

    # ── lists

    def _list(self, block: ListBlock, place: Place) -> Iterator[WordElement]:
        base = place.left + (0 if place.depth else 2 * CHARACTER)
        width = place.width - (0 if place.depth else 2 * CHARACTER) - _LABEL
        number = expected = 0
        following = block.items[0].number
        for item in block.items:
            if not number or (item.number is not None and item.number != expected):
                number = self._lists.new(ordered=block.ordered, start=item.number or 1)
            expected = (item.number or 0) + 1
            inside = place._replace(
                style="List Paragraph", left=base + _LABEL, width=max(width, 600), depth=place.depth + 1, is_plain=False
            )
            made = self._item(item, number, base + _LABEL, place.look, inside)
            value = "" if item.number in (None, following) else str(item.number)
            following = (item.number or 0) + 1
            yield from self._runs.grouped(BlockGroup("li", value), made)

    def _item(self, item: Item, number: int, left: int, look: CharacterLook, inside: Place) -> list[WordElement]:
        first, rest = _first_line(item.blocks)
        label = self.paragraph(
            "List Paragraph",
            self._runs.anchored(first.id, self._runs.runs(first.runs, look)),
            element("w:numPr", element("w:ilvl", val=0), element("w:numId", val=number)),
            element("w:ind", left=left, hanging=_LABEL, **_NO_CHARACTERS),
        )
        return [label, *self.blocks(rest, inside)]

    # ── tables and pictures

    def _table(self, block: Table, place: Place) -> Iterator[WordElement]:
        if place.depth >= _MAX_DEPTH or not block.width:
            yield from self._unfolded(block, place)
            return
        if block.caption:
            look = place.look._replace(style="公文黑体")
            caption = self.paragraph("caption", self._runs.runs(block.caption, look), on("w:keepNext"))
            yield from self._runs.grouped(BlockGroup("caption"), [caption])
        write = partial(self._cell, place)
        yield table_of(block, self._styles.id("Table Grid"), place.left, place.width, write)
        yield self._gap()

    def _unfolded(self, block: Table, place: Place) -> Iterator[WordElement]:
        if block.caption:
            yield self._line(self._runs.runs(block.caption, place.look), place)
        for row in block.rows:
            for cell in row.cells:
                yield from self.blocks(cell.blocks, place)

    def _cell(self, outer: Place, cell: Cell, width: int, size: int) -> list[WordElement]:
        look = outer.look._replace(size=size, style="")
        align = cell.align or ("center" if cell.is_head else "")
        style = "公文表头" if cell.is_head else "公文表格"
        inside = Place(style, 0, max(300, width - 6 * size), look, outer.depth + 1, is_plain=False, align=align)
        made = self.blocks(cell.blocks, inside)
        if not made or made[-1].tag != _PARAGRAPH:
            made.append(self.paragraph("公文表格", ()))
        kind = BlockGroup("th" if cell.is_head else "td", cell.align)
        return made if kind == BlockGroup("td") else self._runs.grouped(kind, made)

    def _figure(self, block: Figure, place: Place) -> Iterator[WordElement]:
        image, picture = block.image, block.image.picture
        if picture is None:
            shown = block.caption or (Run(image.alt),)
            yield self._line(self._runs.runs(shown, place.look), place._replace(align="center"))
            return
        room = min(MAX_WIDTH_MM, place.width / _TWIPS_PER_MM, picture.width / DOTS_PER_MM)
        words = image.alt or text_of(block.caption) or self._runs.translate(N_("Picture"))
        inner = self._runs.figure(structs.replace(image, alt=words), block.href, room, place.look)
        yield self.paragraph(
            "公文表格",
            inner,
            on("w:keepNext", given=bool(block.caption)),
            element("w:spacing", before=120, after=120),
            _indents(place.left) if place.left else None,
            element("w:jc", val="center"),
        )
        if block.caption:
            caption = self.paragraph("caption", self._runs.runs(block.caption, place.look))
            yield from self._runs.grouped(BlockGroup("figcaption"), [caption])

    # ── ends of a text

    def _attachments(self, block: Attachments, place: Place) -> Iterator[WordElement]:
        label = len(text_of(block.label)) * CHARACTER
        edge = place.left + 2 * CHARACTER + label
        for index, line in enumerate(block.lines or ((),)):
            first = not index
            inner = self._runs.runs((*block.label, *line) if first else line, place.look)
            gap = element("w:spacing", beforeLines=100, before=579) if first and not place.depth else None
            yield self.paragraph("公文附件", inner, gap, element("w:ind", left=edge, hanging=label if first else 0))

    def _sign_off(self, block: SignOff, place: Place) -> Iterator[WordElement]:
        indents = right_indents([text_of(line) for line in block.lines])
        last = len(block.lines) - 1
        for index, (line, right) in enumerate(zip(block.lines, indents, strict=True)):
            gap = element("w:spacing", beforeLines=100, before=579) if not index and not place.depth else None
            edge = element("w:ind", rightChars=round(right * 100), right=round(right * CHARACTER))
            style = "Date" if index == last and last else "Signature"
            yield self.paragraph(
                style, self._runs.runs(line, place.look), on("w:keepNext", given=index < last), gap, edge
            )

    def record(
        self, lines: Iterable[Side], width: int, look: CharacterLook = BODY, frame: WordElement | None = None
    ) -> Iterator[WordElement]:
        """The record of versions; what is on the right of a line is behind a tab stop at its edge."""
        for left, right in lines:
            inner = self._runs.runs(left, look)
            inner += [element("w:r", element("w:tab")), *self._runs.runs(right, look)] if right else []
            edge = element("w:tabs", element("w:tab", val="right", pos=width - _RECORD_EDGE))
            yield self.paragraph("公文版记", inner, deepcopy(frame), edge)


_LONG_WORD = re.compile(r"[!-~]{21}")
_PARAGRAPH = element("w:p").tag
_RECORD_EDGE = 280
"""Of the record of versions: a character of 四号."""
_LABEL = round(1.5 * CHARACTER)
_BODY_STYLES = ("Normal Indent", "公文编者按")
_NO_CHARACTERS = {"leftChars": 0, "hangingChars": 0}


_GROUPS: Mapping[type[Block], str] = {
    Definitions: "dl",
    Quotation: "quote",
    Aside: "aside",
    Preformatted: "pre",
    Divider: "hr",
    SignOff: "signoff",
    VersionRecord: "record",
}


def group_for(block: Block) -> BlockGroup | None:
    """What the paragraphs of a block are together; None for a paragraph like any other."""
    match block:
        case Paragraph():
            return BlockGroup("p", block.align) if block.align else None
        case Point():
            return BlockGroup("point", f"{block.level}{'t' if block.is_title else ''}")
        case Subheading():
            return BlockGroup(f"h{block.level}")
        case ListBlock(ordered=True):
            return BlockGroup("ol", str(block.items[0].number or 1))
        case ListBlock():
            return BlockGroup("ul")
        case Attachments():
            return BlockGroup("attachments", str(len(text_of(block.label))))
        case Table():
            return BlockGroup("table", str(sum(row.in_head for row in block.rows)))
        case Figure():
            known = "" if block.image.alt else "undescribed"
            return BlockGroup("figure", known) if block.image.picture else BlockGroup("p", "center")
    return BlockGroup(_GROUPS[type(block)])


def _has_long_word(inner: WordElement) -> bool:
    """Such as a number or an address that lines could not part: they would be pulled apart beside it."""
    return bool(_LONG_WORD.search("".join(inner.itertext())))


def _indents(left: int, first: int | None = None) -> WordElement:
    """``first``: only where it is not that of the style."""
    more = {} if first is None else {"firstLineChars": 0, "firstLine": first}
    return element("w:ind", leftChars=0, left=left, **more)


def _moved(place: Place, characters: int) -> Place:
    moved = characters * CHARACTER
    width = max(600, place.width - moved)
    return place._replace(left=place.left + moved, width=width, depth=place.depth + 1)


def _first_line(blocks: tuple[Block, ...]) -> tuple[Paragraph, tuple[Block, ...]]:
    """What is on the line of an item's label, and what is below it."""
    if blocks and isinstance(blocks[0], Paragraph) and not blocks[0].align:
        return blocks[0], blocks[1:]
    return Paragraph(()), blocks
