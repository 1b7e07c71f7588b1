"""Turn an author's picture into the variants that a page uses: upright, no wider than needed, without metadata.

Bytes in, value out. A picture is the one thing in `content/` that can be small on disk and enormous in
memory (a PNG of 7.9 KB takes 366 MB), so `make_variants` runs in a worker that can be killed.
The deadline and the memory limit are enforced there, the cheap checks here: first the format, then the size in the
header, and only then is anything decoded.

The output is encoded from the pixels alone. Nothing else of the file is kept: EXIF with its GPS position,
XMP, thumbnails, comments, text chunks (docs/norms.md 3: "always stripped from what is published"). An ICC profile
is not kept either: it contains free text such as the name of a scanner or a screen, so the colours are
converted to sRGB, which is what a browser assumes of a picture without a profile (CSS Color 4, 10.1).
"""

from __future__ import annotations

import io
import struct
import warnings
import zlib
from collections.abc import Iterator
from hashlib import blake2b
from typing import Literal

from PIL import Image, ImageCms, UnidentifiedImageError, WebPImagePlugin
from PIL.Image import Resampling, Transpose
from PIL.ImageFile import ImageFile

from bulletin.core.model import Picture, Variant
from bulletin.core.problems import N_
from bulletin.read.assets import ANIMATED_GIF, NOT_A_PICTURE

_VariantFormat = Literal["webp", "jpeg", "png"]

_PILLOW_FORMATS = ("JPEG", "PNG", WebPImagePlugin.WebPImageFile.format)
"""What may be opened. SVG is a program (drawings.py), GIF an animation, TIFF and RAW are for the printer.

WebP is named by its module, since Pillow would otherwise import all its plugins, which takes as long as four pictures.
"""
_MAX_PIXELS = 40_000_000
"""Above what office cameras and flatbed scanners make; RGB of this size takes 160 MB in Pillow."""
_VARIANT_WIDTHS = (480, 960, 1600)
"""Telephone, text column, text column on a dense screen."""
_JPEG_QUALITY = 82
_WEBP_QUALITY = 75
"""Looks like JPEG at 82 and is smaller; the two scales are not the same."""
_WEBP_EFFORT = 2
"""Of 0 to 6: twice as fast as the default 4, for files 4 % larger (measured on photographs and pages of screens)."""
_MAX_BASELINE_SIDE = 480
"""Up to this side a JPEG loads at once and is not progressive: a third of the encoding time, 5 % larger."""
_PNG_LEVELS = ((4_000_000, 6), (10_000_000, 4))
"""Up to so many pixels, zlib's level; 1 above. Dithered pictures have short repetitions everywhere, which level 9
follows 4,096 deep: one of 1600 × 8000 took 39 s, now 3 s. Pages of screens are 4 to 8 % larger for it (measured)."""
_MAX_WEBP_SIDE = 16_383
"""14 bits in the VP8 header (RFC 9649, 2.6): a taller screenshot is served in its own format only."""

_EXTENSION_OF_FORMAT: dict[_VariantFormat, str] = {"webp": "webp", "jpeg": "jpg", "png": "png"}

_ORIENTATION_TAG = 0x0112
_TRANSPOSE_OF_ORIENTATION: dict[object, Transpose] = {
    2: Transpose.FLIP_LEFT_RIGHT,
    3: Transpose.ROTATE_180,
    4: Transpose.FLIP_TOP_BOTTOM,
    5: Transpose.TRANSPOSE,
    6: Transpose.ROTATE_270,
    7: Transpose.TRANSVERSE,
    8: Transpose.ROTATE_90,
}
"""The operation that undoes each EXIF orientation (CIPA DC-008, tag 274); 1 and unknown values need nothing."""
_SIDEWAYS_ORIENTATIONS = (5, 6, 7, 8)
"""Orientations whose undoing swaps width and height."""

_DECODER_ERRORS = (
    ArithmeticError,
    AttributeError,
    EOFError,
    LookupError,
    OSError,
    RuntimeError,
    SyntaxError,
    TypeError,
    ValueError,
    struct.error,
    zlib.error,
)
"""What Pillow's decoders raise on broken input; it documents no single exception (a bad PNG is a SyntaxError)."""


class PictureError(Exception):
    """A picture that cannot be used; `reason` completes L105's sentence and is marked for translation."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


_TOO_LARGE = N_("it has more than 40 million pixels")
_DAMAGED = N_("the file is damaged")
_OUT_OF_MEMORY = N_("it needs too much memory")


def make_variants(data: bytes, key: str) -> tuple[Picture, tuple[bytes, ...]]:
    """All variants of the picture, WebP first, narrow to wide; the bytes are in the order of `variants`."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # Pillow warns of odd but readable files: the result is what counts
        try:
            return _make_variants(data, key)
        except MemoryError:
            raise PictureError(_OUT_OF_MEMORY) from None


def _make_variants(data: bytes, key: str) -> tuple[Picture, tuple[bytes, ...]]:
    image = _open(data)
    family, animated = image.format, _is_animated(image)
    size, widest = _decode(image)
    pixels = _srgb(widest)
    made = tuple(_encode_all(pixels, family, size, blake2b(data, digest_size=4).hexdigest()))
    variants = tuple(variant for variant, _ in made)
    return Picture(key, *size, variants, animated, pixels.mode == "RGBA"), tuple(data for _, data in made)


# ── before anything is decoded ───────────────────────────────────────────────────────────────────────────


def _open(data: bytes) -> ImageFile:
    """Open the picture; only its header is read."""
    _refuse_large(_webp_canvas(data))
    try:
        image = Image.open(io.BytesIO(data), formats=_PILLOW_FORMATS)
    except UnidentifiedImageError:
        raise PictureError(_DAMAGED if _looks_right(data) else _foreign_format(data)) from None
    except Image.DecompressionBombError:
        raise PictureError(_TOO_LARGE) from None
    except _DECODER_ERRORS:
        raise PictureError(_DAMAGED) from None
    _refuse_large(image.size)
    return image


def _refuse_large(size: tuple[int, int]) -> None:
    """Our own limit: Pillow's `MAX_IMAGE_PIXELS` is global state and only warns up to twice its value."""
    if size[0] * size[1] > _MAX_PIXELS:
        raise PictureError(_TOO_LARGE)


def _looks_right(data: bytes) -> bool:
    """Whether the first bytes are those of a supported format, so that the rest must be damaged."""
    return data.startswith((b"\xff\xd8\xff", b"\x89PNG\r\n\x1a\n")) or _is_webp(data)


def _foreign_format(data: bytes) -> str:
    """Why a file in no supported format cannot be used."""
    if not data.startswith(b"GIF8"):
        return NOT_A_PICTURE
    try:
        image = Image.open(io.BytesIO(data), formats=("GIF",))
        return ANIMATED_GIF if _is_animated(image) else NOT_A_PICTURE
    except (*_DECODER_ERRORS, Image.DecompressionBombError):
        return NOT_A_PICTURE


def _is_animated(image: ImageFile) -> bool:
    """Whether a GIF, PNG or WebP has more than one image; the second one in a telephone's JPEG is no film."""
    return image.format in ("GIF", "PNG", "WEBP") and bool(getattr(image, "is_animated", False))


def _is_webp(data: bytes) -> bool:
    return data[:4] == b"RIFF" and data[8:12] == b"WEBP"


def _webp_canvas(data: bytes) -> tuple[int, int]:
    """Size of an extended WebP (RFC 9649, 2.7): libwebp reserves two whole canvases on merely opening one."""
    if not (_is_webp(data) and data[12:16] == b"VP8X"):
        return 0, 0
    return int.from_bytes(data[24:27], "little") + 1, int.from_bytes(data[27:30], "little") + 1


# ── from the file to the widest form ─────────────────────────────────────────────────────────────────────


def _decode(image: ImageFile) -> tuple[tuple[int, int], Image.Image]:
    """The upright size of the original, and its pixels upright at the widest width that is published."""
    try:
        if image.format == "PNG":
            image.load()  # its EXIF may follow the pixels
        orientation = _orientation(image)
        raw, target = image.size, _target(image.size, orientation)
        # A JPEG can be decoded at half, quarter or eighth size; half as large again as needed looks no worse.
        image.draft(None, (target[0] * 3 // 2, target[1] * 3 // 2))
        image.load()
    except _DECODER_ERRORS:
        raise PictureError(_DAMAGED) from None
    small = _plain(image).resize(target, Resampling.LANCZOS)
    if orientation in _TRANSPOSE_OF_ORIENTATION:
        small = small.transpose(_TRANSPOSE_OF_ORIENTATION[orientation])
    small.info.clear()
    if profile := image.info.get("icc_profile"):
        small.info["icc_profile"] = profile
    return raw[::-1] if orientation in _SIDEWAYS_ORIENTATIONS else raw, small


def _orientation(image: ImageFile) -> object:
    """The EXIF orientation; 1 when the EXIF is broken, which says nothing about the pixels."""
    try:
        return image.getexif().get(_ORIENTATION_TAG, 1)
    except _DECODER_ERRORS:
        return 1


def _target(raw: tuple[int, int], orientation: object) -> tuple[int, int]:
    """Size as stored, so scaled that the width seen is at most the widest of `_VARIANT_WIDTHS`."""
    if orientation in _SIDEWAYS_ORIENTATIONS:
        return _scaled(raw[::-1], _VARIANT_WIDTHS[-1])[::-1]
    return _scaled(raw, _VARIANT_WIDTHS[-1])


def _scaled(size: tuple[int, int], width: int) -> tuple[int, int]:
    """The size at that width, never larger than it was."""
    width = min(width, size[0])
    return width, max(1, round(size[1] * width / size[0]))


def _plain(image: Image.Image) -> Image.Image:
    """The same pixels in a mode that can be scaled and converted: L, RGB, RGBA or CMYK."""
    if image.mode.startswith("I"):  # 16 bits: convert("L") would clip at 255 instead of dividing by 256
        return image.point(lambda value: value * (1 / 256)).convert("L")
    if image.has_transparency_data:
        return image if image.mode == "RGBA" else image.convert("RGBA")
    if image.mode in ("L", "RGB", "CMYK"):
        return image
    return image.convert("L" if image.mode == "1" else "RGB")


# ── colour ───────────────────────────────────────────────────────────────────────────────────────────────


def _srgb(image: Image.Image) -> Image.Image:
    """The picture in sRGB, as L, RGB or RGBA, with nothing left in `info` for Pillow to write out."""
    profile = image.info.pop("icc_profile", None)
    converted = _through_profile(image, profile) if profile else image
    if converted.mode == "CMYK":
        converted = converted.convert("RGB")
    if converted.mode == "RGBA" and converted.getchannel("A").getextrema() == (255, 255):
        converted = converted.convert("RGB")
    converted.info.clear()
    return converted


def _through_profile(image: Image.Image, profile: bytes) -> Image.Image:
    """Colours converted by the picture's own profile; unchanged when that is broken or for another mode."""
    output = "RGBA" if image.mode == "RGBA" else "RGB"
    try:
        source = ImageCms.ImageCmsProfile(io.BytesIO(profile))
        target = ImageCms.createProfile("sRGB")
        converted = ImageCms.profileToProfile(image, source, target, outputMode=output)
    except (*_DECODER_ERRORS, ImageCms.PyCMSError):
        return image
    if converted is None:
        return image
    return converted.convert("L") if image.mode == "L" else converted


# ── out again ────────────────────────────────────────────────────────────────────────────────────────────


def _encode_all(
    image: Image.Image, family: str | None, size: tuple[int, int], hash_: str
) -> Iterator[tuple[Variant, bytes]]:
    """Each format, and in it each width; `size` is that of the original, whose aspect ratio is kept.

    The names have the original's hash: another Pillow makes other bytes, and must not give every picture a new address.
    """
    for form in _formats(image, family):
        for width in _widths(size[0]):
            scaled = _scaled(size, width)
            pixels = image if scaled == image.size else image.resize(scaled, Resampling.LANCZOS)
            yield Variant(f"-{width}.{hash_}.{_EXTENSION_OF_FORMAT[form]}", form, *scaled), _encode(pixels, form)


def _formats(image: Image.Image, family: str | None) -> tuple[_VariantFormat, ...]:
    """WebP, and for old readers and mail the original's family; PNG where JPEG would lose transparency."""
    keep: _VariantFormat = "png" if family == "PNG" or image.mode == "RGBA" else "jpeg"
    return (keep,) if max(image.size) > _MAX_WEBP_SIDE else ("webp", keep)


def _widths(width: int) -> tuple[int, ...]:
    """The steps below the picture's own width, and its own width up to the last step."""
    own = min(width, _VARIANT_WIDTHS[-1])
    return (*(step for step in _VARIANT_WIDTHS if step < own), own)


def _encode(image: Image.Image, form: _VariantFormat) -> bytes:
    """The same pixels always give the same bytes: no dates, no names, fixed settings."""
    out = io.BytesIO()
    if form == "jpeg":
        progressive = max(image.size) > _MAX_BASELINE_SIDE
        image.save(out, "JPEG", quality=_JPEG_QUALITY, optimize=True, progressive=progressive)
    elif form == "png":
        pixels = image.width * image.height
        level = next((level for limit, level in _PNG_LEVELS if pixels <= limit), 1)
        image.save(out, "PNG", compress_level=level)
    else:
        effort = _WEBP_EFFORT if image.width * image.height <= _PNG_LEVELS[-1][0] else 0
        image.save(out, "WEBP", quality=_WEBP_QUALITY, method=effort)
    return out.getvalue()
