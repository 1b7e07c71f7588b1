"""How the letter looks in a program that shows all of it, and in one that drops its style block and its pictures."""

from __future__ import annotations

import io
import re
from collections.abc import Iterator

import pytest
from axe_playwright_python.sync_playwright import Axe
from PIL import Image
from playwright.sync_api import Browser, Page, Route

from tests.browser.chromium import Scheme, settle
from tests.browser.test_pictures import SHARE, TALLER, difference, reduced
from tests.editions.leaves import leaf_of
from tests.editions.letters import GOLDEN, letter_of, sample_leaf

SCREENS: list[tuple[int, Scheme]] = [(width, scheme) for width in (375, 600) for scheme in ("light", "dark")]
HTML = letter_of(sample_leaf()).html
PICTURE = "https://jzz.example.cn/"


@pytest.fixture(scope="module", params=SCREENS, ids=str)
def screen(request: pytest.FixtureRequest, browser: Browser) -> Iterator[tuple[Page, int, Scheme]]:
    width, scheme = request.param
    profile = browser.new_context(viewport={"width": width, "height": 800}, color_scheme=scheme, locale="zh-CN")
    page = profile.new_page()
    page.route("**/*", photograph)
    yield page, width, scheme
    profile.close()


def photograph(route: Route) -> None:
    """The site's pictures come; nothing else is there to be asked for."""
    if not route.request.url.startswith(PICTURE):
        route.abort()
        return
    data = io.BytesIO()
    Image.new("RGB", (1072, 600), "#7d8a96").save(data, "PNG")
    route.fulfill(body=data.getvalue(), content_type="image/png")


def test_it_looks_as_it_did(screen: tuple[Page, int, Scheme], golden: bool) -> None:
    page, width, scheme = screen
    page.set_content(HTML)
    settle(page)
    taken = reduced(Image.open(io.BytesIO(page.screenshot(full_page=True, animations="disabled"))).convert("RGB"))
    path = GOLDEN / f"letter-{width}-{scheme}.png"
    if golden:
        taken.save(path, optimize=True)
    kept = Image.open(path)
    share, _ = difference(kept.convert("RGB"), taken.convert("RGB"))
    assert kept.width == taken.width
    assert abs(kept.height - taken.height) <= TALLER
    assert share <= SHARE, f"{path.name}: {share:.2%} differ; look at it, then: make golden"


def test_nothing_is_wider_than_the_screen(screen: tuple[Page, int, Scheme]) -> None:
    page, width, _ = screen
    page.set_content(HTML)
    assert page.evaluate("document.documentElement.scrollWidth") == width


WIDE = (
    "## 站务新闻\n\n### 宽的东西\n\n| 月 | 男 | 女 | 老人 | 儿童 | 护送 | 自行离站 | 备注 | 合计 |\n"
    + "|---" * 9
    + "|\n"
    + "| 2015001234 " * 9
    + "|\n\n"
    + f"地址是 https://www.example.cn/{'a' * 200} 。\n\n    {'x' * 300}\n\n![大门](gate.jpg)\n"
)


def test_what_is_wide_makes_nothing_else_wide(screen: tuple[Page, int, Scheme]) -> None:
    page, width, _ = screen
    page.set_content(letter_of(leaf_of(WIDE)).html)
    settle(page)
    assert page.evaluate("document.documentElement.scrollWidth") == width


def test_it_is_open_to_everybody(screen: tuple[Page, int, Scheme]) -> None:
    page, _, _ = screen
    page.set_content(HTML)
    settle(page)
    found = Axe().run(page, options={"runOnly": ["wcag2a", "wcag2aa", "wcag21aa", "wcag22aa"]})
    assert found.response["violations"] == []


def test_it_can_be_read_without_its_style_block_and_without_pictures(browser: Browser) -> None:
    """As QQ and Outlook show it: on the light ground, since nothing tells them of a dark one."""
    with browser.new_context(viewport={"width": 600, "height": 800}, color_scheme="dark") as profile:
        page = profile.new_page()
        page.route("**/*", lambda route: route.abort())
        page.set_content(re.sub(r"<style.*?</style>|<meta name=.color-scheme.[^>]*>", "", HTML, flags=re.DOTALL))
        assert page.evaluate("document.documentElement.scrollWidth") == 600
        found = Axe().run(page, options={"runOnly": ["color-contrast"]})
        assert found.response["violations"] == []
        assert page.evaluate("[...document.images].every(({alt, width}) => alt && width > 40)")
