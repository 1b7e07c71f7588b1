"""The pictures and files that texts refer to: which file of the content folder a reference means, and what it holds.

Only what a text refers to is published; what else lies in the folder stays there.
"""

from __future__ import annotations

import posixpath
import unicodedata
from collections.abc import Callable, Iterable, Mapping
from pathlib import Path
from urllib.parse import unquote

from bulletin.model import Picture, Ref, Value
from bulletin.read.sources import is_portable, lies_in
from bulletin.read.stamps import Stamps

MAX_PICTURE_BYTES = 50_000_000

FILE_TYPES = frozenset(
    (
        *(".pdf", ".ofd", ".doc", ".docx", ".xls", ".xlsx", ".ppt", ".pptx", ".wps", ".et", ".dps"),
        *(".txt", ".csv", ".zip", ".mp3", ".mp4"),
    )
)
"""What may be offered for download; nothing that a browser would run."""

PICTURE_TYPES = frozenset((".jpg", ".jpeg", ".png", ".webp"))
"""Published only re-encoded, also when they are linked and not shown: the file may say where it was taken."""


class Asset(Value, frozen=True):
    """A file that a text refers to."""

    path: str
    """From the project's root: ``content/issues/2014001/photo.jpg``."""
    digest: str
    size: int
    """Bytes."""
    picture: Picture | None = None
    """None for files, and for pictures that cannot be used."""
    reason: str = ""
    """Why a picture cannot be used."""


Assets = Mapping[str, Asset]
"""By path."""


def asset_path(ref: Ref) -> str | None:
    """Path of the file that a reference means, whether it exists or not; None when it leaves the content folder.

    A name is made NFC, as the finder compares it; one that NFKC would turn into another path is refused.
    """
    target = unquote(ref.target.split("#")[0].split("?")[0]).replace("\\", "/")
    if not target or target.startswith("/") or "\x00" in target:
        return None
    if not all(step in (".", "..") or is_portable(step) for step in target.split("/") if step):
        return None
    path = posixpath.normpath(posixpath.join(posixpath.dirname(ref.path), unicodedata.normalize("NFC", target)))
    return path if path.startswith("content/") else None


def is_file_type(path: str) -> bool:
    return posixpath.splitext(path)[1].lower() in FILE_TYPES


def is_picture_type(path: str) -> bool:
    return posixpath.splitext(path)[1].lower() in PICTURE_TYPES


class AssetFinder:
    """Finds and hashes files under one project root."""

    def __init__(self, root: Path, stamps: Stamps) -> None:
        self._root = root
        self._content = (root / "content").resolve()
        self._stamps = stamps
        self._folders: dict[str, dict[str, str]] = {}

    def find(self, refs: Iterable[Ref], accept: Callable[[str], bool]) -> dict[str, Asset]:
        """The files that exist among those referred to, by path."""
        wanted = {path for ref in refs if (path := asset_path(ref)) and accept(path)}
        found = {}
        for path in sorted(wanted):
            if asset := self._asset(path):
                found[path] = asset
        return found

    def read(self, asset: Asset) -> bytes:
        return self._real(asset.path).read_bytes()

    def _asset(self, path: str) -> Asset | None:
        if not self._exists(path):
            return None
        real = self._real(path)
        if not lies_in(real, self._content) or not real.is_file():
            return None
        digest, size = self._stamps.digest(path, str(real))
        return Asset(path, digest, size)

    def _exists(self, path: str) -> bool:
        """By exact name, so that `Photo.JPG` is missing on Windows too when the text says `photo.jpg`."""
        folder, name = posixpath.split(path)
        return name in self._names(folder)

    def _real(self, path: str) -> Path:
        folder, name = posixpath.split(path)
        return self._root / folder / self._names(folder)[name]

    def _names(self, folder: str) -> dict[str, str]:
        """NFC name → name on disk."""
        if folder not in self._folders:
            try:
                names = [entry.name for entry in (self._root / folder).iterdir()]
            except OSError:
                names = []
            self._folders[folder] = {unicodedata.normalize("NFC", name): name for name in names}
        return self._folders[folder]
