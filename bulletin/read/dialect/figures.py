"""Figures: a picture alone in its paragraph is a figure, and its title or description is the caption.

Office writing sets a caption under every picture; the writer types it once, between the brackets. Several
pictures in one paragraph are figures side by side.
"""

from __future__ import annotations

import xml.etree.ElementTree as etree

from markdown import Markdown
from markdown.extensions import Extension
from markdown.treeprocessors import Treeprocessor


class FigureExtension(Extension):
    """Pictures with captions."""

    def extendMarkdown(self, md: Markdown) -> None:
        """After attribute lists (8), which belong to the picture or the paragraph, and abbreviations (7)."""
        md.treeprocessors.register(_FigureTreeprocessor(md), "figures", 6)


class _FigureTreeprocessor(Treeprocessor):
    """Turns paragraphs of pictures into figures, in their place and with their attributes."""

    def run(self, root: etree.Element) -> None:
        """Go through all paragraphs; the list is made first because the tree changes."""
        for paragraph in list(root.iter("p")):
            pictures = _pictures(paragraph)
            if pictures:
                _become_figures(paragraph, pictures)


def _pictures(paragraph: etree.Element) -> list[etree.Element]:
    """The pictures of a paragraph that holds nothing else."""
    if _has_text(paragraph.text) or any(_has_text(child.tail) for child in paragraph):
        return []
    pictures = [child for child in paragraph if child.tag != "br"]
    return pictures if all(_image(picture) is not None for picture in pictures) else []


def _image(element: etree.Element) -> etree.Element | None:
    """The image of an element that is one, or is a link around one."""
    if element.tag == "img":
        return element
    alone = element.tag == "a" and len(element) == 1 and element[0].tag == "img"
    return None if not alone or _has_text(element.text) or _has_text(element[0].tail) else element[0]


def _has_text(text: str | None) -> bool:
    return bool(text and text.strip())


def _become_figures(paragraph: etree.Element, pictures: list[etree.Element]) -> None:
    """Change the paragraph in place: one picture makes a figure, several a row of them."""
    for child in list(paragraph):
        paragraph.remove(child)
    if len(pictures) == 1:
        paragraph.tag = "figure"
        _move_picture(paragraph, pictures[0])
        return
    paragraph.tag = "div"
    paragraph.set("class", " ".join(filter(None, (paragraph.get("class"), "figures"))))
    paragraph.text = "\n"
    for picture in pictures:
        figure = etree.SubElement(paragraph, "figure")
        figure.tail = "\n"
        _move_picture(figure, picture)


def _move_picture(figure: etree.Element, picture: etree.Element) -> None:
    """Put the picture and its caption into the figure; a title becomes the caption, so it is no longer a tooltip."""
    image = _image(picture)
    caption = "" if image is None else image.attrib.pop("title", "") or image.get("alt") or ""
    figure.text = None
    picture.tail = None
    figure.append(picture)
    if caption.strip():
        etree.SubElement(figure, "figcaption").text = caption
