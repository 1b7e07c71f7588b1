"""Standing pages, the page of errors, the search, redirects."""

from __future__ import annotations

from bulletin.arrange.views.site import Head, Site
from bulletin.arrange.views.values import Choice, DisplayTime, Link, ShownCorrection
from bulletin.core.model import Value


class StandingPage(Value, frozen=True):
    """``/about/``, and a notice"""

    site: Site
    head: Head
    trail: tuple[Link, ...]
    """The pages above this one, home first."""
    title: str
    html: str
    updated: DisplayTime | None
    draft: bool
    title_html: str
    """HTML of the title where it holds more than its text, a link, a note, a picture; else empty."""
    corrections: tuple[ShownCorrection, ...]
    """Newest first."""
    date: DisplayTime | None = None
    """Of a notice; None on a standing page."""
    until: DisplayTime | None = None
    """Last day of a notice."""


class WithdrawnPage(Value, frozen=True):
    """At the address of what was withdrawn (撤稿); nothing else is left of it."""

    site: Site
    head: Head
    trail: tuple[Link, ...]
    """The pages above this one, home first."""
    date: DisplayTime
    """When it was withdrawn."""
    because: str
    """The reason that was given; may be empty."""
    whole: bool
    """Whether all of an issue was withdrawn, or one article."""


class MissingPage(Value, frozen=True):
    """``/404.html``; its addresses begin at the server's root, since it is shown at any depth."""

    site: Site
    head: Head
    old_addresses: str
    """Address of the list of old addresses that no file can have; empty where there are none"""
    newest: Link | None
    """The newest issue; none when nothing is published."""


class SearchPage(Value, frozen=True):
    """``/search/``"""

    site: Site
    head: Head
    index: str
    """Address of the index's script; empty in the preview, which makes no index."""
    columns: tuple[Choice, ...]
    years: tuple[Choice, ...]
    """Newest first."""


class SubscribePage(Value, frozen=True):
    """``/subscribe/``"""

    site: Site
    head: Head
    trail: tuple[Link, ...]
    """The pages above this one, home first."""
    address: str
    """The mailbox to write to; empty where letters are not read."""
    subscribe: str
    """``mailto:`` with the word that subscribes as its subject; empty likewise."""
    unsubscribe: str
    wording: str
    """What readers consent to."""
    form: str
    """Address of the form; empty where there is none."""


class MailPage(Value, frozen=True):
    """A page of the form, which the service fills."""

    site: Site
    head: Head
    state: str
    """Which of them (core/mail_pages.py)."""
    columns: tuple[Choice, ...]
    """That may be chosen: the sections of station.yml."""
    address: str
    subscribe: str
    unsubscribe: str
    wording: str


class RedirectPage(Value, frozen=True):
    """A page at an old address."""

    head: Head
    target: str
    """Where the reader is sent."""
