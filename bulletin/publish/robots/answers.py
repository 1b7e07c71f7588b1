"""One request to a robot, and what became of it. No answer is no proof: such a message is ``unknown``."""

from __future__ import annotations

from collections.abc import Callable
from itertools import islice
from typing import TYPE_CHECKING, Any, Literal, NamedTuple

import msgspec

from bulletin.core.extras import needs_extra
from bulletin.core.problems import N_
from bulletin.publish.robots.services import RobotKey, RobotRequest, RobotService

if TYPE_CHECKING:
    import httpx

TellState = Literal["sent", "refused", "unknown"]

_TIMEOUT_SECONDS = 10.0
_MAX_PIECES = 16
"""Pieces of an answer that are read; the services send one."""
_MAX_BYTES = 64_000
_USER_AGENT = "bulletin-tell/1"

UNREACHED = "unreached"
"""`RobotAnswer.code` of a service to which no connection was made: surely nobody was told."""
LOST = "lost"
"""… of a request that was sent, or perhaps sent, and got no answer that says what became of it."""

_UNREACHED = N_("the service was not reached. Is this computer connected? Then repeat the command")
_LOST = N_(
    "the answer was lost, so the group may have the message. Look there, then: --arrived if it has, --again if not"
)
_OTHER = N_("the service refuses it")


class RobotAnswer(NamedTuple):
    """What became of a message."""

    state: TellState
    code: str = ""
    """Of the service, ``HTTP 404``, `UNREACHED` or `LOST`; empty when sent."""
    said: str = ""
    """The service's own words, without key and secret."""


def ask_robot(
    service: RobotService,
    request: RobotRequest,
    key: RobotKey,
    transport: Callable[[], httpx.BaseTransport] | None = None,
) -> RobotAnswer:
    """Send once, and never again by itself. Raises `ExtraMissing`, nothing else; a test has its own ``transport``."""
    with needs_extra("publish"):
        import httpx
    made = transport() if transport else None
    try:
        with (
            httpx.Client(transport=made, timeout=_TIMEOUT_SECONDS, headers={"user-agent": _USER_AGENT}) as client,
            client.stream("POST", request.url, json=request.document) as reply,
        ):
            body = b"".join(islice(reply.iter_bytes(), _MAX_PIECES))[:_MAX_BYTES]
    except (httpx.ConnectError, httpx.ConnectTimeout, httpx.UnsupportedProtocol, httpx.InvalidURL):
        return RobotAnswer("refused", UNREACHED)
    except httpx.HTTPError:  # its words may hold the address, and so the key
        return RobotAnswer("unknown", LOST)
    return read_answer(service, reply.status_code, body, key)


def read_answer(service: RobotService, status: int, body: bytes, key: RobotKey) -> RobotAnswer:
    """What an answer says. One that is not the service's own, or says neither yes nor no, leaves it unknown."""
    try:
        found: Any = msgspec.json.decode(body)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
        found = None
    code = _code(found)
    if code is None or code in service.busy or status >= 500:
        is_refusal = code is None and 400 <= status < 500
        return RobotAnswer("refused", f"HTTP {status}") if is_refusal else RobotAnswer("unknown", LOST)
    if code == 0:
        return RobotAnswer("sent") if status < 300 else RobotAnswer("unknown", LOST)
    return RobotAnswer("refused", str(code), _said(found, key))


def _code(found: Any) -> int | None:
    for name in ("errcode", "code", "StatusCode") if isinstance(found, dict) else ():
        code = found.get(name)
        if isinstance(code, int) or (isinstance(code, str) and code.removeprefix("-").isdecimal() and code.isascii()):
            return int(code)  # 钉钉's own example has it as words: {"errcode": "0"}
    return None


def _said(found: dict[str, Any], key: RobotKey) -> str:
    words = str(found.get("errmsg") or found.get("msg") or found.get("StatusMessage") or "")
    for secret in filter(None, key):
        words = words.replace(secret, "…")
    return " ".join(words.split())[:200]


def fault_words(service: RobotService, code: str) -> str:
    """What a code means, with the remedy, to be translated."""
    if code in (UNREACHED, LOST):
        return _UNREACHED if code == UNREACHED else _LOST
    return next((words for words, codes in service.faults.items() if code in map(str, codes)), _OTHER)
