"""P110, P124, P125: names of persons in cases, and of those whom the office helped in news (个人信息保护法 28).

A name is found by what it is made of (name_lattice.py) and by what is beside it (name_cues.py), with the extra `names`
also by a tagger. A clear cue, or both finders, make a warning of it; one alone makes a hint. One person is one
problem, at the first of the person's places.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import NamedTuple

from bulletin.check import name_cues as cues
from bulletin.check.manuscript import Manuscript
from bulletin.check.name_context import tells_of_persons, weight_before, weight_of
from bulletin.check.name_dictionary import is_of_words
from bulletin.check.name_lattice import (
    COMMONEST,
    HARDLY_A_SURNAME,
    LEAST,
    OFTEN_A_WORD,
    SURE,
    NameSpan,
    has_name_shape,
    lexicon,
    may_be_called,
    name_spans,
    transliterated_names,
)
from bulletin.check.name_text import cells_of_names, name_text
from bulletin.check.name_words import is_rather_words
from bulletin.check.office import Office
from bulletin.core.problems import Problem
from bulletin.read.bylines import DOUBLE_SURNAMES, is_byline


class _Region(NamedTuple):
    """A part of a file that is a case or is none."""

    start: int
    end: int
    is_case: bool


class _Seen(NamedTuple):
    """A place that may hold a name."""

    start: int
    end: int
    near: str
    """The cue beside it; empty where there is none."""
    margin: float
    region: _Region
    by_tagger: bool = False


_MAX_NAMES = 500
"""Of one text; what has more is a list, and each name is looked for in the whole text."""
_MAX_TAGGED = 20_000
"""Characters of a file that a tagger is asked about, which take it a second; more would take longer than a job may."""
_SURE_OF = 100.0
"""Margin of what a table or the form of the name itself says."""
_MARGIN_WITH_CUE = 0.8
_ENOUGH = 4.2
"""Margin and weight of what is around it, together."""
_WITHOUT_PERSONS = 1.2
"""What a name needs more that is there once, in a paragraph that tells of nobody."""
_MARGIN_OF_RARE_SURNAME = 6.0
_MOST = 7.0
"""What more of a margin says no more."""
"""With nothing beside it that may not be beside a name."""


def names(text: Manuscript, office: Office) -> Iterator[Problem]:
    """One problem a person: P110 in cases with a cue, P124 without one, P125 in news."""
    if text.is_search_notice:
        return
    view = name_text(text.text, text.prose, text.body)
    if cues.ALL_ALIASES.search(view):
        return
    found: dict[str, list[_Seen]] = {}
    for region in _regions(text, office):
        for seen in _without_overlaps(_in_region(view, region, office)):
            if len(found) < _MAX_NAMES:
                found.setdefault(view[seen.start : seen.end], []).append(seen)
    kept = {name: seen for name, seen in found.items() if not _is_public(name, view, office)}
    masks = _masked(kept)
    for name, places in kept.items():
        yield from _problem(text, view, name, places, masks[name])


def _problem(text: Manuscript, view: str, name: str, all_seen: list[_Seen], masked: str) -> Iterator[Problem]:
    """The problem of a person, at the first place of the name."""
    seen = max(all_seen, key=lambda one: (one.region.is_case, bool(one.near), one.margin))
    places = [found.start() for found in re.finditer(re.escape(name), view)]
    lines = sorted({text.place(place)[0] for place in places})
    start = places[0]
    values = {"words": name, "masked": masked, "places": ", ".join(map(str, lines[:20]))}
    if not seen.region.is_case:
        yield text.found("P125", start, start + len(name), near=seen.near, **values)
    elif seen.near or (seen.by_tagger and seen.margin > 0):
        near = seen.near or view[max(0, seen.start - 4) : seen.start].strip("\x00\n ")
        yield text.found("P110", start, start + len(name), near=near, **values)
    else:
        yield text.found("P124", start, start + len(name), **values)


# ── where names may be


def _regions(text: Manuscript, office: Office) -> Iterator[_Region]:
    """The file in parts, headings with what is below them; the front matter belongs to cases where there are any."""
    cases = [office.is_case(passage.section) for passage in text.passages]
    if text.body:
        yield _Region(0, text.body, any(cases))
    at = text.body
    for passage, is_case in zip(text.passages, cases, strict=True):
        end = max(at, passage.end)
        yield _Region(at, end, is_case)
        at = end


def _in_region(view: str, region: _Region, office: Office) -> Iterator[_Seen]:
    """All places of a region that may hold a name, with their cues."""
    words = view[region.start : region.end]
    for start, end in cells_of_names(words):
        yield _Seen(region.start + start, region.start + end, "姓名", _SURE_OF, region)
    for piece, at in _pieces(words, region):
        for span in (*name_spans(piece), *_others(piece)):
            if seen := _judged(view, NameSpan(at + span.start, at + span.end, span.margin), region):
                yield seen
    if office.tag_names and region.is_case and len(view) <= _MAX_TAGGED:
        yield from _tagged(view, region, office)


def _tagged(view: str, region: _Region, office: Office) -> Iterator[_Seen]:
    """What the tagger takes for names, line by line."""
    for line in re.finditer(r"[^\n]+", view[region.start : region.end]):
        at = region.start + line.start()
        for start, end in office.tag_names(line.group()) if office.tag_names else ():
            judged = _judged(view, NameSpan(at + start, at + end, SURE), region, by_tagger=True)
            if judged and has_name_shape(line.group()[start:end]):
                yield judged._replace(margin=0, by_tagger=True)


def _pieces(words: str, region: _Region) -> Iterator[tuple[str, int]]:
    """What is looked at, with its offset in the file: in cases all, in news the sentences that tell of persons."""
    if region.is_case:
        yield words, region.start
        return
    done = 0
    for private in cues.PRIVATE_IN_NEWS.finditer(words):
        if private.start() >= done:
            start = max(words.rfind(mark, done, private.start()) for mark in "\n。！？") + 1 or done
            ends = _SENTENCE_END.search(words, private.end())
            done = ends.start() if ends else len(words)
            yield words[start:done], region.start + start


_SENTENCE_END = re.compile(r"[\n。！？]")
_JOINED = re.compile(r"(?<![一-龥·])[一-龥]{1,8}(?:·[一-龥]{1,8}){1,3}")
_LAST_PART = re.compile("[一-龥]{2,6}")
_LATIN = re.compile(r"[A-Z](?<![A-Za-z].)(?:[a-z]{1,14}(?: [A-Z][a-z]{0,14}\.?){1,3}|[a-z]{2,14})(?![A-Za-z])")
_ELDER = re.compile(
    r"[大老奶爷婆阿](?<=[一-龥].)(?:(?<=大)[爷妈娘伯叔嫂]|(?<=老)[汉太]|(?<=奶)奶|(?<=爷)爷|(?<=婆)婆|(?<=阿)婆)"
)
"""After a surname; of two that overlap the first (王大爷爷)."""
_SAID = re.compile(
    r"[名他她姓真本曾](?:(?<=[名他她])叫|(?<=姓)名(?:是|为)?|(?<=[真本])名|(?<=曾)用名)[“\"：: ]{0,2}"
    r"(?P<name>[一-龥]{2,4})(?=[，。；、）”\s]|$)"
)


_ENTRY = re.compile(
    r"(?:^|[，。；：:、）)●\s|])(?P<name>(?![一-龥]{0,2}[某族姓])[一-龥]{2,3})(?:[，,（(](?:[一-龥]{1,5}族[，,])?[男女][，,、](?:现年|今年|约){0,2}\d{1,3}岁"
    r"|[（(](?:[男女][，,、]?)?(?:现年|今年|约)?\d{1,3}岁)"
)
"""As a register has it, so that even a word is a name: 温柔，女，8岁."""
_LONGEST_ENTRY = 24


def _others(piece: str) -> Iterator[NameSpan]:
    """Names that are not made like a Han name."""
    yield from transliterated_names(piece)
    if "·" in piece:
        for found in _JOINED.finditer(piece):
            is_known = any(transliterated_names(found.group()))
            yield NameSpan(*found.span(), SURE + 2 if is_known else _MARGIN_WITH_CUE)
        yield from _joined_after_cues(piece)
    for found in _LATIN.finditer(piece):
        yield NameSpan(*found.span(), 0)
    ages = (age.end() for age in re.finditer("岁", piece))
    entries = (found for end in ages for found in _ENTRY.finditer(piece, max(0, end - _LONGEST_ENTRY), end))
    for found in (*_SAID.finditer(piece), *entries):
        if may_be_called(found["name"]):
            yield NameSpan(found.start("name"), found.end("name"), SURE + 3)
    for found in _ELDER.finditer(piece):
        if lexicon().surnames.get(piece[found.start() - 1], HARDLY_A_SURNAME) < HARDLY_A_SURNAME and _is_elder(
            piece, found.start() - 1, found.end()
        ):
            yield NameSpan(found.start() - 1, found.end(), SURE)


def _joined_after_cues(piece: str) -> Iterator[NameSpan]:
    """找丈夫艾尔肯·吐尔逊: from the end of the word that says whose name it is."""
    for dot in re.finditer("·", piece):
        last = _LAST_PART.match(piece, dot.end())
        starts = range(max(0, dot.start() - 5), dot.start() - 1)
        start = next((at for at in starts if cues.BEFORE_NAME.search(piece, max(0, at - 8), at)), None)
        if last and start is not None and "一" <= piece[start] <= "龥":
            yield NameSpan(start, last.end(), SURE)


def _is_elder(piece: str, start: int, end: int) -> bool:
    """Whether a word for a name or an age is beside."""
    line = piece.rfind("\n", 0, start) + 1, piece.find("\n", end)
    is_said = cues.BEFORE_NAME.search(piece, max(line[0], start - 20), start)
    return bool(is_said or cues.AGE_AFTER.match(piece, end, line[1] if line[1] >= 0 else len(piece)))


_MARKUP = "\x00[]"
"""Around a name in bold or in a link."""
_MAX_ADDRESS = 160


def _judged(view: str, span: NameSpan, region: _Region, *, by_tagger: bool = False) -> _Seen | None:
    """A candidate with its cue; None where its context speaks against it or does not suffice."""
    before = view[max(region.start, span.start - 40) : span.start].rstrip(_MARKUP)
    after = view[span.end : span.end + _MAX_ADDRESS].lstrip(_MARKUP)
    if before.endswith(("某", "×", "*", "《")) or after.startswith(("某", "×", "*", "姓", "·", "《", "的《")):
        return None
    near = _cue(before, after)
    if not region.is_case and not near.is_private:
        return None
    is_said = bool(cues.SAID_NAME.search(before)) and may_be_called(view[span.start : span.end])
    needed = _needed(view, span, near, weight_of(before, after))
    if is_said or (near.is_beside and cues.CLAUSE_START.search(before)):
        needed = LEAST
    if min(span.margin, _MOST) < needed:
        return None
    if not near.is_clear and (cues.PLACE_AFTER.match(after) or cues.PUBLIC_AFTER.match(after)):
        return None
    if not near.is_clear and not is_said and _is_none(view, span, before, needed, by_tagger=by_tagger):
        return None
    return _Seen(span.start, span.end, near.words if near.is_clear else "", span.margin, region)


def _needed(view: str, span: NameSpan, near: _Cue, weight: float) -> float:
    """The margin that makes a candidate a name, with its cue or with the weight of what is around it."""
    if near.is_clear:
        return _MARGIN_WITH_CUE
    needed = _ENOUGH - weight + _words_in(view, span)
    is_rare = lexicon().surnames.get(view[span.start]) == HARDLY_A_SURNAME
    return max(needed, _MARGIN_OF_RARE_SURNAME) if is_rare else needed


def _is_none(view: str, span: NameSpan, before: str, needed: float, *, by_tagger: bool) -> bool:
    """Whether a second look at a candidate without a cue finds words, a title, or a surname in the midst of words; one
    that hardly has the margin ``needed`` is none either where nothing else tells of persons."""
    is_narrow = min(span.margin, _MOST) < needed + _WITHOUT_PERSONS
    last = span.end if span.end - span.start == 2 else span.end + 2
    return (
        bool(cues.TITLE_AFTER.match(view, span.start + 1, last))
        or is_rather_words(view, span.start, span.end)
        or (not by_tagger and _is_doubtful(view, span.start) and not _is_free_before(before))
        or (not by_tagger and is_narrow and not tells_of_persons(view, span.start, span.end))
        or (not by_tagger and is_of_words(view, span.start, span.end))
    )


def _words_in(view: str, span: NameSpan) -> float:
    """What it must explain better, as it begins with a very common word or ends with one: 许多|宝贵, 曾|发生."""
    known = lexicon()
    first, given = view[span.start : span.start + 2], view[span.start + 1 : span.end]
    begins = known.costs.get(first) == COMMONEST
    is_word = known.costs.get(given, 9) < 5 and given not in known.given_words
    return begins + 0.5 * is_word


def _is_doubtful(view: str, start: int) -> bool:
    """Whether its surname is as often another word: 后勤队人高马大."""
    surnames = lexicon().surnames
    return surnames.get(view[start : start + 2], surnames.get(view[start], 0)) >= OFTEN_A_WORD


def _is_free_before(before: str) -> bool:
    return weight_before(before) > 0 or bool(cues.LIST_BEFORE.search(before))


class _Cue(NamedTuple):
    words: str
    is_clear: bool
    is_beside: bool
    """Whether it is an age, a sex or an illness."""
    is_private: bool
    """Whether it says in news that the office helped this person."""


def _cue(before: str, after: str) -> _Cue:
    follows, precedes = cues.AFTER_NAME.match(after), cues.BEFORE_NAME.search(before)
    if precedes and precedes["cue"].endswith("叫") and cues.OF_A_THING.match(after):
        precedes = None
    helped = cues.GROUP_HELPED.match(after) or cues.PRIVATE_BEFORE.search(before)
    beside = bool(follows and (follows["age"] or follows["sex"] or follows["ill"]))
    words = helped.group() if helped else ""
    if precedes:
        words = precedes["cue"]
    if follows and (beside or not precedes):
        words = next(filter(None, (follows[name] for name in ("age", "sex", "ill", "kin", "alias", "deed"))))
    return _Cue(words.strip("“：，（ "), bool(words), beside, bool(helped) or beside)


def _without_overlaps(seen: Iterator[_Seen]) -> list[_Seen]:
    """Of candidates that overlap the one with the best cue, then the likeliest; a tagger's word is added to it."""
    kept: list[_Seen] = []
    taken: dict[int, int] = {}
    for one in sorted(seen, key=lambda each: (not each.near, -min(each.margin, _MOST), each.start)):
        others = {taken[at] for at in range(one.start, one.end) if at in taken}
        if not others:
            taken |= dict.fromkeys(range(one.start, one.end), len(kept))
            kept.append(one)
        for index in others:
            if one.by_tagger and (one.start, one.end) == (kept[index].start, kept[index].end):
                kept[index] = kept[index]._replace(by_tagger=True)
    return sorted(kept, key=lambda each: each.start)


# ── who may be named


def _is_public(name: str, view: str, office: Office) -> bool:
    """Whether it is a colleague's, an official's, an author's, a pseudonym or a famous name, at any of its places."""
    if name in cues.FAMOUS or any(name.startswith(own) or own.endswith(name) for own in office.facts.staff):
        return True
    for found in re.finditer(re.escape(name), view):
        before, after = view[max(0, found.start() - 40) : found.start()], view[found.end() : found.end() + 40]
        if (
            cues.ROLE_BEFORE.search(before)
            or cues.ROLE_AFTER.match(after)
            or cues.DEED_OF_HELPER.match(after)
            or cues.BYLINE_BEFORE.search(before)
            or cues.ALIAS_BEFORE.search(before)
            or cues.LATER_ALIAS.match(after)
            or _is_in_byline(view, found.start(), found.end())
        ):
            return True
    return False


_REST_OF_BRACKETS = re.compile(r"(?P<rest>[^\n（(）)]{0,40})[）)][ \t　\x00]*(?:\n|$)")


def _is_in_byline(view: str, start: int, end: int) -> bool:
    """Whether it is in brackets at the end of a line, with nothing but names and offices."""
    opened = max(view.rfind(mark, max(0, start - 40), start) for mark in "（(")
    closed = _REST_OF_BRACKETS.match(view, end)
    return opened >= 0 and closed is not None and is_byline(view[opened + 1 : end] + closed["rest"])


def _masked(found: dict[str, list[_Seen]]) -> dict[str, str]:
    """Each name's public form, as courts write it: 张小明 → 张某某; with 张大明 in the same text, 张某甲 and 张某乙."""
    forms: dict[str, list[str]] = {}
    for name in found:
        surname = name[:2] if name[:2] in DOUBLE_SURNAMES else name[0]
        forms.setdefault(surname + "某" * min(2, max(1, len(name) - len(surname))), []).append(name)
    result = {}
    for form, those in forms.items():
        for index, name in enumerate(those):
            result[name] = form if len(those) == 1 else form.rstrip("某") + "某" + "甲乙丙丁戊己庚辛壬癸"[index % 10]
    return result
