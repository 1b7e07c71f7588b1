"""What they wrote comes out whole: the words of an issue's page are those of its source, in order, once.

A text is put together from pieces that know what they say (`tests/words.py` tells what a word is), so that no second
reader of Markdown is needed to judge the first.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import NamedTuple

from hypothesis import given, settings
from hypothesis import strategies as st

from tests.arrange.contents import HEAD_LINES, read_body
from tests.words import first_difference, shown_issue, words


class Piece(NamedTuple):
    """Some source, and what a page must say of it."""

    source: str
    says: str


def said(*texts: str) -> list[Piece]:
    """Pieces that say themselves."""
    return [Piece(text, text) for text in texts]


def silent(*texts: str) -> list[Piece]:
    """Pieces that are nothing but markup, and part words."""
    return [Piece(text, " ") for text in texts]


def block(source: str, says: str) -> Piece:
    """Lines of their own."""
    return Piece(f"\n{source}\n", f"\n{says}\n")


WORDS = said(
    "救助",
    "会议要求",
    "办公室",
    "一是",
    "三",
    "5月1日",
    "2024年第3期",
    "第十二期",
    "３",
    "①",
    "㎡",
    "night watch",
    "A4",
)
JOINTS = said("，", "。", "；", "：", "、", "…", "“", "”", "（", "）", "·", " ", "　", "——", "《", "》")
# fmt: off
INLINE = [
    *said(
        "**重点**", "*轻*", "__重__", "`码`", "_", "*", "**", "~", "~~旧~~", "~~", "|", "#", "#3楼宿舍", "#平安春运#",
        "!", "\\*", "& ", "名称：内容", "< ", ">", "1.5万元", "2014.", "(一)", "（刘红兵）", "•", "●", "◆", "\uf0b7",
        "\uf0d8", "https://www.example.cn/a1 ", "www.example.cn/b2 ", "x@example.cn ",
    ),
    Piece("[民政](https://www.example.cn/c)", "民政"), Piece("[本站](/about/)", "本站"), Piece("![门](tu.png)", "门"),
    Piece("<https://a.example.cn>", "https://a.example.cn"), Piece("<b>粗</b>", "粗"), Piece("[题](#ti '说明')", "题"),
    Piece("<br>", " "), Piece("&amp;", " "), Piece("<!-- 注 -->", ""),
    *said("<Windows设置>", "<附件1>", "Vec<T>", "<", "\x0b", "\x0c", "3*4*5米", "李**", "https://www.example.cn/d"),
    *said("{草稿}", " {单位：元}", "**表**{续}"),
    Piece("[民政](www.example.cn)", "民政"), Piece("[信箱](x@example.cn)", "信箱"),
    Piece("![](https://img.example.com/a.jpg)", "图片（img.example.com）"),
]
MARKS = [
    *silent("", "", "", "　　", "    ", "  ", "\t", "\u00a0", "- ", "* ", "+ ", "    - ", "  - ", "        - "),
    *silent("> ", "> > ", "**", "|", "-\u00a0", "- [ ] ", "- [x] "),
    *said("1. ", "2. ", "1.", "7. ", "２．", "一、", "（二）", "3、", "(4)", "①", "一是", "时间：", "附件：1."),
    *said("报：", "送："),
    *said("•\t", "· ", "■ ", "◆", "➢ ", "✓ ", "○ ", "\uf0b7\t", "\uf0d8 ", "\uf06c\t", "\uf0fc "),
]
ENDS = silent(
    "\n", "\n", "\n", "\n\n", "\n\n", "  \n", "\n　　\n", "。\n", "；\n", "：\n", "，\n", "……\n\n", "）\n",
)
HEADINGS = [
    block("## 站务新闻", "站务新闻"), block("## 案例分析", "案例分析"), block("## 少见的栏目\n", "少见的栏目"),
    block("### 甲题", "甲题"), block("### **乙**题 {#yi}", "乙题"), block("#### 小题", "小题"), block("##丙##", "丙"),
    block("【学习园地】", "学习园地"), block("●丁题", "丁题"), block("## 一、要点", "一、要点"),
    block("# 附件", "附件"),
    block("戊栏\n---", "戊栏"), block("***\n", ""), block("# 临江通讯第3期", "临江通讯第3期"),
    block("### [通知](https://www.example.cn/tz)", "通知"), block("## [案例分析](/about/)", "案例分析"),
    block("### ![新门](men.png)换好了", "新门换好了"), block("### 打开<打印设置>", "打开打印设置"),
    block("### 见 www.example.cn", "见 www.example.cn"), block("●[己题](/about/)", "己题"),
    block("## 第一章 总则", "第一章 总则"), block("#3号楼的灯已修好", "3号楼的灯已修好"),
]
WRAPPED = "会议传达了文件精神，总结了上半年工作，部署了下\n半年工作，要求大家提高认识，扎实工作，确保完成\n全年任务。"
PASTED = "第一段是一句话。\n第二段也是一句话。\n第三段说：\n时间：5月\n地点：三楼"
BLOCKS = [
    block("| 项目 | 人次 |\n|---|---|\n| 护送 | 38 |\n", "项目 人次 护送 38"),
    block("项目\t人次\n护送\t38\n接领\t12\n", "项目 人次 护送 38 接领 12"),
    block("| 项目 | 人次 |\n| 护送 | 38 |\n", "项目 人次 护送 38"),
    block("| 项目 | 人次 |\n|---|---|\n| 护送 |\n| 接领 | 12 | 备注 |\n", "项目 人次 护送 接领 12 备注"),
    block("　　　　　　　　　　　　　救助站\n　　　　　　　　　　　　2024年9月20日", "救助站 2024年9月20日"),
    block("附件：1.名单\n2.表格", "附件：1.名单 2.表格"),
    block("报：市局\n送：各站\n（共印50份）", "报：市局 送：各站（共印50份）"),
    block("```\n代码 x1\n```\n", "代码 x1"),
    block("词\n: 释义\n", "词 释义"),
    block(WRAPPED, WRAPPED),
    block(PASTED, PASTED),
    block("1. 甲\n   1. 甲一\n2. 乙\n", "1. 甲 1. 甲一 2. 乙"),
    block("- 甲\n  - 甲一\n- 乙\n", "甲 甲一 乙"),
]
# fmt: on

inline = st.lists(st.sampled_from([*WORDS, *WORDS, *JOINTS, *INLINE]), min_size=1, max_size=7)
lines = st.tuples(st.sampled_from(MARKS), st.sampled_from(WORDS), inline, st.sampled_from(ENDS)).map(
    lambda line: [line[0], line[1], *line[2], line[3]]
)


def joined(pieces: Sequence[Piece]) -> Piece:
    return Piece("".join(piece.source for piece in pieces), "".join(piece.says for piece in pieces))


def assert_whole(text: Piece) -> None:
    """The page says what the source says, letter by letter; `test_words_stay_apart` sees to what parts them."""
    reading = read_body(text.source)
    assert reading.issue, reading.problems
    page = shown_issue(reading)
    assert not page.notes
    expected, made = letters(text.says), letters(page.text)
    if title := letters(reading.issue.title):  # it is above the text, wherever it was written
        places = [at for at in range(len(expected)) if expected.startswith(title, at)]
        without = [expected[:at] + expected[at + len(title) :] for at in places]
        assert without, title
        expected = made if made in without else without[0]
    assert first_difference(expected, made) == "", text.source


def letters(text: str) -> str:
    """The words of a text without what parts them."""
    return "".join(words(text))


bodies = st.lists(st.one_of(lines, st.sampled_from([*HEADINGS, *BLOCKS]).map(lambda piece: [piece])), max_size=9).map(
    lambda made: joined([piece for each in made for piece in each])
)


@settings(max_examples=1000)
@given(bodies.filter(lambda text: bool(words(text.says))))
def test_whatever_is_written_is_on_the_page_in_order_and_once(text: Piece) -> None:
    assert_whole(text)


PLAIN_MARKS = [mark for mark in MARKS if not set("*|") & set(mark.source)]
SPOKEN = said("night", "watch", "A4", "2024", "会议", "Vec", "x1")
latin = st.tuples(
    st.sampled_from(PLAIN_MARKS), st.lists(st.sampled_from(SPOKEN), min_size=1, max_size=5), st.sampled_from(ENDS)
).map(lambda line: [line[0], *(part for word in line[1] for part in (word, Piece(" ", " "))), line[2]])


@settings(max_examples=500)
@given(st.lists(latin, min_size=1, max_size=6).map(lambda made: joined([piece for line in made for piece in line])))
def test_words_stay_apart(text: Piece) -> None:
    reading = read_body(text.source)
    assert first_difference(words(text.says), words(shown_issue(reading).text)) == "", text.source


# ── notes

NAMES = ("1", "2", "3", "甲", "*")


class Noted(NamedTuple):
    """An issue with notes, and what its page must say."""

    source: str
    says: str
    notes: list[str]
    """Those of each article in the order in which it mentions them."""


@st.composite
def noted(draw: st.DrawFn) -> Noted:
    """Articles that mention notes in any order, and define them in any other; some more than once."""
    source, says, notes = "", "", []
    for article in range(draw(st.integers(1, 3))):
        mentioned = draw(st.lists(st.sampled_from(NAMES), min_size=1, max_size=5))
        sentences = [f"第{article}篇第{n}句" for n in range(len(mentioned))]
        source += f"## 站务新闻\n\n### 题{article}\n\n" if article % 2 else f"### 题{article}\n\n"
        source += "".join(f"{text}[^{name}]。" for text, name in zip(sentences, mentioned, strict=True)) + "\n\n"
        says += ("站务新闻" if article % 2 else "") + f"题{article} " + " ".join(sentences) + " "
        once = list(dict.fromkeys(mentioned))
        for name in draw(st.permutations(once)):
            source += f"[^{name}]: 第{article}篇的注{NAMES.index(name)}号。\n" + draw(st.sampled_from(("", "\n")))
        source += "\n"
        notes += [f"第{article}篇的注{NAMES.index(name)}号" for name in once]
    return Noted(source, says, notes)


@settings(max_examples=300)
@given(noted())
def test_every_note_that_an_article_mentions_is_below_it_once(issue: Noted) -> None:
    page = shown_issue(read_body(issue.source))
    assert first_difference(words(issue.says), words(page.text)) == ""
    assert [words(note) for note in page.notes] == [words(note) for note in issue.notes]


@settings(max_examples=300)
@given(noted())
def test_notes_count_from_one_in_each_article_in_the_order_of_mention(issue: Noted) -> None:
    for html in read_body(issue.source).html_parts:
        numbers = [int(found) for found in re.findall(r'class="footnote-ref"[^>]*>(\d+)<', html)]
        assert list(dict.fromkeys(numbers)) == list(range(1, len(set(numbers)) + 1))


def test_a_note_that_is_not_defined_is_a_problem_and_never_the_neighbours() -> None:
    reading = read_body("### 甲\n\n修好了[^1]。\n\n[^1]: 修了三天。\n\n### 乙\n\n换好了[^1]。\n")
    assert shown_issue(reading).notes == shown_issue(read_body("### 甲\n\n修好了[^1]。\n\n[^1]: 修了三天。\n")).notes
    assert [found.line for found in reading.problems] == [HEAD_LINES + 9]
