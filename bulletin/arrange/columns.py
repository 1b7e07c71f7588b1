"""Sections across issues → columns: which have a page, which the menu shows, and which may be misspelt."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Iterator

from bulletin.core.model import Issue, Section, Value
from bulletin.core.nearest import nearest
from bulletin.core.problems import Problem, problem
from bulletin.core.station import SectionRule, Station

_MIN_ISSUES = 3
"""Issues from which a section that the station does not name has a column. In large archives most sections are a title
that somebody wrote once."""
_MOST_UNNAMED = 8
"""Columns in the menu of a station that names no sections: a menu of one line, two on a phone."""


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

    @property
    def issue_count(self) -> int:
        """Issues that have it, each once."""
        return len({entry.issue.id for entry in self.entries})


def _backwards(entry: ColumnEntry) -> int:
    return -entry.issue.year


def columns_and_rare(issues: Iterable[Issue], station: Station) -> tuple[tuple[Column, ...], tuple[Column, ...]]:
    """The columns of issues, newest first, and the sections that are too rare to be one.

    The station's own come first, in its order; then the others, in the order in which readers first met them.
    """
    rules = {rule.id: rule for rule in station.sections}
    entries: dict[str, list[ColumnEntry]] = {id_: [] for id_ in rules}
    for issue in issues:
        for place, (id_, title) in enumerate(issue.columns):
            if title:
                rules.setdefault(id_, SectionRule(id=id_, title=title))
                entries.setdefault(id_, []).append(ColumnEntry(issue, place))
    columns = [_column(rules[id_], tuple(found)) for id_, found in entries.items()]
    own, others = columns[: len(station.sections)], _by_first_issue(columns[len(station.sections) :])
    frequent = tuple(column for column in others if column.issue_count >= _MIN_ISSUES)
    return (*own, *frequent), tuple(column for column in others if column.issue_count < _MIN_ISSUES)


def _column(rule: SectionRule, entries: tuple[ColumnEntry, ...]) -> Column:
    return Column(rule, entries, tuple(dict.fromkeys(entry.issue.year for entry in entries)))


def _by_first_issue(columns: Iterable[Column]) -> list[Column]:
    """The oldest issue's sections first, in the order in which they are there."""

    def first(column: Column) -> tuple[int, int, int, str, int]:
        oldest = column.entries[-1].issue
        place = min(entry.place for entry in column.entries if entry.issue.id == oldest.id)
        return oldest.year, oldest.supplement, oldest.sequence, oldest.id, place

    return sorted(columns, key=first)


def columns_in_menu(columns: tuple[Column, ...], station: Station) -> tuple[Column, ...]:
    """The station's own, without those that it hides, and of the others as many as it asks for.

    Of these the ones with the most issues are chosen; where they are in the menu does not change with every issue.
    """
    own, others = columns[: len(station.sections)], columns[len(station.sections) :]
    asked = station.other_columns
    room = asked if asked is not None else 0 if own else _MOST_UNNAMED
    chosen = {column.rule.id for column in sorted(others, key=lambda column: -column.issue_count)[:room]}
    return (*(c for c in own if c.rule.menu), *(c for c in others if c.rule.id in chosen))


def misspelt_sections(columns: Iterable[Column], rare: Iterable[Column]) -> Iterator[Problem]:
    """A question for each rare section whose title is nearly that of a column; of others there is nothing to ask."""
    known = [column.rule.title for column in columns]
    for column in rare if known else ():
        if guess := nearest(column.rule.title, known):
            for entry in column.entries:
                section = entry.section
                yield problem("A112", section.path, section.line, guess, title=section.title)
