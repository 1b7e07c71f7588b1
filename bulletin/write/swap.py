"""Changes to the files of a folder that can be undone: staged files take their places, or all stays as it was.

The old content of a file that is replaced gets a second name (a hard link) in a hidden folder first, and what is
removed is renamed into it. So when a later file cannot be replaced – it is locked, immutable, or the disk is full –
the earlier ones get their old content back, with the modification time that the manifest knows. Where a disk has no
hard links nothing is undone: then the caller learns which files are new.
"""

from __future__ import annotations

import errno
import os
import time
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import NamedTuple

import msgspec

from bulletin.core.errors import OutputError
from bulletin.core.files import LOCK_PAUSES, retry_locked
from bulletin.core.problems import N_

_NO_FOLLOW = {"follow_symlinks": False} if os.link in os.supports_follow_symlinks else {}

UNCHANGED = N_("the site cannot be written: {reason}. The files that were there are unchanged.")
_IN_PART = N_(
    "the site was updated only in part: {reason}. New: {new}. Removed: {removed}. Remove the cause and build again; "
    "that completes it. The whole list is in the site’s folder: {list}"
)
_MAX_NAMED = 20
"""Files that the message names."""

UNFINISHED = ".bulletin-unfinished.json"
"""List of the files that a failed build has put into place, or removed, and could not take back."""

Sleep = Callable[[float], None]


class _Change(NamedTuple):
    """A change that was made, and where the old content is."""

    path: str
    kept: str
    """The place aside; empty when there was nothing, or a folder."""
    removed: bool = False
    folder: bool = False
    """A folder that was renamed into place, or an empty one that was removed."""


class Swap:
    """Changes to the files of one folder, until `undo`. Paths are relative to it, with ``/``."""

    def __init__(self, folder: str, aside: str, sleep: Sleep = time.sleep) -> None:
        """``aside`` is a folder on the same disk, made here when needed; what is in it at the end may be deleted."""
        self.folder = folder
        self._prefix = os.path.join(folder, "")  # noqa: PTH118 - of each file's path, as all paths below
        self._aside = aside
        self._sleep = sleep
        self._changes: list[_Change] = []
        self._number = 0
        self._undoable = True

    def replace(self, source: str, path: str) -> None:
        """Rename a file into place. Raises `OSError`."""
        place, kept, existed = f"{self._prefix}{path}", self._new_place(), True
        try:
            self._retry(_link, place, kept)
        except FileNotFoundError:
            kept, existed = "", False
        except OSError:
            kept, existed = "", os.path.lexists(place)
        self._retry(os.replace, source, place)
        self._undoable &= bool(kept) or not existed
        self._changes.append(_Change(path, kept))

    def move_folder(self, source: str, path: str) -> None:
        """Rename a folder to where nothing is. Raises `OSError`."""
        self._retry(os.rename, source, f"{self._prefix}{path}")
        self._changes.append(_Change(path, "", folder=True))

    def remove(self, paths: Iterable[str]) -> None:
        """Remove files, and folders above them that are empty then; a folder stays. Raises `OSError`."""
        for path in paths:
            if not os.path.isdir(f"{self._prefix}{path}"):  # noqa: PTH112
                with suppress(FileNotFoundError, NotADirectoryError):  # removed by a killed build
                    self.remove_file(path)
                for folder in reversed(list(parents(path))):
                    if not self._remove_empty(folder):
                        break

    def remove_file(self, path: str) -> None:
        """Remove a file or a link. Raises `OSError`."""
        place, kept = f"{self._prefix}{path}", self._new_place()
        try:
            self._retry(os.rename, place, kept)
        except OSError as error:
            if error.errno != errno.EXDEV:
                raise
            self._retry(os.unlink, place)  # of another disk, which is mounted there
            kept, self._undoable = "", False
        self._changes.append(_Change(path, kept, removed=True))

    def remove_empty_folders(self, path: str) -> None:
        """Remove a folder of empty folders, as far as they are."""
        place = f"{self._prefix}{path}"
        for inner, _, _ in os.walk(place, topdown=False):
            self._remove_empty(inner[len(self._prefix) :].replace(os.sep, "/"))

    def undo(self) -> tuple[set[str], set[str]]:
        """Take all changes back. Returns what is new all the same, and what is removed: both empty on success.

        Nothing is taken back when something cannot be: a page that is new may link to another.
        """
        left, pauses = [] if self._undoable else self._changes, iter(LOCK_PAUSES)
        for change in reversed(self._changes if self._undoable else []):
            try:
                self._undo(change, pauses)
            except OSError:
                left.append(change)
        self._changes = []
        new = {change.path for change in left if not change.removed}
        return new, {change.path for change in left if change.removed and not change.folder}

    def _undo(self, change: _Change, pauses: Iterator[float]) -> None:
        place = f"{self._prefix}{change.path}"
        if change.removed and change.folder:
            os.mkdir(place)  # noqa: PTH102
        elif change.kept:
            retry_locked(os.replace, change.kept, place, pauses=pauses, sleep=self._sleep)
        else:
            retry_locked(os.rename, place, self._new_place(), pauses=pauses, sleep=self._sleep)

    def _remove_empty(self, folder: str) -> bool:
        """Remove a folder; whether it is gone."""
        try:
            os.rmdir(f"{self._prefix}{folder}")  # noqa: PTH106
        except FileNotFoundError:
            return True
        except OSError:
            return False
        self._changes.append(_Change(folder, "", removed=True, folder=True))
        return True

    def _new_place(self) -> str:
        if not self._number:
            os.makedirs(self._aside, exist_ok=True)  # noqa: PTH103
        self._number += 1
        return f"{self._aside}/{self._number}"

    def _retry(self, call: Callable[..., object], *paths: str) -> None:
        retry_locked(call, *paths, sleep=self._sleep)


@contextmanager
def undone_on_failure(swap: Swap, staged: Iterable[str]) -> Iterator[Swap]:
    """Take changes back when one fails; ``staged`` are the files that might be new. Raises `OutputError`.

    What cannot be taken back is named, and left as a list in the folder until a build completes it.
    """
    try:
        yield swap
    except BaseException as failure:
        left, removed = swap.undo()
        new = {path for path in staged if path in left or not left.isdisjoint(parents(path))}
        if new or removed:
            with suppress(OSError):
                Path(swap.folder, UNFINISHED).write_bytes(_as_list(new, removed))
        if not isinstance(failure, OSError):
            raise
        place, reason = failure.filename or swap.folder, failure.strerror or type(failure).__name__
        if not new and not removed:
            raise OutputError(UNCHANGED, path=place, reason=reason) from failure
        named = {"new": _named(new), "removed": _named(removed), "list": UNFINISHED}
        raise OutputError(_IN_PART, path=place, reason=reason, **named) from failure


def _as_list(new: set[str], removed: set[str]) -> bytes:
    return msgspec.json.format(msgspec.json.encode({"new": sorted(new), "removed": sorted(removed)}))


def _named(paths: set[str]) -> str:
    """The first ones, and how many there are when these are not all."""
    first = ", ".join(sorted(paths)[:_MAX_NAMED])
    return f"{first} … ({len(paths)})" if len(paths) > _MAX_NAMED else first or "–"


def _link(place: str, kept: str) -> None:
    os.link(place, kept, **_NO_FOLLOW)


def parents(path: str) -> Iterator[str]:
    """The folders above a file, the outermost first."""
    end = path.find("/")
    while end >= 0:
        yield path[:end]
        end = path.find("/", end + 1)
