"""Titles and what headings mean: the text of a title, its Markdown, and the role of every heading."""

from __future__ import annotations

import pytest

from bulletin.read.structure import outline
from bulletin.read.titles import split_title

PATH = "content/issues/2015001.md"
KNOWN = ("站务新闻", "案例分析")


@pytest.mark.parametrize(
    ("raw", "text"),
    [
        ("[放假通知](https://www.example.cn/tz_(1).html)", "放假通知"),
        ("转发[放假通知](tz.md '题')一则", "转发放假通知一则"),
        ("大会召开[^1]", "大会召开"),
        ("![会场](a.jpg) 大会", "大会"),
        ("![会场](a.jpg)", "会场"),
        ("[![会场](a.jpg)](b.md)", "会场"),
        ("*大会*召开", "大会召开"),
        ("~~大会~~延期", "大会延期"),
        ("见<https://www.example.cn/>", "见https://www.example.cn/"),
        ("H<sub>2</sub>O 与<b>水</b>", "H2O 与水"),
        ("**大会**[^a]&amp;<u>小会</u>", "大会&小会"),
    ],
)
def test_a_title_with_markup_is_its_text_and_keeps_the_markup(raw: str, text: str) -> None:
    assert split_title(raw) == (text, raw)


@pytest.mark.parametrize(
    ("raw", "text"),
    [
        ("大会召开", "大会召开"),
        ("**大会**召开", "大会召开"),
        ("甲 &amp; 乙", "甲 & 乙"),
        ("甲<!-- 注 -->", "甲"),
        ("<p>甲</p>", "甲"),
        ("<b>甲", "甲"),
        ("打开<设置>", "打开<设置>"),
        ("用 Vec<T>", "用 Vec<T>"),
        ("3*4*5米", "3*4*5米"),
        (r"\*甲\*", "*甲*"),
        ("[转载] 甲", "[转载] 甲"),
    ],
)
def test_a_title_that_its_text_says_whole_has_no_markup(raw: str, text: str) -> None:
    assert split_title(raw) == (text, "")


def test_a_heading_that_is_only_a_picture_or_a_note_stays_where_it_is() -> None:
    found, problems = outline("## 站务新闻\n### ![](a.jpg)\n一", 1, PATH, KNOWN)
    assert [line.text for line in found.parts[1].lines if line.text] == ["![](a.jpg)", "一"]
    assert [each.code for each in problems] == ["M304"]


def test_a_title_may_be_a_link_that_is_defined_elsewhere() -> None:
    text = "## 站务新闻\n### [放假][tz]与[值班][]、[甲][乙]\n一\n\n[TZ]: http://a.cn/ '题'\n[值班]: b.md"
    part = outline(text, 1, PATH, KNOWN)[0].parts[-1]
    assert part.title == "放假与值班、[甲][乙]"
    assert part.heading
    assert part.heading.text == "[放假](http://a.cn/ '题')与[值班](b.md)、[甲][乙]"


# ── what a heading is


def shape(text: str, known: tuple[str, ...] = KNOWN) -> str:
    """Title, then each part with its mark and its words: ``题 | 首 【栏| 文 ●题| 文``."""
    found, _ = outline(text, 1, PATH, known)
    marks = {"lead": "", "section": "【", "article": "●"}
    parts = [f"{marks[p.role]}{p.title}| " + " ".join(x.text for x in p.lines if x.text.strip()) for p in found.parts]
    return " ".join((found.title, *parts)).strip().replace("  ", " ")


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("<!-- 注 -->\n# 简报\n一", "简报 | <!-- 注 --> 一"),
        ("注意保存\n# 简报\n## 站务新闻\n一", "简报 | 注意保存 【站务新闻| 一"),
        ("![章](a.png)\n# 简报\n## 新栏\n一", "简报 | ![章](a.png) 【新栏| 一"),
        ("注意保存\n# 简报第3期\n一", "简报第3期 | 注意保存 一"),
        ("注意保存\n# 简报\n【新栏】\n●甲\n一", "简报 | 注意保存 【新栏| ●甲| 一"),
        ("# 简报\n# 站务新闻\n## 甲\n一\n# 案例分析\n二", "简报 | 【站务新闻| ●甲| 一 【案例分析| 二"),
        ("# 简报〔2024〕3号\n# 新栏\n## 甲\n一", "简报〔2024〕3号 | 【新栏| ●甲| 一"),
        ("# 简报\n## 站务新闻\n### 甲\n一\n# 附记\n二", "简报 | 【站务新闻| ●甲| 一 【附记| 二"),
        ("# 简报\n## 新栏\n### 甲\n一\n# 附件1\n二", "简报 | 【新栏| ●甲| 一 【附件1| 二"),
    ],
)
def test_a_first_hash_above_the_rest_is_the_title(text: str, expected: str) -> None:
    assert shape(text) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("# 新栏\n## 甲\n一\n# 案例分析\n## 乙\n二", "| 【新栏| ●甲| 一 【案例分析| ●乙| 二"),
        ("# 第一期培训班开班\n一\n# 第二期培训班开班\n二", "| 【第一期培训班开班| 一 【第二期培训班开班| 二"),
        ("# 甲栏\n## 甲\n### 小题\n一\n# 乙栏\n二", "| 【甲栏| ●甲| #### 小题 一 【乙栏| 二"),
    ],
)
def test_sections_of_one_hash_stay_sections(text: str, expected: str) -> None:
    assert shape(text) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("## 新栏\n### 甲\n一\n# 附件\n二", "| 【新栏| ●甲| 一 【附件| 二"),
        ("## 站务新闻\n### 甲\n一\n# 附件1\n二\n# 附件2\n三", "| 【站务新闻| ●甲| 一 【附件1| 二 【附件2| 三"),
        ("【站务新闻】\n### 甲\n一\n# 附件\n二", "| 【站务新闻| ●甲| 一 【附件| 二"),
    ],
)
def test_a_late_hash_is_a_section_and_turns_nothing_around(text: str, expected: str) -> None:
    assert shape(text) == expected


def test_a_known_section_is_one_at_any_level() -> None:
    assert shape("### 站务新闻\n#### 甲\n##### 小题\n一\n### 案例分析\n二") == (
        "| 【站务新闻| ●甲| #### 小题 一 【案例分析| 二"
    )
    assert shape("## 新栏\n### 甲\n一\n### 案例分析\n#### 乙\n二") == "| 【新栏| ●甲| 一 【案例分析| ●乙| 二"


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("# 通知\n各科：\n## 一、时间\n甲\n### （一）细目\n乙", "通知 | 各科： ## 一、时间 甲 ### （一）细目 乙"),
        ("# 通知\n# 一、时间\n甲\n# 二、要求\n乙", "通知 | ## 一、时间 甲 ## 二、要求 乙"),
        ("# 规定\n## 第一章 总则\n甲\n### 第一条 为\n乙", "规定 | ## 第一章 总则 甲 ### 第一条 为 乙"),
        ("# 通知\n### 一、时间\n甲\n### 二、要求\n乙", "通知 | ### 一、时间 甲 ### 二、要求 乙"),
        ("# 通知\n## 一、时间\n甲\n### 安排\n乙\n## 二、要求\n丙", "通知 | ## 一、时间 甲 ### 安排 乙 ## 二、要求 丙"),
        (
            "## 站务新闻\n### 通知\n甲\n## 一、时间\n乙\n### 开会\n丙",
            "| 【站务新闻| ●通知| 甲 #### 一、时间 乙 ●开会| 丙",
        ),
        ("## 站务新闻\n### 通知\n甲\n### 一、时间\n乙", "| 【站务新闻| ●通知| 甲 #### 一、时间 乙"),
    ],
)
def test_a_point_is_a_heading_of_the_text(text: str, expected: str) -> None:
    assert shape(text) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("## 一、站务新闻\n### 甲\n一\n## 二、通知\n二", "| 【一、站务新闻| ●甲| 一 【二、通知| 二"),
        ("## 一、动态\n### 甲\n一\n## 二、经验\n### 乙\n二", "| 【一、动态| ●甲| 一 【二、经验| ●乙| 二"),
        ("## 站务新闻\n### 一、甲\n一\n### 二、乙\n二", "| 【站务新闻| ●一、甲| 一 ●二、乙| 二"),
        ("# 简报第3期\n### 一、甲\n一\n### 二、乙\n二", "简报第3期 | ●一、甲| 一 ●二、乙| 二"),
        ("## 站务新闻\n### 第三条战线\n一", "| 【站务新闻| ●第三条战线| 一"),
    ],
)
def test_numbered_sections_and_articles_keep_their_role(text: str, expected: str) -> None:
    assert shape(text) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("# 简报\n## 动态\n**1、甲**\n一\n## 经验\n**2、乙**", "简报 | 【动态| **1、甲** 一 【经验| **2、乙**"),
        ("<div>\n</div>\n### 甲类\n一\n### 乙类\n二", "| <div> </div> ●甲类| 一 ●乙类| 二"),
        ("链接\n- [甲](http://a.cn)", "| 链接 - [甲](http://a.cn)"),
    ],
)
def test_the_shapes_of_large_archives_stay(text: str, expected: str) -> None:
    assert shape(text) == expected
