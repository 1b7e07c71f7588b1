"""`bulletin word in`: a document becomes a draft, with its pictures and a report of what was left out."""

from __future__ import annotations

from pathlib import Path

import click

from bulletin.commands.options import root_option
from bulletin.commands.terminal import Command, Session, find_root
from bulletin.commands.word.drafting import draft_options, make_draft
from bulletin.core.errors import UsageError
from bulletin.core.i18n import N_


def word_in(session: Session, help: str) -> Command:
    """The command, described in the user's language."""
    _ = session.say.translate
    return Command(
        "in",
        callback=_take_in,
        help=help,
        epilog=_("Examples:\n  bulletin word in notice.docx\n  bulletin word in notice.docx --number 2014003"),
        params=[click.Argument(["file"], metavar="FILE"), *draft_options(_), root_option(_)],
    )


@click.pass_obj
def _take_in(
    session: Session, file: str, number: str | None, section: str | None, keep: bool, root: str | None
) -> None:
    from bulletin.word.bounded import incoming_text
    from bulletin.word.incoming import MAX_INCOMING_BYTES

    folder = find_root(root)
    path = Path(file)
    try:
        with path.open("rb") as opened:
            content = opened.read(MAX_INCOMING_BYTES + 1)
    except OSError as error:
        raise UsageError(N_("the file cannot be read: {reason}."), path=file, reason=error.strerror) from error
    text = incoming_text(content, path.name)
    make_draft(session, folder, text, number=number, section=section, keep=keep, name=path.stem)
