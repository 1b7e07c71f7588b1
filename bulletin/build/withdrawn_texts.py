"""What was withdrawn leaves a build before it is arranged, judged or kept: no last good reading and no folder that
stays as it is brings it back, and nothing that it says keeps the rest of its issue back.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator

import msgspec

from bulletin.arrange.withdrawn import WithdrawnBook, WithdrawnSpan
from bulletin.build.project import Project
from bulletin.build.source_checks import CheckedSources
from bulletin.check.findings import SourceFindings
from bulletin.core.problems import Problem, problem
from bulletin.core.withdrawals import WITHDRAWN_FILE, Withdrawal
from bulletin.read.library import Readings

NOTE_GROUP = "withdrawn "
"""How the names of the groups of notes begin (editions/withdrawn.py)."""


class WithdrawnTexts:
    """The withdrawals of a project, as a build applies them."""

    def __init__(self, project: Project, noted: frozenset[str], is_there: Callable[[str], bool]) -> None:
        """``noted`` are paths of the notes that the last build wrote; ``is_there`` says whether a folder of the site,
        ``issues/2014002/``, has a page.
        """
        self.entries, self.problems = _checked_reasons(project)
        self.book = WithdrawnBook(self.entries)
        self._noted = noted
        self._is_there = is_there
        self._taken_down: dict[str, Withdrawal] = {}
        self.spans: tuple[WithdrawnSpan, ...] = ()
        """Where the sources, as they are now, hold what was withdrawn; known once `without_findings` was asked."""

    def taken_out(self, readings: Readings) -> Readings:
        """The readings without what was withdrawn; the same ones where nothing was."""
        if not self.entries:
            return readings
        gone = {issue.source for issue in readings.issues if self.book.of_issue(issue)}
        return msgspec.structs.replace(
            readings,
            issues=self.book.without_withdrawn(readings.issues),
            good={path: key for path, key in readings.good.items() if path not in gone},
            last_good=tuple(path for path in readings.last_good if path not in gone),
            frozen=tuple(folder for folder in readings.frozen if self._may_stay(folder)),
        )

    def _may_stay(self, folder: str) -> bool:
        """Whether a folder of the site may stay as it is: not with a page of what was withdrawn since it was built."""
        kind, _, id_ = folder.rstrip("/").partition("/")
        if kind != "issues":
            return True
        if self.book.is_whole(id_):
            return False
        fresh = [e for e in self.book.of_articles(id_) if not self._noted.issuperset(e.paths)]
        if fresh and self._is_there(folder):
            self._taken_down[folder] = fresh[0]
        return not fresh

    def taken_down(self) -> Iterator[Problem]:
        """Issues of which nothing is left for want of a text that can be made into pages again."""
        for each in self._taken_down.values():
            yield problem("A121", WITHDRAWN_FILE, each.line, number=each.issue)

    def without_findings(
        self, checked: CheckedSources, readings: Readings, current: Collection[str]
    ) -> tuple[CheckedSources, tuple[Problem, ...]]:
        """What the rules found, without what only withdrawn lines hold; and what there is to know of these.

        ``readings`` are those before anything was taken out, ``current`` the keys of sources as they are now: of an
        earlier reading the lines are other ones.
        """
        if not self.entries:
            return checked, ()
        spans = self.spans = tuple(self.book.spans(issue for issue in readings.issues if issue.html_key in current))
        if not spans:
            return checked, ()
        sources = {path: _without(found, spans) for path, found in checked.by_path.items()}
        said = (problem("A120", _file(span, checked.by_path), span.first, date=span.date[:10]) for span in spans)
        return checked._replace(by_path=sources), tuple(said)


def _checked_reasons(project: Project) -> tuple[tuple[Withdrawal, ...], tuple[Problem, ...]]:
    """The withdrawals, without a reason that holds a number of a person."""
    if not any(each.because for each in project.withdrawals):
        return project.withdrawals, ()
    from bulletin.check.personal_numbers import mask_number, personal_data_in

    office = project.numbers_office
    entries: list[Withdrawal] = []
    problems: list[Problem] = []
    for each in project.withdrawals:
        found = next(personal_data_in(each.because, office), None)
        if found:
            words = mask_number(each.because[found[1] : found[2]])
            problems.append(problem("A122", WITHDRAWN_FILE, each.line, words=words))
            each = msgspec.structs.replace(each, because="")
        entries.append(each)
    return tuple(entries), tuple(problems)


def _without(found: SourceFindings, spans: Iterable[WithdrawnSpan]) -> SourceFindings:
    spans = tuple(spans)
    kept = tuple(each for each in found.problems if not any(span.holds(each.path, each.line) for span in spans))
    return found if len(kept) == len(found.problems) else msgspec.structs.replace(found, problems=kept)


def _file(span: WithdrawnSpan, sources: Iterable[str]) -> str:
    """The file at which a span is named; of a folder its main file."""
    return next((path for path in sources if span.holds(path, 0)), span.path) if span.path[-1] == "/" else span.path
