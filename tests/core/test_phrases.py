"""Where titles may be broken: between words, at no place that the norm of official writing forbids."""

from __future__ import annotations

import re
from itertools import pairwise

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from bulletin.core import dictionary
from bulletin.core.phrases import is_long, title_breaks

TITLES = """
晚报|记者|走进|我站|未成年人|保护|中心的|流浪|乞讨|儿童|宿舍
关于|做好|2015年|春节|期间|救助|管理工作的|通知
第二届|全国|残疾人|职业技能|竞赛|在我市|举行
王秀英|老人|在救助站|度过的|七十三天
市民政局|领导|到我站|检查指导|寒冬|送温暖|专项|救助|行动
爱心|人士|向救助站|捐赠|棉衣|300余件
十二月份|受助|人员|情况|统计
把家的|温暖|带给每一位|受助者
市救助站：|夜巡|十二公里，|劝导|露宿者|八人次
“六一”|国际|儿童节|前夕，|志愿者|来到|未保|中心
阿不都·热合曼|一家|四口——|从千里|之外|回家
学习|贯彻|《未成年人|保护法》，|筑牢|儿童|安全|防线
我站|联合|公安、|城管、|卫生等|部门|开展|街面|巡查
记在|火车站|救助的|一位|迷路|老人
关于|COVID-19疫情|期间站内管理的|几点|要求
2014—2015年度|先进集体|和先进个人|名单
第3次|站务|会议纪要|（节选）
寻亲|成功！|失散|二十三年的|兄弟|在我站|相认
加强|地方|政府|与社会|力量的|协作
了解|情况 着力|解决|受助|人员等的|实际困难
全省|救助|管理机构|“开放日”|活动|综述
一个|都不能少：|记护送组的|三天|两夜
孩子们的|新年|愿望|清单
9月份|共救助|各类|人员|126人次，|其中|未成年人|15人次
（一）加强|领导，（二）|落实|责任，（三）|严格考核
2015年|1月|20日至|2月|28日|春运期间|接送站安排
从“要我学”到|“我要学”——|记站内读书会
南岭市、|平川县救助站|跨省|接回|3名|被拐儿童
省民政厅|副厅长|一行|来站调研|指导|工作
让每一个|流浪的人都能回家|过年
冬夜里的一碗热汤
工作简报2015001
Homes for the winter: a report from the station
""".strip().splitlines()
"""As they may be broken; the last three never: two are short, one is not Chinese."""


def pieces(title: str) -> list[str]:
    places = title_breaks(title)
    return [title[first:last] for first, last in zip((0, *places), (*places, len(title)), strict=True)]


@pytest.mark.parametrize("title", TITLES)
def test_titles_are_broken_between_their_words(title: str) -> None:
    assert "|".join(pieces(title.replace("|", ""))) == title


_PIECES = "救助 管理站 未成年人 的 了 们 等 地 我 站 在 和 市 不 一 十二 第 届 年 2015 30% km COVID-19 王 秀英 · — —— …… ， 、 ： “ ” 《 》 （ ） ( ) / & < > 　".split()  # noqa: E501, SIM905
_OPENING, _CLOSING = "（《“(", "，、：”》）…"


@given(st.lists(st.sampled_from([*_PIECES, " "]), max_size=30).map("".join) | st.text(max_size=60))
@example("救" * 60)
@example("第2015届")
@example("救助救助2015“救助")
def test_no_line_begins_where_it_must_not(title: str) -> None:
    parts = pieces(title)
    assert "".join(parts) == title
    for left, right in pairwise(parts):
        assert left and right, title
        assert right[0] not in _CLOSING + "·—的们" and left[-1] not in _OPENING + "·第", parts
        assert not left[-1].isdigit() or right[0] in _OPENING, parts
        assert not re.fullmatch(r"[A-Za-z0-9]{2}", left[-1] + right[0]), parts
        assert not (left[-1] + right[0]).isspace() and not left[-1].isspace(), parts
    if len(parts) > 1:
        assert is_long(title)
        assert min(sum(map(str.isalnum, part)) for part in parts) > 1, parts


def test_a_title_without_punctuation_leaves_no_piece_too_long_for_a_phone() -> None:
    title = (
        "南岭市救助管理站联合公安城管卫生等部门开展冬季街面流浪人员巡查救助专项行动动员部署会议今天上午在市民政局召开"
    )
    assert max(map(len, pieces(title))) <= 8


def test_without_the_dictionary_nothing_is_broken(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(dictionary, "find_spec", lambda _: None)
    dictionary.dictionary.cache_clear()
    try:
        assert title_breaks("关于做好春节期间救助管理工作的通知") == ()
    finally:
        dictionary.dictionary.cache_clear()
