"""The body of a post → clean HTML: Markdown of other programs, or the HTML of WordPress.

`clean_body` opens nothing and is done in a worker (body_worker.py), since Python-Markdown takes minutes for some texts;
`with_pictures` puts the pictures in, which lie in the folder of the site.
"""

from __future__ import annotations

import posixpath
import re
from collections.abc import Callable
from html import escape, unescape
from typing import Literal
from urllib.parse import unquote, urlsplit

from bulletin.check.secrecy import secrecy_marks
from bulletin.core.model import Value
from bulletin.read.control_characters import replace_control_characters
from bulletin.read.sanitise import sanitise
from bulletin.read.texts import plain_text
from bulletin.word.incoming import IncomingPicture, IncomingText, LeftOut

FindPicture = Callable[[str], bytes | None]
"""What a picture's address leads to on this computer; None when it is not there."""

BodyKind = Literal["markdown", "wordpress", "html"]
"""Markdown of another program (CommonMark and tables, notes, fences); HTML in which an empty line parts paragraphs;
HTML that needs nothing."""


class Body(Value, frozen=True):
    """A body, clean, with the addresses of pictures as they were."""

    html: str
    left_out: tuple[LeftOut, ...]
    secrecy: str
    """A mark of secrecy in title or body; empty where there is none."""


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


def clean_body(kind: BodyKind, title: str, source: str) -> Body:
    """Raises `TooDeep`, and RecursionError, for a text that no person wrote."""
    left: list[LeftOut] = []
    clean = sanitise(_READERS[kind](source, left))
    if _H1.search(clean):
        clean = _HEADING.sub(lambda found: found[1] + str(min(6, int(found[2]) + 1)), clean)
    marks = [mark for _, _, mark in secrecy_marks("\n".join((title, plain_text(clean))), internal_public=False)]
    return Body(clean, tuple(left), marks[0] if marks else "")


def _markdown_html(source: str, left: list[LeftOut]) -> str:
    from markdown import Markdown

    from bulletin.read.dialect.brackets import BracketExtension
    from bulletin.read.dialect.guard import GuardExtension

    for pattern in (_HUGO, _LIQUID):
        source = _taken_out(pattern, source, left)
    known = ["tables", "fenced_code", "footnotes", "def_list", "sane_lists"]
    md = Markdown(extensions=[GuardExtension(), *known, BracketExtension()], output_format="html")
    return md.convert(replace_control_characters(source))


def _wordpress_html(source: str, left: list[LeftOut]) -> str:
    source = _taken_out(_BRACKETS, source, left)
    return source if "<!-- wp:" in source else _with_paragraphs(source)


_READERS: dict[BodyKind, Callable[[str, list[LeftOut]], str]] = {
    "markdown": _markdown_html,
    "wordpress": _wordpress_html,
    "html": lambda source, _: source,
}


def with_pictures(title: str, body: Body, find: FindPicture) -> IncomingText:
    """The text with its pictures, each once."""
    left = list(body.left_out)
    taker = _Pictures(find, left)
    html = _IMAGE.sub(taker.take, body.html)
    return IncomingText(title, html, tuple(taker.found.values()), tuple(left), body.secrecy)


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
