"""Inputs → views: what each group of pages shows, made from a frozen value and nothing else.

A group is made again only when the hash of its inputs changes; since its maker sees nothing but them, that
hash is a complete key. Inputs name texts by digest; the HTML is fetched (`Bodies`) only when a view is made.
"""

from __future__ import annotations

import html as entities
import re
from collections.abc import Callable, Iterable, Iterator
from datetime import datetime
from urllib.parse import quote, urlsplit

from bulletin.arrange import urls, views
from bulletin.arrange.links import Deposit, Links, Target
from bulletin.config import SectionRule, Station
from bulletin.model import Article, Issue, Page, Picture, Section, Text, Value, Variant

Bodies = Callable[[str, int], str]
"""Parts key and part → HTML."""

Translate = Callable[[str], str]


# ── inputs


class Name(Value, frozen=True):
    """A page, as others name it."""

    text: str
    path: str


class Shell(Value, frozen=True):
    """What all pages share; see `views.Site`."""

    station: Station
    columns: tuple[Name, ...]
    years: tuple[int, ...]
    pages: tuple[Name, ...]
    today: views.Figure | None


class Brief(Value, frozen=True):
    """An issue, as lists name it."""

    id: str
    number: str
    title: str
    date: datetime
    summary: str
    draft: bool
    sections: tuple[BriefSection, ...]


class BriefSection(Value, frozen=True):
    id: str
    anchor: str
    title: str
    articles: tuple[BriefArticle, ...]


class BriefArticle(Value, frozen=True):
    title: str
    slug: str
    byline: str
    summary: str


class IssueInputs(Value, frozen=True):
    """For an issue's page, its articles' pages and its redirects."""

    issue: Issue
    links: Links
    previous: Name | None
    next: Name | None


class PageInputs(Value, frozen=True):
    """For a standing page and its redirects."""

    page: Page
    links: Links


class HomeInputs(Value, frozen=True):
    issues: tuple[Brief, ...]
    columns: tuple[ColumnInputs, ...]


class ColumnInputs(Value, frozen=True):
    """For a column's page of one year; ``front`` for the one under the column's own address."""

    rule: SectionRule
    year: int
    """0 when the column has no issue yet."""
    years: tuple[int, ...]
    entries: tuple[ColumnBrief, ...]
    front: bool


class ColumnBrief(Value, frozen=True):
    issue: Brief
    section: BriefSection


class YearInputs(Value, frozen=True):
    year: int
    issues: tuple[Brief, ...]


class FeedInputs(Value, frozen=True):
    """For the feed of the whole (``rule`` is None) or of one column."""

    rule: SectionRule | None
    items: tuple[FeedItem, ...]


class FeedItem(Value, frozen=True):
    issue: Issue
    links: Links
    section: Section | None


class SitemapInputs(Value, frozen=True):
    path: str
    pages: tuple[tuple[str, str], ...]
    """Path and date of last change."""
    index: bool


class MissingInputs(Value, frozen=True):
    """For the page of errors."""


class RobotsInputs(Value, frozen=True):
    """For robots.txt."""


class FileInputs(Value, frozen=True):
    """Files that go into the site as they are: the theme's own."""

    files: tuple[Deposit, ...]


Inputs = (
    IssueInputs
    | PageInputs
    | HomeInputs
    | ColumnInputs
    | YearInputs
    | FeedInputs
    | SitemapInputs
    | MissingInputs
    | RobotsInputs
    | FileInputs
)

View = (
    views.HomePage
    | views.IssuePage
    | views.ArticlePage
    | views.ColumnPage
    | views.YearPage
    | views.StandingPage
    | views.MissingPage
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


# ── small things that all makers need


def moment(date: datetime) -> views.Moment:
    """Midnight is taken for "no time given"."""
    text = f"{date:%Y-%m-%d}" if (date.hour, date.minute, date.second) == (0, 0, 0) else f"{date:%Y-%m-%d %H:%M}"
    return views.Moment(text, f"{date:%Y-%m-%d}", date.isoformat(timespec="seconds") + "+08:00")


def issue_title(station: Station, title: str, number: str) -> str:
    """Never empty: the bulletin's name and the number where the issue has no title of its own."""
    between = " " if station.bulletin[-1:].isascii() else ""
    return title or f"{station.bulletin}{between}{number}"


PLACEHOLDER = re.compile("\x02(\\d+)\x03")
DEEP_HEADING = re.compile(r"<(/?)h([456])\b")


def fill(html: str, targets: tuple[Target, ...], root: str, home: str) -> str:
    """Put addresses and pictures where the placeholders are; ``home`` is the page the text stands on."""
    if not targets:
        return html
    return PLACEHOLDER.sub(lambda found: _filled(targets[int(found[1])], root, home), html)


def _filled(target: Target, root: str, home: str) -> str:
    if target.picture:
        return _picture(target, target.picture, root)
    if not target.path:
        return entities.escape(target.alt)
    fragment = f"#{target.fragment}" if target.fragment else ""
    if fragment and target.path == home:
        return entities.escape(fragment)
    return entities.escape(root + quote(target.path) + fragment)


def _picture(target: Target, picture: Picture, root: str) -> str:
    """A `<picture>` with WebP beside the original format; its size is given, so nothing jumps when it loads."""
    forms = [v for v in picture.variants if v.format == "webp"]
    plain = [v for v in picture.variants if v.format != "webp"] or forms
    base = root + quote(target.path)
    title = f' title="{entities.escape(target.title)}"' if target.title else ""
    css = f' class="{entities.escape(target.css)}"' if target.css else ""
    sizes = f"(min-width: 48rem) {min(plain[-1].width, 720)}px, 100vw"
    webp = f'<source type="image/webp" srcset="{_srcset(base, forms)}" sizes="{sizes}">' if forms != plain else ""
    return (
        f'<picture>{webp}<img src="{base}{plain[-1].suffix}" srcset="{_srcset(base, plain)}" sizes="{sizes}" '
        f'width="{plain[-1].width}" height="{plain[-1].height}" loading="lazy" decoding="async" '
        f'alt="{entities.escape(target.alt)}"{title}{css}></picture>'
    )


def _srcset(base: str, variants: list[Variant]) -> str:
    return ", ".join(f"{base}{v.suffix} {v.width}w" for v in variants)


class Maker:
    """Makes views; holds what all pages of one build share, and nothing that changes."""

    def __init__(self, shell: Shell, translate: Translate, bodies: Bodies) -> None:
        self.shell = shell
        self.station = shell.station
        self._translate = translate
        self._bodies = bodies
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
            home=views.Link(self._translate("Home"), root + urls.HOME),
            columns=tuple(views.Link(c.text, root + c.path) for c in shell.columns),
            years=self.years(shell.years, root, None, urls.year),
            pages=tuple(views.Link(p.text, root + quote(p.path)) for p in shell.pages),
            today=shell.today,
            feed=root + urls.FEED if station.url else "",
            sitemap=root + urls.HOME + "#columns",
            police_code="".join(re.findall(r"\d{14}", station.police)),
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
        return _metas(SiteName=station.name, SiteDomain=domain, SiteIDCode=station.site_code)

    def _issue_meta(self, issue: Issue, title: str, path: str, description: str, author: str) -> tuple[views.Meta, ...]:
        return _metas(
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
        html = fill(self._bodies(parts, text.part), links.resolved[order], urls.root_of(home), home)
        if raise_by:
            html = DEEP_HEADING.sub(lambda found: f"<{found[1]}h{int(found[2]) - raise_by}", html)
        return html

    # ── lists

    def issue_item(self, brief: Brief, root: str) -> views.IssueItem:
        href = root + urls.issue(brief.id)
        return views.IssueItem(
            number=brief.number,
            title=issue_title(self.station, brief.title, brief.number),
            href=href,
            date=moment(brief.date),
            summary=brief.summary,
            sections=tuple(
                views.SectionItem(s.title, f"{href}#{s.anchor}", self._articles(brief, s, root)) for s in brief.sections
            ),
            draft=brief.draft,
        )

    def _articles(self, brief: Brief, section: BriefSection, root: str) -> tuple[views.ArticleItem, ...]:
        return tuple(
            views.ArticleItem(a.title, root + self.article_path(brief.id, a.slug), a.byline, a.summary)
            for a in section.articles
        )

    def article_path(self, issue_id: str, slug: str) -> str:
        if self.station.article_pages:
            return quote(urls.article(issue_id, slug))
        return f"{urls.issue(issue_id)}#{slug}"

    # ── an issue and its articles

    def issue_pages(self, inputs: IssueInputs) -> Iterator[Planned]:
        issue, home = inputs.issue, urls.issue(inputs.issue.id)
        texts = _TextOrder(issue)
        yield Planned(home, "issue.html", self._issue_page(inputs, home, texts))
        if self.station.article_pages:
            for section in issue.sections:
                for index in range(len(section.articles)):
                    yield self._article_page(inputs, section, index, texts)
        yield from self._redirects(issue.redirect_from, home, issue_title(self.station, issue.title, issue.number))

    def _issue_page(self, inputs: IssueInputs, home: str, texts: _TextOrder) -> views.IssuePage:
        issue, root = inputs.issue, urls.root_of(home)
        title = issue_title(self.station, issue.title, issue.number)
        summary = issue.summary or contents_of(issue)
        return views.IssuePage(
            site=self.site(root),
            head=self.head(
                home, title, summary, self._issue_meta(issue, title, home, summary, issue.byline), noindex=issue.draft
            ),
            number=issue.number,
            title=title,
            date=moment(issue.date),
            updated=moment(issue.updated) if issue.updated else None,
            total=issue.total,
            byline=issue.byline,
            hits=issue.hits,
            key=f"issue:{issue.id}",
            summary=issue.summary,
            draft=issue.draft,
            lead=self.body(issue.parts, issue.lead, inputs.links, texts[issue.lead], home),
            sections=tuple(self._section(inputs, section, home, texts) for section in issue.sections),
            previous=_link(inputs.previous, root),
            next=_link(inputs.next, root),
        )

    def _section(self, inputs: IssueInputs, section: Section, home: str, texts: _TextOrder) -> views.SectionBlock:
        root = urls.root_of(home)
        parts = inputs.issue.parts
        return views.SectionBlock(
            id=section.anchor,
            title=section.title,
            column=root + urls.column(section.id) if section.title else "",
            lead=self.body(parts, section.lead, inputs.links, texts[section.lead], home),
            byline=section.lead.byline if section.lead else "",
            articles=tuple(
                views.ArticleBlock(
                    id=article.slug,
                    title=article.title,
                    href=root + self.article_path(inputs.issue.id, article.slug) if self.station.article_pages else "",
                    html=self.body(parts, article.text, inputs.links, texts[article.text], home),
                    byline=article.text.byline,
                )
                for article in section.articles
            ),
        )

    def _article_page(self, inputs: IssueInputs, section: Section, index: int, texts: _TextOrder) -> Planned:
        issue, article = inputs.issue, section.articles[index]
        path = urls.article(issue.id, article.slug)
        root = urls.root_of(path)
        title = issue_title(self.station, issue.title, issue.number)
        meta = self._issue_meta(issue, article.title, path, article.text.summary, article.text.byline)
        around = [a for s in issue.sections for a in s.articles]
        place = around.index(article)
        view = views.ArticlePage(
            site=self.site(root),
            head=self.head(path, article.title, article.text.summary, meta, noindex=issue.draft),
            title=article.title,
            html=self.body(issue.parts, article.text, inputs.links, texts[article.text], path, raise_by=2),
            byline=article.text.byline,
            date=moment(issue.date),
            updated=moment(issue.updated) if issue.updated else None,
            key=f"article:{issue.id}/{article.slug}",
            draft=issue.draft,
            issue=views.Link(title, root + urls.issue(issue.id)),
            section=views.Link(section.title, root + urls.column(section.id) if section.title else ""),
            previous=self._neighbour(issue, around[place - 1], root) if place else None,
            next=self._neighbour(issue, around[place + 1], root) if place + 1 < len(around) else None,
        )
        return Planned(path, "article.html", view)

    def _neighbour(self, issue: Issue, article: Article, root: str) -> views.Link:
        return views.Link(article.title, root + self.article_path(issue.id, article.slug))

    def _redirects(self, addresses: tuple[str, ...], target: str, title: str) -> Iterator[Planned]:
        for address in addresses:
            path = urls.redirect_path(address)
            if path:
                head = self.head(target, title, noindex=True)
                yield Planned(path, "redirect.html", views.RedirectPage(head, urls.root_of(path) + target))

    # ── the other pages

    def standing_pages(self, inputs: PageInputs) -> Iterator[Planned]:
        page = inputs.page
        path = urls.page(page.id)
        description = page.description or page.text.summary
        view = views.StandingPage(
            site=self.site(urls.root_of(path)),
            head=self.head(path, page.title, description, noindex=page.draft),
            title=page.title,
            html=self.body(page.parts, page.text, inputs.links, 0, path),
            updated=moment(page.updated or page.date) if page.updated or page.date else None,  # type: ignore[arg-type]
            draft=page.draft,
        )
        yield Planned(path, "page.html", view)
        yield from self._redirects(page.redirect_from, path, page.title)

    def home_page(self, inputs: HomeInputs) -> Iterator[Planned]:
        items = [self.issue_item(brief, "") for brief in inputs.issues]
        view = views.HomePage(
            site=self.site(""),
            head=self.head(urls.HOME, "", meta=_metas(ColumnType="首页")),
            newest=items[0] if items else None,
            recent=tuple(items[1:]),
            columns=tuple(self._column_item(column) for column in inputs.columns),
        )
        yield Planned(urls.HOME, "home.html", view)

    def _column_item(self, column: ColumnInputs) -> views.ColumnItem:
        articles = [a for e in column.entries for a in self._articles(e.issue, e.section, "")]
        return views.ColumnItem(
            title=column.rule.title,
            href=urls.column(column.rule.id),
            description=column.rule.description,
            latest=tuple(articles[:LATEST]),
        )

    def column_page(self, inputs: ColumnInputs) -> Iterator[Planned]:
        rule = inputs.rule
        path = urls.column(rule.id) if inputs.front else urls.column_year(rule.id, inputs.year)
        root = urls.root_of(path)
        meta = _metas(
            ColumnName=rule.title,
            ColumnDescription=rule.description,
            ColumnKeywords=",".join(rule.keywords),
            ColumnType=rule.type or "",
        )
        feed = views.Link(f"{rule.title} – {self.station.name}", root + urls.column_feed(rule.id))
        title = rule.title if inputs.front else f"{rule.title} {inputs.year}"
        view = views.ColumnPage(
            site=self.site(root),
            head=self.head(path, title, rule.description, meta, (feed,)),
            title=rule.title,
            description=rule.description,
            year=str(inputs.year) if inputs.year else "",
            years=self.years(inputs.years, root, inputs.year, lambda year: urls.column_year(rule.id, year)),
            issues=tuple(self._column_issue(entry, root) for entry in inputs.entries),
        )
        yield Planned(path, "column.html", view)

    def _column_issue(self, entry: ColumnBrief, root: str) -> views.ColumnIssue:
        brief = entry.issue
        href = f"{root}{urls.issue(brief.id)}#{entry.section.anchor}"
        return views.ColumnIssue(
            issue=views.Link(issue_title(self.station, brief.title, brief.number), href),
            date=moment(brief.date),
            articles=self._articles(brief, entry.section, root),
            draft=brief.draft,
        )

    def year_page(self, inputs: YearInputs) -> Iterator[Planned]:
        path = urls.year(inputs.year)
        root = urls.root_of(path)
        view = views.YearPage(
            site=self.site(root),
            head=self.head(path, f"{self.station.bulletin} {inputs.year}"),
            year=str(inputs.year),
            years=self.years(self.shell.years, root, inputs.year, urls.year),
            issues=tuple(self.issue_item(brief, root) for brief in inputs.issues),
        )
        yield Planned(path, "year.html", view)

    def missing_page(self, _: MissingInputs) -> Iterator[Planned]:
        head = self.head(urls.MISSING, self._translate("Page not found"), noindex=True)
        yield Planned(urls.MISSING, "404.html", views.MissingPage(self.site(self.station.base_path), head))

    def robots(self, _: RobotsInputs) -> Iterator[Planned]:
        yield Planned(urls.ROBOTS, "robots.txt", views.RobotsPage(urls.absolute(self.station, urls.SITEMAP)))

    # ── feeds and sitemaps

    def feed(self, inputs: FeedInputs) -> Iterator[Planned]:
        rule = inputs.rule
        path = urls.column_feed(rule.id) if rule else urls.FEED
        home = urls.column(rule.id) if rule else urls.HOME
        entries = tuple(entry for item in inputs.items for entry in self._entries(item))
        view = views.FeedPage(
            id=self._tag(path, 2000),
            title=f"{rule.title} – {self.station.name}" if rule else f"{self.station.bulletin} – {self.station.name}",
            url=urls.absolute(self.station, path),
            home=urls.absolute(self.station, home),
            updated=max((entry.updated for entry in entries), default="2000-01-01T00:00:00+08:00"),
            author=self.station.name,
            language=self.station.language,
            entries=entries,
        )
        yield Planned(path, "feed.xml", view)

    def _tag(self, path: str, year: int) -> str:
        """An id that stays when the address changes (RFC 4151)."""
        return f"tag:{urlsplit(self.station.url).hostname or 'localhost'},{year}:{urls.short(path)}"

    def _entries(self, item: FeedItem) -> Iterator[views.Entry]:
        if item.section is None:
            yield self._issue_entry(item)
        elif item.section.articles:
            for article in item.section.articles:
                yield self._article_entry(item, article)
        else:
            yield self._section_entry(item, item.section)

    def _issue_entry(self, item: FeedItem) -> views.Entry:
        issue = item.issue
        chunks = [self._feed_body(item, issue.lead)]
        for section in issue.sections:
            chunks.append(f"<h2>{entities.escape(section.title)}</h2>" if section.title else "")
            chunks.append(self._feed_body(item, section.lead))
            chunks += (f"<h3>{entities.escape(a.title)}</h3>{self._feed_body(item, a.text)}" for a in section.articles)
        title = issue_title(self.station, issue.title, issue.number)
        summary = issue.summary or contents_of(issue)
        return self._entry(item, urls.issue(issue.id), title, "", summary, "".join(chunks))

    def _article_entry(self, item: FeedItem, article: Article) -> views.Entry:
        path = urls.article(item.issue.id, article.slug)
        html = self._feed_body(item, article.text)
        return self._entry(item, path, article.title, article.text.byline, article.text.summary, html)

    def _section_entry(self, item: FeedItem, section: Section) -> views.Entry:
        issue = item.issue
        title = f"{issue_title(self.station, issue.title, issue.number)} {section.title}"
        lead = section.lead
        path = f"{urls.issue(issue.id)}#{section.anchor}"
        summary, byline = (lead.summary, lead.byline) if lead else ("", "")
        return self._entry(item, path, title, byline, summary, self._feed_body(item, lead))

    def _feed_body(self, item: FeedItem, text: Text | None) -> str:
        if text is None:
            return ""
        html = self._bodies(item.issue.parts, text.part)
        targets = item.links.resolved[_TextOrder(item.issue)[text]]
        html = fill(html, targets, self.station.url.rstrip("/") + "/", "")
        byline = f"<p>({entities.escape(text.byline)})</p>" if text.byline else ""
        return html + byline

    def _entry(self, item: FeedItem, path: str, title: str, author: str, summary: str, html: str) -> views.Entry:
        issue = item.issue
        place, _, fragment = path.partition("#")
        address = urls.absolute(self.station, place) + (f"#{fragment}" if fragment else "")
        if not self.station.article_pages and place != urls.issue(issue.id):
            slug = place.split("/")[2]
            address = f"{urls.absolute(self.station, urls.issue(issue.id))}#{slug}"
        return views.Entry(
            id=self._tag(path, issue.year),
            title=title,
            url=address,
            published=moment(issue.date).iso,
            updated=moment(issue.updated or issue.date).iso,
            author=author or self.station.name,
            summary=summary,
            html=html,
        )

    def sitemap(self, inputs: SitemapInputs) -> Iterator[Planned]:
        listed = tuple(views.SitemapUrl(urls.absolute(self.station, path), date) for path, date in inputs.pages)
        template = "sitemap-index.xml" if inputs.index else "sitemap.xml"
        yield Planned(inputs.path, template, views.SitemapPage(listed))

    def make(self, inputs: Inputs) -> Iterator[Planned]:
        """All pages of a group."""
        return MAKERS[type(inputs)](self, inputs)


LATEST = 5
"""Articles that the home page shows of a column."""

MAKERS: dict[type, Callable[..., Iterator[Planned]]] = {
    IssueInputs: Maker.issue_pages,
    PageInputs: Maker.standing_pages,
    HomeInputs: Maker.home_page,
    ColumnInputs: Maker.column_page,
    YearInputs: Maker.year_page,
    MissingInputs: Maker.missing_page,
    RobotsInputs: Maker.robots,
    FeedInputs: Maker.feed,
    SitemapInputs: Maker.sitemap,
    FileInputs: lambda *_: iter(()),
}

TEMPLATES: dict[type, tuple[str, ...]] = {
    IssueInputs: ("issue.html", "article.html", "redirect.html"),
    PageInputs: ("page.html", "redirect.html"),
    HomeInputs: ("home.html",),
    ColumnInputs: ("column.html",),
    YearInputs: ("year.html",),
    MissingInputs: ("404.html",),
    RobotsInputs: ("robots.txt",),
    FeedInputs: ("feed.xml",),
    SitemapInputs: ("sitemap.xml", "sitemap-index.xml"),
    FileInputs: (),
}
"""Which templates a group of each kind may need; part of its key."""


class _TextOrder:
    """Place of each text in `Links.resolved`: texts are counted as `texts_of` yields them."""

    def __init__(self, issue: Issue) -> None:
        self._order = {text.part: index for index, text in enumerate(issue.texts())}

    def __getitem__(self, text: Text | None) -> int:
        return self._order[text.part] if text else 0


def contents_of(issue: Issue) -> str:
    """An issue in one line: its articles' titles."""
    titles = [a.title for s in issue.sections for a in s.articles] or [s.title for s in issue.sections if s.title]
    return "；".join(titles)[:200]


def _metas(**values: str) -> tuple[views.Meta, ...]:
    """Each at most once and never empty (国办发〔2017〕47号)."""
    return tuple(views.Meta(name, content) for name, content in values.items() if content)


def _link(name: Name | None, root: str) -> views.Link | None:
    return views.Link(name.text, root + name.path) if name else None
