"""P108: where mail addresses of persons are in a plain text, however the @ and the dots are written."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator

from bulletin.check.digits import fold_digits

FREE_MAIL = frozenset(
    """
    qq.com foxmail.com 163.com 126.com yeah.net sina.com sina.cn sohu.com 139.com 189.cn wo.cn aliyun.com 21cn.com
    tom.com gmail.com hotmail.com outlook.com live.com yahoo.com yahoo.com.cn icloud.com
    proton.me protonmail.com msn.com gmx.com mail.ru naver.com 188.com 263.net 2980.com
    """.split()  # noqa: SIM905
)
"""Hosts at which persons have their mail."""

_AT = r"(?: ?(?:@|[(（\[【<《#]at[)）\]】>》#]|[(（\[【]@[)）\]】]) ?| at )"
_DOT = r"(?:[.。．]| ?[(（\[]dot[)）\]] ?| dot )"
_MAIL = re.compile(
    rf"(?<![A-Za-z0-9._%+-])[A-Za-z0-9][A-Za-z0-9._%+-]{{0,63}}{_AT}"
    rf"(?P<host>[A-Za-z0-9-]{{1,63}}(?:{_DOT}[A-Za-z0-9-]{{2,63}}){{1,4}})",
    re.IGNORECASE,
)
_MAY_HOLD_ONE = re.compile(r"[@＠aA](?:(?<=[@＠])|(?<!\w.)[tT]\b)")
_PERSON = re.compile(
    r"(?:家属|家人|亲属|亲友|本人|老人|父亲|母亲|儿子|女儿|丈夫|妻子|哥哥|姐姐|弟弟|妹妹|男子|女子|受助人?员?|求助者|当事人"
    r"|监护人|个人|私人|患者|病人|[他她](?:的|本人)?)[^\n。；]{0,16}$"
)
"""Before the address of a private person at any host."""
_OF_OFFICES = (".gov.cn", ".mil.cn", ".政务", ".公益")


def private_mail_in(text: str, own: Collection[str], own_hosts: Collection[str]) -> Iterator[tuple[int, int]]:
    """First offset and end of each address at a host where persons have their mail, and of others beside a person.

    ``own`` are the office's own addresses; its host is an office's as a whole.
    """
    if not _MAY_HOLD_ONE.search(text):
        return
    folded = fold_digits(text)
    for found in _MAIL.finditer(folded.text):
        host = re.sub(_DOT, ".", found["host"].lower())
        is_own = found.group().lower() in own or host in own_hosts
        if not is_own and (_is_free(host) or _is_beside_person(folded.text, found.start(), host)):
            yield folded.span(*found.span())


def _is_free(host: str) -> bool:
    """Whether persons have their mail there: 163.com and vip.163.com, not mail.example.org."""
    return any(host == free or host.endswith("." + free) for free in FREE_MAIL)


def _is_beside_person(text: str, at: int, host: str) -> bool:
    return not host.endswith(_OF_OFFICES) and bool(_PERSON.search(text, max(0, at - 24), at))
