"""Stamps stand for files, but never where the disk's clock cannot tell two writings apart."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from bulletin.read.scan import STAMP_RESOLUTION, Scan, disk_clock
from bulletin.read.stamps import Stamps, digest_of


@pytest.fixture
def file(tmp_path: Path) -> Path:
    path = tmp_path / "a.md"
    path.write_bytes(b"12")
    return path


def after(path: Path, nanoseconds: int) -> int:
    return max(path.stat().st_mtime_ns, path.stat().st_ctime_ns) + nanoseconds


def test_a_file_that_had_long_been_written_is_not_opened_again(file: Path) -> None:
    first = Stamps({}, Scan(started=after(file, STAMP_RESOLUTION + 1)))
    assert first.digest("a.md", str(file)) == (digest_of(b"12"), 2)
    (stamp,) = (stamp for stamp, _ in first.hashed.values())
    again = Stamps({"a.md": (stamp, "as known")}, Scan(started=after(file, 0)))
    assert again.digest("a.md", str(file)) == ("as known", 2)
    assert again.hashed == {}


@pytest.mark.parametrize("elapsed", [-STAMP_RESOLUTION, 0, STAMP_RESOLUTION])
def test_a_file_just_written_is_hashed_but_not_remembered(file: Path, elapsed: int) -> None:
    stamps = Stamps({}, Scan(started=after(file, elapsed)))
    assert stamps.digest("a.md", str(file)) == (digest_of(b"12"), 2)
    assert stamps.hashed == {}


def test_a_file_whose_time_was_set_back_is_hashed_again(file: Path) -> None:
    """Some programs give a file the time it had before; the second of its times cannot be set."""
    first = Stamps({}, Scan(started=2**63))
    first.digest("a.md", str(file))
    times = file.stat()
    file.write_bytes(b"34")
    os.utime(file, ns=(times.st_atime_ns, times.st_mtime_ns))
    assert Stamps(first.hashed, Scan(started=2**63)).digest("a.md", str(file)) == (digest_of(b"34"), 2)


def test_the_time_of_the_disk_goes_on(file: Path) -> None:
    began = disk_clock(str(file))
    (file.parent / "b.md").touch()
    assert (file.parent / "b.md").stat().st_mtime_ns >= began
