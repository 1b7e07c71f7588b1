"""The ledger tells what happened; whoever changes a byte of it is found."""

from __future__ import annotations

import multiprocessing
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bulletin.core.errors import PublishError
from bulletin.publish.ledger import (
    Delivered,
    DeliveryFailed,
    Ledger,
    LedgerEntry,
    LockBroken,
    Purged,
    ReleaseMade,
    RolledBack,
    Withdrawn,
    ledger_entries,
    ledger_problems,
    release_problems,
    releases_out,
)

AT, BY = "2016-01-01T12:00:00", "lihua@PC-3"
ENTRIES: tuple[LedgerEntry, ...] = (
    ReleaseMade(at=AT, by=BY, release="20160101-1", parent="", made="publish", manifest="a" * 64),
    Delivered(at=AT, by=BY, release="20160101-1", target="web", verified="yes", files=12, bytes=3456),
    DeliveryFailed(at=AT, by=BY, release="20160101-1", target="old", reason="磁盘已满"),
    Withdrawn(at=AT, by=BY, issue="2015001", slug="hui-jia", because="家属要求"),
    Purged(at=AT, by=BY, blobs=("b" * 64, "c" * 64), because="家属要求"),
    RolledBack(at=AT, by=BY, release="20160101-2", to="20160101-1"),
    LockBroken(at=AT, by=BY, target="web", held_by="wangwu@PC-1, 2016-01-01T11:00:00"),
)


def written(folder: Path, *entries: LedgerEntry) -> bytes:
    ledger = Ledger(folder)
    for entry in entries:
        ledger.append(entry)
    return ledger.read()


@pytest.fixture(scope="module")
def whole(tmp_path_factory: pytest.TempPathFactory) -> bytes:
    return written(tmp_path_factory.mktemp("releases"), *ENTRIES)


def test_every_kind_of_entry_comes_back(whole: bytes) -> None:
    assert ledger_entries(whole) == ENTRIES
    assert ledger_problems(whole) == ()
    assert whole.count(b"\n") == len(ENTRIES)


def test_a_folder_without_a_ledger_has_none(tmp_path: Path) -> None:
    assert Ledger(tmp_path / "releases").entries() == ()


@given(place=st.integers(0), byte=st.integers(0, 255))
def test_any_byte_that_was_changed_is_found(whole: bytes, place: int, byte: int) -> None:
    place %= len(whole)
    changed = whole[:place] + bytes([byte]) + whole[place + 1 :]
    assert bool(ledger_problems(changed)) == (changed != whole)


@given(data=st.data())
def test_lines_that_were_removed_added_or_moved_are_found(whole: bytes, data: st.DataObject) -> None:
    lines = whole.splitlines(keepends=True)
    other = data.draw(st.lists(st.sampled_from(lines), max_size=9))
    honest = other == lines[: len(other)]  # a ledger that ends earlier has no flaw in itself
    assert bool(ledger_problems(b"".join(other))) != honest


def test_the_line_is_named(whole: bytes) -> None:
    problems = ledger_problems(whole.replace("磁盘".encode(), "网络".encode()), "releases/ledger.jsonl")
    assert [problem.values["path"] for problem in problems] == ["releases/ledger.jsonl:3", "releases/ledger.jsonl:4"]


def test_a_withdrawal_is_not_forgotten_for_a_wrong_hash(whole: bytes) -> None:
    changed = whole.replace("家属要求".encode(), "亲属要求".encode())
    assert ledger_entries(changed)[3] == Withdrawn(at=AT, by=BY, issue="2015001", slug="hui-jia", because="亲属要求")


@pytest.mark.parametrize("cut", [1, 2, 40, 200])
def test_the_torn_line_of_a_killed_run_is_put_aside_and_the_chain_goes_on(
    tmp_path: Path, whole: bytes, cut: int
) -> None:
    path = tmp_path / "ledger.jsonl"
    path.write_bytes(torn := whole[:-cut])
    assert len(ledger_problems(torn)) == 1
    Ledger(tmp_path).append(ENTRIES[0])
    assert ledger_problems(path.read_bytes()) == ()
    aside = tmp_path / "ledger-torn.txt"
    if cut == 1:  # only the line feed is missing: nothing is lost
        assert ledger_entries(path.read_bytes()) == (*ENTRIES, ENTRIES[0])
        assert not aside.exists()
    else:
        assert ledger_entries(path.read_bytes()) == (*ENTRIES[:-1], ENTRIES[0])
        assert aside.read_bytes() == torn.rpartition(b"\n")[2] + b"\n"
        assert b'"torn":"' in path.read_bytes()


@given(st.integers(0), st.integers(0))
def test_a_run_that_is_killed_twice_while_it_appends_breaks_no_chain(
    tmp_path_factory: pytest.TempPathFactory, first: int, second: int
) -> None:
    folder = tmp_path_factory.mktemp("releases")
    path = folder / "ledger.jsonl"
    for cut in (first, second):
        before = path.read_bytes() if path.exists() else b""
        after = written(folder, *ENTRIES[:2])
        path.write_bytes(after[: max(len(before), len(after) - cut % 900)])
    assert ledger_problems(written(folder, ENTRIES[2])) == ()
    assert Ledger(folder).entries()[-1] == ENTRIES[2]


def test_a_whole_line_that_is_wrong_is_never_taken_for_a_torn_one(tmp_path: Path, whole: bytes) -> None:
    path = tmp_path / "ledger.jsonl"
    path.write_bytes(whole[:-3] + b"x}\n")
    Ledger(tmp_path).append(ENTRIES[0])
    assert ledger_problems(path.read_bytes())
    assert not (tmp_path / "ledger-torn.txt").exists()


def _append_many(folder: Path) -> None:
    for _ in range(40):
        Ledger(folder).append(ENTRIES[1])


def test_two_writers_keep_one_chain(tmp_path: Path) -> None:
    context = multiprocessing.get_context("spawn")
    writers = [context.Process(target=_append_many, args=(tmp_path,)) for _ in range(2)]
    for writer in writers:
        writer.start()
    for writer in writers:
        writer.join()
    assert len(Ledger(tmp_path).entries()) == 80
    assert ledger_problems(Ledger(tmp_path).read()) == ()


def test_a_full_disk_leaves_the_ledger_as_it_was(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    before = written(tmp_path, *ENTRIES)

    def full(_: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("bulletin.publish.ledger.os.fsync", full)
    with pytest.raises(PublishError, match="No space left"):
        Ledger(tmp_path).append(ENTRIES[0])
    assert Ledger(tmp_path).read() == before


def test_a_missing_content_is_accepted_only_with_the_line_of_a_purge() -> None:
    manifests = {"20160101-1": "a" * 64}
    missing = [("b" * 64, "20160101-1", "a.html"), ("d" * 64, "20160101-1", "b.html")]
    (problem,) = release_problems(ENTRIES, manifests, missing)
    assert problem.values == {"sha256": "d" * 64, "id": "20160101-1", "file": "b.html"}


def test_a_manifest_that_was_changed_or_slipped_in_is_named() -> None:
    problems = release_problems(ENTRIES, {"20160101-1": "b" * 64, "20160101-9": "a" * 64}, ())
    assert [problem.values["id"] for problem in problems] == ["20160101-1", "20160101-9"]


def test_what_is_out_is_what_a_target_took_last() -> None:
    later = Delivered(at=AT, by=BY, release="20160101-2", target="web", verified="not", files=1, bytes=1)
    failed = DeliveryFailed(at=AT, by=BY, release="20160101-3", target="web", reason="…")
    assert releases_out((*ENTRIES, later, failed)) == {"web": "20160101-2"}
