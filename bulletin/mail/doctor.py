"""`mail doctor`: servers, logins, 已发送, the sender's domain, quota and clock. Each finding says what, how it is, and
what helps.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from email.parser import BytesHeaderParser
from email.utils import parsedate_to_datetime
from typing import Literal, NamedTuple, Protocol

from bulletin.core.errors import BulletinError
from bulletin.core.mail_settings import MailAccount, MailSettings
from bulletin.core.model import Value
from bulletin.core.problems import N_
from bulletin.mail.compose import Sender, message_id, plain_message
from bulletin.mail.dns_records import DnsUnavailable
from bulletin.mail.imap import ImapMailbox
from bulletin.mail.replies import SmtpReply, meaning
from bulletin.mail.stores.base import MailStore

Health = Literal["good", "look", "bad"]
"""``look``: works, but something is better known or put right."""

_PORTS = (465, 587, 25)
_WAITS = 12
_WAIT_SECONDS = 5
"""So long the letter to ourselves may be under way, together with `_WAITS`."""
_MAX_DRIFT = timedelta(minutes=5)
_TAG = re.compile(r"(?:^|;)\s*([a-z]+)\s*=\s*([^;]*)", re.IGNORECASE)

_LOGGED_IN = N_("Connected, encrypted and logged in.")
_PLAIN = N_("Connected, not encrypted, as station.yml says (“tls: no”).")
_HELP_SENT = N_(
    "Switch on “save sent letters” (SMTP 发信后保存到服务器) in the mailbox's settings; without it, “bulletin mail "
    "resolve” has to ask about each letter of which nobody knows."
)
_HELP_SPF = N_("Ask whoever keeps the domain for one TXT record with the provider's servers: {example}")
_HELP_DKIM = N_("Switch DKIM on in the provider's settings, and have the TXT record that it shows put into the DNS.")
_HELP_DMARC = N_("Ask whoever keeps the domain for a TXT record {name}, to begin with: “v=DMARC1; p=none”")
_HELP_CLOCK = N_("Have the computer's clock set by NTP: Date and windows of letters go by it.")
_HELP_PORT = N_("The network here may close ports of mail. Ask for 465 to be opened, or take one that is open.")
_HELP_IMAP = N_(
    "Switch IMAP on in the mailbox's settings; QQ, 163 and 126 want a 授权码 in place of the password. The port is 993."
)
_HELP_DNS = N_("On a computer with the Internet: nslookup -type=TXT {domain}, then _dmarc.{domain}")


class MailFinding(Value, frozen=True):
    """Result of one check; the sentences are marked for translation and share the values."""

    health: Health
    what: str
    """Of what: an account, a domain, a folder."""
    message: str
    values: dict[str, object]
    remedy: str = ""


class LoginConnection(Protocol):
    """`SmtpConnection`, or what a test puts in its place."""

    def try_login(self) -> SmtpReply: ...
    def send(self, envelope_from: str, to: str, data: bytes, before_dot: Callable[[], bool]) -> SmtpReply: ...
    def close(self) -> None: ...


class DoctorTools(NamedTuple):
    """What is looked with."""

    settings: MailSettings
    store: MailStore
    connect: Callable[[MailAccount], LoginConnection]
    mailbox: Callable[[], ImapMailbox]
    """Anew at each call; used only where the settings have one. May raise `BulletinError`, as `connect` may."""
    is_open: Callable[[str, int], bool]
    """Whether something listens at host and port."""
    txt_records: Callable[[str], tuple[str, ...]]
    """Raises `DnsUnavailable`."""
    now: Callable[[], datetime]
    """In the station's zone, aware."""
    wait: Callable[[float], None]
    secret: bytes
    """For the Message-ID of the letter to ourselves."""


class SelfLetter(Value, frozen=True):
    """What became of the letter to ourselves."""

    sent: bool
    in_sent: bool = False
    arrived: bytes = b""
    """Headers as they arrived; empty: it has not, or nobody could look."""


def diagnose_mail(tools: DoctorTools, send_letter: bool) -> Iterator[MailFinding]:
    """Run all checks. ``send_letter``: whether a letter may go from the first account to itself."""
    works = []
    for account in tools.settings.accounts:
        finding = _login(tools, account)
        yield finding
        if finding.health == "bad":
            yield from _ports(tools, account)
        else:
            works.append(account)
        yield _quota(tools, account)
    can_read = tools.settings.imap is not None
    for finding in _mailbox(tools):
        yield finding
        can_read = can_read and finding.health != "bad"
    letter = SelfLetter(False)
    if send_letter and works and can_read:
        letter, findings = _send_to_self(tools, works[0])
        yield from findings
    elif works:
        words = N_("No letter was sent to ourselves, so copies, clock and DKIM were not looked at.")
        yield MailFinding("look", works[0].name, words, {})
    for domain in dict.fromkeys(account.sender.rpartition("@")[2].lower() for account in tools.settings.accounts):
        yield from _domain(tools, domain, letter)


# ── servers


def _login(tools: DoctorTools, account: MailAccount) -> MailFinding:
    where = f"SMTP {account.name}, {account.host}:{account.port}"
    try:
        connection = tools.connect(account)
    except BulletinError as error:
        return MailFinding("bad", where, error.message, dict(error.values))
    try:
        reply = connection.try_login()
    finally:
        connection.close()
    if 200 <= reply.code < 300:
        return MailFinding("good", where, _LOGGED_IN if account.tls else _PLAIN, {})
    words = N_("No login ({phase}): {said}")
    return MailFinding("bad", where, words, {"phase": reply.phase, "said": reply.line or "–"}, meaning(reply).reason)


def _ports(tools: DoctorTools, account: MailAccount) -> Iterator[MailFinding]:
    ports = dict.fromkeys((account.port, *_PORTS))
    open_ports = [port for port in ports if tools.is_open(account.host, port)]
    values: dict[str, object] = {"open": ", ".join(map(str, open_ports)) or "–", "tried": ", ".join(map(str, ports))}
    is_open = account.port in open_ports
    words = N_("Ports that are open from here: {open} (tried: {tried}).")
    yield MailFinding("look" if is_open else "bad", account.host, words, values, "" if is_open else _HELP_PORT)


def _quota(tools: DoctorTools, account: MailAccount) -> MailFinding:
    now = tools.now()
    used = tools.store.used(account.name, now.date().isoformat())
    until, reason = tools.store.rests().get(account.name, ("", ""))
    if until > now.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ"):
        return MailFinding("look", account.name, N_("The account rests until {until} (UTC)."), {"until": until}, reason)
    values: dict[str, object] = {"used": used, "a_day": account.a_day}
    words = N_("Used today: {used} of {a_day} letters.")
    return MailFinding("good" if used < account.a_day else "look", account.name, words, values)


def _mailbox(tools: DoctorTools) -> Iterator[MailFinding]:
    settings = tools.settings.imap
    if settings is None:
        words = N_("station.yml names no mailbox for answers; nobody can join, leave or come back by mail.")
        yield MailFinding("look", "IMAP", words, {}, N_("Add “imap” to “mail” in content/station.yml (docs/mail.md)."))
        return
    where = f"IMAP {settings.host}:{settings.port}"
    try:
        mailbox = tools.mailbox()
        try:
            folder, uids = mailbox.sent_folder(), mailbox.open("INBOX") and len(mailbox.uids())
        finally:
            mailbox.close()
    except BulletinError as error:
        yield MailFinding("bad", where, error.message, dict(error.values), _HELP_IMAP)
        return
    yield MailFinding("good", where, N_("Logged in; {count} messages in the inbox."), {"count": uids})
    if folder:
        yield MailFinding("good", where, N_("Sent letters are in the folder {folder}."), {"folder": folder})
    else:
        yield MailFinding("look", where, N_("There is no folder of sent letters."), {}, _HELP_SENT)


# ── a letter to ourselves


def _send_to_self(tools: DoctorTools, account: MailAccount) -> tuple[SelfLetter, list[MailFinding]]:
    now = tools.now()
    mark = message_id(tools.secret, 0, int(now.timestamp()), account.sender.rpartition("@")[2])
    subject, text = "bulletin mail doctor", "bulletin mail doctor\n"
    headers = {"Auto-Submitted": "auto-generated"}
    data = plain_message(subject, text, account.sender, Sender("", account.sender), mark, now, headers)
    before = _last_uid(tools)
    connection = tools.connect(account)
    try:
        reply = connection.send(
            account.sender,
            account.sender,
            data,
            lambda: tools.store.use_quota(account.name, now.date().isoformat(), account.a_day),
        )
    finally:
        connection.close()
    if meaning(reply).fate != "sent":
        words = N_("The letter to ourselves was not sent: {said}")
        values: dict[str, object] = {"said": reply.line or "–"}
        return SelfLetter(False), [MailFinding("bad", account.name, words, values, meaning(reply).reason)]
    letter = _look_for(tools, mark, before)
    return letter, [*_arrival(tools, account, letter), _copy(account, letter)]


def _last_uid(tools: DoctorTools) -> int:
    mailbox = tools.mailbox()
    try:
        mailbox.open("INBOX")
        return max(mailbox.uids(), default=0)
    finally:
        mailbox.close()


def _look_for(tools: DoctorTools, mark: str, before: int) -> SelfLetter:
    """In the inbox, and in 已发送, for a minute; anew each time, since some servers show an open folder as it was."""
    letter = SelfLetter(True)
    for number in range(_WAITS):
        if number:
            tools.wait(_WAIT_SECONDS)
        mailbox = tools.mailbox()
        try:
            in_sent = bool(mailbox.sent_folder()) and bool(mailbox.sent_ids([mark], tools.now().date()))
            letter = SelfLetter(True, in_sent, letter.arrived or _arrived(mailbox, mark, before))
        finally:
            mailbox.close()
        if letter.in_sent and letter.arrived:
            break
    return letter


def _arrived(mailbox: ImapMailbox, mark: str, before: int) -> bytes:
    mailbox.open("INBOX")
    for uid in mailbox.uids(before):
        message = mailbox.message(uid)
        if message and mark.encode() in message.data:
            return message.data
    return b""


def _arrival(tools: DoctorTools, account: MailAccount, letter: SelfLetter) -> Iterator[MailFinding]:
    if not letter.arrived:
        words = N_("The letter to ourselves has not arrived within a minute.")
        remedy = N_(
            "Look for it in the folder of junk, and whether answers go to another mailbox than letters come from."
        )
        yield MailFinding("look", account.name, words, {}, remedy)
        return
    yield MailFinding("good", account.name, N_("The letter to ourselves has arrived."), {})
    stamp = _server_time(letter.arrived)
    if stamp is None:
        yield MailFinding("look", account.name, N_("The server does not say when, so the clock was not compared."), {})
        return
    drift = tools.now() - stamp
    values: dict[str, object] = {"minutes": round(abs(drift).total_seconds() / 60)}
    if abs(drift) > _MAX_DRIFT:
        words = N_("This computer's clock and the server's differ by {minutes} minutes.")
        yield MailFinding("bad", account.name, words, values, _HELP_CLOCK)
    else:
        yield MailFinding("good", account.name, N_("This computer's clock and the server's agree."), {})


def _server_time(data: bytes) -> datetime | None:
    """By the topmost Received, which the mailbox's own server has written; else none."""
    received = str(BytesHeaderParser().parsebytes(data).get("Received", ""))
    try:
        stamp = parsedate_to_datetime(received.rpartition(";")[2].strip())
    except (ValueError, TypeError):
        return None
    return stamp if stamp.tzinfo else None


def _copy(account: MailAccount, letter: SelfLetter) -> MailFinding:
    if letter.in_sent:
        return MailFinding("good", account.name, N_("The provider keeps letters sent by programs in 已发送."), {})
    words = N_("The provider does not keep letters sent by programs in 已发送.")
    return MailFinding("look", account.name, words, {}, _HELP_SENT)


# ── the domain


def _domain(tools: DoctorTools, domain: str, letter: SelfLetter) -> Iterator[MailFinding]:
    try:
        yield _spf(domain, [each for each in tools.txt_records(domain) if each.lower().startswith("v=spf1")])
        yield _dkim(tools, domain, letter)
        records = tools.txt_records(f"_dmarc.{domain}")
        yield _dmarc(domain, [each for each in records if each.lower().startswith("v=dmarc1")])
    except DnsUnavailable as error:
        words = N_("SPF, DKIM and DMARC are not known: the DNS does not answer here ({reason}).")
        values: dict[str, object] = {"reason": error.values.get("reason", ""), "domain": domain}
        yield MailFinding("look", domain, words, values, _HELP_DNS)


def _spf(domain: str, records: list[str]) -> MailFinding:
    values: dict[str, object] = {"record": " / ".join(records), "example": "v=spf1 include:spf.example.cn -all"}
    if not records:
        return MailFinding("bad", f"SPF {domain}", N_("There is no record, so many servers refuse."), values, _HELP_SPF)
    if len(records) > 1:
        words = N_("There are several records, which counts as none: {record}")
        return MailFinding("bad", f"SPF {domain}", words, values, _HELP_SPF)
    if re.search(r"(?:^|\s)\+?all\b", records[0].lower()):
        words = N_("The record lets everybody send under this name: {record}")
        return MailFinding("bad", f"SPF {domain}", words, values, _HELP_SPF)
    return MailFinding("good", f"SPF {domain}", "{record}", values)


def _dkim(tools: DoctorTools, domain: str, letter: SelfLetter) -> MailFinding:
    if not letter.arrived:
        words = N_("Not known: only a letter that has arrived says under which name the provider signs.")
        return MailFinding("look", f"DKIM {domain}", words, {})
    signatures = BytesHeaderParser().parsebytes(letter.arrived).get_all("DKIM-Signature", [])
    tags = [{name.lower(): value.strip() for name, value in _TAG.findall(str(each))} for each in signatures]
    for each in tags:
        if _aligned(each.get("d", "").lower(), domain):
            name = f"{each.get('s', '')}._domainkey.{each['d']}".lower()
            found = [record for record in tools.txt_records(name) if re.search(r"p=\s*[A-Za-z0-9+/]", record)]
            if found:
                return MailFinding("good", f"DKIM {domain}", N_("Signed; the key is at {name}."), {"name": name})
            words = N_("Signed, but there is no key at {name}.")
            return MailFinding("bad", f"DKIM {domain}", words, {"name": name}, _HELP_DKIM)
    words = N_("The letter to ourselves was not signed for this domain; letters within one provider often are not.")
    return MailFinding("look", f"DKIM {domain}", words, {}, _HELP_DKIM)


def _aligned(signer: str, domain: str) -> bool:
    return bool(signer) and (domain == signer or domain.endswith(f".{signer}"))


def _dmarc(domain: str, records: list[str]) -> MailFinding:
    values: dict[str, object] = {"record": " / ".join(records), "name": f"_dmarc.{domain}"}
    if len(records) == 1:
        return MailFinding("good", f"DMARC {domain}", "{record}", values)
    words = N_("There are several records, which counts as none: {record}") if records else N_("There is no record.")
    return MailFinding("look", f"DMARC {domain}", words, values, _HELP_DMARC)
