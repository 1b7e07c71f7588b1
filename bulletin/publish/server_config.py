"""Configuration of a web server for the site: types, caches, 404, 410, headers. Templates are in `reports/`.

What the pages say themselves (templates/parts/policy.html) is said again as a header, since only a header can forbid
frames; the search's worker obeys the header of its own file, so WebAssembly is allowed there, and only there
(docs/search.md).
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from pathlib import Path
from typing import Literal, get_args
from urllib.parse import quote, unquote

from bulletin.core.errors import PublishError
from bulletin.core.i18n import Translate
from bulletin.core.model import Value
from bulletin.core.problems import N_
from bulletin.publish.web_headers import (
    ASK_AGAIN,
    FOREVER,
    HASHED,
    ONE_DAY,
    PICTURES,
    SEARCH_PARTS,
    TEXT_TYPES,
    WEB_TYPES,
)
from bulletin.render.reports import render_report

ServerKind = Literal["nginx", "apache", "caddy"]

SERVER_KINDS: tuple[ServerKind, ...] = get_args(ServerKind)
"""What `bulletin publish config` can write."""

_TEMPLATES: dict[ServerKind, str] = {
    "nginx": "reports/nginx.conf",
    "apache": "reports/apache.conf",
    "caddy": "reports/Caddyfile",
}
_UNFIT = N_("“{value}” cannot be used in a server’s configuration: use a path without quotes, $ and backslashes.")
_NO_WORD = re.compile(r"[\x00-\x1f\x7f\"'`$\\{};#*?<>]")
_POLICY = (
    "default-src 'none'; img-src 'self'; style-src 'self'; script-src 'self'{wasm}; font-src 'self'; media-src 'self'; "
    "connect-src 'self'{counter}; base-uri 'none'; form-action 'self'; frame-ancestors 'none'"
)
_ZIPPED = (*TEXT_TYPES[1:], "image/svg+xml")
"""Types that are compressed, beside HTML."""


class ServerSettings(Value, frozen=True):
    """What the configuration is made from."""

    host: str
    """Name of the website: ``www.example.cn``."""
    root: str
    """Folder that is served, on the server: ``/srv/www/current``."""
    base: str = "/"
    """Path of the site's root in its addresses, with ``/`` at both ends (`Station.base_path`)."""
    withdrawn: tuple[str, ...] = ()
    """Paths, from the site's root, that answer with 410: a page by its folder or its file, or another file."""
    counter: str = ""
    """Address of a counter on another host; ``yes``: on this one, behind ``/_hits/``; empty: none (`Station.hits`)."""


class WithdrawnAddress(Value, frozen=True):
    """One address that answers with 410."""

    address: str
    """From the server's root, decoded: ``/issues/2014002/``."""
    pattern: str
    """Regular expression that it alone matches."""
    lacks_slash: bool
    """Whether it is a folder's without its ``/``."""
    page: str
    """File that is shown, from the site's root: the page itself with its note; for other files the page of 404."""
    page_url: str
    """The same, percent-encoded."""


class ServerView(Value, frozen=True):
    """What the templates of server configurations see."""

    host: str
    root: str
    base: str
    base_pattern: str
    """The base as a regular expression."""
    variable: str
    """Letters and figures by which the names of this site's variables differ from other sites'."""
    withdrawn: tuple[WithdrawnAddress, ...]
    policy: str
    search_policy: str
    """That of the search page and its worker."""
    own_counter: bool
    types: tuple[tuple[str, tuple[str, ...]], ...]
    """Type and its endings."""
    text_types: tuple[str, ...]
    text_endings: tuple[str, ...]
    zipped: tuple[str, ...]
    hashed: str
    """Regular expression, after the base, of addresses with a hash in them."""
    one_day: str
    """… of those that may be a day old."""
    cache_forever: str
    cache_one_day: str
    cache_ask_again: str


def server_config(server: ServerKind, settings: ServerSettings, folders: Iterable[Path], translate: Translate) -> str:
    """The text of the file, its comments in the reader's language. ``folders`` as in `render_report`.

    Raises `PublishError` for a value that would change the meaning of the file, `TemplateError`.
    """
    base = unquote(settings.base)
    for value in (settings.host, settings.root, base, settings.counter):
        if _NO_WORD.search(value) or (value and " " in settings.host + base + settings.counter):
            raise PublishError(_UNFIT, value=value)
    counter = f" {settings.counter.rstrip('/')}" if "//" in settings.counter else ""
    view = ServerView(
        host=settings.host,
        root=settings.root.rstrip("/") or "/",
        base=base,
        base_pattern=re.escape(base),
        variable=re.sub(r"[^a-z0-9]", "_", settings.host.lower()),
        withdrawn=tuple(_addresses(base, sorted(set(settings.withdrawn)))),
        policy=_POLICY.format(wasm="", counter=counter),
        search_policy=_POLICY.format(wasm=" 'wasm-unsafe-eval'", counter=counter),
        own_counter=settings.counter == "yes",
        types=tuple(
            (type_, tuple(e for e, t in WEB_TYPES.items() if t == type_)) for type_ in dict.fromkeys(WEB_TYPES.values())
        ),
        text_types=TEXT_TYPES,
        text_endings=tuple(ending for ending, type_ in WEB_TYPES.items() if type_ in TEXT_TYPES),
        zipped=_ZIPPED,
        hashed=HASHED.removeprefix("^/"),
        one_day=rf"(?:.+\.(?:{'|'.join(PICTURES)})|{SEARCH_PARTS.removeprefix('^/').removesuffix('$')})$",
        cache_forever=FOREVER,
        cache_one_day=ONE_DAY,
        cache_ask_again=ASK_AGAIN,
    )
    return render_report(_TEMPLATES[server], view, folders, translate)


def _addresses(base: str, paths: Iterable[str]) -> Iterable[WithdrawnAddress]:
    for path in paths:
        if any(character in path for character in '"\\\n\r'):
            raise PublishError(_UNFIT, value=path)
        folder = path.removesuffix("index.html") if path.endswith("/index.html") else path
        page = f"{folder}index.html" if folder.endswith("/") else path if path.endswith(".html") else "404.html"
        for address in dict.fromkeys((folder, folder.rstrip("/"), page if folder.endswith("/") else folder)):
            pattern = f"^{re.escape(base + address)}$"
            yield WithdrawnAddress(base + address, pattern, folder == f"{address}/", page, quote(page))
