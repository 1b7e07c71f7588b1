"""On a computer without a library, its rules find nothing, the check says so, and nothing else changes."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from bulletin.build.examine import examine
from bulletin.build.fixing import fixed_files
from bulletin.build.report import Options
from bulletin.check import typography
from bulletin.core.problems import describe
from tests.conftest import NOW, build_site, write_files
from tests.prove.stations import OwnPool

TEXT = "---\nnumber: 2015004\ndate: 2015-04-10\n---\n## 站务新闻\n### 一\n再接再励，来站求助 ，2月30日盲流。\n"
WORDS = "! 盲流\n邓军 = 站长\n"


@pytest.fixture
def bare(station: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """A station on Windows for ARM."""
    write_files(station, {"content/issues/2015004.md": TEXT, "content/words/own.txt": WORDS})
    for module in ("ahocorasick_rs", "autocorrect_py"):
        monkeypatch.setitem(sys.modules, module, None)
    typography._autocorrect.cache_clear()
    monkeypatch.setattr("bulletin.build.examine.worker_pool", lambda config, *_, **__: OwnPool(config))
    yield station
    typography._autocorrect.cache_clear()


def test_the_check_names_the_rules_that_find_nothing(bare: Path) -> None:
    found = examine(bare, NOW, Options()).problems
    assert [p.code for p in found if p.path.endswith("2015004.md")] == ["D101"]
    assert [describe(p, str) for p in found if p.code == "W107"] == [
        "without ahocorasick-rs, these rules find nothing: W101, W102, W103, W104.",
        "without autocorrect-py, these rules find nothing: W105.",
    ]


def test_a_build_says_it_too_and_fixing_leaves_the_text(bare: Path) -> None:
    assert [p.code for p in build_site(bare, check=True).problems].count("W107") == 2
    assert list(fixed_files(bare, titles=False)) == []


def test_where_both_are_installed_nothing_is_said(station: Path) -> None:
    assert [p.code for p in examine(station, NOW, Options()).problems if p.code == "W107"] == []
