"""The sheet among the files of the site: each issue's own, with the place of what cannot be printed."""

from __future__ import annotations

from pathlib import Path

import pytest

from bulletin.build.pipeline import build
from bulletin.build.report import Options
from bulletin.core.problems import Problem
from bulletin.editions.print.typesetting import PrintDocument, Typesetter
from bulletin.editions.print.typst_worker import TypesettingResult
from tests.conftest import NOW, STATION, good_issues, write_files
from tests.print.sheets import FANDOL, NOTO, text_on_paper

SHEET = "site/issues/2015002/2015002.pdf"


@pytest.fixture
def station(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """One whose site has sheets; its second issue has an article in a file of its own, with a private character."""
    files = good_issues(2)
    folder = {
        "content/issues/2015002/index.md": files.pop("content/issues/2015002.md"),
        "content/issues/2015002/a.md": "---\nsection: 站务新闻\n---\n\n# 添一篇\n\n王\ue000来了。\n",
    }
    write_files(tmp_path, {"content/station.yml": STATION + "editions: print\n", **files, **folder})
    monkeypatch.setattr("bulletin.editions.printed.system_font_folders", lambda *_: (FANDOL, NOTO))
    return tmp_path


def test_what_cannot_be_printed_is_named_with_file_and_line(station: Path) -> None:
    assert said(build(station, NOW, Options()).problems) == [("T102", "content/issues/2015002/a.md", 7)]
    assert "王〓来了" in text_on_paper((station / SHEET).read_bytes())
    assert said(build(station, NOW, Options()).problems) == [("T102", "content/issues/2015002/a.md", 7)]  # though kept


def test_a_sheet_that_could_not_be_set_says_where_the_issue_is(station: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    set_as_pdf = Typesetter.pdf

    def careful(self: Typesetter, document: PrintDocument) -> TypesettingResult:
        too_much = "添一篇" in str(document.data)
        return TypesettingResult(b"", "too much") if too_much else set_as_pdf(self, document)

    monkeypatch.setattr(Typesetter, "pdf", careful)
    found = said(build(station, NOW, Options()).problems)
    assert ("T107", "content/issues/2015002/index.md", 0) in found
    shown = text_on_paper((station / SHEET).read_bytes()).replace("\n", "")
    assert "请在网页上阅读：https://jzz.example.cn/issues/2015002/" in shown


def said(problems: tuple[Problem, ...]) -> list[tuple[str, str, int]]:
    return [(each.code, each.path, each.line) for each in problems if each.code[0] == "T" and each.code != "T105"]
