"""HTML → Markdown of our dialect, with the property that the reader makes the same HTML of it again.

Word's texts are hostile to Markdown, and the dialect reads much that plain Markdown does not (`1、`, tabs, `●`, a
sign-off), so no list of what to escape is ever complete. Each block is therefore written in the plainest way, read
back, and written more guardedly where something else came of it: with every sign of markup escaped, and in the end as
HTML on one line, which every rule leaves alone. Then the whole is read. Each text is read a fixed number of times, so
that the time stays linear. "Equal" is equal in the normal form (normal_html.py).

Two marks that only an office uses are left for the reader to understand, since they are meant: `【栏目】` alone on
a line, and the author in brackets at the end.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from markdown import Markdown

from bulletin.editions.element_tree import Element
from bulletin.read.as_typed import clean_lines
from bulletin.read.dialect import convert, make_markdown
from bulletin.read.endings import take_endings
from bulletin.read.sanitise import TooDeep, sanitise
from bulletin.read.structure import read_lines
from bulletin.word.markdown_blocks import NOTES, block_source, note_sources, raw_source
from bulletin.word.normal_html import normal_tree, write_html

_LEVELS = (0, 1, 2)
"""How guardedly words are written: plainly, with every sign of markup escaped, with bold and links as HTML too."""
_BETWEEN_LISTS = "<!-- -->"


def write_markdown(html: str) -> str:
    """Markdown of sanitised HTML, ending in a line break; empty for HTML without words."""
    blocks = normal_tree(html)
    if not blocks:
        return ""
    reader = make_markdown()
    wanted = [write_html(block) for block in blocks]
    numbered = note_sources(blocks, 0)
    choices = [
        tuple(dict.fromkeys((*(block_source(block, level) for level in _LEVELS), raw_source(block))))
        for block in blocks
    ]
    if _reads(reader, plainest := _joined(blocks, [each[0] for each in choices], numbered), wanted):
        return plainest
    chosen = [_first_that_reads(reader, each, want) for each, want in zip(choices, wanted, strict=True)]
    if _reads(reader, careful := _joined(blocks, chosen, numbered), wanted):
        return careful
    got = _read(reader, careful)
    first = next((n for n, (one, other) in enumerate(zip(wanted, got, strict=False)) if one != other), len(got))
    last = next(
        (n for n, (one, other) in enumerate(zip(wanted[::-1], got[::-1], strict=False)) if one != other), len(got)
    )
    raws = [raw_source(block) for block in blocks]
    places = range(max(0, first - 1), min(len(blocks), len(blocks) - last + 1))
    mixed = [
        raws[n] if n in places and blocks[n].attributes.get("class") != NOTES else chosen[n] for n in range(len(blocks))
    ]
    if _reads(reader, text := _joined(blocks, mixed, numbered), wanted):
        return text
    return _joined(blocks, raws, None)


def read_markdown(text: str) -> str:
    """The HTML that the reader of standing pages makes of a text: for comparison."""
    return _html(make_markdown(), text)


def _html(reader: Markdown, text: str) -> str:
    lines, _ = read_lines(text, 1, "")
    lines, _ = take_endings(lines, signed=False)
    source = "\n".join([line.text for line in clean_lines(lines, "").lines])
    return sanitise(convert(reader, source).html)


def _read(reader: Markdown, text: str) -> list[str]:
    """The blocks that come of a text; none where it cannot be read."""
    try:
        return [write_html(block) for block in normal_tree(_html(reader, text))]
    except (RecursionError, TooDeep):
        return []


def _reads(reader: Markdown, text: str, wanted: Sequence[str]) -> bool:
    return _read(reader, text) == wanted


def _first_that_reads(reader: Markdown, sources: Sequence[str], wanted: str) -> str:
    """The plainest of some ways to write a block that comes out right; one with notes is proved with the whole."""
    for source in sources[:-1]:
        if "[^" in source and "footnote-ref" in wanted:
            return sources[-2]
        if source and _read(reader, source) == [wanted]:
            return source
    return sources[-1]


def _joined(blocks: Sequence[Element], sources: Sequence[str], notes: str | None) -> str:
    parts = list(_parted(blocks, sources))
    if notes:
        parts.append(notes)
    return "\n\n".join(part for part in parts if part) + "\n"


def _parted(blocks: Sequence[Element], sources: Sequence[str]) -> Iterator[str]:
    """The sources, with a comment between lists that would else be one."""
    before = ""
    for block, source in zip(blocks, sources, strict=True):
        if before in _LISTS and block.tag in _LISTS:
            yield _BETWEEN_LISTS
        before = block.tag
        yield source


_LISTS = frozenset(("ul", "ol", "dl"))
