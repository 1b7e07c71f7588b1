"""The four steps on one screen: read → arrange → render → write.

`survey` is the first half, which the check shares. Nothing here prints or reads the clock or the environment: `now`
and all options are arguments.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import AbstractContextManager, ExitStack, contextmanager, nullcontext
from datetime import datetime
from pathlib import Path
from typing import NamedTuple

import msgspec

from bulletin.arrange.resolve import ResolvedArchive
from bulletin.arrange.targets import CopiedFile, ThemeFiles
from bulletin.build.changes import (
    folders_key,
    is_current,
    public_folder,
    scan_project,
    site_folder,
    site_key,
    snapshot_key,
    unchanged_report,
)
from bulletin.build.gating import LastPublished, published_texts
from bulletin.build.gone import present_ids, require_issues
from bulletin.build.known_breaks import prepare_breaks
from bulletin.build.moving import OldSite
from bulletin.build.project import Project, discard_cache, open_cache, open_project, project_lock
from bulletin.build.public_texts import Judged, encode_public_texts
from bulletin.build.published import build_time, published_before
from bulletin.build.report import Options, Report
from bulletin.build.staging import StagedGroup, StagedGroups, StagingContext, stage_all
from bulletin.build.survey import Survey, survey
from bulletin.build.text_problems import with_text_problems
from bulletin.build.withdrawn_texts import NOTE_GROUP
from bulletin.build.worker import worker_pool
from bulletin.core.errors import UsageError
from bulletin.core.files import real_path
from bulletin.core.fingerprint import PACKAGED
from bulletin.core.problems import N_, Problem, sort_problems
from bulletin.core.progress import Progress, no_progress, ticker
from bulletin.editions import EDITIONS
from bulletin.editions.edition import Edition, PlacedEdition, Planned, Surroundings, placed_editions, plan
from bulletin.editions.forms import other_forms
from bulletin.read.library import LastFile, LastGood, Library
from bulletin.read.pool import Pool
from bulletin.read.process import Process
from bulletin.read.scan import Scan
from bulletin.read.sources import printable
from bulletin.read.stamps import Stamps
from bulletin.render.templates import Theme
from bulletin.write.cache import CacheDamaged
from bulletin.write.output import (
    DRAFTS_MARKER,
    MARKER,
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
    early: Process | None = None,
) -> Report:
    """Build the station's site; nothing in it changes before every page is ready.

    ``pool`` may be shared between builds; ``scan`` is the caller's scan for changes; ``agree`` is asked before a
    folder is taken over; ``early`` is a worker that the caller has begun (early.py). Raises `BulletinError`; then the
    site is unchanged.
    """
    project = open_project(root)

    def workers() -> AbstractContextManager[Pool]:
        return nullcontext(pool) if pool else worker_pool(project.worker_config, options.jobs, early=early)

    with project_lock(root) as started:
        scan = (scan or scan_project(root)).read_from(started)
        try:
            return _build(project, now, options, progress, workers, scan, editions, agree)
        except CacheDamaged:
            discard_cache(root)
            return _build(project, now, options, progress, workers, scan, editions, agree)


def _build(
    project: Project,
    now: datetime,
    options: Options,
    progress: Progress,
    open_pool: Callable[[], AbstractContextManager[Pool]],
    scan: Scan,
    editions: tuple[Edition, ...],
    agree: Agree,
) -> Report:
    output = _output(project.root, options)
    path = manifest_path(project.root, output.folder)
    last = read_manifest(path)
    previous = Manifest() if options.clean else last
    published = _last_published(project.root, output, last, options)
    theme = Theme((PACKAGED, project.root / "templates"))
    snapshot = snapshot_key(scan.reliable_key, now, options)
    with ExitStack() as stack, open_cache(project.root, clean=options.clean) as cache:
        workers = stack.enter_context(open_pool())
        _warm(workers, project, options, is_first=not previous.groups)
        stamps = Stamps(cache.digests(), scan)
        library = Library(project.root, project.context, project.fingerprint, stamps, published.before.copies)
        placed = placed_editions(editions, Surroundings(str(project.root), project.station))
        key = site_key(project, library.contents(), theme, now, options, editions, published.before)
        if key == previous.site_key and is_current(previous, output, now):
            cache.put_digests(stamps.hashed)
            write_manifest(path, msgspec.structs.replace(previous, snapshot=snapshot))
            return unchanged_report(previous, output.folder)
        files = _theme_files(theme, styled=project.station.theme is not None)
        surveyed = survey(project, library, cache, workers, now, options, stamps, progress, published, files)
        if not options.let_go:
            require_issues(surveyed.ids | present_ids(surveyed.readings, surveyed.moves.shown), last, output)
        stack.close()  # frees the workers' memory before pages are rendered
        planned, unplanned = _planned(placed, surveyed.resolved, options)
        context = StagingContext(project, surveyed.resolved.shell, theme, previous)
        with _abandon_on_failure(output):
            groups = stage_all(planned, context, cache, output, options.jobs, progress)
            groups |= _frozen_groups(groups, previous, surveyed.readings.frozen)
            swap = _Swap(project.root, output, OwnedFiles(output, last), options, agree, progress)
            swapped = _swap(swap, groups, surveyed.readings.frozen)
        problems = sort_problems((*surveyed.problems, *unplanned, *_unread(groups), *_said(groups)))
        problems = with_text_problems(problems, project, surveyed.checked, cache) if options.check else problems
        report = _report(surveyed, problems, output, groups, swapped, last.moved)
        built = build_time(now, published.before, report)
        manifest = _manifest(groups, swapped, surveyed, library, last.texts, report, built, _around(placed))
        if surveyed.readings.lasting and surveyed.checked.lasting and not _unread(groups):
            manifest = msgspec.structs.replace(manifest, site_key=key, snapshot=snapshot)
        write_manifest(path, manifest)
        cache.prune(surveyed.readings.keys, stamps.used)
    return report


def _warm(workers: Pool, project: Project, options: Options, *, is_first: bool) -> None:
    workers.warm(options.jobs if is_first else 1)
    prepare_breaks(project.station, is_first=is_first)  # while the workers start


def _unread(groups: StagedGroups) -> list[Problem]:
    """Files that could not be copied."""
    return [each for group in groups.values() for each in group.problems]


def _said(groups: StagedGroups) -> set[Problem]:
    """What was found while files were made, each thing once."""
    return {each for group in groups.values() for each in group.said}


def _planned(
    placed: tuple[PlacedEdition, ...], resolved: ResolvedArchive, options: Options
) -> tuple[tuple[Planned, ...], tuple[Problem, ...]]:
    """All groups; a problem for each that collides with another, and for each form that cannot be made."""
    made = tuple(each.edition for each in placed if options.forms or each.edition.form is None)
    forms, missing = other_forms(made, resolved)
    planned, collisions = plan(made, msgspec.structs.replace(resolved, forms=forms))
    return planned, (*missing, *collisions)


def _around(placed: Iterable[PlacedEdition]) -> tuple[str, ...]:
    """Folders outside the project on which something depends."""
    return tuple(dict.fromkeys(folder for each in placed for folder in each.folders))


def _theme_files(theme: Theme, *, styled: bool) -> ThemeFiles:
    static = (CopiedFile(path, f"templates/{path}", key) for path, key in theme.static())
    return ThemeFiles(tuple(static), theme.digest(("station.css",)) if styled else "")


def _last_published(root: Path, output: Output, last: Manifest, options: Options) -> LastPublished:
    """Also of a build from scratch: what cannot be read now was read once."""
    files = msgspec.msgpack.decode(last.good_files, type=dict[str, LastFile]) if last.good_files else {}
    public = public_folder(root, options)
    before = published_before(last if public == output.folder else read_manifest(manifest_path(root, public)), public)
    old = None if options.drafts else OldSite(output.folder, OwnedFiles(output, last), last)
    noted = frozenset(n.removeprefix(NOTE_GROUP) for n in last.groups if n.startswith(NOTE_GROUP))
    return LastPublished(LastGood(last.good, files), last.texts, output.folder, before, old, noted)


# ── write


@contextmanager
def _abandon_on_failure(output: Output) -> Iterator[None]:
    try:
        yield
    except BaseException:
        output.abandon()
        raise


def _frozen_groups(groups: StagedGroups, previous: Manifest, folders: tuple[str, ...]) -> StagedGroups:
    """Groups of the last build whose files stay unchanged, and what leads to them from old addresses."""
    names = {_group_name(folder) for folder in folders}
    return {
        name: StagedGroup(group.key, group.files, (), said=group.said)
        for name, group in previous.groups.items()
        if name not in groups and " ".join(name.split()[:2]) in names
    }


def _group_name(folder: str) -> str:
    """``issues/2014002/`` → ``issue 2014002``, ``about/`` → ``page about`` (editions/web.py)."""
    steps = folder.split("/")
    return f"issue {steps[1]}" if steps[0] == "issues" else f"page {steps[0]}"


class _Swap(NamedTuple):
    """What staged files are moved into place with."""

    root: Path
    output: Output
    owned: OwnedFiles
    options: Options
    agree: Agree
    progress: Progress


class _Swapped(NamedTuple):
    """Result of the swap."""

    written: dict[str, Written]
    """The staged files in their place, by path."""
    owned: Written
    """The folder's list of our files."""
    removed: int
    overwritten: tuple[str, ...]
    changed: tuple[str, ...]
    foreign: tuple[str, ...]


def _swap(swap: _Swap, groups: StagedGroups, frozen: tuple[str, ...]) -> _Swapped:
    """Swap, and remove our files that have no source any more; paths that begin with one of ``frozen`` stay."""
    output, owned = swap.output, swap.owned
    unchanged = [file for group in groups.values() for file in group.unchanged]
    staged = output.waiting_versions
    current = {*staged, *(file.path for file in unchanged)}
    output.refuse_links()
    overwritten = tuple(owned.foreign_below(staged))
    if _is_foreign(swap.root, output) and not swap.agree(overwritten):
        raise UsageError(N_("the folder was not taken over; nothing in it has changed."), path=output.folder)
    output.claim(drafts=swap.options.drafts)
    stale = owned.stale(current, frozen)
    owned.announce(staged)
    written = output.swap(stale.ours, ticker(swap.progress, "write", len(staged)))
    stamp = owned.settle(unchanged, staged, frozen)
    foreign = tuple(owned.unknown(current)) if swap.options.clean else ()
    return _Swapped(written, stamp, len(stale.ours), overwritten, tuple(stale.changed), foreign)


def _manifest(
    groups: StagedGroups,
    swapped: _Swapped,
    surveyed: Survey,
    library: Library,
    before: Mapping[str, str],
    report: Report,
    built: datetime,
    around: tuple[str, ...],
) -> Manifest:
    """Without `site_key` and `snapshot`."""
    records = {
        name: GroupRecord(group.key, (*group.unchanged, *(swapped.written[path] for path in group.staged)), group.said)
        for name, group in groups.items()
    }
    judged = Judged(
        surveyed.archive,
        library.by_key(),
        surveyed.sources,
        surveyed.checked.by_path,
        surveyed.verdicts,
        surveyed.reviews,
        surveyed.readings.frozen,
        surveyed.withdrawn,
    )
    return Manifest(
        fresh_until=due.isoformat() if (due := surveyed.unpublished.due) else "",
        built=built.isoformat(),
        groups=records,
        good=surveyed.readings.good,
        good_files=msgspec.msgpack.encode(surveyed.readings.good_files),
        texts=published_texts(surveyed.archive, library, before, surveyed.gated.held),
        moved=surveyed.moves.known,
        public_texts=encode_public_texts(judged),
        around=around,
        around_key=folders_key(around),
        owned=swapped.owned,
        report=msgspec.msgpack.encode(report),
    )


def _report(
    surveyed: Survey,
    problems: tuple[Problem, ...],
    output: Output,
    groups: StagedGroups,
    swapped: _Swapped,
    known_moves: Mapping[str, object],
) -> Report:
    unchanged = sum(len(group.unchanged) for group in groups.values())
    return Report(
        out=printable(str(output.folder)),
        issues=len(surveyed.archive.issues),
        pages=unchanged + len(swapped.written),
        written=len(swapped.written),
        unchanged=unchanged,
        removed=swapped.removed,
        drafts=surveyed.unpublished.drafts,
        scheduled=surveyed.unpublished.scheduled,
        last_good=surveyed.readings.last_good,
        problems=problems,
        overwritten=swapped.overwritten,
        changed=swapped.changed,
        foreign=swapped.foreign,
        moved=sum(each.path not in known_moves for each in surveyed.moves.shown),
        held=surveyed.gated.held,
        passed=surveyed.gated.passed,
    )


# ── the folder of the site


def _output(root: Path, options: Options) -> Output:
    folder = site_folder(root, options)
    inside = (root / "content", root / "templates", root / WORK)
    if any(
        folder == real_path(p) or folder.is_relative_to(real_path(p)) for p in inside[:2]
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
    _keep_drafts_apart(root, output, options)
    output.clear_stage()
    return output


def _keep_drafts_apart(root: Path, output: Output, options: Options) -> None:
    """Drafts never come into a folder that may be public, and no site into a folder of drafts."""
    has_drafts = output.holds(DRAFTS_MARKER)
    if has_drafts and not options.drafts:
        raise UsageError(
            N_("the folder was built with drafts, which may be nowhere else; build the site into another one."),
            path=output.folder,
        )
    work = (root / WORK).resolve()
    public = output.folder == (root / "site").resolve() or output.holds(MARKER)
    if options.drafts and public and not has_drafts and not output.folder.is_relative_to(work):
        raise UsageError(
            N_("drafts are not built into the folder of a site, where anybody can read them; leave --out away."),
            path=output.folder,
        )


def _is_foreign(root: Path, output: Output) -> bool:
    """Whether the folder is somebody else's; ``site`` is the station's own, unless it is a link."""
    return output.is_foreign(own=output.folder == root.resolve() / "site")


def remove_foreign(root: Path, options: Options, paths: tuple[str, ...]) -> None:
    """Remove files that a clean build found and that were not built here. Raises `OutputError`."""
    with project_lock(root):
        Output(site_folder(root, options)).remove(paths)
