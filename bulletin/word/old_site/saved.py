"""A copy of the old website, a folder or a WARC file → its files by the address that each had.

Nothing of it is trusted: links out of the folder are not followed, names become addresses and never paths, and sizes
are bounded. The names that wget, HTTrack and browsers give to an address with a query are turned back.
"""

from __future__ import annotations

import os
import re
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import BinaryIO
from urllib.parse import unquote, urlsplit

from bulletin.core.errors import UsageError
from bulletin.core.extras import needs_extra
from bulletin.core.files import is_utf8
from bulletin.core.model import Value
from bulletin.core.problems import N_

_MAX_FILES = 100_000
_MAX_FILE_BYTES = 50_000_000
_MAX_PAGE_BYTES = 4_000_000
_MAX_WARC_BYTES = 1_000_000_000
"""What a WARC holds, unpacked: it is kept in memory."""

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


class SavedSite(Value, frozen=True):
    """Everything that was saved."""

    files: Mapping[str, SavedFile]
    """By `address_key`."""
    skipped: tuple[SkippedFile, ...]

    def find(self, address: str) -> SavedFile | None:
        return self.files.get(address_key(address))


def address_key(address: str) -> str:
    """Addresses of one page have one key: servers of that time did not tell ``Show.asp`` from ``show.asp``."""
    path, question, query = address.partition("#")[0].partition("?")
    return f"{unquote(path).casefold()}{question}{unquote(query).casefold()}"


def read_site(place: Path) -> SavedSite:
    """Read a folder or a WARC. Raises `UsageError` where it is neither or has no page, and `OSError`."""
    if place.is_dir():
        found = _files_of_folder(place)
    elif place.is_file():
        found = _files_of_warc(place)
    else:
        raise UsageError(N_("there is no such folder or file."), path=place)
    files: dict[str, SavedFile] = {}
    skipped: list[SkippedFile] = []
    for each in found:
        if isinstance(each, SkippedFile):
            skipped.append(each)
        elif address_key(each.address) in files:
            skipped.append(SkippedFile(each.place, N_("another file has the same address.")))
        else:
            files[address_key(each.address)] = each
    if not skipped and not any(each.is_page for each in files.values()):
        raise UsageError(
            N_("no saved page is in it (.html, .asp, .php …); give the folder that wget or a browser saved."),
            path=place,
        )
    return SavedSite(files, tuple(skipped))


def _looks_like_page(file: SavedFile) -> bool:
    return "?" in file.address and file.data[:200].lstrip(b"\xef\xbb\xbf \t\r\n").startswith(b"<")


# ── a folder


def _files_of_folder(folder: Path) -> Iterator[SavedFile | SkippedFile]:
    count = 0
    for inner, folders, names in os.walk(folder):
        folders.sort()
        for name in sorted(names):
            count += 1
            if count > _MAX_FILES:
                yield SkippedFile(str(folder), N_("the folder has more than 100,000 files; the rest was not read."))
                return
            yield _file_of_folder(folder, Path(inner) / name)


def _file_of_folder(folder: Path, path: Path) -> SavedFile | SkippedFile:
    place = path.relative_to(folder).as_posix()
    if not is_utf8(place):
        return SkippedFile(place.encode("utf-8", "replace").decode(), N_("its name is not in UTF-8."))
    if path.is_symlink() or not path.is_file():
        return SkippedFile(place, N_("it is no ordinary file."))
    if path.stat().st_size > _MAX_FILE_BYTES:
        return SkippedFile(place, N_("it has more than 50 MB."))
    return _bounded(SavedFile("", place, path.read_bytes()))


def _bounded(file: SavedFile) -> SavedFile | SkippedFile:
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
    return _address(parts.path, parts.query)


_NAMED_QUERY = re.compile(r"(\.(?:asp|aspx|php|jsp|cfm|do|html?))(?:@|%3[Ff]|\?|？)(.+?)(?:\.html?)?$", re.IGNORECASE)
_HOST_FOLDER = re.compile(r"^(?:www\.)?[a-z0-9-]+(?:\.[a-z0-9-]+)*\.(?:cn|com|net|org)(?::\d+|\+\d+)?/", re.IGNORECASE)


def _address_of_name(place: str) -> str:
    """``www.example.cn/show.asp@id=512.html`` → ``/show.asp?id=512``, as wget names it."""
    path = _HOST_FOLDER.sub("", place)
    if found := _NAMED_QUERY.search(path):
        return _address(f"/{path[: found.end(1)]}", found[2])
    return _address(f"/{path}", "")


def _address(path: str, query: str) -> str:
    return f"{path or '/'}?{query}" if query else path or "/"


# ── a WARC


def _files_of_warc(file: Path) -> Iterator[SavedFile | SkippedFile]:
    with needs_extra("word"):
        from warcio.archiveiterator import ArchiveIterator  # type: ignore[import-untyped]
        from warcio.exceptions import ArchiveLoadFailed  # type: ignore[import-untyped]
    total = count = 0
    with file.open("rb") as stream:
        try:
            for record in ArchiveIterator(stream):
                count += 1
                read = _file_of_record(record) if record.rec_type in ("response", "resource") else None
                total += len(read.data) if isinstance(read, SavedFile) else 0
                if total > _MAX_WARC_BYTES or count > _MAX_FILES * 3:
                    raise UsageError(N_("it is too large: unpack it into a folder first."), path=file)
                if read:
                    yield read
        except (ArchiveLoadFailed, EOFError, ValueError) as error:
            if not count:
                raise UsageError(N_("this is neither a folder of saved pages nor a WARC file."), path=file) from error
            yield SkippedFile(str(file), N_("the archive is damaged here; the rest was not read."))


def _file_of_record(record: object) -> SavedFile | SkippedFile | None:
    headers, http = record.rec_headers, record.http_headers  # type: ignore[attr-defined]
    parts = urlsplit(headers.get_header("WARC-Target-URI") or "")
    if parts.scheme not in ("http", "https") or (http and not (http.get_statuscode() or "").startswith("200")):
        return None
    address = _address(parts.path, parts.query)
    stream: BinaryIO = record.content_stream()  # type: ignore[attr-defined]
    data = b"".join(_pieces(stream))
    if len(data) > _MAX_FILE_BYTES:
        return SkippedFile(address, N_("it has more than 50 MB."))
    kind = (http.get_header("Content-Type") or "") if http else ""
    charset = re.search(r"charset=[\"']?([\w-]{1,40})", kind, re.IGNORECASE)
    return _bounded(SavedFile(address, address, data, charset[1] if charset else ""))


def _pieces(stream: BinaryIO) -> Iterator[bytes]:
    size = 0
    while size <= _MAX_FILE_BYTES and (piece := stream.read(1 << 16)):
        size += len(piece)
        yield piece
