"""The sitemap, by years, robots.txt, and the key of IndexNow: for search engines, with absolute addresses."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Iterator
from itertools import groupby
from operator import attrgetter

from bulletin.arrange import urls, views
from bulletin.arrange.archive import Archive
from bulletin.arrange.changed import last_change
from bulletin.arrange.corrected import all_corrections, has_corrections_page
from bulletin.arrange.frame import Frame
from bulletin.arrange.plan import BinaryFile, OutputFile, OutputGroup, TemplatePage
from bulletin.arrange.resolve import ResolvedArchive
from bulletin.core.model import Issue, Value
from bulletin.core.station import Station
from bulletin.editions.edition import Edition

_PAGES_MAP = "sitemap-pages.xml"
"""The map of all that belongs to no year."""


class _MapInputs(Value, frozen=True):
    path: str
    pages: tuple[tuple[str, str], ...]
    """Path and date of last change; of the index, the maps."""
    index: bool


class _RobotsInputs(Value, frozen=True):
    """Nothing but the station."""


class _KeyInputs(Value, frozen=True):
    key: str


def _outputs(resolved: ResolvedArchive) -> Iterator[OutputGroup]:
    if resolved.archive.station.url:
        yield from _maps(resolved.archive)
    yield OutputGroup("robots", _RobotsInputs(), (urls.ROBOTS,), templates=("robots.txt",))
    if key := resolved.archive.station.indexnow:
        yield OutputGroup("indexnow", _KeyInputs(key), (urls.indexnow_key(key),))


def _maps(archive: Archive) -> Iterator[OutputGroup]:
    maps = []
    public = (issue for issue in archive.issues if not issue.hidden)
    for year, issues in groupby(public, attrgetter("year")):
        pages = tuple(_of_year(archive.station, year, issues))
        path = urls.sitemap_year(year)
        maps.append((path, max(date for _, date in pages)))
        yield _group(f"sitemap {year}", _MapInputs(path, pages, index=False))
    yield _group("sitemap pages", _MapInputs(_PAGES_MAP, tuple(_of_no_year(archive)), index=False))
    yield _group("sitemap", _MapInputs(urls.SITEMAP, (*maps, (_PAGES_MAP, "")), index=True))


def _group(name: str, inputs: _MapInputs) -> OutputGroup:
    return OutputGroup(name, inputs, (inputs.path,), templates=("sitemap.xml", "sitemap-index.xml"))


def _of_year(station: Station, year: int, issues: Iterable[Issue]) -> Iterator[tuple[str, str]]:
    yield urls.year(year), ""
    for issue in issues:
        date = _day(last_change(issue) or issue.date)
        yield urls.issue(issue.id), date
        if station.article_pages:
            for slug in issue.slugs:  # corrections alone are of one article
                changed = _day(last_change(issue, slug) or issue.date) if issue.corrections else date
                yield urls.article(issue.id, slug), changed


def _of_no_year(archive: Archive) -> Iterator[tuple[str, str]]:
    yield urls.HOME, ""
    for page in (page for page in archive.pages if not page.draft):
        changed: dt.datetime | None = last_change(page) or page.date
        yield urls.page(page.id), _day(changed) if changed else ""
    if archive.has_subscribe_page:
        yield urls.SUBSCRIBE, ""
    if archive.columns:
        yield urls.COLUMNS, ""
    if has_corrections_page(archive):
        yield urls.CORRECTIONS, _day(all_corrections(archive)[0].correction.date)
    if any(page.is_notice for page in archive.pages):
        yield urls.NOTICES, ""
    for column in archive.columns:
        yield urls.column(column.rule.id), ""
        for year in dict.fromkeys(entry.issue.year for entry in column.entries if not entry.issue.hidden):
            yield urls.column_year(column.rule.id, year), ""


def _day(changed: dt.datetime) -> str:
    """``YYYY-MM-DD``; empty before 1970, which search engines take for a mistake in the whole map."""
    return changed.date().isoformat() if changed.year >= 1970 else ""


def _make(frame: Frame, inputs: _MapInputs | _RobotsInputs | _KeyInputs) -> Iterator[OutputFile]:
    if isinstance(inputs, _KeyInputs):
        yield BinaryFile(urls.indexnow_key(inputs.key), inputs.key.encode("ascii"))
        return
    if isinstance(inputs, _RobotsInputs):
        view = views.RobotsPage(urls.absolute(frame.station.url, urls.SITEMAP))
        yield TemplatePage(urls.ROBOTS, "robots.txt", view)
        return
    listed = tuple(views.SitemapUrl(urls.absolute(frame.station.url, path), date) for path, date in inputs.pages)
    template = "sitemap-index.xml" if inputs.index else "sitemap.xml"
    yield TemplatePage(inputs.path, template, views.SitemapPage(listed))


SITEMAPS = Edition("sitemap", _outputs, _make)
