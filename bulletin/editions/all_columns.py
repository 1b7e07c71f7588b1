"""The page that lists all columns: those of the menu, and those that the menu has no room for."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

from bulletin.arrange import urls, views
from bulletin.arrange.archive import Archive
from bulletin.arrange.frame import Frame, display_time
from bulletin.arrange.plan import OutputGroup, TemplatePage
from bulletin.core.model import Value
from bulletin.core.problems import N_
from bulletin.core.station import SectionRule


class _ListedInputs(Value, frozen=True):
    """A column, for the list of all."""

    rule: SectionRule
    issues: int
    newest: datetime | None


class AllColumnsInputs(Value, frozen=True):
    """For the page of all columns."""

    columns: tuple[_ListedInputs, ...]


def all_columns(archive: Archive) -> Iterator[OutputGroup]:
    """Its group; a standing page of the author's own may be at its address instead."""
    if archive.columns and not archive.has_own_page(urls.COLUMNS):
        dates = ((column, column.entries[0].issue.date if column.entries else None) for column in archive.columns)
        inputs = AllColumnsInputs(tuple(_ListedInputs(c.rule, c.issue_count, newest) for c, newest in dates))
        yield OutputGroup("columns", inputs, (urls.COLUMNS,), templates=("columns.html",))


def all_columns_page(frame: Frame, inputs: AllColumnsInputs) -> Iterator[TemplatePage]:
    path = urls.COLUMNS
    root = urls.root_of(path)
    above = frame.above()
    view = views.AllColumnsPage(
        site=frame.site(root),
        head=frame.head(path, frame.translate(N_("All columns")), trail=above),
        trail=frame.trail(above, root),
        columns=tuple(
            views.ListedColumn(
                title=listed.rule.title,
                href=root + urls.column(listed.rule.id),
                description=listed.rule.description,
                issues=listed.issues,
                newest=display_time(listed.newest) if listed.newest else None,
            )
            for listed in inputs.columns
        ),
    )
    yield TemplatePage(path, "columns.html", view)
