"""Lines as staff type and paste them → the same lines as Markdown has them, before anything is parsed.

Every rule here works on whole lines outside code, comments and raw HTML, and keeps their numbers. That both ways of
converting a text (dialect/plain.py) see the same lines is why it is done here and not in the dialect.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import NamedTuple

from bulletin.core.problems import Problem
from bulletin.read.addresses import mark_names, may_name_files
from bulletin.read.bullets import may_hold_list, plain_lists
from bulletin.read.hashes import HASH, is_hash_text
from bulletin.read.lines import INDENT, SourceLine
from bulletin.read.paragraphs import tell_paragraphs
from bulletin.read.rows import plain_tables

_BLOCKS = (
    "address|article|aside|blockquote|body|center|details|dialog|div|dl|fieldset|figure|footer|form|h[1-6]|header|main"
    "|nav|ol|p|pre|section|table|tbody|thead|tr|ul"
)
_NEIGHBOURS = re.compile(r"\n(?<=[^\n]\n)[^\n]")
"""Two lines without an empty one between them; it begins with a character that `re` finds in no time."""
_OPEN_BLOCK = re.compile(rf" {{0,3}}<(?P<name>{_BLOCKS})(?=[\s>])", re.IGNORECASE)


class CleanLines(NamedTuple):
    """The lines of a part, ready for the parser."""

    lines: tuple[SourceLine, ...]
    unsure: tuple[int, ...]
    """Numbers of the lines after which it is not sure whether a paragraph ends."""
    problems: tuple[Problem, ...]


def clean_lines(lines: tuple[SourceLine, ...], path: str) -> CleanLines:
    """Lists and tables first, since their lines may look like paragraphs; then paragraphs."""
    source = "\n".join([line.text for line in lines])
    if may_name_files(source):
        lines = mark_names(lines)
        source = "\n".join([line.text for line in lines])
    typed, problems = as_markdown(lines, source, path)
    if not _NEIGHBOURS.search(source):
        return CleanLines(typed, (), problems)  # each line is a block of its own
    told = tell_paragraphs(typed)
    return CleanLines(told.lines, told.unsure, problems)


def as_markdown(
    lines: tuple[SourceLine, ...], source: str, path: str
) -> tuple[tuple[SourceLine, ...], tuple[Problem, ...]]:
    """The lines of a part, and what is said of its tables; ``source`` is their text."""
    lists = may_hold_list(source)
    tables = "\t" in source or "|" in source
    hashes = HASH in source and any(is_hash_text(line.text.lstrip(INDENT)) for line in lines)
    if not (lists or tables or hashes):
        return lines, ()
    marked: Sequence[SourceLine] = tuple(_outside_html(lines)) if "<" in source else lines
    if hashes:
        marked = [_escaped(line) for line in marked]
    if lists:
        marked = tuple(plain_lists(marked))
    return plain_tables(marked, path) if tables else (tuple(marked), ())


def _escaped(line: SourceLine) -> SourceLine:
    """A line that begins with a hash and is no heading, so that it is none to the parser."""
    bare = line.text.lstrip(INDENT)
    if line.verbatim or not is_hash_text(bare):
        return line
    return SourceLine(line.number, f"{line.text[: len(line.text) - len(bare)]}\\{bare}")


def _outside_html(lines: Sequence[SourceLine]) -> Iterator[SourceLine]:
    """The lines, those of a raw HTML block marked as verbatim: it goes on until its tag is closed."""
    tag: re.Pattern[str] | None = None
    depth = 0
    for line in lines:
        if tag is None and not line.verbatim and (found := _OPEN_BLOCK.match(line.text)):
            tag = re.compile(rf"<(/?){found['name']}\b", re.IGNORECASE)
            depth = 0
        if tag is None:
            yield line
            continue
        closed = [bool(slash) for slash in tag.findall(line.text)]
        depth += closed.count(False) - closed.count(True)
        yield SourceLine(line.number, line.text, True)
        if depth <= 0:
            tag = None
