"""Whether a dictionary has words for what looks like a name: the last look at candidates without a cue.

It (core/dictionary.py) is loaded with the first candidate that everything else has let pass. Where it is not installed
(Windows on ARM) more ordinary words are taken for names, as hints.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

from bulletin.check.name_lattice import lexicon
from bulletin.core.dictionary import dictionary

_REACH = 30
"""Characters around a candidate that are cut with it, at most."""


class _Word(NamedTuple):
    """A word of the dictionary where it stands, with its kind there."""

    start: int
    end: int
    kind: str


def is_of_words(view: str, start: int, end: int) -> bool:
    """Whether the words of the dictionary explain the candidate from ``start`` to ``end``."""
    name = view[start:end]
    if "·" in name or lexicon().transliterated.match(name):
        return False
    return any(
        _crosses(word, view, start, end)
        or _makes_words(name, view[word.start : word.end], word.kind, is_first=word.start == start)
        for word in _words_around(view, start, end)
        if word.start < end and word.end > start
    )


def _words_around(view: str, start: int, end: int) -> Iterator[_Word]:
    """The words of the run of Han characters around a candidate, as the dictionary cuts it."""
    first, last = start, end
    while first > max(0, start - _REACH) and "一" <= view[first - 1] <= "龥":
        first -= 1
    while last < min(len(view), end + _REACH) and "一" <= view[last] <= "龥":
        last += 1
    for word, kind in _cut(view[first:last]):
        yield _Word(first, first + len(word), kind[:2])
        first += len(word)


def _cut(text: str) -> list[tuple[str, str]]:
    """Words with their kinds; without the library there are none, but characters."""
    cut = dictionary()
    return cut(text, hmm=False) if cut else [(sign, "") for sign in text]


def _crosses(word: _Word, view: str, start: int, end: int) -> bool:
    """Whether a word begins before the candidate or ends after it; the 家 of 卜凡林家 is no part of 林家."""
    return word.start < start or (word.end > end and view[end : word.end] not in _OFTEN_AFTER)


_OFTEN_AFTER = ("家", "才", "就", "也", "都")


def _makes_words(name: str, word: str, kind: str, *, is_first: bool) -> bool:
    """Whether a word within the candidate, at its beginning or not, makes words of the whole."""
    surname = 2 if name[:2] in lexicon().surnames else 1
    costs = [lexicon().given.get(sign, _RARE) for sign in name[surname:]]
    tier = min(lexicon().surnames.get(name[0], 2), 2)
    if is_first and len(word) > 1 and len(name) == 3 and name[2] in _KINDS + _SELDOM_LAST:
        return True
    if is_first and surname == 1 and len(word) == 2 and kind == _PERSON and word in lexicon().words:
        return True  # 孙子|收, 杨梅|红
    if word == name:
        return kind != _PERSON or sum(costs) + (tier if len(name) == 2 else 0) > 0
    if surname == 2 or len(name) != 3 or len(word) != 2 or kind == _PERSON:
        return False
    if is_first:
        return kind == _PLACE or sum(costs) > _COMMON
    return word[0] not in "阿小" and word not in lexicon().given_words and sum(costs) > _GIVEN_OF_WORD[tier]


_PERSON, _PLACE = "nr", "ns"
"""What the dictionary calls names of persons, and of places. What is a person there and no name of the commonest signs
is somebody whom everybody may name (褚时健), or a river (贾鲁河)."""
_KINDS = "天季节木树花草果叶竹藤菜豆瓜茶米酒糖糕饼鱼虾蟹江河湖海山岭峰洞岛港湾滩桥塘坝渠村镇乡屯路街巷塔寺庙祠亭阁楼"
"""What makes a season, a plant, a dish or a place of a word before it, even of one that is a name: 黄梅天, 丁香木."""
_SELDOM_LAST = "一二三两先再又也才正有出"
"""What is oftener behind such a word than the end of a name: 白莲先开."""
_RARE, _COMMON = 7.5, 0.6
"""Cost of a sign that is in no given name, and of a given name that many have, at most: 许国|清 is none."""
_GIVEN_OF_WORD = (5, 1, 0.5)
"""What the signs of a word cost at least that is hardly a given name, by the surname's tier: 向|绿色, not 柴|永福."""
