"""From the bytes of a .docx to a clean text: the whole way, in this process. `bounded.py` runs it in one of its own."""

from __future__ import annotations

from collections.abc import Iterator

from lxml import etree

from bulletin.check.secrecy import secrecy_marks
from bulletin.word.flatten.blocks import WordBlock, WordParagraph
from bulletin.word.flatten.drawings import DocumentPictures
from bulletin.word.flatten.groups import is_own
from bulletin.word.flatten.left import first_words
from bulletin.word.flatten.names import VML, W
from bulletin.word.flatten.numbering import Numbering
from bulletin.word.flatten.own import own_text, stripped
from bulletin.word.flatten.reading import BodyReader, DocumentParts, Notes
from bulletin.word.flatten.runs import bare_text
from bulletin.word.flatten.structure import structured
from bulletin.word.flatten.styles import Styles
from bulletin.word.incoming import IncomingText, LeftKind, LeftOut
from bulletin.word.markup import to_html
from bulletin.word.package import IncomingPackage
from bulletin.word.refusals import NotTaken

_NOTES = ("footnote", "endnote", "comment")
_MARGINS: tuple[LeftKind, ...] = ("header", "footer")


def read_docx(content: bytes, name: str = "") -> IncomingText:
    """The text of a document. ``name``: of its file, for the sentence that refuses it. Raises `NotTaken`."""
    package = IncomingPackage.open(content, name)
    body = package.xml(package.main)
    if body is None or body.find(W + "body") is None:
        raise NotTaken("damaged")
    styles = Styles(_part(package, "styles"))
    note_roots = {kind: _part(package, kind + "s") for kind in _NOTES}
    notes = {kind: Notes(root, kind) for kind, root in note_roots.items()}
    parts = DocumentParts(styles, Numbering(_part(package, "numbering"), styles), notes, is_own=is_own(body))
    pictures = DocumentPictures(package, package.links(package.main))
    reader = BodyReader(parts, package.links(package.main), pictures)
    blocks = tuple(reader.blocks(body.find(W + "body")))
    margins = tuple(_margins(package))
    secrecy = _secrecy(body, *(root for root in note_roots.values() if root is not None), *(r for _, r in margins))
    noted = dict(_noted(package, parts, pictures))
    title, text = own_text(blocks, parts.left) if parts.is_own else structured(blocks)
    for comment in notes["comment"].elements.keys() - notes["comment"].used:
        parts.left.add("comment", "".join(bare_text(notes["comment"].elements[comment])))
    html = to_html(text, noted, is_own=parts.is_own)
    left = (*parts.left.all(), *_left_margins(margins))
    if not title and not html.strip() and not left:
        raise NotTaken("empty")
    shown = tuple(each for each in pictures.found if f'"{each.name}"' in html)
    return IncomingText(title, html, shown, left, secrecy)


def _part(package: IncomingPackage, kind: str) -> etree._Element | None:
    found = package.linked(package.main, kind)
    return package.xml(found[0] if found else f"word/{kind}.xml")


def _noted(
    package: IncomingPackage, parts: DocumentParts, pictures: DocumentPictures
) -> Iterator[tuple[str, tuple[WordBlock, ...]]]:
    """The blocks of the notes that are used, in the order of the document."""
    for kind in ("footnote", "endnote"):
        links = package.links((package.linked(package.main, kind + "s") or (f"word/{kind}s.xml",))[0])
        own = pictures.of_part(links)
        for name in [each for each in parts.notes[kind].elements if each in parts.notes[kind].used]:
            found = BodyReader(parts, links, own).blocks(parts.notes[kind].elements[name])
            yield f"{kind}-{name}", stripped(found) if parts.is_own else tuple(_stripped(block) for block in found)


def _stripped(block: WordBlock) -> WordBlock:
    return structured((block,))[1][0] if isinstance(block, WordParagraph) and block.text.strip() else block


def _margins(package: IncomingPackage) -> Iterator[tuple[LeftKind, etree._Element]]:
    """Headers and footers, which are printed on every page and are no part of the text."""
    for kind in _MARGINS:
        for part in dict.fromkeys(package.linked(package.main, kind)):
            if (root := package.xml(part)) is not None:
                yield kind, root


def _left_margins(margins: tuple[tuple[LeftKind, etree._Element], ...]) -> Iterator[LeftOut]:
    said = dict.fromkeys((kind, first_words("".join(bare_text(root)))) for kind, root in margins)
    return (LeftOut(kind, text) for kind, text in said if any(c.isalpha() for c in text))


def _secrecy(*roots: etree._Element) -> str:
    """The first mark of secrecy, wherever it stands: boxes, margins, notes and hidden words too."""
    for root in roots:
        words = "".join(bare_text(root))
        drawn = "\n".join(each.get("string", "") for each in root.iter(VML + "textpath"))
        for _, _, mark in secrecy_marks(f"{words}\n{drawn}", internal_public=False):
            return mark
    return ""
