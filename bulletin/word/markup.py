"""Blocks to clean HTML: written as the plainest document that says the same, converted by mammoth, sanitised.

mammoth knows nothing of what was hidden or numbered, since that is settled before (word/flatten); it opens no file:
the document has no picture, only the names of pictures.
"""

from __future__ import annotations

import io
import zipfile
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import mammoth
from lxml import etree, html

from bulletin.read.sanitise import TooDeep, sanitise
from bulletin.word.flatten.blocks import WordBlock, WordCell, WordGroup, WordParagraph, WordPiece, WordTable
from bulletin.word.flatten.names import RELATIONSHIPS, A, R, W
from bulletin.word.own_html import BEGIN, END, fold_groups
from bulletin.word.refusals import NotTaken

_PIC = "{http://schemas.openxmlformats.org/drawingml/2006/picture}"
_WP = "{http://schemas.openxmlformats.org/drawingml/2006/wordprocessingDrawing}"
_OFFICE_TYPES = "http://schemas.openxmlformats.org/officeDocument/2006/relationships/"

_STYLE_MAP = "\n".join(
    (
        *(f"p.H{level} => h{level}:fresh" for level in range(2, 7)),
        "p.Signoff => p.signoff:fresh",
        f"p.{BEGIN} => div.{BEGIN}:fresh",
        f"p.{END} => div.{END}:fresh",
        "p.Cell => ",
        "r.Code => code",
        "highlight => mark",
        "u => u",
    )
)
_ADDRESSES = ("http://", "https://", "mailto:", "tel:")


def to_html(blocks: Sequence[WordBlock], notes: Mapping[str, Sequence[WordBlock]], *, is_own: bool = False) -> str:
    """``is_own``: of a document that `bulletin word out` made; ``notes``: key of `WordPiece.note` → blocks.

    Raises `NotTaken` where it would be too long or too deep.
    """
    writer = _Writer(is_own=is_own)
    body = etree.Element(W + "document")
    _add(etree.SubElement(body, W + "body"), writer.blocks(blocks))
    parts = {"word/document.xml": body}
    for kind in ("footnote", "endnote"):
        root = etree.Element(f"{W}{kind}s")
        for key, those in notes.items():
            if key.startswith(kind + "-"):
                one = etree.SubElement(root, W + kind, {W + "id": key.partition("-")[2]})
                _add(one, writer.blocks(those))
        if len(root):
            parts[f"word/{kind}s.xml"] = root
    parts["word/numbering.xml"] = _bullets()
    parts["word/_rels/document.xml.rels"] = writer.relationships
    for kind in ("footnotes", "endnotes"):
        parts[f"word/_rels/{kind}.xml.rels"] = writer.relationships
    try:
        made = mammoth.convert_to_html(
            _zipped(parts, writer.pictures),
            style_map=_STYLE_MAP,
            convert_image=mammoth.images.img_element(_picture),
            external_file_access=False,
        ).value
        return sanitise(_tidied(made, is_own=is_own))
    except (TooDeep, RecursionError) as error:
        raise NotTaken("deep" if isinstance(error, RecursionError) else "long") from error


def _picture(image: Any) -> dict[str, str]:
    with image.open() as file:
        return {"src": file.read().decode()}


class _Writer:
    """Writes blocks as WordprocessingML, and the relationships that they need."""

    def __init__(self, *, is_own: bool) -> None:
        self._is_own = is_own
        self.relationships = etree.Element(RELATIONSHIPS + "Relationships")
        self.pictures: dict[str, bytes] = {}

    def blocks(self, blocks: Sequence[WordBlock], style: str = "") -> Iterator[etree._Element]:
        for block in blocks:
            if isinstance(block, WordGroup):
                yield _edge(BEGIN, f"{block.kind} {block.value}")
                yield from self.blocks(block.blocks, style)
                yield _edge(END, ".")
            else:
                yield self._table(block) if isinstance(block, WordTable) else self._paragraph(block, style)

    def _paragraph(self, block: WordParagraph, style: str) -> etree._Element:
        element = etree.Element(W + "p")
        properties = etree.SubElement(element, W + "pPr")
        style = (
            f"H{block.level}"
            if block.level > 1
            else "Signoff"
            if block.align == "right" and not self._is_own
            else style
        )
        if style:
            etree.SubElement(properties, W + "pStyle", {W + "val": style})
        if block.bullet:
            numbered = etree.SubElement(properties, W + "numPr")
            etree.SubElement(numbered, W + "ilvl", {W + "val": str(min(block.bullet, 9) - 1)})
            etree.SubElement(numbered, W + "numId", {W + "val": "1"})
        for piece in block.pieces:
            place = element
            if piece.link.lower().startswith(_ADDRESSES):
                name = self._relate("hyperlink", piece.link, "External")
                place = etree.SubElement(element, W + "hyperlink", {R + "id": name})
            self._run(etree.SubElement(place, W + "r"), piece)
        return element

    def _run(self, run: etree._Element, piece: WordPiece) -> None:
        properties = etree.SubElement(run, W + "rPr")
        for name, on in (("b", piece.bold), ("i", piece.italic), ("strike", piece.strike)):
            if on:
                etree.SubElement(properties, W + name)
        if piece.is_code:
            properties.insert(0, etree.Element(W + "rStyle", {W + "val": "Code"}))
        if piece.is_marked:
            etree.SubElement(properties, W + "highlight", {W + "val": "yellow"})
        if piece.underline and not piece.link:
            etree.SubElement(properties, W + "u", {W + "val": "single"})
        if piece.script:
            etree.SubElement(properties, W + "vertAlign", {W + "val": piece.script})
        if piece.note:
            kind, _, name = piece.note.partition("-")
            etree.SubElement(run, f"{W}{kind}Reference", {W + "id": name})
        elif piece.picture:
            run.append(self._drawing(piece))
        else:
            for place, line in enumerate(piece.text.split("\n")):
                if place:
                    etree.SubElement(run, W + "br")
                etree.SubElement(run, W + "t").text = line

    def _drawing(self, piece: WordPiece) -> etree._Element:
        self.pictures[piece.picture] = piece.picture.encode()
        drawing = etree.Element(W + "drawing")
        inline = etree.SubElement(drawing, _WP + "inline")
        etree.SubElement(inline, _WP + "docPr", {"descr": piece.text})
        data = etree.SubElement(etree.SubElement(inline, A + "graphic"), A + "graphicData")
        fill = etree.SubElement(etree.SubElement(data, _PIC + "pic"), _PIC + "blipFill")
        etree.SubElement(fill, A + "blip", {R + "embed": self._relate("image", "media/" + piece.picture)})
        return drawing

    def _relate(self, kind: str, target: str, mode: str = "") -> str:
        name = f"r{len(self.relationships)}"
        values = {"Id": name, "Type": _OFFICE_TYPES + kind, "Target": target}
        etree.SubElement(
            self.relationships, RELATIONSHIPS + "Relationship", values | ({"TargetMode": mode} if mode else {})
        )
        return name

    def _table(self, table: WordTable) -> etree._Element:
        element = etree.Element(W + "tbl")
        for row in table.rows:
            line = etree.SubElement(element, W + "tr")
            if row.header and not self._is_own:
                etree.SubElement(etree.SubElement(line, W + "trPr"), W + "tblHeader")
            for cell in row.cells:
                self._cell(etree.SubElement(line, W + "tc"), cell)
        return element

    def _cell(self, element: etree._Element, cell: WordCell) -> None:
        properties = etree.SubElement(element, W + "tcPr")
        if cell.columns > 1:
            etree.SubElement(properties, W + "gridSpan", {W + "val": str(cell.columns)})
        if cell.continues:
            etree.SubElement(properties, W + "vMerge")
        if self._is_own:
            _add(element, self.blocks(cell.blocks))
        else:
            _add(element, self.blocks(_cell_blocks(cell), "Cell"))


def _edge(style: str, text: str) -> etree._Element:
    element = etree.Element(W + "p")
    etree.SubElement(etree.SubElement(element, W + "pPr"), W + "pStyle", {W + "val": style})
    etree.SubElement(etree.SubElement(element, W + "r"), W + "t").text = text
    return element


def _cell_blocks(cell: WordCell) -> Sequence[WordBlock]:
    """Lines of a cell are one paragraph with breaks, which a table in Markdown can hold."""
    if not all(isinstance(block, WordParagraph) and not block.bullet for block in cell.blocks):
        return cell.blocks
    lines = [block for block in cell.blocks if isinstance(block, WordParagraph)]
    pieces = [piece for line in lines for piece in (WordPiece("\n"), *line.pieces)][1:]
    return (WordParagraph(tuple(pieces)),)


def _add(parent: etree._Element, children: Iterator[etree._Element]) -> None:
    for each in children:
        parent.append(each)


def _bullets() -> etree._Element:
    root = etree.Element(W + "numbering")
    definition = etree.SubElement(root, W + "abstractNum", {W + "abstractNumId": "1"})
    for depth in range(9):
        level = etree.SubElement(definition, W + "lvl", {W + "ilvl": str(depth)})
        etree.SubElement(level, W + "numFmt", {W + "val": "bullet"})
    instance = etree.SubElement(root, W + "num", {W + "numId": "1"})
    etree.SubElement(instance, W + "abstractNumId", {W + "val": "1"})
    return root


_TYPES = etree.Element("{http://schemas.openxmlformats.org/package/2006/content-types}Types")


def _zipped(parts: Mapping[str, etree._Element], pictures: Mapping[str, bytes]) -> io.BytesIO:
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_STORED) as archive:
        archive.writestr("[Content_Types].xml", etree.tostring(_TYPES))
        for name, root in parts.items():
            archive.writestr(name, etree.tostring(root, encoding="utf-8"))
        for name, content in pictures.items():
            archive.writestr("word/media/" + name, content)
    file.seek(0)
    return file


# ── as Python-Markdown writes it


def _tidied(made: str, *, is_own: bool) -> str:
    """Notes in the form in which the reader has them, groups as the elements that they are."""
    if "note-ref-" not in made and not is_own:
        return made
    root = html.fragment_fromstring(made, create_parent="div")
    if is_own:
        fold_groups(root)
    keys: dict[str, str] = {}
    for anchor in root.xpath("//sup/a[contains(@id, 'note-ref-')]"):
        key = keys.setdefault(anchor.get("href", "#")[1:], str(len(keys) + 1))
        sup = anchor.getparent()
        sup.set("id", f"fnref:{key}")
        anchor.attrib.clear()
        anchor.set("class", "footnote-ref")
        anchor.set("href", f"#fn:{key}")
        anchor.text = key
    for item in [each for each in root.iter("li") if each.get("id") in keys]:
        item.set("id", f"fn:{keys[item.get('id', '')]}")
        for back in item.xpath(".//a[starts-with(@href, '#') and contains(@href, 'note-ref-')]"):
            back.set("class", "footnote-backref")
            back.set("href", f"#fnref:{item.get('id')[3:]}")
            back.text = "↩"
        points = item.getparent()
        if points.getparent() is root:
            frame = etree.Element("div", {"class": "footnote"})
            root.replace(points, frame)
            etree.SubElement(frame, "hr")
            frame.append(points)
    return "".join(html.tostring(each, encoding="unicode") for each in root)
