"""Lists of carried-over counts, as spreadsheets and old sites give them: read rightly, or named."""

from __future__ import annotations

import pytest

from bulletin.core.keys import Key, KeyList
from bulletin.hits.catalogue import catalogue
from bulletin.hits.lists import read_list

_KEYS = (
    Key("issue:2014002", "issues/2014002/", "甲", "2014002", "2015-04-10"),
    Key("article:甲/乙", "issues/甲/乙/", "乙", "甲", "2015-04-10", "新闻"),
)
PAGES = catalogue(KeyList("https://jzz.example.cn/", _KEYS))


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
        "\n期号,年份,总点击数\n2014002,2014,5530\n",
        "期号,标题,浏览次数（次）\n2014002,甲,5530\n",
        "期号,标题,PV\n2014002,甲,5530\n",
        "2014002,5530\n/issues/2014002/,5530\n",
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
        ("期号,点击,备注\n2014002,5,530,\n", 2, "there are more fields than columns"),
        ("期号,年份,总\n2014002,2014,5530\n", 1, "no column says that it is the count"),
        ("article:甲/乙,many\n", 1, "the count is not a number."),
        ("2014002\n", 1, "a line needs a page and a count."),
        ("2014009,1\n", 1, "this is neither a key"),
        ('2014002,"' + "x" * 200_000 + '"\n', 1, ""),
    ],
)
def test_what_cannot_be_used_is_named(text: str, line: int, why: str) -> None:
    found = read_list(text.encode(), PAGES)
    assert found.counts == ()
    assert [(each.line, each.why[: len(why)]) for each in found.skipped] == [(line, why)]


def test_a_page_with_two_counts_has_the_last_and_the_other_is_named() -> None:
    found = read_list(b"2014002,7\n2014009,1\nissues/2014002/,5530\n", PAGES)
    assert [(count.page, count.n) for count in found.counts] == [("issue:2014002", 5530)]
    assert [(each.line, each.what, each.why[:12]) for each in found.skipped] == [
        (1, "2014002", "a later line"),
        (2, "2014009", "this is neit"),
    ]
