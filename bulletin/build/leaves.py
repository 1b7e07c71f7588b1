"""Leaves of issues for what a command makes of them: paper, a book, an article. The gate holds as for a build."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from typing import NamedTuple

from bulletin.arrange.resolve import ResolvedArchive
from bulletin.build.changes import scan_project, site_folder
from bulletin.build.finding import find_issue
from bulletin.build.gating import LastPublished
from bulletin.build.project import open_cache, open_project, project_lock
from bulletin.build.published import published_before
from bulletin.build.report import Options
from bulletin.build.staging import StoredBodies, stored_variant
from bulletin.build.survey import Survey, survey
from bulletin.build.worker import worker_pool
from bulletin.check.findings import Held
from bulletin.check.reports import place
from bulletin.core.errors import UsageError
from bulletin.core.i18n import translations
from bulletin.core.model import Issue
from bulletin.core.problems import N_, Problem
from bulletin.core.progress import Progress, no_progress
from bulletin.editions.edition import Texts
from bulletin.editions.leaf import LeafInputs
from bulletin.read.library import Library
from bulletin.read.stamps import Stamps
from bulletin.write.output import manifest_path, read_manifest


class LeafArchive(NamedTuple):
    """An archive of which leaves can be made (`make_leaf`), as long as it is open."""

    resolved: ResolvedArchive
    texts: Texts
    problems: tuple[Problem, ...]
    """Of reading and arranging, as a build would say them."""
    held: tuple[Held, ...]
    withheld: tuple[Issue, ...]
    """Drafts and issues whose time has not come."""

    def inputs(self, name: str) -> LeafInputs:
        """What the leaf of an issue is made from. ``name``: id, printed number or file; raises `UsageError`."""
        shown = self.resolved.archive.issues
        self._require_public(name)
        return self.inputs_of(find_issue(name, shown))

    def inputs_of(self, issue: Issue) -> LeafInputs:
        return LeafInputs.of(self.resolved.archive.station, issue, self.resolved.links[issue.source])

    def of_year(self, year: int) -> tuple[LeafInputs, ...]:
        """Of all issues of a year, the first one first. Raises `UsageError` where there is none."""
        issues = [issue for issue in reversed(self.resolved.archive.issues) if issue.year == year]
        if not issues:
            years = ", ".join(map(str, self.resolved.archive.years)) or "–"
            raise UsageError(N_("there is no issue of {year}; there are issues of: {years}."), year=year, years=years)
        return tuple(map(self.inputs_of, issues))

    def _require_public(self, name: str) -> None:
        """Say why an issue that is there is not here, rather than that there is none."""
        if held := _named(name, {each.path: each for each in self.held}):
            first = next(iter(held.verdict.open), None)
            if first is None:
                message = N_("{name} is kept back until it has been reviewed: {command}")
                raise UsageError(message, name=held.name, command=f"bulletin review {held.name}")
            message = N_("{name} is kept back for what must not be public: {place} [{code}]. See: {command}")
            values = {"place": place(first), "code": first.code, "command": f"bulletin check {held.name}"}
            raise UsageError(message, name=held.name, **values)
        try:
            found = find_issue(name, self.withheld)
        except UsageError:
            return
        raise UsageError(
            N_("{name} is a draft, or its time has not come. To make it all the same, marked as a draft: --drafts"),
            path=found.source,
            name=found.id,
        )


def _named(name: str, held: Mapping[str, Held]) -> Held | None:
    """The text that is kept back under that name, where readers see no earlier version of it."""
    return next((each for path, each in held.items() if name in (each.name, path)), None)


@contextmanager
def open_leaves(
    root: Path, now: datetime, jobs: int, progress: Progress = no_progress, *, drafts: bool = False
) -> Iterator[LeafArchive]:
    """Read and arrange the project as a build does, while no other command writes there; only the cache is written.

    ``drafts``: with drafts and what the gate keeps back, marked as drafts; never what bears a mark of secrecy. Raises
    `BulletinError`.
    """
    options = Options(drafts=drafts, jobs=jobs, search=False, hits=False)
    with project_lock(root) as started, open_cache(root, clean=False) as cache:
        project = open_project(root)
        scan = scan_project(root).read_from(started)
        stamps = Stamps(cache.digests(), scan)
        public = site_folder(root, Options())
        before = published_before(read_manifest(manifest_path(root, public)), public)
        library = Library(root, project.context, project.fingerprint, stamps, before.copies)
        with worker_pool(project.worker_config, jobs) as pool:
            last = LastPublished(before=before)
            surveyed = survey(project, library, cache, pool, now, options, stamps, progress, last)
        cache.put_digests(stamps.hashed)
        texts = Texts(
            body=StoredBodies(cache),
            translate=translations(project.station.language).gettext,
            picture=lambda key, index: stored_variant(cache, key, index),
            progress=lambda done, total: progress("render", done, total),
        )
        yield _leaf_archive(surveyed, texts)


def _leaf_archive(surveyed: Survey, texts: Texts) -> LeafArchive:
    archive = surveyed.resolved.archive
    withheld = tuple(text for text in archive.withheld if isinstance(text, Issue))
    return LeafArchive(surveyed.resolved, texts, surveyed.problems, surveyed.gated.held, withheld)
