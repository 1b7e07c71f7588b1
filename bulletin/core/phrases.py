"""Where a Chinese title may be broken: between words, as GB/T 9704-2012, 7.3.1, asks (回行时做到词意完整).

A dictionary cuts the title into words. Between two of them is a `_Joint`: closed where no line may ever end (before a
comma, between a number and its unit), tight where a short word belongs to its neighbour, open elsewhere. Phrases are
what open joints leave; one too long for a narrow phone is divided at its tight joints too.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from enum import IntEnum
from itertools import accumulate, pairwise
from typing import NamedTuple

from bulletin.core.dictionary import dictionary

_SHORT_TITLE = 8
"""Characters that fit into one line nearly everywhere: titles up to this long have no phrases, and no phrase is longer
if it can be divided."""
_MAX_TITLE = 200
"""Characters of a title that is looked at; a longer one is no title."""
_MIN_PHRASE = 2

_HAN = re.compile("[一-龥]")


class _Joint(IntEnum):
    """What is between two words."""

    OPEN = 0
    TIGHT = 1
    CLOSED = 2


class _Word(NamedTuple):
    text: str
    kind: str
    """As the dictionary names it: n, v, p …"""


def title_breaks(title: str) -> tuple[int, ...]:
    """The places in a title before which a line may begin, as numbers of characters; none in one that is short."""
    words = _words(title) if is_long(title) else []
    if "".join(word.text for word in words) != title:
        return ()
    lengths = [len(phrase) for phrase in _long_enough([*_phrases(words, [*_joints(words)])])]
    places = list(accumulate(lengths))[:-1]
    return tuple(place for place in places if not title[place - 1].isspace() and not title[place].isspace())


def is_long(title: str) -> bool:
    """Whether a title is Chinese and too long for one line; whoever asks often needs no dictionary for the others."""
    if not _SHORT_TITLE < len(title) <= _MAX_TITLE:
        return False
    half = sum(map(str.isascii, title))  # a digit is half as wide: 工作简报2015001 is short
    return len(title) - half / 2 > _SHORT_TITLE and _HAN.search(title) is not None


# ── phrases


def _phrases(words: Sequence[_Word], joints: Sequence[_Joint]) -> Iterator[str]:
    """The words between open joints; where they are too many characters, divided at tight ones."""
    first = 0
    for end in range(1, len(words) + 1):
        if end == len(words) or joints[end - 1] is _Joint.OPEN:
            yield from _divided(words[first:end], joints[first : end - 1])
            first = end


def _divided(words: Sequence[_Word], joints: Sequence[_Joint]) -> Iterator[str]:
    text = "".join(word.text for word in words)
    ends = list(accumulate(len(word.text) for word in words))[:-1]
    places = [
        (abs(2 * end - len(text)), index)
        for index, (end, joint) in enumerate(zip(ends, joints, strict=True))
        if joint is _Joint.TIGHT and _MIN_PHRASE <= end <= len(text) - _MIN_PHRASE
    ]
    if len(text) <= _SHORT_TITLE or not places:
        yield text
        return
    _, middle = min(places)
    yield from _divided(words[: middle + 1], joints[:middle])
    yield from _divided(words[middle + 1 :], joints[middle + 1 :])


def _long_enough(phrases: Sequence[str]) -> list[str]:
    """Without phrases of one character: each goes to the phrase before it, the first to the one after it."""
    joined: list[str] = []
    for phrase in phrases:
        if joined and min(_letters(phrase), _letters(joined[-1])) < _MIN_PHRASE:
            joined[-1] += phrase
        else:
            joined.append(phrase)
    return joined


def _letters(phrase: str) -> int:
    return sum(map(str.isalnum, phrase))


# ── words


def _words(title: str) -> list[_Word]:
    """The words of a title, those that belong together put together; empty where there is no dictionary."""
    cut = dictionary()
    words: list[_Word] = []
    for text, kind in cut(title) if cut else ():
        right = _Word(text, "n" if text in _ALWAYS_NOUNS else kind)
        if words and (joined := _joined(words[-1], right)):
            words[-1] = joined
        else:
            words.append(right)
    return words


_ALWAYS_NOUNS = "站"
"""What the dictionary takes for a verb (to stand), and offices for a station."""
_DETERMINERS = "我本该全各此某贵"
"""What makes one word with a noun of one character: 我站, 本市."""
_NUMERALS = "〇零一二两三四五六七八九十百千万亿几余多数第"
_NAME = "name"
"""The kind of 阿不都·热合曼, of which the dictionary knows parts."""


def _joined(left: _Word, right: _Word) -> _Word | None:
    """One word of two: a number and its unit, 我站, a name with a dot, a dash of two characters, Latin letters."""
    text = left.text + right.text
    if right.text == "·" or left.text.endswith("·"):
        return _Word(text, _NAME)
    if left.kind == _NAME and len(right.text) == 1 and right.kind[0] in "nxgav" and right.text[0].isalpha():
        return _Word(text, _NAME)
    if _is_number(left) and right.text[0].isalnum():
        return _Word(text, "m")
    if _is_unhan(left.text[-1]) and _is_unhan(right.text[0]):
        return _Word(text, "x")
    if left.text in _DETERMINERS and len(right.text) == 1 and _HAN.match(right.text):
        return _Word(text, "n") if right.text not in _PARTICLES else None
    return _Word(text, "x") if text in _PAIRS else None


_PAIRS = ("——", "……")


def _is_number(word: _Word) -> bool:
    """Whether a word wants its unit after it: 2015, 第三, 三十."""
    last = word.text[-1]
    return last.isdigit() or (last in _NUMERALS and (word.kind == "m" or word.text == "第"))


def _is_unhan(character: str) -> bool:
    """A letter, digit or sign as in COVID-19 or 2014—2015: no line ends beside it where the other side is one too."""
    if _HAN.match(character) or character.isspace() or character in _OPENING:
        return False
    return character.isalnum() or character not in _CLOSING + _PAIRS[0] + _PAIRS[1]


# ── joints

_OPENING = "（〔［｛《〈【「『“‘([{<"
_CLOSING = "，、；：。！？…）〕］｝》〉】」』”’"
_NEVER_FIRST = _CLOSING + "—·的们"
"""What no line begins with, whatever word it is in."""
_PARTICLES = tuple("的 地 得 了 着 过 们 等 之 者 等等 等地 等人 似的 的话 与否 吗 呢 吧 啊".split())  # noqa: SIM905
"""Words that belong to what is before them."""
_ENDING_KINDS = "uykf"
"""Kinds whose words of one character belong to what is before them: particles, endings, 上 中 里 后."""
_LEADING_KINDS = ("p", "c", "d", "r", "nr", "h", "b", "v")
"""Kinds whose words of one character belong to what follows: 在 和 不 我, a surname, 副."""
_LEADING = tuple("和 与 及 或 并 暨 而 在 从 向 对 为 被 把 将 让 由 以 给 赴 因 按 据 经 随 沿 于 至 到".split())  # noqa: SIM905
"""Words of one character that belong to what follows, whatever the dictionary calls them."""


def _joints(words: Sequence[_Word]) -> Iterator[_Joint]:
    is_ended = False
    for left, right in pairwise(words):
        joint = _joint(left, right, is_ended=is_ended)
        is_ended = joint is _Joint.CLOSED and left.text[-1] not in _OPENING
        yield joint


def _joint(left: _Word, right: _Word, *, is_ended: bool) -> _Joint:
    """``is_ended``: the left word is bound to the one before it, so it does not wait for the next."""
    before, after = left.text[-1], right.text[0]
    if _is_closed(left, right):
        return _Joint.CLOSED
    if before in _CLOSING or before.isspace() or left.text in _PAIRS or after in _OPENING or after.isspace():
        return _Joint.OPEN
    if not is_ended and _holds_next(left):
        return _Joint.TIGHT
    return _Joint.TIGHT if _holds_previous(left, right) else _Joint.OPEN


def _is_closed(left: _Word, right: _Word) -> bool:
    """Whether no line may begin with the right word after the left one."""
    before, after = left.text[-1], right.text[0]
    if right.text in _PARTICLES or after in _NEVER_FIRST or before in _OPENING:
        return True
    if before.isspace() or after.isspace() or before in _CLOSING or after in _OPENING or left.text in _PAIRS:
        return False
    return not before.isalnum() or not after.isalnum()


def _holds_next(word: _Word) -> bool:
    return len(word.text) == 1 and word.kind[0] not in _ENDING_KINDS


def _holds_previous(left: _Word, right: _Word) -> bool:
    if len(right.text) > 1 or right.text in _LEADING:
        return False
    return not right.kind.startswith(_LEADING_KINDS) or (right.kind[0] == left.kind[0] == "v")
