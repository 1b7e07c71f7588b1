"""Which form of a picture goes on paper."""

from __future__ import annotations

from collections.abc import Callable

from bulletin.arrange.html import plain_form
from bulletin.core.model import Variant
from bulletin.editions.blocks import Image

PictureBytes = Callable[[str, int], bytes]
"""Key of a picture and index of one of its variants → its bytes (`Texts.picture`)."""

_SHARP_PIXELS = 1200
"""Wide enough for 150 mm at 200 dots an inch."""


def picture_form(image: Image) -> tuple[int, Variant]:
    """The narrowest form that is sharp on paper, and its index; none that is WebP where there is another."""
    assert image.picture
    kind = plain_form(image.picture).format
    forms = [(index, each) for index, each in enumerate(image.picture.variants) if each.format == kind]
    return next((each for each in forms if each[1].width >= _SHARP_PIXELS), forms[-1])
