"""One look at the disk: every file with its stamp, every folder with what lies in it."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from bulletin.read.scan import STAMP_RESOLUTION, Scan, Stamp, scan_folders
from tests.conftest import write_files


def test_every_file_and_folder_below_the_tops(tmp_path: Path) -> None:
    write_files(tmp_path, {"a/1.md": "12", "a/b/2.md": "", "single.json": "{}", "beside.md": ""})
    (tmp_path / "a/link.md").symlink_to(tmp_path / "a/1.md")
    tops = [str(tmp_path / name) for name in ("a", "single.json", "nowhere", "a")]
    scan = scan_folders(tops)
    names = {os.path.relpath(place, tmp_path): stamp.size for place, stamp in scan.files.items()}
    assert names == {"a/1.md": 2, "a/b/2.md": 0, "a/link.md": 2, "single.json": 2}
    assert {entry.name for entry in scan.entries(tops[0])} == {"1.md", "b", "link.md"}
    status = (tmp_path / "a/1.md").stat()
    stamp = Stamp(2, status.st_mtime_ns, status.st_ctime_ns, status.st_ino)
    assert scan.files[f"{tops[0]}/1.md"] == scan.files[f"{tops[0]}/link.md"] == stamp


def test_a_link_to_nothing_has_a_stamp_and_another_when_it_leads_somewhere(tmp_path: Path) -> None:
    (tmp_path / "a.md").symlink_to(tmp_path / "b/c.md")
    before = scan_folders([str(tmp_path)])
    assert set(before.files) == {str(tmp_path / "a.md")}
    write_files(tmp_path, {"b/c.md": ""})
    assert scan_folders([str(tmp_path)]).files[str(tmp_path / "a.md")] != before.files[str(tmp_path / "a.md")]


def test_a_folder_behind_a_link_is_listed_when_it_is_asked_for(tmp_path: Path) -> None:
    write_files(tmp_path, {"away/1.md": ""})
    (tmp_path / "a").mkdir()
    (tmp_path / "a/link").symlink_to(tmp_path / "away")
    scan = scan_folders([str(tmp_path / "a")])
    assert [entry.name for entry in scan.entries(str(tmp_path / "a/link"))] == ["1.md"]


OLD = Stamp(1, 10**18, 10**18, 1)


@pytest.mark.parametrize("stamp", [OLD, OLD._replace(mtime=10**17), OLD._replace(ctime=10**17)])
def test_a_key_is_reliable_when_all_files_were_old_before_they_were_read(stamp: Stamp) -> None:
    scan = Scan({"a": stamp, "b": OLD._replace(mtime=1, ctime=1)})
    assert scan.reliable_key == ""
    assert scan.read_from(10**18 + STAMP_RESOLUTION).reliable_key == ""
    assert scan.read_from(10**18 + STAMP_RESOLUTION + 1).reliable_key == scan.key


@pytest.mark.parametrize(
    "other",
    [
        {"a": OLD._replace(size=2)},
        {"a": OLD._replace(mtime=2)},
        {"a": OLD._replace(ctime=2)},
        {"a": OLD._replace(inode=2)},
        {"b": OLD},
        {"a": OLD, "b": OLD},
        {},
    ],
)
def test_the_key_changes_with_every_part_of_a_stamp(other: dict[str, Stamp]) -> None:
    assert Scan({"a": OLD}).key != Scan(other).key


def test_the_key_does_not_depend_on_the_systems_order() -> None:
    other = OLD._replace(size=3)
    assert Scan({"a": OLD, "b": other}).key == Scan({"b": other, "a": OLD}).key
