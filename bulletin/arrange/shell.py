"""What all pages share, and how pages name each other."""

from __future__ import annotations

from bulletin.arrange.links import Target
from bulletin.arrange.views import Figure
from bulletin.core.config import Station
from bulletin.core.model import Value


class Name(Value, frozen=True, array_like=True):
    """A page, as others name it."""

    text: str
    path: str


class Shell(Value, frozen=True):
    """What all pages share; see `views.Site`."""

    station: Station
    columns: tuple[Name, ...]
    years: tuple[int, ...]
    pages: tuple[Name, ...]
    today: Figure | None
    counter: str = ""
    """``_hits/`` in the site, or the address of another host's; empty when nothing is counted."""
    styles: str = ""
    """Path of the station's own stylesheet; empty when it has none."""
    logo: Target | None = None
    banner: Target | None = None
