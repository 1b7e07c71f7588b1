"""Which files changed: two scans of the project, compared.

Polling works the same on every system and on network drives, where change notifications get lost. It costs about two
milliseconds for a thousand files. New and deleted names are changes too; a file that was saved by writing a temporary
one and renaming it is noticed by its inode even when size and time are the same.
"""

from __future__ import annotations

import os
from pathlib import Path

from bulletin.read.scan import Scan
from bulletin.read.sources import printable

_WATCHED = ("content", "templates")

_TEMPORARY_PREFIXES = (".", "~$")
"""Hidden files, and the lock files of Word and WPS."""
_TEMPORARY_SUFFIXES = ("~", ".tmp", ".temp", ".swp", ".swx", ".part", ".crdownload")
"""Temporary files of editors and browsers."""


def is_temporary(name: str) -> bool:
    """Whether a file or folder is temporary or hidden, not the author's work."""
    return name.startswith(_TEMPORARY_PREFIXES) or name.lower().endswith(_TEMPORARY_SUFFIXES)


def changed(root: Path, before: Scan, after: Scan) -> tuple[str, ...]:
    """Paths of the author's files that were created, deleted or modified, relative to the root, with ``/``."""
    if before.files == after.files:
        return ()
    tops = tuple(os.path.join(root, folder, "") for folder in _WATCHED)  # noqa: PTH118 - as each path begins
    touched = {path for path, _ in before.files.items() ^ after.files.items() if path.startswith(tops)}
    paths = (printable(os.path.relpath(path, root).replace(os.sep, "/")) for path in touched)
    return tuple(sorted(path for path in paths if not any(map(is_temporary, path.split("/")))))
