"""L201, L202: links to other websites, asked a few at a time and at most once a day.

No private address is ever contacted, whatever a name resolves to: every connection, also that of a redirect, goes
to a number that was checked, and to no other (DNS rebinding). No cookie, no proxy of the environment, no body is
kept.
"""

from __future__ import annotations

import socket
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta
from hashlib import blake2b
from typing import TYPE_CHECKING, NamedTuple
from urllib.parse import urljoin, urlsplit

import msgspec

from bulletin.check.addresses import is_private_host, is_public
from bulletin.check.findings import Mention
from bulletin.core.extras import needs_extra
from bulletin.core.model import Value
from bulletin.core.problems import N_, Problem, problem
from bulletin.core.storage import RecordStore

if TYPE_CHECKING:
    import httpx

_CONCURRENT_REQUESTS = 4
_MAX_REDIRECTS = 5
_TIMEOUT_SECONDS = 10.0
_ANSWER_LIFETIME = timedelta(days=1)
_USER_AGENT = "bulletin-check/1 (link check; once a day)"

_PERMANENT_REDIRECTS = (301, 308)
_REDIRECTS = (301, 302, 303, 307, 308)
_RETRY_WITH_GET = (403, 404, 405, 406, 429, 500, 501, 502, 503)
"""What servers answer to HEAD that answer GET well."""
_PAGE_IS_THERE = (401, 403, 407, 429, 451)
"""The page is there; it only does not want to be asked by a program."""


class _LinkAnswer(Value, frozen=True):
    """What became of asking for an address."""

    asked: str
    """ISO time."""
    reason: str = ""
    """Why it does not answer, as a phrase of ours; empty when it does."""
    moved: str = ""
    """The address that takes its place for good."""


class External(NamedTuple):
    """How other websites are asked; a test has its own."""

    transport: Callable[[], httpx.BaseTransport]
    progress: Callable[[str, int, int], None] = lambda *_: None


def external_problems(
    mentions: Iterable[Mention], store: RecordStore, now: datetime, external: External
) -> Iterator[Problem]:
    """What is wrong with the links of the texts and the addresses of the station."""
    places: dict[str, list[Mention]] = {}
    for mention in mentions:
        places.setdefault(mention.target, []).append(mention)
    answers = _answers(list(places), store, now, external)
    for target, those in places.items():
        answer = answers[target]
        for mention in those:
            if answer.reason:
                yield _at(mention, problem("L201", mention.path, mention.line, target=target, reason=answer.reason))
            elif answer.moved:
                yield _at(mention, problem("L202", mention.path, mention.line, answer.moved, target=target))


def _at(mention: Mention, found: Problem) -> Problem:
    return msgspec.structs.replace(found, column=mention.column, length=len(mention.target) if mention.column else 0)


def _answers(targets: list[str], store: RecordStore, now: datetime, external: External) -> dict[str, _LinkAnswer]:
    answers: dict[str, _LinkAnswer] = {}
    for target in targets:
        stored = store.record(_key(target))
        answer = msgspec.msgpack.decode(stored, type=_LinkAnswer) if stored else None
        if answer and timedelta(0) <= now - datetime.fromisoformat(answer.asked) < _ANSWER_LIFETIME:
            answers[target] = answer
    waiting = [target for target in targets if target not in answers]
    for target, answer in _ask_all(waiting, now, external):
        answers[target] = answer
        store.put_record(_key(target), msgspec.msgpack.encode(answer))
    return answers


def _key(target: str) -> str:
    return blake2b(b"url\0" + target.encode(), digest_size=16).hexdigest()


def _ask_all(targets: list[str], now: datetime, external: External) -> Iterator[tuple[str, _LinkAnswer]]:
    if not targets:
        return
    with (
        _client(external) as web,
        ThreadPoolExecutor(_CONCURRENT_REQUESTS) as threads,
    ):
        asked = threads.map(lambda target: ask_address(web, target, now), targets)
        for done, (target, answer) in enumerate(zip(targets, asked, strict=True), 1):
            external.progress("external", done, len(targets))
            yield target, answer


def _client(external: External) -> httpx.Client:
    with needs_extra("external"):
        import httpx

    agent = {"User-Agent": _USER_AGENT}
    return httpx.Client(transport=external.transport(), trust_env=False, timeout=_TIMEOUT_SECONDS, headers=agent)


def ask_address(web: httpx.Client, target: str, now: datetime) -> _LinkAnswer:
    """Ask for an address, HEAD first; follow where it leads, looking at every step."""
    import httpx

    asked = now.isoformat()
    address, moved, for_good = target, "", True
    try:
        for _ in range(_MAX_REDIRECTS + 1):
            if is_private_host(urlsplit(address).hostname or "") or urlsplit(address).scheme not in ("http", "https"):
                return _LinkAnswer(asked, N_("it leads into a private network"))
            status, location = _status(web, address)
            if status not in _REDIRECTS or not location:
                break
            for_good = for_good and status in _PERMANENT_REDIRECTS
            address = urljoin(address, location)
            moved = address if for_good else moved
        else:
            return _LinkAnswer(asked, N_("it leads from one address to the next without end"))
    except PrivateAddress:
        return _LinkAnswer(asked, N_("it leads into a private network"))
    except (httpx.HTTPError, httpx.InvalidURL, ValueError):
        return _LinkAnswer(asked, N_("there is no such server, or it does not answer in time"))
    if status >= 400 and status not in _PAGE_IS_THERE:
        reason = N_("the page is not there any more") if status in (404, 410) else N_("the server reports a fault")
        return _LinkAnswer(asked, reason)
    return _LinkAnswer(asked, moved=moved if moved != target else "")


def _status(web: httpx.Client, address: str) -> tuple[int, str]:
    answer = web.head(address)
    if answer.status_code in _RETRY_WITH_GET:
        with web.stream("GET", address) as answer:
            return answer.status_code, answer.headers.get("location", "")
    return answer.status_code, answer.headers.get("location", "")


# ── connections to public numbers only


class PrivateAddress(Exception):
    """A name leads to a number that must not be contacted."""


Resolve = Callable[[str, int], Iterable[str]]


def _resolve(host: str, port: int) -> Iterator[str]:
    """The numbers of a name, as the system knows them."""
    for *_, address in socket.getaddrinfo(host, port, type=socket.SOCK_STREAM):
        yield str(address[0]).partition("%")[0]


def public_number(host: str, port: int, numbers: Resolve) -> str:
    """The number to connect to. Raises `PrivateAddress` when any of a name's numbers is not public."""
    import ipaddress

    try:
        found = [ipaddress.ip_address(number) for number in numbers(host, port)]
    except OSError:
        found = []
    if not found:
        raise ValueError(host)
    if not all(map(is_public, found)):
        raise PrivateAddress(host)
    return str(found[0])


def public_transport(numbers: Resolve = _resolve) -> httpx.BaseTransport:
    """A transport whose every connection goes to a checked, public number; the name stays that of the certificate.

    Raises `ExtraMissing`.
    """
    with needs_extra("external"):
        from bulletin.check.connecting import PublicTransport
    return PublicTransport(lambda host, port: public_number(host, port, numbers))
