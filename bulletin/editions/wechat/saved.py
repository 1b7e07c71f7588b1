"""What the editor saved, beside what was sent: which words, pictures and styles it dropped.

Lines that are in both once are found first; each other one is looked for between those around it, behind the one before
it; where it is not whole, its clauses are.
"""

from __future__ import annotations

import re
import unicodedata
from bisect import bisect_left
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from html.parser import HTMLParser
from typing import NamedTuple

from bulletin.core.model import Value

_PLACES = ("js_content", "ProseMirror", "rich_media_content", "edui-body-container")
"""Id or class of the element that holds the article, in pages that are saved of the preview and of the editor."""
_VOID = frozenset("area br col hr img input link meta source wbr embed param track base".split())  # noqa: SIM905
_SILENT = frozenset(("script", "style", "template", "title", "noscript"))
_LINES = frozenset("section p div h1 h2 h3 h4 h5 h6 li tr table br blockquote pre figure".split())  # noqa: SIM905
_CLAUSE = re.compile(r"[^。！？；：，、,;:!?\s]+[。！？；：，、,;:!?\s]*")
_IGNORED = re.compile(r"[\s\u200b-\u200f\ufeff]+")


class _ArticleContent(Value, frozen=True):
    """What an article's HTML holds."""

    lines: tuple[str, ...]
    pictures: int
    """Pictures, and places where one is to be put."""
    styles: Mapping[str, int]
    """How often each style is given, by its name."""
    tags: Mapping[str, int]


class SentPiece(Value, frozen=True):
    """Some words of a line."""

    text: str
    missing: bool


class SavedComparison(Value, frozen=True):
    """What was sent, with what is missing in what was saved."""

    place: int
    """Which of the articles it is, from 1."""
    title: str
    lines: tuple[tuple[SentPiece, ...], ...]
    saved_lines: tuple[str, ...]
    pictures_sent: int
    pictures_saved: int
    lost_styles: tuple[tuple[str, int, int], ...]
    """Name, how often it was sent, how often it was saved; only those of which some are missing."""
    lost_tags: tuple[tuple[str, int, int], ...]
    html_sent: int
    html_saved: int

    @property
    def missing(self) -> tuple[str, ...]:
        """The words that are not there."""
        return tuple(piece.text for line in self.lines for piece in line if piece.missing)

    @property
    def missing_pictures(self) -> int:
        return max(self.pictures_sent - self.pictures_saved, 0)


def compare_saved(sent: Iterable[tuple[str, str]], saved: str) -> SavedComparison:
    """Compare a saved page with the article of which most is in it. ``sent``: title and HTML of each, at least one."""
    content = _read_content(saved)
    made = [_comparison(place, title, html, content, saved) for place, (title, html) in enumerate(sent, 1)]
    return min(made, key=lambda each: sum(map(len, each.missing)) / max(each.html_sent, 1))


def _read_content(html: str) -> _ArticleContent:
    """What an article holds: of a saved page the article in it, where there is one."""
    marked = any(place in html for place in _PLACES)
    for wanted in (True, False) if marked else (False,):
        reader = _ContentReader(inside_only=wanted)
        reader.feed(html)
        reader.close()
        if reader.content.lines or reader.content.pictures:
            return reader.content
    return _ArticleContent((), 0, {}, {})


def _comparison(place: int, title: str, html: str, saved: _ArticleContent, page: str) -> SavedComparison:
    sent = _read_content(html)
    return SavedComparison(
        place=place,
        title=title,
        lines=tuple(_found(sent.lines, saved.lines)),
        saved_lines=saved.lines,
        pictures_sent=sent.pictures,
        pictures_saved=saved.pictures,
        lost_styles=tuple(_lost(sent.styles, saved.styles)),
        lost_tags=tuple(_lost(sent.tags, saved.tags)),
        html_sent=len(html),
        html_saved=len(page),
    )


def _lost(sent: Mapping[str, int], saved: Mapping[str, int]) -> Iterator[tuple[str, int, int]]:
    for name in sorted(sent):
        if saved.get(name, 0) < sent[name]:
            yield name, sent[name], saved.get(name, 0)


def _bare(text: str) -> str:
    """For comparing: without blanks, which editors change at will, and in one form of width."""
    return _IGNORED.sub("", unicodedata.normalize("NFKC", text))


def _found(lines: Sequence[str], saved_lines: Iterable[str]) -> Iterator[tuple[SentPiece, ...]]:
    sent, saved = tuple(map(_bare, lines)), _bare("".join(saved_lines))
    known = _known_places(sent, saved)
    ends = iter((*sorted(known.values()), len(saved)))
    at, end = 0, next(ends)
    for index, (line, whole) in enumerate(zip(lines, sent, strict=True)):
        place = known[index] if index in known else saved.find(whole, at, end)
        if index in known:
            end = next(ends)
        if place >= 0:
            at = place + len(whole)
            yield (SentPiece(line, missing=False),)
            continue
        pieces: list[SentPiece] = []
        for clause in _CLAUSE.findall(line) or [line]:
            bare = _bare(clause)
            place = saved.find(bare, at, min(at + _NEAR, end))
            at = place + len(bare) if place >= 0 else at
            pieces.append(SentPiece(clause, missing=place < 0))
        yield tuple(pieces)


def _known_places(sent: Sequence[str], saved: str) -> dict[int, int]:
    """Where lines that are in both once begin, by their index: the most that are in the same order.

    A line that was dropped and comes again later is so not taken for the later one, and all between for missing.
    """
    times = Counter(sent)
    tops: list[int] = []
    chains: list[_Chain] = []
    for index, line in enumerate(sent):
        place = saved.find(line) if len(line) >= _TELLING and times[line] == 1 else -1
        if place < 0 or saved.find(line, place + 1) >= 0:
            continue
        length = bisect_left(tops, place)
        tops[length : length + 1] = [place]
        chains[length : length + 1] = [_Chain(index, place, chains[length - 1] if length else None)]
    chain, found = chains[-1] if chains else None, {}
    while chain:
        found[chain.line] = chain.place
        chain = chain.before
    return found


_TELLING = 6
"""Characters of a line that is not found by chance inside another one."""


class _Chain(NamedTuple):
    """The last of lines in order, with those before it."""

    line: int
    place: int
    before: _Chain | None


_NEAR = 5_000
"""How far behind the last words that were found a clause is looked for: short ones may be anywhere."""


class _ContentReader(HTMLParser):
    def __init__(self, *, inside_only: bool) -> None:
        super().__init__(convert_charrefs=True)
        self._depth = 0 if inside_only else 1
        """How many elements are open since the one that holds the article."""
        self._inside_only = inside_only
        self._silent = 0
        self._lines = [""]
        self._pictures = 0
        self._styles: Counter[str] = Counter()
        self._tags: Counter[str] = Counter()

    @property
    def content(self) -> _ArticleContent:
        lines = tuple(line for each in self._lines if (line := " ".join(each.split())))
        places = len(re.findall(r"【(?:图|Picture )\d+", "".join(lines)))
        return _ArticleContent(lines, self._pictures + places, dict(self._styles), dict(self._tags))

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = {name: value or "" for name, value in attrs}
        if self._inside_only and not self._depth:
            here = {given.get("id", ""), *given.get("class", "").split()}
            self._depth = int(not here.isdisjoint(_PLACES) and tag not in _VOID)
            return
        if tag not in _VOID:
            self._depth += 1
        if self._silent or tag in _SILENT:
            self._silent += tag not in _VOID
            return
        self._look(tag, given)

    def _look(self, tag: str, given: Mapping[str, str]) -> None:
        if tag in _LINES:
            self._lines.append("")
        elif tag in ("td", "th"):
            self._lines[-1] += " "
        self._pictures += tag == "img"
        self._tags[tag] += 1
        for declaration in given.get("style", "").split(";"):
            if name := declaration.partition(":")[0].strip().lower():
                self._styles[name] += 1

    def handle_endtag(self, tag: str) -> None:
        if tag in _VOID:
            return
        self._silent -= self._silent > 0
        if self._depth > (0 if self._inside_only else 1):
            self._depth -= 1
        if tag in _LINES:
            self._lines.append("")

    def handle_data(self, data: str) -> None:
        if self._depth and not self._silent:
            self._lines[-1] += data
