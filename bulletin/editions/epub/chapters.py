"""What files a book has, and where its links lead: a file for each issue, each section's lead, each article."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from urllib.parse import quote, urlsplit

from bulletin.core.model import Correction, Value
from bulletin.editions.blocks import Runs, Subheading, TextBlocks, nested, text_of
from bulletin.editions.leaf import Leaf


class Chapter(Value, frozen=True):
    """A file of the text."""

    file: str
    """Its name: ASCII, unique in the book."""
    level: int
    """1 an issue, 2 a section, 3 an article."""
    title: str
    """Plain words, never empty."""
    heading: Runs
    """May be empty."""
    text: TextBlocks
    byline: str
    leaf: Leaf
    anchor: str = ""
    """Its place in the leaf; empty for the issue."""
    corrections: tuple[Correction, ...] = ()
    withdrawn: tuple[str, ...] = ()
    """Days on which articles were withdrawn that were right behind it."""


class NavEntry(Value, frozen=True):
    """A line of the contents."""

    title: str
    href: str
    place: int
    """Its number in the contents, from 1."""
    children: tuple[NavEntry, ...]


def chapters_of(leaf: Leaf, prefix: str = "") -> tuple[Chapter, ...]:
    """The files of an issue, in order, the issue's own first. ``prefix`` begins the name of each."""
    return tuple(_chapters(leaf, prefix))


def _chapters(leaf: Leaf, prefix: str) -> Iterator[Chapter]:
    first = f"{prefix}issue.xhtml"
    yield Chapter(first, 1, leaf.title, leaf.heading, leaf.lead, leaf.byline, leaf, "", leaf.corrections)
    for number, section in enumerate(leaf.sections, 1):
        gone = section.withdrawn_before(0)
        if section.heading or section.lead.blocks or section.lead.notes or section.byline or gone:
            title = _title(section.heading, leaf)
            file = f"{prefix}s{number}.xhtml"
            lead, byline = section.lead, section.byline
            yield Chapter(file, 2, title, section.heading, lead, byline, leaf, section.id, withdrawn=gone)
        for place, article in enumerate(section.articles, 1):
            title = _title(article.heading, leaf)
            file = f"{prefix}s{number}a{place}.xhtml"
            text, byline, gone = article.text, article.byline, section.withdrawn_before(place)
            yield Chapter(file, 3, title, article.heading, text, byline, leaf, article.id, withdrawn=gone)


def _title(heading: Runs, leaf: Leaf) -> str:
    return " ".join(text_of(heading).split()) or leaf.title


def contents(chapters: Iterable[Chapter]) -> tuple[NavEntry, ...]:
    """The chapters as a tree."""
    return _tree(list(enumerate(chapters, 1)))


def _tree(numbered: list[tuple[int, Chapter]]) -> tuple[NavEntry, ...]:
    entries: list[NavEntry] = []
    while numbered:
        place, first = numbered[0]
        end = next((n for n, (_, each) in enumerate(numbered) if n and each.level <= first.level), len(numbered))
        entries.append(NavEntry(first.title, first.file, place, _tree(numbered[1:end])))
        numbered = numbered[end:]
    return tuple(entries)


# ── links


def ids_of(chapter: Chapter) -> dict[str, str]:
    """By anchor in the leaf, the id in the file: of headings and notes."""
    notes = [note.id for note in chapter.text.notes]
    blocks = (*chapter.text.blocks, *(block for note in chapter.text.notes for block in note.blocks))
    inside = (each for block in blocks for each in nested(block))
    headings = dict.fromkeys(each.id for each in inside if isinstance(each, Subheading) and each.id)
    made = {anchor: f"h{n}" for n, anchor in enumerate(headings, 1)}
    return made | {anchor: f"n{n}" for n, anchor in enumerate(notes, 1) if anchor}


class BookLinks:
    """Where links lead in a book: to its own files where it has what they name, else out of it."""

    def __init__(self, chapters: Sequence[Chapter]) -> None:
        self._places: dict[str, dict[str, str]] = {}
        """By id of an issue and anchor."""
        self._addresses: dict[str, str] = {}
        """By absolute address."""
        for chapter in chapters:
            leaf = chapter.leaf
            places = self._places.setdefault(leaf.id, {})
            own = {chapter.anchor: chapter.file} if chapter.anchor else {}
            own |= {anchor: f"{chapter.file}#{id_}" for anchor, id_ in ids_of(chapter).items()}
            for anchor, place in own.items():
                places.setdefault(anchor, place)
                if leaf.url:
                    self._addresses.setdefault(f"{leaf.url}#{quote(anchor)}", place)
            if leaf.url and not chapter.anchor:
                self._addresses[leaf.url] = chapter.file
        for leaf in {chapter.leaf.id: chapter.leaf for chapter in chapters}.values():
            self._add(leaf, self._places[leaf.id])

    def _add(self, leaf: Leaf, places: dict[str, str]) -> None:
        """A section that has no file begins with its first article; an article may have a page of its own."""
        for section, article in leaf.articles():
            places.setdefault(section.id, places[article.id])
            if article.url:
                self._addresses.setdefault(article.url, places[article.id])

    def link(self, leaf: Leaf, href: str) -> str:
        """A file of the book (``s1a2.xhtml#h1``), an absolute address, or nothing where it would not be valid."""
        target = leaf.link(href) if href else ""
        if target.startswith("#"):
            return self._places[leaf.id].get(target[1:], "") or link_outside(leaf.url + href if leaf.url else "")
        return self._addresses.get(target) or link_outside(target)


_LABEL = "[A-Za-z0-9](?:[A-Za-z0-9-]*[A-Za-z0-9])?"
_HOST = re.compile(rf"(?:(?:{_LABEL}\.)*(?![0-9]){_LABEL}|(?:[0-9]{{1,3}}\.){{3}}[0-9]{{1,3}})(?::[0-9]{{1,5}})?")
"""By RFC 2396, 3.2.2, which the checker goes by."""
_ADDRESS = re.compile(r"[\w.!#$&'*+/=?^{|}~-]+@[\w.-]+(?:\?.*)?", re.DOTALL)
_BARE_PERCENT = re.compile("%(?![0-9A-Fa-f]{2})")


def link_outside(target: str) -> str:
    """The address, with what may not stand in one written as ``%20``; nothing for one that no reader could open."""
    try:
        parts = urlsplit(target)
    except ValueError:
        return ""
    if parts.scheme in ("http", "https"):
        host = _ascii(parts.netloc)
        if not _HOST.fullmatch(host):
            return ""
        after = "".join(mark + _quoted(part) for mark, part in (("?", parts.query), ("#", parts.fragment)) if part)
        return f"{parts.scheme}://{host}{_quoted(parts.path)}{after}"
    if (parts.scheme == "mailto" and _ADDRESS.fullmatch(target[7:])) or parts.scheme == "tel":
        return f"{parts.scheme}:{_quoted(target.partition(':')[2])}"
    return ""


def _ascii(host: str) -> str:
    try:
        return host if host.isascii() else host.encode("idna").decode()
    except UnicodeError:
        return ""


def _quoted(text: str) -> str:
    return quote(_BARE_PERCENT.sub("%25", text), safe="%/:?@!$&'()*+,;=~-._")
