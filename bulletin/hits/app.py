"""The service as a plain ASGI application: five addresses under ``/_hits/``. docs/hits.md shows each with its replies.

Written without a framework, since a hit costs a few microseconds and a framework some tens.
The checks of a hit are ordered by cost.
"""

from __future__ import annotations

import asyncio
import hmac
from collections.abc import Awaitable, Callable
from typing import Any
from urllib.parse import parse_qs

import msgspec

from bulletin.core.hit_sources import SOURCE_FIELD, SOURCE_KEYS
from bulletin.core.http import (
    BODY_SECONDS,
    App,
    Clock,
    Headers,
    Message,
    Proxies,
    Receive,
    Send,
    headers_by_name,
    read_body,
)
from bulletin.core.keys import MAX_KEY_BYTES
from bulletin.core.model import Today
from bulletin.hits.counting import HitOutcome
from bulletin.hits.service import Log, Service
from bulletin.hits.settings import Settings
from bulletin.hits.stores.base import StoreError

_MAX_KEYS = 100
"""Keys in one request."""
_MAX_QUERY_BYTES = _MAX_KEYS * 3 * MAX_KEY_BYTES
"""Percent-encoding may take three bytes for one of a key."""
_PURPOSE_HEADERS = frozenset((b"sec-purpose", b"purpose", b"x-purpose", b"x-moz"))
"""Headers by which a browser announces a prefetch."""
_MAX_FIGURE = 100_000
"""The same as for `bulletin today`."""

_SOURCES = {f"{SOURCE_FIELD}={source}".encode(): key for source, key in SOURCE_KEYS.items()}
"""Queries that name an edition; others name none."""

_JSON_TYPE = (b"content-type", b"application/json")
_METRICS_TYPE = (b"content-type", b"text/plain; version=0.0.4; charset=utf-8")
_UNKNOWN_KEY = b'{"error":"unknown key"}'
_NO_STORE = (b"cache-control", b"no-store")
_CONTENT_LENGTHS = [(b"content-length", b"%d" % length) for length in range(64)]
"""For replies to hits, which are shorter."""
_encode = msgspec.json.encode


class _FigureBody(msgspec.Struct, frozen=True):
    """Body of a PUT of today's figure."""

    count: int


def create_app(settings: Settings, clock: Clock, log: Log) -> App:
    """The application. ``log`` gets lines for the operator, never with a reader's data."""
    return _Http(Service(settings, clock, log), settings)


class _Http:
    def __init__(self, service: Service, settings: Settings) -> None:
        self._service = service
        self._proxies = Proxies(settings.proxies)
        self._origins = {origin.rstrip("/").encode() for origin in settings.origins}
        self._token = settings.token.encode()
        self._reading: dict[asyncio.Task[Any] | None, int] = {}
        """Requests whose body is being read, and the second in which that began; a timer each would cost more."""
        self._second = 0
        self._routes: dict[tuple[str, str], Callable[[Message, Receive, Send], Awaitable[None]]] = {
            ("POST", "/_hits/v"): self._view,
            ("GET", "/_hits/n"): self._numbers,
            ("GET", "/_hits/today"): self._today,
            ("PUT", "/_hits/today"): self._set_today,
            ("GET", "/_hits/all"): self._all,
            ("GET", "/_hits/health"): self._health,
            ("GET", "/_hits/metrics"): self._metrics,
        }
        self._routes |= {("HEAD", path): route for (method, path), route in self._routes.items() if method == "GET"}

    async def __call__(self, scope: Message, receive: Receive, send: Send) -> None:
        if scope["type"] == "http":
            route = self._routes.get((scope["method"], scope["path"]), self._no_route)
            await route(scope, receive, send)
        elif scope["type"] == "lifespan":
            await self._lifespan(receive, send)

    async def _lifespan(self, receive: Receive, send: Send) -> None:
        while True:
            message = await receive()
            if message["type"] == "lifespan.startup":
                try:
                    await self._service.start()
                except (
                    Exception
                ) as error:  # whatever it is: a server goes on after one that was not said to have failed
                    await send({"type": "lifespan.startup.failed", "message": str(error)})
                    raise
                sweeping = asyncio.create_task(self._sweep())
                await send({"type": "lifespan.startup.complete"})
            else:
                sweeping.cancel()
                await self._service.stop()
                await send({"type": "lifespan.shutdown.complete"})
                return

    async def _sweep(self) -> None:
        """Cancel the requests whose bodies take too long."""
        while True:
            await asyncio.sleep(1)
            self._second += 1
            for task, began in list(self._reading.items()):
                if task and self._second - began > BODY_SECONDS:
                    task.cancel()

    async def _no_route(self, scope: Message, receive: Receive, send: Send) -> None:  # noqa: ARG002
        method, path = scope["method"], scope["path"]
        allowed = [known for known, other in self._routes if other == path]
        if not allowed:
            await _reply(send, 404, b'{"error":"nothing is here"}')
        elif method == "OPTIONS":
            allow = ", ".join(allowed).encode()
            headers = [(b"access-control-allow-methods", allow), (b"access-control-allow-headers", b"content-type")]
            await _reply(send, 204, b"", *headers, *self._cors(scope["headers"]))
        else:
            await _reply(send, 405, b'{"error":"not this way"}', (b"allow", ", ".join(allowed).encode()))

    # ── counting

    async def _view(self, scope: Message, receive: Receive, send: Send) -> None:
        """Count a hit; the usual case is inlined, since each further call costs measurable throughput."""
        task = asyncio.current_task()
        self._reading[task] = self._second
        try:
            message = await receive()
            body = message.get("body", b"")
            if message.get("more_body") or len(body) > MAX_KEY_BYTES:
                body = await read_body(body, receive, MAX_KEY_BYTES)
        except asyncio.CancelledError:
            await _too_slow(send)
            return
        finally:
            del self._reading[task]
        page = self._service.page(body)
        if page is None:
            await self._unknown_page(body, scope, send)
            return
        by_name = headers_by_name(scope["headers"])
        agent = by_name.get(b"user-agent", b"")
        refusal = self._refusal(agent, by_name)
        try:
            if refusal:
                reply = self._service.refuse(page, refusal)
            else:
                reply = await self._service.count(
                    page, self._reader(scope, by_name), agent, _SOURCES.get(scope["query_string"], "")
                )
        except StoreError:
            await _reply(
                send, 503, b'{"error":"not counted: the store does not answer"}', *self._cors(scope["headers"])
            )
            return
        body = b'{"n":%d,"c":%d}' % (reply.n, reply.c)
        headers = [_JSON_TYPE, _CONTENT_LENGTHS[len(body)]]
        if self._origins:
            headers += self._cors(scope["headers"])
        await send({"type": "http.response.start", "status": 200, "headers": headers})
        await send({"type": "http.response.body", "body": body})

    async def _unknown_page(self, body: bytes, scope: Message, send: Send) -> None:
        if len(body) > MAX_KEY_BYTES:
            await _reply(send, 413, b'{"error":"a key has at most 256 bytes"}')
            return
        self._service.metrics.hits["unknown"] += 1
        await _reply(send, 404, _UNKNOWN_KEY, *self._cors(scope["headers"]))

    def _refusal(self, agent: bytes, by_name: dict[bytes, bytes]) -> HitOutcome | None:
        """Why a hit does not count, by its headers alone; None if it may."""
        if not agent:
            return "robot"
        if not _PURPOSE_HEADERS.isdisjoint(by_name) and _is_prefetch(by_name):
            return "prefetch"
        if b"origin" in by_name and not self._is_own_origin(by_name[b"origin"], by_name.get(b"host", b"")):
            return "origin"
        return None

    def _reader(self, scope: Message, by_name: dict[bytes, bytes]) -> bytes:
        """The reader's address; empty when there is none."""
        client = scope.get("client")
        return self._proxies.reader(client[0] if client else None, by_name.get(b"x-forwarded-for")) or b""

    def _is_own_origin(self, origin: bytes, host: bytes) -> bool:
        return origin.partition(b"://")[2] == host or origin in self._origins

    def _cors(self, headers: Headers) -> tuple[tuple[bytes, bytes], ...]:
        if self._origins:
            for name, value in headers:
                if name == b"origin" and value in self._origins:
                    return (b"access-control-allow-origin", value), (b"vary", b"origin")
        return ()

    # ── reading

    async def _numbers(self, scope: Message, receive: Receive, send: Send) -> None:  # noqa: ARG002
        query: bytes = scope["query_string"]
        keys = _keys(query) if len(query) <= _MAX_QUERY_BYTES else None
        if not keys or len(keys) > _MAX_KEYS:
            await _reply(send, 400, b'{"error":"ask for at most 100 keys: ?k=a,b"}')
            return
        service = self._service
        pages = {key: service.page(key.encode()) for key in keys}
        if not any(pages.values()):  # where some are known, the others are null beside them
            await _reply(send, 404, _UNKNOWN_KEY, *self._cors(scope["headers"]))
            return
        found = {key: service.number(page.key) if page else None for key, page in pages.items()}
        await _reply(send, 200, _encode(found), (b"cache-control", b"max-age=30"), *self._cors(scope["headers"]))

    async def _all(self, scope: Message, receive: Receive, send: Send) -> None:  # noqa: ARG002
        try:
            found = await self._service.ranked()
        except StoreError:
            await _reply(send, 503, b'{"error":"the store does not answer"}')
            return
        await _reply(send, 200, _encode(found), (b"cache-control", b"max-age=60"), *self._cors(scope["headers"]))

    async def _today(self, scope: Message, receive: Receive, send: Send) -> None:  # noqa: ARG002
        await _reply(
            send, 200, _encode(self._service.figure), (b"cache-control", b"max-age=30"), *self._cors(scope["headers"])
        )

    async def _set_today(self, scope: Message, receive: Receive, send: Send) -> None:
        given = next((value for name, value in scope["headers"] if name == b"authorization"), b"")
        if not self._token or not hmac.compare_digest(given, b"Bearer " + self._token):
            await _reply(send, 401, b'{"error":"a token is needed"}', (b"www-authenticate", b"Bearer"))
            return
        try:
            async with asyncio.timeout(BODY_SECONDS):
                figure = _figure(await read_body(b"", receive, MAX_KEY_BYTES))
        except TimeoutError:
            await _too_slow(send)
            return
        if figure is None:
            await _reply(send, 400, b'{"error":"send {\\"count\\": 23}, from 0 to 100000"}')
            return
        try:
            kept: Today = await self._service.set_figure(figure)
        except StoreError:
            await _reply(send, 503, b'{"error":"not set: the store does not answer"}')
            return
        await _reply(send, 200, _encode(kept), _NO_STORE)

    # ── for the operator

    async def _health(self, scope: Message, receive: Receive, send: Send) -> None:  # noqa: ARG002
        service = self._service
        state = {"ok": service.healthy, "age": round(service.age, 1), "waiting": service.committer.waiting}
        await _reply(send, 200 if service.healthy else 503, _encode(state), _NO_STORE)

    async def _metrics(self, scope: Message, receive: Receive, send: Send) -> None:  # noqa: ARG002
        self._service.metrics.untrusted_requests = self._proxies.untrusted_requests
        await _reply(send, 200, self._service.metrics_text().encode(), _NO_STORE, kind=_METRICS_TYPE)


def _is_prefetch(by_name: dict[bytes, bytes]) -> bool:
    """Whether the browser prefetches, prerenders or previews the page."""
    return any(b"pre" in by_name.get(name, b"").lower() for name in _PURPOSE_HEADERS)


def _keys(query: bytes) -> list[str] | None:
    try:
        values = parse_qs(query.decode("ascii"), strict_parsing=True, errors="strict", max_num_fields=_MAX_KEYS)
    except (UnicodeDecodeError, ValueError):
        return None
    return [key for value in values.get("k", ()) for key in value.split(",") if key]


def _figure(body: bytes) -> int | None:
    try:
        figure = msgspec.json.decode(body if len(body) <= MAX_KEY_BYTES else b"", type=_FigureBody)
    except (msgspec.DecodeError, UnicodeDecodeError):
        return None
    return figure.count if 0 <= figure.count <= _MAX_FIGURE else None


async def _too_slow(send: Send) -> None:
    await _reply(send, 408, b'{"error":"the request came too slowly"}', (b"connection", b"close"))


async def _reply(
    send: Send, status: int, body: bytes, *headers: tuple[bytes, bytes], kind: tuple[bytes, bytes] = _JSON_TYPE
) -> None:
    length = (b"content-length", b"%d" % len(body))
    await send({"type": "http.response.start", "status": status, "headers": [kind, length, *headers]})
    await send({"type": "http.response.body", "body": body})
