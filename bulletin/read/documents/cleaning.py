"""A copy of a Word, Excel or PowerPoint file without what it tells beside its text.

Elements are cut out of the bytes of the parts, so that all else stays as it is, byte for byte. Hidden sheets, rows,
slides and speaker notes stay: formulas need them, and speakers do.
"""

from __future__ import annotations

import posixpath
import re
import zipfile
from collections.abc import Iterator, Mapping
from io import BytesIO

from bulletin.read.documents.facts import Collector, DocumentError, DocumentFacts, Trace, TraceKind, is_person
from bulletin.read.documents.office import CONTENT_TYPES, PROGRAM_PROPERTIES, Relation, office_kind
from bulletin.read.documents.package import Package, XmlEvent, is_local, xml_events
from bulletin.read.documents.reading import read_document
from bulletin.read.documents.word import WORD_ROOTS, hiding_styles
from bulletin.read.documents.word_cuts import CutSpan, cut, element_spans, word_cuts

_DROPPED: Mapping[str, TraceKind | None] = {
    "w:comments": "comments",
    "?:commentsEx": None,
    "?:commentsIds": None,
    "?:commentsExtensible": None,
    "?:people": "people",
    "?:Tasks": None,
    "cup:Properties": "custom properties",
    "tc:ThreadedComments": "comments",
    "tc:personList": None,
    "p:cmLst": "comments",
    "p:cmAuthorLst": None,
    "p188:cmLst": "comments",
    "p188:authorLst": None,
}
"""Parts that go as a whole, by their root element."""
_PROPERTIES: Mapping[str, TraceKind] = {
    "dc:creator": "author",
    "cp:lastModifiedBy": "last author",
    "ep:Manager": "manager",
}
_OFFICE_TYPES = (".docx", ".xlsx", ".pptx")
_PEOPLE: frozenset[TraceKind] = frozenset(("author", "last author", "manager", "people"))
_THUMBNAIL = re.compile(r"(?i)docProps/thumbnail\.\w+")


def clean_document(name: str, data: bytes) -> tuple[bytes, tuple[Trace, ...]] | None:
    """The cleaned file, and what was taken out of it.

    Authors, comments, tracked changes (what was inserted stays, what was deleted goes), hidden text, custom
    properties and the numbers by which Word knows who wrote what. None when there is nothing to take out, when the
    file cannot be read or is signed, and when what readers see would not be exactly the same after it.
    """
    if not name.lower().endswith(_OFFICE_TYPES):
        return None
    before = read_document(name, data)
    try:
        package = Package(data)
        if before.problem or not office_kind(package) or _is_signed(package):
            return None
        cleaner = _Cleaner(package)
        cleaner.clean()
        taken = cleaner.collector.facts("").traces
        if not any(_counts(trace) for trace in taken):
            return None
        cleaned = _written(package, cleaner.changed, cleaner.dropped)
    except DocumentError:
        return None
    return (cleaned, taken) if _same_for_readers(before, read_document(name, cleaned)) else None


def _is_signed(package: Package) -> bool:
    return any("_xmlsignatures/" in info.filename.lower() for info in package.members)


def _counts(trace: Trace) -> bool:
    """Whether something is worth a new file: an author who is a program's name is not."""
    return trace.kind not in _PEOPLE or any(is_person(word) for word in trace.words)


def _same_for_readers(before: DocumentFacts, after: DocumentFacts) -> bool:
    return not after.problem and before.visible == after.visible


class _Cleaner:
    """The new bytes of the parts that change, and the names of those that go."""

    def __init__(self, package: Package) -> None:
        self._package = package
        self._roots = {
            info.filename: package.root(info.filename)
            for info in package.members
            if info.filename.lower().endswith((".xml", ".rels"))
        }
        self.collector = Collector()
        self.changed: dict[str, bytes] = {}
        self.dropped: set[str] = set()

    def clean(self) -> None:
        self._drop()
        self._drop_sheet_notes()
        hiding = frozenset(
            style for name in self._named("w:styles") for style in hiding_styles(self._package.events(name))
        )
        for name in (name for name, root in self._roots.items() if root in WORD_ROOTS and name not in self.dropped):
            self._change(name, word_cuts(self._utf8(name), hiding, self.collector))
        for name in self._named("w:settings"):
            self._change(name, _elements(self._utf8(name), ("w:rsids", "w:attachedTemplate")))
        for name in self._named("cp:coreProperties", "ep:Properties"):
            self._change(name, self._properties(name))
        for name in self._named("x:workbook"):
            self._change(name, self._local_paths(name))
        for name in self._named("rel:Relationships"):
            self._change(name, self._relations(name))
        self._change(CONTENT_TYPES, self._content_types())

    def _named(self, *roots: str) -> list[str]:
        return [name for name, root in self._roots.items() if root in roots and name not in self.dropped]

    def _utf8(self, name: str) -> bytes:
        data = self.changed.get(name) or self._package.read(name)
        if b"\0" in data[:4] or re.match(rb"<\?xml[^>]*encoding=.(?!utf-8)", data, re.IGNORECASE):
            raise DocumentError("")
        return data

    def _change(self, name: str, spans: list[CutSpan]) -> None:
        if spans:
            self.changed[name] = cut(self._utf8(name), spans)

    def _drop(self) -> None:
        """Parts that go; each comment in them is counted, each property named."""
        for name, root in self._roots.items():
            if root in _DROPPED:
                self.dropped.add(name)
                self._count(name, _DROPPED[root])
        self.dropped |= {info.filename for info in self._package.members if _THUMBNAIL.fullmatch(info.filename)}

    def _count(self, name: str, kind: TraceKind | None) -> None:
        for event in self._package.events(name) if kind else ():
            if event.kind == "start" and event.name in _COUNTED:
                word = event.attributes.get(_COUNTED[event.name], "")
                if event.name != "cup:property" or not PROGRAM_PROPERTIES.search(word):
                    self.collector.trace(kind or "comments", word)

    def _drop_sheet_notes(self) -> None:
        """Notes of cells, with the drawing that frames them; where other controls are drawn there, they stay."""
        for sheet in self._named("x:worksheet"):
            relations = self._relations_of(sheet)
            notes = [each.part for each in relations if self._roots.get(each.part) == "x:comments"]
            frames = {each.id: each.part for each in relations if each.kind == "vmlDrawing"}
            framed = _elements(self._utf8(sheet), ("x:legacyDrawing",), frames)
            used = [frames[given] for given in _legacy_ids(self._utf8(sheet)) if given in frames]
            if notes and all(self._frames_only_notes(each) for each in used):
                for part in notes:
                    self._count(part, "comments")
                self.dropped.update(notes, used)
                self._change(sheet, framed)

    def _frames_only_notes(self, part: str) -> bool:
        data = self._package.read(part)
        return data.count(b"ClientData ") == len(re.findall(rb"""ObjectType\s*=\s*["']Note["']""", data))

    def _relations_of(self, part: str) -> list[Relation]:
        folder, base = posixpath.split(part)
        name = f"{folder}/_rels/{base}.rels".lstrip("/")
        if not self._package.has(name):
            return []
        starts = (event for event in self._package.events(name) if event.kind == "start")
        return [Relation(folder, event.attributes) for event in starts if event.name == "rel:Relationship"]

    def _properties(self, name: str) -> list[CutSpan]:
        spans = []
        data = self._utf8(name)
        for found, words, span in element_spans(data, (*_PROPERTIES, "ep:Template", "ep:HyperlinkBase")):
            kind = _PROPERTIES.get(found) or ("path" if is_local(words) else None)
            if kind and words.strip():
                self.collector.trace(kind, words)
                spans.append(span)
        return spans

    def _local_paths(self, name: str) -> list[CutSpan]:
        spans = _elements(self._utf8(name), ("x15ac:absPath",))
        if spans:
            self.collector.trace("path")
        return spans

    def _relations(self, name: str) -> list[CutSpan]:
        """Lines about parts that go, and about the template, which is on somebody's computer."""
        owner = posixpath.dirname(posixpath.dirname(name))
        gone = {each.lower() for each in self.dropped}

        def goes(event: XmlEvent) -> bool:
            relation = Relation(owner, event.attributes)
            if relation.external:
                template = relation.kind == "attachedTemplate"
                if template and is_local(relation.target):
                    self.collector.trace("path", relation.target)
                return template
            return relation.part.lower() in gone

        data = self._utf8(name)
        return [span for event, span in _tags(data, "rel:Relationship") if goes(event)]

    def _content_types(self) -> list[CutSpan]:
        gone = {f"/{name}".lower() for name in self.dropped}
        data = self._utf8(CONTENT_TYPES)
        return [
            span for event, span in _tags(data, "ct:Override") if event.attributes.get("PartName", "").lower() in gone
        ]


_COUNTED: Mapping[str, str] = {
    "w:comment": "author",
    "?:person": "author",
    "cup:property": "name",
    "tc:threadedComment": "",
    "x:comment": "",
    "p:cm": "",
    "p188:cm": "",
}
"""An element that is one thing taken out → its attribute that names it."""


def _tags(data: bytes, name: str) -> Iterator[tuple[XmlEvent, CutSpan]]:
    """The elements of one name, with their attributes; the whole element is the span."""
    starts = (event for event in xml_events(data) if event.kind == "start" and event.name == name)
    spans = (span for _, _, span in element_spans(data, (name,)))
    return zip(starts, spans, strict=True)


def _elements(data: bytes, names: tuple[str, ...], ids: Mapping[str, str] | None = None) -> list[CutSpan]:
    """Spans of elements; with ``ids`` only of those whose relation is among them."""
    if ids is None:
        return [span for _, _, span in element_spans(data, names)]
    return [span for event, span in _tags(data, names[0]) if event.attributes.get("r:id", "") in ids]


def _legacy_ids(data: bytes) -> list[str]:
    return [event.attributes.get("r:id", "") for event, _ in _tags(data, "x:legacyDrawing")]


def _written(package: Package, changed: Mapping[str, bytes], dropped: set[str]) -> bytes:
    """The package with its parts in their order, and with their own times."""
    out = BytesIO()
    with zipfile.ZipFile(out, "w") as fresh:
        for info in package.members:
            if info.filename in dropped:
                continue
            entry = zipfile.ZipInfo(info.filename, info.date_time)
            entry.compress_type, entry.external_attr = info.compress_type, info.external_attr
            fresh.writestr(entry, changed.get(info.filename) or package.read(info.filename))
    return out.getvalue()
