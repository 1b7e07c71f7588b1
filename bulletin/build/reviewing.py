"""Recording a review, its state, and the register: `bulletin review`."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import date, datetime
from pathlib import Path
from typing import NamedTuple

from bulletin.build.changes import scan_project
from bulletin.build.examine import survey_everything
from bulletin.build.finding import find_issue
from bulletin.build.gating import attached_files
from bulletin.build.project import Project, open_cache, open_project, project_lock
from bulletin.build.report import Options
from bulletin.build.survey import Survey
from bulletin.check.findings import Silenced
from bulletin.check.ignoring import silence
from bulletin.check.register import make_register, register_csv
from bulletin.check.reports import place
from bulletin.check.reviews import (
    REVIEWS_FILE,
    Review,
    ReviewBook,
    append_review,
    check_review,
    clean_name,
    missing_reviews,
    parse_role,
    void_reason,
    void_reviews,
)
from bulletin.core.config import with_reviews_from
from bulletin.core.errors import OutputError, UsageError
from bulletin.core.files import read_file, replace_file
from bulletin.core.model import Issue, Value
from bulletin.core.problems import N_, Problem
from bulletin.core.station import STATION
from bulletin.render.reports import render_report, template_folders


class Recorded(Value, frozen=True):
    """A review that was recorded."""

    review: Review
    reviews_from: str
    """The day that was written into station.yml, as ISO text; empty when nothing was."""


class ReviewLine(Value, frozen=True):
    """A review as the state of an issue shows it."""

    role: str
    by: str
    """Empty where there is none."""
    date: str
    reason: str
    """Why it does not count, as a phrase to be translated; empty when it does."""
    even_so: bool


class _ReviewState(Value, frozen=True):
    """How far the reviews of an issue are."""

    id: str
    number: str
    title: str
    lines: tuple[ReviewLine, ...]
    """In the order of the roles; of each the valid one, else the last that is void."""
    next: str
    """The role that comes next; empty when none is missing."""
    open: tuple[Problem, ...]
    """Errors that nobody has passed."""
    passed: tuple[Silenced, ...]


def record_review(
    root: Path, name: str, role: str, by: str, now: datetime, jobs: int, *, even_so: bool = False
) -> Recorded:
    """Append a review of the issue's current text to reviews.yml. ``name``: id, printed number or file.

    Raises `UsageError` where it does not come next, or where the text has open errors and not ``even_so``.
    """
    role, by = parse_role(role), clean_name(by)
    with _reviewing(root, now, jobs) as (project, surveyed, book):
        issue = find_issue(name, book.issues)
        check_review(book.valid(issue), role, by, project.station.reviews)
        errors, _ = _errors(issue, project, surveyed)
        if errors and not even_so:
            places = ", ".join(f"{place(each)} [{each.code}]" for each in errors[:3]) + ("…" if errors[3:] else "")
            message = N_("{name} has errors that nobody has passed: {places}. To record a review with them: --even-so")
            raise UsageError(message, name=issue.id, places=places)
        text = book.texts[issue.source]
        moment = f"{now:%Y-%m-%d %H:%M}"
        review = Review(issue.number, role, by, moment, text.words, issue.id, text.files, bool(errors))
        path = root / REVIEWS_FILE
        _write(path, append_review(read_file(path) if path.exists() else b"", review))
        return Recorded(review, _write_reviews_from(project, book.since or now.date().isoformat()))


def review_state(root: Path, name: str, now: datetime, jobs: int) -> _ReviewState:
    """What has been recorded for an issue, and what comes next."""
    with _reviewing(root, now, jobs) as (project, surveyed, book):
        issue = find_issue(name, book.issues)
        missing = missing_reviews(issue, book)
        known = {review.role: review for review in (*void_reviews(issue, book), *book.valid(issue))}
        lines = [
            ReviewLine(role, review.by, review.date, void_reason(issue, review, book), review.even_so)
            for role, review in known.items()
        ]
        lines += [ReviewLine(role, "", "", "", False) for role in missing if role not in known]
        order = ("first", "second", "final")
        errors, passed = _errors(issue, project, surveyed)
        return _ReviewState(
            issue.id,
            issue.number,
            issue.title,
            tuple(sorted(lines, key=lambda line: order.index(line.role))),
            next(iter(missing), ""),
            errors,
            passed,
        )


def write_register(root: Path, out: Path, now: datetime, jobs: int, translate: Callable[[str], str]) -> int:
    """Write the register as HTML or CSV, by the file's extension; returns the number of rows."""
    with _reviewing(root, now, jobs) as (project, surveyed, book):
        reviewed = [issue for issue in book.issues if book.own.get(issue.source)]
        passed = [each for issue in reviewed for each in _errors(issue, project, surveyed)[1]]
        register = make_register(book, passed, project.station, now.date().isoformat(), translate)
    if out.suffix.lower() == ".csv":
        data = register_csv(register, translate)
    elif out.suffix.lower() in (".html", ".htm"):
        data = render_report("reports/register.html", register, template_folders(root), translate).encode()
    else:
        raise UsageError(N_("a register is a file that ends in .html or .csv."), path=out)
    _write(out, data)
    return len(register.rows)


class _Reviewing(NamedTuple):
    project: Project
    surveyed: Survey
    book: ReviewBook


@contextmanager
def _reviewing(root: Path, now: datetime, jobs: int) -> Iterator[_Reviewing]:
    """Everything that was read, drafts too, while no other command of this project reads or records."""
    with project_lock(root) as started, open_cache(root, clean=False) as cache:
        project = open_project(root)
        surveyed = survey_everything(project, cache, scan_project(root).read_from(started), now, Options(jobs=jobs))
        yield _Reviewing(project, surveyed, surveyed.reviews)


def _errors(issue: Issue, project: Project, surveyed: Survey) -> tuple[tuple[Problem, ...], tuple[Silenced, ...]]:
    """Errors in the issue's files and in those that it offers that are open, and findings that were passed."""
    files = next((found.paths for found in surveyed.sources if found.paths[0] == issue.source), (issue.source,))
    checked = surveyed.checked.by_path[issue.source]
    read = [each for each in surveyed.problems if each.path in files]
    offered = (surveyed.checked.by_path.get(path) for path in attached_files(issue))
    read += (each for found in offered if found for each in found.problems)
    kept, silenced = silence({*read, *checked.problems}, checked.pragmas, passed=project.passed)
    errors = sorted((each for each in kept if each.severity == "error"), key=lambda each: (each.path, each.line))
    return tuple(errors), tuple(each for each in silenced if each.pragma.reason)


def _write_reviews_from(project: Project, day: str) -> str:
    """Where station.yml cannot be changed, the day of the first review counts all the same (`ReviewBook.since`)."""
    if not project.station.reviews or project.station.reviews_from:
        return ""
    path = project.root / STATION
    try:
        made = with_reviews_from(read_file(path), date.fromisoformat(day))
        if made is not None:
            replace_file(path, made)
    except OSError:
        return ""
    return day if made is not None else ""


def _write(path: Path, data: bytes) -> None:
    try:
        replace_file(path, data, sync=True)
    except OSError as error:
        raise OutputError(N_("cannot be written: {reason}."), path=path, reason=error.strerror or "") from error
