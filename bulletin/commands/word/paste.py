"""`bulletin word paste`: what was copied in Word or WPS becomes a draft."""

from __future__ import annotations

import sys
from pathlib import Path

import click

from bulletin.commands.options import root_option
from bulletin.commands.terminal import Command, Session, find_root
from bulletin.commands.word.clipboard import read_clipboard
from bulletin.commands.word.drafting import draft_options, make_draft
from bulletin.core.errors import UsageError
from bulletin.core.i18n import N_


def word_paste(session: Session, help: str) -> Command:
    """The command, described in the user's language."""
    _ = session.say.translate
    return Command(
        "paste",
        callback=_paste,
        help=help,
        epilog=_("Examples:\n  bulletin word paste\n  bulletin word paste copied.html --section 站务新闻"),
        params=[click.Argument(["file"], metavar="[FILE]", required=False), *draft_options(_), root_option(_)],
    )


@click.pass_obj
def _paste(
    session: Session, file: str | None, number: str | None, section: str | None, keep: bool, root: str | None
) -> None:
    from bulletin.word.bounded import incoming_text

    folder = find_root(root)
    text = incoming_text(_copied(file), "" if file in (None, "-") else Path(str(file)).name, pasted=True)
    make_draft(session, folder, text, number=number, section=section, keep=keep)


def _copied(file: str | None) -> bytes:
    """From the clipboard, from standard input (``-``), or from a file."""
    from bulletin.word.incoming import MAX_PASTED_BYTES

    if file == "-":
        return sys.stdin.buffer.read(MAX_PASTED_BYTES + 1)
    if file:
        try:
            with Path(file).open("rb") as opened:
                return opened.read(MAX_PASTED_BYTES + 1)
        except OSError as error:
            raise UsageError(N_("the file cannot be read: {reason}."), path=file, reason=error.strerror) from error
    content = read_clipboard()
    if content is None:
        raise UsageError(
            N_("this system gives no way to its clipboard. Install wl-clipboard or xclip, or give a file, or “-”.")
        )
    if not content:
        raise UsageError(N_("there is no text on the clipboard. Copy it in Word or WPS first."))
    return content
