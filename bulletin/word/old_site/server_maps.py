"""Old addresses that only the web server can answer → includes for nginx, Apache and Caddy.

A file cannot answer at ``/show.asp?id=512``. Addresses are matched as they were linked; one with a single
parameter also where others were added to it. 301: search engines carry the old address' weight over.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from urllib.parse import quote, unquote

_UNSAFE = re.compile(r"[\x00-\x20\x7f\"'`$\\{};<>]")

ServerMaps = Mapping[str, str]
"""Name of the file, and its text."""

_NGINX = """\
# nginx: include this file in the “http” block, before the servers; and in the site's “server” block write:
#   if ($bulletin_old_address) { return 301 $bulletin_old_address; }
map_hash_bucket_size 512;
map_hash_max_size 65536;
"""
_APACHE = """\
# Apache: Include this file in the site's <VirtualHost>, or paste it at the top of .htaccess. Needs mod_rewrite.
RewriteEngine On
"""
_CADDY = """\
# Caddy: import this file inside the site's block.
"""


def server_maps(targets: Mapping[str, str]) -> ServerMaps:
    """``targets``: new address by old one (``/show.asp?id=512`` → ``/issues/2014002/``), for each server."""
    pairs = [pair for pair in sorted(targets.items()) if not _UNSAFE.search("".join(pair))]
    decoded = [(old, new) for old, new in pairs if not _UNSAFE.search(unquote(old.partition("?")[0]))]
    return {
        "nginx-old-addresses.conf": _NGINX + "".join(_nginx(pairs)),
        "apache-old-addresses.conf": _APACHE + "".join(_apache(decoded)),
        "caddy-old-addresses.conf": _CADDY + "".join(_caddy(decoded)),
    }


def _forms(old: str) -> tuple[str, str]:
    path, _, query = old.partition("?")
    return path, query


_ONE_PARAMETER = re.compile(r"(?P<path>[^?]*)\?(?P<name>[A-Za-z_]\w{0,30})=(?P<value>[^&]*)", re.ASCII)


def _nginx(pairs: list[tuple[str, str]]) -> Iterator[str]:
    """Maps of strings are hash tables: 10,000 addresses cost no more than one. They ignore case, as servers then did.

    The whole address first; then, for the many with one parameter, by that alone: WeChat adds parameters of its own.
    """
    by_name: dict[str, list[tuple[str, str]]] = {}
    for old, new in pairs:
        if found := _ONE_PARAMETER.fullmatch(old):
            by_name.setdefault(found["name"].lower(), []).append((f"{unquote(found['path'])} {found['value']}", new))
    default = '""'
    for number, (name, entries) in enumerate(sorted(by_name.items()), 1):
        variable = f"$bulletin_old_address_{number}"
        yield _nginx_map(f'"$uri $arg_{name}"', variable, default, entries)
        default = variable
    whole = [(form, new) for old, new in pairs for form in dict.fromkeys((old, unquote(old), _sent(old)))]
    yield _nginx_map("$request_uri", "$bulletin_old_address", default, whole)


def _sent(old: str) -> str:
    """An address as browsers send it: `$request_uri` is not decoded."""
    return quote(old, safe="/%?=&:@!$'()*+,;~-._")


def _nginx_map(source: str, variable: str, default: str, entries: Iterable[tuple[str, str]]) -> str:
    seen: set[str] = set()
    lines = []
    for key, new in entries:
        if key.casefold() not in seen and not _UNSAFE.search(key.replace(" ", "", 1)):
            seen.add(key.casefold())
            lines.append(f'    "{key}" {new};\n')
    return f"map {source} {variable} {{\n    default {default};\n{''.join(lines)}}}\n"


def _apache(pairs: Iterable[tuple[str, str]]) -> Iterator[str]:
    for old, new in sorted(pairs, key=lambda pair: -len(pair[0])):  # id=5&page=2 before id=5
        path, query = _forms(old)
        pattern = re.escape(unquote(path).lstrip("/"))
        if query:
            yield f"RewriteCond %{{QUERY_STRING}} ^{re.escape(query)}(&|$) [NC]\n"
        yield f"RewriteRule ^/?{pattern}$ {new} [NC,R=301,L{',QSD' if query else ''}]\n"


def _caddy(pairs: Iterable[tuple[str, str]]) -> Iterator[str]:
    for number, (old, new) in enumerate(pairs, 1):
        path, query = _forms(old)
        yield f"@old{number} {{\n\tpath {unquote(path)}\n"
        if query:
            yield "".join(f"\tquery {part}\n" for part in query.split("&"))
        yield f"}}\nredir @old{number} {new} 301\n"
