"""`bulletin mail doctor`: whether letters can go out, and answers be read."""

from __future__ import annotations

import socket
import sys
import time
from typing import TYPE_CHECKING

import click

from bulletin.commands.mail.office import MailOffice, open_office
from bulletin.commands.options import root_option
from bulletin.commands.terminal import Command, Session
from bulletin.core.errors import UsageError
from bulletin.core.extras import needs_extra
from bulletin.core.i18n import N_

if TYPE_CHECKING:
    from bulletin.mail.doctor import MailFinding
    from bulletin.mail.imap import ImapMailbox

_MARKS = {"good": ("✓", None), "look": ("!", "yellow"), "bad": ("✗", "red")}
_PORT_SECONDS = 5


def mail_doctor(session: Session, help: str) -> Command:
    """The command, described in the user's language."""
    _ = session.say.translate
    return Command(
        "doctor",
        callback=_doctor,
        help=help,
        epilog=_("Examples:\n  bulletin mail doctor\n  bulletin mail doctor --no-letter"),
        params=[
            click.Option(["--yes"], is_flag=True, help=_("Send the letter to ourselves without asking.")),
            click.Option(["--no-letter"], is_flag=True, help=_("Send none; copies, clock and DKIM are not looked at.")),
            root_option(_),
        ],
    )


@click.pass_obj
def _doctor(session: Session, yes: bool, no_letter: bool, root: str | None) -> None:
    with needs_extra("mail"):
        from bulletin.mail.dns_records import txt_records
    from bulletin.mail.doctor import DoctorTools, diagnose_mail

    with open_office(session, root) as office:
        tools = DoctorTools(
            office.settings,
            office.store,
            office.connect,
            lambda: _mailbox(office),
            _is_open,
            txt_records,
            office.now,
            time.sleep,
            office.hasher.secret("doctor").encode(),
        )
        question = N_("Send one letter to ourselves, to see whether it arrives and a copy is kept?")
        can_send = bool(office.settings.accounts and office.settings.imap) and not no_letter
        send_letter = can_send and (yes or click.confirm(session.say(question)))
        if send_letter:
            click.echo(session.say(N_("It can take a minute until the letter arrives.")))
        findings = []
        for finding in diagnose_mail(tools, send_letter):
            _tell(session, finding)
            findings.append(finding)
    sys.exit(2 if any(finding.health == "bad" for finding in findings) else 0)


def _tell(session: Session, finding: MailFinding) -> None:
    mark, colour = _MARKS[finding.health]
    sentence = session.say(finding.message, **finding.values)
    click.echo(click.style(f"{mark} {finding.what}: {sentence}", fg=colour))
    if finding.remedy:
        click.echo(f"  {session.say(finding.remedy, **finding.values)}")


def _mailbox(office: MailOffice) -> ImapMailbox:
    mailbox = office.mailbox()
    if mailbox is None:  # the doctor has asked the settings before
        raise UsageError(N_("content/station.yml names no mailbox for answers."))
    return mailbox


def _is_open(host: str, port: int) -> bool:
    try:
        with socket.create_connection((host, port), _PORT_SECONDS):
            return True
    except OSError:
        return False
