"""What an issue is called and when it is from, also where its front matter does not say: its number and its date.

The number is taken from the front matter, else from the file's name, else from the title, else from the first lines;
the date from the front matter, else from the file's name, else from the first lines, else from the title. A date that
was not in the front matter is always said (F307). What the front matter says is never overruled, also where it cannot
be understood: then a problem is said, and nothing is guessed.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from datetime import datetime

from bulletin.core.errors import UsageError
from bulletin.core.model import SourceFile, Value
from bulletin.core.problems import N_
from bulletin.read import frontmatter
from bulletin.read.copies import source_name
from bulletin.read.decode import decode_text
from bulletin.read.frontmatter import Front
from bulletin.read.lines import INDENT
from bulletin.read.numbers import number_in_name, parse_number, printed_number
from bulletin.read.portable import is_portable
from bulletin.read.times import FoundMoment, find_moment


class FoundNumber(Value, frozen=True):
    """A number as printed; empty when there is none."""

    printed: str
    origin: str
    """As in `Issue.number_from`."""


class FoundDate(Value, frozen=True):
    """A date that the front matter does not have."""

    moment: datetime
    what: str
    """Where it was found, as a phrase."""
    line: int


class _Line(Value, frozen=True):
    number: int
    text: str
    """Without markup."""


class _Head(Value, frozen=True):
    title: str
    title_line: int
    lines: tuple[_Line, ...]
    """The first lines that are no title."""


def find_number(front: Front, name: str) -> FoundNumber:
    """The issue's number; ``name`` is that of its file or folder."""
    if given := front.get("number", ""):
        return FoundNumber(given, "")
    if printed := number_in_name(name):
        return FoundNumber(printed, "name")
    head = _head(front)
    if printed := printed_number(head.title):
        return FoundNumber(printed, "title")
    found = (printed_number(line.text) for line in head.lines)
    return FoundNumber(next(filter(None, found), ""), "lines")


def typed_number(text: str) -> str:
    """A number that somebody typed for a new issue, as its file is called. Raises `UsageError` for what is none."""
    number = text.translate(_BRACKETS)
    if not parse_number(number) or not is_portable(number):
        raise UsageError(N_("“{number}” is not an issue number. Write it like 2014003."), number=number)
    return number


_BRACKETS = str.maketrans("[]", "〔〕")
"""YAML would read square brackets as a list; official numbers have these."""


def find_date(front: Front, name: str) -> FoundDate | None:
    """The issue's date, if it can be found elsewhere than in its front matter."""
    if found := find_moment(name.replace("_", "-")):
        return FoundDate(found.moment, N_("the file's name"), 1)
    head = _head(front)
    for line in head.lines:
        if (found := find_moment(line.text)) and _dates_the_issue(found):
            return FoundDate(found.moment, N_("the first lines"), line.number)
    found = find_moment(head.title)
    if found and (not found.before.strip(_AROUND) or not found.after.strip(_AROUND)):
        return FoundDate(found.moment, N_("the title"), head.title_line)
    return None


def is_issue(file: SourceFile) -> bool:
    """Whether a file at the top of the issues' folder has a number and a date of its own."""
    text, _ = decode_text(file)
    if text is None:
        return False
    front, _ = frontmatter.read_entries(frontmatter.split(text, file.path)[0], frontmatter.ISSUE)
    name = source_name(file.path)
    printed = find_number(front, name).printed
    return parse_number(printed) is not None and bool(front.get("date", None) or find_date(front, name))


# ── the first lines

_MAX_HEAD = 4_000
"""Characters in which the first lines are looked for."""
_MAX_LINES = 10
_MAX_LINE = 80
_COMMENT = re.compile(r"<!--.*?-->", re.DOTALL)
_MARKUP = re.compile(r"<[^<>\n]*>|[*_`|>]+|\{[^{}\n]*\}")
_SECTION = re.compile(r"[【●]")
_SENTENCE = re.compile(r"[。！？；：，]\W*$")
_SHORT = 20
"""Characters of a line that is none of a text, however it ends."""


def _head(front: Front) -> _Head:
    title, title_line = front.get("title", ""), front.line("title")
    headings = 0
    lines: list[_Line] = []
    for number, raw in enumerate(_opening(front.body), front.first_line):
        text = _MARKUP.sub(" ", raw).strip(INDENT)
        if raw.lstrip(INDENT).startswith("#"):
            headings += 1
            if headings == 1 and not title:
                title, title_line = text.strip("#" + INDENT), number
        if headings > 1 or _SECTION.match(text) or len(lines) == _MAX_LINES or _is_sentence(text):
            break
        if text and not raw.lstrip(INDENT).startswith("#") and len(text) <= _MAX_LINE:
            lines.append(_Line(number, text))
    return _Head(title, title_line, tuple(lines))


def _opening(body: str) -> Iterator[str]:
    """The first lines, with comments blanked; the last may be cut."""
    begun = body[:_MAX_HEAD]
    if "<!--" in begun:
        begun = _COMMENT.sub(lambda found: "\n" * found.group().count("\n"), begun)
    yield from begun.split("\n")


def _is_sentence(text: str) -> bool:
    return len(text) > _SHORT and bool(_SENTENCE.search(text))


# ── a line that says when the issue is from

_AROUND = " \t　:：,，、()（）[]【】〔〕|—–-·/"
_DONE = r"(?:发布|印发|印制|出版|出刊|刊发|编发|编印|编制|签发|制发|成文|发文)"
_LABEL_BEFORE = re.compile(rf"(?:{_DONE}(?:日期|时间)?|日期|date|published|posted)$", re.IGNORECASE)
_LABEL_AFTER = re.compile(rf"{_DONE}")
_MAX_OFFICE = 30
_NO_NAME = re.compile(r"[，。；：、！？,;:!?]")


def _dates_the_issue(found: FoundMoment) -> bool:
    """Whether the words around a date are those of a masthead: none, a label, a number, an office's name."""
    before, after = (unicodedata.normalize("NFKC", text) for text in (found.before, found.after))
    if _LABEL_BEFORE.search(before.rstrip(_AROUND)) or _LABEL_AFTER.match(after.lstrip(_AROUND)):
        return True
    if printed_number(f"{before} {after}"):
        return True
    if after.strip(_AROUND):
        return False
    office = before.strip(_AROUND)
    return not office or (len(office) <= _MAX_OFFICE and not _NO_NAME.search(office) and before[-1:] in " \t(")
