"""Other forms of an issue: made where the station asks for them, listed on its page, and never taken away again."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from pathlib import Path

from msgspec import structs

from bulletin.arrange.plan import BinaryFile, OutputGroup
from bulletin.arrange.resolve import ResolvedArchive
from bulletin.build.changes import is_current
from bulletin.build.pipeline import build
from bulletin.build.report import Options, Report
from bulletin.core.problems import problem
from bulletin.core.station import STATION as STATION_FILE
from bulletin.editions import EDITIONS
from bulletin.editions.choice import chosen_issues
from bulletin.editions.edition import Edition, Form, PlacedEdition, Texts
from bulletin.editions.leaf import LeafInputs, make_leaf
from bulletin.write.output import Output, manifest_path, read_manifest
from tests.conftest import ISSUE, STATION, write_files


def path(id_: str) -> str:
    return f"issues/{id_}/{id_}.txt"


FORM = Form("Plain text", path)


ABSENT = Form("Plain text", path, lambda: problem("A113", STATION_FILE, edition="text", command="…"))


def groups(resolved: ResolvedArchive, form: Form = FORM) -> Iterator[OutputGroup]:
    for issue in chosen_issues(resolved, "text", form):
        inputs = LeafInputs.of(resolved.archive.station, issue, resolved.links[issue.source])
        yield OutputGroup(f"issue {issue.id} text", inputs, (path(issue.id),), issue.source, inputs.identity())


def make(texts: Texts, inputs: LeafInputs) -> Iterator[BinaryFile]:
    leaf = make_leaf(texts, inputs)
    yield BinaryFile(path(leaf.id), leaf.title.encode())


TEXT = Edition("text", groups, make, has_shell=False, form=FORM)
WITHOUT = Edition("text", lambda resolved: groups(resolved, ABSENT), make, has_shell=False, form=ABSENT)
OTHERS = tuple(edition for edition in EDITIONS if edition.name != TEXT.name)


def built(root: Path, asked: str, now: datetime, edition: Edition = TEXT, *, forms: bool = True) -> Report:
    issues = {
        f"content/issues/{year}001.md": ISSUE.format(number=f"{year}001", month=2).replace("2015", str(year))
        for year in (2013, 2014, 2015)
    }
    write_files(root, {"content/station.yml": STATION + asked, **issues})
    return build(root, now, Options(forms=forms), editions=(*OTHERS, edition))


def made(root: Path) -> list[str]:
    """Years of which there is the form; the page of each issue must say the same."""
    years = []
    for year in (2013, 2014, 2015):
        folder = root / "site" / "issues" / f"{year}001"
        is_there = (folder / f"{year}001.txt").exists()
        listed = (
            (folder / "index.html").read_text(encoding="utf-8").count(f'href="../../issues/{year}001/{year}001.txt"')
        )
        assert listed == is_there
        years += [str(year)] if is_there else []
    return years


NOW = datetime(2016, 1, 1)


def test_none_is_made_unless_asked_for(tmp_path: Path) -> None:
    built(tmp_path, "", NOW)
    assert made(tmp_path) == []


def test_the_newest_year_or_all(tmp_path: Path) -> None:
    built(tmp_path, "editions: text\n", NOW)
    assert made(tmp_path) == ["2015"]
    built(tmp_path, "editions: [print, text all]\n", NOW)
    assert made(tmp_path) == ["2013", "2014", "2015"]


def test_what_readers_have_stays_when_a_new_year_begins(tmp_path: Path) -> None:
    built(tmp_path, "editions: [text all]\n", NOW)
    built(tmp_path, "editions: [text]\n", NOW)
    assert made(tmp_path) == ["2013", "2014", "2015"]
    built(tmp_path, "", NOW)
    assert made(tmp_path) == ["2013", "2014", "2015"]


def test_what_was_withdrawn_or_made_a_draft_has_none(tmp_path: Path) -> None:
    built(tmp_path, "editions: [text all]\n", NOW)
    source = tmp_path / "content/issues/2014001.md"
    source.write_text(source.read_text(encoding="utf-8").replace("---\n", "---\ndraft: yes\n", 1), encoding="utf-8")
    build(tmp_path, NOW, Options(), editions=(*OTHERS, TEXT))
    assert not (tmp_path / "site" / path("2014001")).exists()


def test_a_missing_library_is_named_and_nothing_is_listed(tmp_path: Path) -> None:
    report = built(tmp_path, "editions: text\n", NOW, WITHOUT)
    assert [each.code for each in report.problems if each.code.startswith("A11")] == ["A113"]
    assert made(tmp_path) == []


def test_a_preview_makes_none(tmp_path: Path) -> None:
    built(tmp_path, "editions: text\n", NOW, forms=False)
    assert made(tmp_path) == []


def test_an_authors_own_file_keeps_its_address(tmp_path: Path) -> None:
    own = ISSUE.format(number="2015001", month=2).replace("正文第2篇。", "正文，见[本期](2015001.TXT)。")
    write_files(tmp_path, {"content/station.yml": STATION + "editions: text\n"})
    write_files(tmp_path, {"content/issues/2015001.md": own, "content/issues/2015001.TXT": "自己的一份。"})
    report = build(tmp_path, NOW, Options(), editions=(*OTHERS, TEXT))
    assert [(each.code, each.path) for each in report.problems] == [("A115", "content/issues/2015001.md")]
    assert (tmp_path / "site/issues/2015001/index.html").exists()
    assert "自己的一份" in (tmp_path / "site/issues/2015001/2015001.TXT").read_text(encoding="utf-8")
    assert "other-forms" not in (tmp_path / "site/issues/2015001/index.html").read_text(encoding="utf-8")


def test_what_is_lacking_is_looked_for_only_where_it_is_wanted(tmp_path: Path) -> None:
    def never() -> None:
        raise AssertionError

    form = structs.replace(FORM, lacks=never)
    lazy = Edition("text", lambda resolved: groups(resolved, form), make, has_shell=False, form=form)
    built(tmp_path, "", NOW, lazy)


def test_files_around_the_project_are_looked_at(tmp_path: Path) -> None:
    """Also by a build that finds no file of the project changed."""
    fonts = tmp_path / "fonts"
    write_files(fonts, {"a.otf": "甲"})
    placed = structs.replace(TEXT, placed=lambda _: PlacedEdition(TEXT, (str(fonts),)))
    built(tmp_path, "editions: text\n", NOW, placed)
    manifest = read_manifest(manifest_path(tmp_path, tmp_path / "site"))
    output = Output(tmp_path / "site")
    assert is_current(manifest, output, NOW)
    write_files(fonts, {"b.otf": "乙"})
    assert not is_current(manifest, output, NOW)
