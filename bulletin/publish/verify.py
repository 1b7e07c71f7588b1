"""Looking at the public address: do readers get what was published?

Every changed page and some others are fetched and compared by hash. What a cache in between still has is told from
what the server has by asking once more past the cache.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Callable, Iterable, Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING, Literal, NamedTuple
from urllib.parse import quote

from bulletin.core.extras import needs_extra
from bulletin.core.problems import N_
from bulletin.publish.release import ReleaseFile

if TYPE_CHECKING:
    import httpx

_OTHERS = 50
"""Files that have not changed, and are looked at all the same."""
_MOST = 500
"""Changed files that are fetched; of a first publication all would be ten thousand."""
_CONCURRENT_REQUESTS = 8
_TIMEOUT_SECONDS = 10.0
_GONE = (404, 410)
_USER_AGENT = "bulletin-publish/1 (verification of what was published)"

_OTHER_CONTENT = N_("shows something else than what was published")
_STILL_THERE = N_("still shows a page that was removed")
_FROM_CACHE = N_("a cache in between still shows the former page; the server has the new one")
_STATUS = N_("the server answers {status}")


class WrongPage(NamedTuple):
    """A page that readers do not see as it was published."""

    address: str
    reason: str
    """A sentence, English and marked; ``{status}`` is filled in from ``status``."""
    status: int
    cached_by: str
    """What the answer says of the cache that gave it; empty without one."""


class Verified(NamedTuple):
    """What was seen."""

    outcome: Literal["yes", "no", "not"]
    """``not``: the address cannot be reached from here."""
    checked: int
    wrong: tuple[WrongPage, ...] = ()
    reason: str = ""
    """Why it cannot be reached, in the system's words."""


def verify(
    url: str,
    files: Sequence[ReleaseFile],
    changed: Iterable[str],
    removed: Iterable[str],
    transport: Callable[[], httpx.BaseTransport] | None = None,
) -> Verified:
    """Compare what ``url`` shows with the files of a release. Raises `ExtraMissing`, nothing else.

    ``changed`` and ``removed`` are paths; a test has its own ``transport``.
    """
    with needs_extra("publish"):
        import httpx
    wanted = _chosen(files, frozenset(changed))
    gone = [path for path in removed if path.endswith(".html")][:_MOST]
    base = f"{url.rstrip('/')}/"
    with httpx.Client(
        transport=transport() if transport else None,
        timeout=_TIMEOUT_SECONDS,
        follow_redirects=True,
        headers={"user-agent": _USER_AGENT, "accept-encoding": "identity"},
    ) as client:
        try:
            client.get(base)
        except (httpx.HTTPError, httpx.InvalidURL) as error:
            return Verified("not", 0, reason=_reason(error))
        with ThreadPoolExecutor(_CONCURRENT_REQUESTS) as threads:
            found = [
                *threads.map(lambda file: _compared(client, base, file.path, file.sha256), wanted),
                *threads.map(lambda path: _compared(client, base, path, ""), gone),
            ]
    wrong = tuple(each for each in found if each)
    return Verified("no" if wrong else "yes", len(found), wrong)


def _chosen(files: Sequence[ReleaseFile], changed: frozenset[str]) -> list[ReleaseFile]:
    """Changed files, pages before others, and some of the rest from all over the site."""
    fresh = sorted((file for file in files if file.path in changed), key=lambda file: not file.path.endswith(".html"))
    rest = [file for file in files if file.path not in changed]
    return [*fresh[:_MOST], *rest[:: max(1, len(rest) // _OTHERS)][:_OTHERS]]


def _compared(client: httpx.Client, base: str, path: str, sha256: str) -> WrongPage | None:
    """None when the address shows the file; without a hash, when it shows none."""
    import httpx

    address = base + quote(path.removesuffix("index.html") if f"/{path}".endswith("/index.html") else path)
    try:
        answer = client.get(address)
        wrong = _fault(answer, sha256)
        if wrong is None:
            return None
        again = client.get(address, headers={"cache-control": "no-cache"}, params={"bulletin": "verify"})
        if _fault(again, sha256) is None:
            return WrongPage(address, _FROM_CACHE, answer.status_code, _cache(answer))
        return WrongPage(address, wrong, answer.status_code, _cache(answer))
    except (httpx.HTTPError, httpx.InvalidURL) as error:
        return WrongPage(address, _reason(error), 0, "")


def _reason(error: Exception) -> str:
    """The system's words, without its number."""
    return re.sub(r"^\[Errno -?\d+\] ", "", str(error)) or type(error).__name__


def _fault(answer: httpx.Response, sha256: str) -> str | None:
    if not sha256:
        return _STILL_THERE if answer.status_code not in _GONE else None
    if answer.status_code != 200:
        # a withdrawn text's address may answer 410 with its note
        if answer.status_code == 410 and hashlib.sha256(answer.content).hexdigest() == sha256:
            return None
        return _STATUS
    return None if hashlib.sha256(answer.content).hexdigest() == sha256 else _OTHER_CONTENT


def _cache(answer: httpx.Response) -> str:
    names = ("x-cache", "cf-cache-status", "x-cache-lookup", "via", "age")
    return next((f"{name}: {answer.headers[name]}" for name in names if answer.headers.get(name)), "")
