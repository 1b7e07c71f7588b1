"""Every kind of page in a real browser, on a phone and a desk, light and dark."""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page

from tests.browser.chromium import NARROW, WIDE, Scheme, Watch, context, settle
from tests.browser.stations import KINDS, REDIRECT, Kind

SCHEMES: tuple[Scheme, ...] = ("light", "dark")
RULES = ("wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice")
LOOKS = [(kind, width, scheme) for kind in KINDS for width in (NARROW, WIDE) for scheme in SCHEMES]


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


def test_an_old_address_leads_on(browser: Browser, web: str) -> None:
    with context(browser) as profile:
        page = profile.new_page()
        page.goto(f"{web}/{REDIRECT}")
        page.wait_for_url("**/issues/2015003/**")
        assert page.title()
