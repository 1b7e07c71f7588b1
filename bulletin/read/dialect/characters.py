"""The characters and line beginnings that several rules of the dialect use.

Which characters are joined without a space follows the segment-break rule of CSS Text 3 (East Asian wide
characters, Hangul excepted) and clreq; the marks of lists and points are those of official Chinese
writing (GB/T 9704-2012, 7.3.3: 一、 （一） 1. （1）).
"""

from __future__ import annotations

import re
from collections.abc import Callable
from itertools import groupby
from typing import Literal, NamedTuple

ListKind = Literal["ol", "ul"]
_LineRule = Callable[[list[str], int], list[str]]

WIDE_SPACES = "\u3000\u00a0\u2002\u2003"
"""The ideographic space, and what Word and old web pages leave behind: no-break, en and em spaces."""

LETTERS = (
    "\u2e80-\u2fdf\u3005-\u3007\u3021-\u3029\u3040-\u30ff\u3100-\u312f\u31a0-\u31bf"
    "\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\U00020000-\U0003ffff"
)
"""Han characters and kana, as the inside of a character class."""

_PUNCTUATION = "\u3001-\u3004\u3008-\u3020\u3030\u303d\ufe30-\ufe4f\uff01-\uff60\uffe0-\uffe6"
"""Full-width punctuation and forms, as the inside of a character class."""

AMBIGUOUS = "“”‘’…—·"
"""Punctuation that Chinese and Latin text share: its neighbours decide how wide it is."""

OPENING = "“‘《〈「『（【〔［｛"
"""Punctuation that can open a Chinese sentence."""

CLOSING = "，。、；：！？）》〉」』】〕］｝"
"""Punctuation that cannot begin a phrase."""

QUOTE_DEPTH = 4
"""Maximum depth of nested quotations that the line rules process, so that `>` × 10,000 costs nothing."""

HAN = re.compile(f"[{LETTERS}{_PUNCTUATION}]")
_RULER = re.compile(r"([-*_])(?: *\1){2,} *$")
_BULLET = re.compile(r"[-*+] +(?=\S)")
_NUMBER = re.compile(r"([0-9０-９]{1,3})\. +(?=\S)")
_TIGHT_NUMBER = re.compile(f"([1-9１-９][0-9０-９]?)[.．][ {WIDE_SPACES}]*(?=[*_]{{0,3}}[{LETTERS}{OPENING}])")
QUOTED = re.compile(r" {0,3}> ?")


class ListItemStart(NamedTuple):
    """The beginning of a list item."""

    kind: ListKind
    number: int
    """As written; 1 for a bullet, which may always begin a list."""
    text: str
    """The item with its mark as Python-Markdown reads it: ``1. 第一`` for ``1.第一``."""


def list_item_start(text: str) -> ListItemStart | None:
    """Parse the beginning of a list item from a line without its indent; None when it is not one."""
    if _RULER.match(text):
        return None
    if _BULLET.match(text):
        return ListItemStart("ul", 1, text)
    found = _NUMBER.match(text) or _TIGHT_NUMBER.match(text)
    if found is None:
        return None
    number = int(found[1])
    return ListItemStart("ol", number, f"{number}. {text[found.end() :]}")


def is_row(line: str) -> bool:
    """Whether a line may be a row of a table."""
    return "|" in line


def inside_quotes(lines: list[str], rule: _LineRule, depth: int) -> list[str]:
    """The lines, with `rule` applied to the content of quotations; the other lines are unchanged."""
    if depth == 0:
        return lines
    out: list[str] = []
    for quoted, run in groupby(lines, key=lambda line: QUOTED.match(line) is not None):
        if not quoted:
            out += run
            continue
        inner = rule([QUOTED.sub("", line, count=1) for line in run], depth - 1)
        out += [f"> {line}" if line else ">" for line in inner]
    return out
