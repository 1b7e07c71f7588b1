"""station.yml, today.yml and word lists that are no files, or say nothing, stop nothing and never hang."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from bulletin.build.fixing import unread_word_lists
from bulletin.commands.new import set_figure
from bulletin.core.errors import OutputError
from tests.conftest import NOW, build_site, write_files

TEXT = "---\ndate: 2015-04-10\n---\n## 站务新闻\n\n### 甲\n\n乙。\n"


@pytest.mark.parametrize("text", ["", "今天没有人\n", "count: 5\ndate: 2015-02-30\n", "count: [\n"])
def test_a_broken_figure_stops_nothing(station: Path, text: str) -> None:
    write_files(station, {"content/issues/2015003.md": TEXT, "content/today.yml": text})
    for _ in range(2):  # an unchanged build says it too
        report = build_site(station)
        assert [each.path for each in report.problems if each.code == "F401"] == ["content/today.yml"]
    assert (station / "site/issues/2015003/index.html").exists()
    write_files(station, {"content/today.yml": "count: 5\ndate: 2015-02-28\n"})
    assert [each.code for each in build_site(station).problems if each.code == "F401"] == []


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="no pipes here")
def test_a_pipe_never_hangs(station: Path) -> None:
    write_files(station, {"content/issues/2015003.md": TEXT, "content/words/own.txt": "甲 → 乙\n"})
    os.mkfifo(station / "content/today.yml")
    os.mkfifo(station / "content/words/pipe.txt")
    assert "F401" in [each.code for each in build_site(station).problems]
    with pytest.raises(OutputError):
        set_figure(station, 5, NOW)
    assert [each.path for each in unread_word_lists(station)] == ["content/words/pipe.txt"]
