"""What a template sees of problems: the report to print, and the single problem, for the preview too."""

from __future__ import annotations

from collections.abc import Iterable

from bulletin.check.masking import masked_problem
from bulletin.check.reports import place
from bulletin.core.i18n import Translate
from bulletin.core.model import Value
from bulletin.core.problems import SEVERITIES, Problem, describe, remedy


class ProblemView(Value, frozen=True):
    """A problem in the reader's language."""

    severity: str
    """``error``, ``warning`` or ``notice``."""
    label: str
    """The same as a word."""
    message: str
    remedy: str
    place: str
    """Line and column in a report, ``file:line`` in the preview."""
    href: str
    """Where the preview shows the line; empty elsewhere."""
    code: str


class CheckedFile(Value, frozen=True):
    """A file that has problems."""

    path: str
    counts: tuple[int, ...]
    """Problems by severity, in the order of `CheckReport.labels`."""
    problems: tuple[ProblemView, ...]


class CheckReport(Value, frozen=True):
    """A report for the head of the office: counts, then file by file. Numbers of persons stay hidden in it."""

    station: str
    made: str
    """When the check was made."""
    labels: tuple[str, ...]
    """The severities, as words."""
    counts: tuple[int, ...]
    """Of all files, in the order of ``labels``."""
    files: tuple[CheckedFile, ...]


def check_report(problems: Iterable[Problem], station: str, made: str, translate: Translate) -> CheckReport:
    """The problems file by file; ``made`` is a time as text."""
    problems = tuple(map(masked_problem, problems))
    by_file: dict[str, list[Problem]] = {}
    for found in problems:
        by_file.setdefault(found.path, []).append(found)
    labels = tuple(translate(label) for label in SEVERITIES.values())
    files = tuple(_checked_file(path, found, translate) for path, found in by_file.items())
    return CheckReport(station, made, labels, _counts(problems), files)


def problem_view(found: Problem, place: str, href: str, translate: Translate) -> ProblemView:
    label = translate(SEVERITIES[found.severity])
    message, fix = describe(found, translate), remedy(found, translate)
    return ProblemView(found.severity, label, message, fix, place, href, found.code)


def _checked_file(path: str, problems: list[Problem], translate: Translate) -> CheckedFile:
    views = (problem_view(each, place(each).removeprefix(path).lstrip(":"), "", translate) for each in problems)
    return CheckedFile(path, _counts(problems), tuple(views))


def _counts(problems: Iterable[Problem]) -> tuple[int, ...]:
    found = [problem.severity for problem in problems]
    return tuple(found.count(severity) for severity in SEVERITIES)
