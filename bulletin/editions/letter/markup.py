"""Blocks → the HTML of a letter: paragraphs, and tables where a box is, since mail programs know no other.

Its looks are classes, which the style sheet of templates/letter/letter.html fills and css-inline writes into each
element. Numbers of lists and notes are words, not counted by the program that shows them; nothing is folded.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from itertools import groupby
from urllib.parse import quote, urlsplit
from xml.etree.ElementTree import Element, SubElement

from markupsafe import Markup

from bulletin.arrange.html import plain_form
from bulletin.arrange.urls import site_root
from bulletin.core.model import Picture
from bulletin.editions import blocks as b
from bulletin.editions.html_elements import append_lines, append_text, outer
from bulletin.editions.leaf import Leaf

TEXT_WIDTH = 536
"""Pixels beside the margins of the sheet."""
_SHARP_WIDTH = 2 * TEXT_WIDTH
"""Of a picture that is sharp on every screen; a wider one is only slower."""
_SCHEMES = ("http", "https", "mailto", "tel")
_MARKS: Mapping[b.Mark, tuple[str, str]] = {
    "strong": ("strong", ""),
    "em": ("em", ""),
    "underline": ("u", ""),
    "strike": ("s", ""),
    "code": ("code", ""),
    "sub": ("sub", ""),
    "sup": ("sup", ""),
    "mark": ("span", "marked"),
    "small": ("small", ""),
}
_POINTS = {1: "hei", 2: "kai", 3: "", 4: ""}
"""By level (GB/T 9704-2012, 7.3.3)."""
_PLAIN = {"cellpadding": "0", "cellspacing": "0"}
_LAYOUT = {"role": "presentation", **_PLAIN}
"""Of a table that is none for who listens."""
_SIDES = {"center": "middle", "right": "right", "left": "left", "": ""}


def letter_link(leaf: Leaf, href: str) -> str:
    """Where a `Run.href` leads from a letter: always out of it, since anchors in letters are seldom kept.

    The pages that the counter counts get its mark; empty where nobody can follow.
    """
    target = leaf.link(href)
    if target.startswith("#"):
        target = f"{leaf.url}#{quote(target[1:])}" if leaf.url else ""
    site = leaf.publisher.url
    if site and target.startswith(f"{site_root(site)}issues/"):
        return leaf.publisher.counted_url(target, "mail")
    return target if urlsplit(target).scheme in _SCHEMES else ""


class LetterMarkup:
    """Writes the texts of one leaf."""

    def __init__(self, link: Callable[[str], str]) -> None:
        self._link = link

    def text(self, text: b.TextBlocks, byline: str) -> Markup:
        """A text, its author, its notes."""
        made = list(self._blocks(text.blocks))
        if byline:
            made.append(_paragraph("right", f"（{byline}）"))
        if text.notes:
            made.append(_box("notes", *(each for note in text.notes for each in self._note(note))))
        return Markup("\n".join(map(outer, made)))

    def words(self, runs: b.Runs) -> Markup:
        """Some words, without an element around them."""
        holder = Element("span")
        self._fill(holder, runs)
        return Markup(outer(holder).removeprefix("<span>").removesuffix("</span>"))

    def _note(self, note: b.Note) -> list[Element]:
        return self._labelled(f"[{note.number}] ", note.blocks, "note")

    def _labelled(self, label: str, blocks: Iterable[b.Block], css: str) -> list[Element]:
        """Some blocks, the first with words before it."""
        first, *rest = list(blocks) or [b.Paragraph(())]
        if not isinstance(first, b.Paragraph | b.Point):
            first, rest = b.Paragraph(()), [first, *rest]
        made = [self._line((b.Run(label), *first.runs), css)]
        if rest:
            made.append(_box("within", *self._blocks(rest)))
        return made

    # ── blocks

    def _blocks(self, blocks: Iterable[b.Block]) -> Iterator[Element]:
        for block in blocks:
            yield from self._block(block)

    def _block(self, block: b.Block) -> Iterator[Element]:
        match block:
            case b.Paragraph():
                yield self._line(block.runs, _SIDES[block.align] or "indent")
            case b.Point():
                yield self._line(block.runs, f"indent {_POINTS[block.level]}".strip() if block.is_title else "indent")
            case b.Subheading():
                yield self._line(block.runs, "", f"h{min(max(block.level, 4), 6)}")
            case b.ListBlock():
                yield self._list(block)
            case b.Definitions():
                for entry in block.entries:
                    yield _box("term" if entry.is_term else "within", *self._blocks(entry.blocks))
            case b.Quotation():
                yield _box("quotation", *self._flat(block.blocks))
            case b.Aside():
                title = [self._line(block.title, "aside-title")] if block.title else []
                yield _box("aside", *title, *self._blocks(block.blocks))
            case b.Table():
                yield from self._table(block)
            case b.Figure():
                yield from self._figure(block)
            case b.Preformatted():
                made = Element("pre", {"class": "typed"})
                made.text = block.text
                yield made
            case b.Divider():
                yield Element("hr", {"class": "divider"})
            case b.Attachments() | b.SignOff() | b.VersionRecord():
                yield from self._official(block)

    def _official(self, block: b.Attachments | b.SignOff | b.VersionRecord) -> Iterator[Element]:
        match block:
            case b.Attachments():
                yield from (self._line(each, "indent attachment") for each in (block.label, *block.lines))
            case b.SignOff():
                yield from (self._line(each, "right") for each in block.lines)
            case b.VersionRecord():
                yield _box("record", *(self._line(each, "record-line") for each in block.lines))

    def _list(self, block: b.ListBlock) -> Element:
        """A row for each item: the only way by which labels of any width have their words beside them everywhere."""
        made = Element("table", _LAYOUT | {"class": "list"})
        for item in block.items:
            row = SubElement(made, "tr")
            SubElement(row, "td", {"class": "label", "valign": "top", "align": "right"}).text = f"{item.label} "
            cell = SubElement(row, "td", {"class": "item", "valign": "top"})
            only = item.blocks[0] if len(item.blocks) == 1 else None
            if isinstance(only, b.Paragraph):
                self._fill(cell, only.runs)
            else:
                cell.extend(self._flat(item.blocks))
        return made

    def _flat(self, blocks: Iterable[b.Block]) -> Iterator[Element]:
        """Paragraphs without indent, as in an item."""
        for block in blocks:
            if isinstance(block, b.Paragraph) and not block.align:
                yield self._line(block.runs, "")
            else:
                yield from self._block(block)

    def _table(self, table: b.Table) -> Iterator[Element]:
        if table.caption:
            yield self._line(table.caption, "caption")
        made = Element("table", _PLAIN | {"class": "data", "width": "100%"})
        for row in table.rows:
            SubElement(made, "tr").extend(self._cell(cell, in_head=row.in_head) for cell in row.cells)
        yield made

    def _cell(self, cell: b.Cell, *, in_head: bool) -> Element:
        spans = {"colspan": cell.columns, "rowspan": cell.rows}
        given = {name: str(count) for name, count in spans.items() if count > 1}
        given["align"] = cell.align or "left"
        made = Element("th" if cell.is_head or in_head else "td", given)
        only = cell.blocks[0] if len(cell.blocks) == 1 else None
        if isinstance(only, b.Paragraph):
            self._fill(made, only.runs)
        else:
            made.extend(self._flat(cell.blocks))
        return made

    def _figure(self, figure: b.Figure) -> Iterator[Element]:
        made = _paragraph("figure", "")
        target = self._link(figure.href) if figure.href else ""
        holder = SubElement(made, "a", href=target) if target else made
        _picture(holder, figure.image, "" if figure.caption else figure.image.alt)
        if len(holder) or holder.text:
            yield made
        if figure.caption:
            yield self._line(figure.caption, "caption")

    # ── runs

    def _line(self, runs: b.Runs, css: str, tag: str = "p") -> Element:
        made = Element(tag, {"class": css} if css else {})
        self._fill(made, runs)
        return made

    def _fill(self, parent: Element, runs: b.Runs) -> None:
        for href, alike in groupby(runs, lambda run: run.href):
            target = self._link(href) if href else ""
            holder = SubElement(parent, "a", href=target) if target else parent
            for run in alike:
                _run(holder, run)


def _run(parent: Element, run: b.Run) -> None:
    if run.note:
        SubElement(parent, "sup").text = f"[{run.text}]"
        return
    holder = parent
    for mark in run.marks:
        tag, css = _MARKS[mark]
        holder = SubElement(holder, tag, {"class": css} if css else {})
    if run.image:
        _picture(holder, run.image, run.image.alt)
    else:
        append_lines(holder, run.text)
    if run.ruby:
        append_text(holder, f"（{run.ruby}）")


def _picture(parent: Element, image: b.Image, alt: str) -> None:
    """A picture by its public address; its words where it has none."""
    if not image.picture or urlsplit(image.src).scheme not in ("http", "https"):
        append_lines(parent, alt)
        return
    src, width = _form_of(image, image.picture)
    css = "picture drawing" if image.picture.transparent else "picture"
    SubElement(parent, "img", {"class": css, "src": src, "alt": alt, "width": str(width)})


def _form_of(image: b.Image, picture: Picture) -> tuple[str, int]:
    """Address of the form that is wide enough, and the width at which it is shown."""
    widest = plain_form(picture)
    forms = sorted((each for each in picture.variants if each.format == widest.format), key=lambda each: each.width)
    form = next((each for each in forms if each.width >= _SHARP_WIDTH), widest)
    return image.src.removesuffix(widest.suffix) + form.suffix, min(TEXT_WIDTH, picture.width)


def _paragraph(css: str, text: str) -> Element:
    made = Element("p", {"class": css})
    made.text = text
    return made


def _box(css: str, *inner: Element) -> Element:
    """A table of one cell: the only box that all mail programs draw."""
    made = Element("table", _LAYOUT | {"class": "box", "width": "100%"})
    SubElement(SubElement(made, "tr"), "td", {"class": css}).extend(inner)
    return made
