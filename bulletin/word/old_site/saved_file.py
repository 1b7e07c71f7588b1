"""A file of the old website and its address there; names that wget, HTTrack and browsers gave it are turned back."""

from __future__ import annotations

import re
from urllib.parse import unquote, urlsplit

from bulletin.core.model import Value
from bulletin.core.problems import N_

MAX_FILES = 100_000
MAX_FILE_BYTES = 50_000_000
_MAX_PAGE_BYTES = 4_000_000

_PAGE = re.compile(r"\.(?:html?|shtml?|aspx?|php\d?|jspx?|cfm|do)$", re.IGNORECASE)
_MIRRORED = re.compile(rb"<!-- Mirrored from ([^\s<>]{1,500}) by HTTrack|<!-- saved from url=\(\d{1,6}\)(\S{1,500})")
_MAX_COMMENT_PLACE = 4_000
"""Bytes at the beginning of a page in which its saver's comment is looked for."""


class SavedFile(Value, frozen=True):
    """A file of the old website."""

    address: str
    """Path and query, from the server's root: ``/show.asp?id=512``."""
    place: str
    """Where it was found, for messages."""
    data: bytes
    charset: str = ""
    """What the server declared; empty when not known."""

    @property
    def is_page(self) -> bool:
        return bool(_PAGE.search(self.address.partition("?")[0])) or _looks_like_page(self)


class SkippedFile(Value, frozen=True):
    """A file that was not read."""

    place: str
    why: str
    """A sentence, marked for translation."""


def _looks_like_page(file: SavedFile) -> bool:
    return "?" in file.address and file.data[:200].lstrip(b"\xef\xbb\xbf \t\r\n").startswith(b"<")


def address_key(address: str) -> str:
    """Addresses of one page have one key: servers of that time did not tell ``Show.asp`` from ``show.asp``."""
    path, question, query = address.partition("#")[0].partition("?")
    return f"{unquote(path).casefold()}{question}{unquote(query).casefold()}"


def bounded_file(file: SavedFile) -> SavedFile | SkippedFile:
    """The file with its address, which may have been unknown; skipped where it is too large for a page."""
    address = file.address or _told_address(file.data) or _address_of_name(file.place)
    known = SavedFile(address, file.place, file.data, file.charset)
    if known.is_page and len(file.data) > _MAX_PAGE_BYTES:
        return SkippedFile(file.place, N_("it has more than 4 MB, which no page of a text has."))
    return known


def _told_address(data: bytes) -> str:
    """The address that HTTrack or a browser wrote into the page."""
    found = _MIRRORED.search(data, 0, _MAX_COMMENT_PLACE)
    if not found:
        return ""
    address = (found[1] or found[2]).decode("ascii", "replace")
    parts = urlsplit(address if "//" in address else f"http://{address}")
    return site_address(parts.path, parts.query)


_NAMED_QUERY = re.compile(r"(\.(?:asp|aspx|php|jsp|cfm|do|html?))(?:@|%3[Ff]|\?|？)(.+?)(?:\.html?)?$", re.IGNORECASE)
_HOST_FOLDER = re.compile(r"^(?:www\.)?[a-z0-9-]+(?:\.[a-z0-9-]+)*\.(?:cn|com|net|org)(?::\d+|\+\d+)?/", re.IGNORECASE)


def _address_of_name(place: str) -> str:
    """``www.example.cn/show.asp@id=512.html`` → ``/show.asp?id=512``, as wget names it."""
    path = _HOST_FOLDER.sub("", place)
    if found := _NAMED_QUERY.search(path):
        return site_address(f"/{path[: found.end(1)]}", found[2])
    return site_address(f"/{path}", "")


def site_address(path: str, query: str) -> str:
    """From the server's root."""
    return f"{path or '/'}?{query}" if query else path or "/"
