"""Reviews and the texts that they hold for: reviews.yml beside what was read and checked."""

from __future__ import annotations

import os
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path

from bulletin.build.project import Project
from bulletin.check.findings import SourceFindings
from bulletin.check.passed import PassedBook
from bulletin.check.reviews import (
    REVIEWS_FILE,
    Review,
    ReviewBook,
    ReviewedText,
    make_review_book,
    read_reviews,
    reviewed_text,
)
from bulletin.core.errors import StationError
from bulletin.core.files import read_file
from bulletin.core.model import Issue
from bulletin.core.problems import N_
from bulletin.read.assets import Assets
from bulletin.read.library import Library, Readings
from bulletin.read.text_files import folder_of


def review_file(root: Path) -> tuple[Review, ...]:
    """The reviews recorded so far."""
    path = root / REVIEWS_FILE
    try:
        return read_reviews(read_file(path)) if os.path.lexists(path) else ()
    except OSError as error:
        raise StationError(N_("the file cannot be read: {reason}."), path=REVIEWS_FILE, reason=error.strerror) from None


def open_review_book(
    project: Project,
    reviews: Sequence[Review],
    issues: Iterable[Issue],
    readings: Readings,
    checked: Mapping[str, SourceFindings],
    library: Library,
    *,
    asked: bool = False,
) -> ReviewBook:
    """``issues`` are those of the archive, ``readings`` and ``checked`` what was read and found before the gate. Empty
    where the station asks for no reviews and the command, ``asked``, does not either.
    """
    if not project.station.reviews and not asked:
        return make_review_book((), (), {}, project.station)
    files = {found.paths[0]: found.paths for found in library.found}
    texts = {
        issue.source: _text(issue, checked[issue.source], readings.assets, project.passed, files)
        for issue in readings.issues
        if issue.source in checked
    }
    return make_review_book(reviews, issues, texts, project.station)


def _text(
    issue: Issue,
    found: SourceFindings,
    assets: Assets,
    passed: PassedBook,
    files: Mapping[str, tuple[str, ...]],
) -> ReviewedText:
    own = files.get(issue.source, (issue.source,))
    folder = folder_of(issue.source)
    lines = (
        f"{entry.code} {entry.value} {entry.because}"
        for entry in passed.entries
        if entry.file in own or (folder and entry.file.startswith(folder))
    )
    return reviewed_text(issue, found, assets, lines)
