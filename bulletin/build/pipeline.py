"""The four steps on one screen: read → arrange → render → write.

`survey` is the first half, which the check has too. Nothing here prints, asks the clock or the environment: `now` and
all options are arguments.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from datetime import datetime
from pathlib import Path

import msgspec

from bulletin.arrange.targets import CopiedFile
from bulletin.build.changes import is_current, report_again, scan_project, site_folder, site_key, snapshot_key
from bulletin.build.gone import require_issues
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
from bulletin.read.library import LastFile, LastGood, Library, Readings
from bulletin.read.pool import Pool
from bulletin.read.scan import Scan
from bulletin.read.sources import printable
from bulletin.read.stamps import Stamps
from bulletin.render.templates import Theme
from bulletin.write.cache import CacheDamaged
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


def build(
    root: Path,
    now: datetime,
    options: Options,
    progress: Progress = no_progress,
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
    output = _output(project.root, options)
    place = manifest_path(project.root, output.folder)
    last = read_manifest(place)
    before = Manifest() if options.clean else last
    unfinished = read_added(place)
    theme = Theme((PACKAGED, project.root / "templates"))
    snapshot = snapshot_key(scan.reliable_key, now, options)
    with ExitStack() as own, open_cache(project.root, clean=options.clean) as cache:
        readers = pool or own.enter_context(Pool(project.worker_config, options.jobs))
        readers.warm(1 if before.groups else options.jobs)
        stamps = Stamps(cache.digests(), scan)
        library = Library(project.root, project.context, project.engine, stamps)
        key = site_key(project, library.contents(), theme, now, options, editions)
        if key == before.site_key and not unfinished and is_current(before, output, now):
            cache.put_digests(stamps.hashed)
            write_manifest(place, msgspec.structs.replace(before, snapshot=snapshot))
            return report_again(before, output.folder)
        static = _static(theme)
        seen = survey(project, library, cache, readers, now, options, stamps, progress, _last_good(last), static)
        if not options.let_go:
            require_issues(seen.readings.ids, last, output)
        own.close()  # the workers' memory is free before pages are made
        planned, collisions = plan(editions, seen.resolved)
        context = StagingContext(project, seen.resolved.shell, theme, before)
        with _abandoned_on_failure(output):
            files = stage_all(planned, context, cache, output, options.jobs, progress)
            files |= _spared(files, before, seen.readings)
            stale = _stale(files, before, unfinished, output, seen.readings)
            note_added(place, {*unfinished, *output.waiting} - before.files.keys())
            fresh = output.swap(stale, _ticker(progress, "write", len(output.waiting)))
        unread = tuple(each for made in files.values() for each in made.problems)
        report = _report(seen, sort_problems((*seen.problems, *collisions, *unread)), output, files, fresh, stale)
        made = _manifest(files, fresh, seen, report, now)
        if seen.readings.lasting and not unread:
            made = msgspec.structs.replace(made, site_key=key, snapshot=snapshot)
        write_manifest(place, made)
        forget_added(place)
        cache.prune(seen.readings.keys, stamps.used)
    return report


def _static(theme: Theme) -> Iterator[CopiedFile]:
    for path, key in theme.static():
        yield CopiedFile(path, f"templates/{path}", key)


def _last_good(last: Manifest) -> LastGood:
    """Also of a build from scratch: what cannot be read now was read once."""
    files = msgspec.msgpack.decode(last.good_files, type=dict[str, LastFile]) if last.good_files else {}
    return LastGood(last.good, files)


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
    unknown = {*output.unknown_files(current), *unfinished} - current
    return sorted(path for path in unknown if not path.startswith(unreadable))


def _ticker(progress: Progress, step: str, total: int) -> Callable[[], None]:
    done = 0

    def tick() -> None:
        nonlocal done
        done += 1
        progress(step, done, total)

    return tick


def _manifest(files: StagedGroups, fresh: dict[str, Written], seen: Survey, report: Report, now: datetime) -> Manifest:
    """Without the keys of the whole."""
    groups = {
        name: GroupRecord(made.key, (*made.kept, *(fresh[path] for path in made.staged)))
        for name, made in files.items()
    }
    return Manifest(
        fresh_until=due.isoformat() if (due := seen.unpublished.due) else "",
        built=now.isoformat(),
        groups=groups,
        good=seen.readings.good,
        good_files=msgspec.msgpack.encode(seen.readings.good_files),
        report=msgspec.msgpack.encode(report),
    )


def _report(
    seen: Survey,
    problems: tuple[Problem, ...],
    output: Output,
    files: StagedGroups,
    fresh: dict[str, Written],
    stale: list[str],
) -> Report:
    unchanged = sum(len(made.kept) for made in files.values())
    return Report(
        out=printable(str(output.folder)),
        issues=len(seen.archive.issues),
        pages=unchanged + len(fresh),
        written=len(fresh),
        unchanged=unchanged,
        removed=len(stale),
        drafts=seen.unpublished.drafts,
        scheduled=seen.unpublished.scheduled,
        last_good=seen.readings.last_good,
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
