"""The pages of the form, which the build makes in the site's own theme and `bulletin mail serve` fills and gives out.

They are in ``_mail/`` in the site, at the depth of the addresses under which the service gives them out, so that links
and styles lead to the same files.
"""

from __future__ import annotations

from typing import Literal, get_args

from bulletin.core.i18n import N_, translations
from bulletin.core.mail_settings import MailSettings

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
STAMP_MARK, ADDRESS_MARK, TOKEN_MARK = "[[stamp]]", "[[address]]", "[[token]]"
"""In their place come: when the form was given out; an address, as typed or with its local part masked; a token."""

DEFAULT_WORDING = N_(
    "I agree that {name} keeps this e-mail address to send me each issue of {bulletin}, and uses it for nothing else. "
    "I can unsubscribe at any time by answering a letter."
)
"""What readers consent to where station.yml has no ``wording``; in the station's language (docs/mail.md)."""


def consent_wording(settings: MailSettings | None, language: str, name: str, bulletin: str) -> str:
    """What readers of a station consent to."""
    words = translations(language).gettext(DEFAULT_WORDING).format(name=name, bulletin=bulletin)
    return (settings.wording if settings else "") or words


def letter_address(settings: MailSettings) -> str:
    """Where readers write to: the mailbox that is read, else the first account's; empty where there is neither."""
    if settings.imap and "@" in settings.imap.user:
        return settings.imap.user
    return settings.accounts[0].sender if settings.accounts else ""
