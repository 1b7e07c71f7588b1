"""Lines of a source, with their numbers, headings, and runs of lines under one heading."""

from __future__ import annotations

from typing import Literal

from bulletin.core.model import Value

INDENT = " \t\xa0　"
"""Whitespace that a line may begin with; the last is the ideographic space."""


class SourceLine(Value, frozen=True):
    """A line of the file, with its number."""

    number: int
    text: str
    verbatim: bool = False
    """Inside a code block or a comment, where no headings are recognised."""


class Heading(Value, frozen=True):
    """A line that opens something."""

    kind: Literal["#", "【", "●"]
    level: int
    """Number of `#`; 0 for the other kinds."""
    title: str
    """Its text, without markup and folded (`fold_name`)."""
    id: str
    """From ``{#id}``, or empty."""
    line: int
    typed: str = ""
    """The text as it was typed, where `fold_name` changed it."""
    markdown: str = ""
    """The title as Markdown, where it holds more than its text: a link, a note, a picture."""


class Part(Value, frozen=True):
    """A run of lines under one heading."""

    role: Literal["lead", "section", "article"]
    title: str
    id: str
    line: int
    lines: tuple[SourceLine, ...]
    typed: str = ""
    """The title as it was typed, where `fold_name` changed it; addresses that are public were made of it."""
    heading: SourceLine | None = None
    """The title as Markdown, where it holds more than its text; of a lead, the issue's title."""
    strange_notes: tuple[tuple[str, str], ...] = ()
    """Notes that it mentions and another part has for itself: the name, and the title of that part."""
