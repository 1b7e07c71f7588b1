"""The XML of Word: text by where it is, comments, tracked changes, hidden text."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from bulletin.read.documents.facts import Collector, Role, TraceKind
from bulletin.read.documents.package import XmlEvent, is_on

WORD_ROOTS: Mapping[str, Role] = {
    "w:document": "body",
    "w:hdr": "header",
    "w:ftr": "footer",
    "w:footnotes": "note",
    "w:endnotes": "note",
    "w:comments": "comment",
    "w:glossaryDocument": "hidden",
}
"""Root element of a part → what its text is; a glossary holds building blocks that no page shows."""

_INSERTED = frozenset(("w:ins", "w:moveTo", "w:cellIns"))
_DELETED = frozenset(("w:del", "w:moveFrom", "w:cellDel"))
FORMAT_CHANGES = frozenset(
    f"w:{of}Change" for of in ("rPr", "pPr", "sectPr", "tblPr", "tblPrEx", "tblGrid", "trPr", "tcPr", "numbering")
)
_SHOWN = {"w:tab": "\t", "w:br": "\n", "w:cr": "\n", "w:noBreakHyphen": "-"}


# ── styles that hide


@dataclass
class _Style:
    based_on: str = ""
    hides: bool | None = None


def hiding_styles(events: Iterable[XmlEvent]) -> frozenset[str]:
    """Ids of the styles, of paragraphs and of characters, whose text Word does not show."""
    styles: dict[str, _Style] = {}
    current = _Style()
    for event in events:
        if event.kind != "start":
            continue
        value = event.attributes.get("val", "")
        if event.name == "w:style":
            current = styles.setdefault(event.attributes.get("styleId", ""), _Style())
        elif event.name == "w:basedOn":
            current.based_on = value
        elif event.name == "w:vanish":
            current.hides = is_on(event.attributes.get("val"))
    return frozenset(name for name in styles if _hides(styles, name))


def _hides(styles: Mapping[str, _Style], name: str) -> bool:
    for _ in range(20):  # a style may be based on itself in a damaged file
        style = styles.get(name)
        if style is None or style.hides is not None:
            return bool(style and style.hides)
        name = style.based_on
    return False


class RunProperties:
    """Follows the properties of paragraphs and runs through the events, and says whether a run is hidden."""

    def __init__(self, hiding: frozenset[str]) -> None:
        self._hiding = hiding
        self._by_paragraph: list[bool] = []
        self._by_run: list[tuple[bool | None, bool]] = []
        self._changes = 0
        self._in_mark = 0
        self.mark_hidden: list[bool] = []
        """For each open paragraph, whether its own mark is hidden by its properties."""

    def follow(self, event: XmlEvent) -> None:
        """Take note of the next event, whatever it is."""
        name = event.name
        if event.kind == "text":
            return
        step = 1 if event.kind == "start" else -1
        if name in FORMAT_CHANGES:
            self._changes += step
        elif name == "w:pPr" and not self._changes:
            self._in_mark += step
        elif name == "w:p":
            if step > 0:
                self._by_paragraph.append(False)
                self.mark_hidden.append(False)
            else:
                self._by_paragraph.pop()
                self.mark_hidden.pop()
        elif name == "w:r":
            if step > 0:
                self._by_run.append((None, False))
            else:
                self._by_run.pop()
        elif step > 0 and not self._changes:
            self._property(name, event.attributes.get("val"))

    def _property(self, name: str, value: str | None) -> None:
        if name == "w:pStyle" and self._by_paragraph:
            self._by_paragraph[-1] = (value or "") in self._hiding
        elif name == "w:vanish" and self._in_mark and self.mark_hidden:
            self.mark_hidden[-1] = is_on(value)
        elif self._by_run and not self._in_mark and name == "w:vanish":
            self._by_run[-1] = (is_on(value), self._by_run[-1][1])
        elif self._by_run and not self._in_mark and name == "w:rStyle":
            self._by_run[-1] = (self._by_run[-1][0], (value or "") in self._hiding)

    @property
    def hidden(self) -> bool:
        """Whether the text of the innermost run is not shown: its own word first, else the two styles, each of
        which turns the other's around (ISO/IEC 29500-1, 17.7.3).
        """
        own, by_style = self._by_run[-1] if self._by_run else (None, False)
        by_paragraph = bool(self._by_paragraph and self._by_paragraph[-1])
        return own if own is not None else by_style != by_paragraph


# ── text


@dataclass
class _Lines:
    """The text of a part or of a box, by role, and the paragraph that is being read."""

    text: dict[Role, list[str]] = field(default_factory=dict)
    line: dict[Role, list[str]] = field(default_factory=dict)

    def add(self, role: Role, words: str) -> None:
        self.line.setdefault(role, []).append(words)

    def end_line(self) -> None:
        for role, words in self.line.items():
            self.text.setdefault(role, []).append("".join(words))
        self.line = {}

    def end_cell(self) -> None:
        for texts in self.text.values():
            if texts[-1]:
                texts.append("")


class _WordReader:
    """One part of a Word file."""

    def __init__(self, collector: Collector, role: Role, place: str, hiding: frozenset[str]) -> None:
        self._collector = collector
        self._place = place
        self._roles = [role]
        self._lines = [_Lines()]
        self._properties = RunProperties(hiding)
        self._deleted = 0
        self._in_text: list[Role] = []
        self._run_hid = False
        self._boxes: set[str] = set()
        """Texts of boxes: each is there twice, for Word 2007 and for later ones."""

    def read(self, events: Iterable[XmlEvent]) -> None:
        for event in events:
            self._properties.follow(event)
            if event.kind == "text":
                if self._in_text:
                    self._lines[-1].add(self._in_text[-1], event.name)
            elif event.kind == "start":
                self._start(event.name, event.attributes)
            else:
                self._end(event.name)
        self._flush(self._lines[0])

    def _start(self, name: str, attributes: dict[str, str]) -> None:
        if name in ("w:t", "w:delText", "w:instrText", "w:delInstrText"):
            self._in_text.append(self._role(name))
        elif name in _SHOWN:
            self._lines[-1].add(self._role(name), _SHOWN[name])
        elif name == "w:r":
            self._run_hid = False
        elif name == "w:txbxContent":
            self._roles.append("box" if self._roles[-1] == "body" else self._roles[-1])
            self._lines.append(_Lines())
        else:
            self._trace(name, attributes)

    def _role(self, name: str) -> Role:
        if self._deleted or name in ("w:delText", "w:delInstrText"):
            return "deleted"
        if name == "w:instrText":
            return "attribute"
        if self._properties.hidden:
            if not self._run_hid and name == "w:t":
                self._collector.trace("hidden text")
                self._run_hid = True
            return "hidden"
        return self._roles[-1]

    def _trace(self, name: str, attributes: dict[str, str]) -> None:
        author = attributes.get("author", "")
        if name in _INSERTED:
            self._collector.trace("insertions", author)
        elif name in _DELETED:
            self._deleted += 1
            self._collector.trace("deletions", author)
        elif name in FORMAT_CHANGES:
            self._collector.trace("format changes", author)
        elif name == "w:comment":
            self._collector.trace("comments", author)
        elif name == "w:altChunk":
            self._collector.trace("embedded files")
        else:
            drawing_attributes(self._collector, self._place, name, attributes)

    def _end(self, name: str) -> None:
        if name in ("w:t", "w:delText", "w:instrText", "w:delInstrText"):
            self._in_text.pop()
        elif name in _DELETED:
            self._deleted -= 1
        elif name == "w:p":
            self._lines[-1].end_line()
        elif name == "w:tc":  # figures of two cells are no one number
            self._lines[-1].end_cell()
        elif name == "w:txbxContent":
            self._roles.pop()
            box = self._lines.pop()
            key = repr(box.text)
            if key not in self._boxes:
                self._boxes.add(key)
                self._flush(box)

    def _flush(self, lines: _Lines) -> None:
        lines.end_line()
        for role, texts in lines.text.items():
            self._collector.text(role, self._place, "\n".join(texts))


def read_word_part(
    events: Iterable[XmlEvent], role: Role, hiding: frozenset[str], collector: Collector, place: str = ""
) -> None:
    """Add what one part says. ``hiding`` are the styles of `hiding_styles`."""
    _WordReader(collector, role, place, hiding).read(events)


_CROPS = ("l", "t", "r", "b")


def drawing_attributes(collector: Collector, place: str, name: str, attributes: dict[str, str]) -> None:
    """What elements of drawings tell in attributes, in all three programs: crops, descriptions."""
    kind: TraceKind = "cropped pictures"
    if name == "a:srcRect" and any(attributes.get(side, "0").lstrip("-") not in ("0", "0%") for side in _CROPS):
        collector.trace(kind)
    elif attributes.get("descr") and name in ("?:docPr", "?:cNvPr", "p:cNvPr"):
        collector.text("attribute", place, attributes["descr"])
