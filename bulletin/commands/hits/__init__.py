"""`bulletin hits …`: the commands of the counter. Loaded when one of them is used."""

from __future__ import annotations

from bulletin.commands.hits.figures import FigureCommands
from bulletin.commands.hits.service import ServiceCommands
from bulletin.commands.hits.transfer import TransferCommands
from bulletin.commands.terminal import Group, Session

_PARTS = (ServiceCommands, FigureCommands, TransferCommands)
"""In the order in which `bulletin hits --help` names their commands."""


def hits(session: Session, help: str) -> Group:
    """The group with every command, described in the user's language."""
    group = Group("hits", help=help)
    for part in _PARTS:
        part(session.say.translate, session.now, session.environment).add(group)
    return group
