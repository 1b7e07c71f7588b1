"""Whether a name that nothing beside it gives away is rather words: a second look at the candidates without a cue.

The lattice weighs words against names; here what surely is none is left out: a phrase that lies across a border of the
candidate (北宋 + 景祐), numbers, the things and places of a list, people of history, foreign words. The phrases are
those that pypinyin knows (as in borders.py) and the words of the lattice.
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
_DAYS = frozenset("一二三四五六日")


def is_rather_words(view: str, start: int, end: int) -> bool:
    """Whether the candidate from ``start`` to ``end`` is; the time it takes does not grow with the text."""
    return (
        _is_well_known(view, start, end)
        or _is_number(view, start, end)
        or _is_counted(view, start, end)
        or _lies_across_a_phrase(view, start, end)
        or _is_among_things(view, start, end)
        or _is_history(view, start, end)
        or _is_verse(view, start, end)
        or _is_thing_of_words(view[start:end], view[end : end + 1])
        or _is_transliterated(view, start, end)
    )


def _is_well_known(view: str, start: int, end: int) -> bool:
    """Whether it is somebody's whom everybody knows, or begins like that: 宋江起 before 义军."""
    return any(view[start:last] in lexicon().well_known for last in range(start + 2, end + 2))


def _is_number(view: str, start: int, end: int) -> bool:
    """核查一万八千户, 周三梅菜: nothing but numerals after the first, thousands with one beside, a day of the week."""
    given = view[start + 1 : end]
    if view[start] == "周" and given[0] in _DAYS:
        return True
    return _NUMERALS.issuperset(given) or (view[start] in _COUNTING and given[0] in _NUMERALS)


_MEASURES = frozenset("张方管封车包层堂段门针路汤")
"""Surnames that count things, too."""
_MORE = frozenset("多余几数")


def _is_counted(view: str, start: int, end: int) -> bool:
    """五十多张桌子: a measure after a number; 周周有, 张张是: said twice."""
    before = view[max(0, start - 1) : start]
    return (view[start] in _MEASURES and before in _MORE) or (view[start] == view[start + 1] and end - start < 4)


def _lies_across_a_phrase(view: str, start: int, end: int) -> bool:
    """Whether it is a phrase, part of one, or has its beginning or its end inside of one."""
    if _is_phrase(view[start:end]):
        return True
    for first in range(max(0, start - _LONGEST + 1), end):
        least, most = (start + 1 if first < start else end + 1), min(len(view), first + _LONGEST)
        if any(_is_phrase(view[first:last], is_tail=first >= start) for last in range(least, most + 1)):
            return True
    is_doubtful = lexicon().surnames.get(view[start], 0) >= OFTEN_A_WORD
    given = view[start + 1 : end]
    return is_doubtful and len(given) > 1 and _is_phrase(given) and given not in lexicon().given_words


@cache
def _phrases() -> frozenset[str]:
    return known_phrases()  # which makes the set anew


def _is_phrase(words: str, *, is_tail: bool = False) -> bool:
    if is_tail and len(words) == 2:
        return lexicon().costs.get(words, 9) < 5
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


_PARTS = frozenset("洲湖港桥河湾岭坪坳冲垅塘渡埠滩礁坝堤坡泊淀树花草果香色味茶酒油糖粉糕饼汤菜酱粥肉汁籽皮壳")
"""What makes a place, a plant or a food of a word: 杨梅洲, 桂花糕."""


def _is_thing_of_words(name: str, following: str) -> bool:
    """杨梅洲, 桂花糕; 李家屯, 李家|屯; 夏收夏|种."""
    if name[1] == "家":
        return (name[2:] or following) in _PLACES
    return len(name) == 3 and (name[0] == name[2] or (name[2] in _PARTS and _is_word(name[:2])))


def _is_word(words: str) -> bool:
    return words in lexicon().costs or _is_phrase(words)


_PLACES = frozenset("塘寺坪坳庙桥渡峰洞殿岭湾村镇乡山河江湖泉馆楼亭祠塔园铺垅冲坡潭溪坑店街巷庄堡屯沟")


def _is_history(view: str, start: int, end: int) -> bool:
    """Whether the sentence tells of former times, of what somebody wrote, or of somebody whom everybody knows."""
    first = max(view.rfind(mark, max(0, start - 80), start) for mark in "。！？\n") + 1 or max(0, start - 80)
    lasts = [at for mark in "。！？\n" if (at := view.find(mark, end, end + 80)) >= 0]
    last = min(lasts, default=min(len(view), end + 80))
    return bool(HISTORY.search(view, first, last)) or _names_somebody_known(view[first:last])


def _names_somebody_known(sentence: str) -> bool:
    known = lexicon().well_known
    return any(sentence[at : at + size] in known for at in range(len(sentence) - 2) for size in (3, 4))


_QUOTED = re.compile(r"[“『「《](?P<words>[^“”『』「」《》\n]{2,60})[”』」》]")
_CLAUSE = re.compile("[一-龥]+")


def _is_verse(view: str, start: int, end: int) -> bool:
    """Whether it is in a title, or in quoted lines that are as long as each other: “莫笑农家腊酒浑，丰年留客足鸡豚”."""
    opened = max(view.rfind(mark, max(0, start - 60), start) for mark in "“『「《")
    quoted = _QUOTED.match(view, opened) if opened >= 0 else None
    if not quoted or quoted.end() <= end:
        return False
    lengths = list(map(len, _CLAUSE.findall(quoted["words"])))
    return view[opened] == "《" or (len(lengths) > 1 and lengths[0] > 3 and len(set(lengths)) == 1)


_FOREIGN = frozenset("克斯尔拉格佩布巴伊莱萨塔弗姆顿坦洛卡欧贝蒂迪戈黎泊兹奥埃盾廷")
"""Signs that write the sounds of other languages oftener than they are in a given name."""
_ENDING_FOREIGN = frozenset("斯兹姆顿弗勒")
_ALSO_FOREIGN = frozenset("特达纳瓦诺亚加赛扎沙罗马里利德兰尼维比米蒙鲁梅伦内威多哥莫科图安恩丁林门西基哈希和列森登")


def _is_transliterated(view: str, start: int, end: int) -> bool:
    """Whether it writes a foreign word, or the beginning of one: 鲍尔比, 麦克斯|韦尔."""
    if lexicon().transliterated.fullmatch(view, start, end):
        return False
    if end - start > 2 and view[end - 1] in _ENDING_FOREIGN:
        return True
    following = view[start + 1 : end + 2]
    size = next((at for at, sign in enumerate(following) if sign not in _FOREIGN | _ALSO_FOREIGN), len(following))
    strong = sum(sign in _FOREIGN for sign in following[:size])
    return (
        size >= end - start - 1
        and strong > 0
        and (size > 2 or strong > 1 or (size > 1 and following[0] in _FOREIGN - {"克"}))
    )
