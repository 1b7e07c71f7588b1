"""Blocks in blocks, as a document that `bulletin word out` made says it (editions/word_form/groups.py).

Its bookmarks are hidden and lie around paragraphs; a word processor that saved it anew may have moved the end of one to
the beginning of the next paragraph. One that begins or ends alone, because paragraphs were deleted, says nothing.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import NamedTuple

from lxml import etree

from bulletin.editions.word_form.groups import WHOLE_TEXT, BlockGroup, group_of
from bulletin.word.flatten.blocks import WordBlock, WordGroup
from bulletin.word.flatten.names import W


class Edge(NamedTuple):
    """Where a group begins, or ends."""

    id: str
    group: BlockGroup | None = None
    """None where it ends."""


def edge_of(element: etree._Element) -> Edge | None:
    """What a bookmark's begin or end is; None for one that is not ours."""
    if element.tag == W + "bookmarkEnd":
        return Edge(element.get(W + "id", ""))
    group = group_of(element.get(W + "name", "")) if element.tag == W + "bookmarkStart" else None
    return Edge(element.get(W + "id", ""), group) if group else None


def edges_in(paragraph: etree._Element) -> tuple[list[Edge], list[Edge]]:
    """What begins or ends before a paragraph, and what ends after it."""
    before: list[Edge] = []
    after: list[Edge] = []
    begun: set[str] = set()
    has_words = False
    for each in paragraph:
        if edge := edge_of(each):
            if edge.group:
                begun.add(edge.id)
            (after if edge.group is None and (has_words or edge.id in begun) else before).append(edge)
        elif each.tag not in _NO_WORDS:
            has_words = True
    return before, after


_MAX_DEPTH = 40
_NO_WORDS = frozenset((W + "pPr", W + "bookmarkStart", W + "bookmarkEnd", W + "proofErr"))


def grouped(blocks: Iterable[WordBlock | Edge]) -> tuple[WordBlock, ...]:
    """The blocks, those of a group in it."""
    items = list(_renamed(list(blocks)))
    ends = {item.id: at for at, item in enumerate(items) if isinstance(item, Edge) and item.group is None}
    items = [item for at, item in enumerate(items) if not isinstance(item, Edge) or item.group or ends[item.id] == at]
    ends = {item.id: at for at, item in enumerate(items) if isinstance(item, Edge) and item.group is None}
    items = list(_outer_first(items, ends))
    open_: list[tuple[Edge, list[WordBlock]]] = []
    made: list[WordBlock] = []
    for item in items:
        if not isinstance(item, Edge):
            (open_[-1][1] if open_ else made).append(item)
        elif item.group and item.id in ends and len(open_) < _MAX_DEPTH:
            open_.append((item, []))
        elif not item.group and any(edge.id == item.id for edge, _ in open_):
            _close(open_, item.id, made)
    _close(open_, "", made)
    return tuple(made)


def _renamed(items: Sequence[WordBlock | Edge]) -> Iterator[WordBlock | Edge]:
    """With the number in the name for an id, each begun once: LibreOffice begins one anew in each item of a list."""
    names = {item.id: str(_number(item)) for item in items if isinstance(item, Edge) and item.group}
    edges = [(at, item) for at, item in enumerate(items) if isinstance(item, Edge) and item.id in names]
    begins = {names[edge.id]: at for at, edge in reversed(edges) if edge.group}
    ends = {names[edge.id]: at for at, edge in edges if not edge.group}
    for at, item in enumerate(items):
        if not isinstance(item, Edge):
            yield item
        elif item.id in names and at == (begins if item.group else ends)[names[item.id]]:
            yield Edge(names[item.id], item.group)


def _outer_first(items: Iterable[WordBlock | Edge], ends: Mapping[str, int]) -> Iterator[WordBlock | Edge]:
    """Where several groups begin, first the one that ends last: LibreOffice writes them in any order."""
    begun: list[Edge] = []
    for item in items:
        if isinstance(item, Edge) and item.group:
            begun.append(item)
            continue
        yield from sorted(begun, key=lambda edge: (ends.get(edge.id, 0), _number(edge)), reverse=True)
        begun = []
        yield item
    yield from begun


def _number(edge: Edge) -> int:
    return edge.group.number if edge.group else 0


def _close(open_: list[tuple[Edge, list[WordBlock]]], id_: str, made: list[WordBlock]) -> None:
    """That group and all that are open in it; with no id all."""
    while open_:
        edge, blocks = open_.pop()
        if edge.group:
            (open_[-1][1] if open_ else made).append(WordGroup(edge.group.kind, edge.group.value, tuple(blocks)))
        if edge.id == id_:
            return


def is_own(body: etree._Element) -> bool:
    """Whether a document is one that `bulletin word out` made."""
    return any(
        (group := group_of(each.get(W + "name", ""))) is not None and group.kind == WHOLE_TEXT
        for each in body.iter(W + "bookmarkStart")
    )
