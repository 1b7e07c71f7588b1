"""`bulletin hits …`: the counter's commands, which lie with the counter."""

from __future__ import annotations

from bulletin.hits.commands import add_commands
from bulletin.terminal import Group, Session


def hits(session: Session, help: str) -> Group:
    group = Group("hits", help=help)
    add_commands(group, session.say.translate, session.now, session.environment)
    return group
