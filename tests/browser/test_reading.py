"""What a fresh visitor trips over: torn titles and times, endless summaries, tables that seem to end, dark paper."""

from __future__ import annotations

import io
import re
from collections.abc import Iterator
from itertools import pairwise

import pytest
from PIL import Image
from playwright.sync_api import Browser, Locator, Page

from tests.browser.chromium import NARROW, WIDE, Scheme, context
from tests.browser.nginx import Mount, serving
from tests.browser.stations import hill
from tests.conftest import NOW, write_files
from tests.prove.stations import build_here

SMALL, PHONE = 320, 390
TITLE = "关于进一步加强和改进生活无着的流浪乞讨人员冬季救助管理和街面巡查劝导工作的若干意见"
SENTENCE = "会议要求加强街面巡查，特别是车站、桥洞、地下通道和在建工地，做到早发现、早救助。"
STATION = """\
name: 南岭市救助管理站
bulletin: 工作简报
url: https://jzz.example.cn/
phone: 0734-8516000
search: yes
home: [newest, {column: 站务新闻, count: 5, pictures: yes}]
sections:
  - {id: news, title: 站务新闻}
  - {id: law, title: 政策法规}
links:
  - {name: 民政部, url: "https://www.mca.gov.cn/"}
"""
ISSUE = f"""\
---
number: 2015001
date: 2015-01-09 10:30
---
## 站务新闻

### {TITLE}

![街面巡查](street.jpg)

{SENTENCE * 6}

## 政策法规

### 表

| {" | ".join(["救助人次"] * 12)} |
|{"---:|" * 12}
| {" | ".join(["128"] * 12)} |

| 项目 | 人次 |
|---|---:|
| 入站 | 32 |

详见[民政部网站](https://www.mca.gov.cn/)。
"""
FULL = """\
name: 南岭市生活无着流浪乞讨人员救助管理站
bulletin: 工作简报
description: 本站的工作简报，登站务新闻、学术争鸣、案例分析和政策法规。
url: https://jzz.example.cn/
phone: 0734-8516000
address: 南岭市雁峰区园林路24号
postcode: "421000"
email: zhan@jzz.example.cn
icp: 湘ICP备15004209号
search: yes
theme: {logo: logo.png, banner: banner.jpg}
home: [notices, newest, today, contact]
sections:
  - {id: youth, title: 未成年人保护}
  - {id: party, title: 党建工作}
  - {id: photo, title: 图片新闻}
  - {id: law, title: 政策法规}
  - {id: news, title: 站务新闻}
  - {id: cases, title: 案例分析}
  - {id: forum, title: 学术争鸣}
"""
"""A station with a banner, a logo, a notice, today's figure and thirteen entries in its menu."""
CALLS = f"""\
---
number: 2015001
date: 2015-01-09 10:30
---
## 站务新闻

### {TITLE}

| {" | ".join(["救助人次"] * 7)} | 联系电话 | 值班室 |
|{"---:|" * 7}---|---|
| {" | ".join(["128"] * 7)} | 0734-8516000 | {"值班室" * 12} |

## 案例分析

### 回家

{SENTENCE}
"""
LINES = """
(part) => {
  const range = document.createRange();
  range.selectNodeContents(part);
  const rows = {};
  for (const {top, left, right} of range.getClientRects()) (rows[Math.round(top)] ??= []).push(left, right);
  return Object.values(rows).map((ends) => Math.max(...ends) - Math.min(...ends));
}
"""
"""Widths of the lines of an element."""


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    root = tmp_path_factory.mktemp("reading")
    write_files(root, {"content/station.yml": STATION, "content/issues/2015001/index.md": ISSUE})
    hill(1600, 1000).save(root / "content/issues/2015001/street.jpg")
    build_here(root, NOW)
    with serving(tmp_path_factory.mktemp("nginx"), (Mount("/", root / "site"),)) as address:
        yield f"{address}/"


@pytest.fixture(scope="module")
def full(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    root = tmp_path_factory.mktemp("full")
    files = {
        "content/station.yml": FULL,
        "content/today.yml": f"count: 26\ndate: {NOW:%Y-%m-%d}\n",
        "content/issues/2014001.md": "---\nnumber: 2014001\ndate: 2014-01-09\n---\n## 站务新闻\n### 开放日\n字\n",
        "content/issues/2015001.md": CALLS,
        "content/notices/water.md": f"---\ntitle: {TITLE}\nfrom: 2015-01-08\nuntil: 2099-01-01\n---\n{SENTENCE * 5}\n",
        "content/pages/about.md": "---\ntitle: 本站简介\n---\n字\n",
        "content/pages/help.md": "---\ntitle: 求助须知\n---\n字\n",
    }
    write_files(root, files)
    hill(400, 400).save(root / "content/logo.png")
    hill(1800, 700).save(root / "content/banner.jpg")
    build_here(root, NOW)
    with serving(tmp_path_factory.mktemp("nginx"), (Mount("/", root / "site"),)) as address:
        yield f"{address}/"


def opened(browser: Browser, address: str, width: int, scheme: Scheme = "light") -> Iterator[Page]:
    with context(browser, WIDE if width == WIDE else NARROW, scheme) as profile:
        page = profile.new_page()
        page.set_viewport_size({"width": width, "height": 800})
        page.goto(address)
        yield page


@pytest.mark.parametrize("width", [SMALL, PHONE, 700])
def test_no_title_leaves_a_character_alone(browser: Browser, site: str, width: int) -> None:
    for page in opened(browser, f"{site}issues/2015001/", width):
        lines = page.locator(".article-title").first.evaluate(LINES)
        assert len(lines) > 1
        assert lines[-1] > 0.6 * max(lines)


@pytest.mark.parametrize("width", [SMALL, PHONE])
def test_a_day_and_its_hour_stay_in_one_line(browser: Browser, site: str, width: int) -> None:
    for path in ("", "issues/2015001/", "columns/news/", "2015/", "columns/"):
        for page in opened(browser, f"{site}{path}", width):
            times = page.locator("main time").all()
            assert times
            assert all(len(each.evaluate(LINES)) == 1 for each in times)


def test_no_line_of_the_way_here_begins_with_its_sign(browser: Browser, site: str) -> None:
    for page in opened(browser, f"{site}issues/2015001/", SMALL):
        signs = "(each, part) => getComputedStyle(each, part).content"
        assert {each.evaluate(signs, "::before") for each in page.locator(".trail li, .trail li > *").all()} == {"none"}
        assert all("›" in link.evaluate(signs, "::after") for link in page.locator(".trail a").all())


def test_summaries_take_two_lines_on_a_screen_and_are_whole_on_paper(browser: Browser, site: str) -> None:
    for page in opened(browser, f"{site}columns/news/", PHONE):
        summary = page.locator(".picture-list .summary").first
        cut = "each => each.scrollHeight - each.clientHeight"
        assert summary.evaluate(
            "each => each.clientHeight / parseFloat(getComputedStyle(each).lineHeight)"
        ) == pytest.approx(2, abs=0.1)
        assert summary.evaluate(cut) > 20
        page.emulate_media(media="print")
        assert summary.evaluate(cut) <= 1


def test_telephone_and_menu_stand_in_one_row(browser: Browser, site: str) -> None:
    for width in (SMALL, PHONE):
        for page in opened(browser, site, width):
            middle = "each => { const {top, bottom} = each.getBoundingClientRect(); return (top + bottom) / 2; }"
            assert page.locator(".phone-line").evaluate(middle) == pytest.approx(
                page.locator(".menu > summary").evaluate(middle), abs=1
            )


def test_a_menu_of_thirteen_stands_in_one_row(browser: Browser, full: str) -> None:
    for path in ("", "about/"):
        for page in opened(browser, f"{full}{path}", WIDE):
            tops = page.locator(".site-nav a").evaluate_all("all => all.map(each => each.getBoundingClientRect().top)")
            assert len(tops) == 13
            assert len(set(tops)) == 1


def test_the_first_screen_of_home_says_what_is_new(browser: Browser, full: str) -> None:
    for width, words in ((WIDE, ".notices a"), (PHONE, ".today-count >> nth=0"), (SMALL, ".notices a")):
        for page in opened(browser, full, width):
            place = page.locator(words).bounding_box()
            assert place
            assert place["y"] + place["height"] < 800


def test_a_notice_has_its_days_in_a_line_of_their_own(browser: Browser, full: str) -> None:
    for path in ("", "notices/"):
        for page in opened(browser, f"{full}{path}", SMALL):
            days = page.locator(".notices .meta")
            title, place = page.locator(".notices a").bounding_box(), days.bounding_box()
            assert title
            assert place
            assert place["y"] >= title["y"] + title["height"]
            assert len(days.evaluate(LINES)) == 1


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_the_edge_of_what_can_be_pressed_is_seen(browser: Browser, full: str, scheme: Scheme) -> None:
    """WCAG 2.2, 1.4.11: 3:1."""

    def light(colour: str) -> float:
        parts = [int(part) / 255 for part in re.findall(r"\d+", colour)[:3]]
        red, green, blue = (part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts)
        return 0.2126 * red + 0.7152 * green + 0.0722 * blue

    for path, width in (("issues/2015001/", PHONE), ("columns/news/", PHONE), ("search/", WIDE)):
        for page in opened(browser, f"{full}{path}", width, scheme):
            ground = light(page.evaluate("getComputedStyle(document.body).backgroundColor"))
            pressed = ".menu .tool, .text-tools .tool:not(label), .years a[href], .search :is(input, select)"
            edges = page.locator(pressed).evaluate_all("all => all.map(each => getComputedStyle(each).borderTopColor)")
            assert edges
            for edge in map(light, edges):
                assert (max(edge, ground) + 0.05) / (min(edge, ground) + 0.05) >= 3


def test_a_wide_table_has_its_words_in_one_line_and_room_on_a_desk(browser: Browser, full: str) -> None:
    for page in opened(browser, f"{full}issues/2015001/", PHONE):
        cells = page.locator(".text td").all()
        assert [len(each.evaluate(LINES)) for each in cells[:-1]] == [1] * 8
        assert len(cells[-1].evaluate(LINES)) > 2  # long words have a bound
    for page in opened(browser, full, WIDE):
        page.locator(".newest .contents-list ol a").first.click()
        table = page.locator(".text .table")
        place, text = table.bounding_box(), page.locator("main .text").bounding_box()
        assert place
        assert text
        assert place["width"] > text["width"]
        assert place["x"] == text["x"]
        assert page.locator(".side").bounding_box()["y"] > place["y"] + place["height"]  # type: ignore[index]
        assert page.evaluate("document.documentElement.scrollWidth") <= WIDE


def test_links_of_the_foot_stand_evenly(browser: Browser, full: str) -> None:
    for page in opened(browser, f"{full}columns/", WIDE):
        for row in (".records a:not(.external)", ".map > div:last-child a"):
            words = page.locator(row).evaluate_all(
                """all => all.map((each) => {
                  const range = document.createRange();
                  range.selectNodeContents(each.firstChild);
                  const {left, right} = range.getBoundingClientRect();
                  return [left, right];
                })"""
            )
            gaps = [after[0] - before[1] for before, after in pairwise(words)]
            assert len(gaps) >= 2
            assert max(gaps) - min(gaps) < 1


def test_a_page_has_one_name_in_its_heading_and_on_the_way_to_it(browser: Browser, full: str) -> None:
    for path in ("2015/", "search/", "notices/", "columns/"):
        for page in opened(browser, f"{full}{path}", WIDE):
            assert page.locator(".trail [aria-current]").inner_text() == page.locator("h1").inner_text()
    for page in opened(browser, f"{full}issues/2015001/", WIDE):
        assert page.locator(".trail a").last.inner_text() == "2015年简报"


def test_columns_without_texts_come_last(browser: Browser, full: str) -> None:
    for page in opened(browser, f"{full}columns/", WIDE):
        names = page.locator(".column-entry h2").all_inner_texts()
        assert names[:2] == ["站务新闻", "案例分析"]
        assert len(names) == 7


def edges(table: Locator) -> tuple[bool, bool]:
    """Is there a line behind a table's first column, which stays; is the ground of its last row shaded at the right?"""
    image = Image.open(io.BytesIO(table.screenshot())).convert("RGB")
    place, first = table.bounding_box(), table.locator("td").first.bounding_box()
    assert place
    assert first
    assert first["x"] == pytest.approx(place["x"], abs=1)
    row = image.height - 8
    ground, sides = image.getpixel((1, row)), (round(first["width"]) - 1, image.width - 2)
    return tuple(image.getpixel((side, row)) != ground for side in sides)  # type: ignore[return-value]


SLIDE = """frame => (({content, paddingBlockEnd}) => content === '"左右滑动查看全表"' && parseFloat(paddingBlockEnd))(
  getComputedStyle(frame.querySelector("table"), "::before"))"""


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_a_wide_table_shows_where_it_goes_on(browser: Browser, site: str, scheme: Scheme) -> None:
    for width in (SMALL, WIDE):
        for page in opened(browser, f"{site}issues/2015001/", width, scheme):
            wide, narrow = page.locator(".text .table").all()
            assert edges(narrow) == (False, False)
            assert edges(wide) == (width == SMALL, True)
            if width == SMALL:
                assert [each.evaluate(SLIDE) for each in (narrow, wide)] == [0, pytest.approx(30, abs=1)]
            assert wide.locator("td").first.evaluate("td => td.offsetWidth / td.closest('.table').offsetWidth") <= 0.4
            wide.evaluate("each => { each.scrollLeft = 80 }")
            assert edges(wide) == (width == SMALL, True)
            wide.evaluate("each => { each.scrollLeft = each.scrollWidth }")
            assert edges(wide) == (width == SMALL, False)
            wide.focus()
            page.keyboard.press("ArrowLeft")
            page.wait_for_function(
                "each => each.scrollLeft + each.clientWidth < each.scrollWidth - 2", arg=wide.element_handle()
            )


def test_paper_is_light_and_bare_whatever_the_screen_was(browser: Browser, site: str) -> None:
    for page in opened(browser, f"{site}issues/2015001/", WIDE, "dark"):
        colours = "names => names.map((each) => getComputedStyle(document.body).getPropertyValue(each))"
        page.emulate_media(media="print", color_scheme="dark")
        assert page.evaluate(colours, ["--paper", "--ink", "--accent", "--behind-drawing"]) == [
            "#fff",
            "#000",
            "#b01218",
            "transparent",
        ]
        foot = page.locator(".site-foot .external").all()
        assert {each.evaluate("each => getComputedStyle(each, '::after').content") for each in foot} == {"none"}
        assert not any(
            each.is_visible() for each in page.locator(".hits, .years, .menu, .search-field, .trail, .tools").all()
        )


def test_nothing_makes_the_sheet_smaller(browser: Browser, site: str) -> None:
    """What is wider than the sheet makes browsers print all of it smaller."""
    for path in ("", "issues/2015001/", "columns/news/", "404.html"):
        for page in opened(browser, f"{site}{path}", 612):
            page.emulate_media(media="print")
            assert page.evaluate("document.documentElement.scrollWidth") <= 612


def test_a_missing_page_leads_on_by_what_most_people_want(browser: Browser, site: str) -> None:
    for page in opened(browser, f"{site}404.html", PHONE):
        ways = page.locator("main :is(input, a)").evaluate_all(
            "all => all.map(each => each.name || each.getAttribute('href'))"
        )
        assert [ways[0], ways[2]] == ["q", "tel:0734-8516000"]
        assert ways[1].endswith("issues/2015001/index.html")
        phone = page.locator("main a[href^='tel:']").first.bounding_box()
        assert phone
        assert phone["y"] < 800
