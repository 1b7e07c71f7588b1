"""What an SMTP server's reply means for the letter, its reader and the run: a table, without side effects.

RFC 5321 gives the codes, RFC 3463 the enhanced ones; Chinese providers say most in words (docs/mail.md names them).
The rules, the first that fits:

| reply | letter | run | reader |
|---|---|---|---|
| 2xx after the final dot | sent | goes on | |
| none after the final dot | unknown | rests | |
| 334, 5xx at login | waits | stops: 授权码 | |
| SPM, SPB, STC, TRC, 5.7.x, “spam”, “blacklist” | waits | stops, with what to do | not touched |
| 421, any 4xx, “frequency limited”, 频率, 5.4.5, connection lost before the dot | waits | rests until the next window | not touched |
| 5.1.x of the reader's address | refused | goes on | counts |
| 5.1.7, 5.1.8, 5.5.x, 5xx elsewhere than at RCPT | waits | stops | not touched |
| any other 5xx at RCPT | refused | goes on | not touched |
"""

from __future__ import annotations

from typing import Literal

from bulletin.core.model import Value

SmtpPhase = Literal["connect", "hello", "tls", "login", "from", "to", "data", "dot"]
"""What the reply answers; ``data``: everything between the command and the final dot."""

Fate = Literal["sent", "refused", "rest", "stop", "unknown", "held"]


class SmtpReply(Value, frozen=True):
    """What a server said, or that it said nothing."""

    phase: SmtpPhase
    code: int
    """0: no reply; the connection was lost, or nothing came in time."""
    enhanced: str = ""
    """``5.1.1``; empty where the server gives none."""
    text: str = ""
    """The words, one line, without control characters and without the reader's address."""
    held: bool = False
    """Nobody wanted the letter sent any more just before its final dot; it was not."""

    @property
    def line(self) -> str:
        """``550 5.1.1 no such user``; of no reply the reason."""
        return " ".join(part for part in (str(self.code) if self.code else "", self.enhanced, self.text) if part)


class ReplyMeaning(Value, frozen=True):
    """What follows from a reply."""

    fate: Fate
    """``rest``: the letter waits, and the account rests until its next window; ``stop``: it waits, and the run stops
    until somebody starts it again; ``held``: it waits or has ended by other means."""
    reason: str = ""
    """A sentence for the office, marked for translation, for ``rest`` and ``stop``."""
    counts: bool = False
    """Whether it speaks against the reader's address: two of them in different runs, and it does not exist."""


def meaning(reply: SmtpReply) -> ReplyMeaning:
    """By the table above."""
    raise NotImplementedError
