"""Asking a running service over HTTP, for commands."""

from __future__ import annotations

import urllib.error
import urllib.request
from typing import TypeVar

import msgspec

from bulletin.core.errors import HitsError
from bulletin.core.model import Today
from bulletin.core.problems import N_
from bulletin.hits.service import HitTotals

Kind = TypeVar("Kind")

SECONDS = 10
LARGEST = 64 << 20
"""Bytes of a reply."""


def set_today(service: str, count: int, token: str) -> Today:
    """Set today's figure; ``service`` is an address like ``https://www.example.cn/``. Raises `HitsError`."""
    body = msgspec.json.encode({"count": count})
    data = _ask(service, "_hits/today", "PUT", body, {"authorization": f"Bearer {token}"})
    return _decode(data, Today, service)


def ranked(service: str) -> HitTotals:
    """Every page's hits. Raises `HitsError`."""
    return _decode(_ask(service, "_hits/all"), HitTotals, service)


def metrics(service: str) -> dict[str, float]:
    """Counters of a service by name, with their labels. Raises `HitsError`."""
    text = _ask(service, "_hits/metrics").decode("utf-8", "replace")
    pairs = [line.rpartition(" ") for line in text.splitlines() if line and not line.startswith("#")]
    return {name: float(value) for name, _, value in pairs}


def _why(error: object) -> str:
    """The system's words without its numbers, which are in the catalogue (catalogue_extras.py)."""
    error = getattr(error, "reason", error)
    return getattr(error, "strerror", None) or str(error)


def _decode(data: bytes, kind: type[Kind], service: str) -> Kind:
    try:
        return msgspec.json.decode(data, type=kind)
    except (msgspec.DecodeError, UnicodeDecodeError):
        raise HitsError(N_("{service} answers, but it is not the counter."), service=service) from None


def _ask(
    service: str, path: str, method: str = "GET", body: bytes | None = None, headers: dict[str, str] | None = None
) -> bytes:
    address = service.rstrip("/") + "/" + path
    if not address.startswith(("http://", "https://")):
        raise HitsError(
            N_("“{service}” is no address of a service. Write it like https://www.example.cn/"), service=service
        )
    request = urllib.request.Request(address, body, headers or {}, method=method)
    try:
        with urllib.request.urlopen(request, timeout=SECONDS) as reply:
            data: bytes = reply.read(LARGEST)
    except urllib.error.HTTPError as error:
        with error:
            if error.code == 401:
                message = N_("{service} did not accept the token. Set BULLETIN_HITS_TOKEN as on the server.")
                raise HitsError(message, service=service) from None
            raise HitsError(
                N_("{service} answers: {reason}."), service=service, reason=f"{error.code} {error.reason}"
            ) from None
    except (OSError, ValueError) as error:
        raise HitsError(N_("{service} does not answer: {reason}."), service=service, reason=_why(error)) from None
    if reply.status == 204:  # what nginx says for a service that does not answer (deploy/nginx)
        raise HitsError(N_("{service} does not answer: {reason}."), service=service, reason=reply.status)
    return data
