"""What a template sees: one frozen value named `page`, and nothing else.

docs/templates.md describes every class and field here; a test holds the two together. All addresses
(`href`) are already relative to the page that has them, so that the site works under any path and from a
folder; all times are already text. HTML fields (`html`, `lead`) are safe: sanitised where they were read.
"""

from __future__ import annotations

from bulletin.arrange.views.feeds import (
    FeedEntry,
    FeedPage,
    PodcastItem,
    PodcastPage,
    RobotsPage,
    SitemapPage,
    SitemapUrl,
)
from bulletin.arrange.views.issues import (
    ArticleBlock,
    ArticlePage,
    CorrectionsPage,
    IssuePage,
    SectionBlock,
    VoiceView,
    WithdrawnLine,
)
from bulletin.arrange.views.lists import (
    AllColumnsPage,
    ArticleItem,
    ColumnIssue,
    ColumnItem,
    ColumnPage,
    HomeBlock,
    HomePage,
    HomeRow,
    IssueItem,
    ListedColumn,
    NoticeItem,
    NoticesPage,
    RankedItem,
    Ranking,
    SectionItem,
    YearPage,
)
from bulletin.arrange.views.others import (
    MailPage,
    MissingPage,
    RedirectPage,
    SearchPage,
    StandingPage,
    SubscribePage,
    WithdrawnPage,
)
from bulletin.arrange.views.site import Head, Site
from bulletin.arrange.views.style import Palette, StylePage
from bulletin.arrange.views.values import Choice, DailyFigure, DisplayTime, Link, Meta, PictureView, ShownCorrection

__all__ = (
    "AllColumnsPage",
    "ArticleBlock",
    "ArticleItem",
    "ArticlePage",
    "Choice",
    "ColumnIssue",
    "ColumnItem",
    "ColumnPage",
    "CorrectionsPage",
    "DailyFigure",
    "DisplayTime",
    "FeedEntry",
    "FeedPage",
    "Head",
    "HomeBlock",
    "HomePage",
    "HomeRow",
    "IssueItem",
    "IssuePage",
    "Link",
    "ListedColumn",
    "MailPage",
    "Meta",
    "MissingPage",
    "NoticeItem",
    "NoticesPage",
    "Palette",
    "PictureView",
    "PodcastItem",
    "PodcastPage",
    "RankedItem",
    "Ranking",
    "RedirectPage",
    "RobotsPage",
    "SearchPage",
    "SectionBlock",
    "SectionItem",
    "ShownCorrection",
    "Site",
    "SitemapPage",
    "SitemapUrl",
    "StandingPage",
    "StylePage",
    "SubscribePage",
    "View",
    "VoiceView",
    "WithdrawnLine",
    "WithdrawnPage",
    "YearPage",
)

_View = (
    HomePage
    | IssuePage
    | ArticlePage
    | ColumnPage
    | AllColumnsPage
    | YearPage
    | StandingPage
    | MissingPage
    | NoticesPage
    | CorrectionsPage
    | WithdrawnPage
    | SearchPage
    | SubscribePage
    | MailPage
    | RedirectPage
    | FeedPage
    | SitemapPage
    | RobotsPage
    | StylePage
)
"""What may be rendered."""
