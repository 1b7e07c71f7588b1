"""`bulletin correct`: the words are replaced in the source, and its front matter says what was wrong, and when.

What is corrected keeps its address: a title whose words change gets its old address as ``{#id}``.
"""

from __future__ import annotations

import difflib
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path
from typing import NamedTuple

from bulletin.arrange.withdrawn import article_lines
from bulletin.build.changes import scan_project
from bulletin.build.corrected_file import with_correction
from bulletin.build.edited_file import write_edited
from bulletin.build.examine import survey_everything
from bulletin.build.project import Project, open_cache, open_project, project_lock
from bulletin.build.report import Options
from bulletin.build.survey import Survey
from bulletin.build.withdrawing import find_target
from bulletin.build.worker import worker_pool
from bulletin.core.errors import UsageError
from bulletin.core.files import read_file
from bulletin.core.model import Correction, Issue, Page, Source, SourceFile, Value
from bulletin.core.problems import N_
from bulletin.read.control_characters import replace_control_characters
from bulletin.read.decode import decode_text
from bulletin.read.messages import ReadJob, decode_summary


class Corrected(Value, frozen=True):
    """A correction that was made, or would be."""

    file: str
    """Path from the project's root."""
    line: int
    """At which words were replaced; 0 where the text was right already."""
    correction: Correction
    diff: tuple[str, ...]
    """What changes in the file, as lines of a unified diff."""


def correct_text(
    root: Path, number: str, article: str, was: str, right: str, now: datetime, jobs: int, *, dry_run: bool = False
) -> Corrected:
    """Correct an issue, one of its articles or a standing page. ``dry_run``: only say what would be changed.

    ``number`` is an id, a printed number or a file's name, ``article`` a slug or a title. Raises `UsageError`.
    """
    was, right = (replace_control_characters(words.strip()) for words in (was, right))
    if was == right or not (was or right):
        raise UsageError(N_("--was and --now say the same."))
    project = open_project(root)
    with project_lock(root) as started, open_cache(root, clean=False) as cache:
        surveyed = survey_everything(project, cache, scan_project(root).read_from(started), now, Options(jobs=jobs))
        place = _find(surveyed, number, article)
        source = _source(project, surveyed, place.text)
        correction = Correction(now.replace(second=0, microsecond=0), place.where, was, right)
        before = next(file for file in source.files if file.path == place.path)
        data, line = _corrected(project, source, before, place, correction)
        if not dry_run:
            write_edited(root / place.path, before.data, data)
    return Corrected(place.path, line, correction, tuple(_diff(before, data)))


class _Place(NamedTuple):
    """The text that is corrected."""

    text: Issue | Page
    path: str
    kind: str
    where: str
    """What the entry says."""
    lines: tuple[int, int | None]
    slug: str = ""
    """Of the article."""


def _find(surveyed: Survey, number: str, article: str) -> _Place:
    archive = surveyed.archive
    page = next((page for page in archive.pages if number.strip("/") in (page.id, page.source)), None)
    if page and not article:
        return _Place(page, page.source, "notice" if page.is_notice else "page", "", (1, None))
    target = find_target(archive.issues, number, article)
    issue, found = target.issue, target.article
    if issue.html_key not in {key for key, _ in _current(surveyed)}:
        raise UsageError(N_("this file cannot be read as it is now; fix it first."), path=issue.source)
    if found is None:
        return _Place(issue, issue.source, "issue", "", (1, None))
    if found.path != issue.source:
        return _Place(issue, found.path, "article", "", (1, None), found.slug)
    return _Place(issue, issue.source, "issue", found.slug, article_lines(issue, found), found.slug)


def _current(surveyed: Survey) -> Iterator[tuple[str, str]]:
    """Key of each reading that is one of the file as it is, and its path."""
    stale = frozenset(surveyed.readings.last_good)
    return ((key, path) for path, key in surveyed.readings.good.items() if path not in stale)


def _source(project: Project, surveyed: Survey, text: Issue | Page) -> Source:
    found = next(each for each in surveyed.sources if each.paths[0] == text.source)
    files = (SourceFile(path, read_file(project.root / path)) for path in found.paths)
    return Source(found.kind, found.name, tuple(files))


def _corrected(
    project: Project, source: Source, file: SourceFile, place: _Place, correction: Correction
) -> tuple[bytes, int]:
    """The file with the correction, and the line that was changed; its addresses are what they were."""
    addresses = _addresses(_read(project, source))
    for suffix in ("", f" {{#{place.slug}}}") if place.slug else ("",):
        made = with_correction(file, place.kind, correction, place.lines, suffix)
        after = _read(project, _replaced(source, file.path, made.data))
        if _addresses(after) == addresses:
            return made.data, made.line
    message = N_(
        "with these words a title, and with it an address, would be another. Write them yourself, with {{#id}}."
    )
    raise UsageError(message, path=file.path)


def _addresses(text: Issue | Page | None) -> object:
    return (text.id, text.slugs) if isinstance(text, Issue) else text and text.id


def _read(project: Project, source: Source) -> Issue | Page | None:
    with worker_pool(project.worker_config, 1) as pool, pool.run([ReadJob("after", source)]) as results:
        for _, result in results:
            reading = decode_summary(result.summary).reading
            return (reading.issue or reading.page) if reading else None
    return None


def _replaced(source: Source, path: str, data: bytes) -> Source:
    files = (SourceFile(file.path, data) if file.path == path else file for file in source.files)
    return Source(source.kind, source.name, tuple(files))


def _diff(before: SourceFile, data: bytes) -> Iterator[str]:
    texts = (decode_text(file)[0] or "" for file in (before, SourceFile(before.path, data)))
    old, new = (text.split("\n") for text in texts)
    return difflib.unified_diff(old, new, before.path, before.path, lineterm="", n=1)
