"""The form as a plain ASGI application: three addresses under ``/_mail/``. docs/mail.md shows each with its replies.

GET and HEAD change nothing, whoever follows the links of a letter; what acts is POST. There is no cookie, no script is
needed, and no line of any log has an address.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from html import escape
from pathlib import Path
from typing import NamedTuple
from urllib.parse import parse_qs

from bulletin.core.errors import MailError
from bulletin.core.http import BODY_SECONDS, App, Message, Proxies, Receive, Send, headers_by_name, read_body
from bulletin.core.mail_pages import ADDRESS_MARK, STAMP_MARK, TOKEN_MARK, MailPageState, mail_page
from bulletin.mail.service.desk import DeskTools, FilledForm, SubscribeDesk

_MAX_BODY, _MAX_QUERY, _MAX_FIELDS = 8 * 1024, 512, 80
_ONE_CLICK = b"List-Unsubscribe=One-Click"
_MULTIPART = b"multipart/form-data"

_HEADERS = (
    (b"content-type", b"text/html; charset=utf-8"),
    (b"cache-control", b"no-store"),
    (
        b"content-security-policy",
        b"default-src 'none'; img-src 'self'; style-src 'self'; script-src 'self'; font-src 'self'; "
        b"connect-src 'self'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'",
    ),
    (b"referrer-policy", b"no-referrer"),
    (b"x-content-type-options", b"nosniff"),
    (b"x-robots-tag", b"noindex"),
)
"""As the site's own; the address of a page may hold a token, which no other page must learn."""

_STATUS: dict[MailPageState, int] = {
    "again": 422,
    "address": 422,
    "consent": 422,
    "expired": 404,
    "busy": 429,
    "unavailable": 503,
}


class _Fields(NamedTuple):
    """What a page is filled with; all of it escaped."""

    stamp: str = ""
    address: str = ""
    token: str = ""


def create_mail_app(site: Path, tools: DeskTools, proxies: tuple[str, ...], log: Callable[[str], None]) -> App:
    """The application. ``site``: the folder with the pages that the build made; ``log`` gets lines for the operator."""
    return _MailHttp(site, SubscribeDesk(tools), Proxies(proxies), log)


class _MailHttp:
    def __init__(self, site: Path, desk: SubscribeDesk, proxies: Proxies, log: Callable[[str], None]) -> None:
        self._site, self._desk, self._proxies, self._log = site, desk, proxies, log
        self._routes: dict[tuple[str, str], Callable[[Message, Receive, Send], Awaitable[None]]] = {
            ("GET", "/_mail/"): self._form,
            ("POST", "/_mail/subscribe"): self._subscribe,
            ("GET", "/_mail/confirm"): self._confirm_page,
            ("POST", "/_mail/confirm"): self._confirm,
            ("GET", "/_mail/leave"): self._leave_page,
            ("POST", "/_mail/leave"): self._leave,
            ("GET", "/_mail/health"): self._health,
        }
        self._routes |= {("HEAD", path): route for (method, path), route in self._routes.items() if method == "GET"}

    async def __call__(self, scope: Message, receive: Receive, send: Send) -> None:
        if scope["type"] == "lifespan":
            await self._lifespan(receive, send)
        elif scope["type"] == "http":
            route = self._routes.get((scope["method"], scope["path"]), self._no_route)
            try:
                await route(scope, receive, send)
            except MailError as error:  # before any reply was begun: each route replies last
                self._log(f"not done: {error}")
                await self._page(scope, send, "unavailable")

    async def _lifespan(self, receive: Receive, send: Send) -> None:
        while True:
            message = await receive()
            if message["type"] == "lifespan.startup":
                try:
                    await self._desk.start()
                except (
                    Exception
                ) as error:  # whatever it is: a server goes on after one that was not said to have failed
                    await send({"type": "lifespan.startup.failed", "message": str(error)})
                    raise
                await send({"type": "lifespan.startup.complete"})
            else:
                await self._desk.stop()
                await send({"type": "lifespan.shutdown.complete"})
                return

    # ── joining

    async def _form(self, scope: Message, receive: Receive, send: Send) -> None:  # noqa: ARG002
        await self._page(scope, send, "form", _Fields(self._desk.stamp()))

    async def _subscribe(self, scope: Message, receive: Receive, send: Send) -> None:
        fields = await self._body_fields(scope, receive, send)
        if fields is None:
            return
        typed = _one(fields, "address")
        columns = tuple(fields.get("column", ()))
        form = FilledForm(typed, _one(fields, "stamp"), _one(fields, "website"), "consent" in fields, columns)
        outcome = await self._desk.subscribe(form, self._network(scope))
        shown = _Fields(self._desk.stamp(), typed) if outcome in ("again", "address", "consent") else _Fields()
        await self._page(scope, send, outcome, shown)

    async def _confirm_page(self, scope: Message, receive: Receive, send: Send) -> None:  # noqa: ARG002
        token = _query_token(scope)
        if await self._desk.is_open(token):
            await self._page(scope, send, "confirm", _Fields(token=token))
        else:
            await self._page(scope, send, "expired")

    async def _confirm(self, scope: Message, receive: Receive, send: Send) -> None:
        fields = await self._body_fields(scope, receive, send)
        if fields is not None:
            done = await self._desk.confirm(_one(fields, "t").strip())
            await self._page(scope, send, "confirmed" if done else "expired")

    # ── leaving

    async def _leave_page(self, scope: Message, receive: Receive, send: Send) -> None:  # noqa: ARG002
        token = _query_token(scope)
        if masked := await self._desk.leaving(token):
            await self._page(scope, send, "leave", _Fields(address=masked, token=token))
        else:
            await self._page(scope, send, "expired")

    async def _leave(self, scope: Message, receive: Receive, send: Send) -> None:
        """The button of the page, or a mail program by itself (RFC 8058), whose token is in the address."""
        body = await self._body(scope, receive, send)
        if body is None:
            return
        if _is_one_click(body, headers_by_name(scope["headers"]).get(b"content-type", b"")):
            await self._desk.leave(_query_token(scope), "one-click")
            await self._page(scope, send, "left")  # also of who is forgotten: nothing more comes
            return
        done = await self._desk.leave(_one(_parse(body), "t").strip(), "form")
        await self._page(scope, send, "left" if done else "expired")

    # ── for the operator

    async def _health(self, scope: Message, receive: Receive, send: Send) -> None:  # noqa: ARG002
        await self._desk.is_open("")
        await _reply(scope, send, 200, b"ok\n")

    async def _no_route(self, scope: Message, receive: Receive, send: Send) -> None:  # noqa: ARG002
        allowed = ", ".join(method for method, path in self._routes if path == scope["path"]).encode()
        if allowed:
            await _reply(scope, send, 405, b"not this way\n", (b"allow", allowed))
        else:
            await _reply(scope, send, 404, b"nothing is here\n")

    # ── pieces

    def _network(self, scope: Message) -> bytes:
        client = scope.get("client")
        forwarded = headers_by_name(scope["headers"]).get(b"x-forwarded-for")
        network = self._proxies.reader(client[0] if client else None, forwarded) or bytes(4)
        if self._proxies.untrusted_requests == 1:
            self._log("requests come from a proxy that --proxy does not name: all readers count as one network")
        return network

    async def _body_fields(self, scope: Message, receive: Receive, send: Send) -> dict[str, list[str]] | None:
        """Of a form; None, and there was a reply: there is no reading it."""
        body = await self._body(scope, receive, send)
        return None if body is None else _parse(body)

    async def _body(self, scope: Message, receive: Receive, send: Send) -> bytes | None:
        try:
            async with asyncio.timeout(BODY_SECONDS):
                body = await read_body(b"", receive, _MAX_BODY)
        except TimeoutError:
            await _reply(scope, send, 408, b"the request came too slowly\n", (b"connection", b"close"))
            return None
        if len(body) > _MAX_BODY:
            await _reply(scope, send, 413, b"the request is too long\n", (b"connection", b"close"))
            return None
        return body

    async def _page(self, scope: Message, send: Send, state: MailPageState, fields: _Fields | None = None) -> None:
        try:
            text = (self._site / mail_page(state)).read_text(encoding="utf-8")
        except OSError as error:
            self._log(
                f"{self._site / mail_page(state)}: {error.strerror}; bulletin build makes it where mail has form: yes"
            )
            await _reply(scope, send, 503, b"the site has no pages for this\n")
            return
        found = fields or _Fields()
        for mark, value in ((STAMP_MARK, found.stamp), (TOKEN_MARK, found.token), (ADDRESS_MARK, found.address)):
            text = text.replace(mark, escape(value))
        await _reply(scope, send, _STATUS.get(state, 200), text.encode(), is_page=True)


def _is_one_click(body: bytes, kind: bytes) -> bool:
    if kind.lower().startswith(_MULTIPART):
        return b'name="List-Unsubscribe"' in body and b"One-Click" in body
    return body.strip() == _ONE_CLICK


def _parse(body: bytes) -> dict[str, list[str]]:
    try:
        return parse_qs(body.decode("utf-8"), errors="strict", max_num_fields=_MAX_FIELDS)
    except (UnicodeDecodeError, ValueError):
        return {}


def _one(fields: dict[str, list[str]], name: str) -> str:
    return fields.get(name, [""])[0][:300]


def _query_token(scope: Message) -> str:
    query: bytes = scope["query_string"]
    return _one(_parse(query), "t").strip() if len(query) <= _MAX_QUERY else ""


async def _reply(
    scope: Message, send: Send, status: int, body: bytes, *headers: tuple[bytes, bytes], is_page: bool = False
) -> None:
    those = _HEADERS if is_page else ((b"content-type", b"text/plain; charset=utf-8"), *_HEADERS[1:])
    length = (b"content-length", b"%d" % len(body))
    await send({"type": "http.response.start", "status": status, "headers": [*those, length, *headers]})
    await send({"type": "http.response.body", "body": b"" if scope["method"] == "HEAD" else body})
