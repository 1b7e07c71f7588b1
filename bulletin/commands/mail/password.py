"""`bulletin mail password`: stored once, asked for by nobody afterwards."""

from __future__ import annotations

import click

from bulletin.commands.mail.office import open_office
from bulletin.commands.options import root_option
from bulletin.commands.terminal import Command, Session
from bulletin.core.errors import UsageError
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
    from bulletin.commands.publish.secrets import password_variable, store_password
    from bulletin.commands.publish.secrets_file import SECRETS_FILE, secrets_path

    with open_office(session, root) as office:
        (account,) = office.accounts((name,))
    given = click.prompt(session.say(N_("Password or 授权码 of {account}"), account=account.sender), hide_input=True)
    try:
        store_password(account.secret_name, given)
    except Exception as error:  # noqa: BLE001 - each system's keyring raises errors of its own
        raise UsageError(
            N_(
                "this system has no keyring that can be used ({reason}). Put the password into the variable "
                "{variable}, or into the file {file} as {variable}=…"
            ),
            reason=str(error) or type(error).__name__,
            variable=password_variable(account.secret_name),
            file=secrets_path(session.environment) or SECRETS_FILE,
        ) from None
    click.echo(session.say(N_("Stored. “bulletin mail test ADDRESS NUMBER” tries it.")))
