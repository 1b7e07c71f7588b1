"""`bulletin publish receive`: on the web server, put the release of a stick in its place."""

from __future__ import annotations

from pathlib import Path

import click

from bulletin.commands.terminal import Command, Session
from bulletin.core.i18n import N_, Translate


def receive_command(_: Translate) -> Command:
    folder = click.Path(path_type=Path)
    return Command(
        "receive",
        callback=_receive,
        help=_("On the web server: put the release of a stick in its place, whole or not at all."),
        epilog=_("Example:\n  bulletin publish receive /media/stick /srv/www"),
        params=[
            click.Argument(["stick"], metavar="STICK", type=folder),
            click.Argument(["folder"], metavar="DIR", type=folder),
            click.Option(
                ["--in-place"],
                is_flag=True,
                help=_("Replace files in the folder itself; the web server's root is fixed."),
            ),
            click.Option(["--adopt"], is_flag=True, help=_("Replace files on the target that are not ours.")),
        ],
    )


@click.pass_obj
def _receive(session: Session, stick: Path, folder: Path, in_place: bool, adopt: bool) -> None:
    from bulletin.publish.receiving import receive

    done = receive(stick, folder, in_place=in_place, adopt=adopt)
    words = N_("{root}: release {id} is in place; {files} files written, {removed} removed.")
    click.echo(session.say(words, root=done.web_root, id=done.release, files=done.replaced, removed=done.removed))
