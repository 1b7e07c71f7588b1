"""Whether a name that nothing beside it gives away is rather words: a second look at the candidates without a cue.

The lattice weighs words against names; here what surely is none is left out: a phrase that lies across a border of the
candidate (北宋 + 景祐), numbers, the things and places of a list, and people of history. The phrases are those that
pypinyin knows (as in borders.py) and the words of the lattice.
"""

from __future__ import annotations

import re
from functools import cache

from bulletin.check.name_cues import HISTORY, PERSON_WORD
from bulletin.check.name_lattice import OFTEN_A_WORD, lexicon, transliterated_names
from bulletin.read.slugs import known_phrases

_LONGEST = 4
"""Characters of the longest phrase that is looked for."""
_NUMERALS = frozenset("一二三四五六七八九十百千万亿两几")
_COUNTING = frozenset("百千万亿")


def is_rather_words(view: str, start: int, end: int) -> bool:
    """Whether the candidate from ``start`` to ``end`` is; the time it takes does not grow with the text."""
    return (
        _is_well_known(view, start, end)
        or _is_number(view, start, end)
        or _lies_across_a_phrase(view, start, end)
        or _is_among_things(view, start, end)
        or _is_history(view, start, end)
    )


def _is_well_known(view: str, start: int, end: int) -> bool:
    """Whether it is somebody's whom everybody knows, or begins like that: 宋江起 before 义军."""
    return any(view[start:last] in lexicon().well_known for last in range(start + 2, end + 1))


def _is_number(view: str, start: int, end: int) -> bool:
    """核查一万八千户: nothing but numerals after the first, or a place of thousands with a numeral beside."""
    given = view[start + 1 : end]
    return _NUMERALS.issuperset(given) or (view[start] in _COUNTING and given[0] in _NUMERALS)


def _lies_across_a_phrase(view: str, start: int, end: int) -> bool:
    """Whether it is a phrase, part of one, or has its beginning or its end inside of one."""
    if _is_phrase(view[start:end]):
        return True
    for first in range(max(0, start - _LONGEST + 1), end):
        least, most = (start + 1 if first < start else end + 1), min(len(view), first + _LONGEST)
        if any(_is_phrase(view[first:last]) for last in range(least, most + 1)):
            return True
    is_doubtful = lexicon().surnames.get(view[start], 0) >= OFTEN_A_WORD
    return is_doubtful and end - start > 2 and _is_phrase(view[start + 1 : end])


@cache
def _phrases() -> frozenset[str]:
    return known_phrases()  # which makes the set anew


def _is_phrase(words: str) -> bool:
    return words in lexicon().words or words in _phrases()


_ITEM_BEFORE = re.compile(r"(?:^|[^一-龥])(?P<item>[一-龥]{2,4})、$")
_ITEM_AFTER = re.compile(r"、(?P<item>[一-龥]{2,4})(?:[^一-龥]|$)")
_REACH = 6


def _is_among_things(view: str, start: int, end: int) -> bool:
    """Whether what stands beside it in a list is neither a name nor a word for a person: 烤烟、黄花菜、席草."""
    before = _ITEM_BEFORE.search(view, max(0, start - _REACH), start)
    after = _ITEM_AFTER.match(view, end, min(len(view), end + _REACH))
    return any(_is_thing(beside["item"]) for beside in (before, after) if beside)


def _is_thing(item: str) -> bool:
    if PERSON_WORD.search(item) or any(transliterated_names(item)):
        return False
    return _is_phrase(item) or item[0] not in lexicon().surnames or (len(item) > 2 and item[-1] in _PLACES)


_PLACES = frozenset("塘寺坪坳庙桥渡峰洞殿岭湾村镇乡山河江湖泉馆楼亭祠塔园铺垅冲坡潭溪坑店街巷庄堡屯沟")


def _is_history(view: str, start: int, end: int) -> bool:
    """Whether the sentence tells of former times, or of what somebody wrote."""
    first = max(view.rfind(mark, max(0, start - 80), start) for mark in "。！？\n") + 1 or max(0, start - 80)
    lasts = [at for mark in "。！？\n" if (at := view.find(mark, end, end + 80)) >= 0]
    return bool(HISTORY.search(view, first, min(lasts, default=min(len(view), end + 80))))
