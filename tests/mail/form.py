"""The form's service without a server: its pages, a clock to turn, a client."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from datetime import datetime, timedelta
from pathlib import Path
from typing import NamedTuple
from urllib.parse import urlencode

from bulletin.core.http import App, Message
from bulletin.core.mail_pages import MAIL_PAGES, mail_page
from bulletin.mail.never import AddressHasher
from bulletin.mail.service.app import create_mail_app
from bulletin.mail.service.desk import DeskTools
from bulletin.mail.stores.base import MailStore, RequestLimits

HASHER = AddressHasher(b"k" * 32)


class Clock:
    """The station's, which goes on only when it is turned."""

    def __init__(self) -> None:
        self.time, self.seconds = datetime(2026, 11, 28, 16), 0.0

    def now(self) -> datetime:
        return self.time

    def monotonic(self) -> float:
        return self.seconds

    def turn(self, seconds: float) -> None:
        self.time += timedelta(seconds=seconds)
        self.seconds += seconds


class Reply(NamedTuple):
    """What came back."""

    status: int
    headers: dict[bytes, bytes]
    text: str


class Client:
    """Asks an application, from whatever network."""

    def __init__(self, app: App, clock: Clock, pauses: list[float], lines: list[str]) -> None:
        self.app, self.clock, self.pauses, self.lines = app, clock, pauses, lines

    async def ask(
        self,
        method: str,
        address: str,
        body: bytes | list[Message] = b"",
        client: str = "192.0.2.1",
        kind: str = "application/x-www-form-urlencoded",
    ) -> Reply:
        path, _, query = address.partition("?")
        scope = {
            "type": "http",
            "method": method,
            "path": path,
            "query_string": query.encode(),
            "headers": [(b"content-type", kind.encode())],
            "client": (client, 1),
        }
        messages = [{"type": "http.request", "body": body}] if isinstance(body, bytes) else list(body)
        sent: list[Message] = []

        async def receive() -> Message:
            if not messages:
                await asyncio.Event().wait()
            return messages.pop(0)

        async def send(message: Message) -> None:
            sent.append(message)

        await self.app(scope, receive, send)
        start, rest = sent
        return Reply(start["status"], dict(start["headers"]), rest["body"].decode())

    async def get(self, address: str) -> Reply:
        return await self.ask("GET", address)

    async def post(self, path: str, client: str = "192.0.2.1", /, **fields: str | list[str]) -> Reply:
        return await self.ask("POST", path, urlencode(fields, doseq=True).encode(), client)

    async def stamp(self) -> str:
        """Of a form that is filled in at the pace of people."""
        stamp = (await self.get("/_mail/")).text.split("|")[1]
        self.clock.turn(10)
        return stamp

    async def subscribe(self, address: str, stamp: str = "", client: str = "192.0.2.1", **more: str) -> Reply:
        fields = {"address": address, "consent": "yes", "stamp": stamp or await self.stamp(), **more}
        return await self.post("/_mail/subscribe", client, **fields)


def write_pages_of_form(site: Path) -> None:
    """``state|stamp|address|token``."""
    (site / "_mail").mkdir(parents=True)
    for state in MAIL_PAGES:
        (site / mail_page(state)).write_text(f"{state}|[[stamp]]|[[address]]|[[token]]", encoding="utf-8")


@asynccontextmanager
async def form(
    site: Path,
    open_store: Callable[[], MailStore],
    limits: RequestLimits | None = None,
    pause: Callable[[float], Awaitable[None]] | None = None,
) -> AsyncIterator[Client]:
    """The service, begun and ended as a server does it."""
    if not site.exists():
        write_pages_of_form(site)
    clock, pauses, lines = Clock(), list[float](), list[str]()

    async def note_pause(seconds: float) -> None:
        pauses.append(seconds)

    tools = DeskTools(
        open_store, HASHER, clock, "每期一封", ("news", "cases"), limits or RequestLimits(), pause or note_pause
    )
    app = create_mail_app(site, tools, (), lines.append)
    steps: asyncio.Queue[str] = asyncio.Queue()
    said: asyncio.Queue[Message] = asyncio.Queue()

    async def receive() -> Message:
        return {"type": f"lifespan.{await steps.get()}"}

    living: Awaitable[None] = asyncio.ensure_future(app({"type": "lifespan"}, receive, said.put))
    steps.put_nowait("startup")
    assert (await said.get())["type"] == "lifespan.startup.complete"
    try:
        yield Client(app, clock, pauses, lines)
    finally:
        steps.put_nowait("shutdown")
        await living
