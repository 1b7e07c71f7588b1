"""The content that the design systems are given, and the tables of what was measured; without network or browser."""

from __future__ import annotations

import json
import shutil
from datetime import datetime
from pathlib import Path

import pytest
from PIL import Image

from bench.looks import report, systems
from bench.looks.content import ARTICLE, STATION, Content, copy_picture, read
from bench.looks.measure import Figures, kinds
from bench.looks.montage import GAP, HEAD, Shot, side_by_side
from bench.looks.pages import values
from bench.looks.report import Key, Measured
from bench.looks.run import SHOWN
from bench.looks.sources import markdown_pages, material_home, material_nav, vitepress_home, vitepress_lists
from bench.looks.systems import GOVUK_CLASSES, OURS, SYSTEMS, USWDS_CLASSES
from bulletin.build.pipeline import build
from bulletin.build.report import Options


@pytest.fixture(scope="module")
def content() -> Content:
    return read()


def test_ours_is_made_of_the_same_articles_without_a_problem(tmp_path: Path, content: Content) -> None:
    shutil.copytree(STATION, tmp_path, dirs_exist_ok=True)
    copy_picture(tmp_path / "content")
    made = build(tmp_path, datetime(2015, 4, 10), Options())
    assert (made.problems, made.issues) == ((), 4)
    for kind in kinds(content):
        page = tmp_path / "site" / kind.url[1:]
        assert kind.opening in (page if page.suffix else page / "index.html").read_text(encoding="utf-8")
    assert len(content.headlines) == 13
    for issue in content.issues:
        for article in issue.articles:
            assert (tmp_path / "site" / issue.url[1:] / article.slug / "index.html").is_file()


@pytest.mark.parametrize("classes", [GOVUK_CLASSES, USWDS_CLASSES], ids=["govuk", "uswds"])
def test_templates_get_every_page_and_no_style(content: Content, classes: dict[str, str]) -> None:
    given = values(content, classes)
    paths = [page["path"] for page in given["pages"]]
    assert len(paths) == len(set(paths)) == 2 + 4 + 12 + 2 + 2
    assert {"index.html", "404.html", f"issues/2015004/{ARTICLE}/index.html"} < set(paths)
    text = json.dumps(given, ensure_ascii=False)
    assert "style=" not in text
    assert f'class=\\"{classes["a"]}\\"' in text
    assert f'{classes["numeric"]}\\">368' in text
    assert {page["kind"] for page in given["pages"]} <= {path.stem for path in (systems.HERE / "govuk").glob("*.njk")}


def test_those_of_markdown_get_every_page_and_lists_that_lead_to_them(content: Content) -> None:
    pages = dict(markdown_pages(content, material_home))
    assert len(pages) == 1 + 4 + 12 + 2 + 2
    assert "<figcaption>" in pages[f"issues/2015004/{ARTICLE}/index.md"]
    listed = json.dumps([material_nav(content), vitepress_lists(content)]).replace("index.md", "")
    assert [name for name in pages if name.removesuffix("index.md") not in listed and "chunjie" not in name] == []
    assert '"layout": "home"' in vitepress_home(content)


def test_versions_are_those_of_the_lock_files() -> None:
    wanted = json.loads((systems.LOCK.folder / "package.json").read_text(encoding="utf-8"))["dependencies"]
    found = {system.package: systems.version(system) for system in SYSTEMS}
    assert found.pop(OURS.package) == ""
    assert all(number[0].isdigit() for number in found.values())
    assert {name: number for name, number in found.items() if name in wanted}.items() <= wanted.items()


def test_without_npm_it_says_so(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", "")
    with pytest.raises(SystemExit, match="npm and node"):
        systems.install_systems()


SOME = Figures(5, 20_815, 989, 312, 1, 15.0, 5.59, 0, without_scripts=True, dark=False, sheets=2)


def test_the_table_says_a_figure_twice_only_where_the_widths_differ() -> None:
    figures = {Key("article", "ours", 390): SOME, Key("article", "ours", 1280): SOME._replace(begins=None)}
    measured = Measured("2026-01-02", {"ours": "1.0"}, figures, {("article", "ours"): (99, 100, 100, 100)})
    english, chinese = (report.tables(measured, words) for words in report.LANGUAGES.values())
    assert "| ours | 5 | 21 | 1 | 312 / – | 1 | 15 | 5.6 | 0 | yes | no | 2 |" in english
    assert "| ours | 99, 100, 100, 100 |" in english
    assert "| ours | 5 | 21 | 1 | 312 / – | 1 | 15 | 5.6 | 0 | 是 | 否 | 2 |" in chinese
    assert report.ENGLISH["columns"].count("|") == report.CHINESE["columns"].count("|") == len(SOME) - 1


def test_tables_have_their_place_in_both_documents() -> None:
    for name in report.LANGUAGES:
        text = (report.DOCS / name).read_text(encoding="utf-8")
        assert "\nNEW\n" in report.put_in(text, "NEW\n")
        assert [picture for picture in SHOWN if f"(pictures/{picture})" not in text] == []
    with pytest.raises(ValueError, match="measured"):
        report.put_in("no place", "NEW")


def test_pictures_stand_side_by_side() -> None:
    shots = [Shot("a", Image.new("RGB", (40, 900), "red")), Shot("b", Image.new("RGB", (60, 100), "blue"))]
    assert side_by_side(shots, 300, 1).size == (60 + 2 * GAP, 2 * HEAD + 300 + 100 + 2 * GAP)
    made = side_by_side(shots, 300)
    assert made.size == (40 + 60 + 3 * GAP, HEAD + 300 + GAP)
    assert made.getpixel((GAP + 1, HEAD + 299)) == (255, 0, 0)
    assert made.getpixel((2 * GAP + 41, HEAD + 99)) == (0, 0, 255)
