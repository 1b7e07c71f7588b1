"""The picture of a book's cover: the masthead's words on red, as a JPEG.

JPEG, since old readers and those of Amazon and Apple take no SVG; 3 : 4, as their screens are, and 1,200 pixels wide,
which booksellers ask for at least.
"""

from __future__ import annotations

from typing import NamedTuple

from PIL import Image, ImageDraw

from bulletin.editions.lettering import PictureFont, jpeg_within

_SIZE = (1200, 1600)
_MAX_BYTES = 300_000
_RED, _GOLD, _WHITE = (168, 20, 28), (226, 190, 120), (255, 255, 255)
_ROOM = 960
_LINE = 14
"""Characters of the title in a line, at least."""
_MOST_LINES = 3


class CoverWords(NamedTuple):
    """What it says; each may be empty."""

    name: str
    number: str
    title: str
    publisher: str
    date: str
    mark: str
    """Of a draft."""


def cover_picture(words: CoverWords, font: PictureFont) -> bytes:
    """The same words, font and library give the same bytes."""
    image = Image.new("RGB", _SIZE, _RED)
    draw = ImageDraw.Draw(image)
    width, height = _SIZE
    for inset, thickness in ((40, 6), (58, 2)):
        draw.rectangle((inset, inset, width - inset, height - inset), outline=_GOLD, width=thickness)
    draw.line((180, 620, width - 180, 620), fill=_GOLD, width=4)
    rows = [
        (words.mark, 170, 60, _GOLD),
        (words.name, 400, 210, _WHITE),
        (words.number, 560, 60, _GOLD),
        *((line, 800 + 110 * place, 76, _WHITE) for place, line in enumerate(_lines(words.title))),
        (words.publisher, 1340, 58, _GOLD),
        (words.date, 1430, 46, _GOLD),
    ]
    for text, middle, size, colour in rows:
        if text:
            draw.text((width // 2, middle), text, font=font.fitted(text, size, _ROOM), fill=colour, anchor="mm")
    return jpeg_within(image, _MAX_BYTES)


def _lines(title: str) -> list[str]:
    """In lines of about the same length; what has no room in them becomes smaller."""
    count = min(-(-len(title) // _LINE), _MOST_LINES)
    length = -(-len(title) // count) if count else 0
    return [title[place * length : (place + 1) * length] for place in range(count)]
