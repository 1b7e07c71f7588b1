"""Which files are as they were when they were last hashed, without opening them.

A file's stamp is its size, both its times in nanoseconds and its number on the disk. A file that was written again
within one tick of the clock, or on a disk that counts whole seconds, may have the stamp of what it held before. So
only a stamp whose times had long passed when the file was hashed is remembered; both by the disk's own clock.
"""

from __future__ import annotations

import os
from collections.abc import Mapping
from hashlib import blake2b

from bulletin.read.folders import Folders

Stamped = dict[str, tuple[str, str]]
"""Path → stamp and digest, as the cache keeps them."""

SETTLED = 2_000_000_000
"""Nanoseconds after which no write can have the same time; FAT counts in two seconds."""


class Stamps:
    """Digests of files, from their stamps where these can be trusted."""

    def __init__(
        self,
        known: Stamped,
        looked: int,
        seen: Mapping[str, os.stat_result] | None = None,
        folders: Folders | None = None,
    ) -> None:
        """``looked`` is the time of the disk's clock, in nanoseconds, before the first file is read; ``seen`` and
        ``folders`` what was found, by place, by who looked earlier.
        """
        self.folders = folders or Folders()
        self._known = known
        self._looked = looked
        self._seen = seen or {}
        self.hashed: Stamped = {}
        """What had to be hashed, for the next build."""
        self.used: set[str] = set()

    def digest(self, path: str, place: str) -> tuple[str, int]:
        """Digest and size of the file ``path`` that lies at ``place``. Raises `OSError`."""
        status = self._seen.get(place) or os.stat(place)  # noqa: PTH116 - called for every source
        stamp = f"{status.st_size}-{status.st_mtime_ns}-{status.st_ctime_ns}-{status.st_ino}"
        self.used.add(path)
        known = self._known.get(path)
        if known and known[0] == stamp:
            return known[1], status.st_size
        with open(place, "rb") as file:  # noqa: PTH123 - as above
            data = file.read()
        digest = digest_of(data)
        if is_settled(status, self._looked):
            self.hashed[path] = (stamp, digest)
        return digest, len(data)


def digest_of(data: bytes) -> str:
    return blake2b(data, digest_size=16).hexdigest()


def is_settled(status: os.stat_result, looked: int) -> bool:
    """Whether a file had long been written at a time."""
    return is_past(max(status.st_mtime_ns, status.st_ctime_ns), looked)


def is_past(written: int, looked: int) -> bool:
    """Whether what is written at the second time cannot have the first as its own; both in nanoseconds."""
    return written + SETTLED < looked


def disk_time(place: str) -> int:
    """Nanoseconds of the clock of the disk that a file of ours lies on. Raises `OSError`."""
    os.utime(place)
    return os.stat(place).st_mtime_ns  # noqa: PTH116 - as above
