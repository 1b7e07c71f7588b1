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
from bulletin.arrange.look import theme_refs
from bulletin.arrange.plan import Plan, plan
from bulletin.arrange.targets import Deposit
from bulletin.build.indexing import stage_index
from bulletin.build.listing import stage_keys
from bulletin.build.project import Project, alone, discard_cache, open_cache, open_project
from bulletin.build.report import Options, Report
from bulletin.build.staging import Files, Made, digest, encode, stage_all
from bulletin.build.unchanged import Seen, is_current, look, report_again, site_folder
from bulletin.core.errors import UsageError
from bulletin.core.fingerprint import PACKAGED
from bulletin.core.model import Value
from bulletin.core.problems import N_, Problem, sort_problems
from bulletin.read.library import Library, Progress, Readings, read_assets, read_library
from bulletin.read.pool import Pool
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
    seen: Seen | None = None,
) -> Report:
    """Build the station's site; nothing in it changes before every page is ready.

    ``pool`` may be one that is kept between builds; ``seen`` is what the caller saw when it looked for changes.
    Raises `BulletinError`; then the site is as it was.
    """
    project = open_project(root)
    with alone(root) as began:
        seen = seen or look(root, now, options)
        try:
            return _build(project, now, began, options, progress, pool, seen)
        except CacheDamaged:
            discard_cache(root)
            return _build(project, now, began, options, progress, pool, seen)


def _build(
    project: Project, now: datetime, began: int, options: Options, progress: Progress, pool: Pool | None, seen: Seen
) -> Report:
    stamped = seen.trusted(began)
    output = _output(project.root, options)
    place = manifest_path(project.root, output.folder)
    before = Manifest() if options.clean else read_manifest(place)
    unfinished = read_added(place)
    theme = Theme((PACKAGED, project.root / "templates"))
    with ExitStack() as own, open_cache(project.root, clean=options.clean) as cache:
        readers = pool or own.enter_context(Pool(project.hello, options.jobs))
        readers.warm(1 if before.groups else options.jobs)
        stamps = Stamps(cache.digests(), began, seen.files, seen.folders)
        library = Library(project.root, project.context, project.engine, stamps)
        site_key = _site_key(project, library, theme, now, options)
        if site_key == before.site_key and not unfinished and is_current(before, output, now):
            cache.put_digests(stamps.hashed)
            write_manifest(place, msgspec.structs.replace(before, snapshot=stamped))
            return report_again(before, output.folder)
        readings = _read(project, library, cache, readers, progress, before.good, stamps)
        own.close()  # the workers' memory is free before pages are made
        archive, held, found = _arrange(project, readings, now, options)
        lines = project.theme_lines
        chosen = {"indexed": options.search, "counted": options.hits}
        planned, more = plan(archive, readings.assets, _static(theme), lines, project.baked, **chosen)
        try:
            files = stage_all(planned, project, theme, cache, before, output, options.jobs, progress)
            files |= stage_index(planned.index, project, cache, before, output, progress)
            files |= stage_keys(planned.keys, before, output)
            files |= _spared(files, before, readings)
            stale = _stale(files, before, unfinished, output, readings)
            note_added(place, {*unfinished, *output.waiting} - before.files.keys())
            fresh = output.swap(stale, _ticker(progress, "write", len(output.waiting)))
        except BaseException:
            output.abandon()
            raise
        problems = sort_problems((*readings.problems, *found, *more))
        report = _report(archive, held, readings, problems, output, files, fresh, stale)
        made = _manifest(files, fresh, readings, held, report, now)
        if readings.lasting:
            made = msgspec.structs.replace(made, site_key=site_key, snapshot=stamped)
        write_manifest(place, made)
        forget_added(place)
        cache.prune(readings.keys, stamps.used)
    return report


class Survey(Value, frozen=True):
    """What reading and arranging come to, drafts and scheduled issues among it."""

    archive: Archive
    plan: Plan
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
    with Pool(project.hello, options.jobs) as readers:
        readings = _read(project, library, cache, readers, progress, {}, stamps)
    archive, _, found = _arrange(project, readings, now, msgspec.structs.replace(options, drafts=True))
    planned, more = plan(archive, readings.assets, (), project.theme_lines)
    return Survey(archive, planned, readings, sort_problems((*readings.problems, *found, *more)))


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


def _static(theme: Theme) -> Iterator[Deposit]:
    for path, key in theme.static():
        yield Deposit(path, f"templates/{path}", key)


# ── write


def _spared(files: Files, before: Manifest, readings: Readings) -> Files:
    """Groups of issues that cannot be read now and whose last good reading is lost: their files stay as they are."""
    names = {f"issue {number}" for number in readings.unreadable} - files.keys()
    return {name: Made(before.groups[name].key, before.groups[name].files, ()) for name in names & before.groups.keys()}


def _stale(
    files: Files, before: Manifest, unfinished: tuple[str, ...], output: Output, readings: Readings
) -> list[str]:
    """Files of the last build, and of one that was killed, that this one does not have; without a manifest,
    everything unknown in the folder but the pages of issues that cannot be read now.
    """
    current = {path for made in files.values() for path in (*made.staged, *(file.path for file in made.kept))}
    if before.groups:
        return sorted({*before.files, *unfinished} - current)
    unreadable = tuple(f"issues/{number}/" for number in readings.unreadable)
    strangers = {*output.strangers(current), *unfinished} - current
    return sorted(path for path in strangers if not path.startswith(unreadable))


def _ticker(progress: Progress, step: str, total: int) -> Callable[[], None]:
    done = 0

    def tick() -> None:
        nonlocal done
        done += 1
        progress(step, done, total)

    return tick


def _manifest(
    files: Files, fresh: dict[str, Written], readings: Readings, held: Unpublished, report: Report, now: datetime
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
    files: Files,
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


# ── the whole site at once


def _site_key(project: Project, library: Library, theme: Theme, now: datetime, options: Options) -> str:
    """Hash of all that a build depends on, so that one with nothing to do knows it at once."""
    today = project.today if project.today and project.today.date == now.date().isoformat() else None
    sources = (library.keys(), library.faults(), library.other_files())
    chosen = (options.drafts, options.search, options.hits)
    chunks = [project.engine, project.station, today, project.baked, chosen, sources]
    return digest(encode(chunks), *(name.encode() + b"\0" + data for name, data in theme.files.items()))


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
