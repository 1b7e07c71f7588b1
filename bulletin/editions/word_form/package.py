"""The container of a document: opened from the station's template or from the packaged form, written out bare.

Of a template styles, page, headers and footers are taken, nothing else: not its text, its settings or its properties.
"""

from __future__ import annotations

import io
import zipfile
from functools import cache
from pathlib import Path
from typing import Any

from docx import Document
from docx.opc.constants import CONTENT_TYPE as CT
from docx.opc.constants import RELATIONSHIP_TYPE as RT
from docx.opc.packuri import PackURI
from docx.opc.part import Part, XmlPart
from lxml import etree

from bulletin.editions.word_form.markup import WordElement, element, name_of, with_related
from bulletin.editions.word_form.styles import DocumentStyles
from bulletin.editions.word_form.traces import without_traces

_BASE = Path(__file__).with_name("base")
_TAKEN = {RT.STYLES, RT.NUMBERING, RT.THEME, RT.FONT_TABLE, RT.HEADER, RT.FOOTER}
_TAKEN_OF_HEADERS = {RT.IMAGE, RT.HYPERLINK}
_FIRST_DAY = (1980, 1, 1, 0, 0, 0)
_MAX_UNPACKED = 64 * 1024 * 1024
_MAIN = "/word/document.xml"
_PACKED_PARTS = (
    ("/word/styles.xml", CT.WML_STYLES, RT.STYLES),
    ("/word/fontTable.xml", CT.WML_FONT_TABLE, RT.FONT_TABLE),
    ("/word/numbering.xml", CT.WML_NUMBERING, RT.NUMBERING),
    ("/word/theme1.xml", CT.OFC_THEME, RT.THEME),
)


class WordPackage:
    """A document that is being written; `data` is the end of it."""

    def __init__(self, template: bytes = b"") -> None:
        """Raises `ValueError` where the template is no document of Word."""
        self._main: Any = _opened(template or _packaged()).part
        self._package = self._main.package
        self._pictures: dict[str, str] = {}
        self._links: dict[str, str] = {}
        has_even = bool(template) and _has_even_pages(self._main)
        self.section = _bare(self._main, self._package)
        self.styles = DocumentStyles(self._styles_root(), _parsed("styles.xml"))
        self.numbering = self._part_root(RT.NUMBERING, "/word/numbering.xml", CT.WML_NUMBERING)
        if not _references(self.section, "w:footerReference"):
            has_even = self._number_pages() or has_even
        self._settings(has_even)
        self.notes = self._new("/word/footnotes.xml", CT.WML_FOOTNOTES, RT.FOOTNOTES, _parsed("footnotes.xml"))

    @property
    def body(self) -> WordElement:
        """``w:body``; the section's properties are its last child."""
        return self._main.element.body

    @property
    def width(self) -> int:
        """Of a line, in twentieths of a point."""
        size, margins = self.section.find(name_of("w:pgSz")), self.section.find(name_of("w:pgMar"))
        if size is None or margins is None:
            return 8844
        wide, left, right = size.get(name_of("w:w")), margins.get(name_of("w:left")), margins.get(name_of("w:right"))
        return max(1440, int(wide or 11906) - int(left or 0) - int(right or 0))

    def picture(self, name: str, data: bytes) -> str:
        """Id of the relationship to a picture; the same picture is there once."""
        if name not in self._pictures:
            kind = name.rpartition(".")[2]
            part = Part(PackURI(f"/word/media/image{len(self._pictures) + 1}.{kind}"), _PICTURE_TYPES[kind], data)
            self._pictures[name] = self._main.relate_to(part, RT.IMAGE)
        return self._pictures[name]

    def link(self, address: str) -> str:
        """Id of the relationship to an address."""
        if address not in self._links:
            self._links[address] = self._main.relate_to(address, RT.HYPERLINK, is_external=True)
        return self._links[address]

    def note_link(self, address: str) -> str:
        """The same, for what is written in a note."""
        part = self._main.part_related_by(RT.FOOTNOTES)
        return str(part.relate_to(address, RT.HYPERLINK, is_external=True))

    def note_picture(self, name: str, data: bytes) -> str:
        """The same, for what is written in a note."""
        self.picture(name, data)
        part = self._main.related_parts[self._pictures[name]]
        return str(self._main.part_related_by(RT.FOOTNOTES).relate_to(part, RT.IMAGE))

    def headers(self) -> list[WordElement]:
        """Roots of all headers that the section shows; those that it lacks are made."""
        kinds = ["default"]
        kinds += ["even"] if self._has_even else []
        kinds += ["first"] if self.section.find(name_of("w:titlePg")) is not None else []
        return [self._header(kind) for kind in kinds]

    def data(self, title: str, language: str) -> bytes:
        """The file: the same bytes for the same content, whatever the clock and the machine."""
        self._properties(title, language)
        packed = io.BytesIO()
        self._package.save(packed)
        return _rewritten(packed.getvalue())

    def _header(self, kind: str) -> WordElement:
        for each in self.section.findall(name_of("w:headerReference")):
            if each.get(name_of("w:type")) == kind:
                return self._main.related_parts[each.get(name_of("r:id"))].element
        root = element("w:hdr", element("w:p"))
        self._new(f"/word/header-{kind}.xml", CT.WML_HEADER, RT.HEADER, root)
        self._refer("w:headerReference", kind)
        return root

    def _number_pages(self) -> bool:
        """Odd pages right, even pages left; where the template has headers of its own, all as the odd ones."""
        both = not _references(self.section, "w:headerReference")
        for kind, name in (("default", "footer-odd.xml"), ("even", "footer-even.xml"))[: 2 if both else 1]:
            root = _parsed(name)
            for style in root.iter(name_of("w:pStyle")):
                style.set(name_of("w:val"), self.styles.id("footer"))
            self._new(f"/word/{name}", CT.WML_FOOTER, RT.FOOTER, root)
            self._refer("w:footerReference", kind)
        return both

    def _refer(self, tag: str, kind: str) -> None:
        """To the part that was made last."""
        self.section.insert(0, with_related(element(tag, type=kind), "id", self._last))

    def _settings(self, has_even: bool) -> None:
        root = _parsed("settings.xml")
        if not has_even:
            root.remove(root.find(name_of("w:evenAndOddHeaders")))
        self._has_even = has_even
        self._new("/word/settings.xml", CT.WML_SETTINGS, RT.SETTINGS, root)

    def _styles_root(self) -> WordElement:
        return self._part_root(RT.STYLES, "/word/styles.xml", CT.WML_STYLES)

    def _part_root(self, kind: str, path: str, content_type: str) -> WordElement:
        for each in self._main.rels.values():
            if each.reltype == kind:
                return each.target_part.element
        return self._new(path, content_type, kind, _parsed(path.rpartition("/")[2]))

    def _new(self, path: str, content_type: str, kind: str, root: WordElement) -> WordElement:
        taken = {str(part.partname) for part in self._package.iter_parts()}
        while path in taken:
            path = path.replace(".xml", "-.xml")
        self._last = self._main.relate_to(XmlPart(PackURI(path), content_type, root, self._package), kind)
        return root

    def _properties(self, title: str, language: str) -> None:
        root = _parsed("core.xml")
        for name, value in (("title", title), ("language", language)):
            etree.SubElement(root, f"{{http://purl.org/dc/elements/1.1/}}{name}").text = value
        part = XmlPart(PackURI("/docProps/core.xml"), CT.OPC_CORE_PROPERTIES, root, self._package)
        self._package.relate_to(part, RT.CORE_PROPERTIES)


_PICTURE_TYPES = {"jpg": CT.JPEG, "png": CT.PNG, "gif": CT.GIF, "webp": "image/webp"}


def _parsed(name: str) -> WordElement:
    return etree.fromstring(
        (_BASE / name).read_bytes(), etree.XMLParser(remove_blank_text=True, resolve_entities=False)
    )


def _opened(data: bytes) -> Any:
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            if sum(each.file_size for each in archive.infolist()) > _MAX_UNPACKED:
                raise ValueError("too large")
        return Document(io.BytesIO(data))
    except Exception as error:
        raise ValueError(str(error)) from error


@cache
def _packaged() -> bytes:
    """The packaged form, as a file that python-docx can open."""
    types = ["<Default Extension='rels' ContentType='application/vnd.openxmlformats-package.relationships+xml'/>"]
    types += [f"<Override PartName='{path}' ContentType='{kind}'/>" for path, kind, _ in _PACKED_PARTS]
    types += [f"<Override PartName='{_MAIN}' ContentType='{CT.WML_DOCUMENT_MAIN}'/>"]
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        spaces = "http://schemas.openxmlformats.org/package/2006/"
        archive.writestr("[Content_Types].xml", f"<Types xmlns='{spaces}content-types'>{''.join(types)}</Types>")
        related = [(RT.OFFICE_DOCUMENT, _MAIN[1:])]
        archive.writestr("_rels/.rels", _relationships(spaces, related))
        parts = [(kind, path.rpartition("/")[2]) for path, _, kind in _PACKED_PARTS]
        archive.writestr("word/_rels/document.xml.rels", _relationships(spaces, parts))
        for path in (_MAIN, *(path for path, _, _ in _PACKED_PARTS)):
            archive.writestr(path[1:], (_BASE / path.rpartition("/")[2]).read_bytes())
    return packed.getvalue()


def _relationships(spaces: str, related: list[tuple[str, str]]) -> str:
    each = (
        f"<Relationship Id='rId{number}' Type='{kind}' Target='{path}'/>"
        for number, (kind, path) in enumerate(related, 1)
    )
    return f"<Relationships xmlns='{spaces}relationships'>{''.join(each)}</Relationships>"


def _has_even_pages(main: Any) -> bool:
    found = [each.target_part for each in main.rels.values() if each.reltype == RT.SETTINGS]
    return any(part.element.find(name_of("w:evenAndOddHeaders")) is not None for part in found)


def _bare(main: Any, package: Any) -> WordElement:
    """Take text, properties and all that is not wanted out of the package; the section's properties stay."""
    body = main.element.body
    section = body.find(name_of("w:sectPr"))
    section = element("w:sectPr") if section is None else section
    for child in list(body):
        body.remove(child)
    body.append(section)
    shown = {each.get(name_of("r:id")) for tag in _REFERENCES for each in section.findall(name_of(tag))}
    for rel in list(main.rels.values()):
        is_shown = rel.reltype not in (RT.HEADER, RT.FOOTER) or rel.rId in shown
        if rel.reltype not in _TAKEN or not is_shown:
            main.rels.pop(rel.rId)
        elif rel.reltype in (RT.HEADER, RT.FOOTER):
            _without_others(rel.target_part)
    without_traces(section)
    for rel in main.rels.values():
        if isinstance(rel.target_part, XmlPart):
            without_traces(rel.target_part.element)
    for rel in list(package.rels.values()):
        if rel.reltype != RT.OFFICE_DOCUMENT:
            package.rels.pop(rel.rId)
    return section


_REFERENCES = ("w:headerReference", "w:footerReference")


def _without_others(part: Any) -> None:
    for rel in list(part.rels.values()):
        if rel.reltype not in _TAKEN_OF_HEADERS:
            part.rels.pop(rel.rId)


def _references(section: WordElement, tag: str) -> bool:
    return section.find(name_of(tag)) is not None


def _rewritten(data: bytes) -> bytes:
    """The same files in a fixed order, with a fixed time."""
    target = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as old, zipfile.ZipFile(target, "w") as new:
        for name in sorted(old.namelist(), key=lambda each: (each != "[Content_Types].xml", each)):
            info = zipfile.ZipInfo(name, _FIRST_DAY)
            info.create_system, info.external_attr = 3, 0o100644 << 16
            stored = name.endswith((".jpg", ".png"))
            info.compress_type = zipfile.ZIP_STORED if stored else zipfile.ZIP_DEFLATED
            new.writestr(info, old.read(name))
    return target.getvalue()
