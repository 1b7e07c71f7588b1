"""A folder on a target as a few operations on files: what SFTP, FTP and a mounted folder have in common."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from typing import NamedTuple, Protocol

from bulletin.core.errors import PublishError


class ConnectionLost(PublishError):
    """The connection broke; a new one may help."""


class RemoteStat(NamedTuple):
    """A file as it is listed."""

    size: int
    """Bytes."""
    mtime: int
    """When it was changed, in the target's own unit: comparable with what the same target says later."""


class Listing(NamedTuple):
    """What folders contain."""

    files: dict[str, RemoteStat]
    folders: set[str]


class RemoteFiles(Protocol):
    """All paths are below the target's folder, with `/`; the folder itself is ``""``.

    Every method raises `PublishError`, with the path as ``name`` where a file is the reason, and `ConnectionLost`,
    after which `reconnect` may be called and the method again. Each may do several things at once, in any order.
    """

    def tree(self, folder: str = "") -> Listing:
        """Everything below a folder; nothing where there is none, but the target's folder itself must exist."""

    def entries(self, folders: Iterable[str]) -> Listing:
        """What is directly in these folders; nothing for those that do not exist."""

    def read(self, path: str) -> bytes | None:
        """None where there is no such file."""

    def create(self, path: str, data: bytes) -> bool:
        """Write a file unless it exists; returns whether it did not."""

    def write(self, files: Iterable[tuple[str, bytes]], written: Callable[[str], None]) -> None:
        """Write files into existing folders; ``written`` is called with the path of each when it is complete."""

    def rename(self, pairs: Sequence[tuple[str, str]]) -> None:
        """Old and new path of each; a file that has the new one is replaced."""

    def remove(self, paths: Iterable[str]) -> None:
        """Remove files; those that do not exist are gone already."""

    def make_folders(self, folders: Sequence[str]) -> None:
        """Each after those above it; those that exist stay."""

    def remove_folders(self, folders: Sequence[str]) -> None:
        """Each after those below it; those that are not empty, or gone, are left."""

    def learn(self, folder: str) -> None:
        """Find out, with a file ``probe`` in this folder of ours, how the server renames and what rights it gives."""

    def server_time(self, path: str) -> float | None:
        """When a file was changed, in seconds since 1970; None where it cannot be asked."""

    def free(self) -> int:
        """Bytes; -1: not known."""

    def notes(self) -> tuple[str, ...]:
        """What `learn` has found that people should know, as in `Abilities`."""

    def reconnect(self) -> None:
        """Start again after `ConnectionLost`."""

    def close(self) -> None:
        """End the connection; never raises."""


def folders_above(paths: Iterable[str]) -> list[str]:
    """Folders in which files are, each after those above it."""
    found = set[str]()
    for path in paths:
        folder = path.rpartition("/")[0]
        while folder and folder not in found:
            found.add(folder)
            folder = folder.rpartition("/")[0]
    return sorted(found)
