"""Indent: spaces before a line are how Chinese writers begin a paragraph, never code.

Paragraphs come with `　　`, with four or more half-width spaces, tabs or no-break spaces before
them, one a line and without blank lines between (GB/T 9704-2012, 7.3.3: each paragraph is indented by two
characters). So such a line is a new paragraph, and its indent is dropped: the stylesheet indents.
Inside lists, footnotes, definitions and admonitions the indent keeps the meaning it has in Markdown.
Fenced code and raw HTML blocks are not affected: they are placeholders by the time this rule runs.
"""

from __future__ import annotations

import re
from typing import Literal, NamedTuple

from markdown import Markdown
from markdown.extensions import Extension
from markdown.preprocessors import Preprocessor

from .characters import QUOTE_DEPTH, QUOTED, WIDE_SPACES, ListKind, inside_quotes, is_row, list_item_start

_CODE_INDENT = 4
_HANGING = re.compile(r"\[\^[^\]]*\]:|: {1,3}\S|!!! ?[\w-]")
"""Footnotes, definitions, admonitions: indented lines after them belong to them."""
_REFERENCE = re.compile(r"\[[^\]]*\]:")
"""A link definition: its title may follow indented, but nothing after a blank line."""
_ENDING = re.compile(r"#|\x02wzxhzdk:")
"""Headings and raw blocks, which end every container."""


class _Line(NamedTuple):
    """A line, split into indent and text."""

    columns: int
    """Half-width spaces before anything else."""
    wide: bool
    """Whether the indent holds a wide space."""
    text: str


class _Container(NamedTuple):
    """What a line may belong to by its indent."""

    kind: ListKind | Literal["hanging", "reference"]
    base: int
    """Columns of the line that opened it; they are removed from the lines inside."""


class IndentExtension(Extension):
    """Indented lines are paragraphs; there is no indented code."""

    def extendMarkdown(self, md: Markdown) -> None:
        """Replaces the code blocks; runs after raw HTML has been extracted (20)."""
        md.parser.blockprocessors.deregister("code")
        md.preprocessors.register(_IndentPreprocessor(md), "indent", 19)


class _IndentPreprocessor(Preprocessor):
    """Applies the rule to the text."""

    def run(self, lines: list[str]) -> list[str]:
        """The lines with indents resolved."""
        return _paragraphs(lines, QUOTE_DEPTH)


def _paragraphs(lines: list[str], depth: int) -> list[str]:
    """The lines without the indents that mean a paragraph, and with a blank line before each of those."""
    out: list[str] = []
    container: _Container | None = None
    for raw in inside_quotes(lines, _paragraphs, depth):
        line = _take_apart(raw)
        apart = not (out and out[-1])
        container = _still_open(container, line, apart)
        inside = container is not None and _belongs(container, line)
        container = _opened(container, line, apart) or container
        if not apart and _begins_paragraph(line, inside, container, out[-1]):
            out.append("")
        out.append(_laid(line, inside, container))
    return out


def _take_apart(raw: str) -> _Line:
    text = raw.lstrip(" " + WIDE_SPACES)
    indent = raw[: len(raw) - len(text)]
    columns = len(indent) - len(indent.lstrip(" "))
    return _Line(columns, columns < len(indent), text if text.strip() else "")


def _still_open(container: _Container | None, line: _Line, apart: bool) -> _Container | None:
    """The container, unless this line leaves it."""
    if container is None or (container.kind == "reference" and (apart or not line.text)):
        return None
    if not line.text or _belongs(container, line):
        return container
    if line.wide or _ENDING.match(line.text) or QUOTED.match(line.text):
        return container if _is_sibling(container, line) else None
    return None if apart and not _is_sibling(container, line) else container


def _belongs(container: _Container, line: _Line) -> bool:
    """Whether the line is indented enough to be inside: four columns, as in Python-Markdown."""
    return line.columns - container.base >= _CODE_INDENT


def _is_sibling(container: _Container, line: _Line) -> bool:
    found = list_item_start(line.text)
    return found is not None and found.kind == container.kind


def _opened(container: _Container | None, line: _Line, apart: bool) -> _Container | None:
    """The container that this line opens, if it is outside of any and opens one."""
    if container is not None and _belongs(container, line):
        return None
    base = line.columns if line.columns >= _CODE_INDENT else 0
    if _HANGING.match(line.text):
        return _Container("hanging", base)
    if _REFERENCE.match(line.text):
        return _Container("reference", base)
    found = list_item_start(line.text)
    if found is None or not (apart or container or found.number == 1):
        return None
    return _Container(found.kind, base)


def _begins_paragraph(line: _Line, inside: bool, container: _Container | None, before: str) -> bool:
    """Whether this line, by its indent, begins a new paragraph."""
    if inside:
        return line.wide
    same = container is not None and _is_sibling(container, line)
    table = is_row(line.text) and is_row(before)
    return (line.wide or line.columns >= _CODE_INDENT) and bool(line.text) and not (same or table)


def _laid(line: _Line, inside: bool, container: _Container | None) -> str:
    """The line for Python-Markdown: no indent outside a container, plain spaces inside."""
    if container is None or not line.text:
        return line.text
    columns = max(line.columns - container.base, 0)
    return " " * columns + line.text if inside or not line.wide else line.text
