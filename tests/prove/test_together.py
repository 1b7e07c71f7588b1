"""Two commands at once, and a work folder that is deleted meanwhile: what one command alone would have made."""

from __future__ import annotations

import random
import shutil
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.conftest import NOW, ROOT, STATION, good_issues, tree, write_files

from .stations import build_here, copy_project

REVIEWED = STATION + "reviews: 3\n"
FIXABLE = "---\nnumber: 2015009\ndate: 2015-03-10\n---\n## 站务新闻\n\n### 一件事\n\n站里的同志们,都来了。\n"
FILES = {"content/station.yml": REVIEWED, **good_issues(4), "content/issues/2015009.md": FIXABLE}
OTHERS: dict[str, tuple[str, ...]] = {
    "build": ("build", "--quiet"),
    "fix": ("check", "--fix"),
    "review": ("review", "2015001", "--as", "first", "--by", "王某"),
    "today": ("today", "7"),
}


def start(root: Path, *arguments: str) -> subprocess.Popen[str]:
    command = [sys.executable, "-m", "bulletin", *arguments, "--root", str(root)]
    return subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)


def edited(room: Path) -> Path:
    """A station that was built, and of which an issue has changed since."""
    root = room / "station"
    write_files(root, FILES)
    build_here(root, NOW)
    path = root / "content/issues/2015002.md"
    path.write_text(path.read_text().replace("正文", "新文"))
    return root


@pytest.mark.prove
@pytest.mark.parametrize("other", OTHERS)
def test_two_commands_at_once(room: Path, other: str, prove: bool) -> None:
    """Neither has a traceback, no file is torn, and the next build is what a build alone would be."""
    root, kept, alone, chance = edited(room), room / "kept", room / "alone", random.Random(0)
    copy_project(root, kept)
    for _ in range(12 if prove else 1):
        copy_project(kept, root)
        first = start(root, "build", "--quiet")
        time.sleep(chance.uniform(0, 0.5))
        second = start(root, *OTHERS[other])
        for run in (first, second):
            said, _ = run.communicate(timeout=100)
            assert "Traceback" not in said
            assert run.returncode in (0, 1), said  # 1: reviews are missing
        build_here(root, NOW)
        shutil.rmtree(alone, ignore_errors=True)
        shutil.copytree(root / "content", alone / "content")
        build_here(alone, NOW)
        assert tree(root / "site") == tree(alone / "site")
        assert list((root / "content").rglob(".*")) == []
    changed = {"fix": ("issues/2015009.md", "，"), "review": ("reviews.yml", "王某"), "today": ("today.yml", "7")}
    if other in changed:
        path, text = changed[other]
        assert text in (root / "content" / path).read_text()


@pytest.mark.prove
def test_the_work_folder_is_deleted_at_any_moment(
    room: Path, prove: bool, record_property: Callable[[str, object], None]
) -> None:
    """A build may end with a sentence then; the next one completes the site, and what has no source goes."""
    root, kept, alone, chance, took = edited(room), room / "kept", room / "alone", random.Random(1), 1.0
    (root / "content/issues/2015004.md").unlink()
    copy_project(root, kept)
    shutil.copytree(root / "content", alone / "content")
    build_here(alone, NOW)
    expected, number = tree(alone / "site"), 40 if prove else 2
    old = tree(root / "site")
    for turn in range(number):
        copy_project(kept, root)
        began, run = time.monotonic(), start(root, "build", "--quiet", "--no-check")
        if turn:
            time.sleep(chance.uniform(0.1, 1.0) * took)
            shutil.rmtree(root / ".bulletin", ignore_errors=True)
        said, _ = run.communicate(timeout=100)
        took = took if turn else time.monotonic() - began
        assert "Traceback" not in said
        assert run.returncode in (0, 1, 2), said
        torn = {path for path, data in tree(root / "site").items() if data not in (old.get(path), expected.get(path))}
        assert not torn
        assert old.keys() & expected.keys() <= tree(root / "site").keys()
        build_here(root, NOW)
        assert tree(root / "site") == expected
    record_property("deletions", number - 1)
