"""The site works wherever it is put: without scripts, from a folder, under another path."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from urllib.parse import unquote, urldefrag, urlsplit
from xml.etree import ElementTree

import pytest
from playwright.sync_api import Browser, BrowserContext, Page

from tests.browser.chromium import NARROW, Watch, context
from tests.browser.stations import KINDS, SITES, Kind

# ── without scripts ──────────────────────────────────────────────────────────────────────────────────────

SHOWN = """
() => {
  const visible = (element) => element.checkVisibility({visibilityProperty: true});
  const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  const words = [];
  while (walker.nextNode())
    if (walker.currentNode.data.trim() && visible(walker.currentNode.parentElement)
        && !walker.currentNode.parentElement.closest("button, select, label, [data-today]"))
      words.push(walker.currentNode.data.trim());
  return {
    words,
    links: [...document.links].filter(visible).map((link) => link.getAttribute("href")),
    controls: [...document.querySelectorAll("button, select, textarea, input, [role=button], a[href='#']")]
      .filter((control) => visible(control) && !control.readOnly && !control.popoverTargetElement)
      .map((control) => control.outerHTML),
  };
}
"""


@pytest.mark.parametrize("kind", KINDS, ids=lambda kind: kind.name)
def test_without_scripts_everything_is_there(kind: Kind, browser: Browser, web: str) -> None:
    """All words and links that scripts show; and no button that would do nothing."""
    shown = {}
    for scripts in (True, False):
        with context(browser, NARROW, scripts=scripts) as profile:
            page = profile.new_page()
            page.goto(web + kind.url)
            shown[scripts] = page.evaluate(SHOWN)
    assert shown[False]["controls"] == []
    assert shown[False]["words"] == shown[True]["words"]
    assert shown[False]["links"] == shown[True]["links"]


def test_boxes_open_without_scripts(browser: Browser, web: str) -> None:
    with context(browser, scripts=False) as profile:
        page = profile.new_page()
        page.goto(f"{web}/issues/2015003/")
        for summary in page.locator("details:not(.menu) > summary:visible").all():
            summary.click()
            assert summary.locator("xpath=following-sibling::*").first.is_visible()
            summary.click()


def test_the_menu_of_a_phone_opens_without_scripts(browser: Browser, web: str) -> None:
    with context(browser, NARROW, scripts=False) as profile:
        page = profile.new_page()
        page.goto(f"{web}/issues/2015003/xuncha/")
        menu, button = page.locator(".site-nav"), page.locator(".menu > summary")
        assert not menu.is_visible()
        button.click()
        assert menu.is_visible() and page.locator("[data-bookmark]").is_visible()
        button.click()
        assert not menu.is_visible()


def test_the_text_begins_high_on_a_phone(browser: Browser, web: str) -> None:
    with context(browser, NARROW) as profile:
        page = profile.new_page()
        page.goto(f"{web}/issues/2015003/xuncha/")
        edges = "element => [element.getBoundingClientRect().top, element.getBoundingClientRect().bottom]"
        head, title, text = (page.locator(each).evaluate(edges) for each in (".site-head", "h1", "main .text"))
        assert head[1] <= 140
        assert text[0] - title[1] <= 200


# ── every link ───────────────────────────────────────────────────────────────────────────────────────────

REFERENCES = """
() => ({
  ids: [...document.querySelectorAll("[id]")].map((element) => element.id),
  pages: [...document.querySelectorAll("a[href]")].map((link) => link.href),
  files: [...document.querySelectorAll("[src], link[rel=stylesheet], link[rel=icon], link[rel=alternate]")]
    .map((element) => element.rel === "alternate" ? "" : element.src || element.href).filter(Boolean)
    .concat([...document.querySelectorAll("[srcset]")].flatMap((element) => element.srcset.split(",")
      .map((candidate) => new URL(candidate.trim().split(" ")[0], document.baseURI).href))),
})
"""

Fetch = Callable[[str], bool]


def crawl(page: Page, start: str, home: str, fetch: Fetch, known: Iterable[str] = ()) -> tuple[set[str], list[str]]:
    """All pages under an address, and every reference in them that leads nowhere; ``known`` ones were seen before."""
    waiting, pages, faults = [start], {start, *known}, []
    places: dict[str, set[str]] = {}
    asked: dict[str, set[str]] = {}
    while waiting:
        here = waiting.pop()
        page.goto(here)
        found = page.evaluate(REFERENCES)
        places[here] = set(found["ids"])
        for reference in (*found["pages"], *found["files"]):
            target, fragment = urldefrag(reference)
            if not target.startswith(home):
                continue
            asked.setdefault(target, set())
            if fragment:
                asked[target].add(unquote(fragment))
            if target in pages:
                continue
            pages.add(target)
            if not fetch(target):
                faults.append(f"{here}: {reference}")
            elif target.endswith((".html", "/")):
                waiting.append(target)
    faults += [f"{target}#{name}" for target, names in asked.items() for name in names - places.get(target, names)]
    return pages, faults


@pytest.fixture
def profile(browser: Browser) -> Iterator[BrowserContext]:
    with context(browser, NARROW) as opened:
        yield opened


def is_there(profile: BrowserContext) -> Fetch:
    def fetch(url: str) -> bool:
        return profile.request.get(url).status == 200

    return fetch


def is_file(url: str) -> bool:
    return Path(unquote(urlsplit(url).path)).is_file()


@pytest.mark.parametrize("site", SITES, ids=lambda site: site.mount)
def test_every_link_leads_somewhere(site: tuple[str, str, str], web: str, profile: BrowserContext) -> None:
    """At the root of a server and under a path, the page for what is missing too."""
    home = web + site[0]
    pages, faults = crawl(profile.new_page(), home, home, is_there(profile))
    assert not faults, "\n".join(faults)
    assert len(pages) > (5 if "empty" in home else 30)
    _, faults = crawl(profile.new_page(), f"{home}no/such/page/", home, is_there(profile), pages)
    assert not faults, "\n".join(faults)


@pytest.mark.parametrize("site", SITES, ids=lambda site: site.mount)
def test_every_address_told_to_others_is_there(
    site: tuple[str, str, str], web: str, sites: dict[str, Path], profile: BrowserContext
) -> None:
    """Sitemaps and feeds hold canonical addresses; moved to this server, each is a page."""
    mount, _, url = site
    told = {
        value
        for path in sites[mount].rglob("*.xml")
        for element in ElementTree.parse(path).iter()
        for value in (element.get("href"), element.text)
        if value and value.startswith("https://jzz.")
    }
    fetch = is_there(profile)
    assert [address for address in told if not address.startswith(url)] == []
    assert [address for address in told if not fetch(address.replace(url, web + mount))] == []


def test_from_a_folder_every_link_leads_to_a_file(sites: dict[str, Path], profile: BrowserContext) -> None:
    home = sites["/"].as_uri()
    pages, faults = crawl(profile.new_page(), f"{home}/index.html", home, is_file)
    assert not faults, "\n".join(faults)
    assert len(pages) > 30


@pytest.mark.parametrize("kind", [kind for kind in KINDS if kind.path != "404.html"], ids=lambda kind: kind.name)
def test_from_a_folder_a_page_is_whole(kind: Kind, sites: dict[str, Path], profile: BrowserContext) -> None:
    home = sites[kind.site].as_uri()
    page = profile.new_page()
    watch = Watch(page, home)
    page.goto(f"{home}/{kind.path}")
    watch.assert_quiet()
    assert page.evaluate("getComputedStyle(document.documentElement).getPropertyValue('--accent')")
    assert page.evaluate("[...document.images].every((image) => image.loading === 'lazy' || image.naturalWidth)")
