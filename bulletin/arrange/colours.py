"""The station's own colours made readable, in light and in dark.

What an office calls its colour was chosen for a board or a letterhead, not for words on a screen. In OKLCH
(CSS Color 4, 9.2) hue and chroma can be kept while the lightness changes until the contrast is that of WCAG 2.2:
4.5:1 (1.4.3), for running text 7:1 (1.4.6). What the station does not choose stays as in the stylesheet;
those colours are repeated here as backgrounds, and a test compares the two.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from bulletin.arrange.views.style import Palette
from bulletin.core.station import Look

if TYPE_CHECKING:
    from coloraide import Color

_MIN_CONTRAST = 4.5
_MIN_TEXT_CONTRAST = 7.0

ACCENT = "#b01218"
INK = "#231d1b"
PAPER = "#ffffff"
ON_ACCENT = "#ffffff"
LIGHT_GROUNDS = ("#faf6f4", "#fff8e6")
"""Beside the paper: surface and tint of notes."""
DARK_GROUNDS = ("#181514", "#221e1c", "#2b2415")
"""Paper, surface and tint of notes."""

_MIN_PAPER_LIGHTNESS = 0.94
"""How dark the paper of the light scheme may be: on it ink, soft ink and accent still differ."""
_MIN_ACCENT_LIGHTNESS = 0.74
"""Least lightness of an accent on a dark background."""
_MIN_FILL_LIGHTNESS = 0.46
"""How dark a filled background may be in the dark scheme: below, it cannot be distinguished from the paper."""
_LIGHTNESS_STEP = 0.01


class _Shade(NamedTuple):
    """A colour by lightness, chroma and hue (OKLCH)."""

    lightness: float
    chroma: float
    hue: float

    def at(self, lightness: float, chroma: float = 1.0) -> _Shade:
        """The same hue at another lightness, no stronger than ``chroma``."""
        return _Shade(lightness, min(self.chroma, chroma), self.hue)


def palettes(look: Look) -> tuple[Palette, Palette]:
    """Colours of the light and of the dark scheme; in each, empty for what the stylesheet already has."""
    if not (look.accent or look.ink or look.paper):
        return Palette(), Palette()
    return _light(look), _dark(_shade(look.accent)) if look.accent else Palette()


def _light(look: Look) -> Palette:
    accent = _shade(look.accent or ACCENT)
    ground = _pale(look.paper or PAPER)
    surface = _darker(ground, 0.02) if look.paper else LIGHT_GROUNDS[0]
    tint = _hex(accent.at(0.966, 0.02))
    grounds = (ground, surface, tint, *LIGHT_GROUNDS)
    red = _readable_on(look.accent or ACCENT, grounds, _MIN_CONTRAST)
    accents = Palette(accent=red, accent_fill=red, on_accent=ON_ACCENT, accent_tint=tint)
    return _with_words(accents, look, ground, surface, grounds) if look.ink or look.paper else accents


def _with_words(accents: Palette, look: Look, ground: str, surface: str, grounds: tuple[str, ...]) -> Palette:
    """The palette with paper, ink and the colours between them."""
    ink = _readable_on(look.ink or INK, grounds, _MIN_TEXT_CONTRAST)
    words = _shade(ink)
    return Palette(
        paper=ground,
        surface=surface,
        ink=ink,
        soft=_readable_on(_hex(words.at(words.lightness + 0.23)), grounds, _MIN_CONTRAST),
        line=_darker(ground, 0.09),
        accent=accents.accent,
        accent_fill=accents.accent_fill,
        on_accent=accents.on_accent,
        accent_tint=accents.accent_tint,
    )


def _dark(accent: _Shade) -> Palette:
    tint = _hex(accent.at(0.24, 0.028))
    bright = _hex(accent.at(max(_MIN_ACCENT_LIGHTNESS, accent.lightness)))
    fill = _hex(accent.at(max(_MIN_FILL_LIGHTNESS, accent.lightness)))
    return Palette(
        accent=_readable_on(bright, (*DARK_GROUNDS, tint), _MIN_CONTRAST),
        accent_fill=_readable_on(fill, (ON_ACCENT,), _MIN_CONTRAST),
        on_accent=ON_ACCENT,
        accent_tint=tint,
    )


def _pale(colour: str) -> str:
    """The colour itself where words on it can be read, else the nearest lightness at which they can."""
    shade = _shade(colour)
    return colour.lower() if shade.lightness >= _MIN_PAPER_LIGHTNESS else _hex(shade.at(_MIN_PAPER_LIGHTNESS))


def _darker(colour: str, by: float) -> str:
    shade = _shade(colour)
    return _hex(shade.at(shade.lightness - by))


def _readable_on(colour: str, grounds: tuple[str, ...], ratio: float) -> str:
    """The colour itself where it can be read on all grounds, else the nearest lightness that can."""
    light = _luminance(grounds[0]) > 0.5
    worst = min(map(_luminance, grounds)) if light else max(map(_luminance, grounds))
    shade, end, step = _shade(colour), 0 if light else 1, -_LIGHTNESS_STEP if light else _LIGHTNESS_STEP
    found, lightness = colour.lower(), shade.lightness
    while _contrast(_luminance(found), worst) < ratio and abs(lightness - end) > _LIGHTNESS_STEP:
        lightness += step
        found = _hex(shade.at(lightness))
    return found


def _contrast(one: float, other: float) -> float:
    """WCAG 2.2's contrast of two luminances."""
    return (max(one, other) + 0.05) / (min(one, other) + 0.05)


def _luminance(colour: str) -> float:
    """WCAG 2.2's relative luminance, with its own rounded factors, which contrast checkers use."""
    red, green, blue = (_linear(int(colour[place : place + 2], 16) / 255) for place in (1, 3, 5))
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def _linear(part: float) -> float:
    return float(part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4)


def _colour(space: str, coordinates: tuple[float, ...] | None = None) -> Color:
    from coloraide import Color  # takes longer than a small build, and few stations choose colours

    return Color(space, coordinates) if coordinates else Color(space)


def _shade(colour: str) -> _Shade:
    return _Shade(*_colour(colour).convert("oklch").coords(nans=False))


def _hex(shade: _Shade) -> str:
    """As ``#rrggbb``; chroma outside the sRGB gamut is reduced."""
    mapped = {"method": "raytrace", "pspace": "oklch"}
    return _colour("oklch", shade).convert("srgb").to_string(hex=True, fit=mapped)
