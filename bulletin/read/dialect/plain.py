"""Plain paragraphs need no parser: most of what an office writes is sentences, and a sentence is its own HTML.

Python-Markdown tries every rule on every paragraph and every inline pattern on every sentence: for an issue of
4,000 characters that was four fifths of the time of reading it (profile: 27,000 of 28,500 calls). So a text is
parted at its blank lines first. A block of which one look says that no rule can apply to it is written out at once,
with `**bold**` and the plainest `[links](https://…)` as the markup that is understood here; so is a flat list between
paragraphs. Only the runs of other blocks go through the parser. What holds across blocks (definitions, raw HTML,
fences, attribute lists) sends the whole text there.

The result is byte for byte that of the parser, and needs no cleaning; tests/read/test_plain.py holds the two together
on random texts made of the pieces that rules look at, and on every text in the repository.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from .joining import join
from .points import BEGINNING, LONGEST_MARK, MARKS
from .signs import CLOSING, LETTERS, OPENING, item

TANGLED = re.compile(r"[<{]|\]:|```|~~~|^\s*:", re.MULTILINE)
"""What may reach beyond its own block: raw HTML, attributes, definitions, fences, a definition of the term above."""

HOT = re.compile(r"[\x00-\x09\x0b-\x1f\x7f-\xa0\u2028\u2029\\`\[\]<>&_|{}]|\s(?:\n|$)")
"""Characters that some rule looks for, and spaces at the end of a line."""

LINK_SIGN = "\ue000"
"""Stands for a link while the rest of a block is looked at; of private use, so that no rule knows it."""

_WORDS = r"[^\x00-\x20\x7f-\xa0\u2028\u2029\u3000\\`\[\]<>&_|{}*]"
LINK = re.compile(
    rf"(?<!!)\[({_WORDS}(?:(?:{_WORDS}| )*{_WORDS})?)\]\((https?://[A-Za-z0-9./_~%?=+,;@:#-]+|/[A-Za-z0-9./_-]*)\)"
)
"""A link without title, around plain words."""

START = re.compile(rf"[{LETTERS}{OPENING}A-Za-z0-9●○■□◆◇△▲※{LINK_SIGN}]|\*\*")
"""How the line of a paragraph may begin."""

NUMBERED = re.compile(r"[0-9０-９]{1,3}[.．]")
"""What may be an item of a list."""

INDENT = "\u3000"
"""Lines so indented are paragraphs each, whatever stands above them (see indent.py)."""

BOLD = re.compile(rf"\*\*(?![\s*{CLOSING}])([^*\n]*[^\s*])\*\*(?!\*)")
"""Bold that only one reading is possible of (see emphasis.py)."""


def is_tangled(text: str) -> bool:
    """Whether the text must be parsed as a whole."""
    return TANGLED.search(text) is not None


def runs(text: str) -> Iterator[tuple[bool, str]]:
    """The text in order: ``(True, HTML)`` for a plain paragraph, ``(False, Markdown)`` for what must be parsed."""
    blocks = [_Block(block) for block in _blocks(text)]
    made = [block.paragraphs() for block in blocks]
    waiting: list[str] = []
    for place, (block, html) in enumerate(zip(blocks, made, strict=True)):
        if html is None and None not in (made[place - 1] if place else "", *made[place + 1 : place + 2]):
            html = block.flat_list()  # what stands beside it is neither a list that it would go on, nor its own
        if html is None:
            waiting.append(block.source)
            continue
        if waiting:
            yield False, "\n\n".join(waiting)
            waiting = []
        yield True, html
    if waiting:
        yield False, "\n\n".join(waiting)


def _blocks(text: str) -> Iterator[str]:
    """Runs of lines with something in them."""
    lines: list[str] = []
    for line in text.split("\n"):
        if line.strip():
            lines.append(line)
        elif lines:
            yield "\n".join(lines)
            lines = []
    if lines:
        yield "\n".join(lines)


class _Block:
    """Lines without a blank one between them, with a sign in place of each link."""

    def __init__(self, source: str) -> None:
        self.source = source
        self._links: list[tuple[str, str]] = []
        self._text = source
        if "](" in source and LINK_SIGN not in source:
            self._text = LINK.sub(self._take, source)
        self._hot = HOT.search(self._text) is not None or (LINK_SIGN in source)

    def _take(self, found: re.Match[str]) -> str:
        self._links.append((found[1], found[2]))
        return LINK_SIGN

    def paragraphs(self) -> str | None:
        """The block's HTML; None when it may be anything but paragraphs."""
        if self._hot:
            return None
        if "\n" not in self._text:
            return self._paragraph(self._text.lstrip(INDENT))
        if self._links:
            return None
        found: list[list[str]] = []
        for line in self._text.split("\n"):
            text = line.lstrip(INDENT)
            if not found or text != line:
                found.append([text])
            elif not START.match(text) or NUMBERED.match(text) or BEGINNING.match(text):
                return None
            else:
                found[-1].append(text)
        made = [self._paragraph(join("\n".join(each))) for each in found]
        return None if None in made else "\n".join(filter(None, made))

    def _paragraph(self, text: str) -> str | None:
        html = _inline(text)
        if html is None:
            return None
        words = iter(words for words, _ in self._links)
        beginning = re.sub(LINK_SIGN, lambda _: next(words), text).replace("**", "")[:LONGEST_MARK]
        level = next((name for name, mark in MARKS if mark.match(beginning)), "")
        return self._linked(f'<p class="{level}">{html}</p>' if level else f"<p>{html}</p>")

    def flat_list(self) -> str | None:
        """The HTML of a list of one level, one line an item, its numbers in a row; None for anything else."""
        items = () if self._hot else [item(line) for line in self._text.split("\n")]
        first = items[0] if items else None
        if first is None or first.number > 99:
            return None
        inside: list[str] = []
        for place, each in enumerate(items):
            if each is None or each.kind != first.kind or (each.kind == "ol" and each.number != first.number + place):
                return None
            html = _inline(each.text.split(" ", 1)[1].lstrip(" "))
            if html is None:
                return None
            inside.append(f"<li>{html}</li>")
        start = f' start="{first.number}"' if first.number != 1 else ""
        return self._linked("\n".join((f"<{first.kind}{start}>", *inside, f"</{first.kind}>")))

    def _linked(self, html: str) -> str:
        if not self._links:
            return html
        links = iter(self._links)
        return re.sub(LINK_SIGN, lambda _: '<a href="{1}">{0}</a>'.format(*next(links)), html)


def _inline(text: str) -> str | None:
    """A sentence as HTML; None when it may begin something else, or holds what is not bold."""
    if not START.match(text) or NUMBERED.match(text):
        return None
    if "*" not in text:
        return text
    html = BOLD.sub(r"<strong>\1</strong>", text)
    return None if "*" in html else html
