"""P120 to P123: numbers of persons that prove themselves by nothing but the words before them.

A plain text is looked at as `digits.fold_digits` leaves it. What an office has of the same kind is public: its
accounts for donations, its official account on WeChat, the group that it runs.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

_IS = r"(?:号码?|编号|账号|帐号|ID|id)?[是为：:“\"（(\[ ]{0,3}"
"""Between a word and its number."""
_THEIRS = r"[^\n\dA-Za-z]{0,8}身份证"
_SOLDIERS = r"(?:军官|士官|士兵|军人|文职干部|义务兵|武警|警官|人民警察|退役军人|复员|转业|学员)证"
_OTHERS = r"(?:海员证|出生(?:医学)?证明?|残疾军人证|居留许可|居留证|永久居留(?:身份)?证|永居证)"
_END = r"(?![A-Za-z0-9])"
_PERMIT = re.compile(
    rf"(?:(?:台胞证|台湾居民来往大陆通行证|回乡证|通行证){_IS}(?P<crossing>[A-Z]?\d{{8}}(?:\d\d)?)"
    r"|(?:护照|旅行证|[Pp]assport)[^\n\dA-Za-z]{0,8}(?:No\.? ?)?(?P<passport>[A-Za-z]{0,2}\d{6,9})"
    rf"|港{_THEIRS}{_IS}(?P<hongkong>[A-Z]{{1,2}}\d{{6}} ?[(（]?[\dA][)）]?)"
    rf"|澳{_THEIRS}{_IS}(?P<macao>[157][/ ]?\d{{6}}[/ ]?[(（]?\d[)）]?)"
    rf"|台湾{_THEIRS}{_IS}(?P<taiwan>[A-Z][12]\d{{8}})"
    rf"|{_OTHERS}{_IS}(?P<other>[A-Z]{{0,3}}\d{{6,15}})"
    rf"|{_SOLDIERS}{_IS}(?P<soldier>(?:[一-龥]{{1,4}}字?)?第? ?\d{{5,12}}号?)){_END}"
)
_PERMIT_BEFORE = re.compile(
    r"(?<![A-Za-z0-9])(?P<before>\d{8}|[HM]\d{8}(?:\d\d)?)(?=[（(， ]{0,2}(?:台胞证|台湾居民来往|回乡证|港澳居民来往))"
    r"|(?<![A-Za-z0-9/])(?P<hongkong>[A-Z]{1,2}\d{6}[(（][\dA][)）])"
    r"|(?<![\d/])(?P<macao>[157]/\d{6}/\d)(?![\d/])"
)
"""Before its word, or in a form that nothing else has: A123456(3), 1/234567/8."""
_PARTIAL = re.compile(
    r"(?<![\dA-Za-z*])(?:(?:[1-8]\d{5}|[\d*]{6})(?:18|19|20)\d\d[\d*＊]{7}[\dXx*＊]|[1-8]\d{5}[\d*＊]{9})(?![\d*＊])"
)
_MIN_SHOWN = 11
"""Of a number that is masked in part: besides the district and the last four, which many forms show, a birthday."""

_RECORD = re.compile(
    r"(?:住院|病历|病案|门诊|就诊|诊疗|床头卡|学籍|学生证|(?<![文科])学(?=号)|户口(?:本|簿)?|户|社会?保险?|社会保障|医疗?保险?|医保|新农合|低保|五保"
    r"|残疾|残疾人|优待|老年)(?:号码?|卡号?|证号?|编号|证编号|卡编号|号码编号)[是为：:“\"（( ]{0,3}"
    rf"(?P<number>(?=[A-Za-z\-]*\d[\d\-]{{3}})[A-Za-z]{{0,4}}[\d\-]{{4,22}}[A-Za-z]?){_END}(?![元万亿人名个年月日])"
)

_ACCOUNTS = r"(?:微信|抖音|快手|微博|小红书|陌陌|探探|支付宝|淘宝|旺旺|游戏|贴吧|知乎|B站|[Ww]e[Cc]hat)"
_CONTACT = re.compile(
    r"(?:(?:[Qq][Qq]|扣扣|企鹅号|Q号)(?!群)(?:号码?|帐号|账号)?[^\n\dA-Za-z群]{0,4}(?P<qq>[1-9]\d{4,10})"
    rf"|(?<!公众)(?<!官方){_ACCOUNTS}(?!公众|群|小程序|订阅|服务号|视频号)"
    r"(?:号码?|ID|id|账号|帐号|昵称|名)?[是为叫：:“\"（(， ]{0,3}"
    r"(?P<account>[A-Za-z][A-Za-z0-9_\-.]{4,29}|(?<=[号D：:])\d{5,12}|\d{8,12})"
    r"|(?<![A-Za-z0-9_])(?P<wxid>wxid_[A-Za-z0-9]{6,24}))(?![A-Za-z0-9_@])"
)
_OFFICIAL = re.compile(r"(?:公众号|订阅号|服务号|官方|政务|本站|我站|站内|工作群)[^\n，。；]{0,12}$")

_ACCOUNT = re.compile(
    r"(?:(?:存折|存单|银行卡|储蓄卡|信用卡|工资卡|借记卡|一卡通|低保卡|惠农卡|工资|低保金?|养老金|户名[^\n\d]{0,8})"
    r"[^\n\d]{0,6}(?:卡号|账号|帐号|账户|帐户|号码|号)|卡号)[^\n\d]{0,5}"
    r"(?P<number>\d(?:[ \-·./]{0,2}\d){11,21})(?![\d元])"
    r"|账号[是为：: ]{0,2}(?P<named>\d(?:[ \-·./]{0,2}\d){11,21})"
    r"(?=[，,；; ]{0,2}户名[是为：: ]{0,2}[一-龥]{2,4}(?![一-龥]))"
)
_OFFICE_ACCOUNT = re.compile(
    r"(?:零余额|捐赠|捐款|对公|基本户|基本账户|基本存款|财政|专户|[站局院]，|中心，|协会，)[^\n。]{0,40}$"
)


_RUN = re.compile(r"[\dA-Za-z][\dA-Za-z*＊\-·._/()（） ]{3,}[\dA-Za-z)）]")
_DATE = re.compile(r"(?:19|20)\d\d(?:[\-./]\d\d?){0,2}|(?:19|20)\d{5}")
_DAY_AND_HOUR = re.compile(r"(?:19|20)\d\d-\d\d-\d\d \d\d")
_DIGIT = re.compile(r"\d")
_PLATFORM = re.compile(
    "[微抖快小支陌探Ww](?:(?<=微)[信博]|(?<=抖)音|(?<=快)手|(?<=小)红书|(?<=支)付宝|(?<=陌)陌|(?<=探)探|e[Cc]hat)"
)
"""Where a person's account may be letters alone."""
_BEFORE, _AFTER = 48, 16
"""Characters around a run in which its word is."""


def said_numbers(plain: str, *, is_search_notice: bool) -> Iterator[tuple[str, int, int]]:
    """Code, first offset and end of each; ``plain`` is folded. Linear in its length."""
    for start, end in _windows(plain):
        yield from (("P120", *span) for span in _permits(plain, start, end))
        for found in _ACCOUNT.finditer(plain, start, end):
            first, last = found.span(found.lastgroup or 0)
            if not is_office_account(plain, first):
                yield "P123", first, last
        yield from (("P121", *found.span("number")) for found in _RECORD.finditer(plain, start, end))
        for found in _CONTACT.finditer(plain, start, end) if not is_search_notice else ():
            if not _OFFICIAL.search(plain, max(0, found.start() - 20), found.start()):
                yield "P122", *found.span(found.lastgroup or 0)


def is_office_account(plain: str, at: int) -> bool:
    """Whether the words before an account's number say that it is an office's."""
    return bool(_OFFICE_ACCOUNT.search(plain, max(0, at - 48), at))


def _windows(plain: str) -> Iterator[tuple[int, int]]:
    """Where such a number may be: runs of digits and letters, each with what is around it; no two overlap."""
    first, last = 0, 0
    may_be_letters = _PLATFORM.search(plain)
    for run in _RUN.finditer(plain):
        if _DATE.fullmatch(run.group()) or _is_entry(plain, run) or not (may_be_letters or _DIGIT.search(run.group())):
            continue
        start, end = max(0, run.start() - _BEFORE), run.end() + _AFTER
        if start > last:
            if last:
                yield first, last
            first = start
        last = end
    if last:
        yield first, last


def _is_entry(plain: str, run: re.Match[str]) -> bool:
    """Whether it is the day and the hour of an issue, as its front matter has them."""
    return plain.startswith("\ndate: ", run.start() - 7) and bool(_DAY_AND_HOUR.fullmatch(run.group()))


def _permits(plain: str, start: int, end: int) -> Iterator[tuple[int, int]]:
    """Documents by their word; then those that only their form or a mask gives away."""
    for pattern in (_PERMIT, _PERMIT_BEFORE):
        yield from (found.span(found.lastgroup or 0) for found in pattern.finditer(plain, start, end))
    for found in _PARTIAL.finditer(plain, start, end):
        shown = sum(character.isalnum() for character in found.group())
        if "**" in found.group().replace("＊", "*") and _MIN_SHOWN <= shown <= 17:
            yield found.span()
