"""Stamps stand for files, but never where the disk's clock cannot tell two writings apart."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from bulletin.read.scan import STAMP_RESOLUTION, Scan, Stamp, disk_clock, is_reliable, stamp_of
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


@pytest.mark.parametrize("newer", ["mtime", "ctime"])
def test_a_stamp_is_reliable_when_both_its_times_are_past(newer: str) -> None:
    times = {"mtime": 5, "ctime": 5, newer: 7}
    stamp = Stamp(1, times["mtime"], times["ctime"], 0)
    assert not is_reliable(stamp, 7 + STAMP_RESOLUTION)
    assert is_reliable(stamp, 8 + STAMP_RESOLUTION)


def test_the_digest_tells_contents_apart() -> None:
    assert digest_of(b"12") == digest_of(b"12") != digest_of(b"21")
    assert len(digest_of(b"")) == 32


def test_the_disk_is_asked_for_its_time_now(file: Path) -> None:
    os.utime(file, ns=(0, 0))
    assert disk_clock(str(file)) > 10**18


def test_what_was_used_is_known(file: Path) -> None:
    stamps = Stamps({}, Scan())
    stamps.digest("a.md", str(file))
    assert stamps.used == {"a.md"}


def test_a_file_that_was_seen_is_not_looked_at_again(file: Path) -> None:
    seen = file.stat()
    known = f"{seen.st_size}-{seen.st_mtime_ns}-{seen.st_ctime_ns}-{seen.st_ino}"
    file.unlink()
    scan = Scan(files={str(file): stamp_of(seen)})
    assert Stamps({"a.md": (known, "as known")}, scan).digest("a.md", str(file)) == ("as known", 2)


def test_the_time_of_the_disk_goes_on(file: Path) -> None:
    began = disk_clock(str(file))
    (file.parent / "b.md").touch()
    assert (file.parent / "b.md").stat().st_mtime_ns >= began
