"""How to get the letter: the page that says it, and the pages of the form, which `bulletin mail serve` gives out."""

from __future__ import annotations

from collections.abc import Iterator
from urllib.parse import quote

from bulletin.arrange import urls, views
from bulletin.arrange.archive import Archive
from bulletin.arrange.frame import Frame
from bulletin.arrange.plan import OutputGroup, TemplatePage
from bulletin.core.mail_pages import MAIL_FOLDER, MAIL_PAGES, MailPageState, consent_wording, mail_page
from bulletin.core.model import Value
from bulletin.core.problems import N_
from bulletin.core.station import Station


class SubscribeInputs(Value, frozen=True):
    """For the page that says how."""


class FormInputs(Value, frozen=True):
    """For the pages of the form."""


def subscribe_groups(archive: Archive) -> Iterator[OutputGroup]:
    if archive.has_subscribe_page:
        yield OutputGroup("subscribe", SubscribeInputs(), (urls.SUBSCRIBE,), templates=("subscribe.html",))
    if _has_form(archive.station):
        paths = tuple(mail_page(state) for state in MAIL_PAGES)
        yield OutputGroup("subscribe form", FormInputs(), paths, templates=("mail.html",))


def subscribe_page(frame: Frame, _: SubscribeInputs) -> Iterator[TemplatePage]:
    path, above = urls.SUBSCRIBE, frame.above()
    root = urls.root_of(path)
    title = frame.translate(N_("Subscribe by e-mail"))
    view = views.SubscribePage(
        site=frame.site(root),
        head=frame.head(path, title, trail=above),
        trail=frame.trail(above, root),
        **_mailbox(frame),
        form=f"{root}{MAIL_FOLDER}" if _has_form(frame.station) else "",
    )
    yield TemplatePage(path, "subscribe.html", view)


def form_pages(frame: Frame, _: FormInputs) -> Iterator[TemplatePage]:
    for state in MAIL_PAGES:
        path = mail_page(state)
        view = views.MailPage(
            site=frame.site(urls.root_of(path)),
            head=frame.head(path, frame.translate(_TITLES[state]), noindex=True),
            state=state,
            columns=tuple(views.Choice(rule.title, rule.id) for rule in frame.station.sections),
            **_mailbox(frame),
        )
        yield TemplatePage(path, "mail.html", view)


_FORM_TITLE = N_("Subscribe by e-mail")
_TITLES: dict[MailPageState, str] = {
    "form": _FORM_TITLE,
    "again": _FORM_TITLE,
    "address": _FORM_TITLE,
    "consent": _FORM_TITLE,
    "asked": N_("Look into your mailbox"),
    "confirm": N_("Confirm your subscription"),
    "confirmed": N_("You have subscribed"),
    "leave": N_("Unsubscribe"),
    "left": N_("You have unsubscribed"),
    "expired": N_("This link does not work any more"),
    "busy": N_("Too many requests"),
    "unavailable": N_("This does not work at present"),
}
"""Also the heading."""


def _has_form(station: Station) -> bool:
    return station.mail is not None and station.mail.form


def _mailbox(frame: Frame) -> dict[str, str]:
    """Where to write to, ready to be clicked, and what one consents to."""
    station, settings = frame.station, frame.station.mail
    address = settings.mailbox if settings and settings.imap else ""  # what nobody reads is offered to nobody
    subscribe, leave = frame.translate(N_("subscribe")), frame.translate(N_("unsubscribe"))
    return {
        "address": address,
        "subscribe": f"mailto:{quote(address, safe='@')}?subject={quote(subscribe)}" if address else "",
        "unsubscribe": f"mailto:{quote(address, safe='@')}?subject={quote(leave)}" if address else "",
        "wording": consent_wording(station),
    }
