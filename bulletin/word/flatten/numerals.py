"""Numbers as a word processor writes them before paragraphs: ST_NumberFormat (ECMA-376 part 1, 17.18.59)."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping

_DIGITS = "〇一二三四五六七八九"
_THOUSANDS = "零一二三四五六七八九"
_LEGAL = "零壹贰叁肆伍陆柒捌玖"
_LEGAL_OLD = "零壹貳參肆伍陸柒捌玖"
_STEMS = "甲乙丙丁戊己庚辛壬癸"
_BRANCHES = "子丑寅卯辰巳午未申酉戌亥"
_MAX = 9999


def _counted(digits: str, units: str, *, one_ten: bool) -> Callable[[int], str]:
    """Digits with units between: 123 → 一百二十三. ``one_ten``: 10 is 一十, as on cheques."""

    def write(n: int) -> str:
        if n == 0:
            return digits[0]
        text, gap = "", False
        for power in (3, 2, 1, 0):
            digit = n // 10**power % 10
            if digit:
                text += (digits[0] if gap and text else "") + digits[digit] + (units[power - 1] if power else "")
                gap = False
            else:
                gap = True
        return text[1:] if not one_ten and text.startswith(digits[1] + units[0]) else text

    return write


def _each_digit(digits: str) -> Callable[[int], str]:
    return lambda n: "".join(digits[int(d)] for d in str(n))


def _of(signs: str) -> Callable[[int], str]:
    """One sign each; beyond them, digits."""
    return lambda n: signs[n - 1] if 0 < n <= len(signs) else str(n)


def _letters(n: int) -> str:
    """a … z, aa, bb …"""
    return chr(97 + (n - 1) % 26) * ((n - 1) // 26 + 1) if 0 < n <= 780 else str(n)


_ROMAN = (
    *((1000, "m"), (900, "cm"), (500, "d"), (400, "cd"), (100, "c"), (90, "xc"), (50, "l"), (40, "xl")),
    *((10, "x"), (9, "ix"), (5, "v"), (4, "iv"), (1, "i")),
)


def _roman(n: int) -> str:
    text = ""
    for worth, letters in _ROMAN:
        text += letters * (n // worth)
        n %= worth
    return text or "0"


def _ordinal(n: int) -> str:
    ending = "th" if 10 < n % 100 < 14 else {1: "st", 2: "nd", 3: "rd"}.get(n % 10, "th")
    return f"{n}{ending}"


def _range(first: str, count: int) -> str:
    return "".join(chr(ord(first) + n) for n in range(count))


_CIRCLES = _range("①", 20)
_HAN = _counted(_THOUSANDS, "十百千", one_ten=False)
_STEMS_AND_BRANCHES = tuple(_STEMS[n % 10] + _BRANCHES[n % 12] for n in range(60))

_FORMATS: Mapping[str, Callable[[int], str]] = {
    "decimal": str,
    "decimalZero": lambda n: f"{n:02}",
    "upperRoman": lambda n: _roman(n).upper(),
    "lowerRoman": _roman,
    "upperLetter": lambda n: _letters(n).upper(),
    "lowerLetter": _letters,
    "ordinal": _ordinal,
    "hex": lambda n: f"{n:X}",
    "numberInDash": lambda n: f"- {n} -",
    "decimalFullWidth": _each_digit("０１２３４５６７８９"),
    "decimalFullWidth2": _each_digit("０１２３４５６７８９"),
    "decimalHalfWidth": str,
    "decimalEnclosedCircle": _of(_CIRCLES),
    "decimalEnclosedCircleChinese": _of(_CIRCLES),
    "decimalEnclosedParen": _of(_range("⑴", 20)),
    "decimalEnclosedFullstop": _of(_range("⒈", 20)),
    "ideographEnclosedCircle": _of(_range("㊀", 10)),
    "chineseCounting": _HAN,
    "chineseCountingThousand": _HAN,
    "taiwaneseCounting": _HAN,
    "taiwaneseCountingThousand": _HAN,
    "japaneseCounting": _HAN,
    "koreanDigital2": _each_digit("零一二三四五六七八九"),
    "ideographDigital": _each_digit(_DIGITS),
    "japaneseDigitalTenThousand": _each_digit(_DIGITS),
    "taiwaneseDigital": _each_digit("○一二三四五六七八九"),
    "chineseLegalSimplified": _counted(_LEGAL, "拾佰仟", one_ten=True),
    "ideographLegalTraditional": _counted(_LEGAL_OLD, "拾佰仟", one_ten=True),
    "ideographTraditional": _of(_STEMS),
    "ideographZodiac": _of(_BRANCHES),
    "ideographZodiacTraditional": lambda n: _STEMS_AND_BRANCHES[(n - 1) % 60],
    "none": lambda _: "",
}


def write_number(n: int, form: str, pattern: str = "") -> str:
    """A number in a form; ``pattern`` (“001, 002, …”) says how wide a form called ``custom`` is.

    What is not known is written in digits, as word processors do.
    """
    if form == "custom":
        first = re.match(r"0*[0-9]+", pattern)
        return f"{n:0{len(first[0])}}" if first and len(first[0]) < 10 else str(n)
    if not 0 <= n <= _MAX:
        return str(n)
    return _FORMATS.get(form, str)(n)
