"""What the tests of the counter share: a clock to turn, engines, the application without a server."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import asynccontextmanager
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any, NamedTuple

import msgspec
import pytest

from bulletin.core.http import App
from bulletin.core.keys import Key, KeyList, write_keys
from bulletin.hits.app import create_app
from bulletin.hits.rules import Rules
from bulletin.hits.settings import Settings
from tests.hits.engines import Postgres, Redis, running

FIREFOX = "Mozilla/5.0 (Windows NT 10.0; Win64; x64; rv:128.0) Gecko/20100101 Firefox/128.0"
ENGINES = ("sqlite", "postgresql", "redis")


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Tests with engines stay in one worker, so that each engine is started once."""
    for item in items:
        if "store_url" in getattr(item, "fixturenames", ()):
            item.add_marker(pytest.mark.xdist_group("hits engines"))


@pytest.fixture(scope="session")
def redis_server() -> Iterator[Redis]:
    with running(Redis) as engine:
        assert isinstance(engine, Redis)
        yield engine


@pytest.fixture(scope="session")
def postgres_server() -> Iterator[Postgres]:
    with running(Postgres) as engine:
        assert isinstance(engine, Postgres)
        yield engine


def fresh_url(engine: str, request: pytest.FixtureRequest, folder: Path) -> str:
    """Address of an empty store."""
    if engine == "sqlite":
        return f"sqlite:///{folder}/counts.db"
    server: Redis | Postgres = request.getfixturevalue(f"{'redis' if engine == 'redis' else 'postgres'}_server")
    return server.clear()


@pytest.fixture(params=ENGINES)
def store_url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """Address of an empty store, of each engine in turn."""
    return fresh_url(request.param, request, tmp_path)


class Turned:
    """A clock that only goes when it is turned."""

    def __init__(self, now: datetime = datetime(2026, 11, 26, 9, 0)) -> None:
        self._now = now
        self._monotonic = 1_000.0

    def now(self) -> datetime:
        return self._now

    def monotonic(self) -> float:
        return self._monotonic

    def turn(self, seconds: float) -> None:
        self._now += timedelta(seconds=seconds)
        self._monotonic += seconds


class Answer(NamedTuple):
    status: int
    headers: dict[str, str]
    body: bytes

    @property
    def json(self) -> Any:
        return msgspec.json.decode(self.body)


class Client:
    """Speaks to the application as a server would."""

    def __init__(self, app: App) -> None:
        self._app = app

    async def ask(
        self, method: str, target: str, body: bytes = b"", peer: str | None = "203.0.113.9", **headers: str
    ) -> Answer:
        """``headers``: ``user_agent="…"``."""
        path, _, query = target.partition("?")
        sent: list[dict[str, Any]] = []

        async def receive() -> dict[str, Any]:
            return {"type": "http.request", "body": body}

        async def send(message: Any) -> None:
            sent.append(message)

        scope = {
            "type": "http",
            "method": method,
            "path": path,
            "query_string": query.encode(),
            "headers": [(name.replace("_", "-").encode(), value.encode("latin-1")) for name, value in headers.items()],
            "client": (peer, 40_000) if peer else None,
        }
        await self._app(scope, receive, send)
        start, end = sent
        return Answer(start["status"], {k.decode(): v.decode() for k, v in start["headers"]}, end["body"])

    async def view(self, key: str = "issue:2014002", **more: Any) -> Any:
        """A reader opens a page; the reply's JSON."""
        more = {"user_agent": FIREFOX, **more}
        return (await self.ask("POST", "/_hits/v", key.encode(), **more)).json


KEYS = KeyList(
    "https://jzz.example.cn/",
    (
        Key(
            "issue:2014002",
            "issues/2014002/",
            "工作简报 2014002",
            "2014002",
            "2015-04-10",
            carried=5530,
            aliases=("issue:2014009",),
        ),
        Key(
            "article:2014002/zijin", "issues/2014002/zijin/", "市财政局来我站调研", "2014002", "2015-04-10", "站务新闻"
        ),
    ),
)


class Running(NamedTuple):
    client: Client
    clock: Turned
    log: list[str]
    app: Any


@asynccontextmanager
async def running_app(
    folder: Path, store: str = "", keys: KeyList = KEYS, clock: Turned | None = None, **settings: Any
) -> AsyncIterator[Running]:
    """The application between start and stop."""
    path = folder / "hits-keys.json"
    if not path.exists():
        path.write_bytes(write_keys(keys))
    clock = clock or Turned()
    log: list[str] = []
    url = store or f"sqlite:///{folder}/counts.db"
    app = create_app(
        Settings(store=url, keys=str(path), **{"rules": Rules(readers=64, limits=64), **settings}), clock, log.append
    )
    inbox: asyncio.Queue[dict[str, str]] = asyncio.Queue()
    outbox: asyncio.Queue[Any] = asyncio.Queue()

    async def live() -> None:
        await app({"type": "lifespan"}, inbox.get, outbox.put)

    task = asyncio.create_task(live())
    await inbox.put({"type": "lifespan.startup"})
    assert (await outbox.get())["type"] == "lifespan.startup.complete"
    try:
        yield Running(Client(app), clock, log, app)
    finally:
        await inbox.put({"type": "lifespan.shutdown"})
        assert (await outbox.get())["type"] == "lifespan.shutdown.complete"
        await task


@pytest.fixture
def with_app(tmp_path: Path) -> Callable[..., None]:
    """Run a coroutine function with the running application."""

    def run(scene: Callable[[Running], Any], **options: Any) -> None:
        async def play() -> None:
            async with running_app(tmp_path, **options) as running:
                await scene(running)

        asyncio.run(play())

    return run
