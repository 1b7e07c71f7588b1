"""A text's HTML → its blocks (blocks.py).

The HTML has been sanitised (read/sanitise.py), so it is well-formed and has no elements but those of its allowlist;
references have been filled in (arrange/html.py).
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import Literal, NamedTuple

from msgspec import structs

from bulletin.editions.blocks import (
    Aside,
    Attachments,
    Block,
    Cell,
    Definition,
    Definitions,
    Divider,
    Figure,
    Image,
    Item,
    ListBlock,
    Mark,
    Note,
    Paragraph,
    Point,
    Preformatted,
    Quotation,
    Row,
    Run,
    Runs,
    SignOff,
    Subheading,
    Table,
    TextBlocks,
    VersionRecord,
)
from bulletin.editions.element_tree import Element, TreeNode, element_tree, tree_text
from bulletin.editions.runs import by_line, trimmed


def read_blocks(html: str, pictures: Mapping[str, Image]) -> TextBlocks:
    """The blocks and notes of a text. ``pictures`` by the address that the HTML has; raises `UnknownElement`."""
    reader = _Reader(pictures)
    root = element_tree(html)
    return TextBlocks(tuple(reader.flow(root.children, _PLAIN)), tuple(reader.notes))


def read_runs(html: str, pictures: Mapping[str, Image]) -> Runs:
    """The words of a title's HTML."""
    return tuple(trimmed(_Reader(pictures).runs(element_tree(html).children, _PLAIN)))


# ── how words look

_MARKS: dict[str, Mark] = {
    "b": "strong",
    "strong": "strong",
    "dfn": "em",
    "cite": "em",
    "em": "em",
    "i": "em",
    "var": "em",
    "ins": "underline",
    "u": "underline",
    "del": "strike",
    "s": "strike",
    "code": "code",
    "kbd": "code",
    "samp": "code",
    "mark": "mark",
    "small": "small",
    "sub": "sub",
    "sup": "sup",
}


class _Style(NamedTuple):
    """What the elements around a stretch of text say of it."""

    marks: frozenset[Mark] = frozenset()
    href: str = ""

    def inside(self, element: Element) -> _Style:
        mark = _MARKS.get(element.tag)
        marks = self.marks | {mark} if mark else self.marks
        href = element.attributes.get("href", "") or self.href if element.tag == "a" else self.href
        return _Style(marks, href)


_PLAIN = _Style()

_Side = Literal["", "center", "right"]


# ── words

_SPACE = re.compile("[ \t\n\r\f]+")
_NOTE = re.compile("#(fn:.+)")


def _number(text: str) -> int | None:
    return int(text) if re.fullmatch(r"-?\d{1,9}", text) else None


class _Reader:
    """Makes the blocks of one text; collects its notes."""

    def __init__(self, pictures: Mapping[str, Image]) -> None:
        self._pictures = pictures
        self.notes: list[Note] = []

    # ── runs

    def runs(self, nodes: Iterable[TreeNode], style: _Style) -> Iterator[Run]:
        marks = tuple(sorted(style.marks))
        for node in nodes:
            if isinstance(node, str):
                yield Run(_SPACE.sub(" ", node), marks, style.href)
            elif node.tag == "br":
                yield Run("\n", marks, style.href)
            elif node.tag == "img":
                yield Run("", marks, style.href, image=self._image(node))
            elif node.tag == "ruby":
                yield from self._ruby(node, style)
            elif node.tag == "sup" and (note := _note_of(node)):
                yield Run(tree_text(node.children).strip(), marks, note=note)
            elif node.tag == "q":
                yield from (Run("“", marks), *self.runs(node.children, style), Run("”", marks))
            elif node.tag not in ("rp", "source", "wbr"):
                yield from self.runs(node.children, style.inside(node))

    def _image(self, node: Element) -> Image:
        """With the words of this place: the same picture may stand at two, described for each."""
        alt = node.attributes.get("alt", "")
        known = self._pictures.get(node.attributes.get("src", ""))
        return structs.replace(known, alt=alt) if known else Image(alt)

    def _ruby(self, node: Element, style: _Style) -> Iterator[Run]:
        """Each base with the reading that follows it."""
        base: list[TreeNode] = []
        for child in node.children:
            if isinstance(child, str) or child.tag not in ("rt", "rp"):
                base.append(child)
            elif child.tag == "rt":
                words = "".join(run.text for run in self.runs(base, style)).strip()
                yield Run(words, tuple(sorted(style.marks)), style.href, ruby=tree_text(child.children).strip())
                base = []
        yield from self.runs(base, style)

    # ── blocks

    def flow(self, nodes: Iterable[TreeNode], style: _Style, align: _Side = "") -> Iterator[Block]:
        """The blocks of an element's content; words between blocks are paragraphs."""
        before: Block | None = None
        for block in self._flow(nodes, style, align):
            if before:
                yield _as_item(before) if _goes_on(before, block) else before
            before = block
        if before:
            yield _as_item(before)

    def _flow(self, nodes: Iterable[TreeNode], style: _Style, align: _Side) -> Iterator[Block]:
        waiting: list[Run] = []
        for node in nodes:
            if isinstance(node, str) or not node.is_block:
                waiting += self.runs((node,), style)
                continue
            yield from _paragraph(waiting, "", align)
            waiting = []
            yield from self._block(node, style)
        yield from _paragraph(waiting, "", align)

    def _block(self, node: Element, style: _Style) -> Iterator[Block]:
        maker = _MAKERS.get(node.tag)
        if maker:
            yield from maker(self, node, style)
        else:
            yield from self.flow(node.children, style.inside(node), _align(node))

    def words(self, node: Element, style: _Style) -> Runs:
        return tuple(trimmed(self.runs(node.children, style)))

    def paragraph(self, node: Element, style: _Style) -> Iterator[Block]:
        if node.has_block:
            yield from self.flow(node.children, style)
            return
        classes, id_ = node.classes(), node.attributes.get("id", "")
        runs = self.words(node, style)
        if not runs:
            return
        if "signoff" in classes:
            yield SignOff(by_line(runs))
        elif level := next((int(name[-1]) for name in classes if re.fullmatch("point-[1-4]", name)), 0):
            yield Point(level, runs, id_, "point-title" in classes)
        else:
            yield Paragraph(runs, id_, _align(node))

    def division(self, node: Element, style: _Style) -> Iterator[Block]:
        classes = node.classes()
        if "record" in classes:
            inside = self.flow(node.children, style)
            yield VersionRecord(tuple(block.runs for block in inside if isinstance(block, Paragraph | Point)))
        elif "footnote" in classes and (listed := _notes_list(node)):
            self.notes += self._notes(listed)
        elif "admonition" in classes:
            title, rest = _split(node, lambda child: "admonition-title" in child.classes())
            yield Aside(self.words(title, style) if title else (), tuple(self.flow(rest, style)))
        else:
            yield from self.flow(node.children, style, _align(node))

    def _notes(self, listed: Element) -> Iterator[Note]:
        items = (child for child in listed.children if isinstance(child, Element) and child.tag == "li")
        for number, item in enumerate(items, 1):
            yield Note(item.attributes.get("id", ""), str(number), tuple(self.flow(_without_backlinks(item), _PLAIN)))

    def heading(self, node: Element, style: _Style) -> Iterator[Block]:
        if runs := self.words(node, style):
            yield Subheading(int(node.tag[1]), runs, node.attributes.get("id", ""))

    def rule(self, _node: Element, _style: _Style) -> Iterator[Block]:
        yield Divider()

    def quotation(self, node: Element, style: _Style) -> Iterator[Block]:
        yield Quotation(tuple(self.flow(node.children, style)))

    def listing(self, node: Element, style: _Style) -> Iterator[Block]:
        ordered = node.tag == "ol"
        number = (_number(node.attributes.get("start", "")) or 1) if ordered else None
        items: list[Item] = []
        for child in node.children:
            if isinstance(child, str) or child.tag != "li":
                stray = tuple(self.flow((child,), style))
                items += [Item("", stray)] if stray else []
                continue
            if number is not None:
                given = _number(child.attributes.get("value", ""))
                number = number if given is None else given
            label = "•" if number is None else f"{number}."
            items.append(Item(label, tuple(self.flow(child.children, style)), number))
            number = number if number is None else number + 1
        if items:
            yield ListBlock(ordered, tuple(items))

    def definitions(self, node: Element, style: _Style) -> Iterator[Block]:
        entries = [each for each in _entries(node) if isinstance(each, Element) or each.strip()]
        if "attachments" in node.classes():  # a definition right below it is in the same list
            labelled = bool(entries) and _is_term(entries[0])
            end = next((at for at, each in enumerate(entries) if at and _is_term(each)), len(entries))
            lines = [self.words(each, style) for each in entries[:end] if isinstance(each, Element)]
            yield Attachments(lines[0] if labelled else (), tuple(lines[labelled:]))
            entries = entries[end:]
        parts = (Definition(_is_term(each), tuple(self._inside(each, style))) for each in entries)
        if found := tuple(each for each in parts if each.blocks):
            yield Definitions(found)

    def _inside(self, node: TreeNode, style: _Style) -> Iterator[Block]:
        return self.flow((node,) if isinstance(node, str) else node.children, style)

    def code(self, node: Element, _style: _Style) -> Iterator[Block]:
        if (text := tree_text(node.children).strip("\n")).strip():
            yield Preformatted(text)

    def figure(self, node: Element, style: _Style) -> Iterator[Block]:
        caption, rest = _split(node, lambda child: child.tag == "figcaption")
        made = list(self.flow(rest, style))
        runs = self.words(caption, style) if caption else ()
        alone = made[0].runs if len(made) == 1 and isinstance(made[0], Paragraph) else ()
        if len(alone) == 1 and alone[0].image:
            yield Figure(alone[0].image, runs, alone[0].href)
            return
        yield from made
        if runs:
            yield Paragraph(runs, align="center")

    def details(self, node: Element, style: _Style) -> Iterator[Block]:
        summary, rest = _split(node, lambda child: child.tag == "summary")
        yield Aside(self.words(summary, style) if summary else (), tuple(self.flow(rest, style)))

    def table(self, node: Element, style: _Style) -> Iterator[Block]:
        caption: Runs = ()
        rows: list[Row] = []
        for part in node.children:
            if isinstance(part, str) or part.tag == "colgroup":
                continue
            if part.tag == "caption":
                caption = self.words(part, style)
            else:
                of_part = (part,) if part.tag == "tr" else part.children
                rows += (self._row(row, part.tag == "thead", style) for row in of_part if isinstance(row, Element))
        if rows := [row for row in rows if row.cells]:
            yield Table(caption, tuple(rows))

    def _row(self, row: Element, in_head: bool, style: _Style) -> Row:
        cells = (cell for cell in row.children if isinstance(cell, Element) and cell.tag in ("td", "th"))
        return Row(tuple(self._cell(cell, style) for cell in cells), in_head)

    def _cell(self, cell: Element, style: _Style) -> Cell:
        columns, rows = (min(max(_number(cell.attributes.get(n, "")) or 1, 1), 100) for n in ("colspan", "rowspan"))
        align = next((name for name in ("left", "center", "right") if name in _align_names(cell)), "")
        return Cell(tuple(self.flow(cell.children, style)), cell.tag == "th", columns, rows, align)  # type: ignore[arg-type]


_Maker = Callable[[_Reader, Element, _Style], Iterator[Block]]
_MAKERS: Mapping[str, _Maker] = {
    "p": _Reader.paragraph,
    "div": _Reader.division,
    "hr": _Reader.rule,
    "blockquote": _Reader.quotation,
    "ul": _Reader.listing,
    "ol": _Reader.listing,
    "dl": _Reader.definitions,
    "pre": _Reader.code,
    "figure": _Reader.figure,
    "details": _Reader.details,
    "table": _Reader.table,
} | dict.fromkeys(("h1", "h2", "h3", "h4", "h5", "h6"), _Reader.heading)


def _goes_on(point: Block, following: Block) -> bool:
    """Whether a point is one of a row of points, and heads nothing."""
    return isinstance(point, Point) and isinstance(following, Point) and following.level <= point.level


def _as_item(block: Block) -> Block:
    return Point(block.level, block.runs, block.id) if isinstance(block, Point) else block


def _paragraph(runs: list[Run], id_: str, align: _Side) -> Iterator[Block]:
    if shown := tuple(trimmed(runs)):
        yield Paragraph(shown, id_, align)


def _align_names(node: Element) -> frozenset[str]:
    return node.classes() | {node.attributes.get("align", "")}


def _align(node: Element) -> _Side:
    names = _align_names(node)
    return "center" if "center" in names else "right" if "right" in names else ""


def _split(node: Element, chosen: Callable[[Element], bool]) -> tuple[Element | None, list[TreeNode]]:
    """The first child that is chosen, and the others."""
    found = next((child for child in node.children if isinstance(child, Element) and chosen(child)), None)
    return found, [child for child in node.children if child is not found]


def _entries(node: Element) -> Iterator[TreeNode]:
    """Terms and what is said of them, also inside a `div` that groups them; else what there is."""
    for child in node.children:
        if isinstance(child, Element) and child.tag == "div":
            yield from _entries(child)
        else:
            yield child


def _is_term(node: TreeNode) -> bool:
    return isinstance(node, Element) and node.tag == "dt"


def _note_of(node: Element) -> str:
    """Id of the note that a raised mark refers to; empty for another."""
    link = next((child for child in node.children if isinstance(child, Element)), None)
    found = _NOTE.fullmatch(link.attributes.get("href", "")) if link and link.tag == "a" else None
    return found[1] if found else ""


def _without_backlinks(node: Element) -> list[TreeNode]:
    """What an element holds, without the links from a note back to its marks, and the blank before them."""
    kept: list[TreeNode] = []
    for child in node.children:
        if isinstance(child, Element) and child.tag == "a" and "footnote-backref" in child.classes():
            if kept and isinstance(kept[-1], str):
                kept[-1] = kept[-1].removesuffix("\xa0")
            continue
        if isinstance(child, Element):
            child.children = _without_backlinks(child)
        kept.append(child)
    return kept


def _notes_list(node: Element) -> Element | None:
    """The list of a text's notes, where it is one."""
    found = next((child for child in node.children if isinstance(child, Element) and child.tag == "ol"), None)
    return found if found and all(_is_note(child) for child in found.children) else None


def _is_note(node: TreeNode) -> bool:
    if isinstance(node, str):
        return not node.strip()
    return node.tag == "li" and node.attributes.get("id", "").startswith("fn:")
