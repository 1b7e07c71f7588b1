"""Other forms of an issue: which of them the station asks for, of which issues, and how its page names them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from bulletin.arrange.resolve import ResolvedArchive
from bulletin.arrange.urls import Name
from bulletin.core.problems import Problem, problem
from bulletin.editions.choice import chosen_issues, has_own_file, wanted_issues
from bulletin.editions.edition import Edition
from bulletin.editions.form import Form


def other_forms(
    editions: Iterable[Edition], resolved: ResolvedArchive
) -> tuple[dict[str, tuple[Name, ...]], tuple[Problem, ...]]:
    """By id of an issue: its other forms, in the order of the editions. A problem for each that cannot be made, and for
    each issue that has a file of its own in its place.
    """
    forms: dict[str, tuple[Name, ...]] = {}
    problems: list[Problem] = []
    for edition in editions:
        if edition.form is None:
            continue
        problems += _missing(resolved, edition.name, edition.form)
        for issue in chosen_issues(resolved, edition.name, edition.form):
            path = edition.form.path(issue.id)
            forms[issue.id] = (*forms.get(issue.id, ()), Name(edition.form.label, path))
    return forms, tuple(problems)


def _missing(resolved: ResolvedArchive, name: str, form: Form) -> Iterator[Problem]:
    wanted = tuple(wanted_issues(resolved, name, form))
    if wanted and (lacking := form.lacks()):
        yield lacking
        return
    for issue in wanted:
        if has_own_file(resolved, form, issue):
            yield problem("A115", issue.source, 0, address=form.path(issue.id), edition=name)
