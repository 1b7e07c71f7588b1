"""Notes: Python-Markdown's footnotes, with ids that stay apart when several articles are on one page."""

from __future__ import annotations

import xml.etree.ElementTree as etree

from markdown.extensions.footnotes import FootnoteExtension


class NoteExtension(FootnoteExtension):
    """Footnotes; `prefix` goes in before a text is converted."""

    prefix: str = ""
    """Stands before the name of every note in its ids: ``2-`` makes ``fn:2-1``."""

    def reset(self) -> None:
        """Forget the text before."""
        super().reset()
        self.prefix = ""

    def makeFootnoteId(self, id: str) -> str:
        """The id of the note's text."""
        return super().makeFootnoteId(self.prefix + _name(id))

    def makeFootnoteRefId(self, id: str, found: bool = False) -> str:
        """The id of the note's mark."""
        return super().makeFootnoteRefId(self.prefix + _name(id), found)

    def makeFootnotesDiv(self, root: etree.Element) -> etree.Element | None:
        """The notes; the way back has no title when the title is empty."""
        notes = super().makeFootnotesDiv(root)
        for link in () if notes is None else notes.iter("a"):
            if link.get("title") == "":
                del link.attrib["title"]
        return notes


def _name(id: str) -> str:
    """A note's name as part of an id, which can hold no space."""
    return "-".join(id.split())
