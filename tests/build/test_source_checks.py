"""The rules run in workers: a text that makes one hang is named, and stops nothing else."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path

import pytest

from bulletin.build.pipeline import build
from bulletin.build.project import open_project
from bulletin.build.report import Options
from bulletin.read.pool import Pool
from tests.build.hanging import serve_hanging
from tests.conftest import NOW, write_files

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
