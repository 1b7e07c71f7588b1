"""Inputs → views of the website's pages; home has home.py."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime
from urllib.parse import quote

from bulletin.arrange import urls, views
from bulletin.arrange.archive import contents_of, issue_title
from bulletin.arrange.changed import corrections_of, last_change
from bulletin.arrange.columns import ColumnEntry
from bulletin.arrange.counted import article_key, issue_key
from bulletin.arrange.facts import Story
from bulletin.arrange.frame import Frame, display_time, meta_tags
from bulletin.arrange.html import raise_headings
from bulletin.arrange.notices import date_of_notice
from bulletin.arrange.plan import TemplatePage
from bulletin.arrange.rankings import PageRanking
from bulletin.arrange.spoken import Spoken
from bulletin.arrange.targets import Links
from bulletin.arrange.text_order import TextOrder
from bulletin.arrange.urls import Name
from bulletin.core.model import Article, Issue, Page, Section, Value
from bulletin.core.station import SectionRule
from bulletin.editions.corrections import shown_correction
from bulletin.editions.lists import Pictures, article_items, issue_item, shown_ranking
from bulletin.editions.notices import NOTICES_TITLE
from bulletin.editions.voices import voice_view

MAX_ARTICLES_BESIDE = 8
"""Of its issue, beside an article: what a reader takes in at a glance."""

# ── what pages are made from


class IssueInputs(Value, frozen=True):
    """For an issue's page and its articles' pages."""

    issue: Issue
    links: Links
    previous: Name | None
    next: Name | None
    hits: dict[str, int]
    """By key, as far as there are any: what was carried over, and what was counted."""
    columns: tuple[str, ...]
    """Ids of its sections that have a column."""
    forms: tuple[Name, ...] = ()
    """Its other forms, each with what readers call it, and the path of its file."""
    spoken: Spoken | None = None

    def identity(self) -> object:
        around = (self.links, self.previous, self.next, self.hits, self.columns, self.forms, self.spoken)
        return *self.issue.identity, *around

    def column_of(self, section: Section) -> str:
        """Path of a section's column; empty when it has none."""
        return urls.column(section.id) if section.title and section.id in self.columns else ""


class PageInputs(Value, frozen=True):
    """For a standing page."""

    page: Page
    links: Links


class ColumnInputs(Value, frozen=True):
    """For a column's page of one year; ``front`` for the one under the column's own address."""

    rule: SectionRule
    year: int
    """0 when the column has no issue yet."""
    years: tuple[int, ...]
    entries: tuple[ColumnEntry, ...]
    front: bool
    pictures: tuple[Pictures, ...]
    """Of each entry's issue."""
    ranking: PageRanking = PageRanking()

    def identity(self) -> object:
        entries = [(*entry.issue.identity, entry.place) for entry in self.entries]
        return self.rule, self.year, self.years, entries, self.front, self.pictures, self.ranking


class YearInputs(Value, frozen=True):
    year: int
    issues: tuple[Issue, ...]

    def identity(self) -> object:
        return self.year, [issue.identity for issue in self.issues]


# ── an issue and its articles


def issue_pages(frame: Frame, inputs: IssueInputs) -> Iterator[TemplatePage]:
    issue, home = inputs.issue, urls.issue(inputs.issue.id)
    texts = TextOrder(issue)
    yield TemplatePage(home, "issue.html", _issue_page(frame, inputs, home, texts))
    if frame.station.article_pages:
        for section in issue.sections:
            for index in range(len(section.articles)):
                yield _article_page(frame, inputs, section, index, texts)


def _issue_page(frame: Frame, inputs: IssueInputs, home: str, texts: TextOrder) -> views.IssuePage:
    issue, root = inputs.issue, urls.root_of(home)
    title = issue_title(frame.station, issue.title, issue.number)
    summary = issue.summary or contents_of(issue, frame.station)
    above = frame.above(frame.year_name(issue.year))
    image = frame.image(target for targets in inputs.links.resolved for target in targets)
    return views.IssuePage(
        site=frame.site(root),
        head=frame.issue_head(issue, home, title, summary, above, _story(issue, issue.byline, ""), image),
        trail=frame.trail(above, root),
        number=issue.number,
        title=title,
        date=display_time(issue.date),
        updated=display_time(changed) if (changed := last_change(issue)) else None,
        total=issue.total,
        byline=issue.byline,
        hits=inputs.hits.get(issue_key(issue.id), 0),
        key=issue_key(issue.id),
        summary=issue.summary,
        draft=issue.hidden,
        lead=frame.body(issue.html_key, issue.lead, inputs.links, texts[issue.lead], home),
        sections=tuple(_section(frame, inputs, section, home, texts) for section in issue.sections),
        previous=_link(inputs.previous, root),
        next=_link(inputs.next, root),
        title_html=frame.body(issue.html_key, issue.heading, inputs.links, texts[issue.heading], home),
        corrections=tuple(_corrections(issue)),
        forms=tuple(views.Link(frame.translate(form.text), root + quote(form.path)) for form in inputs.forms),
        sequence=issue.sequence,
        voice=voice_view(inputs.spoken, frame.station, root),
    )


def _corrections(issue: Issue) -> Iterator[views.ShownCorrection]:
    """All of an issue's, each with a link to its article on the issue's page."""
    titles = {article.slug: article.title for section in issue.sections for article in section.articles}
    for each in issue.corrections:
        article = views.Link(titles[each.where], f"#{each.where}") if each.where in titles else None
        yield shown_correction(each, article)


def _section(frame: Frame, inputs: IssueInputs, section: Section, home: str, texts: TextOrder) -> views.SectionBlock:
    root = urls.root_of(home)
    html_key = inputs.issue.html_key
    return views.SectionBlock(
        id=section.anchor,
        title=section.title,
        column=root + column if (column := inputs.column_of(section)) else "",
        lead=frame.body(html_key, section.lead, inputs.links, texts[section.lead], home),
        byline=section.lead.byline if section.lead else "",
        title_html=frame.body(html_key, section.heading, inputs.links, texts[section.heading], home),
        withdrawn=tuple(
            views.WithdrawnLine(place.before, display_time(datetime.fromisoformat(place.date)))
            for place in section.withdrawn
        ),
        articles=tuple(
            views.ArticleBlock(
                id=article.slug,
                title=article.title,
                href=root + frame.article_path(inputs.issue.id, article.slug) if frame.station.article_pages else "",
                html=frame.body(html_key, article.text, inputs.links, texts[article.text], home),
                byline=article.text.byline,
                title_html=frame.body(html_key, article.heading, inputs.links, texts[article.heading], home),
            )
            for article in section.articles
        ),
    )


def _story(issue: Issue, author: str, section: str, whole: Name | None = None, slug: str = "") -> Story:
    """``slug`` is that of the article, for one."""
    published = display_time(issue.date).iso
    modified = display_time(changed).iso if (changed := last_change(issue, slug)) else published
    return Story(published, modified, author, section, issue.number, whole)


def _article_page(frame: Frame, inputs: IssueInputs, section: Section, index: int, texts: TextOrder) -> TemplatePage:
    issue, article = inputs.issue, section.articles[index]
    path = urls.article(issue.id, article.slug)
    root = urls.root_of(path)
    whole = Name(issue_title(frame.station, issue.title, issue.number), urls.issue(issue.id))
    column = inputs.column_of(section)
    above = frame.above(Name(section.title, column) if column else whole)
    story = _story(issue, article.text.byline, section.title, whole, article.slug)
    image = frame.image(inputs.links.of(texts[article.text]))
    html = frame.body(issue.html_key, article.text, inputs.links, texts[article.text], path, first=True)
    around = [a for s in issue.sections for a in s.articles]
    place = around.index(article)
    view = views.ArticlePage(
        site=frame.site(root),
        head=frame.issue_head(issue, path, article.title, article.text.summary, above, story, image),
        trail=frame.trail(above, root),
        title=article.title,
        html=raise_headings(html, 2),
        byline=article.text.byline,
        date=display_time(issue.date),
        updated=display_time(changed) if (changed := last_change(issue, article.slug)) else None,
        hits=inputs.hits.get(article_key(issue.id, article.slug), 0),
        key=article_key(issue.id, article.slug),
        draft=issue.hidden,
        issue=views.Link(whole.text, root + whole.path),
        section=views.Link(section.title, root + column if column else ""),
        previous=_neighbour(frame, issue, around[place - 1], root) if place else None,
        next=_neighbour(frame, issue, around[place + 1], root) if place + 1 < len(around) else None,
        title_html=frame.body(issue.html_key, article.heading, inputs.links, texts[article.heading], path),
        corrections=tuple(map(shown_correction, corrections_of(issue, article.slug))),
        articles=tuple(_articles_about(frame, issue, around, place, root)),
    )
    return TemplatePage(path, "article.html", view)


def _articles_about(
    frame: Frame, issue: Issue, around: Sequence[Article], place: int, root: str
) -> Iterator[views.Link]:
    """The article at a place and those nearest to it; nothing for the only one of its issue."""
    first = max(0, min(place - MAX_ARTICLES_BESIDE // 2, len(around) - MAX_ARTICLES_BESIDE))
    if len(around) > 1:
        for article in around[first : first + MAX_ARTICLES_BESIDE]:
            here = article is around[place]
            yield views.Link(article.title, "") if here else _neighbour(frame, issue, article, root)


def _neighbour(frame: Frame, issue: Issue, article: Article, root: str) -> views.Link:
    return views.Link(article.title, root + frame.article_path(issue.id, article.slug))


# ── the other pages


def standing_pages(frame: Frame, inputs: PageInputs) -> Iterator[TemplatePage]:
    page = inputs.page
    path = urls.page(page.id)
    root = urls.root_of(path)
    description = page.description or page.text.summary
    above = frame.above(*((Name(frame.translate(NOTICES_TITLE), urls.NOTICES),) if page.is_notice else ()))
    texts = TextOrder(page)
    image = frame.image(inputs.links.of(texts[page.text]))
    changed = last_change(page) or (None if page.is_notice else page.date)
    issued = date_of_notice(page) if page.is_notice else None
    view = views.StandingPage(
        site=frame.site(root),
        head=frame.head(path, page.title, description, noindex=page.draft, trail=above, image=image),
        trail=frame.trail(above, root),
        title=page.title,
        html=frame.body(page.html_key, page.text, inputs.links, texts[page.text], path, first=True),
        updated=display_time(changed) if changed else None,
        draft=page.draft,
        title_html=frame.body(page.html_key, page.heading, inputs.links, texts[page.heading], path),
        corrections=tuple(map(shown_correction, page.corrections)),
        date=display_time(issued) if issued else None,
        until=display_time(page.until) if page.until else None,
    )
    yield TemplatePage(path, "page.html", view)


def column_page(frame: Frame, inputs: ColumnInputs) -> Iterator[TemplatePage]:
    rule = inputs.rule
    path = urls.column(rule.id) if inputs.front else urls.column_year(rule.id, inputs.year)
    root = urls.root_of(path)
    meta = meta_tags(
        ColumnName=rule.title,
        ColumnDescription=rule.description,
        ColumnKeywords=",".join(rule.keywords),
        ColumnType=rule.type or "",
    )
    feed = views.Link(f"{rule.title} – {frame.station.name}", root + urls.column_feed(rule.id))
    title = rule.title if inputs.front else f"{rule.title} {inputs.year}"
    above = frame.above(*(() if inputs.front else (Name(rule.title, urls.column(rule.id)),)))
    view = views.ColumnPage(
        site=frame.site(root),
        head=frame.head(path, title, rule.description, meta, (feed,), trail=above),
        trail=frame.trail(above, root),
        title=rule.title,
        description=rule.description,
        year=str(inputs.year) if inputs.year else "",
        years=frame.years(inputs.years, root, inputs.year, lambda year: urls.column_year(rule.id, year)),
        issues=tuple(
            _column_issue(frame, entry, root, pictures)
            for entry, pictures in zip(inputs.entries, inputs.pictures, strict=True)
        ),
        ranking=shown_ranking(inputs.ranking, root),
    )
    yield TemplatePage(path, "column.html", view)


def _column_issue(frame: Frame, entry: ColumnEntry, root: str, pictures: Pictures) -> views.ColumnIssue:
    issue = entry.issue
    href = f"{root}{urls.issue(issue.id)}#{entry.section.anchor}"
    return views.ColumnIssue(
        issue=views.Link(issue_title(frame.station, issue.title, issue.number), href),
        date=display_time(issue.date),
        articles=article_items(frame, issue, entry.section, root, pictures),
        draft=issue.hidden,
    )


def year_page(frame: Frame, inputs: YearInputs) -> Iterator[TemplatePage]:
    path = urls.year(inputs.year)
    root = urls.root_of(path)
    above = frame.above()
    view = views.YearPage(
        site=frame.site(root),
        head=frame.head(path, f"{frame.station.bulletin} {inputs.year}", trail=above),
        trail=frame.trail(above, root),
        year=str(inputs.year),
        years=frame.years(frame.shell.years, root, inputs.year, urls.year),
        issues=tuple(issue_item(frame, issue, root) for issue in inputs.issues),
    )
    yield TemplatePage(path, "year.html", view)


def _link(name: Name | None, root: str) -> views.Link | None:
    return views.Link(name.text, root + name.path) if name else None
