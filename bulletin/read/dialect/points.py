"""Points: 一、 （一） 1、 （1） keep their numbers as text and get a class for their level.

They are the numbers of official Chinese writing (GB/T 9704-2012, 7.3.3), and other texts refer to them
(“第二点”), so they are never turned into a list that the browser would number. A line that begins with one is
a paragraph of its own. The half-width brackets and dots of texts from old systems (docs/norms.md 4: `三.` among
`一、二、`, a bracket opened one way and closed another) count as well.
"""

from __future__ import annotations

import re
import xml.etree.ElementTree as etree
from itertools import islice

from markdown import Markdown
from markdown.extensions import Extension
from markdown.preprocessors import Preprocessor
from markdown.treeprocessors import Treeprocessor

from .characters import QUOTE_DEPTH, inside_quotes, is_row

_NUMERAL = "[〇零一二三四五六七八九十百]{1,4}"
_DIGITS = "[0-9０-９]{1,2}"
MARKS = (
    ("point-1", re.compile(f"{_NUMERAL}[、.．]")),
    ("point-2", re.compile(f"[(（]{_NUMERAL}[)）]")),
    ("point-3", re.compile(f"{_DIGITS}、")),
    ("point-4", re.compile(f"[(（]{_DIGITS}[)）]")),
)
"""Class and beginning of each level, the highest first."""
BEGINNING = re.compile("( *)[*_]{0,3}(?:" + "|".join(mark.pattern for _, mark in MARKS) + ")")
MAX_MARK_LENGTH = 6


class PointExtension(Extension):
    """Paragraphs that are numbered points."""

    def extendMarkdown(self, md: Markdown) -> None:
        """Runs before the list rule (16); classes are set after inline parsing (20)."""
        md.preprocessors.register(_PointPreprocessor(md), "points", 17)
        md.treeprocessors.register(_PointTreeprocessor(md), "points", 18)


class _PointPreprocessor(Preprocessor):
    """Applies the rule to the text."""

    def run(self, lines: list[str]) -> list[str]:
        """The lines with a blank line before every point."""
        return _set_apart(lines, QUOTE_DEPTH)


def _set_apart(lines: list[str], depth: int) -> list[str]:
    """The lines with a blank line before each that begins with the mark of a point."""
    out: list[str] = []
    for line in inside_quotes(lines, _set_apart, depth):
        found = BEGINNING.match(line)
        if found is None or not (out and out[-1]) or (is_row(line) and is_row(out[-1])):
            out.append(line)
        else:
            out += ["", _indented(line, len(found[1]))]
    return out


def _indented(line: str, columns: int) -> str:
    """The line, indented so that it stays in its list item after the blank line."""
    return line if columns == 0 or columns >= 4 else "    " + line[columns:]


class _PointTreeprocessor(Treeprocessor):
    """Gives the paragraphs their classes."""

    def run(self, root: etree.Element) -> None:
        """Go through all paragraphs."""
        for paragraph in root.iter("p"):
            name = _level(paragraph)
            if name:
                paragraph.set("class", " ".join(filter(None, (paragraph.get("class"), name))))


def point_class(words: str) -> str:
    """Class of a paragraph that begins with the mark of a point, and of one that heads what follows; empty for another.

    A point alone on its line, short and without a full stop, is a heading in all but markup (GB/T 9704-2012, 7.3.3).
    """
    level = next((name for name, mark in MARKS if mark.match(words)), "")
    return f"{level} {_TITLE}" if level and len(words) <= _LONGEST_TITLE and not _STOPPED.search(words) else level


_TITLE = "point-title"
_LONGEST_TITLE = 40
_STOPPED = re.compile("[。！!？?；;\x02]|[．.：:，,、…][\\s”’）)」』]*$")
"""The end of a sentence, or a sentence that goes on; U+0002 stands for raw HTML, which may be anything."""


def _level(paragraph: etree.Element) -> str:
    beginning = "".join(islice(_characters(paragraph), MAX_MARK_LENGTH))
    level = point_class(beginning + "\x02") if beginning else ""
    if not level or next(paragraph.iter("br"), None) is not None:
        return level
    return point_class("".join(paragraph.itertext()).rstrip())


def _characters(element: etree.Element) -> map[str]:
    """The characters of an element's text, produced lazily."""
    return map(str, (character for text in element.itertext() for character in text))
