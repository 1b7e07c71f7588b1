"""What was seen of the disk in one pass: every file with its stamp, and the entries of every folder.

A build, the findings after it, a check and the preview's watch all ask what has changed; each takes one `Scan` and
looks no second time, since ten thousand files add up and since two looks may see two things. No file is opened.

A file that is written again within one tick of the disk's clock, or on a disk that counts whole seconds, may keep its
stamp. So a stamp may replace reading only if it was `STAMP_RESOLUTION` old before the reading began, by the
clock of the same disk.
"""

from __future__ import annotations

import os
import stat
from collections.abc import Iterable, Iterator, Mapping
from hashlib import blake2b
from typing import NamedTuple

import msgspec

from bulletin.core.model import Value

STAMP_RESOLUTION = 2_000_000_000
"""Nanoseconds after which no write can give a file the time that it has; FAT counts in two seconds."""

_Entries = tuple[os.DirEntry[str], ...]
"""The entries of a folder, in the system's order."""


class Stamp(NamedTuple):
    """What tells, without opening a file, that it was touched."""

    size: int
    mtime: int
    """Nanoseconds; of the content."""
    ctime: int
    """Nanoseconds; of the entry. No program can set it back."""
    inode: int
    """0 on Windows."""


class Scan(Value, frozen=True):
    """One look at some folders."""

    files: Mapping[str, Stamp] = {}
    """By place on the disk; of a link to nothing, the link's own stamp."""
    folders: Mapping[str, _Entries] = {}
    """By place on the disk."""
    unlisted: Mapping[str, OSError] = {}
    """Folders that are there, or lead somewhere, and cannot be looked into, with the reason; by place on the disk."""
    started: int = 0
    """Nanoseconds of the disk's clock before any of the files was read; 0 when none is to be."""

    def entries(self, folder: str) -> _Entries:
        """The entries of a folder; none of one that cannot be listed."""
        return self.listing(folder)[0]

    def listing(self, folder: str) -> tuple[_Entries, OSError | None]:
        """The entries of a folder, and why it cannot be listed; listed now where the scan did not go: behind links."""
        if (known := self.folders.get(folder)) is not None:
            return known, self.unlisted.get(folder)
        found, error = _list_folder(folder)
        return found, None if error and _is_missing(folder, error) else error

    @property
    def key(self) -> str:
        """Hash of all stamps; to be compared with a `reliable_key`."""
        stamped: list[tuple[str | bytes, Stamp]] = sorted(self.files.items())
        try:
            encoded = msgspec.msgpack.encode(stamped)
        except UnicodeEncodeError:  # a name that is not UTF-8
            encoded = msgspec.msgpack.encode([(os.fsencode(place), stamp) for place, stamp in stamped])
        return blake2b(encoded, digest_size=16).hexdigest()

    @property
    def reliable_key(self) -> str:
        """Hash of all stamps, for what is read from `started` on; empty when one of the files is so young that its
        stamp may stay the same at the next writing.
        """
        reliable = all(is_reliable(stamp, self.started) for stamp in self.files.values())
        return self.key if reliable else ""

    def read_from(self, started: int) -> Scan:
        """The same for who begins to read the files at this time of the disk's clock."""
        return msgspec.structs.replace(self, started=started)


def scan_folders(tops: Iterable[str]) -> Scan:
    """Look at every file below some folders; a top may be a file itself, or be missing."""
    files: dict[str, Stamp] = {}
    folders: dict[str, _Entries] = {}
    unlisted: dict[str, OSError] = {}
    for top in dict.fromkeys(tops):
        try:
            status = os.stat(top)  # noqa: PTH116 - quicker, and asked for every build
        except OSError:  # listing it says why
            status = None
        if status and stat.S_ISREG(status.st_mode):
            files[top] = stamp_of(status)
        else:
            files.update(_files(top, folders, unlisted))
    return Scan(files, folders, unlisted)


def _files(top: str, folders: dict[str, _Entries], unlisted: dict[str, OSError]) -> Iterator[tuple[str, Stamp]]:
    waiting = [top]
    while waiting:
        folder = waiting.pop()
        folders[folder], error = _list_folder(folder)
        if error and (folder != top or not _is_missing(folder, error)):
            unlisted[folder] = error
        for entry in folders[folder]:
            if _is_folder(entry):
                waiting.append(entry.path)
            elif stamp := _stamp(entry):
                yield entry.path, stamp


def _list_folder(folder: str) -> tuple[_Entries, OSError | None]:
    """The entries of a folder now, and the error where it cannot be listed."""
    try:
        with os.scandir(folder) as found:
            return tuple(found), None
    except OSError as error:
        return (), error


def _is_missing(folder: str, error: OSError) -> bool:
    """Whether a folder is not there at all, which is no fault; a link to a drive that is away is one."""
    return isinstance(error, FileNotFoundError) and not os.path.islink(folder)  # noqa: PTH114 - as above


def _is_folder(entry: os.DirEntry[str]) -> bool:
    """Whether it is a folder itself; some disks have to be asked, and may not answer."""
    try:
        return entry.is_dir(follow_symlinks=False)
    except OSError:
        return False


def _stamp(entry: os.DirEntry[str]) -> Stamp | None:
    """The stamp of the file, or of the link when it leads nowhere; None for what went away since it was listed."""
    for follow in (True, False):
        try:
            return stamp_of(entry.stat(follow_symlinks=follow))
        except OSError:
            continue
    return None


def stamp_of(status: os.stat_result) -> Stamp:
    return Stamp(status.st_size, status.st_mtime_ns, status.st_ctime_ns, status.st_ino)


def is_reliable(stamp: Stamp, started: int) -> bool:
    """Whether a file that was read after a time, in nanoseconds, cannot have the same stamp with other content."""
    return max(stamp.mtime, stamp.ctime) + STAMP_RESOLUTION < started


def disk_clock(place: str) -> int:
    """Nanoseconds of the clock of the disk that holds a file of ours. Raises `OSError`."""
    os.utime(place)
    return os.stat(place).st_mtime_ns  # noqa: PTH116 - as above
