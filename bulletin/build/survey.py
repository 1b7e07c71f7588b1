"""Read and arrange: the steps that a build and a check share."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import NamedTuple

from bulletin.arrange.archive import Archive, Unpublished, arrange
from bulletin.arrange.look import theme_refs
from bulletin.arrange.resolve import ResolvedArchive, resolve_archive
from bulletin.arrange.targets import CopiedFile
from bulletin.build.guessing import read_guesses, write_guesses
from bulletin.build.project import Project
from bulletin.build.report import Options
from bulletin.build.source_checks import CheckedSources, check_sources
from bulletin.core.problems import Problem, sort_problems
from bulletin.core.progress import Progress
from bulletin.read.library import NOTHING_READ, LastGood, Library, Readings, read_assets, read_library
from bulletin.read.pool import Pool
from bulletin.read.stamps import Stamps
from bulletin.write.cache import Cache


class Survey(NamedTuple):
    """The result of reading and arranging."""

    readings: Readings
    archive: Archive
    unpublished: Unpublished
    resolved: ResolvedArchive
    problems: tuple[Problem, ...]
    checked: CheckedSources


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
) -> Survey:
    """Read and arrange the archive; writes nothing but the cache.

    ``good`` is the fallback for what cannot be read now; ``static`` are the theme's own files.
    """
    readings = read_library(library, cache, pool, good, progress)
    checked = check_sources(project, library, cache, pool, progress, full=options.check)
    refs = theme_refs(project.station.theme, project.theme_lines)
    readings = read_assets(project.root, readings, refs, project.fingerprint, cache, pool, stamps)
    archive, unpublished, found = arrange(
        readings.issues, readings.pages, project.station, project.today, now, drafts=options.drafts
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
    return Survey(readings, archive, unpublished, resolved, problems, checked)
