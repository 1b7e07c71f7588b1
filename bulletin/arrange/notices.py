"""The notice board: which notices are public at a moment, and in what order they stand."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, time, timedelta

from msgspec.structs import replace

from bulletin.core.model import Page


def notices_at(now: datetime, pages: Iterable[Page]) -> tuple[tuple[Page, ...], tuple[Page, ...], tuple[datetime, ...]]:
    """Standing pages and notices of this moment, those whose last day is over, and when any begins or ends.

    What has not begun is a draft until then.
    """
    here, ended, changes = list[Page](), list[Page](), list[datetime]()
    for page in pages:
        changes += filter(None, (page.start, _end(page)))
        if (end := _end(page)) and end <= now:
            ended.append(page)
        else:
            here.append(replace(page, draft=True) if page.start and page.start > now else page)
    return tuple(here), tuple(ended), tuple(changes)


def _end(page: Page) -> datetime | None:
    return datetime.combine(page.until.date(), time.min) + timedelta(days=1) if page.until else None


def on_the_board(pages: Iterable[Page]) -> tuple[Page, ...]:
    """Notices, newest first."""
    notices = (page for page in pages if page.is_notice)
    return tuple(sorted(notices, key=lambda page: (date_of_notice(page) or datetime.min, page.id), reverse=True))


def date_of_notice(notice: Page) -> datetime | None:
    """The date that readers see."""
    return notice.date or notice.start
