"""What cannot be read for a moment: its pages stay, it is named, and nothing ends in a traceback."""

from __future__ import annotations

import errno
import os
import shutil
import sys
from pathlib import Path

import msgspec
import pytest
from click.testing import CliRunner, Result

from bulletin.build.changes import scan_project
from bulletin.build.examine import examine
from bulletin.build.report import Options
from bulletin.commands import cli
from bulletin.core.errors import IssuesGone, OutputError, StationError, TemplateError
from tests.conftest import NOW, SESSION, STATION, build_site, good_issues, tree, write_files
from tests.prove.stations import build_here, picture

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="links and pipes need a privilege there")

ISSUES = "content/issues"


def run_cli(*arguments: str) -> Result:
    """A command of nobody's, without a terminal."""
    return CliRunner().invoke(cli.bulletin(SESSION), arguments, obj=SESSION)


def said(root: Path) -> list[tuple[str, str]]:
    return [(found.code, found.path) for found in build_here(root, NOW).problems if found.code.startswith("F1")]


@pytest.fixture
def linked(station: Path) -> Path:
    """A station whose issues lie on a drive, built."""
    shutil.move(station / ISSUES, station.parent / "drive")
    (station / ISSUES).symlink_to(station.parent / "drive")
    build_here(station, NOW)
    return station


def test_a_drive_that_is_away_takes_no_page_with_it(linked: Path) -> None:
    before = tree(linked / "site")
    shutil.move(linked.parent / "drive", linked.parent / "elsewhere")
    assert said(linked) == [("F108", ISSUES)]
    assert tree(linked / "site") == before
    assert said(linked) == [("F108", ISSUES)]
    shutil.move(linked.parent / "elsewhere", linked.parent / "drive")
    assert said(linked) == []
    assert tree(linked / "site") == before


@pytest.mark.parametrize("clean", [False, True])
def test_a_folder_that_is_missing_stops_the_build(station: Path, clean: bool) -> None:
    build_here(station, NOW)
    before = tree(station / "site")
    shutil.rmtree(station / ISSUES)
    with pytest.raises(IssuesGone, match=r"content/issues: 3 of 3 published issues .* build --yes"):
        build_here(station, NOW, clean=clean)
    assert tree(station / "site") == before
    assert build_here(station, NOW, let_go=True).issues == 0
    assert not (station / "site/issues/2015001").exists()


def test_also_where_the_manifest_is_lost(station: Path) -> None:
    build_here(station, NOW)
    shutil.rmtree(station / ISSUES)
    shutil.rmtree(station / ".bulletin")
    with pytest.raises(IssuesGone):
        build_here(station, NOW)
    assert (station / "site/issues/2015001/index.html").exists()


@pytest.mark.parametrize(("count", "gone", "stops"), [(20, 3, False), (20, 4, True), (100, 5, False), (100, 6, True)])
def test_a_few_are_deleted_by_their_author(tmp_path: Path, count: int, gone: int, stops: bool) -> None:
    from bulletin.build.gone import require_issues
    from bulletin.write.output import GroupRecord, Manifest, Output

    last = Manifest(groups={f"issue 2015{n:03}": GroupRecord("", ()) for n in range(count)})
    there = {f"2015{n:03}" for n in range(gone, count)}
    if stops:
        with pytest.raises(IssuesGone, match=f": {gone} of {count} "):
            require_issues(there, last, Output(tmp_path))
    else:
        require_issues(there, last, Output(tmp_path))


@pytest.mark.parametrize("lost", [False, True])
def test_pages_at_old_addresses_are_no_issues_that_are_gone(tmp_path: Path, lost: bool) -> None:
    files = {
        path: text.replace("---\n", "---\nredirect_from: [/issues/old-{n}/, /alt/{n}.html]\n", 1)
        for path, text in good_issues(9).items()
    }
    write_files(tmp_path, {"content/station.yml": STATION})
    write_files(tmp_path, {path: text.replace("{n}", str(n)) for n, (path, text) in enumerate(files.items())})
    build_here(tmp_path, NOW)
    assert (tmp_path / "site/issues/old-3/index.html").exists()
    if lost:
        shutil.rmtree(tmp_path / ".bulletin")
    write_files(tmp_path, {"content/pages/about.md": "---\ntitle: 关于\n---\n一\n"})
    assert build_here(tmp_path, NOW).issues == 9


def test_issues_that_get_other_numbers_and_keep_their_addresses_are_not_gone(station: Path) -> None:
    build_here(station, NOW)
    for n in (1, 2, 3):
        old = station / f"content/issues/2015{n:03}.md"
        text = old.read_text(encoding="utf-8").replace(f"number: 2015{n:03}", f"number: 2015{n + 10:03}")
        old.unlink()
        moved = text.replace("---\n", f"---\nredirect_from: /issues/2015{n:03}/\n", 1)
        write_files(station, {f"content/issues/2015{n + 10:03}.md": moved})
    assert build_here(station, NOW).issues == 3


def test_an_issue_that_becomes_a_draft_is_not_gone(station: Path) -> None:
    build_here(station, NOW)
    for path in (station / ISSUES).iterdir():
        path.write_text(path.read_text(encoding="utf-8").replace("---\n", "---\ndraft: true\n", 1), encoding="utf-8")
    assert build_here(station, NOW).drafts == 3


def test_the_command_answers_no_where_nobody_is_asked(station: Path) -> None:
    assert run_cli("build", "--root", str(station)).exit_code == 0
    before = tree(station / "site")
    shutil.rmtree(station / ISSUES)
    run = run_cli("build", "--root", str(station))
    assert (run.exit_code, "3 of 3 published issues" in run.output) == (1, True)
    assert tree(station / "site") == before
    assert run_cli("build", "--root", str(station), "--yes").exit_code == 0
    assert not (station / "site/issues").exists()


def test_content_that_is_deleted_while_it_is_built_from(station: Path) -> None:
    """After the look at the disk, and before anything is read."""
    from bulletin.build.pipeline import build

    build_here(station, NOW)
    before = tree(station / "site")
    write_files(station, {path: text.replace("正文", "新的") for path, text in good_issues(3).items()})
    scan = scan_project(station)
    shutil.rmtree(station / ISSUES)
    report = build(station, NOW, Options(), scan=scan)
    assert [found.code for found in report.problems if found.code != "A104"] == ["F108"] * 3
    assert len(report.last_good) == 3
    assert tree(station / "site") == before


PICTURE = "---\ndate: 2014-05-01\n---\n## 站务新闻\n\n### 图\n\n![图](tu.png)\n\n[表](biao.pdf)\n"
FOLDER = f"{ISSUES}/2014001"
WITH_FILES: dict[str, str | bytes] = {
    f"{FOLDER}/index.md": PICTURE,
    f"{FOLDER}/a.md": "---\nsection: 站务新闻\n---\n# 单篇\n\n正文。\n",
    f"{FOLDER}/tu.png": picture("PNG", 10),
    f"{FOLDER}/biao.pdf": b"%PDF-1",
}


@pytest.mark.parametrize("name", ["tu.png", "biao.pdf", "a.md", "index.md"])
@pytest.mark.parametrize("harm", ["dangling", "pipe", "folder"])
def test_a_part_of_an_issue_that_cannot_be_read_keeps_the_whole(station: Path, name: str, harm: str) -> None:
    write_files(station, WITH_FILES)
    build_here(station, NOW)
    before = tree(station / "site")
    path = station / FOLDER / name
    path.unlink()
    if harm == "dangling":
        path.symlink_to(station / "content/away" / name)
    elif harm == "pipe":
        os.mkfifo(path)
    else:
        path.mkdir()
    expected = [("F108" if harm == "dangling" else "F110", f"{FOLDER}/{name}")]
    assert said(station) == expected
    assert tree(station / "site") == before
    assert said(station) == expected
    assert [found.path for found in examine(station, NOW, Options()).problems if found.code == expected[0][0]] == [
        f"{FOLDER}/{name}"
    ]


GBK = "救助.txt".encode("gbk")


@pytest.mark.parametrize("folder", ["content", "content/issues", FOLDER, "content/other/deep", "templates/static"])
def test_a_name_that_is_not_utf8_is_reported_and_the_rest_goes_on(station: Path, folder: str) -> None:
    write_files(station, WITH_FILES | {f"{folder}/beside.txt": ""})
    Path(os.fsdecode(os.fsencode(station / folder) + b"/" + GBK)).write_bytes(b"")
    shown = os.fsdecode(GBK).encode("utf-8", "backslashreplace").decode()
    assert said(station) == [("F105", f"{folder}/{shown}")]
    assert (station / "site/issues/2015001/index.html").exists()
    assert [found.path for found in examine(station, NOW, Options()).problems if found.code == "F105"] == [
        f"{folder}/{shown}"
    ]
    run = run_cli("check", "--root", str(station))
    assert (run.exit_code, shown in run.output) == (1, True)


def test_a_project_below_a_name_that_is_not_utf8_is_built(station: Path) -> None:
    odd = Path(os.fsdecode(os.fsencode(station.parent) + b"/\xbe\xc8\xd6\xfa"))
    station.rename(odd)
    report = build_site(odd)
    assert (report.issues, report.problems) == (3, ())


def test_a_pipe_for_the_station_is_said(station: Path) -> None:
    """One for today.yml costs the figure only (test_settings_files.py)."""
    (station / "content/station.yml").unlink()
    os.mkfifo(station / "content/station.yml")
    with pytest.raises(StationError, match=r"content/station\.yml"):
        build_here(station, NOW)


def test_a_pipe_among_the_word_lists_is_said_and_the_others_are_read(station: Path) -> None:
    write_files(station, {"content/words/good.txt": "甲乙 → 丙丁\n"})
    os.mkfifo(station / "content/words/bad.txt")
    found = [(each.code, each.path) for each in examine(station, NOW, Options()).problems if each.code[0] == "F"]
    assert found == [("F110", "content/words/bad.txt")]


@pytest.mark.parametrize("harm", ["dangling", "pipe", "folder"])
def test_a_template_that_cannot_be_read_stops_the_build(station: Path, harm: str) -> None:
    build_here(station, NOW)
    before = tree(station / "site")
    path = station / "templates/home.html"
    path.parent.mkdir()
    if harm == "dangling":
        path.symlink_to("away.html")
    elif harm == "pipe":
        os.mkfifo(path)
    else:
        path.mkdir()
    with pytest.raises(TemplateError, match=r"templates/home\.html: the template cannot be read"):
        build_here(station, NOW)
    assert tree(station / "site") == before


def test_a_full_disk_is_no_mistake_in_a_template(station: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(*_: object, **__: object) -> None:
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    monkeypatch.setattr("jinja2.FileSystemBytecodeCache.dump_bytecode", full)
    assert build_here(station, NOW).issues == 3
    monkeypatch.setattr("jinja2.Template.render", full)
    shutil.rmtree(station / ".bulletin")
    with pytest.raises(OutputError, match="the page cannot be made: No space left on device"):
        build_here(station, NOW, clean=True)


def test_a_command_says_in_one_sentence_what_nobody_foresaw(station: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(*_: object, **__: object) -> None:
        raise OSError(errno.EIO, os.strerror(errno.EIO), "/somewhere/else")

    monkeypatch.setattr("bulletin.build.pipeline.build", broken)
    run = run_cli("build", "--root", str(station))
    assert run.exit_code == 2
    assert run.output.strip() == "/somewhere/else: the system does not let us read or write this: Input/output error."


def test_files_of_an_older_manifest_are_unknown(station: Path) -> None:
    from bulletin.write.output import Manifest

    assert msgspec.msgpack.decode(msgspec.msgpack.encode({"groups": {}}), type=Manifest).good_files == b""
    assert build_here(station, NOW).issues == 3
