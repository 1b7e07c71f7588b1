"""SFTP without a shell, published into by a burst of renames."""

from __future__ import annotations

import asyncio
import stat
from collections.abc import Awaitable, Callable, Coroutine, Iterable, Sequence
from contextlib import suppress
from itertools import groupby
from typing import Any, TypeVar

import asyncssh

from bulletin.core.errors import PublishError
from bulletin.core.problems import N_
from bulletin.core.publish_targets import PublishTarget
from bulletin.publish.target import Secrets
from bulletin.publish.targets.burst import BurstSession
from bulletin.publish.targets.burst_notes import NOT_OVER, UNREADABLE
from bulletin.publish.targets.file_errors import Refusal, refused
from bulletin.publish.targets.remote_files import ConnectionLost, Listing, RemoteStat
from bulletin.publish.targets.ssh_connection import SshConnection, SshConnectionLost, connect

_T = TypeVar("_T")

_AT_ONCE = 32
"""Requests under way together; each waits for the line most of the time."""
_READ_ONLY_FLAG = 1
"""Of statvfs@openssh.com."""
_OTHERS_MAY_READ = 0o004
_MAX_NAME = 255
"""Bytes of a file's name, nearly everywhere."""

_NO_SFTP = N_("the server of “{target}” has no SFTP ({said}): ask who runs it to switch it on.")

_LOST = (asyncssh.SFTPConnectionLost, asyncssh.SFTPNoConnection)
_GONE = (asyncssh.SFTPNoSuchFile, asyncssh.SFTPNoSuchPath)


def open_sftp(target: PublishTarget, passwords: Secrets, clock: Callable[[], float]) -> BurstSession:
    """Connect. Raises `PublishError`: unknown host key, wrong password, no such folder, each in one sentence."""
    return BurstSession(SftpFiles(target, connect(target, passwords)), target.name, clock)


class _Failed(Exception):
    """A request about a file was refused."""

    def __init__(self, path: str, error: asyncssh.SFTPError, *, writing: bool = False) -> None:
        self.path = path
        self.error = error
        self.writing = writing
        """Whether the file could be made, but not filled."""


class SftpFiles:
    """`RemoteFiles` over one connection, on which many requests are under way at once."""

    def __init__(self, target: PublishTarget, connection: SshConnection) -> None:
        self._target = target
        self._connection = connection
        self._notes = list[str]()
        self._learned = False
        self._rename: Callable[[str, str], Awaitable[None]] = self._posix_rename
        self._mode = 0
        """What new files are given where the server makes them unreadable for others; 0: nothing."""
        try:
            self._sftp = self._wait(self._started())
            self._base = self._wait(self._folder(target.path))
        except BaseException:
            self.close()
            raise

    async def _started(self) -> asyncssh.SFTPClient:
        try:
            return await self._connection.client.start_sftp_client(path_errors="surrogateescape")
        except asyncssh.ChannelOpenError as error:
            raise PublishError(_NO_SFTP, target=self._target.name, said=error.reason) from None

    async def _folder(self, path: str) -> str:
        try:
            found = str(await self._sftp.realpath(path or "."))
            if await self._sftp.isdir(found):
                return found.rstrip("/")
        except asyncssh.SFTPError as error:
            if isinstance(error, _LOST):
                raise
        raise refused("folder", self._target.name, path)

    # ── what is there

    def tree(self, folder: str = "") -> Listing:
        found, waiting = Listing({}, set()), [folder]
        while waiting:
            before = set(found.folders)
            self._each(waiting, lambda path: self._scan(path, found))
            waiting = sorted(found.folders - before)
        return found

    def entries(self, folders: Iterable[str]) -> Listing:
        found = Listing({}, set())
        self._each(folders, lambda path: self._scan(path, found))
        return found

    async def _scan(self, folder: str, found: Listing) -> None:
        with suppress(*_GONE, asyncssh.SFTPNotADirectory):
            async for entry in self._sftp.scandir(self._path(folder)):
                name, attributes = str(entry.filename), entry.attrs
                if name in (".", ".."):
                    continue
                path = f"{folder}/{name}" if folder else name
                if stat.S_ISDIR(attributes.permissions or 0) or attributes.type == asyncssh.FILEXFER_TYPE_DIRECTORY:
                    found.folders.add(path)
                else:
                    found.files[path] = RemoteStat(attributes.size or 0, int(attributes.mtime or 0))

    def read(self, path: str) -> bytes | None:
        async def read() -> bytes | None:
            with suppress(*_GONE):
                async with self._sftp.open(self._path(path), "rb") as file:
                    data = await file.read()
                    assert isinstance(data, bytes)
                    return data
            return None

        return self._one(path, read())

    def server_time(self, path: str) -> float | None:
        mtime = self._one(path, self._sftp.stat(self._path(path))).mtime
        return None if mtime is None else float(mtime)

    def free(self) -> int:
        disk = self._disk()
        return disk.bavail * disk.frsize if disk else -1

    def _disk(self) -> asyncssh.SFTPVFSAttrs | None:
        try:
            return self._wait(self._sftp.statvfs(self._base or "/"))
        except asyncssh.SFTPError:
            return None

    # ── changes

    def create(self, path: str, data: bytes) -> bool:
        async def create() -> bool:
            try:
                async with self._sftp.open(self._path(path), "xb") as file:
                    await file.write(data)
            except asyncssh.SFTPError as error:
                if isinstance(error, _LOST) or not await self._sftp.exists(self._path(path)):
                    raise
                return False
            return True

        return self._one(path, create())

    def write(self, files: Iterable[tuple[str, bytes]], written: Callable[[str], None]) -> None:
        async def write(file: tuple[str, bytes]) -> None:
            await self._write(*file)
            written(file[0])

        self._each(files, write, lambda file: file[0])

    async def _write(self, path: str, data: bytes) -> None:
        is_open = False
        try:
            async with self._sftp.open(self._path(path), "wb", asyncssh.SFTPAttrs(permissions=0o644)) as file:
                is_open = True
                await file.write(data)
            if self._mode:
                await self._sftp.chmod(self._path(path), self._mode)
        except asyncssh.SFTPError as error:
            if isinstance(error, _LOST):
                raise
            raise _Failed(path, error, writing=is_open) from None

    def rename(self, pairs: Sequence[tuple[str, str]]) -> None:
        self._each(pairs, lambda pair: self._rename(*map(self._path, pair)), lambda pair: pair[1])

    async def _posix_rename(self, old: str, new: str) -> None:
        await self._sftp.posix_rename(old, new)

    async def _plain_rename(self, old: str, new: str) -> None:
        await self._sftp.rename(old, new)

    async def _remove_and_rename(self, old: str, new: str) -> None:
        with suppress(*_GONE):
            await self._sftp.remove(new)
        await self._sftp.rename(old, new)

    def remove(self, paths: Iterable[str]) -> None:
        async def remove(path: str) -> None:
            with suppress(*_GONE):
                await self._sftp.remove(self._path(path))

        self._each(paths, remove)

    def make_folders(self, folders: Sequence[str]) -> None:
        async def make(folder: str) -> None:
            path = self._path(folder)
            try:
                await self._sftp.mkdir(path, asyncssh.SFTPAttrs(permissions=0o755))
            except asyncssh.SFTPError as error:
                if isinstance(error, _LOST) or not await self._sftp.isdir(path):
                    raise
            else:
                if self._mode:
                    await self._sftp.chmod(path, self._mode | 0o111)

        for _, level in groupby(sorted(folders, key=_depth), key=_depth):
            self._each(level, make)

    def remove_folders(self, folders: Sequence[str]) -> None:
        async def remove(folder: str) -> None:
            try:
                await self._sftp.rmdir(self._path(folder))
            except asyncssh.SFTPError as error:  # not empty, or gone
                if isinstance(error, _LOST):
                    raise

        for _, level in groupby(sorted(folders, key=_depth, reverse=True), key=_depth):
            self._each(level, remove)

    # ── what the server is like

    def learn(self, folder: str) -> None:
        if self._learned:
            return
        first, second = f"{folder}/probe", f"{folder}/probe-2"
        self.write([(first, b"1"), (second, b"2")], lambda _: None)
        for rename in (self._posix_rename, self._plain_rename, self._remove_and_rename):
            self._rename = rename
            if rename == self._remove_and_rename:
                self._notes.append(NOT_OVER)
                self.rename([(second, first)])
            else:
                try:
                    self.rename([(second, first)])
                except ConnectionLost:
                    raise
                except PublishError:
                    continue
            break
        self._learn_rights(first)
        self._learned = True

    def _learn_rights(self, path: str) -> None:
        """Some servers make files that no web server may read."""
        if (self._one(path, self._sftp.stat(self._path(path))).permissions or 0o777) & _OTHERS_MAY_READ:
            return
        try:
            self._one(path, self._sftp.chmod(self._path(path), 0o644))
            self._mode = 0o644
        except ConnectionLost:
            raise
        except PublishError:
            self._notes.append(UNREADABLE)

    def notes(self) -> tuple[str, ...]:
        return tuple(dict.fromkeys(self._notes))

    def reconnect(self) -> None:
        try:
            self._connection.reconnect()
        except PublishError as error:  # it let us in before
            raise ConnectionLost(error.message, **error.values) from None
        self._sftp = self._wait(self._started())

    def close(self) -> None:
        self._connection.close()

    # ── running

    def _path(self, path: str) -> str:
        return f"{self._base}/{path}" if path else self._base or "/"

    def _wait(self, work: Coroutine[Any, Any, _T]) -> _T:
        try:
            return self._connection.wait(work)
        except SshConnectionLost as error:
            raise ConnectionLost(error.message, **error.values) from None

    def _one(self, path: str, work: Coroutine[Any, Any, _T]) -> _T:
        """One request about a file."""
        try:
            return self._wait(work)
        except asyncssh.SFTPError as error:
            raise self._refusal(_Failed(path, error)) from None

    def _each(
        self, things: Iterable[_T], action: Callable[[_T], Awaitable[None]], name_of: Callable[[_T], str] = str
    ) -> None:
        """Many requests; the first that is refused ends them all."""
        rest = iter(things)

        async def work() -> None:
            for thing in rest:
                try:
                    await action(thing)
                except asyncssh.SFTPError as error:
                    if isinstance(error, _LOST):
                        raise
                    raise _Failed(name_of(thing), error) from None
                self._connection.progress()

        try:
            self._wait(_together(work() for _ in range(_AT_ONCE)))
        except _Failed as failed:
            raise self._refusal(failed) from None

    def _refusal(self, failed: _Failed) -> PublishError:
        """OpenSSH has one word, “Failure”, for a full disk, a quota and a disk that is read-only."""
        error = failed.error
        why: Refusal = next((why for kind, why in _REASONS if isinstance(error, kind)), "other")
        if isinstance(error, asyncssh.SFTPFailure):
            disk = self._disk()
            if any(len(step.encode("utf-8", "surrogateescape")) > _MAX_NAME for step in failed.path.split("/")):
                why = "name"
            elif disk and disk.flags & _READ_ONLY_FLAG:
                why = "read-only"
            elif disk and (disk.bavail == 0 or (disk.files and not disk.favail)):
                why = "full"
            elif failed.writing:
                why = "quota"
        return refused(why, self._target.name, failed.path, error.reason or type(error).__name__)


_REASONS: Sequence[tuple[type[asyncssh.SFTPError], Refusal]] = (
    (asyncssh.SFTPPermissionDenied, "rights"),
    (asyncssh.SFTPCannotDelete, "rights"),
    (asyncssh.SFTPWriteProtect, "read-only"),
    (asyncssh.SFTPNoSpaceOnFilesystem, "full"),
    (asyncssh.SFTPQuotaExceeded, "quota"),
    (asyncssh.SFTPInvalidFilename, "name"),
    (asyncssh.SFTPBadMessage, "name"),  # OpenSSH: too long
)


def _depth(path: str) -> int:
    return path.count("/")


async def _together(works: Iterable[Coroutine[Any, Any, None]]) -> None:
    """Run all; raises the first error when the others have ended."""
    tasks = [asyncio.ensure_future(work) for work in works]
    try:
        await asyncio.gather(*tasks)
    finally:
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
