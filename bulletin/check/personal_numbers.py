"""P101 to P107 and P120 to P123: numbers of documents, cards, telephones and plates; P108: private mail addresses.

They are looked for in the whole file, front matter, comments and code too: what is wrong in the file may get
out of it another way. A search notice must show what it shows, so only numbers of documents and cards are
reported in it (个人信息保护法 28; 未成年人保护法 103).

An identity number proves itself by its check digit, so it is looked for whatever is between its digits, and however
these are written. All others are read so only where their form or the words before leave little doubt.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from datetime import date
from itertools import pairwise

from msgspec.structs import replace

from bulletin.check.digits import LOOSE_DIGITS, LOOSE_X, digit_kind, fold_digits, read_as_digits
from bulletin.check.mail import private_mail_in
from bulletin.check.manuscript import Manuscript
from bulletin.check.office import Office
from bulletin.check.plates import plates_in
from bulletin.check.said_numbers import is_office_account, said_numbers
from bulletin.check.telephones import (
    address_at,
    home_landlines,
    landlines,
    mobiles,
    mobiles_in_names,
    parted_mobiles,
    spelt_landlines,
    spelt_mobiles,
)
from bulletin.core.problems import Problem


def numbers(text: Manuscript, office: Office) -> Iterator[Problem]:
    """Every number of a document, card or telephone; each place is reported once, as the gravest it can be."""
    for code, start, end in numbers_in(text.text, office, is_search_notice=text.is_search_notice):
        words = text.text[start:end].partition("\n")[0]
        found = text.found(code, start, start + len(words), words=mask_number(text.text[start:end]))
        yield replace(found, mark=office.mark(text.text[start:end]))


def numbers_in(
    text: str, office: Office, *, is_search_notice: bool = False, is_address: bool = False
) -> Iterator[tuple[str, int, int]]:
    """Code, first offset and end of each such number in a plain text; no two overlap. Linear in the text's length.

    A line break may be inside of a number, an empty line may not. In an address, which has no words to tell what a
    number is, only those are looked for that tell it themselves, not P104, P107 and P120 to P123.
    """
    folded = fold_digits(text)
    plain = folded.text
    taken = bytearray(len(plain))
    for code, start, end in _found_in(plain, office.facts.phones, is_search_notice, is_address):
        if not any(taken[start:end]) and not _EMPTY_LINE.search(plain, start, end):
            taken[start:end] = b"\1" * (end - start)
            yield (code, *folded.span(start, end))


def _found_in(plain: str, own: _OwnPhones, is_search_notice: bool, is_address: bool) -> Iterator[tuple[str, int, int]]:
    """All that may be one, the gravest first, so that what is an identity number is nothing else."""
    skipped = (*(_CONTACTS if is_search_notice else ()), *(_SAID if is_address else ()))
    for pattern, finders in _PASSES:
        for long in pattern.finditer(plain):
            if _DATE_OR_ISSUE.fullmatch(long.group()):
                continue
            window = (max(0, long.start() - 4), long.end() + 2)
            for code, find in finders:
                if code not in skipped:
                    for span in find(plain, window, own):
                        if _counts(code, plain, span[0]):
                            yield (code, *span)
    if is_address:
        return
    if not is_search_notice:
        yield from (("P104", *span) for span in home_landlines(plain, own))
    yield from said_numbers(plain, is_search_notice=is_search_notice)


_CONTACTS = ("P103", "P104")
"""What a search notice has to show."""
_SAID = ("P104", "P107")
"""What is not looked for in addresses, in which it counts for nothing (rendered.py)."""
_UNPROVEN_IN_ADDRESSES = ("P102", "P105", "P107")
"""A tenth of all long numbers passes as a card's, and web pages and readers are named by long numbers; only those that
begin like the cards of banks in China (62) are rare enough to count without a word."""
_KEY = re.compile(
    r"[?&#;](?:sfz|idcard|id_?no|identity|zjhm|zheng|cert|card|bank|account|kahao|yhk|zhanghao|passport|hz)\w{0,8}=$",
    re.I,
)


def _counts(code: str, plain: str, at: int) -> bool:
    """Whether a number is one where it is: in the address of a website only with a key that says so."""
    if code not in _UNPROVEN_IN_ADDRESSES:
        return True
    address = address_at(plain, at)
    if not address or not address["web"] or _KEY.search(plain, address.start(), at):
        return True
    return code == "P105" and plain.startswith("62", at)


_Window = tuple[int, int]
_Spans = Iterator[tuple[int, int]]
_OwnPhones = tuple[str, ...]

_BETWEEN = r" \t\n\-.·,，、/_*~`|:：;；()（）\[\]\"'“”‘’+=#<>\\"
"""What may be between the digits of a number that proves itself; inside of a character class."""
_LONG_NUMBER = re.compile(r"\d[\d \-()（）\[\]【】·./_\t\n一~～]{5,}[\dXx]")
_LOOSE_NUMBER = re.compile(
    rf"[{LOOSE_DIGITS}](?:[{_BETWEEN}]{{0,4}}[{LOOSE_DIGITS}]){{9,}}(?:[{_BETWEEN}]{{0,4}}[{LOOSE_X}])?"
)
_LOOSE_DIGIT = re.compile(f"[{LOOSE_DIGITS}{LOOSE_X}]")
_EMPTY_LINE = re.compile(r"\n[ \t]*\n")
_DATE_OR_ISSUE = re.compile(r"(?:19|20)\d\d(?:-\d\d?-\d\d?(?: \d\d?(?::\d\d){0,2})?|\d{3})")
"""Long, but harmless: most texts have only the number and the date of the issue."""


def mask_number(words: str) -> str:
    """Enough of a number to find it, and no more: reports are printed and kept in the logs of servers."""
    keep = min(6, len(words) // 3)
    return words[:keep] + "*" * (len(words) - keep)


# ── identity numbers

_PARTED = r"[ \t\n\-·./_]{0,2}"
_IDENTITY = re.compile(
    rf"(?<!\d)(?P<place>[1-9]\d{{5}}){_PARTED}(?P<year>(?:18|19|20)\d\d){_PARTED}(?P<month>\d\d){_PARTED}(?P<day>\d\d){_PARTED}"
    r"(?P<rest>\d{3}[\dXx])(?P<disability>[ \-]?[1-7][1-4](?:[Bb]\d)?)?(?!\d)"
)
_DISGUISED_IDENTITY = re.compile(
    r"(?=(?:1[1-5]|2[1-3]|3[1-7]|4[1-6]|5[0-4]|6[1-5]|71|8[1-3])\d{4}"
    r"(?:18|19|20)\d\d(?:0[1-9]|1[0-2])(?:0[1-9]|[12]\d|3[01])\d{3}[\dX])"
)
"""In a row of digits alone: a province, a year, a month and a day."""
_MAX_LETTERS = 12
"""Letters taken for 0 and 1 in one number."""
_OLD_IDENTITY = re.compile(r"(?<![\d.])[1-9]\d{14}(?![\d.]\d|\d)")
_SAID_OLD_IDENTITY = re.compile(
    r"(?:身份证|身份号码|证件号)[^\n\d]{0,8}(?P<number>[1-9]\d{5}[ \t\n\-·./_]{0,3}\d{6}[ \t\n\-·./_]{0,3}\d{3})(?!\d)"
)
_PROVINCES = frozenset(
    f"{area}{place}"
    for area, places in enumerate(("12345", "123", "1234567", "123456", "01234", "12345", "1", "123"), 1)
    for place in places
)
"""First two digits: GB/T 2260."""
_SAYS_IDENTITY = re.compile(r"(?:身份证|身份号码|证件号)[^\n]{0,24}$")
_SAYS_OTHERWISE = re.compile(
    r"(?:[订工]单|单号|流水|(?<!证)(?<!证件)编号|代码|编码|[条维溯]码|序列号|收据|(?:登记|受理|档案|卷宗|案卷|项目)号)[^\n]{0,8}$"
)
"""Before the number of a thing or a paper, which often holds a district, a day and a sequence, as a person's does."""
_SAYS_NUMBER = re.compile(r"(?:身份|证件|号码|证号)[^\n]{0,12}$")
_IDENTITY_WEIGHTS = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
_IDENTITY_CHECK_CHARACTERS = "10X98765432"


def _identity_numbers(plain: str, window: _Window, own: _OwnPhones = ()) -> _Spans:  # noqa: ARG001
    """18 characters, a day that exists, and the right last one (GB 11643-1999) or words before that say so.

    In the number of a 残疾人证 a digit for the kind and one for the degree come after them.
    """
    for found in _IDENTITY.finditer(plain, *window):
        characters = re.sub(r"[^\dX]", "", found.group().upper())[:18]
        is_said = not found["disability"] and _says_identity(plain, found.start())
        if not _is_identity(characters) and not is_said:
            continue
        if _is_day(found["year"], found["month"], found["day"]):
            yield found.span()


def _says_identity(plain: str, at: int) -> bool:
    """Whether the words before say that this is an identity number, and no others that it is something else."""
    before = plain[max(0, at - 32) : at]
    return bool(_SAYS_IDENTITY.search(before)) and not _SAYS_OTHERWISE.search(before)


def _is_identity(characters: str) -> bool:
    """Whether the last of 18 characters is right."""
    total = sum(int(digit) * weight for digit, weight in zip(characters, _IDENTITY_WEIGHTS, strict=False))
    return _IDENTITY_CHECK_CHARACTERS[total % 11] == characters[17]


def _disguised_identity_numbers(plain: str, window: _Window, own: _OwnPhones = ()) -> _Spans:  # noqa: ARG001
    """The same whatever is between the digits, in Han numerals, circles, or with letters for 0 and 1."""
    found = list(_LOOSE_DIGIT.finditer(plain, *window))
    row = read_as_digits("".join(digit.group() for digit in found))
    for match in _DISGUISED_IDENTITY.finditer(row):
        first, last = match.start(), match.start() + 17
        number = row[first : last + 1]
        if (
            not (_joined(found, first - 1) or (_joined(found, last) and not _is_disability(found, row, last)))
            and _is_identity(number)
            and _is_day(number[6:10], number[10:12], number[12:14])
            and _is_one_number(plain, found[first : last + 1])
        ):
            yield found[first].start(), found[last].end()


_NATURAL_PARTS = (
    frozenset((3, 6, 10, 14, 17)),
    frozenset((6, 10, 12, 14, 17)),
    frozenset((4, 8, 12, 16)),
    frozenset((2, 4, 6, 8, 10, 12, 14, 16)),
    frozenset((3, 6, 9, 12, 15)),
)
"""After how many characters people part an identity number."""
_EMPHASIS = frozenset("*_~`\\")


def _is_one_number(plain: str, digits: list[re.Match[str]]) -> bool:
    """Whether 18 characters are parted as a number would be, rather than as the numbers of a table."""
    if sum(digit_kind(digit.group()) == "O" for digit in digits) > _MAX_LETTERS:
        return False
    gaps = ((at, plain[one.end() : other.start()]) for at, (one, other) in enumerate(pairwise(digits), 1))
    parts = {at: gap for at, gap in gaps if gap and not _EMPHASIS.issuperset(gap)}
    at = parts.keys()
    one_by_one = len(at) == 17 and len(set(parts.values())) == 1
    natural = any(at <= places for places in _NATURAL_PARTS) and at != {6, 12}
    start = digits[0].start()
    return len(at) <= 1 or one_by_one or natural or bool(_SAYS_NUMBER.search(plain, max(0, start - 32), start))


def _joined(digits: list[re.Match[str]], at: int) -> bool:
    """Whether a digit and the next one are one group: nothing between them, and written in the same way."""
    if not 0 <= at < len(digits) - 1:
        return False
    one, other = digits[at], digits[at + 1]
    return one.end() == other.start() and digit_kind(one.group()) == digit_kind(other.group())


def _is_disability(digits: list[re.Match[str]], row: str, last: int) -> bool:
    """Whether two digits more, and no third, make it the number of a 残疾人证."""
    return bool(re.match("[1-7][1-4]", row[last + 1 :])) and not _joined(digits, last + 2)


def _old_identity_numbers(plain: str, window: _Window, own: _OwnPhones = ()) -> _Spans:  # noqa: ARG001
    """15 digits: a province, then a day of the last century; no check digit, so in one piece unless words say so."""
    spans = [found.span() for found in _OLD_IDENTITY.finditer(plain, *window)]
    spans += [found.span("number") for found in _SAID_OLD_IDENTITY.finditer(plain, max(0, window[0] - 16), window[1])]
    for start, end in spans:
        number = re.sub(r"\D", "", plain[start:end])
        is_day = _is_day("19" + number[6:8], number[8:10], number[10:12])
        if number[:2] in _PROVINCES and is_day and not _is_of_a_thing(plain, start):
            yield start, end


def _is_of_a_thing(plain: str, at: int) -> bool:
    """Whether the words right before say so, and none of them that it is a person's."""
    before = plain[max(0, at - 16) : at]
    return bool(_SAYS_OTHERWISE.search(before)) and not _SAYS_IDENTITY.search(before)


def _is_day(year: str, month: str, day: str) -> bool:
    """Whether such a day exists."""
    try:
        date(int(year), int(month), int(day))
    except ValueError:
        return False
    return True


# ── cards

_CARD = re.compile(
    r"(?<!\d)(?<!\d\.)(?:[1-9]\d{3}(?:[ \-]?\d{4}){3}(?:[ \-]?\d{1,3})?"
    r"|[1-9]\d{3}(?P<gap>[·.])\d{4}(?:(?P=gap)\d{4}){2}(?:(?P=gap)\d{1,3})?"
    r"|[1-9]\d{5}[ \-]\d{10,13})(?!\d|\.\d)"
)
_LOOSE_CARD = re.compile(r"(?<!\d)(?<!\d\.)62(?:[ \-·./\n]?\d){14,17}(?!\d|[ \-.]\d)")
"""Of a bank in China, parted a few times."""
_CARD_STARTS = ("62", "4", "5", "60", "35", "37", "9", "3")
_NO_CARD = re.compile(
    r"(?:信用代码|许可证|登记证|[标追识溯编条维]{1,2}码|[订工]单|单号|流水|编号|证号|文号|收据|序列号"
    r"|(?:登记|受理|档案|案卷|项目|设备|采样)[号管]|ISBN|ISSN|IMEI)[^\n]{0,8}$",
    re.IGNORECASE,
)
_SAID_CARD = re.compile(
    r"(?:卡号|账号|帐号|银行卡|储蓄卡|存折)[^\n\d]{0,12}(?P<number>\d(?:[ \t\n\-·./_]{0,3}\d){15,18})(?!\d)"
)
"""However it is parted."""
_BANK = re.compile(r"(?:卡号|账号|帐号|银行|储蓄|信用社|卡)[^\n]{0,12}$")


def _card_numbers(plain: str, window: _Window, own: _OwnPhones = ()) -> _Spans:  # noqa: ARG001
    """16 to 19 digits with the right last one (Luhn, ISO/IEC 7812-1); not where the words before say otherwise."""
    for found in _CARD.finditer(plain, *window):
        if _may_be_card(plain, found.start(), re.sub(r"\D", "", found.group())):
            yield found.span()
    for found in _LOOSE_CARD.finditer(plain, *window):
        gaps = re.findall(r"\D", found.group())
        is_parted_well = len(gaps) <= 4 and gaps.count("\n") <= 1
        if is_parted_well and _may_be_card(plain, found.start(), re.sub(r"\D", "", found.group())):
            yield found.span()
    for found in _SAID_CARD.finditer(plain, max(0, window[0] - 24), window[1]):
        number = re.sub(r"\D", "", found["number"])
        if _luhn(number) and not _is_of_an_office(plain, found.start("number"), number):
            yield found.span("number")


def _may_be_card(plain: str, at: int, number: str) -> bool:
    """Whether a number is one by its digits and by the words before it."""
    before = plain[max(0, at - 24) : at]
    if not _luhn(number) or _NO_CARD.search(before):
        return False
    if number.startswith("62"):
        return True
    if _BANK.search(before):
        return not _is_of_an_office(plain, at, number)
    is_of_a_paper = number[:2] in _PROVINCES and _is_day(number[6:10], number[10:12], number[12:14])
    is_code = before[-1:].isascii() and before[-1:].isalpha()
    return number.startswith(_CARD_STARTS) and not is_of_a_paper and not is_code


def _is_of_an_office(plain: str, at: int, number: str) -> bool:
    """Whether it is an account to which everybody may give, or from which an office pays; it has no card (62)."""
    return not number.startswith("62") and is_office_account(plain, at)


def _luhn(number: str) -> bool:
    """Whether the last digit is right."""
    doubled = [int(d) * 2 for d in number[-2::-2]]
    return (sum(map(int, number[-1::-2])) + sum(d - 9 if d > 9 else d for d in doubled)) % 10 == 0 and int(number) > 0


# ── passports; plates (plates.py), mail (mail.py)

_PASSPORT = re.compile(
    r"(?<![A-Za-z0-9])(?:(?P<sure>[EG](?!(?:19|20)\d\d(?:0[1-9]|1[0-2])(?:0[1-9]|[12]\d|3[01]))\d{8}|E[A-HJ-NP-Z]\d{7})"
    r"|[EG][ \-]?\d{4} ?\d{4}|[DSP]\d{7,8}|[DSP]E\d{7}|[HMCWK]\d{8}|[HMC]\d{10}|1[45]\d{7})(?![A-Za-z0-9])",
    re.IGNORECASE,
)
"""``sure`` without a word; but E20150315 is an article's number or a paper's, with its day."""
_PASSPORT_WORDS = re.compile(r"(?:护照|通行证|旅行证|回乡证|台胞证|passport|permit)[^\n]{0,12}$", re.IGNORECASE)
_NO_PASSPORT = re.compile(
    r"(?:(?<!证)(?<!证件)编号|货号|单号|批号|型号|文号|合同|发票|车次|航班|订单|序列)[^\n，。；]{0,6}$"
)


def _passports(plain: str, window: _Window, own: _OwnPhones = ()) -> _Spans:  # noqa: ARG001
    """The forms of passports in use since 1997; those that look like other numbers, only after a word that says so."""
    for found in _PASSPORT.finditer(plain, *window):
        before = plain[max(0, found.start() - 24) : found.start()]
        if _PASSPORT_WORDS.search(before) or (found["sure"] and not _NO_PASSPORT.search(before)):
            yield found.span()


_Finder = tuple[str, Callable[[str, _Window, _OwnPhones], _Spans]]

_PASSES: tuple[tuple[re.Pattern[str], tuple[_Finder, ...]], ...] = (
    (_LOOSE_NUMBER, (("P101", _disguised_identity_numbers), ("P103", spelt_mobiles), ("P104", spelt_landlines))),
    (
        _LONG_NUMBER,
        (
            ("P101", _identity_numbers),
            ("P102", _old_identity_numbers),
            ("P105", _card_numbers),
            ("P103", mobiles),
            ("P103", parted_mobiles),
            ("P104", mobiles_in_names),
            ("P104", landlines),
            ("P107", _passports),
        ),
    ),
)
"""Where to look, and for what: gravest first, since what is an identity number is nothing else."""


def plates(text: Manuscript, office: Office) -> Iterator[Problem]:  # noqa: ARG001
    """Number plates (GA 36-2018); ``湘ICP备…`` and ``湘B2-2009…`` are none."""
    for start, end in plates_in(text.text):
        yield text.found("P106", start, end, words=text.text[start : start + 2] + "*" * (end - start - 2))


def private_mail(text: Manuscript, office: Office) -> Iterator[Problem]:
    """Addresses at hosts where persons have their mail, and others beside a person; an office's own is an office's."""
    for start, end in private_mail_in(text.text, office.facts.mails, office.facts.mail_hosts):
        yield text.found("P108", start, end, words=mask_number(text.text[start:end]))


def personal_data_in(text: str, office: Office, *, is_search_notice: bool = False) -> Iterator[tuple[str, int, int]]:
    """Code, first offset and end of all that the rules of this module find in a plain text."""
    yield from numbers_in(text, office, is_search_notice=is_search_notice)
    yield from (("P106", *span) for span in plates_in(text))
    yield from (("P108", *span) for span in private_mail_in(text, office.facts.mails, office.facts.mail_hosts))
