"""The XML of Excel: cells, and what of them is hidden."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass, field

from bulletin.read.documents.facts import Collector, Role
from bulletin.read.documents.package import XmlEvent, is_local, is_on

_MAX_STRINGS = 20_000_000
"""Characters of all shared strings together."""
_HEADERS = frozenset(f"x:{which}{what}" for which in ("odd", "even", "first") for what in ("Header", "Footer"))
_HEADER_CODES = re.compile(r'&"[^"]*"|&\d+|&[A-Z]|&K[0-9A-F]{6}')
"""Fonts, sizes and sides in the text of a header (ISO/IEC 29500-1, 18.3.1.46)."""
_ATTRIBUTE_TEXTS = frozenset(("x:definedName", "x:formula1", "x:formula2", "x:f"))


@dataclass(frozen=True)
class SheetEntry:
    """A line of the workbook's list of sheets."""

    name: str
    relation: str
    hidden: bool


def read_workbook(events: Iterable[XmlEvent], collector: Collector) -> list[SheetEntry]:
    """The sheets, in order; adds what the workbook itself tells."""
    sheets: list[SheetEntry] = []
    for event in events:
        if event.kind != "start":
            continue
        given = event.attributes
        if event.name == "x:sheet":
            hidden = given.get("state", "visible") != "visible"
            if hidden:
                collector.trace("hidden sheets", given.get("name", ""))
            sheets.append(SheetEntry(given.get("name", ""), given.get("r:id", ""), hidden))
        elif event.name == "x15ac:absPath" and is_local(given.get("url", "")):
            collector.trace("path", given["url"])
        elif event.name == "x:fileSharing" and given.get("userName"):
            collector.trace("last author", given["userName"])
        elif event.name == "x:definedName" and given.get("comment"):
            collector.text("attribute", "", given["comment"])
    return sheets


def read_strings(events: Iterable[XmlEvent]) -> list[str]:
    """The shared strings; the sound signs above Han characters left out. Empty ones from `_MAX_STRINGS` on."""
    strings: list[str] = []
    pieces: list[str] = []
    phonetic = inside = 0
    room = _MAX_STRINGS
    for event in events:
        if event.kind == "text":
            if inside and not phonetic and room > 0:
                pieces.append(event.name)
                room -= len(event.name)
            continue
        step = 1 if event.kind == "start" else -1
        if event.name == "x:rPh":
            phonetic += step
        elif event.name == "x:t":
            inside += step
        elif event.name == "x:si" and step < 0:
            strings.append("".join(pieces))
            pieces = []
    return strings


@dataclass
class _Row:
    hidden: bool = False
    shown: list[str] = field(default_factory=list)
    concealed: list[str] = field(default_factory=list)


class _SheetReader:
    """One sheet."""

    def __init__(self, collector: Collector, sheet: SheetEntry, strings: list[str]) -> None:
        self._collector = collector
        self._sheet = sheet
        self._strings = strings
        self._hidden_columns: list[tuple[int, int]] = []
        self._rows_hidden_by_default = False
        self._row = _Row()
        self._column = 0
        self._type = ""
        self._texts: dict[Role, list[str]] = {"body": [], "hidden": []}
        self._pieces: list[str] | None = None

    def read(self, events: Iterable[XmlEvent]) -> None:
        for event in events:
            if event.kind == "start":
                self._start(event.name, event.attributes)
            elif event.kind == "end":
                self._end(event.name)
            elif self._pieces is not None:
                self._pieces.append(event.name)
            if not self._collector.room:
                break
        for role, lines in self._texts.items():
            self._collector.text(role, self._sheet.name, "\n".join(lines))

    def _start(self, name: str, given: dict[str, str]) -> None:
        if name == "x:c":
            self._column = _column(given.get("r", "")) or self._column + 1
            self._type = given.get("t", "n")
        elif name in ("x:v", "x:t") or name in _HEADERS or name in _ATTRIBUTE_TEXTS:
            self._pieces = []
        elif name == "x:row":
            flat = is_on(given.get("customHeight", "0")) and _is_zero(given.get("ht", ""))
            hidden = is_on(given.get("hidden", "1" if self._rows_hidden_by_default else "0")) or flat
            self._row, self._column = _Row(hidden), 0
        elif name == "x:col" and (is_on(given.get("hidden", "0")) or _is_zero(given.get("width", ""))):
            first, last = _whole(given.get("min", "")), _whole(given.get("max", ""))
            self._hidden_columns.append((first, last))
            self._collector.trace("hidden columns", self._sheet.name, min(max(last - first + 1, 1), 16384))
        elif name == "x:sheetFormatPr":
            self._rows_hidden_by_default = is_on(given.get("zeroHeight", "0"))

    def _end(self, name: str) -> None:
        if name in ("x:v", "x:t"):
            words, self._pieces = "".join(self._pieces or ()), None
            self._cell(self._value(words) if name == "x:v" else words)
        elif name == "x:row":
            self._end_row()
        elif name in _HEADERS:
            words, self._pieces = _HEADER_CODES.sub(" ", "".join(self._pieces or ())), None
            self._collector.text("header" if name.endswith("Header") else "footer", self._sheet.name, words)
        elif name in _ATTRIBUTE_TEXTS:
            self._collector.text("attribute", self._sheet.name, "".join(self._pieces or ()))
            self._pieces = None

    def _cell(self, words: str) -> None:
        hidden = (
            self._sheet.hidden
            or self._row.hidden
            or any(first <= self._column <= last for first, last in self._hidden_columns[:_MAX_HIDDEN_SPANS])
        )
        (self._row.concealed if hidden else self._row.shown).append(words)

    def _end_row(self) -> None:
        if self._row.hidden and self._row.concealed:
            self._collector.trace("hidden rows", self._sheet.name)
        if self._row.shown:
            self._texts["body"].append("\t".join(self._row.shown))
        if self._row.concealed:
            self._texts["hidden"].append("\t".join(self._row.concealed))
        self._row = _Row()

    def _value(self, words: str) -> str:
        if self._type == "s":
            at = _whole(words)
            return self._strings[at] if 0 <= at < len(self._strings) else ""
        return _number(words) if self._type == "n" else words


_MAX_HIDDEN_SPANS = 200
"""Spans of hidden columns that are looked through for every cell."""


def read_sheet(events: Iterable[XmlEvent], sheet: SheetEntry, strings: list[str], collector: Collector) -> None:
    """Add the cells of a sheet, a line a row: what is shown, and what is in hidden rows, columns and sheets."""
    _SheetReader(collector, sheet, strings).read(events)


def _column(reference: str) -> int:
    """Number of a cell's column, from 1; 0 when the cell does not say."""
    number = 0
    for character in reference[:8]:
        if not "A" <= character <= "Z":
            break
        number = number * 26 + ord(character) - 64
    return number


def _whole(words: str) -> int:
    return int(words) if words.strip().isascii() and words.strip().isdigit() and len(words) < 12 else -1


def _is_zero(words: str) -> bool:
    return bool(re.fullmatch(r"0+(?:\.0*)?", words))


_WHOLE_NUMBER = re.compile(r"[+-]?\d{1,30}(?:\.\d{1,30})?[Ee][+-]?\d{1,2}|\d{1,30}\.0+")


def _number(words: str) -> str:
    """A number as Excel shows it in a wide cell: ``1.3812345678E10`` is 13812345678."""
    if not _WHOLE_NUMBER.fullmatch(words):
        return words
    value = float(words)
    return str(int(value)) if value.is_integer() and abs(value) < 1e21 else words


def read_cached(events: Iterable[XmlEvent], place: str, collector: Collector) -> None:
    """Cells of pivot tables and of other workbooks that were copied into this one, shown or not."""
    lines: list[str] = []
    inside = False
    for event in events:
        if event.kind == "text":
            if inside:
                lines.append(event.name)
        elif event.name in ("x:v", "x:val"):
            inside = event.kind == "start"
        elif event.kind == "start" and event.name in ("x:s", "x:n") and event.attributes.get("v"):
            lines.append(_number(event.attributes["v"]))
    if lines:
        collector.trace("cached data", place)
        collector.text("cached", place, "\n".join(lines))


def read_sheet_comments(events: Iterable[XmlEvent], collector: Collector) -> None:
    """Notes and threaded comments of a sheet; the people that they name."""
    inside = ""
    pieces: list[str] = []
    for event in events:
        if event.kind == "text":
            if inside:
                pieces.append(event.name)
        elif event.kind == "start":
            if event.name in ("x:author", "x:t", "tc:text"):
                inside = event.name
            elif event.name in ("x:comment", "tc:threadedComment"):
                collector.trace("comments")
            elif event.name == "tc:person":
                collector.trace("comments", event.attributes.get("displayName", ""), 0)
        elif event.name == "x:author":
            collector.trace("comments", "".join(pieces), 0)
            pieces, inside = [], ""
        elif event.name in ("x:t", "tc:text"):
            inside = ""
        elif event.name in ("x:comment", "tc:threadedComment"):
            collector.text("comment", "", "".join(pieces))
            pieces = []
