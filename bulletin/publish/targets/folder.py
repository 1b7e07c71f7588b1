"""Publishing into a folder of this computer, or a mounted one, where links can be made."""

from __future__ import annotations

import hashlib
import os
import secrets
import shutil
import sys
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path

import msgspec

from bulletin.core.errors import PublishError
from bulletin.core.files import replace_file
from bulletin.core.publish_targets import PublishTarget
from bulletin.publish.target import LOCK, RECORD
from bulletin.publish.targets.file_errors import refused, refused_by_system
from bulletin.publish.targets.release_host import (
    CURRENT_LINK,
    LOCK_TAKEN_AWAY,
    RELEASES_FOLDER,
    FileStamps,
    HostFacts,
    HostView,
)
from bulletin.publish.targets.switching import SwitchSession

_RUBBISH = (".bulletin-link-*", ".bulletin-put-*", ".bulletin-probe-*", f"{RELEASES_FOLDER}/.bulletin-put-*")


def open_folder(target: PublishTarget, root: Path, clock: Callable[[], float]) -> SwitchSession:
    """``root``: where a relative path begins. Raises `PublishError`."""
    place = root / Path(target.path).expanduser()
    return SwitchSession(FolderHost(place, target.name), msgspec.structs.replace(target, path=str(place)), clock)


class FolderHost:
    """A `ReleaseHost` on a mounted disk."""

    def __init__(self, place: Path, target: str) -> None:
        """Raises `PublishError` where there is no such folder: a drive that is not there must not be made up."""
        self._place = place
        self._target = target
        if not place.is_dir():
            raise refused("folder", target, str(place))

    def look(self) -> HostView:
        with self._sentences(""):
            current, releases = self._place / CURRENT_LINK, self._place / RELEASES_FOLDER
            is_link = current.is_symlink()
            link = current.readlink().as_posix() if is_link else ""
            known = {CURRENT_LINK, RELEASES_FOLDER, "lost+found"}
            names = {entry.name: entry.is_dir(follow_symlinks=False) for entry in _entries(releases)}
            folders = {name for name, is_folder in names.items() if is_folder}
            records = {name.removesuffix(".json") for name in names.keys() - folders if name.endswith(".json")}
            complete = {name for name in folders & records if not name.startswith(".")}
            record = releases / f"{link.removeprefix(f'{RELEASES_FOLDER}/')}.json"
            return HostView(
                "link" if is_link else "folder" if current.exists() else "",
                link,
                any(e.name not in known and not e.name.startswith(".") for e in _entries(self._place)),
                (self._place / RECORD).is_file(),
                tuple(complete),
                tuple((folders | records) - complete),
                _listed(current),
                record.read_bytes() if link.startswith(f"{RELEASES_FOLDER}/") and record.is_file() else None,
            )

    def facts(self) -> HostFacts:
        probe = self._place / f".bulletin-probe-{_token()}"
        with self._sentences(""):
            try:
                probe.mkdir()
                file = probe / "file"
                file.write_bytes(b"1")
                now = file.stat().st_mtime
                return HostFacts(
                    sys.platform != "win32" and _tried(lambda: _can_switch(probe)),
                    _tried(lambda: os.link(file, probe / "second")),
                    shutil.disk_usage(self._place).free,
                    now,
                )
            finally:
                shutil.rmtree(probe, ignore_errors=True)

    def read(self, path: str) -> bytes | None:
        with self._sentences(path), suppress(FileNotFoundError):
            return (self._place / path).read_bytes()
        return None

    def digests(self, paths: Iterable[str]) -> dict[str, str]:
        found = {}
        for path in paths:
            with (
                self._sentences(path),
                suppress(FileNotFoundError, NotADirectoryError, IsADirectoryError),
                (self._place / path).open("rb") as file,
            ):
                found[path] = hashlib.file_digest(file, "sha256").hexdigest()
        return found

    def stage(self, name: str, source: str, removes: Sequence[str], folders: Sequence[str]) -> None:
        for pattern in _RUBBISH:
            for old in self._place.glob(pattern):
                _removed(old)
        stage = self._place / RELEASES_FOLDER / name
        with self._sentences(f"{RELEASES_FOLDER}/{name}"):
            for folder in (stage.parent, stage):
                _make_folder(folder)
            if source:
                _copy(self._place / source, stage, frozenset(removes))
            for path in folders:
                with suppress(OSError):  # not empty, or not there
                    (stage / path).rmdir()

    def fill(self, name: str, files: Iterable[tuple[str, bytes]], taken: Callable[[int], None]) -> None:
        stage = os.path.join(self._place, RELEASES_FOLDER, name, "")  # noqa: PTH118 - for ten thousand files
        made = set[str]()
        for path, data in files:
            with self._sentences(path):
                folder = path.rpartition("/")[0]
                if folder not in made:
                    _make_folders(Path(stage), folder)
                    made.add(folder)
                with open(stage + path, "xb") as file:  # noqa: PTH123 - as above
                    file.write(data)
                _chmod(stage + path, 0o644)
            taken(len(data))

    def listing(self, name: str) -> FileStamps:
        with self._sentences(f"{RELEASES_FOLDER}/{name}"):
            return _listed(self._place / RELEASES_FOLDER / name)

    def complete(self, stage: str, name: str, record: bytes, token: str) -> None:
        releases = self._place / RELEASES_FOLDER
        with self._sentences(f"{RELEASES_FOLDER}/{name}"):
            (releases / f"{stage}.json").write_bytes(record)
            _to_disk()
            self._require_lock(token)
            (releases / stage).rename(releases / name)
            (releases / f"{stage}.json").rename(releases / f"{name}.json")
        self.point(name, token)

    def point(self, name: str, token: str) -> None:
        fresh = self._place / f".bulletin-link-{_token()}"
        with self._sentences(CURRENT_LINK):
            self._require_lock(token)
            fresh.symlink_to(f"{RELEASES_FOLDER}/{name}")
            try:
                fresh.replace(self._place / CURRENT_LINK)
            except OSError:
                fresh.unlink()
                raise
            _to_disk()

    def drop(self, names: Sequence[str]) -> None:
        releases = self._place / RELEASES_FOLDER
        with self._sentences(RELEASES_FOLDER):
            link = self._place / CURRENT_LINK
            out = link.readlink().as_posix() if link.is_symlink() else ""
            for name in names:
                if out != f"{RELEASES_FOLDER}/{name}":
                    (releases / f"{name}.json").unlink(missing_ok=True)
                    if (releases / name).exists():
                        old = releases / f".bulletin-old-{_token()}"
                        (releases / name).rename(old)
                        shutil.rmtree(old)

    def unlink(self, paths: Sequence[str], folders: Sequence[str]) -> None:
        for path in paths:
            with self._sentences(path):
                (self._place / path).unlink(missing_ok=True)
        for path in folders:
            with suppress(OSError):  # not empty
                (self._place / path).rmdir()
        _to_disk()

    def replace(self, path: str, data: bytes) -> None:
        with self._sentences(path):
            replace_file(self._place / path, data, sync=True)

    def create(self, path: str, data: bytes) -> bool:
        fresh = self._place / f".bulletin-put-{_token()}"
        with self._sentences(path):
            try:
                fresh.write_bytes(data)
                try:
                    os.link(fresh, self._place / path)
                except FileExistsError:
                    return False
                except OSError:  # no hard links here
                    try:
                        with (self._place / path).open("xb") as file:
                            file.write(data)
                    except FileExistsError:
                        return False
                return True
            finally:
                fresh.unlink(missing_ok=True)

    def close(self) -> None:
        pass

    def _require_lock(self, token: str) -> None:
        if token and f'"token":"{token}"'.encode() not in (self.read(LOCK) or b""):
            raise PublishError(LOCK_TAKEN_AWAY, target=self._target)

    @contextmanager
    def _sentences(self, path: str) -> Iterator[None]:
        try:
            yield
        except OSError as error:
            raise refused_by_system(error, self._target, path or str(self._place)) from None


def _token() -> str:
    return secrets.token_hex(16)


def _to_disk() -> None:
    """Everything, since the new names of ten thousand files are in thousands of folders."""
    if sys.platform != "win32":
        os.sync()


def _entries(folder: Path) -> list[os.DirEntry[str]]:
    try:
        with os.scandir(folder) as entries:
            return list(entries)
    except (FileNotFoundError, NotADirectoryError):
        return []


def _listed(top: Path) -> FileStamps:
    found: FileStamps = {}
    waiting = [""]
    while waiting:
        folder = waiting.pop()
        for entry in _entries(top / folder):
            path = folder + entry.name
            if entry.is_dir(follow_symlinks=False):
                waiting.append(f"{path}/")
            else:
                with suppress(FileNotFoundError):  # removed meanwhile
                    status = entry.stat(follow_symlinks=False)
                    found[path] = (status.st_size, status.st_mtime_ns)
    return found


def _copy(source: Path, stage: Path, without: frozenset[str]) -> None:
    """Hard links to all files but these; where the disk has none, copies."""
    waiting = [""]
    while waiting:
        folder = waiting.pop()
        for entry in _entries(source / folder):
            path = folder + entry.name
            fresh = stage / path
            if entry.is_dir(follow_symlinks=False):
                _make_folder(fresh)
                waiting.append(f"{path}/")
            elif path in without:
                continue
            elif entry.is_symlink():
                fresh.symlink_to(Path(entry.path).readlink())
            elif not _tried(lambda entry=entry, fresh=fresh: os.link(entry.path, fresh)):  # type: ignore[misc]
                shutil.copy2(entry.path, fresh)


def _make_folders(stage: Path, folder: str) -> None:
    path = stage
    for step in filter(None, folder.split("/")):
        path /= step
        _make_folder(path)


def _make_folder(path: Path) -> None:
    """One that everybody can look into, whatever the umask."""
    try:
        path.mkdir()
    except FileExistsError:
        if not path.is_dir():
            raise
    else:
        _chmod(path, 0o755)


def _chmod(path: str | Path, mode: int) -> None:
    with suppress(OSError):  # some network drives have no rights
        os.chmod(path, mode)  # noqa: PTH101 - of a string as well


def _removed(path: Path) -> None:
    with suppress(OSError):
        if path.is_dir() and not path.is_symlink():
            shutil.rmtree(path)
        else:
            path.unlink()


def _tried(attempt: Callable[[], object]) -> bool:
    try:
        attempt()
    except (OSError, NotImplementedError):
        return False
    return True


def _can_switch(probe: Path) -> None:
    """Raises `OSError` where a link is no link, or another cannot be renamed over it."""
    for name in ("a", "b"):
        (probe / name).mkdir()
        (probe / "fresh").symlink_to(name)
        (probe / "fresh").replace(probe / "link")
    if (probe / "link").readlink() != Path("b"):
        raise OSError
