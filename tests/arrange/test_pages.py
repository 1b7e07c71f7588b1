"""What each page shows: meta tags, addresses, neighbours, feeds, sitemaps."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from typing import Any

import msgspec
import pytest

from bulletin.arrange import views
from bulletin.core.model import Today
from tests.arrange.contents import Content

YAML = """\
name: 南岭市救助管理站
short_name: 南岭站
url: https://jzz.example.cn/sub/
description: 本站简介
site_code: "4304000001"
police: 湘公网安备 43040802000123号
sections:
  - {id: news, title: 站务新闻, description: 日常工作, keywords: [救助, 站务], type: 工作动态}
  - {id: cases, title: 案例分析}
"""

FILES = {
    "issues/2014001.md": "---\ndate: 2014-03-01\n---\n## 站务新闻\n### 旧闻\n旧。",
    "issues/2015001.md": "---\ndate: 2015-02-03 04:05\nupdated: 2015-02-09\nkeywords: 甲,乙\nsummary: 提要\n"
    "redirect_from: /old.html\n---\n开头\n## 站务新闻\n### 会议\n#### 小题\n正文[^1]。(刘红兵)\n\n[^1]: 注\n"
    "### 通知\n二\n## 案例分析\n讨论。(邓军)",
    "issues/2015002.md": "---\ndate: 2015-03-01\n---\n## 站务新闻\n### 新闻\n三",
    "issues/2015003.md": "---\ndate: 2015-04-01\ndraft: true\n---\n## 站务新闻\n### 草稿\n四",
    "pages/about.md": "---\ntitle: 关于\nupdated: 2015-01-01\nredirect_from: /gywm.htm\n---\n一",
    "pages/hidden.md": "---\nmenu: no\n---\n二",
}


def pages(*, yaml: str = YAML, drafts: bool = False, today: Today | None = None) -> dict[str, Any]:
    return dict(Content(FILES, yaml, drafts=drafts, today=today).views())


def meta(page: Any) -> dict[str, str]:
    return {each.name: each.content for each in page.head.meta}


SITE = {"SiteName": "南岭市救助管理站", "SiteDomain": "jzz.example.cn", "SiteIDCode": "4304000001"}


def test_meta_tags_of_an_issue() -> None:
    assert meta(pages()["issues/2015001/index.html"]) == {
        **SITE,
        "ArticleTitle": "工作简报2015001",
        "PubDate": "2015-02-03 04:05",
        "ContentSource": "南岭市救助管理站",
        "Keywords": "甲,乙",
        "Description": "提要",
        "Url": "https://jzz.example.cn/sub/issues/2015001/",
    }


def test_meta_tags_of_an_article() -> None:
    assert meta(pages()["issues/2015001/hui-yi/index.html"]) == {
        **SITE,
        "ArticleTitle": "会议",
        "PubDate": "2015-02-03 04:05",
        "ContentSource": "南岭市救助管理站",
        "Keywords": "甲,乙",
        "Author": "刘红兵",
        "Description": "正文。",
        "Url": "https://jzz.example.cn/sub/issues/2015001/hui-yi/",
    }


def test_meta_tags_of_columns_and_home() -> None:
    found = pages()
    assert meta(found["columns/news/index.html"]) == {
        **SITE,
        "ColumnName": "站务新闻",
        "ColumnDescription": "日常工作",
        "ColumnKeywords": "救助,站务",
        "ColumnType": "工作动态",
    }
    assert meta(found["columns/cases/index.html"]) == {**SITE, "ColumnName": "案例分析"}
    assert meta(found["index.html"]) == {**SITE, "ColumnType": "首页"}


def test_no_meta_tag_is_empty_or_stands_twice() -> None:
    for page in pages(yaml="name: 甲\n").values():
        names = [each.name for each in page.head.meta] if hasattr(page, "head") else []
        assert len(names) == len(set(names))
        assert all(each.content for each in page.head.meta) if names else True


ADDRESSES = ("href", "feed", "target", "column", "root", "sitemap", "url", "home", "canonical", "here")


def addresses(value: Any) -> Iterator[tuple[str, str]]:
    """Every address in a view, by the field's name."""
    for name in value.__struct_fields__:
        field = getattr(value, name)
        if name in ADDRESSES and isinstance(field, str) and field:
            yield name, field
        if name in ("html", "lead"):
            yield from (("html", found) for found in re.findall(r'(?:href|src)="([^"]*)"', field))
        for each in field if isinstance(field, tuple) else (field,):
            if isinstance(each, msgspec.Struct) and name != "station":
                yield from addresses(each)


def resolved(path: str, address: str) -> str:
    """Path in the site that a relative address leads to from a page."""
    from posixpath import dirname, join, normpath

    return normpath(join(dirname(path), address.split("#")[0])) if address.split("#")[0] else path


@pytest.mark.parametrize("drafts", [False, True])
def test_every_address_on_a_page_is_relative_and_leads_to_a_page(drafts: bool) -> None:
    found = pages(drafts=drafts)
    for path, view in found.items():
        for name, address in addresses(view):
            if name == "canonical" or isinstance(
                view, (views.FeedPage, views.SitemapPage, views.RobotsPage, views.MissingPage)
            ):
                continue
            if name == "root":
                assert resolved(path, address) == "."
            else:
                assert resolved(path, address) in found, (path, name, address)


def test_absolute_addresses_are_whole() -> None:
    for view in pages().values():
        if isinstance(view, (views.FeedPage, views.SitemapPage)):
            assert all(a.startswith("https://jzz.example.cn/sub/") for _, a in addresses(view) if not a.startswith("#"))


def test_addresses_of_the_page_of_errors_begin_at_the_servers_root() -> None:
    page = pages()["404.html"]
    assert (page.site.root, page.site.home.href, page.head.noindex) == ("/sub/", "/sub/index.html", True)
    assert [feed.href for feed in page.head.feeds] == ["/sub/feed.xml"]
    assert page.newest.href.startswith("/sub/issues/2015")


def test_canonical_addresses() -> None:
    found = pages()
    canonical = {path: found[path].head.canonical for path in ("index.html", "issues/2015001/hui-yi/index.html")}
    assert canonical == {
        "index.html": "https://jzz.example.cn/sub/",
        "issues/2015001/hui-yi/index.html": "https://jzz.example.cn/sub/issues/2015001/hui-yi/",
    }
    assert pages(yaml="name: 甲\n")["index.html"].head.canonical == ""


def test_an_issue_knows_its_neighbours() -> None:
    found = pages()
    around = {
        number: [link and link.text for link in (page.previous, page.next)]
        for number in (2014001, 2015001, 2015002)
        for page in (found[f"issues/{number}/index.html"],)
    }
    assert around == {
        2014001: [None, "工作简报2015001"],
        2015001: ["工作简报2014001", "工作简报2015002"],
        2015002: ["工作简报2015001", None],
    }


def test_an_article_knows_its_neighbours_in_the_issue() -> None:
    page = pages()["issues/2015001/tong-zhi/index.html"]
    assert (page.previous.text, page.next) == ("会议", None)
    assert page.previous.href == "../../../issues/2015001/hui-yi/index.html"
    assert page.articles == (views.Link("会议", page.previous.href), views.Link("通知", ""))


def test_an_article_is_shown_among_the_eight_about_it() -> None:
    text = "---\ndate: 2015-03-01\n---\n## 站务新闻\n"
    many = {"issues/2015009.md": text + "".join(f"### 第{n}篇 {{#a{n}}}\n字\n" for n in range(1, 13))}
    found = dict(Content(many, YAML).views())
    for number, first in ((1, 1), (6, 2), (12, 5)):
        articles = found[f"issues/2015009/a{number}/index.html"].articles
        assert [each.text for each in articles] == [f"第{n}篇" for n in range(first, first + 8)]
        assert [each.text for each in articles if not each.href] == [f"第{number}篇"]
    assert pages()["issues/2015002/xin-wen/index.html"].articles == ()


def test_headings_are_raised_where_the_article_is_the_page() -> None:
    found = pages()
    assert "<h4" in found["issues/2015001/index.html"].sections[0].articles[0].html
    assert "<h2" in found["issues/2015001/hui-yi/index.html"].html


def test_an_issue_shows_its_parts() -> None:
    page = pages()["issues/2015001/index.html"]
    assert (page.lead, page.sections[1].lead, page.sections[1].byline) == ("<p>开头</p>", "<p>讨论。</p>", "邓军")
    assert [(a.title, a.byline) for a in page.sections[0].articles] == [("会议", "刘红兵"), ("通知", "")]
    assert (page.date.text, page.date.iso, page.updated.text) == (
        "2015-02-03 04:05",
        "2015-02-03T04:05:00+08:00",
        "2015-02-09",
    )


def test_home_shows_the_newest_issue_and_the_latest_of_each_column() -> None:
    page = pages(today=Today(23, "2016-01-01"))["index.html"]
    assert (page.newest.number, [issue.number for issue in page.recent]) == ("2015002", ["2015001", "2014001"])
    assert [(c.title, [a.title for a in c.latest]) for c in page.columns] == [
        ("站务新闻", ["会议", "通知", "旧闻"]),  # what is in the newest issue stands above
        ("案例分析", ["工作简报2015001"]),  # a section without articles, by its issue
    ]
    assert page.site.today.count == 23
    assert [link.text for link in page.site.pages] == ["关于"]
    assert page.site.police_code == "43040802000123"


def archive_of(titles: Iterable[str], yaml: str = YAML, issues: int = 3) -> dict[str, Any]:
    """Views of issues that have each of these sections, and one section of the station's."""
    body = "## 站务新闻\n\n文。\n\n" + "".join(f"## {title}\n\n文。\n\n" for title in titles)
    texts = {f"issues/2015{n:03}.md": f"---\ndate: 2015-01-0{n}\n---\n{body}" for n in range(1, issues + 1)}
    return dict(Content(texts | {"issues/2015009.md": FILES["issues/2015002.md"]}, yaml).views())


def menu(page: Any) -> list[str]:
    return [link.text for link in page.site.columns]


UNNAMED = "name: 甲\n"
OTHERS = ["来信", "简讯", "公告", "人物", "摄影", "问答", "法规", "书评", "诗歌", "节气"]


@pytest.mark.parametrize(
    ("yaml", "shown"),
    [
        (YAML, ["站务新闻", "案例分析"]),
        (YAML.replace("title: 案例分析", "title: 案例分析, menu: no"), ["站务新闻"]),
        (YAML + "other_columns: 2\n", ["站务新闻", "案例分析", "来信", "简讯"]),
        (UNNAMED, ["站务新闻", *OTHERS[:7]]),
        (UNNAMED + "other_columns: 1\n", ["站务新闻"]),
        (UNNAMED + "other_columns: 0\n", []),
    ],
)
def test_the_menu_shows_the_stations_sections_or_eight_columns(yaml: str, shown: list[str]) -> None:
    found = archive_of(OTHERS, yaml)
    for path in ("index.html", "issues/2015009/index.html", "404.html"):
        assert menu(found[path]) == shown
    home, listed = found["index.html"], found["columns/index.html"]
    assert [column.title for column in home.columns] == [each for each in shown if each != "案例分析"]  # the newest's
    assert home.site.all_columns == "columns/index.html"
    assert {*OTHERS, "站务新闻"} <= {column.title for column in listed.columns}
    assert {column.issues for column in listed.columns if column.title in OTHERS} == {3}
    assert all(f"columns/{column.href.split('/')[2]}/index.html" in found for column in listed.columns)


def test_the_menu_has_the_most_frequent_in_the_order_in_which_they_began() -> None:
    bodies = {1: OTHERS, 2: OTHERS, 3: [*OTHERS[1:], OTHERS[0]], 4: OTHERS[3:]}
    texts = {
        f"issues/201500{n}.md": f"---\ndate: 2015-01-0{n}\n---\n" + "".join(f"## {title}\n文。\n" for title in titles)
        for n, titles in bodies.items()
    }
    assert menu(Content(texts, UNNAMED).views()["index.html"]) == [OTHERS[0], *OTHERS[3:]]


@pytest.mark.parametrize("issues", [2, 3])
def test_a_page_weighs_the_same_with_seven_hundred_unknown_sections(issues: int) -> None:
    """The menu of one archive grew to 670 entries, on each of thousands of pages. Of one issue, two or more alike."""
    yaml = YAML + "search: yes\n"
    few, many = archive_of([], yaml, issues), archive_of((f"栏目之{n}" for n in range(700)), yaml, issues)
    for path in ("index.html", "404.html", "search/index.html", "issues/2015009/index.html", "columns/news/index.html"):
        assert len(msgspec.json.encode(many[path].site)) == len(msgspec.json.encode(few[path].site))
    for path in ("404.html", "search/index.html", "issues/2015009/index.html", "issues/2015009/xin-wen/index.html"):
        assert many[path] == few[path]
    assert many["index.html"].columns == few["index.html"].columns
    assert many["2015/index.html"] != few["2015/index.html"]  # it lists the issues' sections


def test_a_rare_section_has_no_column_and_nothing_leads_to_one() -> None:
    """Twice: no page, no feed, no link, no place in breadcrumbs, sitemap and search."""
    body = "## 来信\n\n### 一封信\n\n谢谢。\n"
    texts = {f"issues/201500{n}.md": f"---\ndate: 2015-01-0{n}\n---\n{body}" for n in (1, 2, 3)}

    def of(count: int) -> dict[str, Any]:
        return dict(Content(dict(list(texts.items())[:count]), YAML + "search: yes\n").views())

    for count, there in ((2, False), (3, True)):
        found = of(count)
        issue, article = found["issues/2015001/index.html"], found["issues/2015001/yi-feng-xin/index.html"]
        assert bool(issue.sections[0].column) == there
        assert bool(article.section.href) == there
        assert article.section.text == "来信"
        assert [link.text for link in article.trail] == ["首页", "来信" if there else "工作简报2015001"]
        assert ("lai-xin" in str(article.head.linked_data)) == there
        assert '"articleSection":"来信"' in article.head.linked_data
        assert any(path.startswith("columns/lai-xin/") for path in found) == there
        assert ("lai-xin" in str(found["sitemap-pages.xml"])) == there


def test_an_authors_own_page_of_columns_stays() -> None:
    content = Content(FILES | {"pages/columns.md": "---\ntitle: 各栏目\nmenu: no\n---\n三"}, YAML)
    page = content.views()["columns/index.html"]
    assert (page.title, page.site.all_columns, content.problems) == ("各栏目", "../columns/index.html", ())


def test_columns_and_years_list_one_year_a_page() -> None:
    found = pages()
    column = found["columns/news/index.html"]
    assert (column.year, [entry.issue.text for entry in column.issues]) == (
        "2015",
        ["工作简报2015002", "工作简报2015001"],
    )
    assert [(link.text, link.href) for link in column.years] == [
        ("2015", ""),
        ("2014", "../../columns/news/2014/index.html"),
    ]
    assert column.issues[0].issue.href == "../../issues/2015002/index.html#news"
    assert [item.number for item in found["2014/index.html"].issues] == ["2014001"]


def test_old_addresses_lead_on() -> None:
    found = pages()
    assert [(found[p].target, found[p].head.noindex) for p in ("old.html", "gywm.htm")] == [
        ("issues/2015001/index.html", True),
        ("about/index.html", True),
    ]


def test_drafts_are_marked_and_stay_out_of_feeds_and_sitemaps() -> None:
    found = pages(drafts=True)
    for path in ("issues/2015003/index.html", "issues/2015003/cao-gao/index.html"):
        assert found[path].draft
        assert found[path].head.noindex
    assert found["index.html"].newest.draft
    lists = [found[path] for path in ("feed.xml", "columns/news/feed.xml", "sitemap-2015.xml")]
    assert "2015003" not in repr(lists)


def test_feed_of_the_whole() -> None:
    feed = pages()["feed.xml"]
    assert (feed.url, feed.home) == ("https://jzz.example.cn/sub/feed.xml", "https://jzz.example.cn/sub/")
    assert feed.updated == "2015-03-01T00:00:00+08:00"
    _, entry, _ = feed.entries
    assert (entry.id, entry.url) == (
        "tag:jzz.example.cn,2015:issues/2015001/",
        "https://jzz.example.cn/sub/issues/2015001/",
    )
    assert (entry.published, entry.updated) == ("2015-02-03T04:05:00+08:00", "2015-02-09T00:00:00+08:00")
    order = ["开头", "<h2>站务新闻</h2>", "<h3>会议</h3>", "正文", "(刘红兵)", "<h3>通知</h3>", "讨论", "(邓军)"]
    assert [entry.html.index(words) for words in order] == sorted(entry.html.index(words) for words in order)


def test_feed_of_a_column_holds_articles_or_the_sections_text() -> None:
    found = pages()
    news, cases = found["columns/news/feed.xml"], found["columns/cases/feed.xml"]
    assert [(e.title, e.author) for e in news.entries] == [
        ("新闻", "南岭市救助管理站"),
        ("会议", "刘红兵"),
        ("通知", "南岭市救助管理站"),
        ("旧闻", "南岭市救助管理站"),
    ]
    (entry,) = cases.entries
    assert (entry.title, entry.url) == (
        "工作简报2015001 案例分析",
        "https://jzz.example.cn/sub/issues/2015001/#cases",
    )


def test_feeds_without_article_pages_lead_into_the_issue() -> None:
    feed = pages(yaml=YAML + "article_pages: no\n")["columns/news/feed.xml"]
    assert feed.entries[1].url == "https://jzz.example.cn/sub/issues/2015001/#hui-yi"


def test_ids_of_a_feed_are_unlike_each_other() -> None:
    for path in ("feed.xml", "columns/news/feed.xml"):
        ids = [entry.id for entry in pages()[path].entries]
        assert len(ids) == len(set(ids))


def test_sitemaps_name_every_public_page_once() -> None:
    found = pages()
    index = [each.url.rpartition("/")[2] for each in found["sitemap.xml"].urls]
    assert index == ["sitemap-2015.xml", "sitemap-2014.xml", "sitemap-pages.xml"]
    listed = [each.url.removeprefix("https://jzz.example.cn/sub/") for name in index for each in found[name].urls]
    public = [
        path.removesuffix("index.html")
        for path, view in found.items()
        if path.endswith("index.html") and not isinstance(view, (views.RedirectPage, views.MissingPage))
    ]
    assert sorted(listed) == sorted(public)
    dates = {each.url: each.modified for each in found["sitemap-2015.xml"].urls}
    assert dates["https://jzz.example.cn/sub/issues/2015001/"] == "2015-02-09"


def test_a_chinese_domain_is_in_punycode_wherever_a_program_reads_it() -> None:
    found = pages(yaml=YAML.replace("jzz.example.cn", "救助站.政务"))
    host = "xn--7frz74brwp.xn--zfr164b"
    head, feed = found["issues/2015001/index.html"].head, found["feed.xml"]
    graph = {each.name: each.content for each in head.graph}
    assert graph["og:url"] == head.canonical == f"https://{host}/sub/issues/2015001/"
    assert feed.entries[0].id == f"tag:{host},2015:issues/2015002/"
    assert all(address.startswith(f"https://{host}/") for _, address in addresses(feed) if address[0] != "#")
    assert found["sitemap.xml"].urls[0].url == f"https://{host}/sub/sitemap-2015.xml"
    assert found["robots.txt"].sitemap.startswith(f"https://{host}/")
    assert found["index.html"].site.station.url == "https://救助站.政务/sub/"


def test_a_sitemap_names_no_day_before_1970() -> None:
    files = {"issues/1965001.md": "---\nnumber: 1965001\ndate: 1965-03-01\n---\n## 站务新闻\n一", **FILES}
    found = dict(Content(files, YAML).views())
    assert {each.modified for each in found["sitemap-1965.xml"].urls} == {""}
    assert {each.url.rpartition("/")[2]: each.modified for each in found["sitemap.xml"].urls}["sitemap-1965.xml"] == ""


def test_robots_names_the_sitemap_where_there_is_one() -> None:
    assert pages()["robots.txt"].sitemap == "https://jzz.example.cn/sub/sitemap.xml"
    assert pages(yaml="name: 甲\n")["robots.txt"].sitemap == ""
