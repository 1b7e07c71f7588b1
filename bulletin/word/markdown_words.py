"""Words and marks of one block as Markdown: bold, links, pictures, notes; else the HTML that the dialect keeps."""

from __future__ import annotations

import re
from collections.abc import Sequence
from html import escape

from bulletin.editions.element_tree import Element, TreeNode, tree_text
from bulletin.word.normal_html import VOID

_PLAINLY = re.compile(r"[\\`]|<(?=[a-zA-Z/!?])|&(?=#?\w)|[*_](?=[*_])|!(?=\[)|\[(?=[^\[\]]*\][(\[:（])|~(?=~)")
_GUARDED = re.compile(r"[\\`*_{}\[\]<>&#|~:!]|(?<=\w)[.)+=-](?=\W|$)|^[-+=.:>#●•◆➢○■]|www|://")
_ESCAPABLE = frozenset("\\`*_{}[]()>#+-.!")
_LINE_BEGIN = re.compile(r"^(?:\d+(?=[.．)])|[-+*>#:=|](?=\s|$))|^[#>|]")
_MARKS = {"strong": "**", "em": "*", "del": "~~"}
_SAFE_ADDRESS = re.compile(r"[^\s()<>\"'\\\[\]`*_|&{}]+")


def words_source(nodes: Sequence[TreeNode], level: int, line_break: str) -> str:
    """Some words as Markdown on one line, or on more where ``line_break`` has a line break."""
    writer = _Writer(level, line_break)
    return "".join(writer.write(node) for node in nodes)


class _Writer:
    def __init__(self, level: int, line_break: str) -> None:
        self._level = level
        self._line_break = line_break
        self._at_begin = True

    def write(self, node: TreeNode) -> str:
        if isinstance(node, str):
            return self._text(node)
        match node.tag:
            case "br":
                self._at_begin = True
                return self._line_break
            case "img":
                self._at_begin = False
                return self._picture(node)
            case "sup" if (name := _note_name(node)) is not None:
                self._at_begin = False
                return "[^" + name + "]"
            case "a" if node.attributes.keys() == {"href"} and _SAFE_ADDRESS.fullmatch(node.attributes["href"]):
                self._at_begin = False
                return "[" + self._inside(node) + "](" + node.attributes["href"] + ")"
            case "strong" | "em" | "del" if not node.attributes and self._level < 2:
                self._at_begin = False
                mark = _MARKS[node.tag]
                return mark + self._inside(node) + mark
        return self._html(node)

    def _inside(self, node: Element) -> str:
        return "".join(self.write(child) for child in node.children)

    def _html(self, node: Element) -> str:
        attributes = "".join(f' {name}="{escape(value)}"' for name, value in sorted(node.attributes.items()))
        begin = "<" + node.tag + attributes + ">"
        return begin if node.tag in VOID else begin + self._inside(node) + "</" + node.tag + ">"

    def _picture(self, node: Element) -> str:
        address, alt = node.attributes.get("src", ""), node.attributes.get("alt", "")
        if node.attributes.keys() - {"src", "alt"} or not _SAFE_ADDRESS.fullmatch(address):
            return self._html(node)
        return "![" + (_GUARDED.sub(_escaped, alt) if self._level else alt) + "](" + address + ")"

    def _text(self, text: str) -> str:
        begins, self._at_begin = self._at_begin, False
        made = (_GUARDED if self._level else _PLAINLY).sub(_escaped, text)
        if begins and (found := _LINE_BEGIN.match(text)):
            if found[0].isdecimal():
                stop = text[found.end()]
                made = (
                    found[0]
                    + ("\\" + stop if stop in ".)" else f"&#{ord(stop)};")
                    + made[found.end() + 1 :].lstrip("\\")
                )
            elif made[: len(found[0])] == found[0]:
                made = _escaped(found) + made[len(found[0]) :]
        return made


def _escaped(found: re.Match[str]) -> str:
    character = found[0][0]
    if character in _ESCAPABLE and character != "[":
        return "\\" + found[0]
    if character == "[":
        return "\\["
    return f"&#{ord(character)};" + found[0][1:] if character not in "<&" else {"<": "&lt;", "&": "&amp;"}[character]


def _note_name(node: Element) -> str | None:
    """Name of the note that a raised number leads to."""
    link = node.children[0] if len(node.children) == 1 else None
    if not isinstance(link, Element) or link.attributes.get("class") != "footnote-ref":
        return None
    name = link.attributes.get("href", "").rpartition(":")[2]
    return name if name and not re.search(r"[\s\[\]]", name) and tree_text(link.children) else None
