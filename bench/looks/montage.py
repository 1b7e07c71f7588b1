"""Screenshots side by side in one picture, each below the name of whose it is."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import NamedTuple

from PIL import Image, ImageDraw, ImageFont

GAP = 16
HEAD = 40
GROUND = "#d8d8d8"
MOST = 150_000
"""Bytes of a picture that goes into docs/."""


class Shot(NamedTuple):
    """A screenshot and its heading."""

    name: str
    picture: Image.Image


def side_by_side(shots: Sequence[Shot], tall: int, columns: int = 5) -> Image.Image:
    """Rows of so many; none is longer than `tall`, and where one ends, the ground goes on."""
    rows = [_row(shots[start : start + columns], tall) for start in range(0, len(shots), columns)]
    made = Image.new("RGB", (max(row.width for row in rows), sum(row.height for row in rows)), GROUND)
    top = 0
    for row in rows:
        made.paste(row, (0, top))
        top += row.height
    return made


def _row(shots: Sequence[Shot], tall: int) -> Image.Image:
    width = sum(shot.picture.width + GAP for shot in shots) + GAP
    height = HEAD + min(tall, max(shot.picture.height for shot in shots)) + GAP
    made = Image.new("RGB", (width, height), GROUND)
    draw, left = ImageDraw.Draw(made), GAP
    for shot in shots:
        draw.text((left, 4), shot.name, "#111111", ImageFont.load_default(28))
        made.paste(shot.picture.crop((0, 0, shot.picture.width, min(tall, shot.picture.height))), (left, HEAD))
        left += shot.picture.width + GAP
    return made


def save_small(picture: Image.Image, path: Path, width: int) -> None:
    """As WebP for the documents: as wide as they show it, as good as its bytes allow."""
    small = picture.resize((width, round(picture.height * width / picture.width)), Image.Resampling.LANCZOS)
    for quality in range(80, 20, -10):
        small.save(path, quality=quality, method=6)
        if path.stat().st_size <= MOST:
            return
    raise ValueError(f"{path.name} stays larger than {MOST} bytes")
