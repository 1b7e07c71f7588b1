"""What readers had before this build, as far as it decides what they have after it."""

from __future__ import annotations

from datetime import datetime

from bulletin.core.model import Issue, Page, Value


class PublishedBefore(Value, frozen=True):
    """What the last build put before the public, and when."""

    built: datetime | None = None
    """Time of the last build; None when nobody knows."""
    sources: frozenset[str] = frozenset()
    """Paths of the main files that public pages were made from; empty when nobody knows."""
    issues: frozenset[str] = frozenset()
    """Ids of issues that have a page."""
    pages: frozenset[str] = frozenset()
    """Ids of standing pages that are there."""
    copies: frozenset[str] | None = None
    """Paths of articles' files that are named like copies, and were published; None when nobody knows."""

    def has_issue(self, issue: Issue) -> bool:
        """Whether readers have an issue, though its date is to come.

        Its id alone, without its source, proves that only if it was due at the last build: what was made there may
        have been drafts.
        """
        if issue.source in self.sources:
            return True
        return issue.id in self.issues and (self.built is None or issue.date <= self.built)

    def has(self, text: Issue | Page) -> bool:
        """Whether readers have a text of this file; where nobody knows files, one of this id."""
        if self.sources:
            return text.source in self.sources
        return text.id in (self.issues if isinstance(text, Issue) else self.pages)

    def has_page(self, page: Page) -> bool:
        """Whether readers have a standing page."""
        return page.source in self.sources or page.id in self.pages


NEVER_PUBLISHED = PublishedBefore(copies=frozenset())
