"""What the counter is held against: its server with an application that does nothing, and with one that only commits.

`python -m bench.hits.bare empty|group PORT FILE`. Under the same server with the same settings as the counter; what the
counter does more than the second (limits, readers, robots, days and hours) is the difference between them.
"""

from __future__ import annotations

import asyncio
import sqlite3
import sys
import threading
from functools import partial
from pathlib import Path
from queue import SimpleQueue
from typing import Any

from bulletin.core.http import App, Message, Receive, Send
from bulletin.core.server import freeze_heap, granian

SCHEMA = """
PRAGMA journal_mode = WAL;
PRAGMA synchronous = FULL;
CREATE TABLE IF NOT EXISTS hits (page TEXT PRIMARY KEY, n INTEGER) WITHOUT ROWID;
"""
UPSERT = "INSERT INTO hits VALUES (?, ?) ON CONFLICT DO UPDATE SET n = n + excluded.n RETURNING n"
START = {"type": "http.response.start", "status": 200, "headers": [(b"content-type", b"application/json")]}


async def empty(scope: Message, receive: Receive, send: Send) -> None:
    """Reads and answers."""
    if scope["type"] == "lifespan":
        await live(receive, send, lambda: None)
        return
    await receive()
    await send(START)
    await send({"type": "http.response.body", "body": b'{"n":5531,"c":1}'})


async def live(receive: Receive, send: Send, begin: Any) -> None:
    while (await receive())["type"] == "lifespan.startup":
        begin()
        await send({"type": "lifespan.startup.complete"})
    await send({"type": "lifespan.shutdown.complete"})


class Grouped:
    """Counts whatever comes; what came during a commit is the next."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._sums: dict[str, int] = {}
        self._future: asyncio.Future[dict[str, int]] | None = None
        self._busy = False
        self._jobs: SimpleQueue[tuple[dict[str, int], asyncio.Future[dict[str, int]]]] = SimpleQueue()

    async def __call__(self, scope: Message, receive: Receive, send: Send) -> None:
        if scope["type"] == "lifespan":
            await live(receive, send, self._begin)
            return
        page = (await receive())["body"].decode()
        if self._future is None:
            self._future = self._loop.create_future()
            self._loop.call_soon(self._next)
        self._sums[page] = self._sums.get(page, 0) + 1
        totals = await self._future
        await send(START)
        await send({"type": "http.response.body", "body": b'{"n":%d,"c":1}' % totals[page]})

    def _begin(self) -> None:
        self._loop = asyncio.get_running_loop()
        threading.Thread(target=self._work, daemon=True).start()

    def _next(self) -> None:
        if self._future and not self._busy:
            self._busy = True
            self._jobs.put((self._sums, self._future))
            self._sums, self._future = {}, None

    def _work(self) -> None:
        db = sqlite3.connect(self._path, isolation_level=None)
        db.executescript(SCHEMA)
        while True:
            sums, future = self._jobs.get()
            db.execute("BEGIN IMMEDIATE")
            totals = {page: db.execute(UPSERT, row).fetchone()[0] for row in sums.items() for page in row[:1]}
            db.execute("COMMIT")
            self._loop.call_soon_threadsafe(self._done, future, totals)

    def _done(self, future: asyncio.Future[dict[str, int]], totals: dict[str, int]) -> None:
        self._busy = False
        future.set_result(totals)
        self._next()


def load(which: str, path: Path, *_: Any) -> App:
    return freeze_heap(empty if which == "empty" else Grouped(path))


if __name__ == "__main__":
    which, port, path = sys.argv[1:]
    granian("127.0.0.1", int(port)).serve(target_loader=partial(load, which, Path(path)), wrap_loader=False)
