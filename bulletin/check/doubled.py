"""D116, D120: words written twice, and a number that is said to be about so many twice over."""

from __future__ import annotations

import re
from collections.abc import Iterator

from bulletin.check.manuscript import Manuscript
from bulletin.check.office import Office
from bulletin.check.patterns import HAN_RANGE, NUMERALS
from bulletin.core.problems import Problem

_BEGINS = re.compile(rf"(?=([{HAN_RANGE}]{{1,5}})\1)")
"""Where something is written twice, with the longest; one pass over the text for all sizes."""
_TWICE = tuple(re.compile(f"({'.' * size})\\1+") for size in range(1, 6))
_SOUNDS = frozenset("哈呵嘿嘻啊哦呜哇呀嗯哎唉咚嘀叮铃轰砰咯咕汪喵滴哒嗒嘟嗡呼哗啦烫屯〇零某" + NUMERALS)
"""Written as often as one hears them; numerals, masks, and what D110 reports."""
_RIGHT_BESIDE = {
    "的": ("目标有中端众是似打真", "确士"),
    "了": ("不甚时目", "解一心结断却愿事然"),
    "们": ("", ""),
    "在": ("存实现所自内正潜好外旨", "职校建场册编岗逃读学押"),
    "和": ("祥暖温平总柔缓饱谦共亲", "谐气睦美平解善好"),
    "也": ("", ""),
    "都": ("首成古京帝", ""),
    "就": ("成早造高", "业近医学餐诊任"),
    "向": ("方意面导一志取朝动", "好上前阳"),
    "由": ("自理缘来事", ""),
    "因": ("原病起诱", ""),
    "被": ("棉植", "子套褥单面"),
    "是": ("可但还于就总老只不要正都凡像若便既先即真很或", "非否"),
    "这": ("", ""),
    "那": ("", ""),
    "并": ("合吞兼一归", "存列"),
    "但": ("不非岂", ""),
    "或": ("", ""),
    "而": ("然反从进因幸继", ""),
    "与": ("参给赋付授", "会"),
    "从": ("服自听顺", "容严"),
    "着": ("接", "急手装重眼想力陆实"),
}
"""Words of one character that nobody writes twice, but where one is a part of the word before or behind."""
_WORDS = frozenset(
    """
    根据 按照 依据 通过 为了 由于 关于 对于 以及 并且 因为 所以 但是 随着 我们 他们
    她们 你们 大家 站长 局长 主任 科长 书记 所长 处长 人员 单位 部门 全体 全站 会议
    情况 问题 其他 已经 目前 同时 召开 开展 举行 加强 提高 进行 市民 群众 职工 干部
    家属 民警 今年 去年 本站 我站 我市 并对 及时
    """.split()  # noqa: SIM905
)
"""Words of two characters that nobody writes twice on purpose; 研究研究 and 商量商量 are right."""
_STEP_BY_STEP = frozenset(NUMERALS + "每几半")
"""Begin what is said twice on purpose: 一天一天."""


def doubled_words(text: Manuscript, office: Office) -> Iterator[Problem]:  # noqa: ARG001
    """``参加了了``, ``我们们``, ``根据根据``, ``救助站救助站``; not ``存在在``, ``研究研究``, ``一天一天``."""
    prose = text.prose
    spans = [found.span() for found in _twice(prose) if _is_wrong(prose, found)]
    end = 0
    for first, last in sorted(spans):
        if first >= end:
            yield text.found("D116", first, last, words=prose[first:last][:12])
            end = last


def _twice(prose: str) -> Iterator[re.Match[str]]:
    """One to five Han characters that are written at least twice; of one size none overlap."""
    ends = [0] * len(_TWICE)
    for begins in _BEGINS.finditer(prose):
        at = begins.start()
        for index, pattern in enumerate(_TWICE[: len(begins[1])]):
            if at >= ends[index] and (found := pattern.match(prose, at)):
                ends[index] = found.end()
                yield found


def _is_wrong(prose: str, found: re.Match[str]) -> bool:
    if len(found[1]) == 1:
        return _is_character_twice(prose, found)
    return _is_word_twice(found[1], found.group()) and not prose.startswith(("室", "厅"), found.end())


def _is_word_twice(word: str, words: str) -> bool:
    """Three times is meant."""
    if len(word) == 2:
        return word in _WORDS
    is_longer = len(set(word)) == len(word) and word[0] not in _STEP_BY_STEP
    return is_longer and len(words) == 2 * len(word)


def _is_character_twice(prose: str, found: re.Match[str]) -> bool:
    character, (start, end) = found[1], found.span()
    if end - start > 2:
        return character not in _SOUNDS
    if character not in _RIGHT_BESIDE:
        return False
    before, after = _RIGHT_BESIDE[character]
    return prose[start - 1 : start] not in [*before] and prose[end : end + 1] not in [*after]


_NUMBER = rf"[\d{NUMERALS}百千万亿两][\d{NUMERALS}百千万亿两.,]{{0,9}}"
_ABOUT_TWICE = re.compile(
    rf"[约近\d](?:(?<=[约近])(?={_NUMBER}[余多几{HAN_RANGE}左上])"
    rf"(?:{_NUMBER}(?:余|多(?!数|半))(?=[{HAN_RANGE}])"
    rf"|(?!\d{{4}}左右){_NUMBER}[{HAN_RANGE}]{{0,2}}(?:左右|上下(?!班)))"
    rf"|(?<=\d)[余多](?:几|[{HAN_RANGE}]{{1,2}}(?:左右|上下(?!班))))"
)
_PART_OF_ANOTHER_WORD = frozenset("节合签预违条公契邀制相特附最接靠邻临贴")
"""Before 约 and 近: 节约, 附近."""


def about_twice(text: Manuscript, office: Office) -> Iterator[Problem]:  # noqa: ARG001
    """``约30余人``, ``近百人左右``: one word of about is enough."""
    for found in _ABOUT_TWICE.finditer(text.prose):
        if text.prose[found.start() - 1 : found.start()] not in _PART_OF_ANOTHER_WORD:
            yield text.found("D120", *found.span(), words=found.group())
