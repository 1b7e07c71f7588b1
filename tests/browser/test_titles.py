"""Lines of titles end between words, on every screen; what is read, found, copied and told is the title as written."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser

from bulletin.core.phrases import title_breaks
from tests.browser.chromium import context
from tests.browser.nginx import Mount, serving
from tests.conftest import NOW, STATION, write_files
from tests.prove.stations import build_here

TITLE = "县民政局和公安局在长途汽车站联合开展走失老人和流浪儿童的集中寻亲活动纪实"
ENDLESS = "救助站寻亲返乡" * 8 + "救助管理"
LATIN = "关于" + "Donaudampfschifffahrtselektrizitaetenhauptbetriebswerk" + "来信的答复意见"
ISSUE = f"---\ndate: 2015-01-09\n---\n## 站务新闻\n### {TITLE}\n一。\n### {ENDLESS}\n二。\n### {LATIN}\n三。\n"

LINE_STARTS = """
(title) => {
  const starts = [];
  const words = document.createTreeWalker(title, NodeFilter.SHOW_TEXT);
  const range = document.createRange();
  let place = 0, top = null;
  while (words.nextNode()) for (let i = 0; i < words.currentNode.data.length; i++, place++) {
    range.setStart(words.currentNode, i);
    range.setEnd(words.currentNode, i + 1);
    const box = range.getBoundingClientRect();
    if (top !== null && box.top > top + box.height / 2) starts.push(place);
    top = box.top;
  }
  return starts;
}
"""
"""The places of the characters with which the lines of a title begin, without the first."""


OWN_WORDS = "found => found.map(each => each.tagName === 'HEAD' ? each.innerHTML : each.ariaLabel + each.alt)"


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    root = tmp_path_factory.mktemp("titles")
    station = STATION.replace("article_pages: no", "") + "recent: 3\n"
    write_files(root, {"content/station.yml": station, "content/issues/2015001.md": ISSUE})
    build_here(root, NOW)
    with serving(tmp_path_factory.mktemp("nginx"), (Mount("/", root / "site"),)) as address:
        yield address


@pytest.mark.parametrize("width", [320, 390, 1280])
@pytest.mark.parametrize("large", [False, True], ids=["", "large"])
def test_lines_of_titles_end_between_words(browser: Browser, site: str, width: int, large: bool) -> None:
    with context(browser) as profile:
        page = profile.new_page()
        page.set_viewport_size({"width": width, "height": 800})
        for path in ("/issues/2015001/", "/"):
            page.goto(site + path)
            if large:
                page.evaluate("document.documentElement.dataset.text = 'large'")
            assert page.evaluate("document.documentElement.scrollWidth") <= width
            for text in (TITLE, ENDLESS):
                shown = page.locator(".phrases").filter(has_text=text).locator("visible=true")
                for each in shown.all():
                    starts = each.evaluate(LINE_STARTS)
                    assert set(starts) <= set(title_breaks(text)), (path, text, starts)
                    assert starts or width == 1280
                assert shown.count() > 0


def test_the_title_is_what_it_was_for_whoever_finds_copies_or_hears_it(browser: Browser, site: str) -> None:
    with context(browser) as profile:
        page = profile.new_page()
        page.set_viewport_size({"width": 320, "height": 800})
        page.goto(f"{site}/issues/2015001/")
        title = page.locator(".article-title").first
        assert title.locator("wbr").count() == len(title_breaks(TITLE))
        assert title.evaluate("each => each.textContent") == title.evaluate("each => each.innerText") == TITLE
        assert title.evaluate("each => (getSelection().selectAllChildren(each), `${getSelection()}`)") == TITLE
        page.evaluate("getSelection().removeAllRanges()")
        page.locator(".contents summary").click()  # what is closed is found, too, and then not selected
        assert page.evaluate("words => find(words)", TITLE)
        assert page.evaluate("`${getSelection()}`") == TITLE
        assert page.get_by_role("heading", name=TITLE, exact=True).count() == 1
        assert page.get_by_role("link", name=TITLE, exact=True).count() >= 1
        tree = profile.new_cdp_session(page).send("Accessibility.getFullAXTree")
        names = [node.get("name", {}).get("value", "") for node in tree["nodes"]]
        assert TITLE in names
        assert not [name for name in names if "\u200b" in name]
        assert all("phrases" not in each for each in page.locator("head, [aria-label], [alt]").evaluate_all(OWN_WORDS))
