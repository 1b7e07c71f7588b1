"""Of which issues an edition is made."""

from __future__ import annotations

from collections.abc import Iterator

from bulletin.arrange.archive import Archive
from bulletin.arrange.resolve import ResolvedArchive
from bulletin.core.model import Issue
from bulletin.editions.form import Form
from bulletin.read.sources import fold


def chosen_issues(resolved: ResolvedArchive, name: str, form: Form) -> tuple[Issue, ...]:
    """Issues of which an edition is made: those of the newest year, or all; and each of which readers have it already,
    since no published address dies. None where something is lacking for it, which is looked for only if one is wanted.
    """
    wanted = tuple(issue for issue in wanted_issues(resolved, name, form) if not has_own_file(resolved, form, issue))
    return () if wanted and form.lacks() else wanted


def wanted_issues(resolved: ResolvedArchive, name: str, form: Form) -> Iterator[Issue]:
    """The same, whether it can be made or not."""
    years = years_asked(resolved.archive, name)
    for issue in resolved.archive.issues:
        if not issue.hidden and (issue.year in years or form.path(issue.id) in resolved.published):
            yield issue


def has_own_file(resolved: ResolvedArchive, form: Form, issue: Issue) -> bool:
    """Whether the author's own file is at that address; then it stays there, and the page links it as the text does."""
    own = fold(form.path(issue.id))
    return any(fold(file.path) == own for file in resolved.links[issue.source].copied)


def years_asked(archive: Archive, name: str) -> tuple[int, ...]:
    """Years of whose issues station.yml asks for an edition."""
    asked = archive.station.editions
    if f"{name} all" in asked:
        return archive.years
    return archive.years[:1] if name in asked else ()
