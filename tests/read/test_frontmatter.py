"""The entries above a text, in every way in which they are written."""

from __future__ import annotations

from datetime import datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bulletin.core.problems import Problem, problem
from bulletin.read.frontmatter import ALIASES, ARTICLE, ISSUE, NOTICE, PAGE, Entry, Front, read_entries, split

PATH = "content/issues/2015001.md"


def front(text: str) -> Front:
    found, problems = split(text, PATH)
    assert problems == ()
    return found


def faults(text: str) -> tuple[Problem, ...]:
    return split(text, PATH)[1]


@pytest.mark.parametrize(
    "text",
    [
        "---\nnumber: 2014002\ntitle: 简报\n---\n正文\n第二行",
        "---  \nnumber: 2014002\ntitle: 简报\n...\n正文\n第二行",
        "---\n期号: 2014002\n标题: 简报\n---\n正文\n第二行",
        "---\n期号：2014002\n标题：　简报\n---\n正文\n第二行",
        "---\nnumber:2014002\nTitle:简报\n---\n正文\n第二行",
        "---\nnumber : 2014002\ntitle ： 简报\n---\n正文\n第二行",
        "Number: 2014002\nTitle: 简报\n---\n正文\n第二行",
        "期号：2014002\n标题：简报\n...\n正文\n第二行",
    ],
)
def test_entries_and_body_are_parted(text: str) -> None:
    found = front(text)
    assert found.entries == {"number": "2014002", "title": "简报"}
    assert (found.body, found.first_line) == ("正文\n第二行", 5 if text.startswith("---") else 4)
    assert (found.line("number"), found.line("title")) == ((2, 3) if text.startswith("---") else (1, 2))


@pytest.mark.parametrize(
    ("text", "entries", "body", "first"),
    [
        ("Title: 简报\nDate: 2015-04-10\n通知：明天开会。\n正文", ["title", "date"], "通知：明天开会。\n正文", 3),
        ("标题：简报\n单位：站\n日期：2015-04-10\n\n正文", ["title", "date"], "单位：站\n\n\n正文", 2),
        ("Title: 简报\nNote: all meet.\n    at nine\nDate: 2015-04-10\n正文", ["title", "date"],
            "Note: all meet.\n    at nine\n\n正文", 2),
        ("Title: 简报\nCategory: news\n\n通知：开会", ["title", "category"], "\n通知：开会", 3),
    ],
)  # fmt: skip
def test_of_lines_like_the_meta_extensions_only_entries_are_taken(
    text: str, entries: list[str], body: str, first: int
) -> None:
    found, _ = split(text, PATH)
    assert (list(found.entries), found.body, found.first_line) == (entries, body, first)


def test_lines_as_the_meta_extension_reads_them_may_go_on_and_need_no_end() -> None:
    found = front("Title: 简报\nSummary: 第一句\n    第二句\nDate: 2015-04-10\n\n正文")
    assert found.entries == {"title": "简报", "summary": "第一句 第二句", "date": "2015-04-10"}
    assert (found.body, found.first_line) == ("\n正文", 5)


@pytest.mark.parametrize(
    "text",
    ["", "正文", "\n---\na: 1\n---", "时间：上午九点\n地点：会议室", "事情经过:11月24日", "# 标题\n正文",
        "http://example.cn/", "注:甲乙"],
)  # fmt: skip
def test_a_text_without_entries_is_all_body(text: str) -> None:
    found = front(text)
    assert (found.entries, found.body, found.first_line) == ({}, text, 1)


def test_an_address_keeps_its_colon() -> None:
    assert (
        front("---\nsummary: 见 http://example.cn/\nhttp://a.cn: 1\n---\n").entries["summary"]
        == "见 http://example.cn/"
    )


@pytest.mark.parametrize(("written", "meant"), ALIASES.items())
def test_other_names(written: str, meant: str) -> None:
    assert meant in {**ISSUE, **PAGE, **ARTICLE, **NOTICE}
    assert front(f"---\n{written}: 一\n---\n").entries == {meant: "一"}


@pytest.mark.parametrize(
    ("text", "fault"),
    [
        ("---\nnumber: 1\n正文", problem("F201", PATH, 1)),
        ("---\nnumber: 1\nnumber: 2\n---\n正文", problem("F204", PATH, 3, key="number")),
        ("---\ndate: 2015-01-01\n日期: 2015-01-02\n---\n正文", problem("F204", PATH, 3, key="日期")),
        ("---\na: &x 1\n---\n正文", problem("F203", PATH, 2, what="an anchor (&name)")),
        ("---\ntitle: a: b\n---\n正文", problem("F202", PATH, 2, reason="one colon too many on this line")),
        ("---\n一句话\n---\n正文", problem("F202", PATH, 2, reason="it is not in the form “name: value”")),
    ],
)
def test_entries_that_cannot_be_read_are_reported(text: str, fault: Problem) -> None:
    found, problems = split(text, PATH)
    assert problems == (fault,)
    assert (found.entries, found.body.splitlines()[-1]) == ({}, "正文")


def test_the_same_entry_by_two_names_is_fine_when_they_agree() -> None:
    assert front("---\ntags: 救助\nkeywords: 救助\n---\n").entries == {"keywords": "救助"}


def test_empty_entries_are_as_if_not_written() -> None:
    found, problems = read_entries(front("---\ndate:\ndraft:\n---\n正文"), ISSUE)
    assert (found.get("date", None), found.get("draft", False), problems) == (None, False, ())


@pytest.mark.parametrize(
    ("written", "value"),
    [
        ("hits: 5530", 5530),
        ("hits: 5,530", 5530),
        ("hits: ５５", 55),
        ("total: 38", 38),
        ("draft: true", True),
        ("draft: YES", True),
        ("草稿: 是", True),
        ("draft: no", False),
        ("draft: 否", False),
        ("draft: published", False),
        ("date: 2015-04-10 10:04", datetime(2015, 4, 10, 10, 4)),
        ("keywords: 救助，流浪、乞讨; 管理", ("救助", "流浪", "乞讨", "管理")),
        ("keywords: [救助, 管理]", ("救助", "管理")),
        ("redirect_from: /old.html", ("/old.html",)),
        ("redirect_from: [/a.html, /b.html]", ("/a.html", "/b.html")),
        ("title: '  简报 '", "简报"),
        ("人物: masked", "masked"),
    ],
)
def test_value(written: str, value: object) -> None:
    found, problems = read_entries(front(f"---\n{written}\n---\n"), ISSUE)
    assert (list(found.entries.values()), problems) == ([value], ())


BAD = {
    "a text": ["[一, 二]", "{a: 1}"],
    "a whole number": ["-1", "1.5", "很多", "1234567890", "[1]"],
    "yes or no": ["maybe", "2", "[true]"],
    "a date like 2015-04-10 10:04": ["2015-02-30", "今天", "[2015-01-01]"],
    "a list of words, with commas": ["{a: 1}", "[[a]]"],
    "a list of addresses": ["{a: 1}", "[[/a]]"],
    "a list of corrections": ["一处", "{was: 一}"],
    "one of none, masked, consent": ["some", "[none]"],
    "the word search-notice": ["notice", "[search-notice]"],
}
CASES = [
    (known, key, value)
    for known in (ISSUE, PAGE, ARTICLE)
    for key, entry in known.items()
    for value in BAD[entry.expected]
]


@pytest.mark.parametrize(("known", "key", "value"), CASES, ids=[f"{key}-{value}" for _, key, value in CASES])
def test_a_value_that_does_not_fit_is_reported_at_its_line(known: dict[str, Entry], key: str, value: str) -> None:
    found, problems = read_entries(front(f"---\n\n{key}: {value}\n---\n"), known)
    (fault,) = problems
    shown = "…" if value[0] in "[{" else value
    assert (fault.code, fault.line) == ("F304" if key in ("date", "updated", "until") else "F206", 3)
    assert ("value", shown) in fault.values
    assert found.entries == {}


@pytest.mark.parametrize(
    ("key", "guess"), [("nunber", "number"), ("titel", "title"), ("drafts", "draft"), ("救助", ""), ("section", "")]
)
def test_an_unknown_entry_is_reported_with_a_guess(key: str, guess: str) -> None:
    _, problems = read_entries(front(f"---\n{key}: 1\n---\n"), ISSUE)
    assert problems == (problem("F205", PATH, 2, guess, key=key),)


def test_entries_of_other_generators_are_passed_over() -> None:
    jekyll = "layout: post\ncategories: [甲]\ntags: [乙]\npermalink: /a/\nauthor: 丙\ncomments: true\nexcerpt: 丁"
    hexo = "toc: true\ncover: a.jpg\nlang: zh-CN\nslug: a"
    pelican = "Template: page\nAuthors: 丙\nModified: 2015-01-02\nStatus: published"
    for known in (ISSUE, PAGE):  # an article's own date says nothing, which must be said
        for text in (f"---\n{jekyll}\n---\n", f"---\n{hexo}\n---\n", f"{pelican}\nTitle: 甲\n"):
            assert read_entries(front(text), known)[1] == ()


@pytest.mark.parametrize("entry", ["status: draft", "published: false", "password: 一", "aliases: /a/"])
def test_what_another_generator_would_hide_or_move_is_still_named(entry: str) -> None:
    _, problems = read_entries(front(f"---\n{entry}\n---\n"), ISSUE)
    assert [found.code for found in problems] == ["F205"]


PIECES = st.sampled_from(
    ["---", "...", "a: 1", "标题：一", "Title: 一", "date: 2015-01-01", "    续", "", "# 二", "- 三", "[", "'", "\t",
        "b: [", "正文", ": ", "&a", "草稿:是"]
)  # fmt: skip


@given(st.lists(PIECES, max_size=8).map("\n".join))
def test_whatever_stands_there_the_body_is_the_end_of_the_text(text: str) -> None:
    found, _ = split(text, PATH)
    for known in (ISSUE, PAGE, ARTICLE):
        read_entries(found, known)
    lines = text.split("\n")
    assert found.body == "\n".join(lines[found.first_line - 1 :])
    assert set(found.lines.values()) <= set(range(1, found.first_line))


@given(st.text(max_size=60))
def test_any_text_is_read_without_an_exception(text: str) -> None:
    split(text, PATH)
    split("---\n" + text + "\n---\n", PATH)
