"""Bytes → `site/`, so that a reader never gets half a file and a killed build leaves nothing broken.

All changed files are staged in a hidden folder inside the site first. Only when every one is complete are they
renamed into place, or, when one cannot be, none (swap.py); then stale files are removed, and the manifest is written
last. A killed build leaves the old manifest: the next build sees by size and modification time which files differ from
the manifest, and writes them again. What the killed build added is in the folder's own list (owned.py). Files are not
synced one by one: a rename after a power failure may leave an empty file, which the same comparison finds; syncing
10,000 files would take longer than the whole build. Only the list and the manifest are.
"""

from __future__ import annotations

import errno
import os
import re
import shutil
import time
from collections.abc import Callable, Iterable, Iterator
from contextlib import AbstractContextManager, contextmanager, suppress
from hashlib import blake2b
from pathlib import Path

import msgspec

from bulletin.core.errors import OutputError
from bulletin.core.files import replace_file, retry_locked
from bulletin.core.model import Value
from bulletin.core.problems import N_, Problem
from bulletin.write.swap import UNCHANGED, UNFINISHED, Sleep, Swap, parents, undone_on_failure

WORK = ".bulletin"
"""Folder of the project for cache and manifests; may be deleted at any time."""

STAGE = ".bulletin-stage"
"""Hidden folder inside the site that holds the staged files; each process has a folder of its own in it."""
_ASIDE = "-old"
"""End of the name of the staging folder that holds what is replaced."""
MARKER = ".bulletin-site"
"""File in every folder that is built into; a folder with files but without it belongs to somebody else. It holds the
folder's id, by which its manifest is found wherever the folder was moved or copied to."""

DRAFTS_MARKER = ".bulletin-drafts"
"""File in a folder that holds drafts and scheduled issues; such a folder is never published."""

_MARKER_ID = re.compile(rb"[0-9a-f]{12}")


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
    said: tuple[Problem, ...] = ()
    """What was found while they were made."""


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
    texts: dict[str, str] = msgspec.field(default_factory=dict)
    """Path of a source → which text of it is published; path of an article's file named like a copy → empty."""
    moved: dict[str, tuple[str, str]] = msgspec.field(default_factory=dict)
    """Path of an address without a page → where its text was when it was last public, and how it began."""
    public_texts: bytes = b""
    """Which texts readers see, encoded by the build (build/public_texts.py)."""
    around: tuple[str, ...] = ()
    """Folders outside the project on whose files the site depends."""
    around_key: str = ""
    """Hash of their stamps."""
    owned: Written | None = None
    """The folder's own list of its files (owned.py), as the last build left it."""
    report: bytes = b""
    """The build's report, encoded by it, for the next build that finds nothing to do."""

    @property
    def files(self) -> dict[str, Written]:
        """By path, of all groups; built at every access."""
        return {file.path: file for group in self.groups.values() for file in group.files}


def manifest_path(root: Path, folder: Path) -> Path:
    """Where the manifest of a folder is: one for each folder that the project is built into."""
    return root / WORK / f"manifest-{folder_id(folder)}.bin"


def folder_id(folder: Path) -> str:
    """The id in the folder's marker; of a folder that has none yet, the hash of where it was first seen."""
    try:
        data = (folder / MARKER).read_bytes().strip()
    except OSError:
        data = b""
    if _MARKER_ID.fullmatch(data):
        return data.decode()
    return blake2b(str(folder).encode("utf-8", "surrogateescape"), digest_size=6).hexdigest()


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
    with _as_output_error(path, _COMPLETE):
        path.parent.mkdir(parents=True, exist_ok=True)
        replace_file(path, (blake2b(data, digest_size=16).digest(), data), sync=True)


class Staged(Value, frozen=True):
    """A staged file."""

    process: str
    """Folder, inside `STAGE`, of the process that wrote it."""
    key: str
    version: str
    """Of its content (`content_version`)."""
    size: int
    mtime: int


class Output:
    """The folder of the site. Nothing in it changes before `swap`."""

    def __init__(self, folder: Path, sleep: Sleep = time.sleep) -> None:
        """``sleep`` is called between attempts to replace a file that is locked."""
        self.folder = folder
        self._sleep = sleep
        self._prefix = os.path.join(folder, "")  # noqa: PTH118 - of each file's path
        self._stage = folder / STAGE
        self._own = str(os.getpid())
        self._staged: dict[str, Staged] = {}
        self._folders: set[str] = set()

    def place(self, path: str) -> str:
        """Where a file is."""
        return f"{self._prefix}{path}"

    def is_foreign(self, *, own: bool) -> bool:
        """Whether the folder holds files, and no mark that it is built into; the project's ``own`` needs no mark."""
        with _as_output_error(self.folder):
            if own or (self.folder / MARKER).exists() or not self.folder.is_dir():
                return False
            return any(not path.name.startswith(".") for path in self.folder.iterdir())

    def holds(self, name: str) -> bool:
        """Whether the folder has a mark: `MARKER` or `DRAFTS_MARKER`."""
        return os.path.lexists(self.place(name))

    def claim(self, *, drafts: bool = False) -> None:
        """Mark the folder as one that is built into, and make it where it is missing. Raises `OutputError`."""
        marker = folder_id(self.folder).encode() + b"\n"
        with _as_output_error(self.folder):
            self.folder.mkdir(parents=True, exist_ok=True)
            if not (self.folder / MARKER).exists() or (self.folder / MARKER).read_bytes() != marker:
                self.put(MARKER, marker)
            if drafts and not self.holds(DRAFTS_MARKER):
                self.put(DRAFTS_MARKER, b"drafts\n")

    @property
    def is_staging(self) -> bool:
        """Whether something is staged: by a build that runs, or by one that was killed."""
        return os.path.lexists(self._stage)

    def clear_stage(self) -> None:
        """Remove what a killed build staged."""
        with _as_output_error(self.folder):
            if self._stage.is_symlink():
                self._stage.unlink()
            shutil.rmtree(self._stage, ignore_errors=True)

    def put(self, name: str, data: bytes, *, swapped: bool = False) -> None:
        """Replace a hidden file of the folder as a whole, before the staged files are ``swapped`` or after.

        It is on the disk then. Raises `OutputError`.
        """
        fresh = self._stage / name
        with _as_output_error(self.folder, _COMPLETE if swapped else UNCHANGED):
            self._stage.mkdir(exist_ok=True)
            with fresh.open("wb") as file:
                file.write(data)
                file.flush()
                os.fsync(file.fileno())
            retry_locked(os.replace, fresh, self.folder / name, sleep=self._sleep)
            with suppress(OSError):
                self._stage.rmdir()  # unless files are staged

    def stamp(self, path: str) -> Written:
        """A file as it is now, without a key. Raises `OutputError`."""
        with _as_output_error(self.folder):
            status = os.stat(self.place(path))  # noqa: PTH116 - of a path as a string
            return Written(path, "", status.st_size, status.st_mtime_ns)

    def is_current(self, file: Written) -> bool:
        """Whether a file still has the size and modification time that it was written with."""
        try:
            status = os.stat(f"{self._prefix}{file.path}")  # noqa: PTH116 - called 80,000 times
        except OSError:
            return False
        return status.st_size == file.size and status.st_mtime_ns == file.mtime

    def stage(self, path: str, key: str, data: bytes) -> None:
        """Write a file's new content into the stage; a path that leaves the folder is a `ValueError`.

        Several processes may stage at once, each with an `Output` of its own; the one that swaps is given the
        others' files by `add_staged`.
        """
        if not stays_inside(path):
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
            self._staged[path] = Staged(self._own, key, content_version(data), status.st_size, status.st_mtime_ns)

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

    @property
    def waiting_versions(self) -> dict[str, str]:
        """`content_version` of each staged file."""
        return {path: staged.version for path, staged in self._staged.items()}

    def abandon(self) -> None:
        """Discard the staged files; the site stays as it was."""
        self._staged = {}
        shutil.rmtree(self._stage, ignore_errors=True)

    def refuse_links(self) -> None:
        """Raise `OutputError` where a folder that the staged files need is a link: nothing is written through one."""
        for folder in dict.fromkeys(folder for path in self._staged for folder in parents(path)):
            place = self.place(folder)
            if os.path.islink(place) and os.path.isdir(place):  # noqa: PTH112, PTH114 - of a path as a string
                raise OutputError(N_("pages are not written through a link to another folder. Remove it."), path=place)

    def swap(self, stale: Iterable[str], tick: Callable[[], None] = lambda: None) -> dict[str, Written]:
        """Rename all staged files into place, then remove the stale ones; ``tick`` is called for each staged file.

        New folders come first, as a whole, since no published page links to them yet; then the files whose folder
        exists, in the order they came. When something fails half-way, all is taken back. Raises `OutputError`, which
        names what is new all the same where the system does not permit that; the next build completes the site.
        """
        with self._undone_on_failure() as swap:
            written = self._swap(swap, list(stale), tick)
        self.abandon()
        with suppress(OSError):
            (self.folder / UNFINISHED).unlink(missing_ok=True)
        return written

    def _swap(self, swap: Swap, stale: list[str], tick: Callable[[], None]) -> dict[str, Written]:
        self._clear_conflicts(swap, stale)
        moved = self._move_folders(swap)
        written = {}
        for path, staged in self._staged.items():
            if not any((staged.process, folder) in moved for folder in parents(path)):
                swap.replace(self._staged_path(staged, path), path)
            written[path] = Written(path, staged.key, staged.size, staged.mtime)
            tick()
        swap.remove(stale)
        return written

    def _undone_on_failure(self) -> AbstractContextManager[Swap]:
        swap = Swap(f"{self.folder}", f"{self._stage}/{self._own}{_ASIDE}", self._sleep)
        return undone_on_failure(swap, self._staged)

    def _staged_path(self, staged: Staged, path: str) -> str:
        return f"{self._stage}/{staged.process}/{path}"

    def _clear_conflicts(self, swap: Swap, stale: list[str]) -> None:
        """Remove files where folders must be, and folders where files must be."""
        for folder in dict.fromkeys(folder for path in self._staged for folder in parents(path)):
            place = f"{self._prefix}{folder}"
            if not os.path.isdir(place) and os.path.lexists(place):  # noqa: PTH112 - the quicker first
                swap.remove_file(folder)
        for path in self._staged:
            place = f"{self._prefix}{path}"
            if os.path.isdir(place) and not os.path.islink(place):  # noqa: PTH112, PTH114 - called 80,000 times
                swap.remove(inner for inner in stale if inner.startswith(f"{path}/"))
                swap.remove_empty_folders(path)
                if os.path.isdir(place):  # noqa: PTH112 - as above
                    raise OutputError(N_("a folder is where a file must be written."), path=place)

    def _move_folders(self, swap: Swap) -> set[tuple[str, str]]:
        """Rename each new folder as a whole, per process that staged it; returns process and folder of each."""
        moved: set[tuple[str, str]] = set()
        existing = {""}
        for path, staged in self._staged.items():
            folders = list(parents(path))
            if any((staged.process, folder) in moved for folder in folders):
                continue
            for folder in folders:
                if folder not in existing and not os.path.isdir(f"{self.folder}/{folder}"):  # noqa: PTH112 - as above
                    swap.move_folder(self._staged_path(staged, folder), folder)
                    moved.add((staged.process, folder))
                    break
                existing.add(folder)
        return moved

    def unknown_files(self, known: Iterable[str]) -> Iterator[str]:
        """Files in the folder that are not ``known``, without hidden ones; links to folders are not followed."""
        expected = set(known)
        for folder, folders, files in os.walk(self.folder):
            folders[:] = [name for name in folders if not name.startswith(".")]
            for name in files:
                path = (Path(folder) / name).relative_to(self.folder).as_posix()
                if not name.startswith(".") and path not in expected:
                    yield path

    def remove(self, paths: Iterable[str]) -> None:
        """Remove files, and folders that are empty then. Raises `OutputError`."""
        with self._undone_on_failure() as swap:
            swap.remove(paths)
        self.abandon()


def content_version(data: bytes) -> str:
    """Size and hash of a file's content."""
    return f"{len(data)}-{blake2b(data, digest_size=16).hexdigest()}"


def stays_inside(path: str) -> bool:
    """Whether a path leads to a file inside the folder that it begins in."""
    return all(step.strip(".") for step in path.split("/"))  # an empty step is none either: "/a", "a//b"


_COMPLETE = N_("the pages are complete, but the build could not end: {reason}. Remove the cause and build again.")


@contextmanager
def _as_output_error(path: Path, message: str = UNCHANGED) -> Iterator[None]:
    """Turn an `OSError` into an `OutputError` that names the file and the reason."""
    try:
        yield
    except OSError as error:
        raise OutputError(
            message,
            path=error.filename or path,
            reason=error.strerror or type(error).__name__,
        ) from error
