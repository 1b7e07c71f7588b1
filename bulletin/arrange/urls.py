"""Where everything is in the site. Paths are relative to its root and end in a file's name.

Links name ``index.html`` in full, so that the site also works from a folder without a server (docs/norms.md 1);
the canonical address of a page is the short one.
"""

from __future__ import annotations

import posixpath
import re
import unicodedata
from urllib.parse import quote, unquote

from bulletin.core.hit_sources import SOURCE_FIELD, HitSource
from bulletin.core.model import Value
from bulletin.core.station import ascii_url
from bulletin.read.portable import is_portable

HOME = "index.html"
FEED = "feed.xml"
PODCAST = "podcast.xml"
SITEMAP = "sitemap.xml"
ROBOTS = "robots.txt"
MISSING = "404.html"
SEARCH = "search/index.html"
COLUMNS = "columns/index.html"
CORRECTIONS = "corrections/index.html"
NOTICES = "notices/index.html"
SUBSCRIBE = "subscribe/index.html"
INDEX_FOLDER = "pagefind/"
"""Folder of the search's index."""
STATIC_FOLDER = "static/"
STYLES = STATIC_FOLDER + "station.css"


class Name(Value, frozen=True, array_like=True):
    """A page, as others name it: its title, and its path in the site."""

    text: str
    path: str


def issue(id_: str) -> str:
    return f"issues/{id_}/index.html"


def voice(issue_id: str) -> str:
    """An issue read aloud."""
    return f"issues/{issue_id}/voice.mp3"


def article(issue_id: str, slug: str) -> str:
    return f"issues/{issue_id}/{slug}/index.html"


def column(id_: str) -> str:
    return f"columns/{id_}/index.html"


def column_year(id_: str, year: int) -> str:
    return f"columns/{id_}/{year}/index.html"


def column_feed(id_: str) -> str:
    return f"columns/{id_}/{FEED}"


def year(number: int) -> str:
    return f"{number}/index.html"


def page(id_: str) -> str:
    return f"{id_}/index.html"


def sitemap_year(number: int) -> str:
    return f"sitemap-{number}.xml"


def indexnow_key(key: str) -> str:
    """The file by which search engines know that who tells them of changes has the site (indexnow.org)."""
    return f"{key}.txt"


def root_of(path: str) -> str:
    """The way from a page to the site's root: ``../../`` for ``issues/2014002/index.html``."""
    return "../" * path.count("/")


def absolute(site_url: str, path: str) -> str:
    """A page's one address for everybody; empty when the site has no ``site_url``."""
    return site_root(site_url) + quote(short(path)) if site_url else ""


def with_source(url: str, source: HitSource) -> str:
    """A page's absolute address as another edition gives it, so that the counter learns of the edition: ``?from=qr``.

    The page's canonical address stays the one without. Empty stays empty.
    """
    address, mark, fragment = url.partition("#")
    joint = "&" if "?" in address else "?"
    return f"{address}{joint}{SOURCE_FIELD}={source}{mark}{fragment}" if url else ""


def site_root(site_url: str) -> str:
    """The address of the home page for programs, with ``/`` at its end."""
    return ascii_url(site_url).rstrip("/") + "/"


def theme_path(path: str, digest: str) -> str:
    """``static/js/find.js`` → ``static/3f2a9c1b04/js/find.js``, with the hash of all files of the theme.

    A name that means one content for ever; and since all move together, what a stylesheet or a script names relative
    to itself is of the same theme too.
    """
    return f"{STATIC_FOLDER}{digest}/{path.removeprefix(STATIC_FOLDER)}"


def short(path: str) -> str:
    """Without ``index.html``."""
    return path.removesuffix("index.html")


def redirect_path(address: str) -> str | None:
    """The path of the page that answers at an old address; None when a file cannot answer there."""
    path = address.strip().split("#")[0]
    if not path.startswith("/") or "?" in path or "//" in path:
        return None
    path = unicodedata.normalize("NFC", unquote(path)).lstrip("/")
    if not all(is_portable(step) for step in path.rstrip("/").split("/")):
        return None
    if path.endswith("/") or not posixpath.splitext(path)[1]:
        return path.rstrip("/") + "/index.html" if path.strip("/") else None
    return path if path.lower().endswith((".html", ".htm", ".shtml")) else None


OLD_ADDRESSES = "old-addresses.json"
"""Old addresses that no file can have, and where they lead; the page of errors looks them up."""

_SCRIPT = re.compile(r"\.(?:aspx?|php\d?|jspx?|cfm|cgi|do)$", re.IGNORECASE)
_UNSAFE_QUERY = re.compile(r"[\x00-\x20\x7f\"'`$\\{};<>]")
_MAX_QUERY = 500


def server_address(address: str) -> str | None:
    """An old address that only a web server can answer, ``/?p=12``, or the page of errors too, ``/show.asp?id=512``;
    else None.
    """
    plain = address.strip().split("#")[0]
    path, _, query = plain.partition("?")
    if (
        not path.startswith("/")
        or "//" in path
        or (path == "/" and not query)
        or len(plain) > _MAX_QUERY
        or _UNSAFE_QUERY.search(plain)
    ):
        return None
    steps = unicodedata.normalize("NFC", unquote(path)).strip("/").split("/") if path != "/" else ()
    return plain if all(map(is_portable, steps)) and (query or _SCRIPT.search(path)) else None
