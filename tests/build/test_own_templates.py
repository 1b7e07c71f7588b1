"""A station's own templates: copies, what a new version changes in them, a stylesheet after ours."""

from __future__ import annotations

from pathlib import Path

import pytest

from bulletin.build.own_templates import changed_templates, copy_template, take_over, theme_files
from bulletin.core.errors import UsageError
from bulletin.core.fingerprint import PACKAGED
from tests.conftest import build_site, write_files


def state(root: Path, name: str) -> str:
    (found,) = (each.state for each in theme_files(root) if each.name == name)
    return found


def test_a_copy_is_changed_and_a_new_version_tells_what_it_misses(station: Path) -> None:
    ours = (PACKAGED / "parts/footer.html").read_text(encoding="utf-8")
    assert state(station, "parts/footer.html") == "ours"
    path = copy_template(station, "footer.html")
    assert (path, path.read_text(encoding="utf-8")) == (station / "templates/parts/footer.html", ours)
    assert state(station, "parts/footer.html") == "same"
    path.write_text(ours + "<p>本站</p>\n", encoding="utf-8")
    (only,) = changed_templates(station)
    assert (only.lines, state(station, "parts/footer.html")) == ((), "changed")
    base = station / "templates/.packaged/parts/footer.html"
    base.write_text(ours.replace("</footer>", "</div>"), encoding="utf-8")
    (only,) = changed_templates(station, "templates/parts/footer.html")
    assert only.is_since_copy
    assert ("-</div>" in only.lines, "+</footer>" in only.lines, "-<p>本站</p>" in only.lines) == (True, True, False)
    assert state(station, "parts/footer.html") == "behind"
    take_over(station, "parts/footer.html")
    assert [each.lines for each in changed_templates(station)] == [()]


def test_a_file_copied_by_hand_is_compared_with_ours(station: Path) -> None:
    ours = (PACKAGED / "page.html").read_text(encoding="utf-8")
    write_files(station, {"templates/page.html": ours.replace("<h1>", "<h1 class=own>"), "templates/own.html": "字"})
    (only,) = changed_templates(station)
    assert (only.name, only.is_since_copy) == ("page.html", False)
    assert any(line.startswith("-<h1 class=own>") for line in only.lines)
    assert state(station, "own.html") == "extra"


@pytest.mark.parametrize(("name", "said"), [("pge.html", "page.html"), ("../station.yml", "list"), ("页", "list")])
def test_a_name_that_is_none(station: Path, name: str, said: str) -> None:
    with pytest.raises(UsageError) as raised:
        copy_template(station, name)
    assert said in str(raised.value.values) + raised.value.message
    assert not (station / "templates").exists()


def test_nothing_of_the_stations_own_is_overwritten(station: Path) -> None:
    write_files(station, {"templates/page.html": "本站的"})
    with pytest.raises(UsageError):
        copy_template(station, "page.html")
    assert (station / "templates/page.html").read_text(encoding="utf-8") == "本站的"


def test_custom_css_is_loaded_last_and_what_copies_were_made_from_stays_out(station: Path) -> None:
    copy_template(station, "static/style.css")
    write_files(station, {"templates/custom.css": "h1 { color: teal }\n"})
    build_site(station)
    page = (station / "site/index.html").read_text(encoding="utf-8")
    places = [page.index(name) for name in ("style.css", "custom.css", "early.js")]
    assert places == sorted(places)
    (named,) = (path for path in (station / "site").rglob("custom.css") if len(path.parent.name) == 10)
    assert named.read_text(encoding="utf-8") == "h1 { color: teal }\n"
    assert not any(".packaged" in str(path) for path in (station / "site").rglob("*"))


@pytest.mark.parametrize("name", ["letter/letter.html", "epub/chapter.xhtml", "reports/register.html"])
def test_what_makes_no_page_of_the_site_can_be_copied_too(station: Path, name: str) -> None:
    assert state(station, name) == "ours"
    assert copy_template(station, name).stat().st_size
    assert (state(station, name), build_site(station).problems) == ("same", ())


def test_a_file_that_fills_blocks_of_ours_says_which(station: Path) -> None:
    text = '{# own #}\n{% extends "packaged/home.html" %}{% block contact %}<p>昼夜</p>{{ super() }}{% endblock %}'
    write_files(station, {"templates/home.html": text + "{% block contct %}{% endblock %}"})
    (found,) = (each for each in theme_files(station) if each.name == "home.html")
    assert (found.state, found.blocks, found.unknown_blocks) == ("extends", ("contact", "contct"), ("contct",))
    assert [each.lines for each in changed_templates(station)] == [()]
    build_site(station)
    home = (station / "site/index.html").read_text("utf-8")
    assert home.index("<p>昼夜</p>") < home.index('class="contact"')


def test_copies_of_macros_from_before_go_on(station: Path) -> None:
    """Pages of ours ask a copy for nothing that came later: `contents` had no summaries, `tools` no telephone."""
    lists = (PACKAGED / "parts/lists.html").read_text(encoding="utf-8")
    of_before = lists.replace("contents(sections, summaries=false)", "contents(sections)").replace(
        "{% if summaries and article.summary %}", "{% if false %}"
    )
    tools = "{% macro tools(site, with_today) %}<p>本站的</p>{% endmacro %}"
    write_files(station, {"templates/parts/lists.html": of_before, "templates/parts/tools.html": tools})
    build_site(station)
    home = (station / "site/index.html").read_text(encoding="utf-8")
    assert of_before.count("contents(sections)") == 1
    assert ("本站的" in home, "contents-list" in home, "tel:0734-8516000" in home) == (True, True, True)
