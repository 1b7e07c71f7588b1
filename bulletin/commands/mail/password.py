"""`bulletin mail password`: stored once, asked for by nobody afterwards."""

from __future__ import annotations

import click

from bulletin.commands.mail.office import open_office
from bulletin.commands.options import root_option
from bulletin.commands.terminal import Command, Session
from bulletin.core.i18n import N_


def mail_password(session: Session, help: str) -> Command:
    """The command, described in the user's language."""
    _ = session.say.translate
    return Command(
        "password",
        callback=_password,
        help=help,
        epilog=_("Example:\n  bulletin mail password office"),
        params=[click.Argument(["name"], metavar="NAME"), root_option(_)],
    )


@click.pass_obj
def _password(session: Session, name: str, root: str | None) -> None:
    from bulletin.commands.publish.secrets import store_secret

    with open_office(session, root) as office:
        (account,) = office.accounts((name,))
    given = click.prompt(session.say(N_("Password or 授权码 of {account}"), account=account.sender), hide_input=True)
    store_secret(session.environment, account.secret_name, given)
    click.echo(session.say(N_("Stored. “bulletin mail test ADDRESS NUMBER” tries it.")))
