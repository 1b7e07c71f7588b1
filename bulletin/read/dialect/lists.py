"""Lists: as staff type them, and with the numbers they typed.

A list may follow a paragraph line directly; a numbered one only with number 1, so that a line which happens
to begin with a number stays text. `1.第一` needs no space before a Han character (GB/T 9704-2012, 7.3.3
writes `1.` so), while `2014.`, `1.5万元` and `3.15晚会` are not items. A list never contains items of another
kind, and the numbers come out as written: they are what other texts refer to.
"""

from __future__ import annotations

import re
import xml.etree.ElementTree as etree
from itertools import count
from typing import NamedTuple

from markdown import Markdown
from markdown.blockparser import BlockParser
from markdown.blockprocessors import OListProcessor, UListProcessor
from markdown.extensions import Extension
from markdown.preprocessors import Preprocessor
from markdown.treeprocessors import Treeprocessor

from .characters import QUOTE_DEPTH, ListItemStart, ListKind, inside_quotes, list_item_start

_LEVEL = 4
"""Columns of one level of a list."""
_NESTED = 2
"""How many columns further in an item is that belongs to the one above it."""


class ListExtension(Extension):
    """Lists after paragraphs, tight numbers, numbers as written."""

    def extendMarkdown(self, md: Markdown) -> None:
        """Runs after the point rule (17); the processors replace the stock ones."""
        md.preprocessors.register(_ListPreprocessor(md), "lists", 16)
        md.parser.blockprocessors.register(_NumberedProcessor(md.parser), "olist", 40)
        md.parser.blockprocessors.register(_BulletProcessor(md.parser), "ulist", 30)
        md.treeprocessors.register(_NumberTreeprocessor(md), "numbers", 30)


class _ListPreprocessor(Preprocessor):
    """Applies the rule to the text."""

    def run(self, lines: list[str]) -> list[str]:
        """The lines with a blank line before every list."""
        return _set_apart(lines, QUOTE_DEPTH)


def _set_apart(lines: list[str], depth: int) -> list[str]:
    """The lines with a blank line before each list, and each item's mark and columns as Python-Markdown reads them."""
    out: list[str] = []
    levels: list[_Level] = []
    outermost: int | None = None
    for line in inside_quotes(lines, _set_apart, depth):
        text = line.lstrip(" ")
        columns = len(line) - len(text)
        found = list_item_start(text)
        follows = bool(out and out[-1])
        if found is None or (follows and outermost is None and not _may_begin(found, line, out[-1])):
            levels = _still_open(levels, columns, text, follows)
            outermost = outermost if text else None
            out.append(_laid(line, columns, text, levels))
            continue
        outer = _outer(levels, columns, found)
        same = levels[len(outer)].kind == found.kind if len(outer) < len(levels) else bool(outer)
        if follows and not (same and outermost is not None and outermost <= len(outer)):
            out.append("")  # Python-Markdown takes the lines up to a blank one for a list of the first one's depth
            outermost = None
        levels = [*outer, _Level(columns, found.kind, found.number)]
        outermost = len(outer) if outermost is None else outermost
        out.append(" " * _column_of(levels) + found.text)
    return out


class _Level(NamedTuple):
    """A list that is open."""

    columns: int
    """Indent of its last item."""
    kind: ListKind
    number: int
    """Of its last item."""


def _may_begin(found: ListItemStart, line: str, before: str) -> bool:
    """Whether an item may come right after a line of text: the first one, or one of a list further out."""
    return found.number == 1 or _columns(line) < _LEVEL <= _columns(before)


def _columns(line: str) -> int:
    return len(line) - len(line.lstrip(" "))


def _outer(levels: list[_Level], columns: int, found: ListItemStart) -> list[_Level]:
    """The lists that the item is inside of: two spaces more than an item's are enough.

    A number that goes on counting (`1.`, then `2.` two spaces further in) is that of the same list.
    """
    outer = [level for level in levels if columns - level.columns >= _NESTED]
    if outer and len(outer) == len(levels) and columns - outer[-1].columns < _LEVEL:
        last = outer[-1]
        if found.kind == last.kind == "ol" and found.number == last.number + 1:
            return outer[:-1]
    return outer


def _still_open(levels: list[_Level], columns: int, text: str, follows: bool) -> list[_Level]:
    """The lists that go on after a line that is no item: all of them in the same paragraph, or further in."""
    if not text or follows:
        return levels
    return [level for level in levels if columns - level.columns >= _NESTED] if columns >= _LEVEL else []


def _column_of(levels: list[_Level]) -> int:
    """Columns of an item of the innermost list; a note's list is further in as a whole."""
    first = levels[0].columns
    return first // _LEVEL * _LEVEL + _LEVEL * (len(levels) - 1) if len(levels) > 1 else first


def _laid(line: str, columns: int, text: str, levels: list[_Level]) -> str:
    """A line that is no item, indented so that it stays in the item that it is written under."""
    inside = [level for level in levels if columns - level.columns >= _NESTED]
    if not text or not inside or columns < _LEVEL:
        return line
    return " " * (_column_of(inside) + _LEVEL) + text


class _NumberedProcessor(OListProcessor):
    """Ordered lists that keep the number of every item, for `_NumberTreeprocessor`."""

    SIBLING_TAGS = ["ol"]  # noqa: RUF012 - declared so by Python-Markdown

    def __init__(self, parser: BlockParser) -> None:
        super().__init__(parser)
        self.RE = re.compile(r"^ {0,3}\d{1,3}\. +(.*)")
        self.CHILD_RE = re.compile(r"^ {0,3}((\d{1,3})\.) +(.*)")

    def run(self, parent: etree.Element, blocks: list[str]) -> None:
        """Make the items as usual, then set each one's number."""
        numbers = [found[2] for line in blocks[0].split("\n") if (found := self.CHILD_RE.match(line))]
        super().run(parent, blocks)
        target = parent if parent.tag in ("ol", "ul") and parent[-1].tag == "li" else parent[-1]
        if target.tag == "ol":
            for element, number in zip(target[-len(numbers) :], numbers, strict=True):
                element.set("value", number)


class _BulletProcessor(UListProcessor):
    """Bulleted lists that contain no numbered items."""

    SIBLING_TAGS = ["ul"]  # noqa: RUF012 - declared so by Python-Markdown

    def __init__(self, parser: BlockParser) -> None:
        super().__init__(parser)
        self.CHILD_RE = re.compile(r"^ {0,3}(([*+-])) +(.*)")


class _NumberTreeprocessor(Treeprocessor):
    """Keeps a number in the HTML only where automatic numbering would differ."""

    def run(self, root: etree.Element) -> None:
        """Go through all ordered lists."""
        for element in root.iter("ol"):
            _number(element)


def _number(numbered: etree.Element) -> None:
    written = [(element, int(element.attrib.pop("value"))) for element in numbered if "value" in element.attrib]
    if not written:
        return
    if written[0][1] != 1:
        numbered.set("start", str(written[0][1]))
    expected = count(written[0][1])
    for element, number in written:
        if number != next(expected):
            element.set("value", str(number))
            expected = count(number + 1)
