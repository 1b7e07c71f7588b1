"""How files are to be served: type and cache of each, for stores that are told and for servers' configuration."""

from __future__ import annotations

import mimetypes
import re
from collections.abc import Mapping

WEB_TYPES: Mapping[str, str] = {
    "html": "text/html",
    "css": "text/css",
    "js": "text/javascript",
    "mjs": "text/javascript",
    "txt": "text/plain",
    "json": "application/json",
    "xml": "application/xml",
    "svg": "image/svg+xml",
    "png": "image/png",
    "jpg": "image/jpeg",
    "jpeg": "image/jpeg",
    "gif": "image/gif",
    "webp": "image/webp",
    "ico": "image/x-icon",
    "woff": "font/woff",
    "woff2": "font/woff2",
    "ttf": "font/ttf",
    "wasm": "application/wasm",
    "pdf": "application/pdf",
    "epub": "application/epub+zip",
    "zip": "application/zip",
    "doc": "application/msword",
    "docx": "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    "xls": "application/vnd.ms-excel",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "ppt": "application/vnd.ms-powerpoint",
    "pptx": "application/vnd.openxmlformats-officedocument.presentationml.presentation",
    "mp3": "audio/mpeg",
    "mp4": "video/mp4",
    "pagefind": "application/octet-stream",
    "pf_fragment": "application/octet-stream",
    "pf_index": "application/octet-stream",
    "pf_meta": "application/octet-stream",
    "pf_filter": "application/octet-stream",
}
"""Ending → type. Named here, since the lists of systems and servers differ (``.webp``, ``.js``, ``.wasm``)."""

TEXT_TYPES = ("text/html", "text/css", "text/javascript", "text/plain", "application/json", "application/xml")
"""Types that are told to be UTF-8."""

HASHED = r"^/static/(?:.+\.[0-9a-f]{10}\.[a-z0-9]+|[0-9a-f]{8,64}/.+)$"
"""Address, from the site's root, of a file that has the hash of its content in its name or its folder's."""

SEARCH_PARTS = r"^/pagefind/.+\.pf_(?:fragment|index|meta|filter)$"
"""Address of a part of the search index; it is named by its content, shortly."""

PICTURES = ("png", "jpg", "jpeg", "gif", "webp", "ico", "svg", "woff", "woff2", "ttf")
"""Endings of files that may be a day old."""

FOREVER = "public, max-age=31536000, immutable"
ONE_DAY = "public, max-age=86400"
ASK_AGAIN = "no-cache"

_IMMUTABLE = re.compile(HASHED)
_NAMED_BY_CONTENT = re.compile(SEARCH_PARTS)
_OTHERS = mimetypes.MimeTypes()


def content_type(path: str) -> str:
    """The type of a file of the site, with its charset where it is text."""
    ending = path.rpartition(".")[2].lower()
    found = WEB_TYPES.get(ending) or _OTHERS.guess_type(f"x.{ending}")[0] or "application/octet-stream"
    return f"{found}; charset=utf-8" if found in TEXT_TYPES else found


def cache_control(path: str) -> str:
    """How long browsers may keep it: what is named by its content for ever, pictures a day, pages as long as the
    server says that they are unchanged.
    """
    if _IMMUTABLE.match(f"/{path}"):
        return FOREVER
    if _NAMED_BY_CONTENT.match(f"/{path}") or path.rpartition(".")[2].lower() in PICTURES:
        return ONE_DAY
    return ASK_AGAIN
