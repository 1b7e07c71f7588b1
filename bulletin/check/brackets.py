"""D104: brackets and quotation marks without their other half."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator

from bulletin.check.manuscript import Manuscript, Passage
from bulletin.check.office import Office
from bulletin.check.patterns import BLANK
from bulletin.core.problems import Problem
from bulletin.read.lines import INDENT

_PAIRS = {
    "(": ")",
    "（": ")",
    "【": "】",
    "〔": "〕",
    "《": "》",
    "〈": "〉",
    "「": "」",
    "『": "』",
    "“": "”",
    "‘": "’",
}
_CLOSERS = {"）": ")", ")": ")"} | {close: close for close in "】〕》〉」』”’"}
_BRACKETS = re.compile("[" + "".join(map(re.escape, [*_PAIRS, *_CLOSERS])) + "]")
_PARAGRAPH = re.compile(r"[^\n]+(?:\n(?![#>*+\-|]|[ \t\xa0　]*\n|[ \t\xa0　]+[^ ]|●|【)[^\n]+)*")
_SPEECH = "“‘「『"
_BEFORE_A_SPEECH = INDENT + ">\n"
"""Of a quoted paragraph; a line with nothing else is between two."""
_NUMBER_BEFORE = re.compile(r"(?:^|[\s，。；、：:;,\x00])(?:\d{1,2}|[A-Za-z一二三四五六七八九十])$")


def brackets(text: Manuscript, office: Office) -> Iterator[Problem]:  # noqa: ARG001
    """Signs without their other half, and crossed ones; half- and full-width are equal here (docs/norms.md 5).

    A speech of several paragraphs opens each with “ and closes only the last (GB/T 15834-2011, 4.8.3); words may
    stand before the first.
    """
    for passage in text.passages:
        if _BRACKETS.search(text.prose, passage.start, passage.end):
            yield from _brackets_in(text, passage)


def _brackets_in(text: Manuscript, passage: Passage) -> Iterator[Problem]:
    found = _PARAGRAPH.finditer(text.prose, passage.start, passage.end)
    blocks = [block for block in found if block.group().strip(_BEFORE_A_SPEECH)]
    for index, block in enumerate(blocks):
        after = blocks[index + 1].group().lstrip(_BEFORE_A_SPEECH)[:1] if index + 1 < len(blocks) else ""
        for at in _unmatched(block.group()) if not _is_paired(block.group()) else ():
            character = block.group()[at]
            if character == after and character in _SPEECH and character not in block.group()[at + 1 :]:
                continue
            start = block.start() + at
            yield text.found("D104", start, start + 1, words=character, context=_around(block.group(), at))


_SIMPLE_PAIRS = ("“”", "（）", "《》", "()", "【】", "‘’")


def _is_paired(block: str) -> bool:
    """Whether every sign has its other half, at the second look at most: nearly all paragraphs are so."""
    signs = "".join(_BRACKETS.findall(block))
    for pair in _SIMPLE_PAIRS * 2 if signs else ():
        signs = signs.replace(pair, "")
    return not signs


def _unmatched(block: str) -> list[int]:
    """Offsets of brackets that have no other half; of two that cross, the inner one."""
    waiting: list[tuple[str, int]] = []
    counts: Counter[str] = Counter()  # of what waits; to look through it for each closing sign would be quadratic
    wrong: list[int] = []
    for found in _BRACKETS.finditer(block):
        character, at = found.group(), found.start()
        if character in _PAIRS:
            waiting.append((_PAIRS[character], at))
            counts[_PAIRS[character]] += 1
        elif counts[_CLOSERS[character]]:
            while waiting[-1][0] != _CLOSERS[character]:
                close, crossed = waiting.pop()
                counts[close] -= 1
                wrong.append(crossed)
            waiting.pop()
            counts[_CLOSERS[character]] -= 1
        elif not _is_no_bracket(block, character, at):
            wrong.append(at)
    return sorted([*wrong, *(at for _, at in waiting)])


def _is_no_bracket(block: str, character: str, at: int) -> bool:
    """``1）`` before a point, and the apostrophe of English."""
    if character == "’":
        return at > 0 and block[at - 1].isascii() and block[at - 1].isalpha()
    return character in ")）" and bool(_NUMBER_BEFORE.search(block[max(0, at - 3) : at]))


def _around(block: str, at: int) -> str:
    return block[max(0, at - 8) : at + 12].replace("\n", " ").replace(BLANK, "").strip()
