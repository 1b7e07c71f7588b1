"""Texts in which nothing is wrong, of kinds that a rule might take for a fault, beside the fault that stays one."""

from __future__ import annotations

import time

import pytest

from tests.check.texts import HEAD, codes, problems
from tests.conftest import ROOT

NEWS = HEAD + "## 站务新闻\n\n"
"""A section's own text."""


@pytest.mark.parametrize(
    "text",
    [
        "1、摸清底数\n\n分三步：\n\n1. 排查\n2. 建册\n3. 核对\n\n2、落实责任\n\n逐级签字。\n\n3、定期回访",
        "1.摸清底数\n\n1、排查\n2、建册\n\n2.落实责任\n\n1、签字\n2、公示\n\n3.定期回访",
        "一、甲项\n\n1. 排查；2. 建册；\n\n3. 核对。",
        "一、甲项。\n\n**二、乙项。**\n\n三、丙项。",
        "三、四月份要抓紧植树。\n\n六、七楼的灯已经修好。",
    ],
)
def test_series_of_points_that_are_in_order(text: str) -> None:
    assert not {"D107", "D108"} & set(codes(text))


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("1、甲\n\n2.乙\n\n3、丙", "D107"),
        ("1、甲\n\n1. 子\n2. 丑\n\n3、丙", "D107"),
        ("1、甲\n\n1. 子\n2. 丑\n\n4、丙", "D108"),
        ("一、甲项，\n\n三、丙项。", "D108"),
        ("1. 甲\n\n2. 乙\n\n2. 丙", "D108"),
    ],
)
def test_series_of_points_that_are_not(text: str, code: str) -> None:
    assert code in codes(text)


@pytest.mark.parametrize(
    "text",
    [
        "一、全站要提高认识，抓好落实。\n\n分工见附表。\n\n二、夜班不得离岗，交班要登记。\n\n三、自即日起施行。",
        "一、时间：6月3日\n\n二、地点：二楼\n\n请早到一刻钟。\n\n三、带笔记本。",
        "一、总体情况\n\n平稳。\n\n二、具体做法\n\n#### 巡查\n\n每晚两次。\n\n三、打算\n\n再加一次。",
        "#### 一、情况\n\n##### （一）人员\n\n共九人。",
    ],
)
def test_points_and_headings_that_have_what_belongs_to_them(text: str) -> None:
    assert "D109" not in codes(text)


@pytest.mark.parametrize("numeral", ["三二十", "二三十", "十十", "三一"])
def test_numerals_that_are_no_number(numeral: str) -> None:
    assert not {"D101", "D108"} & set(codes(f"{numeral}、通风\n\n（{numeral}）采光"))
    assert codes(f"于{numeral}月一日到站。") == ["D101"]


def test_a_point_that_lost_its_text_among_those_that_have_one() -> None:
    assert codes("一、要早。\n\n早半小时。\n\n二、要稳。\n\n三、要准。\n\n核对两遍。") == ["D109"]
    assert codes("一、要早\n\n早半小时。\n\n二、要稳\n\n三、要准\n\n核对两遍。") == ["D109"]


@pytest.mark.parametrize(
    "text",
    [
        "老站长回忆：“那时没有车。\n\n“也没有电话。\n\n“全靠两条腿。”",
        "> “那时没有车。\n>\n> “也没有电话。”",
        "信里写道：“我记得他说：‘慢慢来。’\n\n“后来就好了。”",
        "「那时没有车。\n\n「也没有电话。」",
    ],
)
def test_a_speech_of_several_paragraphs(text: str) -> None:
    assert "D104" not in codes(text)


@pytest.mark.parametrize(
    "text",
    ["他说：“没有车。\n\n后来有了。", "他说：“没有车。\n\n“后来有了。\n\n再后来多了。", "（没有车。\n\n（后来有了。）"],
)
def test_a_sign_that_is_never_closed(text: str) -> None:
    assert codes(text) == ["D104"]


@pytest.mark.parametrize(
    "line", ["全站职工请注意，**夜里不得离岗。**", "__全站职工夜里轮流值守到天亮。__", "**全站职工夜里轮流值守**"]
)
def test_a_bold_sentence_is_no_title(line: str) -> None:
    assert "R106" not in codes(f"{NEWS}{line}\n\n值班表贴在门口。")


def test_a_line_like_a_title_is() -> None:
    assert codes(f"{NEWS}全站职工夜里轮流值守\n\n值班表贴在门口。") == ["R106"]


@pytest.mark.parametrize("points", ["1、甲\n1. 乙\n", "1. 甲\n\n3. 乙\n\n", "一、甲\n1. 乙\n（一）丙\n"])
def test_many_points_take_no_longer_than_their_length(points: str) -> None:
    began = time.perf_counter()
    codes(points * 8_000)
    assert time.perf_counter() - began < 6


CLEAN = [text.strip() for text in (ROOT / "tests/check/clean.txt").read_text("utf-8").split("~~~\n")[1:]]


@pytest.mark.parametrize("section", ["站务新闻", "案例分析"])
def test_clean_texts_have_less_than_one_problem_in_three_thousand_characters(section: str) -> None:
    head = HEAD.replace("2014-12-05", "2023-06-30")
    found = [each for text in CLEAN for each in problems(f"{head}## {section}\n\n{text}\n")]
    assert len(found) * 3000 < sum(map(len, CLEAN)), found


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("| 项目 | 2011年12月31日 |\n|---|---|\n| 床位 | 40 |", 0),  # as a table of a year's end compares it
        ("| 日期 | 事项 |\n|---|---|\n| 2041年3月1日 | 参加培训 |", 1),
        ("2011年11月16日，参加培训。", 1),
        ("1949年10月1日，我国成立。自1952年3月1日起，这里是仓库。", 0),
    ],
)
def test_a_date_far_away_is_a_slip_but_one_of_the_past_in_a_table(text: str, found: int) -> None:
    assert codes(text).count("D103") == found
