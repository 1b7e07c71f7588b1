"""Files that are neither Office's nor PDF: OFD, RTF, plain text, archives."""

from __future__ import annotations

import re
from collections.abc import Iterator

from bulletin.core.i18n import N_
from bulletin.read.documents.facts import Collector
from bulletin.read.documents.package import Package

IN_ARCHIVE = N_("what is in the archive is not looked into")
_MAX_NAMES = 1_000


def read_ofd(package: Package, collector: Collector) -> None:
    """Add the text of an OFD file (GB/T 33190-2016), page by page. Raises `DocumentError`."""
    pages = 0
    for info in package.members:
        if not info.filename.lower().endswith(".xml"):
            if "/attachs/" in f"/{info.filename.lower()}":
                collector.trace("embedded files", info.filename.rpartition("/")[2])
            continue
        is_page = package.root(info.filename) == "ofd:Page"
        pages += is_page
        lines: list[str] = []
        name = ""
        for event in package.events(info.filename):
            if event.kind != "text":
                name = event.name if event.kind == "start" else ""
                if event.kind == "start" and event.name == "ofd:Annot" and event.attributes.get("Creator"):
                    collector.trace("comments", event.attributes["Creator"])
            elif name == "ofd:Author" and event.name.strip():
                collector.trace("author", event.name)
            elif event.name.strip():
                lines.append(event.name)
        collector.text("body" if is_page else "attribute", str(pages) if is_page else "", "\n".join(lines))


def archive_names(package: Package, collector: Collector) -> str:
    """Add the names of what is in a zip file; returns that its content was not looked into."""
    names = [_name(info.filename, bool(info.flag_bits & 0x800)) for info in package.members[:_MAX_NAMES]]
    collector.text("attribute", "", "\n".join(names))
    return IN_ARCHIVE


def _name(name: str, is_utf8: bool) -> str:
    """A name as it was meant: Chinese Windows writes GBK, which zipfile takes for code page 437."""
    if is_utf8:
        return name
    try:
        return name.encode("cp437").decode("gb18030")
    except UnicodeError:
        return name


def decode_document(data: bytes) -> str | None:
    """The text of a file that is one: UTF-8, UTF-16 with its mark, or GB18030; None for any other."""
    data = data[:8_000_000]
    encodings = ("utf-16",) if data[:2] in (b"\xff\xfe", b"\xfe\xff") else ("utf-8-sig", "gb18030")
    for encoding in encodings:
        try:
            text = data.decode(encoding)
        except UnicodeDecodeError as error:
            if error.start < len(data) - 4 or len(data) < 8_000_000:
                continue
            text = data[: error.start].decode(encoding)
        if "\0" not in text:
            return re.sub("\r\n?", "\n", text)
    return None


# ── RTF

_RTF = re.compile(
    r"\\'(?P<hex>[0-9a-fA-F]{2})|\\u(?P<unicode>-?\d{1,6}) ?|\\(?P<word>[a-zA-Z]{1,32})(?P<number>-?\d{1,10})? ?"
    r"|\\(?P<symbol>[^a-zA-Z])|(?P<brace>[{}])|[\r\n]+|(?P<text>[^\\{}\r\n]+)"
)
_SILENT = frozenset(
    (
        *("fonttbl", "colortbl", "stylesheet", "pict", "objdata", "themedata", "colorschememapping", "datastore"),
        *("latentstyles", "listtable", "listoverridetable", "rsidtbl", "generator", "xmlnstbl", "fldinst"),
    )
)
_PEOPLE = frozenset(("author", "operator", "manager", "company", "atnauthor"))
_BREAKS = {"par": "\n", "line": "\n", "row": "\n", "cell": "\t", "tab": "\t"}
_MAX_DEPTH = 500


def read_rtf(data: bytes, collector: Collector) -> None:
    """Add the text and the people of an RTF file; in GBK, which Chinese programs write."""
    pieces: dict[str, bytearray] = {}
    stack: list[str] = ["body"]
    for destination, words in _rtf_words(data[:20_000_000].decode("latin-1"), stack):
        pieces.setdefault(destination, bytearray()).extend(words)
    said = {destination: bytes(raw).decode("gb18030", "replace").strip() for destination, raw in pieces.items()}
    collector.text("body", "", said.get("body", ""))
    collector.text("hidden", "", said.get("hidden", ""))
    collector.text("comment", "", said.get("comment", ""))
    for word, kind in (
        ("author", "author"),
        ("operator", "last author"),
        ("manager", "manager"),
        ("company", "company"),
    ):
        if said.get(word):
            collector.trace(kind, said[word])  # type: ignore[arg-type]
            collector.text("property", "", said[word])
    if said.get("comment") or said.get("atnauthor"):
        collector.trace("comments", said.get("atnauthor", ""))
    if said.get("hidden"):
        collector.trace("hidden text")


def _rtf_words(text: str, stack: list[str]) -> Iterator[tuple[str, bytes]]:
    """Where a run of characters belongs, and the run, in GB18030."""
    skip = 0
    for found in _RTF.finditer(text):
        if found["brace"] == "{":
            stack.append(stack[-1] if len(stack) < _MAX_DEPTH else "")
        elif found["brace"]:
            if len(stack) > 1:
                stack.pop()
        elif found["word"]:
            _rtf_word(found["word"], found["number"], stack)
            if found["word"] in _BREAKS and stack[-1]:
                yield stack[-1], _BREAKS[found["word"]].encode()
        elif found["symbol"] == "*":
            stack[-1] = stack[-1] if stack[-1] != "body" else "*"
        elif not stack[-1]:
            continue
        elif found["hex"]:
            if skip:
                skip -= 1
            else:
                yield stack[-1], bytes.fromhex(found["hex"])
        elif found["unicode"]:
            skip = (
                1
                if text[found.end() : found.end() + 1] in ("?", "")
                else 2
                if text.startswith("\\'", found.end())
                else 0
            )
            yield stack[-1], chr(int(found["unicode"]) % 0x10000).encode("gb18030", "replace")
        elif found["text"]:
            words = found["text"][1:] if skip and found["text"].startswith("?") else found["text"]
            skip = 0
            yield stack[-1], words.encode("latin-1", "replace")


def _rtf_word(word: str, number: str | None, stack: list[str]) -> None:
    if word in _SILENT:
        stack[-1] = ""
    elif word in _PEOPLE:
        stack[-1] = word
    elif word == "annotation":
        stack[-1] = "comment"
    elif word == "v" and stack[-1] in ("body", "hidden"):
        stack[-1] = "body" if number == "0" else "hidden"
    elif word == "plain" and stack[-1] == "hidden":
        stack[-1] = "body"
