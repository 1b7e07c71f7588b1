"""What an attached file tells: `read_document`, by what its bytes are, whatever its name says."""

from __future__ import annotations

import posixpath

from bulletin.core.i18n import N_
from bulletin.read.documents.facts import DAMAGED, TOO_LARGE, Collector, DocumentError, DocumentFacts
from bulletin.read.documents.office import office_kind, read_office
from bulletin.read.documents.old_office import OLE_MAGIC, read_old_office
from bulletin.read.documents.others import IN_ARCHIVE, archive_names, decode_document, read_ofd, read_rtf
from bulletin.read.documents.package import Package
from bulletin.read.documents.pdf import read_pdf

MAX_DOCUMENT_BYTES = 60_000_000
_UNKNOWN = N_("its format is not known")
_TRUNCATED = N_("it has more in it than is looked at")

_MEDIA = (".mp3", ".mp4")
_MEDIA_LOCATIONS = (b"\xa9xyz", b"com.apple.quicktime.location.ISO6709")
"""Where a film says where it was taken: QuickTime's user data and metadata."""
_WHOLE_FILE_IN_ZIP = (".docx", ".xlsx", ".pptx", ".ofd")


def read_document(name: str, data: bytes) -> DocumentFacts:
    """Look into a file. Never raises: what cannot be looked into has a `problem`. Nothing outside is followed.

    Takes time and memory in proportion to the size, which is bounded, but for PDF: pypdf has its own bounds, and a
    worker's deadline is needed beside them.
    """
    collector = Collector()
    kind = _kind(name, data)
    if len(data) > MAX_DOCUMENT_BYTES and kind != "media":
        return collector.facts(kind, TOO_LARGE)
    try:
        kind, problem = _read(kind, name, data, collector)
    except DocumentError as error:
        kind, problem = "unknown" if kind == "zip" else kind, error.reason
    except (MemoryError, RecursionError):
        problem = TOO_LARGE
    return collector.facts(kind, problem or (_TRUNCATED if collector.truncated else ""))


def _kind(name: str, data: bytes) -> str:
    if data.startswith((b"PK\x03\x04", b"PK\x05\x06")):
        return "zip"
    if data.startswith((b"Rar!", b"7z\xbc\xaf\x27\x1c")):
        return "archive"
    if data.startswith(OLE_MAGIC):
        return "old office"
    if b"%PDF-" in data[:1024]:
        return "pdf"
    if data.startswith(b"{\\rtf"):
        return "rtf"
    return "media" if name.lower().endswith(_MEDIA) else "text"


def _read(kind: str, name: str, data: bytes, collector: Collector) -> tuple[str, str]:
    """What it is, and why it could not be read, or nothing."""
    if kind == "zip":
        return _read_zip(name, data, collector)
    if kind == "archive":
        return kind, IN_ARCHIVE
    if kind == "old office":
        return kind, read_old_office(data, collector)
    if kind == "pdf":
        return kind, read_pdf(data, collector)
    if kind == "rtf":
        read_rtf(data, collector)
        return kind, ""
    if kind == "media":
        if any(mark in data for mark in _MEDIA_LOCATIONS):
            collector.trace("location", posixpath.basename(name))
        return kind, ""
    text = decode_document(data)
    if text is None:
        return "unknown", _UNKNOWN
    collector.text("body", "", text)
    return kind, ""


def _read_zip(name: str, data: bytes, collector: Collector) -> tuple[str, str]:
    package = Package(data)
    kind = office_kind(package)
    if kind:
        if package.repeats_names:
            raise DocumentError(DAMAGED)
        read_office(package, collector)
        return kind, ""
    if package.has("OFD.xml"):
        read_ofd(package, collector)
        return "ofd", ""
    if name.lower().endswith(_WHOLE_FILE_IN_ZIP):
        raise DocumentError(DAMAGED)
    return "archive", archive_names(package, collector)
