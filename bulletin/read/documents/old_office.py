"""Word, Excel, PowerPoint and WPS files of before 2007: properties only ([MS-CFB], [MS-OLEPS]).

Their text is in formats of a thousand pages each. What is read here is what Windows shows in the properties of a
file; long numbers are looked for in the bytes.
"""

from __future__ import annotations

import struct
from collections.abc import Iterator, Mapping

from bulletin.core.i18n import N_
from bulletin.read.documents.facts import DAMAGED, ENCRYPTED, Collector, DocumentError, TraceKind
from bulletin.read.documents.office import digit_runs
from bulletin.read.documents.package import is_local

_OLD_FORMAT = N_("its format of before 2007 cannot be read")

OLE_MAGIC = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_END = 0xFFFFFFFA
"""From here on, numbers of sectors are marks."""
_MAX_SECTORS = 400_000
_MAX_STREAM = 1_000_000
_MAX_ENTRIES = 20_000
_MAX_PROPERTIES = 200


class _Container:
    """A compound file: a small file system of sectors in chains."""

    def __init__(self, data: bytes) -> None:
        try:
            self._open(data)
        except (struct.error, IndexError):
            raise DocumentError(DAMAGED) from None

    def _open(self, data: bytes) -> None:
        self._data = data
        shift, self._small_shift = struct.unpack_from("<HH", data, 30)
        if shift not in (9, 12) or self._small_shift != 6:
            raise DocumentError(DAMAGED)
        self._size = 1 << shift
        self._sectors = len(data) // self._size
        """All that there are: no table and no chain is longer, but for one that bites its tail."""
        _, directory, _, self._cutoff, first_small, small_count = struct.unpack_from("<IIIIII", data, 44)
        sectors = list(struct.unpack_from("<109I", data, 76))
        more, more_count = struct.unpack_from("<II", data, 68)
        for _ in range(min(more_count, _MAX_SECTORS // 128)):
            if more >= _END:
                break
            *numbers, more = struct.unpack(f"<{self._size // 4}I", self._sector(more))
            sectors += numbers
        table = b"".join(self._sector(number) for number in sectors[: self._sectors] if number < _END)
        self._table = struct.unpack(f"<{len(table) // 4}I", table)
        self.entries = dict(self._entries(self._chain(directory, _MAX_ENTRIES * 128)))
        small = self._chain(first_small, small_count * self._size) if small_count else b""
        self._small_table = struct.unpack(f"<{len(small) // 4}I", small)
        root = self.entries.get("Root Entry", (0xFFFFFFFF, 0))
        self._small = self._chain(root[0], min(root[1], 16 * _MAX_STREAM))

    def _sector(self, number: int) -> bytes:
        at = (number + 1) * self._size
        data = self._data[at : at + self._size]
        return data.ljust(self._size, b"\0") if data else bytes(0)

    def _chain(self, number: int, most: int) -> bytes:
        pieces: list[bytes] = []
        for _ in range(min(most // self._size, self._sectors) + 1):
            if number >= len(self._table):
                break
            pieces.append(self._sector(number))
            number = self._table[number]
        return b"".join(pieces)

    @staticmethod
    def _entries(directory: bytes) -> Iterator[tuple[str, tuple[int, int]]]:
        for at in range(0, len(directory) - 127, 128):
            length, kind = struct.unpack_from("<HB", directory, at + 64)
            if kind in (1, 2, 5):
                name = directory[at : at + min(max(length - 2, 0), 62)].decode("utf-16-le", "replace")
                start, size = struct.unpack_from("<II", directory, at + 116)
                yield name, (start, size)

    def stream(self, name: str) -> bytes:
        """A stream's bytes, at most `_MAX_STREAM`; empty when there is none."""
        start, size = self.entries.get(name, (0xFFFFFFFF, 0))
        size = min(size, _MAX_STREAM)
        if size >= self._cutoff:
            return self._chain(start, size)[:size]
        pieces: list[bytes] = []
        step = 1 << self._small_shift
        for _ in range(size // step + 1):
            if start >= len(self._small_table):
                break
            pieces.append(self._small[start * step : (start + 1) * step])
            start = self._small_table[start]
        return b"".join(pieces)[:size]


_SUMMARY: Mapping[int, TraceKind] = {4: "author", 8: "last author"}
_DOCUMENT_SUMMARY: Mapping[int, TraceKind] = {14: "manager", 15: "company"}
_MACROS = frozenset(("Macros", "_VBA_PROJECT_CUR", "VBA", "_VBA_PROJECT"))


def read_old_office(data: bytes, collector: Collector) -> str:
    """Add the properties; returns why the text was not read. Raises `DocumentError`."""
    container = _Container(data)
    if "EncryptedPackage" in container.entries:
        raise DocumentError(ENCRYPTED)
    lines: list[str] = []
    for stream, kinds in (
        ("\x05SummaryInformation", _SUMMARY),
        ("\x05DocumentSummaryInformation", _DOCUMENT_SUMMARY),
    ):
        for number, words in _properties(container.stream(stream)):
            lines.append(words)
            if kind := kinds.get(number):
                collector.trace(kind, words)
            elif is_local(words):
                collector.trace("path", words)
    if not _MACROS.isdisjoint(container.entries):
        collector.trace("macros")
    if "ObjectPool" in container.entries:
        collector.trace("embedded files")
    collector.text("property", "", "\n".join(lines))
    collector.text("raw", "", digit_runs(data))
    return _OLD_FORMAT


def _properties(stream: bytes) -> Iterator[tuple[int, str]]:
    """Number and text of the properties of a set that are texts."""
    try:
        (at,) = struct.unpack_from("<I", stream, 44)
        (count,) = struct.unpack_from("<I", stream, at + 4)
        places = [struct.unpack_from("<II", stream, at + 8 + 8 * n) for n in range(min(count, _MAX_PROPERTIES))]
    except struct.error:
        return
    encoding = "gb18030"
    for number, offset in sorted(places):
        try:
            kind, value = struct.unpack_from("<II", stream, at + offset)
        except struct.error:
            continue
        start = at + offset + 8
        if number == 1:
            encoding = {65001: "utf-8", 1200: "utf-16-le", 1252: "cp1252"}.get(value & 0xFFFF, "gb18030")
        elif kind in (30, 31):  # VT_LPSTR, VT_LPWSTR: length in bytes, in characters
            raw = stream[start : start + min(value, 4096) * (2 if kind == 31 else 1)]
            words = raw.decode("utf-16-le" if kind == 31 else encoding, "replace").split("\0")[0].strip()
            if words:
                yield number, words
