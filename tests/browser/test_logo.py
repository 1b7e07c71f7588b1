"""A logo that is a drawing (SVG): pages show it, and nothing in it runs or is fetched, opened by itself either."""

from __future__ import annotations

import io
from pathlib import Path

import pytest
from PIL import Image
from playwright.sync_api import Browser

from tests.browser.chromium import WIDE, Scheme, context
from tests.browser.nginx import Mount, serving
from tests.conftest import STATION, build_site, write_files
from tests.read.test_drawings import HOSTILE

LOGO = (
    (
        '<?xml version="1.0"?><?xml-stylesheet href="http://127.0.0.2:9/a.css"?>'
        '<svg xmlns="http://www.w3.org/2000/svg" xmlns:xlink="http://www.w3.org/1999/xlink" viewBox="0 0 400 200" '
        'onload="alert(1)"><style>.ink{fill:url(#g)}</style><defs><linearGradient id="g"><stop offset="0" '
        f'stop-color="#000"/><stop offset="1" stop-color="#000"/></linearGradient></defs>{"".join(HOSTILE.values())}'
        '<rect id="ink" class="ink" x="0" y="0" width="200" height="200"/></svg>'
    )
    .replace("xi:include", "include")
    .replace("e.example", "127.0.0.2:9")
)


@pytest.fixture
def station(tmp_path: Path) -> Path:
    write_files(tmp_path, {"content/station.yml": STATION + "theme:\n  logo: a.svg\n", "content/a.svg": LOGO})
    build_site(tmp_path)
    return tmp_path


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_pages_show_it_in_both_schemes(scheme: Scheme, browser: Browser, station: Path) -> None:
    with context(browser, WIDE, scheme) as profile:
        page = profile.new_page()
        page.goto((station / "site/index.html").as_uri())
        logo = page.locator("picture.logo img")
        box = logo.bounding_box()
        shown = Image.open(io.BytesIO(logo.screenshot())).convert("L")
    assert box and round(box["width"] / box["height"], 1) == 2.0
    assert shown.getpixel((shown.width // 4, shown.height // 2)) < 40  # type: ignore[operator]
    assert shown.getpixel((shown.width * 3 // 4, shown.height // 2)) > 200  # type: ignore[operator]


def test_opened_by_itself_it_asks_for_nothing_and_runs_nothing(browser: Browser, station: Path, tmp_path: Path) -> None:
    (path,) = (station / "site/static").glob("logo-*.svg")
    asked: list[str] = []
    heard: list[str] = []
    with serving(tmp_path / "nginx", (Mount("/", station / "site"),)) as web, context(browser, WIDE) as profile:
        page = profile.new_page()
        page.on("request", lambda request: asked.append(request.url))
        page.on("dialog", lambda dialog: heard.append(dialog.message))
        page.on("console", lambda message: heard.append(message.text))
        for address in (f"{web}/static/{path.name}", path.as_uri()):
            asked.clear()
            page.goto(address)
            page.locator("#ink").click()
            page.wait_for_timeout(300)
            assert [each for each in asked if not each.endswith("/favicon.ico")] == [address]
    assert heard == []
