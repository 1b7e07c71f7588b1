"""The four steps on one screen: read → arrange → render → write.

`survey` is the first half, which the check has too. Nothing here prints, asks the clock or the environment: `now` and
all options are arguments.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from datetime import datetime
from pathlib import Path
from typing import NamedTuple

import msgspec

from bulletin.arrange.targets import CopiedFile
from bulletin.build.changes import is_current, report_again, scan_project, site_folder, site_key, snapshot_key
from bulletin.build.project import Project, discard_cache, open_cache, open_project, project_lock
from bulletin.build.report import Options, Report
from bulletin.build.staging import StagedGroup, StagedGroups, StagingContext, stage_all
from bulletin.build.survey import Survey, survey
from bulletin.core.errors import UsageError
from bulletin.core.fingerprint import PACKAGED
from bulletin.core.problems import N_, Problem, sort_problems
from bulletin.core.progress import Progress, no_progress
from bulletin.editions import EDITIONS
from bulletin.editions.edition import Edition, plan
from bulletin.read.library import Library, Readings
from bulletin.read.pool import Pool
from bulletin.read.scan import Scan
from bulletin.read.stamps import Stamps
from bulletin.render.templates import Theme
from bulletin.write.cache import CacheDamaged
from bulletin.write.output import (
    WORK,
    GroupRecord,
    Manifest,
    Output,
    Written,
    manifest_path,
    read_manifest,
    write_manifest,
)
from bulletin.write.owned import OwnedFiles

Agree = Callable[[tuple[str, ...]], bool]
"""Whether these files of a folder that is to be taken over may be overwritten."""


def _disagree(_: tuple[str, ...]) -> bool:
    return False


def build(
    root: Path,
    now: datetime,
    options: Options,
    progress: Progress = no_progress,
    pool: Pool | None = None,
    scan: Scan | None = None,
    editions: tuple[Edition, ...] = EDITIONS,
    agree: Agree = _disagree,
) -> Report:
    """Build the station's site; nothing in it changes before every page is ready.

    ``pool`` may be one that is kept between builds; ``scan`` is what the caller saw when it looked for changes;
    ``agree`` is asked before a folder is taken over.
    Raises `BulletinError`; then the site is as it was.
    """
    project = open_project(root)
    with project_lock(root) as started:
        scan = (scan or scan_project(root)).read_from(started)
        try:
            return _build(project, now, options, progress, pool, scan, editions, agree)
        except CacheDamaged:
            discard_cache(root)
            return _build(project, now, options, progress, pool, scan, editions, agree)


def _build(
    project: Project,
    now: datetime,
    options: Options,
    progress: Progress,
    pool: Pool | None,
    scan: Scan,
    editions: tuple[Edition, ...],
    agree: Agree,
) -> Report:
    output = _output(project.root, options)
    place = manifest_path(project.root, output.folder)
    last = read_manifest(place)
    before = Manifest() if options.clean else last
    theme = Theme((PACKAGED, project.root / "templates"))
    snapshot = snapshot_key(scan.reliable_key, now, options)
    with ExitStack() as own, open_cache(project.root, clean=options.clean) as cache:
        readers = pool or own.enter_context(Pool(project.worker_config, options.jobs))
        readers.warm(1 if before.groups else options.jobs)
        stamps = Stamps(cache.digests(), scan)
        library = Library(project.root, project.context, project.engine, stamps)
        key = site_key(project, library.contents(), theme, now, options, editions)
        if key == before.site_key and is_current(before, output, now):
            cache.put_digests(stamps.hashed)
            write_manifest(place, msgspec.structs.replace(before, snapshot=snapshot))
            return report_again(before, output.folder)
        static = _static(theme)
        seen = survey(project, library, cache, readers, now, options, stamps, progress, before.good, static)
        own.close()  # the workers' memory is free before pages are made
        planned, collisions = plan(editions, seen.resolved)
        context = StagingContext(project, seen.resolved.shell, theme, before)
        with _abandoned_on_failure(output):
            files = stage_all(planned, context, cache, output, options.jobs, progress)
            files |= _spared(files, before, seen.readings)
            placing = _Placing(project.root, output, OwnedFiles(output, last), options, agree, progress)
            placed = _place(placing, files, tuple(f"issues/{number}/" for number in seen.readings.unreadable))
        report = _report(seen, sort_problems((*seen.problems, *collisions)), output, files, placed)
        made = _manifest(files, placed, seen, report, now)
        if seen.readings.lasting:
            made = msgspec.structs.replace(made, site_key=key, snapshot=snapshot)
        write_manifest(place, made)
        cache.prune(seen.readings.keys, stamps.used)
    return report


def _static(theme: Theme) -> Iterator[CopiedFile]:
    for path, key in theme.static():
        yield CopiedFile(path, f"templates/{path}", key)


# ── write


@contextmanager
def _abandoned_on_failure(output: Output) -> Iterator[None]:
    try:
        yield
    except BaseException:
        output.abandon()
        raise


def _spared(files: StagedGroups, before: Manifest, readings: Readings) -> StagedGroups:
    """Groups of issues that cannot be read now and whose last good reading is lost: their files stay as they are."""
    names = {f"issue {number}" for number in readings.unreadable} - files.keys()
    return {
        name: StagedGroup(before.groups[name].key, before.groups[name].files, ())
        for name in names & before.groups.keys()
    }


class _Placing(NamedTuple):
    """What staged files are put into place with."""

    root: Path
    output: Output
    owned: OwnedFiles
    options: Options
    agree: Agree
    progress: Progress


class _Placed(NamedTuple):
    """What came of it."""

    fresh: dict[str, Written]
    """The staged files in their place, by path."""
    owned: Written
    """The folder's list of our files."""
    removed: int
    overwritten: tuple[str, ...]
    changed: tuple[str, ...]
    foreign: tuple[str, ...]


def _place(placing: _Placing, files: StagedGroups, spared: tuple[str, ...]) -> _Placed:
    """Swap, and remove what is ours and has no source any more; paths that begin with one of ``spared`` stay."""
    output, owned = placing.output, placing.owned
    kept = [file for made in files.values() for file in made.kept]
    staged = output.waiting_versions
    current = {*staged, *(file.path for file in kept)}
    output.refuse_links()
    overwritten = tuple(owned.foreign_below(staged))
    if _is_foreign(placing.root, output) and not placing.agree(overwritten):
        raise UsageError(N_("the folder was not taken over; nothing in it has changed."), path=output.folder)
    output.claim()
    stale = owned.stale(current, spared)
    owned.announce(staged)
    fresh = output.swap(stale.ours, _ticker(placing.progress, "write", len(staged)))
    stamp = owned.settle(kept, staged, spared)
    foreign = tuple(owned.unknown(current)) if placing.options.clean else ()
    return _Placed(fresh, stamp, len(stale.ours), overwritten, tuple(stale.changed), foreign)


def _ticker(progress: Progress, step: str, total: int) -> Callable[[], None]:
    done = 0

    def tick() -> None:
        nonlocal done
        done += 1
        progress(step, done, total)

    return tick


def _manifest(files: StagedGroups, placed: _Placed, seen: Survey, report: Report, now: datetime) -> Manifest:
    """Without the keys of the whole."""
    groups = {
        name: GroupRecord(made.key, (*made.kept, *(placed.fresh[path] for path in made.staged)))
        for name, made in files.items()
    }
    return Manifest(
        fresh_until=due.isoformat() if (due := seen.unpublished.due) else "",
        built=now.isoformat(),
        groups=groups,
        good=seen.readings.good,
        owned=placed.owned,
        report=msgspec.msgpack.encode(report),
    )


def _report(
    seen: Survey,
    problems: tuple[Problem, ...],
    output: Output,
    files: StagedGroups,
    placed: _Placed,
) -> Report:
    unchanged = sum(len(made.kept) for made in files.values())
    return Report(
        out=str(output.folder),
        issues=len(seen.archive.issues),
        pages=unchanged + len(placed.fresh),
        written=len(placed.fresh),
        unchanged=unchanged,
        removed=placed.removed,
        drafts=seen.unpublished.drafts,
        scheduled=seen.unpublished.scheduled,
        last_good=seen.readings.last_good,
        problems=problems,
        overwritten=placed.overwritten,
        changed=placed.changed,
        foreign=placed.foreign,
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
    if _is_foreign(root, output) and not options.adopt:
        raise UsageError(
            N_(
                "the folder holds files that were not built here; choose an empty or a new folder. To take it over, "
                "seeing first what would be overwritten: {command}"
            ),
            path=folder,
            command="bulletin build --adopt",
        )
    output.clear_stage()
    return output


def _is_foreign(root: Path, output: Output) -> bool:
    """Whether the folder is somebody else's; ``site`` is the station's own, unless it is a link."""
    return output.is_foreign(own=output.folder == root.resolve() / "site")


def remove_foreign(root: Path, options: Options, paths: tuple[str, ...]) -> None:
    """Remove files that a clean build found and that were not built here. Raises `OutputError`."""
    with project_lock(root):
        Output(site_folder(root, options)).remove(paths)
