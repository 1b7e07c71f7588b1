"""`bulletin word out`: an issue as a document of Word, for the office above."""

from __future__ import annotations

from pathlib import Path

import click

from bulletin.commands.bar import Bar
from bulletin.commands.export import report_exported
from bulletin.commands.options import jobs_option, processors, root_option
from bulletin.commands.terminal import Command, Session, find_root


def word_out(session: Session, help: str) -> Command:
    _ = session.say.translate
    return Command(
        "out",
        callback=_out,
        help=help,
        epilog=_(
            "The form is that of GB/T 9704: 22 lines of 28 characters. Where templates/issue.docx is, its styles, "
            "page, headers and footers are taken. What the check keeps back does not go out.\n\n"
            "Examples:\n  bulletin word out 2014002 --open\n  bulletin word out 2014002 --output report.docx"
        ),
        params=[
            click.Argument(["number"], metavar="NUMBER"),
            click.Option(["--open", "opened"], is_flag=True, help=_("Show it when it is ready.")),
            click.Option(
                ["--output", "--out", "out"],
                metavar="FILE",
                type=click.Path(path_type=Path),
                help=_("Another file; else out/export/NUMBER.docx."),
            ),
            click.Option(["--drafts", "--draft", "drafts"], is_flag=True, help=_("Also a draft, marked as one.")),
            jobs_option(_),
            root_option(_),
        ],
    )


@click.pass_obj
def _out(
    session: Session, number: str, opened: bool, out: Path | None, drafts: bool, jobs: int | None, root: str | None
) -> None:
    from bulletin.build.exporting import export_issue

    folder = find_root(root)
    with Bar(session.say.translate, hidden=False) as bar:
        exported = export_issue(
            folder, "word", number, session.now(), jobs or processors(), out and out.absolute(), bar, drafts=drafts
        )
    report_exported(session, exported, folder, opened)
