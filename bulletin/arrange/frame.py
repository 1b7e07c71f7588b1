"""What all pages are made with: the site's own facts, the head, a text's HTML for the page it is on."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from datetime import datetime
from urllib.parse import quote, urlsplit

from bulletin.arrange import urls
from bulletin.arrange.facts import Story, Subject, graph, linked_data
from bulletin.arrange.html import TextPlace, fill_placeholders, first_picture, inserted_words, picture_view
from bulletin.arrange.shell import Shell
from bulletin.arrange.targets import Links, Target
from bulletin.arrange.urls import Name
from bulletin.arrange.views.site import Head, Site
from bulletin.arrange.views.values import DisplayTime, Link, Meta
from bulletin.core.i18n import Translate
from bulletin.core.model import Issue, Text

_Bodies = Callable[[str, int], str]
"""HTML key and part → HTML."""


def display_time(date: datetime) -> DisplayTime:
    """Midnight is treated as "no time given"."""
    stamp = date.isoformat(timespec="seconds")
    day, time = stamp[:10], stamp[11:]
    return DisplayTime(day if time == "00:00:00" else f"{day} {time[:5]}", day, f"{stamp}+08:00")


def meta_tags(**values: str) -> tuple[Meta, ...]:
    """Each at most once and never empty (国办发〔2017〕47号)."""
    return tuple(Meta(name, content) for name, content in values.items() if content)


class Frame:
    """What all views of one build are made with."""

    def __init__(self, shell: Shell, translate: Translate, bodies: _Bodies) -> None:
        self.shell = shell
        self.station = shell.station
        self.translate = translate
        self.bodies = bodies
        self.words = inserted_words(translate, page=True)
        self.feed_words = inserted_words(translate)
        self.logo = self._own(shell.logo)
        self.picture = self._own(shell.banner) or (
            "" if self.logo.endswith(".svg") else self.logo
        )  # for other programs
        self._sites: dict[str, Site] = {}

    # ── shared parts

    def site(self, root: str) -> Site:
        if root not in self._sites:
            self._sites[root] = self._site(root)
        return self._sites[root]

    def _site(self, root: str) -> Site:
        shell, station = self.shell, self.station
        return Site(
            station=station,
            root=root,
            home=Link(self.translate("Home"), root + urls.HOME),
            columns=tuple(Link(c.text, root + c.path) for c in shell.columns),
            all_columns=root + shell.all_columns if shell.all_columns else "",
            years=self.years(shell.years, root, None, urls.year),
            pages=tuple(self._link(page, root) for page in shell.pages),
            beside_phone=self._link(shell.beside_phone, root) if shell.beside_phone else None,
            today=shell.today,
            feed=root + urls.FEED if station.url else "",
            sitemap=root + shell.all_columns if shell.all_columns else "",
            police_code="".join(re.findall(r"\d{14}", station.police)),
            paper=shell.paper,
            styles=root + shell.styles if shell.styles else "",
            logo=picture_view(shell.logo, root),
            banner=picture_view(shell.banner, root),
            search=root + urls.SEARCH if station.search else "",
            static={name: root + path for name, path in shell.static.items()},
            corrections=root + shell.corrections if shell.corrections else "",
            notices=root + shell.notices if shell.notices else "",
            subscribe=root + shell.subscribe if shell.subscribe else "",
            counter=shell.counter if "//" in shell.counter or not shell.counter else root + shell.counter,
        )

    def years(self, years: Iterable[int], root: str, own: int | None, path: Callable[[int], str]) -> tuple[Link, ...]:
        return tuple(Link(str(year), "" if year == own else root + path(year)) for year in years)

    def head(
        self,
        path: str,
        title: str,
        description: str = "",
        meta: tuple[Meta, ...] = (),
        feeds: tuple[Link, ...] = (),
        noindex: bool = False,
        trail: tuple[Name, ...] = (),
        story: Story | None = None,
        image: str = "",
    ) -> Head:
        station = self.station
        whole_title = f"{station.bulletin} – {station.name}"
        image = image or self.picture
        subject = Subject(path, title or whole_title, description or station.description, image, trail, story)
        own = station.short_name or station.name
        root = station.base_path if path == urls.MISSING else urls.root_of(path)  # shown at any depth
        whole = Link(f"{station.bulletin} – {own}", root + urls.FEED)
        return Head(
            here=quote(urls.root_of(path) + path),
            title=f"{title} – {station.name}" if title else whole_title,
            description=subject.description,
            canonical=urls.absolute(station.url, path),
            meta=(*self._site_meta(), *meta),
            graph=() if noindex else graph(station, subject),
            linked_data="" if noindex else linked_data(station, subject, self.logo),
            feeds=(*feeds, whole) if station.url else (),
            language=station.language,
            noindex=noindex,
        )

    def _site_meta(self) -> tuple[Meta, ...]:
        station = self.station
        domain = urlsplit(station.url).hostname or ""
        return meta_tags(SiteName=station.name, SiteDomain=domain, SiteIDCode=station.site_code)

    def issue_head(
        self, issue: Issue, path: str, title: str, description: str, trail: tuple[Name, ...], story: Story, image: str
    ) -> Head:
        """Head of an issue's or article's page."""
        meta = meta_tags(
            ArticleTitle=title,
            PubDate=f"{issue.date:%Y-%m-%d %H:%M}",
            ContentSource=self.station.name,
            Keywords=",".join(issue.keywords),
            Author=story.author,
            Description=description,
            Image=image,
            Url=urls.absolute(self.station.url, path),
        )
        return self.head(path, title, description, meta, noindex=issue.hidden, trail=trail, story=story, image=image)

    def image(self, targets: Iterable[Target]) -> str:
        """Absolute address of the first picture among what texts refer to, else of the station's own; may be empty."""
        path = first_picture(targets)
        return urls.absolute(self.station.url, path) if path else self.picture

    def _own(self, target: Target | None) -> str:
        """Absolute address of a picture of the station's own; empty when there is none."""
        return urls.absolute(self.station.url, first_picture([target])) if target else ""

    # ── the pages above a page

    def above(self, *names: Name) -> tuple[Name, ...]:
        return (Name(self.translate("Home"), urls.HOME), *names)

    def year_name(self, year: int) -> Name:
        return Name(self.translate("Issues of %(year)s") % {"year": year}, urls.year(year))

    def trail(self, names: tuple[Name, ...], root: str) -> tuple[Link, ...]:
        return tuple(self._link(name, root) for name in names)

    def _link(self, name: Name, root: str) -> Link:
        return Link(name.text, root + quote(name.path))

    def body(
        self, html_key: str, text: Text | None, links: Links, order: int, home: str, *, first: bool = False
    ) -> str:
        """HTML of a text for the page at ``home``, which begins with it when it comes ``first``."""
        if text is None:
            return ""
        place = TextPlace(urls.root_of(home), home, self.words, first)
        return fill_placeholders(self.bodies(html_key, text.part), links.of(order), place)

    def article_path(self, issue_id: str, slug: str) -> str:
        if self.station.article_pages:
            return quote(urls.article(issue_id, slug))
        return f"{urls.issue(issue_id)}#{slug}"
