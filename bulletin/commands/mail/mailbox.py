"""The mailbox of a station, opened for reading alone."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

from bulletin.commands.mail.office import MailOffice
from bulletin.core.errors import UsageError
from bulletin.core.i18n import N_

if TYPE_CHECKING:
    from bulletin.core.mail_settings import ImapAccount
    from bulletin.mail.imap import ImapMailbox

_EXAMPLE = "mail:\n  imap: {host: imap.example.cn, user: jzz@example.cn}"
_SECRET = "mail-imap"
"""Of a mailbox that is none of the accounts that letters are sent by."""


@contextmanager
def open_mailbox(office: MailOffice) -> Iterator[ImapMailbox]:
    """Logged in. Raises `MailError`, and `UsageError` for a station without ``imap`` or without its password."""
    from bulletin.mail.imap import ImapMailbox

    account = imap_account(office)
    mailbox = ImapMailbox(account, imap_password(office, account))
    try:
        yield mailbox
    finally:
        mailbox.close()


def imap_account(office: MailOffice) -> ImapAccount:
    """Raises `UsageError` where station.yml has none."""
    if office.settings.imap is None:
        raise UsageError(N_("content/station.yml names no mailbox for answers:\n{example}"), example=_EXAMPLE)
    return office.settings.imap


def imap_password(office: MailOffice, mailbox: ImapAccount) -> str:
    """That of the account with the same name for the login, else its own. Raises `UsageError`."""
    from bulletin.commands.publish.secrets import UserSecrets, password_variable

    for account in office.settings.accounts:
        if mailbox.user in (account.user, account.sender):
            return office.password(account) or ""
    found = UserSecrets(office.session.environment).password(_SECRET)
    if found is None:
        raise UsageError(
            N_("the password of the mailbox {user} is not known. Put it, or its 授权码, into the variable {variable}."),
            user=mailbox.user,
            variable=password_variable(_SECRET),
        )
    return found
