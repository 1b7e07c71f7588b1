"""Ids: a Han heading keeps its text as its id, and ids are unique on a page.

`标题` must not become `_1`, and no text is lost from a clash. An id that the author wrote (`{#id}`) wins over
generated ones; duplicates get `-2`, `-3`. Ids of earlier texts of the same page are passed as `used`, so that the
articles of an issue can be combined.
"""

from __future__ import annotations

import re
import unicodedata
import xml.etree.ElementTree as etree
from collections.abc import Iterable, Iterator

from markdown import Markdown
from markdown.extensions import Extension
from markdown.treeprocessors import Treeprocessor, UnescapeTreeprocessor

_HEADINGS = frozenset({"h1", "h2", "h3", "h4", "h5", "h6"})
_STASHED = re.compile("\x02[^\x02\x03]*\x03")
"""Placeholders of raw HTML and entities, which are not part of a heading's text."""
_FALLBACK = "section"

TITLE_MARK = "\ue001"
"""Begins the heading of a whole text, whose id is given elsewhere (texts.py)."""


class IdExtension(Extension):
    """Ids of headings; `used` is set before a text is converted, `given` is read afterwards."""

    def __init__(self) -> None:
        super().__init__()
        self.used = UniqueNames()

    used: UniqueNames
    """Ids of the page so far; those of this text are added."""
    given: tuple[str, ...] = ()
    """Ids of this text, in its order."""

    def extendMarkdown(self, md: Markdown) -> None:
        """After attribute lists (8), whose ids come first."""
        md.registerExtension(self)
        md.treeprocessors.register(_IdTreeprocessor(md, self), "ids", 5)

    def reset(self) -> None:
        """Clear the state of the previous text."""
        self.used, self.given = UniqueNames(), ()


class _IdTreeprocessor(Treeprocessor):
    """Gives every heading an id, and makes the ids unique among those of the text and the used ones."""

    def __init__(self, md: Markdown, ids: IdExtension) -> None:
        super().__init__(md)
        self.ids = ids

    def run(self, root: etree.Element) -> None:
        """First the author's ids, wherever they are; then the headings without one."""
        pool = self.ids.used
        written = [element for element in root.iter() if element.get("id") and not _is_note(element)]
        for element in written:
            element.set("id", pool.take(element.get("id") or _FALLBACK))
        for element in root.iter():
            if element.tag in _HEADINGS and not element.get("id") and not (element.text or "").startswith(TITLE_MARK):
                element.set("id", pool.take(_slug(_words(element))))
        self.ids.given = tuple(_ids(root))


class UniqueNames:
    """The ids of a page, or other names; keeps the last number given, so that many equal ones need no search."""

    def __init__(self, used: Iterable[str] = ()) -> None:
        self.taken = set(used)
        self.last: dict[str, int] = {}

    def take(self, wanted: str) -> str:
        """`wanted`, with the first free number appended if it is taken."""
        name = wanted
        number = self.last.get(wanted, 1)
        while name in self.taken:
            number += 1
            name = f"{wanted}-{number}"
        self.last[wanted] = number
        self.taken.add(name)
        return name


def _slug(words: str) -> str:
    """An id made of a heading's words: `工作 简报（二）` → `工作-简报二`."""
    plain = unicodedata.normalize("NFKC", words).lower()
    kept = re.sub(r"[^\w\s-]", "", plain)
    return re.sub(r"[\s-]+", "-", kept).strip("-_") or _FALLBACK


def _words(heading: etree.Element) -> str:
    """The text of a heading, without footnote references and raw HTML."""
    text = "".join(_texts(heading))
    return _STASHED.sub("", UnescapeTreeprocessor().unescape(text))


def _texts(element: etree.Element) -> Iterator[str]:
    if _is_note(element):
        return
    yield element.text or ""
    for child in element:
        yield from _texts(child)
        yield child.tail or ""


def _is_note(element: etree.Element) -> bool:
    """Whether the element is the reference or the text of a footnote, whose ids are made unique by their prefix."""
    return (element.get("id") or "").startswith(("fn:", "fnref"))


def _ids(root: etree.Element) -> Iterator[str]:
    for element in root.iter():
        name = element.get("id")
        if name and not _is_note(element):
            yield name
