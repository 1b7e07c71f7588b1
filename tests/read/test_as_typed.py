"""Lists and tables as they are pasted, `#` and `●` at the beginning of a line: what the lines become before parsing."""

from __future__ import annotations

import re
from itertools import count

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bulletin.core.problems import Problem
from bulletin.read.as_typed import as_markdown
from bulletin.read.dialect import make_markdown
from bulletin.read.lines import Part, SourceLine
from bulletin.read.structure import outline
from bulletin.read.texts import TextReader

MD = make_markdown()


def typed(text: str) -> tuple[str, tuple[Problem, ...]]:
    """The text as Markdown, and what is said of it."""
    lines = tuple(map(SourceLine, count(1), text.split("\n")))
    made, problems = as_markdown(lines, text, "a.md")
    return "\n".join(line.text for line in made), problems


def html(text: str) -> str:
    """What an article with that text shows."""
    reader = TextReader(MD, "https://jz.example.cn", frozenset())
    reader.read(Part("article", "题", "", 1, tuple(map(SourceLine, count(2), text.split("\n")))), "a.md")
    return "".join(reader.html_parts)


def shape(text: str) -> list[tuple[str, str]]:
    """Roles and titles of the parts of a file."""
    found, _ = outline(text, 1, "a.md", ("要闻",))
    return [(part.role, part.title) for part in found.parts[1:]]


# ── lists


@pytest.mark.parametrize(
    "mark", ["•\t", "· ", "◆　", "■\xa0", "➢ ", "✓\t", "○ ", "\uf0b7\t", "\uf0fc", "\uf06c ", "o\t", "-\xa0", "-　"]
)
def test_bullets_of_word_make_a_list(mark: str) -> None:
    assert html(f"{mark}走访街面\n{mark}登记来人") == "<ul>\n<li>走访街面</li>\n<li>登记来人</li>\n</ul>"


@pytest.mark.parametrize("text", ["·买买提到站", "○八年的事", "甲\uf0b7乙", "◆重要", "甲 • 乙"])
def test_other_lines_with_these_characters_stay(text: str) -> None:
    assert typed(text) == (text, ())


def test_a_list_follows_a_line_and_is_followed_by_one() -> None:
    assert html("要点：\n•\t甲\n•\t乙\n其次：\n\uf0d8\t丙\n完。") == (
        "<p>要点：</p>\n<ul>\n<li>甲</li>\n<li>乙</li>\n</ul>\n<p>其次：</p>\n<ul>\n<li>丙</li>\n</ul>\n<p>完。</p>"
    )


def test_an_item_that_was_wrapped_goes_on() -> None:
    item = "•\t" + "夜间巡查时，发现的流浪人员，" * 2 + "在车站和河堤一带"
    assert html(f"{item}\n都送到了站里。") == f"<ul>\n<li>{item[2:]}都送到了站里。</li>\n</ul>"


def test_tasks_have_boxes() -> None:
    assert typed("- [ ] 甲\n1. [x] 乙\n[x] 丙") == ("- ☐ 甲\n1. ☑ 乙\n[x] 丙", ())


@pytest.mark.parametrize(
    ("text", "parts"),
    [
        ("●甲\n正文\n●乙\n正文", [("article", "甲"), ("article", "乙")]),
        ("### 题\n●甲\n●乙\n●丙", [("article", "题")]),
        ("### 题\n如下：\n●甲\n好。", [("article", "题")]),
        ("### 题\n如下：\n\n●甲\n\n●乙\n\n完。", [("article", "题")]),
        ("### 题\n如下：\n\n●甲\n正文\n\n●乙\n正文", [("article", "题"), ("article", "甲"), ("article", "乙")]),
        ("## 要闻\n\n●甲\n\n●乙\n正文", [("section", "要闻"), ("article", "甲"), ("article", "乙")]),
        ("●甲\n\n正文如下：\n\n●乙", [("article", "甲"), ("article", "乙")]),
    ],
)
def test_dots_are_titles_or_items(text: str, parts: list[tuple[str, str]]) -> None:
    assert shape(text) == parts


def test_dots_in_a_row_are_items() -> None:
    assert html("如下：\n●\t甲\n● 乙；\n●丙。") == (
        "<p>如下：</p>\n<ul>\n<li>甲</li>\n<li>乙；</li>\n<li>丙。</li>\n</ul>"
    )


# ── tables


@pytest.mark.parametrize(
    ("text", "rows"),
    [
        ("月份\t人次\n一月\t3\n二月\t4", ["月份|人次", "一月|3", "二月|4"]),
        ("\t一月\t二月\n男\t3\t4\n女\t\t5", ["|一月|二月", "男|3|4", "女||5"]),
        ("月份\t\t人次\n十二月份\t4", ["月份|人次", "十二月份|4"]),
        ("甲\t乙\t\n1\t2\t", ["甲|乙", "1|2"]),
        ("序号\t姓名\n1.\t甲\n2.\t乙", ["序号|姓名", "1.|甲", "2.|乙"]),
        ("甲|a\t乙\n1\t2", ["甲|a|乙", "1|2"]),
        ("| 甲 | 乙 |\n| 1 | 2 |", ["甲|乙", "1|2"]),
        ("甲|乙|丙\n1|2|3", ["甲|乙|丙", "1|2|3"]),
        ("甲|乙\n1|2\n3|4", ["甲|乙", "1|2", "3|4"]),
        ("| 甲 | 乙 |\n|——|——|\n| 1 | 2 |", ["甲|乙", "1|2"]),
        ("| 甲 | 乙 |\n|---|\n| 1 | 2 |", ["甲|乙", "1|2"]),
        ("说明。\n甲\t乙\n1\t2\n完。", ["甲|乙", "1|2"]),
        ("甲\t乙\n1\t2\n\t\t\t某站", ["甲|乙", "1|2"]),
    ],
)
def test_lines_that_are_a_table(text: str, rows: list[str]) -> None:
    made = html(text)
    found = [
        "|".join(re.findall(r"<t[hd]>(.*?)</t[hd]>", row)) for row in re.findall(r"<tr>(.*?)</tr>", made, re.DOTALL)
    ]
    assert found == rows


@pytest.mark.parametrize(
    "text",
    [
        "联系人\t张三",
        "\t\t\t某站\n\t\t\t2020年1月1日",
        "　　\t甲\n　　\t乙",
        "一、\t甲\n二、\t乙",
        "（一）\t甲\n（二）\t乙",
        "1.\t甲\n2.\t乙",
        "联系人：甲\t电话：1\n地址：乙\t邮编：2",
        "甲\t乙\n丙\t丁\t戊\t己",
        "首页 | 简介\n联系 | 返回",
        "<table>\n<tr>\n<td>甲</td>\t<td>|</td>\n</tr>\n</table>",
    ],
)
def test_lines_that_are_none(text: str) -> None:
    assert typed(text)[1] == ()
    assert '<div class="table"' not in html(text)


@pytest.mark.parametrize(
    ("text", "line", "cells", "head"),
    [
        ("甲\t乙\n1\t2\n1\t2\t3", 3, 3, 2),
        ("甲\t乙\t丙\n1\t2\t3\n1\t2", 3, 2, 3),
        ("| 甲 | 乙 |\n|---|---|\n| 1 |\n| 1 | 2 | 3 |", 3, 1, 2),
        ("| 甲 | 乙 |\n| 1 | 2 | 3 |", 2, 3, 2),
    ],
)
def test_the_first_row_of_another_length_is_named(text: str, line: int, cells: int, head: int) -> None:
    (found,) = typed(text)[1]
    assert (found.code, found.line, dict(found.values)) == ("M210", line, {"cells": str(cells), "head": str(head)})
    assert words(html(text)) == words(text)


# ── hashes


@pytest.mark.parametrize("text", ["#3楼检查合格", "#12号柜", "#出行提示#", "#出行提示# #天气#大风"])
def test_a_hash_that_is_text(text: str) -> None:
    assert shape(f"### 题\n{text}") == [("article", "题")]
    assert html(f"甲\n\n{text}\n\n乙") == f"<p>甲</p>\n<p>{text}</p>\n<p>乙</p>"


@pytest.mark.parametrize("text", ["##要闻", "##3楼", "# 3楼", "#要闻", "#1、要闻", "#2014年要闻", "# 要闻 #"])
def test_a_hash_that_is_a_heading(text: str) -> None:
    found, _ = outline(f"{text}\n甲", 1, "a.md", ())
    assert found.title or found.parts[-1].title


# ── names that are hidden


@pytest.mark.parametrize("text", ["王**、李**到站", "受助人员李**和王**说", "3**4", "站里的张**。"])
def test_stars_that_hide_a_name_are_no_problem(text: str) -> None:
    reader = TextReader(MD, "https://jz.example.cn", frozenset())
    _, _, problems = reader.read(Part("article", "题", "", 1, (SourceLine(2, text),)), "a.md")
    assert (reader.html_parts, problems) == ([f"<p>{text}</p>"], ())


# ── what holds for any text

LINES = st.lists(
    st.sampled_from(
        (
            *(
                "走访街面。",
                "　　登记",
                "",
                "",
                "如下：",
                "**重**点",
                "- 甲",
                "1. 乙",
                "- [甲](/a/)",
                "| 甲 | 乙 |",
                "|---|---|",
            ),
            *(
                "|——|",
                "| 甲 |",
                "●甲",
                "● 乙。",
                "•\t丙",
                "○ 丁",
                "\uf0b7戊",
                "o\t己",
                "-\xa0庚",
                "- [ ] 辛",
                "#3楼",
                "#甲#",
            ),
            *(
                "甲\t乙",
                "\t甲\t乙",
                "1.\t甲",
                "甲\t乙\t丙",
                "\t\t甲",
                "<div>",
                "</div>",
                "甲|乙",
                "    - 甲",
                "> 甲\t乙",
            ),
        )
    ),
    max_size=9,
).map("\n".join)


def words(text: str) -> str:
    return "".join(re.findall(r"[\u4e00-\u9fff0-9]", re.sub(r"<[^>]*>", "", text)))


@settings(max_examples=600, deadline=None)
@given(LINES)
def test_words_stay_in_their_order(text: str) -> None:
    assert words(typed(text)[0]) == words(text)
    assert re.sub(r"[12]", "", words(html(text))) == re.sub(r"[12]", "", words(text))


@settings(max_examples=300, deadline=None)
@given(LINES)
def test_what_is_markdown_stays(text: str) -> None:
    once = typed(text)[0]
    assert typed(once)[0] == once
