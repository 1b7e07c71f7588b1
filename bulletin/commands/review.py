"""`bulletin review`: 三审三校, who has read an issue before it goes out."""

from __future__ import annotations

from pathlib import Path

import click

from bulletin.commands.options import jobs_option, processors, root_option
from bulletin.commands.terminal import Command, Session, find_root
from bulletin.core.errors import UsageError
from bulletin.core.i18n import N_


def review(session: Session, help: str) -> Command:
    _ = session.say.translate
    file = click.Path(path_type=Path)
    return Command(
        "review",
        callback=_review,
        help=help,
        epilog=_(
            "Examples:\n  bulletin review 2014002 --as first --by 李桂芳\n  bulletin review --register register.html"
        ),
        params=[
            click.Argument(["number"], metavar="[NUMBER]", required=False),
            click.Option(["--as", "role"], metavar="ROLE", help=_("first, second or final.")),
            click.Option(["--by", "by"], metavar="NAME", help=_("Who has read it.")),
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
    register: Path | None,
    jobs: int | None,
    root: str | None,
) -> None:
    folder = find_root(root)
    if register:
        _write_register(session, folder, register, jobs or processors())
    elif number and role and by:
        _record(session, folder, number, role, by, jobs or processors())
    else:
        raise UsageError(N_("a review needs a number, --as and --by; a register, --register."))


def _write_register(session: Session, root: Path, path: Path, jobs: int) -> None:
    from bulletin.build.reviewing import write_register

    count = write_register(root, path, session.now(), jobs, session.say.translate)
    click.echo(session.say(N_("{path}: {count} reviews."), path=path, count=count))


def _record(session: Session, root: Path, number: str, role: str, by: str, jobs: int) -> None:
    from bulletin.build.reviewing import record_review
    from bulletin.check.reviews import ROLES

    made = record_review(root, number, role, by, session.now(), jobs)
    words = N_("{number}: {role} by {by}, {date}. It holds until the text is changed.")
    role = session.say.translate(ROLES[made.role])
    click.echo(session.say(words, number=made.number, role=role, by=made.by, date=made.date))
