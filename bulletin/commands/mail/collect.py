"""`bulletin mail collect`: what has arrived in the mailbox, and what follows from it."""

from __future__ import annotations

from contextlib import closing
from typing import TYPE_CHECKING

import click

from bulletin.commands.mail.going import drain_outbox
from bulletin.commands.mail.office import MailOffice, open_office
from bulletin.commands.options import root_option
from bulletin.commands.terminal import Command, Session
from bulletin.core.errors import UsageError
from bulletin.core.i18n import N_
from bulletin.core.mail_pages import consent_wording

if TYPE_CHECKING:
    from bulletin.core.mail_settings import ImapAccount
    from bulletin.mail.collecting import CollectFate, CollectReport, CollectRules

_EXAMPLE = "mail:\n  imap: {host: imap.example.cn, user: jzz@example.cn}"
_FATES: dict[CollectFate, str] = {
    "joined": N_("{count} joined"),
    "asked": N_("{count} were asked to confirm"),
    "known": N_("{count} got the letter already"),
    "limit": N_("{count} were not asked: too often, or they must not be written to"),
    "left": N_("{count} left"),
    "declined": N_("{count} declined"),
    "returned": N_("{count} came back"),
    "dead": N_("{count} came back again: the address gets no more letters"),
    "unclear": N_("{count} answers need somebody to read them"),
    "automatic": N_("{count} were automatic"),
    "other": N_("{count} were not ours"),
}
"""In the order in which they are told."""


def mail_collect(session: Session, help: str) -> Command:
    """The command, described in the user's language."""
    _ = session.say.translate
    return Command(
        "collect",
        callback=_collect,
        help=help,
        epilog=_("Examples:\n  bulletin mail collect --dry-run\n  bulletin mail collect"),
        params=[
            click.Option(["--dry-run"], is_flag=True, help=_("Only tell what would follow; change and send nothing.")),
            root_option(_),
        ],
    )


@click.pass_obj
def _collect(session: Session, dry_run: bool, root: str | None) -> None:
    from bulletin.mail.collecting import collect_answers
    from bulletin.mail.sending import utc_text

    with open_office(session, root) as office:
        mailbox, imap = office.mailbox(), office.settings.imap
        if mailbox is None or imap is None:
            raise UsageError(N_("content/station.yml names no mailbox for answers:\n{example}"), example=_EXAMPLE)
        with closing(mailbox):
            report = collect_answers(
                mailbox,
                office.store,
                office.hasher,
                _rules(office, imap, dry_run),
                lambda: (utc_text(office.now()), office.now().date().isoformat()),
            )
        _tell(session, report, dry_run)
        if not dry_run and office.settings.accounts:
            drain_outbox(office, office.accounts())


def _rules(office: MailOffice, account: ImapAccount, dry_run: bool) -> CollectRules:
    from bulletin.mail.collecting import CollectRules
    from bulletin.mail.readers import wording_hash

    words = consent_wording(office.station)
    return CollectRules(
        f"{account.user}@{account.host}",
        wording_hash(words) if dry_run else office.store.put_wording(words),
        tuple(filter(None, (office.station.bulletin, office.station.name))),
        frozenset(each.sender.lower() for each in office.settings.accounts) | {account.user.lower()},
        tuple(each.host for each in office.settings.accounts),
        dry_run,
    )


def _tell(session: Session, report: CollectReport, dry_run: bool) -> None:
    from bulletin.mail.addresses import masked_address

    say = session.say
    told = [say(words, count=count) for fate, words in _FATES.items() if (count := report.fates.get(fate, 0))]
    if dry_run:
        click.echo(say(N_("Only a try; nothing was changed.")))
    click.echo(say.translate(N_(", ")).join(told) or say(N_("Nothing new.")))
    for each in report.unclear:
        line = N_("  look at this one: {sender}, “{subject}”")
        click.echo(say(line, sender=masked_address(each.sender), subject=each.subject))
