"""P101 to P107: numbers of documents, cards, telephones and plates; P108: private mail addresses.

They are looked for in the whole file, front matter, comments and code too: what is wrong in the file may get
out of it another way. A search notice must show what it shows, so only numbers of documents and cards are
reported in it (个人信息保护法 28; 未成年人保护法 103).
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from datetime import date

from msgspec.structs import replace

from bulletin.check.manuscript import Manuscript
from bulletin.check.office import FREE_MAIL, Office, phone_digits
from bulletin.check.patterns import INVISIBLE
from bulletin.core.problems import Problem

_FULL_WIDTH = str.maketrans("０１２３４５６７８９Ｘｘ＠．－（）", "0123456789Xx@.-()")
_SEPARATOR = r"[ \-]?"


def numbers(text: Manuscript, office: Office) -> Iterator[Problem]:
    """Every number of a document, card or telephone; each place is reported once, as the gravest it can be."""
    shown, places = _without_invisible(text.text)
    plain = shown.translate(_FULL_WIDTH) if _FULL_WIDTH_DIGIT.search(shown) else shown
    taken: list[tuple[int, int]] = []
    for long in _LONG_NUMBER.finditer(plain):
        if _DATE_OR_ISSUE.fullmatch(long.group()):
            continue
        window = (max(0, long.start() - 4), long.end() + 2)
        for code, find in _FINDERS:
            if code in ("P103", "P104") and text.is_search_notice:
                continue
            for start, end in find(plain, window, office.facts.phones):
                if not any(start < last and first < end for first, last in taken):
                    taken.append((start, end))
                    first, last = (places[start], places[end - 1] + 1) if places else (start, end)
                    found = text.found(code, first, last, words=_masked(shown[start:end]))
                    yield replace(found, mark=office.mark(shown[start:end]))


def _without_invisible(text: str) -> tuple[str, list[int]]:
    """A text without invisible characters, which would hide a number, and the offset of each that is left."""
    if not INVISIBLE.search(text):
        return text, []
    places = [at for at, character in enumerate(text) if not INVISIBLE.match(character)]
    return "".join(text[at] for at in places), places


_Window = tuple[int, int]
_Spans = Iterator[tuple[int, int]]
_OwnPhones = tuple[str, ...]

_FULL_WIDTH_DIGIT = re.compile(r"[０-９]")
"""Full-width digits, which a text may have; its full-width brackets the patterns know."""
_LONG_NUMBER = re.compile(r"\d[\d \-()（）－–—]{5,}[\dXx]")
_DATE_OR_ISSUE = re.compile(r"(?:19|20)\d\d(?:-\d\d?-\d\d?(?: \d\d?)?|\d{3})")
"""Long, but harmless: most texts have only the number and the date of the issue."""


def _masked(words: str) -> str:
    """Enough of a number to find it, and no more: reports are printed and kept in the logs of servers."""
    keep = min(6, len(words) // 3)
    return words[:keep] + "*" * (len(words) - keep)


# ── identity numbers

_IDENTITY = re.compile(
    rf"(?<!\d)(?P<place>[1-9]\d{{5}}){_SEPARATOR}(?P<year>(?:18|19|20)\d\d){_SEPARATOR}(?P<month>\d\d){_SEPARATOR}(?P<day>\d\d){_SEPARATOR}"
    r"(?P<rest>\d{3}[\dXx])(?!\d)"
)
_OLD_IDENTITY = re.compile(
    r"(?<![\d.])(?P<place>[1-9]\d{5})(?P<year>\d\d)(?P<month>\d\d)(?P<day>\d\d)\d{3}(?![\d.]\d|\d)"
)
_PROVINCES = frozenset(
    f"{area}{place}"
    for area, places in enumerate(("12345", "123", "1234567", "123456", "01234", "12345", "1", "123"), 1)
    for place in places
)
"""First two digits: GB/T 2260."""
_SAYS_IDENTITY = re.compile(r"(?:身份证|身份号码|证件号)[^\n]{0,8}$")
_IDENTITY_WEIGHTS = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
_IDENTITY_CHECK_CHARACTERS = "10X98765432"


def _identity_numbers(plain: str, window: _Window, own: _OwnPhones = ()) -> _Spans:  # noqa: ARG001
    """18 characters, a day that exists, and the right last one (GB 11643-1999) or words before that say so."""
    for found in _IDENTITY.finditer(plain, *window):
        characters = re.sub(r"[ \-]", "", found.group()).upper()
        total = sum(int(digit) * weight for digit, weight in zip(characters, _IDENTITY_WEIGHTS, strict=False))
        right = _IDENTITY_CHECK_CHARACTERS[total % 11] == characters[17] or _SAYS_IDENTITY.search(
            plain[max(0, found.start() - 16) : found.start()]
        )
        if right and _is_day(found["year"], found["month"], found["day"]):
            yield found.span()


def _old_identity_numbers(plain: str, window: _Window, own: _OwnPhones = ()) -> _Spans:  # noqa: ARG001
    """15 digits: a province, then a day of the last century; they have no check digit."""
    for found in _OLD_IDENTITY.finditer(plain, *window):
        if found["place"][:2] in _PROVINCES and _is_day("19" + found["year"], found["month"], found["day"]):
            yield found.span()


def _is_day(year: str, month: str, day: str) -> bool:
    """Whether such a day exists."""
    try:
        date(int(year), int(month), int(day))
    except ValueError:
        return False
    return True


# ── cards

_CARD = re.compile(r"(?<![\d.])[1-9]\d{3}(?:[ \-]?\d{4}){3}(?:[ \-]?\d{1,3})?(?![\d.]\d|\d)")
_CARD_STARTS = ("62", "4", "5", "60", "35", "37", "9", "3")
_NO_CARD = re.compile(r"(?:信用代码|许可证|登记证|标识码|订单|单号|流水|编号|证号|文号|ISBN|ISSN)[^\n]{0,8}$")
_BANK = re.compile(r"(?:卡号|账号|帐号|银行|储蓄|信用社|卡)[^\n]{0,12}$")


def _card_numbers(plain: str, window: _Window, own: _OwnPhones = ()) -> _Spans:  # noqa: ARG001
    """16 to 19 digits with the right last one (Luhn, ISO/IEC 7812-1); not where the words before say otherwise."""
    for found in _CARD.finditer(plain, *window):
        before = plain[max(0, found.start() - 24) : found.start()]
        number = re.sub(r"\D", "", found.group())
        likely = number.startswith(_CARD_STARTS) or _BANK.search(before)
        if _luhn(number) and likely and not _NO_CARD.search(before):
            yield found.span()


def _luhn(number: str) -> bool:
    """Whether the last digit is right."""
    doubled = [int(d) * 2 for d in number[-2::-2]]
    return (sum(map(int, number[-1::-2])) + sum(d - 9 if d > 9 else d for d in doubled)) % 10 == 0 and int(number) > 0


# ── telephones

_MOBILE = re.compile(r"(?<![\d.])(?:\+?86[ \-]?)?1[3-9]\d(?:[ \-]?\d{4}){2}(?![\d.]\d|\d|[元万亿])")
_LANDLINE = re.compile(
    r"(?<![\d.])(?:\+?86[ \-]?)?[(（]?0(?:10|2\d|[3-9]\d{2})[)）]?[\-—–－ ]{0,2}[1-9]\d{2,3}[ \-]?\d{4}(?![\d.]\d|\d)"
)

_ADDRESS = re.compile(r"(?:https?|ftp)://[!-~]+|(?<=\]\()(?!tel:|mailto:)[^()\s]+")
"""A number inside of one is no telephone."""


def _mobiles(plain: str, window: _Window, own: _OwnPhones = ()) -> _Spans:
    """Eleven digits from 13 to 19, separated or not, that are not the station's own; not inside an address."""
    yield from _telephones(_MOBILE, plain, window, own)


def _landlines(plain: str, window: _Window, own: _OwnPhones = ()) -> _Spans:
    """An area's code and seven or eight digits, that are not the station's own."""
    yield from _telephones(_LANDLINE, plain, window, own)


def _telephones(pattern: re.Pattern[str], plain: str, window: _Window, own: _OwnPhones) -> _Spans:
    for found in pattern.finditer(plain, *window):
        if phone_digits(found.group()) not in own and not _in_address(plain, found.start()):
            yield found.span()


def _in_address(plain: str, at: int) -> bool:
    """Whether a position is inside a web address, where a number is part of a name."""
    first = max(plain.rfind(end, max(0, at - 200), at) for end in "\n 　，。")
    return any(found.start() <= at < found.end() for found in _ADDRESS.finditer(plain, first + 1, at + 1))


# ── passports, plates, mail

_PASSPORT = re.compile(
    r"(?<![A-Za-z0-9])(?:(?P<sure>[EG]\d{8}|E[A-HJ-NP-Z]\d{7})|[DSP]\d{7,8}|[DSP]E\d{7}|[HMCWK]\d{8}|[HMC]\d{10}"
    r"|1[45]\d{7})(?![A-Za-z0-9])",
    re.IGNORECASE,
)
_PASSPORT_WORDS = re.compile(r"(?:护照|通行证|旅行证|回乡证|台胞证|passport|permit)[^\n]{0,12}$", re.IGNORECASE)


def _passports(plain: str, window: _Window, own: _OwnPhones = ()) -> _Spans:  # noqa: ARG001
    """The forms of passports in use since 1997; those that look like other numbers, only after a word that says so."""
    for found in _PASSPORT.finditer(plain, *window):
        if found["sure"] or _PASSPORT_WORDS.search(plain[max(0, found.start() - 24) : found.start()]):
            yield found.span()


_FINDERS: tuple[tuple[str, Callable[[str, _Window, _OwnPhones], _Spans]], ...] = (
    ("P101", _identity_numbers),
    ("P102", _old_identity_numbers),
    ("P105", _card_numbers),
    ("P103", _mobiles),
    ("P104", _landlines),
    ("P107", _passports),
)
"""Gravest first: what is an identity number is nothing else."""


_PLATE = re.compile(
    r"[京津沪渝冀豫云辽黑湘皖鲁新苏浙赣鄂桂甘晋蒙陕吉闽贵粤青藏川宁琼][A-HJ-NP-Z][·•. ]?"
    r"(?P<rest>[DF]?(?:(?=[A-HJ-NP-Z]{0,2}\d)[A-HJ-NP-Z0-9]{5}|[A-HJ-NP-Z0-9]{4}[学警挂领港澳]))(?![A-Za-z0-9-])"
)


def plates(text: Manuscript, office: Office) -> Iterator[Problem]:  # noqa: ARG001
    """Number plates (GA 36-2018); ``湘ICP备…`` and ``湘B2-2009…`` are none."""
    for found in _PLATE.finditer(text.text):
        if sum(map(str.isdigit, found["rest"])) >= 2:
            yield text.found("P106", *found.span(), words=found.group()[:2] + "*" * (len(found.group()) - 2))


_MAIL = re.compile(r"(?<![A-Za-z0-9._%+-])[A-Za-z0-9._%+-]{1,64}@(?P<host>[A-Za-z0-9-]+(?:\.[A-Za-z0-9-]+)+)")


def private_mail(text: Manuscript, office: Office) -> Iterator[Problem]:
    """Addresses at hosts where persons have their mail; an office's own host is an office's."""
    if "@" not in text.text and "＠" not in text.text:
        return
    for found in _MAIL.finditer(text.text.translate(_FULL_WIDTH)):
        own = found.group().lower() in office.facts.mails or found["host"].lower() in office.facts.mail_hosts
        if found["host"].lower() in FREE_MAIL and not own:
            yield text.found("P108", *found.span(), words=_masked(found.group()))
