"""Issues and pages → `Archive`: what is published, in order, by column and by year."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Iterator
from datetime import datetime, time, timedelta

from msgspec.structs import replace

from bulletin.core.model import Issue, Page, Section, Today, Value, columns_of, encode_sections, slugs_of
from bulletin.core.problems import Problem, problem
from bulletin.core.station import SectionRule, Station


class ColumnEntry(Value, frozen=True):
    """What one issue has in a column."""

    issue: Issue
    place: int
    """Index of its section."""

    @property
    def section(self) -> Section:
        return self.issue.sections[self.place]


class Column(Value, frozen=True):
    """The same section across issues."""

    rule: SectionRule
    """The station's own, or one derived from a section that the station does not know."""
    entries: tuple[ColumnEntry, ...]
    """Newest issue first; may be empty for a section that the station names."""
    years: tuple[int, ...]
    """Newest first."""

    def of_year(self, year: int) -> tuple[ColumnEntry, ...]:
        """The entries of one year, newest first."""
        first = bisect_left(self.entries, -year, key=_backwards)
        return self.entries[first : bisect_right(self.entries, -year, key=_backwards)]


def _backwards(entry: ColumnEntry) -> int:
    return -entry.issue.year


class Archive(Value, frozen=True):
    """All that is published."""

    station: Station
    today: Today | None
    issues: tuple[Issue, ...]
    """Newest first, by year and sequence; supplements follow the numbers of their year."""
    pages: tuple[Page, ...]
    """In the order of the navigation."""
    columns: tuple[Column, ...]
    """The station's own order first."""
    years: tuple[int, ...]
    """Newest first."""
    hidden: frozenset[str] = frozenset()
    """Sources that are here for the preview only: drafts and scheduled issues."""


class Unpublished(Value, frozen=True):
    """What is not public."""

    drafts: int
    scheduled: int
    due: datetime | None
    """When the first scheduled issue will be public, or the first search notice ends."""


def arrange(
    issues: Iterable[Issue],
    pages: Iterable[Page],
    station: Station,
    today: Today | None,
    now: datetime,
    *,
    drafts: bool = False,
) -> tuple[Archive, Unpublished, tuple[Problem, ...]]:
    """Put the issues in order and leave out what is not public at ``now``.

    With ``drafts`` everything is included, for the preview. Of two issues with one number the one whose file has
    that name stays, else the first by name.
    """
    chosen, problems = _without_doubles(issues)
    ends = [end for issue in chosen if issue.expires for end in _ends(issue) if end > now]
    chosen = [_without_ended(issue, now) if issue.expires else issue for issue in chosen]
    hidden = [i for i in chosen if i.draft or i.date > now]
    scheduled = [i.date for i in hidden if not i.draft]
    standing = [p for p in pages if drafts or not p.draft]
    sources = frozenset(i.source for i in hidden)
    shown = chosen if drafts else [i for i in chosen if i.source not in sources]
    newest_first = tuple(sorted(shown, key=_issue_order, reverse=True))
    archive = Archive(
        station=station,
        today=today if today and today.date == now.date().isoformat() else None,
        issues=newest_first,
        pages=tuple(sorted(standing, key=lambda page: (page.order, page.id))),
        columns=_columns(newest_first, station),
        years=tuple(dict.fromkeys(issue.year for issue in newest_first)),
        hidden=sources | {page.source for page in standing if page.draft} if drafts else frozenset(),
    )
    if drafts:
        return archive, Unpublished(0, 0, None), problems
    due = min((*scheduled, *ends), default=None)
    return archive, Unpublished(len(hidden) - len(scheduled), len(scheduled), due), problems


def _ends(issue: Issue) -> Iterator[datetime]:
    """When articles of an issue leave the site: search notices, at the end of their last day."""
    for section in issue.sections:
        for article in section.articles:
            if article.until:
                yield datetime.combine(article.until.date(), time.min) + timedelta(days=1)


def _without_ended(issue: Issue, now: datetime) -> Issue:
    if all(end > now for end in _ends(issue)):
        return issue
    sections: list[Section] = []
    ended: list[str] = []
    for section in issue.sections:
        kept = tuple(a for a in section.articles if not a.until or a.until.date() >= now.date())
        ended += [article.slug for article in section.articles if article not in kept]
        if kept or section.lead:
            sections.append(replace(section, articles=kept))
    left = tuple(sections)
    return replace(
        issue,
        contents=encode_sections(left),
        columns=columns_of(left),
        slugs=slugs_of(left),
        ended=tuple(ended),
    )


def _issue_order(issue: Issue) -> tuple[int, int, int, str]:
    return issue.year, issue.supplement, issue.sequence, issue.id


def _without_doubles(issues: Iterable[Issue]) -> tuple[list[Issue], tuple[Problem, ...]]:
    chosen: dict[str, Issue] = {}
    problems = []
    for issue in sorted(issues, key=lambda i: (i.id not in i.source, i.source)):
        if other := chosen.get(issue.id):
            problems.append(problem("A101", issue.source, 1, number=issue.number, other=other.source))
        else:
            chosen[issue.id] = issue
    return list(chosen.values()), tuple(problems)


def _columns(issues: tuple[Issue, ...], station: Station) -> tuple[Column, ...]:
    entries: dict[str, list[ColumnEntry]] = {rule.id: [] for rule in station.sections}
    rules = {rule.id: rule for rule in station.sections}
    for issue in issues:
        for place, (id_, title) in enumerate(issue.columns):
            if title:
                if id_ not in entries:
                    entries[id_] = []
                    rules[id_] = SectionRule(id=id_, title=title)
                entries[id_].append(ColumnEntry(issue, place))
    own = [rule.id for rule in station.sections]
    strange = sorted(id_ for id_ in entries if id_ not in own)
    return tuple(_column(rules[id_], tuple(entries[id_])) for id_ in (*own, *strange))


def _column(rule: SectionRule, entries: tuple[ColumnEntry, ...]) -> Column:
    return Column(rule, entries, tuple(dict.fromkeys(entry.issue.year for entry in entries)))


def issue_title(station: Station, title: str, number: str) -> str:
    """Never empty: the bulletin's name and the number where the issue has no title of its own."""
    between = " " if station.bulletin[-1:].isascii() else ""
    return title or f"{station.bulletin}{between}{number}"


def contents_of(issue: Issue) -> str:
    """An issue in one line: its articles' titles."""
    titles = [a.title for s in issue.sections for a in s.articles] or [s.title for s in issue.sections if s.title]
    return "；".join(titles)[:200]
