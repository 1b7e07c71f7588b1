"""D105, D106: half-width punctuation among Han, and repeated punctuation."""

from __future__ import annotations

import re
from collections.abc import Iterator

from bulletin.check.manuscript import Manuscript
from bulletin.check.office import Office
from bulletin.check.patterns import HAN_RANGE, NUMERALS
from bulletin.core.problems import Problem
from bulletin.read.lines import INDENT

_HALF_WIDTH = re.compile(
    rf"[,;?!:](?<=[{HAN_RANGE}”’》）】〕].)"
    rf"(?:(?:(?<=[,;?])|(?<=!)!{{0,2}})(?=[{HAN_RANGE}“‘”’《（【〔「\d\"']|[ ]*$|\x00)"
    rf"|(?<=:)(?=[{HAN_RANGE}“‘《（【〔「\"']|[ ]*$))",
    re.MULTILINE,
)
_AFTER_NUMBERS = re.compile(rf"[,;](?:(?<=[%％].)(?=[{HAN_RANGE}])|(?<=\d.)(?<!\d{{7}}.)(?=[{HAN_RANGE}]{{2}}))")
_FULL_STOP = re.compile(rf"\.(?=[ ]*$)(?<=[{HAN_RANGE}]{{3}}.)(?<![{NUMERALS}].)", re.MULTILINE)
_HALF_WIDTH_BRACKETS = re.compile(rf"\((?=[^()\n]*[{HAN_RANGE}])[^()\n]*\)")
_MIXED_BRACKETS = re.compile(r"（[^（）()\n]*(?P<close>\))|(?P<open>\()[^（）()\n]*）")
_ASCII_SIGN = re.compile("[,;?!:.()]")
_HAN_END = re.compile(rf"[{HAN_RANGE}”》]")
FULL_WIDTH_OF = {",": "，", ";": "；", "?": "？", "!": "！", ":": "：", "(": "（", ")": "）", ".": "。"}


def half_width(text: Manuscript, office: Office) -> Iterator[Problem]:  # noqa: ARG001
    """Half-width punctuation among Han (GB/T 15834-2011, 5): once a passage, since who fixes one fixes all."""
    for passage in text.passages:
        spots = half_width_offsets(text.prose, passage.start, passage.end)
        if spots:
            at = spots[0]
            yield text.found("D105", at, at + 1, words=text.prose[at], count=len(spots))


def half_width_offsets(prose: str, start: int, end: int) -> list[int]:
    """Offsets of the characters that should be full-width."""
    if not _ASCII_SIGN.search(prose, start, end):
        return []
    spots = [spot for found in _HALF_WIDTH.finditer(prose, start, end) for spot in range(*found.span())]
    for found in _HALF_WIDTH_BRACKETS.finditer(prose, start, end):
        if _among_han(prose, found.start()):
            spots += [found.start(), found.end() - 1]
    for pattern in (_AFTER_NUMBERS, _FULL_STOP):
        spots += [found.start() for found in pattern.finditer(prose, start, end)]
    if prose.find("(", start, end) >= 0 or prose.find(")", start, end) >= 0:
        spots += [found.start(found.lastgroup or 0) for found in _MIXED_BRACKETS.finditer(prose, start, end)]
    return sorted(set(spots))


_CROSSED = re.compile(r"（[^（）()\[\]\n]*(?P<open>\[)[^（）()\[\]\n]*）[^（）()\[\]\n]*\](?!\()")


def crossed_square_brackets(text: Manuscript, office: Office) -> Iterator[Problem]:  # noqa: ARG001
    """``（湘民发[2014）12号]``; square brackets that pair are Markdown's, and looked at nowhere else."""
    for found in _CROSSED.finditer(text.prose):
        at = found.start("open")
        yield text.found("D104", at, at + 1, words="[", context=found.group()[:20].replace("\x00", ""))


def _among_han(prose: str, start: int) -> bool:
    """Not an author's name at the end, nor a number at the beginning of a line."""
    before = start - 1
    while before >= 0 and prose[before] in INDENT:
        before -= 1
    return before >= 0 and bool(_HAN_END.match(prose, before))


_REPEATED = re.compile(
    r"([，。、；：！？（《【〔“）》】〕”])"
    r"(?:(?<=[，。、；：])(?:[ ]?[，。、；：])+|(?<=[！？])\1{3,}|(?<=[（《【〔“）》】〕”])\1+)"
)


_MOST_SHOWN = 12
"""Characters of a run that a report repeats."""


def repeated_punctuation(text: Manuscript, office: Office) -> Iterator[Problem]:  # noqa: ARG001
    """Repeated punctuation; an ellipsis is ……, not 。。。."""
    for found in _REPEATED.finditer(text.prose):
        guess = "……" if set(found.group()) == {"。"} and len(found.group()) > 2 else found.group()[-1]
        yield text.found("D106", *found.span(), guess=guess, words=found.group()[:_MOST_SHOWN])
