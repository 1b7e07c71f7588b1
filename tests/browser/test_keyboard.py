"""Whoever has no mouse reaches everything, in the order of the page, and sees where they are."""

from __future__ import annotations

from typing import Any

import pytest
from playwright.sync_api import Browser, Page

from tests.browser.chromium import NARROW, WIDE, context
from tests.browser.stations import KINDS, Kind

PREPARE = """
() => {
  const look = (element) => {
    const style = getComputedStyle(element);
    return [style.outlineStyle, style.outlineWidth, style.outlineColor, style.boxShadow].join(" ");
  };
  const name = (element) => `${element.localName} “${(element.textContent || element.value).trim().slice(0, 30)}”`;
  const scrolls = (element) => {
    const {overflowX, overflowY} = getComputedStyle(element);
    return (overflowX === "auto" && element.scrollWidth > element.clientWidth)
      || (overflowY === "auto" && element.scrollHeight > element.clientHeight);
  };
  const FOCUSABLE = "a[href], button:enabled, input:enabled, select:enabled, textarea:enabled, summary, [tabindex]";
  const can = (element) => (element.matches(FOCUSABLE) ? element.tabIndex >= 0
    : scrolls(element) && !element.querySelector(FOCUSABLE));
  const all = [...document.body.querySelectorAll("*")].filter(
    (element) => element.checkVisibility({visibilityProperty: true}) && can(element));
  const before = new Map(all.map((element) => [element, look(element)]));
  bulletin.trail = [];
  document.addEventListener("focusin", ({target}) => {
    const box = target.getBoundingClientRect();
    const marked = getComputedStyle(target);
    bulletin.trail.push({
      place: all.indexOf(target),
      name: name(target),
      shown: before.get(target) !== look(target)
        && (marked.boxShadow !== "none" || (marked.outlineStyle !== "none" && parseFloat(marked.outlineWidth) >= 2)),
      seen: box.bottom > 0 && box.top < innerHeight && box.right > 0 && box.left < innerWidth,
    });
  });
  return all.map(name);
}
"""
"""Lists what the Tab key has to reach, in the page's order, and writes down what it does reach."""


def walk(page: Page) -> tuple[list[str], list[dict[str, Any]]]:
    """What must be reached; where the Tab key led."""
    wanted: list[str] = page.evaluate(PREPARE)
    for _ in wanted:
        page.keyboard.press("Tab")
    return wanted, page.evaluate("bulletin.trail")


@pytest.mark.parametrize("width", [NARROW, WIDE])
@pytest.mark.parametrize("kind", KINDS, ids=lambda kind: kind.name)
def test_tab_reaches_everything_in_order(kind: Kind, width: int, browser: Browser, web: str) -> None:
    with context(browser, width) as profile:
        page = profile.new_page()
        page.goto(web + kind.url)
        wanted, trail = walk(page)
        assert [step["name"] for step in trail] == wanted
        assert [step["place"] for step in trail] == list(range(len(wanted)))
        assert [step["name"] for step in trail if not step["shown"]] == [], "no visible focus"
        assert [step["name"] for step in trail if not step["seen"]] == [], "outside the window"


@pytest.mark.parametrize("kind", KINDS, ids=lambda kind: kind.name)
def test_the_first_stop_leads_past_the_menus(kind: Kind, browser: Browser, web: str) -> None:
    with context(browser) as profile:
        page = profile.new_page()
        page.goto(web + kind.url)
        page.keyboard.press("Tab")
        assert page.evaluate("document.activeElement.matches('a.skip')")
        page.keyboard.press("Enter")
        assert page.evaluate("document.activeElement.localName") == "main"
        page.keyboard.press("Tab")
        assert page.evaluate("document.activeElement.closest('header, .skip') === null")
