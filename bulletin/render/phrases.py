"""Titles whose lines end between words: the filter `phrases`.

A break is put between phrases (core/phrases.py), and the stylesheet forbids every other break in `.phrases`. It is no
character, so what is found, copied and read aloud is the title as it was written.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from html import unescape

from markupsafe import Markup, escape

from bulletin.core.phrases import is_long

FindBreaks = Callable[[str], tuple[int, ...]]
"""From a title to the places before which a line may begin."""

_MARKUP = re.compile(r"""(<(?:"[^"]*"|'[^']*'|[^<>"'])*>)""")
_CHARACTER = re.compile(r"&#?\w+;|.", re.DOTALL)
_BREAK = '<wbr aria-hidden="true">'
"""Browsers tell assistive technology of a space where a visible `<wbr>` is."""
_RUBY = "<ruby"
_OPAQUE = re.compile(r"<(?P<close>/?)(?:sup|code|kbd|samp|svg|math)\b", re.IGNORECASE)
"""What is no part of the sentence, such as the mark of a note."""


def phrases_filter(find: FindBreaks) -> Callable[[str], str]:
    """The filter; a title that has no breaks stays as it is, to the byte."""

    def phrases(title: str) -> str:
        if isinstance(title, Markup):
            return _in_markup(title, find)
        places = find(title) if is_long(title) else ()
        return _wrapped(_with_breaks(title, places)) if places else title

    return phrases


def _with_breaks(title: str, places: tuple[int, ...]) -> str:
    pieces = (title[first:last] for first, last in zip((0, *places), (*places, None), strict=True))
    return _BREAK.join(str(escape(piece)) for piece in pieces)


def _wrapped(html: str) -> Markup:
    return Markup(f'<span class="phrases">{html}</span>')


# ── titles with markup


def _in_markup(title: Markup, find: FindBreaks) -> Markup:
    parts = [*_parts(title)]
    text = "".join(unescape(part) for part, is_text in parts if is_text)
    places = set(find(text)) if is_long(text) and _RUBY not in title else set()
    return _wrapped("".join(_parts_with_breaks(parts, places))) if places else title


def _parts(title: str) -> Iterator[tuple[str, bool]]:
    """Each character, tag or opaque text of a title, and whether it is a character of the sentence."""
    depth = 0
    for part in _MARKUP.split(title):
        if part.startswith("<"):
            yield part, False
            if found := _OPAQUE.match(part):
                depth += -1 if found["close"] else 1
        elif depth:
            yield part, False
        else:
            yield from ((character, True) for character in _CHARACTER.findall(part))


def _parts_with_breaks(parts: list[tuple[str, bool]], places: set[int]) -> Iterator[str]:
    place = 0
    for part, is_text in parts:
        if is_text:
            if place in places:
                yield _BREAK
            place += len(unescape(part))
        yield part
