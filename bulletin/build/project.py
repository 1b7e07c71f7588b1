"""A project on disk: its station, its settings, and its work files."""

from __future__ import annotations

import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import msgspec

from bulletin.check.office import Facts, Office, OfficeConfig, make_facts
from bulletin.check.passed import NOTHING_PASSED, PASSED_FILE, PassedBook, read_passed
from bulletin.check.wordlists import WORDS_FOLDER, Matcher, WordLists
from bulletin.core.config import (
    address_lines,
    entry_lines,
    read_station,
    read_today,
    station_notices,
    today_problem,
)
from bulletin.core.errors import OutputError, StationError, UsageError
from bulletin.core.files import read_file
from bulletin.core.fingerprint import program_fingerprint
from bulletin.core.hit_snapshot import SNAPSHOT_FILE, HitSnapshot, decode_snapshot
from bulletin.core.labels import page_translations
from bulletin.core.model import SourceFile, Today, Value
from bulletin.core.problems import N_, Problem, problem
from bulletin.core.station import STATION, TODAY, Station
from bulletin.core.withdrawals import WITHDRAWN_FILE, Withdrawal, read_withdrawals
from bulletin.read.messages import WorkerConfig
from bulletin.read.reading import ReadContext
from bulletin.read.scan import disk_clock
from bulletin.read.sources import printable, unreadable
from bulletin.write.cache import Cache
from bulletin.write.output import WORK

_LOCK_SECONDS = 60


class Project(Value, frozen=True):
    """The input of a build besides its sources."""

    root: Path
    station: Station
    today: Today | None
    fingerprint: str
    hit_snapshot: HitSnapshot
    """Numbers that the pages show; empty before the first `hits bake`."""
    entry_lines: dict[str, int]
    """Line in station.yml of each entry under ``theme``, ``home`` and ``labels`` (config.py); empty without any."""
    address_lines: dict[str, int]
    """Line in station.yml of each address (config.py)."""
    notices: tuple[Problem, ...]
    """About station.yml and today.yml as files; nothing among it stops a build."""
    word_lists: tuple[SourceFile, ...]
    """The office's own, by name."""
    unread_lists: tuple[Problem, ...]
    """Word lists that cannot be read now."""
    passed: PassedBook
    """What was passed with a reason and has no comment."""
    withdrawals: tuple[Withdrawal, ...]
    """What was withdrawn."""

    @property
    def context(self) -> ReadContext:
        station = self.station
        backlink = page_translations(station).gettext(N_("Back to note {} in the text"))
        return ReadContext(station.sections, station.url, station.language, backlink)

    @property
    def facts(self) -> Facts:
        """What is known of the office, without its word lists."""
        return make_facts(self.station, WordLists(), self.passed.key)

    @property
    def numbers_office(self) -> Office:
        """The office as the rules for numbers know it, which need no word lists."""
        return Office(self.facts, Matcher(WordLists()))

    def with_key(self) -> Project:
        """With a key by which numbers are told from each other, also before anything was passed."""
        if self.passed.key:
            return self
        return msgspec.structs.replace(self, passed=PassedBook(secrets.token_hex(16), self.passed.entries))

    @property
    def worker_config(self) -> WorkerConfig:
        office = OfficeConfig(self.station, self.word_lists, self.passed.key)
        return WorkerConfig(self.context, msgspec.msgpack.encode(office))


def open_project(root: Path) -> Project:
    """Read station.yml and what is beside it. Raises `StationError`, but not for today.yml: its figure is left out."""
    try:
        data = read_file(root / STATION)
        station = read_station(data)
    except FileNotFoundError:
        raise StationError(N_("the station's file is missing. “bulletin init” makes one."), path=STATION) from None
    except OSError as error:
        raise StationError(N_("the file cannot be read: {reason}."), path=STATION, reason=error.strerror) from None
    today, faults = _today(root)
    lists = tuple(_word_lists(root))
    return Project(
        root,
        station,
        today,
        program_fingerprint(),
        find_snapshot(root) if station.hits else HitSnapshot(),
        entry_lines(data) if station.theme or station.home or station.labels else {},
        address_lines(data),
        (*station_notices(data), *faults),
        tuple(file for file in lists if isinstance(file, SourceFile)),
        tuple(file for file in lists if isinstance(file, Problem)),
        _passed(root),
        _withdrawals(root),
    )


def _today(root: Path) -> tuple[Today | None, tuple[Problem, ...]]:
    try:
        return read_today(read_file(root / TODAY)), ()
    except FileNotFoundError:
        return None, ()
    except OSError:
        return None, (problem("F401", TODAY, 0, reason=N_("the file cannot be read")),)
    except StationError as error:
        return None, (today_problem(error),)


def _passed(root: Path) -> PassedBook:
    try:
        return read_passed(read_file(root / PASSED_FILE))
    except FileNotFoundError:
        return NOTHING_PASSED
    except OSError as error:
        raise StationError(N_("the file cannot be read: {reason}."), path=PASSED_FILE, reason=error.strerror) from None


def _withdrawals(root: Path) -> tuple[Withdrawal, ...]:
    try:
        return read_withdrawals(read_file(root / WITHDRAWN_FILE))
    except FileNotFoundError:
        return ()
    except OSError as error:
        reason = error.strerror
        raise StationError(N_("the file cannot be read: {reason}."), path=WITHDRAWN_FILE, reason=reason) from None


def _word_lists(root: Path) -> Iterator[SourceFile | Problem]:
    try:
        paths = sorted((root / WORDS_FOLDER).glob("*.txt"))
    except OSError as error:
        yield unreadable(WORDS_FOLDER, error)
        return
    for path in paths:
        name = printable(path.relative_to(root).as_posix())
        try:
            yield SourceFile(name, read_file(path))
        except OSError as error:
            yield unreadable(name, error)


def find_snapshot(root: Path) -> HitSnapshot:
    """Numbers of the last `hits bake`; empty before the first, or when the work folder was deleted."""
    try:
        return decode_snapshot((root / WORK / SNAPSHOT_FILE).read_bytes())
    except OSError:
        return HitSnapshot()


def open_cache(root: Path, *, clean: bool) -> Cache:
    """The project's cache, emptied first for a clean build."""
    if clean:
        discard_cache(root)
    return Cache(root / WORK / "cache.db")


def discard_cache(root: Path) -> None:
    """Delete the cache; everything in it can be computed again."""
    for name in ("cache.db", "cache.db-wal", "cache.db-shm"):
        (root / WORK / name).unlink(missing_ok=True)


class ProgramRecords:
    """Other cached data of the rules, keyed by the fingerprint: another version may store something else."""

    def __init__(self, cache: Cache, fingerprint: str) -> None:
        self._cache = cache
        self._fingerprint = fingerprint

    def record(self, key: str) -> bytes | None:
        return self._cache.record(f"{self._fingerprint} {key}")

    def put_record(self, key: str, value: bytes) -> None:
        self._cache.put_record(f"{self._fingerprint} {key}", value)


@contextmanager
def project_lock(root: Path) -> Iterator[int]:
    """Allows one build at a time in a project; a second one waits for the lock.

    Yields the time of the disk's clock in nanoseconds once the lock is held. Raises `UsageError` on a timeout (one
    minute), `OutputError` when the folder cannot be written.
    """
    from filelock import FileLock, Timeout

    folder = root / WORK
    lock = FileLock(folder / "lock", timeout=_LOCK_SECONDS)
    try:
        folder.mkdir(exist_ok=True)
        lock.acquire()
        started = disk_clock(lock.lock_file)
    except Timeout:
        raise UsageError(N_("another build is still running here; try again when it has ended."), path=root) from None
    except OSError as error:
        message = N_("the site cannot be written: {reason}. The files that were there are unchanged.")
        raise OutputError(message, path=folder, reason=error.strerror or type(error).__name__) from error
    try:
        yield started
    finally:
        lock.release()
