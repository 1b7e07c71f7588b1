"""Reports and the preview's own templates: escaped, the station's own win, and the site knows nothing of them."""

from __future__ import annotations

import sys
from pathlib import Path

import html5lib
import pytest

from bulletin.check.register import PassedRow, Register, RegisterRow
from bulletin.check.report_view import check_report
from bulletin.core.errors import TemplateError
from bulletin.core.fingerprint import PACKAGED
from bulletin.core.i18n import translations
from bulletin.core.keys import Key, KeyList
from bulletin.core.model import Value
from bulletin.core.problems import Problem
from bulletin.hits.catalogue import catalogue
from bulletin.hits.report import bar_chart, hits_report
from bulletin.hits.stores.base import Count
from bulletin.render.reports import ReportRenderer, render_report, template_folders
from bulletin.render.templates import NOT_FOR_PAGES, Theme
from tests.conftest import ROOT, build_site, tree, write_files

HOSTILE = "</title></style></td><script>alert('1')</script>\" onload=\"x"


def hostile_check() -> object:
    found = Problem("L101", f"content/issues/{HOSTILE}.md", 2, (("target", HOSTILE),), HOSTILE, 1, 1)
    return check_report([found], HOSTILE, HOSTILE, str)


def hostile_register() -> object:
    row = RegisterRow(HOSTILE, HOSTILE, HOSTILE, HOSTILE, HOSTILE, False, HOSTILE, f"{HOSTILE} ")
    return Register(HOSTILE, HOSTILE, (row,), (PassedRow(HOSTILE, HOSTILE, HOSTILE),))


def hostile_hits() -> object:
    keys = [
        Key(name, f"{name}/", HOSTILE, HOSTILE, "2015-04-10", section) for name, section in (("a", ""), ("b", HOSTILE))
    ]
    counts = [Count(key.key, "2026-11-26", "live", 4) for key in keys]
    return hits_report(counts, catalogue(KeyList(HOSTILE, tuple(keys))), 2026, HOSTILE, HOSTILE, str)


def test_editions_are_shown_and_counted_nowhere_else() -> None:
    days = ("2025-11-26", "2026-11-26", "2026-11-27")
    counts = [Count(key, day, "live", 4) for key in ("a", "from:qr", "from:wx") for day in days[key == "from:wx" :]]
    pages = catalogue(KeyList("https://a.cn/", (Key("a", "a/", "甲", "1", "2015-04-10"),)))
    report = hits_report(counts, pages, 2026, "甲", "", str)
    assert [(each.title, each.hits) for each in report.editions] == [("WeChat", 8), ("Codes on paper", 8)]
    assert sum(bar.hits for bar in report.chart.bars) == 8
    assert (sum(line.hits for line in report.issues), report.sums.count("8"), "12" in report.sums) == (8, 1, True)
    assert not hits_report(counts, pages, 2024, "甲", "", str).editions


@pytest.mark.parametrize("language", ["en", "zh-CN"])
@pytest.mark.parametrize(
    ("template", "view", "times"),
    [
        ("reports/check.html", hostile_check(), 8),
        ("reports/register.html", hostile_register(), 12),
        ("reports/hits.html", hostile_hits(), 8),
    ],
    ids=["check", "register", "hits"],
)
def test_hostile_values_are_text(template: str, view: object, times: int, language: str) -> None:
    """Titles, names and paths that try to be markup; each is there, and none is."""
    made = render_report(template, view, template_folders(None), translations(language).gettext)
    tree = html5lib.HTMLParser(strict=True, namespaceHTMLElements=False).parse(made)
    assert tree.get("lang") == language
    assert list(tree.iter("script")) == []
    assert [element.get("onload") for element in tree.iter() if element.get("onload")] == []
    assert "".join(tree.itertext()).count("<script>alert('1')</script>") == times


def test_bars_are_as_tall_as_their_figures() -> None:
    chart = bar_chart([("1", 0), ("2", 5), ("3", 10), ("4", -3)])
    assert [bar.height for bar in chart.bars] == [0, 80, 160, 0]
    assert {bar.y + bar.height for bar in chart.bars} == {180}, "they stand on one line"
    assert [bar.middle for bar in chart.bars] == [75, 225, 375, 525]


# ── whose template, and what is wrong with it


class View(Value, frozen=True):
    title: str = "<甲>"


def render(root: Path, name: str = "reports/check.html") -> str:
    return render_report(name, View(), template_folders(root), str)


@pytest.mark.parametrize("name", [name for folder in ("reports", "preview") for name in tree(PACKAGED / folder)])
def test_the_stations_own_template_wins(tmp_path: Path, name: str) -> None:
    folder = "reports" if (PACKAGED / "reports" / name).exists() else "preview"
    write_files(tmp_path, {f"templates/{folder}/{name}": "{{ page.title }}"})
    assert render(tmp_path, f"{folder}/{name}") == "&lt;甲&gt;"


def test_a_template_that_is_changed_is_read_again(tmp_path: Path) -> None:
    renderer = ReportRenderer(template_folders(tmp_path), str)
    for text in ("一", "二"):
        write_files(tmp_path, {"templates/reports/a.html": text})
        assert renderer.render("reports/a.html", View()) == text


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("\n{{ page.titel }}", r"templates/reports/check\.html:2: the template has a mistake"),
        ("\n\n{% if %}", r"templates/reports/check\.html:3: the template has a mistake"),
        ("{{ range(3) }}", r"templates/reports/check\.html:1: the template has a mistake"),
        ("{% include 'reports/b.html' %}", r"templates/reports/check\.html: the template “reports/b\.html” is missing"),
        ("{% include '../secret.html' %}", r"the template “\.\./secret\.html” is missing"),
        ("甲".encode("gb18030"), r"templates/reports/check\.html: .*UTF-8"),
    ],
)
def test_a_mistake_is_named_with_file_and_line(tmp_path: Path, text: str | bytes, message: str) -> None:
    write_files(tmp_path, {"templates/reports/check.html": text, "secret.html": "secret"})
    with pytest.raises(TemplateError, match=message):
        render(tmp_path)


@pytest.mark.skipif(sys.platform == "win32", reason="links need a privilege there")
def test_links_out_of_the_templates_are_not_followed(tmp_path: Path) -> None:
    write_files(tmp_path, {"secret.html": "secret", "templates/reports/b.html": ""})
    (tmp_path / "templates/reports/a.html").symlink_to(tmp_path / "secret.html")
    with pytest.raises(TemplateError, match="is missing"):
        render(tmp_path, "reports/a.html")


# ── the site


def test_the_theme_holds_none_of_them() -> None:
    assert [name for name in Theme([PACKAGED]).files if name.startswith(NOT_FOR_PAGES)] == []
    assert {name.split("/")[0] + "/" for name in tree(ROOT / "templates") if name.startswith(NOT_FOR_PAGES)} == {
        *NOT_FOR_PAGES
    }


def test_a_changed_report_makes_no_page_anew(station: Path) -> None:
    build_site(station)
    before = tree(station / "site")
    write_files(station, {"templates/reports/check.html": "x", "templates/preview/static/own.css": "x"})
    assert build_site(station).written == 0
    assert tree(station / "site") == before
