"""What a template sees: one frozen value named `page`, and nothing else.

docs/templates.md describes every class and field here; a test holds the two together. All addresses
(`href`) are already relative to the page that has them, so that the site works under any path and from a
folder; all times are already text. HTML fields (`html`, `lead`) are safe: sanitised where they were read.
"""

from __future__ import annotations

from bulletin.arrange.views.feeds import FeedEntry, FeedPage, RobotsPage, SitemapPage, SitemapUrl
from bulletin.arrange.views.issues import ArticleBlock, ArticlePage, IssuePage, SectionBlock
from bulletin.arrange.views.lists import (
    ArticleItem,
    ColumnIssue,
    ColumnItem,
    ColumnPage,
    HomePage,
    IssueItem,
    RankedItem,
    Ranking,
    SectionItem,
    YearPage,
)
from bulletin.arrange.views.others import (
    Choice,
    MissingPage,
    Palette,
    RedirectPage,
    SearchPage,
    StandingPage,
    StylePage,
)
from bulletin.arrange.views.site import DailyFigure, DisplayTime, Head, Link, Meta, PictureView, Site

__all__ = (
    "ArticleBlock",
    "ArticleItem",
    "ArticlePage",
    "Choice",
    "ColumnIssue",
    "ColumnItem",
    "ColumnPage",
    "DailyFigure",
    "DisplayTime",
    "FeedEntry",
    "FeedPage",
    "Head",
    "HomePage",
    "IssueItem",
    "IssuePage",
    "Link",
    "Meta",
    "MissingPage",
    "Palette",
    "PictureView",
    "RankedItem",
    "Ranking",
    "RedirectPage",
    "RobotsPage",
    "SearchPage",
    "SectionBlock",
    "SectionItem",
    "Site",
    "SitemapPage",
    "SitemapUrl",
    "StandingPage",
    "StylePage",
    "YearPage",
)
