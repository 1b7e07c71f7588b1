"""Releases for tests of targets, and a target in memory that fails at the operation that it is told."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from typing import Literal

from bulletin.publish.difference import plan_delivery
from bulletin.publish.release import Release, ReleaseFile, publishing_order
from bulletin.publish.target import LOCK, RECORD, STAGE_PREFIX, Delivery, TargetLock, TargetSession
from bulletin.publish.targets.file_errors import refused
from bulletin.publish.targets.remote_files import ConnectionLost, Listing, RemoteStat

Site = Mapping[str, bytes]

OLD: Site = {
    "static/a.1111111111.css": b"old",
    "issues/2026001/one/index.html": b"one, old",
    "issues/2026001/gone/index.html": b"gone",
    "issues/2026001/index.html": b"issue, old",
    "2026/index.html": b"year, old",
    "index.html": b"home, old",
    "feed.xml": b"feed, old",
    "sitemap.xml": b"map, old",
}
NEW: Site = {
    "static/a.2222222222.css": b"new!",
    "issues/2026001/one/index.html": b"one, new",
    "issues/2026001/第二/index.html": b"two, new",
    "issues/2026001/index.html": b"issue, new, longer",
    "2026/index.html": b"year, new",
    "index.html": b"home, new",
    "feed.xml": b"feed, new",
    "sitemap.xml": b"map, new",
}
NEXT: Site = {**NEW, "index.html": b"home, next", "issues/2026001/one/index.html": b"one, next"}
del NEXT["issues/2026001/第二/index.html"]  # type: ignore[attr-defined]

MINE = TargetLock("li", "PC-3", "2026-11-27T10:00:00", "token")


def release(number: int, site: Site) -> Release:
    files = tuple(sorted((file_of(path, data) for path, data in site.items()), key=lambda file: file.path))
    return Release(f"20261127-{number}", "", "publish", "2026-11-27T10:00:00", "li@PC-3", "0", files, (), ())


def file_of(path: str, data: bytes) -> ReleaseFile:
    return ReleaseFile(path, hashlib.sha256(data).hexdigest(), len(data))


def blobs_of(*sites: Site) -> Callable[[ReleaseFile], bytes]:
    contents = {hashlib.sha256(data).hexdigest(): data for site in sites for data in site.values()}
    return lambda file: contents[file.sha256]


def publish(session: TargetSession, number: int, site: Site, *others: Site, sent: object = None) -> Delivery:
    """A whole run, as the flow does it; ``others`` are sites whose assets may stay."""
    assert session.lock(MINE) is None
    state = session.inspect()
    former = tuple(release(i, other) for i, other in enumerate(others))
    delivery = plan_delivery(state, release(number, site), former)
    steps = sent if isinstance(sent, list) else []
    session.deliver(delivery, blobs_of(site, *others), lambda done, total: steps.append((done, total)))
    session.unlock(MINE.token)
    return delivery


def is_own(path: str) -> bool:
    return path in (RECORD, LOCK) or path.startswith(STAGE_PREFIX)


class Killed(BaseException):
    """The process is gone in the middle of something."""


Fault = Literal["killed", "lost before", "lost after", "refused", "none"]


class MemoryTarget:
    """What is on a target."""

    def __init__(self) -> None:
        self.files = dict[str, tuple[bytes, int]]()
        self.folders = {""}
        self.time = 0

    def put(self, path: str, data: bytes) -> None:
        assert path.rpartition("/")[0] in self.folders, path
        assert path not in self.folders, path
        self.time += 1
        self.files[path] = (data, self.time)

    def site(self) -> dict[str, bytes]:
        return {path: data for path, (data, _) in self.files.items() if not is_own(path)}

    def leftovers(self) -> set[str]:
        return {path for path in (*self.files, *self.folders) if is_own(path) and path != RECORD}


class MemoryFiles:
    """`RemoteFiles`; the operation with number ``fault_at`` fails as ``fault`` says."""

    def __init__(
        self,
        target: MemoryTarget,
        fault_at: int = -1,
        fault: Fault = "none",
        *,
        rename_over: bool = True,
        watch: Callable[[], None] = lambda: None,
    ) -> None:
        self.target = target
        self.operations = 0
        self.changes = 0
        self.reconnects = 0
        self._fault_at = fault_at
        self._fault = fault
        self._rename_over = rename_over
        self._watch = watch
        self._dead: type[BaseException] | None = None

    def _do(self, path: str, action: Callable[[], None], torn: Callable[[], None] = lambda: None) -> None:
        if self._dead:
            raise self._dead
        self.operations += 1
        fails = self.operations == self._fault_at
        if fails and self._fault == "refused":
            raise refused("full", "web", path)
        if not fails or self._fault == "lost after":
            action()
        elif self._fault in ("killed", "lost before"):
            torn()
        self._watch()
        if fails and self._fault == "killed":
            self._dead = Killed
            raise Killed
        if fails:
            self._dead = ConnectionLost
            raise refused("lost", "web", path)

    def _change(self, path: str, action: Callable[[], None], torn: Callable[[], None] = lambda: None) -> None:
        self.changes += 1
        self._do(path, action, torn)

    def tree(self, folder: str = "") -> Listing:
        self._do(folder, lambda: None)
        inside = f"{folder}/" if folder else ""
        return self._listing(lambda path: path.startswith(inside) and path != "")

    def entries(self, folders: Iterable[str]) -> Listing:
        wanted = set(folders)
        self._do("", lambda: None)
        return self._listing(lambda path: path != "" and path.rpartition("/")[0] in wanted)

    def _listing(self, has: Callable[[str], bool]) -> Listing:
        files = {path: RemoteStat(len(data), time) for path, (data, time) in self.target.files.items() if has(path)}
        return Listing(files, {folder for folder in self.target.folders if has(folder)})

    def read(self, path: str) -> bytes | None:
        self._do(path, lambda: None)
        return self.target.files[path][0] if path in self.target.files else None

    def create(self, path: str, data: bytes) -> bool:
        existed = path in self.target.files
        self._change(path, lambda: None if existed else self.target.put(path, data))
        return not existed

    def write(self, files: Iterable[tuple[str, bytes]], written: Callable[[str], None]) -> None:
        for path, data in files:
            self._change(
                path,
                lambda path=path, data=data: self.target.put(path, data),  # type: ignore[misc]
                lambda path=path, data=data: self.target.put(path, data[: len(data) // 2]),  # type: ignore[misc]
            )
            written(path)

    def rename(self, pairs: Sequence[tuple[str, str]]) -> None:
        for old, new in pairs:
            assert old in self.target.files, old
            if not self._rename_over:
                self._change(new, lambda new=new: self._drop(new))  # type: ignore[misc]
            self._change(new, lambda old=old, new=new: self._move(old, new))  # type: ignore[misc]

    def _move(self, old: str, new: str) -> None:
        assert new.rpartition("/")[0] in self.target.folders, new
        assert new not in self.target.folders, new
        self.target.files[new] = self.target.files.pop(old)

    def _drop(self, path: str) -> None:
        self.target.files.pop(path, None)

    def remove(self, paths: Iterable[str]) -> None:
        for path in paths:
            self._change(path, lambda path=path: self._drop(path))  # type: ignore[misc]

    def make_folders(self, folders: Sequence[str]) -> None:
        for folder in folders:
            assert folder.rpartition("/")[0] in self.target.folders, folder
            assert folder not in self.target.files, folder
            self._change(folder, lambda folder=folder: self.target.folders.add(folder))  # type: ignore[misc]

    def remove_folders(self, folders: Sequence[str]) -> None:
        for folder in folders:
            if not any(path.startswith(f"{folder}/") for path in (*self.target.files, *self.target.folders)):
                self._change(folder, lambda folder=folder: self.target.folders.discard(folder))  # type: ignore[misc]

    def learn(self, folder: str) -> None:
        self.write([(f"{folder}/probe", b"probe")], lambda _: None)

    def server_time(self, path: str) -> float | None:
        return float(self.target.files[path][1])

    def free(self) -> int:
        return 1000

    def notes(self) -> tuple[str, ...]:
        return ()

    def reconnect(self) -> None:
        self.reconnects += 1
        self._dead = None

    def close(self) -> None:
        pass


def order_violations(site: Mapping[str, bytes], old: Site, new: Site) -> Iterator[str]:
    """What a reader must never see between two releases: torn files, files before those that they need."""
    changed = sorted((path for path in new if new[path] != old.get(path)), key=lambda path: _order(path))
    for path, data in site.items():
        if data not in (old.get(path), new.get(path)):
            yield f"{path} is torn: {data!r}"
    newest = max((_order(path) for path in changed if site.get(path) == new[path]), default=-1)
    for path in changed:
        if _order(path) < newest and site.get(path) != new[path]:
            yield f"{path} is old while later ones are new"
    if any(path not in site for path in old.keys() - new.keys()) and any(site.get(p) != new[p] for p in changed):
        yield "files are removed before all are new"


def _order(path: str) -> int:
    return publishing_order(ReleaseFile(path, "", 0))[0]
