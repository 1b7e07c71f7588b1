"""One contract for all stores, on the real engines."""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import pytest

from bulletin.core.errors import HitsError, UsageError
from bulletin.hits.counting import COUNTED, DOUBLE, LIMITED
from bulletin.hits.rules import Rules
from bulletin.hits.stores import sqlite
from bulletin.hits.stores.base import Batch, Count, Hit, Hour, Span, Store, StoredRecord, StoreError
from bulletin.hits.stores.opening import hide_password, open_store
from tests.hits.engines import Redis

DAY, HOUR = "2026-11-26", "2026-11-26T09"
ADD = (Count("a", DAY, "live", 3), Count("页/b:c d", DAY, "log", 2))
HOURS = (Hour("a", HOUR, 3), Hour("页/b:c d", HOUR, 2))


@pytest.fixture
def store(store_url: str) -> Iterator[Store]:
    opened = open_store(store_url)
    yield opened
    opened.close()


def test_what_is_added_is_there(store: Store) -> None:
    done = store.commit(Batch("s", 1, add=ADD, hours=HOURS))
    assert done.totals == {"a": 3, "页/b:c d": 2} == store.totals()
    again = store.commit(Batch("s", 2, add=(*ADD, Count("a", DAY, "adjusted", -1)), hours=HOURS))
    assert again.totals == {"a": 5, "页/b:c d": 4} == store.totals()
    assert list(store.counts()) == [
        Count("a", DAY, "adjusted", -1),
        Count("a", DAY, "live", 6),
        Count("页/b:c d", DAY, "log", 4),
    ]
    assert list(store.hours()) == [Hour("a", HOUR, 6), Hour("页/b:c d", HOUR, 4)]
    assert store.check() == ()


def test_a_batch_is_done_once(store: Store) -> None:
    batch = Batch("s", 7, add=ADD, hours=HOURS, records=(StoredRecord("note", "x", "1"),))
    assert store.commit(batch) == store.commit(batch)
    assert store.commit(Batch("s", 6, add=ADD)).totals["a"] == 3, "an older one was done before"
    assert store.commit(Batch("other", 6, add=ADD)).totals["a"] == 6
    assert list(store.hours()) == list(HOURS)


def test_a_group_of_live_hits_is_done_once(store: Store) -> None:
    """As the service sends it, which a store may take a quicker way with."""
    add = (Count("a", DAY, "live", 3), Count("页", DAY, "live", 1))
    group = Batch("s", 1, at=DAY, began=DAY, day=DAY, hour=HOUR, live={"a": 3, "页": 1})
    assert store.commit(group).totals == store.commit(group).totals == {"a": 3, "页": 1}
    assert (list(store.counts()), len(list(store.hours())), store.check()) == (list(add), 2, ())
    assert store.spans() == (Span("s", 1, DAY, DAY),)


def test_a_service_alone_keeps_groups_until_they_are_spread(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Every count is there at any moment, for the service and for a command beside it; each is counted once."""
    monkeypatch.setattr(sqlite, "MAX_PENDING_SUMS", 400)
    url = f"sqlite:///{tmp_path}/counts.db"
    alone, beside = open_store(url, exclusive=True), open_store(url)
    numbers, expected = random.Random(3), Counter[str]()
    for number in range(1, sqlite.MAX_PENDING_SUMS):
        sums = {f"页{numbers.randrange(9)}": numbers.randint(1, 3) for _ in range(4)}
        group = Batch("s", number, at=DAY, began=DAY, day=DAY, hour=HOUR, live=sums)
        expected.update(sums)
        done = alone.commit(group)
        assert done.totals == {page: expected[page] for page in sums}
        if number % 50 == 0:
            assert alone.commit(group).totals == done.totals, "again: it was done"
            beside.commit(Batch("adjust", number, add=(Count("页1", DAY, "adjusted", 5),)))
            expected["页1"] += 5
            alone.commit(Batch("s", number, records=(StoredRecord("note", "x", "1"),)))  # done before: only looks
        if number % 30 == 0:
            for store in (alone, beside):
                assert store.totals() == expected
                assert sum(count.n for count in store.counts() if count.origin == "live") == sum(
                    hour.n for hour in store.hours()
                )
                assert store.spans() == (Span("s", number, DAY, DAY),)
                assert store.check() == ()
    alone.close()
    again = open_store(url, exclusive=True)
    assert again.totals() == expected, "what was pending when it ended"
    group = Batch("t", 1, at=DAY, began=DAY, day=DAY, hour=HOUR, live={"页1": 1})
    assert again.commit(group).totals == {"页1": expected["页1"] + 1}
    again.close()
    beside.close()


def test_a_group_that_fails_is_done_once_when_it_is_sent_again(tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path}/counts.db"
    store = open_store(url, exclusive=True)

    def group(number: int) -> Batch:
        return Batch("s", number, at=DAY, began=DAY, day=DAY, hour=HOUR, live={"a": 1})

    store.commit(group(1))
    store.commit(group(2))
    store._db.execute("PRAGMA query_only = ON")  # type: ignore[attr-defined]
    for _ in range(2):
        with pytest.raises(StoreError):
            store.commit(group(3))
    store._db.execute("PRAGMA query_only = OFF")  # type: ignore[attr-defined]
    assert [store.commit(group(n)).totals["a"] for n in (3, 3, 4)] == [3, 3, 4]
    store.close()


def test_what_is_put_takes_the_place_of_what_was(store: Store) -> None:
    store.commit(Batch("s", 1, add=ADD, put=(Count("a", "", "carried", 5530),)))
    assert store.totals()["a"] == 5533
    done = store.commit(Batch("s", 2, put=(Count("a", "", "carried", 5000), Count("new", "", "carried", 1))))
    assert done.totals == {"a": 5003, "new": 1}
    assert [c for c in store.counts() if c.origin == "carried"] == [
        Count("a", "", "carried", 5000),
        Count("new", "", "carried", 1),
    ]
    assert store.carried() == {"a": 5000, "new": 1}
    store.commit(Batch("s", 3, put=(Count("a", "", "carried", 0),)))
    assert [c.origin for c in store.counts() if c.page == "a"] == ["live"]
    assert store.carried() == {"new": 1}
    assert store.check() == ()


def test_old_hours_are_dropped_and_counts_stay(store: Store) -> None:
    store.commit(Batch("s", 1, add=ADD, hours=(*HOURS, Hour("a", "2026-08-01T00", 1)), forget=""))
    store.commit(Batch("s", 2, forget=HOUR))
    assert list(store.hours()) == list(HOURS)
    assert store.totals()["a"] == 3


def test_a_record_takes_the_place_of_the_one_before(store: Store) -> None:
    store.commit(Batch("s", 1, records=(StoredRecord("figure", "today", '{"n":1}'), StoredRecord("note", "b", "2"))))
    store.commit(Batch("s", 2, records=(StoredRecord("figure", "today", '{"n":2}'), StoredRecord("note", "a", "文"))))
    assert store.records("figure") == {"today": '{"n":2}'}
    assert list(store.records("note").items()) == [("a", "文"), ("b", "2")]
    assert store.records("log") == {}


def test_times_that_were_counted_live_are_kept(store: Store) -> None:
    began = "2026-11-26T08:00:00"
    store.commit(Batch("live", 1, at="2026-11-26T08:00:01", began=began))
    store.commit(Batch("live", 2, at="2026-11-26T09:00:00", began=began))
    store.commit(Batch("command", 1, at="2026-11-26T09:00:00"))
    assert store.spans() == (Span("live", 2, began, "2026-11-26T09:00:00"),)


def test_everything_outlives_the_connection(store: Store, store_url: str) -> None:
    store.commit(Batch("s", 1, add=ADD, hours=HOURS, records=(StoredRecord("note", "a", "1"),)))
    other = open_store(store_url)
    assert (other.totals(), list(other.counts())) == (store.totals(), list(store.counts()))
    other.commit(Batch("t", 1, add=ADD))
    other.close()
    assert store.totals()["a"] == 6


def test_an_empty_batch_is_a_sign_of_life(store: Store) -> None:
    assert store.commit(Batch("s", 1)).totals == {}
    assert (store.totals(), list(store.counts()), list(store.hours()), store.check()) == ({}, [], [], ())


def test_a_salt_is_the_same_all_day_and_another_the_next(store: Store) -> None:
    first = store.salt(DAY)
    assert (len(first), store.salt(DAY)) == (32, first)
    assert store.salt("2026-11-27") != first


# ── what only one engine has


def test_one_service_alone_counts_into_a_file(tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path}/counts.db"
    first = open_store(url, exclusive=True)
    with pytest.raises(HitsError, match="another service"):
        open_store(url, exclusive=True)
    open_store(url).close()  # commands may
    first.close()
    open_store(url, exclusive=True).close()


def test_a_file_that_cannot_be_is_explained(tmp_path: Path) -> None:
    with pytest.raises(HitsError, match="mkdir"):
        open_store(f"sqlite:///{tmp_path}/nowhere/counts.db")
    (tmp_path / "counts.db").write_bytes(b"no database at all" * 100)
    with pytest.raises(HitsError, match="not a database"):
        open_store(f"sqlite:///{tmp_path}/counts.db")


@pytest.mark.parametrize("url", ["", "counts.db", "mysql://x/y", "sqlite://"])
def test_what_is_no_store_is_said(url: str) -> None:
    with pytest.raises(UsageError, match="no store"):
        open_store(url)


def test_a_password_is_not_shown() -> None:
    assert hide_password("redis://:secret@h:1/0") == "redis://@h:1/0"
    assert hide_password("postgresql://user:secret@h/db") == "postgresql://user@h/db"


@pytest.fixture
def shared(request: pytest.FixtureRequest) -> str:
    server: Redis = request.getfixturevalue("redis_server")
    return server.clear()


RULES = Rules(window=0.3, a_day=3, net_rate=1, net_burst=6, page_rate=1, page_burst=4, readers=8, limits=8)


def hits(*readers: int, net: bytes = b"net 1234", page: str = "a") -> tuple[Hit, ...]:
    return tuple(Hit(page, reader.to_bytes(8), net) for reader in readers)


@pytest.mark.xdist_group("hits engines")
def test_services_that_share_redis_share_readers_and_limits(shared: str) -> None:
    first, second = open_store(shared, RULES), open_store(shared, RULES)
    done = first.commit(Batch("s", 1, hits=hits(1, 1, 2), day=DAY, hour=HOUR))
    assert done.verdicts == (COUNTED, DOUBLE, COUNTED)
    done = second.commit(Batch("t", 1, hits=(*hits(2, 3), *hits(4)), day=DAY, hour=HOUR))
    assert (done.verdicts, done.totals) == ((DOUBLE, COUNTED, COUNTED), {"a": 4})
    assert first.commit(Batch("s", 2, hits=hits(5))).verdicts == (LIMITED,), "six from one network"
    assert first.commit(Batch("s", 3, hits=hits(6, net=b"other 00"))).verdicts == (LIMITED,), "four on one page"
    assert first.commit(Batch("s", 4, hits=hits(7, net=b"other 01", page="b"), day=DAY, hour=HOUR)).verdicts == (
        COUNTED,
    )
    assert list(first.hours()) == [Hour("a", HOUR, 4), Hour("b", HOUR, 1)]
    assert first.check() == ()
    first.close()
    second.close()


@pytest.mark.xdist_group("hits engines")
def test_services_that_share_redis_agree_on_a_salt(shared: str) -> None:
    first = open_store(shared)
    salt = first.salt(DAY)
    second = open_store(shared)
    assert second.salt(DAY) == salt
    first.close()
    third = open_store(shared)
    assert third.salt(DAY) == salt, "the one that is left answers"
    second.close()
    third.close()


@pytest.mark.xdist_group("hits engines")
@pytest.mark.parametrize("name", ["appendonly", "appendfsync", "maxmemory-policy"])
def test_redis_that_may_lose_counts_is_refused(name: str, request: pytest.FixtureRequest) -> None:
    import redis

    server: Redis = request.getfixturevalue("redis_server")
    wrong, right = {
        "appendonly": ("no", "yes"),
        "appendfsync": ("everysec", "always"),
        "maxmemory-policy": ("allkeys-lru", "noeviction"),
    }[name]
    with redis.Redis(port=server.port) as db:
        db.config_set(name, wrong)
        try:
            with pytest.raises(HitsError, match=f"{name} {wrong}"):
                open_store(server.url)
        finally:
            db.config_set(name, right)
