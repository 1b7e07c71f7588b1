"""SHA-256 of the files on this computer, from their stamps where these can be trusted (read/scan.py)."""

from __future__ import annotations

import hashlib
import os
from collections.abc import Callable, Iterable
from contextlib import suppress
from pathlib import Path

import msgspec

from bulletin.core.files import read_file, replace_file
from bulletin.publish.release import ReleaseFile
from bulletin.read.scan import Stamp, is_reliable, stamp_of

_Known = dict[str, tuple[Stamp, str]]

Keep = Callable[[str, bytes], ReleaseFile]
"""Keeps the bytes of a file, by its path; and gives what a release says of it."""

Has = Callable[[str], bool]
"""Whether bytes of this SHA-256 are kept."""


class HashedFiles:
    """What earlier releases have hashed, so that a site of ten thousand files is not read again for each."""

    def __init__(self, path: Path, started: int) -> None:
        """``path`` is where the hashes are kept between releases; nothing is read before ``started``, by the disk's
        clock."""
        self._path = path
        self._started = started
        self._known = _read(path)
        self._used: _Known = {}

    def freeze(self, files: Iterable[tuple[str, str]], keep: Keep, has: Has) -> tuple[ReleaseFile, ...]:
        """Name in the release and place on the disk of each file → what the release says of it, by name.

        Raises `OSError`.
        """
        return tuple(self._freeze(name, place, keep, has) for name, place in sorted(files))

    def _freeze(self, name: str, place: str, keep: Keep, has: Has) -> ReleaseFile:
        stamp = stamp_of(os.stat(place))  # noqa: PTH116 - called 10,000 times
        known = self._known.get(place)
        if known and known[0] == stamp and has(known[1]):
            self._used[place] = known
            return ReleaseFile(name, known[1], stamp.size)
        file = keep(name, read_file(place))
        if is_reliable(stamp, self._started):
            self._used[place] = (stamp, file.sha256)
        return file

    def save(self) -> None:
        """Keep the hashes; without them the next release takes longer, no more."""
        if self._used != self._known:
            with suppress(OSError):
                replace_file(self._path, msgspec.msgpack.encode(self._used))


def _read(path: Path) -> _Known:
    try:
        return msgspec.msgpack.decode(path.read_bytes(), type=_Known)
    except (OSError, msgspec.MsgspecError):
        return {}


def sha256(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()
