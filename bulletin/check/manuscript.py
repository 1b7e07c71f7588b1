"""A source file as the rules see it: its text, the same text without markup, and what each place belongs to.

`prose` is as long as `text`, so that an offset in one is an offset in the other: what is markup, code, an address
or a comment is blanked in it, and rules about Chinese do not trip over Markdown.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterator
from datetime import datetime

from bulletin.check.patterns import BLANK
from bulletin.core.model import Source, SourceFile, Value
from bulletin.core.problems import Problem, problem
from bulletin.read import frontmatter
from bulletin.read.decode import decode_text
from bulletin.read.frontmatter import Front
from bulletin.read.lines import Part, SourceLine

_MARKUP = re.compile(
    r"[`(hw<{\\](?:(?<=`)[^`\n]*`"
    r"|(?<=\]\()(?:[^()\n]|\([^()\n]*\))*\)"
    r"|(?<=h)ttps?://[!-;=?-~]+|(?<=w)ww\.[!-;=?-~]+"
    r"|(?<=<)/?[A-Za-z][^<>\n]*>"
    r"|(?<=\{):?[ ]*[#.][^{}\n]*\}"
    r"|(?<=\\)[!-/:-@\[-`{-~])"
)
"""Code, where links lead, addresses, tags, attributes, escaped characters. What begins with a set is found quickly."""
_DEFINITION = re.compile(
    r"^[ ]{0,3}\[(?:\^[^\[\]\n]+\]:|[^\[\]\n]+\]:[ \t]*(?:<?(?:[a-z]+:|[/#.])\S+|[!-~]+(?=\s|\Z)))", re.MULTILINE
)
"""Definitions of links; of a footnote's its mark alone, since what follows is text, as it is where no address is after
the name."""


class Passage(Value, frozen=True):
    """A section's own text, an article or a page: what an author writes in one go."""

    role: str
    """``lead``, ``section``, ``article`` or ``page``."""
    section: str
    title: str
    start: int
    """Offset of its first character, after the heading."""
    end: int


def _start(passage: Passage) -> int:
    return passage.start


class Manuscript(Value, frozen=True):
    """One file, taken apart without being rendered."""

    path: str
    kind: str
    """``issue``, ``article`` (a file in an issue's folder) or ``page``."""
    text: str
    """The whole file with ``\\n`` line ends, front matter and all."""
    prose: str
    """As long as `text`; `BLANK` where markup, code or front matter is."""
    body: int
    """Offset at which the body begins."""
    date: datetime | None
    """The issue's; in a file of an issue's folder, that of its main file."""
    entries: dict[str, str]
    """The front matter's entries that are one text."""
    front: dict[str, object]
    """All entries, as they were read."""
    passages: tuple[Passage, ...]
    starts: tuple[int, ...]
    """Offset of each line."""
    secrecy: str = ""
    """密级 as written in the file; in a file of an issue's folder that has none, that of its main file."""
    draft: bool = False
    """As its own front matter says."""

    def place(self, offset: int) -> tuple[int, int]:
        """Line and column of an offset, both counted from 1."""
        line = bisect_right(self.starts, offset)
        return line, offset - self.starts[line - 1] + 1

    def found(self, code: str, start: int, end: int, /, guess: str = "", **values: object) -> Problem:
        """A problem with the words from ``start`` to ``end``."""
        line, column = self.place(start)
        plain = problem(code, self.path, line, guess, **values)
        return Problem(plain.code, plain.path, plain.line, plain.values, plain.guess, column, end - start)

    @property
    def is_search_notice(self) -> bool:
        """寻亲公告: it must show a picture and features, so that somebody knows the person."""
        return self.entries.get("kind") in ("search-notice", "寻亲公告")

    def passage_at(self, offset: int) -> Passage | None:
        index = bisect_right(self.passages, offset, key=_start) - 1
        return self.passages[index] if index >= 0 and offset < self.passages[index].end else None

    def lines(self, passage: Passage) -> Iterator[tuple[int, str]]:
        """Offset and prose of each line of a passage."""
        at = passage.start
        for line in self.prose[passage.start : passage.end].split("\n"):
            yield at, line
            at += len(line) + 1


def manuscripts(source: Source, known: tuple[str, ...]) -> tuple[Manuscript, ...]:
    """The files of a source; ``known`` are the titles of the station's sections. What cannot be read is left out."""
    made: list[Manuscript] = []
    for index, file in enumerate(source.files):
        kind = source.kind if index == 0 else "article"
        date, secrecy = (made[0].date, made[0].secrecy) if made and index else (None, "")
        if one := manuscript(file, kind, known, date, secrecy):
            made.append(one)
    return tuple(made)


def manuscript(
    file: SourceFile, kind: str, known: tuple[str, ...] = (), date: datetime | None = None, secrecy: str = ""
) -> Manuscript | None:
    """Take one file apart; None when it is no text."""
    text, _ = decode_text(file)
    if text is None:
        return None
    plain, _ = frontmatter.split(text, file.path)
    front, _ = frontmatter.read_entries(plain, frontmatter.ENTRIES[kind])
    starts = _starts(text)
    body = starts[min(front.first_line, len(starts)) - 1]
    if front.first_line > len(starts):
        body = len(text)
    parts, lines = _parts(front, kind, known)
    entries = _entries(plain)
    return Manuscript(
        path=file.path,
        kind=kind,
        text=text,
        prose=_prose(text, body, [line for line in lines if line.verbatim]),
        body=body,
        date=front.get("date", date),
        entries=entries,
        front=dict(plain.entries),
        passages=tuple(_passages(parts, kind, front, starts, len(text))),
        starts=starts,
        secrecy=entries.get("secrecy", secrecy),
        draft=front.get("draft", False),
    )


def _entries(front: Front) -> dict[str, str]:
    """The entries that are one text, and 密级 whatever it is: a list of values must not hide them."""
    texts = {key: value for key, value in front.entries.items() if isinstance(value, str)}
    secrecy = front.entries.get("secrecy")
    return texts if secrecy is None else {**texts, "secrecy": str(secrecy)}


def _starts(text: str) -> tuple[int, ...]:
    starts = [0]
    for line in text.split("\n"):
        starts.append(starts[-1] + len(line) + 1)
    return tuple(starts[:-1])


def _parts(front: Front, kind: str, known: tuple[str, ...]) -> tuple[tuple[Part, ...], list[SourceLine]]:
    from bulletin.read.structure import outline, read_lines  # the parser comes with it, and only workers need that

    if kind == "issue":
        found, _ = outline(front.body, front.first_line, front.path, known)
        return found.parts, [line for part in found.parts for line in part.lines]
    lines, _ = read_lines(front.body, front.first_line, front.path)
    title = front.get("title", "")
    return (Part("lead", title, "", front.first_line - 1, lines),), list(lines)


def _passages(parts: tuple[Part, ...], kind: str, front: Front, starts: tuple[int, ...], end: int) -> Iterator[Passage]:
    section = front.get("section", "") if kind == "article" else ""
    for index, part in enumerate(parts):
        if part.role == "section":
            section = part.title
        first = front.first_line if index == 0 else part.line + 1
        last = parts[index + 1].line if index + 1 < len(parts) else len(starts) + 1
        start = starts[first - 1] if first <= len(starts) else end
        stop = starts[last - 1] if last <= len(starts) else end
        role = part.role if kind == "issue" else kind
        yield Passage(role, section, part.title, start, max(start, stop))


def _prose(text: str, body: int, verbatim: list[SourceLine]) -> str:
    """The text with everything blanked that is no prose."""
    words = without_comments(text[body:])
    if "]:" in words:
        words = _DEFINITION.sub(lambda m: _blank(m.group()), words)
    prose = _blank(text[:body]) + _MARKUP.sub(lambda m: _blank(m.group()), words)
    if not verbatim:
        return prose
    lines = prose.split("\n")
    for line in verbatim:
        lines[line.number - 1] = BLANK * len(lines[line.number - 1])
    return "\n".join(lines)


def without_comments(text: str) -> str:
    """Comments blanked; one that never ends is text (M202)."""
    at, end, pieces = 0, 0, []
    while (start := text.find("<!--", at)) >= 0 and (end := text.find("-->", start)) >= 0:
        pieces += [text[at:start], _blank(text[start : end + 3])]
        at = end + 3
    return "".join([*pieces, text[at:]])


def _blank(text: str) -> str:
    return "\n".join(BLANK * len(line) for line in text.split("\n"))
