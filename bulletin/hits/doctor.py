"""Health checks of `hits doctor`: store, clock, disk, list of keys, a running service and its proxies."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from contextlib import suppress
from datetime import datetime
from pathlib import Path

from bulletin.core.errors import HitsError
from bulletin.core.hit_sources import SOURCE_KEYS
from bulletin.core.model import Value
from bulletin.core.problems import N_
from bulletin.hits import catalogue, remote
from bulletin.hits.late import ahead_of_clock
from bulletin.hits.stores.base import Store
from bulletin.hits.stores.identity import check_owner
from bulletin.hits.stores.opening import has_store, open_store, sqlite_path
from bulletin.hits.stores.sqlite import SqliteStore
from bulletin.hits.valid_rows import is_valid, stored_figure

_MIN_FREE_BYTES = 200 << 20
"""Below this, the disk is reported as nearly full."""
_MAX_COMMIT_AGE = 60
"""Seconds; a service commits every twenty."""
_MAX_WAL_BYTES = 64 << 20
"""Size of a write-ahead log that something keeps from being checkpointed."""

NO_COUNTS_YET = N_("there are no counts here yet. The service makes the file when it begins: bulletin hits serve")

_FILE_REMEDY = N_(
    "The service's user must own the file and its folder; a file that is no store, or a damaged one: put it aside and "
    "restore the last backup (docs/deploy.md)."
)
_DATABASE_REMEDY = N_("Start the database, or correct its address: --store")
_SERVICE_REMEDY = N_("Look why: systemctl status bulletin-hits. If it listens elsewhere, name that: --service")

_UNSYNCED_MICROSECONDS = 16_000_000
"""The kernel's maximum error of a clock that is not synchronized (NTP_PHASE_LIMIT)."""
_NTP = "timedatectl set-ntp true"


class _Finding(Value, frozen=True):
    """Result of one check."""

    ok: bool
    message: str
    """Marked for translation."""
    values: dict[str, object]
    remedy: str = ""
    """Another sentence, marked for translation; empty where the message has it."""


def diagnose(store: str, keys: Path, service: str, now: datetime) -> Iterator[_Finding]:
    """Run all checks; ``service`` may be empty."""
    yield from _missing_file(store) or _open_and_check(store, keys, now)
    if store.startswith("sqlite"):
        yield from _check_disk(sqlite_path(store))
    yield from _check_keys(keys)
    if service:
        yield from _check_service(service)


def _missing_file(store: str) -> tuple[_Finding, ...]:
    """Report a missing file without creating it."""
    if has_store(store):
        return ()
    return (_bad(NO_COUNTS_YET, path=sqlite_path(store)), *_clock_sync())


def _open_and_check(store: str, keys: Path, now: datetime) -> Iterator[_Finding]:
    opened: Store | None = None
    try:
        opened = open_store(store)
        yield from _check_owner(opened, keys)
        yield from _check_store(opened, now)
        stored_figure(opened)
    except HitsError as error:
        yield _failed(error, _FILE_REMEDY if store.startswith("sqlite") else _DATABASE_REMEDY)
    finally:
        if opened:
            opened.close()


def _check_store(store: Store, now: datetime) -> Iterator[_Finding]:
    wrong = (*store.check(), *_wrong_rows(store))
    totals = {key: n for key, n in store.totals().items() if key not in SOURCE_KEYS.values()}
    if wrong:
        yield _bad(
            N_("the store is damaged: {what}. Restore the last backup (docs/deploy.md)."), what="; ".join(wrong[:5])
        )
    else:
        yield _good(
            N_("The store is intact; {pages} pages, {total} hits."),
            pages=len(totals),
            total=sum(totals.values()),
        )
    yield from _clock_sync()
    late = ahead_of_clock(store, now)
    if late.spans or late.counts:
        times = (*(span.until for span in late.spans), *(count.day for count in late.counts))
        yield _bad(
            N_(
                "the clock went back: something was counted at {time}, which is in the future. If the clock is right "
                "now: bulletin hits doctor --fix"
            ),
            time=max(times),
        )
    else:
        yield _good(N_("The clock has not gone back."))
    if isinstance(store, SqliteStore):
        size = store.log_bytes()
        if size > _MAX_WAL_BYTES:
            yield _bad(
                N_("the write-ahead log has {size} MB: another program keeps the file open. Find it with lsof."),
                size=size >> 20,
            )
        else:
            yield _good(N_("The write-ahead log is small ({size} KB)."), size=size >> 10)


def _wrong_rows(store: Store) -> Iterator[str]:
    """Versions before stored what an import had, whatever it was."""
    for count in store.counts():
        if not is_valid(count):
            yield f"{count.page}, {count.day}"


def _clock_sync() -> Iterator[_Finding]:
    synchronized = ntp_synchronized()
    if synchronized is None:
        yield _good(N_("Whether NTP keeps the clock is unknown on this system."))
    elif synchronized:
        yield _good(N_("The clock is kept by NTP."))
    else:
        yield _bad(N_("the clock is not kept by NTP, and hits are stored by day. Turn it on: {command}"), command=_NTP)


def ntp_synchronized() -> bool | None:
    """Whether the kernel's clock is synchronized, as timedatectl reads it; None where that is unknown."""
    try:
        state, largest_error = _kernel_clock()
    except (ImportError, OSError, AttributeError):
        return None
    return None if state < 0 else largest_error < _UNSYNCED_MICROSECONDS


def _kernel_clock() -> tuple[int, int]:
    """Read-only adjtimex(2): the state, and the clock's largest error in microseconds."""
    import ctypes

    clock = (ctypes.c_long * 64)()  # struct timex: modes, offset, freq, maxerror, …; 26 longs, of which we need one
    state: int = ctypes.CDLL(None, use_errno=True).adjtimex(clock)
    return state, int(clock[3])


def _check_owner(store: Store, keys: Path) -> Iterator[_Finding]:
    """Whether the counts are this station's; a list of keys that cannot be read is said elsewhere."""
    with suppress(HitsError):
        pages = catalogue.load_catalogue(keys)
        try:
            check_owner(store, pages.url)
        except HitsError as error:
            yield _bad(error.message, **error.values)


def _check_disk(path: Path) -> Iterator[_Finding]:
    try:
        free = shutil.disk_usage(path.absolute().parent).free
    except OSError:
        return  # opening the store has said why
    if free >= _MIN_FREE_BYTES:
        yield _good(N_("Free on the disk of the counts: {size} MB."), size=free >> 20)
    else:
        words = N_(
            "only {size} MB are free on the disk of the counts, and on a full one nothing is counted. Make room."
        )
        yield _bad(words, size=free >> 20)


def _check_keys(path: Path) -> Iterator[_Finding]:
    try:
        pages = catalogue.load_catalogue(path)
    except HitsError as error:
        yield _bad(error.message, **error.values)
    else:
        yield _good(N_("The list of keys names {pages} pages."), pages=len(pages.pages))


def _check_service(service: str) -> Iterator[_Finding]:
    try:
        found = remote.metrics(service)
    except HitsError as error:
        yield _failed(error, _SERVICE_REMEDY)
        return
    age = found.get("bulletin_hits_commit_age_seconds", 0)
    if age < _MAX_COMMIT_AGE:
        yield _good(N_("The service's last commit was {age} seconds ago."), age=round(age))
    else:
        words = N_(
            "the service's last commit was {age} seconds ago: it cannot store what it counts. "
            "Its log says why: journalctl -u bulletin-hits"
        )
        yield _bad(words, age=round(age))
    strange = found.get("bulletin_hits_strange_proxy_total", 0)
    if strange:
        yield _bad(
            N_("{n} requests came through an unknown proxy and count as one reader; use --proxy with its address."),
            n=int(strange),
        )
    else:
        yield _good(N_("No unknown proxy is in front of the service."))


def _good(message: str, **values: object) -> _Finding:
    return _Finding(True, message, values)


def _failed(error: HitsError, remedy: str) -> _Finding:
    """A message that ends with the reason names no remedy."""
    return _Finding(False, error.message, dict(error.values), remedy if error.message.endswith("{reason}.") else "")


def _bad(message: str, **values: object) -> _Finding:
    return _Finding(False, message, values)
