"""Blocks of an old text (soup.py) → Markdown that the reader of issues reads again as the same words."""

from __future__ import annotations

import re
from collections.abc import Mapping
from html import escape

from selectolax.lexbor import LexborHTMLParser, LexborNode

_SPECIAL = re.compile(r"([\\`*_\[\]<>|~^])|&(?=#?\w)|(?<=!)(?=\[)")
_LINE_BEGIN = re.compile(r"^(?=[#>+:|=-])|^(\d+)(?=[.)](?:\s|$))|^(?=[【●])")
_MARKS = {"strong": "**", "em": "*"}


def write_blocks(html: str, targets: Mapping[str, str]) -> str:
    """Markdown of blocks. ``targets``: where a link or picture leads now; one that is missing leaves only its words."""
    body = LexborHTMLParser(html).body
    blocks: list[str] = []
    for node in body.iter() if body else ():
        tag = node.tag or ""
        if tag == "table":
            blocks.append(node.html or "")
        elif tag == "hr":
            blocks.append("---")
        elif tag in ("ul", "ol"):
            blocks.append("\n".join(_items(node, targets)))
        elif text := _inline(node, targets).strip():
            prefix = {"h2": "## ", "h3": "### "}.get(tag, "")
            blocks.append(prefix + (text if prefix else _guarded(text)))
    return "\n\n".join(block for block in blocks if block) + "\n"


def _items(node: LexborNode, targets: Mapping[str, str]) -> list[str]:
    items = [_guarded(_inline(item, targets).strip()) for item in node.iter()]
    ordered = node.tag == "ol"
    return [(f"{number}. " if ordered else "- ") + item for number, item in enumerate(items, 1)]


def _inline(node: LexborNode, targets: Mapping[str, str]) -> str:
    parts: list[str] = []
    for child in node.iter(include_text=True, skip_empty=False):
        tag = child.tag or ""
        if tag == "-text":
            parts.append(_escaped(child.text_content or ""))
        elif tag == "img":
            if target := targets.get(child.attributes.get("src") or ""):
                parts.append("![" + _escaped(child.attributes.get("alt") or "") + "](" + target + ")")
        elif tag == "a":
            inner, target = _inline(child, targets), targets.get(child.attributes.get("href") or "")
            parts.append("[" + inner + "](" + target + ")" if target and inner.strip() else inner)
        elif tag in _MARKS:
            inner = _inline(child, targets)
            parts.append(_MARKS[tag] + inner + _MARKS[tag] if inner and inner == inner.strip() else inner)
        elif tag in ("sub", "sup"):
            parts.append("<" + tag + ">" + _inline(child, targets) + "</" + tag + ">")
        else:
            parts.append(_inline(child, targets))
    return "".join(parts)


def _escaped(text: str) -> str:
    return _SPECIAL.sub(_escape, text)


def _escape(found: re.Match[str]) -> str:
    character = found.group()
    return escape(character) if character in ("<", ">", "&") else f"\\{character}"


def _guarded(text: str) -> str:
    """A paragraph that begins like a list, a heading or a quotation stays a paragraph."""
    if text.startswith(("【", "●")):
        return text
    return _LINE_BEGIN.sub(lambda found: f"{found[1]}\\" if found[1] else "\\", text, count=1)
