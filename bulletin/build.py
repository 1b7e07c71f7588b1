"""The four steps on one screen: read → arrange → render → write.

`build` makes the site; `examine` stops after arranging, for `bulletin check`. Neither prints, asks the clock or
the environment: `now` and all options are arguments.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime
from hashlib import blake2b
from pathlib import Path

import msgspec

from bulletin.arrange.archive import Archive, HeldBack, arrange
from bulletin.arrange.frame import Frame, Planned
from bulletin.arrange.inputs import Shell
from bulletin.arrange.links import Deposit
from bulletin.arrange.makers import TEMPLATES, make
from bulletin.arrange.plan import Group, Plan, plan
from bulletin.config import STATION, TODAY, Station, read_station, read_today
from bulletin.engine import engine_digest
from bulletin.errors import StationError, UsageError
from bulletin.i18n import translations
from bulletin.model import Issue, Page, Today, Value
from bulletin.problems import N_, Problem, sort_problems
from bulletin.read.issues import Context
from bulletin.read.library import Library, Readings, read_assets, read_library
from bulletin.read.pool import Pool
from bulletin.read.worker import Hello, decode_parts, decode_variants
from bulletin.render.templates import PACKAGED, Renderer, Theme
from bulletin.write.cache import Cache, CacheDamaged
from bulletin.write.output import (
    GroupRecord,
    Manifest,
    Output,
    Written,
    read_manifest,
    write_manifest,
)

WORK = ".bulletin"
"""Cache and manifests; may be deleted at any time."""

LOCK_SECONDS = 60


class Options(Value, frozen=True):
    """How to build."""

    out: str = ""
    """Folder of the site; ``site`` in the project when empty."""
    clean: bool = False
    """Make everything anew."""
    drafts: bool = False
    """With drafts and issues whose time has not come, marked as such."""
    jobs: int = 1
    """Parse workers at most."""


class Report(Value, frozen=True):
    """What a build did."""

    out: str
    issues: int
    pages: int
    """Files in the site, pictures and stylesheets among them."""
    written: int
    unchanged: int
    removed: int
    drafts: int
    scheduled: int
    last_good: tuple[str, ...]
    """Sources that cannot be read now, whose earlier pages stay."""
    problems: tuple[Problem, ...]


Progress = Callable[[str, int, int], None]
"""Called with the step (``read``, ``render``, ``write``), how much of it is done and how much there is."""


def silent(_step: str, _done: int, _total: int) -> None:
    """Progress that nobody watches."""


class Project(Value, frozen=True):
    """What a build starts from."""

    root: Path
    station: Station
    today: Today | None
    engine: str

    @property
    def context(self) -> Context:
        return Context(self.station.sections, self.station.url)

    @property
    def hello(self) -> Hello:
        back = translations(self.station.language).gettext(N_("Back to note {} in the text"))
        return Hello(self.context, back)


def open_project(root: Path) -> Project:
    """Read station.yml and today.yml. Raises `StationError`."""
    try:
        station = read_station((root / STATION).read_bytes())
    except FileNotFoundError:
        raise StationError(N_("the station's file is missing. “bulletin init” makes one."), path=STATION) from None
    except OSError as error:
        raise StationError(N_("the file cannot be read: {reason}."), path=STATION, reason=error.strerror) from None
    try:
        today = read_today((root / TODAY).read_bytes())
    except FileNotFoundError:
        today = None
    return Project(root, station, today, engine_digest())


def build(root: Path, now: datetime, options: Options, progress: Progress = silent, pool: Pool | None = None) -> Report:
    """Build the station's site; nothing in it changes before every page is ready.

    ``pool`` may be one that is kept between builds. Raises `BulletinError`; then the site is as it was.
    """
    project = open_project(root)
    with _alone(root):
        try:
            return _build(project, now, options, progress, pool)
        except CacheDamaged:
            _discard_cache(root)
            return _build(project, now, options, progress, pool)


def _build(project: Project, now: datetime, options: Options, progress: Progress, pool: Pool | None) -> Report:
    output = _output(project.root, options)
    manifest_path = _manifest_path(project.root, output)
    before = Manifest() if options.clean else read_manifest(manifest_path)
    theme = Theme((PACKAGED, project.root / "templates"))
    with _cache(project.root, options) as cache:
        library = Library(project.root, project.context, project.engine)
        site_key = _site_key(project, library, theme, now, options)
        if site_key == before.site_key and _is_current(before, output, now):
            return _report_again(before, output)
        readings = _read(project, library, cache, options, progress, pool, before.good)
        archive, held, found = _arrange(project, readings, now, options)
        planned, more = plan(archive, readings.assets, _static(theme))
        try:
            files = _render(planned, project, theme, cache, before, output, progress)
            stale = _stale(files, before, output, readings)
            fresh = output.swap(stale, _ticker(progress, "write", output.waiting))
        except BaseException:
            output.abandon()
            raise
        problems = sort_problems((*readings.problems, *found, *more))
        report = _report(archive, held, readings, problems, output, files, fresh, stale)
        key = site_key if readings.lasting else ""
        write_manifest(manifest_path, _manifest(key, files, fresh, readings, held, report, now))
        cache.prune(readings.keys)
    return report


def examine(
    root: Path, now: datetime, options: Options, progress: Progress = silent
) -> tuple[tuple[Problem, ...], int]:
    """All problems that reading and arranging find, and the number of issues; writes nothing but the cache."""
    project = open_project(root)
    with _alone(root), _cache(root, options) as cache:
        library = Library(root, project.context, project.engine)
        readings = _read(project, library, cache, options, progress, None, {})
        archive, _, found = _arrange(project, readings, now, msgspec.structs.replace(options, drafts=True))
        _, more = plan(archive, readings.assets, ())
    return sort_problems((*readings.problems, *found, *more)), len(archive.issues)


# ── read and arrange


def _read(
    project: Project,
    library: Library,
    cache: Cache,
    options: Options,
    progress: Progress,
    pool: Pool | None,
    good: dict[str, str],
) -> Readings:
    if pool is not None:
        return _read_with(project, library, cache, pool, progress, good)
    with Pool(project.hello, options.jobs) as own:
        return _read_with(project, library, cache, own, progress, good)


def _read_with(
    project: Project, library: Library, cache: Cache, pool: Pool, progress: Progress, good: dict[str, str]
) -> Readings:
    readings = read_library(library, cache, pool, good, progress)
    return read_assets(project.root, readings, project.engine, cache, pool)


def _arrange(
    project: Project, readings: Readings, now: datetime, options: Options
) -> tuple[Archive, HeldBack, tuple[Problem, ...]]:
    issues: tuple[Issue, ...] = readings.issues
    pages: tuple[Page, ...] = readings.pages
    return arrange(issues, pages, project.station, project.today, now, drafts=options.drafts)


def _static(theme: Theme) -> Iterator[Deposit]:
    for path, digest in theme.static():
        yield Deposit(path, f"templates/{path}", digest)


# ── render


class Made(Value, frozen=True):
    """A group after rendering: which of its files stay, and which are staged."""

    key: str
    kept: tuple[Written, ...]
    staged: tuple[str, ...]


Files = dict[str, Made]
"""By group name."""


def _render(
    planned: Plan,
    project: Project,
    theme: Theme,
    cache: Cache,
    before: Manifest,
    output: Output,
    progress: Progress,
) -> Files:
    """Stage every page whose inputs have changed, and every file that is not as we left it."""
    translated = translations(project.station.language)
    frame = Frame(planned.shell, translated.gettext, _Bodies(cache))
    renderer = Renderer(theme, translated, project.root / WORK / "jinja")
    stager = _Stager(frame, renderer, theme, cache, output, before, project)
    files: Files = {}
    for done, group in enumerate(planned.groups):
        files[group.name] = stager.make(group)
        progress("render", done, len(planned.groups))
    return files


class _Bodies:
    """HTML of texts by parts key; keeps the last source's parts, since its pages come together."""

    def __init__(self, cache: Cache) -> None:
        self._cache = cache
        self._key = ""
        self._parts: tuple[str, ...] = ()

    def __call__(self, key: str, part: int) -> str:
        if key != self._key:
            stored = self._cache.parts(key)
            if stored is None:
                raise CacheDamaged(N_("the cache is damaged: {reason}."), path=key, reason="parts")
            self._key, self._parts = key, decode_parts(stored)
        return self._parts[part]


class _Stager:
    def __init__(
        self,
        frame: Frame,
        renderer: Renderer,
        theme: Theme,
        cache: Cache,
        output: Output,
        before: Manifest,
        project: Project,
    ) -> None:
        self._frame = frame
        self._renderer = renderer
        self._theme = theme
        self._cache = cache
        self._output = output
        self._before = before.groups
        self._files = before.files()
        self._project = project
        self._shared = _digest(project.engine.encode(), _encode_shell(frame.shell))

    def make(self, group: Group) -> Made:
        """A group's files: kept where nothing changed, else made and staged."""
        key = self._key(group)
        record = self._before.get(group.name)
        if record and record.key == key and all(self._output.is_current(file) for file in record.files):
            return Made(key, record.files, ())
        kept: list[Written] = []
        staged: list[str] = []
        for planned in make(self._frame, group.inputs):
            self._page(planned, kept, staged)
        for deposit in group.deposits:
            self._deposit(deposit, kept, staged)
        return Made(key, tuple(kept), tuple(staged))

    def _key(self, group: Group) -> str:
        theme = self._theme.digest(TEMPLATES[type(group.inputs)])
        return _digest(self._shared.encode(), theme.encode(), _encode(group.inputs))

    def _page(self, planned: Planned, kept: list[Written], staged: list[str]) -> None:
        theme = self._theme.digest((planned.template,))
        key = _digest(self._project.engine.encode(), theme.encode(), _encode(planned.view))
        if not self._keep(planned.path, key, kept):
            self._output.stage(planned.path, key, self._renderer.render(planned.template, planned.view))
            staged.append(planned.path)

    def _deposit(self, deposit: Deposit, kept: list[Written], staged: list[str]) -> None:
        if not self._keep(deposit.path, deposit.key, kept):
            self._output.stage(deposit.path, deposit.key, self._bytes(deposit))
            staged.append(deposit.path)

    def _keep(self, path: str, key: str, kept: list[Written]) -> bool:
        file = self._files.get(path)
        if file and file.key == key and self._output.is_current(file):
            kept.append(file)
            return True
        return False

    def _bytes(self, deposit: Deposit) -> bytes:
        if deposit.variant >= 0:
            return decode_variants(self._cache.parts(deposit.picture_key) or b"")[deposit.variant]
        if deposit.asset.startswith("templates/"):
            return self._theme.files[deposit.asset.removeprefix("templates/")]
        return (self._project.root / deposit.asset).read_bytes()


_encode = msgspec.msgpack.Encoder().encode


def _encode_shell(shell: Shell) -> bytes:
    return _encode(shell)


def _digest(*chunks: bytes) -> str:
    hashed = blake2b(digest_size=12)
    for chunk in chunks:
        hashed.update(len(chunk).to_bytes(8, "little") + chunk)
    return hashed.hexdigest()


# ── write


def _stale(files: Files, before: Manifest, output: Output, readings: Readings) -> list[str]:
    """Files of the last build that this one does not have; without a manifest, everything unknown in the folder.

    Then, the pages of issues that cannot be read now are spared: they may be their last good ones.
    """
    current = {path for made in files.values() for path in (*made.staged, *(file.path for file in made.kept))}
    if before.groups:
        return sorted(before.files().keys() - current)
    spared = tuple(f"issues/{name}/" for name in readings.unreadable)
    return sorted(path for path in output.strangers(current) if not path.startswith(spared))


def _ticker(progress: Progress, step: str, total: int) -> Callable[[], None]:
    done = 0

    def tick() -> None:
        nonlocal done
        done += 1
        progress(step, done, total)

    return tick


def _manifest(
    key: str, files: Files, fresh: dict[str, Written], readings: Readings, held: HeldBack, report: Report, now: datetime
) -> Manifest:
    groups = {
        name: GroupRecord(made.key, (*made.kept, *(fresh[path] for path in made.staged)))
        for name, made in files.items()
    }
    return Manifest(
        site_key=key,
        fresh_until=held.due.isoformat() if held.due else "",
        built=now.isoformat(),
        groups=groups,
        good=readings.good,
        report=_encode(report),
    )


def _report(
    archive: Archive,
    held: HeldBack,
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
    chunks = [project.engine, project.station, today, options.drafts, library.keys(), library.other_files()]
    return _digest(_encode(chunks), *(name.encode() + b"\0" + data for name, data in theme.files.items()))


def _is_current(before: Manifest, output: Output, now: datetime) -> bool:
    """Whether no scheduled issue has come due since, and every file is as we left it."""
    due = before.fresh_until and datetime.fromisoformat(before.fresh_until) <= now
    earlier = before.built and datetime.fromisoformat(before.built) > now
    return not due and not earlier and all(map(output.is_current, before.files().values()))


def _report_again(before: Manifest, output: Output) -> Report:
    report = msgspec.msgpack.decode(before.report, type=Report)
    return msgspec.structs.replace(report, out=str(output.folder), written=0, unchanged=report.pages, removed=0)


# ── where things lie


def _output(root: Path, options: Options) -> Output:
    folder = (Path(options.out) if options.out else root / "site").resolve()
    inside = (root / "content", root / "templates", root / WORK)
    if any(
        folder == p.resolve() or folder.is_relative_to(p.resolve()) for p in inside[:2]
    ) or root.resolve().is_relative_to(folder):
        raise UsageError(N_("the site cannot be built over the project's own files."), path=folder)
    output = Output(folder)
    output.claim(ours=folder == (root / "site").resolve())
    return output


def _manifest_path(root: Path, output: Output) -> Path:
    name = blake2b(str(output.folder).encode("utf-8", "surrogateescape"), digest_size=6).hexdigest()
    return root / WORK / f"manifest-{name}.bin"


def _cache(root: Path, options: Options) -> Cache:
    if options.clean:
        _discard_cache(root)
    return Cache(root / WORK / "cache.db")


def _discard_cache(root: Path) -> None:
    for name in ("cache.db", "cache.db-wal", "cache.db-shm"):
        (root / WORK / name).unlink(missing_ok=True)


@contextmanager
def _alone(root: Path) -> Iterator[None]:
    """One build at a time in one project; a second waits for the first."""
    from filelock import FileLock, Timeout

    folder = root / WORK
    try:
        folder.mkdir(exist_ok=True)
        with FileLock(folder / "lock", timeout=LOCK_SECONDS):
            yield
    except Timeout:
        raise UsageError(N_("another build is still running here; try again when it has ended."), path=root) from None
