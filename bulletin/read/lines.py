"""Lines of a source, with their numbers, and runs of them under one heading."""

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


class Part(Value, frozen=True):
    """A run of lines under one heading."""

    role: Literal["lead", "section", "article"]
    title: str
    id: str
    line: int
    lines: tuple[SourceLine, ...]
    typed: str = ""
    """The title as it was typed, where `fold_name` changed it; addresses that are public were made of it."""
