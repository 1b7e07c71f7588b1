"""`bulletin print`: an issue on A4; `bulletin bind`: a year of them."""

from __future__ import annotations

import gettext
import sys
from pathlib import Path
from typing import TYPE_CHECKING, NoReturn

import click

from bulletin.commands.bar import Bar
from bulletin.commands.export import report_exported
from bulletin.commands.options import jobs_option, processors, root_option
from bulletin.commands.printing import exit_code, print_problems, say_left_out
from bulletin.commands.terminal import Command, Session, find_root

if TYPE_CHECKING:
    from bulletin.build.printing import PrintedFile


def print(session: Session, help: str) -> Command:
    _ = session.say.translate
    return Command(
        "print",
        callback=_print,
        help=help,
        epilog=_(
            "Examples:\n  bulletin print 2014002 --open\n  bulletin print 2014002 --poster\n"
            "  bulletin print 2014002 --out sheet.pdf"
        ),
        params=[
            click.Argument(["number"], metavar="NUMBER"),
            click.Option(
                ["--poster"], is_flag=True, help=_("A poster for the notice board instead, also as a picture.")
            ),
            click.Option(["--open", "opened"], is_flag=True, help=_("Show it when it is ready.")),
            click.Option(["--out"], metavar="FILE", type=click.Path(path_type=Path), help=_("Another file.")),
            click.Option(["--drafts", "--draft", "drafts"], is_flag=True, help=_("Also a draft, marked as one.")),
            jobs_option(_),
            root_option(_),
        ],
    )


@click.pass_obj
def _print(
    session: Session,
    number: str,
    poster: bool,
    opened: bool,
    out: Path | None,
    drafts: bool,
    jobs: int | None,
    root: str | None,
) -> None:
    from bulletin.build.printing import print_issue, print_poster

    folder = find_root(root)
    with Bar(session.say.translate, hidden=False) as bar:
        make = print_poster if poster else print_issue
        printed = make(folder, number, session.now(), jobs or processors(), out and out.absolute(), bar, drafts=drafts)
    _report(session, printed, folder, opened)


def _report(session: Session, printed: PrintedFile, folder: Path, opened: bool) -> NoReturn:
    """Say what was made and what was found, and end."""
    print_problems(session, printed.problems, folder)
    if not printed.is_made:
        sys.exit(1)
    pages = _pages(printed.path)
    said = gettext.ngettext("Printed: {path}, {count} page.", "Printed: {path}, {count} pages.", pages)
    click.echo(said.format(path=printed.path, count=pages))
    say_left_out(session, printed.left_out)
    if opened:
        click.launch(str(printed.path))
    sys.exit(exit_code(each for each in printed.problems if each.severity == "error"))


def bind(session: Session, help: str) -> Command:
    _ = session.say.translate
    return Command(
        "bind",
        callback=_bind,
        help=help,
        epilog=_(
            "Examples:\n  bulletin bind 2014 --open\n  bulletin bind 2014 --epub\n  bulletin bind 2014 --out volume.pdf"
        ),
        params=[
            click.Argument(["year"], metavar="YEAR", type=click.IntRange(1900, 2999)),
            click.Option(["--epub"], is_flag=True, help=_("An e-book instead, as `bulletin export epub` makes it.")),
            click.Option(["--open", "opened"], is_flag=True, help=_("Show it when it is ready.")),
            click.Option(["--out"], metavar="FILE", type=click.Path(path_type=Path), help=_("Another file.")),
            jobs_option(_),
            root_option(_),
        ],
    )


@click.pass_obj
def _bind(
    session: Session, year: int, epub: bool, opened: bool, out: Path | None, jobs: int | None, root: str | None
) -> None:
    from bulletin.build.exporting import export_year
    from bulletin.build.printing import bind_year

    folder = find_root(root)
    job = (folder, year, session.now(), jobs or processors(), out and out.absolute())
    with Bar(session.say.translate, hidden=False) as bar:
        if epub:
            exported = export_year(*job, bar)
        else:
            printed = bind_year(*job, bar)
    if epub:
        report_exported(session, exported, folder, opened)
    _report(session, printed, folder, opened)


def _pages(path: Path) -> int:
    from pypdf import PdfReader

    return len(PdfReader(path).pages)
