"""Notes: Python-Markdown's footnotes, counted from 1 in the order in which the text mentions them.

Their ids stay unique when several articles are on one page. The library counts by the order of definitions; its
`USE_DEFINITION_ORDER` counts by the order in which inline patterns run, which is not that of nested elements.
"""

from __future__ import annotations

import xml.etree.ElementTree as etree
from collections.abc import Iterator

from markdown import Markdown
from markdown.extensions.footnotes import FootnoteExtension
from markdown.treeprocessors import Treeprocessor


class NoteExtension(FootnoteExtension):
    """Footnotes; `prefix` is set before a text is converted."""

    prefix: str = ""
    """Put before the name of every footnote in its ids: ``2-`` makes ``fn:2-1``."""

    def extendMarkdown(self, md: Markdown) -> None:
        """Notes are counted after inline parsing (20), before links back are doubled (15)."""
        super().extendMarkdown(md)
        md.treeprocessors.register(_NoteOrderTreeprocessor(md, self), "note-order", 16)

    def reset(self) -> None:
        """Clear the state of the previous text."""
        super().reset()
        self.prefix = ""

    def makeFootnoteId(self, id: str) -> str:
        """The id of the footnote's text."""
        return super().makeFootnoteId(self.prefix + _name(id))

    def makeFootnoteRefId(self, id: str, found: bool = False) -> str:
        """The id of the footnote's reference."""
        return super().makeFootnoteRefId(self.prefix + _name(id), found)

    def makeFootnotesDiv(self, root: etree.Element) -> etree.Element | None:
        """The footnotes; an empty title of the back link is removed."""
        notes = super().makeFootnotesDiv(root)
        for link in () if notes is None else notes.iter("a"):
            if link.get("title") == "":
                del link.attrib["title"]
        return notes


def _name(id: str) -> str:
    """A footnote's name as part of an id, which cannot contain spaces."""
    return "-".join(id.split())


class _NoteOrderTreeprocessor(Treeprocessor):
    """Puts the notes into the order of their mentions; those that nothing mentions come last."""

    def __init__(self, md: Markdown, notes: NoteExtension) -> None:
        super().__init__(md)
        self._notes = notes

    def run(self, root: etree.Element) -> None:
        """Count the mentions of the text, then those of the notes' own texts, and number all of them anew."""
        block = next((div for div in root.iter("div") if div.get("class") == "footnote"), None)
        items = None if block is None or not self._notes.footnotes else block.find("ol")
        if items is None:
            return
        notes = {"#" + (item.get("id") or ""): item for item in items}
        order = dict.fromkeys(link.get("href") or "" for link in _mentions(root, block))
        waiting = list(order)
        while waiting:
            inner = notes.get(waiting.pop(0))
            found = () if inner is None else [link.get("href") or "" for link in _mentions(inner, None)]
            waiting += [target for target in found if target not in order]
            order.update(dict.fromkeys(found))
        placed = [notes[target] for target in dict.fromkeys((*order, *notes)) if target in notes]
        numbers = {"#" + (item.get("id") or ""): str(number) for number, item in enumerate(placed, 1)}
        items[:] = placed
        for link in _mentions(root, None):
            if number_shown := numbers.get(link.get("href") or ""):
                link.text = self._notes.getConfig("SUPERSCRIPT_TEXT").format(number_shown)
        for number, item in enumerate(placed, 1):
            for link in item.iter("a"):
                if link.get("class") == "footnote-backref" and link.get("title"):
                    link.set("title", self._notes.getConfig("BACKLINK_TITLE").format(number))


def _mentions(element: etree.Element, without: etree.Element | None) -> Iterator[etree.Element]:
    """The links to notes in an element, in the order of the text, but for those in ``without``."""
    if element is without:
        return
    if element.tag == "a" and element.get("class") == "footnote-ref":
        yield element
    for child in element:
        yield from _mentions(child, without)
