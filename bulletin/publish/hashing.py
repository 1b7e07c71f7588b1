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

Put = Callable[[Iterable[tuple[str, bytes]]], tuple[ReleaseFile, ...]]
"""Keeps contents, given by path, and gives what a release says of them."""

Has = Callable[[str], bool]
"""Whether a content of this SHA-256 is kept."""


class HashedFiles:
    """What earlier releases have hashed, so that a site of ten thousand files is not read again for each."""

    def __init__(self, path: Path, started: int) -> None:
        """``path`` is where the hashes are kept between releases; nothing is read before ``started``, by the disk's
        clock."""
        self._path = path
        self._started = started
        self._known = _read(path)
        self._used: _Known = {}

    def freeze(self, files: Iterable[tuple[str, str]], put: Put, has: Has) -> tuple[ReleaseFile, ...]:
        """Name in the release and place on the disk of each file → what the release says of it, by name.

        Raises `OSError`.
        """
        found: dict[str, ReleaseFile] = {}
        stamps: dict[str, tuple[str, Stamp]] = {}
        for name, place in files:
            stamp = stamp_of(os.stat(place))  # noqa: PTH116 - called 10,000 times
            known = self._known.get(place)
            if known and known[0] == stamp and has(known[1]):
                self._used[place] = known
                found[name] = ReleaseFile(name, known[1], stamp.size)
            else:
                stamps[name] = (place, stamp)
        for file in put((name, read_file(place)) for name, (place, _) in stamps.items()) if stamps else ():
            place, stamp = stamps[file.path]
            if is_reliable(stamp, self._started):
                self._used[place] = (stamp, file.sha256)
            found[file.path] = file
        return tuple(found[name] for name in sorted(found))

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


def only_hashed(contents: Iterable[tuple[str, bytes]]) -> tuple[ReleaseFile, ...]:
    """A `Put` that keeps nothing."""
    return tuple(ReleaseFile(path, hashlib.sha256(data).hexdigest(), len(data)) for path, data in contents)
