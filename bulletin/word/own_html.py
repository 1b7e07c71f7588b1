"""Groups of blocks in HTML: between two marks each, then in the element that the dialect makes of them."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from functools import partial

from lxml import etree, html

BEGIN, END = "Begin", "End"
"""Classes of the marks; the first says kind and value."""

_Elements = Sequence[etree._Element]


def fold_groups(root: etree._Element) -> None:
    """Put what is between two marks into its element, everywhere below."""
    for parent in dict.fromkeys(mark.getparent() for mark in root.iter("div") if mark.get("class") in (BEGIN, END)):
        _fold_children(parent)


def _fold_children(parent: etree._Element) -> None:
    open_: list[tuple[str, str, list[etree._Element]]] = [("", "", [])]
    for child in list(parent):
        kind = child.get("class")
        if kind == BEGIN:
            name, _, value = (child.text or "").partition(" ")
            open_.append((name, value.strip(), []))
        elif kind == END:
            name, value, blocks = open_.pop()
            open_[-1][2].extend(_made(parent, name, value, blocks))
        else:
            open_[-1][2].append(child)
    parent[:] = open_[0][2]


def _made(parent: etree._Element, name: str, value: str, blocks: _Elements) -> _Elements:
    if name in ("td", "th") and parent.tag in ("td", "th"):
        parent.tag = name
        if value:
            parent.set("align", value)
    return _MAKERS[name](value, blocks) if name in _MAKERS else blocks


def _element(tag: str, blocks: _Elements = (), **attributes: str) -> etree._Element:
    element = html.Element(tag, {key.strip("_"): value for key, value in attributes.items() if value})
    element.extend(blocks)
    return element


def _around(tag: str, class_: str, _value: str, blocks: _Elements) -> _Elements:
    return [_element(tag, blocks, class_=class_)]


def _words(tag: str, class_: str, value: str, blocks: _Elements) -> _Elements:
    """One element of the words of some paragraphs, each on a line of its own; what is no paragraph stays behind it."""
    element = _element(tag, class_=class_ or value)
    lines = [block for block in blocks if block.tag == "p"]
    for place, block in enumerate(lines):
        if place:
            etree.SubElement(element, "br")
        if len(element):
            element[-1].tail = block.text
        else:
            element.text = block.text
        element.extend(list(block))
    return [*([element] if lines else []), *(block for block in blocks if block.tag != "p")]


def _code(_value: str, blocks: _Elements) -> _Elements:
    for block in blocks:
        for br in block.iter("br"):
            br.text = "\n"
    code = _element("code")
    code.text = "\n".join("".join(map(str, block.itertext())) for block in blocks)
    return [_element("pre", [code])]


def _count(value: str) -> int:
    return int(value) if value.isdecimal() else 0


def _list(tag: str, value: str, blocks: _Elements) -> _Elements:
    items = [each if each.tag == "li" else _element("li", [each]) for each in blocks]
    return [_element(tag, items, start="" if value == "1" or not value.isdecimal() else value)] if items else []


def _item(value: str, blocks: _Elements) -> _Elements:
    return [_element("li", blocks, value=value if value.isdecimal() else "")]


def _attachments(value: str, blocks: _Elements) -> _Elements:
    """The label is the beginning of the first line, of that many characters."""
    lines = [line for block in blocks for line in _words("dd", "", "", [block])]
    label, text = _element("dt"), (lines[0].text or "") if lines else ""
    label.text = text[: _count(value)]
    if label.text:
        lines[0].text = text[len(label.text) :]
    return [_element("dl", [*([label] if label.text else []), *lines], class_="attachments")]


def _point(value: str, blocks: _Elements) -> _Elements:
    return _words("p", f"point-{value[:1]}{' point-title' if value.endswith('t') else ''}", "", blocks)


def _table(value: str, blocks: _Elements) -> _Elements:
    """Its first rows, as many as the value says, are its head; the caption is in it."""
    table = next((each for each in blocks if each.tag == "table"), None)
    if table is None:
        return blocks
    captions = [each for each in blocks if each.tag == "caption"]
    rows, count = list(table.iter("tr")), _count(value)
    rows = [row for row in rows if next(row.iterancestors("table")) is table]
    parts = (("thead", rows[:count]), ("tbody", rows[count:]))
    table[:] = [*captions, *(_element(tag, those) for tag, those in parts if those)]
    return [each for each in blocks if each.tag != "caption"]


def _figure(value: str, blocks: _Elements) -> _Elements:
    """One that had no description was given another for Word's sake."""
    parts = [each for block in blocks for each in (block if block.tag == "p" else [block])]
    for image in [image for part in parts if part.tag != "figcaption" for image in part.iter("img")] if value else ():
        image.set("alt", "")
    return [_element("figure", parts)]


_MAKERS: Mapping[str, Callable[[str, _Elements], _Elements]] = {
    "quote": partial(_around, "blockquote", ""),
    "aside": partial(_around, "div", "admonition"),
    "title": partial(_words, "p", "admonition-title"),
    "ol": partial(_list, "ol"),
    "ul": partial(_list, "ul"),
    "li": _item,
    "dl": partial(_around, "dl", ""),
    "dt": partial(_around, "dt", ""),
    "dd": partial(_around, "dd", ""),
    "attachments": _attachments,
    "pre": _code,
    "hr": lambda _, blocks: [_element("hr"), *blocks],
    "signoff": partial(_words, "p", "signoff"),
    "record": partial(_around, "div", "record"),
    "p": partial(_words, "p", ""),
    "point": _point,
    **{f"h{level}": partial(_words, f"h{level}", "") for level in range(1, 7)},
    "table": _table,
    "caption": partial(_words, "caption", ""),
    "figcaption": partial(_words, "figcaption", ""),
    "figure": _figure,
}
"""By kind: value and blocks → elements."""
