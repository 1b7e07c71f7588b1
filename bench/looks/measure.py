"""What can be measured of a page in a browser, on a phone and on a desk, with the same rulers for all."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager
from io import BytesIO
from typing import Any, NamedTuple
from urllib.parse import urlsplit

import pypdf
from axe_playwright_python.sync_playwright import Axe
from PIL import Image, ImageStat
from playwright.sync_api import Browser, BrowserContext, Page, Response, ViewportSize

from bench.looks.content import ARTICLE, Content
from bench.looks.systems import System
from tests.browser.chromium import Scheme, settle

SCREENS = {390: 844, 1280: 800}
RULES = ("wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice")
TALLEST = 1800
"""Of a screenshot; what is below would only make the others smaller."""
EMPTY = 20
"""Characters that a page without scripts has at most when it shows nothing."""
DARK = 100
"""Mean brightness of a screenshot, of 255, below which a page is dark."""


class Kind(NamedTuple):
    """A page that all have."""

    name: str
    url: str
    opening: str
    """The words at which what one came for begins."""


def kinds(content: Content) -> tuple[Kind, ...]:
    newest = content.issues[0]
    article = next(each for each in newest.articles if each.slug == ARTICLE)
    return (
        Kind("home", "/", newest.articles[0].title),
        Kind("issue", newest.url, article.opening),
        Kind("article", f"{newest.url}{ARTICLE}/", article.opening),
        Kind("column", "/columns/news/", content.column("news")[0][1].title),
        Kind("missing", "/404.html", ""),
    )


class Figures(NamedTuple):
    """Of one page at one width."""

    requests: int
    weight: int
    """Bytes of all bodies as they travel, without pictures of the content."""
    scripts: int
    """Bytes of it that are scripts."""
    begins: int | None
    """Pixels from the top to the words that one came for."""
    headlines: int
    """Titles in the first screen."""
    smallest: float
    """Type size in px."""
    contrast: float
    """The lowest that axe finds."""
    violations: int
    """Rules of axe that the page breaks."""
    without_scripts: bool
    """The words are there."""
    dark: bool
    sheets: int
    """Of A4."""


class Visit(NamedTuple):
    """What was measured and what was seen."""

    figures: Figures
    light: Image.Image
    dark: Image.Image


def visit(browser: Browser, web: str, system: System, kind: Kind, width: int, titles: list[str]) -> Visit:
    with _opened(browser, width, "dark") as (page, _):
        page.goto(web + kind.url)
        settle(page)
        dark = _shot(page, width)
    with _opened(browser, width, "light", scripts=False) as (page, _):
        page.goto(web + kind.url)
        bare = page.locator("body").inner_text()
    with _opened(browser, width, "light") as (page, answers):
        page.goto(web + kind.url, wait_until="networkidle")
        settle(page)
        light = _shot(page, width)
        figures = Figures(
            *_travelled(answers),
            begins=_begins(page, system.text, kind.opening),
            headlines=page.evaluate(HEADLINES, [titles, SCREENS[width]]),
            smallest=page.evaluate(SMALLEST),
            **_axe(page),
            without_scripts=kind.opening in bare and len(bare.strip()) > EMPTY,
            dark=ImageStat.Stat(dark.convert("L")).mean[0] < DARK,
            sheets=len(pypdf.PdfReader(BytesIO(page.pdf(format="A4", prefer_css_page_size=True))).pages),
        )
    return Visit(figures, light, dark)


@contextmanager
def _opened(
    browser: Browser, width: int, scheme: Scheme, *, scripts: bool = True
) -> Iterator[tuple[Page, list[Response]]]:
    """A page of a profile that has seen nothing yet, and the answers that it gets."""
    size: ViewportSize = {"width": width, "height": SCREENS[width]}
    options: dict[str, Any] = {"locale": "zh-CN", "timezone_id": "Asia/Shanghai", "reduced_motion": "reduce"}
    made: BrowserContext = browser.new_context(
        viewport=size, color_scheme=scheme, java_script_enabled=scripts, **options
    )
    try:
        page = made.new_page()
        answers: list[Response] = []
        page.on("response", lambda answer: answers.append(answer))
        yield page, answers
    finally:
        made.close()


def _shot(page: Page, width: int) -> Image.Image:
    """From the top, as far as `TALLEST`."""
    tall = min(TALLEST, page.evaluate("document.documentElement.scrollHeight"))
    clip = {"x": 0, "y": 0, "width": width, "height": max(tall, SCREENS[width])}
    return Image.open(BytesIO(page.screenshot(full_page=True, clip=clip))).convert("RGB")  # type: ignore[arg-type]


def _travelled(answers: list[Response]) -> tuple[int, int, int]:
    """Requests, bytes, bytes of scripts; a picture of the content counts as a request only."""
    sizes = [(answer, answer.request.sizes()["responseBodySize"]) for answer in answers if _is_web(answer)]
    own = [(answer, size) for answer, size in sizes if not _is_picture(answer)]
    scripts = sum(size for answer, size in own if answer.request.resource_type == "script")
    return len(sizes), sum(size for _, size in own), scripts


def _is_web(answer: Response) -> bool:
    return answer.url.startswith("http")


def _is_picture(answer: Response) -> bool:
    return re.search(r"\.(?:jpe?g|webp|avif)$", urlsplit(answer.url).path) is not None


BEGINS = """
([places, words]) => {
  for (const place of document.querySelectorAll(places)) {
    const texts = document.createTreeWalker(place, NodeFilter.SHOW_TEXT);
    while (texts.nextNode()) {
      const at = texts.currentNode.data.indexOf(words);
      if (at < 0 || !texts.currentNode.parentElement.checkVisibility()) continue;
      const range = document.createRange();
      range.setStart(texts.currentNode, at);
      range.setEnd(texts.currentNode, at + 1);
      const box = range.getBoundingClientRect();
      if (box.height && getComputedStyle(texts.currentNode.parentElement).position !== "fixed")
        return Math.round(box.top + scrollY);
    }
  }
  return null;
}
"""
HEADLINES = """
([titles, height]) => titles.filter((title) => {
  const texts = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  while (texts.nextNode()) {
    if (!texts.currentNode.data.includes(title)) continue;
    const element = texts.currentNode.parentElement;
    const range = document.createRange();
    range.selectNodeContents(texts.currentNode);
    const box = range.getBoundingClientRect();
    const seen = element.checkVisibility({visibilityProperty: true, opacityProperty: true});
    const inside = box.top >= 0 && box.bottom <= height && box.left >= 0 && box.right <= innerWidth;
    if (seen && inside && box.width > 1) return true;
  }
  return false;
}).length
"""
SMALLEST = """
() => {
  const texts = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  let smallest = Infinity;
  while (texts.nextNode()) {
    const element = texts.currentNode.parentElement;
    if (!texts.currentNode.data.trim() || element.closest("script, style, noscript")) continue;
    const range = document.createRange();
    range.selectNodeContents(texts.currentNode);
    const box = range.getBoundingClientRect();
    const seen = element.checkVisibility({visibilityProperty: true, opacityProperty: true});
    const inside = box.right > 0 && box.left < innerWidth && box.bottom > 0;
    if (!seen || !inside || box.width < 2 || box.height < 2 || hidden(element)) continue;
    smallest = Math.min(smallest, parseFloat(getComputedStyle(element).fontSize));
  }
  return Math.round(smallest * 10) / 10;
  function hidden(element) {
    for (let each = element; each; each = each.parentElement) {
      const box = each.getBoundingClientRect();
      if (getComputedStyle(each).overflow === "hidden" && (box.width < 2 || box.height < 2)) return true;
    }
    return false;
  }
}
"""


def _begins(page: Page, places: str, words: str) -> int | None:
    found: int | None = page.evaluate(BEGINS, [places, words]) if words else None
    return found


def _axe(page: Page) -> dict[str, Any]:
    """Contrast of the weakest words, and how many rules are broken."""
    found = Axe().run(page, options={"runOnly": list(RULES), "resultTypes": ["violations", "passes"]}).response
    checks = [
        check["data"]["contrastRatio"]
        for rule in (*found["violations"], *found["passes"])
        if rule["id"] == "color-contrast"
        for node in rule["nodes"]
        for check in node["any"]
        if check["data"] and check["data"].get("contrastRatio")
    ]
    return {"contrast": min(checks, default=21.0), "violations": len(found["violations"])}
