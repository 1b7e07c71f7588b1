"""Which files changed: two scans of the project, compared.

Looking again and again is the same on every system and on network drives, where change notices get lost. It
costs about two milliseconds for a thousand files. A name that comes or goes is a change as much as a new time;
a file that was saved by writing another and renaming it is seen by its inode even when size and time are the same.
"""

from __future__ import annotations

import os
from pathlib import Path

from bulletin.read.scan import Scan
from bulletin.read.sources import printable

_WATCHED = ("content", "templates")

_NOISE_BEFORE = (".", "~$")
"""Hidden files, and the lock files of Word and WPS."""
_NOISE_AFTER = ("~", ".tmp", ".temp", ".swp", ".swx", ".part", ".crdownload")
"""What editors and browsers write while they are at it."""


def is_noise(name: str) -> bool:
    """Whether a file or a folder is none of the author's work."""
    return name.startswith(_NOISE_BEFORE) or name.lower().endswith(_NOISE_AFTER)


def changed(root: Path, before: Scan, after: Scan) -> tuple[str, ...]:
    """Paths of the author's files that came, went or were touched, from the root, with ``/``."""
    if before.files == after.files:
        return ()
    tops = tuple(os.path.join(root, folder, "") for folder in _WATCHED)  # noqa: PTH118 - as each place begins
    places = {place for place, _ in before.files.items() ^ after.files.items() if place.startswith(tops)}
    paths = (printable(os.path.relpath(place, root).replace(os.sep, "/")) for place in places)
    return tuple(sorted(path for path in paths if not any(map(is_noise, path.split("/")))))
