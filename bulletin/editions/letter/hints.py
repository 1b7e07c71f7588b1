"""What mail programs do not show of a finished letter, with the place in the text that it comes from.

From the programs' own pages and users' tables; what they drop changes seldom, since Outlook draws by Word's engine and
the others take out what could act (docs/mail.md).
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator, Mapping
from html.parser import HTMLParser
from pathlib import PurePosixPath
from typing import NamedTuple
from urllib.parse import urlsplit

from bulletin.core.problems import N_, Problem, problem, sort_problems
from bulletin.core.station import STATION
from bulletin.editions.leaf import Leaf
from bulletin.editions.letter.letter import Letter
from bulletin.editions.letter.making import WIRE_LIMIT
from bulletin.editions.sources import Sources

_TEMPLATE = "templates/letter/letter.html"
_MAX_COLUMNS = 6
"""On a telephone 340 pixels are for a table: three characters of 15 pixels and the borders in each column."""
_MAX_DEPTH = 8
"""Tables in each other, those of the sheet among them."""
_MAX_ADDRESS = 2_000
_ALL = "QQ, 163, Outlook, Gmail, Apple Mail"
_ELEMENTS: Mapping[str, str] = {
    **dict.fromkeys(("script", "object", "embed", "iframe", "applet", "base", "link"), _ALL),
    **dict.fromkeys(("audio", "video", "canvas", "svg", "math"), "QQ, 163, Outlook, Gmail"),
    **dict.fromkeys(("form", "input", "button", "select", "textarea"), "QQ, 163, Outlook"),
    **dict.fromkeys(("details", "dialog", "picture", "source"), "QQ, 163, Outlook"),
}
"""Element → programs that take it out, or show less than it holds."""
_FORMS: Mapping[str, str] = {
    **dict.fromkeys((".svg", ".svgz"), "QQ, 163, Outlook, Gmail"),
    **dict.fromkeys((".webp", ".avif"), "QQ, 163, Outlook"),
    **dict.fromkeys((".tif", ".tiff", ".heic"), "QQ, 163, Outlook, Gmail"),
}
_STYLES: Mapping[str, str] = {
    **dict.fromkeys(("position", "float", "animation", "transform"), "QQ, 163, Outlook"),
    **dict.fromkeys(("background-image", "box-shadow"), "Outlook"),
}
_STYLE_VALUES: Mapping[str, str] = {"flex": "Outlook", "grid": "QQ, 163, Outlook", "var(": "QQ, 163, Outlook"}


class _Found(NamedTuple):
    code: str
    near: str
    """Words of the text, or an address in it, by which its place is found."""
    values: dict[str, object]


def letter_hints(letter: Letter, leaf: Leaf, sources: Sources) -> tuple[Problem, ...]:
    """Sorted; empty where every reader sees all of the letter."""
    reader = _HintReader()
    reader.feed(letter.html)
    reader.close()
    found = [*_of_issue(letter, leaf, sources.path), *(_placed(each, sources) for each in reader.found)]
    return sort_problems((*found, *_of_parts(letter, reader.words)))


def _placed(found: _Found, sources: Sources) -> Problem:
    path, line = sources.place(found.near) if found.near else (_TEMPLATE, 0)
    if not line and found.code == "E104":
        path = _TEMPLATE  # no text can bring such an element into a letter
    return problem(found.code, path, line, "", **found.values)


def _of_issue(letter: Letter, leaf: Leaf, path: str) -> Iterator[Problem]:
    if letter.short:
        yield problem("E101", path, 0, limit=WIRE_LIMIT // 1000)
    if urlsplit(leaf.publisher.url).scheme != "https" and any(image.picture for image in leaf.images()):
        reason = N_("the site's address is not https") if leaf.publisher.url else N_("the site has no address")
        yield problem("E107", STATION, 0, reason=reason)


class _HintReader(HTMLParser):
    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.found: list[_Found] = []
        self._words: list[str] = []
        self._tables: list[_OpenTable] = []
        self._head = False

    @property
    def words(self) -> str:
        """All that the letter says, descriptions of pictures too."""
        return "".join(self._words)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = {name: value or "" for name, value in attrs}
        self._head = self._head or tag == "head"
        if programs := _ELEMENTS.get(tag):
            self._say("E104", "", element=tag, programs=programs)
        if tag == "table":
            self._tables.append(_OpenTable(is_data=given.get("role") != "presentation"))
        elif tag == "tr" and self._tables:
            self._tables[-1].columns = 0
        elif tag in ("td", "th") and self._tables:
            span = given.get("colspan", "")
            self._tables[-1].count(int(span) if span.isdecimal() and len(span) < 4 else 1)
        self._address(given)
        self._style(given.get("style", ""))
        self._words.append(given.get("alt", "") if tag == "img" else "")

    def handle_endtag(self, tag: str) -> None:
        self._head = self._head and tag != "head"
        if tag != "table" or not self._tables:
            return
        depth, table = len(self._tables), self._tables.pop()
        if table.is_data and table.most > _MAX_COLUMNS:
            self._say("E102", table.first or "\0", columns=table.most)
        if depth == _MAX_DEPTH + 1:
            self._say("E105", table.first or "\0", depth=depth, programs="QQ, Outlook")

    def handle_data(self, data: str) -> None:
        if self._head:
            return
        self._words.append(data)
        for table in self._tables:
            table.first = table.first or next(iter(data.split()), "")

    def _address(self, given: Mapping[str, str]) -> None:
        for name in ("href", "src"):
            target = given.get(name, "")
            if len(target) > _MAX_ADDRESS:
                self._say("E106", target, length=len(target), target=f"{target[:60]}…")
        suffix = PurePosixPath(urlsplit(given.get("src", "")).path).suffix.lower()
        if programs := _FORMS.get(suffix):
            self._say("E103", PurePosixPath(given["src"]).stem, target=given["src"], programs=programs)

    def _style(self, style: str) -> None:
        for declaration in style.lower().split(";"):
            name, _, value = declaration.partition(":")
            by_value = next((programs for word, programs in _STYLE_VALUES.items() if word in value), "")
            if programs := _STYLES.get(name.strip(), by_value):
                self._say("E104", "", element=declaration.strip()[:60], programs=programs)

    def _say(self, code: str, near: str, **values: object) -> None:
        self.found.append(_Found(code, near, values))


class _OpenTable:
    def __init__(self, *, is_data: bool) -> None:
        self.is_data = is_data
        self.columns = 0
        """Of the row that is open."""
        self.most = 0
        self.first = ""
        """Its first word."""

    def count(self, columns: int) -> None:
        self.columns += columns
        self.most = max(self.most, self.columns)


# ── both parts alike

_ADDRESS = re.compile(r"（[a-z][a-z0-9+.-]*:(?:[^（）]|（[^（）]*）)*）|(?:https?://|mailto:|tel:)[!-~]+|\{\{leave\}\}")
"""The text part names the address behind the words that lead there."""
_WORD = re.compile(r"[^\W_]")
_SHOWN_WORDS = 20


def _of_parts(letter: Letter, html: str) -> Iterator[Problem]:
    """A station's own template may add words to one part alone."""
    one, other = _letters(html), _letters(letter.text)
    if one != other:
        at = next((n for n, (a, b) in enumerate(zip(one, other, strict=False)) if a != b), min(len(one), len(other)))
        shown = (each[at : at + _SHOWN_WORDS] for each in (one, other))
        html_words, text_words = shown
        yield problem("E108", _TEMPLATE, html=html_words, text=text_words)


def _letters(text: str) -> str:
    return "".join(_WORD.findall(unicodedata.normalize("NFKC", _ADDRESS.sub("", text))))
