"""A stick, or any folder, that carries a release to a computer without a network (parcel.py says what lies in it)."""

from __future__ import annotations

import hashlib
import os
import secrets
import shutil
import unicodedata
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path

import msgspec

from bulletin.core.errors import PublishError
from bulletin.core.files import read_file
from bulletin.core.problems import N_
from bulletin.core.publish_targets import PublishTarget
from bulletin.publish.parcel import (
    ABOUT,
    CHECKSUMS,
    FILES,
    PARCEL,
    SCRIPTS,
    about_text,
    checksums_text,
    parcel_order,
    parse_parcel,
)
from bulletin.publish.release import ReleaseFile
from bulletin.publish.target import (
    LOCK,
    RECORD,
    STAGE_PREFIX,
    Abilities,
    Blobs,
    Delivery,
    Sent,
    TargetLock,
    TargetRecord,
    TargetState,
)
from bulletin.read.portable import FORBIDDEN, RESERVED

_BY_HAND = N_("It is carried by hand: readers see the release when “receive” was run at the web server.")
_ABSENT = N_("the folder “{path}” is not there: is the stick plugged in?")
_REFUSES = N_("the stick cannot be read or written: {reason}. What was on it is still there.")
_NO_ROOM = N_("the stick has {free} bytes free, and {needed} are needed. Nothing was changed.")
_NAME = N_("“{name}” cannot be written to a stick: Windows allows no such name. Rename the file, then publish again.")
_NO_SWITCH = N_("a stick carries one release: publish “{release}” to it anew.")
_TOKEN = 32
"""Characters of the part of a staging folder's name that cannot be guessed; the release's id follows."""
_MAX_NAME = 255
"""Bytes of a name on the web server's disk, and characters of one on a stick."""
_SPARE = 1 << 20
"""Bytes for lists, scripts and the disk's own books."""


def open_usb(target: PublishTarget, root: Path) -> UsbSession:
    """A session for the folder ``target.path``, relative to the project's. Raises `PublishError` when it is missing."""
    folder = root / target.path
    if not folder.is_dir():
        raise PublishError(_ABSENT, path=str(folder))
    return UsbSession(folder)


class UsbSession:
    """A `TargetSession`."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def probe(self) -> Abilities:
        with _sentences():
            name = self._folder / f"{STAGE_PREFIX}{secrets.token_hex(16)}"
            name.mkdir()
            name.rmdir()
            return Abilities("copy", (_BY_HAND,), shutil.disk_usage(self._folder).free)

    def inspect(self) -> TargetState:
        """Every file on the stick is read: sticks lose bits."""
        with _sentences():
            unfinished = next((stage.name.removeprefix(STAGE_PREFIX)[_TOKEN + 1 :] for stage in self._stages()), "")
            for parcel in self._parcels():
                if record := _record_of(parcel):
                    present = dict(_sizes(parcel / FILES))
                    changed = (file.path for file in record.files if not _is_whole(parcel / FILES / file.path, file))
                    return TargetState(record, present, frozenset(changed), unfinished=unfinished)
            return TargetState(None, {}, unfinished=unfinished)

    def lock(self, lock: TargetLock) -> TargetLock | None:
        path = self._folder / LOCK
        with _sentences():
            try:
                with path.open("xb") as file:
                    file.write(msgspec.json.encode(lock))
            except FileExistsError:
                return self._holder() or TargetLock("", "", "", "")
        return None

    def unlock(self, token: str, *, force: bool = False) -> None:
        holder = self._holder()
        if force or (holder and holder.token == token):
            with _sentences():
                (self._folder / LOCK).unlink(missing_ok=True)

    def deliver(self, delivery: Delivery, blobs: Blobs, sent: Sent) -> None:
        record = delivery.record
        for file in record.files:
            _refuse_name(file.path)
        with _sentences():
            self._refuse_full(record)
            stage = self._folder / f"{STAGE_PREFIX}{secrets.token_hex(16)}-{record.release}"
            try:
                self._write(stage, record, blobs, sent)
                self._put_into_place(stage, f"bulletin-{record.release}")
            except BaseException:
                shutil.rmtree(stage, ignore_errors=True)
                raise

    def resume(self) -> str:
        """Nothing is left to be completed by itself: the next delivery begins with what is there."""
        return ""

    def switch(self, release: str) -> None:
        raise PublishError(_NO_SWITCH, release=release)

    def purge(self, files: Iterable[ReleaseFile]) -> tuple[str, ...]:
        """A whole release goes where it holds one of the contents: without it, it would be refused anyway."""
        unwanted = {file.sha256 for file in files}
        removed = []
        with _sentences():
            for folder in (*self._parcels(), *self._stages()):
                held = [path for path in _paths(folder) if _digest(folder / path) in unwanted]
                if held:
                    shutil.rmtree(folder)
                    removed += [f"{folder.name}/{path}" for path in held]
        return tuple(removed)

    def close(self) -> None:
        """Nothing stays open."""

    # ── steps

    def _parcels(self) -> list[Path]:
        """Folders of releases, newest first."""
        found = [path for path in self._folder.iterdir() if PARCEL.fullmatch(path.name) and path.is_dir()]
        return sorted(found, key=lambda path: parcel_order(path.name), reverse=True)

    def _stages(self) -> list[Path]:
        return sorted(path for path in self._folder.iterdir() if path.name.startswith(STAGE_PREFIX) and path.is_dir())

    def _holder(self) -> TargetLock | None:
        try:
            return msgspec.json.decode(read_file(self._folder / LOCK), type=TargetLock)
        except (OSError, msgspec.MsgspecError):
            return None

    def _refuse_full(self, record: TargetRecord) -> None:
        needed = sum(file.size for file in record.files) + _SPARE
        free = shutil.disk_usage(self._folder).free
        if free < needed:
            raise PublishError(_NO_ROOM, free=free, needed=needed)

    def _write(self, stage: Path, record: TargetRecord, blobs: Blobs, sent: Sent) -> None:
        done, total = 0, sum(file.size for file in record.files)
        (stage / FILES).mkdir(parents=True)
        sent(done, total)
        folders: set[Path] = set()
        for file in record.files:
            place = stage / FILES / file.path
            if place.parent not in folders:
                place.parent.mkdir(parents=True, exist_ok=True)
                folders.add(place.parent)
            _save(place, self._content(file, blobs))
            done += file.size
            sent(done, total)
        checksums, encoded = checksums_text(record.files), msgspec.json.encode(record)
        _save(stage / CHECKSUMS, checksums)
        _save(stage / RECORD, encoded)
        for name in SCRIPTS:
            _save(stage / name, read_file(Path(__file__).with_name(name)))
        _save(stage / ABOUT, about_text(record.release, checksums, encoded))

    def _content(self, file: ReleaseFile, blobs: Blobs) -> bytes:
        """From this computer; what is no longer kept here, an asset of an older release, from the stick."""
        try:
            return blobs(file)
        except PublishError:
            for parcel in self._parcels():
                if _is_whole(path := parcel / FILES / file.path, file):
                    return read_file(path)
            raise

    def _put_into_place(self, stage: Path, name: str) -> None:
        if (self._folder / name).exists():
            (self._folder / name).rename(
                self._folder / f"{STAGE_PREFIX}{secrets.token_hex(16)}-{name.removeprefix('bulletin-')}"
            )
        stage.rename(self._folder / name)
        for old in (*self._parcels(), *self._stages()):
            if old.name != name and (old.name.startswith(STAGE_PREFIX) or (old / ABOUT).exists()):
                shutil.rmtree(old)


@contextmanager
def _sentences() -> Iterator[None]:
    try:
        yield
    except OSError as error:
        raise PublishError(_REFUSES, reason=error.strerror or str(error)) from None


def _refuse_name(path: str) -> None:
    """Raises `PublishError` for a name that not every system takes, in the form that it may get there, too."""
    for step in path.split("/"):
        plain = unicodedata.normalize("NFKC", step)
        if FORBIDDEN.search(plain) or RESERVED.match(plain) or len(step.encode()) > _MAX_NAME:
            raise PublishError(_NAME, name=path)


def _save(path: Path, data: bytes) -> None:
    """Write and force to the stick, which may be pulled out when this program says that it is done."""
    with path.open("xb") as file:
        file.write(data)
        file.flush()
        os.fsync(file.fileno())


def _record_of(parcel: Path) -> TargetRecord | None:
    """Treat a damaged parcel as missing."""
    try:
        about, checksums, record = (read_file(parcel / name) for name in (ABOUT, CHECKSUMS, RECORD))
        return parse_parcel(about, checksums, record)[1]
    except (OSError, PublishError):
        return None


def _paths(folder: Path) -> Iterator[str]:
    for base, _, names in os.walk(folder):
        yield from ((Path(base) / name).relative_to(folder).as_posix() for name in names)


def _sizes(folder: Path) -> Iterator[tuple[str, int]]:
    return ((path, (folder / path).stat().st_size) for path in _paths(folder))


def _digest(path: Path) -> str:
    return hashlib.sha256(read_file(path)).hexdigest()


def _is_whole(path: Path, file: ReleaseFile) -> bool:
    try:
        return path.stat().st_size == file.size and _digest(path) == file.sha256
    except OSError:
        return False
