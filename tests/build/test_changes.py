"""A build with nothing to do knows it from stamps alone, and never when there is something."""

from __future__ import annotations

import os
import re
from collections.abc import Callable
from datetime import datetime, timedelta
from pathlib import Path

import pytest

from bulletin.build import changes
from bulletin.build.changes import last_report, scan_project
from bulletin.build.pipeline import build
from bulletin.build.report import Options, Report
from bulletin.read import scan
from bulletin.write.output import STAGE
from tests.conftest import ISSUE, write_files

NOW = datetime(2015, 6, 1, 9)
STATION = "name: 南岭市救助管理站\nbulletin: 工作简报\n"


@pytest.fixture
def station(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Built once, with stamps that are trusted at once."""
    monkeypatch.setattr(scan, "STAMP_RESOLUTION", -(10**12))
    write_files(
        tmp_path,
        {
            "content/station.yml": STATION,
            "content/issues/2015001.md": ISSUE.format(number=1, month=1),
            "content/issues/2015002.md": ISSUE.format(number=2, month=7),
            "templates/static/own.css": "",
        },
    )
    build(tmp_path, NOW, Options())
    return tmp_path


def _last_report(root: Path, now: datetime, options: Options) -> Report | None:
    return last_report(root, now, options, scan_project(root))


def test_nothing_changed(station: Path) -> None:
    report = _last_report(station, NOW, Options())
    assert report
    assert report == build(station, NOW, Options())
    assert (report.issues, report.scheduled, report.written, report.unchanged) == (1, 1, 0, report.pages)


def test_what_a_killed_build_staged_goes_with_the_next_that_has_nothing_to_do(station: Path) -> None:
    write_files(station, {f"site/{STAGE}/99999/index.html": "<p>half"})
    assert _last_report(station, NOW, Options()) is None
    assert build(station, NOW, Options()).written == 0
    assert not (station / "site" / STAGE).exists()
    assert _last_report(station, NOW, Options())


@pytest.mark.parametrize("name", ["issues/2015001.md", "pages/about.md", "issues/new.md"])
def test_a_change_behind_a_linked_folder_is_seen(station: Path, name: str) -> None:
    """The issues on a network drive."""
    write_files(station, {"content/pages/about.md": "# 关于\n\n正文。\n"})
    folder = station / "content" / name.partition("/")[0]
    folder.rename(station / "drive")
    folder.symlink_to(station / "drive")
    build(station, NOW, Options())
    assert _last_report(station, NOW, Options())
    (folder / Path(name).name).write_text("# 新\n\n改过的。\n")
    assert _last_report(station, NOW, Options()) is None


CHANGES: dict[str, Callable[[Path], object]] = {
    "a source": lambda root: (root / "content/issues/2015001.md").write_text("新的"),
    "a source by one letter": lambda root: _same_size(root / "content/issues/2015001.md"),
    "a new file": lambda root: (root / "content/issues/2015003.md").touch(),
    "a file that is gone": lambda root: (root / "content/issues/2015001.md").unlink(),
    "the station": lambda root: (root / "content/station.yml").write_text(STATION + "recent: 3\n"),
    "a template": lambda root: (root / "templates/static/own.css").write_text("a"),
    "a page of the site": lambda root: (root / "site/index.html").write_text(""),
    "a page that is gone": lambda root: (root / "site/index.html").unlink(),
    "no manifest": lambda root: _manifest(root).unlink(),
    "a build that was killed": lambda root: (root / "site/.bulletin-files").write_bytes(b'{"a": ["0-"]}'),
}


def _manifest(root: Path) -> Path:
    return next((root / ".bulletin").glob("manifest-*.bin"))


def _same_size(path: Path) -> None:
    times = path.stat()
    path.write_bytes(path.read_bytes().replace(b"1", b"2", 1))
    os.utime(path, ns=(times.st_atime_ns, times.st_mtime_ns))


@pytest.mark.parametrize("change", CHANGES)
def test_something_changed(station: Path, change: str) -> None:
    CHANGES[change](station)
    assert _last_report(station, NOW, Options()) is None


@pytest.mark.parametrize(
    ("later", "options"),
    [
        (timedelta(days=60), Options()),  # the second issue has come due
        (timedelta(days=1), Options()),  # today's figure is of its own day
        (timedelta(days=-1), Options()),
        (timedelta(), Options(drafts=True)),
        (timedelta(), Options(search=False)),
        (timedelta(), Options(clean=True)),
        (timedelta(), Options(out="elsewhere")),
    ],
)
def test_another_day_or_another_wish(station: Path, later: timedelta, options: Options) -> None:
    assert _last_report(station, NOW + later, options) is None


def test_another_program(station: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(changes, "program_fingerprint", lambda: "newer")
    assert _last_report(station, NOW, Options()) is None


def test_stamps_that_are_too_young_are_not_trusted(station: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(scan, "STAMP_RESOLUTION", 2_000_000_000)
    (station / "content/issues/2015001.md").write_text(ISSUE.format(number=1, month=2))
    build(station, NOW, Options())
    assert _last_report(station, NOW, Options()) is None
    assert build(station, NOW, Options()).written == 0


def test_a_file_that_cannot_be_read_is_tried_again(station: Path) -> None:
    (station / "content/issues/2015003.md").symlink_to(station / "content/issues/2015004.md")
    build(station, NOW, Options())
    write_files(station, {"content/issues/2015004.md": ISSUE.format(number=4, month=2)})
    assert _last_report(station, NOW, Options()) is None


def test_a_search_notice_leaves_the_site_after_its_last_day(station: Path) -> None:
    notice = f"---\ntitle: 寻找家人\nsection: 寻亲公告\nkind: search-notice\nuntil: {NOW.date()}\n---\n一位老人在站。\n"
    issue = ISSUE.format(number=3, month=2)
    folder = "content/issues/2015003"
    station_file = f"{STATION}url: https://jzz.example.cn/\n"  # for a sitemap
    write_files(station, {f"{folder}/index.md": issue, f"{folder}/xun.md": notice, "content/station.yml": station_file})
    build(station, NOW, Options())
    assert "一位老人" in (station / "site/issues/2015003/index.html").read_text(encoding="utf-8")
    assert "/xun-zhao-jia-ren/" in (station / "site/sitemap-2015.xml").read_text(encoding="utf-8")
    assert _last_report(station, NOW + timedelta(days=1), Options()) is None
    build(station, NOW + timedelta(days=1), Options())
    pages = [path for path in (station / "site").rglob("*.*") if path.suffix in (".html", ".xml")]
    assert pages
    words = re.compile("一位老人|xun-zhao-jia-ren")  # nor does a sitemap name its address
    assert [path for path in pages if words.search(path.read_text(encoding="utf-8"))] == []
    assert "正文第2篇" in (station / "site/issues/2015003/index.html").read_text(encoding="utf-8")


# ── a file of the site that is not as it was left


def _longer(path: Path) -> bytes:
    """Make a file longer without changing its time; returns what was in it."""
    data, times = path.read_bytes(), path.stat()
    path.write_bytes(data + b"\n")
    os.utime(path, ns=(times.st_atime_ns, times.st_mtime_ns))
    return data


def _younger(path: Path) -> bytes:
    """Give a file of the same size other content and another time; returns what was in it."""
    data, times = path.read_bytes(), path.stat()
    path.write_bytes(b"x" * len(data))
    os.utime(path, ns=(times.st_atime_ns, times.st_mtime_ns + 1))
    return data


HARMS = pytest.mark.parametrize("harm", [_longer, _younger])


@HARMS
def test_is_seen_by_its_size_and_by_its_time(station: Path, harm: Callable[[Path], bytes]) -> None:
    page = station / "site/issues/2015001/index.html"
    before = harm(page)
    assert _last_report(station, NOW, Options()) is None
    assert build(station, NOW, Options()).written == 1
    assert page.read_bytes() == before


@HARMS
def test_is_written_again_with_a_group_that_is_kept(station: Path, harm: Callable[[Path], bytes]) -> None:
    before = harm(station / "site/issues/2015001/index.html")
    write_files(station, {"content/issues/2015003.md": ISSUE.format(number=3, month=8)})  # scheduled: changes no page
    build(station, NOW, Options())
    assert (station / "site/issues/2015001/index.html").read_bytes() == before


@HARMS
def test_is_written_again_with_a_group_that_is_made_anew(station: Path, harm: Callable[[Path], bytes]) -> None:
    text = "---\nnumber: 2015001\ndate: 2015-01-02\n---\n## 站务新闻\n### 甲事\n一。\n### 乙事\n{}。\n"
    write_files(station, {"content/issues/2015001.md": text.format("二")})
    build(station, NOW, Options())
    kept = station / "site/issues/2015001/jia-shi/index.html"
    before = harm(kept)
    write_files(station, {"content/issues/2015001.md": text.format("三")})
    build(station, NOW, Options())
    assert "三" in (station / "site/issues/2015001/yi-shi/index.html").read_text(encoding="utf-8")
    assert kept.read_bytes() == before


# ── what was seen before the lock


def test_what_changes_after_the_scan_is_seen_by_the_next_build(station: Path) -> None:
    seen = scan_project(station)
    write_files(station, {"content/issues/2015001.md": ISSUE.format(number=1, month=2)})
    build(station, NOW, Options(), scan=seen)
    assert _last_report(station, NOW, Options()) is None
    build(station, NOW, Options())
    assert _last_report(station, NOW, Options()) is not None
    assert "2015-02" in (station / "site/issues/2015001/index.html").read_text(encoding="utf-8")
