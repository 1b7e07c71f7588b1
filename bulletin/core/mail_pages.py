"""The pages of the form, which the build makes in the site's own theme and `bulletin mail serve` fills and gives out.

They are in ``_mail/`` in the site, at the depth of the addresses under which the service gives them out, so that links
and styles lead to the same files.
"""

from __future__ import annotations

from typing import Literal, get_args

from bulletin.core.i18n import N_, translations
from bulletin.core.station import Station

MailPageState = Literal[
    "form",
    "again",
    "address",
    "consent",
    "asked",
    "confirm",
    "confirmed",
    "leave",
    "left",
    "expired",
    "busy",
    "unavailable",
]
"""``again``, ``address`` and ``consent`` are the form with what was wrong: it was open for too long or sent by a
machine, there is no address, the box is not ticked."""
MAIL_PAGES: tuple[MailPageState, ...] = get_args(MailPageState)

MAIL_FOLDER = "_mail/"
"""In the site: the build's pages, and the addresses of the service."""
STAMP_MARK, ADDRESS_MARK, TOKEN_MARK = "[[stamp]]", "[[address]]", "[[token]]"
"""In their place come: when the form was given out; an address, as typed or with its local part masked; a token."""

_DEFAULT_WORDING = N_(
    "I agree that {name} keeps this e-mail address to send me each issue of {bulletin}, and uses it for nothing else. "
    "I can unsubscribe at any time by answering a letter."
)
"""What readers consent to where station.yml has no ``wording``; in the station's language (docs/mail.md)."""


def consent_wording(station: Station) -> str:
    """What readers of a station consent to."""
    words = translations(station.language).gettext(_DEFAULT_WORDING)
    own = station.mail.wording if station.mail else ""
    return own or words.format(name=station.name, bulletin=station.bulletin)


def mail_page(state: MailPageState) -> str:
    """Path in the site of one of the pages, before the service fills it."""
    return f"{MAIL_FOLDER}{state}.html"
