"""A text's blocks as the template of the sheet gets them (base.typ): plain values, every word ready to be set."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import Any

from bulletin.core.i18n import Translate
from bulletin.core.problems import N_
from bulletin.editions.blocks import (
    Aside,
    Attachments,
    Block,
    Definitions,
    Divider,
    Figure,
    Image,
    Item,
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
    VersionRecord,
    text_of,
)
from bulletin.editions.print.picture_sizes import DOTS_PER_MM, MAX_HEIGHT_MM, MAX_WIDTH_MM
from bulletin.editions.print.points import TITLE_LEVELS, headed_levels, parted, with_words
from bulletin.editions.print.tables import LaidTable, PlacedCell, has_reading_above, lay_out
from bulletin.editions.print.words import Lettering

SheetNode = dict[str, Any]

_MAX_DEPTH = 6
"""Blocks inside blocks; what lies deeper is set at this depth. Typst stops at some twenty."""


class NodeMaker:
    """Makes the nodes of one issue; its labels are unique in it."""

    def __init__(
        self,
        lettering: Lettering,
        link: Callable[[str], str],
        file_of: Callable[[Image], str],
        translate: Translate,
        mark: str = "a",
    ) -> None:
        """``mark``: what its labels begin with, where several issues are in one document."""
        self._mark = mark
        self._lettering = lettering
        self._link = link
        self._file_of = file_of
        self._translate = translate
        self._labels: dict[str, str] = {}
        self._used: set[str] = set()
        self._level = 1
        self._headed: frozenset[int] = frozenset()
        self.wide: list[LaidTable] = []
        """Tables whose columns are too narrow for what is in them."""

    def words(self, text: str) -> str:
        """As they can be set."""
        return self._lettering.printable(text)

    # ── headings

    def heading(self, wanted: int, runs: Runs, style: str, anchor: str = "", *, listed: bool = False) -> SheetNode:
        """A heading of that level, or of the first level below the one before it (PDF/UA-1 wants no gaps)."""
        shown = [_without_reading(run) for run in self.runs(runs)]
        if not any(run.get("t", "").strip() for run in shown):  # a picture, which no bookmark can name
            return {"kind": "paragraph", "align": "center", "runs": shown} | self._label(anchor)
        self._level = min(wanted, self._level + 1)
        node = {"kind": "heading", "level": self._level, "style": style, "runs": shown, "listed": listed}
        if listed:
            node["anchor"] = anchor
        return node | self._label(anchor)

    def _label(self, anchor: str) -> SheetNode:
        """The label of what an anchor names: the first of that name has it."""
        if not anchor or anchor in self._used:
            return {}
        self._used.add(anchor)
        return {"label": self._name(anchor)}

    def _name(self, anchor: str) -> str:
        return self._labels.setdefault(anchor, f"{self._mark}{len(self._labels)}")

    def dangling(self) -> frozenset[str]:
        """Labels that something refers to and nothing has."""
        return frozenset(name for anchor, name in self._labels.items() if anchor not in self._used)

    # ── runs

    def runs(self, runs: Runs) -> list[SheetNode]:
        return [self._run(run) for run in runs]

    def _run(self, run: Run) -> SheetNode:
        if run.image:
            return self._inline(run.image) | self._target(run.href)
        node: SheetNode = {"t": self.words(run.text)}
        if run.marks:
            # PDF/UA-1 has no word for both: a struck word needs no underline
            node["m"] = [each for each in run.marks if each != "underline" or "strike" not in run.marks]
        if run.ruby:
            node["r"] = self.words(run.ruby)
            if not has_reading_above(run):
                node = _without_reading(node)
        if run.note:
            return node | {"note": True, "to": self._name(f"note {run.note}")}
        return node | self._target(run.href)

    def _target(self, href: str) -> SheetNode:
        leads = self._link(href) if href else ""
        if leads.startswith("#"):
            return {"to": self._name(leads[1:])}
        return {"href": leads} if leads else {}

    def _inline(self, image: Image) -> SheetNode:
        file = self._file_of(image)
        if not file or not image.picture:
            return {"t": self.words(image.alt)}
        shape = image.picture.width / max(image.picture.height, 1)
        return {"image": {"file": file, "alt": self._alt(image), "shape": round(shape, 4)}}

    def _alt(self, image: Image, caption: Runs = ()) -> str:
        return image.alt or text_of(caption) or self._translate(N_("Picture"))

    # ── blocks

    def blocks(self, blocks: Iterable[Block], depth: int = 0) -> list[SheetNode]:
        blocks = tuple(blocks)
        made: list[SheetNode] = []
        if not depth:
            self._headed = headed_levels(blocks)
        for block in blocks:
            made += self._block(block, depth)
        return made

    def _block(self, block: Block, depth: int) -> list[SheetNode]:
        if depth >= _MAX_DEPTH and (inner := _inside(block)) is not None:
            return self.blocks(inner, depth)
        match block:
            case Paragraph():
                align = {"align": block.align} if block.align else {}
                return [{"kind": "paragraph", "runs": self.runs(block.runs)} | align | self._label(block.id)]
            case Point():
                return [self._point(block, depth)]
            case Subheading():
                style = f"sub{min(max(block.level - 3, 1), 3)}"
                if depth:
                    return [{"kind": "paragraph", "runs": self.runs(block.runs)} | self._label(block.id)]
                return [self.heading(max(block.level, 2), block.runs, style, block.id)]
            case ListBlock():
                return [self._list(block, depth)]
            case Figure():
                return [self._figure(block)]
            case Table():
                return [self._table(block, depth)] if block.width else []
            case SignOff() | VersionRecord():
                return [self._ending(block)]
            case _:
                return [self._other(block, depth)]

    def _other(self, block: Block, depth: int) -> SheetNode:
        match block:
            case Definitions():
                entries = [{"term": e.is_term, "blocks": self.blocks(e.blocks, depth + 1)} for e in block.entries]
                return {"kind": "definitions", "entries": entries}
            case Attachments():
                lines = [self.runs(line) for line in block.lines]
                return {"kind": "attachments", "label": self.runs(block.label), "lines": lines}
            case Quotation():
                return {"kind": "quotation", "blocks": self.blocks(block.blocks, depth + 1)}
            case Aside():
                inner = self.blocks(block.blocks, depth + 1)
                return {"kind": "aside", "title": self.runs(block.title), "blocks": inner}
            case Preformatted():
                return {"kind": "code", "text": self.words(block.text)}
            case Divider():
                return {"kind": "rule"}
        raise TypeError(block)

    def _point(self, block: Point, depth: int) -> SheetNode:
        if block.level <= TITLE_LEVELS and block.is_title and not depth:
            return self.heading(block.level + 3, block.runs, f"sub{block.level}", block.id)
        lead, rest = parted(block.runs) if block.level in self._headed else ((), block.runs)
        node: SheetNode = {"kind": "point", "level": block.level, "lead": self.runs(lead), "runs": self.runs(rest)}
        return node | self._label(block.id)

    def _list(self, block: ListBlock, depth: int) -> SheetNode:
        def item(each: Item) -> SheetNode:
            return {"label": self.words(each.label), "blocks": self.blocks(each.blocks, depth + 1)}

        items = [item(each) for each in block.items]
        return {"kind": "list", "ordered": block.ordered, "items": items, "indent": 0 if depth else 2}

    def _figure(self, block: Figure) -> SheetNode:
        image, picture = block.image, block.image.picture
        file = self._file_of(image)
        if not file or not picture:
            shown = block.caption or (Run(image.alt),)
            return {"kind": "paragraph", "align": "center", "runs": self.runs(shown)}
        high = MAX_HEIGHT_MM * picture.width / max(picture.height, 1)
        width = round(min(MAX_WIDTH_MM, picture.width / DOTS_PER_MM, high), 2)
        shown_image = {"file": file, "alt": self._alt(image, block.caption), "width": width}
        return {"kind": "picture", "image": shown_image, "caption": self.runs(block.caption)} | self._target(block.href)

    def _table(self, block: Table, depth: int) -> SheetNode:
        laid = lay_out(block)
        if not laid.fits:
            self.wide.append(laid)

        def placed(each: PlacedCell) -> SheetNode:
            blocks, cell = self.blocks(each.cell.blocks, max(depth + 1, _MAX_DEPTH - 1)), each.cell
            spans = {"x": each.x, "y": each.y, "columns": each.columns, "rows": each.rows}
            return spans | {"align": cell.align, "head": cell.is_head, "blocks": blocks}

        rows = [[placed(each) for each in row] for row in laid.rows]
        form = {"head": laid.head, "columns": laid.columns, "size": laid.size, "turned": laid.turned and not depth}
        form |= {"breakable": laid.breakable, "repeat": not _has_links(rows[: laid.head])}
        return {"kind": "table", "caption": self.runs(block.caption), "rows": rows} | form

    def _ending(self, block: SignOff | VersionRecord) -> SheetNode:
        if isinstance(block, SignOff):
            return {"kind": "signoff", "lines": [self.runs(line) for line in block.lines]}
        return {"kind": "record", "lines": [[self.runs(part) for part in sides(line)] for line in block.lines]}

    def notes(self, notes: Iterable[Note]) -> list[SheetNode]:
        """The notes of a text, below it."""
        made = [self._note(note) for note in notes]
        return [{"kind": "notes", "notes": made}] if made else []

    def _note(self, note: Note) -> SheetNode:
        node: SheetNode = {"number": self.words(note.number), "blocks": self.blocks(note.blocks, 1)}
        return node | self._label(f"note {note.id}")


def _without_reading(run: SheetNode) -> SheetNode:
    """The reading in brackets: in a heading, since a bookmark has one line, and where it is too long to be above."""
    return (
        {key: value for key, value in run.items() if key != "r"} | {"t": f"{run['t']}（{run['r']}）"}
        if "r" in run
        else run
    )


_ISSUED = re.compile(r"^(.*?\S)[\s\u3000]+(\S*\d.*(?:印发|日|份))$", re.DOTALL)


def sides(line: Runs) -> tuple[Runs, ...]:
    """The line of who had it printed and when: the office left, the date right."""
    if len(line) == 1 and (found := _ISSUED.match(line[0].text)) and "：" not in line[0].text:
        return (with_words(line[0], found[1]),), (with_words(line[0], found[2]),)
    return (line,)


def _inside(block: Block) -> tuple[Block, ...] | None:
    """The blocks inside a block that is too deep, and its own words before them."""
    match block:
        case ListBlock():
            return tuple(inner for item in block.items for inner in (Paragraph((Run(item.label),)), *item.blocks))
        case Quotation():
            return block.blocks
        case Aside():
            return (*_own_words(block.title), *block.blocks)
        case Definitions():
            return tuple(inner for entry in block.entries for inner in entry.blocks)
        case Table():
            cells = (cell for row in block.rows for cell in row.cells)
            return (*_own_words(block.caption), *(inner for cell in cells for inner in cell.blocks))
    return None


def _own_words(runs: Runs) -> tuple[Block, ...]:
    return (Paragraph(runs),) if runs else ()


def _has_links(nodes: Any) -> bool:
    """A head that is repeated is an artifact, which must hold no link (PDF/UA-1)."""
    if isinstance(nodes, Mapping):
        return "to" in nodes or "href" in nodes or any(map(_has_links, nodes.values()))
    return isinstance(nodes, list) and any(map(_has_links, nodes))


def without(names: frozenset[str], nodes: Any) -> Any:
    """The nodes without links to those labels."""
    if isinstance(nodes, Mapping):
        return {key: without(names, value) for key, value in nodes.items() if key != "to" or value not in names}
    return [without(names, each) for each in nodes] if isinstance(nodes, list) else nodes


def files_of(nodes: Any) -> Iterator[str]:
    """The pictures that the nodes show."""
    if isinstance(nodes, Mapping):
        if isinstance(file := nodes.get("file"), str):
            yield file
        for value in nodes.values():
            yield from files_of(value)
    elif isinstance(nodes, list):
        for each in nodes:
            yield from files_of(each)
