"""Every file of the site is looked at: one that was changed or removed is written again, and no other."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path

import pytest

from bulletin.arrange.urls import INDEX_FOLDER
from bulletin.core.keys import KEYS
from tests.conftest import NOW, STATION, good_issues, tree, write_files
from tests.prove.stations import build_here


def _cut(file: Path) -> None:
    """Another size, but the time it had."""
    times = file.stat()
    file.write_bytes(file.read_bytes()[:-1])
    os.utime(file, ns=(times.st_atime_ns, times.st_mtime_ns))


def _changed(file: Path) -> None:
    """The same size, but written later."""
    times = file.stat()
    file.write_bytes(file.read_bytes()[:-1] + b"!")
    os.utime(file, ns=(times.st_atime_ns, times.st_mtime_ns + 1))


HARMS: dict[str, Callable[[Path], None]] = {"cut": _cut, "changed": _changed, "removed": Path.unlink}


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A station with a file of every kind, built once; every test leaves its site as it was."""
    root = tmp_path_factory.mktemp("staging")
    extra = {"content/pages/about.md": "---\ntitle: 关于\n---\n一段话。\n", "templates/static/own.css": "a{color:red}"}
    write_files(root, {"content/station.yml": STATION + "hits: 是\nsearch: 是\n", **good_issues(3), **extra})
    build_here(root, NOW)
    return root


@pytest.mark.parametrize("harm", HARMS)
@pytest.mark.parametrize(
    "path",
    [
        "index.html",
        "issues/2015001/index.html",
        "issues/2015001/di-2-jian-shi/index.html",
        "2015/index.html",
        "about/index.html",
        "feed.xml",
        "static/own.css",
        KEYS,
    ],
)
def test_one_file_that_is_not_as_it_was_left_is_written_again(built: Path, path: str, harm: str) -> None:
    whole = tree(built / "site")
    HARMS[harm](built / "site" / path)
    assert tree(built / "site") != whole
    report = build_here(built, NOW)
    assert tree(built / "site") == whole
    assert (report.written, report.removed) == (1, 0)


def test_a_lost_search_index_is_made_again(built: Path) -> None:
    whole = tree(built / "site")
    indexed = next(path for path in whole if path.startswith(INDEX_FOLDER))
    (built / "site" / indexed).unlink()
    assert build_here(built, NOW).written >= 1
    assert tree(built / "site") == whole


def test_nothing_is_written_when_every_file_is_as_it_was_left(built: Path) -> None:
    assert build_here(built, NOW).written == 0
