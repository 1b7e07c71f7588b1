"""A text taken apart: title, sections, articles, in every way in which staff mark them."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bulletin.core.problems import Problem, problem
from bulletin.read.definitions import share_definitions
from bulletin.read.lines import Part
from bulletin.read.structure import Outline, outline

PATH = "content/issues/2015001.md"
KNOWN = ("站务新闻", "案例分析")


def parted(text: str) -> tuple[Outline, tuple[Problem, ...]]:
    return outline(text, 1, PATH, KNOWN)


def shape(text: str) -> list[str]:
    """``title``, then one line a part: its mark, its title, its words."""
    found, _ = parted(text)
    marks = {"lead": "", "section": "【", "article": "●"}
    parts = [f"{marks[part.role]}{part.title}|{words(part)}" for part in found.parts]
    return [found.title, *parts]


def words(part: Part) -> str:
    return " ".join(line.text.strip() for line in part.lines if line.text.strip())


@pytest.mark.parametrize("title", ["通知 {草稿}", "通知{单位：元}", "{通知}", "通知 {draft}"])
def test_words_in_braces_are_words_of_the_title(title: str) -> None:
    assert shape(f"## 站务新闻\n### {title}\n一")[-1] == f"●{title}|一"


@pytest.mark.parametrize(
    "attributes", ["{#a}", "{ #a .b }", "{: #a}", "{:#a}", "{.b #a width=3}", '{ title="甲 乙" #a}']
)
def test_attributes_are_none(attributes: str) -> None:
    found, _ = parted(f"## 站务新闻\n### 通知 {attributes}\n一")
    assert (found.parts[-1].title, found.parts[-1].id) == ("通知", "a")


TWO = ["", "|", "【站务新闻|", "●甲|一", "●乙|二", "【案例分析|三"]


@pytest.mark.parametrize(
    "text",
    [
        "## 站务新闻\n### 甲\n一\n### 乙\n二\n## 案例分析\n三",
        "##站务新闻\n###甲\n一\n###乙\n二\n##案例分析\n三",
        "## 站务新闻 ##\n### 甲 ###\n一\n### **乙**\n二\n## 案例分析\n三",
        "# 站务新闻\n## 甲\n一\n## 乙\n二\n# 案例分析\n三",
        "【站务新闻】\n●甲\n一\n●乙\n二\n【案例分析】\n三",
        "　　【站务新闻】　\n \xa0● 甲\n一\n    ●乙\n二\n   【 案例分析 】\n三",
        "【站务新闻】\n## 甲\n一\n## 乙\n二\n【案例分析】\n三",
        "【站务新闻】\n### 甲\n一\n### 乙\n二\n【案例分析】\n三",
        "【站务新闻】\n# 甲\n一\n# 乙\n二\n【案例分析】\n三",
        "## 站务新闻\n●甲\n一\n●乙\n二\n## 案例分析\n三",
        "## 站务新闻\n### 甲\n一\n●乙\n二\n【案例分析】\n三",
        "站务新闻\n---\n### 甲\n一\n### 乙\n二\n\n案例分析\n---\n三",
        "站务新闻\n===\n\n甲\n---\n一\n\n乙\n---\n二\n\n案例分析\n===\n三",
        "## 站务新闻\n---\n### 甲\n===\n一\n### 乙\n---\n二\n## 案例分析\n---\n三",
    ],
)
def test_every_marking_gives_the_same_parts(text: str) -> None:
    assert shape(text) == TWO


INSTANCES = "## 站务新闻\n### 甲\n【事例一】\n一\n【事例二】\n二\n"


def test_instances_below_a_title_are_its_text_and_those_below_a_text_are_sections() -> None:
    assert shape(INSTANCES) == ["", "|", "【站务新闻|", "●甲|【事例一】 一 【事例二】 二"]
    assert shape("## 站务新闻\n### 甲\n文\n【案例一】\n一")[-1] == "【案例一|一"


def test_one_leading_heading_is_the_title() -> None:
    assert shape("\n# 简报 {#x}\n开头\n## 站务新闻\n### 甲\n一") == ["简报", "|开头", "【站务新闻|", "●甲|一"]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("# 站务新闻\n一", ["", "|", "【站务新闻|一"]),
        ("# 简报\n一\n# 再报\n二", ["", "|", "【简报|一", "【再报|二"]),
        ("先说\n# 简报\n一", ["", "|先说", "【简报|一"]),
        ("开头\n### 甲\n一", ["", "|开头", "●甲|一"]),
        ("## 站务新闻\n一\n#### 小题\n二", ["", "|", "【站务新闻|一 #### 小题 二"]),
        ("# 站务新闻\n## 甲\n### 小题\n一", ["", "|", "【站务新闻|", "●甲|#### 小题 一"]),
        ("【站务新闻】\n## 甲\n### 小题\n一", ["", "|", "【站务新闻|", "●甲|#### 小题 一"]),
        ("只有正文", ["", "|只有正文"]),
        ("", ["", "|"]),
    ],
)
def test_what_a_heading_means_depends_on_the_others(text: str, expected: list[str]) -> None:
    assert shape(text) == expected


@pytest.mark.parametrize(
    "line",
    [
        "会上讨论了【站务新闻】的写法",
        "【站务新闻】由办公室编写",
        "●值班人员应当登记。",
        "●第一项：",
        "●" + "长" * 63,
        "【" + "长" * 41 + "】",
        "\\# 不是标题",
        "####### 七个",
        "- 【甲】",
    ],
)
def test_a_line_that_only_looks_like_a_heading_is_text(line: str) -> None:
    assert shape(f"## 站务新闻\n{line}") == ["", "|", f"【站务新闻|{line}"]


@pytest.mark.parametrize(
    "text",
    [
        "本月工作完成。\n---",
        "他说：\n---",
        "上一行\n本月工作\n---",
        "- 一项\n---",
        "| 甲 | 乙 |\n---",
        "> 引文\n---",
        "长" * 61 + "\n---",
    ],
)
def test_a_rule_below_a_sentence_makes_no_heading(text: str) -> None:
    found, _ = parted(text)
    assert [part.role for part in found.parts] == ["lead"]
    assert [line.text for line in found.parts[0].lines][-2:] == ["", "---"]


@pytest.mark.parametrize(
    "text",
    [
        "```\n## 甲\n【乙】\n●丙\n```",
        "~~~ text\n## 甲\n```\n【乙】\n~~~",
        "````\n```\n## 甲\n````",
        "<!--\n## 甲\n【乙】\n-->",
        "一 <!-- 注\n## 甲\n--> 二",
    ],
)
def test_code_and_comments_hide_what_looks_like_structure(text: str) -> None:
    found, problems = parted(f"## 站务新闻\n{text}\n## 案例分析\n二")
    assert [part.title for part in found.parts] == ["", "站务新闻", "案例分析"]
    assert problems == ()


@pytest.mark.parametrize(
    ("text", "fault"),
    [
        ("一\n```python", problem("M201", PATH, 3, fence="```")),
        ("一\n~~~~\n二\n~~ ~~", problem("M201", PATH, 3, fence="~~~~")),
        ("一\n二 <!-- 三", problem("M202", PATH, 3)),
    ],
)
def test_what_is_never_closed_hides_nothing(text: str, fault: Problem) -> None:
    found, problems = parted(f"## 站务新闻\n{text}\n### 甲\n四")
    assert [part.title for part in found.parts] == ["", "站务新闻", "甲"]
    assert problems == (fault,)
    assert "一" in words(found.parts[1])


def test_a_heading_without_words_is_reported_and_opens_nothing() -> None:
    found, problems = parted("## 站务新闻\n### \n一\n###### {#x}\n二")
    assert words(found.parts[1]) == "一 二"
    assert problems == (problem("M304", PATH, 2), problem("M304", PATH, 4))


@pytest.mark.parametrize(
    ("text", "title", "id_"),
    [
        ("### 甲 {#one}", "甲", "one"),
        ("### 甲 {: .big #one}", "甲", "one"),
        ("### 甲 {.big}", "甲", ""),
        ("●甲 {#one}", "甲", "one"),
        ("### `甲` __乙__ {#one} ###", "甲 乙", ""),
    ],
)
def test_explicit_id(text: str, title: str, id_: str) -> None:
    part = parted(f"## 站务新闻\n{text}\n一")[0].parts[-1]
    assert (part.title.replace(" {#one}", ""), part.id) == (title, id_)


def test_parts_and_lines_know_their_numbers() -> None:
    found, _ = outline("一\n## 站务新闻\n二\n\n案例分析\n---\n三", 10, PATH, KNOWN)
    assert [part.line for part in found.parts] == [10, 11, 14]
    assert [[line.number for line in part.lines] for part in found.parts] == [[10], [12, 13], [15, 16]]


# ── definitions, which hold for the whole text


def shared(text: str) -> list[str]:
    """Words of every article, after each was given the definitions that it uses."""
    found, _ = parted(text)
    return [words(part) for part in share_definitions(found.parts) if part.role == "article"]


@pytest.mark.parametrize(
    "definition", ["[^1]: 注", "[^1]: 注\n    第二行", '[民政]: http://a.cn/ "题"', "*[救助]: 全称"]
)
def test_a_definition_reaches_the_article_that_uses_it(definition: str) -> None:
    flat = " ".join(definition.split())
    text = f"### 甲\n救助[^1] [民政]\n### 乙\n二\n\n{definition}\n"
    first, second = shared(text)
    assert (" ".join(first.split()), second) == (f"救助[^1] [民政] {flat}", "二")


def test_a_link_that_two_articles_use_is_defined_in_both() -> None:
    text = "### 甲\n见[民政]\n### 乙\n见[民政]\n\n[民政]: http://a.cn/"
    assert shared(text) == ["见[民政] [民政]: http://a.cn/"] * 2


def test_an_article_has_its_own_note_and_no_other_takes_it() -> None:
    text = "### 甲\n一[^1]\n\n[^1]: 注一\n### 乙\n二[^1]\n\n[^1]: 注二\n### 丙\n三[^1]"
    assert shared(text) == ["一[^1] [^1]: 注一", "二[^1] [^1]: 注二", "三[^1]"]
    assert [part.strange_notes for part in share_definitions(parted(text)[0].parts)] == [(), (), (), (("1", "甲"),)]


def test_a_note_below_the_last_article_is_that_articles_own() -> None:
    assert shared("### 甲\n一[^1]\n### 乙\n二[^1]\n\n[^1]: 注") == ["一[^1]", "二[^1] [^1]: 注"]


def test_a_list_of_notes_at_the_end_is_for_all_articles() -> None:
    text = "### 甲\n一[^1][^2]\n### 乙\n二[^2][^3]\n\n[^1]: 注一\n[^2]: 注二\n[^3]: 注三"
    assert shared(text) == ["一[^1][^2] [^1]: 注一 [^2]: 注二", "二[^2][^3] [^2]: 注二 [^3]: 注三"]


def test_a_second_note_of_the_same_name_is_kept_as_text() -> None:
    assert shared("### 甲\n一[^1]\n\n[^1]: 注一\n\n[^1]: 注二") == ["一[^1] \\[^1]: 注二 [^1]: 注一"]


def test_a_definition_that_nobody_uses_stays() -> None:
    assert shared("### 甲\n一\n\n[^1]: 注\n### 乙\n二") == ["一 [^1]: 注", "二"]


def test_a_sentence_that_looks_like_a_definition_stays_a_sentence() -> None:
    assert shared("### 甲\n[注]: 甲乙丙\n### 乙\n见[注]") == ["\\[注]: 甲乙丙", "见[注]"]


def test_code_below_a_note_is_not_part_of_it() -> None:
    assert shared("### 甲\n一[^1]\n\n[^1]: 注\n```\n二\n```") == ["一[^1] ``` 二 ``` [^1]: 注"]


# ── what holds for any text

LINES = st.sampled_from(
    [
        *("## 站务新闻", "# 简报", "### 甲", "【案例分析】", "●乙", "---", "===", "```", "~~~", "<!--", "-->",
            "一<!-- 二", "", "　　",),
        *("正文一", "正文二。", "- 项", "| 表 |", "[^1]: 注", "见[^1]", "[甲]: http://a.cn", "[注]: 甲乙",
            "*[救]: 全", "    续", "#### 小题", "##",),
        *("# 一、甲", "## 二、乙", "### （三）丙", "## 第一章 总则", "# 附件", "# 第3期",
            "### [题](a)文[^1]", "### ![](a)", "● **甲** &amp; *乙*", "<!-- 注 -->"),
    ]
)  # fmt: skip


def characters(text: str) -> list[str]:
    """What a text says, without the signs that mark structure."""
    return sorted(re.findall(r"[\u4e00-\u9fff]", text))


@given(st.lists(LINES, max_size=12).map("\n".join))
def test_no_line_of_text_is_lost(text: str) -> None:
    found, _ = parted(text)
    titles = (part.heading.text if part.heading else part.title for part in found.parts)
    title = "" if found.parts[0].heading else found.title
    said = [title, *titles, *(line.text for p in found.parts for line in p.lines)]
    assert characters("".join(said)) == characters(text)


@given(st.lists(LINES, max_size=12).map("\n".join))
def test_no_line_is_lost_when_definitions_are_shared(text: str) -> None:
    parts = parted(text)[0].parts
    after = [(line.number, line.text.replace("\\", "")) for part in share_definitions(parts) for line in part.lines]
    before = [(line.number, line.text.replace("\\", "")) for part in parts for line in part.lines if line.text.strip()]
    assert set(before) <= set(after)


@given(st.text("#【】●-=`~<!> \n\t　甲乙[]^:*{}.", max_size=60))
def test_lines_keep_their_order(text: str) -> None:
    for part in parted(text)[0].parts:
        numbers = [line.number for line in part.lines]
        assert numbers == sorted(numbers)
