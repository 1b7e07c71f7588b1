"""Names of persons by what they are made of: surnames, the characters of given names, and the common words around.

A run of Han characters is cut into words in the cheapest way, once without names and once with each candidate; how
much cheaper it becomes with it is the candidate's margin. Costs are rough negative logarithms: a word of the list costs
less than its characters one by one, a name less than the characters of no word. names.txt and words.txt are our own.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import lru_cache
from importlib import resources
from itertools import accumulate
from typing import NamedTuple


class NameSpan(NamedTuple):
    """A name that may be in a text."""

    start: int
    end: int
    margin: float
    """How much the name explains better than words do; above `SURE` without any help by the context."""


LEAST = -1.5
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
    given: dict[str, int]
    transliterated: re.Pattern[str]
    """A run of pieces of Uyghur, Tibetan, Mongolian and Yi names."""
    transliterating: re.Pattern[str]
    """A run of characters that are in them, which is found quicker."""
    words: frozenset[str]
    well_known: frozenset[str]
    """Names of people of history and of books."""
    longest: dict[str, int]
    """First two characters of words → length of the longest."""
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
    given = {sign: tier for tier in (1, 0) for sign in lists[f"given {tier}"].replace(" ", "")}
    pieces = sorted(set(lists["transliterated"].split()), key=len, reverse=True)
    words = frozenset(word for line in _read("words.txt") if line[0] != "#" for word in line.split() if len(word) > 1)
    double = [word for word in surnames if len(word) == 2]
    single = "".join(word for word in surnames if len(word) == 1)
    often = "".join(sign for sign in given if sign not in _NEVER)
    firsts = "".join(word[0] for word in double)
    name = f"(?:[{often}]|[^\\W{_NEVER}][{often}])"
    two = "|".join(f"(?<={word[0]})(?={word[1]})" for word in double)
    return Lexicon(
        surnames,
        given,
        re.compile(f"(?:{'|'.join(pieces)}){{1,4}}"),
        re.compile(f"[{''.join(set(''.join(pieces)))}]{{2,}}"),
        words,
        frozenset(lists["well known"].split()),
        {word[:2]: len(word) for word in sorted(words, key=len)},
        re.compile(f"[{single}{firsts}](?:(?P<two>(?:{two})(?=.{name}))|(?<=[{single}])(?={name}))"),
    )


def _read(name: str) -> list[str]:
    text = resources.files("bulletin.check").joinpath(name).read_text(encoding="utf-8")
    return [line for line in text.split("\n") if line]


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
    "村区路的了是被把将让给这那该此个们员站院所局处科市县省镇乡街室病症岁没无又就还很最更应要说问答做送去回出入进住跑看见听打虽但且则只均某我你他她它"
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
        costs = _Costs.of(run.group(), known)
        while waiting and waiting[-1][0] < run.end():
            at, surname = waiting.pop()
            for span in _spans_at(run.group(), at - run.start(), surname, costs, known):
                yield NameSpan(run.start() + span.start, run.start() + span.end, span.margin)
        if not waiting:
            return


def _may_be_name(text: str, at: int, surname: str, known: Lexicon) -> bool:
    """Whether it is worth cutting the run: most places where a surname is a word too are plainly words."""
    if known.surnames[surname] < 2:
        return True
    return text[at : at + 2] not in known.words and (not at or text[at - 1 : at + 1] not in known.words)


class _Costs(NamedTuple):
    """Of the cheapest cut of a run, without names: of what is before each place, and of what is after it."""

    before: list[float]
    after: list[float]

    @classmethod
    def of(cls, run: str, known: Lexicon) -> _Costs:
        size = len(run)
        ends = [
            [end for end in range(start + 2, min(size, start + longest) + 1) if run[start:end] in known.words]
            if (longest := known.longest.get(run[start : start + 2]))
            else ()
            for start in range(size)
        ]
        singles = [3.0 if sign in _FUNCTION else 6.0 for sign in run]
        before, after = [0.0, *accumulate(singles)], [0.0] * (size + 1)
        for start, single in enumerate(singles):
            cost = before[start]
            if cost + single < before[start + 1]:
                before[start + 1] = cost + single
            for end in ends[start]:
                if cost + _WORD < before[end]:
                    before[end] = cost + _WORD
        for start in range(size - 1, -1, -1):
            cost = after[start + 1] + singles[start]
            for end in ends[start]:
                if after[end] + _WORD < cost:
                    cost = after[end] + _WORD
            after[start] = cost
        return cls(before, after)


def _spans_at(run: str, at: int, surname: str, costs: _Costs, known: Lexicon) -> Iterator[NameSpan]:
    """The short and the long name that begin at a place of a run, where they are worth a look."""
    for end in (at + len(surname) + 1, at + len(surname) + 2):
        if end <= len(run) and not (end == at + len(surname) + 2 and run[end - 1] in _NEVER):
            cost = costs.before[at] + _name_cost(run[at:end], surname, known) + costs.after[end]
            if costs.before[-1] - cost > LEAST:
                yield NameSpan(at, end, costs.before[-1] - cost)


_WORD, _NAME, _SHORT, _RARE = 4.5, 5.0, 1.5, 7.5
_SURNAME = (0.0, 1.2, 2.4, 6.5)


def _name_cost(name: str, surname: str, known: Lexicon) -> float:
    given = name[len(surname) :]
    cost = _NAME + _SURNAME[known.surnames[surname]] + (_SHORT if len(name) == 2 else 0)
    cost += sum(_RARE if (tier := known.given.get(sign)) is None else 0.6 * tier for sign in given)
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
    return is_name or (known.surnames.get(word[0]) != HARDLY_A_SURNAME and word not in known.words)


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
