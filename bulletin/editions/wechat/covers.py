"""Pictures for the editor: those of the text as files it takes, and a cover, from the first of them or drawn."""

from __future__ import annotations

from collections.abc import Callable
from io import BytesIO
from typing import NamedTuple

from PIL import Image as Pixels
from PIL import ImageDraw, ImageOps

from bulletin.core.model import Picture
from bulletin.editions.leaf import Leaf
from bulletin.editions.lettering import FONTS, PictureFont, find_font, jpeg_within

_WIDE, _SQUARE = (900, 383), (600, 600)
"""Pixels of a cover: 2.35:1 for the first article of a message, 1:1 for the list (the editor's own advice)."""
_MAX_COVER_BYTES = 64_000
"""Of a cover sent through the interface (material/add_material, type thumb: 64 KB, JPEG)."""
_MAX_UPLOAD_BYTES = 1_000_000
"""Of a picture sent through the interface (media/uploadimg: JPEG or PNG, under 1 MB)."""


class Covers(NamedTuple):
    """Both forms of a cover, as JPEG."""

    wide: bytes
    square: bytes
    has_words: bool = True
    """Whether it shows the masthead or a picture; a drawn one has no words where no Chinese font is installed."""


class PictureFile(NamedTuple):
    """A picture as the editor takes it."""

    data: bytes
    suffix: str
    """``.jpg`` or ``.png``."""


def picture_file(read: Callable[[str, int], bytes], picture: Picture) -> PictureFile:
    """The widest form that is no WebP and under the limit; else the narrowest, made a JPEG of at most the limit."""
    plain = [index for index, form in enumerate(picture.variants) if form.format != "webp"]
    for index in reversed(plain):
        data = read(picture.key, index)
        if len(data) < _MAX_UPLOAD_BYTES:
            return PictureFile(data, ".png" if picture.variants[index].format == "png" else ".jpg")
    return PictureFile(jpeg_within(_opened(read(picture.key, 0)), _MAX_UPLOAD_BYTES), ".jpg")


def cover_of(picture: bytes) -> Covers:
    """The middle of a picture; of one that is higher than wide, what is a little above it, where faces are."""
    image = _opened(picture)
    forms = [ImageOps.fit(image, size, Pixels.Resampling.LANCZOS, centering=(0.5, 0.4)) for size in (_WIDE, _SQUARE)]
    wide, square = (jpeg_within(form, _MAX_COVER_BYTES) for form in forms)
    return Covers(wide, square)


_RED, _GOLD, _WHITE = (168, 20, 28), (226, 190, 120), (255, 255, 255)


def drawn_cover(leaf: Leaf, fonts: tuple[str, ...] = FONTS) -> Covers:
    """The masthead on red, where an issue has no picture."""
    name = leaf.publisher.bulletin or leaf.publisher.name
    font = find_font(fonts)
    wide, square = (jpeg_within(_masthead(size, name, leaf, font), _MAX_COVER_BYTES) for size in (_WIDE, _SQUARE))
    return Covers(wide, square, bool(font))


def _masthead(size: tuple[int, int], name: str, leaf: Leaf, font: PictureFont | None) -> Pixels.Image:
    image = Pixels.new("RGB", size, _RED)
    draw = ImageDraw.Draw(image)
    width, height = size
    for inset, thickness in ((16, 3), (24, 1)):
        draw.rectangle((inset, inset, width - inset, height - inset), outline=_GOLD, width=thickness)
    if not font:
        return image
    middle, room = width // 2, width - 120
    rows = ((name, 0.42, 0.26, _WHITE), (leaf.number, 0.64, 0.1, _GOLD), (leaf.publisher.organizer, 0.8, 0.075, _GOLD))
    for text, place, share, colour in rows:
        fitted = font.fitted(text, int(height * share) if width > height else int(width * share * 0.8), room)
        draw.text((middle, int(height * place)), text, font=fitted, fill=colour, anchor="mm")
    return image


def _opened(data: bytes) -> Pixels.Image:
    """On white where one sees through it."""
    with Pixels.open(BytesIO(data)) as image:
        if image.mode in ("RGBA", "LA", "P"):
            whole = image.convert("RGBA")
            ground = Pixels.new("RGBA", whole.size, (255, 255, 255, 255))
            return Pixels.alpha_composite(ground, whole).convert("RGB")
        return image.convert("RGB")
