"""The vectors of tests/xss in a real browser, without any policy to stop them: nothing runs, whatever is pressed.

`tests/prove/test_xss.py` judges the same pages by a parser; here Chromium itself does. Every element gets every
event, every link is followed, and what would call `alert` is heard. With the policy, less could happen, not more.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from urllib.parse import quote

import pytest
from playwright.sync_api import Browser, ConsoleMessage, Page, Route

from tests.browser.chromium import context
from tests.browser.nginx import Mount, serving
from tests.conftest import write_files
from tests.prove.conftest import room  # noqa: F401 - a fixture
from tests.prove.test_xss import Door, body_door, front_door, page_door, plant, title_door
from tests.xss.vectors import ALT, ATTR_LIST, BODY, FIRING, FRONT, TITLE

HEARD = "VECTOR RAN"
EARS = f"""
for (const name of ["alert", "confirm", "prompt", "msgbox", "open"])
  window[name] = (...words) => console.error("{HEARD}", name, ...words);
window.print = () => {{}};
"""

PROVOKE = """
(types) => {
  const harmless = (address) => {
    try {
      return ["http:", "https:", "mailto:", "tel:"].includes(new URL(address, document.baseURI).protocol);
    } catch {
      return true;
    }
  };
  const ADDRESSES = ["href", "src", "action", "formaction", "xlink:href", "data", "poster", "background", "cite",
    "manifest", "ping", "longdesc", "profile", "codebase", "archive", "values", "to"];
  const FOREIGN = "base, form, iframe, frame, object, embed, applet, portal, style, math, marquee, template,"
    + " svg :is(a, use, image, animate, set, script, foreignObject, style),"
    + " body :is(script, link, meta, title), script:not([src*='static/'], [type='application/ld+json'])";
  const found = [];
  const say = (element, fault) => found.push(`${fault}: ${element.outerHTML.slice(0, 200)}`);
  document.addEventListener("click", (event) => {
    const link = event.target.closest("a, area");
    if (link && harmless(link.href)) event.preventDefault();
  }, true);
  const all = [...document.querySelectorAll("*")];
  for (const element of all) {
    if (element.matches(FOREIGN)) say(element, "element");
    for (const {name, value} of element.attributes) {
      if (name.startsWith("on") || name === "srcdoc" || name === "style") say(element, name);
      if (ADDRESSES.includes(name) && !harmless(value)) say(element, name);
    }
  }
  for (const element of all) {
    for (const type of types) element.dispatchEvent(new Event(type));
    if (element.localName === "a" && element.hasAttribute("href")) element.click();
  }
  return found;
}
"""
"""What of a page could run, by the browser's own reading of it; and everything in it is set off."""

EVENTS = sorted({event.removeprefix("on") for _, _, event in FIRING} | {"click", "focus", "load", "error", "input"})


class Listener:
    """Hears what runs, and what is asked of other servers."""

    def __init__(self, page: Page, home: str) -> None:
        self._home = home
        self.heard: list[str] = []
        page.on("console", self._on_console)
        page.on("dialog", lambda dialog: self.heard.append(dialog.message))
        page.route(lambda url: not url.startswith(home), self._elsewhere)

    def _on_console(self, message: ConsoleMessage) -> None:
        if HEARD in message.text:
            self.heard.append(message.text)

    def _elsewhere(self, route: Route) -> None:
        self.heard.append(f"asked {route.request.url}")
        route.abort()


@contextmanager
def listening(browser: Browser, folder: Path, work: Path) -> Iterator[tuple[Page, Listener, str]]:
    """A page that listens, and a server without any policy."""
    with serving(work, (Mount("/", folder, strict=False),)) as web, context(browser) as profile:
        profile.add_init_script(EARS)
        page = profile.new_page()
        yield page, Listener(page, f"{web}/"), web


def open_all(browser: Browser, root: Path, work: Path) -> tuple[list[str], int]:
    """Open and provoke every page of a site; everything that happened, and how many pages there were."""
    found, pages = [], 0
    with listening(browser, root / "site", work) as (page, listener, web):
        for path in sorted((root / "site").rglob("*.html")):
            if 'http-equiv="refresh"' in path.read_text(encoding="utf-8"):
                continue
            address = f"{web}/{quote(path.relative_to(root / 'site').as_posix())}"
            page.goto(address)
            wrong: list[Any] = page.evaluate(PROVOKE, EVENTS)
            found += [f"{address}: {fault}" for fault in (*wrong, *listener.heard)]
            listener.heard.clear()
            assert page.url.startswith(address)
            pages += 1
    return found, pages


def planted(root: Path, doors: list[Door], *, article_pages: bool) -> int:
    """A site of vectors whose pages say nothing of a policy; how many vectors went in."""
    write_files(root, {"templates/parts/policy.html": "\n"})
    _, site, vectors = plant(root, doors, article_pages=article_pages)
    assert not any(b"Content-Security-Policy" in data for path, data in site.items() if path.endswith(".html"))
    return vectors


@pytest.mark.prove
def test_texts(browser: Browser, room: Path, tmp_path: Path, prove: bool) -> None:  # noqa: F811
    """In issues fifty to a page, so one page each for those that could hide the others."""
    write_files(room, {"templates/parts/policy.html": "\n"})
    _, _, vectors = plant(
        room, [body_door((*BODY, *ATTR_LIST, *ALT)[:: 1 if prove else 3], 2015001)], article_pages=False
    )
    found, pages = open_all(browser, room, tmp_path)
    assert not found, "\n".join(found)
    assert vectors > (2000 if prove else 600)
    assert pages > vectors // 50


@pytest.mark.prove
def test_titles_and_front_matter(browser: Browser, room: Path, tmp_path: Path, prove: bool) -> None:  # noqa: F811
    """In every place where a title, a name or a description is shown, heads of pages included."""
    doors = [
        title_door(TITLE[:: 1 if prove else 6], 2015001),
        front_door(FRONT[:: 4 if prove else 26], 2025001, quoted=True),
        page_door(BODY[:: 20 if prove else 200]),
    ]
    vectors = planted(room, doors, article_pages=True)
    found, pages = open_all(browser, room, tmp_path)
    assert not found, "\n".join(found)
    assert vectors > (300 if prove else 40)
    assert pages > vectors


def test_a_vector_that_runs_would_be_heard(browser: Browser, tmp_path: Path) -> None:
    """The same vectors in a page as they are: the proofs above are not deaf."""
    running = [
        vector for vector in BODY if vector.startswith(("<img src=x onerror", "<svg", "<a href=", "<details open"))
    ]
    pages = {f"site/{n}.html": f"<!DOCTYPE html><title>x</title>{v}" for n, v in enumerate(running[:40])}
    write_files(tmp_path, pages)
    found, opened = open_all(browser, tmp_path, tmp_path / "nginx")
    assert opened == len(pages) == 40
    assert len({line.split(": ")[0] for line in found}) > 35, "some only look like it"
    assert len({line.split(": ")[0] for line in found if HEARD in line}) > 20
