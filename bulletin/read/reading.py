"""Input and result of reading a source; separate from issues.py, so that taking a reading from the cache does not
import the parser, which takes as long as reading thirty issues.
"""

from __future__ import annotations

from bulletin.core.model import Issue, Page, Value
from bulletin.core.problems import Problem
from bulletin.core.station import SectionRule


class ReadContext(Value, frozen=True):
    """The station's settings that reading depends on; part of the cache key."""

    sections: tuple[SectionRule, ...]
    url: str
    language: str = "zh-CN"
    backlink: str = ""
    """Title of the link back from a footnote, in the station's language, with ``{}`` for its number."""


class Reading(Value, frozen=True, array_like=True):
    """The result of reading a source."""

    issue: Issue | None
    page: Page | None
    html_parts: tuple[str, ...]
    """HTML of the texts, indexed by `Text.part`."""
    problems: tuple[Problem, ...]
