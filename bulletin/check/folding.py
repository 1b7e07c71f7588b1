"""A line as a reader sees it, whatever it is written with: markup, entities, blanks and look-alikes folded.

``**机　密**``, ``機&nbsp;密`` and ``<b>机</b>\u200b密`` are ``机 密``, ``机密`` in it; each character keeps its place.
"""

from __future__ import annotations

import html
import re
import unicodedata
from collections.abc import Sequence
from typing import NamedTuple

CELL = "\n"
"""In a folded line: where a cell, a block or a line of HTML begins or ends."""


class FoldedLine(NamedTuple):
    """A line with every character folded, and where each came from."""

    text: str
    starts: Sequence[int]
    """Offset in the line of what each character was made from."""
    ends: Sequence[int]

    def span(self, start: int, end: int) -> tuple[int, int]:
        """Where folded characters are in the line itself; ``start`` is before ``end``."""
        return self.starts[start], self.ends[end - 1]


_TOKEN = re.compile(
    r"(?P<entity>&(?:\#[0-9]{1,7}|\#[xX][0-9a-fA-F]{1,6}|[A-Za-z][A-Za-z0-9]{1,30});?)"
    r"|(?P<cell>\||</?(?:br|p|div|td|th|tr|li|h[1-6]|center|blockquote|hr|dt|dd|table|section|header|footer)\b[^<>]*>)"
    r"|(?P<star>(?<=[密级級])[ ]?\*(?=[ ]?[0-9０-９一二三五十长長]))"
    r"|(?P<markup><!--|-->|</?[A-Za-z][^<>]*>|\{[ ]?:?[ ]*(?:[#.]|[a-z-]+=)[^{}]*\}|\]\([^()]*\)"
    r"|^\[\^[^\[\]]*\]:|[*_`~^\\]+)",
    re.IGNORECASE,
)
"""Each alternative stops at the next character that could begin another, so that a line is read once."""

_SIMPLIFIED = str.maketrans(
    "祕宻絕機級內資長開無號發簡報務緊閱銷燬毀傳嚴複複製編準證標別㊙⻓庫費贈換請漏執為屬係專屆總間個啟",
    "秘密绝机级内资长开无号发简报务紧阅销毁毁传严复复制编准证标别秘长库费赠换请漏执为属系专届总间个启",
)
"""The traditional and variant forms of what a mark of secrecy and the words beside it are written with."""

_BLANKS = "\u115f\u1160\u2800\u3164\uffa0"
_PLAIN = re.compile(r"[ -~一-龥　、。，：；（）！？“”‘’《》【】—·★]*")
"""Each of these characters is folded to one: most lines have no others, and are folded at once."""
_DROPPED = ("Cf", "Mn", "Me", "Cc")
"""Categories of characters that nobody sees: zero-width, direction marks, variation selectors, control characters."""


def fold_line(line: str) -> FoldedLine:
    """Fold a line; two or more blanks become two, one stays one."""
    if _PLAIN.fullmatch(line) and not _TOKEN.search(line):
        text = unicodedata.normalize("NFKC", line.translate(_SIMPLIFIED)).lower()
        if "   " not in text:
            return FoldedLine(text, range(len(line)), range(1, len(line) + 1))
    pieces: list[tuple[str, int, int]] = []
    at = 0
    for token in _TOKEN.finditer(line):
        pieces += _characters(line, at, token.start())
        at = token.end()
        if token["cell"]:
            pieces.append((CELL, token.start(), at))
        elif token["star"]:
            pieces.append(("★", token.start(), at))
        elif token["entity"]:
            made = html.unescape(token.group())
            pieces += [(folded, token.start(), at) for one in made for folded in _folded(one)]
    pieces += _characters(line, at, len(line))
    kept = [
        piece
        for index, piece in enumerate(pieces)
        if piece[0] != " " or index < 2 or pieces[index - 1][0] != " " or pieces[index - 2][0] != " "
    ]
    return FoldedLine("".join(one[0] for one in kept), [one[1] for one in kept], [one[2] for one in kept])


def fold_text(text: str) -> str:
    """The folded characters alone, for a value that is no line of a source: its punctuation is its own."""
    return "".join(folded for one in html.unescape(text) for folded in _folded(one))


def _characters(line: str, start: int, end: int) -> list[tuple[str, int, int]]:
    return [(folded, at, at + 1) for at in range(start, end) for folded in _folded(line[at])]


def _folded(character: str) -> str:
    """What a character is folded to: none, one or several; a tab is a wide gap."""
    if "!" <= character <= "~":
        return character.lower()
    if character == "\t":
        return "  "
    if character == " " or character in _BLANKS or unicodedata.category(character) == "Zs":
        return " "
    if "一" <= character <= "龥":
        return character.translate(_SIMPLIFIED)
    if unicodedata.category(character) in _DROPPED:
        return ""
    return unicodedata.normalize("NFKC", character.translate(_SIMPLIFIED)).lower()
