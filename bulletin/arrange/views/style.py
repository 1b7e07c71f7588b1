"""The station's own stylesheet."""

from __future__ import annotations

from bulletin.core.model import Value


class Palette(Value, frozen=True):
    """Colours of one scheme, ``#rrggbb``; what is empty stays as the stylesheet has it."""

    paper: str = ""
    """The page's background."""
    surface: str = ""
    """Ground of boxes."""
    ink: str = ""
    """Words."""
    soft: str = ""
    """Words of less weight."""
    line: str = ""
    accent: str = ""
    """Links and titles."""
    accent_fill: str = ""
    """Ground of buttons and marks."""
    on_accent: str = ""
    """Words on it."""
    accent_tint: str = ""
    """A light tint of the accent, as a background."""


class StylePage(Value, frozen=True):
    """``/static/station.css``"""

    light: Palette
    dark: Palette
    font: str
    """``sans``, ``serif``, ``fangsong``, or empty."""
