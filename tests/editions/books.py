"""Books, read back."""

from __future__ import annotations

import io
import re
import zipfile
from typing import NamedTuple
from xml.etree import ElementTree

from bulletin.core.i18n import translations
from bulletin.editions.epub.book import epub_of_issue
from bulletin.editions.epub.look import BookLook
from bulletin.editions.leaf import Leaf
from tests.words import Shown, shown

CHINESE = translations("zh-CN").gettext
OPF = "{http://www.idpf.org/2007/opf}"
XHTML = "{http://www.w3.org/1999/xhtml}"
_BESIDE = re.compile(r'<header.*?</header>|<p class="(?:correction|back)">.*?</p>|<r[pt]>.*?</r[pt]>', re.DOTALL)


class Book(NamedTuple):
    """The files of a book that can be opened as XML, by name, with those of the spine in its order."""

    files: dict[str, bytes]
    spine: tuple[str, ...]

    def text(self, name: str) -> str:
        return self.files[name].decode()

    def trees(self) -> dict[str, ElementTree.Element]:
        """Raises `ParseError` for what is not well-formed."""
        names = (name for name in self.files if name.endswith((".xhtml", ".opf", ".ncx", ".xml")))
        return {name: ElementTree.fromstring(self.files[name]) for name in names}

    def pages(self) -> str:
        """The text, file after file, without cover and contents."""
        return "\n".join(self.text(name) for name in self.spine[2:])


def read_book(data: bytes) -> Book:
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        files = {name.removeprefix("EPUB/"): archive.read(name) for name in archive.namelist()}
    package = ElementTree.fromstring(files["package.opf"])
    items = {item.get("id"): item.get("href", "") for item in package.iter(f"{OPF}item")}
    return Book(files, tuple(items[each.get("idref")] for each in package.iter(f"{OPF}itemref")))


def book_of(leaf: Leaf, look: BookLook = BookLook()) -> Book:  # noqa: B008 - it is frozen
    return read_book(epub_of_issue(leaf, lambda key, index: f"{key} {index}".encode(), CHINESE, look))


def said_by_book(book: Book) -> Shown:
    """What its pages say, without mastheads, marks of notes, and readings above characters."""
    bodies = re.findall(r"<body.*?</body>", _BESIDE.sub("", book.pages()), re.DOTALL)
    made = [shown(body) for body in bodies]
    return Shown("\n".join(each.text for each in made), tuple(note for each in made for note in each.notes))
