"""Telling others what has changed, where station.yml names them: a WebSub hub, and the search engines of IndexNow.

WebSub: W3C Recommendation of 23 January 2018; how a hub is told is that of PubSubHubbub 0.4, which all hubs take.
IndexNow: https://www.indexnow.org/documentation. Both are told addresses, and nothing else.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from typing import TYPE_CHECKING, NamedTuple
from urllib.parse import urlsplit

from bulletin.arrange import urls
from bulletin.core.extras import needs_extra
from bulletin.core.mail_pages import MAIL_PAGES, mail_page
from bulletin.core.station import Station

if TYPE_CHECKING:
    import httpx

_INDEXNOW = "https://api.indexnow.org/indexnow"
_MOST_AT_ONCE = 10_000
"""Addresses in one request of IndexNow."""
_TIMEOUT_SECONDS = 10.0
_USER_AGENT = "bulletin-publish/1 (news of what was published)"
_UNLISTED = (urls.MISSING, urls.SEARCH, *map(mail_page, MAIL_PAGES))
"""Pages that no search engine shows."""


class ToldService(NamedTuple):
    """One of those that were told."""

    name: str
    """``WebSub`` or ``IndexNow``."""
    addresses: int
    """How many changed addresses it knows now."""
    failure: str = ""
    """Why it does not know all, in the system's words; the rest was not tried. Empty when it does."""


class _Post(NamedTuple):
    """One request."""

    to: str
    addresses: int
    form: Mapping[str, str] | None = None
    document: Mapping[str, object] | None = None


def tell_services(
    station: Station,
    written: Collection[str],
    removed: Iterable[str],
    transport: Callable[[], httpx.BaseTransport] | None = None,
) -> tuple[ToldService, ...]:
    """Tell those that ``station`` names of files, by path, that readers find changed or gone.

    Asks nobody when it names none, or when nothing has changed that concerns them. Raises `ExtraMissing`, nothing else;
    a test has its own ``transport``.
    """
    services = {
        "WebSub": tuple(_hub_posts(station, written)),
        "IndexNow": tuple(_indexnow_posts(station, {*written, *removed})),
    }
    if not station.url or not any(services.values()):
        return ()
    with needs_extra("publish"):
        import httpx
    with httpx.Client(
        transport=transport() if transport else None, timeout=_TIMEOUT_SECONDS, headers={"user-agent": _USER_AGENT}
    ) as client:
        return tuple(_told(client, name, posts) for name, posts in services.items() if posts)


def _hub_posts(station: Station, written: Iterable[str]) -> Iterator[_Post]:
    """One for each feed: not every hub takes several at once."""
    for path in sorted(written):
        if station.hub and path.rpartition("/")[2] == urls.FEED:
            yield _Post(station.hub, 1, {"hub.mode": "publish", "hub.url": urls.absolute(station.url, path)})


def _indexnow_posts(station: Station, paths: Iterable[str]) -> Iterator[_Post]:
    """All pages in as few as may be; those that are gone too, so that they are asked for and found gone."""
    key = station.indexnow
    pages = [path for path in sorted(paths) if path.endswith(".html") and path not in _UNLISTED] if key else []
    for start in range(0, len(pages), _MOST_AT_ONCE):
        listed = [urls.absolute(station.url, path) for path in pages[start : start + _MOST_AT_ONCE]]
        document = {
            "host": urlsplit(urls.site_root(station.url)).hostname,
            "key": key,
            "keyLocation": urls.absolute(station.url, urls.indexnow_key(key)),
            "urlList": listed,
        }
        yield _Post(_INDEXNOW, len(listed), document=document)


def _told(client: httpx.Client, name: str, posts: Iterable[_Post]) -> ToldService:
    done = 0
    for post in posts:
        if failure := _failure(client, post):
            return ToldService(name, done, failure)
        done += post.addresses
    return ToldService(name, done)


def _failure(client: httpx.Client, post: _Post) -> str:
    """Empty when the request was taken."""
    import httpx

    try:
        answer = client.post(post.to, data=post.form, json=post.document)
    except (httpx.HTTPError, httpx.InvalidURL) as error:
        return str(error) or type(error).__name__
    return "" if answer.is_success else f"HTTP {answer.status_code}"
