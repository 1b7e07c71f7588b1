"""The rules run in workers: a text that makes one hang is named, and stops nothing else."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path
from typing import Any

import pytest

from bulletin.build import pipeline, staging
from bulletin.build.pipeline import build
from bulletin.build.project import open_project
from bulletin.build.report import Options
from bulletin.core.model import Source
from bulletin.core.problems import Problem
from bulletin.read.library import Library
from bulletin.read.pool import Pool
from tests.build.hanging import serve_hanging
from tests.conftest import NOW, tree, write_files
from tests.prove.stations import build_here

TEXT = "---\nnumber: {0}\ndate: 2015-04-10\n---\n## 站务新闻\n\n### 一件事\n\n{1}开会。\n"


@pytest.mark.parametrize("word", ["HANG", "DEEP"])
def test_a_text_that_cannot_be_checked_is_kept_back_and_the_others_go_out(station: Path, word: str) -> None:
    write_files(station, {f"content/issues/{n}.md": TEXT.format(n, w) for n, w in (("2015003", word), ("2015004", ""))})
    with Pool(open_project(station).worker_config, 2, serve_hanging, seconds=1) as pool:
        report = build(station, NOW, Options(check=True), pool=pool)
    assert [(found.code, found.path) for found in report.problems] == [("I102", "content/issues/2015003.md")]
    assert not (station / "site/issues/2015003").exists()
    assert (station / "site/issues/2015004/index.html").exists()


def test_it_is_tried_again(station: Path) -> None:
    write_files(station, {"content/issues/2015003.md": TEXT.format("2015003", "HANG")})
    for serve, left in ((serve_hanging, ["I102"]), (None, [])):
        config = open_project(station).worker_config
        with Pool(config, 1, serve_hanging, seconds=1) as pool:
            report = build(station, datetime(2016, 1, 1), Options(check=True), pool=pool if serve else None)
        assert [found.code for found in report.problems] == left


def test_a_text_that_changes_before_it_is_checked_is_kept_back(station: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """What was read is not what is checked; the next build sees both."""
    path, text = "content/issues/2015003.md", TEXT.format("2015003", "")
    write_files(station, {path: text})

    def load(self: Library, key: str) -> Source | Problem:
        if self.by_key()[key].paths[0] == path and (station / path).read_text("utf-8") == text:
            loads.append(key)
            if len(loads) == 2:  # the first is for reading
                write_files(station, {path: text + "又一段。\n"})
        return loaded(self, key)

    loads, loaded = list[str](), Library.load
    monkeypatch.setattr(Library, "load", load)
    report = build_here(station, NOW)
    assert [(held.name, [found.code for found in held.verdict.open]) for held in report.held] == [("2015003", ["I102"])]
    monkeypatch.undo()
    assert build_here(station, NOW).held == ()


def test_a_file_that_changes_after_it_was_looked_into_does_not_go_out(
    station: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    write_files(station, {"content/issues/list.txt": "甲\n"})
    write_files(station, {"content/issues/2015003.md": TEXT.format("2015003", "见[名单](list.txt)。")})
    real = staging.stage_all

    def later(*arguments: Any) -> Any:
        write_files(station, {"content/issues/list.txt": "11010519491231002X\n"})
        return real(*arguments)

    monkeypatch.setattr(pipeline, "stage_all", later)
    report = build_here(station, NOW)
    assert ("F109", "content/issues/list.txt") in [(found.code, found.path) for found in report.problems]
    assert not any(b"11010519491231002X" in data for data in tree(station / "site").values())
