"""Elements of an article's HTML."""

from __future__ import annotations

from xml.etree.ElementTree import Element, SubElement


def box(style: str, *inner: Element) -> Element:
    made = Element("section", style=style)
    made.extend(inner)
    return made


def line(text: str, style: str) -> Element:
    """A paragraph of plain words."""
    made = Element("p", style=style)
    made.text = text
    return made


def blank() -> Element:
    """An element that is empty is taken out by the editor."""
    made = Element("p", style="margin:0;")
    SubElement(made, "br")
    return made
