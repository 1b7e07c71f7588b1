"""P109 to P113: a person's home, name and face (个人信息保护法 28; 未成年人保护法 103; 精神卫生法 4)."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

from bulletin.check.manuscript import Manuscript, Passage
from bulletin.check.office import Office
from bulletin.check.patterns import BLANK, PICTURE
from bulletin.core.problems import Problem
from bulletin.read.bylines import DOUBLE_SURNAMES, NOT_ENDINGS, NOT_NAMES, SURNAMES

# ── people in cases

_SURNAME = "".join(sorted(SURNAMES))
_NAME = rf"(?:(?:{'|'.join(sorted(DOUBLE_SURNAMES))})[一-龥]{{1,2}}|[{_SURNAME}][一-龥]{{1,2}})"
_AGE = r"(?:现年|今年|时年|年龄|年仅|年满|才|已)?\s*(?:\d{1,3}|[一二三四五六七八九十]{1,3})(?:多)?(?:周)?岁"
_KIN = r"的(?:女儿|儿子|孙子|孙女|母亲|父亲|妻子|丈夫|家人|亲属|监护人|奶奶|爷爷)"
_AFTER_NAME = (
    rf"[，,、（(]?(?:(?P<age>{_AGE})|(?P<sex>[男女](?=[，,、。；）)]))|(?P<ill>患有|患上|患[一-龥]{{1,6}}[病症]|确诊)"
    rf"|(?P<kin>{_KIN}))"
)
_NAME_BEFORE = re.compile(rf"(?P<name>{_NAME}){_AFTER_NAME}")
_WORD_BEFORE_NAME = (
    r"(?:名叫|叫做|名字叫|自称|姓名[:：]?是?|患者|病人|老人|老汉|老太太|婆婆|女孩|男孩|女童|男童|儿童|少年|少女"
    r"|孩子|婴儿|受助人员|受助人|受助者"
    r"|流浪汉|流浪人员|流浪者|流浪儿童|流浪乞讨人员|乞讨人员|当事人|求助人员|求助者|男子|女子|妇女|青年|学生|村民|走失者|母亲|父亲|妻子"
    r"|岁的|丈夫|儿子|女儿|哥哥|弟弟|姐姐|妹妹|爷爷|奶奶|化名)"
)
_AFTER_BARE_NAME = (
    r"(?=[，。、；：！？“”（）(),;:的是在被说来到因患家住和与及从向对已曾就不没有一独突经走离把用打找喊拿受得很"
    r"\x00\n]|$)"
)
"""What may follow a name, so that it is not the beginning of a longer word."""
_NAME_AFTER = re.compile(rf"(?P<near>{_WORD_BEFORE_NAME})[“：:]?(?P<name>{_NAME}){_AFTER_BARE_NAME}")
_SENSITIVE_WORDS = re.compile(
    rf"{_AGE}|精神|病|患|智力|残疾|自闭|抑郁|医院|未成年|儿童|女孩|男孩|孩子|孤儿"
    r"|学校|小学|中学|村|镇|乡(?!讨)|派出所|家庭住址"
)
_NOT_IN_NAMES = frozenset(
    "的了是在有和与及或被把将让给对从向到于为以其这那该此个们人员站院所局处科区市县省镇乡村街路号楼室病症岁年月日时分后前中上下"
    "内外里间不没未无又也都就才再还很最更已经曾会能可应要想说问答叫做送来去回出入进住走跑看见听打因所虽但而且则只均某"
)
"""Characters that no given name in a bulletin has."""


def names_in_cases(text: Manuscript, office: Office) -> Iterator[Problem]:
    """Names in case sections beside an age, an illness or the like, each with its masked form.

    Masked as courts do: surname and 某; two that would be the same get 甲, 乙 (法释〔2016〕19号, 8 and 10).
    """
    if text.is_search_notice:
        return
    for passage in text.passages:
        if passage.is_case:
            yield from _names_in(text, passage, office)


def _names_in(text: Manuscript, passage: Passage, office: Office) -> Iterator[Problem]:
    prose = text.prose[passage.start : passage.end]
    near: dict[str, str] = {}
    for found in _NAME_BEFORE.finditer(prose):
        if name := _as_name(found["name"], office):
            near.setdefault(name, (found["age"] or found["sex"] or found["ill"] or found["kin"]).strip())
    for found in _NAME_AFTER.finditer(prose):
        name = _as_name(found["name"], office)
        sentence = prose[
            max(prose.rfind("。", 0, found.start()), found.start() - _SENTENCE_REACH, 0) : _end(prose, found.end())
        ]
        if name and _SENSITIVE_WORDS.search(sentence):
            near.setdefault(name, found["near"])
    masks = _masked(near)
    for name, cue in near.items():
        for found in re.finditer(re.escape(name), prose):
            start = passage.start + found.start()
            yield text.found("P110", start, start + len(name), words=name, near=cue, masked=masks[name])


def _end(prose: str, at: int) -> int:
    end = prose.find("。", at, at + _SENTENCE_REACH)
    return end if end >= 0 else at + _SENTENCE_REACH


_SENTENCE_REACH = 80
"""Signs before and after a name in which a word says that it is a case's; a sentence is seldom longer."""


_PLACE_NAMES = frozenset(
    ("安徽", "宁夏", "宁波", "常德", "柳州", "梅州", "石门", "韶关", "龙岩", "汤阴", "丁字", "童子")
)
"""Words that begin like a surname and come before kin and ages: people from there."""


def _as_name(words: str, office: Office) -> str:
    """The name itself; nothing when it is a colleague's or no name."""
    if any(words.startswith(own) for own in office.facts.staff):
        return ""
    given = words[2:] if words[:2] in DOUBLE_SURNAMES else words[1:]
    if (
        not NOT_NAMES.isdisjoint((words, words[:2]))
        or words[:2] in _PLACE_NAMES
        or not given
        or given[0] in _NOT_IN_NAMES
    ):
        return ""
    if len(given) == 2 and given[1] in _NOT_IN_NAMES:
        words = words[:-1]
    return "" if words[-1] in NOT_ENDINGS or BLANK in words else words


def _masked(names_in_cases: Iterable[str]) -> dict[str, str]:
    """Each name's public form: 张小明 → 张某某; with 张大明 in the same text, 张某甲 and 张某乙."""
    forms: dict[str, list[str]] = {}
    for name in dict.fromkeys(names_in_cases):
        surname = name[:2] if name[:2] in DOUBLE_SURNAMES else name[0]
        forms.setdefault(surname + "某" * min(2, len(name) - len(surname)), []).append(name)
    result = {}
    for form, names in forms.items():
        for index, name in enumerate(names):
            result[name] = form if len(names) == 1 else form.rstrip("某") + "某" + "甲乙丙丁戊己庚辛壬癸"[index % 10]
    return result


# ── pictures of people, search notices

_PEOPLE_COMMENT = re.compile(r"<!--\s*people:\s*(?:none|masked|consent)\s*-->\s*$")


def pictures_in_cases(text: Manuscript, office: Office) -> Iterator[Problem]:  # noqa: ARG001
    """Pictures in cases of which nobody has said whether people can be seen on them; a machine cannot tell."""
    if "![" not in text.text or text.entries.get("people") or text.is_search_notice:
        return
    for found in PICTURE.finditer(text.text, text.body):
        passage = text.passage_at(found.start())
        line = text.place(found.start())[0]
        before = text.text[text.starts[line - 2] : text.starts[line - 1]] if line > 1 else ""
        blanked = text.prose[found.start()] == BLANK
        if passage and passage.is_case and not blanked and not _PEOPLE_COMMENT.search(before.strip()):
            yield text.found("P111", *found.span("target"), target=found["target"])


def search_notices(text: Manuscript, office: Office) -> Iterator[Problem]:  # noqa: ARG001
    """A search notice is public only as long as it is needed."""
    if text.is_search_notice and not text.entries.get("until"):
        at = max(text.text.find("kind"), 0)
        yield text.found("P113", at, at + len("kind"))
