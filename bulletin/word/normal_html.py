"""The normal form of HTML: two texts that mean the same to the dialect have the same one.

What counts as the same, and nothing else: `b` and `strong`, `i` and `em`; blanks side by side, and at the edges of a
block; marks around nothing, and marks that touch; `span` and `div` that say nothing, and the frame of a wide table;
classes of numbered points and of bare addresses; the anchor of a heading; a bare address and its link; the paragraph
that an item begins with; a picture alone in its paragraph and the figure with its caption; a plain table's first line
and its head; names and numbers of notes, which come from their order, and the links that lead back from them.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from html import escape

from bulletin.editions.element_tree import Element, TreeNode, element_tree, tree_text

VOID = frozenset(("br", "col", "hr", "img", "wbr"))
_SAME = {"b": "strong", "i": "em"}
_OWN_CLASSES = frozenset(("address", "table", "point-1", "point-2", "point-3", "point-4", "point-title"))
_MERGED = frozenset(("strong", "em", "del", "u", "s", "sub", "sup", "mark", "small"))
_NOTE_ID = re.compile(r"^(#?fn(?:ref)?\d*:)")
_BLANKS = re.compile(r"[ \t\n\f\r]+")
_EDGES = " \t\n\f\r\u3000\u00a0"
_HEADINGS = frozenset(("h1", "h2", "h3", "h4", "h5", "h6"))


def normal_tree(html: str) -> list[Element]:
    """The blocks of sanitised HTML in their normal form; words outside any block are paragraphs."""
    return [node for node in _blocks(element_tree(html).children) if isinstance(node, Element)]


def normal_html(html: str) -> str:
    """Sanitised HTML in its normal form."""
    return "\n".join(write_html(block) for block in normal_tree(html))


def write_html(node: TreeNode) -> str:
    """A tree as HTML, without a line break of its own."""
    if isinstance(node, str):
        return escape(node, quote=False)
    attributes = "".join(f' {name}="{escape(value)}"' for name, value in sorted(node.attributes.items()))
    begin = "<" + node.tag + attributes + ">"
    if node.tag in VOID:
        return begin
    return begin + "".join(map(write_html, node.children)) + "</" + node.tag + ">"


def make_element(tag: str, attributes: dict[str, str], children: Sequence[TreeNode]) -> Element:
    """An element with its children."""
    made = Element(tag, attributes)
    made.children = list(children)
    made.has_block = any(isinstance(child, Element) and child.is_block for child in children)
    return made


def _blocks(children: Sequence[TreeNode]) -> Iterator[TreeNode]:
    run: list[TreeNode] = []
    for child in children:
        if isinstance(child, str) or not child.is_block:
            run.append(child)
            continue
        yield from _paragraph({}, run)
        run = []
        yield from _block(child)
    yield from _paragraph({}, run)


def _paragraph(attributes: dict[str, str], run: Sequence[TreeNode]) -> Iterator[TreeNode]:
    words = _inline(run)
    if not words:
        return
    pictures = [each for each in words if isinstance(each, Element) and each.tag != "br"]
    alone = len(pictures) == 1 and not any(isinstance(each, str) and each.strip() for each in words)
    if alone and not attributes and _image(pictures[0]) is not None:
        yield _figure(pictures[0])
    else:
        yield make_element("p", attributes, words)


def _image(node: Element) -> Element | None:
    if node.tag == "img":
        return node
    inside = node.children[0] if node.tag == "a" and len(node.children) == 1 else None
    return inside if isinstance(inside, Element) and inside.tag == "img" else None


def _figure(picture: Element) -> Element:
    image = _image(picture)
    attributes = dict(image.attributes) if image is not None else {}
    caption = attributes.pop("title", "") or attributes.get("alt", "")
    made: TreeNode = make_element("img", attributes, ())
    if picture.tag == "a":
        made = make_element("a", dict(picture.attributes), (made,))
    captions = (make_element("figcaption", {}, (caption.strip(),)),) if caption.strip() else ()
    return make_element("figure", {}, (made, *captions))


def _block(node: Element) -> Iterator[TreeNode]:
    attributes = _attributes(node)
    tag = node.tag
    if tag == "pre":
        yield make_element(tag, attributes, _code(node))
    elif tag in ("div", *_MERGED, "span", "a") and (not attributes or tag != "div") and node.has_block:
        yield from _blocks(node.children)
    elif tag == "div" and not attributes:
        yield from _paragraph({}, node.children)
    elif tag == "p":
        yield from _blocks(node.children) if node.has_block else _paragraph(attributes, node.children)
    elif tag in _HEADINGS or tag in ("figcaption", "caption", "summary", "dt"):
        words = _blocks(node.children) if node.has_block else _inline(node.children)
        if found := list(words):
            yield make_element(tag, attributes, found)
    elif tag in ("td", "th", "li", "dd"):
        yield make_element(tag, attributes, _item(node))
    elif tag in VOID:
        yield make_element(tag, attributes, ())
    elif tag == "table":
        yield _table(node, attributes)
    else:
        inside = _parts(node) if tag in _PARTED else list(_blocks(node.children))
        if inside:
            yield make_element(tag, attributes, inside)


_PARTED = frozenset(("ul", "ol", "dl", "thead", "tbody", "tfoot", "tr", "colgroup", "figure"))


def _parts(node: Element) -> list[TreeNode]:
    return [made for each in node.children if isinstance(each, Element) for made in _part(each)]


def _part(node: Element) -> Iterator[TreeNode]:
    if node.is_block:
        yield from _block(node)
    else:
        yield from _inline((node,))


def _code(node: Element) -> list[TreeNode]:
    inner = [each for each in node.children if isinstance(each, Element)]
    if len(inner) == 1 and inner[0].tag == "code" and len(node.children) == 1:
        return [make_element("code", _attributes(inner[0]), (tree_text(inner[0].children).strip("\n"),))]
    return [make_element("code", {}, (tree_text(node.children).strip("\n"),))]


def _item(node: Element) -> list[TreeNode]:
    """What an item holds; its first paragraph without its tags."""
    inside = list(_blocks(node.children)) if node.has_block else _inline(node.children)
    first = inside[0] if inside else None
    if isinstance(first, Element) and first.tag == "p" and not first.attributes:
        return [*first.children, *inside[1:]]
    return inside


def _table(node: Element, attributes: dict[str, str]) -> Element:
    """A table; the first row of one without a head and without merged cells is the head."""
    parts = [each for each in _parts(node) if isinstance(each, Element)]
    rows = list(_rows(parts))
    cells = [cell for row in rows for cell in row.children if isinstance(cell, Element)]
    plain = all(part.tag in ("thead", "tbody", "tr") for part in parts)
    merged = any(not cell.attributes.keys() <= {"align"} for cell in cells)
    if not plain or merged or not rows or any(row.attributes for row in rows):
        return make_element("table", attributes, list(_framed(parts)))
    head = make_element("tr", {}, [_as(cell, "th") for cell in rows[0].children if isinstance(cell, Element)])
    if any(cell.tag == "th" for row in rows[1:] for cell in row.children if isinstance(cell, Element)):
        return make_element("table", attributes, list(_framed(parts)))
    body = [make_element("tbody", {}, rows[1:])] if rows[1:] else []
    return make_element("table", attributes, [make_element("thead", {}, [head]), *body])


def _framed(parts: Sequence[Element]) -> Iterator[Element]:
    """The parts of a table, with rows that stand alone in a body of their own, as a browser puts them."""
    run: list[Element] = []
    for part in parts:
        if part.tag == "tr":
            run.append(part)
            continue
        if run:
            yield make_element("tbody", {}, run)
            run = []
        yield part
    if run:
        yield make_element("tbody", {}, run)


def _as(cell: Element, tag: str) -> Element:
    return make_element(tag, dict(cell.attributes), cell.children)


def _rows(parts: Sequence[Element]) -> Iterator[Element]:
    for part in parts:
        if part.tag == "tr":
            yield part
        else:
            yield from (each for each in part.children if isinstance(each, Element) and each.tag == "tr")


def _attributes(node: Element) -> dict[str, str]:
    found = {name: value for name, value in node.attributes.items() if name not in ("tabindex", "role")}
    if node.tag in _HEADINGS:
        found.pop("id", None)
    for name in ("id", "href"):
        if name in found and (note := _NOTE_ID.match(found[name])):
            found[name] = note[1] + found[name].removeprefix(note[1]).removeprefix("1-")
    if classes := [each for each in found.pop("class", "").split() if each not in _OWN_CLASSES]:
        found["class"] = " ".join(classes)
    return found


# ── words


def _inline(children: Sequence[TreeNode]) -> list[TreeNode]:
    """Words and marks of one block, with no blank at its edges, around a line break, or beside another."""
    flat = _merged(_flat(children, frozenset()))
    state = _Blanks()
    made = _trimmed(flat, state)
    return _stripped_end(made)


def _flat(children: Sequence[TreeNode], inside: frozenset[str]) -> Iterator[TreeNode]:
    for child in children:
        if isinstance(child, str):
            yield child
            continue
        tag = _SAME.get(child.tag, child.tag)
        attributes = _attributes(child)
        if "footnote-backref" in attributes.get("class", ""):
            continue  # the reader makes it anew
        words = tree_text(child.children)
        if tag in VOID:
            yield make_element(tag, attributes, ())
        elif _says_nothing(tag, attributes, words, inside):
            yield from _flat(child.children, inside)
        elif attributes or words or any(isinstance(each, Element) for each in child.children):
            yield make_element(tag, attributes, _merged(_flat(child.children, inside | {tag})))


def _says_nothing(tag: str, attributes: dict[str, str], words: str, inside: frozenset[str]) -> bool:
    if tag == "a":
        return not attributes or _is_bare(attributes, words)
    return not attributes and (tag == "span" or tag in inside)


def _is_bare(attributes: dict[str, str], words: str) -> bool:
    address = attributes.get("href", "")
    return (
        attributes.keys() == {"href"}
        and words != ""
        and address.removeprefix("https://") in (words, "https://" + words)
    )


def _merged(nodes: Iterator[TreeNode]) -> list[TreeNode]:
    made: list[TreeNode] = []
    for node in nodes:
        last = made[-1] if made else None
        if isinstance(node, str):
            if isinstance(last, str):
                made[-1] = last + node
            elif node:
                made.append(node)
            continue
        if not node.children and not node.attributes and node.tag not in VOID:
            continue
        if isinstance(last, Element) and node.tag in _MERGED and _alike(last, node):
            made[-1] = make_element(node.tag, {}, _merged(iter((*last.children, *node.children))))
        else:
            made.append(node)
    return made


def _alike(one: Element, other: Element) -> bool:
    return one.tag == other.tag and not one.attributes and not other.attributes


class _Blanks:
    """Whether a blank that comes next would be at an edge."""

    def __init__(self) -> None:
        self.edge = True


def _trimmed(nodes: Sequence[TreeNode], state: _Blanks) -> list[TreeNode]:
    made: list[TreeNode] = []
    for node in nodes:
        if isinstance(node, str):
            text = _BLANKS.sub(" ", node)
            text = text.lstrip(_EDGES) if state.edge else text
            if text:
                state.edge = text[-1] == " "
                made.append(text)
        elif node.tag == "br":
            made = _stripped_end(made, keep_breaks=True)
            made.append(node)
            state.edge = True
        elif node.tag in VOID:
            state.edge = False
            made.append(node)
        elif inside := _trimmed(node.children, state):
            made.append(make_element(node.tag, dict(node.attributes), inside))
        elif node.attributes:
            made.append(make_element(node.tag, dict(node.attributes), ()))
    return made


def _stripped_end(nodes: list[TreeNode], *, keep_breaks: bool = False) -> list[TreeNode]:
    made = list(nodes)
    while made:
        last = made[-1]
        if isinstance(last, str):
            if text := last.rstrip(_EDGES):
                made[-1] = text
                return made
            made.pop()
        elif last.tag == "br" and not keep_breaks:
            made.pop()
        elif last.tag in VOID or last.attributes:
            return made
        elif inside := _stripped_end(last.children, keep_breaks=keep_breaks):
            made[-1] = make_element(last.tag, {}, inside)
            return made
        else:
            made.pop()
    return made
