"""A folder that holds releases, and a link to the one that is out, as a few operations: what `ssh` and `folder` share.

path/
├── current → releases/20261127-1       the web server's root
├── releases/20261127-1/                the files
├── releases/20261127-1.json            its `TargetRecord`; a release without one is not complete
├── releases/.bulletin-next-<token>/    one that is being made
└── .bulletin-lock.json
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from typing import Literal, NamedTuple, Protocol

from bulletin.core.problems import N_

RELEASES_FOLDER = "releases"
CURRENT_LINK = "current"

LOCK_TAKEN_AWAY = N_("somebody has taken the lock on “{target}” away meanwhile: nothing was switched.")

FileStamps = dict[str, tuple[int, int]]
"""Path → bytes, and modification time in nanoseconds."""


class HostView(NamedTuple):
    """What is in the folder."""

    current: Literal["", "link", "folder"]
    """What is called `current`."""
    link: str
    """Where the link leads: ``releases/20261127-1``."""
    has_others: bool
    """Whether visible files lie beside ours."""
    is_burst: bool
    """Whether it was published to by renaming files in it."""
    releases: tuple[str, ...]
    """Names of the folders of complete releases, in any order."""
    incomplete: tuple[str, ...]
    """Names in `releases` that lack folder or record, those of staging folders among them."""
    files: FileStamps
    """Everything below `current` that is no folder."""
    record: bytes | None
    """Of the release that is out."""

    @property
    def out(self) -> str:
        """Name of the release that is out; empty where the link leads elsewhere, or nowhere."""
        folder, _, name = self.link.partition("/")
        return name if folder == RELEASES_FOLDER and name and "/" not in name else ""


class HostFacts(NamedTuple):
    """What was tried in a folder of our own, which is gone again."""

    switches: bool
    """Whether a link can be made, and replaced by renaming another over it."""
    hard_links: bool
    free: int
    """Bytes; -1: not known."""
    now: float
    """Seconds since 1970, by its clock."""


class ReleaseHost(Protocol):
    """All paths are below the target's folder, with `/`. Every method raises `PublishError`."""

    def look(self) -> HostView: ...

    def facts(self) -> HostFacts: ...

    def read(self, path: str) -> bytes | None:
        """None where there is no such file."""

    def digests(self, paths: Iterable[str]) -> dict[str, str]:
        """SHA-256 of each file that is there."""

    def stage(self, name: str, source: str, removes: Sequence[str], folders: Sequence[str]) -> None:
        """Make a staging folder of this name, with everything that is in ``source`` (a folder; empty: nothing) as hard
        links, but for these files of it, and these folders where they have become empty, those below first."""

    def fill(self, name: str, files: Iterable[tuple[str, bytes]], taken: Callable[[int], None]) -> None:
        """Put files, none of which is there, into a staging folder, readable by everybody; ``taken`` is called with
        the number of bytes of contents that went."""

    def listing(self, name: str) -> FileStamps:
        """What is in a folder of `releases`."""

    def complete(self, stage: str, name: str, record: bytes, token: str) -> None:
        """Force a staged release and its record to the disk, give it its name, and let `current` point to it; not if
        the lock with this token has been taken away (empty: none was taken)."""

    def point(self, name: str, token: str) -> None:
        """Let `current` point to a release, under the same condition."""

    def drop(self, names: Sequence[str]) -> None:
        """Remove from `releases` folders with their records, but never that to which `current` points."""

    def unlink(self, paths: Sequence[str], folders: Sequence[str]) -> None:
        """Remove files, and folders where they are empty, those below first; to the disk."""

    def replace(self, path: str, data: bytes) -> None:
        """Put a file in the place of another; to the disk."""

    def create(self, path: str, data: bytes) -> bool:
        """Write a file whole unless it exists; returns whether it did not."""

    def close(self) -> None:
        """Never raises."""
