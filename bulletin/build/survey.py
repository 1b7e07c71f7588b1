"""Read and arrange: the steps that a build and a check share."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from bulletin.arrange.archive import Archive, Unpublished, arrange
from bulletin.arrange.look import theme_refs
from bulletin.arrange.published import NOTHING_PUBLISHED, PublishedBefore
from bulletin.arrange.resolve import ResolvedArchive, resolve_archive
from bulletin.arrange.targets import CopiedFile
from bulletin.build.guessing import read_guesses, write_guesses
from bulletin.build.project import Project
from bulletin.build.report import Options
from bulletin.core.model import Value
from bulletin.core.problems import Problem, sort_problems
from bulletin.core.progress import Progress
from bulletin.read.library import NOTHING_READ, LastGood, Library, Readings, read_assets, read_library
from bulletin.read.pool import Pool
from bulletin.read.stamps import Stamps
from bulletin.write.cache import Cache


class Survey(Value, frozen=True):
    """The result of reading and arranging."""

    readings: Readings
    archive: Archive
    unpublished: Unpublished
    resolved: ResolvedArchive
    problems: tuple[Problem, ...]

    @property
    def undecided(self) -> tuple[str, ...]:
        """Ids of issues that cannot be read now and have no last good reading, or of which there are only copies."""
        return (*self.readings.unreadable, *self.unpublished.undecided)


def survey(
    project: Project,
    library: Library,
    cache: Cache,
    pool: Pool,
    now: datetime,
    options: Options,
    stamps: Stamps,
    progress: Progress,
    good: LastGood = NOTHING_READ,
    static: Iterable[CopiedFile] = (),
    before: PublishedBefore = NOTHING_PUBLISHED,
) -> Survey:
    """Read and arrange the archive; writes nothing but the cache.

    ``good`` is the fallback for what cannot be read now; ``static`` are the theme's own files;
    ``before`` is what readers have.
    """
    readings = read_library(library, cache, pool, good, progress)
    refs = theme_refs(project.station.theme, project.theme_lines)
    readings = read_assets(project.root, readings, refs, project.fingerprint, cache, pool, stamps)
    archive, unpublished, found = arrange(
        readings.issues,
        readings.pages,
        project.station,
        project.today,
        now,
        drafts=options.drafts,
        before=before,
        lost=[found.paths[0] for found in library.found if found.paths[0] not in readings.good],
        take_off=options.let_go,
    )
    guesses = read_guesses(cache, project.fingerprint)
    resolved, unresolved = resolve_archive(
        archive,
        readings.assets,
        static,
        project.theme_lines,
        project.hit_snapshot,
        guesses,
        indexed=options.search,
        counted=options.hits,
    )
    write_guesses(cache, project.fingerprint, guesses, resolved.guesses)
    problems = sort_problems((*readings.problems, *found, *unresolved))
    return Survey(readings, archive, unpublished, resolved, problems)
