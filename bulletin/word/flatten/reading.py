"""The blocks of a document's body: what is printed, in order, once.

Words that are hidden, deleted or moved away, and comments, are no part of them and are listed; what was inserted or
moved here is (ECMA-376 part 1, 17.13). A field has its stored result, a text box the form that is kept for older
programs, ruby its base.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from urllib.parse import unquote

from lxml import etree
from msgspec.structs import replace

from bulletin.word.flatten.blocks import WordBlock, WordCell, WordGroup, WordParagraph, WordPiece, WordRow, WordTable
from bulletin.word.flatten.drawings import DocumentPictures, look_through, preferred
from bulletin.word.flatten.fields import Fields, unfinished
from bulletin.word.flatten.groups import Edge, edge_of, edges_in, grouped
from bulletin.word.flatten.left import LeftList
from bulletin.word.flatten.names import MATH, R, W, child, local, number, says_on, value
from bulletin.word.flatten.numbering import Label, Numbering
from bulletin.word.flatten.runs import Appearance, Typeface, bare_text, stops, symbol, word_of
from bulletin.word.flatten.styles import Styles
from bulletin.word.incoming import LeftKind
from bulletin.word.package import Relationship
from bulletin.word.refusals import NotTaken

MAX_CHARACTERS = 400_000
_MAX_DEPTH = 60
_MAX_COLUMNS = 63
"""Of a table in Word."""
_FAR_RIGHT = 3600
"""Twentieths of a point, 6.35 cm: an indent by which a name is pushed to the right."""

_GONE: Mapping[str, LeftKind] = {"del": "deleted", "moveFrom": "moved", "cellDel": "deleted"}
_ELSEWHERE = frozenset(("altChunk", "subDoc"))
_WRAPPERS = frozenset(
    ("ins", "moveTo", "smartTag", "customXml", "bdo", "dir", "fldSimple", "sdtContent", "rubyBase", "txbxContent")
)


class Notes:
    """Footnotes, endnotes or comments of a document by their id."""

    def __init__(self, root: etree._Element | None, kind: str) -> None:
        found = () if root is None else root.iterfind(W + kind)
        self.elements = {
            each.get(W + "id", ""): each for each in found if each.get(W + "type", "normal") in ("normal", "")
        }
        self.used: set[str] = set()


class DocumentParts:
    """What all parts of a document share while they are read."""

    def __init__(
        self, styles: Styles, numbering: Numbering, notes: Mapping[str, Notes], *, is_own: bool = False
    ) -> None:
        """``is_own``: of a document that `bulletin word out` made."""
        self.styles, self.numbering, self.notes = styles, numbering, notes
        self.left = LeftList()
        self.characters = 0
        self.is_own = is_own


class BodyReader:
    """Reads one part: the body, or the notes."""

    def __init__(self, parts: DocumentParts, links: Mapping[str, Relationship], pictures: DocumentPictures) -> None:
        self._parts, self._links, self._pictures = parts, links, pictures
        self._left = parts.left
        self._fields = Fields()
        self._broken: set[etree._Element] = set()
        self._carried: list[WordPiece] = []
        self._depth = 0
        self.is_own = parts.is_own

    def blocks(self, parent: etree._Element, table: str = "") -> tuple[WordBlock, ...]:
        """The blocks below an element. ``table``: style of the table around it. Raises `NotTaken`."""
        return grouped(self._blocks(parent, table))

    def _blocks(self, parent: etree._Element, table: str) -> Iterator[WordBlock | Edge]:
        self._depth += 1
        if self._depth > _MAX_DEPTH:
            raise NotTaken("deep")
        for each in preferred(parent):
            name = local(each) if isinstance(each.tag, str) else ""
            if name == "p":
                before, after = edges_in(each) if self.is_own else ([], [])
                yield from (*before, *self._paragraph(each, table), *after)
            elif self.is_own and (edge := edge_of(each)):
                yield edge
            elif name == "tbl":
                yield from self._table(each)
            elif name in _GONE:
                self._left.words(_GONE[name], "".join(bare_text(each)))
            elif name in _ELSEWHERE:
                self._elsewhere(each)
            elif name in _WRAPPERS or name in ("sdt", "AlternateContent"):
                yield from self._blocks(each, table)
        self._depth -= 1
        if not self._depth and self._carried:
            yield WordParagraph(tuple(_joined(self._carried)))  # no paragraph follows that they could join
            self._carried = []

    # ── tables

    def _table(self, element: etree._Element) -> Iterator[WordBlock]:
        style = value(child(element, "tblPr"), "tblStyle") or self._parts.styles.default("table")
        rows = [row for each in _found(element, "tr") if (row := self._row(each, style)) is not None]
        if len(rows) == 1 and len(rows[0].cells) == 1 and not self.is_own:
            yield from rows[0].cells[0].blocks  # a frame around a text
        elif any(row.cells for row in rows):
            yield WordTable(tuple(rows))

    def _row(self, element: etree._Element, style: str) -> WordRow | None:
        properties = child(element, "trPr")
        kind: LeftKind | None
        kind = (
            "deleted" if child(properties, "del") is not None else "hidden" if says_on(properties, "hidden") else None
        )
        if kind:
            self._left.add(kind, "".join(bare_text(element)))
            return None
        before = min(number(value(properties, "gridBefore")), _MAX_COLUMNS)
        cells = [WordCell((), before)] if before > 0 else []
        for each in _found(element, "tc"):
            one = child(each, "tcPr")
            if child(one, "cellDel") is not None:
                self._left.add("deleted", "".join(bare_text(each)))
                cells.append(WordCell(()))
                continue
            merge = child(one, "vMerge")
            continues = merge is not None and merge.get(W + "val", "continue") == "continue"
            blocks = self.blocks(each, style)
            columns = min(max(number(value(one, "gridSpan"), 1), 1), _MAX_COLUMNS)
            if continues:
                self._merged_away(blocks)
            cells.append(WordCell(() if continues else blocks, columns, continues))
        return WordRow(tuple(cells), bool(says_on(properties, "tblHeader")))

    def _merged_away(self, blocks: Iterable[WordBlock]) -> None:
        """What is in a cell that is part of the one above, and is not printed."""
        words = (piece.text or ("□" if piece.picture else "") for piece in _pieces_of(blocks))
        if text := "".join(words).strip():
            self._left.add("hidden", text)

    # ── paragraphs

    def _paragraph(self, element: etree._Element, table: str) -> Iterator[WordBlock]:
        styles, properties = self._parts.styles, child(element, "pPr")
        style = value(properties, "pStyle") or styles.default("paragraph")
        typeface = Typeface(styles, style, table, is_own=self.is_own)
        mark = child(properties, "rPr")
        boxes: list[WordBlock] = []
        marks = list(element.iter(W + "fldChar"))
        broken = unfinished(mark.get(W + "fldCharType", "") for mark in marks)
        self._broken = {mark for place, mark in enumerate(marks) if place in broken}
        pieces = [*self._carried, *self._inline(element, typeface, boxes)]
        self._carried = []
        self._left.close()
        if child(mark, "del") is not None or child(mark, "moveFrom") is not None:
            self._carried = pieces  # the rest joins the next paragraph, ECMA-376 part 1, 17.13.5.15
            yield from boxes
            return
        empty = not any(piece.text or piece.picture or piece.note for piece in pieces)
        label = None
        if not (empty and (typeface.look(mark).hidden or _holds_words(element))):
            label = self._parts.numbering.label(properties, style)
        if label or not empty:
            yield self._made(pieces, label, properties, style)
        yield from boxes

    def _made(
        self, pieces: list[WordPiece], label: Label | None, properties: etree._Element | None, style: str
    ) -> WordBlock:
        own = value(properties, "outlineLvl")
        shown = "" if label is None or label.bullet else label.text.strip()
        if shown:
            gap = " " if label and label.gap and shown[-1].isascii() else ""
            pieces = [WordPiece(shown + gap, bold=_all_bold(pieces)), *pieces]
        level = self._parts.styles.heading(style)
        if own and level < 0:
            level = number(own, 9) + 1 if 0 <= number(own, 9) < 9 else -1
        return WordParagraph(
            pieces=tuple(_joined(pieces)),
            level=level,
            align=self._align(properties, style),
            bullet=label.level + 1 if label and label.bullet else 0,
            stops=stops(properties) or stops(_parent(self._parts.styles.paragraph_property(style, "tabs"))),
            label=len(shown),
        )

    def _align(self, properties: etree._Element | None, style: str) -> str:
        own = child(properties, "jc")
        found = own if own is not None else self._parts.styles.paragraph_property(style, "jc")
        said = "" if found is None else found.get(W + "val", "")
        if said in ("right", "end"):
            return "right"
        if said == "center":
            return "center"
        indent = child(properties, "ind")
        left = 0 if indent is None else number(indent.get(W + "left") or indent.get(W + "start"))
        return "right" if left >= _FAR_RIGHT else ""

    # ── within a paragraph

    def _inline(
        self, parent: etree._Element, typeface: Typeface, boxes: list[WordBlock], link: str = ""
    ) -> Iterator[WordPiece]:
        self._depth += 1
        if self._depth > _MAX_DEPTH * 2:
            raise NotTaken("deep")
        for each in preferred(parent):
            name = local(each) if isinstance(each.tag, str) else ""
            if name == "r" and each.tag == W + "r":
                yield from self._run(each, typeface, boxes, link)
            elif name in _GONE:
                self._left.words(_GONE[name], "".join(bare_text(each)))
            elif name == "hyperlink":
                yield from self._inline(each, typeface, boxes, self._address(each) or link)
            elif name in ("oMath", "oMathPara"):
                yield from self._formula(each)
            elif name in _ELSEWHERE:
                self._elsewhere(each)
            elif name in _WRAPPERS or name in ("sdt", "AlternateContent"):
                yield from self._inline(each, typeface, boxes, link)
        self._depth -= 1

    def _run(self, run: etree._Element, typeface: Typeface, boxes: list[WordBlock], link: str) -> Iterator[WordPiece]:
        look = typeface.look(child(run, "rPr"))
        for each in preferred(run):
            name = local(each) if isinstance(each.tag, str) else ""
            if name == "fldChar":
                if each not in self._broken:
                    self._fields.mark(each.get(W + "fldCharType", ""))
            elif name == "instrText":
                self._fields.code(each.text or "")
            elif name == "commentReference":
                self._comment(each.get(W + "id", ""))
            elif name == "AlternateContent":
                for one in preferred(each):
                    yield from self._other(one, look, typeface, boxes, link)
            elif self._fields.in_code:
                continue
            else:
                yield from self._other(each, look, typeface, boxes, link)

    def _other(
        self, each: etree._Element, look: Appearance, typeface: Typeface, boxes: list[WordBlock], link: str
    ) -> Iterator[WordPiece]:
        name, text = local(each), word_of(each)
        if text is None and name == "sym":
            text = symbol(each)
            if not text and not look.hidden:
                self._left.add("symbol", f"{each.get(W + 'font', '')} {each.get(W + 'char', '')}")
        if text is not None:
            yield from self._words(text, look, link or self._fields.link)
        elif look.hidden:
            self._left.words("hidden", "".join(bare_text(each)) or "□")
        elif name in ("footnoteReference", "endnoteReference"):
            yield from self._note(name.removesuffix("Reference"), each.get(W + "id", ""))
        elif name == "ruby":
            base, above = child(each, "rubyBase"), child(each, "rt")
            if base is not None:
                yield from self._inline(base, typeface, boxes, link)
            if above is not None:
                self._left.add("ruby", "".join(bare_text(above)))
        elif name in ("drawing", "pict", "object"):
            yield from self._drawn(each, boxes, link if self.is_own else "")

    def _words(self, text: str, look: Appearance, link: str) -> Iterator[WordPiece]:
        if not text:
            return
        if look.hidden:
            self._left.words("hidden", text)
            return
        self._left.close()
        self._parts.characters += len(text)
        if self._parts.characters > MAX_CHARACTERS:
            raise NotTaken("long")
        piece = WordPiece(text, look.bold, look.italic, look.underline, look.strike, link=link, script=look.script)
        yield replace(piece, is_code=look.is_code, is_marked=look.is_marked)

    def _drawn(self, drawing: etree._Element, boxes: list[WordBlock], link: str) -> Iterator[WordPiece]:
        for found in look_through(drawing):
            if found.kind == "box":
                outer, self._fields = self._fields, Fields()
                boxes.extend(self.blocks(found.element))
                self._fields = outer
            elif found.kind == "words":
                if found.text.strip():
                    boxes.append(WordParagraph((WordPiece(found.text),)))
            elif found.kind == "picture":
                name, why = self._pictures.name(found.text)
                if why:
                    self._left.add(why, found.description)
                else:
                    yield WordPiece(found.description, picture=name, link=link)
            else:
                self._left.add(found.kind, found.text)

    def _note(self, kind: str, name: str) -> Iterator[WordPiece]:
        notes = self._parts.notes.get(kind)
        if notes and name in notes.elements:
            notes.used.add(name)
            yield WordPiece(note=f"{kind}-{name}")

    def _comment(self, name: str) -> None:
        comments = self._parts.notes.get("comment")
        if comments and name in comments.elements and name not in comments.used:
            comments.used.add(name)
            self._left.add("comment", "".join(bare_text(comments.elements[name])))

    def _elsewhere(self, element: etree._Element) -> None:
        """A part of a document that is a file of its own; that of a master document is named."""
        link = self._links.get(element.get(R + "id", ""))
        name = link.target.replace("\\", "/").rpartition("/")[2] if link and link.outside else ""
        self._left.add("embedded", unquote(name))

    def _formula(self, element: etree._Element) -> Iterator[WordPiece]:
        text = "".join(each.text or "" for each in element.iter(MATH + "t"))
        if text:
            self._left.add("formula", text)
            self._parts.characters += len(text)
            yield WordPiece(text)

    def _address(self, element: etree._Element) -> str:
        link = self._links.get(element.get(R + "id", ""))
        return link.target if link and link.outside else ""


def _found(parent: etree._Element, name: str) -> Iterator[etree._Element]:
    """Children of that name, also inside what wraps them."""
    for each in preferred(parent):
        tag = local(each) if isinstance(each.tag, str) else ""
        if tag == name:
            yield each
        elif tag in ("sdt", "sdtContent", "ins", "moveTo", "customXml", "AlternateContent"):
            yield from _found(each, name)


def _pieces_of(blocks: Iterable[WordBlock]) -> Iterator[WordPiece]:
    for block in blocks:
        if isinstance(block, WordParagraph):
            yield from block.pieces
        elif isinstance(block, WordGroup):
            yield from _pieces_of(block.blocks)
        else:
            for row in block.rows:
                for cell in row.cells:
                    yield from _pieces_of(cell.blocks)


def _parent(element: etree._Element | None) -> etree._Element | None:
    return None if element is None else element.getparent()


def _holds_words(element: etree._Element) -> bool:
    """Whether there are words in a paragraph, of which then none is printed."""
    return any(each.text for each in element.iter(W + "t", W + "delText"))


def _all_bold(pieces: list[WordPiece]) -> bool:
    words = [piece for piece in pieces if piece.text.strip() and not piece.picture]
    return bool(words) and all(piece.bold for piece in words)


def _joined(pieces: list[WordPiece]) -> Iterator[WordPiece]:
    """Pieces that look alike are one: Word cuts a sentence anywhere."""
    last: WordPiece | None = None
    for piece in pieces:
        plain = last and not (piece.picture or piece.note or last.picture or last.note)
        if last and plain and replace(last, text="") == replace(piece, text=""):
            last = replace(last, text=last.text + piece.text)
            continue
        if last:
            yield last
        last = piece
    if last:
        yield last
