"""Whether a picture says where it was taken (EXIF, JEITA CP-3451)."""

from __future__ import annotations

from typing import IO, TYPE_CHECKING

if TYPE_CHECKING:
    from pathlib import Path

EXIF_GPS = 0x8825
"""The tag that holds the location."""
_UNREADABLE = (OSError, ValueError, SyntaxError, LookupError, TypeError, AttributeError)


def has_location(file: Path | IO[bytes]) -> bool:
    """Whether a JPEG, PNG or WebP file holds a location; no pixel is decoded. False for what is no picture."""
    import warnings

    from PIL import Image

    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # a large picture is no concern here
        try:
            with Image.open(file, formats=("JPEG", "PNG", "WEBP")) as image:
                return bool(image.getexif().get_ifd(EXIF_GPS))
        except (*_UNREADABLE, Image.DecompressionBombError):
            return False


def exif_has_location(data: bytes) -> bool:
    """The same for a bare EXIF block, which begins with ``Exif\\0\\0``."""
    import struct

    from PIL import Image

    exif = Image.Exif()
    try:
        exif.load(data)
        return bool(exif.get_ifd(EXIF_GPS))
    except (*_UNREADABLE, struct.error):
        return False
