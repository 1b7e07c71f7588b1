"""What all pages share: the site, and the head."""

from __future__ import annotations

from bulletin.arrange.views.values import DailyFigure, Link, Meta, PictureView
from bulletin.core.model import Value
from bulletin.core.station import Station


class Site(Value, frozen=True):
    """What all pages share."""

    station: Station
    """The office: every field of station.yml."""
    root: str
    """Way from this page to the site's root, e.g. ``../../``."""
    home: Link
    columns: tuple[Link, ...]
    """Those of the menu: the sections of station.yml without ``menu: no``, and of others as many as it asks for."""
    all_columns: str
    """Address of the page that lists all columns; empty when there is no column."""
    years: tuple[Link, ...]
    """Newest first."""
    pages: tuple[Link, ...]
    """Standing pages that have a place in the navigation."""
    beside_phone: Link | None
    """The standing page for who needs help now, with ``beside_phone: yes``; the first in the order of the menu."""
    today: DailyFigure | None
    """None when no figure was set for the day of the build."""
    feed: str
    """Address of the Atom feed; empty when the station has no ``url``."""
    sitemap: str
    """Address of the sitemap for people, which is below the list of all columns; empty where there is none."""
    police_code: str
    """The 14 digits of 公安备案."""
    styles: str
    """Address of the station's own colours and fonts; empty when it has none."""
    paper: str
    """The station's own background in the light scheme, ``#rrggbb``; empty when it has none."""
    logo: PictureView | None
    banner: PictureView | None
    static: dict[str, str]
    """Address of each of the theme's own files by its name below ``static/``: ``static["style.css"]``. It has the hash
    of all of them in it, so that a reader's program may keep them for ever."""
    search: str
    """Address of the page of the search; empty when the station has none."""
    corrections: str
    """Address of the page of all corrections; empty when there is none."""
    notices: str
    """Address of the page of all notices; empty when there is none."""
    subscribe: str
    """Address of the page that says how to get the letter; empty when there is none."""
    counter: str
    """Where scripts ask for hits, ``../../_hits/``; empty when nothing is counted."""


class Head(Value, frozen=True):
    """What a page's head contains."""

    here: str
    """This page, as links on it to itself are written; compare it with the `href` of a menu."""
    title: str
    """Title of the window: page, then office."""
    description: str
    canonical: str
    """Absolute address; empty when the station has no ``url``."""
    meta: tuple[Meta, ...]
    """Tags with a ``name``."""
    graph: tuple[Meta, ...]
    """Open Graph, tags with a ``property``; none on pages that are not to be indexed."""
    linked_data: str
    """JSON-LD, safe inside a script element; empty without ``url`` and on pages that are not to be indexed."""
    feeds: tuple[Link, ...]
    """The page's own feed, then the whole site's."""
    language: str
    """``zh-CN`` or ``en``."""
    noindex: bool
    """True for drafts, redirects, what was withdrawn, the search and the page of errors."""
