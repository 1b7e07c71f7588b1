"""`bulletin review`: 三审三校, who has read an issue before it goes out."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from bulletin.commands.options import jobs_option, processors, root_option
from bulletin.commands.terminal import Command, Session, find_root
from bulletin.core.errors import UsageError
from bulletin.core.i18n import N_

if TYPE_CHECKING:
    from bulletin.build.reviewing import ReviewLine
    from bulletin.core.problems import Problem


def review(session: Session, help: str) -> Command:
    _ = session.say.translate
    file = click.Path(path_type=Path)
    return Command(
        "review",
        callback=_review,
        help=help,
        epilog=_(
            "Examples:\n  bulletin review 2014002\n  bulletin review 2014002 --as first --by 李桂芳\n"
            "  bulletin review --register register.html"
        ),
        params=[
            click.Argument(["number"], metavar="[NUMBER]", required=False),
            click.Option(["--as", "role"], metavar="ROLE", help=_("first, second or final.")),
            click.Option(["--by", "by"], metavar="PERSON", help=_("Who has read it.")),
            click.Option(
                ["--even-so"], is_flag=True, help=_("Record it although the text has errors; the record says so.")
            ),
            click.Option(["--register"], metavar="FILE", type=file, help=_("An .html or .csv file.")),
            jobs_option(_),
            root_option(_),
        ],
    )


@click.pass_obj
def _review(
    session: Session,
    number: str | None,
    role: str | None,
    by: str | None,
    even_so: bool,
    register: Path | None,
    jobs: int | None,
    root: str | None,
) -> None:
    folder = find_root(root)
    if register:
        _write_register(session, folder, register, jobs or processors())
    elif number and role and by:
        _record(session, folder, number, role, by, jobs or processors(), even_so=even_so)
    elif number and not role and not by:
        _show_state(session, folder, number, jobs or processors())
    else:
        raise UsageError(N_("a review needs a number, --as and --by; a register, --register."))


def _write_register(session: Session, root: Path, path: Path, jobs: int) -> None:
    from bulletin.build.reviewing import write_register

    count = write_register(root, path, session.now(), jobs, session.say.translate)
    click.echo(session.say(N_("{path}: {count} reviews."), path=path, count=count))


def _record(session: Session, root: Path, number: str, role: str, by: str, jobs: int, *, even_so: bool) -> None:
    from bulletin.build.reviewing import record_review
    from bulletin.check.reviews import ROLES

    recorded = record_review(root, number, role, by, session.now(), jobs, even_so=even_so)
    made = recorded.review
    words = N_("{number}: {role} by {by}, {date}. It holds until the text is changed.")
    role = session.say.translate(ROLES[made.role])
    click.echo(session.say(words, number=made.id, role=role, by=made.by, date=made.date))
    if recorded.reviews_from:
        words = N_("content/station.yml now says “reviews_from: {day}”: issues from that day on need their reviews.")
        click.echo(session.say(words, day=recorded.reviews_from))


# ── the state of an issue


def _show_state(session: Session, root: Path, number: str, jobs: int) -> None:
    from bulletin.build.reviewing import review_state

    state = review_state(root, number, session.now(), jobs)
    click.echo(" ".join(dict.fromkeys(words for words in (state.id, state.number, state.title) if words)))
    for line in state.lines:
        click.echo(f"  {_line(session, line)}")
    for each in state.open:
        click.secho(f"  {session.say(N_('error'))}: {_problem(session, each)}", fg="red")
    for passed in state.passed:
        words = N_("passed: {problem}: {reason}")
        click.echo(f"  {session.say(words, problem=_problem(session, passed.problem), reason=passed.pragma.reason)}")
    if state.next:
        command = f"bulletin review {state.id} --as {state.next} --by {session.say(N_('NAME'))}"
        click.echo(session.say(N_("Next: {command}"), command=command))
    else:
        click.echo(session.say(N_("All its reviews are there.")))


def _line(session: Session, line: ReviewLine) -> str:
    from bulletin.check.reviews import ROLES

    _ = session.say.translate
    role = _(ROLES[line.role])
    if not line.by:
        return _("{role}: missing").format(role=role)
    state = _("void: {reason}").format(reason=_(line.reason)) if line.reason else _("valid")
    state += _("; ") + _("recorded with open errors") if line.even_so else ""
    return _("{role}: {by}, {date}, {state}").format(role=role, by=line.by, date=line.date, state=state)


def _problem(session: Session, found: Problem) -> str:
    from bulletin.check.reports import place
    from bulletin.core.problems import describe

    return f"{place(found)}: {describe(found, session.say.translate)} [{found.code}]"
