"""A text as blocks: what a document, or what was copied from one, is once nothing hidden is left in it."""

from __future__ import annotations

from bulletin.core.model import Value


class WordPiece(Value, frozen=True):
    """Some words in one typeface, a picture, or the mark of a note."""

    text: str = ""
    """With ``\\n`` for a line break and ``\\t`` for a tab."""
    bold: bool = False
    italic: bool = False
    underline: bool = False
    strike: bool = False
    is_code: bool = False
    is_marked: bool = False
    """These two in documents of ours only."""
    script: str = ""
    """``superscript`` or ``subscript``."""
    link: str = ""
    picture: str = ""
    """Name of a picture; ``text`` describes it."""
    note: str = ""
    """Key of a note: ``footnote-2``."""


class WordParagraph(Value, frozen=True):
    """One paragraph; its label, if it has one, is its first piece."""

    pieces: tuple[WordPiece, ...]
    level: int = -1
    """Of a heading, from 1; 0 for the title of the whole; -1 for none, as far as the source says."""
    align: str = ""
    """``left``, ``center`` or ``right``."""
    bullet: int = 0
    """Depth of a point with a bullet, from 1."""
    stops: tuple[int, ...] = ()
    """Its tab stops, in twentieths of a point."""
    label: int = 0
    """Characters of the label."""

    @property
    def text(self) -> str:
        return "".join(piece.text for piece in self.pieces if not piece.picture)


class WordCell(Value, frozen=True):
    """A cell of a table."""

    blocks: tuple[WordParagraph | WordTable | WordGroup, ...]
    columns: int = 1
    continues: bool = False
    """Part of the cell above."""


class WordRow(Value, frozen=True):
    """A row of a table."""

    cells: tuple[WordCell, ...]
    header: bool = False


class WordTable(Value, frozen=True):
    """A table."""

    rows: tuple[WordRow, ...]


class WordGroup(Value, frozen=True):
    """Blocks in a block, of a document that `bulletin word out` made."""

    kind: str
    """As in editions/word_form/groups.py."""
    value: str
    blocks: tuple[WordParagraph | WordTable | WordGroup, ...]


WordBlock = WordParagraph | WordTable | WordGroup
