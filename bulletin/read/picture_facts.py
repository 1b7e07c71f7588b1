"""Facts from the header of a picture's file: its width, and whether it contains a location."""

from __future__ import annotations

import functools
import stat
from collections.abc import Callable
from hashlib import blake2b
from pathlib import Path

import msgspec

from bulletin.core.model import Value
from bulletin.core.storage import RecordStore
from bulletin.read.assets import MAX_PICTURE_BYTES
from bulletin.read.exif import EXIF_GPS
from bulletin.read.sources import is_within


class PictureFacts(Value, frozen=True):
    """Facts about a picture's file."""

    width: int = 0
    """Pixels; 0 when the file cannot be read, which reading reports (L105)."""
    has_location: bool = False


def picture_facts(root: Path, store: RecordStore) -> Callable[[str], PictureFacts]:
    """A function from the path of a file in the content folder to its facts, which are cached by the file's stamp."""
    content = (root / "content").resolve()

    @functools.cache
    def facts(path: str) -> PictureFacts:
        file = root / path
        try:
            status = file.stat()
            if not stat.S_ISREG(status.st_mode) or status.st_size > MAX_PICTURE_BYTES or not is_within(file, content):
                return PictureFacts()
        except OSError:
            return PictureFacts()
        stamp = f"picture facts\0{path}\0{status.st_size}\0{status.st_mtime_ns}\0{status.st_ctime_ns}\0{status.st_ino}"
        key = blake2b(stamp.encode(), digest_size=16).hexdigest()
        if (stored := store.record(key)) is not None:
            return msgspec.msgpack.decode(stored, type=PictureFacts)
        found = _read(file)
        store.put_record(key, msgspec.msgpack.encode(found))
        return found

    return facts


def _read(file: Path) -> PictureFacts:
    """Read the header of the file; no pixel is decoded."""
    import warnings

    from PIL import Image

    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # a large picture is reported by reading
        try:
            with Image.open(file, formats=("JPEG", "PNG", "WEBP")) as image:
                return PictureFacts(image.width, bool(image.getexif().get_ifd(EXIF_GPS)))
        except (OSError, ValueError, SyntaxError, KeyError, TypeError, Image.DecompressionBombError):
            return PictureFacts()
