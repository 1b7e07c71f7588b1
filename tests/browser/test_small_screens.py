"""What is large does not push the rest away: portrait pictures, long runs without a break, a station's banner."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page

from tests.browser.chromium import context
from tests.browser.nginx import Mount, serving
from tests.browser.stations import hill
from tests.conftest import NOW, write_files
from tests.prove.stations import build_here

PHONES = {"phone": (390, 700), "small": (320, 568), "lying": (700, 390)}
DESK = (1280, 800)
LONG = (
    "经办人员把旅客的行程编号430528199001011234登记在册以后，",
    "又打开https://www.example.cn/jiuzhu/chaxun/very-long-address-without-any-break?leibie=1&nianfen=2015逐项核对，",
    "结果和车站的记录Internationalization完全一致，备注写着donaudampfschifffahrtselektrizitaetenhauptwerk一词。",
)
STATION = """\
name: 南岭市救助管理站
bulletin: 工作简报
description: 本站的工作简报，登站务新闻、学术争鸣和案例分析。
url: https://jzz.example.cn/
phone: 0734-8516000
address: 园林路24号
search: yes
theme:
  logo: logo.png
  banner: banner.png
sections:
  - {id: news, title: 站务新闻}
  - {id: cases, title: 案例分析}
"""
ISSUE = """\
---
number: 2015001
date: 2015-01-09
---
## 站务新闻
### 塔
{text}

![一座塔](tall.jpg)

- 一处：![一座塔](tall.jpg)

末尾。
"""

WIDEST = """
() => {
  const widths = [];
  for (const paragraph of document.querySelectorAll(".text > p")) {
    const size = parseFloat(getComputedStyle(paragraph).fontSize);
    const words = document.createTreeWalker(paragraph, NodeFilter.SHOW_TEXT);
    const range = document.createRange();
    while (words.nextNode()) for (const found of words.currentNode.data.matchAll(/[一-龥]/g)) {
      range.setStart(words.currentNode, found.index);
      range.setEnd(words.currentNode, found.index + 1);
      widths.push(range.getBoundingClientRect().width / size);
    }
  }
  return Math.max(...widths);
}
"""
"""Width of the widest sign in em, with the space that justification gave it."""


HEIGHTS = "found => found.map(each => each.getBoundingClientRect().height)"


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """Address of a station whose head is as large as it can be."""
    root = tmp_path_factory.mktemp("large")
    text = "".join(LONG) * 2 + "\n\n" + "".join(reversed(LONG))
    write_files(root, {"content/station.yml": STATION, "content/issues/2015001/index.md": ISSUE.format(text=text)})
    hill(600, 2400).save(root / "content/issues/2015001/tall.jpg")
    hill(1600, 900).save(root / "content/banner.png")
    hill(400, 400).save(root / "content/logo.png")
    build_here(root, NOW)
    with serving(tmp_path_factory.mktemp("nginx"), (Mount("/", root / "site"),)) as address:
        yield address


def opened(browser: Browser, address: str, size: tuple[int, int]) -> Iterator[Page]:
    with context(browser) as profile:
        page = profile.new_page()
        page.set_viewport_size({"width": size[0], "height": size[1]})
        page.goto(address)
        yield page


def box(page: Page, selector: str) -> dict[str, float]:
    found: dict[str, float] = page.locator(selector).first.evaluate("each => each.getBoundingClientRect().toJSON()")
    return found


@pytest.mark.parametrize("size", [*PHONES.values(), DESK], ids=[*PHONES, "desk"])
def test_a_portrait_picture_leaves_a_fifth_of_the_window(browser: Browser, site: str, size: tuple[int, int]) -> None:
    for page in opened(browser, f"{site}/issues/2015001/", size):
        for place in (".text figure img, .text > p > img", ".text li img"):
            page.locator(place).first.scroll_into_view_if_needed()
            picture = box(page, place)
            assert picture["height"] <= 0.8 * size[1] + 1
            assert picture["height"] > 0.5 * size[1]


def test_a_portrait_picture_takes_half_a_sheet(browser: Browser, site: str) -> None:
    for page in opened(browser, f"{site}/issues/2015001/", (794, 1123)):
        page.emulate_media(media="print")
        assert all(height <= 1123 / 2 for height in page.locator(".text img").evaluate_all(HEIGHTS))


@pytest.mark.parametrize("size", [*PHONES.values(), DESK], ids=[*PHONES, "desk"])
def test_no_line_is_torn_apart_by_a_long_run(browser: Browser, site: str, size: tuple[int, int]) -> None:
    for page in opened(browser, f"{site}/issues/2015001/", size):
        assert page.evaluate(WIDEST) < 1.5
        assert page.evaluate("document.documentElement.scrollWidth") <= size[0]


@pytest.mark.parametrize("size", PHONES.values(), ids=PHONES)
def test_banner_and_head_leave_half_of_a_small_screen(browser: Browser, site: str, size: tuple[int, int]) -> None:
    for page in opened(browser, f"{site}/", size):
        assert box(page, ".site-head")["height"] <= size[1] / 2
        assert box(page, "a[href^='tel:']")["bottom"] <= size[1]


@pytest.mark.parametrize(("path", "text"), [("issues/2015001/", ".contents"), ("issues/2015001/ta/", ".text > p")])
def test_from_title_to_text_is_a_short_way_on_a_phone(browser: Browser, site: str, path: str, text: str) -> None:
    for page in opened(browser, f"{site}/{path}", PHONES["phone"]):
        assert box(page, text)["top"] - box(page, "h1")["bottom"] <= 200
