"""A build that dies or fails at any moment leaves whole files, and the next one ends what it began."""

from __future__ import annotations

import json
import os
import random
import shutil
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path
from typing import Any, NamedTuple

import pytest

from bulletin.core.errors import StationError, TemplateError
from tests.conftest import NOW, ROOT, STATION, good_issues, tree, write_files

from .killer import Order
from .stations import build_here, copy_project, picture

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="forks, and kills as POSIX does")

Tree = dict[str, bytes]

HIDDEN = {".bulletin-files", ".bulletin-site"}
"""What a build leaves in the site for the next one."""


class Change(NamedTuple):
    """A project before and after its author worked on it, and its sites."""

    root: Path
    """Where it is built; a manifest is bound to its folder."""
    kept: Path
    """A copy, as built before."""
    new_files: dict[str, str | bytes | None]
    """What the author then changed; None for what was deleted."""
    old: Tree
    new: Tree

    def lay(self) -> Path:
        """The built project with the author's work not built yet."""
        copy_project(self.kept, self.root)
        work(self.root, self.new_files)
        return self.root

    def take_back(self) -> None:
        """The author undoes all of it."""
        work(self.root, {path: BEFORE.get(path) for path in self.new_files})

    def check(self, site: Path | None = None) -> None:
        """No file of the site is torn, and none is missing that both versions have."""
        found = tree(site or self.root / "site")
        seen = {path: data for path, data in found.items() if not path.startswith(".")}
        torn = [path for path, data in seen.items() if data not in (self.old.get(path), self.new.get(path))]
        assert not torn
        assert (self.old.keys() & self.new.keys()) <= seen.keys()


FOLDER = "---\ndate: 2015-05-01\n---\n## 站务新闻\n\n### 图\n\n![图](tu.png)\n\n[表](biao.pdf)\n"
REDIRECT = "---\ndate: 2015-02-10\nredirect_from: {}\n---\n## 站务新闻\n\n### 事\n\n正文。\n"
ERRORS = ("OutputError: ", "TemplateError: ", "SearchError: ")
SEARCHED = STATION + "search: yes\n"
BEFORE: dict[str, str | bytes] = {
    "content/station.yml": SEARCHED,
    **good_issues(3),
    "content/issues/2015002.md": REDIRECT.format("[/old.html, /gone/index.html]"),
    "content/issues/2014001/index.md": FOLDER.replace("2015", "2014"),
    "content/issues/2014001/tu.png": picture("PNG", 10),
    "content/issues/2014001/biao.pdf": b"%PDF-1",
    "content/pages/about.md": "# 关于\n\n正文。\n",
}
AFTER: dict[str, str | bytes | None] = {
    "content/station.yml": SEARCHED + "address: 解放路1号\n",
    "content/issues/2015001.md": None,
    "content/issues/2015002.md": REDIRECT.format("[/old.html/index.html, /gone.html]"),
    "content/issues/2015004.md": good_issues(4)["content/issues/2015004.md"],
    "content/issues/2014001/tu.png": picture("PNG", 20),
    "content/issues/2014001/biao.pdf": b"%PDF-2",
    "content/pages/about.md": None,
    "content/pages/help.md": "# 帮助\n\n正文。\n",
}
"""Everything at once: pages change, come and go; a file becomes a folder."""

EDIT: dict[str, str | bytes | None] = {
    "content/issues/2015003.md": good_issues(3)["content/issues/2015003.md"].replace("正文", "改过的正文")
}
"""What happens on most days."""


def work(root: Path, files: dict[str, str | bytes | None]) -> None:
    write_files(root, {path: data for path, data in files.items() if data is not None})
    for path, data in files.items():
        if data is None:
            (root / path).unlink()


def change(folder: Path, files: dict[str, str | bytes | None]) -> Change:
    root, kept, new_root = folder / "station", folder / "kept", folder / "new"
    for each in (root, new_root):
        write_files(each, BEFORE)
    work(new_root, files)
    for each in (root, new_root):
        build_here(each, NOW)
    copy_project(root, kept)
    return Change(root, kept, files, tree(root / "site"), tree(new_root / "site"))


@pytest.fixture(params=["all", "one"])
def changed(request: pytest.FixtureRequest, room: Path) -> Change:
    return change(room, AFTER if request.param == "all" else EDIT)


@pytest.fixture
def everything(room: Path) -> Change:
    return change(room, AFTER)


class Killer:
    """The process that forks builds."""

    def __init__(self) -> None:
        command = [sys.executable, "-m", "tests.prove.killer"]
        self._process = subprocess.Popen(command, cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)

    def __call__(self, root: Path, how: str = "plain", at: int = 0) -> dict[str, Any]:
        assert self._process.stdin
        assert self._process.stdout
        print(json.dumps(Order(str(root), NOW.isoformat(), how, at)), file=self._process.stdin, flush=True)
        answer: dict[str, Any] = json.loads(self._process.stdout.readline())
        return answer

    def close(self) -> None:
        assert self._process.stdin
        assert self._process.stdout
        self._process.stdin.close()
        self._process.stdout.close()
        self._process.wait()


@pytest.fixture(scope="module")
def killer() -> Iterator[Killer]:
    killer = Killer()
    yield killer
    killer.close()


def moments(events: int, prove: bool) -> list[int]:
    """All, or some that are spread over the whole build with its first and last."""
    few = 8
    return (
        list(range(1, events + 1))
        if prove or events <= few
        else [1 + i * (events - 1) // (few - 1) for i in range(few)]
    )


def finish(killer: Killer, root: Path, expected: Tree) -> None:
    """The next build completes the change and leaves nothing of its own behind."""
    assert killer(root) == {"error": "", "events": 0}
    assert tree(root / "site") == expected
    assert {path.name for path in (root / "site").iterdir() if path.name.startswith(".")} == HIDDEN
    assert not [path for path in (root / "site").rglob("*") if path.is_dir() and not any(path.iterdir())]
    assert killer(root) == {"error": "", "events": 0}
    assert tree(root / "site") == expected


Record = Callable[[str, object], None]


@pytest.mark.prove
def test_killed(changed: Change, killer: Killer, prove: bool, record_property: Record) -> None:
    events = killer(changed.lay(), "count")["events"]
    points = moments(events, prove)
    for at in points:
        assert killer(changed.lay(), "kill", at) == {"killed": True}
        changed.check()
        finish(killer, changed.root, changed.new)
    assert events > (100 if changed.new_files is AFTER else 20)
    record_property("kill points", len(points))


@pytest.mark.prove
def test_killed_and_then_taken_back(everything: Change, killer: Killer, prove: bool) -> None:
    """The author undoes the change before the next build: nothing of it may stay."""
    for at in moments(killer(everything.lay(), "count")["events"], prove):
        killer(everything.lay(), "kill", at)
        everything.take_back()
        finish(killer, everything.root, everything.old)


@pytest.mark.prove
def test_killed_twice(everything: Change, killer: Killer, prove: bool) -> None:
    """Also the build that ends what a killed one began may be killed, and taken back."""
    chance = random.Random(0)
    events = killer(everything.lay(), "count")["events"]
    for number in range(100 if prove else 4):
        everything.lay()
        for _ in range(chance.randint(1, 3)):
            killer(everything.root, "kill", chance.randint(1, events))
            everything.check()
        if number % 2:
            everything.take_back()
        finish(killer, everything.root, everything.old if number % 2 else everything.new)


@pytest.mark.prove
def test_killed_in_the_first_build_of_all(killer: Killer, room: Path, prove: bool) -> None:
    fresh, root = room / "fresh", room / "killed"
    write_files(fresh, BEFORE)
    copy_project(fresh, root)
    events = killer(root, "count")["events"]
    first = Change(root, fresh, {}, {}, tree(root / "site"))
    for at in moments(events, prove):
        assert killer(first.lay(), "kill", at) == {"killed": True}
        first.check()
        finish(killer, root, first.new)


@pytest.mark.prove
@pytest.mark.parametrize("how", ["full", "stay"])
def test_a_full_disk(changed: Change, killer: Killer, how: str, prove: bool, record_property: Record) -> None:
    """Whatever cannot be made: an error of ours; the site as it was unless files were already being put in place."""
    points = moments(killer(changed.lay(), "count")["events"], prove)
    for at in points:
        answer = killer(changed.lay(), how, at)
        assert not answer["error"] or answer["error"].startswith(ERRORS), (at, answer)
        changed.check()
        finish(killer, changed.root, changed.new)
    record_property("full disks", len(points))


@pytest.mark.prove
def test_killed_at_any_time(everything: Change, killer: Killer, prove: bool) -> None:
    """The command itself, workers and SQLite and all."""
    chance, took = random.Random(0), 1.0
    for number in range(100 if prove else 3):
        began = time.monotonic()
        command = [sys.executable, "-m", "bulletin", "build", "--root", str(everything.lay()), "--quiet"]
        run = subprocess.Popen(command, cwd=ROOT)
        if number:
            time.sleep(chance.uniform(0.3, 1.0) * took)
            run.kill()
        run.wait()
        took = took if number else time.monotonic() - began
        everything.check()
        finish(killer, everything.root, everything.new)


# ── a build that fails changes nothing ───────────────────────────────────────────────────────────────────


def listing(root: Path) -> dict[str, tuple[bytes, int]]:
    """Everything in the site, hidden or not, with its bytes and time."""
    files = (path for path in (root / "site").rglob("*") if path.is_file())
    return {str(path.relative_to(root)): (path.read_bytes(), path.stat().st_mtime_ns) for path in files}


def command(root: Path, *before: str, **options: Any) -> subprocess.CompletedProcess[str]:
    run = [*before, sys.executable, "-m", "bulletin", "build", "--root", str(root)]
    return subprocess.run(run, cwd=ROOT, capture_output=True, text=True, check=False, timeout=60, **options)


FAULTS: dict[str, tuple[str, str | bytes]] = {
    "unknown name": ("templates/year.html", "{{ page.nothing }}"),
    "syntax": ("templates/year.html", "{% if %}"),
    "late": ("templates/robots.txt", "{{ 1 / 0 }}"),
    "missing include": ("templates/home.html", '{% include "nowhere.html" %}'),
    "dynamic include": ("templates/home.html", "{% include page.title %}"),
    "not UTF-8": ("templates/parts/footer.html", b"\xff\xfe"),
    "station": ("content/station.yml", "name: ["),
}


@pytest.mark.parametrize("fault", FAULTS)
def test_a_broken_template_changes_nothing(everything: Change, fault: str) -> None:
    root = everything.lay()
    before = listing(root)
    path, text = FAULTS[fault]
    kept = (root / path).read_bytes() if (root / path).exists() else None
    write_files(root, {path: text})
    with pytest.raises((StationError, TemplateError), match=path):
        build_here(root, NOW)
    assert listing(root) == before
    assert {path.name for path in (root / "site").glob(".*")} == HIDDEN
    (root / path).unlink()
    if kept is not None:
        (root / path).write_bytes(kept)
    build_here(root, NOW)
    assert tree(root / "site") == everything.new


def test_a_broken_template_is_reported_without_a_traceback(everything: Change) -> None:
    root = everything.lay()
    path, text = FAULTS["late"]
    write_files(root, {path: text})
    run = command(root)
    assert (run.returncode, "Traceback" in run.stderr + run.stdout) == (2, False)
    assert f"{path}:1" in run.stderr


def limit_files(size: int) -> None:
    """No file may grow beyond so many bytes: what a full disk looks like to a process."""
    import resource

    resource.setrlimit(resource.RLIMIT_FSIZE, (size, size))


@pytest.mark.parametrize("size", [0, 100, 5000])
def test_no_file_may_grow(everything: Change, killer: Killer, size: int) -> None:
    """On every machine, with or without the right to mount anything."""
    root = everything.lay()
    before = listing(root)
    run = command(root, preexec_fn=partial(limit_files, size))
    assert run.returncode == 2, run.stderr
    assert "Traceback" not in run.stderr + run.stdout
    assert listing(root) == before
    finish(killer, root, everything.new)


MOUNT = """
cp -a "$1/." "$3/project" && mount -t tmpfs -o size=4m none "$1" && cp -a "$3/project/." "$1" || exit 99
free=$(df --output=avail -B1 "$1" | tail -1)
head -c $((free - $2)) /dev/zero > "$1/filler"
{python} -m bulletin build --no-check --root "$1" > "$3/said" 2>&1
echo $? > "$3/status"
cp -a "$1/site" "$3/failed"
rm "$1/filler"
{python} -m bulletin build --no-check --root "$1" --quiet || exit 98
cp -a "$1/site" "$3/done"
"""


def can_mount() -> bool:
    return (
        shutil.which("unshare") is not None and subprocess.run(["unshare", "-m", "true"], check=False).returncode == 0
    )


@pytest.mark.prove
def test_a_disk_that_is_really_full(everything: Change, tmp_path: Path, prove: bool) -> None:
    """A small file system of its own; where we may not make one, `test_no_file_may_grow` must do."""
    if not can_mount():
        return
    for free in range(0, 200_000, 8_192 if prove else 100_000):
        said = tmp_path / f"said{free}"
        said.mkdir()
        everything.lay()
        script = MOUNT.replace("{python}", sys.executable)
        arguments = [str(everything.root), str(free), str(said)]
        run = subprocess.run(["unshare", "-m", "sh", "-c", script, "sh", *arguments], cwd=ROOT, check=False)
        assert run.returncode == 0
        words = (said / "said").read_text()
        assert "Traceback" not in words
        everything.check(said / "failed")
        if (said / "status").read_text().strip() == "2" and free < 20_000:
            assert tree(said / "failed") == everything.old
        assert tree(said / "done") == everything.new


def test_the_check_sees_what_is_torn_and_what_is_missing(everything: Change) -> None:
    harms: tuple[Callable[[Path], None], ...] = (Path.unlink, lambda path: os.truncate(path, 10))
    for harm in harms:
        everything.lay()
        everything.check()
        harm(everything.root / "site" / "index.html")
        with pytest.raises(AssertionError):
            everything.check()
