"""A .docx as a zip of parts: opened within bounds, and nothing in it used as a path.

What a name in the zip says matters only for finding a part by its relationship (ECMA-376 part 2, Open Packaging
Conventions); nothing is ever unpacked into a folder. Sizes are counted while unpacking, since a zip's own figures lie.
"""

from __future__ import annotations

import io
import posixpath
import re
import zipfile
import zlib
from collections.abc import Iterator, Mapping
from typing import NamedTuple, Self

from lxml import etree

from bulletin.word.flatten.names import RELATIONSHIPS, strict_to_transitional
from bulletin.word.incoming import MAX_INCOMING_BYTES
from bulletin.word.refusals import NotTaken

_MAX_ENTRIES = 4096
_MAX_PART = 24 << 20
"""Of XML: some two million Han characters with all that Word writes around them."""
_MAX_XML = 48 << 20
_MAX_PICTURE = 32 << 20
_MAX_PICTURES = 96 << 20

_COMPOUND = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_NO_PART = (zipfile.BadZipFile, zlib.error, EOFError, OSError, RuntimeError, NotImplementedError, ValueError)


class Relationship(NamedTuple):
    """A relationship: what a part refers to by an id."""

    kind: str
    """Last step of its type: ``image``, ``hyperlink``, ``styles``."""
    target: str
    """Name of a part, or an address outside."""
    outside: bool


class IncomingPackage:
    """The parts of one document."""

    def __init__(self, archive: zipfile.ZipFile) -> None:
        self._archive = archive
        self._names = {name.replace("\\", "/").lstrip("/").casefold(): name for name in archive.namelist()}
        self._xml_left, self._pictures_left = _MAX_XML, _MAX_PICTURES
        self.main = self._main()

    @classmethod
    def open(cls, content: bytes, name: str = "") -> Self:
        """Raises `NotTaken`."""
        _refuse_others(content, name)
        try:
            archive = zipfile.ZipFile(io.BytesIO(content))
        except _NO_PART as error:
            raise NotTaken("damaged") from error
        entries = archive.infolist()
        if len(entries) > _MAX_ENTRIES:
            raise NotTaken("size")
        if any(entry.flag_bits & 0x1 for entry in entries):
            raise NotTaken("encrypted")
        names = {entry.filename.casefold() for entry in entries}
        if any(name.endswith("vbaproject.bin") for name in names):
            raise NotTaken("macros")
        if "mimetype" in names and "[content_types].xml" not in names:
            raise NotTaken("odf")
        return cls(archive)

    def xml(self, part: str) -> etree._Element | None:
        """The root of a part; None where there is no such part. Raises `NotTaken`."""
        content = self._read(part, min(_MAX_PART, self._xml_left))
        if content is None:
            return None
        self._xml_left -= len(content)
        return parse_xml(content)

    def picture(self, part: str) -> bytes | None:
        """Bytes of a picture; None where it is missing. Raises `NotTaken`."""
        content = self._read(part, min(_MAX_PICTURE, self._pictures_left))
        self._pictures_left -= len(content or b"")
        return content

    def links(self, part: str) -> Mapping[str, Relationship]:
        """Id → relationship of a part."""
        folder, name = posixpath.split(part)
        root = self.xml(posixpath.join(folder, "_rels", name + ".rels"))
        return {} if root is None else dict(_links(root, folder))

    def linked(self, part: str, kind: str) -> tuple[str, ...]:
        """Names of the parts to which a part refers, of one kind."""
        return tuple(link.target for link in self.links(part).values() if link.kind == kind and not link.outside)

    def _main(self) -> str:
        found = self.linked("", "officeDocument")
        main = next((part for part in found if part.casefold() in self._names), "word/document.xml")
        types = self._read("[Content_Types].xml", _MAX_PART) or b""
        if b"macroEnabled" in types or b"vbaProject" in types:
            raise NotTaken("macros")
        if main.casefold() not in self._names or b"spreadsheetml.sheet.main" in types or b"presentation.main" in types:
            raise NotTaken("other")
        return main

    def _read(self, part: str, limit: int) -> bytes | None:
        name = self._names.get(part.casefold())
        if name is None:
            return None
        try:
            with self._archive.open(name) as file:
                content = file.read(limit + 1)
        except _NO_PART as error:
            raise NotTaken("damaged") from error
        if len(content) > limit:
            raise NotTaken("size")
        return content


def _refuse_others(content: bytes, name: str) -> None:
    """Files of other kinds, by how they begin."""
    head = content[:1024].lstrip(b"\xef\xbb\xbf\r\n\t ").lower()
    if len(content) > MAX_INCOMING_BYTES:
        raise NotTaken("size")
    if content.startswith(_COMPOUND):
        if "EncryptedPackage".encode("utf-16-le") in content:
            raise NotTaken("encrypted")
        raise NotTaken("wps" if name.casefold().endswith((".wps", ".wpt")) else "old")
    if head.startswith(b"{\\rtf"):
        raise NotTaken("rtf")
    if head.startswith((b"<!doctype html", b"<html", b"mime-version:")) or b"<html" in head:
        raise NotTaken("page")
    if not content.startswith(b"PK"):
        raise NotTaken("other")


_DOCTYPE = tuple("<!DOCTYPE".encode(code) for code in ("ascii", "utf-16-le", "utf-16-be", "utf-32-le", "utf-32-be"))


def parse_xml(content: bytes) -> etree._Element:
    """Its root, without a DTD, entities or anything from outside. Raises `NotTaken`."""
    if any(mark in content for mark in _DOCTYPE):
        raise NotTaken("entities")
    parser = etree.XMLParser(
        resolve_entities=False, no_network=True, load_dtd=False, huge_tree=False, remove_comments=True, remove_pis=True
    )
    try:
        root = etree.fromstring(strict_to_transitional(content), parser)
    except etree.XMLSyntaxError as error:
        raise NotTaken("deep" if "depth" in str(error) else "damaged") from error
    except (ValueError, LookupError) as error:
        raise NotTaken("damaged") from error
    if root.getroottree().docinfo.internalDTD is not None:
        raise NotTaken("entities")
    return root


_SCHEME = re.compile(r"(?i)^[a-z][a-z0-9+.-]*:")


def _links(root: etree._Element, folder: str) -> Iterator[tuple[str, Relationship]]:
    for each in root.iter(RELATIONSHIPS + "Relationship"):
        target, kind = each.get("Target", ""), each.get("Type", "").rpartition("/")[2]
        outside = each.get("TargetMode", "").casefold() == "external" or bool(_SCHEME.match(target))
        if not outside:
            target = posixpath.normpath(posixpath.join("/" + folder, target)).lstrip("/")
        yield each.get("Id", ""), Relationship(kind, target, outside)
