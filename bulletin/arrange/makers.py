"""Which function makes the pages of which inputs, and from which templates."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from bulletin.arrange import feeds, pages
from bulletin.arrange.frame import Frame, Planned
from bulletin.arrange.inputs import (
    ColumnInputs,
    FeedInputs,
    FileInputs,
    HomeInputs,
    Inputs,
    IssueInputs,
    LookInputs,
    MissingInputs,
    PageInputs,
    RedirectInputs,
    RobotsInputs,
    SearchInputs,
    SitemapInputs,
    YearInputs,
)

MAKERS: dict[type, Callable[..., Iterator[Planned]]] = {
    IssueInputs: pages.issue_pages,
    PageInputs: pages.standing_pages,
    RedirectInputs: pages.redirect_page,
    HomeInputs: pages.home_page,
    ColumnInputs: pages.column_page,
    YearInputs: pages.year_page,
    MissingInputs: pages.missing_page,
    SearchInputs: pages.search_page,
    RobotsInputs: feeds.robots,
    FeedInputs: feeds.feed,
    SitemapInputs: feeds.sitemap,
    FileInputs: lambda *_: iter(()),
    LookInputs: pages.style_page,
}

TEMPLATES: dict[type, tuple[str, ...]] = {
    IssueInputs: ("issue.html", "article.html"),
    PageInputs: ("page.html",),
    RedirectInputs: ("redirect.html",),
    HomeInputs: ("home.html",),
    ColumnInputs: ("column.html",),
    YearInputs: ("year.html",),
    MissingInputs: ("404.html",),
    SearchInputs: ("search.html",),
    RobotsInputs: ("robots.txt",),
    FeedInputs: ("feed.xml",),
    SitemapInputs: ("sitemap.xml", "sitemap-index.xml"),
    FileInputs: (),
    LookInputs: ("station.css",),
}
"""Which templates a group of each kind may need; part of its key."""


def make(frame: Frame, inputs: Inputs) -> Iterator[Planned]:
    """All pages of a group, ready to be rendered."""
    return MAKERS[type(inputs)](frame, inputs)
