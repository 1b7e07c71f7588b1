"""One grid for the pages: on a desk the text is in line with the head, and what belongs to it is beside it."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.browser.chromium import NARROW, WIDE, context
from tests.browser.nginx import Mount, serving
from tests.conftest import NOW, write_files
from tests.prove.stations import build_here

PHONE, LARGE = 390, 1920
STATION = """\
name: 南岭市救助管理站
bulletin: 工作简报
url: https://jzz.example.cn/
phone: 0734-8516000
address: 园林路24号
search: yes
sections:
  - {id: news, title: 站务新闻}
  - {id: party, title: 党建工作}
"""
YEARS = range(1990, 2016)
TEXT = "经办人员登记后开展救助，联系家属接回。" * 30
ARTICLES = "\n".join(f"### 文章{number}\n{TEXT}\n" for number in range(1, 13))
LONG = "关于站区停水检修以及受助人员用水安排的临时通知，请各科室和来访人员知悉，并互相转告"
ISSUE, ARTICLE, OLD_COLUMN = "issues/2015001/", "issues/2015001/wen-zhang-6/", "columns/news/2006/"
DESK = {
    ISSUE: (".sheet-text", ".contents"),
    ARTICLE: (".column .text", ".same-issue"),
    OLD_COLUMN: (".column", ".years"),
    "2015/": (".column", ".years"),
    "columns/party/": (".column", ".contact"),
    "columns/": (".column", ".contact"),
    "about/": (".column .text", ".contact"),
    "notices/": (".column", ".contact"),
    "notices/water/": (".column .text", ".contact"),
    "search/": (".column", ".contact"),
    "404.html": (".column", ".contact"),
}
"""A page, its text, and what is beside it."""
BOX = "each => each.getBoundingClientRect().toJSON()"


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    root = tmp_path_factory.mktemp("frame")
    head = "---\nnumber: {year}001\ndate: {year}-05-10\n---\n## 站务新闻\n"
    issues = {
        f"content/issues/{year}001.md": head.format(year=year) + (ARTICLES if year == 2015 else f"### 开放日\n{TEXT}\n")
        for year in YEARS
    }
    notice = "---\ntitle: {title}\nfrom: 2015-01-08\nuntil: 2099-01-01\n---\n请知悉。\n"
    files = {
        "content/station.yml": STATION,
        "content/pages/about.md": "---\ntitle: 本站简介\n---\n字\n",
        "content/notices/water.md": notice.format(title=LONG),
        "content/notices/rest.md": notice.format(title="放假通知"),
    }
    write_files(root, files | issues)
    build_here(root, NOW)
    with serving(tmp_path_factory.mktemp("nginx"), (Mount("/", root / "site"),)) as address:
        yield f"{address}/"


def opened(browser: Browser, address: str, width: int, *, scripts: bool = True) -> Iterator[Page]:
    with context(browser, NARROW if width == PHONE else WIDE, scripts=scripts) as profile:
        page = profile.new_page()
        page.set_viewport_size({"width": width, "height": 800})
        page.goto(address)
        yield page


def box(page: Page, selector: str) -> dict[str, float]:
    """Of the first that is shown."""
    found: dict[str, float] = page.locator(f"{selector} >> visible=true").first.evaluate(BOX)
    return found


@pytest.mark.parametrize("width", [WIDE, LARGE])
@pytest.mark.parametrize("path", DESK)
def test_on_a_desk_all_begins_at_one_edge_and_the_side_is_beside_the_text(
    browser: Browser, site: str, path: str, width: int
) -> None:
    main, side = DESK[path]
    for page in opened(browser, site + path, width):
        text, beside = box(page, main), box(page, side)
        edges = [box(page, each)["left"] for each in (".brand", ".site-nav li:first-child a", ".facts")]
        assert edges == [pytest.approx(text["left"], abs=0.5)] * 3
        assert text["width"] == 43 * 16
        assert beside["left"] - text["right"] == pytest.approx(64, abs=0.5)
        assert beside["right"] == pytest.approx(box(page, ".facts")["right"], abs=0.5)
        assert beside["top"] <= text["top"] + 0.5
        assert page.evaluate("document.documentElement.scrollWidth") <= width


@pytest.mark.parametrize(
    ("path", "order"),
    [
        (ISSUE, ("h1", ".contents", ".text")),
        (ARTICLE, ("h1", ".text", ".neighbours", ".same-issue")),
        (OLD_COLUMN, ("h1", ".years", ".entry")),
        ("about/", ("h1", ".text", ".contact")),
        ("404.html", ("h1", ".way", ".sitemap")),
    ],
)
def test_on_a_phone_the_side_comes_where_it_serves(browser: Browser, site: str, path: str, order: tuple[str]) -> None:
    for page in opened(browser, site + path, PHONE):
        tops = [box(page, f"main {each}")["top"] for each in order]
        assert tops == sorted(tops)


def test_without_telephone_and_address_the_text_is_alone_at_the_edge(browser: Browser, web: str) -> None:
    for page in opened(browser, f"{web}/empty/columns/news/", WIDE):
        assert page.locator(".contact").count() == 0
        assert box(page, ".column")["left"] == pytest.approx(box(page, ".brand")["left"], abs=0.5)


def test_an_article_shows_its_issue_and_what_follows_the_reader_stays_in_the_window(
    browser: Browser, site: str
) -> None:
    for page in opened(browser, site + ARTICLE, WIDE):
        links = page.locator(".same-issue li a")
        assert links.all_inner_texts() == [f"文章{number}" for number in range(2, 10)]
        assert page.locator(".same-issue [aria-current]").inner_text() == "文章6"
        page.evaluate("scrollTo(0, 600)")
        expect(links.first).to_be_in_viewport()


@pytest.mark.parametrize("scripts", [True, False])
def test_years_are_one_row_on_a_phone_with_the_pages_own_in_sight(browser: Browser, site: str, scripts: bool) -> None:
    for page in opened(browser, site + OLD_COLUMN, PHONE, scripts=scripts):
        boxes = page.locator(".years li").evaluate_all(f"all => all.map({BOX})")
        assert len(boxes) == len(YEARS)
        assert page.evaluate("document.documentElement.scrollWidth") == PHONE, "the row makes the page wide"
        assert {each["top"] for each in boxes} == {boxes[0]["top"]}
        assert min(each["height"] for each in boxes) >= 44 and min(each["width"] for each in boxes) >= 44
        cut = [each for each in boxes if any(each["left"] < edge < each["right"] for edge in (0, PHONE))]
        assert cut, "nothing says that the row goes on"
        expect(page.locator(".years [aria-current]")).to_be_in_viewport(ratio=1)
        last = page.locator(".years a[href]").last
        last.focus()
        expect(last).to_be_in_viewport(ratio=1)


@pytest.mark.parametrize("scripts", [True, False])
def test_contents_are_closed_on_a_phone_and_open_on_a_desk(browser: Browser, site: str, scripts: bool) -> None:
    for page in opened(browser, site + ISSUE, PHONE, scripts=scripts):
        summary, link = page.locator(".contents summary"), page.locator(".contents-list ol a").first
        assert summary.inner_text() == "本期目录 · 12 篇"
        expect(link).not_to_be_visible()
        assert box(page, ".section-title")["top"] - box(page, ".contents")["bottom"] < 60
        summary.click()
        link.click()
        assert page.url.endswith("#wen-zhang-1")
    for page in opened(browser, site + ISSUE, WIDE, scripts=scripts):
        expect(page.locator(".contents-list ol a").first).to_be_visible()
        expect(page.locator(".contents summary")).not_to_be_visible()
        assert page.locator(".contents > details").get_attribute("open") == ("" if scripts else None)


def test_contents_that_are_closed_are_printed(browser: Browser, site: str) -> None:
    for page in opened(browser, site + ISSUE, PHONE):
        page.emulate_media(media="print")
        expect(page.locator(".contents-list ol a").first).to_be_visible()
        expect(page.locator(".contents h2")).to_be_visible()
        expect(page.locator(".contents summary")).not_to_be_visible()


def test_the_day_of_an_issue_is_said_once_and_under_the_middle_on_a_phone(browser: Browser, site: str) -> None:
    for page in opened(browser, site + ISSUE, PHONE):
        assert page.locator("main time >> visible=true").all_inner_texts() == ["2015年5月10日"]
        line = [box(page, f".red-head-line span:nth-child({place})") for place in (1, 2)]
        assert line[0]["left"] == pytest.approx(PHONE - line[1]["right"], abs=1)


def test_days_of_notices_are_as_far_from_a_long_title_as_from_a_short_one(browser: Browser, site: str) -> None:
    script = """all => all.map(each => {
      const words = document.createRange();
      words.selectNodeContents(each.querySelector("a"));
      return each.querySelector("time").getBoundingClientRect().top - words.getBoundingClientRect().bottom;
    })"""
    for page in opened(browser, f"{site}notices/", PHONE):
        gaps = page.locator(".notices > li").evaluate_all(script)
        assert len(gaps) == 2
        assert gaps[0] == pytest.approx(gaps[1], abs=0.5)
