"""Zip files with XML inside, as Office and OFD make them, within bounds: no bomb, no entity, nothing from outside."""

from __future__ import annotations

import re
import struct
import zipfile
import zlib
from collections.abc import Iterator
from io import BytesIO
from typing import Literal, NamedTuple
from xml.parsers import expat

from bulletin.read.documents.facts import DAMAGED, ENCRYPTED, TOO_LARGE, DocumentError

MAX_MEMBERS = 5_000
_MAX_UNPACKED = 100_000_000
"""Bytes that are unpacked of one file."""
_MAX_MEMBER = 40_000_000
_MAX_DEPTH = 250
"""Nested elements: tables in tables have some ten a level."""
_MAX_ELEMENTS = 800_000
"""Of one file; a quarter of a million take about a second."""
_CHUNK = 1 << 16


_UNREADABLE = (
    zipfile.BadZipFile,
    zipfile.LargeZipFile,
    zlib.error,
    struct.error,
    EOFError,
    OSError,
    ValueError,
    LookupError,
    NotImplementedError,
    OverflowError,
    RuntimeError,
)
"""What zipfile raises for files that are none."""


class _Budget:
    """What may still be unpacked and parsed, of a file and of those inside of it."""

    def __init__(self) -> None:
        self._bytes = _MAX_UNPACKED
        self._elements = _MAX_ELEMENTS

    @property
    def most(self) -> int:
        """Bytes that the next member may have."""
        return max(min(_MAX_MEMBER, self._bytes), 0)

    def spend(self, unpacked: int = 0, elements: int = 0) -> None:
        """Take something off. Raises `DocumentError` when that is too much."""
        self._bytes -= unpacked
        self._elements -= elements
        if self._bytes < 0 or self._elements < 0:
            raise DocumentError(TOO_LARGE)


class Package:
    """A zip file. Names are compared without case, as Office does. Raises `DocumentError`."""

    def __init__(self, data: bytes, around: Package | None = None) -> None:
        """``around`` is the file in which this one is embedded: both share the bounds."""
        self._budget: _Budget = around._budget if around else _Budget()
        try:
            self._zip = zipfile.ZipFile(BytesIO(data))
            self.members = tuple(info for info in self._zip.infolist() if not info.is_dir())
        except _UNREADABLE:
            raise DocumentError(DAMAGED) from None
        if len(self.members) > MAX_MEMBERS:
            raise DocumentError(TOO_LARGE)
        self._by_name = {info.filename.lower(): info for info in self.members}

    @property
    def repeats_names(self) -> bool:
        """Whether two members have one name, so that programs may differ in which they show."""
        return len(self._by_name) < len(self.members)

    def has(self, name: str) -> bool:
        return name.lower() in self._by_name

    def read(self, name: str) -> bytes:
        """A member's bytes; counts against what may be unpacked."""
        data = self._unpack(name, self._budget.most + 1)
        self._budget.spend(unpacked=len(data))
        if len(data) > _MAX_MEMBER:
            raise DocumentError(TOO_LARGE)
        return data

    def root(self, name: str) -> str:
        """Name of the root element of an XML member; empty for one without any."""
        return next((event.name for event in xml_events(self._unpack(name, 1 << 13), whole=False)), "")

    def events(self, name: str) -> Iterator[XmlEvent]:
        """The XML of a member; all elements of a file are counted together."""
        for event in xml_events(self.read(name)):
            if event.kind == "start":
                self._budget.spend(elements=1)
            yield event

    def _unpack(self, name: str, limit: int) -> bytes:
        info = self._by_name.get(name.lower())
        if info is None:
            raise DocumentError(DAMAGED)
        if info.flag_bits & 1:
            raise DocumentError(ENCRYPTED)
        if info.compress_type not in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED):
            raise DocumentError(DAMAGED)
        try:
            with self._zip.open(info) as file:
                return file.read(limit)
        except _UNREADABLE:
            raise DocumentError(DAMAGED) from None


# ── XML

_PREFIXES = {
    **dict.fromkeys(
        (
            "http://schemas.openxmlformats.org/wordprocessingml/2006/main",
            "http://purl.oclc.org/ooxml/wordprocessingml/main",
        ),
        "w",
    ),
    **dict.fromkeys(
        ("http://schemas.openxmlformats.org/drawingml/2006/main", "http://purl.oclc.org/ooxml/drawingml/main"), "a"
    ),
    **dict.fromkeys(
        (
            "http://schemas.openxmlformats.org/presentationml/2006/main",
            "http://purl.oclc.org/ooxml/presentationml/main",
        ),
        "p",
    ),
    **dict.fromkeys(
        ("http://schemas.openxmlformats.org/spreadsheetml/2006/main", "http://purl.oclc.org/ooxml/spreadsheetml/main"),
        "x",
    ),
    **dict.fromkeys(
        (
            "http://schemas.openxmlformats.org/officeDocument/2006/relationships",
            "http://purl.oclc.org/ooxml/officeDocument/relationships",
        ),
        "r",
    ),
    "http://schemas.openxmlformats.org/package/2006/relationships": "rel",
    "http://schemas.openxmlformats.org/package/2006/content-types": "ct",
    "http://schemas.openxmlformats.org/package/2006/metadata/core-properties": "cp",
    **dict.fromkeys(
        (
            "http://schemas.openxmlformats.org/officeDocument/2006/extended-properties",
            "http://purl.oclc.org/ooxml/officeDocument/extendedProperties",
        ),
        "ep",
    ),
    **dict.fromkeys(
        (
            "http://schemas.openxmlformats.org/officeDocument/2006/custom-properties",
            "http://purl.oclc.org/ooxml/officeDocument/customProperties",
        ),
        "cup",
    ),
    "http://purl.org/dc/elements/1.1/": "dc",
    "http://schemas.openxmlformats.org/markup-compatibility/2006": "mc",
    "http://schemas.microsoft.com/office/spreadsheetml/2018/threadedcomments": "tc",
    "http://schemas.microsoft.com/office/spreadsheetml/2010/11/ac": "x15ac",
    "http://schemas.microsoft.com/office/powerpoint/2018/8/main": "p188",
    "http://www.ofdspec.org/2016": "ofd",
}
"""ISO/IEC 29500, transitional and strict; GB/T 33190-2016 (OFD)."""


class XmlEvent(NamedTuple):
    """A tag or a run of characters."""

    kind: Literal["start", "end", "text"]
    name: str
    """``w:p`` whatever the file's own prefix is; ``?:x`` in another namespace; the characters of a text."""
    attributes: dict[str, str]
    """By local name; those of relationships as ``r:id``."""
    at: int
    """Byte at which it begins."""


_NO_ATTRIBUTES: dict[str, str] = {}


def xml_events(data: bytes, *, whole: bool = True) -> Iterator[XmlEvent]:
    """Events of an XML document, without recursion. ``whole=False`` for the beginning of one.

    Raises `DocumentError` where it is not well-formed, too deep, or has a DTD: Office writes none, and entities are
    made there.
    """
    found: list[XmlEvent] = []
    depth = 0
    names: dict[str, str] = {}

    def start(name: str, attributes: dict[str, str]) -> None:
        nonlocal depth
        depth += 1
        if depth > _MAX_DEPTH:
            raise DocumentError(TOO_LARGE)
        short = names.get(name) or names.setdefault(name, _short(name))
        at = parser.CurrentByteIndex
        found.append(XmlEvent("start", short, _local(attributes) if attributes else _NO_ATTRIBUTES, at))

    def end(name: str) -> None:
        nonlocal depth
        depth -= 1
        found.append(XmlEvent("end", names.get(name, name), _NO_ATTRIBUTES, parser.CurrentByteIndex))

    def text(words: str) -> None:
        found.append(XmlEvent("text", words, _NO_ATTRIBUTES, 0))

    def doctype(*_: object) -> None:
        raise DocumentError(DAMAGED)

    parser = expat.ParserCreate(namespace_separator=" ")
    parser.buffer_text = True
    parser.StartElementHandler, parser.EndElementHandler = start, end
    parser.CharacterDataHandler, parser.StartDoctypeDeclHandler = text, doctype
    for at in range(0, max(len(data), 1), _CHUNK):
        try:
            parser.Parse(data[at : at + _CHUNK], whole and at + _CHUNK >= len(data))
        except (expat.ExpatError, ValueError, LookupError):
            raise DocumentError(DAMAGED) from None
        yield from found
        found.clear()


def _short(name: str) -> str:
    space, _, local = name.rpartition(" ")
    return f"{_PREFIXES.get(space, '?')}:{local}"


def _local(attributes: dict[str, str]) -> dict[str, str]:
    return {
        (
            f"r:{name.rpartition(' ')[2]}" if _PREFIXES.get(name.partition(" ")[0]) == "r" else name.rpartition(" ")[2]
        ): value
        for name, value in attributes.items()
    }


def is_on(value: str | None) -> bool:
    """A switch of Office's XML that is given: without a value it is on."""
    return (value or "1").lower() not in ("0", "false", "off", "none")


_LOCAL_ADDRESS = re.compile(r"(?i)file:|\\\\|[a-z]:[\\/]|/(?:home|users)/")


def is_local(address: str) -> bool:
    """Whether an address is a path on somebody's computer or in an inner network's share."""
    return bool(_LOCAL_ADDRESS.match(address.strip()))
