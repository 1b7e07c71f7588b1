"""What reading a source needs to know, and what comes of it; apart from issues.py, so that who only takes a reading
from the cache does not load the parser, which takes as long as reading thirty issues.
"""

from __future__ import annotations

from bulletin.core.model import Issue, Page, Value
from bulletin.core.problems import Problem
from bulletin.core.station import SectionRule


class ReadContext(Value, frozen=True):
    """What reading needs to know of the station; part of the cache key."""

    sections: tuple[SectionRule, ...]
    url: str


class Reading(Value, frozen=True, array_like=True):
    """What came of a source."""

    issue: Issue | None
    page: Page | None
    parts: tuple[str, ...]
    """HTML of the texts, found by `Text.part`."""
    problems: tuple[Problem, ...]
