"""更正 in the archive: what was corrected where, and when a text was last changed."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from bulletin.arrange import urls
from bulletin.arrange.archive import Archive, issue_title
from bulletin.arrange.urls import Name
from bulletin.core.model import Correction, Issue, Value


class ListedCorrection(Value, frozen=True):
    """A correction, for the page of all."""

    name: Name
    """Of the article, the issue or the standing page; the path may have an anchor."""
    correction: Correction


def all_corrections(archive: Archive) -> tuple[ListedCorrection, ...]:
    """Of everything that is public, newest first."""
    found = (*_of_issues(archive), *_of_pages(archive))
    return tuple(sorted(found, key=lambda each: each.correction.date, reverse=True))


def _of_issues(archive: Archive) -> Iterator[ListedCorrection]:
    for issue in archive.issues:
        if issue.corrections and not issue.hidden:
            whole = Name(issue_title(archive.station, issue.title, issue.number), urls.issue(issue.id))
            titles = {article.slug: article.title for section in issue.sections for article in section.articles}
            for each in issue.corrections:
                name = Name(titles[each.where], _article(archive, issue, each.where)) if each.where in titles else whole
                yield ListedCorrection(name, each)


def _article(archive: Archive, issue: Issue, slug: str) -> str:
    return urls.article(issue.id, slug) if archive.station.article_pages else f"{urls.issue(issue.id)}#{slug}"


def _of_pages(archive: Archive) -> Iterator[ListedCorrection]:
    for page in archive.pages:
        if not page.draft:
            yield from (ListedCorrection(Name(page.title, urls.page(page.id)), each) for each in page.corrections)


def has_corrections_page(archive: Archive) -> bool:
    """Whether the list of all corrections has a page; a standing page of the author's own may be at its address."""
    return archive.has_corrections and not archive.has_own_page(urls.CORRECTIONS)


def recent_and_corrected(issues: Iterable[Issue], count: int) -> tuple[Issue, ...]:
    """The newest issues, and older ones corrected since the oldest of them: who has the wrong text in a reader's
    program must get the right one. ``issues`` are newest first.
    """
    shown = tuple(issues)
    recent, older = shown[:count], shown[count:]
    since = min((issue.date for issue in recent), default=None)
    corrected = (i for i in older if since and any(each.date >= since for each in i.corrections))
    return (*recent, *corrected)
