"""What a picture's file tells that its place in the text does not: where it was taken, and how large it is."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from hashlib import blake2b
from pathlib import Path
from typing import Protocol

import msgspec

from bulletin.check.record import Spot
from bulletin.core.model import Ref, Value
from bulletin.core.problems import Problem, problem
from bulletin.read.assets import MAX_PICTURE_BYTES, asset_path, is_picture_type
from bulletin.read.sources import lies_in

NEEDED = 900
"""Pixels: the A4 sheet's text block is 156 mm wide (GB/T 9704-2012), and print needs some 150 to the inch."""

GPS = 0x8825
"""The tag of EXIF (JEITA CP-3451) under which the place stands."""


class Store(Protocol):
    """Where facts are kept between checks (write/cache.py)."""

    def record(self, key: str) -> bytes | None: ...
    def put_record(self, key: str, value: bytes) -> None: ...


class Seen(Value, frozen=True):
    """What is asked of a picture's file."""

    width: int = 0
    """Pixels; 0 when the file cannot be read, which reading reports (L105)."""
    placed: bool = False
    """Whether it says where it was taken."""


def picture_problems(root: Path, spots: Iterable[Spot], store: Store) -> Iterator[Problem]:
    """P112 and R105, each once a picture and text."""
    known: dict[str, Seen] = {}
    content = (root / "content").resolve()
    for spot in spots:
        path = asset_path(Ref("picture", spot.target, spot.path, spot.line))
        if path is None or not is_picture_type(path):
            continue
        if path not in known:
            known[path] = _look(root, content, path, store)
        seen = known[path]
        if seen.placed:
            yield _at(spot, "P112", target=spot.target)
        if 0 < seen.width < NEEDED:
            yield _at(spot, "R105", target=spot.target, width=seen.width, needed=NEEDED)


def _at(spot: Spot, code: str, **values: object) -> Problem:
    found = problem(code, spot.path, spot.line, "", **values)
    return msgspec.structs.replace(found, column=spot.column, length=len(spot.target))


def _look(root: Path, content: Path, path: str, store: Store) -> Seen:
    file = root / path
    try:
        status = file.stat()
        if status.st_size > MAX_PICTURE_BYTES or not lies_in(file, content):
            return Seen()
    except OSError:
        return Seen()
    stamp = f"picture\0{path}\0{status.st_size}\0{status.st_mtime_ns}\0{status.st_ctime_ns}\0{status.st_ino}"
    key = blake2b(stamp.encode(), digest_size=16).hexdigest()
    if (stored := store.record(key)) is not None:
        return msgspec.msgpack.decode(stored, type=Seen)
    seen = _facts(file)
    store.put_record(key, msgspec.msgpack.encode(seen))
    return seen


def _facts(file: Path) -> Seen:
    """From the head of the file; no pixel is decoded."""
    import warnings

    from PIL import Image

    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # a large picture is reported by reading
        try:
            with Image.open(file, formats=("JPEG", "PNG", "WEBP")) as image:
                return Seen(image.width, bool(image.getexif().get_ifd(GPS)))
        except (OSError, ValueError, SyntaxError, KeyError, TypeError, Image.DecompressionBombError):
            return Seen()
