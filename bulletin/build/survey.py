"""Read and arrange: the steps that a build and a check share."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import NamedTuple

from bulletin.arrange.archive import Archive, Unpublished, arrange
from bulletin.arrange.look import theme_refs
from bulletin.arrange.resolve import ResolvedArchive, resolve_archive
from bulletin.arrange.targets import CopiedFile
from bulletin.build.gating import NOTHING_PUBLISHED, Gated, LastPublished, keep_back, marked
from bulletin.build.guessing import read_guesses, write_guesses
from bulletin.build.project import Project
from bulletin.build.report import Options
from bulletin.build.source_checks import CheckedSources, check_sources
from bulletin.check.findings import GATE_CODES
from bulletin.check.gate import judge
from bulletin.check.office import make_office
from bulletin.check.rendered import page_numbers
from bulletin.check.wordlists import WordLists
from bulletin.core.problems import Problem, sort_problems
from bulletin.core.progress import Progress
from bulletin.read.library import Library, Readings, read_assets, read_library
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
    ids: set[str]
    """Of all issues that have a source, whether they are kept back or not."""
    gated: Gated


def survey(
    project: Project,
    library: Library,
    cache: Cache,
    pool: Pool,
    now: datetime,
    options: Options,
    stamps: Stamps,
    progress: Progress,
    last: LastPublished = NOTHING_PUBLISHED,
    static: Iterable[CopiedFile] = (),
) -> Survey:
    """Read and arrange the archive; writes nothing but the cache.

    ``last`` is what readers have now, for what cannot be read or may not go out; ``static`` are the theme's own files.
    """
    found = read_library(library, cache, pool, last.good, progress)
    checked = check_sources(project, library, cache, pool, progress, full=options.check)
    refs = theme_refs(project.station.theme, project.theme_lines)

    def arranged(readings: Readings) -> _Arranged:
        readings = read_assets(project.root, readings, refs, project.fingerprint, cache, pool, stamps)
        archive = arrange(readings.issues, readings.pages, project.station, project.today, now, drafts=options.drafts)
        return _Arranged(readings, *archive)

    before = arranged(found)
    gated = _gate(project, before, checked, library.versions(), last, cache, drafts=options.drafts)
    readings, archive, unpublished, problems = before if gated.readings is before.readings else arranged(gated.readings)
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
    problems = sort_problems((*readings.problems, *problems, *unresolved))
    return Survey(readings, archive, unpublished, resolved, problems, checked, found.ids, gated)


class _Arranged(NamedTuple):
    readings: Readings
    archive: Archive
    unpublished: Unpublished
    problems: tuple[Problem, ...]


def _gate(
    project: Project,
    arranged: _Arranged,
    checked: CheckedSources,
    versions: Mapping[str, str],
    last: LastPublished,
    cache: Cache,
    *,
    drafts: bool,
) -> Gated:
    readings, archive = arranged.readings, arranged.archive
    verdicts = {path: judge(found) for path, found in checked.by_path.items()}
    if drafts:
        return marked(readings, verdicts)
    public = {issue.source for issue in archive.issues} | {page.source for page in archive.pages}
    office = make_office(project.station, WordLists())

    def shows_numbers(html: str) -> bool:
        return any(found.code in GATE_CODES for found in page_numbers(html, office))

    return keep_back(readings, verdicts, public, versions, last, cache, shows_numbers)
