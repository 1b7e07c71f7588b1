"""A million distinct readers through the application in this process: memory before and after, in MB."""

from __future__ import annotations

import asyncio
import re
import sys
from pathlib import Path
from typing import Any

from bulletin.commands.terminal import SystemClock
from bulletin.hits.app import create_app
from bulletin.hits.rules import Rules
from bulletin.hits.settings import Settings
from tests.hits.conftest import FIREFOX

AT_ONCE = 64
PAGES = 1_000


def memory() -> float:
    text = Path("/proc/self/status").read_text()
    return int(re.findall(r"VmRSS:\s+(\d+)", text)[0]) / 1024


async def run(folder: Path, readers: int) -> None:
    rules = Rules(page_rate=1e6, page_burst=10**9)
    settings = Settings(
        f"sqlite:///{folder}/readers.db", str(folder / "hits-keys.json"), proxies=("127.0.0.1",), rules=rules
    )
    app = create_app(settings, SystemClock(), lambda _: None)
    inbox: asyncio.Queue[dict[str, str]] = asyncio.Queue()
    started = asyncio.Event()

    async def told(_: Any) -> None:
        started.set()

    async def live() -> None:
        await app({"type": "lifespan"}, inbox.get, told)

    task = asyncio.create_task(live())
    await inbox.put({"type": "lifespan.startup"})
    await started.wait()
    before = memory()
    counted = 0

    async def client(number: int) -> None:
        nonlocal counted
        for turn in range(readers // AT_ONCE):
            n = number * (readers // AT_ONCE) + turn
            body = b"issue:%d" % (n % PAGES)

            async def receive(body: bytes = body) -> dict[str, Any]:
                return {"type": "http.request", "body": body}

            async def send(message: Any) -> None:
                nonlocal counted
                counted += message.get("body", b"").endswith(b'"c":1}')

            address = f"{n % 200 + 20}.{n // 200 % 250}.{n // 50_000 % 250}.{n // 12_500_000 + 1}"
            headers = [(b"user-agent", FIREFOX.encode()), (b"x-forwarded-for", address.encode())]
            scope = {
                "type": "http",
                "method": "POST",
                "path": "/_hits/v",
                "headers": headers,
                "client": ("127.0.0.1", 1),
            }
            await app(scope, receive, send)

    await asyncio.gather(*(client(number) for number in range(AT_ONCE)))
    assert counted == readers // AT_ONCE * AT_ONCE, counted
    print(before, memory())
    await inbox.put({"type": "lifespan.shutdown"})
    await task


if __name__ == "__main__":
    asyncio.run(run(Path(sys.argv[1]), int(sys.argv[2])))
