"""What pages list: issues and articles, each with its date, and in some lists with a small picture."""

from __future__ import annotations

from urllib.parse import quote

from bulletin.arrange import urls, views
from bulletin.arrange.archive import issue_title
from bulletin.arrange.columns import ColumnEntry
from bulletin.arrange.frame import Frame, display_time
from bulletin.arrange.html import small_picture_view
from bulletin.arrange.rankings import PageRanking, RankingEntry
from bulletin.arrange.targets import Links, Target
from bulletin.arrange.text_order import TextOrder
from bulletin.core.model import Issue, Section, Text

Pictures = tuple[Target | None, ...]
"""The first picture of each text of an issue, in the order of its texts; empty where none has one."""


def pictures_of(links: Links) -> Pictures:
    """Those of an issue."""
    found = tuple(next((t for t in targets if t.picture), None) for targets in links.resolved)
    return found if any(found) else ()


def issue_item(frame: Frame, issue: Issue, root: str) -> views.IssueItem:
    """An issue, with its contents."""
    href = root + urls.issue(issue.id)
    return views.IssueItem(
        number=issue.number,
        title=issue_title(frame.station, issue.title, issue.number),
        href=href,
        date=display_time(issue.date),
        summary=issue.summary,
        sections=tuple(
            views.SectionItem(s.title, f"{href}#{s.anchor}", article_items(frame, issue, s, root, ()))
            for s in issue.sections
            if not s.is_withdrawn
        ),
        draft=issue.hidden,
    )


def article_items(
    frame: Frame, issue: Issue, section: Section, root: str, pictures: Pictures
) -> tuple[views.ArticleItem, ...]:
    """The articles of a section, with a picture each where ``pictures`` has one."""
    date, small = display_time(issue.date), _Small(issue, pictures, root)
    return tuple(
        views.ArticleItem(
            title=article.title,
            href=root + frame.article_path(issue.id, article.slug),
            byline=article.text.byline,
            summary=article.text.summary,
            date=date,
            picture=small.of(article.text),
        )
        for article in section.articles
    )


def entry_items(frame: Frame, entry: ColumnEntry, root: str, pictures: Pictures) -> tuple[views.ArticleItem, ...]:
    """What one issue has in a column: articles, or the section's own text by the title of its issue."""
    issue, section = entry.issue, entry.section
    if section.articles or not section.lead:
        return article_items(frame, issue, section, root, pictures)
    item = views.ArticleItem(
        title=issue_title(frame.station, issue.title, issue.number),
        href=f"{root}{urls.issue(issue.id)}#{section.anchor}",
        byline=section.lead.byline,
        summary=section.lead.summary,
        date=display_time(issue.date),
        picture=_Small(issue, pictures, root).of(section.lead),
    )
    return (item,)


class _Small:
    """The small pictures of an issue's texts."""

    def __init__(self, issue: Issue, pictures: Pictures, root: str) -> None:
        self._order = TextOrder(issue) if pictures else None
        self._pictures = pictures
        self._root = root

    def of(self, text: Text) -> views.PictureView | None:
        return small_picture_view(self._pictures[self._order[text]], self._root) if self._order else None


def shown_ranking(inputs: PageRanking, root: str) -> views.Ranking:
    """The most read, as the page shows them."""

    def items(ranked: tuple[RankingEntry, ...]) -> tuple[views.RankedItem, ...]:
        return tuple(views.RankedItem(r.name.text, root + quote(r.name.path), r.hits, r.key) for r in ranked)

    return views.Ranking(items(inputs.recent), items(inputs.ever))
