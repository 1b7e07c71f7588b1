"""What of a text is prose to the rules."""

from __future__ import annotations

import time

import pytest

from bulletin.check.patterns import BLANK
from bulletin.check.personal_numbers import numbers_in
from tests.check.texts import HEAD, OFFICE, as_manuscript, codes, problems

WRONG = "1999年13月40日，张小明，男，12岁，家住南岭县清水镇大塘村。"
"""A day that there is not, a name and a home."""


def prose(text: str) -> list[str]:
    """The last lines of a text as the rules see them, without what is blanked."""
    made = as_manuscript(text)
    return made.prose[-len(text) - 1 :].replace(BLANK, "").split("\n")[:-1]


def test_the_text_of_a_footnote_is_prose() -> None:
    assert codes(WRONG) == ["D101", "P110", "P109"]
    assert codes(f"一件事[^1]。\n\n[^1]: {WRONG}") == ["D101", "P110", "P109"]
    assert next((p.line, p.column) for p in problems(f"一件事[^注]。\n\n[^注]:{WRONG}")) == (11, 6)


@pytest.mark.parametrize(
    ("text", "left"),
    [
        ("[^1]: 甲乙。", [" 甲乙。"]),
        ("[登记]: https://www.example.cn/甲", [""]),
        ("[登记]: dengji.doc", [""]),
        ('[登记]: dengji.doc "甲"', [' "甲"']),
        ("[注]: 甲乙。", ["[注]: 甲乙。"]),
        ("[注]: ABC公司", ["[注]: ABC公司"]),
        ("```\n甲\n乙\n```", ["", "", "", ""]),
    ],
)
def test_of_definitions_what_is_shown_is_prose(text: str, left: list[str]) -> None:
    assert prose(text) == left


def test_many_lines_of_code_take_no_longer_than_their_length() -> None:
    text = "```\n" + "1\n" * 100_000 + "```"
    began = time.perf_counter()
    assert len(as_manuscript(text).prose) > 200_000
    assert time.perf_counter() - began < 4


# ── numbers over two lines


@pytest.mark.parametrize(
    ("text", "codes"),
    [
        ("甲138\n12345678乙", ["P103"]),
        ("甲1381234\n  5678乙", ["P103"]),
        ("电话13812\n345678乙", ["P103"]),
        ("甲138\n\n12345678乙", []),
        ("甲13812\n345678乙", ["P103"]),
        ("13812\n345678乙", []),
        ("共1381234\n5678元", []),
        ("共1381234\n2014年", []),
        ("1381234\n5678\n9012\n", []),
        ("甲511922198\n711180226乙", ["P101"]),
        ("甲511922198\n\n711180226乙", []),
        ("511922\n19871118\n0226", ["P101"]),
        ("卡号62220212\n34567890128", ["P105"]),
    ],
)
def test_a_number_goes_on_in_the_next_line_but_not_in_the_next_paragraph(text: str, codes: list[str]) -> None:
    assert [code for code, _, _ in numbers_in(text, OFFICE)] == codes


def test_a_title_with_sections_at_once_below_it_is_no_heading_without_text() -> None:
    text = HEAD + "内部通讯\n\n# 工作简报第3期[^1]\n\n# 案例分析\n\n## 一件事\n\n做好了。\n\n[^1]: 说明。"
    assert "D109" not in codes(text)
