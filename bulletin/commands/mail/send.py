"""`bulletin mail send`: a run begins, or goes on, until it is done, its day is over, or somebody must look."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, NamedTuple

import click

from bulletin.commands.mail.going import drain_outbox, go_on, last_day
from bulletin.commands.mail.letters import files_stamp, make_issue_letter, read_time, require_released, watch_letter
from bulletin.commands.mail.office import MailOffice, open_office
from bulletin.commands.mail.status import local_time
from bulletin.commands.options import jobs_option, processors, root_option
from bulletin.commands.terminal import Command, Session
from bulletin.core.errors import BulletinError, UsageError
from bulletin.core.i18n import N_

if TYPE_CHECKING:
    from datetime import datetime

    from bulletin.commands.mail.letters import FilesStamp
    from bulletin.core.mail_settings import MailAccount
    from bulletin.editions.letter.letter import Letter
    from bulletin.mail.stores.base import MailRun, RunKind


def mail_send(session: Session, help: str) -> Command:
    """The command, described in the user's language."""
    _ = session.say.translate
    return Command(
        "send",
        callback=_send,
        help=help,
        epilog=_(
            'Examples:\n  bulletin mail send 2014002\n  bulletin mail send 2014002 --at "2014-02-01 09:00"\n'
            "  bulletin mail send 2014002 --correction\n  bulletin mail send"
        ),
        params=[
            click.Argument(["number"], metavar="[NUMBER]", required=False),
            click.Option(["--at"], metavar="TIME", default="", help=_("Not before this time; a timer sends it then.")),
            click.Option(
                ["--correction"], is_flag=True, help=_("To exactly those still readers who got an earlier text.")
            ),
            click.Option(["--account"], metavar="NAME", multiple=True, help=_("Only by this account.")),
            jobs_option(_),
            root_option(_),
        ],
    )


class _Order(NamedTuple):
    """What somebody asked for."""

    office: MailOffice
    accounts: tuple[MailAccount, ...]
    kind: RunKind
    jobs: int


@click.pass_obj
def _send(
    session: Session,
    number: str | None,
    at: str,
    correction: bool,
    account: tuple[str, ...],
    jobs: int | None,
    root: str | None,
) -> None:
    if not number and (at or correction):
        raise UsageError(N_("--at and --correction need the number of an issue."))
    with open_office(session, root) as office:
        order = _Order(office, office.accounts(account), "correction" if correction else "issue", jobs or processors())
        for each in order.accounts:
            office.password(each)
        if not number:
            drain_outbox(office, order.accounts)
            sys.exit(_go_on_with_all(order))
        stamp = files_stamp(office.root)
        require_released(session, office.root, number, order.jobs)
        letter = make_issue_letter(session, office.root, number, order.jobs, order.kind)
        office.require_senders(letter, order.accounts)
        run = _begun(order, letter, _time(office, at))
        if run is None:
            sys.exit(1)
        drain_outbox(office, order.accounts)
        sys.exit(_go_on(order, run, letter, stamp))


def _time(office: MailOffice, text: str) -> str:
    """As the store keeps it; empty: at once. Raises `UsageError`."""
    if not text:
        return ""
    from bulletin.mail.sending import utc_text

    now = office.now()
    found = read_time(text, now)
    if found is None:
        raise UsageError(N_("“{text}” is no time. For example: 2014-02-01 09:00"), text=text)
    moment = found.replace(tzinfo=now.tzinfo)
    if moment < now:
        raise UsageError(N_("{time} is over."), time=f"{moment:%Y-%m-%d %H:%M}")
    return utc_text(moment)


# ── begin


def _begun(order: _Order, letter: Letter, scheduled: str) -> MailRun | None:
    """A run of this letter that is under way, after a question where there is something to ask; None: not wanted."""
    from bulletin.mail.runs import open_runs

    those = [run for run in open_runs(order.office.store, letter.issue) if run.kind == order.kind]
    same = next((run for run in those if run.letter == letter.hash), None)
    if same is not None:
        return same if same.state == "running" else _taken_up(order, same, scheduled)
    return _new_run(order, letter, scheduled, those)


def _taken_up(order: _Order, run: MailRun, scheduled: str) -> MailRun | None:
    """A run that was stopped, or that waits for its time."""
    from msgspec.structs import replace

    office, say = order.office, order.office.session.say
    sums = office.store.sums(run.id)
    words = N_("Issue {issue}: {sent} of {total} letters are sent. It was stopped: {reason} Go on?")
    if run.state == "waiting":
        words = N_("Issue {issue}: {total} letters wait for {time}. Send them now?")
    reason = say.translate(run.reason) if run.reason else ""
    time = local_time(office, run.scheduled)
    if scheduled or not click.confirm(
        say(words, issue=run.issue, sent=sums["sent"], total=run.total, reason=reason, time=time)
    ):
        return None
    office.store.set_run(run.id, "running")
    return replace(run, state="running", reason="")


def _new_run(order: _Order, letter: Letter, scheduled: str, earlier: list[MailRun]) -> MailRun | None:
    from bulletin.mail.runs import supersede
    from bulletin.mail.sending import utc_text
    from bulletin.mail.stores.base import MailRun

    office, store = order.office, order.office.store
    tested = _tested(order, letter)
    if not store.claim(_NEW_RUN):
        raise UsageError(N_("another sender is at work. Wait until it has ended, or stop it: bulletin mail stop"))
    waiting = sum(store.sums(run.id)["waiting"] for run in earlier) if order.kind == "issue" else 0
    if not _agreed(order, letter, tested, scheduled, waiting):
        return None
    now = utc_text(office.now())
    for run in earlier:
        store.set_run(run.id, "stopped", run.reason or _NEW_TEXT)
        supersede(store, run, now)
    owed = _owed(order, letter)
    made = store.create_run(
        MailRun(letter.issue, order.kind, letter.hash, now, "waiting" if scheduled else "running", scheduled), owed
    )
    store.unclaim(_NEW_RUN)
    return made


_NEW_RUN = "a new run"
"""What is claimed to begin one, as an account is to send by it: of two that begin at once, one must wait."""
_NEW_TEXT = N_("a later text took its place.")


def _tested(order: _Order, letter: Letter) -> str:
    """When the test letter of this very text went. Raises `UsageError`."""
    found = order.office.store.tested(letter.hash)
    if not found:
        correction = " --correction" if order.kind == "correction" else ""
        raise UsageError(
            N_("no test letter of this text was sent yet. First, to yourself: {command}"),
            command=f"bulletin mail test ADDRESS {letter.issue}{correction}",
        )
    return found


def _owed(order: _Order, letter: Letter) -> tuple[int, ...]:
    """Who is to get it."""
    from bulletin.mail.runs import misled_readers, owed_readers

    store = order.office.store
    if order.kind == "issue":
        return owed_readers(store, letter.issue, letter.columns)
    issue = make_issue_letter(order.office.session, order.office.root, letter.issue, order.jobs)
    return misled_readers(store, letter.issue, issue.hash, letter.hash)


def _agreed(order: _Order, letter: Letter, tested: str, scheduled: str, waiting: int) -> bool:
    """Whether somebody says yes, having seen what there is to know."""
    office, say = order.office, order.office.session.say
    count = len(_owed(order, letter)) + waiting
    if not count:
        raise UsageError(N_("issue {issue}: there is nobody to send it to; who wanted it has it."), issue=letter.issue)
    click.echo(letter.subject)
    if office.settings.imap is None:
        words = N_(
            "Who answers 退订 writes to {address}, which nobody reads for you: name “imap” in station.yml for "
            "“bulletin mail collect”, or look there yourself, and then: bulletin readers leave ADDRESS"
        )
        click.echo(say(words, address=office.settings.mailbox))
    if waiting:
        words = N_("The text was changed while its letters were going out. Those that wait get the new one; those who "
                   "have the earlier one get it by: {command}")  # fmt: skip
        click.echo(say(words, command=f"bulletin mail send {letter.issue} --correction"))
    begin = _begin(office, scheduled)
    last = last_day(office, order.accounts, count, begin)
    words = N_("To {count} readers, on {days} days, the last on {day}: {pace}.")
    days = (last.date() - begin.date()).days + 1
    click.echo(say(words, count=count, days=days, day=f"{last:%Y-%m-%d}", pace=_pace(order)))
    words = N_("The test letter went out at {time}. Has it been looked at, and is it right? Send it")
    return click.confirm(say(words, time=local_time(office, tested)))


def _begin(office: MailOffice, scheduled: str) -> datetime:
    from datetime import datetime

    now = office.now()
    return datetime.fromisoformat(scheduled).astimezone(now.tzinfo) if scheduled else now


def _pace(order: _Order) -> str:
    """``80 a day by office, 08:00-20:00``."""
    say = order.office.session.say
    words = N_("{count} a day by {account}, {hours}")
    parts = (say(words, count=each.a_day, account=each.name, hours=each.hours) for each in order.accounts)
    return say.translate(N_(", ")).join(parts)


# ── go on


def _go_on(order: _Order, run: MailRun, letter: Letter, stamp: FilesStamp) -> int:
    office = order.office
    watch = watch_letter(office.session, office.root, order.jobs, letter, stamp)
    return go_on(office, order.accounts, run, letter, watch)


def _go_on_with_all(order: _Order) -> int:
    """Every run that is under way or has come due, oldest first; the exit code."""
    from bulletin.mail.runs import is_due, is_late, open_runs

    office = order.office
    say, code, runs = office.session.say, 0, [run.id for run in open_runs(office.store)]
    for run in filter(None, map(office.store.run, runs)):  # as it is now: the one before may have taken hours
        again = f"bulletin mail send {run.issue}" + (" --correction" if run.kind == "correction" else "")
        if run.state == "finished":
            continue
        if run.state == "stopped":
            reason = say.translate(run.reason) if run.reason else ""
            click.echo(say(N_("Issue {issue} is stopped: {reason} To go on: {command}"), issue=run.issue,
                           reason=reason, command=again))  # fmt: skip
        elif is_late(run, office.now()) and not _still_wanted(office, run, again):
            code = 1
        elif run.state == "running" or is_due(run, office.now()):
            code = max(code, _go_on_safely(order, run))
    if not runs:
        click.echo(say(N_("No run is under way.")))
    return code


def _still_wanted(office: MailOffice, run: MailRun, command: str) -> bool:
    """Of a run whose time was over hours ago: somebody at the terminal says so, or the timer leaves it alone."""
    say, time = office.session.say, local_time(office, run.scheduled)
    if sys.stdin.isatty():
        words = N_("Issue {issue} should have gone out at {time}. Send it now?")
        return click.confirm(say(words, issue=run.issue, time=time))
    words = N_("Issue {issue} should have gone out at {time}; that is over. If it still should: {command}")
    click.echo(say(words, issue=run.issue, time=time, command=command), err=True)
    return False


def _not_yet(order: _Order, run: MailRun) -> str:
    """That no account may send now: said at once, without making the letter every ten minutes; else empty."""
    from bulletin.mail.sending import next_turn, utc_text

    office, now = order.office, order.office.now()
    account, moment = next_turn(office.store, order.accounts, now)
    sums = office.store.sums(run.id)
    if moment <= now or not sums["waiting"]:
        return ""
    rests_until, reason = office.store.rests().get(account.name, ("", ""))
    reason = reason if rests_until > utc_text(now) else ""
    words = N_("Issue {issue}: {count} letters wait until {until}. {reason}")
    until, why = f"{moment:%Y-%m-%d %H:%M}", office.session.say.translate(reason) if reason else ""
    return office.session.say(words, issue=run.issue, count=sums["waiting"], until=until, reason=why).rstrip()


def _go_on_safely(order: _Order, run: MailRun) -> int:
    """One that may not go out any more stops, and hinders no other."""
    office = order.office
    if words := _not_yet(order, run):
        click.echo(words)
        return 0
    stamp = files_stamp(office.root)
    try:
        require_released(office.session, office.root, run.issue, order.jobs)
        letter = make_issue_letter(office.session, office.root, run.issue, order.jobs, run.kind)
        office.require_senders(letter, order.accounts)
    except BulletinError as error:
        reason = office.session.say.error(error)
        office.store.set_run(run.id, "stopped", reason)
        click.echo(reason, err=True)
        return 1
    return _go_on(order, run, letter, stamp)
