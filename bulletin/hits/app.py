"""The service as a plain ASGI application: five addresses under ``/_hits/``. docs/hits.md shows each with its replies.

Written out by hand instead of with a framework, since a hit costs a few microseconds and a framework some tens.
Tests on a hit stand in the order of what they cost.
"""

from __future__ import annotations

import hmac
from collections.abc import Awaitable, Callable, Iterable, MutableMapping
from typing import Any
from urllib.parse import parse_qs, urlsplit

import msgspec

from bulletin.errors import BulletinError
from bulletin.hits.readers import Proxies, parse_address
from bulletin.hits.service import Log, Reply, Service
from bulletin.hits.settings import Clock, Settings
from bulletin.hits.stores.base import StoreError
from bulletin.keys import LONGEST
from bulletin.model import Today

Message = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[Message]]
Send = Callable[[Message], Awaitable[None]]
App = Callable[[Message, Receive, Send], Awaitable[None]]
Headers = Iterable[tuple[bytes, bytes]]

MOST_KEYS = 100
"""In one request to read."""
LONGEST_QUERY = MOST_KEYS * 3 * LONGEST
"""A byte of a key may take three when it is written as an address."""
LARGEST_FIGURE = 100_000
"""As for `bulletin today`."""

JSON = (b"content-type", b"application/json")
TEXT = (b"content-type", b"text/plain; version=0.0.4; charset=utf-8")
NEVER = (b"cache-control", b"no-store")
encode = msgspec.json.encode


class Figure(msgspec.Struct, frozen=True):
    """Body of a PUT of today's figure."""

    count: int


def create_app(settings: Settings, clock: Clock, log: Log) -> App:
    """The application. ``log`` takes a line for those who run it; it never names a reader."""
    return _Http(Service(settings, clock, log), settings)


class _Http:
    def __init__(self, service: Service, settings: Settings) -> None:
        self._service = service
        self._proxies = Proxies(settings.proxies)
        self._origins = {origin.rstrip("/").encode() for origin in settings.origins}
        self._token = settings.token.encode()
        self._routes: dict[tuple[str, str], Callable[[Message, Receive, Send], Awaitable[None]]] = {
            ("POST", "/_hits/v"): self._view,
            ("GET", "/_hits/n"): self._numbers,
            ("GET", "/_hits/today"): self._today,
            ("PUT", "/_hits/today"): self._set_today,
            ("GET", "/_hits/all"): self._all,
            ("GET", "/_hits/health"): self._health,
            ("GET", "/_hits/metrics"): self._metrics,
        }

    async def __call__(self, scope: Message, receive: Receive, send: Send) -> None:
        if scope["type"] == "http":
            await self._request(scope, receive, send)
        elif scope["type"] == "lifespan":
            await self._live(receive, send)

    async def _live(self, receive: Receive, send: Send) -> None:
        while True:
            message = await receive()
            if message["type"] == "lifespan.startup":
                try:
                    await self._service.start()
                except BulletinError as error:
                    await send({"type": "lifespan.startup.failed", "message": str(error)})
                    raise
                await send({"type": "lifespan.startup.complete"})
            else:
                await self._service.stop()
                await send({"type": "lifespan.shutdown.complete"})
                return

    async def _request(self, scope: Message, receive: Receive, send: Send) -> None:
        method, path = scope["method"], scope["path"]
        route = self._routes.get(("GET" if method == "HEAD" else method, path))
        if route is not None:
            await route(scope, receive, send)
            return
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
        body = await _body(receive, LONGEST)
        if body is None:
            await _reply(send, 413, b'{"error":"a key has at most 256 bytes"}')
            return
        try:
            page = self._service.page(body.decode())
        except UnicodeDecodeError:
            page = None
        if page is None:
            self._service.metrics.hits["unknown"] += 1
            await _reply(send, 404, b'{"error":"unknown key"}', *self._cors(scope["headers"]))
            return
        try:
            reply = await self._judged(page, scope)
        except StoreError:
            await _reply(
                send, 503, b'{"error":"not counted: the store does not answer"}', *self._cors(scope["headers"])
            )
            return
        await _reply(send, 200, b'{"n":%d,"c":%d}' % (reply.n, reply.c), *self._cors(scope["headers"]))

    async def _judged(self, page: str, scope: Message) -> Reply:
        service = self._service
        agent, purpose, origin, forwarded, host = _facts(scope["headers"])
        if not agent:
            return service.refuse(page, "robot")
        if purpose:
            return service.refuse(page, "prefetch")
        if origin is not None and not self._is_ours(origin, host):
            return service.refuse(page, "origin")
        client = scope.get("client")
        parsed = parse_address(self._proxies.reader(client[0] if client else None, forwarded))
        address, net = parsed or (b"", b"")
        if not service.lets_in(net):
            return service.refuse(page, "limited")
        if agent in service.robots:
            return service.refuse(page, "robot")
        return await service.count(page, address, net, agent)

    def _is_ours(self, origin: bytes, host: bytes) -> bool:
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
        keys = _keys(query) if len(query) <= LONGEST_QUERY else None
        if keys is None or len(keys) > MOST_KEYS:
            await _reply(send, 400, b'{"error":"ask for at most 100 keys: ?k=a,b"}')
            return
        service = self._service
        found = {key: service.number(page) if (page := service.page(key)) else None for key in keys}
        await _reply(send, 200, encode(found), (b"cache-control", b"max-age=30"), *self._cors(scope["headers"]))

    async def _all(self, scope: Message, receive: Receive, send: Send) -> None:  # noqa: ARG002
        try:
            found = await self._service.ranked()
        except StoreError:
            await _reply(send, 503, b'{"error":"the store does not answer"}')
            return
        await _reply(send, 200, encode(found), (b"cache-control", b"max-age=60"), *self._cors(scope["headers"]))

    async def _today(self, scope: Message, receive: Receive, send: Send) -> None:  # noqa: ARG002
        await _reply(
            send, 200, encode(self._service.figure), (b"cache-control", b"max-age=30"), *self._cors(scope["headers"])
        )

    async def _set_today(self, scope: Message, receive: Receive, send: Send) -> None:
        given = next((value for name, value in scope["headers"] if name == b"authorization"), b"")
        if not self._token or not hmac.compare_digest(given, b"Bearer " + self._token):
            await _reply(send, 401, b'{"error":"a token is needed"}', (b"www-authenticate", b"Bearer"))
            return
        figure = _figure(await _body(receive, LONGEST))
        if figure is None:
            await _reply(send, 400, b'{"error":"send {\\"count\\": 23}, from 0 to 100000"}')
            return
        try:
            kept: Today = await self._service.set_figure(figure)
        except StoreError:
            await _reply(send, 503, b'{"error":"not set: the store does not answer"}')
            return
        await _reply(send, 200, encode(kept), NEVER)

    # ── for those who run it

    async def _health(self, scope: Message, receive: Receive, send: Send) -> None:  # noqa: ARG002
        service = self._service
        state = {"ok": service.healthy, "age": round(service.age, 1), "waiting": service.committer.waiting}
        await _reply(send, 200 if service.healthy else 503, encode(state), NEVER)

    async def _metrics(self, scope: Message, receive: Receive, send: Send) -> None:  # noqa: ARG002
        self._service.metrics.strangers = self._proxies.strangers
        await _reply(send, 200, self._service.metrics_text().encode(), NEVER, kind=TEXT)


def _facts(headers: Headers) -> tuple[bytes, bytes, bytes | None, bytes | None, bytes]:
    """Agent, purpose, origin, forwarded addresses, host."""
    agent = purpose = host = b""
    origin = forwarded = None
    for name, value in headers:
        if name == b"user-agent":
            agent = value
        elif name == b"host":
            host = value
        elif name == b"x-forwarded-for":
            forwarded = value if forwarded is None else forwarded + b"," + value
        elif name == b"origin":
            origin = value
        elif name in (b"sec-purpose", b"purpose", b"x-purpose", b"x-moz") and b"pre" in value.lower():
            purpose = value  # prefetch, prerender, preview
    return agent, purpose, origin, forwarded, host


def _keys(query: bytes) -> list[str] | None:
    try:
        values = parse_qs(query.decode("ascii"), strict_parsing=True, errors="strict", max_num_fields=MOST_KEYS)
    except (UnicodeDecodeError, ValueError):
        return None
    return [key for value in values.get("k", ()) for key in value.split(",") if key]


def _figure(body: bytes | None) -> int | None:
    try:
        figure = msgspec.json.decode(body or b"", type=Figure)
    except (msgspec.DecodeError, UnicodeDecodeError):
        return None
    return figure.count if 0 <= figure.count <= LARGEST_FIGURE else None


async def _body(receive: Receive, most: int) -> bytes | None:
    """The request's body; None when it is longer than allowed, or its sender went away."""
    body = b""
    while True:
        message = await receive()
        if message["type"] != "http.request":
            return None
        body += bytes(message.get("body", b""))
        if len(body) > most:
            return None
        if not message.get("more_body"):
            return body


async def _reply(
    send: Send, status: int, body: bytes, *headers: tuple[bytes, bytes], kind: tuple[bytes, bytes] = JSON
) -> None:
    length = (b"content-length", b"%d" % len(body))
    await send({"type": "http.response.start", "status": status, "headers": [kind, length, *headers]})
    await send({"type": "http.response.body", "body": body})


def site_origin(url: str) -> str:
    """Origin of a site's address: ``https://www.example.cn/a/`` → ``https://www.example.cn``; empty for none."""
    parts = urlsplit(url)
    return f"{parts.scheme}://{parts.netloc}" if parts.netloc else ""
