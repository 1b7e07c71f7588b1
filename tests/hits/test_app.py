"""The service, asked as a server would ask it: what each address answers, what counts, what happens over time."""

from __future__ import annotations

import asyncio
import random
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from bulletin.core.errors import HitsError
from bulletin.core.keys import Key, KeyList, write_keys
from bulletin.hits import service
from bulletin.hits.app import create_app
from bulletin.hits.rules import Rules
from bulletin.hits.settings import Settings
from bulletin.hits.stores.base import Count, Store, StoreError
from bulletin.hits.stores.opening import open_store
from tests.hits.agents import ROBOTS
from tests.hits.conftest import FIREFOX, KEYS, Running, Turned, running_app

ISSUE, ARTICLE = "issue:2014002", "article:2014002/zijin"
Play = Callable[..., None]


def test_a_first_reading_counts_and_a_reload_does_not(with_app: Play) -> None:
    async def scene(it: Running) -> None:
        assert await it.client.view() == {"n": 5531, "c": 1}
        assert await it.client.view() == {"n": 5531, "c": 0}
        it.clock.turn(31)
        assert await it.client.view() == {"n": 5532, "c": 1}
        assert await it.client.view(peer="203.0.113.10") == {"n": 5533, "c": 1}
        assert await it.client.view(user_agent=FIREFOX + "1") == {"n": 5534, "c": 1}
        assert await it.client.view(ARTICLE) == {"n": 1, "c": 1}

    with_app(scene)


@pytest.mark.parametrize(
    ("outcome", "more"),
    [
        ("robot", {"user_agent": ""}),
        *(("robot", {"user_agent": agent}) for agent in ROBOTS[:3]),
        ("prefetch", {"sec_purpose": "prefetch"}),
        ("prefetch", {"sec_purpose": "prefetch;prerender"}),
        ("prefetch", {"purpose": "prefetch"}),
        ("prefetch", {"x_moz": "prefetch"}),
        ("origin", {"origin": "https://elsewhere.example.com", "host": "jzz.example.cn"}),
        ("origin", {"origin": "null", "host": "jzz.example.cn"}),
        ("counted", {"origin": "https://jzz.example.cn", "host": "jzz.example.cn"}),
        ("counted", {"origin": "https://other.example.cn", "host": "hits.example.cn"}),
        ("counted", {"host": "jzz.example.cn"}),
    ],
)
def test_what_does_not_count(with_app: Play, outcome: str, more: dict[str, str]) -> None:
    async def scene(it: Running) -> None:
        counted = outcome == "counted"
        assert await it.client.view(**more) == {"n": 5530 + counted, "c": int(counted)}
        text = (await it.client.ask("GET", "/_hits/metrics")).body.decode()
        assert f'bulletin_hits_total{{outcome="{outcome}"}} 1\n' in text

    with_app(scene, origins=("https://other.example.cn",))


def test_editions_are_summed_beside_the_pages(with_app: Play, store_url: str) -> None:
    async def scene(it: Running) -> None:
        async def read(query: str, peer: str) -> Any:
            return (await it.client.ask("POST", f"/_hits/v{query}", ISSUE.encode(), peer, user_agent=FIREFOX)).json

        for n, query in enumerate(("?from=qr", "?from=qr", "?from=wx", "?from=evil", "?FROM=qr", "")):
            assert await read(query, f"10.0.{n}.1") == {"n": 5531 + n, "c": 1}
        assert (await read("?from=qr", "10.0.0.1"))["c"] == 0
        assert "from:qr" not in (await it.client.ask("GET", "/_hits/all")).json["total"]
        assert (await it.client.ask("POST", "/_hits/v", b"from:qr", user_agent=FIREFOX)).status == 404
        text = (await it.client.ask("GET", "/_hits/metrics")).body.decode()
        assert 'bulletin_hits_total{outcome="counted"} 6\n' in text

    with_app(scene, store=store_url)
    store = open_store(store_url)
    found = {count.page: count.n for count in store.counts() if count.page.startswith("from:")}
    store.close()
    assert found == {"from:qr": 2, "from:wx": 1}


def test_a_flood_from_one_network_does_not_touch_others(with_app: Play) -> None:
    async def scene(it: Running) -> None:
        replies = [await it.client.view(peer=f"198.51.100.{n}", user_agent=f"{FIREFOX} {n}") for n in range(40)]
        assert sum(reply["c"] for reply in replies) == 10
        assert (await it.client.view(peer="203.0.113.9"))["c"] == 1
        it.clock.turn(2)
        assert (await it.client.view(peer="198.51.100.200"))["c"] == 1

    with_app(scene, rules=Rules(net_burst=10, net_rate=1, readers=64, limits=64))


def test_a_flood_from_everywhere_stops_at_the_page(with_app: Play) -> None:
    async def scene(it: Running) -> None:
        replies = [await it.client.view(peer=f"10.{n}.0.1") for n in range(40)]
        assert sum(reply["c"] for reply in replies) == 20
        assert (await it.client.view(ARTICLE, peer="10.77.0.1"))["c"] == 1

    with_app(scene, rules=Rules(page_burst=20, page_rate=1, readers=64, limits=64))


def test_spoofed_addresses_are_one_reader(with_app: Play) -> None:
    async def scene(it: Running) -> None:
        replies = [await it.client.view(x_forwarded_for=f"10.{n}.0.1") for n in range(20)]
        assert sum(reply["c"] for reply in replies) == 1
        replies = [await it.client.view(peer="127.0.0.1", x_forwarded_for=f"10.{n}.0.1") for n in range(20)]
        assert sum(reply["c"] for reply in replies) == 20

    with_app(scene, proxies=("127.0.0.1",))


def test_unknown_keys_are_stored_nowhere(with_app: Play, tmp_path: Path) -> None:
    async def scene(it: Running) -> None:
        numbers = random.Random(2)
        for _ in range(1_000):
            reply = await it.client.ask("POST", "/_hits/v", numbers.randbytes(20), user_agent=FIREFOX)
            assert reply.status == 404
        reply = await it.client.ask("POST", "/_hits/v", b"x" * 257, user_agent=FIREFOX)
        assert reply.status == 413

    with_app(scene)
    assert open_store(f"sqlite:///{tmp_path}/counts.db").totals() == {ISSUE: 5530}


def test_numbers_are_read_without_counting(with_app: Play) -> None:
    async def scene(it: Running) -> None:
        answer = await it.client.ask("GET", f"/_hits/n?k={ISSUE},{ARTICLE},nothing")
        assert answer.json == {ISSUE: 5530, ARTICLE: 0, "nothing": None}
        assert answer.headers["cache-control"] == "max-age=30"
        assert (await it.client.ask("GET", "/_hits/n?k=" + ",".join(["a"] * 101))).status == 400
        assert (await it.client.ask("GET", "/_hits/n?k=%ff")).status == 400
        assert (await it.client.ask("GET", "/_hits/n?k=issue%3A2014002")).json == {ISSUE: 5530}

    with_app(scene)


@pytest.mark.parametrize("keys", ["issue:2014099", "issue:2014099,nothing,issue:2014002/", "%F0%9F%98%80", "k" * 300])
def test_a_page_that_is_not_known_has_no_number(with_app: Play, tmp_path: Path, keys: str) -> None:
    async def scene(it: Running) -> None:
        answer = await it.client.ask("GET", f"/_hits/n?k={keys}")
        assert (answer.status, answer.json) == (404, {"error": "unknown key"})

    with_app(scene)
    assert open_store(f"sqlite:///{tmp_path}/counts.db").totals() == {ISSUE: 5530}


@pytest.mark.parametrize("query", ["", "?", "?k", "?k=", "?k=,", "?key=issue:2014002"])
def test_a_request_for_numbers_names_a_page(with_app: Play, query: str) -> None:
    async def scene(it: Running) -> None:
        assert (await it.client.ask("GET", f"/_hits/n{query}")).status == 400

    with_app(scene)


def test_a_key_that_a_page_had_before_counts_for_it(tmp_path: Path) -> None:
    old = KeyList("", (Key("issue:2014009", "issues/2014009/", "旧", "2014009", "2015-04-10"),))

    async def play() -> None:
        async with running_app(tmp_path, keys=old) as it:
            assert await it.client.view("issue:2014009") == {"n": 1, "c": 1}
        (tmp_path / "hits-keys.json").write_bytes(write_keys(KEYS))
        async with running_app(tmp_path) as it:
            assert (await it.client.ask("GET", f"/_hits/n?k={ISSUE},issue:2014009")).json == {
                ISSUE: 5531,
                "issue:2014009": 5531,
            }
            assert await it.client.view("issue:2014009", peer="10.1.1.1") == {"n": 5532, "c": 1}
            assert await it.client.view(peer="10.1.1.1") == {"n": 5532, "c": 0}

    asyncio.run(play())


def test_what_was_carried_over_is_counted_once_when_a_key_changes(tmp_path: Path) -> None:
    old = KeyList("", (Key("issue:2014009", "issues/2014009/", "旧", "2014009", "2015-04-10", carried=5530),))

    async def play() -> None:
        async with running_app(tmp_path, keys=old) as it:
            assert await it.client.view("issue:2014009") == {"n": 5531, "c": 1}
        (tmp_path / "hits-keys.json").write_bytes(write_keys(KEYS))
        async with running_app(tmp_path) as it:
            assert await it.client.view(peer="10.1.1.1") == {"n": 5532, "c": 1}
            await it.app._service._reload_counts()
            assert await it.client.view(peer="10.1.1.2") == {"n": 5533, "c": 1}

    asyncio.run(play())


def test_the_list_of_keys_is_followed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(service, "KEY_LIST_SECONDS", 0.01)
    path = tmp_path / "hits-keys.json"

    async def play() -> None:
        async with running_app(tmp_path) as it:
            path.write_text("{broken", "utf-8")
            await until(lambda: "broken" not in "".join(it.log) and bool(it.log))
            assert (await it.client.view())["n"] == 5531, "the list as it was stays in use"
            new = KeyList("", (Key("issue:2014003", "issues/2014003/", "新", "2014003", "2015-05-10", carried=7),))
            path.with_suffix(".new").write_bytes(write_keys(new))
            path.with_suffix(".new").replace(path)
            await until(lambda: it.app._service.page(b"issue:2014003") is not None)
            assert await it.client.view("issue:2014003") == {"n": 8, "c": 1}
            assert (await it.client.ask("POST", "/_hits/v", ISSUE.encode(), user_agent=FIREFOX)).status == 404

    asyncio.run(play())
    kept = open_store(f"sqlite:///{tmp_path}/counts.db")
    assert kept.totals() == {ISSUE: 5531, "issue:2014003": 8}, "what was counted stays"


async def until(true: Callable[[], object], seconds: float = 5) -> None:
    for _ in range(int(seconds * 100)):
        if true():
            return
        await asyncio.sleep(0.01)
    raise AssertionError("it did not happen in time")


def test_a_changed_carried_over_count_replaces_the_old_one(tmp_path: Path) -> None:
    async def play() -> None:
        async with running_app(tmp_path) as it:
            await it.client.view()
        (page, other) = KEYS.keys
        corrected = KeyList(
            KEYS.url, (Key(page.key, page.path, page.title, page.number, page.date, carried=5000), other)
        )
        (tmp_path / "hits-keys.json").write_bytes(write_keys(corrected))
        for _ in range(2):
            async with running_app(tmp_path) as it:
                assert (await it.client.ask("GET", f"/_hits/n?k={ISSUE}")).json == {ISSUE: 5001}

    asyncio.run(play())


def test_readers_get_other_names_at_midnight(with_app: Play) -> None:
    async def scene(it: Running) -> None:
        await it.client.view()
        assert (await it.client.view())["c"] == 0
        it.clock.turn(15 * 3600 + 5)
        before = it.app._service._salt
        it.app._service._each_second()
        assert it.app._service._salt != before
        assert (await it.client.view()) == {"n": 5532, "c": 1}
        counts = [c for c in it.app._service.store.counts() if c.origin == "live"]
        assert counts == [Count(ISSUE, "2026-11-26", "live", 1), Count(ISSUE, "2026-11-27", "live", 1)]

    with_app(scene)


# ── today's figure


def test_the_duty_office_sets_todays_figure(with_app: Play) -> None:
    async def scene(it: Running) -> None:
        assert (await it.client.ask("GET", "/_hits/today")).json is None
        body = b'{"count": 23}'
        wrongs: list[dict[str, Any]] = [{}, {"authorization": "Bearer wrong"}, {"authorization": "geheim"}]
        for wrong in wrongs:
            assert (await it.client.ask("PUT", "/_hits/today", body, **wrong)).status == 401
        right: dict[str, Any] = {"authorization": "Bearer geheim"}
        for bad in (b"", b"23", b'{"count": -1}', b'{"count": 100001}', b'{"count": "23"}', b"x" * 300):
            assert (await it.client.ask("PUT", "/_hits/today", bad, **right)).status == 400
        answer = await it.client.ask("PUT", "/_hits/today", body, **right)
        assert (answer.status, answer.json) == (200, {"count": 23, "date": "2026-11-26"})
        assert (await it.client.ask("GET", "/_hits/today")).json == {"count": 23, "date": "2026-11-26"}

    async def later(it: Running) -> None:
        assert (await it.client.ask("GET", "/_hits/today")).json == {"count": 23, "date": "2026-11-26"}

    with_app(scene, token="geheim")
    with_app(later)


def test_without_a_token_nobody_sets_the_figure(with_app: Play) -> None:
    async def scene(it: Running) -> None:
        answer = await it.client.ask("PUT", "/_hits/today", b'{"count": 23}', authorization="Bearer ")
        assert answer.status == 401

    with_app(scene)


def test_a_service_that_cannot_begin_says_so_to_its_server(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A server goes on without a start that failed unsaid: it would answer, and count nothing."""

    def fail(*_: object) -> None:
        raise ValueError("unforeseen")

    sent: list[str] = []

    async def send(message: Any) -> None:
        sent.append(message["type"])

    async def receive() -> dict[str, str]:
        return {"type": "lifespan.startup"}

    monkeypatch.setattr(service.Service, "use_counts", fail)
    (tmp_path / "keys.json").write_bytes(write_keys(KEYS))
    settings = Settings(store=f"sqlite:///{tmp_path}/a.db", keys=str(tmp_path / "keys.json"))
    app = create_app(settings, Turned(), lambda _: None)

    async def begin() -> None:
        await app({"type": "lifespan"}, receive, send)

    with pytest.raises(ValueError, match="unforeseen"):
        asyncio.run(begin())
    assert sent == ["lifespan.startup.failed"]


# ── other addresses


@pytest.mark.parametrize(
    ("method", "target", "status"),
    [
        ("GET", "/", 404),
        ("GET", "/_hits/v", 405),
        ("POST", "/_hits/n", 405),
        ("DELETE", "/_hits/today", 405),
        ("OPTIONS", "/_hits/today", 204),
        ("HEAD", "/_hits/health", 200),
        ("GET", "/_hits/health", 200),
    ],
)
def test_addresses_and_methods(with_app: Play, method: str, target: str, status: int) -> None:
    async def scene(it: Running) -> None:
        answer = await it.client.ask(method, target)
        assert answer.status == status
        assert status != 405 or answer.headers["allow"]

    with_app(scene)


def test_another_origin_may_read_what_it_is_told(with_app: Play) -> None:
    async def scene(it: Running) -> None:
        own: dict[str, Any] = {"origin": "https://www.example.cn", "host": "hits.example.cn", "user_agent": FIREFOX}
        for answer in (
            await it.client.ask("POST", "/_hits/v", ISSUE.encode(), **own),
            await it.client.ask("GET", f"/_hits/n?k={ISSUE}", **own),
            await it.client.ask("GET", "/_hits/today", **own),
        ):
            assert answer.headers["access-control-allow-origin"] == "https://www.example.cn"
            assert answer.headers["vary"] == "origin"
        own["origin"] = "https://evil.example.com"
        assert "access-control-allow-origin" not in (await it.client.ask("GET", "/_hits/today", **own)).headers

    with_app(scene, origins=("https://www.example.cn",))


def test_all_numbers_for_those_who_bake(with_app: Play) -> None:
    async def scene(it: Running) -> None:
        await it.client.view()
        assert (await it.client.ask("GET", "/_hits/all")).json == {
            "total": {ISSUE: 5531, ARTICLE: 0},
            "recent": {ISSUE: 1},
        }

    with_app(scene)


# ── a store that fails


class Moody:
    """A store that can be told to fail, or to fail after it has committed."""

    def __init__(self, store: Store) -> None:
        self.store = store
        self.mood = ""
        self.commits = 0
        self.largest = 0

    def __getattr__(self, name: str) -> Any:
        return getattr(self.store, name)

    def totals(self) -> dict[str, int]:
        if self.mood in ("fails", "unreadable"):
            raise StoreError("the disk is full")
        return self.store.totals()

    def commit(self, batch: Any) -> Any:
        if self.mood == "fails":
            raise StoreError("the disk is full")
        self.commits += 1
        self.largest = max(self.largest, sum(batch.live.values()))
        done = self.store.commit(batch)
        if self.mood == "silent":
            self.mood = ""
            raise StoreError("the connection broke after the commit")
        return done


@pytest.fixture
def moody(monkeypatch: pytest.MonkeyPatch) -> list[Moody]:
    made: list[Moody] = []

    def opened(*args: Any, **more: Any) -> Moody:
        made.append(Moody(open_store(*args, **more)))
        return made[-1]

    monkeypatch.setattr(service, "open_store", opened)
    return made


def test_what_is_not_on_disk_is_not_acknowledged_and_comes_later(
    with_app: Play, moody: list[Moody], tmp_path: Path
) -> None:
    async def scene(it: Running) -> None:
        assert (await it.client.view(peer="10.0.0.1"))["c"] == 1
        moody[0].mood = "fails"
        statuses = [
            (await it.client.ask("POST", "/_hits/v", ISSUE.encode(), f"10.0.1.{n}", user_agent=FIREFOX)).status
            for n in range(5)
        ]
        assert statuses == [503] * 5
        assert (await it.client.ask("GET", "/_hits/health")).status == 503
        assert (await it.client.ask("GET", f"/_hits/n?k={ISSUE}")).json == {ISSUE: 5531}
        moody[0].mood = ""
        await until(lambda: not it.app._service.committer.failing)
        assert (await it.client.ask("GET", "/_hits/health")).status == 200
        assert (await it.client.view(peer="10.0.0.2")) == {"n": 5537, "c": 1}, "kept, and committed when it could be"

    with_app(scene)
    assert open_store(f"sqlite:///{tmp_path}/counts.db").totals()[ISSUE] == 5537


def test_a_commit_with_an_unknown_outcome_counts_once(with_app: Play, moody: list[Moody]) -> None:
    async def scene(it: Running) -> None:
        await it.client.view(peer="10.0.0.1")
        moody[0].mood = "silent"
        assert (await it.client.ask("POST", "/_hits/v", ISSUE.encode(), "10.0.0.2", user_agent=FIREFOX)).status == 503
        await until(lambda: not it.app._service.committer.failing)
        assert (await it.client.view(peer="10.0.0.3"))["n"] == 5533

    with_app(scene)


def test_all_who_wait_are_one_group(with_app: Play, moody: list[Moody]) -> None:
    async def scene(it: Running) -> None:
        before = moody[0].commits
        replies = await asyncio.gather(*(it.client.view(peer=f"10.{n}.0.1") for n in range(200)))
        assert {reply["c"] for reply in replies} == {1}
        assert max(reply["n"] for reply in replies) == 5730
        assert moody[0].commits - before <= 3
        assert moody[0].largest >= 100

    with_app(scene, rules=Rules(readers=1 << 10, limits=1 << 8))


def test_stopping_commits_what_waits(tmp_path: Path) -> None:
    async def play() -> None:
        async with running_app(tmp_path) as it:
            waiting = [asyncio.create_task(it.client.view(peer=f"10.{n}.0.1")) for n in range(50)]
            await asyncio.sleep(0)
        assert sum(reply["c"] for reply in await asyncio.gather(*waiting)) == 50

    asyncio.run(play())
    assert open_store(f"sqlite:///{tmp_path}/counts.db").totals()[ISSUE] == 5580


def test_a_failure_and_its_end_are_one_line_each(with_app: Play, moody: list[Moody]) -> None:
    async def scene(it: Running) -> None:
        moody[0].mood = "fails"
        for n in range(5):
            await it.client.ask("POST", "/_hits/v", ISSUE.encode(), f"10.0.1.{n}", user_agent=FIREFOX)
        await until(lambda: it.app._service.committer.failures >= 3)
        assert len(it.log) == 1
        assert "the disk is full" in it.log[0]
        moody[0].mood = ""
        await until(lambda: not it.app._service.committer.failing)
        assert it.log[1:] == ["the store works again; 5 hits that were kept are on disk or follow"]

    with_app(scene)


@pytest.mark.parametrize(
    ("mood", "first", "last"),
    [
        ("fails", "the store has failed, hits are kept and tried again: the disk is full", "the store works again; 0"),
        ("unreadable", "the store cannot be read, the numbers stay as they are: the disk is full", "the store can be"),
    ],
)
def test_a_quiet_service_says_once_that_its_store_fails_and_once_that_it_works(
    with_app: Play, moody: list[Moody], mood: str, first: str, last: str
) -> None:
    async def scene(it: Running) -> None:
        moody[0].mood = mood
        for _ in range(4):
            await it.app._service._reload_counts()
        assert it.log == [first]
        moody[0].mood = ""
        await until(lambda: not it.app._service.committer.failing)
        await it.app._service._reload_counts()
        assert (len(it.log), it.log[-1][: len(last)]) == (2, last)

    with_app(scene)


def test_a_number_that_was_acknowledged_never_goes_back(with_app: Play, monkeypatch: pytest.MonkeyPatch) -> None:
    async def scene(it: Running) -> None:
        counter = it.app._service
        reading = counter._load_counts
        hits: list[asyncio.Task[Any]] = []

        def slow() -> Any:
            """Both the result and the commit after it are there before the loop gets to either."""
            found = reading()
            loop, jobs = counter.committer._loop, counter.committer._jobs
            loop.call_soon_threadsafe(lambda: hits.append(asyncio.ensure_future(it.client.view(peer="10.0.0.7"))))
            while jobs.empty():
                time.sleep(0.001)
            loop.call_soon_threadsafe(time.sleep, 0.3)
            time.sleep(0.05)
            return found

        monkeypatch.setattr(counter, "_load_counts", slow)
        reload = asyncio.ensure_future(counter._reload_counts())
        await until(lambda: bool(hits))
        told = (await hits[0])["n"]
        await reload
        assert (await it.client.ask("GET", f"/_hits/n?k={ISSUE}")).json == {ISSUE: told}

    with_app(scene)


def test_a_quiet_service_shows_that_it_lives(with_app: Play, moody: list[Moody]) -> None:
    async def scene(it: Running) -> None:
        it.clock.turn(21)
        commits = moody[0].commits
        it.app._service.committer.heartbeat()
        await until(lambda: moody[0].commits > commits)
        assert it.app._service.age == 0
        it.clock.turn(3_600)
        assert (await it.client.ask("GET", "/_hits/health")).status == 503, "the last commit is old"

    with_app(scene)


def test_changes_by_others_are_seen(with_app: Play, tmp_path: Path) -> None:
    async def scene(it: Running) -> None:
        from bulletin.hits.stores.base import Batch

        other = open_store(f"sqlite:///{tmp_path}/counts.db")
        other.commit(Batch("adjust", 1, add=(Count(ISSUE, "2026-11-26", "adjusted", -30),)))
        await it.app._service._reload_counts()
        assert (await it.client.view())["n"] == 5501
        other.commit(Batch("adjust", 2, add=(Count(ISSUE, "2026-11-26", "adjusted", -1),)))
        await it.app._service._reload_counts()
        assert (await it.client.ask("GET", f"/_hits/n?k={ISSUE}")).json == {ISSUE: 5500}
        assert (await it.client.view(peer="10.0.0.1"))["n"] == 5501

    with_app(scene)


def test_a_service_without_a_list_of_keys_does_not_start(tmp_path: Path) -> None:
    async def play() -> None:
        app = service.Service(
            Settings(store=f"sqlite:///{tmp_path}/c.db", keys=str(tmp_path / "none.json")), Turned(), print
        )
        with pytest.raises(HitsError, match="hits: yes"):
            await app.start()

    asyncio.run(play())


# ── privacy


def test_nothing_of_a_reader_is_kept(with_app: Play, tmp_path: Path) -> None:
    agent, address = "Mozilla/5.0 Unmistakable/77.7", "198.51.100.222"

    async def scene(it: Running) -> None:
        await it.client.view(user_agent=agent, peer=address)
        await it.client.view(user_agent=agent, peer="127.0.0.1", x_forwarded_for=address)
        metrics = (await it.client.ask("GET", "/_hits/metrics")).body
        kept = b"".join(path.read_bytes() for path in tmp_path.iterdir() if path.is_file())
        for trace in (b"Unmistakable", address.encode(), bytes([198, 51, 100, 222])):
            assert trace not in kept
            assert trace not in metrics
            assert trace not in "".join(it.log).encode()

    with_app(scene, proxies=("127.0.0.1",))
