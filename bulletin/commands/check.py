"""`bulletin check`: what is wrong in the texts and in the archive, and fixing it."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING

import click

from bulletin.commands.bar import Bar
from bulletin.commands.options import jobs_option, processors, root_option
from bulletin.commands.printing import FORMATS, exit_code, print_in_brief, print_problems, print_silenced, summary_line
from bulletin.commands.terminal import Command, Session, find_root
from bulletin.core.i18n import N_, Translate

if TYPE_CHECKING:
    from bulletin.build.fixing import CleanedFile
    from bulletin.check.findings import Findings


def check(session: Session, help: str) -> Command:
    _ = session.say.translate
    return Command(
        "check",
        callback=_check,
        help=help,
        epilog=_(
            "Examples:\n  bulletin check\n  bulletin check --fix --diff\n"
            "  bulletin check --format html --out report.html\n  bulletin check --explain P101\n"
            "  bulletin check --pass P103 2014002:7 --because 办公室电话"
        ),
        params=_options(_),
    )


def _options(_: Translate) -> list[click.Parameter]:
    file = click.Path(path_type=Path)
    return [
        click.Option(["--format", "form"], type=click.Choice(FORMATS), default="text", help=_("How to report.")),
        click.Option(["--out"], metavar="FILE", type=file, help=_("Write the report into a file.")),
        click.Option(["--strict"], is_flag=True, help=_("End with 1 for notices too.")),
        click.Option(["--external"], is_flag=True, help=_("Ask other websites whether the links to them still work.")),
        click.Option(["--ignored"], is_flag=True, help=_("List what comments in the texts silence, and why.")),
        click.Option(["--explain"], metavar="CODE", help=_("Say what a code means, with examples.")),
        click.Option(
            ["--fix"], is_flag=True, help=_("Fix what can be fixed automatically; a copy of each file is kept.")
        ),
        click.Option(["--diff"], is_flag=True, help=_("Show what --fix would do, and do nothing.")),
        click.Option(["--titles"], is_flag=True, help=_("With --fix: mark lines that look like titles as titles.")),
        click.Option(
            ["--pass", "passing"],
            nargs=2,
            metavar="CODE PLACE",
            help=_("Pass what was found, so that it may be published: --pass P103 2014002:7 --because …"),
        ),
        click.Option(["--because"], metavar="REASON", default="", help=_("With --pass: why it may be public.")),
        jobs_option(_),
        root_option(_),
    ]


@click.pass_obj
def _check(
    session: Session,
    form: str,
    out: Path | None,
    strict: bool,
    external: bool,
    ignored: bool,
    explain: str | None,
    fix: bool,
    diff: bool,
    titles: bool,
    passing: tuple[str, str] | None,
    because: str,
    jobs: int | None,
    root: str | None,
) -> None:
    if explain:
        _explain(session, explain)
        return
    folder = find_root(root)
    if passing:
        _pass(session, folder, passing, because, jobs or processors())
        return
    if fix or diff:
        _fix(session, folder, titles=titles, only_show=diff)
        return
    found = _found(session, folder, jobs or processors(), external=external, hidden=form != "text")
    if ignored:
        print_silenced(found.silenced, session.say.translate)
        return
    print_problems(session, found.problems, folder, form, out)
    if out:
        click.echo(session.say(N_("{path} is written."), path=out), err=True)
    elif form == "text":
        click.echo(summary_line(found.problems, found.issues, session.say.translate))
    sys.exit(exit_code(found.problems, strict=strict))


def _explain(session: Session, code: str) -> None:
    from bulletin.check.lessons import explain

    click.echo(explain(code, session.say.translate))


def _pass(session: Session, root: Path, passing: tuple[str, str], because: str, jobs: int) -> None:
    from bulletin.build.passing import pass_findings
    from bulletin.check.reports import place

    code, where = passing
    for passed in pass_findings(root, code.upper(), where, because, session.now(), jobs):
        words = N_("{place}: {code} may be published; the reason stands in {file}.")
        click.echo(session.say(words, place=place(passed.problem), code=passed.problem.code, file=passed.file))


def _found(session: Session, root: Path, jobs: int, *, external: bool, hidden: bool) -> Findings:
    """What the check finds; from the last time where nothing has changed, unless other websites are asked."""
    from bulletin.build.changes import last_findings, scan_project
    from bulletin.build.report import Options

    options, now = Options(jobs=jobs), session.now()
    scan = scan_project(root)
    found = None if external else last_findings(root, now, options, scan)
    if found is not None:
        return found
    from bulletin.build.examine import examine
    from bulletin.check.external import External, public_transport

    with Bar(session.say.translate, hidden) as bar:
        asked = External(public_transport, bar) if external else None
        return examine(root, now, options, bar, asked, scan)


def _taken_out(session: Session, cleaned: CleanedFile) -> str:
    """What goes out of an Office file, a line a kind: ``- author (1: 王芳)``."""
    from bulletin.check.documents import trace_words

    translate = session.say.translate
    lines = (f"- {trace_words(trace, translate)}" for trace in cleaned.taken)
    title = session.say(N_("What is taken out of {path}:"), path=cleaned.file.path)
    return "\n".join([title, *lines])


def _fix(session: Session, root: Path, *, titles: bool, only_show: bool) -> None:
    """`--fix`: show the fixes, and apply them unless ``only_show``."""
    from bulletin.build.fixing import cleaned_files, fixed_files, unread_word_lists, write_fixed
    from bulletin.check.fixes import diff
    from bulletin.write.output import WORK

    if skipped := unread_word_lists(root):
        print_in_brief(session, skipped, root)
    moment, count = session.now(), 0
    for fixed in fixed_files(root, titles=titles):
        count += 1
        click.echo(diff(fixed), nl=False)
        if not only_show:
            copy = write_fixed(root, WORK, fixed, moment)
            click.echo(session.say(N_("{path} was fixed; the original is kept in {copy}."), path=fixed.path, copy=copy))
    for cleaned in cleaned_files(root):
        count += 1
        click.echo(_taken_out(session, cleaned))
        if not only_show:
            copy, path = write_fixed(root, WORK, cleaned.file, moment), cleaned.file.path
            click.echo(session.say(N_("{path} was cleaned; the original is kept in {copy}."), path=path, copy=copy))
    if not count:
        click.echo(session.say(N_("There is nothing that can be fixed automatically.")))
