"""Pieces of a leaf → the HTML that the editor of an official account keeps (rules.py lists what it does not).

All styles are inline; boxes are ``section``, never ``div``; a list's marks are text; a link that leads out of WeChat is
followed by a number, and its address stands in a list at the article's end.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from itertools import groupby
from typing import NamedTuple
from xml.etree.ElementTree import Element, SubElement

from bulletin.core.i18n import N_, Translate
from bulletin.editions.blocks import (
    Aside,
    Attachments,
    Block,
    Cell,
    Definitions,
    Divider,
    Figure,
    Image,
    Item,
    ListBlock,
    Mark,
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
    VersionRecord,
    text_of,
)
from bulletin.editions.html_elements import append_lines, outer
from bulletin.editions.leaf import Leaf
from bulletin.editions.wechat.article import ArticlePicture
from bulletin.editions.wechat.elements import blank, box, line
from bulletin.editions.wechat.links import is_fetched, is_in_wechat, is_worth_a_note
from bulletin.editions.wechat.pieces import ArticleTitle, Byline, Piece, SectionTitle, UnmarkedNotes, runs_of_piece

RED = "#b3161d"
_SOFT = "#6b6b6b"
_BODY = "margin:0 0 16px;text-indent:2em;"
_FLAT = "margin:0 0 16px;"
_HEI = "font-family:SimHei,STHeiti,sans-serif;font-weight:bold;"
_KAI = "font-family:KaiTi,STKaiti,serif;"
_POINTS = {1: _HEI, 2: _KAI, 3: "", 4: ""}
"""By level; the third and the fourth are those of the text (GB/T 9704-2012, 7.3.3)."""
_SIDE = {"center": "text-align:center;", "right": "text-align:right;", "left": "text-align:left;", "": ""}
_MARKS: Mapping[Mark, tuple[str, str]] = {
    "strong": ("strong", ""),
    "em": ("em", ""),
    "underline": ("span", "text-decoration:underline;"),
    "strike": ("span", "text-decoration:line-through;"),
    "code": ("span", "font-family:Menlo,Consolas,monospace;"),
    "sub": ("sub", ""),
    "sup": ("sup", ""),
    "mark": ("span", "background-color:#fff3b0;"),
    "small": ("span", "font-size:14px;"),
}
NUMBER_STYLE = "color:#b3161d;font-size:12px;"
"""Of what is no word of the text: the numbers of notes and links, and where a picture is to be put."""
_NUMBER_ROOM = 4
"""Characters by which a number may be longer than where a piece is measured alone."""


class LeafContext(NamedTuple):
    """What all articles of an issue share."""

    leaf: Leaf
    translate: Translate
    pictures: Mapping[str, int]
    """Number of each picture that is here, by its path, in the order of the issue."""
    notes: Mapping[str, Note]
    """By id, in the order of the issue."""
    sources: Mapping[int, str]
    """Address at which WeChat itself has a picture, by its number; empty where they are put in by hand."""

    @classmethod
    def of(cls, leaf: Leaf, translate: Translate, sources: Mapping[int, str]) -> LeafContext:
        paths = dict.fromkeys(image.path for image in leaf.images() if image.picture)
        notes = {note.id: note for text in leaf.texts() for note in text.notes}
        return cls(leaf, translate, {path: number for number, path in enumerate(paths, 1)}, notes, sources)


class ArticleWriter:
    """Writes the pieces of one article; collects the links and pictures that are in it."""

    def __init__(self, context: LeafContext, pieces: Iterable[Piece], heading: Runs = ()) -> None:
        self._leaf = context.leaf
        self._say = context.translate
        self._numbers = context.pictures
        self._sources = context.sources
        self._notes = _notes_of(context, tuple(pieces), heading)
        self._links: dict[str, int] = {}
        self.pictures: dict[int, ArticlePicture] = {}

    # ── what stands in the article

    def piece(self, piece: Piece) -> list[Element]:
        match piece:
            case SectionTitle():
                style = f"padding:4px 14px;background-color:{RED};color:#ffffff;font-weight:bold;"
                label = Element("span", style=style)
                self._fill(label, piece.runs)
                title = Element("p", style="margin:0;")
                title.append(label)
                return [box(f"margin:36px 0 20px;border-bottom:2px solid {RED};", title)]
            case ArticleTitle():
                style = f"margin:28px 0 16px;text-align:center;font-size:18px;font-weight:bold;color:{RED};"
                return [self._line(piece.runs, style)]
            case Byline():
                return [line(self._say("(%(name)s)") % {"name": piece.name}, f"{_FLAT}text-align:right;")]
            case UnmarkedNotes():
                return []
            case _:
                return list(self._block(piece))

    def notes(self) -> list[Element]:
        """The notes of the article, then the addresses of its links; empty where there are none."""
        made: list[Element] = []
        if self._notes:
            notes = [each for number, note in self._notes.values() for each in self._note(number, note)]
            made.append(self._end_list(self._say(N_("Notes")), notes))
        if self._links:
            style = f"margin:0 0 4px;font-size:14px;color:{_SOFT};word-break:break-all;"
            lines = [line(f"[{number}] {address}", style) for address, number in self._links.items()]
            made.append(self._end_list(self._say(N_("Addresses of the links")), lines))
        return made

    def heading(self, runs: Runs, style: str) -> Element:
        """A line of runs, outside of the pieces."""
        return self._line(runs, style)

    def _note(self, number: int, note: Note) -> list[Element]:
        blocks = list(self._blocks(note.blocks))
        mark = Element("span", style=NUMBER_STYLE)
        mark.text = f"〔{number}〕"
        if not blocks or blocks[0].tag != "p":
            blocks.insert(0, Element("p", style=_FLAT))
        first = blocks[0]
        mark.tail, first.text = first.text, None
        first.insert(0, mark)
        first.set("style", _FLAT)
        return blocks

    @staticmethod
    def _end_list(title: str, inner: list[Element]) -> Element:
        style = f"margin:28px 0 0;padding:12px 0 0;border-top:1px solid #d9d9d9;font-size:14px;color:{_SOFT};"
        return box(style, line(title, "margin:0 0 8px;font-weight:bold;"), *inner)

    # ── blocks

    def _blocks(self, blocks: Iterable[Block]) -> Iterator[Element]:
        for block in blocks:
            yield from self._block(block)

    def _block(self, block: Block) -> Iterator[Element]:
        match block:
            case Paragraph():
                yield self._line(block.runs, _FLAT + _SIDE[block.align] if block.align else _BODY)
            case Point():
                yield self._line(block.runs, _BODY + _POINTS[block.level])
            case Subheading():
                yield self._line(block.runs, "margin:24px 0 12px;font-size:17px;font-weight:bold;")
            case ListBlock():
                yield from (each for item in block.items for each in self._item(item))
            case Definitions():
                for entry in block.entries:
                    inner = list(self._blocks(entry.blocks))
                    yield box("font-weight:bold;" if entry.is_term else "margin:0 0 0 2em;", *inner)
            case Attachments() | SignOff() | VersionRecord():
                yield from self._official(block)
            case Quotation():
                style = f"margin:0 0 16px;padding:12px 14px 1px;border-left:4px solid {RED};background-color:#f7f5f2;"
                yield box(style + _KAI, *self._blocks(block.blocks))
            case Aside():
                title = [self._line(block.title, "margin:0 0 8px;font-weight:bold;")] if block.title else []
                style = "margin:0 0 16px;padding:12px 14px 1px;border:1px solid #d9d9d9;background-color:#fafafa;"
                yield box(style, *title, *self._blocks(block.blocks))
            case Table():
                yield self._table(block)
            case Figure():
                yield self._figure(block)
            case Preformatted():
                yield self._preformatted(block.text)
            case Divider():
                yield box("margin:24px 0;border-top:1px solid #d9d9d9;font-size:0;line-height:0;", blank())

    def _official(self, block: Attachments | SignOff | VersionRecord) -> Iterator[Element]:
        match block:
            case Attachments():
                style = "margin:0 0 4px;text-indent:2em;"
                yield self._line(block.label, style)
                yield from (self._line(each, style) for each in block.lines)
            case SignOff():
                lines = [self._line(each, "margin:0 0 4px;text-align:right;") for each in block.lines]
                yield box("margin:24px 0 16px;", *lines)
            case VersionRecord():
                inside = [self._line(each, "margin:0;padding:6px 0;") for each in block.lines]
                yield box("margin:28px 0 16px;border-top:1px solid #333333;border-bottom:1px solid #333333;", *inside)

    def _item(self, item: Item) -> Iterator[Element]:
        """Its mark as text, then its words; what follows them is set in."""
        label = Run(f"{item.label} ")
        first, *rest = item.blocks or (Paragraph(()),)
        if isinstance(first, Paragraph | Point):
            yield self._line((label, *first.runs), "margin:0 0 8px 2em;text-indent:-1em;")
        else:
            yield self._line((label,), "margin:0 0 8px 2em;text-indent:-1em;")
            rest = [first, *rest]
        if rest:
            yield box("margin:0 0 0 2em;", *self._blocks(rest))

    def _table(self, table: Table) -> Element:
        holder = box("margin:0 0 16px;overflow-x:auto;")
        if table.caption:
            holder.append(self._line(table.caption, "margin:0 0 8px;text-align:center;font-weight:bold;"))
        grid = SubElement(holder, "table", style="width:100%;border-collapse:collapse;font-size:14px;")
        body = SubElement(grid, "tbody")
        for row in table.rows:
            made = SubElement(body, "tr")
            made.extend(self._cell(cell, in_head=row.in_head) for cell in row.cells)
        return holder

    def _cell(self, cell: Cell, *, in_head: bool) -> Element:
        head = cell.is_head or in_head
        look = "background-color:#f3efe9;font-weight:bold;" if head else ""
        style = f"border:1px solid #bfbfbf;padding:5px 7px;{look}{_SIDE[cell.align]}"
        spans = {"colspan": cell.columns, "rowspan": cell.rows}
        made = Element("th" if head else "td", {name: str(n) for name, n in spans.items() if n > 1}, style=style)
        only = cell.blocks[0] if len(cell.blocks) == 1 else None
        if isinstance(only, Paragraph):
            self._fill(made, only.runs)
        else:
            made.extend(self._blocks(cell.blocks))
        return made

    def _figure(self, figure: Figure) -> Element:
        caption = text_of(figure.caption)
        inner = Element("p", style="margin:0;text-align:center;")
        words = caption or figure.image.alt
        self._picture(inner, figure.image, words, "" if caption else figure.image.alt)
        holder = box("margin:0 0 16px;", inner)
        if caption:
            small = f"margin:6px 0 0;text-align:center;font-size:14px;color:{_SOFT};"
            href = Run("", href=figure.href) if figure.href else None
            holder.append(self._line((*figure.caption, href) if href else figure.caption, small))
        return holder

    def _preformatted(self, text: str) -> Element:
        """Its lines and blanks as typed: the editor joins blanks of other kinds."""
        kept = text.replace("\t", "    ").replace(" ", "\N{NO-BREAK SPACE}")
        style = f"{_FLAT}padding:10px 12px;background-color:#f6f6f6;font-size:14px;word-break:break-all;"
        return self._line((Run(kept),), style + "font-family:Menlo,Consolas,monospace;text-align:left;")

    # ── runs

    def _line(self, runs: Runs, style: str) -> Element:
        made = Element("p", style=style)
        self._fill(made, runs)
        return made

    def _fill(self, parent: Element, runs: Runs) -> None:
        for href, linked in groupby(runs, lambda run: run.href):
            target = self._leaf.link(href) if href else ""
            alike = tuple(linked)
            holder = SubElement(parent, "a", href=target) if is_in_wechat(target) else parent
            for run in alike:
                self._run(holder, run)
            if holder is parent and is_worth_a_note(target, text_of(alike)):
                number = self._links.setdefault(target, len(self._links) + 1)
                self._mark(parent, f"[{number}]")

    def _run(self, parent: Element, run: Run) -> None:
        if run.note:
            self._mark(parent, f"〔{self._notes[run.note][0]}〕" if run.note in self._notes else run.text)
            return
        holder = parent
        for mark in run.marks:
            tag, style = _MARKS[mark]
            holder = SubElement(holder, tag, {"style": style} if style else {})
        if run.image:
            self._picture(holder, run.image, run.image.alt, run.image.alt)
        else:
            append_lines(holder, run.text)
        if run.ruby:
            self._mark(holder, f"（{run.ruby}）", "span")

    def _picture(self, parent: Element, image: Image, words: str, alt: str) -> None:
        """A picture by its public address, which the editor fetches; else where to put its file.

        ``words``: what it shows; ``alt``: the same, where no caption says it.
        """
        number = self._numbers.get(image.path, 0) if image.picture else 0
        if not number:
            append_lines(parent, alt)
            return
        self.pictures.setdefault(number, ArticlePicture(number, image, words))
        if source := self._sources.get(number, image.src if is_fetched(image.src) else ""):
            SubElement(parent, "img", src=source, alt=alt, style="max-width:100%;")
            return
        place = self._say(N_("【Picture {number}")).format(number=number)
        self._mark(parent, f"{place}：" if alt else f"{place}】", "span")
        if alt:
            append_lines(parent, alt)
            self._mark(parent, "】", "span")

    def _mark(self, parent: Element, text: str, tag: str = "sup") -> None:
        SubElement(parent, tag, style=NUMBER_STYLE).text = text


# ── notes, measures


def _notes_of(context: LeafContext, pieces: tuple[Piece, ...], heading: Runs) -> dict[str, tuple[int, Note]]:
    """The notes of some pieces by id, each with its number, in the order of the issue; and what notes refer to."""
    known = context.notes
    wanted = [run.note for run in (*heading, *(run for piece in pieces for run in runs_of_piece(piece))) if run.note]
    wanted += [id_ for piece in pieces if isinstance(piece, UnmarkedNotes) for id_ in piece.ids]
    reached: set[str] = set()
    while wanted:
        id_ = wanted.pop()
        if id_ in known and id_ not in reached:
            reached.add(id_)
            wanted += [run.note for block in known[id_].blocks for run in runs_of_piece(block) if run.note]
    in_order = (id_ for id_ in known if id_ in reached) if reached else ()
    return {id_: (number, known[id_]) for number, id_ in enumerate(in_order, 1)}


def size_of(context: LeafContext, piece: Piece) -> int:
    """How many characters of an article a piece takes at most, tags, notes and addresses counted."""
    writer = ArticleWriter(context, (piece,))
    html = "".join(map(outer, (*writer.piece(piece), *writer.notes())))
    return len(html) + html.count(NUMBER_STYLE) * _NUMBER_ROOM
