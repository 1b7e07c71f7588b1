"""Stamps stand for files, but never where the disk's clock cannot tell two writings apart."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from bulletin.read.stamps import SETTLED, Stamps, digest_of, disk_time, is_past, is_settled


@pytest.fixture
def file(tmp_path: Path) -> Path:
    path = tmp_path / "a.md"
    path.write_bytes(b"12")
    return path


def after(path: Path, nanoseconds: int) -> int:
    return max(path.stat().st_mtime_ns, path.stat().st_ctime_ns) + nanoseconds


def test_a_file_that_had_long_been_written_is_not_opened_again(file: Path) -> None:
    first = Stamps({}, after(file, SETTLED + 1))
    assert first.digest("a.md", str(file)) == (digest_of(b"12"), 2)
    (stamp,) = (stamp for stamp, _ in first.hashed.values())
    again = Stamps({"a.md": (stamp, "as known")}, after(file, 0))
    assert again.digest("a.md", str(file)) == ("as known", 2)
    assert again.hashed == {}


@pytest.mark.parametrize("elapsed", [-SETTLED, 0, SETTLED])
def test_a_file_just_written_is_hashed_but_not_remembered(file: Path, elapsed: int) -> None:
    stamps = Stamps({}, after(file, elapsed))
    assert stamps.digest("a.md", str(file)) == (digest_of(b"12"), 2)
    assert stamps.hashed == {}


def test_a_file_whose_time_was_set_back_is_hashed_again(file: Path) -> None:
    """Some programs give a file the time it had before; the second of its times cannot be set."""
    first = Stamps({}, 2**63)
    first.digest("a.md", str(file))
    times = file.stat()
    file.write_bytes(b"34")
    os.utime(file, ns=(times.st_atime_ns, times.st_mtime_ns))
    assert Stamps(first.hashed, 2**63).digest("a.md", str(file)) == (digest_of(b"34"), 2)


def test_times_are_told_apart_on_a_disk_that_counts_in_two_seconds() -> None:
    assert not is_past(5, 2_000_000_005)
    assert is_past(5, 2_000_000_006)


@pytest.mark.parametrize("newer", ["mtime", "ctime"])
def test_a_file_is_settled_when_both_its_times_are_past(file: Path, newer: str) -> None:
    status = file.stat()
    if newer == "mtime":
        os.utime(file, ns=(0, status.st_ctime_ns + 10**12))
    else:
        os.utime(file, ns=(0, 0))
    status = file.stat()
    times = (status.st_mtime_ns, status.st_ctime_ns)
    assert not is_settled(status, max(times) + SETTLED)
    assert is_settled(status, max(times) + SETTLED + 1)


def test_the_digest_tells_contents_apart() -> None:
    assert digest_of(b"12") == digest_of(b"12") != digest_of(b"21")
    assert len(digest_of(b"")) == 32


def test_the_disk_is_asked_for_its_time_now(file: Path) -> None:
    os.utime(file, ns=(0, 0))
    assert disk_time(str(file)) > 10**18


def test_what_was_used_is_known(file: Path) -> None:
    stamps = Stamps({}, 0)
    stamps.digest("a.md", str(file))
    assert stamps.used == {"a.md"}


def test_a_file_that_was_seen_is_not_looked_at_again(file: Path) -> None:
    seen = file.stat()
    known = f"{seen.st_size}-{seen.st_mtime_ns}-{seen.st_ctime_ns}-{seen.st_ino}"
    file.unlink()
    assert Stamps({"a.md": (known, "as known")}, 0, {str(file): seen}).digest("a.md", str(file)) == ("as known", 2)


def test_the_time_of_the_disk_goes_on(file: Path) -> None:
    began = disk_time(str(file))
    (file.parent / "b.md").touch()
    assert (file.parent / "b.md").stat().st_mtime_ns >= began
