"""Letters that come back: what a server's report or its prose says, and when an address counts as dead.

| code | counts | dead after |
|---|---|---|
| 5.1.x, but 5.1.7 and 5.1.8, which are about the sender | yes | two different runs |
| 5.2.2 (full), 4.x | yes | five different runs |
| 5.7.x (refused: our server, our words) | never | |
| any other | never | |

Codes: RFC 3463. A report counts only with the Message-ID of a letter of ours, which nobody but its reader knows. A
provider's prose that has none counts when the postmaster of our own account's provider writes it, about a reader to
whom a letter has just gone.
"""

from __future__ import annotations

import re
from collections.abc import Iterable

from bulletin.core.model import Value
from bulletin.mail.readers import Reader, undeliverable
from bulletin.mail.received import DeliveryReport, ReceivedMessage
from bulletin.mail.stores.base import Bounce, ReaderStore

_HARD_RUNS, _SOFT_RUNS = 2, 5
_MAX_RECIPIENTS = 5
_CODE = re.compile(r"(?<![\d.])([245]\.\d{1,3}\.\d{1,3})(?![\d.]*\d)", re.ASCII)
_ADDRESS = re.compile(r"[a-z0-9._%+-]{1,64}@[a-z0-9.-]{1,253}[a-z0-9]")
_SUBJECT = re.compile(
    r"退信|未送达|未能送达|无法送达|無法傳遞|无法投递|投递失败|投递状态|发送失败|送信失败|退回|失败通知"
    r"|undeliver|returned (?:mail|to sender)|failure notice|deliver.{0,20}fail|fail.{0,20}deliver|delivery status"
    r"|mail delivery|non-?delivery",
    re.IGNORECASE,
)
_REASON = re.compile(r"(?:原因|错误信息|诊断信息|diagnostic|reason|said)[^\n::]{0,20}[:：]", re.IGNORECASE)
_REASON_LENGTH = 300
"""Behind it providers advise what to do, with every cause that there may be."""
_POSTMASTER = re.compile(r"^(?:mailer-?daemon|postmaster|mail-?daemon|microsoftexchange[0-9a-f]{8,})@")

_PHRASES: tuple[tuple[str, re.Pattern[str]], ...] = (
    (
        "5.7.1",
        re.compile(
            r"拒收|拒绝(?:接收|了?您|此)|垃圾邮件|反垃圾|黑名单|频率|发信过多|过于频繁|内容.{0,8}(?:违规|拦截|敏感)|未经授权"
            r"|spam|black-?list|block(?:ed|list)|denied|reputation|policy|too many|not authori[sz]ed|\bdmarc\b|\bspf\b",
            re.IGNORECASE,
        ),
    ),
    (
        "5.2.2",
        re.compile(
            r"(?:邮箱|信箱|空间|容量)[^。,，]{0,8}(?:已满|满了|不足|超出|超限)|超[出过][^。,，]{0,8}(?:容量|空间|配额)"
            r"|mailbox (?:is )?full|over ?quota|quota (?:is )?exceeded|insufficient (?:storage|space)",
            re.IGNORECASE,
        ),
    ),
    (
        "4.4.7",
        re.compile(
            r"超时|暂时|稍后|多次尝试|重试|连接(?:失败|不上)"
            r"|time-?d? ?out|temporar|retry|expired|connection (?:refused|lost)",
            re.IGNORECASE,
        ),
    ),
    (
        "5.1.2",
        re.compile(
            r"域名?[^。,，]{0,6}(?:不存在|无法解析|错误|未找到)"
            r"|(?:host|domain)[^.]{0,20}(?:not (?:found|exist)|unknown)",
            re.IGNORECASE,
        ),
    ),
    (
        "5.1.1",
        re.compile(
            r"(?:用户|收件人|地址|帐号|账号|账户|邮箱|信箱|收信人)[^。,，]{0,80}(?:不存在|未找到|找不到|有误|错误|已注销)"
            r"|(?:不存在|没有|无|找不到)(?:此|该|这个)?(?:用户|收件人|帐号|账号|邮箱|地址)"
            r"|(?:no such|unknown|invalid) (?:user|recipient|address|mailbox|account)|user (?:unknown|not found)"
            r"|(?:user|mailbox|recipient|address|account)[^.]{0,40}(?:not exist|not found|unavailable|unknown|disabled)"
            r"|does ?n[o']t exist",
            re.IGNORECASE,
        ),
    ),
)
"""The gentlest first: prose that names several possible causes must not cost anybody the letter."""


class ReturnedLetter(Value, frozen=True):
    """A letter that somebody says has come back; not yet that it is one of ours."""

    code: str
    """Enhanced status code; empty where nothing is said that we know."""
    message_ids: tuple[str, ...]
    recipients: tuple[str, ...]
    """Whom it may have been for."""
    final: bool = True
    """False: the server tries on, or says that all went well."""
    postmaster: str = ""
    """Who writes it, where it is prose: an address, which may be forged."""


def returned_letter(message: ReceivedMessage) -> ReturnedLetter | None:
    """What a message says of a letter that came back; None where it says nothing of one."""
    ids = tuple(dict.fromkeys((*_verp_ids(message), *message.returned, *message.references)))
    failed = next((report for report in message.reports if report.action in ("failed", "")), None)
    if failed:
        return ReturnedLetter(_code(failed), ids, (failed.recipient,))
    if message.reports:
        return ReturnedLetter("", ids, (), final=False)
    if not (_POSTMASTER.match(message.sender) or message.automatic) or not _SUBJECT.search(message.subject):
        return None
    return ReturnedLetter(_code_of_prose(message), ids, _recipients(message), postmaster=message.sender)


def _code_of_prose(message: ReceivedMessage) -> str:
    """By the reason that it gives, or by all its words."""
    label = _REASON.search(message.text)
    reason = message.text[label.end() :][:_REASON_LENGTH] if label else ""
    return _code_of(reason) or _code_of(f"{message.subject}\n{message.text}")


def _recipients(message: ReceivedMessage) -> tuple[str, ...]:
    found = dict.fromkeys(_ADDRESS.findall(message.text.lower()))
    return tuple(each for each in found if each not in (message.sender, *message.recipients))[:_MAX_RECIPIENTS]


def _code(report: DeliveryReport) -> str:
    """The report's status, where it says something; a refusal of ours is never somebody's dead address."""
    said = _code_of(report.diagnostic)
    found = _CODE.search(report.status)
    status = found[1] if found else ""
    vague = status in ("", "4.0.0", "5.0.0", "5.5.0")
    return said if vague or said.startswith("5.7.") else status


def _code_of(words: str) -> str:
    """The code that a server's words have, or that they mean."""
    codes = _CODE.findall(words)
    meant = next((code for code, phrase in _PHRASES if phrase.search(words)), "")
    refused = next((code for code in codes if code.startswith("5.7.")), "")
    if refused or meant == "5.7.1":
        return refused or meant
    return next((code for code in codes if not code.startswith("2.") and not code.endswith(".0.0")), meant)


def verp_address(sender: str, message_id: str) -> str:
    """Envelope sender that says which letter comes back, for relays that allow it: ``jzz+b-KEY@example.cn``.

    The key is the Message-ID's local part, which must be short (RFC 5321, 4.5.3.1.1: 64 characters in all).
    """
    local, _at, domain = sender.rpartition("@")
    return f"{local}+b-{message_id.strip('<>').partition('@')[0]}@{domain}"


def _verp_ids(message: ReceivedMessage) -> tuple[str, ...]:
    """Message-IDs of letters whose envelope sender `verp_address` made."""
    parts = (address.partition("+b-")[2].partition("@") for address in message.recipients)
    return tuple(f"<{key}@{domain}>" for key, _at, domain in parts if key)


def after_bounces(reader: Reader, bounces: Iterable[Bounce], now: str) -> Reader:
    """The reader, dead if the table above says so; bounces from before the last consent do not count."""
    since = max((consent.given for consent in reader.consents), default="")
    hard, soft = set[int](), set[int]()
    for bounce in bounces:
        if bounce.at >= since:
            if bounce.code.startswith("5.1.") and bounce.code not in ("5.1.7", "5.1.8"):
                hard.add(bounce.run)
            elif bounce.code == "5.2.2" or bounce.code.startswith("4."):
                soft.add(bounce.run)
    if reader.state == "active" and (len(hard) >= _HARD_RUNS or len(soft | hard) >= _SOFT_RUNS):
        return undeliverable(reader, now)
    return reader


def record_bounce(store: ReaderStore, reader: Reader, bounce: Bounce) -> bool:
    """Keep a bounce; whether the address is dead by it."""
    store.put_bounce(bounce)
    bounces = store.bounces(reader.id)

    def changed(found: Reader | None) -> Reader | None:
        after = after_bounces(found, bounces, bounce.at) if found else None
        return after if after != found else None

    return store.change_reader(reader.address, changed)
