"""An issue and its articles."""

from __future__ import annotations

from bulletin.arrange.views.site import Head, Site
from bulletin.arrange.views.values import DisplayTime, Link, ShownCorrection
from bulletin.core.model import Value


class ArticleBlock(Value, frozen=True):
    """An article as its issue shows it."""

    id: str
    """Anchor."""
    title: str
    href: str
    """Its own page; empty when the station has none."""
    html: str
    byline: str
    title_html: str
    """HTML of the title where it holds more than its text, a link, a note, a picture; else empty."""


class WithdrawnLine(Value, frozen=True):
    """In the place of an article that was withdrawn."""

    before: int
    """Index, in `SectionBlock.articles`, of the article that follows."""
    date: DisplayTime
    """When it was withdrawn."""


class SectionBlock(Value, frozen=True):
    """A section as its issue shows it."""

    id: str
    """Anchor."""
    title: str
    column: str
    """Address of its column; empty when it has none."""
    lead: str
    """HTML of the text before the first article; may be empty."""
    byline: str
    """Author of the lead."""
    articles: tuple[ArticleBlock, ...]
    title_html: str
    """HTML of the title where it holds more than its text, a link, a note, a picture; else empty."""
    withdrawn: tuple[WithdrawnLine, ...]
    """Where articles were that have been withdrawn."""


class VoiceView(Value, frozen=True):
    """An issue read aloud."""

    href: str
    seconds: int
    time: str
    """``5:07``."""
    size: int
    """Bytes."""
    podcast: str
    """Address of the feed of all recordings; empty when the station has no address."""


class IssuePage(Value, frozen=True):
    """``/issues/2014002/``"""

    site: Site
    head: Head
    trail: tuple[Link, ...]
    """The pages above this one, home first."""
    number: str
    title: str
    date: DisplayTime
    updated: DisplayTime | None
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
    title_html: str
    """HTML of the title where it holds more than its text, a link, a note, a picture; else empty."""
    corrections: tuple[ShownCorrection, ...]
    """Of the issue and its articles, newest first."""
    voice: VoiceView | None
    """None when nobody has read it aloud."""
    forms: tuple[Link, ...] = ()
    """Files with the same issue: for printing, as a book, as plain text."""
    sequence: int = 0
    """Within its year: 2 of 2014002, 第2期."""


class ArticlePage(Value, frozen=True):
    """``/issues/2014002/<slug>/``"""

    site: Site
    head: Head
    trail: tuple[Link, ...]
    """The pages above this one, home first."""
    title: str
    html: str
    byline: str
    date: DisplayTime
    updated: DisplayTime | None
    hits: int
    """As known when the site was built."""
    key: str
    """Name of this page for the counter."""
    draft: bool
    issue: Link
    section: Link
    """Its section; the address is that of the column, empty when it has none."""
    previous: Link | None
    """The article before it in the same issue."""
    next: Link | None
    title_html: str
    """HTML of the title where it holds more than its text, a link, a note, a picture; else empty."""
    corrections: tuple[ShownCorrection, ...]
    """Its own, newest first."""
    articles: tuple[Link, ...] = ()
    """Articles of its issue, at most eight about this one, whose own `href` is empty; none where there is no other."""


class CorrectionsPage(Value, frozen=True):
    """``/corrections/``"""

    site: Site
    head: Head
    trail: tuple[Link, ...]
    """The pages above this one, home first."""
    corrections: tuple[ShownCorrection, ...]
    """Of everything that is public, newest first."""
