"""The ledger, `releases/ledger.jsonl`: what was released, delivered, withdrawn and purged, in the order in which it
happened.

Each line is a JSON object with ``before``, the SHA-256 of the line before it, and ``own``, that of itself: a line
that was changed, removed, added or moved is found. It is no signature: who may write the folder can write a new ledger.

A run that is killed while it writes leaves the last line without its end. The next entry puts such a part into
`ledger-torn.txt` and names its hash as ``torn``; the chain goes on from the last whole line. Only bytes after the
last line feed are ever such a part: a whole line that is wrong stays where it is, and is reported.
"""

from __future__ import annotations

import hashlib
import os
from collections.abc import Iterable, Mapping
from contextlib import suppress
from pathlib import Path
from typing import BinaryIO, Literal, NamedTuple

import msgspec
from filelock import FileLock, Timeout

from bulletin.core.errors import PublishError
from bulletin.core.model import Value
from bulletin.core.problems import N_
from bulletin.publish.release import ReleaseKind

LEDGER = "ledger.jsonl"
_TORN = "ledger-torn.txt"
_LOCK = ".ledger.lock"
_PATIENCE = 60.0
"""Seconds to wait for another program that appends."""

_CHANGED_LINE = N_("this line was changed, or is no line of a ledger.")
_BROKEN_CHAIN = N_("this line does not follow the line before it: lines were removed, added or moved.")
_UNFINISHED_LINE = N_("the last line has no end: a run was stopped while it wrote it. The next entry puts it aside.")
_RESTORE = N_("Restore the folder “releases” from a backup, or keep this file and say why in the files of the office.")
_CHANGED_MANIFEST = N_("the manifest of release {id} is not the one that was released.")
_UNKNOWN_MANIFEST = N_("release {id} is in no line of the ledger.")
_MISSING_BLOB = N_("the content {sha256} of “{file}” in release {id} is missing, and no line says that it was purged.")
_LOCKED = N_("another program is writing the ledger of releases. Wait until it is done, then repeat the command.")


class _Entry(Value, frozen=True, kw_only=True, omit_defaults=True, tag_field="kind"):
    """One thing that happened."""

    at: str
    """``YYYY-MM-DDTHH:MM:SS``, the station's clock."""
    by: str
    """Account and computer: ``lihua@PC-3``."""


class ReleaseMade(_Entry, frozen=True, kw_only=True, tag="release"):
    """A release is about to be kept: its line is written before its manifest."""

    release: str
    parent: str
    made: ReleaseKind
    manifest: str
    """SHA-256 of the manifest's bytes."""


class Delivered(_Entry, frozen=True, kw_only=True, tag="delivered"):
    """A target has a release."""

    release: str
    target: str
    verified: Literal["yes", "no", "not"]
    """``no``: the public address shows something else; ``not``: it could not be reached from here."""
    files: int
    """That were written or removed."""
    bytes: int
    """That were sent."""


class DeliveryFailed(_Entry, frozen=True, kw_only=True, tag="failed"):
    """A target did not take a release."""

    release: str
    target: str
    reason: str
    """A sentence; never a password."""


class Withdrawn(_Entry, frozen=True, kw_only=True, tag="withdrawn"):
    """A text left the public."""

    issue: str
    slug: str = ""
    """Empty: the whole issue."""
    because: str


class Purged(_Entry, frozen=True, kw_only=True, tag="purged"):
    """Contents are about to be removed from all kept releases; only with this line a missing blob is accepted."""

    blobs: tuple[str, ...]
    """SHA-256 of each."""
    because: str
    manifests: tuple[tuple[str, str], ...] = ()
    """Releases whose manifest loses a title, each with the SHA-256 of what it becomes."""


class RolledBack(_Entry, frozen=True, kw_only=True, tag="back"):
    """A release was made from an older one."""

    release: str
    to: str
    """Id of the older one."""


class LockBroken(_Entry, frozen=True, kw_only=True, tag="lock-broken"):
    """Somebody else's lock on a target was taken away, after asking."""

    target: str
    held_by: str
    """Name, computer and time, as the lock said."""


LedgerEntry = ReleaseMade | Delivered | DeliveryFailed | Withdrawn | Purged | RolledBack | LockBroken


class _Line(Value, frozen=True, omit_defaults=True, forbid_unknown_fields=True):
    before: str
    """Empty in the first line."""
    entry: LedgerEntry
    torn: str = ""
    """SHA-256 of the part of a line that was put aside before this one was written."""
    own: str = ""
    """SHA-256 of this line without this field."""


class _Loose(Value, frozen=True):
    """What is read of a line that was changed and is still understood."""

    entry: LedgerEntry


_decode = msgspec.json.Decoder(_Line).decode
_decode_loosely = msgspec.json.Decoder(_Loose).decode


def _parse(line: bytes) -> _Line | None:
    """A line without its line feed; None when it is not, byte for byte, one that `_encode` gives."""
    try:
        found = _decode(line)
    except (msgspec.MsgspecError, UnicodeDecodeError):
        return None
    return found if _encode(found.before, found.entry, found.torn) == line else None


def _encode(before: str, entry: LedgerEntry, torn: str) -> bytes:
    line = _Line(before, entry, torn)
    return msgspec.json.encode(msgspec.structs.replace(line, own=_sha256(msgspec.json.encode(line))))


def _sha256(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()


# ── reading: pure


def ledger_entries(data: bytes) -> tuple[LedgerEntry, ...]:
    """All that a ledger says. A line that was changed counts while it can be understood (`ledger_problems` names it):
    a withdrawal must not be forgotten for a wrong hash.
    """
    return tuple(entry for raw in data.split(b"\n") if (entry := _entry_of(raw)))


def _entry_of(line: bytes) -> LedgerEntry | None:
    try:
        return _decode_loosely(line).entry
    except (msgspec.MsgspecError, UnicodeDecodeError):
        return None


def releases_out(entries: Iterable[LedgerEntry]) -> dict[str, str]:
    """Target → id of the release that it took last."""
    return {entry.target: entry.release for entry in entries if isinstance(entry, Delivered)}


def targets_behind(entries: Iterable[LedgerEntry], release: str) -> tuple[str, ...]:
    """Targets that were given a release and did not take it, and have not taken it since."""
    failed: dict[str, bool] = {}
    for entry in entries:
        if isinstance(entry, Delivered | DeliveryFailed) and entry.release == release:
            failed[entry.target] = isinstance(entry, DeliveryFailed)
    return tuple(target for target, has_failed in failed.items() if has_failed)


def purged_blobs(entries: Iterable[LedgerEntry]) -> frozenset[str]:
    """SHA-256 of all contents that were ever purged."""
    return frozenset(blob for entry in entries if isinstance(entry, Purged) for blob in entry.blobs)


def ledger_problems(data: bytes, place: str = LEDGER) -> tuple[PublishError, ...]:
    """What is wrong in a ledger, by line; any change of a byte is among it. ``place`` is for the messages."""
    problems = []
    *lines, tail = data.split(b"\n")
    before = ""
    for number, raw in enumerate(lines, 1):
        line = _parse(raw)
        if line is None:
            problems.append(PublishError(_CHANGED_LINE, path=f"{place}:{number}", remedy=_RESTORE))
        elif line.before != before:
            problems.append(PublishError(_BROKEN_CHAIN, path=f"{place}:{number}", remedy=_RESTORE))
        before = _sha256(raw)
    if tail:
        problems.append(PublishError(_UNFINISHED_LINE, path=f"{place}:{len(lines) + 1}"))
    return tuple(problems)


def release_problems(
    entries: Iterable[LedgerEntry], manifests: Mapping[str, str], missing: Iterable[tuple[str, str, str]]
) -> tuple[PublishError, ...]:
    """What the kept releases have that the ledger does not say.

    ``manifests`` are ids with the SHA-256 of their bytes; ``missing`` the contents that are not there, each with the
    release and the path of a file that has it.
    """
    entries = tuple(entries)
    made = {entry.release: entry.manifest for entry in entries if isinstance(entry, ReleaseMade)}
    purged = purged_blobs(entries)
    for entry in entries:
        made |= dict(entry.manifests) if isinstance(entry, Purged) else {}
    problems = []
    for id_, hash_ in manifests.items():
        if id_ not in made:
            problems.append(PublishError(_UNKNOWN_MANIFEST, id=id_, remedy=_RESTORE))
        elif made[id_] != hash_:
            problems.append(PublishError(_CHANGED_MANIFEST, id=id_, remedy=_RESTORE))
    for sha256, id_, path in missing:
        if sha256 not in purged:
            problems.append(PublishError(_MISSING_BLOB, sha256=sha256, id=id_, file=path))
    return tuple(problems)


# ── writing


class _Tail(NamedTuple):
    """The end of a ledger."""

    size: int
    """Bytes up to the end of the last whole line."""
    before: str
    """SHA-256 of the last whole line; empty where there is none."""
    torn: bytes
    """What comes after it."""


def _tail(data: bytes) -> _Tail:
    whole, _, torn = data.rpartition(b"\n")
    last = whole.rpartition(b"\n")[2]
    before = _sha256(last) if len(torn) < len(data) else ""
    if torn and (line := _parse(torn)) and line.before == before:
        return _Tail(len(data), _sha256(torn), b"")  # only its line feed is missing
    return _Tail(len(data) - len(torn), before, torn)


class Ledger:
    """The ledger of a folder of releases."""

    def __init__(self, folder: Path) -> None:
        """``folder`` is ``releases/``; it and the file are made with the first entry."""
        self._path = folder / LEDGER
        self._lock = FileLock(folder / _LOCK, timeout=_PATIENCE)

    def entries(self) -> tuple[LedgerEntry, ...]:
        """All that it says. Raises `PublishError`."""
        return ledger_entries(self.read())

    def read(self) -> bytes:
        """Its bytes, none where there is no ledger yet. Raises `PublishError`."""
        try:
            return self._path.read_bytes()
        except FileNotFoundError:
            return b""
        except OSError as error:
            raise _unreadable(self._path, error) from error

    def append(self, *entries: LedgerEntry) -> None:
        """Add lines; they are on the disk when this returns. Raises `PublishError`; the ledger is then as it was."""
        try:
            self._path.parent.mkdir(parents=True, exist_ok=True)
            with self._lock, self._path.open("a+b") as file:
                _append(file, entries, self._path.with_name(_TORN))
        except Timeout:
            raise PublishError(_LOCKED, path=self._path) from None
        except OSError as error:
            raise _unreadable(self._path, error) from error


def _unreadable(path: Path, error: OSError) -> PublishError:
    message = N_("the ledger of releases cannot be used: {reason}.")
    return PublishError(message, path=path, reason=error.strerror or type(error).__name__)


def _append(file: BinaryIO, entries: Iterable[LedgerEntry], aside: Path) -> None:
    file.seek(0)
    data = file.read()
    tail = _tail(data)
    if tail.torn:
        with aside.open("ab") as torn:
            torn.write(tail.torn + b"\n")
            os.fsync(torn.fileno())
        file.truncate(tail.size)
    lines = bytearray(b"\n" if data[: tail.size].strip() and not data[: tail.size].endswith(b"\n") else b"")
    before, put_aside = tail.before, _sha256(tail.torn) if tail.torn else ""
    for entry in entries:
        line = _encode(before, entry, put_aside)
        before, put_aside = _sha256(line), ""
        lines += line + b"\n"
    try:
        file.write(lines)
        file.flush()
        os.fsync(file.fileno())
    except OSError:
        with suppress(OSError):
            file.truncate(tail.size)
        raise
