"""``home`` of station.yml: which blocks the home page shows, in which order, and what it says of wrong names."""

from __future__ import annotations

from typing import Any

import pytest

from bulletin.commands.terminal import Messages
from bulletin.core.errors import StationError
from tests.arrange.contents import Content
from tests.arrange.test_links import picture

BASE = """\
name: 甲
sections:
  - {id: news, title: 站务新闻}
  - {id: cases, title: 案例分析}
"""

FILES = {
    "issues/2015001.md": "---\ndate: 2015-01-05\n---\n## 站务新闻\n### 甲\n"
    "![图](2015001/photo.jpg)\n\n一\n## 案例分析\n### 乙\n二",
    "issues/2015002.md": "---\ndate: 2015-02-05\n---\n## 站务新闻\n### 丙\n三\n### 丁\n四\n## 案例分析\n五",
}


def made(home: str = "") -> Content:
    return Content(FILES, BASE + home, assets=picture("content/issues/2015001/photo.jpg"))


def home_page(home: str = "") -> Any:
    return made(home).views()["index.html"]


def rows(page: Any) -> list[tuple[str, list[str]]]:
    """Each row's kind, and its blocks: columns by their title."""
    return [(row.kind, [b.column.title if b.column else b.kind for b in row.blocks]) for row in page.rows]


def test_without_the_entry_the_page_shows_its_own_blocks() -> None:
    assert rows(home_page()) == [
        ("notices", ["notices"]),
        ("newest", ["newest", "today", "contact", "recent"]),
        ("columns", ["columns"]),
        ("ranking", ["ranking"]),
    ]


def test_blocks_come_in_the_order_that_the_station_says() -> None:
    page = home_page("home: [contact, 案例分析, news, newest, recent, ranking]\n")
    assert rows(page) == [
        ("side", ["contact"]),
        ("column", ["案例分析", "站务新闻"]),
        ("newest", ["newest", "recent"]),
        ("ranking", ["ranking"]),
    ]


def test_each_article_is_there_once() -> None:
    page = home_page("home: [columns, news, newest]\n")
    column = page.rows[1].blocks[0].column
    assert [item.title for item in column.latest] == ["甲"]  # 丙 and 丁 are in the newest issue
    assert [column.title for column in page.columns] == ["案例分析"]  # 站务新闻 has its own block


def test_a_column_shows_the_newest_issue_too_where_nothing_else_does() -> None:
    (row,) = home_page("home:\n  - {column: news, count: 2}\n").rows
    assert [(item.title, item.date.day) for item in row.blocks[0].column.latest] == [
        ("丙", "2015-02-05"),
        ("丁", "2015-02-05"),
    ]


def test_a_section_of_one_text_is_listed_by_its_issue() -> None:
    (row,) = home_page("home: [cases]\n").rows
    assert [item.title for item in row.blocks[0].column.latest] == ["工作简报2015002", "乙"]


def test_pictures_are_shown_where_they_are_asked_for() -> None:
    def pictures(home: str) -> list[str]:
        (row,) = home_page(home).rows
        return [item.picture.src if item.picture else "" for item in row.blocks[0].column.latest]

    assert pictures("home: [news]\n") == ["", "", ""]
    last = pictures("home:\n  - {column: news, pictures: yes}\n")
    assert last[:2] == ["", ""]
    assert last[2].startswith("issues/2015001/photo")


def test_column_pages_show_pictures_too() -> None:
    issues = made().views()["columns/news/index.html"].issues
    found = [item.picture.src if item.picture else "" for issue in issues for item in issue.articles]
    assert [src.partition("photo")[0] for src in found] == ["", "", "../../issues/2015001/"]


def test_an_unknown_name_is_reported_with_what_there_is_and_the_rest_is_shown() -> None:
    content = made("home:\n  - newst\n  - column: 案例分折\n  - recent\n  - recent\n")
    found = [each for each in content.problems if each.code in ("A140", "A141")]
    assert [(each.code, each.line, each.guess) for each in found] == [
        ("A140", 6, "newest"),
        ("A140", 7, "案例分析"),
        ("A141", 9, ""),
    ]
    said = dict(found[0].values)
    assert "newest、today、contact" in said["blocks"]
    assert said["columns"] == "站务新闻、案例分析"
    assert rows(content.views()["index.html"]) == [("side", ["recent"])]


def test_what_the_page_calls_a_block_is_understood_as_a_slip() -> None:
    content = made("home: [最新一期, 往期简报, 阅读排行榜, newest]\n")
    assert [each.guess for each in content.problems if each.code == "A140"] == ["newest", "recent", "ranking"]


def test_a_page_whose_blocks_are_all_empty_shows_the_newest_issue() -> None:
    assert rows(home_page("home: [notices, ranking]\n")) == [
        ("notices", ["notices"]),
        ("ranking", ["ranking"]),
        ("newest", ["newest"]),
    ]
    assert ("newest", ["newest"]) not in rows(home_page("home: [recent]\n"))


@pytest.mark.parametrize(
    ("entry", "said"),
    [
        ("站务新闻: 5", "- column: 站务新闻"),
        ("newest: yes", "Write only “- newest”"),
        ("{column: news, cuont: 5}", "“count”"),
    ],
)
def test_an_entry_that_is_none_is_told_how_it_is_written(entry: str, said: str) -> None:
    with pytest.raises(StationError) as caught:
        made(f"home:\n  - recent\n  - {entry}\n")
    assert said in Messages(str).error(caught.value)
    assert "station.yml:" in str(caught.value)
