"""`bulletin mail resolve`: letters of which nobody knows are looked for in 已发送; about the others somebody is asked.

So it is with letters that wait though they were tried: whether to go on trying.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from bulletin.commands.mail.office import MailOffice, open_office
from bulletin.commands.mail.status import local_time
from bulletin.commands.options import root_option
from bulletin.commands.terminal import Command, Session
from bulletin.core.errors import MailError, UsageError
from bulletin.core.i18n import N_

if TYPE_CHECKING:
    from bulletin.mail.stores.base import LetterDelivery, MailRun, MailStore, RunState


def mail_resolve(session: Session, help: str) -> Command:
    """The command, described in the user's language."""
    _ = session.say.translate
    return Command(
        "resolve",
        callback=_resolve,
        help=help,
        epilog=_("Examples:\n  bulletin mail resolve\n  bulletin mail resolve 2014002"),
        params=[click.Argument(["number"], metavar="[NUMBER]", required=False), root_option(_)],
    )


@click.pass_obj
def _resolve(session: Session, number: str | None, root: str | None) -> None:
    from bulletin.build.finding import possible_ids

    ids = possible_ids(number) if number else None
    with open_office(session, root) as office:
        runs = [run for run in office.store.runs() if ids is None or run.issue in ids]
        asked = sum(_resolve_run(office, run) for run in runs)
    if not asked:
        click.echo(session.say(N_("There is nothing to settle.")))


def _resolve_run(office: MailOffice, run: MailRun) -> int:
    """Letters of this run that there was something to settle of."""
    store = office.store
    _settle(office, run)
    unknown = list(store.deliveries(run.id, "unknown"))
    tried = [each for each in store.deliveries(run.id, "waiting") if each.reply]
    if unknown:
        found = _in_sent(office, unknown)
        for each in unknown:
            if each.message_id in found:
                store.mark(each.id, "sent", _FOUND, _now(office))
        rest = [each for each in unknown if each.message_id not in found]
        if found:
            words = N_("Issue {issue}: {count} letters are in 已发送, so they went out.")
            click.echo(office.session.say(words, issue=run.issue, count=len(unknown) - len(rest)))
        again = sum(_ask_about_unknown(office, run, each) for each in rest)
        if again and _state(store, run) == "finished":
            store.set_run(run.id, "running")
    for each in tried:
        _ask_about_tried(office, run, each)
    sums = store.sums(run.id)
    if _state(store, run) == "stopped" and not sums["waiting"] and not sums["intent"]:
        store.set_run(run.id, "finished", run.reason)
    return len(unknown) + len(tried)


def _state(store: MailStore, run: MailRun) -> RunState:
    """As it is now: while somebody was asked, a sender may have ended the run, or somebody have stopped it."""
    found = store.run(run.id)
    return found.state if found else run.state


_FOUND = "已发送"


def _settle(office: MailOffice, run: MailRun) -> None:
    """What a killed sender left is unknown. Raises `UsageError` while one is at work."""
    for account in {each.account for each in office.store.deliveries(run.id, "intent")}:
        if not office.store.claim(account):
            raise UsageError(N_("another sender is at work. Wait until it has ended, or stop it: bulletin mail stop"))
        office.store.settle_intents(run.id, account, _now(office))


def _in_sent(office: MailOffice, letters: list[LetterDelivery]) -> frozenset[str]:
    """Message-IDs of those that are in 已发送; where nobody can look, a line says why."""
    say = office.session.say
    try:
        mailbox = office.mailbox()
        if mailbox is None:
            return frozenset()
        try:
            return mailbox.sent_ids(each.message_id for each in letters)
        finally:
            mailbox.close()
    except (MailError, UsageError) as error:
        click.echo(say(N_("Nobody could look into 已发送: {reason}"), reason=say.error(error)), err=True)
        return frozenset()


def _ask_about_unknown(office: MailOffice, run: MailRun, letter: LetterDelivery) -> bool:
    """Whether it is to go out again."""
    say, store = office.session.say, office.store
    time = local_time(office, letter.at)
    words = N_(
        "Issue {issue} to {address}, {time}: nobody knows whether it went out. 1 it did, 2 send it again, 3 later"
    )
    choice = click.prompt(
        say(words, issue=run.issue, address=letter.address or "–", time=time),
        type=click.Choice(["1", "2", "3"]),
        default="3",
        show_choices=False,
    )
    if choice == "1":
        store.mark(letter.id, "sent", _BY_HAND, _now(office))
    elif choice == "2" and letter.reader is not None:
        store.mark(letter.id, "waiting", letter.reply, _now(office))
        return True
    elif choice == "2":  # forgotten meanwhile
        store.mark(letter.id, "refused", "forgotten", _now(office))
    return False


_BY_HAND = "✓"
"""In place of a server's words, which there are none of."""


def _ask_about_tried(office: MailOffice, run: MailRun, letter: LetterDelivery) -> None:
    say = office.session.say
    words = N_("Issue {issue} to {address}: the server said “{said}”. 1 try again, 2 give it up")
    choice = click.prompt(
        say(words, issue=run.issue, address=letter.address or "–", said=letter.reply),
        type=click.Choice(["1", "2"]),
        default="1",
        show_choices=False,
    )
    if choice == "2":
        office.store.mark(letter.id, "refused", letter.reply, _now(office))


def _now(office: MailOffice) -> str:
    from bulletin.mail.sending import utc_text

    return utc_text(office.now())
