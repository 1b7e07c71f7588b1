"""Word, Excel and PowerPoint files (ISO/IEC 29500): every part is read by what its root element says that it is.

So nothing depends on the names of parts, and a part that no list of relations names is looked at too.
"""

from __future__ import annotations

import posixpath
import re
from collections.abc import Callable, Iterable
from io import BytesIO

from bulletin.read.documents.facts import Collector, DocumentError, Role
from bulletin.read.documents.package import Package, XmlEvent, is_local
from bulletin.read.documents.sheets import (
    SheetEntry,
    read_cached,
    read_sheet,
    read_sheet_comments,
    read_strings,
    read_workbook,
)
from bulletin.read.documents.slides import read_drawing, read_notes, read_slide_comments, slide_relations
from bulletin.read.documents.word import WORD_ROOTS, hiding_styles, read_word_part
from bulletin.read.exif import has_location

CONTENT_TYPES = "[Content_Types].xml"
_MAX_PICTURES = 200
_MAX_EMBEDDED = 100
"""Embedded files that are looked into."""
_PICTURE = re.compile(r"(?i)\.(?:jpe?g|png|webp)$")
_EMBEDDED = re.compile(r"(?i)(?:^|/)(?:embeddings|activex)/[^/]+$|(?:^|/)afchunk[^/]*$")
_MACROS = re.compile(r"(?i)(?:^|/)(?:vbaproject\.bin|macrosheets/[^/]+)$")
_TAG = re.compile(r"<[^<>]*>")
_NESTED = re.compile(r"(?i)\.(?:docx|docm|xlsx|xlsm|xlsb|pptx|pptm)$")


def office_kind(package: Package) -> str:
    """``word``, ``sheet``, ``slides``, or an empty text for another zip file."""
    if not package.has(CONTENT_TYPES):
        return ""
    roots = {package.root(info.filename) for info in package.members if info.filename.lower().endswith(".xml")}
    known = {"w:document": "word", "x:workbook": "sheet", "p:presentation": "slides"}
    return next((kind for root, kind in known.items() if root in roots), "")


def read_office(package: Package, collector: Collector, *, nested: bool = False) -> None:
    """Add all that a file tells; ``nested`` for one inside of another, whose text is all ``embedded``.

    Raises `DocumentError`.
    """
    _OfficeReader(package, collector, nested).read()


class _OfficeReader:
    def __init__(self, package: Package, collector: Collector, nested: bool) -> None:
        self._package = package
        self._collector = collector
        self._nested = nested
        self._embedded = 0
        names = sorted(info.filename for info in package.members)
        self._roots = {name: root for name in names if _is_xml(name) and (root := package.root(name))}
        self._relations = {name: _relations(package, name) for name, root in self._roots.items() if root in _RELATIONS}

    def read(self) -> None:
        for name in self._named("cp:coreProperties", "ep:Properties", "cup:Properties"):
            _read_properties(self._package.events(name), self._collector)
        self._read_relations()
        self._read_word()
        self._read_sheets()
        self._read_slides()
        self._read_rest()
        self._read_binaries()

    def _named(self, *roots: str) -> list[str]:
        return [name for name, root in self._roots.items() if root in roots]

    def _read_relations(self) -> None:
        for relations in self._relations.values():
            for relation in relations:
                if not relation.external:
                    continue
                if relation.kind == "hyperlink" and not is_local(relation.target):
                    self._collector.text("attribute", "", relation.target)
                else:
                    self._collector.trace("external links", relation.target)
                    if is_local(relation.target):
                        self._collector.trace("path", relation.target)

    def _read_word(self) -> None:
        hiding = frozenset(
            style for name in self._named("w:styles") for style in hiding_styles(self._package.events(name))
        )
        for root, role in WORD_ROOTS.items():
            for name in self._named(root):
                read_word_part(self._package.events(name), role, hiding, self._collector)

        for name in self._named("?:people"):
            for event in self._package.events(name):
                if event.kind == "start" and event.name == "?:person":
                    self._collector.trace("people", event.attributes.get("author", ""))

    def _read_sheets(self) -> None:
        strings = [words for name in self._named("x:sst") for words in read_strings(self._package.events(name))]
        entries: dict[str, SheetEntry] = {}
        for name in self._named("x:workbook"):
            targets = self._targets(name)
            for entry in read_workbook(self._package.events(name), self._collector):
                entries[targets.get(entry.relation, "").lower()] = entry
        for name in self._named("x:worksheet", "x:dialogsheet", "x:chartsheet"):
            entry = entries.get(name.lower(), SheetEntry(posixpath.basename(name), "", True))
            read_sheet(self._package.events(name), entry, strings, self._collector)
        for name in self._named("x:comments", "tc:ThreadedComments", "tc:personList"):
            read_sheet_comments(self._package.events(name), self._collector)
        for name in self._named("x:pivotCacheDefinition", "x:pivotCacheRecords", "x:externalLink"):
            read_cached(self._package.events(name), posixpath.basename(name), self._collector)
        for name in self._named("x:headers"):
            for event in self._package.events(name):
                if event.kind == "start" and event.name == "x:header":
                    self._collector.trace("revisions", event.attributes.get("userName", ""))

    def _read_slides(self) -> None:
        order: dict[str, int] = {}
        for name in self._named("p:presentation"):
            targets = self._targets(name)
            for number, relation in enumerate(slide_relations(self._package.events(name)), 1):
                order[targets.get(relation, "").lower()] = number
        for name in sorted(self._named("p:sld"), key=lambda each: order.get(each.lower(), len(order) + 1)):
            number = order.get(name.lower(), 0)
            if not number:
                self._collector.trace("hidden slides", posixpath.basename(name))
            read_drawing(self._package.events(name), "body" if number else "hidden", str(number or ""), self._collector)
            for notes in self._targets(name).values():
                if self._roots.get(notes) == "p:notes":
                    read_notes(self._package.events(notes), str(number or ""), self._collector)
        for name in self._named("p:sldMaster", "p:sldLayout", "p:notesMaster", "p:handoutMaster"):
            read_drawing(self._package.events(name), "header", "", self._collector)
        for name in self._named("p:cmLst", "p:cmAuthorLst", "p188:cmLst", "p188:authorLst"):
            read_slide_comments(self._package.events(name), self._collector)

    def _read_rest(self) -> None:
        """Drawings, charts and diagrams are shown; of everything else the characters are kept."""
        for name, root in self._roots.items():
            if root in _DRAWINGS or (root.startswith("?:") and "/drawings/" in name):
                read_drawing(self._package.events(name), "box", "", self._collector)
            elif root not in _READ_ELSEWHERE:
                words = (event.name.strip() for event in self._package.events(name) if event.kind == "text")
                self._collector.text("attribute", "", "\n".join(filter(None, words)))

    def _read_binaries(self) -> None:
        pictures = 0
        for info in self._package.members:
            name = info.filename
            if _MACROS.search(name):
                self._collector.trace("macros")
            elif name.lower().endswith(".vml"):  # drawings of before 2007, in which Excel leaves tags open
                words = _TAG.sub(" ", self._package.read(name).decode("utf-8", "replace"))
                self._collector.text("attribute", "", "\n".join(words.split()))
            elif _EMBEDDED.search(name) and not _is_xml(name):
                self._read_embedded(name)
            elif _PICTURE.search(name) and pictures < _MAX_PICTURES:
                pictures += 1
                if has_location(BytesIO(self._package.read(name))):
                    self._collector.trace("location", posixpath.basename(name))

    def _read_embedded(self, name: str) -> None:
        self._collector.trace("embedded files", posixpath.basename(name))
        self._embedded += 1
        if self._nested or self._embedded > _MAX_EMBEDDED:
            self._collector.truncated = True
            return
        data = self._package.read(name)
        if _NESTED.search(name):
            inner = Collector(self._collector.room)
            try:
                read_office(Package(data, self._package), inner, nested=True)
            except DocumentError:
                self._collector.truncated = True
            for part in inner.facts("").parts:
                self._collector.text("embedded", posixpath.basename(name), part.text)
        else:
            self._collector.text("embedded", posixpath.basename(name), digit_runs(data))

    def _targets(self, part: str) -> dict[str, str]:
        """Id → part, of the relations of a part."""
        folder, base = posixpath.split(part)
        wanted = f"{folder}/_rels/{base}.rels".lstrip("/").lower()
        relations = next((found for name, found in self._relations.items() if name.lower() == wanted), [])
        return {each.id: each.part for each in relations if not each.external}


_DRAWINGS = frozenset(("?:wsDr", "?:chartSpace", "?:dataModel", "?:drawing", "?:userShapes"))
_RELATIONS = frozenset(("rel:Relationships",))
_READ_ELSEWHERE = frozenset(
    (
        *WORD_ROOTS,
        *_RELATIONS,
        *("cp:coreProperties", "ep:Properties", "cup:Properties", "ct:Types"),
        *("w:styles", "w:fonts", "w:numbering", "w:webSettings", "a:theme", "x:styleSheet", "a:tblStyleLst"),
        *("x:workbook", "x:worksheet", "x:chartsheet", "x:dialogsheet", "x:sst", "x:comments", "x:headers"),
        *("x:pivotCacheDefinition", "x:pivotCacheRecords", "x:externalLink", "tc:ThreadedComments", "tc:personList"),
        "?:people",
        *("p:presentation", "p:sld", "p:notes", "p:sldMaster", "p:sldLayout", "p:notesMaster", "p:handoutMaster"),
        *("p:cmLst", "p:cmAuthorLst", "p188:cmLst", "p188:authorLst"),
    )
)


def _is_xml(name: str) -> bool:
    return name.lower().endswith((".xml", ".rels"))


class Relation:
    """A line of a part's list of relations (ISO/IEC 29500-2, 6.5)."""

    def __init__(self, owner: str, given: dict[str, str]) -> None:
        self.id = given.get("Id", "")
        self.kind = given.get("Type", "").rpartition("/")[2]
        self.target = given.get("Target", "")
        self.external = given.get("TargetMode") == "External"
        self.part = posixpath.normpath(posixpath.join("/" + owner, self.target)).lstrip("/")
        """Name of the part that it leads to."""


def _relations(package: Package, name: str) -> list[Relation]:
    owner = posixpath.dirname(posixpath.dirname(name))
    return [
        Relation(owner, event.attributes)
        for event in package.events(name)
        if event.kind == "start" and event.name == "rel:Relationship"
    ]


# ── properties

_PROPERTY_TRACES: dict[str, Callable[[Collector, str], None]] = {
    "dc:creator": lambda collector, words: collector.trace("author", words),
    "cp:lastModifiedBy": lambda collector, words: collector.trace("last author", words),
    "ep:Manager": lambda collector, words: collector.trace("manager", words),
    "ep:Company": lambda collector, words: collector.trace("company", words),
    "ep:Template": lambda collector, words: collector.trace("path", words) if is_local(words) else None,
    "ep:HyperlinkBase": lambda collector, words: collector.trace("path", words) if is_local(words) else None,
}
PROGRAM_PROPERTIES = re.compile(r"(?i)KSO|ICV$|WPS|ContentTypeId$|MSIP_|_?Generator|Created$|LastSaved$|Producer$")
"""Custom properties that programs write: of WPS and of Acrobat's export."""


def _read_properties(events: Iterable[XmlEvent], collector: Collector) -> None:
    names: list[str] = []
    words: list[str] = []
    lines: list[str] = []
    for event in events:
        if event.kind == "text":
            words.append(event.name)
            continue
        if event.kind == "start":
            names.append(event.name)
            own = event.attributes.get("name", "")
            if event.name == "cup:property" and own and not PROGRAM_PROPERTIES.search(own):
                collector.trace("custom properties", own)
        else:
            said = "".join(words).strip()
            if said:
                lines.append(said)
                if handle := _PROPERTY_TRACES.get(names[-1]):
                    handle(collector, said)
            names.pop()
        words = []
    role: Role = "property"
    collector.text(role, "", "\n".join(lines))


# ── what is no XML

_DIGITS = re.compile(rb"(?<![0-9A-Za-z.])[1-9](?:[ \-]?[0-9]){9,18}[Xx]?(?![0-9A-Za-z.])")
_WIDE_DIGITS = re.compile(rb"(?<![0-9]\x00)(?:[0-9Xx \-]\x00){11,24}(?![0-9]\x00)")
_MAX_RUNS = 20_000


def digit_runs(data: bytes) -> str:
    """Long runs of digits in the bytes of a file that nothing here can read, a line each: numbers are in it as they
    are typed, in one byte a character or in two.
    """
    found = [match.group().decode("ascii") for _, match in zip(range(_MAX_RUNS), _DIGITS.finditer(data), strict=False)]
    wide = zip(range(_MAX_RUNS), _WIDE_DIGITS.finditer(data), strict=False)
    found += [match.group().decode("utf-16-le") for _, match in wide]
    return "\n".join(found)
