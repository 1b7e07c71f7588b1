"""What a check came to, as values."""

from __future__ import annotations

from bulletin.core.model import Value
from bulletin.core.problems import Problem


class Pragma(Value, frozen=True):
    """A comment that silences a rule at one place."""

    path: str
    line: int
    holds: int
    """The line it speaks of: the next that is not empty."""
    codes: tuple[str, ...]
    reason: str


class Silenced(Value, frozen=True):
    """A problem that is not reported, and why."""

    problem: Problem
    pragma: Pragma


class Findings(Value, frozen=True):
    """What the check found."""

    problems: tuple[Problem, ...]
    silenced: tuple[Silenced, ...]
    issues: int
    fresh_until: str = ""
    """ISO time at which a scheduled issue comes due; empty when none waits."""
