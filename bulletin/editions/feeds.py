"""The feeds: Atom, of the whole and of each column, with absolute addresses."""

from __future__ import annotations

import html as entities
from collections.abc import Iterator
from urllib.parse import urlsplit

from bulletin.arrange import urls, views
from bulletin.arrange.archive import contents_of, issue_title
from bulletin.arrange.frame import Frame, TextOrder, display_time
from bulletin.arrange.html import TextPlace, fill_placeholders
from bulletin.arrange.plan import OutputGroup, TemplatePage
from bulletin.arrange.resolve import ResolvedArchive
from bulletin.arrange.targets import Links
from bulletin.core.model import Article, Issue, Section, Text, Value
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

    def identity(self) -> object:
        issues = [(item.issue.html_key, item.issue.ended) for item in self.items]
        return self.rule, issues, [(item.links, item.section and item.section.anchor) for item in self.items]


def _outputs(resolved: ResolvedArchive) -> Iterator[OutputGroup]:
    archive, station = resolved.archive, resolved.archive.station
    if not station.url:
        return
    recent = [issue for issue in archive.issues if not issue.hidden][: station.recent]
    items = tuple(_FeedItem(issue, resolved.links[issue.source], None) for issue in recent)
    yield _group("feed", _FeedInputs(None, items), urls.FEED)
    for column in archive.columns:
        entries = [e for e in column.entries if not e.issue.hidden][: station.recent]
        items = tuple(_FeedItem(e.issue, resolved.links[e.issue.source], e.section) for e in entries)
        id_ = column.rule.id
        yield _group(f"feed {id_}", _FeedInputs(column.rule, items), urls.column_feed(id_))


def _group(name: str, inputs: _FeedInputs, path: str) -> OutputGroup:
    return OutputGroup(name, inputs, (path,), identity=inputs.identity(), templates=("feed.xml",))


def _make(frame: Frame, inputs: _FeedInputs) -> Iterator[TemplatePage]:
    rule = inputs.rule
    path = urls.column_feed(rule.id) if rule else urls.FEED
    home = urls.column(rule.id) if rule else urls.HOME
    entries = tuple(entry for item in inputs.items for entry in _entries(frame, item))
    view = views.FeedPage(
        id=_tag(frame, path, 2000),
        title=f"{rule.title} – {frame.station.name}" if rule else f"{frame.station.bulletin} – {frame.station.name}",
        url=urls.absolute(frame.station.url, path),
        home=urls.absolute(frame.station.url, home),
        updated=max((entry.updated for entry in entries), default="2000-01-01T00:00:00+08:00"),
        author=frame.station.name,
        language=frame.station.language,
        entries=entries,
    )
    yield TemplatePage(path, "feed.xml", view)


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
    chunks = [_feed_body(frame, item, issue.lead)]
    for section in issue.sections:
        chunks.append(f"<h2>{entities.escape(section.title)}</h2>" if section.title else "")
        chunks.append(_feed_body(frame, item, section.lead))
        chunks += (f"<h3>{entities.escape(a.title)}</h3>{_feed_body(frame, item, a.text)}" for a in section.articles)
    title = issue_title(frame.station, issue.title, issue.number)
    summary = issue.summary or contents_of(issue)
    return _entry(frame, item, urls.issue(issue.id), title, "", summary, "".join(chunks))


def _article_entry(frame: Frame, item: _FeedItem, article: Article) -> views.FeedEntry:
    path = urls.article(item.issue.id, article.slug)
    html = _feed_body(frame, item, article.text)
    return _entry(frame, item, path, article.title, article.text.byline, article.text.summary, html)


def _section_entry(frame: Frame, item: _FeedItem, section: Section) -> views.FeedEntry:
    issue = item.issue
    title = f"{issue_title(frame.station, issue.title, issue.number)} {section.title}"
    lead = section.lead
    path = f"{urls.issue(issue.id)}#{section.anchor}"
    summary, byline = (lead.summary, lead.byline) if lead else ("", "")
    return _entry(frame, item, path, title, byline, summary, _feed_body(frame, item, lead))


def _feed_body(frame: Frame, item: _FeedItem, text: Text | None) -> str:
    if text is None:
        return ""
    html = frame.bodies(item.issue.html_key, text.part)
    targets = item.links.of(TextOrder(item.issue)[text])
    html = fill_placeholders(html, targets, TextPlace(urls.site_root(frame.station.url), "", frame.feed_words))
    byline = f"<p>({entities.escape(text.byline)})</p>" if text.byline else ""
    return html + byline


def _entry(
    frame: Frame, item: _FeedItem, path: str, title: str, author: str, summary: str, html: str
) -> views.FeedEntry:
    issue = item.issue
    place, _, fragment = path.partition("#")
    address = urls.absolute(frame.station.url, place) + (f"#{fragment}" if fragment else "")
    if not frame.station.article_pages and place != urls.issue(issue.id):
        slug = place.split("/")[2]
        address = f"{urls.absolute(frame.station.url, urls.issue(issue.id))}#{slug}"
    return views.FeedEntry(
        id=_tag(frame, path, issue.year),
        title=title,
        url=address,
        published=display_time(issue.date).iso,
        updated=display_time(issue.updated or issue.date).iso,
        author=author or frame.station.name,
        summary=summary,
        html=html,
    )


FEEDS = Edition("feeds", _outputs, _make)
