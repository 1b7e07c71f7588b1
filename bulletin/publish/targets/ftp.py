"""FTP and FTPS, published into by a burst of renames."""

from __future__ import annotations

import calendar
import ftplib
import re
import secrets
import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager, suppress

from bulletin.core.errors import PublishError
from bulletin.core.problems import N_
from bulletin.core.publish_targets import PublishTarget
from bulletin.publish.target import STAGE_PREFIX, Secrets
from bulletin.publish.targets.burst import BurstSession
from bulletin.publish.targets.burst_notes import NOT_ENCRYPTED, NOT_OVER, UNREADABLE
from bulletin.publish.targets.file_errors import Refusal, refused
from bulletin.publish.targets.ftp_client import FtpClient, connect_ftp, decode_reply
from bulletin.publish.targets.ftp_listing import ListedFile, parse_list, parse_mlsd
from bulletin.publish.targets.ftp_pool import FtpPool
from bulletin.publish.targets.remote_files import Listing, RemoteStat

_READ_BACK_PAUSE = 0.5
"""Seconds after which a lock is read back, since FTP has no way to make a file only if it is not there yet."""

_SLOW = N_(
    "The server has no MLSD: looking through its folders takes long, and a change that keeps a file’s size is noticed "
    "only if it was made on another day."
)
_HIDES = N_(
    "The server hides files whose names begin with a dot: what a broken publication leaves there is not found again."
)

_OTHERS_MAY_READ = 0o004
_MACHINE_LISTING = frozenset(("MLSD", "MLST"))


def open_ftp(target: PublishTarget, passwords: Secrets, clock: Callable[[], float]) -> BurstSession:
    """Connect. Raises `PublishError`: unknown certificate, wrong password, no such folder, each in one sentence."""
    return BurstSession(FtpFiles(target, lambda: connect_ftp(target, passwords)), target.name, clock)


class FtpFiles:
    """`RemoteFiles` over FTP; several connections where there are many files."""

    def __init__(self, target: PublishTarget, connect: Callable[[], FtpClient]) -> None:
        self._target = target
        self._pool = FtpPool(connect)
        self._client = connect()
        self._notes = [] if target.tls else [NOT_ENCRYPTED]
        self._learned = False
        self._renames_over = True
        self._mode = 0
        """What new files are given where the server makes them unreadable for others; 0: nothing."""
        self._list = "LIST -a"
        try:
            with self._sentences(target.path):
                self._encoding = "utf-8" if "UTF8" in self._client.features else ""
                self._base = self._asked_folder(target.path)
        except BaseException:
            self.close()
            raise

    def _asked_folder(self, path: str) -> str:
        try:
            if path:
                self._client.cwd(path.encode().decode("latin-1"))
        except ftplib.error_perm:
            raise refused("folder", self._target.name, path) from None
        return self._client.pwd().rstrip("/")

    # ── what is there

    def tree(self, folder: str = "") -> Listing:
        if not self._encoding:
            self._encoding = "utf-8"
            self._encoding = self._tried_encoding()
        found, waiting = Listing({}, set()), [folder]
        while waiting:
            fresh = self._folders(waiting)
            for inside, entries in fresh:
                _add(found, inside, entries)
            waiting = [_join(inside, e.name) for inside, entries in fresh for e in entries if e.is_folder]
        return found

    def entries(self, folders: Iterable[str]) -> Listing:
        found = Listing({}, set())
        for folder, entries in self._folders(folders):
            _add(found, folder, entries)
        return found

    def _folders(self, folders: Iterable[str]) -> list[tuple[str, list[ListedFile]]]:
        found = list[tuple[str, list[ListedFile]]]()

        def look(client: FtpClient, folder: str) -> None:
            with self._sentences(folder):
                found.append((folder, self._entries(client, folder)))

        with self._sentences(""):
            self._pool.each(self._client, folders, look)
        return found

    def _entries(self, client: FtpClient, folder: str) -> list[ListedFile]:
        path = self._wire(folder)
        try:
            if client.features & _MACHINE_LISTING:
                return list(parse_mlsd(self._lines(client, f"MLSD {path}")))
            client.cwd(path)
            found = list(parse_list(self._lines(client, self._list)))
            if not found and self._list != "LIST":  # “-a” may have been taken for a name
                found = list(parse_list(self._lines(client, "LIST")))
                self._list = "LIST" if found else self._list
        except ftplib.error_perm as error:
            if not str(error).startswith(("550", "450", "501")) or not folder:
                raise
            return []
        return found

    def _lines(self, client: FtpClient, command: str) -> list[str]:
        try:
            data = client.receive(command)
        except ftplib.error_temp as error:
            if str(error).startswith("450"):  # an empty folder, to some
                return []
            raise
        return data.decode(self._encoding or "utf-8", "surrogateescape").splitlines()

    def _tried_encoding(self) -> str:
        """The encoding of names, of a server that does not say it: UTF-8, or what a Chinese Windows has.

        The name that is tried has bytes in UTF-8 that are nothing in GBK.
        """
        folder, name = f"{STAGE_PREFIX}{secrets.token_hex(16)}", "中1.txt"
        path = f"{folder}/{name}"
        try:
            with self._sentences(folder):
                self._client.mkd(self._wire(folder))
        except PublishError:  # read-only: it does not matter
            return "utf-8"
        is_same = False
        with self._sentences(folder), suppress(ftplib.error_perm):
            self._client.send(f"STOR {self._wire(path)}", b"")
            is_same = any(entry.name == name for entry in self._entries(self._client, folder))
            self._client.delete(self._wire(path))
        self.remove_folders([folder])
        return "utf-8" if is_same else "gb18030"

    def read(self, path: str) -> bytes | None:
        with self._sentences(path):
            try:
                return self._client.receive(f"RETR {self._wire(path)}")
            except ftplib.error_perm as error:
                if not str(error).startswith("550"):
                    raise
                return None

    def server_time(self, path: str) -> float | None:
        with self._sentences(path), suppress(ftplib.error_perm, ValueError):
            said = self._client.sendcmd(f"MDTM {self._wire(path)}")
            return float(calendar.timegm(time.strptime(said[4:18], "%Y%m%d%H%M%S")))
        return None

    def free(self) -> int:
        with self._sentences(""), suppress(ftplib.error_perm, ValueError):
            if "AVBL" in self._client.features:
                return int(self._client.sendcmd(f"AVBL {self._wire('')}").split()[1])
        return -1

    # ── changes

    def create(self, path: str, data: bytes) -> bool:
        if self.read(path) is not None:
            return False
        self.write([(path, data)], lambda _: None)
        time.sleep(_READ_BACK_PAUSE)
        return self.read(path) == data

    def write(self, files: Iterable[tuple[str, bytes]], written: Callable[[str], None]) -> None:
        def send(client: FtpClient, file: tuple[str, bytes]) -> None:
            path, data = file
            with self._sentences(path):
                client.send(f"STOR {self._wire(path)}", data)
                if self._mode:
                    client.sendcmd(f"SITE CHMOD {self._mode:o} {self._wire(path)}")

        with self._sentences(""):
            self._pool.each(self._client, files, send, lambda file: written(file[0]))

    def rename(self, pairs: Sequence[tuple[str, str]]) -> None:
        def move(client: FtpClient, pair: tuple[str, str]) -> None:
            with self._sentences(pair[1]):
                self._rename(client, *pair)

        with self._sentences(""):
            self._pool.each(self._client, pairs, move)

    def _rename(self, client: FtpClient, old: str, new: str) -> None:
        if not self._renames_over:
            with suppress(ftplib.error_perm):
                client.delete(self._wire(new))
        client.rename(self._wire(old), self._wire(new))

    def remove(self, paths: Iterable[str]) -> None:
        def delete(client: FtpClient, path: str) -> None:
            with self._sentences(path):
                try:
                    client.delete(self._wire(path))
                except ftplib.error_perm:
                    folder, _, name = path.rpartition("/")
                    if any(entry.name == name for entry in self._entries(client, folder)):
                        raise

        with self._sentences(""):
            self._pool.each(self._client, paths, delete)

    def make_folders(self, folders: Sequence[str]) -> None:
        for folder in folders:  # in their order
            with self._sentences(folder):
                self._make_folder(self._wire(folder))

    def _make_folder(self, path: str) -> None:
        try:
            self._client.mkd(path)
        except ftplib.error_perm as error:
            try:
                self._client.cwd(path)  # it was there
            except ftplib.error_perm:
                raise error from None
        else:
            if self._mode:
                self._client.sendcmd(f"SITE CHMOD {self._mode | 0o111:o} {path}")

    def remove_folders(self, folders: Sequence[str]) -> None:
        with self._sentences(""), suppress(ftplib.error_perm):
            self._client.cwd(self._wire(""))  # some servers remove no folder in which they are
        for folder in folders:
            with self._sentences(folder), suppress(ftplib.error_perm):
                self._client.rmd(self._wire(folder))

    # ── what the server is like

    def learn(self, folder: str) -> None:
        if self._learned:
            return
        first, second = f"{folder}/probe", f"{folder}/probe-2"
        self.write([(first, b"1"), (second, b"2")], lambda _: None)
        with self._sentences(first):
            try:
                self._rename(self._client, second, first)
            except ftplib.error_perm:
                self._renames_over = False
                self._rename(self._client, second, first)
                self._notes.append(NOT_OVER)
            self._learn_rights(folder, first)
            if not self._client.features & _MACHINE_LISTING:
                self._notes.append(_SLOW)
            if not any(entry.name == folder for entry in self._entries(self._client, "")):
                self._notes.append(_HIDES)
        self._learned = True

    def _learn_rights(self, folder: str, path: str) -> None:
        """vsftpd makes files that no web server may read, unless it is told otherwise."""
        mode = next((entry.mode for entry in self._entries(self._client, folder) if entry.mode is not None), None)
        if mode is None or mode & _OTHERS_MAY_READ:
            return
        try:
            self._client.sendcmd(f"SITE CHMOD 644 {self._wire(path)}")
            self._mode = 0o644
        except ftplib.error_perm:
            self._notes.append(UNREADABLE)

    def notes(self) -> tuple[str, ...]:
        return tuple(dict.fromkeys(self._notes))

    def reconnect(self) -> None:
        self._client.close()
        self._client = self._pool.connect()

    def close(self) -> None:
        self._client.leave()

    # ── words

    def _wire(self, path: str) -> str:
        """The whole path, in bytes as the server has them, which pass as Latin-1."""
        below = path.encode(self._encoding or "utf-8", "surrogateescape").decode("latin-1")
        return f"{self._base}/{below}".rstrip("/") or "/"

    @contextmanager
    def _sentences(self, path: str) -> Iterator[None]:
        """Everything that a server may do becomes a `PublishError`."""
        try:
            yield
        except TimeoutError:
            raise refused("silent", self._target.name, path) from None
        except (OSError, EOFError, ftplib.error_proto) as error:
            raise refused("lost", self._target.name, path, decode_reply(error) or "EOF") from None
        except ftplib.Error as error:
            said = decode_reply(error)
            raise refused(_why(said, path), self._target.name, path, said) from None


_HINTS: Sequence[tuple[Refusal, re.Pattern[str]]] = (
    ("quota", re.compile(r"quota|配额|exceeded storage", re.IGNORECASE)),
    ("full", re.compile(r"no space|disk( is)? full|not enough space|磁盘|writing to local file", re.IGNORECASE)),
    ("read-only", re.compile(r"read-only|readonly|只读", re.IGNORECASE)),
    ("name", re.compile(r"syntax|filename|file name|name too long|illegal|invalid|文件名|语法", re.IGNORECASE)),
    ("rights", re.compile(r"denied|privilege|permission|not permitted|not allowed|拒绝|权限", re.IGNORECASE)),
)
_BY_CODE: dict[str, Refusal] = {"421": "lost", "425": "lost", "426": "lost", "452": "full", "552": "quota"}
_USUAL_NAME = re.compile(r"[\w. -]{1,80}", re.ASCII)


def _why(said: str, path: str) -> Refusal:
    """The reason for a refusal. Few servers have a code for each, so their words are looked at as well."""
    by_code = _BY_CODE.get(said[:3])
    if by_code == "lost":
        return by_code
    words = next((why for why, hint in _HINTS if hint.search(said)), None)
    if words or by_code:
        return words or by_code or "other"
    if said.startswith(("553", "501", "550")) and not all(map(_USUAL_NAME.fullmatch, path.split("/"))):
        return "name"
    return "rights" if said.startswith(("550", "553", "532")) else "other"


def _join(folder: str, name: str) -> str:
    return f"{folder}/{name}" if folder else name


def _add(found: Listing, folder: str, entries: Iterable[ListedFile]) -> None:
    for entry in entries:
        if entry.is_folder:
            found.folders.add(_join(folder, entry.name))
        else:
            found.files[_join(folder, entry.name)] = RemoteStat(entry.size, entry.mtime)
