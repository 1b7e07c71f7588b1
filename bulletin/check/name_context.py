"""How much what stands around a candidate speaks for a name, where no cue says whose it is.

The weights are rough logarithms of how much oftener a sign stands beside a name than beside what only looks like one,
in the measure of the lattice's margins. They were set by counting in newspapers; no text is kept here.
"""

from __future__ import annotations

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
