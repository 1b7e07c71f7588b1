"""`bulletin hits …`: the commands of the counter. Loaded when one of them is used."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime

from bulletin.hits.commands.carrying import Carrying
from bulletin.hits.commands.figures import Figures
from bulletin.hits.commands.running import Running
from bulletin.hits.commands.shared import Translate
from bulletin.terminal import Group

PARTS = (Running, Figures, Carrying)
"""In the order in which `bulletin hits --help` names their commands."""


def add_commands(group: Group, _: Translate, now: Callable[[], datetime], environment: Mapping[str, str]) -> None:
    """Add every command to the group, described in the reader's language."""
    for part in PARTS:
        part(_, now, environment).add(group)
