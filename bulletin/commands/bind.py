"""`bulletin bind`: the bound volume of a year."""

from __future__ import annotations

from pathlib import Path

import click

from bulletin.commands.bar import Bar
from bulletin.commands.options import jobs_option, processors, root_option
from bulletin.commands.print import report_printed, system_folders
from bulletin.commands.terminal import Command, Session, find_root


def bind(session: Session, help: str) -> Command:
    _ = session.say.translate
    return Command(
        "bind",
        callback=_bind,
        help=help,
        epilog=_("Examples:\n  bulletin bind 2014 --open\n  bulletin bind 2014 --out volume.pdf"),
        params=[
            click.Argument(["year"], metavar="YEAR", type=click.IntRange(1900, 2999)),
            click.Option(["--open", "opened"], is_flag=True, help=_("Show it when it is ready.")),
            click.Option(["--out"], metavar="FILE", type=click.Path(path_type=Path), help=_("Another file.")),
            jobs_option(_),
            root_option(_),
        ],
    )


@click.pass_obj
def _bind(session: Session, year: int, opened: bool, out: Path | None, jobs: int | None, root: str | None) -> None:
    from bulletin.build.binding import bind_year

    folder = find_root(root)
    fonts = system_folders(session.environment)
    with Bar(session.say.translate, hidden=False) as bar:
        printed = bind_year(folder, year, session.now(), jobs or processors(), fonts, out and out.absolute(), bar)
    report_printed(session, printed, folder, opened)
