"""A counted hit survives: whatever is killed, full or locked, acknowledged ≤ stored ≤ sent for every page.

Real engines, the real service, SIGKILL at random moments. The seed is fixed; the moments are not, and need not be.
"""

from __future__ import annotations

import random
import resource
import socket
import sqlite3
import threading
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest
import redis

from bulletin.hits.stores.base import Batch, Count, StoreError
from bulletin.hits.stores.opening import open_store
from tests.hits.conftest import FIREFOX
from tests.hits.engines import Postgres, Redis, running
from tests.hits.services import Crowd, Service, Wire, request, service, write_pages
from tests.hits.test_stores import ADD, HOURS

pytestmark = [pytest.mark.prove, pytest.mark.xdist_group("hits prove")]

CLIENTS = 32
PAGES = 20
numbers = random.Random(5)


class Ledger:
    """What all crowds together have sent, and what was acknowledged to them."""

    def __init__(self) -> None:
        self.sent: Counter[str] = Counter()
        self.acknowledged: Counter[str] = Counter()
        self.rounds = 0

    def add(self, crowd: Crowd) -> None:
        self.sent += crowd.sent
        self.acknowledged += crowd.acknowledged
        self.rounds += 1

    def check(self, store: str) -> None:
        kept = open_store(store)
        totals = kept.totals()
        assert kept.check() == ()
        kept.close()
        for page in self.sent:
            assert self.acknowledged[page] <= totals.get(page, 0) <= self.sent[page], page


@pytest.fixture(scope="module")
def redis_engine() -> Iterator[Redis]:
    with running(Redis) as engine:
        assert isinstance(engine, Redis)
        yield engine


@pytest.fixture(scope="module")
def postgres_engine() -> Iterator[Postgres]:
    with running(Postgres) as engine:
        assert isinstance(engine, Postgres)
        yield engine


def store_of(engine: str, request: pytest.FixtureRequest, folder: Path) -> str:
    if engine == "sqlite":
        return f"sqlite:///{folder}/counts.db"
    server: Redis | Postgres = request.getfixturevalue(f"{engine}_engine")
    return server.clear()


def _as_the_version_before(path: Path) -> None:
    """Without owner and schema, so that the next service writes them while it is killed."""
    with closing(sqlite3.connect(path)) as db, db:
        db.execute("DELETE FROM records WHERE kind = 'store'")


def _damaged_ends_the_service(folder: Path) -> None:
    """A copy of the store, damaged in the middle, is served by nothing that stays."""
    damaged = folder / "damaged.db"
    with closing(sqlite3.connect(folder / "counts.db")) as db, closing(sqlite3.connect(damaged)) as copy:
        db.backup(copy)
        copy.execute("PRAGMA journal_mode = DELETE")
    data = bytearray(damaged.read_bytes())
    data[4096 : len(data) - 4096] = bytes(len(data) - 8192)
    damaged.write_bytes(data)
    ended = Service(folder, f"sqlite:///{damaged}")
    try:
        assert ended.process.wait(30) != 0
    finally:
        ended.kill()
        damaged.unlink()


@pytest.mark.parametrize(("engine", "whole"), [("sqlite", 200), ("redis", 20), ("postgres", 20)])
def test_the_service_is_killed(
    engine: str, whole: int, prove: bool, tmp_path: Path, request: pytest.FixtureRequest
) -> None:
    store, pages, ledger = (
        store_of(engine, request, tmp_path),
        write_pages(tmp_path / "hits-keys.json", PAGES),
        Ledger(),
    )
    rounds = whole if prove else 2
    for turn in range(rounds):
        if engine == "sqlite" and turn % 5 == 1:
            _as_the_version_before(tmp_path / "counts.db")
            _damaged_ends_the_service(tmp_path)
        killed = Service(tmp_path, store)
        try:
            killed.wait()
            crowd = Crowd([killed.port], pages, CLIENTS, turn)
            with crowd.running():
                time.sleep(numbers.uniform(0.05, 0.5))
                killed.kill()
                crowd.stopping = True
        finally:
            killed.kill()
        ledger.add(crowd)
        ledger.check(store)
    assert sum(ledger.acknowledged.values()) > 100 * rounds, "the kills met a service at work"


@pytest.mark.parametrize("engine", ["redis", "postgres"])
def test_the_engine_is_killed_and_comes_back(
    engine: str, prove: bool, tmp_path: Path, request: pytest.FixtureRequest
) -> None:
    store, pages = store_of(engine, request, tmp_path), write_pages(tmp_path / "hits-keys.json", PAGES)
    server: Redis | Postgres = request.getfixturevalue(f"{engine}_engine")
    with service(tmp_path, store) as counting:
        crowd = Crowd([counting.port], pages, CLIENTS)
        with crowd.running():
            for _ in range(20 if prove else 1):
                time.sleep(numbers.uniform(0.1, 0.5))
                server.kill()
                counting.wait(503)
                server.start()
                counting.wait(200)
        assert counting.stop() == 0
    ledger = Ledger()
    ledger.add(crowd)
    ledger.check(store)
    assert crowd.refused > 0


@pytest.mark.parametrize("engine", ["redis", "postgres"])
def test_the_connection_breaks_between_commit_and_reply(
    engine: str, prove: bool, tmp_path: Path, request: pytest.FixtureRequest
) -> None:
    store, pages = store_of(engine, request, tmp_path), write_pages(tmp_path / "hits-keys.json", PAGES)
    server: Redis | Postgres = request.getfixturevalue(f"{engine}_engine")
    wire = Wire(server.port if isinstance(server, Redis) else f"{server.folder}/.s.PGSQL.{server.port}")
    through = f"redis://127.0.0.1:{wire.port}/0"
    if isinstance(server, Postgres):
        through = f"postgresql://postgres@127.0.0.1:{wire.port}/{store.split('/')[3].split('?')[0]}"
    try:
        with service(tmp_path, through) as counting:
            crowd = Crowd([counting.port], pages, CLIENTS)
            with crowd.running():
                for _ in range(40 if prove else 4):
                    time.sleep(numbers.uniform(0.05, 0.2))
                    wire.cut()
                    time.sleep(0.05)
                    counting.wait(200)
            assert counting.stop() == 0
    finally:
        wire.close()
    assert wire.cuts >= 3
    ledger = Ledger()
    ledger.add(crowd)
    ledger.check(store)


@pytest.mark.parametrize(("engine", "services"), [("sqlite", 1), ("redis", 4), ("postgres", 4)])
def test_64_clients_with_distinct_readers_are_counted_exactly(
    engine: str, services: int, prove: bool, tmp_path: Path, request: pytest.FixtureRequest
) -> None:
    for count in {1, services} if prove else {services}:
        count_exactly(store_of(engine, request, tmp_path), count, 1_000 if prove else 50, tmp_path)


def count_exactly(store: str, services: int, each: int, tmp_path: Path) -> None:
    pages = write_pages(tmp_path / "hits-keys.json", PAGES)
    started = [Service(tmp_path, store) for _ in range(services)]
    try:
        for one in started:
            one.wait()
        crowd = Crowd([one.port for one in started], pages, 64)
        crowd.run(each)
        assert (sum(crowd.acknowledged.values()), crowd.refused) == (64 * each, 0)
    finally:
        for one in started:
            assert one.stop() == 0
    kept = open_store(store)
    assert kept.totals() == dict(crowd.sent)
    kept.close()


def test_a_stop_under_load_loses_nothing(tmp_path: Path) -> None:
    store, pages = f"sqlite:///{tmp_path}/counts.db", write_pages(tmp_path / "hits-keys.json", PAGES)
    with service(tmp_path, store) as counting:
        crowd = Crowd([counting.port], pages, CLIENTS)
        with crowd.running():
            time.sleep(0.5)
            assert counting.stop() == 0
            crowd.stopping = True
    ledger = Ledger()
    ledger.add(crowd)
    ledger.check(store)
    assert sum(crowd.acknowledged.values()) > 100


def test_a_file_that_another_program_locks(prove: bool, tmp_path: Path) -> None:
    store, pages = f"sqlite:///{tmp_path}/counts.db", write_pages(tmp_path / "hits-keys.json", PAGES)
    with service(tmp_path, store) as counting:
        crowd = Crowd([counting.port], pages, CLIENTS)
        with crowd.running():
            time.sleep(0.2)
            other = sqlite3.connect(tmp_path / "counts.db", isolation_level=None, timeout=5)
            other.execute("BEGIN IMMEDIATE")
            time.sleep(10 if prove else 2.5)
            assert counting.health() == 503
            other.execute("COMMIT")
            other.close()
            counting.wait(200)
        assert counting.stop() == 0
    ledger = Ledger()
    ledger.add(crowd)
    ledger.check(store)
    assert crowd.refused > 0


def test_through_a_socket_readers_are_those_whom_the_web_server_names(tmp_path: Path) -> None:
    """As deploy/ sets it up."""
    (page,) = write_pages(tmp_path / "hits-keys.json", 1)
    path = tmp_path / "hits.sock"
    with service(tmp_path, f"sqlite:///{tmp_path}/counts.db", at=path) as counting:
        for _ in range(2):
            for n in range(5):
                with socket.socket(socket.AF_UNIX) as wire:
                    wire.connect(str(path))
                    wire.sendall(request(page, f"198.51.{n}.1"))
                    assert wire.recv(65_536).startswith(b"HTTP/1.1 200")
        assert counting.stop() == 0
    assert open_store(f"sqlite:///{tmp_path}/counts.db").totals() == {page: 5}


def test_two_services_on_one_file(tmp_path: Path) -> None:
    store = f"sqlite:///{tmp_path}/counts.db"
    write_pages(tmp_path / "hits-keys.json", 1)
    with service(tmp_path, store):
        second = Service(tmp_path, store)
        assert second.process.wait(20) == 2
        assert "another service is counting" in second.log.read_text("utf-8")


def test_a_full_disk(tmp_path: Path) -> None:
    """SQLite itself says that the disk is full, which it does at a limit of pages as at a real end."""
    store = open_store(f"sqlite:///{tmp_path}/counts.db")
    store.commit(Batch("s", 1, add=ADD, hours=HOURS))
    pages = store._db.execute("PRAGMA page_count").fetchone()[0]  # type: ignore[attr-defined]
    store._db.execute(f"PRAGMA max_page_count = {pages}")  # type: ignore[attr-defined]
    many = tuple(Count(f"issue:{n}" + "x" * 200, "2026-11-26", "live", 1) for n in range(200))
    with pytest.raises(StoreError, match="full"):
        store.commit(Batch("s", 2, add=many))
    assert store.totals()["a"] == 3, "nothing of it is there"
    assert store.check() == ()
    store._db.execute("PRAGMA max_page_count = 100000")  # type: ignore[attr-defined]
    assert store.commit(Batch("s", 2, add=many)).totals[many[0].page] == 1, "and it can be done again"
    store.close()


def test_a_store_that_may_only_be_read(tmp_path: Path) -> None:
    """As root may write everywhere, SQLite itself is told so."""
    store = open_store(f"sqlite:///{tmp_path}/counts.db")
    store.commit(Batch("s", 1, add=ADD, hours=HOURS))
    store._db.execute("PRAGMA query_only = ON")  # type: ignore[attr-defined]
    for batch in (Batch("s", 2, add=ADD, hours=HOURS), Batch("s", 2, day=ADD[0].day, add=ADD[:1], hours=HOURS[:1])):
        with pytest.raises(StoreError, match="readonly"):
            store.commit(batch)
    store._db.execute("PRAGMA query_only = OFF")  # type: ignore[attr-defined]
    assert store.commit(Batch("s", 2, add=ADD, hours=HOURS)).totals["a"] == 6
    store.close()


def test_privacy_in_all_that_is_written(tmp_path: Path, redis_engine: Redis) -> None:
    """Addresses and agents are in no file of the service, the store, the engine and its dump."""
    agent = FIREFOX + " Unmistakable/77"
    for store in (f"sqlite:///{tmp_path}/counts.db", redis_engine.clear()):
        pages = write_pages(tmp_path / "hits-keys.json", 3)
        with service(tmp_path, store) as counting:
            with socket.create_connection(("127.0.0.1", counting.port)) as wire:
                for n in range(50):
                    wire.sendall(request(pages[n % 3], f"198.51.100.{n + 100}", agent))
                    wire.recv(65_536)
            metrics = counting.get("_hits/metrics")
            assert b'outcome="counted"} 50\n' in metrics
            with redis.Redis(port=redis_engine.port) as db:
                db.save()
                db.bgrewriteaof()
                while db.info("persistence")["aof_rewrite_in_progress"]:
                    time.sleep(0.05)
            files = [p for f in (tmp_path, redis_engine.folder) for p in f.rglob("*") if p.is_file()]
            written = {str(path): path.read_bytes() for path in files} | {"metrics": metrics}
        for name, data in written.items():
            assert b"Unmistakable" not in data, name
            assert b"198.51.100" not in data, name
            assert bytes([198, 51, 100]) not in data, name


def test_idle_connections_and_slow_clients_do_not_hold_others_up(prove: bool, tmp_path: Path) -> None:
    store, pages = f"sqlite:///{tmp_path}/counts.db", write_pages(tmp_path / "hits-keys.json", PAGES)
    wanted = 10_000 if prove else 500
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (min(max(soft, wanted + 500), hard), hard))
    with service(tmp_path, store) as counting:
        idle = []
        try:
            for number in range(min(wanted, resource.getrlimit(resource.RLIMIT_NOFILE)[0] - 200)):
                one = socket.create_connection(("127.0.0.1", counting.port), 10)
                one.sendall(b"POST /_hits/v HTTP/1.1\r\nHost: h\r\n" if number % 2 else b"")
                idle.append(one)
            crowd = Crowd([counting.port], pages, 16)
            began = time.monotonic()
            crowd.run(20)
            assert time.monotonic() - began < 10
            assert sum(crowd.acknowledged.values()) == 320
        finally:
            for one in idle:
                one.close()


def test_a_crowd_is_stopped_by_nothing_but_its_end(tmp_path: Path) -> None:
    """The proofs' own tool: hits that nobody answers are sent, never acknowledged."""
    pages = write_pages(tmp_path / "hits-keys.json", 2)
    crowd = Crowd([1], pages, 2)
    thread = threading.Thread(target=crowd.run)
    thread.start()
    time.sleep(0.1)
    crowd.stopping = True
    thread.join(5)
    assert (crowd.acknowledged, thread.is_alive()) == (Counter(), False)
