"""The pictures and files that texts refer to: which file of the content folder a reference means, and its content.

Only files that a text refers to are published.
"""

from __future__ import annotations

import errno
import os
import posixpath
import sys
import unicodedata
from collections.abc import Callable, Iterable, Mapping
from pathlib import Path
from urllib.parse import unquote

from bulletin.core.files import read_file, real_path
from bulletin.core.model import Picture, Ref, Value
from bulletin.core.problems import N_, Problem
from bulletin.read.portable import is_portable
from bulletin.read.sources import is_within, unreadable
from bulletin.read.stamps import Stamps
from bulletin.read.voices import Voice

MAX_PICTURE_BYTES = 50_000_000

_FILE_TYPES = frozenset(
    (
        *(".pdf", ".ofd", ".doc", ".docx", ".xls", ".xlsx", ".ppt", ".pptx", ".wps", ".et", ".dps"),
        *(".txt", ".csv", ".zip", ".mp3", ".mp4"),
    )
)
"""What may be offered for download; nothing that a browser would run."""

ANIMATED_GIF = N_("a GIF cannot be shown")
"""Why one cannot be used; completes the sentence of L110, other reasons that of L105."""

NOT_A_PICTURE = N_("it is neither JPEG, PNG nor WebP")
"""Why it cannot be used, likewise."""

_PICTURE_TYPES = frozenset((".jpg", ".jpeg", ".png", ".webp"))
"""Published only re-encoded, even when only linked: the file may contain the location where it was taken."""


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
    """Why a picture or a recording cannot be used."""
    voice: Voice | None = None
    """Of an issue's recording (voices.py)."""

    @property
    def is_drawing(self) -> bool:
        """Whether it is read as one; the same bytes are no picture under another name."""
        return is_drawing(self.path)


Assets = Mapping[str, Asset]
"""By path."""


def asset_path(ref: Ref) -> str | None:
    """Path of the file that a reference means, whether it exists or not; None when it is outside the content folder.

    A name is normalised to NFC, as the finder compares names; one that NFKC would turn into another path is rejected.
    """
    named = ref.kind == "picture" and is_picture_type(ref.target)  # ``照片#1.jpg``
    target = unquote(ref.target if named else ref.target.split("#")[0].split("?")[0]).replace("\\", "/")
    if not target or target.startswith("/") or "\x00" in target:
        return None
    if not all(step in (".", "..") or is_portable(step) for step in target.split("/") if step):
        return None
    path = posixpath.normpath(posixpath.join(posixpath.dirname(ref.path), unicodedata.normalize("NFC", target)))
    return path if path.startswith("content/") else None


def is_file_type(path: str) -> bool:
    return posixpath.splitext(path)[1].lower() in _FILE_TYPES


def is_picture_type(path: str) -> bool:
    return posixpath.splitext(path)[1].lower() in _PICTURE_TYPES


def is_drawing(path: str) -> bool:
    """Whether it is an SVG, which only the station's logo may be."""
    return posixpath.splitext(path)[1].lower() == ".svg"


class AssetFinder:
    """Finds and hashes files under one project root."""

    def __init__(self, root: Path, stamps: Stamps, before: Mapping[str, tuple[str, int]] = {}) -> None:
        """``before`` has digest and size of files as they were, for those that cannot be read now."""
        self._top = os.path.join(root, "")  # noqa: PTH118 - for a thousand pictures
        self._content = real_path(root / "content")
        self._stamps = stamps
        self._before = before
        self.problems: list[Problem] = []
        """Files that are there, and cannot be read."""
        self._places: dict[str, str] = {}
        """Path in the project → path on the disk, of the files that were found."""
        self._listed: dict[str, dict[str, str]] = {}
        self._inside: dict[str, bool] = {}
        """Whether a folder, with all links resolved, is in the content folder."""
        self._hidden: dict[str, bool] = {}

    def find(self, refs: Iterable[Ref], accept: Callable[[str], bool]) -> dict[str, Asset]:
        """The files that exist among those referred to, by path."""
        return self.find_at(path for ref in refs if (path := asset_path(ref)) and accept(path))

    def find_at(self, paths: Iterable[str]) -> dict[str, Asset]:
        """The files that exist among these of the content folder; names are in NFC."""
        found = ((path, self._asset(path)) for path in sorted(set(paths)))
        return {path: asset for path, asset in found if asset}

    def read(self, asset: Asset) -> bytes:
        """The content of a file that was found. Raises `OSError`."""
        place = self._places.get(asset.path)
        if place is None:
            raise FileNotFoundError(errno.ENOENT, os.strerror(errno.ENOENT), asset.path)
        return read_file(place)

    def _asset(self, path: str) -> Asset | None:
        place = self._place(path)
        if place is None:
            return self._last(path) if self._is_hidden(posixpath.dirname(path)) else None
        if not self._is_inside(path, place):
            return None
        self._places[path] = place
        try:
            digest, size = self._stamps.digest(path, place)
        except OSError as error:
            if (found := unreadable(path, error)) not in self.problems:
                self.problems.append(found)
            return self._last(path)
        return Asset(path, digest, size)

    def _last(self, path: str) -> Asset | None:
        """A file as it was: what was made of it is still in the site, or in the cache."""
        known = self._before.get(path)
        return None if known is None else Asset(path, *known)

    def _is_hidden(self, folder: str) -> bool:
        """Whether a folder, or one above it, cannot be listed."""
        if folder not in self._hidden:
            above = bool(folder) and self._is_hidden(posixpath.dirname(folder))
            self._hidden[folder] = above or bool(self._stamps.scan.listing(f"{self._top}{folder}")[1])
        return self._hidden[folder]

    def _place(self, path: str) -> str | None:
        """Path on the disk, matched by exact name: `Photo.JPG` is missing on Windows too when the text says
        `photo.jpg`.
        """
        folder, name = posixpath.split(path)
        there = self._names(folder).get(name)
        return None if there is None else f"{self._top}{folder}/{there}"

    def _is_inside(self, path: str, place: str) -> bool:
        """A file in a folder that is inside is inside too, unless it is a link."""
        folder = posixpath.dirname(path)
        if folder not in self._inside:
            above = f"{self._top}{folder}"
            inner = folder.startswith("content/") and self._is_inside(folder, above)
            self._inside[folder] = inner or is_within(Path(above), self._content)
        unsure = os.path.islink(place) or sys.platform == "win32"  # noqa: PTH114 - where junctions are no links
        return is_within(Path(place), self._content) if unsure else self._inside[folder]

    def _names(self, folder: str) -> dict[str, str]:
        """NFC name → name on disk."""
        if folder not in self._listed:
            names = [entry.name for entry in self._stamps.scan.entries(f"{self._top}{folder}")]
            self._listed[folder] = {unicodedata.normalize("NFC", name): name for name in names}
        return self._listed[folder]
