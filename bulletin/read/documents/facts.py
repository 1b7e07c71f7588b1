"""What is known of an attached file: its text by where it is, and what it tells beside the text."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Mapping
from typing import Literal

from bulletin.core.i18n import N_
from bulletin.core.model import Value

DAMAGED = N_("it is damaged")
ENCRYPTED = N_("it is protected by a password")
TOO_LARGE = N_("it is too large, or unpacks to too much")

MAX_DOCUMENT_TEXT = 2_000_000
"""Characters of all texts of one file that are kept; a novel has half as many."""
_MAX_WORDS = 5
"""Names that a trace lists."""
_MAX_WORD_LENGTH = 60

Role = Literal[
    "body",
    "header",
    "footer",
    "box",
    "note",
    "comment",
    "deleted",
    "hidden",
    "speaker",
    "cached",
    "embedded",
    "property",
    "attribute",
    "raw",
]
_VISIBLE_ROLES: frozenset[Role] = frozenset(("body", "header", "footer", "box", "note"))
"""What somebody who opens the file sees: the text, headers, footers, text boxes, footnotes."""

TraceKind = Literal[
    "author",
    "last author",
    "manager",
    "company",
    "path",
    "people",
    "custom properties",
    "comments",
    "insertions",
    "deletions",
    "format changes",
    "revisions",
    "hidden text",
    "hidden sheets",
    "hidden rows",
    "hidden columns",
    "hidden slides",
    "hidden shapes",
    "hidden layers",
    "speaker notes",
    "cached data",
    "cropped pictures",
    "location",
    "embedded files",
    "macros",
    "scripts",
    "external links",
]


TRACE_NAMES: Mapping[TraceKind, str] = {
    "author": N_("author"),
    "last author": N_("last saved by"),
    "manager": N_("manager"),
    "company": N_("company"),
    "path": N_("a folder on somebody's computer"),
    "people": N_("list of those who worked on it"),
    "custom properties": N_("custom properties"),
    "comments": N_("comments"),
    "insertions": N_("tracked insertions"),
    "deletions": N_("tracked deletions"),
    "format changes": N_("tracked changes of the format"),
    "revisions": N_("recorded versions"),
    "hidden text": N_("hidden text"),
    "hidden sheets": N_("hidden sheets"),
    "hidden rows": N_("hidden rows"),
    "hidden columns": N_("hidden columns"),
    "hidden slides": N_("hidden slides"),
    "hidden shapes": N_("hidden shapes"),
    "hidden layers": N_("hidden layers"),
    "speaker notes": N_("notes for the speaker"),
    "cached data": N_("copies of data from elsewhere"),
    "cropped pictures": N_("parts of pictures that were cropped away"),
    "location": N_("places where pictures were taken"),
    "embedded files": N_("embedded files"),
    "macros": N_("macros"),
    "scripts": N_("scripts"),
    "external links": N_("links to other files"),
}
"""What messages call each kind; for translation."""

_NOBODY = re.compile(
    r"(?i)(?:administrator|admin|user|users|owner|guest|pc|win(?:dows|7|8|10|11)?|microsoft.*|ms|lenovo|dell|hp|huawei"
    r"|asus|acer|thinkpad|hewlett.*|wps(?:[ _-].*|office)?|kingsoft.*|openpyxl|python-(?:docx|pptx)|xlsxwriter"
    r"|apache poi|poi|libreoffice.*|openoffice.*|docx4j.*|aspose.*|pandoc|office(?: ?\d+)?|un-named|unknown|none|null"
    r"|author|作者|微软(?:用户|中国|公司)?|用户|管理员|系统管理员|未知|匿名|匿名用户|雨林木风|深度技术|番茄花园|系统之家|电脑公司"
    r"|[a-z]+[_-]?\d{6,}|\d+|\W+)"
)
"""What programs and installers write where a name should be."""


def is_person(name: str) -> bool:
    """Whether what is written as an author may be somebody's name."""
    return bool(name.strip()) and not _NOBODY.fullmatch(name.strip())


class DocumentPart(Value, frozen=True, array_like=True):
    """A piece of the file's text."""

    role: Role
    place: str
    """Name of a sheet, number of a slide or page, name of an embedded file; empty when the kind has none."""
    text: str


class Trace(Value, frozen=True, array_like=True):
    """Something that the file tells beside its text."""

    kind: TraceKind
    count: int
    words: tuple[str, ...] = ()
    """Names of people, sheets or files, each once, shortened; never a hidden text itself."""


class DocumentFacts(Value, frozen=True):
    """What `read_document` found."""

    kind: str
    """``word``, ``sheet``, ``slides``, ``pdf``, ``ofd``, ``old office``, ``rtf``, ``text``, ``archive``, ``media`` or
    ``unknown``.
    """
    parts: tuple[DocumentPart, ...] = ()
    """At most `MAX_DOCUMENT_TEXT` characters in all."""
    traces: tuple[Trace, ...] = ()
    problem: str = ""
    """Why it could not be looked into, wholly or in part: a phrase for translation."""

    @property
    def visible(self) -> tuple[DocumentPart, ...]:
        """What readers see."""
        return tuple(part for part in self.parts if part.role in _VISIBLE_ROLES)


class DocumentError(Exception):
    """The file cannot be looked into; ``reason`` is a phrase for translation."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


class Collector:
    """Gathers the facts while one file is read, within the bounds."""

    def __init__(self, room: int = MAX_DOCUMENT_TEXT) -> None:
        self.room = room
        """Characters that may still be added."""
        self.truncated = False
        """Whether something was left out."""
        self._parts: list[DocumentPart] = []
        self._counts: Counter[TraceKind] = Counter()
        self._words: dict[TraceKind, dict[str, None]] = {}

    def text(self, role: Role, place: str, text: str) -> None:
        """Add a piece of text; nothing when it is blank."""
        if not text or text.isspace():
            return
        if len(text) > self.room:
            self.truncated = True
            text = text[: self.room]
        self.room -= len(text)
        if text:
            self._parts.append(DocumentPart(role, place, text))

    def trace(self, kind: TraceKind, word: str = "", count: int = 1) -> None:
        """Count something, with the name that goes with it."""
        self._counts[kind] += count
        word = " ".join(word.split())[:_MAX_WORD_LENGTH]
        known = self._words.setdefault(kind, {})
        if word and len(known) < _MAX_WORDS:
            known[word] = None

    def facts(self, kind: str, problem: str = "") -> DocumentFacts:
        traces = (Trace(each, count, tuple(self._words[each])) for each, count in sorted(self._counts.items()))
        return DocumentFacts(kind, tuple(self._parts), tuple(t for t in traces if t.count), problem)
