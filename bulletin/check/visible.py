"""HTML → the text that a reader sees or hears, and what he finds when he looks closer: attributes, comments, data.

Elements inside of a line leave no trace, so that a number half in bold is one number. Between blocks is an empty line,
between cells a tab, and a line break stays one.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from html.parser import HTMLParser
from typing import NamedTuple
from urllib.parse import unquote

import msgspec


class _VisibleHtml(NamedTuple):
    """What a page says."""

    text: str
    """Words, then attributes, comments and linked data, each as a paragraph of its own."""
    addresses: tuple[str, ...]
    """Where links and pictures lead, decoded."""


def visible_text(html: str) -> str:
    """All words of a page or a part of one, those of attributes, comments and addresses at the end."""
    text, addresses = visible_html(html)
    return "\n\n".join((text, *addresses)).strip()


_DECLARATION = re.compile("<!(?!--|doctype)", re.IGNORECASE)
"""Comments of other forms, and sections of XML; html.parser raises an error for some."""


def visible_html(html: str) -> _VisibleHtml:
    """Take a page apart. Linear in its length."""
    end = html.rfind(">") + 1  # html.parser takes quadratic time for `<a<a<a` without an end
    reader = _Reader()
    reader.feed(_DECLARATION.sub("&lt;!", html[:end]))
    reader.close()
    reader.add(html[end:])
    texts = [_fold_space("".join(pieces)) for pieces in reader.texts()]
    return _VisibleHtml("\n\n".join(text for text in texts if text), tuple(dict.fromkeys(reader.addresses)))


_INLINE = frozenset(
    """
    a abbr acronym b bdi bdo big cite code data del dfn em font i img ins kbd label mark nobr q rb ruby s samp small
    span strike strong sub sup time tt u var wbr
    """.split()  # noqa: SIM905
)
_RAISED = ("sup", "sub")
_BESIDE = ("rt", "rp")
_NOT_SHOWN = frozenset(("class", "style", "sizes", "srcset", "integrity", "nonce"))
_ADDRESSES = frozenset(("action", "cite", "data", "formaction", "href", "id", "poster", "src"))
_CALLS = ("tel:", "sms:", "mailto:")
_BLOCK, _LINE, _CELL = "\x1d", "\x1e", "\x1f"
_PLACEHOLDER = re.compile("\x02[0-9]+\x03")
"""What a reading leaves for a link or a picture (read/texts.py)."""


class _Reader(HTMLParser):
    """Collects pieces of text, with characters of its own for what separates them."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.addresses: list[str] = []
        self._flat: list[str] = []
        self._without_raised: list[str] = []
        self._aside: list[list[str]] = []
        self._raised: list[str] | None = None
        self._is_note = False
        self._beside = False
        self._in_cell = False
        self._raw = ""

    def texts(self) -> Iterator[list[str]]:
        """The text, the text without what is raised if that differs, and all that is not in a line."""
        self._end_raised()
        yield self._flat
        if len(self._flat) != len(self._without_raised) or self._flat != self._without_raised:
            yield self._without_raised
        yield from self._aside

    def add(self, text: str) -> None:
        """A piece of text."""
        if self._raised is not None:
            self._raised.append(text)
        else:
            self._flat.append(text)
            self._without_raised.append(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self._raw = tag if tag in ("script", "style") else ""
        for name, value in attrs:
            if value and name not in _NOT_SHOWN:
                self._attribute(name, value)
        if tag == "script":
            self._raw = "data" if ("type", "application/ld+json") in attrs else tag
        elif tag in _RAISED:
            self._end_raised()
            self._raised, self._is_note = [], False
        elif tag == "a" and "footnote" in (dict(attrs).get("class") or ""):
            self._is_note = True
        elif tag in _BESIDE:
            self._beside = True
            self._aside.append([])
        self._separate(tag)

    def handle_endtag(self, tag: str) -> None:
        self._raw = ""
        if tag in _RAISED:
            self._end_raised()
        elif tag in (*_BESIDE, "ruby"):
            self._beside = False
        if tag not in ("br", "td", "th"):
            self._separate(tag)

    def handle_data(self, data: str) -> None:
        if self._raw == "data":
            self._aside += [[text] for text in _json_texts(data)]
        elif self._beside:
            self._aside[-1].append(data)
        elif not self._raw:
            self.add(data)

    def handle_comment(self, data: str) -> None:
        self._aside.append([data])

    handle_pi = handle_comment

    def _separate(self, tag: str) -> None:
        if tag in ("td", "th"):
            self._in_cell = True
            self.add(_CELL)
        elif tag in ("tr", "table"):
            self._in_cell = False
            self.add(_BLOCK)
        elif tag not in _INLINE and tag not in _BESIDE:
            self.add(_LINE if tag == "br" or self._in_cell else _BLOCK)

    def _end_raised(self) -> None:
        """What was raised is a digit of the number before or the mark of a note: it is read with it and without."""
        if self._raised is not None:
            raised, self._raised = self._raised, None
            if self._is_note:
                self._aside.append(raised)
            else:
                self._flat += raised

    def _attribute(self, name: str, value: str) -> None:
        value = _PLACEHOLDER.sub("", value)
        address = value.strip()
        if address.lower().startswith(_CALLS):
            self._aside.append([unquote(address.partition(":")[2])])
        elif name in _ADDRESSES or address.startswith(("http://", "https://")):
            self.addresses.append(unquote(address))
        else:
            self._aside.append([value])


_SPACE = re.compile(f"[ \t\r\n\f{_BLOCK}{_LINE}{_CELL}]+")


def _fold_space(text: str) -> str:
    return _SPACE.sub(_one_space, _PLACEHOLDER.sub("", text)).strip(" \t\n")


def _one_space(found: re.Match[str]) -> str:
    space = found.group()
    if _BLOCK in space:
        return "\n\n"
    if _CELL in space:
        return "\t"
    return "\n" if _LINE in space or "\n" in space else " "


def _json_texts(data: str) -> Iterator[str]:
    """All strings in JSON; the text itself when it is none."""
    try:
        waiting = [msgspec.json.decode(data)]
    except (msgspec.DecodeError, RecursionError, UnicodeEncodeError):
        yield data
        return
    while waiting:
        value = waiting.pop()
        if isinstance(value, dict):
            waiting += value.values()
        elif isinstance(value, list):
            waiting += value
        elif isinstance(value, str | int | float):
            yield str(value)
