"""Recording a review, and the register: `bulletin review`."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from pathlib import Path

from bulletin.build.changes import scan_project
from bulletin.build.examine import review_file, survey_everything
from bulletin.build.project import open_cache, open_project, project_lock
from bulletin.build.report import Options
from bulletin.check.reviews import (
    REVIEWS_FILE,
    Review,
    add_review,
    make_register,
    parse_role,
    register_csv,
    write_reviews,
)
from bulletin.core.errors import OutputError, UsageError
from bulletin.core.files import replace_file
from bulletin.core.model import Value
from bulletin.core.problems import N_
from bulletin.render.reports import render_report, template_folders


class _Issued(Value, frozen=True):
    """An issue as a reviewer sees it."""

    number: str
    """As printed."""
    id: str
    """As in its address: 2014002."""
    title: str
    digest: str


def record_review(root: Path, number: str, role: str, by: str, now: datetime, jobs: int) -> Review:
    """Append a review of the issue's current text to reviews.yml. Raises `UsageError` or `OutputError`."""
    project = open_project(root)
    issues = {name: issued for issued in _issued_now(root, now, jobs) for name in (issued.id, issued.number)}
    if number not in issues:
        raise UsageError(N_("there is no issue with the number “{number}”."), number=number)
    issued = issues[number]
    review = Review(issued.number, parse_role(role), by.strip(), f"{now:%Y-%m-%d %H:%M}", issued.digest)
    reviews = add_review(review_file(root), review, project.station.reviews)
    _write(root / REVIEWS_FILE, write_reviews(reviews))
    return review


def write_register(root: Path, out: Path, now: datetime, jobs: int, translate: Callable[[str], str]) -> int:
    """Write the register as HTML or CSV, by the file's extension; returns the number of rows."""
    texts = {issued.number: (issued.title, issued.digest) for issued in _issued_now(root, now, jobs)}
    station = open_project(root).station.name
    register = make_register(review_file(root), texts, station, now.date().isoformat(), translate)
    if out.suffix.lower() == ".csv":
        data = register_csv(register, translate)
    elif out.suffix.lower() in (".html", ".htm"):
        data = render_report("reports/register.html", register, template_folders(root), translate).encode()
    else:
        raise UsageError(N_("a register is a file that ends in .html or .csv."), path=out)
    _write(out, data)
    return len(register.rows)


def _issued_now(root: Path, now: datetime, jobs: int) -> tuple[_Issued, ...]:
    """Every issue, including drafts, with the hash of its texts."""
    project = open_project(root)
    with project_lock(root) as started, open_cache(root, clean=False) as cache:
        surveyed = survey_everything(project, cache, scan_project(root).read_from(started), now, Options(jobs=jobs))
        records = surveyed.checked.by_path
        return tuple(
            _Issued(issue.number, issue.id, issue.title, records[issue.source].digest)
            for issue in surveyed.archive.issues
            if issue.source in records
        )


def _write(path: Path, data: bytes) -> None:
    try:
        replace_file(path, data)
    except OSError as error:
        raise OutputError(N_("cannot be written: {reason}."), path=path, reason=error.strerror or "") from error
