"""Pairs of texts, one with a number of a person that is damaged, hidden or split in some way, one with it masked.

``masked_pair(seed)`` is the same for the same seed. All numbers are made up, and right by their own rules. What goes
out may hold the number of neither text; the first is kept back with its code, nothing is said of the second.
"""

from __future__ import annotations

import random
from collections.abc import Callable
from dataclasses import dataclass

_Way = Callable[[str, random.Random], str]


@dataclass(frozen=True)
class MaskedPair:
    """Two bodies of an article, Markdown without front matter."""

    code: str
    """Of the rule that the number breaks: P101, P103 or P105."""
    number: str
    """Its digits alone."""
    way: str
    """What was done to it; a key of `WAYS`."""
    damaged: str
    masked: str


def masked_pair(seed: int) -> MaskedPair:
    """The pair of a seed; all ways and kinds of numbers come up in turn."""
    chance = random.Random(seed)
    code = chance.choice(tuple(_NUMBERS))
    number = _NUMBERS[code](chance)
    way = chance.choice([name for name in WAYS if code not in _UNPROVEN.get(name, ())])
    keep = 6 if code == "P101" else 3
    sign = chance.choice("X＊某")
    hidden = number[:keep] + sign * (len(number) - keep - 4) + number[-4:]
    again = random.Random(seed)  # the same choices for both
    return MaskedPair(code, number, way, WAYS[way](number, chance), WAYS[way](hidden, again))


# ── numbers


def identity_number(chance: random.Random) -> str:
    """18 characters with the right last one (GB 11643-1999)."""
    place = chance.choice(("110105", "430405", "511922", "360731", "650102", "440106"))
    born = f"{chance.randint(1930, 2012)}{chance.randint(1, 12):02}{chance.randint(1, 28):02}"
    start = f"{place}{born}{chance.randint(1, 999):03}"
    weights = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
    return start + "10X98765432"[sum(int(d) * w for d, w in zip(start, weights, strict=True)) % 11]


def mobile_number(chance: random.Random) -> str:
    """Eleven digits."""
    return f"1{chance.choice('3456789')}{chance.randrange(10**9):09}"


def card_number(chance: random.Random) -> str:
    """19 digits with the right last one (Luhn)."""
    start = f"6222{chance.randrange(10**14):014}"
    doubled = [int(digit) * 2 for digit in start[::-2]]
    total = sum(d - 9 if d > 9 else d for d in doubled) + sum(map(int, start[-2::-2]))
    return start + str(-total % 10)


_NUMBERS: dict[str, Callable[[random.Random], str]] = {
    "P101": identity_number,
    "P103": mobile_number,
    "P105": card_number,
}


# ── what is done to them


def _said(number: str) -> str:
    return f"登记的卡号或电话{number}，已经核对。"


def _groups(number: str) -> list[str]:
    """As one would say it: 3-4-4, 6-8-4 or fours."""
    sizes = {11: (3, 4, 4), 18: (6, 8, 4)}.get(len(number), (4, 4, 4, 4, 4))
    ends = [sum(sizes[: index + 1]) for index in range(len(sizes))]
    return [number[end - size : end] for size, end in zip(sizes, ends, strict=True)]


def _split(number: str, chance: random.Random) -> tuple[str, str, str]:
    first, last = sorted(chance.sample(range(1, len(number)), 2))
    return number[:first], number[first:last], number[last:]


def _between(separators: str) -> _Way:
    def change(number: str, chance: random.Random) -> str:
        return _said(chance.choice(separators).join(_groups(number)))

    return change


def _wrapped(before: str, after: str) -> _Way:
    def change(number: str, chance: random.Random) -> str:
        first, middle, last = _split(number, chance)
        return _said(f"{first}{before}{middle}{after}{last}")

    return change


def _written(digits: str) -> _Way:
    table = str.maketrans("0123456789", digits)

    def change(number: str, chance: random.Random) -> str:  # noqa: ARG001
        return _said(number.translate(table))

    return change


def _reference(number: str, chance: random.Random) -> str:
    at = chance.randrange(len(number))
    form = chance.choice(("&#{};", "&#x{:x};", "&#{:05};"))
    return number[:at] + form.format(ord(number[at])) + number[at + 1 :]


def _put_in(template: str) -> _Way:
    def change(number: str, chance: random.Random) -> str:
        return template.replace("NUMBER", _reference(number, chance) if chance.random() < 0.5 else number)

    return change


def _each(before: str, between: str, after: str) -> _Way:
    def change(number: str, chance: random.Random) -> str:  # noqa: ARG001
        return before + between.join(number) + after

    return change


WAYS: dict[str, _Way] = {
    "plain": lambda number, _: _said(number),
    "bold": _wrapped("**", "**"),
    "bold in HTML": _wrapped("<b>", "</b>"),
    "an element": _wrapped('<span class="a">', "</span>"),
    "code": lambda number, _: _said(f"`{number}`"),
    "a comment inside": _wrapped("<!-- 一 -->", "<!-- 二 -->"),
    "references": lambda number, chance: _said(_reference(number, chance)),
    "nothing seen": _wrapped("\u200b", "\u2060"),
    "no-break spaces": _between("\u00a0\u2009\u3000"),
    "dashes": _between("-—–－"),
    "dots": _between("·.・"),
    "two lines": lambda number, _: _said("\n".join((_groups(number)[0], "".join(_groups(number)[1:])))),
    "a break": lambda number, _: _said("<br>\n".join((_groups(number)[0], "".join(_groups(number)[1:])))),
    "full width": _written("０１２３４５６７８９"),
    "mathematical": _written("𝟎𝟏𝟐𝟑𝟒𝟓𝟔𝟕𝟖𝟗"),
    "Arabic": _written("٠١٢٣٤٥٦٧٨٩"),
    "circled": _written("⓪①②③④⑤⑥⑦⑧⑨"),
    "Han": _written("〇一二三四五六七八九"),
    "struck out": lambda number, _: _said("".join(f"{digit}\u0336" for digit in number)),
    "letters": _written("Ol23456789"),
    "a footnote": _put_in("一件事[^1]。\n\n[^1]: 号码NUMBER。"),
    "a heading": _put_in("#### 号码NUMBER\n\n一件事。"),
    "a list": _put_in("- 一件事\n- 号码NUMBER"),
    "a quotation": _put_in("> 号码NUMBER，已经核对。"),
    "a definition": _put_in("号码\n: NUMBER"),
    "a cell": _put_in("| 卡号 | 事 |\n|---|---|\n| NUMBER | 一 |"),
    "a link's words": _put_in("[号码NUMBER](https://www.example.cn/)"),
    "a link's title": _put_in('[登记](https://www.example.cn/ "号码NUMBER")'),
    "a picture's words": _put_in("![登记卡NUMBER](a.jpg)"),
    "a picture's title": _put_in('![登记卡](a.jpg "卡号NUMBER")'),
    "an attribute": _put_in('<span title="号码NUMBER">一件事</span>。'),
    "a comment": lambda number, _: f"一件事。\n\n<!-- 号码{number} -->",
    "an address": _put_in("[登记](https://www.example.cn/NUMBER)"),
    "a call": _put_in("[电话](tel:NUMBER)"),
    "a digit a cell": lambda number, _: "\n".join(
        ("| 号码 |" + " |" * len(number), "|---|" + "---|" * len(number), "| 号码 | " + " | ".join(number) + " |")
    ),
    "a digit a cell in HTML": _each("<table><tr><td>", "</td><td>", "</td></tr></table>"),
}

_UNPROVEN: dict[str, tuple[str, ...]] = {
    "letters": ("P103", "P105"),
    "Han": ("P105",),
    "circled": ("P105",),
    "an address": ("P103",),
    "a call": ("P101", "P105"),
    "a digit a cell": ("P105",),
    "a digit a cell in HTML": ("P105",),
}
"""Codes whose numbers do not prove themselves when they are written in that way."""
