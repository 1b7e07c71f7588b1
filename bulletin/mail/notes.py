"""The small letters: question, "you are a reader already", farewell. In the station's language; plain text.

Nothing of a form is in them, neither name nor words: whoever types another's address there cannot make us say anything.
"""

from __future__ import annotations

from bulletin.core.i18n import N_, translations
from bulletin.core.model import Value
from bulletin.mail.stores.base import MailNote


class NoteOffice(Value, frozen=True):
    """What the notes of a station say of it."""

    name: str
    bulletin: str
    language: str
    wording: str
    """What is consented to, and whom to ask."""
    address: str
    """To which answers go."""
    form: str = ""
    """Address of the form's pages, ``https://www.example.cn/_mail/``; empty: there is no form."""


class NoteText(Value, frozen=True):
    """One small letter."""

    subject: str
    text: str
    """Lines end with a line feed."""
    headers: tuple[tuple[str, str], ...]
    """Beside those of every letter; no automatic sender answers (RFC 3834)."""


_SUBJECTS = {
    "confirm": N_("Please confirm: {bulletin} by e-mail [{token}]"),
    "known": N_("You get {bulletin} already"),
    "farewell": N_("You do not get {bulletin} any more"),
}

_ASKED = N_(
    "somebody, perhaps you, has asked that {bulletin} of {name} be sent to this address. "
    "Nothing is sent before you confirm it."
)
_ASKED_OF_LIST = N_(
    "this address is on a list of readers of {bulletin} of {name}, without a note of your consent. "
    "Nothing is sent before you confirm it, and you are not asked again."
)
_CONSENT = N_("By confirming you consent to this:")
_HOW_BY_MAIL = N_(
    "To confirm, answer this letter within 7 days and leave its subject as it is; you need not write anything."
)
_HOW_BY_FORM = N_("Or open this page and press the button there:")
_IGNORE = N_("If you did not ask for it, do nothing: your address is deleted after 7 days.")
_IGNORE_LIST = N_("If you do not want it, do nothing: no issue comes, and no other question.")
_KNOWN = N_("you have written that you want {bulletin} of {name}. You are on the list of its readers already.")
_HOW_TO_LEAVE = N_("To unsubscribe, write “unsubscribe” to {address}; it takes effect at once.")
_LEFT = N_("you are no longer on the list of readers of {bulletin} of {name}. No issue comes to this address any more.")
_LATER = N_("A letter that was under way when you wrote may still arrive.")
_BACK = N_("To subscribe again, write “subscribe” to {address}.")


def write_note(note: MailNote, office: NoteOffice, token: str = "") -> NoteText:
    """The letter of a note; ``token``: that of a question (`joining.confirm_token`)."""
    _ = translations(office.language).gettext
    values = {"name": office.name, "bulletin": office.bulletin, "address": office.address, "token": token}
    paragraphs = [_("Hello,"), *_paragraphs(note, office, token), f"{office.name}\n{office.address}"]
    text = "\n\n".join(
        _(paragraph).format_map(values) if paragraph in _TEMPLATES else paragraph for paragraph in paragraphs
    )
    answers = "auto-replied" if note.origin == "mail" else "auto-generated"
    return NoteText(_(_SUBJECTS[note.kind]).format_map(values), text + "\n", (("Auto-Submitted", answers),))


_TEMPLATES = {
    _ASKED, _ASKED_OF_LIST, _CONSENT, _HOW_BY_MAIL, _HOW_BY_FORM, _IGNORE, _IGNORE_LIST, _KNOWN, _HOW_TO_LEAVE,
    _LEFT, _LATER, _BACK,
}  # fmt: skip
"""The rest is said as it is: a wording may have braces."""


def _paragraphs(note: MailNote, office: NoteOffice, token: str) -> list[str]:
    if note.kind == "known":
        return [_KNOWN, _HOW_TO_LEAVE]
    if note.kind == "farewell":
        return [_LEFT, _LATER, _BACK]
    asked = _ASKED_OF_LIST if note.origin == "import" else _ASKED
    page = [_HOW_BY_FORM, f"{office.form}confirm?t={token}"] if office.form else []
    ignore = _IGNORE_LIST if note.origin == "import" else _IGNORE
    return [asked, _CONSENT, office.wording, _HOW_BY_MAIL, *page, ignore]
