"""Characters and patterns that several rules share."""

from __future__ import annotations

import re

from bulletin.read.addresses import TARGET
from bulletin.read.lines import INDENT

BLANK = "\x00"
"""Is in a manuscript's `prose` where markup was; no source can hold it (read/decode.py)."""

HAN_RANGE = "一-龥〇"
"""Inside of a character class."""

INVISIBLE = re.compile("[\u00a0\u00ad\u061c\u200b\u200e\u200f\u202a-\u202e\u2060-\u2064\u2066-\u2069\ufeff]")
"""No-break and zero-width spaces, soft hyphens, direction marks."""

PICTURE = re.compile(rf"!\[(?P<alt>[^\[\]\n]*)\]\([ \t]*<?{TARGET}")
"""A picture in Markdown."""

WEB_ADDRESS = re.compile(
    r"https?://(?:[^\s/@<>\"')\]]*@)?(?P<host>\[[0-9A-Fa-f:.]+\]|[A-Za-z0-9._-]+)(?::\d+)?[^\s<>\"')\]，。；、！？）】》”]*"
)

NUMERALS = "一二三四五六七八九十"
"""Chinese, inside of a character class."""

NUMBERED_POINT = re.compile(
    rf"^[{INDENT}]*(?:(?P<first>[{NUMERALS}]{{1,3}})(?P<mark1>[、.．，,])|[（(](?P<second>[{NUMERALS}]{{1,3}})(?P<mark2>[）)])"
    rf"|(?P<third>\d{{1,2}})(?P<mark3>[.、．])(?!\d))(?P<title>[^\n]*)",
    re.MULTILINE,
)
"""At the beginning of a line: ``一、``, ``（一）``, ``1.``"""


def number_of(numeral: str) -> int:
    """一 → 1, 十二 → 12, 二十三 → 23; 0 for what is no number below a hundred: 三一, 三二十, 十十."""
    tens, ten, ones = numeral.rpartition("十")
    if len(tens) > 1 or len(ones) > 1 or "十" in tens:
        return 0
    return (NUMERALS.index(tens) + 1 if tens else 1) * 10 * bool(ten) + (NUMERALS.index(ones) + 1 if ones else 0)
