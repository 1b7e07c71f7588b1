"""One connection to a mail server. The final dot of a letter is a step of its own: what must be on disk before a
server can have taken the letter is written just before it.
"""

from __future__ import annotations

from collections.abc import Callable

from bulletin.core.mail_settings import MailAccount
from bulletin.core.model import Value
from bulletin.mail.replies import SmtpReply


class SmtpTimeouts(Value, frozen=True):
    """Seconds to wait; RFC 5321, 4.5.3.2, asks for ten minutes after the dot, since a reply missed is a letter unknown."""

    connect: float = 30
    command: float = 120
    dot: float = 600


class SmtpConnection:
    """Connects at the first letter, logs in with one mechanism, and stays open for the next."""

    def __init__(self, account: MailAccount, password: str | None, timeouts: SmtpTimeouts = SmtpTimeouts()) -> None:
        raise NotImplementedError

    def send(self, envelope_from: str, to: str, data: bytes, before_dot: Callable[[], bool]) -> SmtpReply:
        """Send one letter to one address.

        ``before_dot`` is called when all but the final dot is on its way; when it says no, the connection is closed
        without the dot, and the letter is not sent. Raises nothing of the network: what happens is in the reply. What
        ``before_dot`` raises is raised, after closing.
        """
        raise NotImplementedError

    def close(self) -> None:
        """Say goodbye, if the server listens; safe to call twice."""
