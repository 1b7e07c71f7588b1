"""Shelves of heads: what was put on them comes back, from whichever it stands on, and none is kept for ever."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bulletin.write import cache
from bulletin.write.cache import SHELF, Cache, CacheDamaged

HEADS = {f"{n:032x}": b"\xc4\x02" + n.to_bytes(2, "big") for n in range(3 * SHELF + 5)}
"""More than three shelves of values in MessagePack."""


def fill(path: Path, heads: dict[str, bytes]) -> None:
    with Cache(path) as store:
        for key, head in heads.items():
            store.put(key, head, b"\x90")


def taken(store: Cache, keys: set[str]) -> dict[str, bytes]:
    return {key: bytes(memoryview(head)) for key, head in store.heads(keys)}


def shelves(path: Path) -> int:
    with closing(sqlite3.connect(path)) as database:
        return int(database.execute("SELECT count(*) FROM shelves").fetchone()[0])


@given(st.sets(st.sampled_from(sorted(HEADS))), st.integers(0, len(HEADS)))
def test_heads_come_back_before_and_after_they_are_shelved(
    tmp_path_factory: pytest.TempPathFactory, wanted: set[str], early: int
) -> None:
    path = tmp_path_factory.mktemp("cache") / "cache.db"
    first, rest = dict(list(HEADS.items())[:early]), dict(list(HEADS.items())[early:])
    fill(path, first)
    with Cache(path) as store:
        assert store.known(wanted) == wanted & first.keys()
        for key, head in rest.items():
            store.put(key, head, b"\x90")
        assert taken(store, wanted | {"unknown"}) == {key: HEADS[key] for key in wanted}
        with store.closed():
            pass
        assert taken(store, wanted) == {key: HEADS[key] for key in wanted}


def test_what_is_not_needed_is_thrown_away_with_its_parts(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(cache, "SPARE", 0)
    path, needed = tmp_path / "cache.db", set(list(HEADS)[:: len(HEADS) // 20])
    fill(path, HEADS)
    with Cache(path) as store:
        store.prune(needed, set())
        assert store.known(HEADS) == needed
        assert taken(store, set(HEADS)) == {key: HEADS[key] for key in needed}
        assert {key for key in HEADS if store.parts(key) is not None} == needed
    assert shelves(path) == 1


def test_shelves_of_one_head_are_put_together(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """As many edits leave them, each of which reads one source."""
    monkeypatch.setattr(cache, "SPARE", 2)
    path, some = tmp_path / "cache.db", dict(list(HEADS.items())[:6])
    for key, head in some.items():
        fill(path, {key: head})
    assert shelves(path) == 6
    with Cache(path) as store:
        store.prune(set(some), set())
        assert taken(store, set(some)) == some
    assert shelves(path) == 1


@pytest.mark.parametrize(
    "damage",
    ["UPDATE shelves SET value = x'00'", "UPDATE shelves SET keys = place", "UPDATE shelves SET keys = keys || 'a'"],
)
def test_a_damaged_shelf_is_noticed(tmp_path: Path, damage: str) -> None:
    path, key = tmp_path / "cache.db", next(iter(HEADS))
    fill(path, {key: HEADS[key]})
    with closing(sqlite3.connect(path)) as database:
        database.execute(damage)
        database.commit()
    with Cache(path) as store:
        keys = [row[0] for row in store._query("SELECT keys FROM shelves")]
        wanted = {key, *str(keys[0]).split()}
        with pytest.raises(CacheDamaged):
            list(store.heads(wanted))
