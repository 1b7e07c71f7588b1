"""What pages say of themselves to machines."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bulletin.arrange.facts import Story, Subject, graph, linked_data
from bulletin.arrange.urls import Name
from tests.arrange.contents import HEAD, Content, station
from tests.arrange.test_links import ASSETS
from tests.arrange.test_pages import FILES, YAML, meta, pages

HOME = "https://jzz.example.cn/sub/"
ISSUE = "issues/2015001/index.html"
ARTICLE = "issues/2015001/hui-yi/index.html"


def properties(page: Any) -> dict[str, str]:
    return {each.name: each.content for each in page.head.graph}


def nodes(page: Any) -> dict[str, Any]:
    """The things that a page's JSON-LD describes, by type."""
    return {node["@type"]: node for node in json.loads(page.head.linked_data)["@graph"]}


def trail(page: Any) -> list[tuple[str, str]]:
    return [(link.text, link.href) for link in page.trail]


# ── Open Graph


def test_open_graph_of_an_article() -> None:
    assert properties(pages()[ARTICLE]) == {
        "og:type": "article",
        "og:title": "会议",
        "og:url": HOME + "issues/2015001/hui-yi/",
        "og:site_name": "南岭市救助管理站",
        "og:description": "正文。",
        "og:locale": "zh_CN",
        "article:published_time": "2015-02-03T04:05:00+08:00",
        "article:modified_time": "2015-02-09T00:00:00+08:00",
        "article:author": "刘红兵",
        "article:section": "站务新闻",
    }


def test_open_graph_of_other_pages() -> None:
    found = pages(yaml=YAML + "language: en\n")
    assert properties(found["index.html"]) == {
        "og:type": "website",
        "og:title": "工作简报 – 南岭市救助管理站",
        "og:url": HOME,
        "og:site_name": "南岭市救助管理站",
        "og:description": "本站简介",
        "og:locale": "en_US",
    }
    assert properties(found["about/index.html"])["og:title"] == "关于"
    assert properties(found[ISSUE])["og:type"] == "article"


def test_no_property_is_empty_or_stands_twice() -> None:
    for page in pages(yaml="name: 甲\n").values():
        names = [each.name for each in page.head.graph] if hasattr(page, "head") else []
        assert len(names) == len(set(names))
        assert "og:url" not in names
        assert all(each.content for each in page.head.graph) if names else True


def test_the_first_picture_stands_for_its_page() -> None:
    text = HEAD + "## 站务新闻\n### 甲 {#jia}\n一\n### 乙 {#yi}\n![图](photo.jpg)\n\n![图](sub/photo.jpg)"
    found = dict(Content({"issues/2015002/index.md": text}, assets=ASSETS).views())
    address = "https://jzz.example.cn/issues/2015002/photo-800.jpg"
    for path, expected in (("", address), ("yi/", address), ("jia/", None)):
        page: Any = found[f"issues/2015002/{path}index.html"]
        assert properties(page).get("og:image") == expected
        assert meta(page).get("Image") == expected
        assert nodes(page)["NewsArticle"].get("image") == expected


# ── JSON-LD


def test_linked_data_of_an_article() -> None:
    found = nodes(pages()[ARTICLE])
    assert found["Organization"] == {
        "@type": "Organization",
        "@id": HOME + "#organization",
        "name": "南岭市救助管理站",
        "url": HOME,
    }
    assert found["NewsArticle"] == {
        "@type": "NewsArticle",
        "headline": "会议",
        "author": [{"@type": "Person", "name": "刘红兵"}],
        "publisher": {"@type": "Organization", "@id": HOME + "#organization"},
        "isPartOf": {
            "@type": "PublicationIssue",
            "name": "工作简报2015001",
            "url": HOME + "issues/2015001/",
            "issueNumber": "2015001",
            "isPartOf": {"@type": "Periodical", "name": "工作简报", "url": HOME},
        },
        "url": HOME + "issues/2015001/hui-yi/",
        "mainEntityOfPage": HOME + "issues/2015001/hui-yi/",
        "description": "正文。",
        "datePublished": "2015-02-03T04:05:00+08:00",
        "dateModified": "2015-02-09T00:00:00+08:00",
        "articleSection": "站务新闻",
        "inLanguage": "zh-CN",
    }
    steps = [(step["position"], step["name"], step["item"]) for step in found["BreadcrumbList"]["itemListElement"]]
    assert steps == [
        (1, "首页", HOME),
        (2, "站务新闻", HOME + "columns/news/"),
        (3, "会议", HOME + "issues/2015001/hui-yi/"),
    ]


def test_linked_data_of_an_issue() -> None:
    found = nodes(pages()[ISSUE])
    news = found["NewsArticle"]
    assert news["isPartOf"] == {"@type": "Periodical", "name": "工作简报", "url": HOME}
    assert news["author"] == [{"@type": "Organization", "@id": HOME + "#organization"}]
    assert [step["name"] for step in found["BreadcrumbList"]["itemListElement"]] == [
        "首页",
        "2015年简报",
        "工作简报2015001",
    ]


def test_the_office_is_described_on_every_page() -> None:
    yaml = YAML + "address: 和平路1号\nphone: 0700-1234567\nemail: a@example.cn\n"
    found = nodes(pages(yaml=yaml)["index.html"])
    assert found.keys() == {"Organization"}
    assert (
        found["Organization"] | {"address": "和平路1号", "telephone": "0700-1234567", "email": "a@example.cn"}
        == (found["Organization"])
    )


def test_without_an_address_there_is_no_linked_data() -> None:
    for page in pages(yaml="name: 甲\n").values():
        assert not hasattr(page, "head") or page.head.linked_data == ""


def test_what_is_not_to_be_indexed_says_nothing() -> None:
    found = pages(drafts=True)
    for path in ("404.html", "old.html", "issues/2015003/index.html", "issues/2015003/cao-gao/index.html"):
        assert (found[path].head.graph, found[path].head.linked_data) == ((), ""), path


@pytest.mark.parametrize(
    ("byline", "authors"),
    [
        ("刘红兵", [("Person", "刘红兵")]),
        ("刘红兵、李娜", [("Person", "刘红兵"), ("Person", "李娜")]),
        ("办公室 刘红兵", [("Organization", "办公室"), ("Person", "刘红兵")]),
        ("供稿：办公室", [("Organization", "办公室")]),
        ("J. Smith", [("Person", "J. Smith")]),
    ],
)
def test_authors_are_people_or_offices(byline: str, authors: list[tuple[str, str]]) -> None:
    data = json.loads(linked_data(station(YAML), subject(author=byline)))
    news = next(node for node in data["@graph"] if node["@type"] == "NewsArticle")
    assert [(author["@type"], author["name"]) for author in news["author"]] == authors


def subject(title: str = "题", author: str = "刘红兵") -> Subject:
    story = Story("2015-02-03T00:00:00+08:00", "2015-02-03T00:00:00+08:00", author, "站务新闻", "2015001")
    return Subject(ISSUE, title, title, "", (Name(title, "index.html"),), story)


@given(st.text())
def test_nothing_ends_the_script_that_linked_data_stands_in(title: str) -> None:
    hostile = f"</script><!--<script>&{title}"
    text = linked_data(station(YAML), subject(hostile, hostile))
    assert not set("<>&") & set(text)
    news = json.loads(text)["@graph"][1]
    assert (news["headline"], news["description"]) == (hostile, hostile)
    assert [each.content for each in graph(station(YAML), subject(hostile)) if each.name == "og:title"] == [hostile]


# ── the way back up


def test_every_page_knows_those_above_it() -> None:
    found = pages()
    assert trail(found[ISSUE]) == [("首页", "../../index.html"), ("2015年简报", "../../2015/index.html")]
    assert trail(found[ARTICLE]) == [("首页", "../../../index.html"), ("站务新闻", "../../../columns/news/index.html")]
    assert trail(found["columns/news/index.html"]) == [("首页", "../../index.html")]
    assert trail(found["columns/news/2015/index.html"]) == [
        ("首页", "../../../index.html"),
        ("站务新闻", "../../../columns/news/index.html"),
    ]
    assert trail(found["2015/index.html"]) == trail(found["about/index.html"]) == [("首页", "../index.html")]


def test_an_article_without_a_section_stands_below_its_issue() -> None:
    files = {"issues/2015002/index.md": "---\ndate: 2015-03-01\n---\n### 甲 {#jia}\n一"}
    found: Any = dict(Content(files | {k: v for k, v in FILES.items() if "pages" in k}).views())
    above = trail(found["issues/2015002/jia/index.html"])
    assert above == [("首页", "../../../index.html"), ("工作简报2015002", "../../../issues/2015002/index.html")]
