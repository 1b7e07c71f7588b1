"""Every page of the site, and what would stand where something else does."""

from __future__ import annotations

import pytest

from bulletin.core.problems import problem
from tests.arrange.contents import HEAD, Content
from tests.conftest import STATION

ISSUE = HEAD + "## 站务新闻\n### 甲\n一\n## 案例分析\n二"
FILES = {"issues/2015001.md": ISSUE, "issues/2014001.md": ISSUE, "pages/about.md": "一"}


def test_the_whole_site() -> None:
    assert Content(FILES).paths() == {
        "index.html",
        "404.html",
        "robots.txt",
        "feed.xml",
        "sitemap.xml",
        "sitemap-pages.xml",
        "sitemap-2014.xml",
        "sitemap-2015.xml",
        "about/index.html",
        "columns/index.html",
        "2014/index.html",
        "2015/index.html",
        *(f"issues/{number}/{rest}" for number in (2014001, 2015001) for rest in ("index.html", "jia/index.html")),
        *(
            f"columns/{column}/{rest}"
            for column in ("news", "cases")
            for rest in ("index.html", "feed.xml", "2014/index.html", "2015/index.html")
        ),
    }


def test_no_two_groups_have_one_name() -> None:
    names = [each.group.name for each in Content(FILES).planned]
    assert len(set(names)) == len(names)


def test_without_an_address_there_are_no_feeds_and_no_sitemap() -> None:
    content = Content(FILES, "name: 甲\n")
    assert not {path for path in content.paths() if path.endswith(".xml")}
    assert content.problems == (problem("A104", "content/station.yml"),)


def test_articles_may_have_no_pages() -> None:
    content = Content(FILES, STATION + "article_pages: no\n")
    assert {path for path in content.paths() if path.startswith("issues/2014")} == {"issues/2014001/index.html"}


def test_an_empty_station_has_a_home_page() -> None:
    assert {"index.html", "404.html", "feed.xml", "columns/news/index.html"} <= Content({}).paths()


def test_old_addresses_are_pages() -> None:
    files = {"issues/2015001.md": ISSUE.replace("---\n#", "redirect_from: [/a.html, /b/]\n---\n#")}
    assert {"a.html", "b/index.html"} <= Content(files).paths()


def test_what_only_a_web_server_can_answer_is_no_fault_and_not_for_the_page_of_errors() -> None:
    files = {"issues/2015001.md": ISSUE.replace("---\n#", "redirect_from: ['/?p=12']\n---\n#")}
    content = Content(files)
    assert not [each for each in content.problems if each.code == "A103"]
    assert "old-addresses.json" not in content.paths()
    shown = {"issues/2015001.md": ISSUE.replace("---\n#", "redirect_from: ['/a.asp?p=12']\n---\n#")}
    assert "old-addresses.json" in Content(shown).paths()


OTHER = "---\ndate: 2015-01-01\nredirect_from: {}\n---\n## 站务新闻\n一"


@pytest.mark.parametrize(
    ("files", "source", "address", "other"),
    [
        ({"pages/About.md": "一", "pages/about.md": "二"}, "pages/about.md", "about/", "pages/About.md"),
        (
            {"issues/2015002.md": ISSUE, "issues/2015001.md": OTHER.format("/issues/2015002/JIA/")},
            "issues/2015001.md",
            "issues/2015002/JIA/",
            "issues/2015002.md",
        ),
        (
            {"issues/2015002.md": OTHER.format("/a.html"), "issues/2015001.md": OTHER.format("/A.html")},
            "issues/2015001.md",
            "A.html",
            "issues/2015002.md",
        ),
        (
            {"issues/2015002.md": OTHER.format("/a.html"), "issues/2015001.md": OTHER.format("/a.html/b/")},
            "issues/2015001.md",
            "a.html/b/",
            "issues/2015002.md",
        ),
    ],
)
def test_a_collision_names_both_sources(files: dict[str, str], source: str, address: str, other: str) -> None:
    content = Content(files)
    found = problem("A102", f"content/{source}", 1, address=address, other=f"content/{other}")
    assert found in content.problems
    assert [each.group.paths for each in content.planned].count((address,)) <= 1


def test_a_taken_old_address_costs_the_issue_nothing_else() -> None:
    files = {f"issues/2015{n:03}.md": OTHER.format("[/a/, /a]").replace("2015-", f"201{n}-") for n in (1, 2)}
    content = Content(files)
    assert [p.code for p in content.problems] == ["A102"]
    assert {"issues/2015001/index.html", "issues/2015002/index.html", "a/index.html"} <= content.paths()


def test_pages_of_the_site_itself_have_their_places_first() -> None:
    content = Content({"issues/2015001.md": ISSUE, "pages/2015.md": "一"})
    found = problem("A102", "content/pages/2015.md", 1, address="2015/", other="year 2015")
    assert content.problems == (found,)


def test_an_old_address_that_cannot_be_kept_is_reported() -> None:
    content = Content({"issues/2015001.md": OTHER.format("['show.asp?id=1', /a/]")})
    assert content.problems == (problem("A103", "content/issues/2015001.md", 1, address="show.asp?id=1"),)
    assert "a/index.html" in content.paths()
