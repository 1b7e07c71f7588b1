"""A folder of this computer or a network drive, published into by a burst: Windows, and roots that are fixed."""

from __future__ import annotations

import os
import re
import shutil
import sys
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path

from bulletin.core.files import retry_locked
from bulletin.core.publish_targets import PublishTarget
from bulletin.publish.targets.burst import BurstSession
from bulletin.publish.targets.file_errors import refused, refused_by_system
from bulletin.publish.targets.remote_files import Listing, RemoteStat

_NOT_ON_WINDOWS = re.compile(r'[<>:"|?*\x00-\x1f]|[. ]$|^(?:con|prn|aux|nul|com[0-9]|lpt[0-9])(?:\.|$)', re.IGNORECASE)
"""Names that Windows does not refuse, but takes for something else: a device, or a stream of another file."""


def open_burst_folder(target: PublishTarget, clock: Callable[[], float]) -> BurstSession:
    """A session over the folder ``target.path``."""
    return BurstSession(LocalFiles(Path(target.path), target.name), target.name, clock)


class LocalFiles:
    """`RemoteFiles` of a mounted folder."""

    def __init__(self, root: Path, target: str, *, windows: bool = sys.platform == "win32") -> None:
        self._root = root
        self._target = target
        self._windows = windows

    def tree(self, folder: str = "") -> Listing:
        found = Listing({}, set())
        if not folder and not self._root.is_dir():
            raise refused("folder", self._target, str(self._root))
        waiting = [folder]
        while waiting:
            waiting += self._scan(waiting.pop(), found)
        return found

    def entries(self, folders: Iterable[str]) -> Listing:
        found = Listing({}, set())
        for folder in folders:
            self._scan(folder, found)
        return found

    def _scan(self, folder: str, found: Listing) -> list[str]:
        """Add what is directly in a folder; returns the folders among it."""
        fresh = []
        with (
            self._sentences(folder),
            suppress(FileNotFoundError, NotADirectoryError),
            os.scandir(self._path(folder)) as entries,
        ):
            for entry in entries:
                path = f"{folder}/{entry.name}" if folder else entry.name
                if entry.is_dir(follow_symlinks=False):
                    fresh.append(path)
                else:
                    with suppress(FileNotFoundError):  # removed meanwhile
                        status = entry.stat(follow_symlinks=False)
                        found.files[path] = RemoteStat(status.st_size, status.st_mtime_ns)
        found.folders.update(fresh)
        return fresh

    def read(self, path: str) -> bytes | None:
        with self._sentences(path), suppress(FileNotFoundError):
            return self._path(path).read_bytes()
        return None

    def create(self, path: str, data: bytes) -> bool:
        with self._sentences(path), suppress(FileExistsError):
            with self._path(path).open("xb") as file:
                file.write(data)
            return True
        return False

    def write(self, files: Iterable[tuple[str, bytes]], written: Callable[[str], None]) -> None:
        for path, data in files:
            self._refuse_name(path)
            with self._sentences(path):
                self._path(path).write_bytes(data)
            written(path)

    def rename(self, pairs: Sequence[tuple[str, str]]) -> None:
        for old, new in pairs:
            with self._sentences(new):
                retry_locked(os.replace, self._path(old), self._path(new))

    def remove(self, paths: Iterable[str]) -> None:
        for path in paths:
            with self._sentences(path), suppress(FileNotFoundError):
                retry_locked(os.unlink, self._path(path))

    def make_folders(self, folders: Sequence[str]) -> None:
        for folder in folders:
            self._refuse_name(folder)
            with self._sentences(folder):
                self._path(folder).mkdir(exist_ok=True)

    def remove_folders(self, folders: Sequence[str]) -> None:
        for folder in folders:
            with suppress(OSError):
                self._path(folder).rmdir()

    def learn(self, folder: str) -> None:
        """Files are renamed over others here, and have the rights that the folder gives."""

    def server_time(self, path: str) -> float | None:
        with self._sentences(path):
            return self._path(path).stat().st_mtime

    def free(self) -> int:
        with self._sentences(""):
            return shutil.disk_usage(self._root).free

    def notes(self) -> tuple[str, ...]:
        return ()

    def reconnect(self) -> None:
        """A network drive comes back by itself."""

    def close(self) -> None:
        """Nothing is open."""

    def _path(self, path: str) -> Path:
        return self._root / path

    def _refuse_name(self, path: str) -> None:
        if self._windows and _NOT_ON_WINDOWS.search(path.rpartition("/")[2]):
            raise refused("name", self._target, path)

    @contextmanager
    def _sentences(self, path: str) -> Iterator[None]:
        try:
            yield
        except OSError as error:
            raise refused_by_system(error, self._target, path) from None
