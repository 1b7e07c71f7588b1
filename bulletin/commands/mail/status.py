"""`bulletin mail status`: how far each run is; of one issue, letter by letter, with the server's words."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from bulletin.commands.mail.office import MailOffice, open_office
from bulletin.commands.options import root_option
from bulletin.commands.terminal import Command, Messages, Session
from bulletin.core.errors import UsageError
from bulletin.core.i18n import N_

if TYPE_CHECKING:
    from bulletin.mail.stores.base import DeliveryState, LetterDelivery, MailRun


def mail_status(session: Session, help: str) -> Command:
    """The command, described in the user's language."""
    _ = session.say.translate
    return Command(
        "status",
        callback=_status,
        help=help,
        epilog=_("Examples:\n  bulletin mail status\n  bulletin mail status 2014002"),
        params=[
            click.Argument(["number"], metavar="[NUMBER]", required=False),
            root_option(_),
        ],
    )


@click.pass_obj
def _status(session: Session, number: str | None, root: str | None) -> None:
    from bulletin.build.finding import possible_ids

    ids = possible_ids(number) if number else None
    with open_office(session, root) as office:
        runs = [run for run in office.store.runs() if ids is None or run.issue in ids]
        for run in reversed(runs):
            _print_run(office, run)
            if number:
                for each in office.store.deliveries(run.id):
                    click.echo(f"  {_letter(office, each)}")
    if not runs and number:
        raise UsageError(N_("no letter of issue {number} was sent yet."), number=number)
    if not runs:
        click.echo(session.say(N_("No letter was sent yet.")))


_KINDS = {"issue": N_("letter"), "correction": N_("correction")}
_RUN_STATES = {
    "waiting": N_("waits for its time"),
    "running": N_("under way"),
    "stopped": N_("stopped"),
    "finished": N_("finished"),
}
STATE_WORDS = {
    "waiting": N_("waiting"),
    "intent": N_("under way"),
    "sent": N_("sent"),
    "refused": N_("refused"),
    "unknown": N_("not known"),
}
_OUR_WORDS = {
    "left": N_("does not want it any more"),
    "forgotten": N_("was forgotten"),
    "superseded": N_("a later text took its place"),
}
"""What the ledger says where no server said anything."""


def _print_run(office: MailOffice, run: MailRun) -> None:
    say = office.session.say
    begun = local_time(office, run.scheduled or run.created)
    state = f"{say.translate(_RUN_STATES[run.state])}"
    if run.reason and run.state == "stopped":
        state += f": {say.translate(run.reason)}"
    click.echo(f"{run.issue}  {say.translate(_KINDS[run.kind])}  {begun}  {state}")
    click.echo(f"  {sums_line(say, office.store.sums(run.id), run.total)}")


def sums_line(say: Messages, sums: dict[DeliveryState, int], total: int) -> str:
    """``2000 = 1900 sent + 100 waiting``."""
    parts = [f"{count} {say.translate(STATE_WORDS[state])}" for state, count in sums.items() if count]
    return f"{total} = {' + '.join(parts) or 0}"


def local_time(office: MailOffice, text: str) -> str:
    """A time of the store by the station's clock, to the minute."""
    from datetime import datetime

    return f"{datetime.fromisoformat(text).astimezone(office.now().tzinfo):%Y-%m-%d %H:%M}" if text else ""


def _letter(office: MailOffice, letter: LetterDelivery) -> str:
    """Time, who, state, words."""
    say = office.session.say
    state, words = say.translate(STATE_WORDS[letter.state]), letter.reply
    if letter.reply in _OUR_WORDS:  # no server has refused anything
        state, words = say.translate(N_("not sent")), say.translate(_OUR_WORDS[letter.reply])
    parts = (local_time(office, letter.at), letter.address or "–", state, words)
    return "  ".join(part for part in parts if part)
