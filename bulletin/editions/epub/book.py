"""A book: an issue, or all issues of a year, as EPUB 3.3 with accessible metadata (EPUB Accessibility 1.1)."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from datetime import UTC, datetime
from typing import NamedTuple
from uuid import NAMESPACE_URL, uuid5

from bulletin.arrange.html import plain_form
from bulletin.core.i18n import Translate
from bulletin.core.model import Value
from bulletin.core.problems import N_
from bulletin.editions.blocks import Definitions, Image, Paragraph, Run, Table, text_of
from bulletin.editions.epub.chapters import BookLinks, Chapter, NavEntry, chapters_of, contents, ids_of, link_outside
from bulletin.editions.epub.cover import CoverWords, cover_picture
from bulletin.editions.epub.look import BookLook
from bulletin.editions.epub.packing import BookTemplates, packed
from bulletin.editions.leaf import Leaf, Publisher
from bulletin.read.times import CHINA

_PictureBytes = Callable[[str, int], bytes]
"""Key of a picture, and index of one of its variants → its bytes (`Texts.picture`)."""

_TYPES = {"jpeg": (".jpg", "image/jpeg"), "png": (".png", "image/png")}
_COVER = "cover.jpg"
_PLAIN = BookLook()
_ELEMENTS = {"strike": "s", "underline": "u"}


def epub_of_issue(leaf: Leaf, picture: _PictureBytes, say: Translate, look: BookLook = _PLAIN) -> bytes:
    """The book of an issue. Raises `TemplateError` for a template of the station's own."""
    about = BookView(
        id=_urn(leaf.url or f"{leaf.publisher.name} {leaf.id}"),
        title=leaf.title,
        heading=text_of(leaf.heading),
        name=leaf.number,
        url=leaf.url,
        link=link_outside(leaf.publisher.counted_url(leaf.url, "epub")),
        date=f"{leaf.date:%Y-%m-%d}",
        modified=_utc(_modified(leaf)),
        publisher=leaf.publisher,
        summary=leaf.summary,
        keywords=leaf.keywords,
        position=str(leaf.sequence),
        draft=leaf.draft,
        words=_Words.of(say),
    )
    return _book(about, chapters_of(leaf), picture, look)


def epub_of_year(leaves: Sequence[Leaf], picture: _PictureBytes, say: Translate, look: BookLook = _PLAIN) -> bytes:
    """The book of the issues of a year, of which there is one at least, in the order of the book. Raises as
    `epub_of_issue`."""
    first = leaves[0]
    publisher = first.publisher
    about = BookView(
        id=_urn(f"{publisher.url or publisher.name} {first.year}"),
        title=f"{publisher.bulletin} {first.year}",
        heading="",
        name=str(first.year),
        url=publisher.url,
        link=link_outside(publisher.url),
        date=f"{max(leaf.date for leaf in leaves):%Y-%m-%d}",
        modified=_utc(max(map(_modified, leaves))),
        publisher=publisher,
        summary="",
        keywords=(),
        position=str(first.year),
        draft=any(leaf.draft for leaf in leaves),
        words=_Words.of(say),
    )
    numbered = (chapters_of(leaf, f"i{number}-") for number, leaf in enumerate(leaves, 1))
    return _book(about, tuple(chapter for chapters in numbered for chapter in chapters), picture, look)


class _Words(NamedTuple):
    """What a book says by itself, in the station's language."""

    contents: str
    cover: str
    correction: str
    draft: str
    withdrawn: str
    backlink: str
    accessibility: str

    @classmethod
    def of(cls, say: Translate) -> _Words:
        return cls(
            contents=say(N_("Contents")),
            cover=say(N_("Cover")),
            correction=say(N_("Correction")),
            draft=say(N_("Draft: not for readers")),
            withdrawn=say(N_("This article has been withdrawn.")),
            backlink=say(N_("Back to the text")),
            accessibility=say(
                N_(
                    "Text in reading order with headings, contents, tables with marked heads, notes that lead there and"
                    " back, and descriptions of pictures as the authors wrote them; nothing flashes, moves or sounds."
                )
            ),
        )


class BookView(Value, frozen=True):
    """What is said of a book; the templates see it as `book`."""

    id: str
    """A URN that is the same for every making of the book."""
    title: str
    """Never empty."""
    heading: str
    """Its own title, below name and number; may be empty."""
    name: str
    """What is printed below the bulletin's name: the issue's number, the year."""
    url: str
    """Address for people; empty where the site has none."""
    link: str
    """Where that leads, with the edition for the counter; empty where it would not be valid."""
    date: str
    modified: str
    """In UTC: ``2014-03-02T08:00:00Z``."""
    publisher: Publisher
    summary: str
    keywords: tuple[str, ...]
    position: str
    """Its place among its kind."""
    draft: bool
    words: _Words


def _urn(name: str) -> str:
    return uuid5(NAMESPACE_URL, name).urn


def _modified(leaf: Leaf) -> datetime:
    return max(leaf.updated or leaf.date, leaf.date)


def _utc(time: datetime) -> str:
    return f"{time.replace(tzinfo=CHINA).astimezone(UTC):%Y-%m-%dT%H:%M:%SZ}"


# ── its files


def _book(book: BookView, chapters: Sequence[Chapter], picture: _PictureBytes, look: BookLook) -> bytes:
    pictures, links, made = _Pictures(), BookLinks(chapters), BookTemplates(look.templates)
    rendered = made.rendered
    texts = [(each.file, rendered("chapter.xhtml", book=book, page=_Page(each, links, pictures))) for each in chapters]
    cover = [(_COVER, cover_picture(_cover_words(book), look.font))] if look.font else []
    entries = contents(chapters)
    values = {
        "book": book,
        "cover": _COVER if cover else "",
        "entries": entries,
        "depth": _depth(entries),
        "files": [each.file for each in chapters],
    }
    about = [
        ("package.opf", rendered("package.opf", pictures=pictures, **values)),
        *((name, rendered(name, **values)) for name in ("nav.xhtml", "toc.ncx", "cover.xhtml")),
        ("style.css", made.file("style.css")),
    ]
    shown = ((each.file, picture(each.key, each.variant)) for each in pictures.files)
    inside = ((f"EPUB/{name}", data) for name, data in (*about, *cover, *texts, *shown))
    return packed((("META-INF/container.xml", made.file("container.xml")), *inside))


def _cover_words(book: BookView) -> CoverWords:
    publisher = book.publisher
    mark = book.words.draft if book.draft else ""
    return CoverWords(publisher.bulletin, book.name, book.heading, publisher.organizer, book.date, mark)


def _depth(entries: Iterable[NavEntry]) -> int:
    return 1 + max((_depth(entry.children) for entry in entries), default=-1)


class _PictureFile(NamedTuple):
    key: str
    variant: int
    file: str
    type: str


class _Pictures:
    """The pictures that the pages of a book show, each once."""

    def __init__(self) -> None:
        self._found: dict[tuple[str, int], _PictureFile] = {}
        self.described = True
        """Whether each has a description."""

    def file_of(self, image: Image) -> _PictureFile | None:
        """Its file in a form that every reader shows; None where there is none."""
        variant = plain_form(image.picture) if image.picture else None
        if not image.picture or not variant or variant.format not in _TYPES:
            return None
        self.described &= bool(image.alt.strip())
        place = image.picture.key, image.picture.variants.index(variant)
        if place not in self._found:
            suffix, type_ = _TYPES[variant.format]
            file = f"picture{len(self._found) + 1}{suffix}"
            self._found[place] = _PictureFile(*place, file, type_)
        return self._found[place]

    @property
    def files(self) -> tuple[_PictureFile, ...]:
        return tuple(self._found.values())


class _Page:
    """A chapter as its template sees it (`page`); what it is asked for in the order of the page comes once."""

    def __init__(self, chapter: Chapter, links: BookLinks, pictures: _Pictures) -> None:
        self.chapter = chapter
        self.picture = pictures.file_of
        self._links = links
        self._ids = ids_of(chapter)
        self._used: set[str] = set()

    def once(self, id_: str) -> str:
        """The id, the first time; nothing after that, since an id is unique in a file."""
        if id_ in self._used:
            return ""
        self._used.add(id_)
        return id_

    def id_of(self, anchor: str) -> str:
        return self.once(self._ids.get(anchor, ""))

    def reference(self, note: str) -> str:
        """Id of the first mark that leads to a note."""
        return self.once(self.back(note))

    def back(self, note: str) -> str:
        """Id of the mark to which a note of this page leads back."""
        return f"r{self._ids[note]}" if note in self._ids else ""

    def has_reference(self, note: str) -> bool:
        return self.back(note) in self._used

    def href(self, run: Run) -> str:
        return self._links.link(self.chapter.leaf, f"#{run.note}" if run.note else run.href)

    def link(self, href: str) -> str:
        return self._links.link(self.chapter.leaf, href)

    def element(self, mark: str) -> str:
        """The element for a mark of `Run`."""
        return _ELEMENTS.get(mark, mark)

    def head_rows(self, table: Table) -> int:
        """How many rows are in its head."""
        return next((n for n, row in enumerate(table.rows) if not row.in_head), len(table.rows))

    def is_glossary(self, block: Definitions) -> bool:
        """Whether it begins with a term and ends with what is said of one, and its terms are no more than words."""
        entries = block.entries
        words = all(len(e.blocks) == 1 and isinstance(e.blocks[0], Paragraph) for e in entries if e.is_term)
        return words and entries[0].is_term and not entries[-1].is_term

    def unknown(self, kind: str) -> str:
        """A block that the template does not know must not vanish."""
        raise TypeError(kind)
