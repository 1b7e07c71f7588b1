"""Archive → plan: every group of pages that the site has, with the inputs it is made from.

Collisions are found here, before anything is written, and name both sources.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Iterator
from itertools import groupby
from operator import attrgetter

from bulletin.arrange import records, urls
from bulletin.arrange.archive import Archive, Column, issue_title
from bulletin.arrange.counted import article_key, issue_key, key_list
from bulletin.arrange.inputs import (
    ColumnInputs,
    FeedInputs,
    FeedItem,
    FileInputs,
    HomeInputs,
    Inputs,
    IssueInputs,
    MissingInputs,
    PageInputs,
    Ranked,
    RankingInputs,
    RedirectInputs,
    RobotsInputs,
    SearchInputs,
    Shell,
    SitemapInputs,
    YearInputs,
)
from bulletin.arrange.links import Atlas, resolve_all
from bulletin.arrange.look import ResolvedTheme, ThemeLines, resolve_theme
from bulletin.arrange.records import SearchIndex
from bulletin.arrange.targets import NO_LINKS, Deposit, Links
from bulletin.arrange.urls import Name
from bulletin.arrange.views import Choice, DailyFigure
from bulletin.core.config import STATION
from bulletin.core.hit_snapshot import NOTHING_BAKED, Baked, Rank, Rankings
from bulletin.core.keys import KeyList
from bulletin.core.model import Issue, Page, Value
from bulletin.core.problems import Problem, problem
from bulletin.read.assets import Assets
from bulletin.read.sources import fold


class Group(Value, frozen=True):
    """Pages that are made together, from the same inputs."""

    name: str
    """Unique and lasting: the manifest knows the group by it."""
    source: str
    """The file in the content folder that an author would look at; empty for lists."""
    inputs: Inputs
    paths: tuple[str, ...]
    """Pages that it will make."""
    deposits: tuple[Deposit, ...] = ()
    """Files that go with its pages."""


class Plan(Value, frozen=True):
    """The whole site, not yet made. Groups stand in the order in which their files are put into place:
    what others link to first, lists after, the home page late."""

    shell: Shell
    groups: tuple[Group, ...]
    index: SearchIndex | None
    """What the search can find; None where nothing is to be indexed."""
    keys: KeyList | None = None
    """What the counter may count; None where nothing is counted."""


def plan(
    archive: Archive,
    assets: Assets,
    static: Iterable[Deposit],
    lines: ThemeLines,
    baked: Baked = NOTHING_BAKED,
    *,
    indexed: bool = True,
    counted: bool = True,
) -> tuple[Plan, tuple[Problem, ...]]:
    """Plan every page and file; what would stand at an address that is taken is left out and reported.

    ``lines`` says where the entries under ``theme`` stand in station.yml. Without ``indexed`` a station that has a
    search gets its page, but nothing to search in.
    """
    planner = _Planner(archive, assets, lines, baked, counted=counted)
    static = tuple(static)
    groups = [
        Group("static", "", FileInputs(static), (), static),
        *planner.look(),
        *planner.issues(),
        *planner.pages(),
        *planner.columns(),
        *planner.years(),
        Group("404", "", MissingInputs(), (urls.MISSING,)),
        *planner.search(ready=indexed),
        Group("home", "", planner.home(), (urls.HOME,)),
        *planner.feeds(),
        *planner.sitemaps(),
        Group("robots", "", RobotsInputs(), (urls.ROBOTS,)),
    ]
    kept, collisions = _without_collisions(groups)
    found = records.search_index(archive) if indexed and archive.station.search else None
    return Plan(planner.shell(), tuple(kept), found, planner.keys()), (*planner.problems, *collisions)


class _Planner:
    def __init__(self, archive: Archive, assets: Assets, lines: ThemeLines, baked: Baked, *, counted: bool) -> None:
        self._keys = key_list(archive) if counted and archive.station.hits else None
        self._baked = baked if self._keys else NOTHING_BAKED
        self._names = (
            {key.key: Name(key.title, f"{key.path}index.html") for key in self._keys.keys} if self._keys else {}
        )
        self._archive = archive
        self._station = archive.station
        self._assets = assets
        self._atlas = Atlas(archive, assets)
        self._links: dict[str, Links] = {}
        self.problems: list[Problem] = []
        if not self._station.url:
            self.problems.append(problem("A104", STATION))
        self._dress: ResolvedTheme | None = None
        if self._station.theme:
            self._dress, problems = resolve_theme(self._station.theme, assets, lines)
            self.problems += problems

    def shell(self) -> Shell:
        archive = self._archive
        return Shell(
            station=self._station,
            columns=tuple(Name(c.rule.title, urls.column(c.rule.id)) for c in archive.columns),
            years=archive.years,
            pages=tuple(Name(p.title, urls.page(p.id)) for p in archive.pages if p.menu),
            today=DailyFigure(archive.today.count, archive.today.date) if archive.today else None,
            counter=self._counter(),
            styles=worn.inputs.styles if (worn := self._dress) else "",
            logo=worn.logo if worn else None,
            banner=worn.banner if worn else None,
        )

    def keys(self) -> KeyList | None:
        return self._keys

    def _counter(self) -> str:
        if self._keys is None:
            return ""
        return "_hits/" if self._station.hits == "yes" else f"{self._station.hits.rstrip('/')}/_hits/"

    def _hits(self, issue: Issue) -> dict[str, int]:
        """What was carried over stands until more was counted."""
        whole, baked = issue_key(issue.id), self._baked.hits
        if not baked:
            return {whole: issue.hits}
        names = [article_key(issue.id, slug) for slug in issue.slugs]
        found = {name: n for name in names if (n := baked.get(name, 0))}
        return found | {whole: max(issue.hits, baked.get(whole, 0))}

    def _ranking(self, found: Rankings) -> RankingInputs:
        def named(ranks: tuple[Rank, ...]) -> tuple[Ranked, ...]:
            return tuple(Ranked(self._names[r.key], r.key, r.n) for r in ranks if r.key in self._names)

        return RankingInputs(named(found.recent), named(found.ever))

    def look(self) -> Iterator[Group]:
        if worn := self._dress:
            paths = (worn.inputs.styles,) if worn.inputs.styles else ()
            yield Group("look", "", worn.inputs, paths, worn.inputs.deposits)

    # ── sources

    def issues(self) -> Iterator[Group]:
        issues = self._archive.issues
        names = list(map(self._name, issues))
        around = [None, *names, None]
        for issue, newer, own, older in zip(issues, around, names, around[2:], strict=False):
            home = own.path
            links, problems = self._resolve(issue, home)
            self._links[issue.id] = links
            self.problems += problems
            inputs = IssueInputs(issue, links, older, newer, self._hits(issue))
            yield Group(f"issue {issue.id}", issue.source, inputs, (home, *self._article_paths(issue)), links.deposits)
            if issue.redirect_from:
                self.problems += _bad_redirects(issue)
                yield from _redirects(issue, f"issue {issue.id}", own.text, home)

    def _resolve(self, issue: Issue, home: str) -> tuple[Links, tuple[Problem, ...]]:
        if not issue.refers:
            return NO_LINKS, ()
        return resolve_all(issue.texts(), home, self._atlas, self._assets)

    def _name(self, issue: Issue) -> Name:
        return Name(issue_title(self._station, issue.title, issue.number), urls.issue(issue.id))

    def _article_paths(self, issue: Issue) -> tuple[str, ...]:
        if not self._station.article_pages:
            return ()
        return tuple(urls.article(issue.id, slug) for slug in issue.slugs)

    def pages(self) -> Iterator[Group]:
        for page in self._archive.pages:
            home = urls.page(page.id)
            links, problems = resolve_all((page.text,), home, self._atlas, self._assets)
            self.problems += (*problems, *_bad_redirects(page))
            yield Group(f"page {page.id}", page.source, PageInputs(page, links), (home,), links.deposits)
            yield from _redirects(page, f"page {page.id}", page.title, home)

    # ── lists

    def columns(self) -> Iterator[Group]:
        for column in self._archive.columns:
            id_ = column.rule.id
            front = self._column(column, column.years[0] if column.years else 0, front=True)
            yield Group(f"column {id_}", "", front, (urls.column(id_),))
            for year in column.years:
                inputs = self._column(column, year, front=False)
                yield Group(f"column {id_} {year}", "", inputs, (urls.column_year(id_, year),))

    def _column(self, column: Column, year: int, *, front: bool) -> ColumnInputs:
        found = self._baked.sections.get(column.rule.title, Rankings()) if front else Rankings()
        return ColumnInputs(column.rule, year, column.years, column.of_year(year), front, self._ranking(found))

    def years(self) -> Iterator[Group]:
        for year, issues in groupby(self._archive.issues, attrgetter("year")):
            yield Group(f"year {year}", "", YearInputs(year, tuple(issues)), (urls.year(year),))

    def home(self) -> HomeInputs:
        recent = self._archive.issues[: self._station.recent + 1]
        columns = tuple(
            ColumnInputs(c.rule, 0, (), c.entries[:LATEST_ISSUES], front=True) for c in self._archive.columns
        )
        return HomeInputs(recent, columns, self._ranking(self._baked.whole))

    def search(self, *, ready: bool) -> Iterator[Group]:
        if self._station.search:
            columns = tuple(Choice(c.rule.title, c.rule.id) for c in self._archive.columns if c.entries)
            yield Group("search", "", SearchInputs(columns, ready), (urls.SEARCH,))

    # ── feeds and sitemaps, which need absolute addresses

    def feeds(self) -> Iterator[Group]:
        if not self._station.url:
            return
        recent = [i for i in self._archive.issues if not i.draft][: self._station.recent]
        items = tuple(FeedItem(issue, self._links[issue.id], None) for issue in recent)
        yield Group("feed", "", FeedInputs(None, items), (urls.FEED,))
        for column in self._archive.columns:
            entries = [e for e in column.entries if not e.issue.draft][: self._station.recent]
            items = tuple(FeedItem(e.issue, self._links[e.issue.id], e.section) for e in entries)
            id_ = column.rule.id
            yield Group(f"feed {id_}", "", FeedInputs(column.rule, items), (urls.column_feed(id_),))

    def sitemaps(self) -> Iterator[Group]:
        if not self._station.url:
            return
        maps = []
        for year, issues in groupby(self._archive.issues, attrgetter("year")):
            pages = tuple(self._year_urls(year, issues))
            path = urls.sitemap_year(year)
            maps.append((path, max(date for _, date in pages)))
            yield Group(f"sitemap {year}", "", SitemapInputs(path, pages, index=False), (path,))
        standing = SitemapInputs(STANDING, tuple(self._standing_urls()), index=False)
        yield Group("sitemap pages", "", standing, (STANDING,))
        maps.append((STANDING, ""))
        yield Group("sitemap", "", SitemapInputs(urls.SITEMAP, tuple(maps), index=True), (urls.SITEMAP,))

    def _year_urls(self, year: int, issues: Iterable[Issue]) -> Iterator[tuple[str, str]]:
        yield urls.year(year), ""
        for issue in issues:
            if not issue.draft:
                date = (issue.updated or issue.date).isoformat()[:10]
                yield urls.issue(issue.id), date
                if self._station.article_pages:
                    for slug in issue.slugs:
                        yield urls.article(issue.id, slug), date

    def _standing_urls(self) -> Iterator[tuple[str, str]]:
        yield urls.HOME, ""
        for page in self._archive.pages:
            changed: dt.datetime | None = page.updated or page.date
            yield urls.page(page.id), changed.date().isoformat() if changed else ""
        for column in self._archive.columns:
            yield urls.column(column.rule.id), ""
            for year in column.years:
                yield urls.column_year(column.rule.id, year), ""


LATEST_ISSUES = 5
"""Issues from which the home page takes a column's latest articles."""

STANDING = "sitemap-pages.xml"


def _redirects(source: Issue | Page, name: str, title: str, target: str) -> Iterator[Group]:
    """A group of its own for each old address: one that is taken must not cost the issue its pages."""
    for path in dict.fromkeys(filter(None, map(urls.redirect_path, source.redirect_from))):
        yield Group(f"{name} from {path}", source.source, RedirectInputs(path, title, target), (path,))


def _bad_redirects(source: Issue | Page) -> Iterator[Problem]:
    for address in source.redirect_from:
        if urls.redirect_path(address) is None:
            yield problem("A103", source.source, 1, address=address)


def _without_collisions(groups: Iterable[Group]) -> tuple[list[Group], tuple[Problem, ...]]:
    """Leave out a group whose page would stand where another's stands, or where its folder must be.

    The site's own pages have their places first, whatever an author asks for; old addresses take what is left.
    """
    owners: dict[str, Group] = {}
    folders: dict[str, Group] = {}
    kept: set[int] = set()
    problems = []
    groups = list(groups)
    if _is_free(groups):
        return groups, ()
    for place, group in sorted(enumerate(groups), key=lambda pair: _claim(pair[1])):
        paths = _wanted(group)
        clash = next(((path, owner) for path in paths if (owner := _owner(path, owners, folders))), None)
        if clash:
            path, owner = clash
            other = owner.source or owner.name
            problems.append(problem("A102", group.source or STATION, 1, address=urls.short(path), other=other))
            continue
        kept.add(place)
        for path in paths:
            owners[fold(path)] = group
            for folder in _folders(fold(path)):
                folders[folder] = group
    return [group for place, group in enumerate(groups) if place in kept], tuple(problems)


def _is_free(groups: Iterable[Group]) -> bool:
    """Whether no two files want one place, and none a folder's; nearly always so, and found out at once."""
    paths = [fold(path) for group in groups for path in _wanted(group)]
    places = above = set(paths)
    folders: set[str] = set()
    while above := {path.rpartition("/")[0] for path in above} - folders - {""}:
        folders |= above
    return len(places) == len(paths) and places.isdisjoint(folders)


def _wanted(group: Group) -> tuple[str, ...]:
    return (*group.paths, *(deposit.path for deposit in group.deposits)) if group.deposits else group.paths


def _claim(group: Group) -> tuple[bool, bool]:
    """Sorts first what has the better right to its place."""
    return bool(group.source), isinstance(group.inputs, RedirectInputs)


def _owner(path: str, owners: dict[str, Group], folders: dict[str, Group]) -> Group | None:
    plain = fold(path)
    if plain in owners or plain in folders:
        return owners.get(plain) or folders.get(plain)
    return next((owners[folder] for folder in _folders(plain) if folder in owners), None)


def _folders(path: str) -> Iterator[str]:
    while "/" in path:
        path = path.rpartition("/")[0]
        yield path
