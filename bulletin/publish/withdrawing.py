"""撤稿: which text is meant, and the record of it, from the release that is out."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator
from datetime import datetime
from pathlib import Path
from typing import NamedTuple
from urllib.parse import urljoin

import msgspec

from bulletin.arrange.archive import issue_title
from bulletin.build.changes import scan_project
from bulletin.build.examine import survey_everything
from bulletin.build.project import open_cache, open_project, project_lock
from bulletin.build.report import Options
from bulletin.build.survey import Survey
from bulletin.build.withdrawing import find_target, make_withdrawal
from bulletin.core.errors import UsageError
from bulletin.core.files import read_file, replace_file
from bulletin.core.problems import N_
from bulletin.core.withdrawals import WITHDRAWN_FILE, Withdrawal, with_withdrawal
from bulletin.publish.cutting import Spans
from bulletin.publish.purging import Read
from bulletin.publish.release import Release


class FoundText(NamedTuple):
    """What is to be withdrawn, and the record of it."""

    entry: Withdrawal
    issue: str
    """As readers know it, like ``article``."""
    article: str
    """Empty for a whole issue."""

    @property
    def label(self) -> str:
        """What the list of releases calls it; no title, which may name a person."""
        return f"{self.entry.issue}/{self.entry.slug}".rstrip("/")


def find_text(
    folder: Path,
    release: Release,
    read: Read,
    number: str,
    article: str,
    now: datetime,
    because: str,
    jobs: int = 1,
) -> FoundText:
    """Look into the sources of a release, checked out and built in ``folder``; ``read`` gives its files.

    Raises `UsageError`, which names the nearest text.
    """
    surveyed = _survey(folder, release.time, jobs)
    target = find_target(surveyed.archive.issues, number, article)
    published = tuple(file.path for file in release.files)
    entry = make_withdrawal(target, surveyed.archive, surveyed.moves.shown, now, because, published)
    old = tuple(path for path in _leading_to(entry.paths, folder, release, read) if path not in entry.paths)
    entry = msgspec.structs.replace(entry, addresses=(*entry.paths, *old))
    title = issue_title(surveyed.archive.station, target.issue.title, target.issue.number)
    return FoundText(entry, title, target.article.title if target.article else "")


def find_text_here(root: Path, number: str, article: str, now: datetime, because: str, jobs: int = 1) -> FoundText:
    """The same in the working folder, for a site of which there is no release."""
    surveyed = _survey(root, now, jobs)
    target = find_target(surveyed.archive.issues, number, article)
    site = root / "site"
    published = (path.relative_to(site).as_posix() for path in sorted(site.rglob("*.html")))
    entry = make_withdrawal(target, surveyed.archive, surveyed.moves.shown, now, because, tuple(published))
    title = issue_title(surveyed.archive.station, target.issue.title, target.issue.number)
    return FoundText(entry, title, target.article.title if target.article else "")


_REFRESH = re.compile(rb'http-equiv="refresh" content="0; url=([^"]+)"')


def _leading_to(paths: Collection[str], folder: Path, release: Release, read: Read) -> Iterator[str]:
    """Old addresses that lead to one of the paths: pages of the release that its sources do not make any more."""
    for file in release.files:
        if file.path.endswith(".html") and not (folder / "site" / file.path).exists():
            found = _REFRESH.search(read(file))
            target = urljoin(f"/{file.path}", found[1].decode("utf-8", "replace")) if found else ""
            if target.partition("#")[0].lstrip("/") in paths:
                yield file.path


def spans_here(root: Path, entry: Withdrawal, now: datetime, jobs: int = 1) -> Spans:
    """Where the working folder holds what one withdrawal is about, whatever else was withdrawn."""
    spans = _survey(root, now, jobs, (entry,)).withdrawn
    return tuple((span.path, span.first, span.last or 0) for span in spans)


def _survey(folder: Path, now: datetime, jobs: int, only: tuple[Withdrawal, ...] | None = None) -> Survey:
    project = open_project(folder)
    project = project if only is None else msgspec.structs.replace(project, withdrawals=only)
    with project_lock(folder) as started, open_cache(folder, clean=False) as cache:
        scan = scan_project(folder).read_from(started)
        return survey_everything(project, cache, scan, now, Options(judged=True, jobs=jobs))


def write_record(root: Path, entry: Withdrawal) -> None:
    """Note a withdrawal in the working folder, so that no later release brings the text back. Raises `OSError`."""
    path = root / WITHDRAWN_FILE
    data = read_file(path) if path.exists() else b""
    replace_file(path, with_withdrawal(data, entry), sync=True)


def require_reason(because: str) -> str:
    """The reason that readers see, on one line. Raises `UsageError` without one."""
    words = " ".join(because.split())
    if not words:
        raise UsageError(N_("say why, in words that readers may see: --because …"))
    return words
