"""Of several texts that want one place, the one that gets it: what readers have keeps its place, no copy beats its
original.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from bulletin.arrange.published import PublishedBefore
from bulletin.core.model import Issue, Value
from bulletin.core.problems import N_, Problem, problem
from bulletin.read.copies import name_key, originals, source_name
from bulletin.read.numbers import number_in_name, parse_number

_NUMBER_ORIGINS = {
    "name": N_("its number is from the file's name"),
    "title": N_("its number is from its title"),
    "lines": N_("its number is from its first lines"),
}
"""Where a number was found that is not in the front matter (`Issue.number_from`)."""


class ChosenIssues(Value, frozen=True):
    """Issues with a place of their own each."""

    issues: tuple[Issue, ...]
    problems: tuple[Problem, ...]
    undecided: tuple[str, ...]
    """Ids that copies alone lay claim to: nobody knows which is right, and none is taken."""


def choose_issues(
    issues: Iterable[Issue], others: Iterable[Issue], lost: Iterable[str], before: PublishedBefore
) -> ChosenIssues:
    """One issue for each id. ``others`` are not to be chosen but may be originals: drafts; so are the paths of ``lost``
    sources, which cannot be read.
    """
    issues = tuple(issues)
    names = _Names((*issues, *others), lost)
    problems: list[Problem] = []
    rivals: dict[str, list[Issue]] = {}
    for issue in issues:
        if issue.source not in before.sources and (original := names.original_of(issue)):
            problems.append(problem("A106", issue.source, 1, other=original))
        else:
            rivals.setdefault(issue.id, []).append(issue)
    chosen, undecided = [], []
    for id_, same in rivals.items():
        best = min(same, key=lambda issue: _rank(issue, before))
        if len(same) > 1 and best.source not in before.sources and _is_copy(best):
            undecided.append(id_)
            problems += _all_copies(same)
        else:
            chosen.append(best)
            problems += (_beaten(issue, best) for issue in same if issue is not best)
    return ChosenIssues(tuple(chosen), tuple(problems), tuple(undecided))


class _Names:
    """Files of issues by their names."""

    def __init__(self, issues: Iterable[Issue], lost: Iterable[str]) -> None:
        self._ids: dict[str, dict[str, str]] = {}
        for issue in issues:
            self._ids.setdefault(name_key(source_name(issue.source)), {})[issue.id] = issue.source
        self._lost = {name_key(source_name(path)): path for path in lost if path.startswith("content/issues/")}

    def original_of(self, issue: Issue) -> str:
        """Path of the issue's original; empty when it has none, or one that is another issue."""
        for name in reversed(originals(source_name(issue.source))):
            if path := self._ids.get(name, {}).get(issue.id) or self._lost_original(name, issue.id):
                return path
        return ""

    def _lost_original(self, name: str, id_: str) -> str:
        if name not in self._lost:
            return ""
        number = parse_number(number_in_name(name))
        other = number is not None and number.year is not None and number.id(number.year) != id_
        return "" if other else self._lost[name]


def _is_copy(issue: Issue) -> bool:
    return bool(originals(source_name(issue.source)))


def _rank(issue: Issue, before: PublishedBefore) -> tuple[bool, bool, bool, bool, str]:
    """The smallest is chosen."""
    path = issue.source
    return path not in before.sources, _is_copy(issue), issue.id not in path, not path.lower().endswith(".md"), path


def _beaten(issue: Issue, best: Issue) -> Problem:
    if _is_copy(issue):
        return problem("A106", issue.source, 1, other=best.source)
    return same_number(issue, best)


def same_number(issue: Issue, best: Issue) -> Problem:
    """That an issue was left out for another with its number, and where it has that from."""
    where = {"where": _NUMBER_ORIGINS[issue.number_from]} if issue.number_from else {}
    return problem("A101", issue.source, 1, number=issue.number, other=best.source, **where)


def _all_copies(issues: list[Issue]) -> Iterator[Problem]:
    paths = sorted(issue.source for issue in issues)
    for path in paths:
        yield problem("A107", path, 1, others="、".join(other for other in paths if other != path))
