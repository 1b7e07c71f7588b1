"""The form as a reader meets it, without scripts: Debian's nginx with the files of `deploy/`, the site, the service."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import NamedTuple

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page

from bulletin.core.mail_pages import MAIL_PAGES, mail_page
from bulletin.mail.joining import confirm_token, leave_token
from bulletin.mail.stores.opening import open_address_hasher, open_reader_store
from tests.browser.chromium import NARROW, WIDE, Scheme, Watch, context
from tests.browser.nginx import Mount, answers, free_port, serving, start
from tests.browser.test_hits import WRAPPER
from tests.browser.test_markup import DATA_BLOCK, nu_checker
from tests.browser.test_pages import RULES
from tests.conftest import NOW, ROOT, good_issues, write_files
from tests.prove.stations import build_here

STATION = """\
name: 南岭市救助管理站
bulletin: 工作简报
url: https://jzz.example.cn/
phone: 0734-8510000
sections:
  - {title: 站务新闻, id: news}
  - {title: 学术争鸣, id: forum}
  - {title: 案例分析, id: cases}
mail:
  form: 是
  accounts:
    - {name: office, host: smtp.example.cn, from: jianbao@example.cn}
  imap: {host: imap.example.cn, user: jianbao@example.cn}
"""


class Office(NamedTuple):
    """A station whose site and form are served."""

    root: Path
    web: str

    def token(self, address: str) -> str:
        """What is in the letter that waits for this address."""
        with closing(open_reader_store(self.root, None, {})) as store:
            return confirm_token(open_address_hasher(self.root, store), store.notes_to(address)[-1])

    def leave_token(self, address: str) -> str:
        with closing(open_reader_store(self.root, None, {})) as store:
            reader = store.reader(address)
            assert reader
            return leave_token(open_address_hasher(self.root, store), reader.id, address)

    def state(self, address: str) -> str:
        with closing(open_reader_store(self.root, None, {})) as store:
            reader = store.reader(address)
            return reader.state if reader else ""


@pytest.fixture(scope="module")
def office(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Office]:
    root = tmp_path_factory.mktemp("form")
    write_files(root, {**good_issues(1), "content/station.yml": STATION})
    build_here(root, NOW)
    served = tmp_path_factory.mktemp("nginx-form")
    for conf in (ROOT / "deploy/nginx").glob("bulletin-*.conf"):
        shutil.copy(conf, served)
    socket = served / "mail.sock"
    conf = served / "bulletin-mail.conf"
    conf.write_text(conf.read_text("utf-8").replace("/run/bulletin-mail/mail.sock", str(socket)), "utf-8")
    port = free_port()
    text = WRAPPER.format(folder=served, port=port, root=root)
    text = text.replace("include bulletin-site.conf;", "include bulletin-site.conf;\n include bulletin-mail.conf;")
    command = [sys.executable, "-m", "tests.mail.served", str(root), f"unix:{socket}"]
    form = subprocess.Popen(command, cwd=ROOT, stdin=subprocess.DEVNULL, env={**os.environ, "PYTHONPATH": str(ROOT)})
    nginx = start(served, text)
    try:
        assert answers(nginx, port)
        end = time.monotonic() + 30
        while not socket.exists() and time.monotonic() < end:
            time.sleep(0.02)
        yield Office(root, f"http://127.0.0.1:{port}")
        assert "192.0.2" not in (served / "access.log").read_text("utf-8")
        assert "_mail" not in (served / "access.log").read_text("utf-8")
    finally:
        for process in (nginx, form):
            process.terminate()
            process.wait(20)


@pytest.mark.parametrize("width", [NARROW, WIDE])
def test_a_reader_joins_and_leaves_without_scripts(office: Office, browser: Browser, width: int) -> None:
    address = f"li{width}@example.cn"
    with context(browser, width, scripts=False) as profile:
        page = profile.new_page()
        watch = Watch(page, f"{office.web}/")
        page.goto(f"{office.web}/")
        page.locator("footer a[href*='subscribe']").click()
        page.locator("main a[href$='_mail/']").click()
        page.locator("#mail-address").fill("不是邮箱")
        page.locator("#mail-consent").check()
        look(page, "form", width)
        press(page)
        assert page.locator("[role=alert]").is_visible()
        assert page.locator("#mail-address").input_value() == "不是邮箱"
        assert not page.locator("#mail-consent").is_checked()
        page.locator("#mail-address").fill(address.replace(".", "。"))
        page.locator("#mail-column-3").check()
        page.locator("#mail-consent").check()
        look(page, "wrong", width)
        press(page)
        assert page.url.endswith("/_mail/subscribe")
        look(page, "asked", width)
        page.goto(f"{office.web}/_mail/confirm?t={office.token(address)}")
        assert office.state(address) == ""
        look(page, "confirm", width)
        press(page)
        assert office.state(address) == "active"
        page.goto(f"{office.web}/_mail/leave?t={office.leave_token(address)}")
        assert "l***@example.cn" in page.locator("main").inner_text()
        look(page, "leave", width)
        press(page)
        assert office.state(address) == "left"
        assert profile.cookies() == []
        assert not watch.elsewhere + watch.failed


def press(page: Page) -> None:
    """The button, until the answer is there."""
    with page.expect_navigation():
        page.locator("main button").click()


def look(page: Page, name: str, width: int) -> None:
    """Nothing sticks out; with a folder in SHOTS, a picture for people."""
    if folder := os.environ.get("SHOTS"):
        page.screenshot(path=Path(folder) / f"{name}-{width}.png", full_page=True)
    boxes = [each.bounding_box() for each in page.locator("main :is(button, label, input)").all()]
    shown = [box for box in boxes if box]
    assert all(box["x"] >= 0 and box["x"] + box["width"] <= width for box in shown)
    targets = [each.bounding_box() for each in page.locator("main :is(button, .form-tick label)").all()]
    assert all(box and box["height"] >= 43.5 for box in targets)


@pytest.mark.parametrize(("width", "scheme"), [(NARROW, "light"), (WIDE, "dark")])
@pytest.mark.parametrize("path", ["subscribe/", "_mail/", "_mail/consent.html", "_mail/confirm?t=x"])
def test_accessibility_rules(office: Office, browser: Browser, path: str, width: int, scheme: Scheme) -> None:
    with context(browser, width, scheme) as profile:
        page = profile.new_page()
        if path.endswith(".html"):  # what the service has only after a form that was not filled in
            page.goto(f"{office.web}/_mail/")
            page.evaluate("document.querySelector('#mail-consent').required = false")
            page.locator("#mail-address").fill("wang@example.cn")
            press(page)
        else:
            page.goto(f"{office.web}/{path}")
        results = Axe().run(page, options={"runOnly": list(RULES), "resultTypes": ["violations"]})
        assert [violation["id"] for violation in results.response["violations"]] == []
        assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
        assert page.evaluate("bulletin.violations") == []


def test_nu_checker_has_nothing_to_say(office: Office, tmp_path: Path) -> None:
    """Of every page of the form, as the build has made it."""
    with serving(tmp_path / "nginx", (Mount("/", office.root / "site"),)) as web:
        pages = [f"{web}/{mail_page(state)}" for state in MAIL_PAGES]
        said = [each for each in nu_checker([*pages, f"{web}/subscribe/"]) if DATA_BLOCK not in each]
    assert said == []
