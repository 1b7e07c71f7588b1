"""Outcome of a build of the preview."""

from __future__ import annotations

from bulletin.core.model import Value
from bulletin.core.problems import Problem


class BuildOutcome(Value, frozen=True):
    """Outcome of a build."""

    number: int = 0
    """Counts the builds of this server; 0 before the first."""
    problems: tuple[Problem, ...] = ()
    error: str = ""
    """Why there was no build, as a sentence in the person's language; then the pages are those of an earlier build."""
    place: str = ""
    """The file, mostly with a line, of which the error is; with it the sentence begins. Empty where it is of none."""
