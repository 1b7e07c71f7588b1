"""`bulletin export`: an issue as a file to hand on, for e-readers or as plain text."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING, NoReturn

import click

from bulletin.commands.bar import Bar
from bulletin.commands.options import jobs_option, processors, root_option
from bulletin.commands.printing import exit_code, print_problems, say_left_out
from bulletin.commands.terminal import Command, Session, find_root
from bulletin.core.i18n import N_

if TYPE_CHECKING:
    from bulletin.build.exporting import ExportedFile, ExportForm


def export(session: Session, help: str) -> Command:
    _ = session.say.translate
    return Command(
        "export",
        callback=_export,
        help=help,
        epilog=_(
            "Examples:\n  bulletin export epub 2014002 --open\n  bulletin export epub 2014\n"
            "  bulletin export text 2014002 --out letter.txt"
        ),
        params=[
            click.Argument(["form"], type=click.Choice(["epub", "text", "word"])),
            click.Argument(["number"], metavar="NUMBER"),
            click.Option(["--open", "opened"], is_flag=True, help=_("Show it when it is ready.")),
            click.Option(["--out"], metavar="FILE", type=click.Path(path_type=Path), help=_("Another file.")),
            click.Option(
                ["--drafts", "--draft", "drafts"], is_flag=True, help=_("Also a draft; the file says that it is one.")
            ),
            jobs_option(_),
            root_option(_),
        ],
    )


@click.pass_obj
def _export(
    session: Session,
    form: ExportForm,
    number: str,
    opened: bool,
    out: Path | None,
    drafts: bool,
    jobs: int | None,
    root: str | None,
) -> None:
    from bulletin.build.exporting import export_issue

    folder = find_root(root)
    with Bar(session.say.translate, hidden=False) as bar:
        exported = export_issue(
            folder,
            form,
            number,
            session.now(),
            jobs or processors(),
            out and out.absolute(),
            bar,
            drafts=drafts,
        )
    report_exported(session, exported, folder, opened)


def report_exported(session: Session, exported: ExportedFile, folder: Path, opened: bool) -> NoReturn:
    """Say what was made, what was found and what is not in it, and end."""
    print_problems(session, exported.problems, folder)
    click.echo(session.say(N_("Exported: {path}"), path=exported.path))
    say_left_out(session, exported.left_out)
    if opened:
        click.launch(str(exported.path))
    sys.exit(exit_code(each for each in exported.problems if each.severity == "error"))
