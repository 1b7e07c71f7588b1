"""Which bytes of a part's XML are cut out: comments, tracked changes and hidden text of Word."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator
from dataclasses import dataclass, field

from bulletin.read.documents.facts import Collector
from bulletin.read.documents.package import XmlEvent, xml_events
from bulletin.read.documents.word import FORMAT_CHANGES, RunProperties

CutSpan = tuple[int, int]
"""First byte, and the one after the last."""

_TAG = re.compile(rb"""<(?:[^"'>]|"[^"]*"|'[^']*')*+>""")
_RSID = re.compile(rb"""\s[\w.-]+:rsid\w*\s*=\s*(?:"[^"]*"|'[^']*')""")


def cut(data: bytes, spans: list[CutSpan]) -> bytes:
    """The bytes without the spans, which may overlap."""
    pieces, at = [], 0
    for start, end in sorted(spans):
        pieces.append(data[at : max(at, start)])
        at = max(at, end)
    return b"".join([*pieces, data[at:]])


def _tag_end(data: bytes, at: int) -> int:
    found = _TAG.match(data, at)
    return found.end() if found else at


@dataclass
class _Open:
    """An element that has begun."""

    name: str
    start: int
    inner: int
    """Where its start tag ends."""
    empty: bool
    """Written as one tag, which the parser ends where it ends."""
    goes: bool = False
    unwrapped: bool = False
    kept: bool = False
    """Of a paragraph: whether something stays in it. Of a run: whether it may not be taken out."""
    mark_goes: bool = False
    """Of a paragraph: whether its mark was deleted or is hidden."""
    words: list[str] = field(default_factory=list)

    def end(self, data: bytes, at: int) -> int:
        """The byte after it; ``at`` is where its end was found."""
        return self.inner if self.empty else data.index(b">", at) + 1


def _opened(data: bytes, event: XmlEvent) -> _Open:
    inner = _tag_end(data, event.at)
    return _Open(event.name, event.at, inner, data[inner - 2 : inner] == b"/>")


def element_spans(data: bytes, names: Collection[str]) -> Iterator[tuple[str, str, CutSpan]]:
    """Name, text and span of the elements of some names, in the order in which they begin; none inside another."""
    current: _Open | None = None
    depth = 0
    for event in xml_events(data):
        if current is None:
            if event.kind == "start" and event.name in names:
                current, depth = _opened(data, event), 1
        elif event.kind == "text":
            current.words.append(event.name)
        else:
            depth += 1 if event.kind == "start" else -1
            if not depth:
                yield current.name, "".join(current.words), (current.start, current.end(data, event.at))
                current = None


# ── Word

_INSERTED = frozenset(("w:ins", "w:moveTo"))
_DELETED = frozenset(("w:del", "w:moveFrom"))
_GONE = (
    frozenset(("w:cellIns", "w:commentRangeStart", "w:commentRangeEnd", "w:commentReference"))
    | frozenset(f"w:{of}Range{end}" for of in ("moveFrom", "moveTo") for end in ("Start", "End"))
    | frozenset(f"w:customXml{of}Range{end}" for of in ("Ins", "Del", "MoveFrom", "MoveTo") for end in ("Start", "End"))
    | FORMAT_CHANGES
)
_HOLDS_RUN = frozenset(
    (
        *("w:fldChar", "w:instrText", "w:drawing", "w:pict", "w:object", "mc:AlternateContent"),
        *("w:footnoteReference", "w:endnoteReference", "w:footnoteRef", "w:endnoteRef"),
    )
)
"""A hidden run with one of these stays: a field has its parts in several runs."""
_HOLDS_PARAGRAPH = frozenset(
    (
        *("w:sectPr", "w:sdt", "?:oMath", "?:oMathPara"),
        *("w:bookmarkStart", "w:bookmarkEnd", "w:permStart", "w:permEnd"),
    )
)
"""A paragraph with one of these stays: the other half of a mark may be in another one."""


class _WordCutter:
    def __init__(self, data: bytes, hiding: frozenset[str], collector: Collector) -> None:
        self._data = data
        self._collector = collector
        self._properties = RunProperties(hiding)
        self._open: list[_Open] = []
        self._gone = 0
        self.spans: list[CutSpan] = []

    def run(self) -> None:
        for event in xml_events(self._data):
            if event.kind == "end":
                self._end(event)
                self._properties.follow(event)
                continue
            self._properties.follow(event)
            if event.kind == "start":
                self._start(event)
            elif self._open and self._open[-1].name == "w:t":
                self._open[-1].words.append(event.name)

    def _start(self, event: XmlEvent) -> None:
        element = _opened(self._data, event)
        name = event.name
        if name in _DELETED:
            element.goes = True
            self._delete_what_is_around()
            self._collector.trace("deletions", event.attributes.get("author", ""))
        elif name in _INSERTED:
            element.unwrapped = True
            self._collector.trace("insertions", event.attributes.get("author", ""))
        elif name == "w:cellDel":
            self._enclosing("w:tc").goes = True
            self._collector.trace("deletions", event.attributes.get("author", ""))
        elif name in _GONE:
            element.goes = True
            if name in FORMAT_CHANGES:
                self._collector.trace("format changes", event.attributes.get("author", ""))
        elif name in _HOLDS_RUN:
            self._enclosing("w:r").kept = True
        elif name in _HOLDS_PARAGRAPH:
            self._enclosing("w:p").kept = True
        self._gone += element.goes
        if any(key.startswith("rsid") for key in event.attributes):
            tag = self._data[element.start : element.inner]
            self.spans += [(element.start + m.start(), element.start + m.end()) for m in _RSID.finditer(tag)]
        self._open.append(element)

    def _delete_what_is_around(self) -> None:
        """A deletion inside of properties is of the paragraph's mark, or of the table's row."""
        if self._open and self._open[-1].name == "w:rPr" and len(self._open) > 1 and self._open[-2].name == "w:pPr":
            self._enclosing("w:p").mark_goes = True
        elif self._open and self._open[-1].name == "w:trPr":
            self._enclosing("w:tr").goes = True

    def _enclosing(self, name: str) -> _Open:
        return next((each for each in reversed(self._open) if each.name == name), _Open(name, 0, 0, True))

    def _end(self, event: XmlEvent) -> None:
        if event.name == "w:r":
            self._end_run()
        elif event.name == "w:p":
            self._end_paragraph()
        element = self._open.pop()
        self._gone -= element.goes and element.name in _DELETED | _GONE
        if element.goes:
            self.spans.append((element.start, element.end(self._data, event.at)))
        elif element.unwrapped and element.empty:
            self.spans.append((element.start, element.inner))
        elif element.unwrapped:
            self.spans += [(element.start, element.inner), (event.at, element.end(self._data, event.at))]
        elif element.name == "w:t" and element.words:
            self._enclosing("w:r").words += element.words

    def _end_run(self) -> None:
        run = self._open[-1]
        if self._properties.hidden and run.words and not run.kept:
            run.goes = True
            if not self._gone:
                self._collector.trace("hidden text")
        elif not self._gone:
            self._enclosing("w:p").kept = True

    def _end_paragraph(self) -> None:
        paragraph = self._open[-1]
        hidden = bool(self._properties.mark_hidden and self._properties.mark_hidden[-1])
        around = self._open[-2].name if len(self._open) > 1 else ""
        paragraph.goes = (paragraph.mark_goes or hidden) and not paragraph.kept and around == "w:body"


def word_cuts(data: bytes, hiding: frozenset[str], collector: Collector) -> list[CutSpan]:
    """What goes out of a part of Word; counted in ``collector``, but for the numbers of who edited what (rsid).

    A paragraph whose end was deleted stays a paragraph of its own when something is left in it.
    """
    cutter = _WordCutter(data, hiding, collector)
    cutter.run()
    return cutter.spans
