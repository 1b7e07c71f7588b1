"""`bulletin mail status`."""

from __future__ import annotations

from bulletin.commands.options import root_option
from bulletin.commands.terminal import Command, Session


def status_command(session: Session, help: str) -> Command:
    """The command, described in the user's language."""
    return Command("status", help=help, params=[root_option(session.say.translate)])
