"""Elements of an article's HTML."""

from __future__ import annotations

from xml.etree.ElementTree import Element, SubElement, tostring


def outer(element: Element) -> str:
    """The HTML of an element."""
    element.tail = None
    return tostring(element, encoding="unicode", method="html")


def box(style: str, *inner: Element) -> Element:
    made = Element("section", style=style)
    made.extend(inner)
    return made


def line(text: str, style: str) -> Element:
    """A paragraph of plain words."""
    made = Element("p", style=style)
    made.text = text
    return made


def append_lines(parent: Element, text: str) -> None:
    first, *others = text.split("\n")
    _append(parent, first)
    for each in others:
        SubElement(parent, "br").tail = each


def _append(parent: Element, text: str) -> None:
    if len(parent):
        parent[-1].tail = (parent[-1].tail or "") + text
    else:
        parent.text = (parent.text or "") + text


def blank() -> Element:
    """An element that is empty is taken out by the editor."""
    made = Element("p", style="margin:0;")
    SubElement(made, "br")
    return made
