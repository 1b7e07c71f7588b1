"""Joining: a line break in the source between two Han characters is not a space in the page.

Follows the segment-break rule of CSS Text 3 and clreq: browsers do not apply it alike, so
it is applied here, before inline parsing, when text is still one string with its line breaks. Between Han
and Latin, and between Latin and Latin, the break stays, as a space. Hard breaks stay.
"""

from __future__ import annotations

import re
import xml.etree.ElementTree as etree
from itertools import pairwise
from typing import Literal

from markdown import Markdown
from markdown.extensions import Extension
from markdown.treeprocessors import Treeprocessor
from markdown.util import AtomicString

from .characters import AMBIGUOUS, HAN, WIDE_SPACES

_Width = Literal["wide", "narrow", "either"]

_BEFORE = re.compile(rf"(?:\[\^[^\[\]]*\]|[*_`\[\]{WIDE_SPACES}])*")
"""Invisible markup, and characters of neither width, at the beginning of a line."""
_SKIPPED = "*_`[]" + WIDE_SPACES
_MERGING = frozenset("*_`")
_HARD_BREAK = ("  ", "\\")


class JoiningExtension(Extension):
    """Lines of Han text are joined without a space."""

    def extendMarkdown(self, md: Markdown) -> None:
        """After notes are in the tree (50) and before inline parsing (20)."""
        md.treeprocessors.register(_JoiningTreeprocessor(md), "joining", 25)


class _JoiningTreeprocessor(Treeprocessor):
    """Joins the lines of every text in the tree that is still Markdown."""

    def run(self, root: etree.Element) -> None:
        """Go through all texts and tails; what is no longer Markdown is an AtomicString."""
        for element in root.iter():
            if element.text and not isinstance(element.text, AtomicString):
                element.text = join(element.text)
            if element.tail and not isinstance(element.tail, AtomicString):
                element.tail = join(element.tail)


def join(text: str) -> str:
    """The text without the line breaks between two Han characters."""
    lines = text.split("\n")
    out = [lines[0]]
    for before, line in pairwise(lines):
        after = line.lstrip(" ")
        if _touch(before, after):
            out[-1] = out[-1].rstrip(" ")
            out.append(after)
        else:
            out.append("\n" + after)
    return "".join(out)


def _touch(before: str, after: str) -> bool:
    """Whether the end of one line and the beginning of the next are joined without a space."""
    if before.endswith(_HARD_BREAK) or _would_run_together(before.rstrip(" "), after):
        return False
    return {_last_width(before), _first_width(after)} in ({"wide"}, {"wide", "either"})


def _would_run_together(before: str, after: str) -> bool:
    """Whether markup at both sides would become one longer run: `__甲__` and `_乙_`."""
    return before[-1:] == after[:1] and after[:1] in _MERGING


def _first_width(line: str) -> _Width:
    found = _BEFORE.match(line)
    start = found.end() if found else 0
    if line[start : start + 1] in AMBIGUOUS and _is_wide(line.lstrip(_SKIPPED + AMBIGUOUS)[:1]):
        return "wide"
    return _width(line[start : start + 1])


def _last_width(line: str) -> _Width:
    end = end_of_text(line)
    last = line[max(end - 1, 0) : end]
    if last in AMBIGUOUS and _is_wide(line[:end].rstrip(_SKIPPED + AMBIGUOUS)[-1:]):
        return "wide"
    return _width(last)


def end_of_text(line: str) -> int:
    """Where the text of a line ends, before closing markup, the address of a link and footnote references."""
    end = len(line.rstrip(" "))
    while end:
        start = _start_of_closing(line, end)
        if start == end:
            break
        end = start
    return end


def _start_of_closing(line: str, end: int) -> int:
    """Start of the single piece of markup that ends at `end`; `end` if there is none."""
    last = line[end - 1]
    if last == ")":
        start = line.rfind("](", 0, end)
        return start if start >= 0 and not re.search(r"[()\s]", line[start + 2 : end - 1]) else end
    if last == "]":
        start = line.rfind("[", 0, end)
        return start if line[start : start + 2] == "[^" else end - 1
    return end - 1 if last in _SKIPPED else end


def _width(character: str) -> _Width:
    if not character:
        return "narrow"
    return "either" if character in AMBIGUOUS else "wide" if _is_wide(character) else "narrow"


def _is_wide(character: str) -> bool:
    return HAN.match(character) is not None
