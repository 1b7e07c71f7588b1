"""`bulletin correct`: 更正, what was wrong in a published text and what is right."""

from __future__ import annotations

import click

from bulletin.commands.options import jobs_option, processors, root_option
from bulletin.commands.terminal import Command, Session, find_root
from bulletin.core.errors import UsageError
from bulletin.core.i18n import N_


def correct(session: Session, help: str) -> Command:
    _ = session.say.translate
    return Command(
        "correct",
        callback=_correct,
        help=help,
        epilog=_(
            "Examples:\n  bulletin correct 2014002 --was 11月10日 --now 11月11日\n"
            "  bulletin correct 2014002 夜巡三次 --was 三次 --now 四次 --dry-run"
        ),
        params=[
            click.Argument(["number"], metavar="[NUMBER]", required=False),
            click.Argument(["article"], metavar="[ARTICLE]", required=False, default=""),
            click.Option(["--was"], metavar="WORDS", default="", help=_("The wrong words, as they are in the text.")),
            click.Option(["--now", "right"], metavar="WORDS", default="", help=_("The words that are right.")),
            click.Option(["--dry-run"], is_flag=True, help=_("Show what would be changed, and change nothing.")),
            jobs_option(_),
            root_option(_),
        ],
    )


_HOW = N_(
    "A correction needs the issue's number and the words:\n"
    "  bulletin correct 2014002 --was 11月10日 --now 11月11日\n"
    "Of one article, with its title or its name in the address:\n"
    "  bulletin correct 2014002 夜巡三次 --was 三次 --now 四次\n"
    "The words are replaced in the text. At the top of its page a box says what was wrong, what is right, and when it "
    "was changed. See first what would be changed with --dry-run."
)


@click.pass_obj
def _correct(
    session: Session,
    number: str | None,
    article: str,
    was: str,
    right: str,
    dry_run: bool,
    jobs: int | None,
    root: str | None,
) -> None:
    if not number and not was and not right:
        click.echo(session.say.translate(_HOW))
        return
    if not number or not (was or right):
        raise UsageError(N_("a correction needs a number, --was and --now: {example}"), example=_EXAMPLE)
    from bulletin.build.correcting import correct_text

    folder, now, jobs = find_root(root), session.now(), jobs or processors()
    made = correct_text(folder, number, article, was, right, now, jobs, dry_run=dry_run)
    if dry_run:
        click.echo("\n".join(made.diff))
        click.echo(session.say(N_("Nothing was changed.")))
        return
    place = f"{made.file}:{made.line}" if made.line else made.file
    words = N_("{place}: corrected.") if made.line else N_("{place}: the text was right already; the note was added.")
    click.echo(session.say(words, place=place))
    click.echo(session.say(N_("Readers see it after: {command}"), command="bulletin publish"))


_EXAMPLE = "bulletin correct 2014002 --was … --now …"
