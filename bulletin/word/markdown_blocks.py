"""One block of HTML as Markdown of our dialect: plainly, guardedly, or as HTML on one line."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from bulletin.editions.element_tree import Element, TreeNode, tree_text
from bulletin.word.markdown_words import words_source
from bulletin.word.normal_html import write_html

NOTES = "footnote"
"""Class of the block that holds the notes."""
_HEADINGS = {f"h{level}": "#" * level for level in range(1, 7)}
_FOR_SPACES = " " * 4


def block_source(block: Element, level: int) -> str:
    """A block as Markdown; ``level`` 1 escapes all that could be markup. Empty where Markdown has no such thing."""
    lines = _lines(block, level)
    return "\n".join(lines) if lines is not None else ""


def raw_source(block: Element) -> str:
    """A block as HTML on one line."""
    return write_html(block).replace("\n", "&#10;").replace("\t", "&#9;").replace("\r", "&#13;")


def note_sources(blocks: Sequence[Element], level: int) -> str:
    """The definitions of the notes, below the text; empty without notes."""
    for block in blocks:
        if block.tag == "div" and block.attributes.get("class") == NOTES:
            items = [each for child in block.children if isinstance(child, Element) for each in _elements(child, "li")]
            return "\n\n".join(_note(item, level) for item in items)
    return ""


def _note(item: Element, level: int) -> str:
    name = item.attributes.get("id", "").rpartition(":")[2]
    parts = _item_parts(item.children, level) or [[raw_source(each)] for each in _elements(item)]
    first = "[^" + name + "]: "
    body = "\n\n".join("\n".join(part) for part in parts).split("\n")
    return first + "\n".join(line if n == 0 or not line else _FOR_SPACES + line for n, line in enumerate(body))


def _lines(block: Element, level: int) -> list[str] | None:
    tag, attributes, children = block.tag, block.attributes, block.children
    if tag == "p" and attributes.get("class") == "signoff" and len(attributes) == 1:
        words = tree_text(children).split("\n")
        return ["\u3000" * 12 + line.strip() for line in words]
    if tag == "div" and attributes.get("class") == "record":
        return ["---" if each.tag == "hr" else tree_text(each.children) for each in _elements(block)]
    if tag == "dl" and attributes.get("class") == "attachments":
        words = [tree_text(each.children) for each in _elements(block)]
        return ["".join(words[:2]), *("\u3000" * 3 + each for each in words[2:])]
    if tag == "div" and attributes.get("class") == NOTES:
        return []
    if attributes and tag != "figure":
        return None
    if tag == "p":
        return words_source(children, level, "\\\n").split("\n")
    if tag in _HEADINGS:
        return [_HEADINGS[tag] + " " + words_source(children, level, "<br>")] if not block.has_block else None
    return _others(block, level)


def _others(block: Element, level: int) -> list[str] | None:
    match block.tag:
        case "hr":
            return ["* * *"]
        case "ul" | "ol":
            return _list(block, level)
        case "blockquote":
            parts = _joined_parts([_lines(each, level) for each in _elements(block)])
            return None if parts is None else ["> " + line if line else ">" for line in parts]
        case "pre":
            return _code(block)
        case "figure":
            return _figure(block, level)
        case "table":
            return _table(block, level)
        case "dl":
            return _definitions(block, level)
        case _:
            return None


def _elements(node: Element, tag: str = "") -> list[Element]:
    return [each for each in node.children if isinstance(each, Element) and tag in ("", each.tag)]


def _joined_parts(parts: Sequence[list[str] | None]) -> list[str] | None:
    made: list[str] = []
    for part in parts:
        if part is None:
            return None
        made += ["", *part] if made else part
    return made


def _list(block: Element, level: int) -> list[str] | None:
    lines: list[str] = []
    number = 0
    for item in _elements(block):
        number = int(value) if (value := item.attributes.get("value", "")).isdecimal() else number + 1
        parts = _item_parts(item.children, level)
        if parts is None or item.attributes.keys() - {"value"}:
            return None
        mark = str(number) + ". " if block.tag == "ol" else "- "
        body: list[str] = []
        for place, part in enumerate(parts):
            apart = place and not part[0].startswith(("- ", "1. "))
            body += ["", *part] if apart else part
        body = body or [""]
        lines += [mark + body[0], *(_FOR_SPACES + line if line else "" for line in body[1:])]
    return lines


def _item_parts(nodes: Sequence[TreeNode], level: int) -> list[list[str]] | None:
    """The words that an item begins with, then each of its blocks."""
    run: list[TreeNode] = []
    blocks: list[Element] = []
    for node in nodes:
        if isinstance(node, Element) and node.is_block:
            blocks.append(node)
        elif blocks:
            return None
        else:
            run.append(node)
    parts = [words_source(run, level, "<br>").split("\n")] if run else []
    for block in blocks:
        lines = _lines(block, level)
        if not lines:
            return None
        parts.append(lines)
    return parts


def _code(block: Element) -> list[str] | None:
    code = block.children[0] if block.children else None
    if not isinstance(code, Element) or code.attributes:
        return None
    text = tree_text(code.children)
    fence = "`" * max(3, 1 + max((len(run) for run in re.findall("`+", text)), default=0))
    return [fence, *text.split("\n"), fence]


def _figure(block: Element, level: int) -> list[str] | None:
    parts = _elements(block)
    picture = parts[0] if parts else None
    caption = tree_text(parts[1].children) if len(parts) == 2 else ""
    if picture is None or picture.tag != "img" or block.attributes or len(parts) > 2:
        return None
    if picture.attributes.keys() - {"src", "alt"} or '"' in caption or "\n" in caption:
        return None
    same = caption in ("", picture.attributes.get("alt", ""))
    shown = words_source([picture], level, "<br>")
    return [shown if same else shown[:-1] + ' "' + caption + '")']


_RULES = {"": "---", "left": ":--", "center": ":-:", "right": "--:"}


def _table(block: Element, level: int) -> list[str] | None:
    rows = [row for part in _elements(block) for row in _elements(part, "tr")]
    if any(part.tag not in ("thead", "tbody") for part in _elements(block)) or not rows:
        return None
    if any(cell.has_block or cell.attributes.keys() - {"align"} for row in rows for cell in _elements(row)):
        return None
    lines = ["| " + " | ".join(_cell(cell, level) for cell in _elements(row)) + " |" for row in rows]
    rule = "|" + "|".join(_RULES.get(cell.attributes.get("align", ""), "---") for cell in _elements(rows[0])) + "|"
    return [lines[0], rule, *lines[1:]]


def _cell(cell: Element, level: int) -> str:
    return words_source(cell.children, level, "<br>").replace("|", "&#124;")


def _definitions(block: Element, level: int) -> list[str] | None:
    lines: list[str] = []
    before = ""
    for each in _elements(block):
        if each.has_block or each.attributes:
            return None
        words = words_source(each.children, level, "<br>")
        lines += _definition(each.tag, words, before)
        before = each.tag
    return lines


def _definition(tag: str, words: str, before: str) -> Iterator[str]:
    if tag == "dt":
        if before == "dd":
            yield ""
        yield words
    else:
        yield ":   " + words
