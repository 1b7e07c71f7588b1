"""Leaves of issues for what a command makes of them: paper, a book, an article. The gate holds as for a build."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from typing import NamedTuple

from bulletin.arrange.resolve import ResolvedArchive
from bulletin.build.changes import scan_project, site_folder
from bulletin.build.finding import bare_name, file_names, find_issue
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
from bulletin.core.labels import page_translations
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
        self._require_public(name)
        self._require_read(name)
        return self.inputs_of(find_issue(name, self.resolved.archive.issues))

    def inputs_of(self, issue: Issue) -> LeafInputs:
        return LeafInputs.of(self.resolved.archive.station, issue, self.resolved.links[issue.source])

    def of_year(self, year: int) -> tuple[LeafInputs, ...]:
        """Of all issues of a year, the first one first. Raises `UsageError` where there is none."""
        issues = [issue for issue in reversed(self.resolved.archive.issues) if issue.year == year]
        if not issues:
            for held in self.left_out(year):
                self._require_public(held.name)
            years = ", ".join(map(str, self.resolved.archive.years)) or "–"
            raise UsageError(N_("there is no issue of {year}; there are issues of: {years}."), year=year, years=years)
        return tuple(map(self.inputs_of, issues))

    def left_out(self, year: int) -> tuple[Held, ...]:
        """Issues of a year that are kept back."""
        return tuple(each for each in self.held if each.path.startswith(_ISSUES) and each.name.startswith(f"{year}"))

    def unread(self) -> tuple[Problem, ...]:
        """Why issues are not here that cannot be read."""
        issues = (*self.resolved.archive.issues, *self.withheld)
        known = {path for issue in issues for path in issue_files(issue)} | {each.path for each in self.held}
        errors = (each for each in self.problems if each.severity == "error" and each.path.startswith(_ISSUES))
        return tuple(each for each in errors if each.path not in known)

    def of_files(self, issue: Issue) -> tuple[Problem, ...]:
        """What is wrong in an issue's own files."""
        files = issue_files(issue)
        return tuple(each for each in self.problems if each.path in files and each.severity != "notice")

    def _require_read(self, name: str) -> None:
        """Say what is wrong with a file that cannot be read, rather than that there is no such issue."""
        wanted = bare_name(name)
        if first := next((each for each in self.unread() if wanted in file_names(each.path)), None):
            message = N_("{name} cannot be read: {place} [{code}]. See: {command}")
            values = {"place": place(first), "code": first.code, "command": "bulletin check"}
            raise UsageError(message, name=name, **values)

    def _require_public(self, name: str) -> None:
        """Say why an issue that is there is not here, rather than that there is none."""
        if held := _named(name, self.held):
            first = next(iter(held.verdict.open), None)
            if first is None:
                message = N_("{name} is kept back until it has been reviewed: {command}")
                raise UsageError(message, name=held.name, command=f"bulletin review {held.name}")
            message = N_("{name} is kept back for what must not be public: {place} [{code}]. See: {command}")
            values = {"place": place(first), "code": first.code, "command": "bulletin check"}
            raise UsageError(message, name=held.name, **values)
        try:
            found = find_issue(name, self.withheld)
        except UsageError:
            return
        raise UsageError(
            N_(
                "{name} is a draft, or its time has not come. What prints, exports or shows it makes it all the same, "
                "marked as a draft, with --drafts; it is sent to nobody."
            ),
            path=found.source,
            name=found.id,
        )


def _named(name: str, held: Iterable[Held]) -> Held | None:
    """The text that is kept back under that name."""
    wanted = bare_name(name)
    return next((each for each in held if wanted == each.name or wanted in file_names(each.path)), None)


_ISSUES = "content/issues/"


def issue_files(issue: Issue) -> frozenset[str]:
    """Paths of an issue's texts."""
    return frozenset((issue.source, *(each.path for section in issue.sections for each in section.articles)))


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
            translate=page_translations(project.station).gettext,
            picture=lambda key, index: stored_variant(cache, key, index),
            progress=lambda done, total: progress("render", done, total),
        )
        yield _leaf_archive(surveyed, texts)


def _leaf_archive(surveyed: Survey, texts: Texts) -> LeafArchive:
    archive = surveyed.resolved.archive
    withheld = tuple(text for text in archive.withheld if isinstance(text, Issue))
    return LeafArchive(surveyed.resolved, texts, surveyed.problems, surveyed.gated.held, withheld)
