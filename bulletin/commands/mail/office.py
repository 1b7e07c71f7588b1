"""What the commands of the letter share: the station's readers, accounts, passwords and clock."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple
from urllib.parse import urlsplit

from bulletin.commands.terminal import Session, find_root
from bulletin.core.errors import UsageError
from bulletin.core.extras import needs_extra
from bulletin.core.i18n import N_
from bulletin.core.station import ascii_url

if TYPE_CHECKING:
    from bulletin.core.mail_settings import MailAccount, MailSettings
    from bulletin.core.station import Station
    from bulletin.editions.letter.letter import Letter
    from bulletin.mail.compose import Addressee, Sender
    from bulletin.mail.imap import ImapMailbox
    from bulletin.mail.never import AddressHasher
    from bulletin.mail.smtp import SmtpConnection
    from bulletin.mail.stores.base import LetterDelivery, MailStore


class MailOffice(NamedTuple):
    """A station that sends letters, with its store open."""

    session: Session
    root: Path
    station: Station
    settings: MailSettings
    store: MailStore
    hasher: AddressHasher

    def now(self) -> datetime:
        """The station's clock, with its zone."""
        from bulletin.read.times import CHINA

        return self.session.now().replace(tzinfo=CHINA)

    def accounts(self, names: Iterable[str] = ()) -> tuple[MailAccount, ...]:
        """Those of these names, in the order of station.yml; all without any. Raises `UsageError`."""
        wanted = set(names)
        known = [account.name for account in self.settings.accounts]
        if unknown := sorted(wanted.difference(known)):
            raise UsageError(
                N_("there is no account “{name}”. content/station.yml has: {known}."),
                name=unknown[0],
                known=", ".join(known) or "–",
            )
        if not known:
            raise UsageError(N_("content/station.yml names no account to send by:\n{example}"), example=_EXAMPLE)
        return tuple(account for account in self.settings.accounts if account.name in wanted or not wanted)

    def password(self, account: MailAccount) -> str | None:
        """None for a relay on this machine that wants none. Raises `UsageError`."""
        from bulletin.commands.publish.secrets import UserSecrets, password_variable

        found = UserSecrets(self.session.environment).password(account.secret_name)
        if found is None and account.tls:
            raise UsageError(
                N_(
                    "the password of the account {name} is not known. QQ, 163 and 126 want a 授权码 in its place. "
                    "Store it: {command}; or put it into the variable {variable}."
                ),
                name=account.name,
                command=f"bulletin mail password {account.name}",
                variable=password_variable(account.secret_name),
            )
        return found

    def connect(self, account: MailAccount) -> SmtpConnection:
        """A connection, which is not open yet. Raises `UsageError` without a password."""
        from bulletin.mail.smtp import SmtpConnection

        return SmtpConnection(account, self.password(account))

    def mailbox(self) -> ImapMailbox | None:
        """The mailbox of answers, logged in, to be closed; None where station.yml names none. Raises `MailError`, and
        `UsageError` without a password: that of ``mail-imap``, else of the account that is the same mailbox.
        """
        from bulletin.commands.publish.secrets import UserSecrets
        from bulletin.mail.imap import ImapMailbox

        imap = self.settings.imap
        if imap is None:
            return None
        password = UserSecrets(self.session.environment).password("mail-imap")
        if password is None:
            names = [each for each in self.settings.accounts if imap.user in (each.user, each.sender)]
            password = self.password(names[0]) if names else None
        if password is None:
            raise UsageError(
                N_("the password of the mailbox {user} is not known. Put it into the variable {variable}."),
                user=imap.user,
                variable="BULLETIN_PASSWORD_MAIL_IMAP",
            )
        return ImapMailbox(imap, password)

    def form_url(self) -> str:
        """Address of the form's pages; empty: there is no form."""
        return f"{ascii_url(self.station.url).rstrip('/')}/_mail/" if self.settings.form and self.station.url else ""

    def sender(self, account: MailAccount) -> Sender:
        """From whom the letters come; answers go to the mailbox that is looked into."""
        from bulletin.mail.compose import Sender

        answers = self.settings.imap.user if self.settings.imap else ""
        host = urlsplit(ascii_url(self.station.url)).hostname or account.sender.rpartition("@")[2]
        reply_to = answers if "@" in answers and answers != account.sender else ""
        return Sender(self.station.bulletin or self.station.name, account.sender, reply_to, f"letter.{host}")

    def writer(self, letter: Letter) -> Callable[[LetterDelivery, MailAccount, datetime], tuple[str, bytes]]:
        """What addresses a letter to each reader."""
        from bulletin.mail.compose import compose, message_id

        secret = self.hasher.secret("letter").encode()

        def write(delivery: LetterDelivery, account: MailAccount, at: datetime) -> tuple[str, bytes]:
            domain = account.sender.rpartition("@")[2]
            mark = message_id(secret, delivery.run, delivery.id, domain)
            to = self._addressee(delivery.reader or 0, delivery.address or "", account)
            return mark, compose(letter, to, self.sender(account), mark, at)

        return write

    def require_senders(self, letter: Letter, accounts: Iterable[MailAccount]) -> None:
        """Raises `MailError` where no letter can be from one of them: no reader would be at fault."""
        from bulletin.mail.stores.base import LetterDelivery

        write = self.writer(letter)
        for account in accounts:
            write(LetterDelivery(0, 0, None, account.sender, "waiting"), account, self.now())

    def _addressee(self, reader: int, address: str, account: MailAccount) -> Addressee:
        from bulletin.mail.answers import leave_mailto
        from bulletin.mail.compose import Addressee
        from bulletin.mail.joining import leave_token

        sender, token = self.sender(account), leave_token(self.hasher, reader, address)
        form = self.form_url()
        page = f"{form}leave?t={token}" if form.startswith("https:") else ""
        return Addressee(address, page, leave_mailto(sender.reply_to or sender.address, token))


_EXAMPLE = "mail:\n  accounts:\n    - {name: office, host: smtp.example.cn, from: jzz@example.cn}"


@contextmanager
def open_office(session: Session, root: str | None) -> Iterator[MailOffice]:
    """Raises `UsageError` for a station that has no ``mail:``."""
    from bulletin.build.project import open_project
    from bulletin.mail.stores.opening import open_address_hasher, open_reader_store

    folder = find_root(root)
    station = open_project(folder).station
    if station.mail is None:
        raise UsageError(N_("content/station.yml names no account to send by:\n{example}"), example=_EXAMPLE)
    with needs_extra("mail"):
        import bulletin.mail.compose  # noqa: F401 - its library, before anything is sent
    store = open_reader_store(folder, station.mail, session.environment)
    try:
        yield MailOffice(session, folder, station, station.mail, store, open_address_hasher(folder, store))
    finally:
        store.close()
