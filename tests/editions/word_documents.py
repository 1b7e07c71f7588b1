"""Documents of Word as a reader sees them, for the tests: read from their XML, with the numbers that Word counts."""

from __future__ import annotations

import io
import re
import zipfile
from collections import Counter
from collections.abc import Iterator
from typing import Any, NamedTuple
from xml.etree import ElementTree

from bulletin.core.i18n import translations
from bulletin.core.print_settings import PrintSettings
from bulletin.editions.leaf import Leaf
from bulletin.editions.word_form.document import word_document

W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
MASTHEAD_END = "公文红线"


def document_of(leaf: Leaf, settings: PrintSettings | None = None, template: bytes = b"") -> bytes:
    """The document of a leaf without pictures."""
    say = translations("zh-CN").gettext
    return word_document(leaf, settings or PrintSettings(), lambda *_: b"", say, template)


def parts(data: bytes) -> dict[str, bytes]:
    """Every file of the container."""
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


class Line(NamedTuple):
    """A paragraph."""

    style: str
    text: str
    """With the label that Word counts, without marks of notes; of a word with its reading the word comes first."""
    in_table: bool


class ReadDocument(NamedTuple):
    """What is in a document."""

    lines: tuple[Line, ...]
    notes: tuple[str, ...]
    """By the numbers that Word gives them; then those that nothing refers to."""
    pictures: tuple[str, ...]
    """Their descriptions."""

    @property
    def below_masthead(self) -> str:
        styles = [line.style for line in self.lines]
        at = styles.index(MASTHEAD_END) + 1
        return "\n".join(line.text for line in self.lines[at:] if line.style != "footnote text")


def read_document(data: bytes, *, bare: bool = False) -> ReadDocument:
    """Read it again; ``bare``: without readings above words, and with the numbers of notes that are named again."""
    reader = _Reader(parts(data), bare=bare)
    lines = tuple(reader.lines(reader.document.find(f"{W}body"), in_table=False))
    loose = tuple(_LABEL.sub("", line.text) for line in lines if line.style == "footnote text")
    notes = (reader.lines(reader.notes[id_], in_table=False) for id_ in reader.met)
    said = tuple("\n".join(line.text for line in each) for each in notes)
    return ReadDocument(lines, said + loose, tuple(reader.pictures))


_LABEL = re.compile(r"^〔\d+〕 ")


class _Reader:
    def __init__(self, files: dict[str, bytes], *, bare: bool) -> None:
        self._bare = bare
        self._ruby = ("rubyBase",) if bare else ("rubyBase", "rt")
        self.document = ElementTree.fromstring(files["word/document.xml"])
        notes = ElementTree.fromstring(files["word/footnotes.xml"])
        self.notes = {each.get(f"{W}id"): each for each in notes}
        styles = ElementTree.fromstring(files["word/styles.xml"])
        self._styles = {each.get(f"{W}styleId"): _value(each, "name") for each in styles.iter(f"{W}style")}
        numbering = ElementTree.fromstring(files["word/numbering.xml"])
        kinds = {each.get(f"{W}abstractNumId"): each for each in numbering.iter(f"{W}abstractNum")}
        self._lists = {each.get(f"{W}numId"): each for each in numbering.iter(f"{W}num")}
        self._kinds = {number: kinds[_value(each, "abstractNumId")] for number, each in self._lists.items()}
        self._counted: Counter[Any] = Counter()
        self.met: list[Any] = []
        """Ids of notes, in the order of their marks."""
        self.pictures: list[str] = []

    def lines(self, parent: Any, *, in_table: bool) -> Iterator[Line]:
        for child in parent:
            if child.tag == f"{W}p":
                yield self._line(child, in_table=in_table)
            elif child.tag == f"{W}tbl":
                for cell in child.iterfind(f"{W}tr/{W}tc"):
                    yield from self.lines(cell, in_table=True)

    def _line(self, paragraph: Any, *, in_table: bool) -> Line:
        style = self._styles[paragraph.find(f"{W}pPr/{W}pStyle").get(f"{W}val")]
        return Line(style, self._label(paragraph) + "".join(self._words(paragraph)), in_table)

    def _label(self, paragraph: Any) -> str:
        found = paragraph.find(f"{W}pPr/{W}numPr/{W}numId")
        if found is None:
            return ""
        number = found.get(f"{W}val")
        if _value(self._kinds[number].find(f"{W}lvl"), "numFmt") == "bullet":
            return "• "
        start = self._lists[number].find(f"{W}lvlOverride/{W}startOverride")
        self._counted[number] += 1
        assert start is not None
        return f"{int(start.get(f'{W}val', '1')) + self._counted[number] - 1}. "

    def _words(self, parent: Any) -> Iterator[str]:
        for child in parent:
            tag = child.tag.rpartition("}")[2]
            if tag == "r" and _is_mark(child, self._styles):
                self.met += [each.get(f"{W}id") for each in child.iter(f"{W}footnoteReference")]
                yield "".join(each.text or "" for each in child.iter(f"{W}t") if self._bare)
            elif tag == "ruby":
                for name in self._ruby:
                    yield from self._words(child.find(f"{W}{name}"))
            elif tag in ("t", "br", "tab"):
                yield child.text or "" if tag == "t" else "\n" if tag == "br" else "\t"
            elif tag == "drawing":
                self.pictures += [each.get("descr") for each in child.iter() if each.tag.endswith("}docPr")]
            elif tag not in ("pPr", "rPr"):
                yield from self._words(child)


def _is_mark(run: Any, styles: dict[Any, str]) -> bool:
    style = run.find(f"{W}rPr/{W}rStyle")
    return style is not None and styles[style.get(f"{W}val")] == "footnote reference"


def _value(element: Any, name: str) -> str:
    found = element.find(f"{W}{name}")
    return "" if found is None else str(found.get(f"{W}val"))
