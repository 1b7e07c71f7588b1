"""Elements of HTML that goes where no style sheet does: into letters and editors."""

from __future__ import annotations

from xml.etree.ElementTree import Element, SubElement, tostring


def outer(element: Element) -> str:
    """The HTML of an element."""
    element.tail = None
    return tostring(element, encoding="unicode", method="html")


def append_text(parent: Element, text: str) -> None:
    """Put words behind what an element has."""
    if len(parent):
        parent[-1].tail = (parent[-1].tail or "") + text
    else:
        parent.text = (parent.text or "") + text


def append_lines(parent: Element, text: str) -> None:
    """The same, line breaks as such."""
    first, *others = text.split("\n")
    append_text(parent, first)
    for each in others:
        SubElement(parent, "br").tail = each
