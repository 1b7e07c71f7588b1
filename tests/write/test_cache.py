"""Batches of summaries: what was put in comes back, from whichever batch it is in, and none is kept for ever."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bulletin.core.errors import OutputError
from bulletin.write import cache
from bulletin.write.cache import BATCH_SIZE, Cache, CacheDamaged

SUMMARIES = {f"{n:032x}": b"\xc4\x02" + n.to_bytes(2, "big") for n in range(3 * BATCH_SIZE + 5)}
"""More than three batches of values in MessagePack."""


def fill(path: Path, summaries: dict[str, bytes]) -> None:
    with Cache(path) as store:
        for key, summary in summaries.items():
            store.put(key, summary, b"\x90")


def taken(store: Cache, keys: set[str]) -> dict[str, bytes]:
    return {key: bytes(memoryview(summary)) for key, summary in store.summaries(keys)}


def batches(path: Path) -> int:
    with closing(sqlite3.connect(path)) as database:
        return int(database.execute("SELECT count(*) FROM batches").fetchone()[0])


@given(st.sets(st.sampled_from(sorted(SUMMARIES))), st.integers(0, len(SUMMARIES)))
def test_summaries_come_back_before_and_after_they_are_in_a_batch(
    tmp_path_factory: pytest.TempPathFactory, wanted: set[str], early: int
) -> None:
    path = tmp_path_factory.mktemp("cache") / "cache.db"
    first, rest = dict(list(SUMMARIES.items())[:early]), dict(list(SUMMARIES.items())[early:])
    fill(path, first)
    with Cache(path) as store:
        assert store.known(wanted) == wanted & first.keys()
        for key, summary in rest.items():
            store.put(key, summary, b"\x90")
        assert taken(store, wanted | {"unknown"}) == {key: SUMMARIES[key] for key in wanted}
        with store.closed():
            pass
        assert taken(store, wanted) == {key: SUMMARIES[key] for key in wanted}


def test_what_is_not_needed_is_thrown_away_with_its_parts(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(cache, "UNUSED_ENTRIES_KEPT", 0)
    path, needed = tmp_path / "cache.db", set(list(SUMMARIES)[:: len(SUMMARIES) // 20])
    fill(path, SUMMARIES)
    with Cache(path) as store:
        store.prune(needed, set())
        assert store.known(SUMMARIES) == needed
        assert taken(store, set(SUMMARIES)) == {key: SUMMARIES[key] for key in needed}
        assert {key for key in SUMMARIES if store.parts(key) is not None} == needed
    assert batches(path) == 1


def test_batches_of_one_summary_are_put_together(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """As many edits leave them, each of which reads one source."""
    monkeypatch.setattr(cache, "UNUSED_ENTRIES_KEPT", 2)
    path, some = tmp_path / "cache.db", dict(list(SUMMARIES.items())[:6])
    for key, summary in some.items():
        fill(path, {key: summary})
    assert batches(path) == 6
    with Cache(path) as store:
        store.prune(set(some), set())
        assert taken(store, set(some)) == some
    assert batches(path) == 1


@pytest.mark.parametrize(
    "damage",
    ["UPDATE batches SET value = x'00'", "UPDATE batches SET keys = batch", "UPDATE batches SET keys = keys || 'a'"],
)
def test_a_damaged_batch_is_noticed(tmp_path: Path, damage: str) -> None:
    path, key = tmp_path / "cache.db", next(iter(SUMMARIES))
    fill(path, {key: SUMMARIES[key]})
    with closing(sqlite3.connect(path)) as database:
        database.execute(damage)
        database.commit()
    with Cache(path) as store:
        keys = [row[0] for row in store._query("SELECT keys FROM batches")]
        wanted = {key, *str(keys[0]).split()}
        with pytest.raises(CacheDamaged):
            list(store.summaries(wanted))


# ── parts, records, digests


def test_everything_comes_back_after_the_cache_was_closed(tmp_path: Path) -> None:
    path = tmp_path / "deep" / "cache.db"
    with Cache(path) as store:
        store.put("a", b"\x01", b"parts of a")
        store.put_record("r", b"findings")
        store.put_record("r", b"newer findings")
        store.put_record("s", b"")
        store.put_digests({"content/a.md": ("1-2-3-4", "d"), "content/b.md": ("5", "e")})
        store.put_digests({"content/b.md": ("6", "f")})
    with Cache(path).reader() as store:
        assert bytes(store.parts("a") or b"") == b"parts of a"
        assert store.parts("b") is None
        assert store.records() == {"r": b"newer findings", "s": b""}
        assert (store.record("r"), store.record("t")) == (b"newer findings", None)
        assert store.digests() == {"content/a.md": ("1-2-3-4", "d"), "content/b.md": ("6", "f")}


def test_a_new_summary_of_a_key_wins(tmp_path: Path) -> None:
    path = tmp_path / "cache.db"
    fill(path, {"a": b"\x01"})
    with Cache(path) as store:
        store.put("a", b"\x02", b"")
        with store.closed():
            pass
        assert taken(store, {"a"}) == {"a": b"\x02"}


def test_a_batch_is_written_when_it_is_full(tmp_path: Path) -> None:
    path = tmp_path / "cache.db"
    with Cache(path) as store:
        for key, summary in list(SUMMARIES.items())[: BATCH_SIZE - 1]:
            store.put(key, summary, b"")
        assert store._query("SELECT count(*) FROM batches") == [(0,)]
        store.put("last", b"\x01", b"")
        assert store._query("SELECT count(*) FROM batches") == [(1,)]


@pytest.mark.parametrize(("unused", "kept"), [(5, 15), (6, 10)])
def test_what_is_unused_goes_when_it_is_more_than_half_as_much(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, unused: int, kept: int
) -> None:
    """Of ten that are needed; the same for summaries, digests and records."""
    monkeypatch.setattr(cache, "UNUSED_ENTRIES_KEPT", 0)
    used = {f"used{n}" for n in range(10)}
    names = used | {f"unused{n}" for n in range(unused)}
    with Cache(tmp_path / "cache.db") as store:
        for name in names:
            store.put(name, b"\x01", b"")
            store.put_record(name, b"")
        store.put_digests(dict.fromkeys(names, ("", "")))
        store.prune(used, used)
        store.prune_records(used)
        assert len(store.known(names)) == len(store.digests()) == len(store.records()) == kept
        assert store.known(used) == used
        assert used <= store.digests().keys()
        assert used <= store.records().keys()


def test_a_few_unused_entries_cost_nothing_and_stay(tmp_path: Path) -> None:
    names = {f"{n:03}" for n in range(cache.UNUSED_ENTRIES_KEPT)}
    with Cache(tmp_path / "cache.db") as store:
        for name in names:
            store.put(name, b"\x01", b"")
        store.prune(set(), set())
        assert store.known(names) == names
        store.put("one more", b"\x01", b"")
        store.prune(set(), set())
        assert store.known(names | {"one more"}) == set()


def test_batches_are_merged_only_when_there_are_many_more_than_needed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(cache, "UNUSED_ENTRIES_KEPT", 2)
    path = tmp_path / "cache.db"
    for name, expected in (("a", 1), ("b", 2), ("c", 1)):
        fill(path, {name: b"\x01"})
        with Cache(path) as store:
            store.prune({"a", "b", "c"}, set())
        assert batches(path) == expected


# ── damage


@pytest.mark.parametrize("data", [b"no database", b"SQLite format 3\0" + bytes(100)])
def test_a_file_that_is_no_database_is_replaced(tmp_path: Path, data: bytes) -> None:
    path = tmp_path / "cache.db"
    path.write_bytes(data)
    with pytest.raises(sqlite3.DatabaseError):
        Cache(path, repair=False)
    fill(path, SUMMARIES)
    with Cache(path) as store:
        assert store.known(SUMMARIES) == SUMMARIES.keys()


def test_a_file_that_is_damaged_before_a_thread_opens_it_is_damage(tmp_path: Path) -> None:
    with closing(Cache(tmp_path / "cache.db")) as store:
        store.discard()
        (tmp_path / "cache.db").write_bytes(b"no database" * 1000)
        with pytest.raises(CacheDamaged):
            store.reader()


def test_a_place_where_no_cache_can_be_written(tmp_path: Path) -> None:
    (tmp_path / "cache.db").mkdir()
    with pytest.raises(OutputError, match=r"cache\.db: the cache cannot be written"):
        Cache(tmp_path / "cache.db")


def test_the_file_goes_with_what_sqlite_keeps_beside_it(tmp_path: Path) -> None:
    for end in ("", "-wal", "-shm"):
        (tmp_path / f"other.db{end}").touch()
    with Cache(tmp_path / "cache.db") as store:
        store._path = tmp_path / "other.db"
        store.discard()
        store.discard()
    assert list(tmp_path.glob("other*")) == []


@pytest.mark.parametrize(
    "damage",
    [
        "value = x'0000000000'",
        "value = 'text'",
        "value = NULL OR 1",
        "key = x'00'",
        "value = substr(value, 1, 4)",
        "value = value || x'00'",
        "value = CAST(value || x'00' AS BLOB)",
        "key = 'b'",
    ],
)
def test_a_damaged_value_is_noticed(tmp_path: Path, damage: str) -> None:
    path = tmp_path / "cache.db"
    with Cache(path) as store:
        store.put("a", b"\x01", b"parts")
        store.put_record("a", b"record")
    with closing(sqlite3.connect(path)) as database:
        for table in ("parts", "records"):
            database.execute(f"UPDATE {table} SET {damage}")
        database.commit()
    with Cache(path) as store:
        with pytest.raises(CacheDamaged, match=r"checksum|decode"):
            store.records()
        for key in ("a", "b"):
            if store._query("SELECT 1 FROM parts WHERE key = ?", key):
                with pytest.raises(CacheDamaged, match=r"checksum|decode"):
                    store.parts(key)
                with pytest.raises(CacheDamaged, match=r"checksum|decode"):
                    store.record(key)


def test_a_table_that_is_gone_is_damage(tmp_path: Path) -> None:
    path = tmp_path / "cache.db"
    with Cache(path) as store:
        for table in ("batches", "parts", "records", "digests"):
            store._db.execute(f"DROP TABLE {table}")
        store._flush()
        actions: list[Callable[[], object]] = [
            lambda: store.known(["a"]),
            lambda: store.parts("a"),
            lambda: store.put("a", b"", b""),
            lambda: store.put_record("a", b""),
            lambda: store.put_digests({"a": ("", "")}),
            store.records,
            store.digests,
            lambda: store.prune(set(), set()),
        ]
        for action in actions:
            with pytest.raises(CacheDamaged, match="no such table"):
                action()
        store._waiting = {"a": b"\x01"}
    assert path.exists(), "closing a damaged cache is no error"


def test_readings_outlive_the_renaming_of_their_table(tmp_path: Path) -> None:
    path = tmp_path / "cache.db"
    with Cache(path) as cache:
        cache.put("a", b"\x01", b"\x02")
    with closing(sqlite3.connect(path)) as database:
        database.executescript(
            "ALTER TABLE batches RENAME TO shelves; ALTER TABLE shelves RENAME COLUMN batch TO place;"
        )
    with Cache(path) as cache:
        assert [(key, bytes(value)) for key, value in cache.summaries(["a"])] == [("a", b"\x01")]
