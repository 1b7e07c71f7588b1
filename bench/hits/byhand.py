"""What one would write by hand: tornado, one commit a hit, equally durable. `python -m bench.hits.byhand PORT FILE`"""

from __future__ import annotations

import asyncio
import sqlite3
import sys

import tornado.web

SCHEMA = "PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; CREATE TABLE hits (page TEXT PRIMARY KEY, n INTEGER)"
UPSERT = "INSERT INTO hits VALUES (?, 1) ON CONFLICT DO UPDATE SET n = n + 1 RETURNING n"


class View(tornado.web.RequestHandler):
    """Counts whatever comes."""

    def initialize(self, db: sqlite3.Connection) -> None:
        self._db = db

    def post(self) -> None:
        (n,) = self._db.execute(UPSERT, (self.request.body.decode(),)).fetchone()
        self.write({"n": n, "c": 1})


async def serve(port: int, path: str) -> None:
    db = sqlite3.connect(path, isolation_level=None)
    db.executescript(SCHEMA)
    tornado.web.Application([("/_hits/v", View, {"db": db})], log_function=lambda _: None).listen(port, "127.0.0.1")
    await asyncio.Event().wait()


if __name__ == "__main__":
    asyncio.run(serve(int(sys.argv[1]), sys.argv[2]))
