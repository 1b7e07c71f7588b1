"""Inputs: the frozen values from which groups of pages are made.

A group is made again only when the hash of its inputs changes; since its maker (pages.py) sees nothing but them
and the `Shell`, that hash is a complete key. Inputs name texts by digest, so that computing it loads no HTML.
"""

from __future__ import annotations

from bulletin.arrange.archive import ColumnEntry
from bulletin.arrange.links import CopiedFile, Links, Target
from bulletin.arrange.views import Choice, Figure, Palette
from bulletin.core.config import SectionRule, Station
from bulletin.core.model import Issue, Page, Section, Value


class Name(Value, frozen=True, array_like=True):
    """A page, as others name it."""

    text: str
    path: str


class Shell(Value, frozen=True):
    """What all pages share; see `views.Site`."""

    station: Station
    columns: tuple[Name, ...]
    years: tuple[int, ...]
    pages: tuple[Name, ...]
    today: Figure | None
    counter: str = ""
    """``_hits/`` in the site, or the address of another host's; empty when nothing is counted."""
    styles: str = ""
    """Path of the station's own stylesheet; empty when it has none."""
    logo: Target | None = None
    banner: Target | None = None


class IssueInputs(Value, frozen=True):
    """For an issue's page and its articles' pages."""

    issue: Issue
    links: Links
    previous: Name | None
    next: Name | None
    hits: dict[str, int]
    """By key, as far as there are any: what was carried over, and what was baked."""


class PageInputs(Value, frozen=True):
    """For a standing page."""

    page: Page
    links: Links


class RedirectInputs(Value, frozen=True):
    """For the page at an old address."""

    path: str
    title: str
    target: str
    """Path of the page that the reader is sent to."""


class Ranked(Value, frozen=True):
    """A page in a ranking."""

    name: Name
    key: str
    hits: int


class RankingInputs(Value, frozen=True):
    """The most read."""

    recent: tuple[Ranked, ...] = ()
    ever: tuple[Ranked, ...] = ()


class HomeInputs(Value, frozen=True):
    issues: tuple[Issue, ...]
    columns: tuple[ColumnInputs, ...]
    ranking: RankingInputs = RankingInputs()


class ColumnInputs(Value, frozen=True):
    """For a column's page of one year; ``front`` for the one under the column's own address."""

    rule: SectionRule
    year: int
    """0 when the column has no issue yet."""
    years: tuple[int, ...]
    entries: tuple[ColumnEntry, ...]
    front: bool
    ranking: RankingInputs = RankingInputs()


class YearInputs(Value, frozen=True):
    year: int
    issues: tuple[Issue, ...]


class FeedInputs(Value, frozen=True):
    """For the feed of the whole (``rule`` is None) or of one column."""

    rule: SectionRule | None
    items: tuple[FeedItem, ...]


class FeedItem(Value, frozen=True):
    issue: Issue
    links: Links
    section: Section | None


class SitemapInputs(Value, frozen=True):
    path: str
    pages: tuple[tuple[str, str], ...]
    """Path and date of last change."""
    index: bool


class MissingInputs(Value, frozen=True):
    """For the page of errors."""


class SearchInputs(Value, frozen=True):
    """For the page of the search."""

    columns: tuple[Choice, ...]
    ready: bool
    """Whether there is an index to search in."""


class RobotsInputs(Value, frozen=True):
    """For robots.txt."""


class FileInputs(Value, frozen=True):
    """Files that go into the site as they are: the theme's own."""

    files: tuple[CopiedFile, ...]


class LookInputs(Value, frozen=True):
    """For the station's own stylesheet and pictures."""

    styles: str
    """Path of the stylesheet; empty when there are only pictures."""
    light: Palette
    dark: Palette
    font: str
    deposits: tuple[CopiedFile, ...]


def identity(inputs: Inputs) -> object:
    """What stands for the inputs in a group's key: themselves, but for each issue the key of its reading; and which
    of its articles have left, since that follows from the day.
    """
    if isinstance(inputs, IssueInputs):
        issue = inputs.issue
        return issue.parts, issue.ended, inputs.links, inputs.previous, inputs.next, inputs.hits
    if isinstance(inputs, YearInputs):
        return inputs.year, [(issue.parts, issue.ended) for issue in inputs.issues]
    if isinstance(inputs, ColumnInputs):
        return _column_identity(inputs)
    if isinstance(inputs, HomeInputs):
        columns = [_column_identity(column) for column in inputs.columns]
        return [(issue.parts, issue.ended) for issue in inputs.issues], columns, inputs.ranking
    if isinstance(inputs, FeedInputs):
        marks = [(item.issue.parts, item.issue.ended) for item in inputs.items]
        return inputs.rule, marks, [(item.links, item.section and item.section.anchor) for item in inputs.items]
    return inputs


def _column_identity(column: ColumnInputs) -> object:
    entries = [(entry.issue.parts, entry.issue.ended, entry.place) for entry in column.entries]
    return column.rule, column.year, column.years, entries, column.front, column.ranking


Inputs = (
    IssueInputs
    | PageInputs
    | RedirectInputs
    | HomeInputs
    | ColumnInputs
    | YearInputs
    | FeedInputs
    | SitemapInputs
    | MissingInputs
    | SearchInputs
    | RobotsInputs
    | FileInputs
    | LookInputs
)
