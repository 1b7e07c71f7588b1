"""Standing pages, the page of errors, the search, redirects, the station's stylesheet."""

from __future__ import annotations

from bulletin.arrange.views.site import DisplayTime, Head, Link, Site
from bulletin.core.model import Value


class StandingPage(Value, frozen=True):
    """``/about/``"""

    site: Site
    head: Head
    trail: tuple[Link, ...]
    """The pages above this one, home first."""
    title: str
    html: str
    updated: DisplayTime | None
    draft: bool


class MissingPage(Value, frozen=True):
    """``/404.html``; its addresses begin at the server's root, since it is shown at any depth."""

    site: Site
    head: Head


class Choice(Value, frozen=True):
    """One of the things that a search can be narrowed to."""

    text: str
    value: str
    """As it stands in the address: ``news`` in ``?q=救助&column=news``."""


class SearchPage(Value, frozen=True):
    """``/search/``"""

    site: Site
    head: Head
    index: str
    """Address of the index's script; empty in the preview, which makes no index."""
    columns: tuple[Choice, ...]
    years: tuple[Choice, ...]
    """Newest first."""


class RedirectPage(Value, frozen=True):
    """A page at an old address."""

    head: Head
    target: str
    """Where the reader is sent."""


class Palette(Value, frozen=True):
    """Colours of one scheme, ``#rrggbb``; what is empty stays as the stylesheet has it."""

    paper: str = ""
    """The page's ground."""
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
    """A breath of the accent, as a ground."""


class StylePage(Value, frozen=True):
    """``/static/station.css``"""

    light: Palette
    dark: Palette
    font: str
    """``sans``, ``serif``, ``fangsong``, or empty."""
