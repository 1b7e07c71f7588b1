"""Titles with markup, from the source to every view: text where text is shown, HTML in the heading."""

from __future__ import annotations

from bulletin.arrange.counted import key_list
from bulletin.arrange.records import search_bundles
from bulletin.read.addresses import EXTERNAL_REL
from tests.arrange.contents import HEAD, Content, places, read, read_body
from tests.conftest import STATION

ISSUE = "issues/2015001.md"
LINKED = "### [放假通知](https://www.example.cn/tz.html)\n\n一。\n"
NOTED = "### 大会召开[^1]\n\n二[^2]。\n\n[^1]: 题注。\n[^2]: 文注。\n"


def content(body: str) -> Content:
    return Content({ISSUE: HEAD + body}, STATION)


def test_a_title_is_text_in_lists_addresses_feeds_and_search_and_html_in_its_heading() -> None:
    made = content(f"## 站务新闻\n\n{LINKED}\n{NOTED}")
    views = made.views()
    first, second = views["issues/2015001/index.html"].sections[0].articles
    link = f'<a href="https://www.example.cn/tz.html"{EXTERNAL_REL}>放假通知</a>'
    assert (first.title, first.title_html, first.id) == ("放假通知", link, "fang-jia-tong-zhi")
    assert (second.title, second.id) == ("大会召开", "da-hui-zhao-kai")
    article = views["issues/2015001/fang-jia-tong-zhi/index.html"]
    assert (article.title, article.title_html, article.head.title.split(" – ")[0]) == ("放假通知", link, "放假通知")
    assert [entry.title for entry in views["columns/news/feed.xml"].entries] == ["放假通知", "大会召开"]
    assert f"<h3>{link}</h3>" in views["feed.xml"].entries[0].html
    assert [record.title for record in search_bundles(made.archive)[0].records][1:] == ["放假通知", "大会召开"]


def test_notes_are_counted_through_title_and_text() -> None:
    block = content(f"## 站务新闻\n\n{NOTED}").views()["issues/2015001/index.html"].sections[0].articles[0]
    assert ">1</a></sup>" in block.title_html
    assert ">2</a></sup>" in block.html
    assert block.html.index("题注") < block.html.index("文注")
    assert "\ue001" not in block.title_html + block.html


def test_links_of_a_title_are_resolved_and_checked_like_others() -> None:
    made = content("## 站务新闻\n\n### [甲](#yi)见[乙](none.md)\n\n见[丙](#yi)。\n\n### 乙 {#yi}\n\n二。\n")
    article = made.views()["issues/2015001/jia-jian-yi/index.html"]
    assert 'href="../../../issues/2015001/index.html#yi"' in article.title_html
    assert 'href="../../../issues/2015001/index.html#yi"' in article.html
    assert places(made.problems) == [("L101", 6)]


def test_titles_of_issue_section_and_page_keep_their_markup_too() -> None:
    made = Content(
        {
            ISSUE: HEAD + "# 简报*增*第3期[^1]\n\n## [站务新闻](/columns/news/)\n\n### 甲\n\n一。\n\n[^1]: 题注。\n",
            "pages/about.md": "# [关于](/columns/news/)我们\n\n二。\n",
        }
    )
    views = made.views()
    issue, page = views["issues/2015001/index.html"], views["about/index.html"]
    assert (issue.title, issue.sections[0].title, page.title) == ("简报增第3期", "站务新闻", "关于我们")
    assert issue.title_html.startswith("简报<em>增</em>第3期<sup")
    assert "题注" in issue.lead
    assert issue.sections[0].title_html == '<a href="../../columns/news/index.html">站务新闻</a>'
    assert page.title_html == '<a href="../columns/news/index.html">关于</a>我们'
    assert made.problems == ()


def test_an_article_file_has_its_title_from_its_heading() -> None:
    folder = "content/issues/2015001"
    found = read({f"{folder}/index.md": HEAD + "一。", f"{folder}/a.md": f"---\nsection: 站务新闻\n---\n{LINKED[2:]}"})
    assert found.issue
    (article,) = found.issue.sections[0].articles
    assert (article.title, article.slug, article.heading is not None) == ("放假通知", "fang-jia-tong-zhi", True)


def test_an_address_made_of_markup_once_takes_none_that_another_article_has() -> None:
    found = read_body("## 站务新闻\n\n### 甲[^1]\n\n一。\n\n[^1]: 注\n\n### 甲\n\n二。\n")
    assert found.issue
    assert found.issue.slugs == ("jia-2", "jia")


def test_a_known_section_behind_a_number_is_in_its_column() -> None:
    made = content("## 一、站务新闻\n\n### 甲\n\n一。\n")
    (section,) = made.views()["issues/2015001/index.html"].sections
    assert (section.title, section.id) == ("一、站务新闻", "news")
    assert made.views()["columns/news/index.html"].issues[0].articles[0].title == "甲"
    assert [key.section for key in key_list(made.archive).keys] == ["", "站务新闻"]


def test_a_note_of_a_neighbour_is_not_borrowed() -> None:
    found = read_body("## 站务新闻\n\n### 甲\n\n一[^1]。\n\n### 乙\n\n二[^1]。\n\n[^1]: 注\n")
    assert places(found.problems) == [("M309", 8)]
    assert "一[^1]。" in found.html_parts[0]


def test_links_within_a_text_lead_to_its_page_in_a_feed() -> None:
    views = content(f"## 站务新闻\n\n{NOTED}").views()
    (whole,), (article,) = views["feed.xml"].entries, views["columns/news/feed.xml"].entries
    assert f'href="{whole.url}#fn:1-2"' in whole.html
    assert f'href="{article.url}#fnref:1-2"' in article.html
    assert 'href="#' not in whole.html + article.html


def test_a_notice_of_points_has_no_column() -> None:
    made = content("# 关于放假的通知\n\n各科室：\n\n## 一、时间\n\n七天。\n\n## 二、要求\n\n值班。\n")
    page = made.views()["issues/2015001/index.html"]
    assert (page.title, page.sections) == ("关于放假的通知", ())
    assert '<h2 id="一时间">一、时间</h2>' in page.lead
    assert {path for path in made.paths() if path.startswith("columns/")} == {
        path for path in content("一。").paths() if path.startswith("columns/")
    }
