"""What the scripts add, each by itself: larger text, reading aloud, copying, today's figure, the list of contents."""

from __future__ import annotations

from datetime import datetime
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.browser.chromium import HEIGHTS, NARROW, WIDE, Watch, context, settle
from tests.browser.stations import KINDS, URL, Kind

ISSUE = "/issues/2015003/"
ARTICLE = "/issues/2015003/xuncha/"

# ── larger text ──────────────────────────────────────────────────────────────────────────────────────────

AT_FIRST = """
new MutationObserver((_, observer) => {
  if (!document.body) return;
  bulletin.early = document.documentElement.dataset.text;
  observer.disconnect();
}).observe(document, {childList: true, subtree: true});
"""
"""What is set when the body begins, before anything can be painted."""

SIZES = """
() => {
  const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  const small = [];
  while (walker.nextNode()) {
    const parent = walker.currentNode.parentElement;
    if (!walker.currentNode.data.trim() || !parent.checkVisibility({visibilityProperty: true})) continue;
    const size = parseFloat(getComputedStyle(parent).fontSize);
    const running = parent.matches(".text > p, .text > :is(ul, ol) > li");
    if (size < (running ? 22 : 18)) small.push(`${size}: ${parent.outerHTML.slice(0, 120)}`);
  }
  return small;
}
"""
KEPT = "localStorage.getItem('bulletin-text')"
SET = "document.documentElement.dataset.text ?? null"


@pytest.mark.parametrize("kind", KINDS, ids=lambda kind: kind.name)
def test_large_text_is_large_and_fits(kind: Kind, browser: Browser, web: str) -> None:
    with context(browser, NARROW) as profile:
        profile.add_init_script("localStorage.setItem('bulletin-text', 'large')")
        page = profile.new_page()
        page.goto(web + kind.url)
        settle(page)
        small = page.evaluate(SIZES)
        assert not small, "\n".join(small)
        assert page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth") <= 0
        assert page.evaluate("bulletin.shift") < 0.02
        expect(page.locator("[data-text-size]")).to_have_attribute("aria-pressed", "true")


def test_large_text_is_kept_from_page_to_page(browser: Browser, web: str) -> None:
    with context(browser) as profile:
        profile.add_init_script(AT_FIRST)
        page = profile.new_page()
        page.goto(web)
        button = page.locator("[data-text-size]")
        expect(button).to_have_attribute("aria-pressed", "false")
        button.click()
        expect(button).to_have_attribute("aria-pressed", "true")
        assert (page.evaluate(SET), page.evaluate(KEPT)) == ("large", "large")
        page.goto(web + ISSUE)
        assert page.evaluate("bulletin.early") == "large"
        expect(button).to_have_attribute("aria-pressed", "true")
        button.click()
        assert page.evaluate(SET) is None
        page.goto(web + ARTICLE)
        assert page.evaluate("bulletin.early ?? null") is None
        expect(button).to_have_attribute("aria-pressed", "false")


def test_without_storage_large_text_still_works(browser: Browser, web: str) -> None:
    with context(browser) as profile:
        profile.add_init_script("Object.defineProperty(window, 'localStorage', {get() { throw new Error('none'); }})")
        page = profile.new_page()
        watch = Watch(page, web)
        page.goto(web)
        page.locator("[data-text-size]").click()
        assert page.evaluate(SET) == "large"
        watch.assert_quiet()


# ── reading aloud ────────────────────────────────────────────────────────────────────────────────────────

VOICE = """
(() => {
  const spoken = window.spoken = {said: [], now: null, cancelled: 0};
  window.SpeechSynthesisUtterance = class { constructor(text) { this.text = text; } };
  const voice = {
    getVoices: () => VOICES,
    addEventListener() {},
    speak(utterance) { spoken.now = utterance; spoken.said.push([utterance.text, utterance.rate, utterance.lang]); },
    cancel() { const now = spoken.now; spoken.now = null; spoken.cancelled += 1; now?.onend?.({}); },
    pause() {}, resume() {}, speaking: false, paused: false, pending: false,
  };
  spoken.finish = () => { const now = spoken.now; spoken.now = null; now?.onend?.({}); return !!spoken.now; };
  Object.defineProperty(window, "speechSynthesis", {value: voice, configurable: true});
})();
"""
"""A voice that speaks as long as the test lets it; like some browsers it tells of the end when it is broken off."""

ONE_VOICE = VOICE.replace("VOICES", "[{lang: 'zh-CN', name: '声', default: true, localService: true}]")


LATE_VOICE = """
let late = [];
speechSynthesis.getVoices = () => late;
addEventListener("load", () => {
  const box = document.querySelector("[data-speak]");
  bulletin.kept = box.checkVisibility() && !box.checkVisibility({visibilityProperty: true});
  setTimeout(() => {
    late = [{}];
    speechSynthesis.dispatchEvent(new Event("voiceschanged"));
  }, 100);
});
"""
"""A browser that finds its voices when the page has been seen; notes whether a place was kept for them."""


def open_article(browser_page: Page, script: str, address: str) -> Page:
    browser_page.add_init_script(script)
    browser_page.goto(address)
    return browser_page


def said(page: Page) -> list[str]:
    return [text for text, _, _ in page.evaluate("spoken.said")]


@pytest.mark.parametrize(
    "script",
    ["Object.defineProperty(window, 'speechSynthesis', {value: undefined})", VOICE.replace("VOICES", "[]")],
    ids=["no speech", "no voice"],
)
def test_reading_is_not_offered_where_there_is_no_voice(script: str, browser: Browser, web: str) -> None:
    with context(browser) as profile:
        page = profile.new_page()
        watch = Watch(page, web)
        open_article(page, script, web + ARTICLE)
        expect(page.locator("[data-speak]")).to_be_hidden()
        watch.assert_quiet()


def test_a_voice_that_comes_late_is_offered_without_a_jump(browser: Browser, web: str) -> None:
    with context(browser, NARROW) as profile:
        page = profile.new_page()
        page.add_init_script(LATE_VOICE)
        page.goto(web + ISSUE)
        expect(page.locator("[data-speak]")).to_be_visible()
        assert page.evaluate("bulletin.kept")
        settle(page)
        assert page.evaluate("bulletin.shift") < 0.001


@pytest.mark.parametrize("address", [ARTICLE, ISSUE])
def test_every_sentence_is_read_once(address: str, browser: Browser, web: str) -> None:
    with context(browser) as profile:
        page = open_article(profile.new_page(), ONE_VOICE, web + address)
        page.locator("[data-speak-play]").click()
        for _ in range(1000):
            if not page.evaluate("spoken.finish()"):
                break
        read = "".join("".join(said(page)).split())
        paragraphs: list[str] = page.evaluate(
            """[...document.querySelectorAll("main .text > p")].map((part) => {
              const copy = part.cloneNode(true);
              for (const mark of copy.querySelectorAll("sup, .file, .unseen")) mark.remove();
              return copy.textContent;
            })"""
        )
        assert len(paragraphs) > 3
        assert [words for words in paragraphs if read.count("".join(words.split())) != 1] == []
        assert {language for _, _, language in page.evaluate("spoken.said")} == {"zh-CN"}
        expect(page.locator("[data-speak-stop]")).to_be_hidden()


def test_reading_stops_goes_on_and_changes_its_pace(browser: Browser, web: str) -> None:
    with context(browser) as profile:
        page = open_article(profile.new_page(), ONE_VOICE, web + ARTICLE)
        play, stop = page.locator("[data-speak-play]"), page.locator("[data-speak-stop]")
        play.click()
        page.evaluate("spoken.finish()")
        assert len(said(page)) == 2
        play.click()
        assert page.evaluate("spoken.now") is None
        assert len(said(page)) == 2, "silent while it pauses"
        play.click()
        assert said(page)[1] == said(page)[2], "goes on with the sentence it broke off"
        page.locator("[data-speak-rate]").select_option(index=2)
        assert said(page)[3] == said(page)[2]
        rates = [rate for _, rate, _ in page.evaluate("spoken.said")]
        assert rates[3] > rates[2]
        stop.click()
        assert page.evaluate("spoken.now") is None
        play.click()
        assert said(page)[-1] == said(page)[0], "from the beginning again"


# ── sharing, printing, keeping ───────────────────────────────────────────────────────────────────────────

WITHOUT_CLIPBOARD = "Object.defineProperty(navigator, 'clipboard', {value: undefined})"


@pytest.mark.parametrize("script", ["", WITHOUT_CLIPBOARD], ids=["https", "http"])
def test_the_address_is_copied(script: str, browser: Browser, web: str) -> None:
    with context(browser, permissions=["clipboard-read", "clipboard-write"]) as profile:
        page = open_article(profile.new_page(), script, web + ARTICLE)
        page.locator("details:has([data-copy]) > summary").click()
        copied = page.locator("[data-copied]")
        expect(copied).to_have_text("")
        page.locator("[data-copy]").click()
        expect(copied).not_to_have_text("")
        assert copied.evaluate("(element) => element.closest('[role=status], [aria-live]') !== null")
        if not script:
            assert page.evaluate("navigator.clipboard.readText()") == URL.rstrip("/") + ARTICLE


@pytest.mark.parametrize("address", [ISSUE, ARTICLE])
def test_the_code_opens_without_scripts(address: str, browser: Browser, web: str) -> None:
    with context(browser, NARROW, scripts=False) as profile:
        page = profile.new_page()
        page.goto(web + address)
        box = page.locator("details:has([data-copied])")
        box.locator("summary").click()
        picture = box.locator("svg").bounding_box()
        assert picture is not None
        assert 120 <= picture["width"] <= NARROW
        assert abs(picture["width"] - picture["height"]) < 1
        assert box.locator("input").input_value() == URL.rstrip("/") + address


def test_printing_is_one_press(browser: Browser, web: str) -> None:
    with context(browser) as profile:
        page = open_article(profile.new_page(), "window.print = () => { window.printed = true; }", web + ISSUE)
        page.locator("[data-print]").click()
        assert page.evaluate("window.printed")


@pytest.mark.parametrize("scripts", [True, False])
def test_how_to_keep_the_site_is_said(scripts: bool, browser: Browser, web: str) -> None:
    with context(browser, NARROW, scripts=scripts) as profile:
        page = profile.new_page()
        page.goto(web)
        page.locator(".menu > summary").click()
        page.locator("[data-bookmark]").press("Enter")
        expect(page.get_by_text("Ctrl").first).to_be_visible()
        words = page.locator("details[open]:not(.menu) > :not(summary), dialog[open]").bounding_box()
        assert words is not None
        assert words["x"] >= 0 and words["x"] + words["width"] <= NARROW
        assert words["y"] + words["height"] < HEIGHTS[NARROW]


# ── today's figure ───────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    ("moment", "shown"),
    [
        ("2015-12-31T15:59:59+00:00", False),
        ("2015-12-31T16:00:01+00:00", True),
        ("2016-01-01T15:59:59+00:00", True),
        ("2016-01-01T16:00:01+00:00", False),
        ("2016-01-02T12:00:00+08:00", False),
        ("2017-01-01T12:00:00+08:00", False),
    ],
)
@pytest.mark.parametrize("zone", ["Asia/Shanghai", "America/New_York"])
def test_the_figure_is_todays_or_not_shown(moment: str, shown: bool, zone: str, browser: Browser, web: str) -> None:
    """By the clock of Beijing, wherever the reader is, and whenever the page was made."""
    with context(browser, timezone_id=zone) as profile:
        page = profile.new_page()
        page.clock.set_fixed_time(datetime.fromisoformat(moment))
        page.goto(web)
        figures: list[Any] = page.locator(".today").all()
        assert figures
        seen = sum(figure.is_visible() for figure in figures)
        assert seen == shown, "once: in the head of a telephone, beside the text elsewhere"


# ── the list of contents ─────────────────────────────────────────────────────────────────────────────────


def test_the_list_of_contents_follows(browser: Browser, web: str) -> None:
    with context(browser, WIDE) as profile:
        page = profile.new_page()
        page.goto(web + ISSUE)
        current = page.locator(".contents a[aria-current]")
        targets: list[str] = page.evaluate(
            "[...document.querySelectorAll('.contents a')].map((link) => link.getAttribute('href'))"
        )
        assert len(targets) > 5
        followed = []
        for target in targets:
            page.evaluate("(id) => document.getElementById(id).scrollIntoView()", target[1:])
            page.evaluate("new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)))")
            assert current.count() == 1
            expect(current).to_have_attribute("aria-current", "true")
            expect(current).to_be_in_viewport()
            followed.append(current.get_attribute("href"))
        places = [targets.index(target or "") for target in followed]
        assert places == sorted(places)
        assert len(set(places)) >= len(targets) - 3, "the last ones share the end of the page"
