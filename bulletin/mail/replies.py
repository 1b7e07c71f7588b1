"""What an SMTP server's reply means for the letter, its reader and the run: a table, without side effects.

RFC 5321 gives the codes, RFC 3463 the enhanced ones; Chinese providers say most in words and in codes of their own
(docs/mail.md names them and where they are from). The first line that fits:

| reply | letter | run | reader |
|---|---|---|---|
| 2xx after the final dot | sent | goes on | |
| none, or nonsense, after the final dot | unknown | rests | |
| none before the final dot | waits | rests until the next window | not touched |
| 5xx at login | waits | stops: 授权码 | not touched |
| SPM, SPB, STC, TRC and such, whatever the code | waits | stops, and says what to do | not touched |
| 4xx; 5.4.5; 5xx with “frequency limited”, 频率 … | waits | rests until the next window | not touched |
| 5.1.x but 5.1.7 and 5.1.8; without enhanced code “user not found” … | refused | goes on | counts |
| 5.2.x, 5.6.7, “mailbox is full”, “rejected by recipients” | refused | goes on | not touched |
| 5.7.x, “spam”, “blacklist”, “relay” …; 5.1.7, 5.1.8, 5.3.x, 5.5.x | waits | stops, and says what to do | not touched |
| any other 5xx at RCPT | refused | goes on | not touched |
| any other | waits | stops | not touched |
"""

from __future__ import annotations

import re
from typing import Literal

from bulletin.core.model import Value
from bulletin.core.problems import N_

SmtpPhase = Literal["connect", "hello", "tls", "login", "from", "to", "data", "dot"]
"""What the reply answers; ``data``: everything between the command and the final dot."""

ReplyFate = Literal["sent", "refused", "rest", "stop", "unknown", "held"]


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

    fate: ReplyFate
    """``rest``: the letter waits, and the account rests until its next window; ``stop``: it waits, and the run stops
    until somebody starts it again; ``held``: it waits or has ended by other means."""
    reason: str = ""
    """A sentence for the office, marked for translation, for ``rest`` and ``stop``."""
    counts: bool = False
    """Whether it speaks against the reader's address: two of them in different runs, and it does not exist."""


def meaning(reply: SmtpReply) -> ReplyMeaning:
    """By the table above."""
    if reply.held:
        return ReplyMeaning("held")
    answered = 200 <= reply.code < 600
    if reply.phase == "dot" and (not answered or reply.code // 100 == 3):
        return ReplyMeaning("unknown", _LOST_AFTER_DOT)
    if not answered:
        return ReplyMeaning("rest", _LOST)
    if reply.code < 400:
        return ReplyMeaning("sent") if reply.phase == "dot" else ReplyMeaning("stop", _STRANGE)
    return _of_provider(reply) or (_of_temporary(reply) if reply.code < 500 else _of_permanent(reply))


def _of_provider(reply: SmtpReply) -> ReplyMeaning | None:
    """What codes of the providers' own say, whatever number stands before them."""
    if reply.phase == "login":
        return None
    found = next((words for codes, words in _OWN_CODES if codes.search(reply.text)), "")
    return ReplyMeaning("stop", found) if found else None


def _of_temporary(reply: SmtpReply) -> ReplyMeaning:
    return ReplyMeaning("rest", _LOGIN_LATER if reply.phase == "login" else _NO_MORE)


def _of_permanent(reply: SmtpReply) -> ReplyMeaning:
    if reply.phase in ("login", "tls"):
        return ReplyMeaning("stop", _LOGIN if reply.phase == "login" else _ENCRYPTION)
    if reply.enhanced == "5.4.5" or _FREQUENCY.search(reply.text):
        return ReplyMeaning("rest", _NO_MORE)
    about_reader = _of_reader(reply) if reply.phase in ("to", "dot") else None
    return about_reader or _of_sender(reply)


def _of_reader(reply: SmtpReply) -> ReplyMeaning | None:
    enhanced = reply.enhanced
    if enhanced.startswith("5.1.") and enhanced not in _SENDERS_ADDRESS:
        return ReplyMeaning("refused", counts=True)
    if enhanced.startswith("5.2.") or enhanced == "5.6.7":
        return ReplyMeaning("refused")
    if enhanced not in ("", "5.0.0"):
        return None
    if _UNKNOWN_READER.search(reply.text):
        return ReplyMeaning("refused", counts=True)
    return ReplyMeaning("refused") if _READERS_MAILBOX.search(reply.text) else None


def _of_sender(reply: SmtpReply) -> ReplyMeaning:
    if reply.enhanced in _SENDERS_ADDRESS or _SENDER.search(reply.text):
        return ReplyMeaning("stop", _WRONG_SENDER)
    if reply.enhanced == "5.3.4" or _SIZE.search(reply.text):
        return ReplyMeaning("stop", _TOO_LARGE)
    if reply.code in (530, 538):  # RFC 3207, 4; RFC 4954, 6
        return ReplyMeaning("stop", _ENCRYPTION_WANTED if _TLS.search(reply.text) or reply.code == 538 else _LOGIN)
    if reply.enhanced.startswith("5.7.") or _BLOCKED.search(reply.text) or reply.phase == "connect":
        return ReplyMeaning("stop", _UNWANTED)
    faults = reply.enhanced.startswith(("5.3.", "5.5.")) or reply.code in _PROTOCOL
    if reply.phase == "to" and not faults:
        return ReplyMeaning("refused")
    return ReplyMeaning("stop", _STRANGE)


_SENDERS_ADDRESS = ("5.1.7", "5.1.8")
"""RFC 3463, 3.2: they are of the sender's address, not the reader's."""

_PROTOCOL = frozenset((500, 501, 502, 503, 504, 535))
_TLS = re.compile(r"\b(?:starttls|tls|ssl|encrypt)", re.IGNORECASE)


def _words(*phrases: str) -> re.Pattern[str]:
    return re.compile("|".join(phrases), re.IGNORECASE)


def _codes(*codes: str) -> re.Pattern[str]:
    return re.compile(rf"(?<![A-Za-z])(?:{'|'.join(codes)})(?![A-Za-z])")


_FREQUENCY = _words(
    r"frequen",
    r"频[率繁次]",
    r"too (?:many|much) (?:mail|message|connection|recipient|letter|request)",
    r"rate limit|throttl|sending (?:rate|quota|limit)|dail?y.{0,20}(?:quota|limit)|too fast",
    r"超[出过].{0,12}(?:限制|限额|上限|数量)",
)
_UNKNOWN_READER = _words(
    r"(?:user|recipient|mailbox|account|address)(?: is)?(?: not found| unknown| (?:does not|doesn.t|not) exist)",
    r"(?:unknown|no such|invalid) (?:user|recipient|mailbox|address)",
    r"(?:用户|收件人|邮箱|地址|账号|帐号)[^，。;；]{0,6}不存在|无此(?:用户|邮箱|收件人)",
)
_READERS_MAILBOX = _words(
    r"mailbox (?:is )?full|over (?:the )?quota|user suspended|(?:user|account|mailbox) (?:is )?(?:disabled|locked)",
    r"rejected by (?:the )?recipient",
    r"邮箱(?:空间|容量)?(?:已满|不足)|收件人拒[收绝]",
)
_SENDER = _words(r"null sender|(?:sender|from) address|sender (?:is )?not|not verified|mail from must|发件人")
_SIZE = _words(r"message size|mail ?size|too large|size (?:limit|exceed)|邮件.{0,4}过大")
_BLOCKED = _words(
    r"spam|垃圾|black ?list|block(?:ed|list)|relay|content (?:is )?(?:denied|rejected)|virus|dmarc|dkim|\bspf\b",
    r"access denied|denied by|policy|behaviou?r|auth",
)

_LOST = N_("the server could not be reached, or the connection was lost.")
_LOST_AFTER_DOT = N_("the server's answer to the last letter was lost; whether it went out is not known.")
_NO_MORE = N_("the server takes no more letters just now.")
_LOGIN_LATER = N_("the server lets nobody log in just now.")
_LOGIN = N_(
    "the server does not accept user and password. Mailboxes of QQ, 163 and 126 want a 授权码 instead of the password: "
    "switch SMTP on in the mailbox's settings, get one there, and store it."
)
_ENCRYPTION = N_(
    "the connection cannot be encrypted. Ask the provider for host and port, and look at this computer's clock."
)
_ENCRYPTION_WANTED = N_(
    "the server wants the connection to be encrypted. Take “tls: no” out of the account in station.yml; the port is "
    "mostly 465, else 587."
)
_SPAM = N_(
    "the provider takes this letter for spam. Send nothing more today: ask the provider why, and have the office's "
    "address put on its list of trusted senders."
)
_DAY_USED_UP = N_(
    "the mailbox has sent more than its provider allows. Set a_day in content/station.yml lower, and go on tomorrow."
)
_WRONG_SENDER = N_(
    "the provider does not let this mailbox send under that address. In content/station.yml, “from” must be the "
    "mailbox's own, and the domain's SPF must name the provider."
)
_TOO_LARGE = N_("the letter is larger than the server takes.")
_UNWANTED = N_(
    "the server does not want letters from this mailbox or this network. Ask the provider with its words; no reader "
    "is at fault."
)
_STRANGE = N_("the server does not do what a mail server does. Look at host and port in content/station.yml.")

_OWN_CODES = (
    (_codes("SPM", "SPB", "SPT"), _SPAM),
    (_codes("STC", "TRC", "RCL"), _DAY_USED_UP),
    (_codes("SUM", "SPF", "DMA", "IMF"), _WRONG_SENDER),
    (_codes("IPB", "ITC", "IHU", "FRL", "BLI", "BLU"), _UNWANTED),
)
"""网易's: its help page on returned letters (docs/mail.md)."""
