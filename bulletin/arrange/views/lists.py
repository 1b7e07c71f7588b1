"""Pages that list issues and articles, home, column and year, and what their lists are made of."""

from __future__ import annotations

from bulletin.arrange.views.site import Head, Site
from bulletin.arrange.views.values import DisplayTime, Link, PictureView
from bulletin.core.model import Value


class ArticleItem(Value, frozen=True):
    """An article in a list."""

    title: str
    href: str
    byline: str
    summary: str
    date: DisplayTime
    """That of its issue."""
    picture: PictureView | None = None
    """The first of its text, in its smallest form; None where it has none, and in lists that show none."""


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
    date: DisplayTime
    summary: str
    sections: tuple[SectionItem, ...]
    draft: bool


class ColumnItem(Value, frozen=True):
    """A column with its newest articles."""

    title: str
    href: str
    description: str
    latest: tuple[ArticleItem, ...]


class ColumnIssue(Value, frozen=True):
    """What one issue has in a column."""

    issue: Link
    """Leads to the section inside the issue."""
    date: DisplayTime
    articles: tuple[ArticleItem, ...]
    draft: bool


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


class NoticeItem(Value, frozen=True):
    """A notice in a list."""

    title: str
    href: str
    date: DisplayTime | None
    until: DisplayTime | None
    """Its last day."""
    summary: str
    draft: bool


class NoticesPage(Value, frozen=True):
    """``/notices/``"""

    site: Site
    head: Head
    trail: tuple[Link, ...]
    """The pages above this one, home first."""
    notices: tuple[NoticeItem, ...]
    """Newest first."""


class HomeBlock(Value, frozen=True):
    """A block of the home page."""

    kind: str
    """``notices``, ``newest``, ``today``, ``contact``, ``recent``, ``columns``, ``ranking``; ``column`` for one."""
    column: ColumnItem | None = None
    """That column, with as many articles as station.yml asks for."""


class HomeRow(Value, frozen=True):
    """Blocks that stand side by side where there is room."""

    kind: str
    """``newest``: the newest issue, with what stands beside it; ``side``: the figure of the day, the contact, earlier
    issues, without it; ``column``: columns; else that of its one block."""
    blocks: tuple[HomeBlock, ...]


class HomePage(Value, frozen=True):
    """``/``"""

    site: Site
    head: Head
    newest: IssueItem | None
    recent: tuple[IssueItem, ...]
    """The issues after the newest."""
    columns: tuple[ColumnItem, ...]
    """Those of the menu, with articles that are not in the newest issue; without one that has none."""
    ranking: Ranking
    picture: PictureView | None = None
    """The first picture of the newest issue."""
    picture_words: str = ""
    """What it shows."""
    notices: tuple[NoticeItem, ...] = ()
    """The newest ones."""
    rows: tuple[HomeRow, ...] = ()
    """Everything that the page shows, in the order of ``home`` in station.yml."""


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


class ListedColumn(Value, frozen=True):
    """A column in the list of all."""

    title: str
    href: str
    description: str
    issues: int
    """How many have it."""
    newest: DisplayTime | None
    """Time of the newest of them; None when there is none yet."""


class AllColumnsPage(Value, frozen=True):
    """``/columns/``"""

    site: Site
    head: Head
    trail: tuple[Link, ...]
    """The pages above this one, home first."""
    columns: tuple[ListedColumn, ...]
    """The station's own order first, then in the order in which they began."""


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
