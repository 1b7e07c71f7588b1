"""`bulletin print`: an issue on A4."""

from __future__ import annotations

import gettext
import sys
from pathlib import Path

import click

from bulletin.commands.bar import Bar
from bulletin.commands.options import jobs_option, processors, root_option
from bulletin.commands.printing import exit_code, print_problems
from bulletin.commands.terminal import Command, Session, find_root


def print(session: Session, help: str) -> Command:
    _ = session.say.translate
    return Command(
        "print",
        callback=_print,
        help=help,
        epilog=_("Examples:\n  bulletin print 2014002 --open\n  bulletin print 2014002 --out sheet.pdf"),
        params=[
            click.Argument(["number"], metavar="NUMBER"),
            click.Option(["--open", "opened"], is_flag=True, help=_("Show it when it is ready.")),
            click.Option(["--out"], metavar="FILE", type=click.Path(path_type=Path), help=_("Another file.")),
            click.Option(["--drafts", "--draft", "drafts"], is_flag=True, help=_("Also a draft, marked as one.")),
            jobs_option(_),
            root_option(_),
        ],
    )


@click.pass_obj
def _print(
    session: Session, number: str, opened: bool, out: Path | None, drafts: bool, jobs: int | None, root: str | None
) -> None:
    from bulletin.build.printing import print_issue

    folder = find_root(root)
    with Bar(session.say.translate, hidden=False) as bar:
        printed = print_issue(
            folder, number, session.now(), jobs or processors(), out and out.absolute(), bar, drafts=drafts
        )
    print_problems(session, printed.problems, folder)
    if not printed.is_made:
        sys.exit(1)
    pages = _pages(printed.path)
    said = gettext.ngettext("Printed: {path}, {count} page.", "Printed: {path}, {count} pages.", pages)
    click.echo(said.format(path=printed.path, count=pages))
    if opened:
        click.launch(str(printed.path))
    sys.exit(exit_code(each for each in printed.problems if each.severity == "error"))


def _pages(path: Path) -> int:
    from pypdf import PdfReader

    return len(PdfReader(path).pages)
