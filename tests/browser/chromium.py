"""Debian's Chromium, and a page in it that is watched from its first byte."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, Literal

from playwright.sync_api import Browser, BrowserContext, ConsoleMessage, Page, Playwright, Request, Response

from tests.browser.tools import program
from tests.conftest import NOW

ARGUMENTS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--font-render-hinting=none",
]

Scheme = Literal["light", "dark"]

NARROW, WIDE = 360, 1280
HEIGHTS = {NARROW: 740, WIDE: 900}

EARS = """
window.bulletin = {shift: 0, violations: []};
new PerformanceObserver((list) => {
  const foot = document.querySelector(".site-foot");
  const rises = ({node, previousRect, currentRect}) => foot?.contains(node) && currentRect.top < previousRect.top;
  for (const entry of list.getEntries()) {
    if (!entry.sources.length || !entry.sources.every(rises)) window.bulletin.shift += entry.value;
  }
}).observe({type: "layout-shift", buffered: true});
document.addEventListener("securitypolicyviolation", (event) => {
  window.bulletin.violations.push(`${event.violatedDirective}: ${event.blockedURI || event.sample}`);
});
"""
"""Listens to what only the page itself can tell.

The foot of a page shorter than the window stands at the window's end and rises while it arrives; that is no jump. One
that is pushed down is.
"""

A_VOICE = "if (window.speechSynthesis) speechSynthesis.getVoices = () => [{lang: 'zh-CN', name: '声'}];"
"""As every browser of a reader has one, and this machine has none."""


def launch(playwright: Playwright) -> Browser:
    return playwright.chromium.launch(executable_path=program("chromium-headless-shell"), args=ARGUMENTS)


class Watch:
    """What a page did that it should not, in words."""

    def __init__(self, page: Page, home: str) -> None:
        self._home = home
        self.console: list[str] = []
        self.elsewhere: list[str] = []
        self.failed: list[str] = []
        page.on("console", self._on_console)
        page.on("pageerror", lambda error: self.console.append(f"error: {error}"))
        page.on("request", self._on_request)
        page.on("requestfailed", lambda request: self.failed.append(f"{request.url}: {request.failure}"))
        page.on("response", self._on_response)

    def _on_console(self, message: ConsoleMessage) -> None:
        if not self._is_own_404(message):
            self.console.append(f"{message.type}: {message.text} ({message.location.get('url')})")

    def _is_own_404(self, message: ConsoleMessage) -> bool:
        """Chromium itself remarks on a page that was asked for and is not there; so it should not be."""
        return "404 (Not Found)" in message.text and message.location.get("url", "").endswith("/nowhere/")

    def _on_request(self, request: Request) -> None:
        if not request.url.startswith((self._home, "data:", "blob:")):
            self.elsewhere.append(request.url)

    def _on_response(self, response: Response) -> None:
        if response.status >= 400 and not response.request.is_navigation_request():
            self.failed.append(f"{response.url}: {response.status}")

    def assert_quiet(self) -> None:
        """No message, no request to elsewhere, none that failed."""
        assert not self.console, "\n".join(self.console)
        assert not self.elsewhere, "\n".join(self.elsewhere)
        assert not self.failed, "\n".join(self.failed)


@contextmanager
def context(
    browser: Browser, width: int = WIDE, scheme: Scheme = "light", *, scripts: bool = True, **options: Any
) -> Iterator[BrowserContext]:
    """A fresh profile, at the tests' own time."""
    made = browser.new_context(
        viewport={"width": width, "height": HEIGHTS[width]},
        color_scheme=scheme,
        reduced_motion="reduce",
        java_script_enabled=scripts,
        **{"locale": "zh-CN", "timezone_id": "Asia/Shanghai", **options},
    )
    made.set_default_timeout(20_000)
    try:
        if scripts:
            made.clock.set_fixed_time(NOW)
            made.add_init_script(EARS)
            made.add_init_script(A_VOICE)
        yield made
    finally:
        made.close()


def settle(page: Page) -> None:
    """Until everything that comes late has come: pictures below the fold, fonts, a second frame."""
    page.evaluate(
        """async () => {
          for (let y = 0; y < document.documentElement.scrollHeight; y += innerHeight) {
            scrollTo(0, y);
            await new Promise(requestAnimationFrame);
          }
          scrollTo(0, 0);
          await document.fonts.ready;
          await Promise.all([...document.images].map((image) => image.decode().catch(() => {})));
          await new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)));
        }"""
    )
