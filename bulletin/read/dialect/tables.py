"""Tables: no inline styles, no lost cells, and room to scroll.

Alignment is a class, because the pages forbid inline styles (docs/design.md). A table wider than a
phone scrolls inside its wrapper, which can be reached by keyboard. A table may follow a paragraph line
directly and ends at the first line without a `|`. Rows of different lengths are kept: the table is as wide as its
longest row.
"""

from __future__ import annotations

import re
import xml.etree.ElementTree as etree
from collections.abc import Sequence

from markdown import Markdown
from markdown.extensions import Extension
from markdown.extensions.tables import TableExtension as StockTables
from markdown.extensions.tables import TableProcessor
from markdown.preprocessors import Preprocessor
from markdown.treeprocessors import Treeprocessor

from .characters import QUOTE_DEPTH, inside_quotes, is_row

_RULE = re.compile(r" *\|?[ :|-]*$")
"""The line under the head; that it contains `|` and `-` is checked separately."""
_MAX_COLUMNS = 100
"""How wide a long row makes a table; what is beyond is in the last cell, or many rows would take quadratic time."""
_WRAPPER = {"class": "table", "tabindex": "0", "role": "group"}


class TableExtension(Extension):
    """Python-Markdown's tables, with the rules of this module."""

    def extendMarkdown(self, md: Markdown) -> None:
        """Runs after indents are removed (19); the tree is changed before inline parsing (20)."""
        StockTables().extendMarkdown(md)
        config = {"use_align_attribute": True}
        md.parser.blockprocessors.register(_WholeRowProcessor(md.parser, config), "table", 75)
        md.preprocessors.register(_TablePreprocessor(md), "tables", 18)
        md.treeprocessors.register(_TableTreeprocessor(md), "tables", 30)


class _TablePreprocessor(Preprocessor):
    """Applies the rule to the text."""

    def run(self, lines: list[str]) -> list[str]:
        """The lines with a blank line around every table."""
        return _set_apart(lines, QUOTE_DEPTH)


def _set_apart(lines: list[str], depth: int) -> list[str]:
    """The lines with a blank line before the head of each table and after its last row."""
    lines = inside_quotes(lines, _set_apart, depth)
    out: list[str] = []
    in_table = False
    for line, after in zip(lines, [*lines[1:], ""], strict=True):
        begins = not in_table and is_row(line) and _is_rule(after)
        ends = in_table and not is_row(line)
        if (begins or ends) and line and out and out[-1]:
            out.append("")
        in_table = begins or (in_table and not ends)
        out.append(line)
    return out


def _is_rule(line: str) -> bool:
    return is_row(line) and "-" in line and _RULE.match(line) is not None


class _WholeRowProcessor(TableProcessor):
    """Tables whose rows keep all their cells (the stub of the parent class leaves out its methods)."""

    def run(self, parent: etree.Element, blocks: list[str]) -> None:
        """Make the table as wide as its longest row before the rows are built."""
        rows = [row.strip(" ") for row in blocks[0].split("\n")]
        width = min(max(len(self._split_row(row)) for row in rows), _MAX_COLUMNS)  # type: ignore[attr-defined]
        self.separator = [*self.separator, *[""] * (width - len(self.separator))]  # type: ignore[assignment]
        super().run(parent, blocks)

    def _build_row(self, row: str, parent: etree.Element, align: Sequence[str | None]) -> None:
        """Build the row, then add what is beyond the last column to the last cell."""
        super()._build_row(row, parent, align)  # type: ignore[misc]
        beyond = [cell.strip(" ") for cell in self._split_row(row)[len(align) :]]  # type: ignore[attr-defined]
        if any(beyond):
            last = parent[-1][-1]
            last.text = " | ".join([last.text or "", *beyond])


class _TableTreeprocessor(Treeprocessor):
    """Turns alignment into classes and wraps the tables."""

    def run(self, root: etree.Element) -> None:
        """Go through all elements; the list is made first because the tree changes."""
        for parent in list(root.iter()):
            if "align" in parent.attrib:
                parent.set("class", parent.attrib.pop("align"))
            for place, child in enumerate(parent):
                if child.tag == "table":
                    parent[place] = _wrapped(child)


def _wrapped(table: etree.Element) -> etree.Element:
    wrapper = etree.Element("div", _WRAPPER)
    wrapper.tail, table.tail = table.tail, None
    wrapper.append(table)
    return wrapper
