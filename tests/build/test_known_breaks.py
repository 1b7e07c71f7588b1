"""Breaks of titles are remembered: the dictionary is asked for titles that are new, and the site is the same."""

from __future__ import annotations

from pathlib import Path

import pytest

from bulletin.build import known_breaks
from bulletin.core.dictionary import Cut, dictionary
from bulletin.core.phrases import title_breaks
from tests.conftest import STATION, build_site, good_issues, tree, write_files

TITLE = "关于做好春节期间救助管理工作的通知"
BROKEN = "救助<wbr>管理工作的<wbr>通知".replace("<wbr>", '<wbr aria-hidden="true">')
ISSUE = "---\ndate: 2014-01-09\n---\n## 站务新闻\n\n### {title}\n\n{text}\n"


@pytest.fixture
def asked(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Titles that the dictionary was asked for, and the word ``dictionary`` where it was loaded for all."""
    found: list[str] = []

    def find(title: str) -> tuple[int, ...]:
        found.append(title)
        return title_breaks(title)

    def load() -> Cut | None:
        found.append("dictionary")
        return dictionary()

    monkeypatch.setattr(known_breaks, "title_breaks", find)
    monkeypatch.setattr(known_breaks, "dictionary", load)
    return found


def write(root: Path, text: str = "一。", title: str = TITLE) -> None:
    issues = {**good_issues(3), "content/issues/2014009.md": ISSUE.format(title=title, text=text)}
    write_files(root, {"content/station.yml": STATION, **issues})


def test_the_dictionary_is_asked_for_new_titles_only(tmp_path: Path, asked: list[str]) -> None:
    write(tmp_path)
    build_site(tmp_path)
    assert asked[0] == "dictionary"
    assert asked.count(TITLE) == 1
    assert any(BROKEN in page.decode() for path, page in tree(tmp_path / "site").items() if path.endswith(".html"))
    asked.clear()
    build_site(tmp_path)
    write(tmp_path, "二。")
    build_site(tmp_path)
    assert asked == []
    write(tmp_path, "二。", TITLE + "（试行）")
    build_site(tmp_path)
    assert asked == [TITLE + "（试行）"]


@pytest.mark.single_threaded
def test_a_station_in_english_loads_no_dictionary(tmp_path: Path, asked: list[str]) -> None:
    issue = "---\ndate: 2014-01-09\n---\n## News\n\n### A report from the station in its first warm week\n\nText.\n"
    write_files(tmp_path, {f"content/issues/{n}.md": issue for n in range(2014001, 2014061)})
    write_files(tmp_path, {"content/station.yml": "name: Hillside\nlanguage: en\n"})
    build_site(tmp_path, jobs=2)
    assert asked == []


def test_another_program_finds_them_again(tmp_path: Path, asked: list[str], monkeypatch: pytest.MonkeyPatch) -> None:
    write(tmp_path)
    build_site(tmp_path)
    before = tree(tmp_path / "site")
    asked.clear()
    monkeypatch.setattr("bulletin.build.project.program_fingerprint", lambda: "another")
    build_site(tmp_path)
    assert asked.count(TITLE) == 1
    assert tree(tmp_path / "site") == before


@pytest.mark.single_threaded
def test_what_forked_processes_find_is_remembered(tmp_path: Path, asked: list[str]) -> None:
    write(tmp_path)
    write_files(tmp_path, good_issues(60))
    build_site(tmp_path, jobs=2)
    asked.clear()
    write_files(tmp_path, {"content/station.yml": STATION + "address: 解放路1号\n"})
    build_site(tmp_path)
    assert asked == []
