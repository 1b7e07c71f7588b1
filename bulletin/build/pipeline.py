"""The four steps on one screen: read → arrange → render → write.

`build` makes the site; `survey` stops after arranging, for `bulletin check`. Neither prints, asks the clock or
the environment: `now` and all options are arguments.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import ExitStack
from datetime import datetime
from pathlib import Path

import msgspec

from bulletin.arrange.archive import Archive, Unpublished, arrange
from bulletin.arrange.links import Guesses
from bulletin.arrange.look import theme_refs
from bulletin.arrange.plan import OutputGroup
from bulletin.arrange.resolve import ResolvedArchive, resolve_archive
from bulletin.arrange.targets import CopiedFile
from bulletin.build.changes import is_current, report_again, scan_project, site_folder, site_key, snapshot_key
from bulletin.build.guessing import keep_guesses, read_guesses
from bulletin.build.project import Project, discard_cache, open_cache, open_project, project_lock
from bulletin.build.report import Options, Report
from bulletin.build.staging import StagedGroup, StagedGroups, StagingContext, encode, stage_all
from bulletin.core.errors import UsageError
from bulletin.core.fingerprint import PACKAGED
from bulletin.core.model import Value
from bulletin.core.problems import N_, Problem, sort_problems
from bulletin.editions import EDITIONS
from bulletin.editions.edition import Edition, plan
from bulletin.read.library import Library, Progress, Readings, read_assets, read_library
from bulletin.read.pool import Pool
from bulletin.read.scan import Scan
from bulletin.read.stamps import Stamps
from bulletin.render.templates import Theme
from bulletin.write.cache import Cache, CacheDamaged
from bulletin.write.output import (
    WORK,
    GroupRecord,
    Manifest,
    Output,
    Written,
    forget_added,
    manifest_path,
    note_added,
    read_added,
    read_manifest,
    write_manifest,
)


def silent(_step: str, _done: int, _total: int) -> None:
    """Progress that nobody watches."""


def build(
    root: Path,
    now: datetime,
    options: Options,
    progress: Progress = silent,
    pool: Pool | None = None,
    scan: Scan | None = None,
    editions: tuple[Edition, ...] = EDITIONS,
) -> Report:
    """Build the station's site; nothing in it changes before every page is ready.

    ``pool`` may be one that is kept between builds; ``scan`` is what the caller saw when it looked for changes.
    Raises `BulletinError`; then the site is as it was.
    """
    project = open_project(root)
    with project_lock(root) as started:
        scan = (scan or scan_project(root)).read_from(started)
        try:
            return _build(project, now, options, progress, pool, scan, editions)
        except CacheDamaged:
            discard_cache(root)
            return _build(project, now, options, progress, pool, scan, editions)


def _build(
    project: Project,
    now: datetime,
    options: Options,
    progress: Progress,
    pool: Pool | None,
    scan: Scan,
    editions: tuple[Edition, ...],
) -> Report:
    snapshot = snapshot_key(scan.reliable_key, now, options)
    output = _output(project.root, options)
    place = manifest_path(project.root, output.folder)
    before = Manifest() if options.clean else read_manifest(place)
    unfinished = read_added(place)
    theme = Theme((PACKAGED, project.root / "templates"))
    with ExitStack() as own, open_cache(project.root, clean=options.clean) as cache:
        readers = pool or own.enter_context(Pool(project.worker_config, options.jobs))
        readers.warm(1 if before.groups else options.jobs)
        stamps = Stamps(cache.digests(), scan)
        library = Library(project.root, project.context, project.engine, stamps)
        key = site_key(project, library, theme, now, options, editions)
        if key == before.site_key and not unfinished and is_current(before, output, now):
            cache.put_digests(stamps.hashed)
            write_manifest(place, msgspec.structs.replace(before, snapshot=snapshot))
            return report_again(before, output.folder)
        readings = _read(project, library, cache, readers, progress, before.good, stamps)
        own.close()  # the workers' memory is free before pages are made
        archive, held, found = _arrange(project, readings, now, options)
        guesses = read_guesses(cache, project.engine)
        resolved, more = _resolve(project, archive, readings, theme, guesses, options)
        keep_guesses(cache, project.engine, guesses, resolved.guesses)
        planned, collisions = plan(editions, resolved)
        try:
            context = StagingContext(project, resolved.shell, theme, before)
            files = stage_all(planned, context, cache, output, options.jobs, progress)
            files |= _spared(files, before, readings)
            stale = _stale(files, before, unfinished, output, readings)
            note_added(place, {*unfinished, *output.waiting} - before.files.keys())
            fresh = output.swap(stale, _ticker(progress, "write", len(output.waiting)))
        except BaseException:
            output.abandon()
            raise
        problems = sort_problems((*readings.problems, *found, *more, *collisions))
        report = _report(archive, held, readings, problems, output, files, fresh, stale)
        made = _manifest(files, fresh, readings, held, report, now)
        if readings.lasting:
            made = msgspec.structs.replace(made, site_key=key, snapshot=snapshot)
        write_manifest(place, made)
        forget_added(place)
        cache.prune(readings.keys, stamps.used)
    return report


class Survey(Value, frozen=True):
    """What reading and arranging come to, drafts and scheduled issues among it."""

    archive: Archive
    groups: tuple[OutputGroup, ...]
    readings: Readings
    problems: tuple[Problem, ...]


def survey(
    project: Project,
    library: Library,
    cache: Cache,
    now: datetime,
    options: Options,
    stamps: Stamps,
    progress: Progress = silent,
) -> Survey:
    """Everything but the pages; writes nothing but the cache."""
    with Pool(project.worker_config, options.jobs) as readers:
        readings = _read(project, library, cache, readers, progress, {}, stamps)
    archive, _, found = _arrange(project, readings, now, msgspec.structs.replace(options, drafts=True))
    guesses = read_guesses(cache, project.engine)
    resolved, more = resolve_archive(archive, readings.assets, (), project.theme_lines, guesses=guesses, indexed=False)
    keep_guesses(cache, project.engine, guesses, resolved.guesses)
    planned, collisions = plan(EDITIONS, resolved)
    problems = sort_problems((*readings.problems, *found, *more, *collisions))
    return Survey(archive, tuple(each.group for each in planned), readings, problems)


# ── read and arrange


def _read(
    project: Project,
    library: Library,
    cache: Cache,
    pool: Pool,
    progress: Progress,
    good: dict[str, str],
    stamps: Stamps,
) -> Readings:
    readings = read_library(library, cache, pool, good, progress)
    own = theme_refs(project.station.theme, project.theme_lines)
    return read_assets(project.root, readings, own, project.engine, cache, pool, stamps)


def _arrange(
    project: Project, readings: Readings, now: datetime, options: Options
) -> tuple[Archive, Unpublished, tuple[Problem, ...]]:
    return arrange(readings.issues, readings.pages, project.station, project.today, now, drafts=options.drafts)


def _resolve(
    project: Project, archive: Archive, readings: Readings, theme: Theme, guesses: Guesses, options: Options
) -> tuple[ResolvedArchive, tuple[Problem, ...]]:
    return resolve_archive(
        archive,
        readings.assets,
        _static(theme),
        project.theme_lines,
        project.baked,
        guesses,
        indexed=options.search,
        counted=options.hits,
    )


def _static(theme: Theme) -> Iterator[CopiedFile]:
    for path, key in theme.static():
        yield CopiedFile(path, f"templates/{path}", key)


# ── write


def _spared(files: StagedGroups, before: Manifest, readings: Readings) -> StagedGroups:
    """Groups of issues that cannot be read now and whose last good reading is lost: their files stay as they are."""
    names = {f"issue {number}" for number in readings.unreadable} - files.keys()
    return {
        name: StagedGroup(before.groups[name].key, before.groups[name].files, ())
        for name in names & before.groups.keys()
    }


def _stale(
    files: StagedGroups, before: Manifest, unfinished: tuple[str, ...], output: Output, readings: Readings
) -> list[str]:
    """StagedGroups of the last build, and of one that was killed, that this one does not have; without a manifest,
    everything unknown in the folder but the pages of issues that cannot be read now.
    """
    current = {path for made in files.values() for path in (*made.staged, *(file.path for file in made.kept))}
    if before.groups:
        return sorted({*before.files, *unfinished} - current)
    unreadable = tuple(f"issues/{number}/" for number in readings.unreadable)
    strangers = {*output.unknown_files(current), *unfinished} - current
    return sorted(path for path in strangers if not path.startswith(unreadable))


def _ticker(progress: Progress, step: str, total: int) -> Callable[[], None]:
    done = 0

    def tick() -> None:
        nonlocal done
        done += 1
        progress(step, done, total)

    return tick


def _manifest(
    files: StagedGroups, fresh: dict[str, Written], readings: Readings, held: Unpublished, report: Report, now: datetime
) -> Manifest:
    """Without the keys of the whole."""
    groups = {
        name: GroupRecord(made.key, (*made.kept, *(fresh[path] for path in made.staged)))
        for name, made in files.items()
    }
    return Manifest(
        fresh_until=held.due.isoformat() if held.due else "",
        built=now.isoformat(),
        groups=groups,
        good=readings.good,
        report=encode(report),
    )


def _report(
    archive: Archive,
    held: Unpublished,
    readings: Readings,
    problems: tuple[Problem, ...],
    output: Output,
    files: StagedGroups,
    fresh: dict[str, Written],
    stale: list[str],
) -> Report:
    unchanged = sum(len(made.kept) for made in files.values())
    return Report(
        out=str(output.folder),
        issues=len(archive.issues),
        pages=unchanged + len(fresh),
        written=len(fresh),
        unchanged=unchanged,
        removed=len(stale),
        drafts=held.drafts,
        scheduled=held.scheduled,
        last_good=readings.last_good,
        problems=problems,
    )


# ── where things lie


def _output(root: Path, options: Options) -> Output:
    folder = site_folder(root, options)
    inside = (root / "content", root / "templates", root / WORK)
    if any(
        folder == p.resolve() or folder.is_relative_to(p.resolve()) for p in inside[:2]
    ) or root.resolve().is_relative_to(folder):
        raise UsageError(N_("the site cannot be built over the project's own files."), path=folder)
    output = Output(folder)
    output.claim(ours=folder == (root / "site").resolve())
    return output
