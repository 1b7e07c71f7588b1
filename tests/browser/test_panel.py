"""The preview's panel as a clerk has it beside the page: at a side that is chosen, or small; never over the text."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, BrowserContext, Locator, Page, expect

from tests.browser.chromium import HEIGHTS, NARROW, WIDE, Scheme, Watch, context
from tests.browser.test_pages import RULES
from tests.conftest import STATION, good_issues, write_files
from tests.preview.test_server import Server, serving

PATH = "content/issues/2015002.md"
ADDRESS = "/issues/2015002/"
WARNING = "今年救助了三（人，比去年多。"
WORSE = "身份证号 430102199003074514。"
TEXT = """\
---
number: 2015002
date: 2015-03-10 09:00
---
## 站务新闻

### 巡查街面

一段话。{}

### 走访村镇

{}
"""
LONG = "\n\n".join(f"第{n}段。" for n in range(60))
"""More than any window holds."""


class Desk:
    """The station in its folder, and its preview."""

    def __init__(self, root: Path, server: Server) -> None:
        self._root = root
        self._server = server
        self.home = f"http://127.0.0.1:{server.port}"

    def save(self, line: str) -> None:
        """Save the text with this line in its first article, and wait until the preview has it."""
        builds = self._server.builds()
        write_files(self._root, {PATH: TEXT.format(line, LONG)})
        self._server.wait(builds + 1)


@pytest.fixture(scope="module")
def desk(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Desk]:
    root = tmp_path_factory.mktemp("panel") / "station"
    write_files(root, {"content/station.yml": STATION, **good_issues(3), PATH: TEXT.format(WARNING, LONG)})
    with serving(root) as server:
        yield Desk(root, server)


@contextmanager
def opened(browser: Browser, desk: Desk, width: int = WIDE, scheme: Scheme = "light") -> Iterator[Page]:
    """The page of the text that has problems; it has to stay quiet and within its policy."""
    with context(browser, width, scheme) as profile:
        page = profile.new_page()
        watch = Watch(page, desk.home)
        page.goto(desk.home + ADDRESS)
        yield page
        watch.assert_quiet()
        assert page.evaluate("bulletin.violations") == []


def panel(page: Page) -> Locator:
    return page.locator(".preview-problems")


def badge(page: Page) -> Locator:
    return page.locator(".preview-badge")


def side(page: Page) -> str | None:
    return page.locator("html").get_attribute("data-preview")


COVERED = """
() => {
  const top = document.documentElement.dataset.preview === "top";
  scrollTo(0, top ? 0 : document.documentElement.scrollHeight);
  const over = [...document.querySelectorAll(".preview-problems, .preview-badge")].filter((e) => e.checkVisibility());
  const boxes = over.map((element) => element.getBoundingClientRect());
  const texts = [...document.querySelectorAll("header a, main p, main h1, main h2, footer p, footer a")].filter(
    (element) => element.checkVisibility() && !over.some((each) => each.contains(element)));
  const under = (text, box) => text.bottom > box.top + 1 && text.top < box.bottom - 1
    && text.right > box.left + 1 && text.left < box.right - 1;
  const covered = (text) => boxes.some((box) => under(text.getBoundingClientRect(), box));
  return (top ? texts.slice(0, 8) : texts.slice(-8)).filter(covered).map((text) => text.textContent);
}
"""
"""Of the page's last lines, those that are below the panel when one has scrolled to the end; above, of the first."""


@pytest.mark.parametrize("width", [NARROW, WIDE])
def test_it_covers_nothing_wherever_it_is(width: int, browser: Browser, desk: Desk) -> None:
    sides = ["bottom", "top"] if width == NARROW else ["bottom", "right", "left"]
    with opened(browser, desk, width) as page:
        for at in [*sides, sides[0]]:
            assert side(page) == at
            assert page.evaluate(COVERED) == []
            box = panel(page).bounding_box()
            assert box
            assert box["height"] <= 0.4 * HEIGHTS[width] + 1 or at in ("right", "left")
            assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
            page.locator(".preview-move").click()
        page.locator(".preview-close").click()
        assert page.evaluate(COVERED) == []


def test_a_code_is_never_torn_and_the_buttons_stay_together(browser: Browser, desk: Desk) -> None:
    torn = """
    () => {
      const panel = document.querySelector(".preview-problems");
      const top = (name) => document.querySelector(`.preview-${name}`).getBoundingClientRect().top;
      const found = [];
      for (let width = 250; width < 650; width += 4) {
        panel.style.width = `${width}px`;
        for (const code of panel.querySelectorAll("code"))
          if (code.getClientRects().length > 1) found.push(`${width}: ${code.textContent}`);
        if (width > 364 && top("move") !== top("close")) found.push(`${width}: buttons`);
      }
      return found;
    }
    """
    with context(browser) as profile:
        page = profile.new_page()
        page.goto(desk.home + ADDRESS)
        page.locator(".preview-move").click()
        assert page.evaluate(torn) == []


UNCOVERED = """
() => {
  const focused = document.activeElement;
  const { x, y, width, height } = focused.getBoundingClientRect();
  return focused.contains(document.elementFromPoint(x + width / 2, y + height / 2));
}
"""


@pytest.mark.parametrize(("width", "at"), [(NARROW, "top"), (WIDE, "left"), (WIDE, "bottom")])
def test_by_keyboard_what_has_the_focus_is_seen(width: int, at: str, browser: Browser, desk: Desk) -> None:
    """From the link to the text, which is placed at the page's start, to the panel, which is its end."""
    with context(browser, width) as profile:
        page = profile.new_page()
        page.emulate_media(reduced_motion="reduce")
        page.goto(desk.home + ADDRESS)
        while side(page) != at:
            page.locator(".preview-move").click()
        page.reload()
        for _ in range(60):
            page.keyboard.press("Tab")
            page.wait_for_timeout(250 if page.locator(".skip:focus").count() else 30)
            assert page.evaluate(UNCOVERED), page.evaluate("document.activeElement.outerHTML")
            if page.locator(".preview-close:focus").count():
                break
        else:
            pytest.fail("the panel is not reached")


def test_small_it_has_room_though_text_gets_larger(browser: Browser, desk: Desk) -> None:
    with opened(browser, desk, NARROW) as page:
        page.locator(".preview-close").click()
        page.locator(".preview-badge").evaluate("(badge) => badge.style.width = '5rem'")
        page.evaluate("() => new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)))")
        kept = page.evaluate("document.documentElement.style.getPropertyValue('--preview-height')")
        assert kept == f"{badge(page).evaluate('(badge) => badge.offsetHeight')}px"
        assert page.evaluate(COVERED) == []


def test_where_a_link_leads_is_beside_it(browser: Browser, desk: Desk) -> None:
    """The panel says in words what is wrong and in which article, and leads there."""
    with opened(browser, desk) as page:
        line = panel(page).locator("li").first
        assert line.inner_text().startswith("“（三") or "line 9" in line.inner_text()
        expect(line).to_contain_text("“巡查街面”, line 9")
        line.get_by_role("link", name="See it in this page").click()
        place = page.locator(":target")
        expect(place).to_have_text("巡查街面")
        found, box = place.bounding_box(), panel(page).bounding_box()
        assert found
        assert box
        assert 0 <= found["y"] < found["y"] + found["height"] <= box["y"]


def test_its_place_and_size_are_remembered(browser: Browser, desk: Desk) -> None:
    with opened(browser, desk) as page:
        page.locator(".preview-move").click()
        page.reload()
        assert side(page) == "right"
        page.locator(".preview-move").focus()
        page.keyboard.press("Escape")
        expect(panel(page)).to_be_hidden()
        expect(badge(page)).to_be_focused()
        page.goto(f"{desk.home}/")
        expect(panel(page)).to_be_hidden()
        assert badge(page).inner_text() == "Problems: 1"
        badge(page).press("Enter")
        expect(panel(page)).to_be_visible()
        expect(badge(page)).to_be_hidden()
        assert side(page) == "right"


@pytest.mark.parametrize("touch", [False, True], ids=["mouse", "touch"])
def test_its_head_is_dragged_to_a_side(touch: bool, browser: Browser, desk: Desk) -> None:
    with context(browser, has_touch=touch) as profile:
        page = profile.new_page()
        page.goto(desk.home + ADDRESS)
        drag = touch_drag if touch else mouse_drag
        drag(profile, page, WIDE - 30, 300)
        assert side(page) == "right"
        drag(profile, page, 20, 400)
        assert side(page) == "left"
        drag(profile, page, 500, 880)
        assert side(page) == "bottom"
        assert panel(page).evaluate("(panel) => panel.style.transform") == ""


def mouse_drag(_profile: BrowserContext, page: Page, x: float, y: float) -> None:
    page.locator("#preview-title").hover()
    page.mouse.down()
    page.mouse.move(x, y, steps=3)
    page.mouse.up()


def touch_drag(profile: BrowserContext, page: Page, x: float, y: float) -> None:
    box = page.locator("#preview-title").bounding_box()
    assert box
    finger = profile.new_cdp_session(page)
    points = (box["x"] + 20, box["y"] + 10), ((box["x"] + x) / 2, y), (x, y)
    for kind, (at, down) in zip(("touchStart", "touchMove", "touchMove"), points, strict=True):
        finger.send("Input.dispatchTouchEvent", {"type": kind, "touchPoints": [{"x": at, "y": down}]})
    finger.send("Input.dispatchTouchEvent", {"type": "touchEnd", "touchPoints": []})


def test_without_storage_it_still_moves_and_closes(browser: Browser, desk: Desk) -> None:
    with context(browser) as profile:
        profile.add_init_script(
            "for (const name of ['localStorage', 'sessionStorage'])"
            " Object.defineProperty(window, name, {get() { throw new DOMException('no'); }});"
        )
        page = profile.new_page()
        watch = Watch(page, desk.home)
        page.goto(desk.home + ADDRESS)
        page.locator(".preview-move").click()
        assert side(page) == "right"
        page.locator(".preview-close").click()
        badge(page).click()
        expect(panel(page)).to_be_visible()
        watch.assert_quiet()


def test_without_scripts_it_is_the_end_of_the_page(browser: Browser, desk: Desk) -> None:
    with context(browser, scripts=False) as profile:
        page = profile.new_page()
        page.goto(desk.home + ADDRESS)
        expect(panel(page)).to_be_visible()
        for needs_script in (badge(page), page.locator(".preview-move"), page.locator(".preview-close")):
            expect(needs_script).to_be_hidden()


def test_a_save_takes_nothing_away_and_small_it_says_when_it_is_worse(browser: Browser, desk: Desk) -> None:
    try:
        desk.save(WARNING * 3 + "\n\n" + "\n\n".join([WARNING] * 12))
        with opened(browser, desk) as page:
            panel(page).evaluate("(panel) => panel.scrollTop = 90")
            page.evaluate("scrollTo(0, 400)")
            with page.expect_navigation():
                desk.save(WARNING + "\n\n" + "\n\n".join([WARNING] * 12))
            page.wait_for_load_state()
            assert panel(page).evaluate("(panel) => panel.scrollTop") == 90
            assert page.evaluate("document.activeElement.localName") == "body"
            assert page.evaluate("bulletin.shift") < 0.02
            page.locator(".preview-close").click()
            with page.expect_navigation():
                desk.save(WORSE)
            expect(badge(page).get_by_text("something worse has come")).to_be_visible()
            expect(panel(page)).to_be_hidden()
            badge(page).click()
            assert panel(page).locator("h3, summary").first.inner_text().startswith("What keeps an issue back")
            page.locator(".preview-close").click()
            expect(badge(page).get_by_text("something worse has come")).to_be_hidden()
    finally:
        desk.save(WARNING)


LOOKS: list[tuple[int, Scheme, bool]] = [
    (NARROW, "light", False),
    (NARROW, "dark", True),
    (WIDE, "light", True),
    (WIDE, "dark", False),
]


@pytest.mark.parametrize(("width", "scheme", "small"), LOOKS)
def test_axe_has_nothing_to_say(width: int, scheme: Scheme, small: bool, browser: Browser, desk: Desk) -> None:
    with opened(browser, desk, width, scheme) as page:
        if small:
            page.locator(".preview-close").click()
        found = Axe().run(page, options={"runOnly": {"type": "tag", "values": list(RULES)}})
        assert found.violations_count == 0, found.generate_report()


def test_it_fits_a_small_window_with_text_twice_as_large(browser: Browser, desk: Desk) -> None:
    with context(browser, NARROW) as profile:
        page = profile.new_page()
        page.set_viewport_size({"width": 320, "height": 480})
        page.goto(desk.home + ADDRESS)
        page.add_style_tag(url="/_preview/preview.css")
        page.evaluate("document.documentElement.style.fontSize = '200%'")
        assert panel(page).evaluate("(panel) => panel.scrollWidth <= panel.clientWidth")
        assert panel(page).evaluate("(panel) => panel.offsetHeight") <= 0.4 * 480 + 1
        page.locator(".preview-problems code").last.scroll_into_view_if_needed()
        expect(page.locator(".preview-problems code").last).to_be_in_viewport()
        page.locator(".preview-close").click()
        box = badge(page).bounding_box()
        assert box
        assert 0 <= box["x"] < box["x"] + box["width"] <= 320


def test_it_is_never_printed(browser: Browser, desk: Desk) -> None:
    with opened(browser, desk) as page:
        page.locator(".preview-move").click()
        page.emulate_media(media="print")
        expect(panel(page)).to_be_hidden()
        assert page.evaluate("getComputedStyle(document.documentElement).paddingRight") == "0px"
        page.emulate_media(media="screen")
        page.locator(".preview-close").click()
        page.emulate_media(media="print")
        expect(badge(page)).to_be_hidden()
