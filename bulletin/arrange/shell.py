"""What all pages share."""

from __future__ import annotations

import msgspec

from bulletin.arrange.targets import Target
from bulletin.arrange.urls import Name
from bulletin.arrange.views.values import DailyFigure
from bulletin.core.model import Value
from bulletin.core.station import Station


class Shell(Value, frozen=True):
    """What all pages share; see `views.Site`."""

    station: Station
    columns: tuple[Name, ...]
    """Those of the menu."""
    all_columns: str
    """Path of the page that lists all columns; empty when there is none."""
    years: tuple[int, ...]
    pages: tuple[Name, ...]
    today: DailyFigure | None
    beside_phone: Name | None = None
    """The standing page that is linked wherever the telephone is."""
    counter: str = ""
    """``_hits/`` in the site, or the address of another host's; empty when nothing is counted."""
    styles: str = ""
    """Path of the station's own stylesheet; empty when it has none."""
    paper: str = ""
    """Background of the station's own in the light scheme; empty where it has none."""
    static: dict[str, str] = msgspec.field(default_factory=dict)
    """Path of each of the theme's own files, by its name below ``static/``."""
    logo: Target | None = None
    banner: Target | None = None
    corrections: str = ""
    """Path of the page of all corrections; empty when there is none."""
    notices: str = ""
    """Path of the notice board; empty when there is none."""
    subscribe: str = ""
    """Path of the page that says how to get the letter; empty when there is none."""
