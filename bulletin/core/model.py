"""The values that flow from `content/` to `site/`: all frozen, nothing filled in later.

They are `msgspec.Struct`s rather than dataclasses: the same declaration is the validation of front matter,
the form in the cache and the input of every cache key, at a tenth of the time. Values that are stored by the ten
thousand are encoded as arrays, without field names. Times are naive, in the station's local time; lengths of text are
counted in words as docs/norms.md 4 asks (a Han character is one).
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from functools import cached_property
from typing import Literal

import msgspec


class Value(msgspec.Struct, frozen=True, omit_defaults=False, gc=False):
    """Base of all values: frozen, compared and hashed by content."""


# ── what is on disk ──────────────────────────────────────────────────────────────────────────────────────


class SourceFile(Value, frozen=True):
    """One Markdown file of the content folder."""

    path: str
    """From the project's root, always with `/`: ``content/issues/2014002.md``."""
    data: bytes
    """The bytes of the file, not decoded."""


class Source(Value, frozen=True):
    """All the Markdown that makes one issue or one page."""

    kind: Literal["issue", "page", "notice"]
    name: str
    """File or folder name without ``.md``: ``2014002``."""
    files: tuple[SourceFile, ...]
    """The main file first, then the articles of a folder issue by name."""

    @property
    def path(self) -> str:
        """Path of the main file, which represents the source in messages."""
        return self.files[0].path


class Picture(Value, frozen=True, array_like=True):
    """A picture, as decoded by a worker."""

    key: str
    """Hash of the file and of the program that re-encodes it; names the variants in the cache."""
    width: int
    """Pixels, after the EXIF orientation has been applied."""
    height: int
    """Pixels, after the EXIF orientation has been applied."""
    variants: tuple[Variant, ...]
    """Re-encoded forms without metadata, narrow to wide within one format."""
    animated: bool = False
    """Whether the file has more images than the first, which alone is published."""
    transparent: bool = False
    """Whether the page shows through it, so that a drawing in black needs a light ground (style.css)."""
    left_out: tuple[str, ...] = ()
    """What was seen of a drawing in the author's file and is not in its form, in words (L112)."""


class Variant(Value, frozen=True, array_like=True):
    """One re-encoded form of a picture."""

    suffix: str
    """Follows the picture's name in the site: ``-960.3f2a9c1b.webp``, with the hash of the author's file."""
    format: Literal["webp", "jpeg", "png", "svg"]
    """``svg`` is the one form of a drawing (read/drawings.py), which only the station's own pictures may be."""
    width: int
    height: int

    @property
    def is_drawing(self) -> bool:
        """Whether it is made of lines, which programs other than browsers may not show."""
        return self.format == "svg"

    @property
    def plain_suffix(self) -> str:
        """Without the hash, as former versions named it: ``-960.webp``."""
        return self.suffix.partition(".")[0] + "." + self.suffix.rpartition(".")[2]


# ── what is read ─────────────────────────────────────────────────────────────────────────────────────────


class Ref(Value, frozen=True, array_like=True):
    """A reference in a text to something else in the project; resolved when pages are made."""

    kind: Literal["link", "picture"]
    target: str
    """As the author wrote it: ``2014001.md#one``, ``/about/``, ``photo.jpg``."""
    path: str
    """The file that contains it."""
    line: int
    alt: str = ""
    title: str = ""
    css: str = ""
    """The picture's classes."""


class Text(Value, frozen=True, array_like=True):
    """A run of rendered, sanitised Markdown; the HTML itself is in the cache, indexed by `part`."""

    part: int
    """Index of the HTML among the HTML parts of its source."""
    digest: str
    """Hash of the HTML, so that keys need not load it."""
    refs: tuple[Ref, ...] = ()
    """What the placeholders in the HTML stand for, in order."""
    ids: tuple[str, ...] = ()
    """Anchors inside the HTML."""
    byline: str = ""
    """Author named in brackets at the end, without the brackets, or in the first line."""
    summary: str = ""
    """First sentences as plain text, at most 120 characters."""
    words: int = 0


class Correction(Value, frozen=True, array_like=True):
    """更正: a published text was wrong. All of it is plain text that readers see."""

    date: datetime
    """When it was corrected."""
    where: str
    """Slug of the article; empty for the issue as a whole, and for a standing page."""
    was: str
    """The words that were wrong; empty where some were missing."""
    now: str
    """The right ones; empty where there should have been none."""


class WithdrawnPlace(Value, frozen=True, array_like=True):
    """撤稿: the place in a section at which an article was."""

    before: int
    """Index of the article that follows it now."""
    date: str
    """When it was withdrawn, ``YYYY-MM-DD HH:MM``."""


class Article(Value, frozen=True, array_like=True):
    """A titled text inside a section."""

    title: str
    slug: str
    """Folder of its page and anchor in the issue."""
    text: Text
    path: str
    line: int
    until: datetime | None = None
    """Day after which it leaves the site: a search notice."""
    unsure: bool = False
    """Whether an unknown entry of its own file may have meant that it is a draft."""
    heading: Text | None = None
    """The title's HTML where it holds more than its text: a link, a note, a picture."""


class Section(Value, frozen=True, array_like=True):
    """A part of an issue; the same `id` across issues is a column."""

    id: str
    anchor: str
    """Anchor in the issue's page: the id, with a number when a section occurs twice."""
    title: str
    lead: Text | None
    """Text before the first article."""
    articles: tuple[Article, ...]
    path: str
    line: int
    heading: Text | None = None
    """As of an `Article`."""
    withdrawn: tuple[WithdrawnPlace, ...] = ()
    """Where articles were that have been withdrawn; nothing else is left of them."""

    @property
    def is_withdrawn(self) -> bool:
        """Whether nothing of it is left: its place in the issue is kept, and no list names it."""
        return bool(self.withdrawn) and not self.articles and self.lead is None


class Issue(Value, frozen=True, array_like=True, gc=True, dict=True):
    """One number of the bulletin. `sections` are decoded on first use and cached, since few of ten thousand issues need
    them (msgspec allows ``dict`` only with ``gc``).
    """

    number: str
    """As printed on the issue, e.g. "2014002"; unique in the station."""
    id: str
    """Folder under ``/issues/``: year and sequence, e.g. "2014002", "2014z01" for a supplement."""
    year: int
    sequence: int
    total: int | None
    """Running total, from ``(总第38期)``."""
    supplement: bool
    """增刊: a series of its own."""
    title: str
    """Empty when the author gave none; pages then show the bulletin's name and the number."""
    byline: str
    """Author of the issue as a whole; articles have their own."""
    date: datetime
    updated: datetime | None
    hits: int
    """Carried over from the old site."""
    draft: bool
    summary: str
    keywords: tuple[str, ...]
    lead: Text | None
    """Text before the first section."""
    contents: msgspec.Raw
    """`sections`, encoded; when it came from the cache, a view of the bytes fetched there."""
    columns: tuple[tuple[str, str], ...]
    """Id and title of each section."""
    slugs: tuple[str, ...]
    """Of its articles, in order."""
    redirect_from: tuple[str, ...]
    source: str
    """Path of its main file."""
    html_key: str
    """Cache key of its HTML parts; it determines all other fields except ``draft``, ``ended``, ``scheduled`` and what
    has been withdrawn."""
    refers: bool = True
    """Whether one of its texts may contain references."""
    expires: bool = True
    """Whether one of its articles may leave the site some day, or may be a draft."""
    ended: tuple[str, ...] = ()
    """Slugs of articles that have left the site, withdrawn ones among them."""
    unsure: bool = False
    """Whether it is a draft for an unknown entry only that may have meant that."""
    scheduled: bool = False
    """Whether its time has not come: it is there for the preview only."""
    heading: Text | None = None
    """As of an `Article`."""
    number_from: str = ""
    """Where the number was found: ``name``, ``title``, ``lines``; empty for the front matter."""
    corrections: tuple[Correction, ...] = ()
    """Of the issue and of its articles, newest first."""
    withdrawn: tuple[tuple[str, str], ...] = ()
    """Slug of each article that was taken out as withdrawn, and when."""

    @property
    def identity(self) -> tuple[object, ...]:
        """What represents it in keys: its reading; and what follows from the day and from what is public, which
        articles have left, whether it is hidden.
        """
        return self.html_key, self.ended, self.hidden, self.withdrawn

    @property
    def hidden(self) -> bool:
        """Whether readers must not have it yet."""
        return self.draft or self.scheduled

    @cached_property
    def sections(self) -> tuple[Section, ...]:
        """Its parts, in order."""
        return decode_sections(self.contents)

    def texts(self) -> Iterator[Text]:
        """All texts, in order."""
        return texts(self.heading, self.lead, self.sections)

    def anchors(self) -> Iterator[str]:
        """All anchors of the issue's page."""
        for section in self.sections:
            yield section.anchor
            for article in section.articles:
                yield article.slug
        for text in self.texts():
            yield from text.ids


def texts(heading: Text | None, lead: Text | None, sections: tuple[Section, ...]) -> Iterator[Text]:
    """All texts of an issue, in order; a heading's before the text below it."""
    return filter(None, _places_of_texts(heading, lead, sections))


def _places_of_texts(heading: Text | None, lead: Text | None, sections: tuple[Section, ...]) -> Iterator[Text | None]:
    yield heading
    yield lead
    for section in sections:
        yield section.heading
        yield section.lead
        for article in section.articles:
            yield article.heading
            yield article.text


def encode_sections(sections: tuple[Section, ...]) -> msgspec.Raw:
    """`Issue.contents`."""
    return msgspec.Raw(msgspec.msgpack.encode(sections))


def columns_of(sections: tuple[Section, ...]) -> tuple[tuple[str, str], ...]:
    """`Issue.columns`; a section of which all is withdrawn has no title there, as one that is no column."""
    return tuple((section.id, "" if section.is_withdrawn else section.title) for section in sections)


def slugs_of(sections: tuple[Section, ...]) -> tuple[str, ...]:
    """`Issue.slugs`."""
    return tuple(article.slug for section in sections for article in section.articles)


decode_sections = msgspec.msgpack.Decoder(tuple[Section, ...]).decode


NOTICE_FOLDER = "notices/"
"""How the ids of notices begin: the folder of their pages."""


class Page(Value, frozen=True, array_like=True):
    """A text outside any issue: a standing page, or a notice."""

    id: str
    """Folder in the site: ``about``, ``notices/spring-festival``."""
    title: str
    text: Text
    date: datetime | None
    updated: datetime | None
    order: int
    """Position in the navigation, ascending."""
    menu: bool
    """Whether it is in the navigation."""
    draft: bool
    description: str
    redirect_from: tuple[str, ...]
    source: str
    html_key: str
    unsure: bool = False
    """As of an `Issue`."""
    heading: Text | None = None
    """As of an `Article`."""
    corrections: tuple[Correction, ...] = ()
    """Newest first."""
    start: datetime | None = None
    """Of a notice: before this it is not public; None: at once."""
    until: datetime | None = None
    """Of a notice: the day after which it leaves the site."""
    beside_phone: bool = False
    """Whether a link to it is wherever the office's telephone is: the page for who needs help now."""

    @property
    def is_notice(self) -> bool:
        """Whether it is on the notice board, and not in the navigation; no standing page has a folder above its own."""
        return self.id.startswith(NOTICE_FOLDER)

    def texts(self) -> Iterator[Text]:
        """Both texts, in order."""
        return filter(None, (self.heading, self.text))


class Today(Value, frozen=True):
    """今日滞站人员: how many people stay at the station, and on which day that was so."""

    count: int
    date: str
    """``YYYY-MM-DD``."""


# ── problems


Severity = Literal["error", "warning", "notice"]


class Code(Value, frozen=True):
    """What all problems with one code have in common."""

    severity: Severity
    """error: something is missing from the site, or must not go out; warning: it is there, but wrong;
    notice: for information."""
    message: str
    """What is wrong, with `{names}` for the values."""
    remedy: str
    """How to fix it."""
