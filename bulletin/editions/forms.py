"""Other forms of an issue: which of them the station asks for, of which issues, and how its page names them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from bulletin.arrange.archive import Archive
from bulletin.arrange.resolve import ResolvedArchive
from bulletin.arrange.urls import Name
from bulletin.core.problems import Problem
from bulletin.editions.choice import chosen_issues, years_asked
from bulletin.editions.edition import Edition
from bulletin.editions.form import Form


def other_forms(
    editions: Iterable[Edition], resolved: ResolvedArchive
) -> tuple[dict[str, tuple[Name, ...]], tuple[Problem, ...]]:
    """By id of an issue: its other forms, in the order of the editions. A problem for each that cannot be made."""
    forms: dict[str, tuple[Name, ...]] = {}
    problems: list[Problem] = []
    for edition in editions:
        if edition.form is None:
            continue
        problems += _missing(resolved.archive, edition.name, edition.form)
        for issue in chosen_issues(resolved, edition.name, edition.form):
            path = edition.form.path(issue.id)
            forms[issue.id] = (*forms.get(issue.id, ()), Name(edition.form.label, path))
    return forms, tuple(problems)


def _missing(archive: Archive, name: str, form: Form) -> Iterator[Problem]:
    if years_asked(archive, name) and (lacking := form.lacks()):
        yield lacking
