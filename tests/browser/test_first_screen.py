"""Home's first screen, and the head of all pages: whose site it is, whom to call, what is new."""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

import pytest
from playwright.sync_api import Browser, Locator, Page

from tests.browser.chromium import context
from tests.browser.nginx import Mount, serving
from tests.browser.stations import hill
from tests.conftest import NOW, write_files
from tests.prove.stations import build_here

DESK, PHONE, SMALL = (1280, 800), (390, 800), (320, 568)
NAME, SHORT = "湖南省南岭市生活无着流浪乞讨人员救助管理总站", "南岭市救助管理站"
TITLE = "关于站区停水检修以及受助人员用水安排的临时通知"
STATION = f"""\
name: {NAME}
short_name: {SHORT}
bulletin: 工作简报
description: 本站的工作简报，登站务新闻、学术争鸣、案例分析和政策法规。
url: https://jzz.example.cn/
phone: 0734-8516000
address: 园林路24号
search: yes
theme: {{logo: logo.png, banner: banner.jpg}}
hits: yes
sections:
  - {{id: news, title: 站务新闻}}
  - {{id: cases, title: 案例分析}}
"""
ISSUE = "---\nnumber: {}\ndate: {}\n---\n" + "".join(
    f"## {section}\n" + "".join(f"### {section}的第{n}篇文章\n{{}}这一天来了很多人。\n" for n in range(4))
    for section in ("站务新闻", "案例分析", "学术争鸣")
)


class Box(NamedTuple):
    left: float
    top: float
    right: float
    bottom: float


def box(part: Locator) -> Box:
    found = part.bounding_box()
    assert found
    return Box(found["x"], found["y"], found["x"] + found["width"], found["y"] + found["height"])


def lines(part: Locator) -> int:
    """How many lines its words take."""
    found: int = part.evaluate(
        """part => {
          const range = document.createRange();
          range.selectNodeContents(part);
          return new Set(Array.from(range.getClientRects(), each => Math.round(each.top))).size;
        }"""
    )
    return found


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """A station with everything: a banner, a logo, two notices, today's figure, a picture in its newest issue."""
    root = tmp_path_factory.mktemp("first")
    picture = "![街面巡查](street.jpg)\n\n"
    write_files(
        root,
        {
            "content/station.yml": STATION,
            "content/today.yml": f"count: 26\ndate: {NOW:%Y-%m-%d}\n",
            "content/issues/2014001.md": ISSUE.format(2014001, "2014-01-09", *[""] * 12),
            "content/issues/2015001/index.md": ISSUE.format(2015001, "2015-01-09", picture, *[""] * 11),
            "content/notices/a.md": f"---\ntitle: {TITLE}\nfrom: 2015-01-08\nuntil: 2099-01-01\n---\n"
            + "请大家互相转告。" * 20,
            "content/notices/b.md": "---\ntitle: 春节值班安排\nfrom: 2015-01-07\n---\n请走西门。\n",
            "content/pages/about.md": "---\ntitle: 本站简介\n---\n字\n",
            "content/pages/help.md": "---\ntitle: 求助须知\nbeside_phone: yes\n---\n字\n",
        },
    )
    hill(400, 400).save(root / "content/logo.png")
    hill(1800, 700).save(root / "content/banner.jpg")
    hill(1600, 1000).save(root / "content/issues/2015001/street.jpg")
    build_here(root, NOW)
    with serving(tmp_path_factory.mktemp("nginx"), (Mount("/", root / "site"),)) as address:
        yield f"{address}/"


def opened(browser: Browser, address: str, size: tuple[int, int]) -> Iterator[Page]:
    with context(browser) as profile:
        page = profile.new_page()
        page.set_viewport_size({"width": size[0], "height": size[1]})
        page.goto(address)
        yield page


def test_picture_and_headlines_of_the_newest_issue_stand_beside_each_other_in_it(browser: Browser, site: str) -> None:
    for page in opened(browser, site, DESK):
        picture, side = box(page.locator(".newest-picture img")), box(page.locator(".side"))
        first, second = (box(page.locator(".newest li li a").nth(n)) for n in (0, 1))
        assert max(box(page.locator(".newest-title")).bottom, second.bottom) <= DESK[1]
        assert picture.right < first.left < first.right < side.left
        assert picture.top - 10 <= first.top < picture.bottom
        assert box(page.locator(".side .today-count")).bottom <= DESK[1]


def test_headlines_fill_the_place_below_the_picture(browser: Browser, site: str) -> None:
    for page in opened(browser, site, DESK):
        last = page.locator(".newest .contents-list").last
        assert box(last).left == box(page.locator(".newest-picture")).left
        assert len({round(box(each).left) for each in last.locator("li li a").all()}) == 2


def test_name_and_search_stand_in_one_row_at_the_edges_of_the_page(browser: Browser, site: str) -> None:
    for page in opened(browser, site, DESK):
        menu, name, field = (box(page.locator(each)) for each in (".site-nav ul", ".banner h1", ".search-field"))
        edge = box(page.locator(".site-nav a").first).left
        assert box(page.locator(".banner-logo")).left == edge
        assert field.right == pytest.approx(menu.right - (edge - menu.left), abs=1)
        assert name.top < (field.top + field.bottom) / 2 < name.bottom
        assert page.locator("h1").inner_text().startswith(NAME)


def test_a_notice_takes_one_row_on_a_desk(browser: Browser, site: str) -> None:
    for page in opened(browser, site, DESK):
        for notice in page.locator(".notice-board li").all():
            title, days = box(notice.locator("a")), box(notice.locator(".meta"))
            assert title.top < days.top < days.bottom < title.bottom
            assert days.right == pytest.approx(box(notice).right, abs=1)
        words = page.locator(".notice-board .summary")
        assert [each.is_visible() for each in words.all()] == [True, False]
        assert box(words.first).bottom - box(words.first).top < 30
        page.emulate_media(media="print")
        assert words.first.evaluate("each => each.scrollHeight - each.clientHeight") <= 1


@pytest.mark.parametrize("size", [PHONE, SMALL])
def test_the_name_takes_one_line_on_a_phone(browser: Browser, site: str, size: tuple[int, int]) -> None:
    for page in opened(browser, f"{site}about/", size):
        assert lines(page.locator(".brand-office")) == 1
    for page in opened(browser, site, size):
        name = page.locator(".banner-office")
        assert SHORT in name.evaluate("each => getComputedStyle(each, '::before').content")
        assert box(name).bottom - box(name).top < 40


@pytest.mark.parametrize("size", [(1920, 1080), DESK, (768, 1024), PHONE, SMALL])
@pytest.mark.parametrize("path", ["", "about/", "issues/2015001/", "404.html"])
def test_the_telephone_and_the_page_for_who_needs_help_are_in_every_head(
    browser: Browser, site: str, path: str, size: tuple[int, int]
) -> None:
    for page in opened(browser, f"{site}{path}", size):
        call, help_link = page.locator(".site-head .phone-line a").all()
        assert (call.get_attribute("href"), help_link.inner_text()) == ("tel:0734-8516000", "求助须知")
        assert box(call).top == box(help_link).top
        assert page.evaluate("document.documentElement.scrollWidth") <= size[0]
        if path and size[0] < 640:
            assert box(page.locator(".site-head")).bottom <= 140
        if path and size[0] > 1000:
            figure = box(page.locator(".site-head .today"))
            assert box(call).top < figure.top < figure.bottom < box(call).bottom


PLACES = """
() => Array.from(document.querySelectorAll("h1, .site-head a, .site-head .tools-list"), (each) => {
  const {left, top} = each.getBoundingClientRect();
  return [left, top];
})
"""


@pytest.mark.parametrize("size", [DESK, PHONE, SMALL])
def test_a_figure_that_comes_late_moves_nothing(browser: Browser, site: str, size: tuple[int, int]) -> None:
    """As the counter brings one to a page that was made without."""
    for page in opened(browser, f"{site}about/", size):
        page.evaluate("Object.assign(document.documentElement.dataset, {counter: '/_hits/', today: ''})")
        figure = page.locator(".site-head .today")
        figure.evaluate("each => { each.hidden = true }")
        before = page.evaluate(PLACES)
        figure.evaluate("each => { each.hidden = false }")
        assert page.evaluate(PLACES) == before
