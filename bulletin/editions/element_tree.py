"""Sanitised HTML as a tree of elements, small enough to be read at a glance.

nh3 writes every end tag, so no rule of HTML about those that are missing is needed here.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from html.parser import HTMLParser


class UnknownElement(ValueError):
    """HTML with an element that has no place here: a new one in the allowlist of read/sanitise.py."""


_MARKED = frozenset(
    (
        *("b", "strong", "dfn", "cite", "em", "i", "var", "ins", "u", "del", "s", "code", "kbd", "samp", "mark"),
        *("small", "sub", "sup"),
    )
)
_NEUTRAL = frozenset(("a", "abbr", "bdi", "bdo", "picture", "q", "ruby", "span", "time"))
_INLINE = frozenset((*_MARKED, *_NEUTRAL, "br", "img", "rp", "rt", "source", "wbr"))
_VOID = frozenset(("br", "col", "hr", "img", "source", "wbr"))
_PARTS = frozenset(("p", "div", "address", "figcaption", "caption", "summary", "li", "dt", "dd", "tr", "td", "th"))
"""Blocks of words; parts of lists and tables among them, where no list or table is around them."""
_BLOCKS = _PARTS | frozenset(
    (
        *("h1", "h2", "h3", "h4", "h5", "h6", "hr", "blockquote", "ul", "ol", "dl", "pre", "figure", "details"),
        *("table", "colgroup", "col", "thead", "tbody", "tfoot"),
    )
)
KNOWN = _INLINE | _BLOCKS
"""All elements that have a place here."""


class Element:
    """An element of the tree; `children` grow while the HTML is read."""

    __slots__ = ("attributes", "children", "has_block", "tag")

    def __init__(self, tag: str, attributes: Mapping[str, str]) -> None:
        self.tag = tag
        self.attributes = attributes
        self.children: list[TreeNode] = []
        self.has_block = False
        """Whether an element inside it is a block."""

    @property
    def is_block(self) -> bool:
        return self.tag in _BLOCKS or self.has_block

    def classes(self) -> frozenset[str]:
        return frozenset(self.attributes.get("class", "").split())


TreeNode = Element | str


class _TreeBuilder(HTMLParser):
    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.root = Element("div", {})
        self._open = [self.root]

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag not in KNOWN:
            raise UnknownElement(tag)
        element = Element(tag, {name: value or "" for name, value in attrs})
        self._open[-1].children.append(element)
        if tag not in _VOID:
            self._open.append(element)
        elif tag in _BLOCKS:
            self._open[-1].has_block = True

    def handle_endtag(self, tag: str) -> None:
        if tag in _VOID or not any(element.tag == tag for element in self._open[1:]):
            return
        closed = ""
        while closed != tag:
            element = self._open.pop()
            closed = element.tag
            self._open[-1].has_block |= element.is_block

    def handle_data(self, data: str) -> None:
        self._open[-1].children.append(data)


def element_tree(html: str) -> Element:
    """The tree of some sanitised HTML, below an element of its own. Raises `UnknownElement`."""
    builder = _TreeBuilder()
    builder.feed(html)
    builder.close()
    return builder.root


def tree_text(nodes: Iterable[TreeNode]) -> str:
    """The words alone, with line breaks; of a picture its description."""
    return "".join(node if isinstance(node, str) else _element_text(node) for node in nodes)


def _element_text(node: Element) -> str:
    match node.tag:
        case "br":
            return "\n"
        case "img":
            return node.attributes.get("alt", "")
        case "q":
            return f"“{tree_text(node.children)}”"
        case _:
            return tree_text(node.children)
