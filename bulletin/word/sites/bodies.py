"""The body of a post → clean HTML with its pictures: Markdown of other programs, or the HTML of WordPress."""

from __future__ import annotations

import posixpath
import re
from collections.abc import Callable
from html import escape, unescape
from urllib.parse import unquote, urlsplit

from markdown import Markdown

from bulletin.check.secrecy import secrecy_marks
from bulletin.read.control_characters import replace_control_characters
from bulletin.read.sanitise import sanitise
from bulletin.read.texts import plain_text
from bulletin.word.incoming import IncomingPicture, IncomingText, LeftOut

FindPicture = Callable[[str], bytes | None]
"""What a picture's address leads to on this computer; None when it is not there."""

_IMAGE = re.compile(r'(<img\b[^>]*?\ssrc=")([^"]*)(")')
_HUGO = re.compile(r"\{\{[<%]\s*+/?[\w/.-]++[^{}]*+\}\}(?<=[>%]\}\})")
_LIQUID = re.compile(r"\{%-?\s*+\w++[^{}%]*+%\}|\{\{[^{}]*+\}\}")
"""Nothing in them gives back what it took: a post of 1 MB that never closes one costs no more than any other."""
_BRACKETS = re.compile(
    r"\[/?(?:gallery|caption|embed|audio|video|playlist|contact-form-7|wp_[a-z_]+|vc_[a-z_]+|et_pb_[a-z_]+)\b[^\[\]]*\]"
)
"""WordPress' own codes and those of the usual builders; other words in brackets are the author's."""
_MORE = re.compile(r"<!--\s*more\s*-->")
_BLOCK = r"(?:table|thead|tbody|tr|td|th|ul|ol|li|dl|dt|dd|div|p|h[1-6]|blockquote|pre|figure|figcaption|hr|details)"
_H1 = re.compile(r"(</?h)1(?=[ >])")
_HEADING = re.compile(r"(</?h)([1-6])(?=[ >])")


def markdown_text(title: str, source: str, find: FindPicture) -> IncomingText:
    """A body in the Markdown of another program (CommonMark and tables, notes, fences)."""
    left: list[LeftOut] = []
    for pattern in (_HUGO, _LIQUID):
        source = _taken_out(pattern, source, left)
    md = Markdown(extensions=["tables", "fenced_code", "footnotes", "def_list", "sane_lists"], output_format="html")
    return _clean(title, md.convert(replace_control_characters(source)), find, left)


def wordpress_text(title: str, source: str, find: FindPicture) -> IncomingText:
    """A body of WordPress: HTML in which an empty line parts paragraphs."""
    left: list[LeftOut] = []
    source = _taken_out(_BRACKETS, source, left)
    html = source if "<!-- wp:" in source else _with_paragraphs(source)
    return _clean(title, html, find, left)


def html_text(title: str, source: str, find: FindPicture) -> IncomingText:
    """A body of HTML that needs nothing."""
    return _clean(title, source, find, [])


def _taken_out(pattern: re.Pattern[str], source: str, left: list[LeftOut]) -> str:
    left += (LeftOut("shortcode", found.group()[:60]) for found in pattern.finditer(source))
    return pattern.sub("", source)


def _with_paragraphs(source: str) -> str:
    """As WordPress shows it (`wpautop`): an empty line ends a paragraph, a line break breaks the line."""
    made = []
    for part in re.split(r"\n[ \t]*\n", _MORE.sub("\n\n", source.replace("\r\n", "\n"))):
        words = part.strip()
        if re.match(rf"</?{_BLOCK}\b", words, re.IGNORECASE):
            made.append(words)
        elif words:
            made.append("<p>" + words.replace("\n", "<br>\n") + "</p>")
    return "\n".join(made)


def _clean(title: str, html: str, find: FindPicture, left: list[LeftOut]) -> IncomingText:
    clean = sanitise(html)
    if _H1.search(clean):
        clean = _HEADING.sub(lambda found: found[1] + str(min(6, int(found[2]) + 1)), clean)
    taker = _Pictures(find, left)
    clean = _IMAGE.sub(taker.take, clean)
    marks = [mark for _, _, mark in secrecy_marks("\n".join((title, plain_text(clean))), internal_public=False)]
    return IncomingText(title, clean, tuple(taker.found.values()), tuple(left), marks[0] if marks else "")


class _Pictures:
    """Takes the pictures of one text; each once."""

    def __init__(self, find: FindPicture, left: list[LeftOut]) -> None:
        self._find = find
        self._left = left
        self.found: dict[str, IncomingPicture] = {}
        self._names: set[str] = set()

    def take(self, found: re.Match[str]) -> str:
        address = unescape(found[2])
        if address not in self.found:
            content = self._find(address)
            if content is None:
                kind = "linked picture" if urlsplit_safely(address) else "missing picture"
                self._left.append(LeftOut(kind, address[:80]))
                return found.group()
            self.found[address] = IncomingPicture(self._name(address), content)
        return found[1] + escape(self.found[address].name) + found[3]

    def _name(self, address: str) -> str:
        stem, ending = posixpath.splitext(posixpath.basename(unquote(address.partition("?")[0])) or "picture")
        number, name = 1, stem + ending
        while name.casefold() in self._names:
            number += 1
            name = f"{stem}-{number}{ending}"
        self._names.add(name.casefold())
        return name


def urlsplit_safely(address: str) -> str:
    """The host of an address; empty where it has none."""
    try:
        return urlsplit(address).hostname or ""
    except ValueError:
        return ""
