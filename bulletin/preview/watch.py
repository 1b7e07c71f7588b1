"""Which files changed: two listings of the folders, compared.

The listing is a plain poll, the same on every system and on network drives, where change notices get lost. It
costs about two milliseconds for a thousand files. A name that comes or goes is a change as much as a new time;
a file that was saved by writing another and renaming it is seen by its inode even when size and time are the same.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

WATCHED = ("content", "templates")

NOISE_BEFORE = (".", "~$")
"""Hidden files, and the lock files of Word and WPS."""
NOISE_AFTER = ("~", ".tmp", ".temp", ".swp", ".swx", ".part", ".crdownload")
"""What editors and browsers write while they are at it."""

Stamp = tuple[int, int, int, int]
"""Size, time of the content and of the entry (ns), inode (0 on Windows)."""

Listing = dict[str, Stamp]
"""By path from the root, with ``/``."""


def is_noise(name: str) -> bool:
    """Whether a file is none of the author's work."""
    return name.startswith(NOISE_BEFORE) or name.lower().endswith(NOISE_AFTER)


def list_files(root: Path) -> Listing:
    """Every file that a build may read, with what tells that it was touched."""
    return {path: stamp for folder in WATCHED for path, stamp in _files(root, folder)}


def _files(root: Path, folder: str) -> Iterator[tuple[str, Stamp]]:
    waiting = [folder]
    while waiting:
        inside = waiting.pop()
        with suppress(OSError), os.scandir(root / inside) as entries:
            for entry in entries:
                if is_noise(entry.name):
                    continue
                if entry.is_dir(follow_symlinks=False):
                    waiting.append(f"{inside}/{entry.name}")
                    continue
                with suppress(OSError):  # it went away between the two calls
                    status = entry.stat()
                    stamp = (status.st_size, status.st_mtime_ns, status.st_ctime_ns, status.st_ino)
                    yield f"{inside}/{entry.name}", stamp


def changed(before: Listing, after: Listing) -> tuple[str, ...]:
    """Paths that came, went or were touched."""
    if before == after:
        return ()
    return tuple(sorted(path for path in before.keys() | after.keys() if before.get(path) != after.get(path)))
