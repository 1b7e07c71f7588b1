"""The XML of PowerPoint, and of drawings, charts and diagrams in all three programs."""

from __future__ import annotations

from collections.abc import Iterable

from bulletin.read.documents.facts import Collector, Role
from bulletin.read.documents.package import XmlEvent, is_on
from bulletin.read.documents.word import drawing_attributes

_SHAPES = frozenset(("p:sp", "p:pic", "p:graphicFrame", "p:cxnSp", "p:grpSp", "?:sp", "?:pic"))


def slide_relations(events: Iterable[XmlEvent]) -> list[str]:
    """Ids of the relations to the slides, in the order in which they are shown."""
    return [e.attributes.get("r:id", "") for e in events if e.kind == "start" and e.name == "p:sldId"]


class _DrawingReader:
    """Paragraphs of DrawingML."""

    def __init__(self, collector: Collector, role: Role, place: str) -> None:
        self._collector = collector
        self._role: Role = role
        self._place = place
        self._shapes: list[Role] = []
        """For each open shape, what its text is."""
        self._inside = 0
        self._field = 0
        self._lines: dict[Role, list[str]] = {}
        self._line: list[str] = []

    def read(self, events: Iterable[XmlEvent]) -> None:
        for event in events:
            if event.kind == "text":
                if self._inside and not self._field:
                    self._line.append(event.name)
            elif event.kind == "start":
                self._start(event.name, event.attributes)
            else:
                self._end(event.name)
        self._end_line()
        for role, lines in self._lines.items():
            self._collector.text(role, self._place, "\n".join(lines))

    def _start(self, name: str, given: dict[str, str]) -> None:
        if name in ("a:t", "?:v"):
            self._inside += 1
        elif name == "a:fld":
            self._field += 1
        elif name == "a:br":
            self._line.append("\n")
        elif name in _SHAPES:
            self._shapes.append(self._shapes[-1] if self._shapes else self._role)
        elif name == "p:sld" and not is_on(given.get("show", "1")):
            self._role = "hidden"
            self._collector.trace("hidden slides", self._place)
        elif name in ("p:cNvPr", "?:cNvPr") and is_on(given.get("hidden", "0")) and self._shapes:
            self._shapes[-1] = "hidden"
            self._collector.trace("hidden shapes", self._place)
        elif name == "p:ph" and self._role == "header" and self._shapes:  # the master's own words are not shown
            self._shapes[-1] = "attribute"
        drawing_attributes(self._collector, self._place, name, given)

    def _end(self, name: str) -> None:
        if name in ("a:t", "?:v"):
            self._inside -= 1
            if name == "?:v":
                self._end_line()
        elif name == "a:fld":
            self._field -= 1
        elif name == "a:p":
            self._end_line()
        elif name in _SHAPES and self._shapes:
            self._shapes.pop()

    def _end_line(self) -> None:
        if self._line:
            role = self._shapes[-1] if self._shapes else self._role
            self._lines.setdefault(role, []).append("".join(self._line))
            self._line = []


def read_drawing(events: Iterable[XmlEvent], role: Role, place: str, collector: Collector) -> None:
    """Add the text of a slide, of its notes, of a drawing, a chart or a diagram."""
    _DrawingReader(collector, role, place).read(events)


def read_notes(events: Iterable[XmlEvent], place: str, collector: Collector) -> None:
    """Add what the speaker is to say."""
    before = collector.room
    read_drawing(events, "speaker", place, collector)
    if collector.room < before:
        collector.trace("speaker notes", place)


def read_slide_comments(events: Iterable[XmlEvent], collector: Collector) -> None:
    """Comments on slides, and the people who may write some."""
    pieces: list[str] = []
    inside = False
    for event in events:
        if event.kind == "text":
            if inside:
                pieces.append(event.name)
        elif event.name in ("p:text", "a:t"):
            inside = event.kind == "start"
        elif event.kind == "start" and event.name in ("p:cm", "p188:cm", "p188:reply"):
            collector.trace("comments")
        elif event.kind == "start" and event.name in ("p:cmAuthor", "p188:author"):
            collector.trace("comments", event.attributes.get("name", ""), 0)
        elif event.kind == "end" and event.name in ("p:cm", "p188:cm"):
            collector.text("comment", "", "".join(pieces))
            pieces = []
