"""What stands among the words and is no word: pictures, boxes, charts, objects."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Literal, NamedTuple, Self

from lxml import etree

from bulletin.word.flatten.names import COMPATIBILITY, DRAWING, OFFICE, VML, A, R, W, local
from bulletin.word.incoming import IncomingPicture, LeftKind
from bulletin.word.package import IncomingPackage, Relationship


class Found(NamedTuple):
    """One thing in a drawing."""

    kind: LeftKind | Literal["box", "words"]
    """``box``, ``words``, ``picture``, or a kind of what is left out."""
    element: etree._Element
    text: str = ""
    """Id of a picture's relationship, words of word art, name of an object."""
    description: str = ""


_DIAGRAM = "http://schemas.openxmlformats.org/drawingml/2006/diagram"
_GRAPHICS: Mapping[str, LeftKind] = {"chart": "chart", "relIds": "diagram", "contentPart": "ink"}


def look_through(drawing: etree._Element) -> Iterator[Found]:
    """What is in a ``w:drawing``, ``w:pict`` or ``w:object``, in its order; of two forms the fallback."""
    name, described = local(drawing), ""
    if name == "object" and (ole := next(drawing.iter(OFFICE + "OLEObject"), None)) is not None:
        yield Found("object", ole, ole.get("ProgID", ""))
        return
    todo = [drawing]
    while todo:
        each = todo.pop()
        tag = local(each) if isinstance(each.tag, str) else ""
        if each.tag == DRAWING + "docPr":
            described = each.get("descr", "") or described
            if each.get("hidden", "0") in ("1", "true"):
                return
        if tag == "txbxContent":
            yield Found("box", each)
        elif each.tag == A + "blip":
            yield Found("picture", each, each.get(R + "embed", "") or each.get(R + "link", ""), described)
        elif each.tag == VML + "imagedata":
            yield Found("picture", each, each.get(R + "id", ""), each.get(OFFICE + "title", ""))
        elif each.tag == VML + "textpath":
            yield Found("words", each, each.get("string", ""))
        elif tag in _GRAPHICS and each.tag != W + tag:
            yield Found(_GRAPHICS[tag], each, described)
        else:
            todo.extend(reversed(preferred(each)))


def preferred(element: etree._Element) -> list[etree._Element]:
    """Children of an element; where it holds two forms of one thing, those of the fallback."""
    if element.tag != COMPATIBILITY + "AlternateContent":
        return list(element)
    for form in ("Fallback", "Choice"):
        found = element.find(COMPATIBILITY + form)
        if found is not None and len(found):
            return list(found)
    return []


_KINDS = (
    (b"\x89PNG\r\n\x1a\n", "png"),
    (b"\xff\xd8\xff", "jpg"),
    (b"GIF8", "gif"),
    (b"BM", "bmp"),
    (b"II*\0", "tif"),
    (b"MM\0*", "tif"),
    (b"\x01\0\0\0", "emf"),
    (b"\xd7\xcd\xc6\x9a", "wmf"),
    (b"\x01\0\x09\0", "wmf"),
)
_METAFILES: Mapping[str, LeftKind] = {"emf": "EMF", "wmf": "WMF"}
_SHOWN = ("png", "jpg", "webp")
"""What the reader takes (read/pictures.py)."""


def picture_kind(content: bytes) -> str:
    """By how it begins; empty for what is unknown, and for SVG."""
    if content.startswith(b"RIFF") and content[8:12] == b"WEBP":
        return "webp"
    return next((kind for start, kind in _KINDS if content.startswith(start)), "")


class DocumentPictures:
    """The pictures of one text, each once, with names of our own."""

    def __init__(self, package: IncomingPackage, links: Mapping[str, Relationship]) -> None:
        self._package, self._links = package, links
        self._names: dict[str, str] = {}
        self.found: list[IncomingPicture] = []

    def of_part(self, links: Mapping[str, Relationship]) -> Self:
        """For another part of the same text, which has relationships of its own: the same names, the same list."""
        other = type(self)(self._package, links)
        other._names, other.found = self._names, self.found
        return other

    def name(self, relationship: str) -> tuple[str, LeftKind | None]:
        """Name of a picture, and no kind; or no name, and the kind of what is left out."""
        link = self._links.get(relationship)
        if link is None:
            return "", "missing picture"
        if link.outside:
            return "", "linked picture"
        if link.target not in self._names:
            content = self._package.picture(link.target)
            if content is None:
                return "", "missing picture"
            kind = picture_kind(content)
            if kind not in _SHOWN:
                return "", _METAFILES.get(kind, "unusable picture")
            self._names[link.target] = f"picture-{len(self.found) + 1}.{kind}"
            self.found.append(IncomingPicture(self._names[link.target], content))
        return self._names[link.target], None
