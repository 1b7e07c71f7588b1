"""What all pages are made with: the site's own facts, the head, a text's HTML for the page it stands on."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from datetime import datetime
from urllib.parse import quote, urlsplit

from bulletin.arrange import urls, views
from bulletin.arrange.html import fill, raise_headings
from bulletin.arrange.inputs import Shell
from bulletin.arrange.links import Links
from bulletin.config import Station
from bulletin.model import Issue, Text, Value

Bodies = Callable[[str, int], str]
"""Parts key and part → HTML."""

Translate = Callable[[str], str]


View = (
    views.HomePage
    | views.IssuePage
    | views.ArticlePage
    | views.ColumnPage
    | views.YearPage
    | views.StandingPage
    | views.MissingPage
    | views.SearchPage
    | views.RedirectPage
    | views.FeedPage
    | views.SitemapPage
    | views.RobotsPage
)


class Planned(Value, frozen=True):
    """A page that is ready to be rendered."""

    path: str
    template: str
    view: View


def moment(date: datetime) -> views.Moment:
    """Midnight is taken for "no time given"."""
    text = f"{date:%Y-%m-%d}" if (date.hour, date.minute, date.second) == (0, 0, 0) else f"{date:%Y-%m-%d %H:%M}"
    return views.Moment(text, f"{date:%Y-%m-%d}", date.isoformat(timespec="seconds") + "+08:00")


def issue_title(station: Station, title: str, number: str) -> str:
    """Never empty: the bulletin's name and the number where the issue has no title of its own."""
    between = " " if station.bulletin[-1:].isascii() else ""
    return title or f"{station.bulletin}{between}{number}"


def contents_of(issue: Issue) -> str:
    """An issue in one line: its articles' titles."""
    titles = [a.title for s in issue.sections for a in s.articles] or [s.title for s in issue.sections if s.title]
    return "；".join(titles)[:200]


def metas(**values: str) -> tuple[views.Meta, ...]:
    """Each at most once and never empty (国办发〔2017〕47号)."""
    return tuple(views.Meta(name, content) for name, content in values.items() if content)


class Frame:
    """What all views of one build are made with."""

    def __init__(self, shell: Shell, translate: Translate, bodies: Bodies) -> None:
        self.shell = shell
        self.station = shell.station
        self.translate = translate
        self.bodies = bodies
        self._sites: dict[str, views.Site] = {}

    # ── shared parts

    def site(self, root: str) -> views.Site:
        if root not in self._sites:
            self._sites[root] = self._site(root)
        return self._sites[root]

    def _site(self, root: str) -> views.Site:
        shell, station = self.shell, self.station
        return views.Site(
            station=station,
            root=root,
            home=views.Link(self.translate("Home"), root + urls.HOME),
            columns=tuple(views.Link(c.text, root + c.path) for c in shell.columns),
            years=self.years(shell.years, root, None, urls.year),
            pages=tuple(views.Link(p.text, root + quote(p.path)) for p in shell.pages),
            today=shell.today,
            feed=root + urls.FEED if station.url else "",
            sitemap=root + urls.HOME + "#columns",
            police_code="".join(re.findall(r"\d{14}", station.police)),
            search=root + urls.SEARCH if station.search else "",
        )

    def years(
        self, years: Iterable[int], root: str, own: int | None, path: Callable[[int], str]
    ) -> tuple[views.Link, ...]:
        return tuple(views.Link(str(year), "" if year == own else root + path(year)) for year in years)

    def head(
        self,
        path: str,
        title: str,
        description: str = "",
        meta: tuple[views.Meta, ...] = (),
        feeds: tuple[views.Link, ...] = (),
        noindex: bool = False,
    ) -> views.Head:
        station = self.station
        own = station.short_name or station.name
        whole = views.Link(f"{station.bulletin} – {own}", urls.root_of(path) + urls.FEED)
        return views.Head(
            here=quote(urls.root_of(path) + path),
            title=f"{title} – {station.name}" if title else f"{station.bulletin} – {station.name}",
            description=description or station.description,
            canonical=urls.absolute(station, path),
            meta=(*self._site_meta(), *meta),
            feeds=(*feeds, whole) if station.url else (),
            language=station.language,
            noindex=noindex,
        )

    def _site_meta(self) -> tuple[views.Meta, ...]:
        station = self.station
        domain = urlsplit(station.url).hostname or ""
        return metas(SiteName=station.name, SiteDomain=domain, SiteIDCode=station.site_code)

    def issue_meta(self, issue: Issue, title: str, path: str, description: str, author: str) -> tuple[views.Meta, ...]:
        return metas(
            ArticleTitle=title,
            PubDate=f"{issue.date:%Y-%m-%d %H:%M}",
            ContentSource=self.station.name,
            Keywords=",".join(issue.keywords),
            Author=author,
            Description=description,
            Url=urls.absolute(self.station, path),
        )

    def body(self, parts: str, text: Text | None, links: Links, order: int, home: str, raise_by: int = 0) -> str:
        """HTML of a text for the page at ``home``; headings are raised where the article is the page."""
        if text is None:
            return ""
        html = fill(self.bodies(parts, text.part), links.resolved[order], urls.root_of(home), home)
        if raise_by:
            html = raise_headings(html, raise_by)
        return html

    def article_path(self, issue_id: str, slug: str) -> str:
        if self.station.article_pages:
            return quote(urls.article(issue_id, slug))
        return f"{urls.issue(issue_id)}#{slug}"


class TextOrder:
    """Place of each text in `Links.resolved`: texts are counted as `Issue.texts` yields them."""

    def __init__(self, issue: Issue) -> None:
        self._order = {text.part: index for index, text in enumerate(issue.texts())}

    def __getitem__(self, text: Text | None) -> int:
        return self._order[text.part] if text else 0
