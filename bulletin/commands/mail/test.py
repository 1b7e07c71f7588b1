"""`bulletin mail test`: the letter, as it would go out, to somebody of the office."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

import click

from bulletin.commands.mail.letters import make_issue_letter
from bulletin.commands.mail.office import MailOffice, open_office
from bulletin.commands.options import jobs_option, processors, root_option
from bulletin.commands.terminal import Command, Session
from bulletin.core.errors import UsageError
from bulletin.core.extras import needs_extra
from bulletin.core.i18n import N_

if TYPE_CHECKING:
    from bulletin.editions.letter.letter import Letter


def mail_test(session: Session, help: str) -> Command:
    """The command, described in the user's language."""
    _ = session.say.translate
    return Command(
        "test",
        callback=_test,
        help=help,
        epilog=_("Example:\n  bulletin mail test {address} 2014002").format(address="li@example.cn"),
        params=[
            click.Argument(["address"], metavar="ADDRESS"),
            click.Argument(["number"], metavar="NUMBER"),
            click.Option(["--correction"], is_flag=True, help=_("The letter to those who got an earlier text.")),
            click.Option(["--account"], metavar="NAME", multiple=True, help=_("By this account.")),
            jobs_option(_),
            root_option(_),
        ],
    )


@click.pass_obj
def _test(
    session: Session,
    address: str,
    number: str,
    correction: bool,
    account: tuple[str, ...],
    jobs: int | None,
    root: str | None,
) -> None:
    with needs_extra("mail"):
        from bulletin.mail.addresses import normal_address
    to = normal_address(address)
    if not to:
        raise UsageError(N_("“{text}” is no address that can be written to."), text=address)
    with open_office(session, root) as office:
        letter = make_issue_letter(
            session, office.root, number, jobs or processors(), "correction" if correction else "issue"
        )
        sys.exit(_send_test(office, letter, to, account, " --correction" if correction else ""))


def _send_test(office: MailOffice, letter: Letter, to: str, names: tuple[str, ...], kind: str) -> int:
    """The exit code; with the letter's hash noted when the server has taken it."""
    from bulletin.mail.replies import meaning
    from bulletin.mail.sending import utc_text
    from bulletin.mail.stores.base import LetterDelivery

    say, store = office.session.say, office.store
    account = office.accounts(names)[0]
    at = office.now()
    _, data = office.writer(letter)(LetterDelivery(_seconds(office), 0, None, to, "waiting"), account, at)
    connection = office.connect(account)
    reply = connection.send(
        account.sender, to, data, lambda: store.use_quota(account.name, at.date().isoformat(), account.a_day)
    )
    connection.close()
    found = meaning(reply)
    if found.fate == "sent":
        store.put_test(letter.hash, utc_text(at))
        words = N_("Sent to {address}: look at it, then: {command}")
        click.echo(say(words, address=to, command=f"bulletin mail send {letter.issue}{kind}"))
        return 0
    if found.fate == "held":
        click.echo(say(N_("Not sent: the quota of today is used up.")), err=True)
        return 1
    words = N_("Not sent: {reason} [{said}]")
    reason = say.translate(found.reason) if found.reason else say.translate(N_("the server refuses the address."))
    click.echo(say(words, reason=reason, said=reply.line), err=True)
    return 1


def _seconds(office: MailOffice) -> int:
    """A number for the test's Message-ID, another for each."""
    return int(office.now().timestamp())
