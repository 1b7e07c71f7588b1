"""Namespaces of a document's XML (ECMA-376 part 1), as lxml writes names."""

from __future__ import annotations

from lxml import etree

_TRANSITIONAL = "http://schemas.openxmlformats.org"
W = f"{{{_TRANSITIONAL}/wordprocessingml/2006/main}}"
R = f"{{{_TRANSITIONAL}/officeDocument/2006/relationships}}"
A = f"{{{_TRANSITIONAL}/drawingml/2006/main}}"
DRAWING = f"{{{_TRANSITIONAL}/drawingml/2006/wordprocessingDrawing}}"
MATH = f"{{{_TRANSITIONAL}/officeDocument/2006/math}}"
RELATIONSHIPS = f"{{{_TRANSITIONAL}/package/2006/relationships}}"
COMPATIBILITY = "{http://schemas.openxmlformats.org/markup-compatibility/2006}"
VML = "{urn:schemas-microsoft-com:vml}"
OFFICE = "{urn:schemas-microsoft-com:office:office}"

_STRICT = (
    (b"http://purl.oclc.org/ooxml/officeDocument/", b"http://schemas.openxmlformats.org/officeDocument/2006/"),
    (b"http://purl.oclc.org/ooxml/wordprocessingml/", b"http://schemas.openxmlformats.org/wordprocessingml/2006/"),
    (b"http://purl.oclc.org/ooxml/drawingml/", b"http://schemas.openxmlformats.org/drawingml/2006/"),
)


def strict_to_transitional(content: bytes) -> bytes:
    """A part of a “Strict Open XML Document” with the names that all others have."""
    if b"purl.oclc.org/ooxml" in content:
        for strict, usual in _STRICT:
            content = content.replace(strict, usual)
    return content


def child(parent: etree._Element | None, name: str) -> etree._Element | None:
    """The first child of that name in the main namespace."""
    return None if parent is None else parent.find(W + name)


def value(parent: etree._Element | None, name: str, default: str = "") -> str:
    """``w:val`` of a child; ``default`` where there is none."""
    found = child(parent, name)
    return default if found is None else found.get(W + "val", default)


def number(text: str | None, default: int = 0) -> int:
    """A whole number as attributes have it, also “240.5”; ``default`` where it is none."""
    try:
        return max(-1_000_000, min(1_000_000, int(float(text or ""))))
    except (ValueError, OverflowError):
        return default


def local(element: etree._Element) -> str:
    """Its name without the namespace."""
    return str(element.tag).rpartition("}")[2]


def says_on(parent: etree._Element | None, name: str) -> bool | None:
    """A property that is on or off; None where it is not said (ECMA-376 part 1, 17.17.4)."""
    found = child(parent, name)
    return None if found is None else found.get(W + "val", "true").casefold() not in ("false", "0", "off", "none")
