"""`bulletin word …`: documents of Word and WPS. Each command's module is loaded when that command is used."""

from __future__ import annotations

import bulletin.commands.options  # noqa: F401 - with the group, as every command's help
from bulletin.commands.terminal import Group, LazyCommand, Session
from bulletin.core.i18n import N_

_COMMANDS = (
    ("in", "coming_in", N_("Make a draft from a document (.docx); says what was left out, and how that begins.")),
    (
        "paste",
        "paste",
        N_("Make a draft from what was copied in Word or WPS: the clipboard, a file or standard input."),
    ),
    ("out", "out", N_("Make a document of an issue (.docx) in the form of official writing, for the office above.")),
)
"""Name, module, and help; in the order of `bulletin word --help`. The module of ``in`` has `word_in` and so on."""


def word(session: Session, help: str) -> Group:
    """The group with every command, described in the user's language."""
    return Group(
        "word",
        commands=[
            LazyCommand(session, name, help, f"word.{module}", f"word_{name}") for name, module, help in _COMMANDS
        ],
        help=help,
    )
