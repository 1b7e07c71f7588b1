"""What is wrong with the markup of a text, and on which line."""

from __future__ import annotations

import pytest

from bulletin.core.problems import describe
from tests.arrange.contents import HEAD_LINES, places, read_body

SECTION = "## 站务新闻\n"


def found(body: str) -> list[tuple[str, int]]:
    """Code and line, counted from the line after the section's heading."""
    problems = tuple(
        each for each in read_body(SECTION + body).problems if each.code != "M208"
    )  # lines of one character
    return [(code, line - HEAD_LINES - 1) for code, line in places(problems)]


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        ("一\n\n二 **三", [("M203", 3)]),
        ("**一**\n\n**二", [("M203", 3)]),
        ("一\n[甲](http://a.cn", [("M204", 2)]),
        ("一\n[甲](http://a.cn\n\n乙)", [("M204", 2)]),
        ("一\n[甲]（http://a.cn）", [("M204", 2)]),
        ("一\n\n<div>\n\n二", [("M205", 3)]),
        ("一<span>二", [("M205", 1)]),
        ("<!-- ** -->一\n\n二<!-- ** --> **三", [("M203", 3)]),
        ("<script>x</script>", [("M206", 1)]),
        ("一\n<font color=red>二</font>", [("M206", 2)]),
        ("一\n<b onclick=x>二</b>", [("M206", 2)]),
        ("一\n<b style='color:red'>二</b>", [("M206", 2)]),
        ("一\n[甲](javascript:x)", [("M206", 2)]),
        ("甲 {: onclick=x }\n\n乙", []),
        ("一[^a]\n二[^b]\n\n[^b]: 注", [("M207", 1)]),
        ("#### 甲\n###### 乙\n一", [("M303", 2)]),
        ("一\n##### 乙\n二", [("M303", 2)]),
        ("#### 甲\n\n一\n#### \n二", [("M304", 4)]),
        ("一\n```\n二", [("M201", 2)]),
        ("一\n<!-- 二", [("M202", 2)]),
        ("### 甲\n### 乙\n一", [("M302", 1)]),
        ("## 案例分析\n一", [("M301", 0)]),
        ("![](a.jpg)\n![](https://a.cn/b.jpg)", [("L104", 1), ("L106", 2)]),
    ],
)
def test_problem_and_its_line(body: str, expected: list[tuple[str, int]]) -> None:
    assert found(body) == expected


@pytest.mark.parametrize(
    "body",
    [
        "**一**，二 ** 三 \\*\\* 四",
        "`**一` 与 `<font>`\n\n```\n**二 <script> [甲](\n```",
        "**“强调”**后文",
        "[甲](http://a.cn/(b)) [乙] (丙) [丁]（戊）己".replace("[丁]（戊）", "〔丁〕（戊）"),
        "一<!-- **待改 [甲](乙 [^9] -->二\n\n<!--\n**待改 [甲](乙\n<script> [^9]\n-->\n\n三",
        "陈**和何**来了，林**、郑**等四人也来了。\n\n| 甲 | 乙 |\n|---|---|\n| 陈** | 何** |",
        "依照甲发[2019]（试行）和[附表]（见后）办理。",
        "<details><summary>一</summary>\n\n二\n\n</details>",
        "一<br>二<br/>三<wbr>",
        "1 < 2，a<b，《书》<<二>>",
        "<p>一\n\n<li>二",
        "一[^1]\n\n[^1]: 注",
        "#### 甲\n##### 乙\n###### 丙\n#### 丁\n一",
        "一 <!-- 注 --> 二",
    ],
)
def test_nothing_wrong(body: str) -> None:
    assert found(body) == []


def test_sentence_shows_the_authors_own_words() -> None:
    (problem,) = read_body(SECTION + "本月**重点工作完成").problems
    assert describe(problem, str) == "“**” is opened but not closed: 本月**重点工作完成"
