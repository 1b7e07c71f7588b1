"""PDF files, by pypdf: text a page, properties, notes, attached files, scripts."""

from __future__ import annotations

import logging
import re
import unicodedata
from collections.abc import Iterator, Mapping
from itertools import islice
from typing import TYPE_CHECKING, Any

from bulletin.core.i18n import N_
from bulletin.read.documents.facts import DAMAGED, ENCRYPTED, TOO_LARGE, Collector, DocumentError
from bulletin.read.documents.package import is_local, xml_events
from bulletin.read.exif import exif_has_location

if TYPE_CHECKING:
    from pypdf import PdfReader

_MAX_PAGES = 1_000
_MAX_NOTES = 2_000
"""Annotations of one file."""
_MAX_FILES = 200
_MAX_DEPTH = 20
"""Levels of a name tree."""

_NO_TEXT = N_("pages of it are pictures, in which no text is looked for")
_UNREADABLE_PAGES = N_("the text of some pages cannot be read")

_NOTES = frozenset(
    ("/Text", "/FreeText", "/Highlight", "/Underline", "/StrikeOut", "/Squiggly", "/Caret", "/Stamp", "/Ink", "/Popup")
)
"""Kinds of annotations with which readers comment (ISO 32000-1, 12.5.6)."""


def read_pdf(data: bytes, collector: Collector) -> str:
    """Add all that a PDF tells; returns why it could not be read to its end, a phrase for translation, or nothing.

    Raises `DocumentError`.
    """
    logging.getLogger("pypdf").setLevel(logging.CRITICAL)  # what it says of damaged files is for programmers
    try:
        return _read(data, collector)
    except DocumentError:
        raise
    except MemoryError:
        raise DocumentError(TOO_LARGE) from None
    except Exception:  # noqa: BLE001 - pypdf raises what Python does where a damaged file surprises it
        raise DocumentError(DAMAGED) from None


def _read(data: bytes, collector: Collector) -> str:
    from io import BytesIO

    from pypdf import PdfReader
    from pypdf.errors import DependencyError

    reader = PdfReader(BytesIO(data), strict=False)
    try:
        if reader.is_encrypted and not reader.decrypt(""):
            raise DocumentError(ENCRYPTED)
    except (DependencyError, NotImplementedError):
        raise DocumentError(ENCRYPTED) from None
    _properties(reader, collector)
    _catalogue(reader, collector)
    _pictures(data, collector)
    return _pages(reader, collector)


# ── properties

_INFO: Mapping[str, str] = {
    "/Author": "author",
    "/Manager": "manager",
    "/Company": "company",
    "/LastAuthor": "last author",
}
_INFO_OF_PROGRAMS = frozenset(
    ("/Creator", "/Producer", "/CreationDate", "/ModDate", "/Trapped", "/Title", "/Subject", "/Keywords")
)


def _properties(reader: PdfReader, collector: Collector) -> None:
    lines: list[str] = []
    info = _resolved(reader.trailer.get("/Info"))
    for name, value in list(info.items())[:100] if isinstance(info, dict) else ():
        words = str(_resolved(value)).strip()
        if not words or name in ("/CreationDate", "/ModDate", "/Trapped"):
            continue
        lines.append(words)
        if kind := _INFO.get(name):
            collector.trace(kind, words)  # type: ignore[arg-type]
        elif name not in _INFO_OF_PROGRAMS and not re.search(r"(?i)PTEX|SourceModified|KSO", name):
            collector.trace("custom properties", name.lstrip("/"))
    stream = _resolved(_resolved(reader.trailer.get("/Root", {})).get("/Metadata"))
    if stream is not None and hasattr(stream, "get_data"):
        lines += _xmp(stream.get_data(), collector)
    collector.text("property", "", "\n".join(lines))


def _xmp(data: bytes, collector: Collector) -> Iterator[str]:
    """The texts of XMP metadata; its author, where it says another one than the dictionary."""
    depth = 0
    try:
        for event in xml_events(data.strip(b"\0 \r\n\t")):
            if event.kind == "text":
                words = event.name.strip()
                if words and depth:
                    collector.trace("author", words)
                if words:
                    yield words
            elif event.name == "dc:creator":
                depth += 1 if event.kind == "start" else -1
    except DocumentError:
        return


# ── what belongs to the file as a whole


def _catalogue(reader: PdfReader, collector: Collector) -> None:
    root = _resolved(reader.trailer.get("/Root"))
    if not isinstance(root, dict):
        raise DocumentError(DAMAGED)
    names = _resolved(root.get("/Names"))
    names = names if isinstance(names, dict) else {}
    for name, entry in islice(_name_tree(names.get("/EmbeddedFiles"), 0), _MAX_FILES):
        entry = _resolved(entry)
        said = entry.get("/UF") or entry.get("/F") if isinstance(entry, dict) else ""
        collector.trace("embedded files", str(_resolved(said) or name))
        collector.text("attribute", "", str(_resolved(said) or name))
    action = _resolved(root.get("/OpenAction"))
    scripts = sum(1 for _ in islice(_name_tree(names.get("/JavaScript"), 0), _MAX_FILES))
    scripts += isinstance(action, dict) and action.get("/S") == "/JavaScript"
    if scripts:
        collector.trace("scripts", count=scripts)
    layers = _resolved(root.get("/OCProperties"))
    settings = _resolved(layers.get("/D")) if isinstance(layers, dict) else None
    off = _resolved(settings.get("/OFF")) if isinstance(settings, dict) else None
    if isinstance(off, list) and off:
        collector.trace("hidden layers", count=len(off))
    form = _resolved(root.get("/AcroForm"))
    if isinstance(form, dict):
        if "/XFA" in form:
            collector.trace("scripts")
        for field in list(_resolved(form.get("/Fields")) or [])[:_MAX_NOTES]:
            _field(_resolved(field), collector, 0)


def _field(field: Any, collector: Collector, depth: int) -> None:
    """What was written into a form."""
    if not isinstance(field, dict) or depth > _MAX_DEPTH or collector.truncated:
        return
    value = _resolved(field.get("/V"))
    if isinstance(value, (str, bytes)):
        collector.text("body", "", str(value))
    for child in list(_resolved(field.get("/Kids")) or [])[:_MAX_NOTES]:
        _field(_resolved(child), collector, depth + 1)


def _name_tree(node: Any, depth: int) -> Iterator[tuple[str, Any]]:
    """Names and values of a name tree (ISO 32000-1, 7.9.6)."""
    node = _resolved(node)
    if not isinstance(node, dict) or depth > _MAX_DEPTH:
        return
    names = _resolved(node.get("/Names"))
    if isinstance(names, list):
        yield from ((str(_resolved(name)), value) for name, value in zip(names[::2], names[1::2], strict=False))
    for child in list(_resolved(node.get("/Kids")) or [])[:_MAX_FILES]:
        yield from _name_tree(child, depth + 1)


# ── pages

_LOOK_ALIKES = {at: unicodedata.normalize("NFKC", chr(at)) for at in (*range(0x2F00, 0x2FD6), *range(0xFB00, 0xFB07))}
"""Radicals and ligatures that browsers write for the characters themselves: ⼈ for 人."""


def _pages(reader: PdfReader, collector: Collector) -> str:
    without_text = unreadable = notes = 0
    for number, page in enumerate(islice(reader.pages, _MAX_PAGES), 1):
        try:
            words = page.extract_text()
        except MemoryError:
            raise
        except Exception:  # noqa: BLE001 - as above; the other pages are read
            unreadable += 1
            words = ""
        collector.text("body", str(number), words.translate(_LOOK_ALIKES))
        without_text += not words.strip() and "/XObject" in (_resolved(page.get("/Resources")) or {})
        if collector.truncated:
            break
        for note in list(_resolved(page.get("/Annots")) or [])[: max(_MAX_NOTES - notes, 0)]:
            notes += 1
            _note(_resolved(note), str(number), collector)
    if len(reader.pages) > _MAX_PAGES:
        collector.truncated = True
    return _UNREADABLE_PAGES if unreadable else _NO_TEXT if without_text else ""


def _note(note: Any, place: str, collector: Collector) -> None:
    if not isinstance(note, dict):
        return
    kind = note.get("/Subtype")
    action = _resolved(note.get("/A"))
    words = str(_resolved(note.get("/Contents")) or "")
    if kind == "/FileAttachment":
        collector.trace("embedded files", words)
    elif kind in _NOTES and (words.strip() or kind not in ("/Popup", "/Ink", "/Stamp")):
        collector.trace("comments", str(_resolved(note.get("/T")) or ""))
        collector.text("comment", place, words)
    elif isinstance(action, dict) and action.get("/S") == "/URI":
        target = str(_resolved(action.get("/URI")) or "")
        collector.text("attribute", place, target)
        if is_local(target):
            collector.trace("path", target)
    elif isinstance(action, dict) and action.get("/S") in ("/JavaScript", "/Launch"):
        collector.trace("scripts")


def _resolved(value: Any) -> Any:
    """The object that a reference means."""
    return value.get_object() if hasattr(value, "get_object") else value


# ── pictures

_MAX_PICTURES = 200


def _pictures(data: bytes, collector: Collector) -> None:
    """Locations in photographs, which are in the file as the camera wrote them."""
    at = -1
    for _ in range(_MAX_PICTURES):
        at = data.find(b"Exif\0\0", at + 1)
        if at < 0:
            return
        if exif_has_location(data[at : at + 0x10000]):
            collector.trace("location")
