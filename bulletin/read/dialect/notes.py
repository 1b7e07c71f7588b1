"""Notes: Python-Markdown's footnotes, with ids that stay unique when several articles are on one page."""

from __future__ import annotations

import xml.etree.ElementTree as etree

from markdown.extensions.footnotes import FootnoteExtension


class NoteExtension(FootnoteExtension):
    """Footnotes; `prefix` is set before a text is converted."""

    prefix: str = ""
    """Put before the name of every footnote in its ids: ``2-`` makes ``fn:2-1``."""

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
