"""Runs that go on: one, or all that are under way; what is said when one ends."""

from __future__ import annotations

import signal
import sys
import threading
from typing import TYPE_CHECKING, Any

import click

from bulletin.commands.mail.letters import make_issue_letter, require_released, watch_letter
from bulletin.commands.mail.office import MailOffice
from bulletin.commands.mail.status import local_time, sums_line
from bulletin.core.errors import BulletinError
from bulletin.core.i18n import N_, Translate

if TYPE_CHECKING:
    from bulletin.core.mail_settings import MailAccount
    from bulletin.editions.letter.letter import Letter
    from bulletin.mail.sending import SendingEnd
    from bulletin.mail.stores.base import DeliveryState, MailRun


def drain_outbox(office: MailOffice, accounts: tuple[MailAccount, ...]) -> None:
    """Questions and farewells that wait, before any letter; by the first account."""


def go_on_with_all(office: MailOffice, accounts: tuple[MailAccount, ...], jobs: int) -> int:
    """Every run that is under way or has come due, oldest first; the exit code."""
    from bulletin.mail.runs import is_due, is_late, open_runs

    say, code, runs = office.session.say, 0, tuple(open_runs(office.store))
    for run in runs:
        again = f"bulletin mail send {run.issue}" + (" --correction" if run.kind == "correction" else "")
        if run.state == "stopped":
            reason = say.translate(run.reason) if run.reason else ""
            click.echo(say(N_("Issue {issue} is stopped: {reason} To go on: {command}"), issue=run.issue,
                           reason=reason, command=again))  # fmt: skip
        elif run.state == "waiting" and is_late(run, office.now()):
            words = N_("Issue {issue} should have gone out at {time}; that is over. If it still should: {command}")
            time = local_time(office, run.scheduled)
            click.echo(say(words, issue=run.issue, time=time, command=again), err=True)
            code = 1
        elif run.state == "running" or is_due(run, office.now()):
            code = max(code, _go_on_safely(office, accounts, jobs, run))
    if not runs:
        click.echo(say(N_("No run is under way.")))
    return code


def _go_on_safely(office: MailOffice, accounts: tuple[MailAccount, ...], jobs: int, run: MailRun) -> int:
    """One that may not go out any more stops, and hinders no other."""
    try:
        require_released(office.session, office.root, run.issue, jobs)
        letter = make_issue_letter(office.session, office.root, run.issue, jobs, run.kind)
    except BulletinError as error:
        reason = office.session.say.error(error)
        office.store.set_run(run.id, "stopped", reason)
        click.echo(reason, err=True)
        return 1
    return go_on(office, accounts, jobs, run, letter)


def go_on(office: MailOffice, accounts: tuple[MailAccount, ...], jobs: int, run: MailRun, letter: Letter) -> int:
    """Send what waits of a run that is under way, or whose time has come; the exit code."""
    from bulletin.mail.runs import is_due
    from bulletin.mail.sending import SendingTools, send_run

    if run.state == "waiting":
        if not is_due(run, office.now()):
            words = N_("Issue {issue}: {count} letters wait for {time}. A timer sends them, or: {command}")
            time = local_time(office, run.scheduled)
            click.echo(
                office.session.say(words, issue=run.issue, count=run.total, time=time, command="bulletin mail send")
            )
            return 0
        office.store.set_run(run.id, "running")
    with _Stopper() as stopper, _LetterBar(office.session.say.translate) as bar:
        tools = SendingTools(
            office.store,
            accounts,
            office.connect,
            office.writer(letter),
            office.now,
            stopper.wait,
            stopper.is_set,
            watch_letter(office.session, office.root, jobs, letter),
            bar.show,
        )
        end = send_run(run.id, tools)
    return _tell(office, run, end)


def _tell(office: MailOffice, run: MailRun, end: SendingEnd) -> int:
    say = office.session.say
    reason = say.translate(end.reason) if end.reason else ""
    command = f"bulletin mail send {run.issue}" + (" --correction" if run.kind == "correction" else "")
    words = {
        "finished": N_("Issue {issue}: done."),
        "later": N_("Issue {issue}: goes on at {until}, by a timer or by: bulletin mail send"),
        "stopped": N_("Issue {issue}: stopped: {reason}"),
        "asked": N_("Issue {issue}: interrupted. To go on: bulletin mail send"),
        "beside": N_("Issue {issue}: another sender has the last letters."),
        "busy": N_("Issue {issue}: another sender is at work."),
    }[end.how]
    until = f"{end.until:%Y-%m-%d %H:%M}" if end.until else ""
    failed = end.how == "stopped"
    click.echo(say(words, issue=run.issue, until=until, reason=reason), err=failed)
    if end.how == "later" and reason:
        click.echo(f"  {reason}")
    if end.said:
        click.echo(f"  {end.said}", err=failed)
    if failed:
        click.echo(say(N_("  To go on: {command}"), command=command), err=True)
    sums = office.store.sums(run.id)
    click.echo(f"  {sums_line(say, sums, run.total)}")
    if sums["unknown"]:
        click.echo(say(N_("  Of some nobody knows whether they went out: {command}"),
                       command=f"bulletin mail resolve {run.issue}"))  # fmt: skip
    return 1 if failed else 0


class _Stopper:
    """Ctrl-C and the system's request to end let the letter that is under way go out."""

    def __init__(self) -> None:
        self._event = threading.Event()
        self._before: dict[int, Any] = {}

    def __enter__(self) -> _Stopper:
        for number in (signal.SIGINT, signal.SIGTERM):
            self._before[number] = signal.signal(number, lambda *_: self._event.set())
        return self

    def __exit__(self, *_: object) -> None:
        for number, handler in self._before.items():
            signal.signal(number, handler)

    def wait(self, seconds: float) -> None:
        self._event.wait(seconds)

    def is_set(self) -> bool:
        return self._event.is_set()


class _LetterBar:
    """On a terminal: how many letters are out, of how many."""

    def __init__(self, translate: Translate) -> None:
        self._translate = translate
        self._progress: Any = None
        self._task: Any = None

    def __enter__(self) -> _LetterBar:
        return self

    def __exit__(self, *_: object) -> None:
        if self._progress is not None:
            self._progress.stop()

    def show(self, sums: dict[DeliveryState, int], total: int) -> None:
        if not sys.stderr.isatty():
            return
        if self._progress is None:
            from rich.console import Console
            from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

            columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn())
            self._progress = Progress(*columns, console=Console(stderr=True), transient=True)
            self._progress.start()
            self._task = self._progress.add_task(self._translate(N_("Letters")), total=total)
        done = total - sums["waiting"] - sums["intent"]
        self._progress.update(self._task, completed=done, total=total)
