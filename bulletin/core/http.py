"""What every service shares of HTTP: ASGI's types, bodies, and whose address a request comes from."""

from __future__ import annotations

import socket
from collections.abc import Awaitable, Callable, Collection, Iterable, MutableMapping
from datetime import datetime
from ipaddress import ip_network
from typing import Any, Protocol

from bulletin.core.errors import UsageError
from bulletin.core.problems import N_

Message = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[Message]]
Send = Callable[[Message], Awaitable[None]]
App = Callable[[Message, Receive, Send], Awaitable[None]]
Headers = Collection[tuple[bytes, bytes]]

BODY_SECONDS = 10
"""Timeout for a request's whole body: the server has one for headers only."""

_IPV4_MAPPED = bytes(10) + b"\xff\xff"
"""Prefix of IPv4-mapped IPv6 addresses (RFC 4291, 2.5.5.2)."""

_NO_ADDRESS = "0.0.0.0"
"""The reader behind a Unix socket without ``X-Forwarded-For``."""


class Clock(Protocol):
    """The service's source of time."""

    def now(self) -> datetime:
        """The station's time: naive, without fractions."""

    def monotonic(self) -> float:
        """Seconds of a monotonic clock."""


def headers_by_name(headers: Headers) -> dict[bytes, bytes]:
    """Headers by name: the last one of each, but all values of ``X-Forwarded-For``."""
    found = dict(headers)
    if len(found) < len(headers) and b"x-forwarded-for" in found:
        found[b"x-forwarded-for"] = b",".join(value for name, value in headers if name == b"x-forwarded-for")
    return found


async def read_body(body: bytes, receive: Receive, max_bytes: int) -> bytes:
    """The whole body, of which ``body`` is the beginning; reading stops once it is longer than ``max_bytes``."""
    more = True
    while more and len(body) <= max_bytes:
        message = await receive()
        if message["type"] != "http.request":
            return b""  # the client disconnected
        body += bytes(message.get("body", b""))
        more = message.get("more_body", False)
    return body


def parse_address(text: str) -> tuple[bytes, bytes] | None:
    """What identifies the reader (IPv4 whole, IPv6 /64) and the network (/24, /48); None if it is no address."""
    raw = raw_address(text)
    return None if raw is None else address_parts(raw)


def address_parts(raw: bytes) -> tuple[bytes, bytes]:
    """Of an address of 4 or 16 bytes: the reader's, the network's."""
    return (raw, raw[:3]) if len(raw) == 4 else (raw[:8], raw[:6])


def raw_address(text: str) -> bytes | None:
    """4 bytes for IPv4, however it is written, 16 for IPv6; None if it is no address."""
    try:
        return socket.inet_pton(socket.AF_INET, text)  # the fast path: nearly all, and the only form nginx writes
    except (OSError, ValueError):
        text = _without_port(text.strip()).partition("%")[0]
    try:
        if ":" not in text:
            return socket.inet_pton(socket.AF_INET, text)
        raw = socket.inet_pton(socket.AF_INET6, text)
    except (OSError, ValueError):
        return None
    return raw[12:] if raw.startswith(_IPV4_MAPPED) else raw


def _without_port(text: str) -> str:
    """``203.0.113.9:51234``, ``[2001:db8::7]:443`` → the address; some proxies write the port (RFC 7239, 6)."""
    if text.startswith("["):
        return text[1:].partition("]")[0]
    return text.partition(":")[0] if text.count(":") == 1 else text


class Proxies:
    """Trusted proxies, whose ``X-Forwarded-For`` is used."""

    def __init__(self, trusted: Iterable[str]) -> None:
        """Networks like ``127.0.0.1`` or ``10.0.0.0/8``. Raises `UsageError`."""
        try:
            networks = tuple(ip_network(text) for text in trusted)
        except ValueError as error:
            raise UsageError(
                N_("“{error}” is no address of a proxy. Write it like 127.0.0.1 or 10.0.0.0/8."), error=error
            ) from None
        self.untrusted_requests = 0
        """Requests with ``X-Forwarded-For`` from a proxy that is not configured."""
        self._hosts = {n.network_address.packed for n in networks if n.num_addresses == 1}
        self._networks = tuple(
            (len(n.network_address.packed), int(n.network_address), int(n.netmask))
            for n in networks
            if n.num_addresses > 1
        )
        self._names = {str(n.network_address) for n in networks if n.num_addresses == 1}

    def _known(self, raw: bytes) -> bool:
        """Deliberately without a cache by address: no address stays in memory."""
        if raw in self._hosts:
            return True
        if not self._networks:
            return False
        length, address = len(raw), int.from_bytes(raw)
        return any(length == known and address & mask == net for known, net, mask in self._networks)

    def _is_proxy(self, peer: str) -> bool:
        if peer in self._names:
            return True
        raw = raw_address(peer)
        return raw is not None and self._known(raw)

    def reader(self, peer: str | None, forwarded: bytes | None) -> bytes | None:
        """The address a request comes from: the last one in ``X-Forwarded-For`` that is no trusted proxy.

        ``peer`` is empty for a Unix socket, whose client is on this machine and has the file's permissions.
        None if it is no valid address.
        """
        if forwarded is None or (peer and not self._is_proxy(peer)):
            self.untrusted_requests += forwarded is not None
            return raw_address(peer or _NO_ADDRESS)
        for text in reversed(forwarded.decode("latin-1").split(",")):  # nearly always one
            raw = raw_address(text)
            if raw is None or not self._known(raw):
                return raw
        return raw_address(peer or _NO_ADDRESS)
