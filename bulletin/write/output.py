"""Bytes → `site/`, so that a reader never meets half a file and a killed build leaves nothing broken.

All changed files are staged in a hidden folder inside the site first; only when every one is complete are they
renamed into place, then stale files are removed, and the manifest is written last. A build that was killed
leaves the old manifest: the next one sees by size and time which files are not what the manifest says, and
writes them again. What the killed one added is in no manifest; it stands in a note that was written before, so
that a page whose source is gone by then does not stay for ever. Files are not synced one by one: a rename after
a power cut may leave an empty file, which the same comparison finds; a full sync of 10,000 files would cost more
than the whole build.
"""

from __future__ import annotations

import errno
import os
import shutil
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager, suppress
from hashlib import blake2b
from pathlib import Path

import msgspec

from bulletin.core.errors import OutputError, UsageError
from bulletin.core.model import Value
from bulletin.core.problems import N_

WORK = ".bulletin"
"""Folder of the project for cache and manifests; may be deleted at any time."""

STAGE = ".bulletin-stage"
MARKER = ".bulletin-site"
"""Lies in every folder we build into; a folder with files but without it is somebody else's."""


class Written(Value, frozen=True):
    """A file of the site, as the last build left it."""

    path: str
    key: str
    """Hash of what it was made from."""
    size: int
    mtime: int
    """Nanoseconds."""


class GroupRecord(Value, frozen=True):
    """A group of pages that are made together."""

    key: str
    files: tuple[Written, ...]


class Manifest(Value, frozen=True):
    """What a folder holds, and from what it was made."""

    site_key: str = ""
    """Hash of all that went into the build; empty when it must not be trusted."""
    snapshot: str = ""
    """The same by stamps alone (build/changes.py); empty when these must not be trusted."""
    fresh_until: str = ""
    """ISO time at which a scheduled issue comes due; empty when none waits."""
    built: str = ""
    """ISO time of the build."""
    groups: dict[str, GroupRecord] = msgspec.field(default_factory=dict)
    good: dict[str, str] = msgspec.field(default_factory=dict)
    """Path of a source → key of its last good reading."""
    report: bytes = b""
    """What the build said, encoded by it, for the next one that finds nothing to do."""

    @property
    def files(self) -> dict[str, Written]:
        """By path, of all groups; put together anew whenever it is asked for."""
        return {file.path: file for group in self.groups.values() for file in group.files}


def manifest_path(root: Path, folder: Path) -> Path:
    """One for each folder that the project is built into."""
    name = blake2b(str(folder).encode("utf-8", "surrogateescape"), digest_size=6).hexdigest()
    return root / WORK / f"manifest-{name}.bin"


def read_manifest(path: Path) -> Manifest:
    """The manifest, or an empty one when it is missing, damaged or of another version."""
    try:
        data = path.read_bytes()
        if blake2b(data[16:], digest_size=16).digest() != data[:16]:
            return Manifest()
        return msgspec.msgpack.decode(data[16:], type=Manifest)
    except (OSError, msgspec.MsgspecError):
        return Manifest()


def read_snapshot(path: Path) -> str:
    """`Manifest.snapshot` alone, in a ninth of the time: the ten thousand files are passed over."""
    try:
        return msgspec.msgpack.decode(path.read_bytes()[16:], type=_Glance).snapshot
    except (OSError, msgspec.MsgspecError):
        return ""


class _Glance(Value, frozen=True):
    """What is wanted of a manifest; all else is skipped."""

    snapshot: str = ""


def write_manifest(path: Path, manifest: Manifest) -> None:
    """Replace the manifest as a whole."""
    data = msgspec.msgpack.encode(manifest)
    fresh = path.with_name(path.name + ".new")
    with _reported(path):
        path.parent.mkdir(parents=True, exist_ok=True)
        with fresh.open("wb") as file:
            file.write(blake2b(data, digest_size=16).digest() + data)
            file.flush()
            os.fsync(file.fileno())
        fresh.replace(path)


def note_added(path: Path, added: Iterable[str]) -> None:
    """Note beside the manifest which files of no manifest are about to appear in the folder."""
    note, names = _note(path), sorted(added)
    if not names:
        return
    with _reported(path):
        fresh = note.with_name(note.name + ".new")
        fresh.write_bytes(msgspec.msgpack.encode(names))
        fresh.replace(note)


def read_added(path: Path) -> tuple[str, ...]:
    """What a build that was killed may have added; empty after one that came to its end."""
    try:
        return msgspec.msgpack.decode(_note(path).read_bytes(), type=tuple[str, ...])
    except (OSError, msgspec.MsgspecError):
        return ()


def forget_added(path: Path) -> None:
    """The manifest is written, and names all files."""
    with _reported(path):
        _note(path).unlink(missing_ok=True)


def _note(path: Path) -> Path:
    return path.with_suffix(".added")


class Staged(Value, frozen=True):
    """A file's new content, put aside."""

    process: str
    """Folder, inside the hidden one, of the process that put it there."""
    key: str
    size: int
    mtime: int


class Output:
    """The folder of the site. Nothing in it changes before `swap`."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self._top = os.path.join(folder, "")  # noqa: PTH118 - as each file's path begins
        self._stage = folder / STAGE
        self._own = str(os.getpid())
        self._staged: dict[str, Staged] = {}
        self._folders: set[str] = set()

    def claim(self, *, ours: bool) -> None:
        """Make sure that we may write here. Raises `UsageError` for a folder of somebody else.

        ``ours`` says that the folder is the project's own ``site/``, which needs no marker.
        """
        with _reported(self.folder):
            held = [p for p in self.folder.iterdir() if not p.name.startswith(".")] if self.folder.is_dir() else []
            if held and not ours and not (self.folder / MARKER).exists():
                raise UsageError(
                    N_("the folder holds files that were not built here; choose an empty or a new folder."),
                    path=self.folder,
                )
            self.folder.mkdir(parents=True, exist_ok=True)
            if not (self.folder / MARKER).exists():
                (self.folder / MARKER).touch()
            shutil.rmtree(self._stage, ignore_errors=True)

    def is_current(self, file: Written) -> bool:
        """Whether a file still is as we wrote it."""
        try:
            status = os.stat(f"{self._top}{file.path}")  # noqa: PTH116 - called 80,000 times
        except OSError:
            return False
        return status.st_size == file.size and status.st_mtime_ns == file.mtime

    def stage(self, path: str, key: str, data: bytes) -> None:
        """Put a file's new content aside. A path that leaves the folder is a mistake of ours and raises at once.

        Several processes may do so at once, each with an `Output` of its own; one of them hears of all (`adopt`).
        """
        if path.startswith("/") or not all(step.strip(".") for step in path.split("/")):
            raise ValueError(path)
        with _reported(self.folder):
            target = f"{self._stage}/{self._own}/{path}"
            folder = target.rpartition("/")[0]
            if folder not in self._folders:
                os.makedirs(folder, exist_ok=True)  # noqa: PTH103 - called 10,000 times
                self._folders.add(folder)
            with open(target, "wb", buffering=0) as file:  # noqa: PTH123 - called 80,000 times
                file.write(data)
                status = os.fstat(file.fileno())
            if status.st_size != len(data):
                raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC), path)
            self._staged[path] = Staged(self._own, key, status.st_size, status.st_mtime_ns)

    def adopt(self, staged: dict[str, Staged]) -> None:
        """Files that another process has put aside, by path."""
        self._staged |= staged

    def staged(self, paths: Iterable[str]) -> dict[str, Staged]:
        """What was put aside for some paths, for another process to adopt."""
        return {path: self._staged[path] for path in paths}

    @property
    def waiting(self) -> tuple[str, ...]:
        """The files that are staged."""
        return tuple(self._staged)

    def abandon(self) -> None:
        """Leave the folder as it was."""
        self._staged = {}
        shutil.rmtree(self._stage, ignore_errors=True)

    def swap(self, stale: Iterable[str], tick: Callable[[], None] = lambda: None) -> dict[str, Written]:
        """Rename all staged files into place, then remove the stale ones.

        New folders come first and whole, since no page that a reader may have leads there yet; then the files that
        have a folder, in the order they came.
        """
        stale = list(stale)
        with _reported(self.folder):
            self._make_room(stale)
            moved = self._move_folders()
            written = {}
            for path, staged in self._staged.items():
                if not any((staged.process, folder) in moved for folder in _above(path)):
                    os.replace(self._aside(staged, path), f"{self.folder}/{path}")  # noqa: PTH105 - called 80,000 times
                written[path] = Written(path, staged.key, staged.size, staged.mtime)
                tick()
            self._remove(stale)
            shutil.rmtree(self._stage, ignore_errors=True)
            self._staged = {}
        return written

    def _aside(self, staged: Staged, path: str) -> str:
        return f"{self._stage}/{staged.process}/{path}"

    def _make_room(self, stale: list[str]) -> None:
        """Take away files where folders must be, and the other way round."""
        for folder in dict.fromkeys(folder for path in self._staged for folder in _above(path)):
            target = self.folder / folder
            if not os.path.isdir(target) and (target.is_symlink() or target.is_file()):  # noqa: PTH112 - the quicker first
                target.unlink()
        for path in self._staged:
            if os.path.isdir(f"{self.folder}/{path}"):  # noqa: PTH112 - called 80,000 times
                self._clear(self.folder / path, stale)

    def _move_folders(self) -> set[tuple[str, str]]:
        """Rename what one process put into a folder that is not there yet; returns process and folder of each."""
        moved: set[tuple[str, str]] = set()
        there = {""}
        for path, staged in self._staged.items():
            folders = list(_above(path))
            if any((staged.process, folder) in moved for folder in folders):
                continue
            for folder in folders:
                if folder not in there and not os.path.isdir(f"{self.folder}/{folder}"):  # noqa: PTH112 - as above
                    os.rename(self._aside(staged, folder), f"{self.folder}/{folder}")  # noqa: PTH104 - as above
                    moved.add((staged.process, folder))
                    break
                there.add(folder)
        return moved

    def strangers(self, known: Iterable[str]) -> Iterator[str]:
        """Files in the folder that nobody knows of, without the hidden ones; for use when the manifest was lost."""
        expected = set(known)
        for folder, folders, files in os.walk(self.folder):
            folders[:] = [name for name in folders if not name.startswith(".")]
            for name in files:
                path = (Path(folder) / name).relative_to(self.folder).as_posix()
                if not name.startswith(".") and path not in expected:
                    yield path

    def _clear(self, folder: Path, stale: list[str]) -> None:
        """A page now is where a folder was: what was in it must be stale."""
        self._remove([path for path in stale if (self.folder / path).is_relative_to(folder)])
        for inner, _, _ in os.walk(folder, topdown=False):
            with suppress(OSError):
                os.rmdir(inner)  # noqa: PTH106 - empty since a build was killed
        if folder.is_dir():
            raise OutputError(N_("a folder stands where a file must be written."), path=folder)

    def _remove(self, paths: Iterable[str]) -> None:
        for path in paths:
            target = self.folder / path
            if target.is_dir():
                continue
            with suppress(FileNotFoundError, NotADirectoryError):  # a killed build was here before
                target.unlink()
            for folder in target.parents:
                if folder == self.folder:
                    break
                try:
                    folder.rmdir()
                except FileNotFoundError:
                    continue
                except OSError:
                    break


def _above(path: str) -> Iterator[str]:
    """The folders that a file lies in, the outermost first."""
    end = path.find("/")
    while end >= 0:
        yield path[:end]
        end = path.find("/", end + 1)


@contextmanager
def _reported(path: Path) -> Iterator[None]:
    """Turn the system's errors into ours: which file, and why."""
    try:
        yield
    except OSError as error:
        raise OutputError(
            N_("the site cannot be written: {reason}. What stood there still stands."),
            path=error.filename or path,
            reason=error.strerror or type(error).__name__,
        ) from error
