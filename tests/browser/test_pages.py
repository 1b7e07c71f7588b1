"""Every kind of page in a real browser, on a phone and a desk, light and dark."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple
from urllib.parse import urljoin
from urllib.request import Request, urlopen

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page

from tests.browser.chromium import NARROW, WIDE, Scheme, Watch, context, settle
from tests.browser.nginx import POLICY
from tests.browser.slow import trickling
from tests.browser.stations import KINDS, REDIRECT, Kind

SCHEMES: tuple[Scheme, ...] = ("light", "dark")
SLOW = ("home", "issue-bare", "column")
"""Kinds that are looked at on a slow line too: with and without a masthead of their own, with text and with lists."""
RULES = ("wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice")
LOOKS = [(kind, width, scheme) for kind in KINDS for width in (NARROW, WIDE) for scheme in SCHEMES]


HEADERS = {"Content-Type": "text/html; charset=utf-8", "Content-Security-Policy": POLICY}


class Visit(NamedTuple):
    """A page that has come to rest, and what it did on the way."""

    page: Page
    watch: Watch
    kind: Kind


@pytest.fixture(scope="module", params=LOOKS, ids=lambda look: f"{look[0].name}-{look[1]}-{look[2]}")
def visit(request: pytest.FixtureRequest, browser: Browser, web: str) -> Iterator[Visit]:
    kind, width, scheme = request.param
    with context(browser, width, scheme) as profile:
        page = profile.new_page()
        watch = Watch(page, f"{web}/")
        page.goto(web + kind.url)
        settle(page)
        yield Visit(page, watch, kind)


def test_nothing_sticks_out(visit: Visit) -> None:
    """The page itself never scrolls sideways; names what is too wide."""
    wide = visit.page.evaluate(
        """() => {
          const root = document.documentElement;
          if (root.scrollWidth <= root.clientWidth) return [];
          const out = [...document.body.querySelectorAll("*")].filter(
            (element) => element.getBoundingClientRect().right > root.clientWidth + 1);
          return [`${root.scrollWidth} > ${root.clientWidth}`, ...out.map((e) => `${e.localName}.${e.className}`)];
        }"""
    )
    assert not wide, "\n".join(wide)


def test_it_is_quiet(visit: Visit) -> None:
    """No message, no request to elsewhere, none that fails, nothing that the policy forbids."""
    visit.watch.assert_quiet()
    assert visit.page.evaluate("bulletin.violations") == []


def test_nothing_jumps(visit: Visit) -> None:
    assert visit.page.evaluate("bulletin.shift") < 0.02


@pytest.fixture(scope="module")
def slow(sites: dict[str, Path]) -> Iterator[str]:
    """Address of the full station on a slow line."""
    with trickling(sites["/"]) as address:
        yield address


@pytest.mark.parametrize("width", [NARROW, WIDE])
@pytest.mark.parametrize("kind", [kind for kind in KINDS if kind.name in SLOW], ids=lambda kind: kind.name)
def test_nothing_jumps_on_a_slow_line(kind: Kind, width: int, browser: Browser, slow: str) -> None:
    """Though the page is painted piece by piece, and its scripts run long after it was first seen."""
    with context(browser, width) as profile:
        page = profile.new_page()
        page.goto(slow + kind.url)
        settle(page)
        assert page.evaluate("bulletin.shift") < 0.02


def test_accessibility_rules(visit: Visit) -> None:
    results = Axe().run(visit.page, options={"runOnly": list(RULES), "resultTypes": ["violations"]})
    found = [
        f"{violation['id']}: {node['html']} {node['any'][:1]}"
        for violation in results.response["violations"]
        for node in violation["nodes"]
    ]
    assert not found, "\n".join(found)


SMALL = """
() => [...document.querySelectorAll("a[href], button, summary, input, select")].filter((target) => {
  const inline = target.closest(".text, .summary") && getComputedStyle(target).display === "inline";
  if (inline || !target.checkVisibility({visibilityProperty: true})) return false;
  const box = target.getBoundingClientRect();
  return box.width < 43.5 || box.height < 43.5;
}).map((target) => {
  const box = target.getBoundingClientRect();
  const place = target.parentElement;
  return `${place.localName}.${place.className} > ${target.outerHTML.slice(0, 90)}: ${box.width}x${box.height}`;
})
"""


def test_targets_are_large_enough_for_a_finger(visit: Visit) -> None:
    """44 by 44 pixels (适老化), but for links within running text."""
    if visit.page.viewport_size and visit.page.viewport_size["width"] == NARROW:
        small = visit.page.evaluate(SMALL)
        assert not small, "\n".join(small)


@pytest.mark.parametrize("kind", KINDS, ids=lambda kind: kind.name)
def test_it_is_light(kind: Kind, web: str, sites: dict[str, Path]) -> None:
    """30 KB for page, style and scripts as they travel, 6 KB of it for scripts."""
    text = (sites[kind.site] / kind.path).read_text(encoding="utf-8")
    address = f"{web}{kind.site}{kind.path}"
    files = [
        urljoin(address, name) for name in re.findall(r'<(?:script|link)[^>]* (?:src|href)="([^"]+\.(?:js|css))"', text)
    ]
    weights = {name: travelling(name) for name in (address, *files)}
    assert files
    assert sum(weights.values()) <= 30_000, weights
    assert sum(weight for name, weight in weights.items() if name.endswith(".js")) <= 6_000, weights


def travelling(address: str) -> int:
    """Bytes of the answer's body as nginx sends it to a browser."""
    with urlopen(Request(address, headers={"Accept-Encoding": "gzip"})) as answer:
        assert answer.headers["Content-Encoding"] == "gzip"
        return len(answer.read())


def test_an_old_address_leads_on(browser: Browser, web: str) -> None:
    with context(browser) as profile:
        page = profile.new_page()
        page.goto(f"{web}/{REDIRECT}")
        page.wait_for_url("**/issues/2015003/**")
        assert page.title()


BAD = """<!DOCTYPE html><html lang="zh"><meta name="viewport" content="width=device-width"><title>坏</title>
<p id="late"></p><p>文字</p><button>按</button><p style="color: red">红</p><div class="wide">宽</div>
<a href="/">x</a><img src="https://elsewhere.example/a.png"><img src="/none.png" alt="">
<script src="/bad.js"></script>"""
BAD_SCRIPT = """document.querySelector(".wide").style.width = "900px"; console.log("说话");
setTimeout(() => { document.getElementById("late").style.height = "300px"; }, 50);"""


def test_a_bad_page_would_be_seen(browser: Browser, web: str) -> None:
    """Everything that is asked above, of a page that does it all wrong."""
    with context(browser, NARROW) as profile:
        page = profile.new_page()
        page.route("**/bad/", lambda route: route.fulfill(body=BAD, headers=HEADERS))
        page.route("**/bad.js", lambda route: route.fulfill(body=BAD_SCRIPT, content_type="text/javascript"))
        watch = Watch(page, f"{web}/")
        page.goto(f"{web}/bad/")
        page.wait_for_timeout(200)
        settle(page)
        visit = Visit(page, watch, KINDS[0])
        assert any("说话" in line for line in watch.console)
        assert any("none.png" in line for line in watch.failed)
        assert len(page.evaluate("bulletin.violations")) >= 2
        for check in (test_nothing_sticks_out, test_nothing_jumps, test_accessibility_rules, test_it_is_quiet):
            with pytest.raises(AssertionError):
                check(visit)
        with pytest.raises(AssertionError, match=r"按[\s\S]*x"):
            test_targets_are_large_enough_for_a_finger(visit)
