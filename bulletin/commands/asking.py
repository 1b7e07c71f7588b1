"""A value that a command was given as an option, or asks for at a terminal; read by the same rules either way."""

from __future__ import annotations

from collections.abc import Callable

import click

from bulletin.commands.terminal import Messages
from bulletin.core.errors import UsageError
from bulletin.core.i18n import N_

ReadAnswer = Callable[[str], str]
"""From what was typed to the value. Raises `click.BadParameter`, with a sentence, for what cannot be used."""


def given_or_asked(
    say: Messages, option: str, question: str, given: str | None, read: ReadAnswer, *, asks: bool, optional: bool
) -> str:
    """The value; asked for again until it can be used, where somebody can answer (``asks``).

    Empty where it is ``optional`` and nobody says it. Raises `UsageError`.
    """
    if given is not None:
        try:
            return read(given)
        except click.BadParameter as error:
            raise UsageError(error.message) from None
    if asks:
        default = "" if optional else None
        answer: str = click.prompt(f"  {say(question)}", default=default, show_default=False, value_proc=read)
        return answer
    if optional:
        return ""
    raise UsageError(N_("say it with {option}: {question}."), option=f"--{option}", question=say(question))
