"""Words in a picture: the Chinese font that this computer has, and letters that fit."""

from __future__ import annotations

from io import BytesIO
from pathlib import Path

from PIL import Image, ImageFont

from bulletin.core.model import Value

FONTS = (
    *("NotoSerifCJK-Bold.ttc", "SourceHanSerifSC-Bold.otf", "FZXBSJW.TTF", "simhei.ttf", "msyhbd.ttc", "simsun.ttc"),
    *("Songti.ttc", "STHeiti Medium.ttc", "PingFang.ttc", "FandolSong-Bold.otf", "NotoSansCJK-Bold.ttc"),
    *("wqy-zenhei.ttc", "wqy-microhei.ttc", "DroidSansFallbackFull.ttf"),
)
"""Chinese fonts by the names of their files, as systems and offices have them."""
_MOST_FACES = 12


class PictureFont(Value, frozen=True):
    """A font for letters in pictures."""

    file: str
    """Its path."""
    face: int
    """Which one of a collection: the one for the mainland's forms, where it says so."""
    size: int
    """Bytes of its file: the same file on another day gives the same picture."""

    def fitted(self, text: str, size: int, room: int) -> ImageFont.FreeTypeFont:
        """The letters as large as asked for, or as there is room, in pixels."""
        made = ImageFont.truetype(self.file, size, self.face)
        width = made.getlength(text)
        return made if width <= room else ImageFont.truetype(self.file, max(int(size * room / width), 8), self.face)


def find_font(names: tuple[str, ...] = FONTS) -> PictureFont | None:
    """The first of these that is installed."""
    for name in names:
        try:
            path = str(ImageFont.truetype(name, 20).path)
            return PictureFont(path, _mainland_face(path), Path(path).stat().st_size)
        except OSError:
            continue
    return None


def _mainland_face(path: str) -> int:
    for face in range(_MOST_FACES):
        try:
            name = str(ImageFont.truetype(path, 20, face).getname()[0])
        except OSError:
            break
        if name.endswith(" SC"):
            return face
    return 0


def jpeg_within(image: Image.Image, limit: int) -> bytes:
    """A JPEG as good as a number of bytes lets it be; smaller in the end, for what is nothing but noise."""
    while True:
        for quality in (90, 80, 70, 60, 45, 30):
            made = BytesIO()
            image.save(made, "JPEG", quality=quality, optimize=True)
            if made.tell() <= limit:
                return made.getvalue()
        image = image.resize((max(image.width * 3 // 4, 1), max(image.height * 3 // 4, 1)))
