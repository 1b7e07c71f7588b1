"""`bulletin mail …`: the letter. Each command's module is loaded when that command is used."""

from __future__ import annotations

import bulletin.commands.options  # noqa: F401 - with the group, as every command's help
from bulletin.commands.terminal import Group, LazyCommand, Session
from bulletin.core.i18n import N_

_COMMANDS = (
    (
        "preview",
        N_("Write the letter of an issue into files to be looked at; says its size, and what is not shown where."),
    ),
    ("test", N_("Send the letter of an issue to one address, to be looked at before it goes to the readers.")),
    ("send", N_("Send an issue to its readers, in the hours and the quota of the mailbox; without a number, go on.")),
    ("status", N_("Show how far the letters of each run are, and which of them need somebody.")),
    ("stop", N_("Stop a run after the letter that is under way; nothing is lost.")),
    ("resolve", N_("Settle letters of which nobody knows whether they went out.")),
    (
        "collect",
        N_("Read what has arrived in the mailbox: who joins, leaves, or cannot be reached. Changes nothing there."),
    ),
    ("serve", N_("Run the service of the form by which readers subscribe and unsubscribe, until it is stopped.")),
    ("doctor", N_("Check logins, the copies that the provider keeps, the sender's domain, quota and clock.")),
    ("password", N_("Store a mailbox's password, or its 授权码, in this system's keyring.")),
)
"""Name, and help; in the order of `bulletin mail --help`. The module ``test`` has `mail_test`
and so on: names that no other module has."""


def mail(session: Session, help: str) -> Group:
    """The group with every command, described in the user's language."""
    return Group(
        "mail",
        commands=[LazyCommand(session, name, help, f"mail.{name}", f"mail_{name}") for name, help in _COMMANDS],
        help=help,
    )
