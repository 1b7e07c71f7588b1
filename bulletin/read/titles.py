"""What a heading says: its text, and its Markdown where that holds more than words.

The text is what contents, menus, addresses, descriptions and feeds show. The heading on the page keeps links, notes,
pictures and emphasis. Emphasis of the kind `**…**` alone is none: a heading is bold anyway.
"""

from __future__ import annotations

import html as entities
import re

from bulletin.core.look_alikes import fold_name
from bulletin.read.control_characters import replace_control_characters
from bulletin.read.lines import INDENT, Heading, SourceLine

_MAY_HOLD_MARKUP = re.compile(r"[*_`\[<&\\~]")
_ESCAPED = re.compile(r"\\([!-/:-@\[-`{-~])")
_HIDDEN = 0xF0000
"""Added to the number of an escaped character while markup is looked for: a private-use plane that no text uses."""
_SHOWN = re.compile(f"[{chr(_HIDDEN)}-{chr(_HIDDEN + 0x7F)}]")

_WORDS = r"\[(?P<words>[^\[\]]*(?:\[[^\[\]]*\][^\[\]]*)*)\]"
_TARGET = r"\((?:[^()]|\([^()]*\))*\)"
_PICTURE = re.compile(rf"!{_WORDS}{_TARGET}")
_NOTE = re.compile(r"\[\^[^\[\]]+\]")
_LINK = re.compile(_WORDS + _TARGET)
_ADDRESS = re.compile(r"<(?P<words>(?:https?://|mailto:)[^<>\s]+)>")
_COMMENT = re.compile(r"<!--(?:(?!<!--).)*?-->")
_STARRED = re.compile(r"(?<![*\\\d])\*(?=[^\s*])(?P<words>[^*]*[^\s*])\*(?![*\d])")
_UNDERLINED = re.compile(r"(?<![\w_])_(?=[^\s_])(?P<words>[^_]*[^\s_])_(?![\w_])")
_STRUCK = re.compile(r"~~(?=\S)(?P<words>[^~]*\S)~~")
_KEPT = (_LINK, _ADDRESS, _STARRED, _UNDERLINED, _STRUCK)
"""Markup around words that the text keeps."""
_EMPHASIS = re.compile(r"\*\*|__|`")

_TAG = re.compile(r"<(?P<close>/?)(?P<name>[A-Za-z][A-Za-z0-9]*)(?:\s[^<>]*)?/?>")
_INLINE = frozenset(
    """
    a abbr b bdi bdo br cite code del dfn em i img ins kbd mark q rp rt ruby s samp small span strong sub sup time u var
    wbr
    """.split()  # noqa: SIM905
)
_VOID = frozenset(("br", "img", "wbr"))
_BLOCK = frozenset(
    """
    address blockquote caption center dd div dl dt figcaption figure font h1 h2 h3 h4 h5 h6 hr li ol p pre table tbody
    td tfoot th thead tr ul
    """.split()  # noqa: SIM905
)


def make_heading(kind: str, level: int, raw: str, id_: str, line: int) -> Heading:
    """A heading from its title as it is in the file, without marks and id."""
    typed, markdown = split_title(raw)
    title = fold_name(typed)
    return Heading(kind, level, title, id_, line, typed if typed != title else "", markdown)  # type: ignore[arg-type]


def heading_line(heading: Heading) -> SourceLine | None:
    """The Markdown of a heading's title, at its line; None where its text says all."""
    return SourceLine(heading.line, heading.markdown) if heading.markdown else None


def split_title(raw: str) -> tuple[str, str]:
    """A title's text, and its Markdown where a page has more to show than the text, else nothing."""
    if not _MAY_HOLD_MARKUP.search(raw):
        return raw, ""
    markdown = _without_loose_tags(_COMMENT.sub("", raw)).strip(INDENT)
    hidden = _ESCAPED.sub(lambda found: chr(_HIDDEN + ord(found[1])), markdown)
    words = _NOTE.sub("", hidden)
    bare = _text(_PICTURE.sub("", words))
    text = bare or _text(_PICTURE.sub(_described, words))
    return text, _escaped(markdown) if len(raw) <= _MAX_MARKDOWN and _holds_more(hidden) else ""


_MAX_MARKDOWN = 2_000
"""Characters of a title that is looked at for more than its text; a longer one is no title, and costs seconds."""


def _holds_more(hidden: str) -> bool:
    return any(markup.search(hidden) for markup in (_PICTURE, _NOTE, *_KEPT)) or any(
        found["name"].lower() in _INLINE for found in _TAG.finditer(hidden)
    )


def _text(hidden: str) -> str:
    for markup in _KEPT:
        hidden = markup.sub(lambda found: found["words"], hidden)
    hidden = _EMPHASIS.sub("", _TAG.sub(_without_tag, hidden))
    return _shown(replace_control_characters(entities.unescape(hidden)) if "&" in hidden else hidden)


def _described(found: re.Match[str]) -> str:
    return found["words"]


def _shown(hidden: str) -> str:
    """A text with the escaped characters as they are shown, and one blank where markup left two."""
    text = _SHOWN.sub(lambda found: chr(ord(found.group()) - _HIDDEN), hidden)
    return re.sub("  +", " ", text).strip(INDENT)


# ── tags


def _without_tag(found: re.Match[str]) -> str:
    return "" if found["name"].lower() in _INLINE | _BLOCK else found.group()


def _without_loose_tags(raw: str) -> str:
    """A title without tags of blocks, and without any where one is not closed: it would reach into the text."""
    return _TAG.sub(_without_block_tag if _is_balanced(raw) else _without_tag, raw) if "<" in raw else raw


def _without_block_tag(found: re.Match[str]) -> str:
    return "" if found["name"].lower() in _BLOCK else found.group()


def _is_balanced(raw: str) -> bool:
    open_tags: list[str] = []
    for found in _TAG.finditer(raw):
        name = found["name"].lower()
        if name not in _INLINE or name in _VOID:
            continue
        if not found["close"]:
            open_tags.append(name)
        elif not open_tags or open_tags.pop() != name:
            return False
    return not open_tags


_CODE_OR_BRACKET = re.compile(rf"`[^`]*`|{_ADDRESS.pattern}|{_TAG.pattern}|<".replace("?P<words>", "?:"))


def _escaped(markdown: str) -> str:
    """A title in which `<` is text where it begins no tag that a heading may hold: nothing of it is cut out."""
    return _CODE_OR_BRACKET.sub(_escaped_bracket, markdown) if "<" in markdown else markdown


def _escaped_bracket(found: re.Match[str]) -> str:
    kept = found.group() != "<" and (not found["name"] or found["name"].lower() in _INLINE)
    return found.group() if kept else found.group().replace("<", "&lt;")
