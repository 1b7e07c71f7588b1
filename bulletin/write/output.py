"""Bytes → `site/`, so that a reader never gets half a file and a killed build leaves nothing broken.

All changed files are staged in a hidden folder inside the site first. Only when every one is complete are they
renamed into place; then stale files are removed, and the manifest is written last. A killed build leaves the old
manifest: the next build sees by size and modification time which files differ from the manifest, and writes them
again. What the killed build added is in no manifest; it is listed in a note that was written before the swap, so
that a page whose source is gone by then does not stay for ever. Files are not synced one by one: a rename after
a power failure may leave an empty file, which the same comparison finds; syncing 10,000 files would take longer
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
from bulletin.core.files import replace_file
from bulletin.core.model import Value
from bulletin.core.problems import N_

WORK = ".bulletin"
"""Folder of the project for cache and manifests; may be deleted at any time."""

STAGE = ".bulletin-stage"
"""Hidden folder inside the site that holds the staged files; each process has a folder of its own in it."""
MARKER = ".bulletin-site"
"""File in every folder that is built into; a folder with files but without it belongs to somebody else."""


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
    """What a folder holds, and what it was made from."""

    site_key: str = ""
    """Hash of all inputs of the build; empty when it must not be relied on."""
    snapshot: str = ""
    """The same by file stamps alone (build/changes.py); empty when these must not be relied on."""
    fresh_until: str = ""
    """ISO time at which the first scheduled issue is due or the first notice ends; empty when there is none."""
    built: str = ""
    """ISO time of the build."""
    groups: dict[str, GroupRecord] = msgspec.field(default_factory=dict)
    good: dict[str, str] = msgspec.field(default_factory=dict)
    """Path of a source → key of its last good reading."""
    good_files: bytes = b""
    """What pictures and attachments were when they were last read, encoded by the build."""
    report: bytes = b""
    """The build's report, encoded by it, for the next build that finds nothing to do."""

    @property
    def files(self) -> dict[str, Written]:
        """By path, of all groups; put together anew whenever it is asked for."""
        return {file.path: file for group in self.groups.values() for file in group.files}


def manifest_path(root: Path, folder: Path) -> Path:
    """Where the manifest of a folder is: one for each folder that the project is built into."""
    name = blake2b(str(folder).encode("utf-8", "surrogateescape"), digest_size=6).hexdigest()
    return root / WORK / f"manifest-{name}.bin"


def read_manifest(path: Path) -> Manifest:
    """The manifest; treat one that is damaged or of another version as missing, which gives an empty one."""
    try:
        data = path.read_bytes()
        if blake2b(data[16:], digest_size=16).digest() != data[:16]:
            return Manifest()
        return msgspec.msgpack.decode(data[16:], type=Manifest)
    except (OSError, msgspec.MsgspecError):
        return Manifest()


def read_snapshot(path: Path) -> str:
    """`Manifest.snapshot` alone, in a ninth of the time: skips ten thousand files and does not check the hash."""
    try:
        return msgspec.msgpack.decode(path.read_bytes()[16:], type=_SnapshotOnly).snapshot
    except (OSError, msgspec.MsgspecError, UnicodeDecodeError):
        return ""


class _SnapshotOnly(Value, frozen=True):
    """One field of a `Manifest`; the decoder skips the others."""

    snapshot: str = ""


def write_manifest(path: Path, manifest: Manifest) -> None:
    """Replace the manifest as a whole. Raises `OutputError`."""
    data = msgspec.msgpack.encode(manifest)
    with _as_output_error(path):
        path.parent.mkdir(parents=True, exist_ok=True)
        replace_file(path, (blake2b(data, digest_size=16).digest(), data), sync=True)


def note_added(path: Path, added: Iterable[str]) -> None:
    """Write a note beside the manifest: the files about to be added that it does not name. Raises `OutputError`."""
    note, names = _note(path), sorted(added)
    if not names:
        return
    with _as_output_error(path):
        replace_file(note, msgspec.msgpack.encode(names))


def read_added(path: Path) -> tuple[str, ...]:
    """What a killed build may have added; empty after a complete one. Treat a damaged note as missing."""
    try:
        return msgspec.msgpack.decode(_note(path).read_bytes(), type=tuple[str, ...])
    except (OSError, msgspec.MsgspecError, UnicodeDecodeError):
        return ()


def forget_added(path: Path) -> None:
    """Remove the note: the manifest is written and names all files."""
    with _as_output_error(path):
        _note(path).unlink(missing_ok=True)


def _note(path: Path) -> Path:
    return path.with_suffix(".added")


class Staged(Value, frozen=True):
    """A staged file."""

    process: str
    """Folder, inside `STAGE`, of the process that wrote it."""
    key: str
    size: int
    mtime: int


class Output:
    """The folder of the site. Nothing in it changes before `swap`."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self._prefix = os.path.join(folder, "")  # noqa: PTH118 - of each file's path
        self._stage = folder / STAGE
        self._own = str(os.getpid())
        self._staged: dict[str, Staged] = {}
        self._folders: set[str] = set()

    def claim(self, *, ours: bool) -> None:
        """Make sure that this folder may be written; raises `UsageError` when it belongs to somebody else.

        ``ours``: the folder is the project's own ``site/``, which needs no marker. Removes what a killed build staged.
        """
        with _as_output_error(self.folder):
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
        """Whether a file still has the size and modification time that it was written with."""
        try:
            status = os.stat(f"{self._prefix}{file.path}")  # noqa: PTH116 - called 80,000 times
        except OSError:
            return False
        return status.st_size == file.size and status.st_mtime_ns == file.mtime

    def stage(self, path: str, key: str, data: bytes) -> None:
        """Write a file's new content into the stage; a path that leaves the folder is a `ValueError`.

        Several processes may stage at once, each with an `Output` of its own; the one that swaps is told of the
        others' files by `add_staged`.
        """
        if not all(step.strip(".") for step in path.split("/")):  # an empty step too: "/a", "a//b"
            raise ValueError(path)
        with _as_output_error(self.folder):
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

    def add_staged(self, staged: dict[str, Staged]) -> None:
        """Add files that another process has staged, by path."""
        self._staged |= staged

    def staged(self, paths: Iterable[str]) -> dict[str, Staged]:
        """The staged files of these paths, for `add_staged` in another process."""
        return {path: self._staged[path] for path in paths}

    @property
    def waiting(self) -> tuple[str, ...]:
        """Paths of the staged files, in the order they came."""
        return tuple(self._staged)

    def abandon(self) -> None:
        """Discard the staged files; the site stays as it was."""
        self._staged = {}
        shutil.rmtree(self._stage, ignore_errors=True)

    def swap(self, stale: Iterable[str], tick: Callable[[], None] = lambda: None) -> dict[str, Written]:
        """Rename all staged files into place, then remove the stale ones; ``tick`` is called for each staged file.

        New folders come first, as a whole, since no published page links to them yet; then the files whose folder
        exists, in the order they came. When it raises `OutputError` half-way, every file is either old or new, and
        the next build completes the site.
        """
        stale = list(stale)
        with _as_output_error(self.folder, _IN_PART):
            self._clear_conflicts(stale)
            moved = self._move_folders()
            written = {}
            for path, staged in self._staged.items():
                if not any((staged.process, folder) in moved for folder in _parents(path)):
                    os.replace(self._staged_path(staged, path), f"{self.folder}/{path}")  # noqa: PTH105 - called 80,000 times
                written[path] = Written(path, staged.key, staged.size, staged.mtime)
                tick()
            self._remove(stale)
            shutil.rmtree(self._stage, ignore_errors=True)
            self._staged = {}
        return written

    def _staged_path(self, staged: Staged, path: str) -> str:
        return f"{self._stage}/{staged.process}/{path}"

    def _clear_conflicts(self, stale: list[str]) -> None:
        """Remove files where folders must be, and folders where files must be."""
        for folder in dict.fromkeys(folder for path in self._staged for folder in _parents(path)):
            target = self.folder / folder
            if not os.path.isdir(target) and (target.is_symlink() or target.is_file()):  # noqa: PTH112 - the quicker first
                target.unlink()
        for path in self._staged:
            place = f"{self._prefix}{path}"
            if os.path.isdir(place) and not os.path.islink(place):  # noqa: PTH112, PTH114 - called 80,000 times
                self._remove_folder(self.folder / path, stale)

    def _move_folders(self) -> set[tuple[str, str]]:
        """Rename each new folder as a whole, per process that staged it; returns process and folder of each."""
        moved: set[tuple[str, str]] = set()
        existing = {""}
        for path, staged in self._staged.items():
            folders = list(_parents(path))
            if any((staged.process, folder) in moved for folder in folders):
                continue
            for folder in folders:
                if folder not in existing and not os.path.isdir(f"{self.folder}/{folder}"):  # noqa: PTH112 - as above
                    os.rename(self._staged_path(staged, folder), f"{self.folder}/{folder}")  # noqa: PTH104 - as above
                    moved.add((staged.process, folder))
                    break
                existing.add(folder)
        return moved

    def unknown_files(self, known: Iterable[str]) -> Iterator[str]:
        """Files in the folder that are not ``known``, without hidden ones; for use when the manifest was lost."""
        expected = set(known)
        for folder, folders, files in os.walk(self.folder):
            folders[:] = [name for name in folders if not name.startswith(".")]
            for name in files:
                path = (Path(folder) / name).relative_to(self.folder).as_posix()
                if not name.startswith(".") and path not in expected:
                    yield path

    def _remove_folder(self, folder: Path, stale: list[str]) -> None:
        """Remove a folder where a file must be written; everything in it must be stale."""
        self._remove([path for path in stale if (self.folder / path).is_relative_to(folder)])
        for inner, _, _ in os.walk(folder, topdown=False):
            with suppress(OSError):
                os.rmdir(inner)  # noqa: PTH106 - left empty by a killed build
        if folder.is_dir():
            raise OutputError(N_("a folder is where a file must be written."), path=folder)

    def _remove(self, paths: Iterable[str]) -> None:
        for path in paths:
            target = self.folder / path
            if target.is_dir():
                continue
            with suppress(FileNotFoundError, NotADirectoryError):  # removed by a killed build
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


def _parents(path: str) -> Iterator[str]:
    """The folders above a file, the outermost first."""
    end = path.find("/")
    while end >= 0:
        yield path[:end]
        end = path.find("/", end + 1)


_UNCHANGED = N_("the site cannot be written: {reason}. The files that were there are unchanged.")
_IN_PART = N_("the site was updated only in part: {reason}. Remove the cause and build again; that completes it.")


@contextmanager
def _as_output_error(path: Path, message: str = _UNCHANGED) -> Iterator[None]:
    """Turn an `OSError` into an `OutputError` that names the file and the reason."""
    try:
        yield
    except OSError as error:
        raise OutputError(
            message,
            path=error.filename or path,
            reason=error.strerror or type(error).__name__,
        ) from error
