"""Lists of carried-over counts, as spreadsheets and old sites give them: read rightly, or named."""

from __future__ import annotations

import pytest

from bulletin.core.keys import Key, KeyList
from bulletin.hits.catalogue import catalogue
from bulletin.hits.lists import read_list

PAGES = catalogue(
    KeyList("https://jzz.example.cn/", (Key("issue:2014002", "issues/2014002/", "甲", "2014002", "2015-04-10"),))
)


@pytest.mark.parametrize(
    "text",
    [
        "2014002,5530",
        "\n2014002,5530\n",
        "期号,标题,点击量,年份\n2014002,甲,5530,2014\n",
        "期号\t阅读\n2014002\t5,530\n",
        'page;Hits\n2014002;"5,530"\n',
        "页面,次\r2014002,5530\r",
        "页面,次,\n2014002,5530,\n",
    ],
)
def test_the_count_is_found(text: str) -> None:
    found = read_list(text.encode(), PAGES)
    assert ([(count.page, count.n) for count in found.counts], found.skipped) == ([("issue:2014002", 5530)], ())


@pytest.mark.parametrize(
    ("text", "line", "why"),
    [
        ("2014002,-5\n", 1, "the count is not a number."),
        ("2014002,1e+23\n", 1, "the count is not a number."),
        ("2014002,55.30\n", 1, "the count is not a number."),
        ("2014002,1" + "0" * 400 + "\n", 1, "the count is too large."),
        ("2014002,5,530\n", 1, "there are more fields than columns"),
        ("2014002,5530,2014\n", 1, "there are more fields than columns"),
        ("页面,点击\n2014002,5,530\n", 2, "there are more fields than columns"),
        ("2014002\n", 1, "a line needs a page and a count."),
        ("2014009,1\n", 1, "this is neither a key"),
        ('2014002,"' + "x" * 200_000 + '"\n', 1, ""),
    ],
)
def test_what_cannot_be_used_is_named(text: str, line: int, why: str) -> None:
    found = read_list(text.encode(), PAGES)
    assert found.counts == ()
    assert [(each.line, each.why[: len(why)]) for each in found.skipped] == [(line, why)]
