"""When a text was last changed, and by which corrections."""

from __future__ import annotations

from datetime import datetime

from bulletin.core.model import Correction, Issue, Page


def corrections_of(issue: Issue, slug: str) -> tuple[Correction, ...]:
    """Those of one article, newest first."""
    return tuple(each for each in issue.corrections if each.where == slug)


def last_change(text: Issue | Page, slug: str = "") -> datetime | None:
    """When a text was last changed or corrected; of an issue's article, with its slug. None when it never was.

    The time of publication is another thing, and is never rewritten (docs/norms.md 1).
    """
    corrected = (each.date for each in text.corrections if not slug or each.where == slug)
    return max((moment for moment in (text.updated, *corrected) if moment), default=None)
