"""What a message wants of us: to join, to confirm, to leave. Pure; what follows from it is in `collecting`.

| words | kind |
|---|---|
| the sender's own line, or the subject of a message that is no answer: 退订, 取消订阅, unsubscribe | leave |
| likewise, but nothing else beside it: 订阅, 我想订阅简报 | join |
| an answer with one of our tokens whose own words are 确认, 同意, 是, or none at all | confirm |
| an answer with one of our tokens and other words | unclear: somebody in the office reads it |

Quoted words are never the sender's own, else every answer to a letter of ours would be a 退订. What a program has
written neither joins nor confirms. Leaving asks for less than joining: nobody is harmed by it.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Collection
from typing import Literal
from urllib.parse import quote

from bulletin.core.model import Value
from bulletin.mail.bounces import ReturnedLetter, returned_letter
from bulletin.mail.received import ReceivedMessage

AnswerKind = Literal["join", "confirm", "leave", "unclear", "automatic", "bounce", "other"]

_OWN_LINES, _MAX_WISH, _MAX_TOKENS = 3, 30, 8
_MAX_SEARCHED = 64 * 1024
_TOKEN = re.compile(r"(?<![A-Za-z0-9])(?:[1-9][0-9]{0,17}-)?[A-Za-z2-7]{26}(?![A-Za-z0-9])")
"""As `joining` makes them; those to leave with begin with a number. Mail programs may turn them into capitals."""
_PUNCTUATION = re.compile(r"[^\w]+|_")

_ASKING = re.compile(r"(是不是|能不能|可不可以|要不要|会不会)")
_STAY = re.compile(
    r"([不别莫勿未没無无误]|not|dont|never)[^,]{0,5}(退[订訂阅閱]|停[发發寄]|取消订阅|取消訂閱|unsubscribe)"
)
_LEAVE = re.compile(
    r"退[订訂阅閱]|停[发發寄]|(取消|停止|终止|不再|不要|不想|不用|不需要|没有?|從未|从未|未曾?)(继续)?(再)?(订阅|訂閱|订过)"
    r"|(不要|请勿|别|不必|不用|勿|停止)(再)?(给我)?(继续)?(发送|寄送|发了|发给我|寄了|发邮件|发信|再发)|(不想|不要|不愿)(再)?(收到|接收)"
    r"|unsubscribe|removeme|optout"
)
_BEFORE = "您好|你好|老师好|编辑|部|好|麻烦|请|我|们|单位|想|要|愿意|希望|申请|同意|确认|给|帮|继续|重新|办理|需要"
_AFTER = "了|一下|吧|简报|工作|电子|本|贵站|贵单位|你们|的|邮件|版|每期|信息|谢谢|感谢|您|这份|这个|此"
_JOIN = re.compile(rf"({_BEFORE})*(订阅|訂閱)({_AFTER})*|(please)?subscribe(me)?(please)?")
_YES = re.compile(
    rf"({_BEFORE})*(确认|確認|同意|订阅|訂閱|是|是的|对|好|好的|可以|要|愿意|行|嗯)({_AFTER})*"
    r"|ok|okay|yes|y|confirm|iconfirm|confirmed|agree|iagree|subscribe"
)
_NO = re.compile(r"(不同意|拒绝|拒絕|不是(我|本人)|不需要|不要|不了|不用了|谢绝|取消|no|nothanks)")


class Answer(Value, frozen=True):
    """What a message wants."""

    kind: AnswerKind
    sender: str = ""
    """Normal address; empty where there is not exactly one."""
    questions: tuple[str, ...] = ()
    """What may be tokens of our questions, wherever they are in it, small letters."""
    letters: tuple[str, ...] = ()
    """What may be tokens to leave with; they may be quoted, and then only say which reader's letter it answers."""
    pressed: str = ""
    """The token in the subject that a ``mailto:`` link of ours made."""
    message_id: str = ""
    may_answer: bool = False
    """Whether a person has written it, from one address."""
    returned: ReturnedLetter | None = None


def leave_mailto(address: str, token: str) -> str:
    """The link in one reader's letters that writes 退订 to us; `Answer.pressed` is its token again.

    ASCII alone, since mail programs press it by themselves (RFC 2369). ``token``: `joining.leave_token`.
    """
    return f"mailto:{quote(address, safe='@')}?subject=unsubscribe%20{token}"


def judge_message(message: ReceivedMessage, titles: Collection[str] = ()) -> Answer:
    """Judge a message; ``titles``: names under which readers know the bulletin."""
    returned = returned_letter(message)
    if returned:
        return Answer("bounce", message_id=message.message_id, returned=returned)
    tokens = _tokens(
        f"{message.subject}\n{' '.join(message.references)}\n{message.text[:_MAX_SEARCHED]}".replace("%20", " ")
    )
    questions = tuple(token for token in tokens if "-" not in token)
    kind = _kind(message, [_plain(line, titles) for line in _own_words(message)], bool(questions))
    pressed = _tokens(message.subject) if kind == "leave" and not message.is_answer else ()
    return Answer(
        kind,
        message.sender,
        questions,
        tuple(token for token in tokens if "-" in token),
        next(iter(pressed), ""),
        message.message_id,
        bool(message.sender) and not message.automatic,
    )


def _kind(message: ReceivedMessage, lines: list[str], asked: bool) -> AnswerKind:
    if any(map(_leaves, lines)) or (asked and any(_NO.fullmatch(line) for line in lines)):
        if not message.automatic or _tokens(message.subject):  # mail programs press the link for the reader, too
            return "leave"
        return "automatic"
    if message.automatic:
        return "automatic"
    if asked:
        return "confirm" if _confirms(message, lines) else "unclear"
    return "join" if any(_JOIN.fullmatch(line) for line in lines) else "other"


def _own_words(message: ReceivedMessage) -> list[str]:
    subject = [] if message.is_answer else [_TOKEN.sub(" ", message.subject)]
    return [line for line in (*subject, *message.own[:_OWN_LINES]) if line]


def _confirms(message: ReceivedMessage, lines: list[str]) -> bool:
    """Own words, where there are any, must say yes: not every program that is on holiday says that it is one."""
    return not message.own or any(_YES.fullmatch(line) for line in lines)


def _leaves(line: str) -> bool:
    asked = _ASKING.sub("", line)
    return len(line) <= _MAX_WISH and bool(_LEAVE.search(asked)) and not _STAY.search(asked)


def _tokens(text: str) -> tuple[str, ...]:
    return tuple(dict.fromkeys(found.lower() for found in _TOKEN.findall(text)))[:_MAX_TOKENS]


def _plain(line: str, titles: Collection[str]) -> str:
    """Half-width small letters without blanks and punctuation; titles of the bulletin as 简报."""
    text = _PUNCTUATION.sub("", unicodedata.normalize("NFKC", line)).lower()
    for title in titles:
        text = text.replace(_PUNCTUATION.sub("", unicodedata.normalize("NFKC", title)).lower() or "\0", "简报")
    return text
