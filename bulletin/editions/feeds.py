"""The feeds: Atom, of the whole and of each column, with absolute addresses."""

from __future__ import annotations

import html as entities
import re
from collections.abc import Container, Iterable, Iterator, Mapping
from datetime import datetime
from urllib.parse import urlsplit

from msgspec import structs

from bulletin.arrange import urls, views
from bulletin.arrange.archive import contents_of, issue_title
from bulletin.arrange.changed import corrections_of, last_change
from bulletin.arrange.columns import Column, ColumnEntry
from bulletin.arrange.corrected import recent_and_corrected
from bulletin.arrange.frame import Frame, display_time
from bulletin.arrange.html import TextPlace, fill_placeholders
from bulletin.arrange.plan import OutputGroup, TemplatePage
from bulletin.arrange.resolve import ResolvedArchive
from bulletin.arrange.targets import Links
from bulletin.arrange.text_order import TextOrder
from bulletin.core.model import Article, Correction, Issue, Section, Text, Value
from bulletin.core.problems import N_
from bulletin.core.station import SectionRule, ascii_url
from bulletin.editions.edition import Edition


class _FeedItem(Value, frozen=True):
    issue: Issue
    links: Links
    section: Section | None


class _FeedInputs(Value, frozen=True):
    rule: SectionRule | None
    """Of the column; None for the feed of the whole."""
    items: tuple[_FeedItem, ...]
    path: str = ""
    """An old address at which the column's feed is too, for its readers there; empty at its own."""

    def identity(self) -> object:
        issues = [(item.issue.html_key, item.issue.ended) for item in self.items]
        items = [(item.links, item.section and item.section.anchor) for item in self.items]
        return self.rule, issues, items, self.path


class _MovedInputs(Value, frozen=True):
    """For the feed at an old address of what has no feed of its own any more."""

    path: str
    title: str
    target: str
    """Path of the page where its text is, perhaps with an anchor."""
    date: datetime
    """Of that issue."""


def _outputs(resolved: ResolvedArchive) -> Iterator[OutputGroup]:
    archive, station = resolved.archive, resolved.archive.station
    if not station.url:
        return
    recent = recent_and_corrected((issue for issue in archive.issues if not issue.hidden), station.recent)
    items = tuple(_FeedItem(issue, resolved.links[issue.source], None) for issue in recent)
    yield _group("feed", _FeedInputs(None, items), urls.FEED)
    feeds: dict[str, _FeedInputs] = {}
    for column in archive.columns:
        entries = _entries_of(column, station.recent)
        items = tuple(_FeedItem(e.issue, resolved.links[e.issue.source], e.section) for e in entries)
        feed = feeds[urls.column(column.rule.id)] = _FeedInputs(column.rule, items)
        yield _group(f"feed {column.rule.id}", feed, urls.column_feed(column.rule.id))
    yield from _moved(resolved, feeds)


def _entries_of(column: Column, count: int) -> Iterator[ColumnEntry]:
    """The newest of a column, and older ones with a correction."""
    public = [entry for entry in column.entries if not entry.issue.hidden]
    since = {issue.id for issue in recent_and_corrected((entry.issue for entry in public), count)}
    return (entry for place, entry in enumerate(public) if place < count or _is_corrected(entry, since))


def _is_corrected(entry: ColumnEntry, since: Container[str]) -> bool:
    if entry.issue.id not in since or not entry.issue.corrections:
        return False
    slugs = {article.slug for article in entry.section.articles}
    return any(each.where in slugs for each in entry.issue.corrections)


def _moved(resolved: ResolvedArchive, feeds: Mapping[str, _FeedInputs]) -> Iterator[OutputGroup]:
    """No page can send a feed's reader on. So a column that has another address has its feed at both; of a section
    that is no column any more one entry is left, which says where the section is.
    """
    issues = {issue.id: issue for issue in resolved.archive.issues}
    for moved in resolved.moved:
        if moved.path.endswith(urls.FEED):
            id_, name = moved.path.split("/")[1], moved.target.split("/")[1]
            if moved.target in feeds:
                inputs = structs.replace(feeds[moved.target], path=moved.path)
                yield _group(f"feed {id_} moved", inputs, moved.path)
            elif name in issues:
                single = _MovedInputs(moved.path, moved.title, moved.target, issues[name].date)
                yield OutputGroup(f"feed {id_} moved", single, (moved.path,), templates=("feed.xml",))


def _group(name: str, inputs: _FeedInputs, path: str) -> OutputGroup:
    return OutputGroup(name, inputs, (path,), identity=inputs.identity(), templates=("feed.xml",))


def _make(frame: Frame, inputs: _FeedInputs | _MovedInputs) -> Iterator[TemplatePage]:
    if isinstance(inputs, _MovedInputs):
        yield TemplatePage(inputs.path, "feed.xml", _moved_feed(frame, inputs))
        return
    rule = inputs.rule
    path = urls.column_feed(rule.id) if rule else urls.FEED
    home = urls.column(rule.id) if rule else urls.HOME
    entries = tuple(entry for item in inputs.items for entry in _entries(frame, item))
    view = views.FeedPage(
        id=_tag(frame, path, 2000),
        title=f"{rule.title} – {frame.station.name}" if rule else f"{frame.station.bulletin} – {frame.station.name}",
        url=urls.absolute(frame.station.url, path),
        hub=frame.station.hub,
        home=urls.absolute(frame.station.url, home),
        updated=max((entry.updated for entry in entries), default="2000-01-01T00:00:00+08:00"),
        author=frame.station.name,
        language=frame.station.language,
        entries=entries,
    )
    yield TemplatePage(inputs.path or path, "feed.xml", view)


def _moved_feed(frame: Frame, inputs: _MovedInputs) -> views.FeedPage:
    station = frame.station
    url, date = _absolute(frame, inputs.target), display_time(inputs.date).iso
    words = frame.translate(N_("This page has moved. Go to its new address."))
    entry = views.FeedEntry(
        _tag(frame, f"{inputs.path}#moved", 2000), inputs.title, url, date, date, station.name, words, ""
    )
    own = urls.absolute(station.url, inputs.path)
    return views.FeedPage(
        id=_tag(frame, inputs.path, 2000),
        title=inputs.title,
        url=own,
        hub=station.hub,
        home=url,
        updated=date,
        author=station.name,
        language=station.language,
        entries=(entry,),
    )


def _absolute(frame: Frame, target: str) -> str:
    place, _, fragment = target.partition("#")
    return urls.absolute(frame.station.url, place) + (f"#{fragment}" if fragment else "")


def _tag(frame: Frame, path: str, year: int) -> str:
    """An id that stays when the address changes (RFC 4151)."""
    return f"tag:{urlsplit(ascii_url(frame.station.url)).hostname or 'localhost'},{year}:{urls.short(path)}"


def _entries(frame: Frame, item: _FeedItem) -> Iterator[views.FeedEntry]:
    if item.section is None:
        yield _issue_entry(frame, item)
    elif item.section.articles:
        for article in item.section.articles:
            yield _article_entry(frame, item, article)
    else:
        yield _section_entry(frame, item, item.section)


def _issue_entry(frame: Frame, item: _FeedItem) -> views.FeedEntry:
    issue = item.issue
    home = urls.issue(issue.id)
    chunks = [_feed_body(frame, item, issue.lead, home)]
    for section in issue.sections:
        if section.is_withdrawn:
            continue
        chunks.append(f"<h2>{_title(frame, item, section, home)}</h2>" if section.title else "")
        chunks.append(_feed_body(frame, item, section.lead, home))
        for each in section.articles:
            chunks += (f"<h3>{_title(frame, item, each, home)}</h3>", _feed_body(frame, item, each.text, home))
    title = issue_title(frame.station, issue.title, issue.number)
    summary = issue.summary or contents_of(issue, frame.station)
    return _entry(frame, item, home, title, "", summary, "".join(chunks), corrections=issue.corrections)


def _article_entry(frame: Frame, item: _FeedItem, article: Article) -> views.FeedEntry:
    path = urls.article(item.issue.id, article.slug)
    html = _feed_body(frame, item, article.text, path if frame.station.article_pages else urls.issue(item.issue.id))
    own, summary = corrections_of(item.issue, article.slug), article.text.summary
    return _entry(frame, item, path, article.title, article.text.byline, summary, html, article.slug, own)


def _section_entry(frame: Frame, item: _FeedItem, section: Section) -> views.FeedEntry:
    issue = item.issue
    title = f"{issue_title(frame.station, issue.title, issue.number)} {section.title}"
    lead = section.lead
    path = f"{urls.issue(issue.id)}#{section.anchor}"
    summary, byline = (lead.summary, lead.byline) if lead else ("", "")
    return _entry(frame, item, path, title, byline, summary, _feed_body(frame, item, lead, urls.issue(issue.id)))


def _title(frame: Frame, item: _FeedItem, titled: Section | Article, home: str) -> str:
    """HTML of a title."""
    return _feed_html(frame, item, titled.heading, home) if titled.heading else entities.escape(titled.title)


def _feed_body(frame: Frame, item: _FeedItem, text: Text | None, home: str) -> str:
    """HTML of a text of the page at ``home``, and its author."""
    if text is None:
        return ""
    html = _feed_html(frame, item, text, home)
    byline = f"<p>({entities.escape(text.byline)})</p>" if text.byline else ""
    return html + byline


_WITHIN = re.compile(r'(<a\b[^<>]*? href=")(?=#)')
"""Links to a place in the same text, notes above all: a reader's program has no such place, the page has it."""


def _feed_html(frame: Frame, item: _FeedItem, text: Text, home: str) -> str:
    html = frame.bodies(item.issue.html_key, text.part)
    targets = item.links.of(TextOrder(item.issue)[text])
    html = fill_placeholders(html, targets, TextPlace(urls.site_root(frame.station.url), "", frame.feed_words))
    page = entities.escape(urls.absolute(frame.station.url, home))
    return _WITHIN.sub(lambda found: found[1] + page, html) if 'href="#' in html else html


def _entry(
    frame: Frame,
    item: _FeedItem,
    path: str,
    title: str,
    author: str,
    summary: str,
    html: str,
    slug: str = "",
    corrections: Iterable[Correction] = (),
) -> views.FeedEntry:
    """An entry; a correction is an update of the same one, and is said first. ``slug`` is that of the article."""
    issue = item.issue
    said = [_sentence(frame, each) for each in corrections]
    address, place = _absolute(frame, path), path.partition("#")[0]
    if not frame.station.article_pages and place != urls.issue(issue.id):
        slug = place.split("/")[2]
        address = f"{urls.absolute(frame.station.url, urls.issue(issue.id))}#{slug}"
    return views.FeedEntry(
        id=_tag(frame, path, issue.year),
        title=title,
        url=address,
        published=display_time(issue.date).iso,
        updated=display_time(last_change(issue, slug) or issue.date).iso,
        author=author or frame.station.name,
        summary=" ".join(filter(None, (*said, summary))),
        html="".join(f"<p><strong>{entities.escape(words)}</strong></p>" for words in said) + html,
    )


_CORRECTED = N_("Correction of %(date)s: for “%(was)s” read “%(now)s”.")
_ADDED = N_("Correction of %(date)s: added “%(now)s”.")
_DELETED = N_("Correction of %(date)s: deleted “%(was)s”.")


def _sentence(frame: Frame, correction: Correction) -> str:
    words = _CORRECTED if correction.was and correction.now else _ADDED if correction.now else _DELETED
    values = {"date": display_time(correction.date).day, "was": correction.was, "now": correction.now}
    return frame.translate(words) % values


FEEDS = Edition("feeds", _outputs, _make)
