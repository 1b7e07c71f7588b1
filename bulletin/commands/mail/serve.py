"""`bulletin mail serve`: the form, as a service."""

from __future__ import annotations

from contextlib import closing
from functools import partial
from pathlib import Path

import click

from bulletin.commands.options import root_option
from bulletin.commands.terminal import Command, Session, SystemClock, find_root
from bulletin.core.errors import UsageError
from bulletin.core.extras import needs_extra
from bulletin.core.i18n import N_

_NO_FORM = N_("content/station.yml offers no form. Write “form: yes” under “mail:”, and build the site.")
_NO_PAGES = N_(
    "Listening at {bind}, but {path} is not there yet. “bulletin build” makes it; the service follows the file."
)
_DAYS_OF_NOTES = 3
"""Questions may wait for so many days' share; who asks then is told to come tomorrow."""


def mail_serve(session: Session, help: str) -> Command:
    """The command, described in the user's language."""
    _ = session.say.translate
    return Command(
        "serve",
        callback=_serve,
        help=help,
        epilog=_(
            "Examples:\n  bulletin mail serve\n"
            "  bulletin mail serve --bind unix:/run/bulletin/mail.sock --root /srv/bulletin"
        ),
        params=[
            click.Option(
                ["--bind"],
                metavar="HOST:PORT",
                default="127.0.0.1:8791",
                show_default=True,
                help=_("Where to listen, or unix:FILE."),
            ),
            click.Option(
                ["--proxy"],
                metavar="NET",
                multiple=True,
                help=_("A proxy whose X-Forwarded-For is trusted, e.g. 127.0.0.1."),
            ),
            click.Option(
                ["--site"],
                metavar="DIR",
                type=click.Path(path_type=Path),
                help=_("Folder of the built site, whose pages are given out; else “site” in the station's folder."),
            ),
            root_option(_),
        ],
    )


@click.pass_obj
def _serve(session: Session, bind: str, proxy: tuple[str, ...], site: Path | None, root: str | None) -> None:
    from bulletin.build.project import open_project
    from bulletin.commands.hits.shared import log_line
    from bulletin.core.mail_pages import consent_wording, mail_page

    with needs_extra("mail"):
        from bulletin.mail.outbox import notes_share
        from bulletin.mail.service.app import create_mail_app
        from bulletin.mail.service.desk import DeskTools
    with needs_extra("counter"):
        from bulletin.core.server import reserved_address, serve_app
    from bulletin.core.http import Proxies
    from bulletin.mail.stores.base import RequestLimits
    from bulletin.mail.stores.opening import open_address_hasher, open_reader_store

    folder = find_root(root)
    station = open_project(folder).station
    settings = station.mail
    if settings is None or not settings.form:
        raise UsageError(_NO_FORM)
    Proxies(proxy)
    pages = site or folder / "site"
    secret = {name: session.environment[name] for name in (settings.postgresql,) if name in session.environment}
    open_store = partial(open_reader_store, folder, settings, secret)
    limits = RequestLimits(waiting=_DAYS_OF_NOTES * max((notes_share(each) for each in settings.accounts), default=16))
    columns = tuple(rule.id for rule in station.sections)
    with reserved_address(bind):
        with closing(open_store()) as store:  # what is wrong is said before anybody is listened to
            hasher = open_address_hasher(folder, store)
        tools = DeskTools(open_store, hasher, SystemClock(), consent_wording(station), columns, limits)
        form = pages / mail_page("form")
        line = N_("The form is at {bind}; the proxy gives it out as /_mail/.") if form.exists() else _NO_PAGES
        click.echo(session.say(line, bind=bind, path=form), err=True)
        serve_app(bind, partial(create_mail_app, pages, tools, proxy, log_line))
