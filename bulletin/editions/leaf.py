"""A leaf: an issue as the editions of text see it, its texts as blocks (blocks.py).

Print, book, plain text, article and letter are made from it, so that all say the same.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import datetime
from typing import Any
from urllib.parse import quote, unquote, urlsplit

from msgspec import structs

from bulletin.arrange import urls
from bulletin.arrange.changed import last_change
from bulletin.arrange.html import TextPlace, fill_placeholders, inserted_words, plain_form
from bulletin.arrange.targets import Links, Target
from bulletin.arrange.text_order import TextOrder
from bulletin.core.hit_sources import HitSource
from bulletin.core.model import Article, Correction, Issue, Section, Text, Value, WithdrawnPlace
from bulletin.core.station import Station
from bulletin.editions.block_reader import read_blocks, read_runs
from bulletin.editions.blocks import NO_TEXT, Image, Note, Run, Runs, Subheading, TextBlocks, images, nested
from bulletin.editions.form import Texts


class Publisher(Value, frozen=True):
    """What a leaf shows of the station; less than all of it, so that a new friendly link makes no leaf again."""

    name: str
    bulletin: str
    organizer: str
    url: str
    language: str
    phone: str
    address: str
    postcode: str
    email: str
    counted: bool
    """Whether the site's pages are counted."""

    @classmethod
    def of(cls, station: Station) -> Publisher:
        own: dict[str, Any] = {"organizer": station.organizer or station.name, "counted": bool(station.counter)}
        return cls(**{name: own[name] if name in own else getattr(station, name) for name in cls.__struct_fields__})

    def counted_url(self, url: str, source: HitSource) -> str:
        """Where a link of another edition leads, so that the counter learns of the edition: ``…/?from=qr``; the plain
        address where nothing is counted. What people read is the plain one, always.
        """
        return urls.with_source(url, source) if self.counted else url


class LeafInputs(Value, frozen=True):
    """All that a leaf is made from."""

    publisher: Publisher
    issue: Issue
    links: Links
    articles: bool
    """Whether each article has a page of its own."""
    title: str
    """Never empty (`Station.title_of`)."""

    @classmethod
    def of(cls, station: Station, issue: Issue, links: Links) -> LeafInputs:
        title = station.title_of(issue.title, issue.number)
        return cls(Publisher.of(station), issue, links, station.article_pages, title)

    def identity(self) -> object:
        """What represents them in a group's key."""
        return self.publisher, *self.issue.identity, self.links, self.articles, self.title


class LeafArticle(Value, frozen=True):
    """A titled text."""

    id: str
    """Anchor in the issue."""
    title: str
    heading: Runs
    """The title with its links and notes."""
    text: TextBlocks
    """Its notes are those of the title as well."""
    byline: str
    url: str
    """Absolute address of its own page, else of its place in the issue's; empty where the site has no address."""
    summary: str


class LeafSection(Value, frozen=True):
    """A part of the issue."""

    id: str
    """Anchor in the issue."""
    title: str
    """May be empty."""
    heading: Runs
    lead: TextBlocks
    byline: str
    """Of the lead."""
    articles: tuple[LeafArticle, ...]
    withdrawn: tuple[WithdrawnPlace, ...]

    def withdrawn_before(self, index: int) -> tuple[str, ...]:
        """Days on which articles were withdrawn that were before the one of that index, or behind the last one."""
        return tuple(each.date[:10] for each in self.withdrawn if each.before == index)


class Leaf(Value, frozen=True):
    """An issue, whole. Times are naive, in the station's local time."""

    publisher: Publisher
    id: str
    number: str
    sequence: int
    year: int
    total: int | None
    supplement: bool
    title: str
    """Never empty: the bulletin's name and the number where it has none of its own."""
    heading: Runs
    """Its own title, with links and notes; empty where it has none."""
    date: datetime
    updated: datetime | None
    """When it was last changed or corrected."""
    byline: str
    summary: str
    keywords: tuple[str, ...]
    lead: TextBlocks
    sections: tuple[LeafSection, ...]
    corrections: tuple[Correction, ...]
    url: str
    """Absolute address of its page; empty where the site has no address."""
    draft: bool
    """Whether readers must not have it yet."""
    anchors: frozenset[str]
    """Where a `Run.href` of ``#…`` may lead: sections, articles, headings, notes."""

    def texts(self) -> Iterator[TextBlocks]:
        """All texts, in order."""
        yield self.lead
        for section in self.sections:
            yield section.lead
            yield from (article.text for article in section.articles)

    def images(self) -> Iterator[Image]:
        """All pictures, in order."""
        for text in self.texts():
            yield from images(text)

    def articles(self) -> Iterator[tuple[LeafSection, LeafArticle]]:
        """All articles, each with its section."""
        for section in self.sections:
            yield from ((section, article) for article in section.articles)

    def link(self, href: str) -> str:
        """Where a `Run.href` leads: ``#…`` in this leaf, or an absolute address; empty where nobody knows."""
        if href.startswith("#"):
            known = unquote(href[1:])
            return f"#{known}" if known in self.anchors else f"{self.url}{href}" if self.url else ""
        return href if urlsplit(href).scheme else ""


def make_leaf(texts: Texts, inputs: LeafInputs) -> Leaf:
    """The issue with its texts as blocks."""
    maker = _LeafMaker(texts, inputs)
    issue, publisher = inputs.issue, inputs.publisher
    lead = maker.text(issue.lead, issue.heading)
    sections = tuple(maker.section(section) for section in issue.sections)
    leaf = Leaf(
        publisher=publisher,
        id=issue.id,
        number=issue.number,
        sequence=issue.sequence,
        year=issue.year,
        total=issue.total,
        supplement=issue.supplement,
        title=inputs.title,
        heading=maker.heading(issue.title, issue.heading),
        date=issue.date,
        updated=last_change(issue),
        byline=issue.byline,
        summary=issue.summary,
        keywords=issue.keywords,
        lead=lead,
        sections=sections,
        corrections=issue.corrections,
        url=maker.url,
        draft=issue.hidden,
        anchors=frozenset(),
    )
    return _with_anchors(leaf)


class _LeafMaker:
    def __init__(self, texts: Texts, inputs: LeafInputs) -> None:
        self._texts = texts
        self._inputs = inputs
        self._order = TextOrder(inputs.issue)
        self._home = urls.issue(inputs.issue.id)
        site = inputs.publisher.url
        self._root = urls.site_root(site) if site else ""
        self.url = urls.absolute(site, self._home)
        self._words = inserted_words(texts.translate)

    def section(self, section: Section) -> LeafSection:
        return LeafSection(
            id=section.anchor,
            title=section.title,
            heading=self.heading(section.title, section.heading),
            lead=self.text(section.lead, section.heading),
            byline=section.lead.byline if section.lead else "",
            articles=tuple(map(self._article, section.articles)),
            withdrawn=section.withdrawn,
        )

    def _article(self, article: Article) -> LeafArticle:
        own = urls.article(self._inputs.issue.id, article.slug)
        site = self._inputs.publisher.url
        in_issue = f"{self.url}#{quote(article.slug)}" if self.url else ""
        return LeafArticle(
            id=article.slug,
            title=article.title,
            heading=self.heading(article.title, article.heading),
            text=self.text(article.text, article.heading),
            byline=article.text.byline,
            url=urls.absolute(site, own) if self._inputs.articles else in_issue,
            summary=article.text.summary,
        )

    def heading(self, title: str, text: Text | None) -> Runs:
        if text is None:
            return (Run(title),) if title else ()
        return read_runs(*self._filled(text)) or ((Run(title),) if title else ())

    def text(self, text: Text | None, heading: Text | None) -> TextBlocks:
        """A text's blocks. Notes of its title are in the HTML of one of the two."""
        whole = read_blocks(*self._filled(text)) if text else NO_TEXT
        return whole if heading is None else _with_notes(whole, read_blocks(*self._filled(heading)).notes)

    def _filled(self, text: Text) -> tuple[str, dict[str, Image]]:
        targets = self._inputs.links.of(self._order[text])
        html = self._texts.body(self._inputs.issue.html_key, text.part)
        place = TextPlace(self._root, self._home, self._words)
        return fill_placeholders(html, targets, place), dict(self._pictures(targets))

    def _pictures(self, targets: Iterable[Target]) -> Iterator[tuple[str, Image]]:
        """By the address that the HTML has."""
        for target in targets:
            if target.picture:
                src = self._root + quote(target.path) + plain_form(target.picture).suffix
                yield src, Image(target.alt, src, target.path, target.picture)


def _with_notes(text: TextBlocks, notes: tuple[Note, ...]) -> TextBlocks:
    return TextBlocks(text.blocks, (*notes, *text.notes)) if notes else text


# ── where links lead


def _with_anchors(leaf: Leaf) -> Leaf:
    anchors = {section.id for section in leaf.sections} | {article.id for _, article in leaf.articles()}
    for text in leaf.texts():
        anchors.update(note.id for note in text.notes)
        for block in text.blocks:
            anchors.update(each.id for each in nested(block) if isinstance(each, Subheading))
    return structs.replace(leaf, anchors=frozenset(anchors - {""}))
