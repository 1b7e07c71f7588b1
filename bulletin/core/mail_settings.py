"""How the letter goes out: the entry ``mail:`` of station.yml. Passwords are never there.

Figures are of users' reports (docs/mail.md); they change, so each is a setting. Hours are the station's local time.
"""

from __future__ import annotations

from typing import Annotated

import msgspec

from bulletin.core.model import Value

_NAME = msgspec.Meta(pattern=r"^[a-z0-9][a-z0-9-]{0,40}$")
_HOST = msgspec.Meta(pattern=r"^[^\s/@:]{1,253}$")
_PORT = msgspec.Meta(ge=0, le=65535)
_ADDRESS = msgspec.Meta(pattern=r"^[^\s@<>\",;]{1,64}@[^\s@<>\",;]{1,253}$")
_TIME = r"([01]\d|2[0-3]):[0-5]\d"


class MailAccount(Value, frozen=True, forbid_unknown_fields=True):
    """A mailbox or relay that letters leave by."""

    name: Annotated[str, _NAME]
    """What the ledger and the password are filed under."""
    host: Annotated[str, _HOST]
    sender: Annotated[str, _ADDRESS] = msgspec.field(name="from")
    """The address that readers see; providers refuse any other than the mailbox's own."""
    user: str = ""
    """Name for the login; the sender's address when empty."""
    port: Annotated[int, _PORT] = 465
    """465: TLS from the first byte; any other: STARTTLS."""
    tls: bool = True
    """False only for a relay on the same machine."""
    a_day: Annotated[int, msgspec.Meta(ge=1, le=1_000_000)] = 80
    """Letters a day at most, confirmations and tests among them."""
    pause: Annotated[int, msgspec.Meta(ge=0, le=3600)] = 20
    """Seconds between two letters."""
    hours: Annotated[str, msgspec.Meta(pattern=rf"^{_TIME}-{_TIME}$")] = "08:00-20:00"
    """Letters go out between these times."""
    verp: bool = False
    """Only where the provider allows it: each letter's envelope sender is ``name+b-…@domain``, so that one that comes
    back says which it was, however it is worded. Mail to such an address must arrive in the mailbox of ``imap``."""

    @property
    def secret_name(self) -> str:
        """Under which its password is kept, beside those of targets."""
        return f"mail-{self.name}"


class ImapAccount(Value, frozen=True, forbid_unknown_fields=True):
    """The mailbox in which readers' answers arrive."""

    host: Annotated[str, _HOST]
    user: str
    port: Annotated[int, _PORT] = 993
    """993: TLS from the first byte; any other: STARTTLS."""
    tls: bool = True


class MailSettings(Value, frozen=True, forbid_unknown_fields=True):
    """The letter and its readers."""

    accounts: tuple[MailAccount, ...] = ()
    """In the order in which they are used."""
    imap: ImapAccount | None = None
    wording: str = ""
    """What readers consent to: purpose and contact; empty: the sentence that comes with the program."""
    postgresql: Annotated[str, msgspec.Meta(pattern=r"^([A-Z][A-Z0-9_]*)?$")] = ""
    """Name of the environment variable with the database's URL; empty: SQLite in ``mail/readers.db``."""
    form: bool = False
    """Whether readers may subscribe by a form; needs `bulletin mail serve`."""

    @property
    def mailbox(self) -> str:
        """Where readers write to: the mailbox that is read, else the first account's; empty where there is neither."""
        if self.imap and "@" in self.imap.user:
            return self.imap.user
        return self.accounts[0].sender if self.accounts else ""
