"""Names of persons by what they are made of: surnames, the characters of given names, and the common words around.

A run of Han characters is cut into words in the cheapest way, once without names and once with each candidate; how
much cheaper it becomes with it is the candidate's margin. Costs are rough negative logarithms: a word of the list costs
less than its characters one by one, a name less than the characters of no word. names.txt and words.txt are our own;
the rarer words are the phrases that pypinyin knows.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from functools import lru_cache
from importlib import resources
from itertools import accumulate
from operator import add
from typing import NamedTuple

from bulletin.read.slugs import known_phrases


class NameSpan(NamedTuple):
    """A name that may be in a text."""

    start: int
    end: int
    margin: float
    """How much the name explains better than words do; above `SURE` without any help by the context."""


COMMONEST = 4.0
"""Cost of the commonest words."""
LEAST = -2.5
"""Of a candidate that is worth a look at its context."""
OFTEN_A_WORD = 2
"""Tier of surnames, and of those above it, that are as often another word."""
HARDLY_A_SURNAME = 3
"""Tier of surnames that are nearly always another word."""
SURE = 6.0
"""A margin that common words seldom reach; 2-character names of a common surname and a common character do not."""


class Lexicon(NamedTuple):
    """Names and words, as `name_spans` looks them up."""

    surnames: dict[str, int]
    """Tier: 0 for the commonest, 3 for those that are hardly ever more than a word."""
    given: dict[str, float]
    """What each character of given names costs."""
    given_words: frozenset[str]
    """Words that are given names as often."""
    transliterated: re.Pattern[str]
    """A run of pieces of Uyghur, Tibetan, Mongolian and Yi names."""
    transliterating: re.Pattern[str]
    """A run of characters that are in them, which is found quicker."""
    words: frozenset[str]
    """Our own list: each is a word wherever it stands."""
    costs: dict[str, float]
    """Of these and of many more words, which may be part of a name: the rarer the more."""
    well_known: frozenset[str]
    """Names of people of history and of books."""
    lengths: dict[str, tuple[int, ...]]
    """First two characters of words → how long the words are that begin so."""
    candidates: re.Pattern[str]
    """Where a name may begin: the first character of a surname, and after it one of two that are often in given names.

    The group ``two`` is set where it is a surname of two characters. A pattern that begins with a set is looked for
    several times as quickly as one that begins with a lookahead.
    """


@lru_cache(maxsize=1)
def lexicon() -> Lexicon:
    """The lists, read when the first text is looked at."""
    lists = dict(_sections(_read("names.txt")))
    surnames = {sign: tier for tier in (3, 2, 1, 0) for sign in lists[f"surnames {tier}"].replace(" ", "")}
    surnames |= dict.fromkeys(lists["double surnames"].split(), 0)
    given = {sign: _GIVEN[tier] for tier in (1, 0, 2) for sign in lists[f"given {tier}"].replace(" ", "")}
    pieces = sorted(set(lists["transliterated"].split()), key=len, reverse=True)
    own = {head: line.split() for head, line in _sections(_read("words.txt"))}
    words = frozenset(word for line in own.values() for word in line if len(word) > 1)
    given_words = frozenset(lists["given names"].split())
    costs = dict.fromkeys(_phrases(surnames, given), _RARE_WORD) | dict.fromkeys(words, _WORD)
    costs |= dict.fromkeys(own["commonest"], COMMONEST)
    costs |= dict.fromkeys(given_words & costs.keys(), _RARE_WORD)
    double = [word for word in surnames if len(word) == 2]
    single = "".join(word for word in surnames if len(word) == 1)
    often = "".join(sign for sign in given if sign not in _NEVER)
    firsts = "".join(word[0] for word in double)
    name = f"(?:[{often}]|[^\\W{_NEVER}][{often}])"
    two = "|".join(f"(?<={word[0]})(?={word[1]})" for word in double)
    return Lexicon(
        surnames,
        given,
        given_words,
        re.compile(f"(?:{'|'.join(pieces)}){{1,4}}"),
        re.compile(f"[{''.join(set(''.join(pieces)))}]{{2,}}"),
        words,
        costs,
        frozenset(lists["well known"].split()),
        _lengths(costs),
        re.compile(f"[{single}{firsts}](?:(?P<two>(?:{two})(?=.{name}))|(?<=[{single}])(?={name}))"),
    )


def _read(name: str) -> list[str]:
    text = resources.files("bulletin.check").joinpath(name).read_text(encoding="utf-8")
    return [line for line in text.split("\n") if line]


def _phrases(surnames: dict[str, int], given: dict[str, float]) -> Iterator[str]:
    """The phrases of pypinyin that may stand where a name seems to be: with a sign in them that is also a surname, or
    of signs of given names; but not those of the commonest signs of given names alone.
    """
    begin = frozenset(sign for sign, tier in surnames.items() if tier < HARDLY_A_SURNAME)
    signs, often = frozenset(given), frozenset(sign for sign, cost in given.items() if not cost)
    for phrase in known_phrases():
        if len(phrase) > _LONGEST:
            continue
        may_matter = not begin.isdisjoint(phrase) or (len(phrase) == 2 and signs.issuperset(phrase))
        if may_matter and not (len(phrase) == 2 and often.issuperset(phrase)):
            yield phrase


_LONGEST = 5
"""Characters of the longest phrase that is looked for."""


def _lengths(words: Iterable[str]) -> dict[str, tuple[int, ...]]:
    found: dict[str, tuple[int, ...]] = {}
    for word in words:
        before = found.get(word[:2], ())
        if len(word) not in before:
            found[word[:2]] = (*before, len(word))
    return found


def _sections(lines: list[str]) -> Iterator[tuple[str, str]]:
    head, signs = "", list[str]()
    for line in lines:
        if line[0] == "[":
            yield head, " ".join(signs)
            head, signs = line.strip("[]"), []
        elif line[0] != "#":
            signs.append(line)
    yield head, " ".join(signs)


_NEVER = (
    "村区路的了是被把将让给这那该此个们员站院所局处科市县省镇乡街室病症岁没无又就还很最更应要说问答做送去回出入住跑看见听打虽但且则只均某我你他她它"
    "姓谁什么吗呢吧呀啊哦嗯着些每各任何几哪怎您咱您啦嘛地得"
)
"""Characters that no given name in a bulletin has."""
_HARDLY_LAST = frozenset("和与及被在把将到说患")
_SELDOM_LAST = frozenset(
    "有同因从向于已曾正才也都名等时来想先即原自经由对为能会及患家人后前上下里中外内年月日的叫走找哭喊带接交抱坐站听"
)
"""What more often comes after a name than at its end."""
_RARELY_LAST = _SELDOM_LAST | _HARDLY_LAST
_FUNCTION = frozenset(
    "的了在是有和与及或被把将让给对从向到于为以其这那该此个们不没也都就才再还很又已会能可要说着过地得等我他她你它上下里中后前时年月日一二三四五六七八九十两几多名位人号"
)
_HAN_RUN = re.compile("[一-龥]+")


def name_spans(text: str) -> Iterator[NameSpan]:
    """Candidates that are worth a look, two at most for a beginning; they may overlap. Linear in the text's length."""
    known = lexicon()
    found = (
        (one.start(), text[one.start() : one.end() + (one["two"] is not None)])
        for one in known.candidates.finditer(text)
    )
    waiting = [one for one in found if _may_be_name(text, *one, known)][::-1]
    for run in _HAN_RUN.finditer(text) if waiting else ():
        if waiting[-1][0] >= run.end():
            continue
        costs, found_here = _Costs.of(run.group(), known), list[NameSpan]()
        while waiting and waiting[-1][0] < run.end():
            at, surname = waiting.pop()
            found_here += _spans_at(run.group(), at - run.start(), surname, costs, known)
        for span in _likeliest(found_here):
            yield NameSpan(run.start() + span.start, run.start() + span.end, span.margin)
        if not waiting:
            return


_BETTER, _FAR_BETTER = 2.5, 4.0
"""By how much another margin is greater, of a name that begins at the same place and of any other."""


def _likeliest(spans: list[NameSpan]) -> Iterator[NameSpan]:
    """Those of a run that none which overlaps them explains far better; ``spans`` are in order."""
    for index, one in enumerate(spans):
        near = spans[max(0, index - 6) : index + 7]
        if not any(
            o.start < one.end
            and one.start < o.end
            and o.margin > one.margin + (_BETTER if o.start == one.start else _FAR_BETTER)
            for o in near
        ):
            yield one


_BEFORE_DOUBTFUL = frozenset(
    "给被让将向像与和跟同据请问送陪对把替见的了是为到由有说着过因但如及系叫名娘爸妈爷奶姑婆伯叔舅姨哥弟姐妹嫂婿媳侄甥"
    "孙儿女子父母夫妻亲人者汉太孩童年友户民员生工徒主老兵客犯手学长象伴侣乡邻病告证家匠裁缝农机网士姓护联找通救帮认助出安排知确岁"
)
"""What may be before a surname that is as often a word: the ends of cues and what may be beside any name."""


def _may_be_name(text: str, at: int, surname: str, known: Lexicon) -> bool:
    """Whether it is worth cutting the run: most places where a surname is a word too are plainly words."""
    if known.surnames[surname] < OFTEN_A_WORD or (not at and known.costs.get(text[:2]) != COMMONEST):
        return True
    before = text[at - 1 : at]
    may_begin = before in _BEFORE_DOUBTFUL or not "一" <= before <= "龥"
    return may_begin and known.costs.get(text[at : at + 2]) != COMMONEST and text[at - 1 : at + 1] not in known.words


class _Costs(NamedTuple):
    """Of the cheapest cut of a run, without names: of what is before each place, and of what is after it."""

    before: list[float]
    after: list[float]

    @classmethod
    def of(cls, run: str, known: Lexicon) -> _Costs:
        size, costs = len(run), known.costs
        ends: list[list[tuple[int, float]]] = [[] for _ in run]
        for start, pair in enumerate(map(add, run, run[1:])):
            for length in known.lengths.get(pair, ()):
                if length <= size - start and (cost := costs.get(run[start : start + length])):
                    ends[start].append((start + length, cost))
        singles = [_FUNCTION_COST if sign in _FUNCTION else _SIGN_COST for sign in run]
        before, after = [0.0, *accumulate(singles)], [0.0] * (size + 1)
        for start, single in enumerate(singles):
            cost = before[start]
            if cost + single < before[start + 1]:
                before[start + 1] = cost + single
            for end, word in ends[start]:
                if cost + word < before[end]:
                    before[end] = cost + word
        for start in range(size - 1, -1, -1):
            cost = after[start + 1] + singles[start]
            for end, word in ends[start]:
                if after[end] + word < cost:
                    cost = after[end] + word
            after[start] = cost
        return cls(before, after)


def _spans_at(run: str, at: int, surname: str, costs: _Costs, known: Lexicon) -> Iterator[NameSpan]:
    """The short and the long name that begin at a place of a run, where they are worth a look."""
    for end in (at + len(surname) + 1, at + len(surname) + 2):
        if end <= len(run) and not (end == at + len(surname) + 2 and run[end - 1] in _NEVER):
            cost = costs.before[at] + _name_cost(run[at:end], surname, known) + costs.after[end]
            if costs.before[-1] - cost > LEAST:
                yield NameSpan(at, end, costs.before[-1] - cost)


_WORD, _RARE_WORD, _NAME, _SHORT, _RARE = 4.5, 5.0, 5.0, 1.5, 7.5
_FUNCTION_COST, _SIGN_COST = 3.0, 6.0
_GIVEN = (0.0, 0.6, 2.4)
"""By the tier of a given name's character."""
_SURNAME = (0.0, 1.2, 2.4, 4.5)


def _name_cost(name: str, surname: str, known: Lexicon) -> float:
    given = name[len(surname) :]
    cost = _NAME + _SURNAME[known.surnames[surname]] + (_SHORT if len(name) == 2 else 0)
    cost += 0.3 if given in known.given_words else sum([known.given.get(sign, _RARE) for sign in given])
    if given[-1] in _RARELY_LAST:
        cost += 2.5 if given[-1] in _SELDOM_LAST else 6
    return cost


def may_be_called(word: str) -> bool:
    """Whether somebody may have this name after a word that says so, even where it is a common word."""
    known = lexicon()
    is_name = (
        known.surnames.get(word[0], HARDLY_A_SURNAME) < HARDLY_A_SURNAME
        and len(word) <= 3
        and not any(sign in _NEVER for sign in word[1:])
    )
    is_word = word in known.costs or not _NO_NAME.isdisjoint(word)
    return is_name or (known.surnames.get(word[0]) != HARDLY_A_SURNAME and not is_word)


_NO_NAME = _FUNCTION.union(_NEVER) - frozenset("一二三四五六七八九十上下中多")


_TITLE = re.compile(
    "(?:女士|先生|大[妈姐哥叔嫂]|师傅|[站科局所院处班组队校厂]长|医生|主任|老师|老板|警官|同志|书记|教授|护士|经理|小姐)$"
)


def has_name_shape(word: str) -> bool:
    """Whether what a tagger calls a person is made like a name, and not a surname with a title."""
    known = lexicon()
    if "·" in word:
        return True
    surname = next((each for each in (word[:2], word[:1]) if each in known.surnames), "")
    given = word[len(surname) :]
    is_name = bool(surname) and 1 <= len(given) <= 2 and word not in known.words and not _TITLE.search(word)
    return is_name and not any(sign in _NEVER for sign in given) and given[-1] not in _RARELY_LAST


def transliterated_names(text: str) -> Iterator[NameSpan]:
    """Names like 阿依古丽, 扎西顿珠 and 查干巴日, by the pieces that they are made of; short ones need a cue."""
    known = lexicon()
    for run in known.transliterating.finditer(text):
        for found in known.transliterated.finditer(text, *run.span()):
            size = len(found.group())
            if size >= 2 and found.group() not in known.words:
                yield NameSpan(*found.span(), SURE + 1 if size > 3 else _PIECE)


_PIECE = 3.0
"""Margin of one piece, which may be a word or a place."""
