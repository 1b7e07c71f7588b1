"""Which files are as they were when they were last hashed, without opening them: digests by stamp (scan.py)."""

from __future__ import annotations

import os
from hashlib import blake2b

from bulletin.core.files import read_file
from bulletin.read.scan import Scan, is_reliable, stamp_of

Stamped = dict[str, tuple[str, str]]
"""Path → stamp and digest, as the cache keeps them."""


class Stamps:
    """Digests of files, from their stamps where these can be trusted."""

    def __init__(self, known: Stamped, scan: Scan) -> None:
        """``known`` is what earlier builds have hashed; no file is read before ``scan.started``."""
        self.scan = scan
        self._known = known
        self.hashed: Stamped = {}
        """What had to be hashed, for the next build."""
        self.used: set[str] = set()

    def digest(self, path: str, place: str) -> tuple[str, int]:
        """Digest and size of the file ``path``, which is at ``place`` on the disk. Raises `OSError`."""
        stamp = self.scan.files.get(place) or stamp_of(os.stat(place))  # noqa: PTH116 - called for every source
        written = f"{stamp.size}-{stamp.mtime}-{stamp.ctime}-{stamp.inode}"
        self.used.add(path)
        known = self._known.get(path)
        if known and known[0] == written:
            return known[1], stamp.size
        data = read_file(place)
        digest = digest_of(data)
        if is_reliable(stamp, self.scan.started):
            self.hashed[path] = (written, digest)
        return digest, len(data)


def digest_of(data: bytes) -> str:
    return blake2b(data, digest_size=16).hexdigest()
