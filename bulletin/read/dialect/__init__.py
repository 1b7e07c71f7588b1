"""The Markdown that offices write: Python-Markdown with the extensions listed here, and nothing else.

Each of our own extensions is a module with one rule and its source; `tests/read/dialect/` shows what it does.
"""

from __future__ import annotations

from collections.abc import Callable, Set
from dataclasses import dataclass
from typing import TypeVar

from markdown import Markdown
from markdown.extensions import Extension
from markdown.extensions.abbr import AbbrExtension
from markdown.extensions.admonition import AdmonitionExtension
from markdown.extensions.def_list import DefListExtension
from markdown.extensions.fenced_code import FencedCodeExtension

from . import plain
from .addresses import AddressExtension
from .angles import hide_angles, show_angles
from .attributes import AttributesExtension
from .brackets import BracketExtension
from .deletion import DeletionExtension
from .emphasis import EmphasisExtension
from .figures import FigureExtension
from .guard import GuardExtension
from .ids import IdExtension, UniqueNames
from .indent import IndentExtension
from .joining import JoiningExtension
from .lists import ListExtension
from .notes import NoteExtension
from .official import OfficialExtension
from .points import PointExtension
from .tables import TableExtension

__all__ = ["EXTENSIONS", "Converted", "convert", "make_markdown", "parse"]

EXTENSIONS: tuple[Callable[[], Extension], ...] = (
    GuardExtension,
    OfficialExtension,
    TableExtension,
    NoteExtension,
    DefListExtension,
    AttributesExtension,
    AbbrExtension,
    FencedCodeExtension,
    AdmonitionExtension,
    IndentExtension,
    ListExtension,
    PointExtension,
    JoiningExtension,
    EmphasisExtension,
    DeletionExtension,
    AddressExtension,
    FigureExtension,
    IdExtension,
    BracketExtension,
)
"""All extensions, in the order of registration; each module says where among the others its rule runs."""

_E = TypeVar("_E", bound=Extension)


@dataclass(frozen=True, slots=True)
class Converted:
    """One text as HTML."""

    html: str
    """Not yet sanitised."""
    ids: tuple[str, ...]
    """Ids of headings and ids that the author wrote, in the order of the text; without those of footnotes."""
    plain: bool = False
    """Whether all blocks were plain (plain.py), so that the HTML needs no sanitising."""
    words: str | None = None
    """A line for each paragraph and item, with ``*`` wherever there was markup; None when only the HTML has them."""


def make_markdown(backlink_title: str = "") -> Markdown:
    """A parser of the dialect, reusable for any number of texts, one after the other.

    `backlink_title` is the title of the link from a footnote back to its reference, with `{}` for its number.
    """
    md = Markdown(extensions=[make() for make in EXTENSIONS], output_format="html")
    _part(md, NoteExtension).setConfig("BACKLINK_TITLE", backlink_title)
    return md


def convert(md: Markdown, text: str, *, notes: str = "", used: Set[str] = frozenset(), rel: str = "") -> Converted:
    """Convert the body of one article; the same as `parse`, but faster where blocks are plain.

    `rel` is an HTML attribute for the links of plain blocks.
    """
    text = hide_angles(text)
    if plain.needs_full_parse(text):
        return _parse(md, text, notes, UniqueNames(used))
    html: list[str] = []
    words: list[str | None] = []
    ids: list[str] = []
    names = UniqueNames(used)
    for piece in plain.runs(text, rel):
        if isinstance(piece, str):
            made = _parse(md, piece, notes, names)
            ids += made.ids
            html.append(made.html)
        else:
            html.append(piece[0])
            words.append(piece[1])
    whole, untouched = "\n".join(filter(None, html)), len(words) == len(html)
    return Converted(
        whole, tuple(ids), untouched, "\n".join(filter(None, words)) if untouched and None not in words else None
    )


def parse(md: Markdown, text: str, *, notes: str = "", used: Set[str] = frozenset()) -> Converted:
    """Convert a text with Python-Markdown; the result depends only on the arguments.

    `notes` is put before the names of footnotes in their ids; `used` are ids that other texts of the page
    have. After an exception (deep nesting: RecursionError) the parser may be used again.
    """
    return _parse(md, hide_angles(text), notes, UniqueNames(used))


def _parse(md: Markdown, text: str, notes: str, names: UniqueNames) -> Converted:
    """`parse`, with the names in use, to which those of the text are added: a text may come in thousands of pieces."""
    md.reset()
    md.parser.state.clear()  # an exception leaves it set, and reset() does not clear it
    _part(md, NoteExtension).prefix = notes
    ids = _part(md, IdExtension)
    ids.used = names
    html = show_angles(md.convert(text))
    return Converted(html, ids.given)


def _part(md: Markdown, kind: type[_E]) -> _E:
    """The registered extension of that type."""
    return next(extension for extension in md.registeredExtensions if isinstance(extension, kind))
