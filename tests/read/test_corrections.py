"""更正: the entry `corrections` becomes values, each with the article that it is about."""

from __future__ import annotations

from datetime import datetime

import pytest

from bulletin.core.model import Correction
from bulletin.read.frontmatter import split
from tests.arrange.contents import PATH, places, read

BODY = "---\n## 站务新闻\n\n### 夜巡\n\n夜巡三次。\n\n### 培训\n\n培训一次。\n"
DAY = datetime(2015, 5, 6)


def corrected(*items: str) -> str:
    return "---\ndate: 2015-04-10\ncorrections:\n" + "".join(f"  - {item}\n" for item in items) + BODY


def test_each_is_of_the_article_that_it_names_newest_first() -> None:
    reading = read(
        {
            PATH: corrected(
                "{date: 2015-05-06, where: 培训, was: 一次, now: 两次}",
                "{date: 2015-05-07 08:30, was: 三月, now: 四月}",
                "{date: 2015-05-06, where: ye-xun, was: 三次}",
            )
        }
    )
    assert reading.issue
    assert reading.problems == ()
    assert reading.issue.corrections == (
        Correction(datetime(2015, 5, 7, 8, 30), "", "三月", "四月"),
        Correction(DAY, "pei-xun", "一次", "两次"),
        Correction(DAY, "ye-xun", "三次", ""),
    )


def test_an_articles_own_file_has_its_own() -> None:
    folder = "content/issues/2015001"
    entry = "corrections:\n- 日期: 2015年5月6日\n  原文: 一次\n  应为: 两次\n"
    article = f"---\nsection: 站务新闻\n{entry}---\n# 培训\n\n两次。\n"
    reading = read({f"{folder}/index.md": "---\ndate: 2015-04-10\n---\n序。\n", f"{folder}/a.md": article})
    assert reading.issue
    assert (reading.issue.corrections, reading.problems) == ((Correction(DAY, "pei-xun", "一次", "两次"),), ())


def test_a_page_has_them_too() -> None:
    entry = "---\ncorrections: [{date: 2015-05-06, was: 一号, now: 二号}]\n---\n地址：解放路二号。\n"
    reading = read({"content/pages/about.md": entry})
    assert reading.page
    assert reading.page.corrections == (Correction(DAY, "", "一号", "二号"),)


@pytest.mark.parametrize(
    "item",
    [
        "一处",
        "{date: 昨天, was: 一, now: 二}",
        "{was: 一, now: 二}",
        "{date: 2015-05-06, where: 培训}",
        "{date: 2015-05-06, was: [一], now: 二}",
        "{date: 2015-05-06, waz: 一, now: 二}",
        "{date: 2015-05-06, was: 一, 原文: 二}",
    ],
)
def test_one_that_is_wrong_costs_neither_the_others_nor_the_text(item: str) -> None:
    reading = read({PATH: corrected("{date: 2015-05-06, was: 一, now: 二}", item)})
    assert reading.issue
    assert reading.issue.slugs == ("ye-xun", "pei-xun")
    assert places(reading.problems) == [("M410", 5)]
    assert reading.issue.corrections == (Correction(DAY, "", "一", "二"),)


def test_the_line_is_that_of_the_field() -> None:
    reading = read({PATH: corrected("was: 一\n    now: 二\n    date: 昨天")})
    assert places(reading.problems) == [("M410", 6)]


def test_an_article_that_is_not_there_is_asked_about() -> None:
    reading = read({PATH: corrected("{date: 2015-05-06, where: 培训会, was: 一次, now: 两次}")})
    assert reading.issue
    assert places(reading.problems) == [("M411", 4)]
    assert reading.problems[0].guess == "培训"
    assert [each.where for each in reading.issue.corrections] == [""]


def test_a_text_may_begin_with_the_word() -> None:
    front, _ = split("更正：上期第三页的日期有误。\n", PATH)
    assert (front.entries, front.body) == ({}, "更正：上期第三页的日期有误。\n")
