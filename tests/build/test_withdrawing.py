"""Which text a withdrawal means, and what is recorded of it."""

from __future__ import annotations

import pytest

from bulletin.arrange.moved import MovedAddress
from bulletin.build.finding import find_issue
from bulletin.build.withdrawing import find_target, make_withdrawal
from bulletin.core.errors import UsageError
from bulletin.core.withdrawals import Withdrawal
from tests.arrange.contents import Content
from tests.conftest import NOW, STATION

SECOND = """\
---
number: 2015年第2期
date: 2015-03-10
redirect_from: /old/2.html
---
## 站务新闻

### 夜巡三次

街面夜巡共三次，劝导五人。

### 寻人回家

走失老人在火车站候车室找到。

## 案例分析

### 寻人回家

走失老人在火车站候车室找到，又一例。
"""
FIRST = "---\ndate: 2015-02-10\n---\n## 站务新闻\n\n一。\n"
FILES = {"issues/2015001.md": FIRST, "issues/2015002.md": SECOND}


@pytest.mark.parametrize(
    "name", ["2015002", "2015年第2期", "2015002.md", "/issues/2015002/", "content/issues/2015002.md"]
)
def test_an_issue_is_found_by_every_name_it_has(name: str) -> None:
    assert find_issue(name, Content(FILES).archive.issues).id == "2015002"


@pytest.mark.parametrize("name", ["ye-xun-san-ci", "夜巡三次", "/ye-xun-san-ci/"])
def test_an_article_is_found_by_slug_and_title(name: str) -> None:
    found = find_target(Content(FILES).archive.issues, "2015002", name).article
    assert found
    assert found.slug == "ye-xun-san-ci"


@pytest.mark.parametrize(
    ("number", "article", "said"),
    [
        ("2015022", "", "Did you mean “2015002”"),
        ("简报", "", "no issue with the number"),
        ("2015002", "夜巡三", "Did you mean “夜巡三次”"),
        ("2015002", "天气", "it has: 夜巡三次、寻人回家、寻人回家"),
        ("2015002", "寻人回家", "name one: xun-ren-hui-jia, xun-ren-hui-jia-2"),
    ],
)
def test_what_is_not_there_is_guessed(number: str, article: str, said: str) -> None:
    with pytest.raises(UsageError, match=said):
        find_target(Content(FILES).archive.issues, number, article)


def record(article: str = "", yaml: str = STATION, published: tuple[str, ...] = ()) -> Withdrawal:
    archive = Content(FILES, yaml).archive
    moved = (
        MovedAddress("issues/2014009/index.html", "issues/2015002/index.html", ""),
        MovedAddress("issues/2015002/xun-ji/index.html", "issues/2015002/ye-xun-san-ci/index.html", ""),
        MovedAddress("columns/zha-ji/index.html", "issues/2015002/index.html#zha-ji", ""),
    )
    return make_withdrawal(find_target(archive.issues, "2015002", article), archive, moved, NOW, "依法", published)


def test_every_address_of_an_article_is_recorded_and_no_word_of_it() -> None:
    made = record("ye-xun-san-ci")
    assert made.addresses == ("issues/2015002/ye-xun-san-ci/index.html", "issues/2015002/xun-ji/index.html")
    assert (made.issue, made.slug, made.date, made.because) == ("2015002", "ye-xun-san-ci", "2016-01-01 12:00", "依法")
    assert (made.source, len(made.marks)) == ("content/issues/2015002.md", 2)
    assert record("ye-xun-san-ci", STATION + "article_pages: no\n").addresses == ()


def test_marks_are_those_of_no_other_article() -> None:
    assert len(record("xun-ren-hui-jia").marks) == 1  # another has the same title


def test_every_address_of_an_issue_is_recorded() -> None:
    slugs = ("ye-xun-san-ci", "xun-ren-hui-jia", "xun-ren-hui-jia-2")
    published = ("issues/2015002/jiu/index.html", "issues/2015002/tu-960.webp", "issues/2015001/index.html")
    assert record(published=published).addresses == (
        "issues/2015002/index.html",
        *(f"issues/2015002/{slug}/index.html" for slug in slugs),
        "old/2.html",
        "issues/2015002/jiu/index.html",
        "issues/2014009/index.html",
        "issues/2015002/xun-ji/index.html",
    )
