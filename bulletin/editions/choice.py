"""Of which issues an edition is made."""

from __future__ import annotations

from bulletin.arrange.archive import Archive
from bulletin.arrange.resolve import ResolvedArchive
from bulletin.core.model import Issue
from bulletin.editions.form import Form


def chosen_issues(resolved: ResolvedArchive, name: str, form: Form) -> tuple[Issue, ...]:
    """Issues of which an edition is made: those of the newest year, or all; and each of which readers have it already,
    since no published address dies. None where something is lacking for it.
    """
    archive = resolved.archive
    if form.lacks():
        return ()
    public = [issue for issue in archive.issues if not issue.hidden]
    years = years_asked(archive, name)
    return tuple(issue for issue in public if issue.year in years or form.path(issue.id) in resolved.published)


def years_asked(archive: Archive, name: str) -> tuple[int, ...]:
    """Years of whose issues station.yml asks for an edition."""
    asked = archive.station.editions
    if f"{name} all" in asked:
        return archive.years
    return archive.years[:1] if name in asked else ()
