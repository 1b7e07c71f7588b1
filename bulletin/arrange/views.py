"""What a template sees: one frozen value named `page`, and nothing else.

docs/templates.md describes every class and field here; a test holds the two together. All addresses
(`href`) are already relative to the page they stand on, so that the site works under any path and from a
folder; all times are already text. HTML fields (`html`, `lead`) are safe: sanitised where they were read.
"""

from __future__ import annotations

from bulletin.core.config import Station
from bulletin.core.model import Value


class Link(Value, frozen=True):
    """Words that lead somewhere."""

    text: str
    href: str


class Moment(Value, frozen=True):
    """A time, by the station's clock."""

    text: str
    """For people: ``2015-04-10 10:04``, without the time where none was given."""
    day: str
    """The day alone: ``2015-04-10``."""
    iso: str
    """For machines: ``2015-04-10T10:04:49+08:00``."""


class Figure(Value, frozen=True):
    """今日滞站人员."""

    count: int
    date: str
    """``YYYY-MM-DD``; the page hides the figure when this is not the reader's today."""


class PictureView(Value, frozen=True):
    """A picture of the station's own, in all its forms."""

    src: str
    """The widest form."""
    srcset: str
    """All forms in the picture's own format."""
    webp: str
    """The forms in WebP, likewise; may be empty."""
    width: int
    """Pixels of the widest form."""
    height: int


class Site(Value, frozen=True):
    """What all pages share."""

    station: Station
    """The office: every field of station.yml."""
    root: str
    """Way from this page to the site's root, e.g. ``../../``."""
    home: Link
    columns: tuple[Link, ...]
    years: tuple[Link, ...]
    """Newest first."""
    pages: tuple[Link, ...]
    """Standing pages that want to stand in the navigation."""
    today: Figure | None
    """None when no figure was set for the day of the build."""
    feed: str
    """Address of the Atom feed; empty when the station has no ``url``."""
    sitemap: str
    """Address of the sitemap for people (the home page's list of columns and years)."""
    police_code: str
    """The 14 digits of 公安备案."""
    styles: str
    """Address of the station's own colours and fonts; empty when it has none."""
    logo: PictureView | None
    banner: PictureView | None
    search: str
    """Address of the page of the search; empty when the station has none."""
    counter: str
    """Where scripts ask for hits, ``../../_hits/``; empty when nothing is counted."""


class Meta(Value, frozen=True):
    """One meta tag: ``SiteName``, ``ArticleTitle``, ``PubDate`` (国办发〔2017〕47号), or ``og:title`` (Open Graph)."""

    name: str
    content: str


class Head(Value, frozen=True):
    """What stands in a page's head."""

    here: str
    """This page, as links on it to itself are written; compare it with the `href` of a menu."""
    title: str
    """Title of the window: page, then office."""
    description: str
    canonical: str
    """Absolute address; empty when the station has no ``url``."""
    meta: tuple[Meta, ...]
    """Tags with a ``name``."""
    graph: tuple[Meta, ...]
    """Open Graph, tags with a ``property``; none on pages that are not to be indexed."""
    linked_data: str
    """JSON-LD, safe inside a script element; empty without ``url`` and on pages that are not to be indexed."""
    feeds: tuple[Link, ...]
    """The page's own feed, then the whole site's."""
    language: str
    """``zh-CN`` or ``en``."""
    noindex: bool
    """True for drafts, redirects, the search and the page of errors."""


class ArticleItem(Value, frozen=True):
    """An article in a list."""

    title: str
    href: str
    byline: str
    summary: str


class SectionItem(Value, frozen=True):
    """A section in a list of contents."""

    title: str
    href: str
    """Of the section inside its issue."""
    articles: tuple[ArticleItem, ...]


class IssueItem(Value, frozen=True):
    """An issue in a list."""

    number: str
    title: str
    """Never empty: the bulletin's name and the number where the issue has no title of its own."""
    href: str
    date: Moment
    summary: str
    sections: tuple[SectionItem, ...]
    draft: bool


class ColumnItem(Value, frozen=True):
    """A column with its newest articles."""

    title: str
    href: str
    description: str
    latest: tuple[ArticleItem, ...]


class ArticleBlock(Value, frozen=True):
    """An article as it stands in its issue."""

    id: str
    """Anchor."""
    title: str
    href: str
    """Its own page; empty when the station has none."""
    html: str
    byline: str


class SectionBlock(Value, frozen=True):
    """A section as it stands in its issue."""

    id: str
    """Anchor."""
    title: str
    column: str
    """Address of its column."""
    lead: str
    """HTML of the text before the first article; may be empty."""
    byline: str
    """Author of the lead."""
    articles: tuple[ArticleBlock, ...]


class RankedItem(Value, frozen=True):
    """A page in a ranking."""

    text: str
    href: str
    hits: int
    key: str
    """Name of that page for the counter."""


class Ranking(Value, frozen=True):
    """阅读排行: the most read."""

    recent: tuple[RankedItem, ...]
    """Of the last 30 days."""
    ever: tuple[RankedItem, ...]


class HomePage(Value, frozen=True):
    """``/``"""

    site: Site
    head: Head
    newest: IssueItem | None
    recent: tuple[IssueItem, ...]
    """The issues after the newest."""
    columns: tuple[ColumnItem, ...]
    ranking: Ranking


class IssuePage(Value, frozen=True):
    """``/issues/2014002/``"""

    site: Site
    head: Head
    trail: tuple[Link, ...]
    """The pages above this one, home first."""
    number: str
    title: str
    date: Moment
    updated: Moment | None
    total: int | None
    """Running total, 总第38期."""
    byline: str
    """Author of the issue as a whole; mostly empty, since articles have their own."""
    hits: int
    """As known when the site was built: carried over from an old site, and counted since."""
    key: str
    """Name of this page for the counter."""
    summary: str
    draft: bool
    lead: str
    """HTML of the text before the first section; may be empty."""
    sections: tuple[SectionBlock, ...]
    previous: Link | None
    """The older neighbour."""
    next: Link | None
    """The newer neighbour."""


class ArticlePage(Value, frozen=True):
    """``/issues/2014002/<slug>/``"""

    site: Site
    head: Head
    trail: tuple[Link, ...]
    """The pages above this one, home first."""
    title: str
    html: str
    byline: str
    date: Moment
    updated: Moment | None
    hits: int
    """As known when the site was built."""
    key: str
    """Name of this page for the counter."""
    draft: bool
    issue: Link
    section: Link
    """Its column."""
    previous: Link | None
    """The article before it in the same issue."""
    next: Link | None


class ColumnIssue(Value, frozen=True):
    """What one issue has in a column."""

    issue: Link
    """Leads to the section inside the issue."""
    date: Moment
    articles: tuple[ArticleItem, ...]
    draft: bool


class ColumnPage(Value, frozen=True):
    """``/columns/<id>/`` (newest year) and ``/columns/<id>/2014/``"""

    site: Site
    head: Head
    trail: tuple[Link, ...]
    """The pages above this one, home first."""
    title: str
    description: str
    year: str
    """Year whose issues are listed."""
    years: tuple[Link, ...]
    """Newest first; the page's own year has an empty `href`."""
    issues: tuple[ColumnIssue, ...]
    """Newest first."""
    ranking: Ranking
    """On the column's first page alone."""


class YearPage(Value, frozen=True):
    """``/2014/``"""

    site: Site
    head: Head
    trail: tuple[Link, ...]
    """The pages above this one, home first."""
    year: str
    years: tuple[Link, ...]
    """Newest first; the page's own year has an empty `href`."""
    issues: tuple[IssueItem, ...]
    """Newest first."""


class StandingPage(Value, frozen=True):
    """``/about/``"""

    site: Site
    head: Head
    trail: tuple[Link, ...]
    """The pages above this one, home first."""
    title: str
    html: str
    updated: Moment | None
    draft: bool


class MissingPage(Value, frozen=True):
    """``/404.html``; its addresses begin at the server's root, since it is shown at any depth."""

    site: Site
    head: Head


class Choice(Value, frozen=True):
    """One of the things that a search can be narrowed to."""

    text: str
    value: str
    """As it stands in the address: ``news`` in ``?q=救助&column=news``."""


class SearchPage(Value, frozen=True):
    """``/search/``"""

    site: Site
    head: Head
    index: str
    """Address of the index's script; empty in the preview, which makes no index."""
    columns: tuple[Choice, ...]
    years: tuple[Choice, ...]
    """Newest first."""


class RedirectPage(Value, frozen=True):
    """A page at an old address."""

    head: Head
    target: str
    """Where the reader is sent."""


class Entry(Value, frozen=True):
    """An entry of a feed (RFC 4287)."""

    id: str
    title: str
    url: str
    """Absolute."""
    published: str
    """RFC 3339."""
    updated: str
    author: str
    summary: str
    html: str
    """Whole text, with absolute addresses."""


class Palette(Value, frozen=True):
    """Colours of one scheme, ``#rrggbb``; what is empty stays as the stylesheet has it."""

    paper: str = ""
    """The page's ground."""
    surface: str = ""
    """Ground of boxes."""
    ink: str = ""
    """Words."""
    soft: str = ""
    """Words of less weight."""
    line: str = ""
    accent: str = ""
    """Links and titles."""
    accent_fill: str = ""
    """Ground of buttons and marks."""
    on_accent: str = ""
    """Words on it."""
    accent_tint: str = ""
    """A breath of the accent, as a ground."""


class StylePage(Value, frozen=True):
    """``/static/station.css``"""

    light: Palette
    dark: Palette
    font: str
    """``sans``, ``serif``, ``fangsong``, or empty."""


class FeedPage(Value, frozen=True):
    """``/feed.xml`` and ``/columns/<id>/feed.xml``"""

    id: str
    title: str
    url: str
    """Its own, absolute."""
    home: str
    updated: str
    author: str
    language: str
    entries: tuple[Entry, ...]


class SitemapUrl(Value, frozen=True):
    """A page in the sitemap."""

    url: str
    modified: str
    """``YYYY-MM-DD``, or empty."""


class SitemapPage(Value, frozen=True):
    """``/sitemap-2014.xml`` (a list of pages) and ``/sitemap.xml`` (a list of those lists)"""

    urls: tuple[SitemapUrl, ...]


class RobotsPage(Value, frozen=True):
    """``/robots.txt``"""

    sitemap: str
    """Absolute address; empty when there is none."""
