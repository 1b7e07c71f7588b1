"""The text of a document that `bulletin word out` made: what its paragraphs are is said, and need not be guessed."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from msgspec.structs import replace

from bulletin.editions.word_form.groups import ISSUE_HEAD, WHOLE_TEXT
from bulletin.word.flatten.blocks import WordBlock, WordGroup, WordParagraph, WordPiece, WordTable
from bulletin.word.flatten.left import LeftList
from bulletin.word.flatten.structure import strip_pieces

_BLANK = " "
"""What a page does not show at the edges of a paragraph either."""


def own_text(blocks: Iterable[WordBlock], left: LeftList) -> tuple[str, tuple[WordBlock, ...]]:
    """The title, and the blocks; the head of the issue, which is no part of its text, is left out."""
    text = list(_without(blocks, WHOLE_TEXT))
    for block in text:
        if isinstance(block, WordGroup) and block.kind == ISSUE_HEAD:
            left.add("header", "\n".join(_lines(block.blocks)))
    text = [block for block in text if not (isinstance(block, WordGroup) and block.kind == ISSUE_HEAD)]
    titles = [block for block in text if _is_title(block)][:1]
    title = "".join(" ".join(block.text.split()) for block in titles if isinstance(block, WordParagraph))
    return title, tuple(_headed(block) for block in stripped(text) if block not in stripped(titles))


def _is_title(block: WordBlock) -> bool:
    """One with a note or a picture cannot be an entry of the draft."""
    return (
        isinstance(block, WordParagraph)
        and block.level == 0
        and not any(piece.note or piece.picture for piece in block.pieces)
    )


def _without(blocks: Iterable[WordBlock], kind: str) -> Iterator[WordBlock]:
    for block in blocks:
        if isinstance(block, WordGroup) and block.kind == kind:
            yield from block.blocks
        else:
            yield block


def _lines(blocks: Iterable[WordBlock]) -> Iterator[str]:
    for block in blocks:
        if isinstance(block, WordParagraph):
            yield block.text


def _unlabelled(item: WordGroup) -> WordGroup:
    """An item without the label that Word counts; one that is in no group any more keeps it."""
    first = item.blocks[0] if item.blocks else None
    if not isinstance(first, WordParagraph):
        return item
    count, pieces = first.label, list(first.pieces)
    if count:
        pieces[0] = replace(pieces[0], text=pieces[0].text[count:].removeprefix(" "))
    paragraph = replace(first, pieces=tuple(piece for piece in pieces if piece != WordPiece()), label=0, bullet=0)
    return replace(item, blocks=(paragraph, *item.blocks[1:]))


def _without_level(block: WordBlock) -> WordBlock:
    """A point looks like a heading; what it is, its group says."""
    return replace(block, level=-1) if isinstance(block, WordParagraph) else block


def _headed(block: WordBlock) -> WordBlock:
    """Sections are headings of the second level, below the title."""
    if isinstance(block, WordParagraph):
        return replace(block, level=min(max(block.level, 1) + 1, 6)) if block.level >= 0 else block
    return block


def stripped(blocks: Iterable[WordBlock]) -> tuple[WordBlock, ...]:
    """The blocks without blanks at the edges of paragraphs, and without paragraphs that keep others apart."""
    made = (_strip(block) for block in blocks)
    return tuple(block for block in made if not isinstance(block, WordParagraph) or block.pieces)


def _strip(block: WordBlock) -> WordBlock:
    if isinstance(block, WordParagraph):
        return replace(block, pieces=strip_pieces(block.pieces, _BLANK))
    if isinstance(block, WordGroup):
        block = _unlabelled(block) if block.kind == "li" else block
        inside = block.blocks if block.kind == "pre" else stripped(block.blocks)
        return replace(block, blocks=tuple(_without_level(each) for each in inside))
    rows = (
        replace(row, cells=tuple(replace(cell, blocks=stripped(cell.blocks)) for cell in row.cells))
        for row in block.rows
    )
    return WordTable(tuple(rows))
