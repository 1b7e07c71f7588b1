"""Whether a dictionary has words for what looks like a name: the last look at candidates without a cue.

It is jieba's, of 350,000 words with their kinds, in the form of `rjieba`, which also cuts a run of characters into them.
It takes 0.1 s to load, so it is loaded with the first candidate that everything else has let pass. Where it is not
installed (Windows on ARM) more ordinary words are taken for names, as hints.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import cache
from importlib.util import find_spec
from typing import NamedTuple

from bulletin.check.name_lattice import lexicon

_REACH = 30
"""Characters around a candidate that are cut with it, at most."""
_PERSON, _PLACE = "nr", "ns"
"""What the dictionary calls names of persons, and of places; many a river is among the persons there."""


class _Word(NamedTuple):
    start: int
    end: int
    kind: str


def is_of_words(view: str, start: int, end: int) -> bool:
    """Whether the words of the dictionary explain the candidate from ``start`` to ``end``."""
    name = view[start:end]
    if "·" in name or lexicon().transliterated.match(name):
        return False
    near = [word for word in _words_around(view, start, end) if word.end > start and word.start < end]
    return any(
        _crosses(word, view, start, end) or _is_part_of_words(name, word.start - start, word.end - start, word.kind)
        for word in near
    )


def _words_around(view: str, start: int, end: int) -> Iterator[_Word]:
    """The words of the run of Han characters around a candidate, as the dictionary cuts it."""
    first, last = start, end
    while first > max(0, start - _REACH) and "一" <= view[first - 1] <= "龥":
        first -= 1
    while last < min(len(view), end + _REACH) and "一" <= view[last] <= "龥":
        last += 1
    for word, kind in _cut()(view[first:last]):
        yield _Word(first, first + len(word), kind)
        first += len(word)


@cache
def _cut() -> Callable[[str], list[tuple[str, str]]]:
    """The function that cuts; without the library it finds no words."""
    if find_spec("rjieba") is None:
        return lambda text: [(sign, "") for sign in text]
    from rjieba import tag  # slow to load

    return lambda text: tag(text, hmm=False)


def _crosses(word: _Word, view: str, start: int, end: int) -> bool:
    """Whether a word begins before the candidate or ends after it; 王林|家 is no 林家."""
    return word.start < start or (word.end > end and view[end:word.end] != "家")


def _is_part_of_words(name: str, start: int, end: int, kind: str) -> bool:
    """Whether a word within the candidate, from ``start`` to ``end`` in it, makes words of the whole."""
    size = 2 if name[:2] in lexicon().surnames else 1
    costs = [lexicon().given.get(sign, _RARE) for sign in name[size:]]
    if end - start == len(name):
        return not kind.startswith(_PERSON) or sum(costs) > (_COMMON if len(name) > 2 else 0)
    if size == 2 or len(name) != 3 or end - start != 2 or kind.startswith(_PERSON):
        return False
    if start == 0:
        return kind == _PLACE or sum(costs) > 0
    tier = min(lexicon().surnames.get(name[0], 2), 2)
    return name[1:] not in lexicon().given_words and sum(costs) > _GIVEN_OF_WORD[tier]


_RARE, _COMMON = 7.5, 0.6
"""Costs of signs: of one in no given name, and at most of a given name that many have. A name in the dictionary that
hardly anybody else has is somebody's whom everybody may name (褚时健), or no person's (贾鲁河)."""
_GIVEN_OF_WORD = (5, 1, 0.5)
"""What the signs of a word cost at least that is hardly a given name, by the tier of the surname: 向|绿色, but 柴|永福."""
