"""The page from which an issue is copied into WeChat: its button, from a folder and from a server."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page

from bulletin.build.wechat_folder import wechat_folder, write_wechat_folder
from bulletin.core.wechat_account import WechatAccount
from bulletin.editions.leaf import LeafInputs, make_leaf
from tests.arrange.contents import Content
from tests.browser.chromium import Watch, context
from tests.editions.leaves import texts_of

TEXT = "---\ndate: 2015-04-10\n---\n" + "".join(
    f"## 第{n}栏\n\n### 第{n}篇\n\n> 引用的话。\n\n" + f"{'救助管理工作' * 20}。\n\n" * 60 for n in (1, 2)
)


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An issue of two articles."""
    content = Content({"issues/2015001.md": TEXT})
    (issue,) = content.resolved.archive.issues
    inputs = LeafInputs.of(content.station, issue, content.resolved.links[issue.source])
    texts = texts_of(content.station, content.parts)
    made = tmp_path_factory.mktemp("station") / "out/wechat/2015001"
    write_wechat_folder(made, wechat_folder(make_leaf(texts, inputs), texts, WechatAccount()))
    return made


@pytest.fixture(scope="module")
def server(folder: Path) -> Iterator[str]:
    class Handler(SimpleHTTPRequestHandler):
        def log_message(self, *_: object) -> None:
            pass

    with ThreadingHTTPServer(("127.0.0.1", 0), partial(Handler, directory=str(folder))) as server:
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
        thread.start()
        yield f"http://localhost:{server.server_port}/index.html"
        server.shutdown()
        thread.join()


READ = """async () => {
  const [item] = await navigator.clipboard.read();
  const text = async (type) => (await item.getType(type)).text();
  return [await text("text/html"), await text("text/plain")];
}"""
"""What an editor would get."""
WITHOUT_CLIPBOARD = "Object.defineProperty(navigator, 'clipboard', {value: undefined})"


def sent(folder: Path, number: int) -> str:
    return (folder / f"sent-{number}.html").read_text(encoding="utf-8").partition("\n")[2]


def words_and_styles(page: Page, html: str) -> list[list[str]]:
    """Elements with their styles and words, as a browser reads them."""
    read = """(html) => [...new DOMParser().parseFromString(html, "text/html").body.querySelectorAll("*")]
      .map((each) => [each.tagName, each.getAttribute("style") ?? "", each.textContent])"""
    return page.evaluate(read, html)  # type: ignore[no-any-return]


@pytest.mark.parametrize("where", ["file", "localhost"])
@pytest.mark.parametrize("by", ["clipboard", "selection"])
def test_the_button_copies_the_article_and_says_so(
    browser: Browser, folder: Path, server: str, where: str, by: str
) -> None:
    address = (folder / "index.html").as_uri() if where == "file" else server
    with context(browser, permissions=["clipboard-read", "clipboard-write"]) as opened:
        reader, page = opened.new_page(), opened.new_page()
        reader.goto(server)
        if by == "selection":
            page.add_init_script(WITHOUT_CLIPBOARD)
        watch = Watch(page, address.removesuffix("index.html"))
        page.goto(address)
        articles = page.locator("[data-article]")
        assert articles.count() == 2
        for number in (1, 2):
            article = articles.nth(number - 1)
            article.locator("button").click()
            said = article.locator("[data-said]")
            said.filter(has_text=said.get_attribute("data-good") or "-").wait_for()
            reader.bring_to_front()
            html, plain = reader.evaluate(READ)
            page.bring_to_front()
            assert words_and_styles(page, html) == words_and_styles(page, sent(folder, number))
            assert f"第{number}篇" in plain and "<" not in plain
        watch.assert_quiet()


def test_a_refusal_is_said(browser: Browser, folder: Path) -> None:
    with context(browser) as opened:
        opened.add_init_script(f"{WITHOUT_CLIPBOARD}; Document.prototype.execCommand = () => false")
        page = opened.new_page()
        page.goto((folder / "index.html").as_uri())
        page.locator("button").first.click()
        said = page.locator("[data-said]").first
        assert said.text_content() == said.get_attribute("data-bad")


@pytest.mark.parametrize("width", [360, 1280])
def test_nothing_is_wider_than_the_window(browser: Browser, folder: Path, width: int) -> None:
    with context(browser, width) as opened:
        page = opened.new_page()
        page.goto((folder / "index.html").as_uri())
        assert page.evaluate("document.documentElement.scrollWidth") <= width
