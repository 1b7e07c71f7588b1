"""HTTP client of a running service, for commands."""

from __future__ import annotations

import socket
from collections.abc import Mapping
from http import HTTPStatus
from types import MappingProxyType
from typing import TYPE_CHECKING, TypeVar

import msgspec

from bulletin.core.errors import HitsError
from bulletin.core.model import Today
from bulletin.core.problems import N_
from bulletin.hits.service import HitTotals

if TYPE_CHECKING:
    import httpx

_Kind = TypeVar("_Kind")

_TIMEOUT = 10
"""Seconds, for each phase of a request."""
_MAX_REPLY = 64 << 20
"""Bytes."""

_NONE: Mapping[str, str] = MappingProxyType({})


def set_today(service: str, count: int, token: str) -> Today:
    """Set today's figure; ``service`` is an address like ``https://www.example.cn/`` or ``unix:FILE``.

    Raises `HitsError`.
    """
    body = msgspec.json.encode({"count": count})
    data = _ask(
        service, "_hits/today", "PUT", body, {"authorization": f"Bearer {token}", "content-type": "application/json"}
    )
    return _decode(data, Today, service)


def ranked(service: str) -> HitTotals:
    """Every page's hits. Raises `HitsError`."""
    return _decode(_ask(service, "_hits/all"), HitTotals, service)


def metrics(service: str) -> dict[str, float]:
    """Counters of a service by name, with their labels. Raises `HitsError`."""
    text = _ask(service, "_hits/metrics").decode("utf-8", "replace")
    pairs = [line.rpartition(" ") for line in text.splitlines() if line and not line.startswith("#")]
    return {name: float(value) for name, _, value in pairs}


def _decode(data: bytes, kind: type[_Kind], service: str) -> _Kind:
    try:
        return msgspec.json.decode(data, type=kind)
    except (msgspec.DecodeError, UnicodeDecodeError):
        raise HitsError(N_("{service} answers, but it is not the counter."), service=service) from None


def _ask(service: str, path: str, method: str = "GET", body: bytes = b"", headers: Mapping[str, str] = _NONE) -> bytes:
    """The body of the reply, cut off at `_MAX_REPLY`. Raises `HitsError`."""
    import httpx

    file = service.removeprefix("unix:") if service.startswith("unix:") else ""
    address = "http://localhost/" + path if file else service.rstrip("/") + "/" + path
    if not address.startswith(("http://", "https://")):
        raise HitsError(
            N_("“{service}” is no address of a service. Write it like https://www.example.cn/"), service=service
        )
    try:
        if file:
            _reach(file)
        with (
            httpx.Client(
                timeout=_TIMEOUT,
                follow_redirects=method == "GET",
                transport=httpx.HTTPTransport(uds=file) if file else None,
            ) as client,  # a redirect must not leak the token
            client.stream(method, address, content=body or None, headers=headers) as reply,
        ):
            _check(service, reply)
            return _read(reply)
    except (httpx.HTTPError, httpx.InvalidURL, OSError, ValueError) as error:
        raise HitsError(N_("{service} does not answer: {reason}."), service=service, reason=_reason(error)) from None


def _reach(path: str) -> None:
    """Raises `OSError` where nobody listens; httpcore leaves its socket open then."""
    with socket.socket(socket.AF_UNIX) as probe:
        probe.connect(path)


def _check(service: str, reply: httpx.Response) -> None:
    if reply.status_code == HTTPStatus.UNAUTHORIZED:
        message = N_("{service} did not accept the token. Set BULLETIN_HITS_TOKEN as on the server.")
        raise HitsError(message, service=service)
    if not reply.is_success:
        reason = f"{reply.status_code} {reply.reason_phrase}"
        raise HitsError(N_("{service} answers: {reason}."), service=service, reason=reason)
    if reply.status_code == HTTPStatus.NO_CONTENT:  # nginx's reply when the service is down (deploy/nginx)
        raise HitsError(N_("{service} does not answer: {reason}."), service=service, reason=reply.status_code)


def _read(reply: httpx.Response) -> bytes:
    data = bytearray()
    for chunk in reply.iter_bytes():
        data += chunk
        if len(data) >= _MAX_REPLY:
            break
    return bytes(data[:_MAX_REPLY])


def _reason(error: Exception) -> str:
    """The system's message without its error number, as in the catalogue (catalogue_extras.py)."""
    import httpx

    if isinstance(error, httpx.TimeoutException):
        return N_("timed out")
    if isinstance(error, httpx.RemoteProtocolError) and "disconnected" in str(error):
        return N_("Remote end closed connection without response")
    cause: BaseException | None = error
    while cause:
        if isinstance(cause, OSError) and cause.strerror:
            return cause.strerror
        cause = cause.__cause__ or cause.__context__
    return str(error)
