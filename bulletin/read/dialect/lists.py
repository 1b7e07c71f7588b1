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

from markdown import Markdown
from markdown.blockparser import BlockParser
from markdown.blockprocessors import OListProcessor, UListProcessor
from markdown.extensions import Extension
from markdown.preprocessors import Preprocessor
from markdown.treeprocessors import Treeprocessor

from .characters import QUOTE_DEPTH, ListItemStart, ListKind, inside_quotes, list_item_start

_LEVEL = 4
"""Columns of one level of a list."""


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
    """The lines with a blank line before each list, and each item's mark as Python-Markdown reads it."""
    out: list[str] = []
    kinds: dict[int, ListKind] = {}
    for line in inside_quotes(lines, _set_apart, depth):
        text = line.lstrip(" ")
        found = list_item_start(text)
        follows = bool(out and out[-1])
        if found is None or (follows and not kinds and not _may_begin(found, line, out[-1])):
            kinds = kinds if text else {}
            out.append(line)
            continue
        level, columns = _place(found, _columns(line), kinds)
        if follows and kinds.get(level) != found.kind and not _is_nested(level, kinds):
            out.append("")
        kinds = {k: kind for k, kind in kinds.items() if k < level} | {level: found.kind}
        out.append(" " * columns + found.text)
    return out


def _may_begin(found: ListItemStart, line: str, before: str) -> bool:
    """Whether an item may come right after a line of text: the first one, or one of a list further out."""
    return found.number == 1 or _columns(line) < _LEVEL <= _columns(before)


def _columns(line: str) -> int:
    return len(line) - len(line.lstrip(" "))


def _place(found: ListItemStart, columns: int, kinds: dict[int, ListKind]) -> tuple[int, int]:
    """Level and columns of an item; two spaces are enough to nest a list of another kind."""
    level = columns // _LEVEL
    if columns % _LEVEL >= 2 and kinds.get(level, found.kind) != found.kind:
        return level + 1, (level + 1) * _LEVEL
    return level, columns


def _is_nested(level: int, kinds: dict[int, ListKind]) -> bool:
    """Whether an item begins a list inside the item above it, which needs no blank line."""
    return level not in kinds and any(k < level for k in kinds)


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
