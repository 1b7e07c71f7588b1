"""P109: where a person lives (个人信息保护法 28; 未成年人保护法 103; 精神卫生法 4)."""

from __future__ import annotations

import re
from collections.abc import Iterator

from bulletin.check.manuscript import Manuscript
from bulletin.check.office import Office
from bulletin.core.problems import Problem

_LIVING_AT = (
    r"(?:家庭住址|家庭地址|身份证(?:上的|登记的?)?(?:地址|住址)|户籍地址|户籍所在地|户籍地|户籍|户口所在地|户口地|户口"
    r"|家住|家在|住址|现住址|现住|暂住|住在|居住在|居住于|居住地|租住|寄住|老家在|老家是|原籍|祖籍|籍贯)"
)
_NUMERAL = r"(?:\d{1,4}|[一二三四五六七八九十]{1,3})"
_HOUSE = r"(?:组|号|栋|幢|单元|室|队|座|户)"
_VILLAGE = r"(?:(?<![农乡中本该某外邻×\*])(?<![小大深在回个远老穷困偏的区到住是]山)村(?!民)|屯|嘎查|寨(?!沟))"
"""灵山村 is one, 小山村 is none."""
_EXACT_PLACE = rf"(?:{_VILLAGE}|{_NUMERAL}{_HOUSE}|小区|社区|里弄|胡同|宿舍)"
_TAIL = rf"(?:[一-龥\d\-]{{0,12}}{_HOUSE})?"
_HOME_ADDRESS = re.compile(
    rf"{_LIVING_AT}[:：是为于在]{{0,2}} ?(?P<where>[一-龥A-Za-z0-9\-—]{{2,40}}?{_EXACT_PLACE}{_TAIL})"
)
_TOWN = re.compile(
    r"(?:户口|户籍|住址|家庭地址|原籍|家住)(?:所在地|地址|地)?[:：是为于在]{0,2} ?"
    r"(?P<where>(?:[一-龥]{2,8}(?:省|自治区|市|州|盟))?[一-龥]{1,8}?[县区市旗][一-龥]{1,6}?"
    r"(?:乡(?!下|村|亲)|镇(?!上|静|里)|街道|苏木))"
)
"""As exact as a township: enough to find somebody there."""
_FLAT = re.compile(
    r"住(?<![居入暂现常安院]住)(?P<where>[一-龥]{2,10}(?:路|街|巷|弄|家园|花园|小区|苑|新村|公寓|大院|新城|广场)[一-龥]{0,8}"
    rf"{_NUMERAL}(?:号楼|栋|幢|单元|号|座|室)[\d\-]{{0,6}}(?:{_NUMERAL}(?:单元|楼|室|户)){{0,3}})"
)
_NATIVE = re.compile(
    rf"(?:是|系|为)(?P<where>[一-龥]{{1,6}}[县市区旗][一-龥]{{1,6}}[镇乡][一-龥]{{1,8}}?{_VILLAGE}[一-龥\d]{{0,6}})(?:人|村民)"
)
_FULL_ADDRESS = re.compile(
    r"[一-龥]{2,8}?(?:省|自治区|地区|市|州|盟)[一-龥]{1,10}?(?:县|区|市|旗)[一-龥]{1,10}?(?:镇|乡|街道|苏木)[一-龥]{1,10}?"
    rf"(?:{_VILLAGE}|社区|路\d+号|街\d+号|\d+[组号])"
)
_MAY_END_ADDRESS = re.compile(r"(?:镇|乡|街道|苏木)[一-龥]{1,10}?(?:村|屯|嘎查|寨|社区|路\d|街\d|\d)")
"""What every such address ends with, and what is found quickly."""


def homes(text: Manuscript, office: Office) -> Iterator[Problem]:
    """Addresses as exact as a village or a house, after a word for living there; in cases also without one."""
    if text.is_search_notice:
        return
    seen: list[tuple[int, int]] = []
    for pattern in (_HOME_ADDRESS, _FLAT, _TOWN, _NATIVE):
        for found in pattern.finditer(text.prose):
            is_new = not any(start < found.end() and found.start() < end for start, end in seen[-50:])
            if is_new and _is_exact(found["where"], office):
                seen.append(found.span())
                yield text.found("P109", *found.span("where"), words=found["where"])
    for passage in filter(lambda p: office.is_case(p.section), text.passages):
        if not _MAY_END_ADDRESS.search(text.prose, passage.start, passage.end):
            continue
        for found in _FULL_ADDRESS.finditer(text.prose, passage.start, passage.end):
            inside = any(start < found.end() and found.start() < end for start, end in seen)
            if not inside and _is_exact(found.group(), office):
                yield text.found("P109", *found.span(), words=found.group())


def _is_exact(where: str, office: Office) -> bool:
    own = office.facts.address
    return not any(mark in where for mark in "某×*") and not (own and (where in own or own in where))
