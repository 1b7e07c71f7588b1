"""Old addresses with a query: the page of errors looks them up, or the web server does."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, expect

from bulletin.arrange import urls
from bulletin.word.old_site.server_maps import server_maps
from tests.browser.chromium import WIDE, context
from tests.browser.nginx import Mount, serving
from tests.conftest import NOW, write_files
from tests.prove.stations import build_here

TEXT = "---\nnumber: 2015001\ndate: 2015-01-02\nredirect_from: ['/show.asp?id=512', '/?p=12']\n---\n## 站务新闻\n一\n"
STATION = "name: 甲\nurl: https://jzz.example.cn/\nsections:\n  - {id: news, title: 站务新闻}\n"
NEW = "/" + urls.short(urls.issue("2015001"))


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Path:
    root = tmp_path_factory.mktemp("old-addresses")
    write_files(root, {"content/station.yml": STATION, "content/issues/2015001.md": TEXT})
    build_here(root, NOW)
    return root / "site"


@pytest.fixture(scope="module")
def plain_host(site: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """A server that knows no old address, but shows the site's own 404.html."""
    with serving(tmp_path_factory.mktemp("plain-host"), (Mount("/", site),)) as address:
        yield address


@pytest.mark.parametrize(
    "old", ["/show.asp?id=512", "/Show.asp?ID=512", "/show.asp?id=512&from=timeline&isappinstalled=0"]
)
def test_the_page_of_errors_goes_on_to_the_text(browser: Browser, plain_host: str, old: str) -> None:
    with context(browser, WIDE) as profile:
        page = profile.new_page()
        page.goto(plain_host + old)
        page.wait_for_url(plain_host + NEW)


def test_an_unknown_address_stays_on_the_page_of_errors(browser: Browser, plain_host: str) -> None:
    with context(browser, WIDE) as profile:
        page = profile.new_page()
        with page.expect_response("**/old-addresses.json"):
            page.goto(plain_host + "/show.asp?id=5")
        page.wait_for_load_state("networkidle")
        assert page.url == plain_host + "/show.asp?id=5"
        expect(page.locator("h1")).to_be_visible()


def test_without_scripts_the_page_of_errors_stays_usable(browser: Browser, plain_host: str) -> None:
    with context(browser, WIDE, scripts=False) as profile:
        page = profile.new_page()
        page.goto(plain_host + "/show.asp?id=512")
        page.locator("main a", has_text="站务新闻").click()
        expect(page.locator("h1")).to_have_text("站务新闻")


def test_a_web_server_answers_what_only_it_can(browser: Browser, site: Path, tmp_path: Path) -> None:
    include = tmp_path / "old.conf"
    include.write_text(server_maps({"/?p=12": NEW})["nginx-old-addresses.conf"], "utf-8")
    rule = "        if ($bulletin_old_address) { return 301 $bulletin_old_address; }\n"
    with (
        serving(tmp_path / "nginx", (Mount("/", site),), (include,), rule) as address,
        context(browser, WIDE) as profile,
    ):
        page = profile.new_page()
        for old, new in (("/?p=12", NEW), ("/?p=12&from=timeline", NEW), ("/?p=13", "/?p=13"), ("/", "/")):
            page.goto(address + old)
            assert page.url == address + new
