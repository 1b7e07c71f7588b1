"""A leaf → the letter: whole, or shortened where readers' programs would cut it off."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Callable

import msgspec
from msgspec import structs

from bulletin.core.extras import needs_extra
from bulletin.core.i18n import N_, Translate
from bulletin.editions.blocks import NO_TEXT, Paragraph, Point, Runs, TextBlocks, text_of
from bulletin.editions.leaf import Leaf, LeafSection
from bulletin.editions.letter.letter import LEAVE_MARK, Letter
from bulletin.editions.letter.page import LetterPage, letter_page
from bulletin.editions.text_writer import without_controls

WIRE_LIMIT = 100_000
"""Bytes as it goes over the wire, both parts: Gmail cuts off what is over 102 KB and hides the foot with it."""
Render = Callable[[str, LetterPage], str]
"""Name of a template and view → text (`ReportRenderer.render`)."""
_HTML, _TEXT = "letter/letter.html", "letter/letter.txt"
_BLANK_LINES = re.compile(r"\n{3,}")
_UNSHOWN = re.compile("[\u200e\u200f\u202a-\u202e\u2066-\u2069\ufeff]")
"""Turns the order of characters around, or shows nothing: not in a subject, beside which there is no context."""


def make_letter(leaf: Leaf, render: Render, translate: Translate, *, correction: bool = False) -> Letter:
    """The letter of an issue, for all readers alike.

    ``render`` and ``translate`` speak the station's language. ``correction``: for readers who got the wrong one, which
    the subject says. Raises `TemplateError`, and `ExtraMissing` without css-inline.
    """
    maker = _LetterMaker(render, translate, subject_of(leaf, translate, correction=correction))
    letter = maker.letter(leaf)
    for shortened in (_first_paragraphs, _titles):
        if letter.wire_size > WIRE_LIMIT:
            letter = maker.letter(shortened(leaf), short=True)
    return letter


def subject_of(leaf: Leaf, translate: Translate, *, correction: bool = False) -> str:
    """The subject: bulletin and number first, since a mailbox shows little of it."""
    publisher = leaf.publisher
    number = f"{publisher.bulletin or publisher.name} {leaf.number}"
    own = text_of(leaf.heading)
    words = f"{number}：{own}" if own and leaf.number not in own else own or leaf.title
    for mark, wanted in ((N_("Correction: {subject}"), correction), (N_("Draft: {subject}"), leaf.draft)):
        words = translate(mark).format(subject=words) if wanted else words
    return " ".join(_UNSHOWN.sub("", without_controls(words.replace("\n", " "))).split())[:_MAX_SUBJECT]


_MAX_SUBJECT = 200


class _LetterMaker:
    def __init__(self, render: Render, translate: Translate, subject: str) -> None:
        self._render = render
        self._translate = translate
        self._subject = subject

    def letter(self, leaf: Leaf, *, short: bool = False) -> Letter:
        place = _unique(leaf)
        page = letter_page(leaf, self._translate, self._subject, place, short=short)
        text = without_controls(self._render(_TEXT, page))
        html = _inlined(without_controls(self._render(_HTML, page)))
        return Letter(
            issue=leaf.id,
            subject=self._subject,
            text=_with_leave_mark(_BLANK_LINES.sub("\n\n", text).strip("\n") + "\n", place),
            html=_with_leave_mark(html, place),
            columns=frozenset(name for section in leaf.sections for name in (section.id, section.title) if name),
            short=short,
        )


def _unique(leaf: Leaf) -> str:
    """Stands for the reader's address while the letter is made: nothing that the text could have foreseen."""
    return f"leave-{hashlib.sha256(msgspec.msgpack.encode(leaf)).hexdigest()[:32]}"


def _with_leave_mark(text: str, place: str) -> str:
    return text.replace(LEAVE_MARK, LEAVE_MARK[0] + "\u200b" + LEAVE_MARK[1:]).replace(place, LEAVE_MARK)


def _inlined(html: str) -> str:
    """With each style in the element that has it; what is marked ``data-css-inline="keep"`` stays as it is."""
    with needs_extra("mail"):
        import css_inline
    return css_inline.CSSInliner(load_remote_stylesheets=False, minify_css=True).inline(html)


# ── shorter


def _first_paragraphs(leaf: Leaf) -> Leaf:
    return _with_texts(leaf, _first_paragraph)


def _titles(leaf: Leaf) -> Leaf:
    return _with_texts(leaf, lambda _: NO_TEXT)


def _with_texts(leaf: Leaf, shorter: Callable[[TextBlocks], TextBlocks]) -> Leaf:
    sections = tuple(_section(section, shorter) for section in leaf.sections)
    return structs.replace(leaf, lead=shorter(leaf.lead), sections=sections)


def _section(section: LeafSection, shorter: Callable[[TextBlocks], TextBlocks]) -> LeafSection:
    articles = tuple(
        structs.replace(each, text=shorter(each.text), heading=_without_notes(each.heading))
        for each in section.articles
    )
    heading = _without_notes(section.heading)
    return structs.replace(section, lead=shorter(section.lead), articles=articles, heading=heading)


def _first_paragraph(text: TextBlocks) -> TextBlocks:
    """Without the marks of notes, which are not there."""
    for block in text.blocks:
        if isinstance(block, Paragraph | Point) and text_of(block.runs).strip():
            return TextBlocks((structs.replace(block, runs=_without_notes(block.runs)),))
    return NO_TEXT


def _without_notes(runs: Runs) -> Runs:
    return tuple(run for run in runs if not run.note)
