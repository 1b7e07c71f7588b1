"""The pages of the website: issues, articles, standing pages, columns, years, search; the theme's files."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from itertools import groupby
from operator import attrgetter

from bulletin.arrange import urls
from bulletin.arrange.archive import Archive, issue_title
from bulletin.arrange.columns import Column, columns_in_menu
from bulletin.arrange.counted import article_key, issue_key
from bulletin.arrange.frame import Frame
from bulletin.arrange.old_addresses import looked_up_addresses
from bulletin.arrange.plan import OutputGroup, TemplatePage
from bulletin.arrange.rankings import PageRanking
from bulletin.arrange.resolve import ResolvedArchive
from bulletin.arrange.targets import CopiedFile
from bulletin.arrange.urls import Name
from bulletin.arrange.views import Choice
from bulletin.core.model import Issue
from bulletin.editions import pages
from bulletin.editions.all_columns import AllColumnsInputs, all_columns, all_columns_page
from bulletin.editions.corrections import CorrectionsInputs, corrections_group, corrections_page
from bulletin.editions.edition import Edition
from bulletin.editions.home import HomeInputs, home_group, home_page
from bulletin.editions.lists import Pictures, pictures_of
from bulletin.editions.notices import NoticesInputs, notices_group, notices_page
from bulletin.editions.pages import (
    ColumnInputs,
    IssueInputs,
    PageInputs,
    YearInputs,
)
from bulletin.editions.search_page import SearchInputs, search_page
from bulletin.editions.subscribing import FormInputs, SubscribeInputs, form_pages, subscribe_groups, subscribe_page
from bulletin.editions.theme_pages import MissingInputs, StaticInputs, StyleInputs, missing_page, style_page


def _outputs(resolved: ResolvedArchive) -> Iterator[OutputGroup]:
    yield OutputGroup("static", StaticInputs(resolved.static), (), copied=resolved.static)
    yield from _style(resolved)
    yield from _issues(resolved)
    yield from _standing_pages(resolved)
    yield from _columns(resolved)
    yield from _years(resolved)
    yield from subscribe_groups(resolved.archive)
    yield from corrections_group(resolved.archive, was_there=urls.CORRECTIONS in resolved.published)
    yield from notices_group(resolved.shell, resolved.archive.pages)
    yield _missing(resolved.archive)
    yield from _search(resolved)
    yield home_group(resolved)


def _missing(archive: Archive) -> OutputGroup:
    newest = next(iter(archive.issues), None)
    title = issue_title(archive.station, newest.title, newest.number) if newest else ""
    name = Name(title, urls.issue(newest.id)) if newest else None
    inputs = MissingInputs(bool(looked_up_addresses(archive)), name)
    return OutputGroup("404", inputs, (urls.MISSING,), templates=("404.html",))


_MAKERS: dict[type, Callable[..., Iterator[TemplatePage]]] = {
    StaticInputs: lambda *_: iter(()),
    StyleInputs: style_page,
    IssueInputs: pages.issue_pages,
    PageInputs: pages.standing_pages,
    ColumnInputs: pages.column_page,
    AllColumnsInputs: all_columns_page,
    YearInputs: pages.year_page,
    SubscribeInputs: subscribe_page,
    FormInputs: form_pages,
    CorrectionsInputs: corrections_page,
    NoticesInputs: notices_page,
    MissingInputs: missing_page,
    SearchInputs: search_page,
    HomeInputs: home_page,
}
"""Each kind of page: what makes it of its inputs."""


def _make(frame: Frame, inputs: object) -> Iterator[TemplatePage]:
    return _MAKERS[type(inputs)](frame, inputs)


WEB = Edition("web", _outputs, _make)


def _style(resolved: ResolvedArchive) -> Iterator[OutputGroup]:
    if theme := resolved.theme:
        paths = (theme.styles, resolved.shell.styles) if theme.styles else ()
        inputs = StyleInputs(paths, theme.light, theme.dark, theme.font)
        yield OutputGroup("look", inputs, paths, templates=("station.css",), copied=theme.copied)


# ── sources


def _issues(resolved: ResolvedArchive) -> Iterator[OutputGroup]:
    station, issues = resolved.archive.station, resolved.archive.issues
    names = [Name(issue_title(station, issue.title, issue.number), urls.issue(issue.id)) for issue in issues]
    around = [None, *names, None]
    listed = {column.rule.id for column in resolved.archive.columns}
    for issue, newer, own, older in zip(issues, around, names, around[2:], strict=False):
        columns = tuple(id_ for id_, title in issue.columns if title and id_ in listed)
        links, spoken = resolved.links[issue.source], resolved.spoken.get(issue.source)
        hits, forms = _hits(issue, resolved.hits), resolved.forms.get(issue.id, ())
        inputs = IssueInputs(issue, links, older, newer, hits, columns, forms, spoken)
        articles = (urls.article(issue.id, slug) for slug in issue.slugs) if station.article_pages else ()
        yield OutputGroup(
            name=f"issue {issue.id}",
            inputs=inputs,
            paths=(own.path, *articles),
            source=issue.source,
            identity=inputs.identity(),
            templates=("issue.html", "article.html"),
            copied=_copied(inputs),
        )


def _copied(inputs: IssueInputs) -> tuple[CopiedFile, ...]:
    """A recording to which a text links, too, goes out once: as sound alone."""
    copied, spoken = inputs.links.copied, inputs.spoken
    return (*(file for file in copied if file.path != spoken.path), spoken.file) if spoken else copied


def _hits(issue: Issue, counted: dict[str, int]) -> dict[str, int]:
    """The count that was carried over is shown until more was counted."""
    whole = issue_key(issue.id)
    if not counted:
        return {whole: issue.hits}
    articles = (article_key(issue.id, slug) for slug in issue.slugs)
    found = {key: hits for key in articles if (hits := counted.get(key, 0))}
    return found | {whole: max(issue.hits, counted.get(whole, 0))}


def _standing_pages(resolved: ResolvedArchive) -> Iterator[OutputGroup]:
    for page in resolved.archive.pages:
        links = resolved.links[page.source]
        yield OutputGroup(
            name=f"page {page.id}",
            inputs=PageInputs(page, links),
            paths=(urls.page(page.id),),
            source=page.source,
            templates=("page.html",),
            copied=links.copied,
        )


# ── lists


def _columns(resolved: ResolvedArchive) -> Iterator[OutputGroup]:
    pictures = {source: pictures_of(links) for source, links in resolved.links.items()}
    for column in resolved.archive.columns:
        id_ = column.rule.id
        front = _column(resolved, column, column.years[0] if column.years else 0, pictures, front=True)
        yield _column_group(f"column {id_}", front, urls.column(id_))
        for year in column.years:
            inputs = _column(resolved, column, year, pictures, front=False)
            yield _column_group(f"column {id_} {year}", inputs, urls.column_year(id_, year))
    yield from all_columns(resolved.archive)


def _column(
    resolved: ResolvedArchive, column: Column, year: int, pictures: Mapping[str, Pictures], *, front: bool
) -> ColumnInputs:
    ranking = resolved.rankings.get(column.rule.title, PageRanking()) if front else PageRanking()
    entries = column.of_year(year)
    shown = tuple(pictures[entry.issue.source] for entry in entries)
    return ColumnInputs(column.rule, year, column.years, entries, front, shown, ranking)


def _column_group(name: str, inputs: ColumnInputs, path: str) -> OutputGroup:
    identity = inputs.identity()
    return OutputGroup(name, inputs, (path,), "", identity, templates=("column.html",), distributable=False)


def _years(resolved: ResolvedArchive) -> Iterator[OutputGroup]:
    for year, issues in groupby(resolved.archive.issues, attrgetter("year")):
        inputs = YearInputs(year, tuple(issues))
        yield OutputGroup(
            name=f"year {year}",
            inputs=inputs,
            paths=(urls.year(year),),
            identity=inputs.identity(),
            templates=("year.html",),
            distributable=False,
        )


def _search(resolved: ResolvedArchive) -> Iterator[OutputGroup]:
    archive = resolved.archive
    if archive.station.search:
        own, in_menu = set(archive.station.sections), columns_in_menu(archive.columns, archive.station)
        chosen = (c for c in archive.columns if c.entries and (c.rule in own or c in in_menu))
        columns = tuple(Choice(c.rule.title, c.rule.id) for c in chosen)
        inputs = SearchInputs(columns, resolved.searchable)
        yield OutputGroup("search", inputs, (urls.SEARCH,), templates=("search.html",))
