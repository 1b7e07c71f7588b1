"""On paper: an A4 bulletin with every word of the text and nothing that only a screen needs."""

from __future__ import annotations

import re
import subprocess
import unicodedata
from pathlib import Path

import pytest
from playwright.sync_api import Browser

from bulletin.check.report_view import check_report
from bulletin.core.i18n import translations
from bulletin.core.problems import problem
from bulletin.render.reports import render_report, template_folders
from tests.browser.chromium import NARROW, context
from tests.browser.stations import KINDS, URL
from tests.browser.tools import program

PRINTED = {"issue": (3, 8), "article": (1, 4)}
"""Kind of page → how many sheets it may take."""
ONE_SHEET = ("home", "columns", "page")
TEXTS = [kind for kind in KINDS if kind.name in PRINTED]

PARTS = """
() => [...document.querySelectorAll("main :is(h1, h2, h3, h4, p, li, dt, dd, td, th, figcaption, pre)")]
  .filter((part) => part.closest(".text") || part.matches("h1, .section-title, .article-title"))
  .map((part) => {
    const copy = part.cloneNode(true);
    for (const inner of copy.querySelectorAll("ul, ol, p, .unseen, .footnote-backref, sup")) inner.remove();
    return copy.textContent;
  })
"""

SCREEN_ONLY = "main nav:not(.contents) a, .site-nav a, .friends a, .skip, .own-page a, .more a, button, summary"


def squeezed(text: str) -> str:
    """Without spaces, numbers of pages and notes, and the forms of characters that fonts mix up."""
    plain = re.sub(r"\s+", "", unicodedata.normalize("NFKC", text))
    return re.sub(r"[—–-]\d+(/\d+)?[—–-]|\[\d+\]", "", plain)


@pytest.mark.parametrize("kind", TEXTS, ids=lambda kind: kind.name)
def test_every_sentence_is_printed(kind: tuple[str, str, str], browser: Browser, web: str, tmp_path: Path) -> None:
    pdf = tmp_path / "page.pdf"
    with context(browser) as profile:
        page = profile.new_page()
        page.goto(f"{web}{kind[1]}{kind[2]}")
        sentences = [part for text in page.evaluate(PARTS) for part in re.split(r"(?<=[。；！？])|\n", text)]
        page.emulate_media(media="print", color_scheme="light")
        shown = [link.inner_text() for link in page.locator(SCREEN_ONLY).all() if link.is_visible()]
        page.pdf(path=pdf, format="A4", prefer_css_page_size=True, print_background=True)
    assert shown == [], "only for the screen, but printed"
    printed = squeezed(text_of(pdf))
    assert [sentence for sentence in sentences if squeezed(sentence) not in printed] == []
    assert len(sentences) > 10


@pytest.mark.parametrize("kind", TEXTS, ids=lambda kind: kind.name)
def test_nothing_is_cut(kind: tuple[str, str, str], browser: Browser, web: str, tmp_path: Path) -> None:
    """Every word lies on its sheet, inside the margins; no sheet is empty."""
    pdf = tmp_path / "page.pdf"
    with context(browser) as profile:
        page = profile.new_page()
        page.goto(f"{web}{kind[1]}{kind[2]}")
        page.pdf(path=pdf, format="A4", prefer_css_page_size=True)
    sheets = text_of(pdf, "-bbox").split("<page ")[1:]
    few, many = PRINTED[kind[0]]
    assert few <= len(sheets) <= many
    for sheet in sheets:
        width, height = (float(value) for value in re.findall(r'(?:width|height)="([\d.]+)"', sheet)[:2])
        assert (round(width), round(height)) == (595, 842), "A4 in points"
        words = re.findall(r'xMin="([\d.-]+)" yMin="([\d.-]+)" xMax="([\d.-]+)" yMax="([\d.-]+)"', sheet)
        assert len(words) > 3
        for x1, y1, x2, y2 in (map(float, word) for word in words):
            assert min(x1, width - x2) > 28 and min(y1, height - y2) > 14, (x1, y1, x2, y2)


@pytest.mark.parametrize("name", ONE_SHEET)
def test_a_page_of_few_words_is_one_sheet(name: str, browser: Browser, web: str, tmp_path: Path) -> None:
    """It says whose it is, where it stands and that it is whole; a dark screen prints on light paper."""
    (kind,) = (kind for kind in KINDS if kind.name == name)
    pdf = tmp_path / "page.pdf"
    with context(browser) as profile:
        page = profile.new_page()
        page.emulate_media(color_scheme="dark")
        page.goto(f"{web}{kind.url}")
        page.pdf(path=pdf, format="A4", prefer_css_page_size=True, print_background=True)
        page.emulate_media(media="print")
        assert page.evaluate("getComputedStyle(document.body).backgroundColor") == "rgb(255, 255, 255)"
    (sheet,) = sheets_of(pdf)
    assert "— 1 / 1 —" in sheet
    assert "南岭市救助管理站" in sheet
    assert f"{URL}{kind.path.removesuffix('index.html')}" in sheet


TABLES = """
() => document.querySelector(".text").innerHTML = [...Array(30).keys()].map((n) => `<p>${"字".repeat(n * 9)}</p>
  <div class="table"><table><thead><tr><th>地点</th><th>联系电话</th><th>办什么</th><th>备注</th></tr></thead><tbody>
  ${["甲", "乙", "丙"].map((row) => `<tr><td>${row}${n}处</td><td>0734-8516000</td>
  <td>${"来站求助的人先登记，".repeat(6)}</td><td>${"带身份证，".repeat(4)}</td></tr>`).join("")}</tbody></table></div>`).join("")
"""


def test_a_short_table_and_a_telephone_number_are_never_torn(browser: Browser, web: str, tmp_path: Path) -> None:
    pdf = tmp_path / "page.pdf"
    with context(browser) as profile:
        page = profile.new_page()
        page.goto(f"{web}/issues/2015003/xuncha/")
        page.evaluate(TABLES)
        page.pdf(path=pdf, format="A4", prefer_css_page_size=True)
    sheets = sheets_of(pdf)
    assert len(sheets) > 5
    for number, sheet in enumerate(sheets, 1):
        assert f"— {number} / {len(sheets)} —" in sheet
        first, second, third = ({n for n in range(30) if f"{row}{n}处" in sheet} for row in "甲乙丙")
        assert first == second == third
    assert sum(sheet.count("0734-8516000") for sheet in sheets) == 90


PHOTOGRAPHS = """
(picture) => document.querySelector(".text").innerHTML = [...Array(14).keys()].map((n) => `
  ${`<p>${"求助的人先登记。".repeat(20)}</p>`.repeat(n % 3 + 1)}
  <figure><img src="${picture}" width="1600" height="1000" alt=""><figcaption>图${n}，街面巡查</figcaption></figure>
  <p>${"带身份证的人很快。".repeat(12 + n)}</p>`).join("")
"""
PHOTOGRAPH = "data:image/svg+xml,%3Csvg xmlns='http://www.w3.org/2000/svg' width='1600' height='1000'/%3E"


def test_a_photograph_that_does_not_fit_leaves_no_gap(browser: Browser, web: str, tmp_path: Path) -> None:
    """The words after it go on to the end of the sheet."""
    pdf = tmp_path / "page.pdf"
    with context(browser) as profile:
        page = profile.new_page()
        page.goto(f"{web}/issues/2015003/xuncha/")
        page.evaluate(PHOTOGRAPHS, PHOTOGRAPH)
        page.pdf(path=pdf, format="A4", prefer_css_page_size=True)
    sheets = text_of(pdf, "-bbox").split("<page ")[1:]
    assert len(sheets) > 4
    for sheet in sheets[:-1]:
        ends = [float(end) for end in re.findall(r'yMax="([\d.]+)"', sheet)]
        above_the_number = max(end for end in ends if end < 842 - 51)  # points; 51 are the margin
        assert above_the_number > 842 - 51 - 75  # three lines, so that no paragraph leaves one alone


def ordinary() -> str:
    """The report of forty issues with a dozen kinds of problems."""
    issues = [f"content/issues/2024{number:03}.md" for number in range(1, 41)]
    codes = ("D101", "D104", "D108", "L101", "L103", "L104", "L106", "P109", "P104", "P111", "R106", "D105")
    values = {
        "words": "甲" * 12,
        "context": "乙" * 20,
        "before": "一",
        "target": "图片.jpg",
        "near": "男",
        "masked": "甲某",
        "count": 3,
    }
    found = [problem(code, path, 9, "", **values) for code in codes for path in issues]
    gate = [problem(code, issues[3], 9, words="138********") for code in ("P103", "P101")]
    view = check_report([*found, *gate], "南岭市救助管理站", "2026-11-28 10:00", translations("zh-CN").gettext)
    return render_report("reports/check.html", view, template_folders(None), translations("zh-CN").gettext)


def test_the_report_of_an_ordinary_archive_is_one_sheet_and_fits_a_phone(browser: Browser, tmp_path: Path) -> None:
    pdf = tmp_path / "report.pdf"
    with context(browser, NARROW) as profile:
        page = profile.new_page()
        page.set_content(ordinary())
        assert page.evaluate("document.documentElement.scrollWidth") <= NARROW
        page.pdf(path=pdf, format="A4", prefer_css_page_size=True)
    sheets = text_of(pdf, "-bbox").split("<page ")[1:]
    assert len(sheets) == 1
    assert text_of(pdf).index("138****") < text_of(pdf).index("2024001.md")


def sheets_of(pdf: Path) -> list[str]:
    return text_of(pdf).split("\f")[:-1]


def text_of(pdf: Path, form: str = "-raw") -> str:
    """``-raw``: in the order in which it was drawn, so that the cells of a table stay together."""
    command = [program("pdftotext"), form, "-enc", "UTF-8", str(pdf), "-"]
    return subprocess.run(command, check=True, capture_output=True).stdout.decode()
