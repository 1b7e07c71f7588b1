"""What a text's paragraphs are: its title, headings, tables made of tabs, sign-offs.

A heading is one by style, by outline level, by being bold as a whole, or as a short line that begins 一、 （一） 1. or
(1). A line that ends in 。 is a sentence and never a heading, whatever its style says.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from itertools import groupby

from msgspec.structs import replace

from bulletin.word.flatten.blocks import WordBlock, WordCell, WordGroup, WordParagraph, WordPiece, WordRow, WordTable

_SHORT = 40
_PATTERNS = tuple(
    re.compile(pattern)
    for pattern in (
        r"[一二三四五六七八九十百]{1,4}[、.．]\s*\S",
        r"[（(][一二三四五六七八九十百]{1,4}[）)]\s*\S",
        r"[0-9]{1,2}(?:[.．、](?![0-9])|\s)\s*[^\s0-9]",
        r"[（(][0-9]{1,2}[）)]\s*\S",
    )
)
_LISTED = 2
"""From this pattern on, lines that follow each other are points of a list."""
_SENTENCE = re.compile(r"[。！？；!?;]|：.")
_MASTHEAD = re.compile(r"第.{1,8}[期号]|[〔\[［(（][0-9]{4}[〕\]］)）]|[0-9]{4}年|密|内部")
_DATE = re.compile(r"[0-9]{4}\s*年\s*[0-9]{1,2}\s*月\s*[0-9]{1,2}\s*日|[一二三四五六七八九〇○零]{4}年.{1,3}月.{1,3}日")
_BLANK = " \t\u3000\xa0"
_PUSHED = re.compile(r"(?:[ \xa0]{16,}|[\u3000]{8,}|\t{3,})\S")


def structured(blocks: Iterable[WordBlock]) -> tuple[str, tuple[WordBlock, ...]]:
    """The title, and the blocks: their headings' levels from 2 on, without gaps."""
    text = [_settled(block) for block in blocks]
    text = [block for block in text if not isinstance(block, WordParagraph) or block.pieces]
    title, text = _title(text)
    return title, tuple(_signed(_levelled(tuple(_tabbed(text)))))


def _settled(block: WordBlock) -> WordBlock:
    """A paragraph without the blanks that set it in; pushed by many, it stands at the right."""
    if isinstance(block, WordGroup):
        return block
    if isinstance(block, WordTable):
        rows = tuple(replace(row, cells=tuple(_cell(cell) for cell in row.cells)) for row in block.rows)
        return WordTable(_headed(rows))
    align = "right" if _PUSHED.match(block.text) else block.align
    level = -1 if _ends_a_sentence(block.text) else block.level
    return replace(block, pieces=strip_pieces(block.pieces), align=align, level=level)


def _headed(rows: tuple[WordRow, ...]) -> tuple[WordRow, ...]:
    """The first rows that are bold as a whole, or marked, are the head of a table; its words need no other mark.

    A cell cannot reach out of the head: a browser would cut it there.
    """
    count = next((place for place, row in enumerate(rows) if not _is_head(row)), len(rows) - 1)
    count = min(count, len(rows) - 1)
    if any(cell.continues for cell in rows[count].cells):
        count = 0
    return tuple(_as_head(row) if place < count else replace(row, header=False) for place, row in enumerate(rows))


def _is_head(row: WordRow) -> bool:
    lines = [block for cell in row.cells for block in cell.blocks]
    words = [piece for line in lines if isinstance(line, WordParagraph) for piece in line.pieces if piece.text.strip()]
    return all(isinstance(line, WordParagraph) for line in lines) and (
        row.header or (bool(words) and all(piece.bold for piece in words))
    )


def _as_head(row: WordRow) -> WordRow:
    cells = (replace(cell, blocks=tuple(_plain(block) for block in cell.blocks)) for cell in row.cells)
    return WordRow(tuple(cells), header=True)


def _plain(block: WordBlock) -> WordBlock:
    if not isinstance(block, WordParagraph):
        return block
    return replace(block, pieces=tuple(replace(piece, bold=False) for piece in block.pieces))


def _cell(cell: WordCell) -> WordCell:
    blocks = (_settled(block) for block in cell.blocks)
    kept = (_untabbed(replace(b, level=-1)) if isinstance(b, WordParagraph) else b for b in blocks)
    return replace(cell, blocks=tuple(b for b in kept if not isinstance(b, WordParagraph) or b.pieces))


def strip_pieces(pieces: Sequence[WordPiece], blank: str = _BLANK + "\n") -> tuple[WordPiece, ...]:
    """The pieces without blanks and line breaks at both ends."""
    found = list(pieces)
    for place, strip in ((0, str.lstrip), (-1, str.rstrip)):
        while found and not (found[place].picture or found[place].note):
            text = strip(found[place].text, blank)
            if text:
                found[place] = replace(found[place], text=text)
                break
            del found[place]
    return tuple(found)


def _ends_a_sentence(text: str) -> bool:
    return text.rstrip(_BLANK + "”’」』）)\n").endswith("。")


# ── the title


def _title(text: list[WordBlock]) -> tuple[str, list[WordBlock]]:
    """By its style; else the only heading of the first level, where it comes first; else a line in the middle."""
    heads = [(place, b) for place, b in enumerate(text[:12]) if isinstance(b, WordParagraph) and b.pieces]
    named = [(place, b) for place, b in heads if b.level == 0]
    if not named:
        first = [b for b in text if isinstance(b, WordParagraph) and b.level == 1]
        named = [(place, b) for place, b in heads[:1] if len(first) == 1 and first[0] is b and _words_only(b)]
    if not named:
        named = [(place, b) for place, b in heads[:1] if b.align == "center" and _may_be_title(b)]
    if not named or named[0][0] != heads[0][0]:
        return "", [_demoted(b) for b in text]
    last = 1
    while last < len(named) and named[last][0] == named[0][0] + last:
        last += 1
    taken = [b for _, b in named[:last]]
    if not all(_words_only(b) for b in taken):
        return "", [_demoted(b) for b in text]
    begin = named[0][0]
    return "".join(_line(b.text) for b in taken), [_demoted(b) for b in text[:begin] + text[begin + len(taken) :]]


def _demoted(block: WordBlock) -> WordBlock:
    """A second title within the text is a heading of the first level."""
    return replace(block, level=1) if isinstance(block, WordParagraph) and block.level == 0 else block


def _words_only(block: WordParagraph) -> bool:
    return not any(piece.picture or piece.note for piece in block.pieces)


def _may_be_title(block: WordParagraph) -> bool:
    text = _line(block.text)
    return _words_only(block) and 2 <= len(text) <= 60 and not _SENTENCE.search(text) and not _MASTHEAD.search(text)


def _line(text: str) -> str:
    return " ".join(text.split()) if text.isascii() else "".join(text.split("\n")).replace("\t", " ")


# ── headings


def _levelled(text: Sequence[WordBlock]) -> Iterator[WordBlock]:
    kinds = [_kind(block) for block in text]
    in_list = False
    for place, kind in enumerate(kinds):
        listed = kind is not None and kind[0] == 2 and kind[1] > _LISTED
        following = listed and kinds[place + 1 : place + 2] == [kind]
        if listed and (following or in_list):
            kinds[place] = None
        in_list = following
    used = sorted({kind for kind in kinds if kind})
    for block, kind in zip(text, kinds, strict=True):
        if not isinstance(block, WordParagraph):
            yield block
        elif kind is None:
            yield _untabbed(replace(block, level=-1))
        else:
            yield replace(_plain(_untabbed(block)), level=min(used.index(kind) + 2, 6), bullet=0)


def _kind(block: WordBlock) -> tuple[int, int] | None:
    """Rank of a heading: those with a style, those that are bold, those that have a number; None for a text."""
    if not isinstance(block, WordParagraph) or not block.text.strip() or block.align == "right":
        return None
    if block.level > 0:
        return (0, block.level)
    text = block.text.strip(_BLANK)
    body = text[block.label :]
    if block.bullet or len(text) > _SHORT or "\n" in text or "\t" in body or not _words_only(block):
        return None
    for rank, pattern in enumerate(_PATTERNS):
        if found := pattern.match(text):
            rest = text[found.end() - 1 :]
            return None if _SENTENCE.search(rest) else (2, rank + 1)
    bold = all(piece.bold for piece in block.pieces if piece.text.strip())
    return (1, 1) if bold and not _SENTENCE.search(text) and not text.endswith(("：", ":")) else None


# ── tabs, sign-offs


def _tabbed(text: Sequence[WordBlock]) -> Iterator[WordBlock]:
    """Lines with the same tab stops and as many fields are the rows of a table."""
    for columns, group in groupby(text, key=_columns):
        those = list(group)
        if columns is None or len(those) < 2:
            yield from those
        else:
            yield WordTable(tuple(_tabbed_row(block) for block in those if isinstance(block, WordParagraph)))


def _columns(block: WordBlock) -> tuple[tuple[int, ...], int] | None:
    if not isinstance(block, WordParagraph) or not block.stops or block.label or block.level >= 0 or block.align:
        return None
    count = block.text.count("\t") + 1
    return (block.stops, count) if 1 < count <= len(block.stops) + 1 and "\n" not in block.text else None


def _tabbed_row(block: WordParagraph) -> WordRow:
    cells: list[list[WordPiece]] = [[]]
    for piece in block.pieces:
        first, *others = piece.text.split("\t") if not piece.picture else [piece.text]
        cells[-1].append(replace(piece, text=first))
        cells.extend([replace(piece, text=other)] for other in others)
    return WordRow(
        tuple(WordCell((WordParagraph(strip_pieces(cell)),) if strip_pieces(cell) else ()) for cell in cells)
    )


def _untabbed(block: WordParagraph) -> WordParagraph:
    pieces = tuple(p if p.picture else replace(p, text=re.sub(r"[ ]*\t[ \t]*", " ", p.text)) for p in block.pieces)
    return replace(block, pieces=pieces)


def _signed(text: Iterable[WordBlock]) -> Iterator[WordBlock]:
    """Lines at the right of which the last is a date are one sign-off."""
    for right, group in groupby(
        text, key=lambda b: isinstance(b, WordParagraph) and b.align == "right" and b.level < 0
    ):
        those = [block for block in group if isinstance(block, WordParagraph) or not right]
        lines = [block for block in those if isinstance(block, WordParagraph)]
        if right and _DATE.search(lines[-1].text) and len(lines) < 6:
            pieces = [piece for line in lines for piece in (WordPiece("\n"), *line.pieces)][1:]
            yield replace(lines[0], pieces=tuple(pieces), level=-1)
        else:
            yield from (replace(b, align="") if isinstance(b, WordParagraph) else b for b in those)
