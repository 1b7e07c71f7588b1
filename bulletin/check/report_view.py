"""What a template sees of problems: the report to print, and the single problem, for the preview too."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from bulletin.check.findings import GATE_CODES
from bulletin.check.masking import masked_problem
from bulletin.check.reports import place
from bulletin.core.i18n import Translate
from bulletin.core.model import Value
from bulletin.core.problems import N_, SEVERITIES, Problem, describe, remedy


class ProblemView(Value, frozen=True):
    """A problem in the reader's language."""

    severity: str
    """``error``, ``warning`` or ``notice``."""
    label: str
    """The same as a word."""
    message: str
    remedy: str
    place: str
    """Line and column in a report; title and line in words in the preview."""
    href: str
    """Where the preview shows the line; empty elsewhere."""
    code: str


class CheckedFile(Value, frozen=True):
    """A file that has problems."""

    path: str
    counts: tuple[int, ...]
    """Problems by severity, in the order of `CheckReport.labels`."""
    problems: tuple[ProblemView, ...]


class ReportKind(Value, frozen=True):
    """The problems of one code in a part of the report."""

    code: str
    severity: str
    count: int
    shown: tuple[ProblemView, ...]
    """The first ones; all of what keeps an issue back."""
    more: str
    """``and 12 more in 5 files``; empty where all are shown."""
    remedy: str


class ReportPart(Value, frozen=True):
    """What keeps an issue back, or all else of one severity."""

    name: str
    """``gate``, ``error``, ``warning`` or ``notice``."""
    title: str
    count: int
    kinds: tuple[ReportKind, ...]
    """Most frequent first."""


class CheckReport(Value, frozen=True):
    """A report for the head of the office: what matters first, a page of it; then file by file, to unfold.

    Numbers of persons stay hidden in it.
    """

    station: str
    made: str
    """When the check was made."""
    labels: tuple[str, ...]
    """The severities, as words."""
    counts: tuple[int, ...]
    """Of all files, in the order of ``labels``."""
    parts: tuple[ReportPart, ...]
    """What keeps an issue back, then the severities; every problem is in one."""
    files: tuple[CheckedFile, ...]


_KEEPS_BACK = N_("What keeps an issue back")
_SHOWN = {"error": 3, "warning": 1, "notice": 1}
"""Problems of one kind that stand for all of it."""


def check_report(problems: Iterable[Problem], station: str, made: str, translate: Translate) -> CheckReport:
    """The problems by weight, and file by file; ``made`` is a time as text."""
    problems = tuple(map(masked_problem, problems))
    by_file: dict[str, list[Problem]] = {}
    for found in problems:
        by_file.setdefault(found.path, []).append(found)
    labels = tuple(translate(label) for label in SEVERITIES.values())
    files = tuple(_checked_file(path, found, translate) for path, found in by_file.items())
    return CheckReport(station, made, labels, _counts(problems), tuple(_parts(problems, translate)), files)


def by_weight(problems: Iterable[Problem]) -> Iterator[tuple[str, str, list[Problem]]]:
    """What keeps an issue back, then the severities: name, title (not translated) and problems; each problem once."""
    problems = tuple(problems)
    yield "gate", _KEEPS_BACK, [found for found in problems if found.code in GATE_CODES]
    for severity, label in SEVERITIES.items():
        yield (
            severity,
            label,
            [found for found in problems if found.severity == severity and found.code not in GATE_CODES],
        )


def _parts(problems: tuple[Problem, ...], translate: Translate) -> Iterator[ReportPart]:
    for name, title, found in by_weight(problems):
        yield _part(name, translate(title), found, translate)


def _part(name: str, title: str, problems: list[Problem], translate: Translate) -> ReportPart:
    kinds: dict[str, list[Problem]] = {}
    for found in problems:
        kinds.setdefault(found.code, []).append(found)
    most = sorted(kinds.values(), key=len, reverse=True)
    shown = len(problems) if name == "gate" else _SHOWN[name]
    return ReportPart(name, title, len(problems), tuple(_kind(each, shown, translate) for each in most))


def _kind(problems: list[Problem], shown: int, translate: Translate) -> ReportKind:
    views = tuple(problem_view(each, _short_place(each), "", translate) for each in problems[:shown])
    rest = problems[shown:]
    words = translate(N_("and {count} more; files: {files}"))
    more = words.format(count=len(rest), files=len({each.path for each in rest})) if rest else ""
    return ReportKind(problems[0].code, problems[0].severity, len(problems), views, more, views[0].remedy)


def _short_place(found: Problem) -> str:
    """``2014003.md:12`` for a text of an issue."""
    path = found.path.removeprefix("content/").removeprefix("issues/")
    return f"{path}:{found.line}" if found.line else path


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
