"""A run that goes on: signals, the bar, and what is said when it ends."""

from __future__ import annotations

import signal
import sys
import threading
import time
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import click

from bulletin.commands.mail.office import MailOffice
from bulletin.commands.mail.status import local_time, sums_line
from bulletin.core.i18n import N_

if TYPE_CHECKING:
    from datetime import datetime

    from bulletin.core.mail_settings import MailAccount
    from bulletin.editions.letter.letter import Letter
    from bulletin.mail.sending import SendingEnd
    from bulletin.mail.stores.base import DeliveryState, MailRun


def drain_outbox(office: MailOffice, accounts: tuple[MailAccount, ...]) -> None:
    """Questions and farewells that wait, before any letter; by the first account, within its share of the day.

    Readers of a list without proof of consent get their one question, too.
    """
    from bulletin.core.mail_pages import consent_wording
    from bulletin.mail.joining import ask_pending
    from bulletin.mail.notes import NoteOffice
    from bulletin.mail.outbox import NoteTools, drain_notes, notes_share
    from bulletin.mail.sending import utc_text

    station, account = office.station, accounts[0]
    sender = office.sender(account)
    about = NoteOffice(
        station.name,
        station.bulletin or station.name,
        station.language,
        consent_wording(station),
        sender.reply_to or sender.address,
        office.form_url(),
    )
    tools = NoteTools(office.store, office.hasher, about, sender, office.connect, office.now, time.sleep)
    now, wording = office.now(), office.store.put_wording(about.wording)
    ask_pending(office.store, office.hasher, wording, utc_text(now), now.date().isoformat(), notes_share(account))
    if count := drain_notes(account, tools):
        click.echo(office.session.say(N_("{count} small letters went out: questions and farewells."), count=count))


def go_on(
    office: MailOffice,
    accounts: tuple[MailAccount, ...],
    run: MailRun,
    letter: Letter,
    is_current: Callable[[MailRun], bool],
) -> int:
    """Send what waits of a run that is under way, or whose time has come; the exit code.

    ``is_current``: whether the run's letter is still that of the files.
    """
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
    with _Stopper() as stopper, _LetterBar(_task_words(office, accounts, run)) as bar:
        tools = SendingTools(
            office.store,
            accounts,
            office.connect,
            office.writer(letter),
            office.now,
            stopper.wait,
            stopper.is_set,
            is_current,
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


def _task_words(office: MailOffice, accounts: tuple[MailAccount, ...], run: MailRun) -> str:
    waiting = office.store.sums(run.id)["waiting"]
    return office.session.say(N_("letters, the last on {day}"), day=f"{last_day(office, accounts, waiting):%Y-%m-%d}")


def last_day(
    office: MailOffice, accounts: tuple[MailAccount, ...], letters: int, begin: datetime | None = None
) -> datetime:
    """When so many letters will be out, if nothing goes wrong."""
    from bulletin.mail.windows import AccountUse, done_on

    moment = begin or office.now()
    day = moment.date().isoformat()
    return done_on([AccountUse(each, office.store.used(each.name, day)) for each in accounts], letters, moment)


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

    def __init__(self, words: str) -> None:
        self._words = words
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
            from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn

            columns = (BarColumn(), MofNCompleteColumn(), TextColumn("{task.description}"))
            self._progress = Progress(*columns, console=Console(stderr=True), transient=True)
            self._progress.start()
            self._task = self._progress.add_task(self._words, total=total)
        done = total - sums["waiting"] - sums["intent"]
        self._progress.update(self._task, completed=done, total=total)
