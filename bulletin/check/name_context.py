"""How much what stands around a candidate speaks for a name, where no cue says whose it is.

The weights are rough logarithms of how much oftener a sign stands beside a name than beside what only looks like one,
in the measure of the lattice's margins. They were set by counting in newspapers; no text is kept here.
"""

from __future__ import annotations

import re

from bulletin.check.name_cues import FREE_BEFORE

_FOR, _PERHAPS, _AGAINST, _NEVER = 0.8, 0.3, -0.5, -5.0
_HARDLY_AFTER = -0.3
"""Of any other sign after a candidate: most verbs may follow a name."""

_BEFORE = (
    dict.fromkeys("，。；：！？”）\n\x00 |给被让将向像与和跟同据请问送陪对把替见", _FOR)
    | dict.fromkeys("的了是为到由有说着过、因但如及", _PERHAPS)
    | dict.fromkeys("“《在—", -0.2)
    | dict.fromkeys("0123456789一二三四五六七八九十百千万亿两几半这那哪每某各第社省老小阿", _NEVER)
)
_AFTER = (
    dict.fromkeys("说又也还同被把向从为对来与就再曾看带表告认获这在等叫问喊哭笑坐站蹲躺捧抱拉跪走", _FOR)
    | dict.fromkeys(
        "，。、；：！？（） \n\x00|的和是已一将都不没及因很只才便却要会能可想听家去回打拿吃住睡自独放骑赶寄", _PERHAPS
    )
    | dict.fromkeys(
        "承突终总仍竟每早主低抬点摇反系感觉找接离进结生病患出由于随跑受失今当命吗呢吧啊用给让到有后", _PERHAPS
    )
    | dict.fromkeys("年月日号元区县市镇乡村路街桥河湖山寺庙港湾岛庄矿厂队团社业化性式制法理国人里地学工公司", _NEVER)
    | dict.fromkeys("斯克尔泊水虎堡州", _NEVER)
)
_STILL_A_NAME = ("日前", "日后", "年轻", "年老", "年幼", "年少", "人在", "人很")
"""What may follow a name though its first sign may not."""


def weight_of(before: str, after: str) -> float:
    """For a name where it is above 0; ``before`` and ``after`` are the text beside the candidate."""
    if after.startswith(_STILL_A_NAME):
        return weight_before(before) + _PERHAPS
    return weight_before(before) + (_AFTER.get(after[0], _HARDLY_AFTER) if after else _PERHAPS)


def weight_before(before: str) -> float:
    """The part of it that is due to what is before the candidate."""
    of_sign = _BEFORE.get(before[-1], _AGAINST) if before else _FOR
    return _FOR if of_sign < 0 and FREE_BEFORE.search(before) else of_sign


_OF_PERSONS = re.compile(
    "[他她岁某]|说|孩|娃|妻|丈夫|母亲|父亲|爸|妈|爷|奶|哥|姐|弟|妹|儿子|女儿|老师|师傅|老伴|嫂|叔|婶|姑|舅|姨|哭|笑|喊|回家|家里|自己|高兴|伤心|着急"
)
_PARAGRAPH = 200
"""Characters before and behind a name, at most, that are looked at."""
_FILE = 2000
"""Where the name is looked for again."""


def tells_of_persons(view: str, start: int, end: int) -> bool:
    """Whether the paragraph has words for persons, of kin or of speech, or the name is there again."""
    name, first, last = view[start:end], max(0, start - _FILE), end + _FILE
    if view.find(name, first, start) >= 0 or view.find(name, end, last) >= 0:
        return True
    begin = view.rfind("\n", max(0, start - _PARAGRAPH), start) + 1 or max(0, start - _PARAGRAPH)
    stop = view.find("\n", end, end + _PARAGRAPH)
    return bool(
        _OF_PERSONS.search(view, begin, start) or _OF_PERSONS.search(view, end, stop if stop >= 0 else end + _PARAGRAPH)
    )
