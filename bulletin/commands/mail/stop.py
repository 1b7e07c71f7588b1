"""`bulletin mail stop`: the letter that is under way goes out, and no other."""

from __future__ import annotations

import click

from bulletin.commands.mail.office import open_office
from bulletin.commands.options import root_option
from bulletin.commands.terminal import Command, Session
from bulletin.core.i18n import N_

_BY_HAND = N_("it was stopped by hand.")


def mail_stop(session: Session, help: str) -> Command:
    """The command, described in the user's language."""
    _ = session.say.translate
    return Command(
        "stop",
        callback=_stop,
        help=help,
        epilog=_("Examples:\n  bulletin mail stop\n  bulletin mail stop 2014002"),
        params=[click.Argument(["number"], metavar="[NUMBER]", required=False), root_option(_)],
    )


@click.pass_obj
def _stop(session: Session, number: str | None, root: str | None) -> None:
    from bulletin.build.finding import possible_ids
    from bulletin.mail.runs import open_runs

    ids = possible_ids(number) if number else None
    with open_office(session, root) as office:
        runs = [run for run in open_runs(office.store) if run.state != "stopped" and (ids is None or run.issue in ids)]
        for run in runs:
            office.store.set_run(run.id, "stopped", _BY_HAND)
            words = N_("Issue {issue}: stopped. To go on: {command}")
            click.echo(session.say(words, issue=run.issue, command=f"bulletin mail send {run.issue}"))
    if not runs:
        click.echo(session.say(N_("No run is under way.")))
