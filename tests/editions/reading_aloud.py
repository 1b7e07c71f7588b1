"""What HTML shows, sign by sign: read by a reader of its own, so that a page judges the forms and not our parser.

Stands for a browser: the pages, the files of a book and the articles for WeChat are all read by it.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable, Iterator
from html.parser import HTMLParser

BESIDE = frozenset(
    (
        *("own-page", "more", "neighbours", "trail", "meta", "text-tools", "contents", "unseen", "other-forms"),
        *("footnote-backref", "back", "draft-banner", "corrections", "voice", "empty"),
    )
)
"""Classes of what stands beside the text."""
_VOID = frozenset(("area", "br", "col", "hr", "img", "input", "link", "meta", "source", "wbr"))
_SILENT = frozenset(("script", "style", "template", "rp", "select", "button", "audio"))


class Node:
    """An element."""

    def __init__(self, tag: str, given: dict[str, str]) -> None:
        self.tag = tag
        self.given = given
        self.children: list[Node | str] = []

    @property
    def classes(self) -> frozenset[str]:
        return frozenset(self.given.get("class", "").split())

    def all(self, tag: str) -> Iterator[Node]:
        """All elements of that name in it, in order."""
        for child in self.children:
            if isinstance(child, Node):
                if child.tag == tag:
                    yield child
                yield from child.all(tag)


class _Tree(HTMLParser):
    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.root = Node("", {})
        self._open = [self.root]

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        node = Node(tag, {name: value or "" for name, value in attrs})
        self._open[-1].children.append(node)
        if tag not in _VOID:
            self._open.append(node)

    def handle_endtag(self, tag: str) -> None:
        if any(node.tag == tag for node in self._open[1:]):
            while self._open.pop().tag != tag:
                pass

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.handle_starttag(tag, attrs)
        self.handle_endtag(tag)

    def handle_data(self, data: str) -> None:
        self._open[-1].children.append(data)


def tree_of(html: str) -> Node:
    """The elements of some HTML, below one without a name."""
    parser = _Tree()
    parser.feed(html)
    parser.close()
    return parser.root


class Reader:
    """Says what stands in elements, in the order in which it is read."""

    def __init__(self, hidden: frozenset[str] = BESIDE, *, notes: bool = True, pictures: bool = True) -> None:
        """``notes``: say them and their numbers; ``pictures``: say what is told of one that has no caption."""
        self._hidden = hidden
        self._notes = notes
        self._pictures = pictures

    def said(self, node: Node | str) -> str:
        return "".join(self._said(node))

    def _said(self, node: Node | str, number: int | None = None) -> Iterator[str]:
        if isinstance(node, str):
            yield node
        elif self._is_shown(node):
            if node.tag == "li" and number is not None:
                yield f" {number}. "
            if node.tag == "img" and self._pictures:
                yield node.given.get("alt", "")
            elif node.tag == "q":
                yield from ("“", *self._inside(node), "”")
            elif node.tag == "pre":
                yield from Reader(self._hidden, notes=self._notes)._inside(node)
            elif node.tag == "figure":
                yield from self._figure(node)
            elif "footnote" in node.classes and self._notes:
                yield from self._listed_notes(node)
            else:
                yield from self._inside(node)

    def _is_shown(self, node: Node) -> bool:
        if node.tag in _SILENT or "hidden" in node.given or self._hidden & node.classes:
            return False
        return self._notes or not {"footnote", "footnote-ref"} & node.classes

    def _inside(self, node: Node) -> Iterator[str]:
        number = _start(node) if node.tag == "ol" else None
        for child in _byline_first(node.children):
            if number is None or isinstance(child, str) or child.tag != "li":
                yield from self._said(child)
            else:
                number = int(child.given["value"]) if "value" in child.given else number
                yield from self._said(child, number)
                number += 1

    def _figure(self, node: Node) -> Iterator[str]:
        """Its caption is what is said; without one, what is told of the picture."""
        captioned = any(self.said(caption).strip() for caption in node.all("figcaption"))
        alone = Reader(self._hidden, notes=self._notes, pictures=False) if captioned else self
        for child in node.children:
            yield (self if isinstance(child, Node) and child.tag == "figcaption" else alone).said(child)

    def _listed_notes(self, node: Node) -> Iterator[str]:
        for number, each in enumerate(_items(node), 1):
            yield from (f" {number} ", *self._inside(each))


def notes_of(page: Node) -> Iterator[str]:
    """What each note of a page says, without marks of notes in it."""
    if "footnote" in page.classes:
        yield from map(Reader(notes=False).said, _items(page))
    for child in page.children:
        if isinstance(child, Node):
            yield from notes_of(child)


def _items(notes: Node) -> Iterator[Node]:
    return (each for listed in _children(notes, "ol") for each in _children(listed, "li"))


def _start(node: Node) -> int:
    return int(node.given.get("start") or 1)


def _children(node: Node, tag: str) -> Iterator[Node]:
    return (child for child in node.children if isinstance(child, Node) and child.tag == tag)


def _byline_first(children: Iterable[Node | str]) -> Iterator[Node | str]:
    """Who wrote a text stands below it; the notes, which a page has above that name, come below it everywhere else."""
    notes: list[Node] = []
    for child in children:
        if isinstance(child, Node) and "footnote" in child.classes:
            notes.append(child)
        else:
            yield child
    yield from notes


# ── the normal form

_BRACKETS = frozenset("()[]〔〕【】")
_LINES = frozenset("•─")


def signs(text: str) -> str:
    """All signs of a text but those in which forms differ by design.

    - Blanks, line breaks, soft hyphens and other characters that show nothing: a line ends elsewhere in each form.
    - Width and height of figures and letters (NFKC): 10⁵ is how plain text raises a figure.
    - Round and square brackets: forms put numbers of notes, addresses, readings and names of authors in them, the page
      raises these or sets them above or to the right.
    - • before an item, and lines across, which a page draws and says with no character.
    """
    shown = (sign for sign in unicodedata.normalize("NFKC", text) if not _shows_nothing(sign))
    return "".join(sign for sign in unicodedata.normalize("NFKC", "".join(shown)) if sign not in _BRACKETS | _LINES)


def _shows_nothing(sign: str) -> bool:
    return (
        unicodedata.category(sign) in ("Zs", "Zl", "Zp", "Cc", "Cf", "Cn", "Cs")
        or "\ufe00" <= sign <= "\ufe0f"
        or "\U000e0100" <= sign <= "\U000e01ef"
    )


def parting(before: str, after: str, around: int = 24) -> str:
    """Where two texts part; empty when they are the same."""
    if before == after:
        return ""
    at = next((n for n, pair in enumerate(zip(before, after, strict=False)) if pair[0] != pair[1]), None)
    at = min(len(before), len(after)) if at is None else at
    one, other = (each[max(0, at - around) : at + around] for each in (before, after))
    return f"sign {at}: {one!r} became {other!r}"
