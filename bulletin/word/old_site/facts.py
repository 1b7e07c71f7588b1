"""A page's structure, as far as a map can be proposed from it. Runs in the worker; the result is bounded."""

from __future__ import annotations

import re

from selectolax.lexbor import LexborHTMLParser, LexborNode

from bulletin.core.model import Value
from bulletin.word.old_site.fields import HITS_LABEL, find_hits, find_section, find_time, is_meta_line

_STRUCTURE = frozenset(
    ("table", "tr", "td", "th", "div", "form", "center", "h1", "h2", "ul", "dl", "iframe", "article")
)
_NO_TEXT = frozenset(("script", "style", "noscript", "select", "option", "textarea", "iframe", "title", "head"))
_MAX_NODES = 1_500
_MAX_DEPTH = 60
_MAX_STEP = 60
_NAME = re.compile(r"[A-Za-z][\w-]{0,40}")
_MAX_TITLE = 80


class TextNode(Value, frozen=True, array_like=True):
    """An element with words of its own."""

    selector: str
    text: str
    """Its own words; the first 200."""
    length: int
    prominence: int
    """How much it looks like a title: 0 for running text."""


class PageFacts(Value, frozen=True, array_like=True):
    """What a map is proposed from."""

    address: str
    title: str
    """Of the document."""
    structure: tuple[str, ...]
    """The elements that lay the page out, each once, with their parents."""
    nodes: tuple[TextNode, ...]
    times: tuple[str, ...]
    """Selectors of elements with a time, in order."""
    hits: tuple[str, ...]
    sections: tuple[str, ...]


def page_facts(text: str, address: str) -> PageFacts:
    """Look at a page."""
    tree = LexborHTMLParser(text)
    title = tree.css_first("title")
    walk = _Walk()
    if tree.body:
        walk.visit(tree.body, "body", 0, 0)
    return PageFacts(
        address,
        " ".join((title.text() if title else "").split())[:200],
        tuple(sorted(walk.structure)),
        tuple(walk.nodes),
        tuple(walk.times),
        tuple(walk.hits),
        tuple(walk.sections),
    )


class _Walk:
    def __init__(self) -> None:
        self.structure: set[str] = set()
        self.nodes: list[TextNode] = []
        self.times: list[str] = []
        self.hits: list[str] = []
        self.sections: list[str] = []

    def visit(self, node: LexborNode, selector: str, prominence: int, depth: int) -> None:
        own = " ".join(
            " ".join((child.text_content or "").split())
            for child in node.iter(include_text=True)
            if child.tag == "-text"
        ).strip()
        if own and len(self.nodes) < _MAX_NODES:
            self.nodes.append(TextNode(selector, own[:200], len(own), prominence))
            self._fields(node, own, selector)
        if depth == _MAX_DEPTH:
            return
        children = [child for child in node.iter() if child.tag not in _NO_TEXT]
        totals: dict[str, int] = {}
        for child in children:
            totals[child.tag or ""] = totals.get(child.tag or "", 0) + 1
        counts: dict[str, int] = {}
        for child in children:
            tag = child.tag or ""
            counts[tag] = counts.get(tag, 0) + 1
            step = _step(child, counts[tag] if totals[tag] > 1 else 0)
            if tag in _STRUCTURE and depth < 14:
                self.structure.add(f"{_last(selector)}>{_named(child)}")
            inner = step if step.startswith("#") else f"{selector} > {step}"
            self.visit(child, inner, _prominence(child, prominence), depth + 1)

    def _fields(self, node: LexborNode, own: str, selector: str) -> None:
        deep = " ".join(node.text(separator=" ").split())[:400] if len(own) < 200 else own
        if (find_time(own) and (is_meta_line(own) or is_meta_line(deep))) or (
            find_time(deep) and is_meta_line(deep) and ("时间" in own or "日期" in own)
        ):
            self.times.append(selector)
        if (find_hits(own) is not None and is_meta_line(own)) or (
            HITS_LABEL.search(own) and find_hits(deep) is not None and len(deep) < 200
        ):
            self.hits.append(selector)
        if len(deep) < 120 and re.search("位置|栏目[:：]", own) and find_section(deep, ""):
            self.sections.append(selector)


def _last(selector: str) -> str:
    return re.sub(r":nth-of-type\(\d+\)", "", selector.rpartition(" > ")[2])


def _named(node: LexborNode) -> str:
    name = node.attributes.get("id") or node.attributes.get("class") or ""
    return f"{node.tag}.{re.sub('[0-9]+', '', name)}"[:_MAX_STEP]


def _step(node: LexborNode, place: int) -> str:
    tag = node.tag or ""
    name = node.attributes.get("id") or ""
    if _NAME.fullmatch(name) and not re.search(r"\d{2}", name):
        return f"#{name}"
    classes = (node.attributes.get("class") or "").split()
    kind = f".{classes[0]}" if classes and _NAME.fullmatch(classes[0]) and not re.search(r"\d{2}", classes[0]) else ""
    return f"{tag}{kind}" + (f":nth-of-type({place})" if place else "")


def _prominence(node: LexborNode, before: int) -> int:
    tag, attributes = node.tag or "", node.attributes
    said = f"{attributes.get('class') or ''} {attributes.get('id') or ''} {attributes.get('style') or ''}".lower()
    if tag == "a":
        return -5
    more = {"h1": 4, "h2": 3, "h3": 2, "b": 1, "strong": 1}.get(tag, 0)
    if tag == "font" and (attributes.get("size") or "").lstrip("+") in ("4", "5", "6", "7", "3"):
        more += 2
    more += 3 * ("title" in said or "biaoti" in said or re.search(r"\bbt\b", said) is not None)
    more += 2 * (re.search(r"font-size\s*:\s*(?:1[89]|[2-9]\d)", said) is not None)
    more += (attributes.get("align") or "").lower() == "center" or tag == "center"
    return before + more
