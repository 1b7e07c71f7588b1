"""Blocks: what a text is made of, without HTML. All editions but the pages are made from these.

A text is a tuple of blocks; a block of words is a tuple of runs. block_reader.py makes them of a text's HTML;
`lines` says what they show, in the words and the order of the page, which is what every edition is compared with.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Literal

from bulletin.core.model import Picture, Value

Mark = Literal["strong", "em", "underline", "strike", "code", "sub", "sup", "mark", "small"]


class Image(Value, frozen=True, array_like=True):
    """A picture of the text."""

    alt: str
    """What it shows, in words; may be empty."""
    src: str = ""
    """Address of its widest plain form, absolute where the site has an address, else from the site's root."""
    path: str = ""
    """Path of the picture in the site, without what follows for each form: ``issues/2014002/photo``."""
    picture: Picture | None = None
    """Its forms, whose bytes `Texts.picture` has; None for one that is not here, whose words are shown."""


class Run(Value, frozen=True, array_like=True):
    """A stretch of text that looks the same throughout. ``\\n`` in it is a line break; other blanks are as shown."""

    text: str
    marks: tuple[Mark, ...] = ()
    """In alphabetical order, each once."""
    href: str = ""
    """Where it leads: an absolute address, or ``#anchor`` in the same issue (`Leaf.anchors`)."""
    note: str = ""
    """Id of the note that it refers to; its text is the note's number."""
    ruby: str = ""
    """What stands above it: pinyin."""
    image: Image | None = None
    """A picture among the words; the text is then empty."""


Runs = tuple[Run, ...]


class Paragraph(Value, frozen=True, array_like=True, tag="paragraph"):
    runs: Runs
    id: str = ""
    align: Literal["", "center", "right"] = ""


class Subheading(Value, frozen=True, array_like=True, tag="heading"):
    """A heading inside a text."""

    level: int
    """1 to 6, as in the page of the issue: 4 is the highest below an article's title."""
    runs: Runs
    id: str = ""


class Point(Value, frozen=True, array_like=True, tag="point"):
    """A paragraph that begins with a number of official writing, which is part of its words (GB/T 9704-2012, 7.3.3)."""

    level: int
    """1 ``一、``, 2 ``（一）``, 3 ``1、``, 4 ``（1）``."""
    runs: Runs
    id: str = ""
    is_title: bool = False
    """Whether it heads what follows: short, without a full stop (read/dialect/points.py), and no point comes next."""


class Item(Value, frozen=True, array_like=True):
    """An item of a list."""

    label: str
    """``1.``, ``•``; what an edition writes before it where nothing counts by itself."""
    blocks: tuple[Block, ...]
    number: int | None = None


class ListBlock(Value, frozen=True, array_like=True, tag="list"):
    """A list."""

    ordered: bool
    items: tuple[Item, ...]


class Definition(Value, frozen=True, array_like=True):
    """A term, or what is said of it."""

    is_term: bool
    blocks: tuple[Block, ...]


class Definitions(Value, frozen=True, array_like=True, tag="definitions"):
    entries: tuple[Definition, ...]


class Attachments(Value, frozen=True, array_like=True, tag="attachments"):
    """附件：, with the numbers as they were typed (GB/T 9704-2012, 7.3.4)."""

    label: Runs
    lines: tuple[Runs, ...]


class Quotation(Value, frozen=True, array_like=True, tag="quotation"):
    blocks: tuple[Block, ...]


class Aside(Value, frozen=True, array_like=True, tag="aside"):
    """A box beside the text, or what a page unfolds."""

    title: Runs
    blocks: tuple[Block, ...]


class Cell(Value, frozen=True, array_like=True):
    blocks: tuple[Block, ...]
    is_head: bool = False
    columns: int = 1
    """How many it spans."""
    rows: int = 1
    align: Literal["", "left", "center", "right"] = ""


class Row(Value, frozen=True, array_like=True):
    cells: tuple[Cell, ...]
    in_head: bool = False
    """Whether it is repeated where the table is parted."""


class Table(Value, frozen=True, array_like=True, tag="table"):
    caption: Runs
    rows: tuple[Row, ...]

    @property
    def width(self) -> int:
        """How many columns it has."""
        return max((sum(cell.columns for cell in row.cells) for row in self.rows), default=0)


class Figure(Value, frozen=True, array_like=True, tag="figure"):
    """A picture with what stands under it; without a caption, `Image.alt` is not shown where the picture is."""

    image: Image
    caption: Runs
    href: str = ""


class Preformatted(Value, frozen=True, array_like=True, tag="code"):
    """Text whose blanks and line breaks are as typed."""

    text: str


class Divider(Value, frozen=True, array_like=True, tag="rule"):
    """A line across."""


class SignOff(Value, frozen=True, array_like=True, tag="signoff"):
    """Office and date, set right (GB/T 9704-2012, 7.3.5)."""

    lines: tuple[Runs, ...]


class VersionRecord(Value, frozen=True, array_like=True, tag="record"):
    """报：, 送：, 发：, 印发, 共印 (GB/T 9704-2012, 7.4)."""

    lines: tuple[Runs, ...]


Block = (
    Paragraph
    | Subheading
    | Point
    | ListBlock
    | Definitions
    | Attachments
    | Quotation
    | Aside
    | Table
    | Figure
    | Preformatted
    | Divider
    | SignOff
    | VersionRecord
)


class Note(Value, frozen=True, array_like=True):
    """What a mark in the text refers to."""

    id: str
    """Unique in the issue."""
    number: str
    blocks: tuple[Block, ...]


class TextBlocks(Value, frozen=True, array_like=True):
    """A whole text."""

    blocks: tuple[Block, ...]
    notes: tuple[Note, ...] = ()


NO_TEXT = TextBlocks(())


# ── what they show


def text_of(runs: Iterable[Run], *, notes: bool = False) -> str:
    """The words of some runs, of pictures their descriptions; without marks of notes unless asked for."""
    return "".join(run.image.alt if run.image else run.text for run in runs if notes or not run.note)


def lines(blocks: Iterable[Block]) -> Iterator[str]:
    """Each block's words, in order, with the numbers of items; of a picture its caption, else its description."""
    for block in blocks:
        match block:
            case Paragraph() | Subheading() | Point():
                yield text_of(block.runs)
            case ListBlock():
                yield from _items(block)
            case Definitions():
                for entry in block.entries:
                    yield from lines(entry.blocks)
            case Attachments():
                yield from (text_of(block.label), *map(text_of, block.lines))
            case Quotation():
                yield from lines(block.blocks)
            case Aside():
                yield from (text_of(block.title), *lines(block.blocks))
            case Table():
                yield text_of(block.caption)
                for row in block.rows:
                    yield " ".join(" ".join(lines(cell.blocks)) for cell in row.cells)
            case Figure():
                yield text_of(block.caption) or block.image.alt
            case Preformatted():
                yield block.text
            case SignOff() | VersionRecord():
                yield from map(text_of, block.lines)


def _items(block: ListBlock) -> Iterator[str]:
    for item in block.items:
        first, *rest = list(lines(item.blocks)) or [""]
        yield f"{item.label} {first}"
        yield from rest


def nested(block: Block) -> Iterator[Block]:
    """The block, and all blocks inside it, in order."""
    yield block
    for inner in _inner(block):
        yield from nested(inner)


def _inner(block: Block) -> Iterator[Block]:
    match block:
        case ListBlock():
            for item in block.items:
                yield from item.blocks
        case Definitions():
            for entry in block.entries:
                yield from entry.blocks
        case Quotation() | Aside():
            yield from block.blocks
        case Table():
            for row in block.rows:
                for cell in row.cells:
                    yield from cell.blocks
        case _:
            pass


def runs_of(block: Block) -> Iterator[Run]:
    """The runs of a block itself, without those of blocks inside it."""
    match block:
        case Paragraph() | Subheading() | Point():
            yield from block.runs
        case Attachments():
            yield from block.label
            for line in block.lines:
                yield from line
        case Aside():
            yield from block.title
        case Table() | Figure():
            yield from block.caption
        case SignOff() | VersionRecord():
            for line in block.lines:
                yield from line
        case _:
            pass


def images(text: TextBlocks) -> Iterator[Image]:
    """All pictures of a text, in order."""
    for block in (*text.blocks, *(block for note in text.notes for block in note.blocks)):
        for each in nested(block):
            if isinstance(each, Figure):
                yield each.image
            yield from (run.image for run in runs_of(each) if run.image)
