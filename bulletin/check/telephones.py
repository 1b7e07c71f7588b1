"""P103 and P104: where telephone numbers are in a plain text (digits.py), however they are parted.

Eleven digits that begin like a mobile's are one in any usual form; parted in an unusual way only where words say so,
or where a line end parts them. A number in the address of a website is part of a name unless its key or its folder
says whose it is; in the name of a file it is what the file's author put there.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from bulletin.check.digits import digit_kind, phone_digits, read_as_digits

_Window = tuple[int, int]
_Spans = Iterator[tuple[int, int]]
_OwnPhones = tuple[str, ...]

_NOT_INSIDE = r"(?<!\d)(?<!\d\.)"
"""No digits before, nor the first half of a decimal number."""
_NO_AMOUNT = (
    r"(?!\d|\.\d|[Xx]|亿|元(?![旦宵月])|万(?:[元人余多吨亩户平美公台件份股斤千立亿]|[，。；、）)]|$)"
    r"|(?:人次|千瓦|平方|立方|公里|公斤|千克|吨|美元|欧元|港币))"
)
"""What follows is neither a digit nor a unit: 13812345678元旦 has a mobile, 13812345678元 has none."""
_MOBILE = re.compile(
    rf"{_NOT_INSIDE}(?:(?:\+|00)?86[ \-]{{0,2}}|0)?(?:"
    r"1[3-9]\d(?:(?:[ \-]?\d{4}){2}|(?P<between> ?[\-·./_一~～]{1,2} ?)\d{4}(?P=between)\d{4}"
    r"|(?P<other>[\-·./_])\d{3}(?P=other)\d{5})"
    r"|1[3-9]\d\d(?P<third>[\-·./_])\d{3}(?P=third)\d{4}"
    rf"|[(（\[【]1[3-9]\d[)）\]】][ \-]?\d{{4}}[ \-]?\d{{4}}){_NO_AMOUNT}"
)
_PARTED = r"[ \t\n\-·./_()（）]{0,3}"
_PARTED_MOBILE = re.compile(rf"{_NOT_INSIDE}(?P<number>1{_PARTED}[3-9](?:{_PARTED}\d){{9}}){_NO_AMOUNT}")
"""Eleven digits, parted anywhere."""
_COUNTED = re.compile(r"[年月日期号人次个名件张床条、.%]|\.\d")
"""After a number that no word calls a telephone's: a date, or things that are counted."""
_SAYS_PHONE = re.compile(
    r"(?:电话|手机|座机|固话|号码|联系|拨打|致电|来电|微信|传呼|传真|短信|[Tt][Ee][Ll]|☎)[^\n\d]{0,8}"
    r"(?:[\d \-·./()（）]{7,24}[、，,/；;和或 ]{1,2}){0,3}$"
)
"""Before a number, or before others of the same list."""
_SAYS_OTHERWISE = re.compile(
    r"(?:订单|工单|单号|流水|编号|条码|货号|序列|批号|版本|[水电气表]表|户号|读数|访问量|点击数|\b[a-z_]*id|hits|count|time|stamp)号?"
    r"[是为：:=\"' ]{0,3}$",
    re.IGNORECASE,
)
"""Right before eleven digits that are the number of a thing."""
_REACH = 100
_SPELT_MOBILE = re.compile(r"(?<!\d)1[3-9]\d(?:[ \-·]?\d{4}){2}(?![\d万亿年月日期号]|元(?![旦宵月]))")
_AREA = r"(?:10|2\d|[3-9]\d{2})"
_SPELT_LANDLINE = re.compile(
    rf"(?<!\d)0{_AREA}[ \-·]?[2-8]\d{{2,3}}[ \-·]?\d{{4}}(?![\d万亿年月日期号]|元(?![旦宵月]))"
)
_LANDLINE = re.compile(
    rf"{_NOT_INSIDE}(?:(?:(?:\+|00)?86[ \-]{{0,2}})?[(（\[【]?0{_AREA}[)）\]】]?"
    rf"|(?:\+|00)86[ \-]{{0,2}}[(（]?{_AREA}[)）]?)"
    r"[\- ·./_\n一~～]{0,3}[1-9]\d{2,3}[ \-·.\n]?\d{4}(?!\d|\.\d)"
)
_PARTED_LANDLINE = re.compile(rf"{_NOT_INSIDE}[(（]?0(?:{_PARTED}\d){{9,11}}(?!\d|\.\d)")
_OFFICE_LANDLINE = re.compile(
    r"(?:[局站厅处院所]|中心|办公室|法庭|政府|(?<![村居])委员会|[省市县区]委|大队|支队|协会|联合会|妇联|残联|部门|热线|窗口)"
    r"(?:的|24小时|值班|值守|办公室?|服务|求助|救助|咨询|举报|监督|投诉|报警|联系|总机|对外|窗口){0,3}"
    r"(?:热线|电话|传真|座机|总机)?(?:号码)?[是为：:(（，\s|]*"
    r"(?:[\d\-()（） ]{7,20}[，,、；;/ ]{1,2}(?:传真|电话)?[是为：: ]{0,2}){0,2}$"
)
"""Before the number of an office, which is public, or before its second one."""
_HOME_LANDLINE = re.compile(
    r"(?:(?:座机|固话|固定电话|宅电|住宅电话|家庭电话)"
    r"|(?:家|宅|邻居|邻家|亲属|亲戚|[父母儿女妻叔伯姑舅姨嫂爷奶]|本人|村[一-龥]{0,6})[一-龥]{0,4}(?:电话|号码))"
    r"(?:号码)?[是为：:，,（( ]{0,3}(?P<number>[2-8]\d{2,3}[ \-]?\d{4})(?![\d.元万亿年月日期]|-\d)"
    r"|区号[^\n\d]{0,4}0\d{2,3}[^\n\d]{1,8}(?P<local>[2-8]\d{2,3}[ \-]?\d{4})(?!\d)"
)


_LOCAL_NUMBER = re.compile(r"[2-8](?<![\d\-].)\d{2,3}[ \-]?\d{4}(?!\d)")


def mobiles(plain: str, window: _Window, own: _OwnPhones) -> _Spans:
    """Eleven digits from 13 to 19, separated or not, that are not the station's own."""
    for start, end in _foreign(_MOBILE, plain, window, own):
        is_other = _SAYS_OTHERWISE.search(plain, max(0, start - 12), start)
        if not is_other and _fits_address(plain, start, end, _TELEPHONE_KEY):
            yield start, end


def mobiles_in_names(plain: str, window: _Window, own: _OwnPhones) -> _Spans:
    """Mobile numbers in addresses that only look like one: a user's folder, a file called nothing else."""
    for start, end in _foreign(_MOBILE, plain, window, own):
        if _fits_address(plain, start, end, _TELEPHONE_FOLDER):
            yield start, end


def parted_mobiles(plain: str, window: _Window, own: _OwnPhones) -> _Spans:
    """Mobile numbers parted by a line break, digit by digit, or in another unusual way after a word that says so."""
    for start, end in _foreign(_PARTED_MOBILE, plain, window, own):
        if address_at(plain, start):
            continue
        between = re.split(r"\d", plain[start:end])[1:-1]
        parts = {at: text for at, text in enumerate(between, 1) if text}
        one_by_one = len(parts) == 10 and len(set(parts.values())) == 1 and not _goes_on(plain, start, end, parts[1])
        wrapped = len(parts) == 1 and "\n" in "".join(parts.values()) and not _goes_on(plain, start, end, "\n")
        wrapped = wrapped and (parts.keys() <= {3, 7} or plain[start - 1 : start] > "\x7f")
        spaced = tuple(parts) in _SPACED and set(parts.values()) in ({" "}, {" ", "\n"})
        spaced = spaced and not (_goes_on(plain, start, end, " ") or _goes_on(plain, start, end, "\n"))
        is_free = not _COUNTED.match(plain, end)
        if ((one_by_one or wrapped or spaced) and is_free) or _says_phone(plain, start):
            yield start, end


_SPACED = ((3, 6), (4, 7), (3,), (7,))
"""After how many digits blanks may part a number that no word calls one."""


def _says_phone(plain: str, at: int) -> bool:
    return bool(_SAYS_PHONE.search(plain, max(0, at - _REACH), at))


def _goes_on(plain: str, start: int, end: int, between: str) -> bool:
    """Whether a row of digits, or a column of numbers, is part of a longer one."""
    size = len(between)
    before, after = plain[max(0, start - size - 1) : start], plain[end : end + size + 1]
    return (before[-size:] == between and before[:-size].isdigit()) or (
        after[:size] == between and after[size:].isdigit()
    )


def spelt_mobiles(plain: str, window: _Window, own: _OwnPhones) -> _Spans:
    """Mobile numbers in Han numerals or circled digits: 一三八…."""
    yield from _spelt(_SPELT_MOBILE, plain, window, own)


def spelt_landlines(plain: str, window: _Window, own: _OwnPhones) -> _Spans:
    """The same with an area's code: 零七三四…."""
    yield from _spelt(_SPELT_LANDLINE, plain, window, own)


def _spelt(pattern: re.Pattern[str], plain: str, window: _Window, own: _OwnPhones) -> _Spans:
    first, last = window
    if any(digit_kind(character) == "O" for character in plain[first:last]):
        return
    for found in pattern.finditer(read_as_digits(plain[first:last])):
        start, end = first + found.start(), first + found.end()
        spelt = any(digit_kind(character) in ("一", "①") for character in plain[start:end])
        if spelt and not _is_own(found.group(), own):
            yield start, end


def landlines(plain: str, window: _Window, own: _OwnPhones) -> _Spans:
    """An area's code and seven or eight digits, that are neither the station's own nor called an office's."""
    said = (span for span in _foreign(_PARTED_LANDLINE, plain, window, own) if _is_said_landline(plain, *span))
    for start, end in (*_foreign(_LANDLINE, plain, window, own), *said):
        before = plain[max(plain.rfind("\n", 0, start) + 1, start - 32) : start]
        is_day = re.search(r"(?:19|20)\d\d[01]\d[0-3]\d$", plain[start:end]) and address_at(plain, start)
        if not (is_day or _OFFICE_LANDLINE.search(before)) and _fits_address(plain, start, end, _TELEPHONE_KEY):
            yield start, end


def _is_said_landline(plain: str, start: int, end: int) -> bool:
    digits = re.sub(r"\D", "", plain[start:end])
    return bool(re.fullmatch(rf"0{_AREA}[2-8]\d{{6,7}}", digits)) and _says_phone(plain, start)


def home_landlines(plain: str, own: _OwnPhones) -> _Spans:
    """Seven or eight digits without an area's code that words call somebody's telephone at home."""
    for digits in _LOCAL_NUMBER.finditer(plain):
        for found in _HOME_LANDLINE.finditer(plain, max(0, digits.start() - 24), digits.end() + 2):
            name = "number" if found["number"] else "local"
            if not any(phone.endswith(phone_digits(found[name])) for phone in own):
                yield found.span(name)


def _foreign(pattern: re.Pattern[str], plain: str, window: _Window, own: _OwnPhones) -> _Spans:
    for found in pattern.finditer(plain, *window):
        if not _is_own(found.group(), own):
            yield found.span()


def _is_own(number: str, own: _OwnPhones) -> bool:
    digits = phone_digits(number)
    return digits in own or (not digits.startswith("1") and "0" + digits in own)


# ── in addresses

_ADDRESS = re.compile(r"(?P<web>(?:https?|ftp)://[!-~]+)|(?<=\]\()(?!tel:|sms:|mailto:)[^()\s]+")
_TELEPHONE_KEY = re.compile(
    r"[?&#;/](?:phone|mobile|tel|telephone|sj|sjh|shouji|dianhua|lxdh|haoma|contact)\w{0,8}[=/]$", re.I
)
_TELEPHONE_FOLDER = re.compile(r"/(?:u|user|users|people|member|profile|space|home)/$", re.I)


def address_at(plain: str, at: int) -> re.Match[str] | None:
    """The address that a position is in, where a number is part of a name; ``web`` for one of a website."""
    first = max(plain.rfind(end, max(0, at - 200), at) for end in "\n 　，。")
    found = _ADDRESS.finditer(plain, first + 1, at + 200)
    return next((address for address in found if address.start() <= at < address.end()), None)


def _fits_address(plain: str, start: int, end: int, key: re.Pattern[str]) -> bool:
    """Whether a number in an address is a telephone's by its key (or folder); outside of addresses all are by a key."""
    address = address_at(plain, start)
    if not address:
        return key is _TELEPHONE_KEY
    if _ALPHANUMERIC.match(plain[start - 1 : start]) or _ALPHANUMERIC.match(plain[end : end + 1]):
        return False
    if address["web"]:
        return bool(key.search(plain, address.start(), start))
    return (key is _TELEPHONE_KEY) == bool(_HAN.search(address.group()))


_ALPHANUMERIC = re.compile("[0-9A-Za-z]")
_HAN = re.compile("[一-龥]")
