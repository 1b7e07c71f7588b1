"""Plain paragraphs and flat lists are written out without the parser, and nobody can tell."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable
from pathlib import Path

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from pypinyin import lazy_pinyin
from pypinyin.constants import PHRASES_DICT, PINYIN_DICT

from bulletin.read.addresses import EXTERNAL_REL
from bulletin.read.dialect import convert, make_markdown, parse
from bulletin.read.dialect.plain import LINK_CHARACTER, ORDINARY_CHARACTER, SPECIAL_CHARACTER, runs
from bulletin.read.sanitise import sanitise
from bulletin.read.slugs import syllables
from bulletin.read.texts import (
    all_links_external,
    count_words,
    extract_refs,
    paragraphs,
    plain_text,
    summary,
)
from tests.conftest import ROOT

MD = make_markdown("回到正文")

PIECES = (
    *(
        "救助",
        "工作。",
        "，",
        "站",
        "：",
        "“",
        "”",
        "（",
        "）",
        "【站】",
        "●",
        "…",
        "——",
        "①",
        "，。",
        "〇、",
        "abc",
        "A.B",
    ),
    *(
        "**",
        "**",
        "**",
        "*",
        "_",
        "__重__",
        "*轻*",
        "**。**",
        "**。",
        "`",
        "\\",
        "&",
        "&amp;",
        "<b>",
        "</b>",
        "<!--",
        "{#a}",
    ),
    *("\n", "\n", "\n\n", "\n\n", "　　", "　", " ", "  ", "    ", "\t", "\xa0", "\u2028", "\x0c"),
    *(
        "- ",
        "* ",
        "+ ",
        "1. ",
        "1.",
        "2. ",
        "3.",
        "10.",
        "１．",
        "１、",
        "一、",
        "十二、",
        "（一）",
        "(1)",
        "1、",
        "2014年",
        "2014.",
        "3.5",
    ),
    *(
        "# ",
        "#### ",
        "> ",
        ": ",
        ":",
        "|",
        "|---|",
        "|a|b|\n|-|-|\n|1|2|",
        "=",
        "===",
        "---",
        "***",
        "~",
        "~~~",
        "^",
        "!",
        "!!! note",
    ),
    *(
        "~~",
        "~~划~~",
        "https://a.cn/b_c",
        "www.a.cn",
        "3*4*5",
        "**4",
        "李**",
        "和王**",
        "李*明",
        "<甲>",
        "<T>",
        "</x>",
        "a<b",
    ),
    *("•\t", "☐ ", "  - ", "   1. ", "    - ", "| 甲 | 乙 | 丙 |", "\uf0b7", "-\xa0", "WWW.A.CN。", "\\#3"),
    *(
        "[a](b)",
        "![a](b.png)",
        "[",
        "]",
        "](",
        "[^1]",
        "[^1]: 注",
        "[a]: /b",
        "*[站]: 救助站",
        "http://a.cn",
        "<http://a.cn>",
    ),
)

LINKS = (
    *("[民政部](https://www.mca.gov.cn/a_b?c=1)", "[另一期](/issues/2014001/#a)", "[一、题](/a/)", "[ a ](/b)", "(/c)"),
    *(
        "[**a**](/b)",
        "[甲](/a/)[乙](/b/)",
        "![图](/a.png)",
        '[甲](/a/ "乙")',
        "[甲][乙]",
        "[[甲](/a/)](/b/)",
        "\\[甲](/a/)",
    ),
)

LINES = (
    *(
        "[民政部](https://www.mca.gov.cn/)",
        "- [链接](https://a.cn/b_c) 说明",
        "1. [一](/a/)",
        "2.[二](/b/)",
        "2. [二](/b/)",
    ),
    *("- **[三](/c/)**，[四](/d/)", "[一、链接](/a/)里", "- ![图](/a.png)", "[甲](/a/)[乙](/b/)", "　　[甲](/a/)。"),
    *(
        "救助工作。",
        "**重点**，说明。",
        "　　缩进的一段。",
        "一、要点",
        "（二）要点",
        "2014年的事。",
        "abc def",
        "李**、王**说",
    ),
    *("- 一项", "- **二**项", "* 三项", "-四", "- 一、五", "- # 六", "-  七", "- 八 ", "    - 里面", "+ 加"),
    *("1. 一", "2. 二", "3. 三", "1.第一", "2.第二", "5. 五", "１．全", "1. ", "99. 九", "100. 百", "2014. 年"),
    *(
        "",
        "",
        "",
        "",
        " ",
        "　",
        "    接着",
        "  接着",
        ": 定义",
        "|a|b|",
        "|-|-|",
        "> 引",
        "#### 题",
        "***",
        "---",
        "!!! note",
        "    里",
    ),
    *(
        "- ~~四~~",
        "- https://a.cn/b",
        "网址www.a.cn。",
        "  - 里层",
        "   1. 里层",
        "  2. 接着",
        "- [www.a.cn](https://a.cn)",
    ),
    *("**王**、李**和张**说", "**2**3**", "3**4**5", "- **李**", "- ☐ 甲", "[民政部](www.mca.gov.cn)", "填<附件x>"),
    *("![图](a.png)", "![一张图](图/一.jpg)", "![](a.png)", '![图](a.png "题")', "![图](/a.png)![图](/b.png)"),
)

ROWS = (
    *("| 项目 | 人次 |", "|---|---|", "| 甲 | 3 |", "| 乙 | 1. 四 |", "|甲|乙|", "|:--|--:|", "|:-:|-|", "|-|-|-|"),
    *(
        "|||",
        "| 甲 |",
        "|-|",
        "| 甲 | 乙 | 丙 |",
        "| **重** | a |",
        "| [甲](/a/) | 乙 |",
        "|\u3000甲| 乙\u3000|",
        "甲|乙",
    ),
    *(
        "| 甲 |\u3000",
        "| 一、 | - 乙 |",
        "| 甲 | 乙",
        "\u3000| 甲 | 乙 |",
        "",
        "",
        "一段",
        "- 一项",
        "| # | ! |",
        "| --- | 甲 |",
    ),
)


BLOCKS = (
    *("- 一\n- 二", "1. 一\n1. 二", "2.第二", "- [链接](https://a.cn/b)", "* 三", "- 一\n\n    里", "    缩进"),
    *("| 甲 | 乙 |\n|---|---|\n| 一 | 二 |", "|甲|\n|:-:|\n|一|", "| 甲 |", "| 甲 |\n|---|\n| 一 | 二 |"),
    *("![图](a.png)", "![](a.png)", "一段。", "> 引", "#### 题", "一、要点"),
)

OFFICE_PIECES = (
    "•\t",
    "· ",
    "◆",
    "■ ",
    "➢ ",
    "✓ ",
    "○ ",
    "◇",
    "▪",
    "●\t",
    "\uf0b7\t",
    "\uf0d8 ",
    "\uf06c\t",
    "\uf0fc ",
    "-\xa0",
    "- [ ] ",
    "- [x] ",
    "~~旧~~",
    "甲\t乙\n丙\t丁",
    "|甲|乙|\n|1|2|",
    "3*4*5米",
    "#3楼",
    "#春运#",
    "\x0b",
    "二、",
    "1) ",
    "https://www.a.cn/b",
    "www.a.cn",
    "www.a.cn/b，",
    "[部](www.a.cn)",
    "[箱](a@b.cn)",
    "<Windows设置>",
    "Vec<T>",
    "<附件1>",
    "时间：",
    "附件：1.",
    "报：",
    "送：",
    "（共印5份）",
    "2024年9月20日",
    "  - ",
    "   1. ",
    "一是",
    "；\n",
    "：\n",
    "）\n",
)
"""What offices write: bullets of Word, bare addresses, names in angle brackets, tabs, boxes to tick."""
OFFICE_LINES = (
    "•\t加强学习",
    "● 加强学习",
    "\uf0b7\t值班",
    "\uf0d8 巡查",
    "◆ 走访",
    "-\xa0登记",
    "- [ ] 待办",
    "- [x] 已办",
    "1) 甲",
    "① 乙",
    "主要做了以下工作：",
    "时间：5月1日",
    "地点：三楼；",
    "他说。",
    "（一）要点：",
    "项目\t人次",
    "护送\t38",
    "| 甲 | 乙 |",
    "~~旧~~新。",
    "　　　　　　　　　　　　救助站",
    "　　　　　　　　　　2024年9月20日",
    "附件：1.名单",
    "2.表格",
    "报：市局",
    "（共印50份）",
    "见 https://www.a.cn/b_c。",
    "www.a.cn",
    "打开<Windows设置>，",
    "3*4*5米",
    "#3楼宿舍",
    "#春运#",
    "  - 里",
    "   1. 里",
    "会议传达了文件精神，总结了上半年工作，部署了下半年工作，要",
    "求大家提高认识，扎实工作，确保完成全年任务，并按时报送情况，",
    "不得有误。",
    "上\x0b下",
)
OFFICE_BLOCKS = (
    "•\t甲\n•\t乙",
    "做法如下：\n● 甲\n● 乙",
    "\uf0b7\t甲",
    "项目\t人次\n护送\t38\n接领\t12",
    "| 甲 | 乙 |\n| 一 | 二 |",
    "甲说。\n乙说。\n丙说。",
    "时间：今天\n地点：三楼",
    "　　　　　　　　救助站\n　　　　　　9月20日",
    "附件：1.甲\n2.乙",
    "报：市局\n送：各站\n（共印50份）",
    "见 https://a.cn/b。",
    "- 甲\n  - 乙\n- 丙",
    "1. 甲\n   1. 乙\n2. 丙",
    "- [ ] 甲\n- [x] 乙",
)


def assert_same(text: str) -> None:
    """The quick way and the parser's agree to the byte."""
    quick, whole = (
        convert(MD, text, notes="1-", used=frozenset({"题"})),
        parse(MD, text, notes="1-", used=frozenset({"题"})),
    )
    assert (quick.html, quick.ids) == (whole.html, whole.ids)
    if quick.plain:
        assert sanitise(quick.html) == quick.html
    if quick.words is not None:
        assert_same_words(quick.words, quick.html)


def assert_same_words(words: str, html: str) -> None:
    """The words that come with the HTML are those that the HTML says, parted at the same places."""
    lines = words.replace("*", "").split("\n")
    said = [text.replace("\n", " ") for text in paragraphs(html)]
    assert lines[: len(said)] == said
    assert summary(lines) == summary(said)
    assert count_words(words) == count_words(plain_text(html))


@settings(max_examples=1500)
@given(st.lists(st.sampled_from((*PIECES, *LINKS)), min_size=1, max_size=14).map("".join))
@example("2.  站")
@example("2.\u3000站\n\n站")
def test_any_text_comes_out_as_the_parser_has_it(text: str) -> None:
    assert_same(text)


@settings(max_examples=1500)
@given(st.lists(st.sampled_from(LINES), min_size=1, max_size=12).map("\n".join))
def test_lists_and_paragraphs_in_any_order_too(text: str) -> None:
    assert_same(text)


SITE = "https://jz.example.cn"
LEAVING_LINES = (*LINES[:2], "见[首页](https://jz.example.cn/)。", "- [甲](http://a.cn/b)[乙](https://c.cn/)：**丙**")


@settings(max_examples=500)
@given(st.lists(st.sampled_from((*LINES, *LEAVING_LINES)), min_size=1, max_size=8).map("\n".join))
@example(f"- [甲]({SITE}/)")
def test_links_are_marked_as_they_would_be_afterwards(text: str) -> None:
    made = convert(MD, text)
    if made.plain and all_links_external(text, SITE):
        marked, refs, problems = extract_refs(made.html, "a.md", (), SITE)
        assert convert(MD, text, rel=EXTERNAL_REL).html == marked
        assert not refs and not problems


@settings(max_examples=1500)
@given(st.lists(st.sampled_from(ROWS), min_size=1, max_size=10).map("\n".join))
@example("| 项目 | 人次 |\n|---|---|\n| 甲 | 3 |")
def test_tables_too(text: str) -> None:
    assert_same(text)


@settings(max_examples=1500)
@given(st.lists(st.sampled_from(BLOCKS), min_size=1, max_size=6).map("\n\n".join))
def test_lists_beside_tables_and_pictures_too(text: str) -> None:
    assert_same(text)


@settings(max_examples=1500)
@given(st.lists(st.sampled_from((*PIECES, *OFFICE_PIECES, *OFFICE_PIECES)), min_size=1, max_size=14).map("".join))
def test_what_offices_write_too(text: str) -> None:
    assert_same(text)


@example("一、" + "字" * 38 + " 是")  # longer than a title by what follows a blank
@settings(max_examples=1500)
@given(st.lists(st.sampled_from((*LINES, *OFFICE_LINES, *OFFICE_LINES)), min_size=1, max_size=12).map("\n".join))
def test_lines_as_offices_write_them_too(text: str) -> None:
    assert_same(text)


@settings(max_examples=500)
@given(st.lists(st.sampled_from((*BLOCKS, *OFFICE_BLOCKS)), min_size=1, max_size=6).map("\n\n".join))
def test_blocks_as_offices_write_them_too(text: str) -> None:
    assert_same(text)


@settings(max_examples=300)
@given(st.text(max_size=60))
def test_characters_that_nobody_thought_of(text: str) -> None:
    assert_same(re.sub("[\x02\x03\r]", "", text))


TEXTS = sorted(
    path
    for folder in ("content", "docs", "tests")
    for path in (ROOT / folder).rglob("*")
    if path.suffix in (".md", ".txt") and "node_modules" not in path.parts
)


@pytest.mark.parametrize("path", TEXTS, ids=lambda path: path.relative_to(ROOT).as_posix())
def test_what_lies_in_the_repository(path: Path) -> None:
    text = re.sub("[\x00\x02\x03]", "", path.read_text(encoding="utf-8", errors="replace"))
    for part in (text, *text.split("\n\n")):
        assert_same(part)


def test_every_character_that_is_not_looked_for_is_cold() -> None:
    for character in map(chr, range(0x110000)):
        cold = not (SPECIAL_CHARACTER.match(character) or character in f"\n*{LINK_CHARACTER}")
        assert bool(re.fullmatch(ORDINARY_CHARACTER, character)) == cold, hex(ord(character))


def test_sentences_and_flat_lists_never_meet_the_parser() -> None:
    text = "　　一段。\n　　又一段，**重点。**完。\n\n- 一\n- **二**\n\n一、要点\n\n1.第一\n2.第二\n1.又一\n\n末尾"
    text += "\n\n| 甲 | 乙 |\n|---|---|\n| 一 | 二 |\n\n![一](图.png)\n\n见[甲](/a/)。\n\n- [乙](/b/)，丙"
    text += "\n\n又\n\n- 一\n\n| 甲 |\n|---|\n| 一 |\n\n1. 一\n\n![一](图.png)"
    assert [isinstance(piece, tuple) for piece in runs(text)] == [True] * 14
    assert convert(MD, text).plain


@given(
    st.text(
        st.one_of(st.characters(min_codepoint=0x4E00, max_codepoint=0x9FFF), st.sampled_from("〇·A1 é、")), max_size=12
    )
)
def test_addresses_are_those_of_the_whole_title(title: str) -> None:
    plain = unicodedata.normalize("NFKC", title)
    assert latin(syllables(plain)) == latin(lazy_pinyin(plain))


def test_every_phrase_and_character_is_spelt_as_pypinyin_spells_it() -> None:
    known = [*PHRASES_DICT, *map(chr, PINYIN_DICT)]
    assert len(known) > 80_000
    assert [word for word in known if list(syllables(word)) != lazy_pinyin(word)] == []


def latin(words: Iterable[str]) -> list[str]:
    """What an address keeps of them."""
    return re.findall("[a-z0-9]+", " ".join(words).lower())
