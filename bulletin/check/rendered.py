"""A second look: numbers of persons in what readers see, where the source shows them in another way.

`511922**19871118**0226`, `&#53;11922…` or a number over two lines is one number on the page. What the rules found in
the source is not reported again; the rest is, at the place in the source that holds the same digits, or else at the
beginning of the text concerned.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from html import unescape
from typing import NamedTuple

from msgspec.structs import replace

from bulletin.check.digits import LOOSE_DIGITS, DigitIndex, digits_of
from bulletin.check.manuscript import Manuscript, without_comments
from bulletin.check.office import Office
from bulletin.check.personal_numbers import mask_number, numbers_in, personal_data_in
from bulletin.check.visible import visible_html
from bulletin.core.model import Issue, Page, Ref, Text, Value
from bulletin.core.problems import Problem, problem

_MAX_PROBLEMS = 200
_IN_ADDRESSES = ("P101", "P103", "P105")
"""What is looked for in addresses, where most other numbers are names of files."""


_WORDS = ("P106", "P108")
"""Plates and mail addresses: more than their digits."""


class Rendered(Value, frozen=True):
    """What a reading made of a source (read/reading.py)."""

    issue: Issue | None
    page: Page | None
    html_parts: tuple[str, ...]
    """HTML of the texts, indexed by `Text.part`."""


class _ShownNumber(NamedTuple):
    """A number of a person that a page shows."""

    code: str
    words: str
    """As shown."""
    masked: str
    """For messages."""


class _Shown(NamedTuple):
    """Words that readers get to see, and where their source begins."""

    text: str
    path: str
    line: int
    is_address: bool = False


def page_numbers(html: str, office: Office) -> tuple[_ShownNumber, ...]:
    """All that the rules for numbers find in a finished page: its text, attributes, comments and linked data.

    Each is named once; the office's own numbers are none.
    """
    page = visible_html(html)
    shown = (_Shown(page.text, "", 0), *(_Shown(address, "", 0, True) for address in page.addresses))
    found = (
        _ShownNumber(code, words, mask_number(words))
        for each in shown
        for code, words in _found_in(each, office, is_search_notice=False)
    )
    return tuple(dict.fromkeys(found))


def rendered_problems(
    rendered: Rendered, texts: tuple[Manuscript, ...], known: Iterable[Problem], office: Office
) -> Iterator[Problem]:
    """The numbers that only the rendered text shows; ``known`` are the problems found in ``texts``."""
    sources = {text.path: _Searched(text, known) for text in texts}
    seen: set[tuple[str, str, str]] = set()
    reported = 0
    for shown in filter(lambda each: _may_hold_one(each.text), _shown(rendered)):
        source = sources.get(shown.path)
        is_search_notice = source is not None and source.text.is_search_notice
        for code, words in _found_in(shown, office, is_search_notice=is_search_notice):
            number = "" if code in _WORDS else digits_of(words)
            if (code, number or words, shown.path) in seen:
                continue
            seen.add((code, number or words, shown.path))
            if source is None:
                found = problem(code, shown.path, shown.line, words=mask_number(words))
            elif source.knows(code, number, words):
                continue
            else:
                found = source.place(code, number, words, shown.line)
            yield replace(found, mark=office.mark(words))
            reported += 1
            if reported == _MAX_PROBLEMS:
                return


_MAY_HOLD_ONE = re.compile(
    rf"[\d{LOOSE_DIGITS}@＠aA&京津沪渝冀豫云辽黑湘皖鲁新苏浙赣鄂桂甘晋蒙陕吉闽贵粤青藏川宁琼]"
    rf"(?:(?<=[\d{LOOSE_DIGITS}])(?:(?:<[^<>]{{0,200}}>|[^\w<]){{0,12}}[\d{LOOSE_DIGITS}]){{4}}"
    r"|(?<=[@＠])|(?<=[aA])(?<!\w.)[tT]\b|(?<=&)[#A-Za-z]"
    r"|(?<=[京津沪渝冀豫云辽黑湘皖鲁新苏浙赣鄂桂甘晋蒙陕吉闽贵粤青藏川宁琼])(?:<[^<>]{0,200}>)*[A-Z])"
)
"""What every number has that readers may see: five digits in a row with nothing but markup and marks between, or the
beginning of a plate. Most texts have nothing of it, and taking HTML apart costs more than all the rules for numbers."""


def _may_hold_one(text: str) -> bool:
    return bool(_MAY_HOLD_ONE.search(text)) or "<ruby" in text


def _found_in(shown: _Shown, office: Office, *, is_search_notice: bool) -> Iterator[tuple[str, str]]:
    if shown.is_address:
        text = "](" + re.sub(r"[\s()]", "_", shown.text) + ")"  # as the rules know one
        found = numbers_in(text, office, is_search_notice=is_search_notice, is_address=True)
    else:
        text, found = shown.text, personal_data_in(shown.text, office, is_search_notice=is_search_notice)
    for code, start, end in found:
        if not shown.is_address or code in _IN_ADDRESSES:
            yield code, " ".join(text[start:end].split())


# ── what is shown


def _shown(rendered: Rendered) -> Iterator[_Shown]:
    """Everything that a page, a feed or a list says of a source."""
    if issue := rendered.issue:
        yield from _entries(
            issue.source, issue.redirect_from, issue.number, issue.title, issue.byline, issue.summary, *issue.keywords
        )
        yield from _corrections(issue)
        yield from _text(rendered, issue.heading, issue.source, 1)
        yield from _text(rendered, issue.lead, issue.source, 1)
        for section in issue.sections:
            yield from _title(section.title, section.path, section.line)
            yield from _text(rendered, section.heading, section.path, section.line)
            yield from _text(rendered, section.lead, section.path, section.line)
            for article in section.articles:
                yield from _title(article.title, article.path, article.line)
                yield from _text(rendered, article.heading, article.path, article.line)
                yield from _text(rendered, article.text, article.path, article.line)
    if page := rendered.page:
        yield from _entries(page.source, page.redirect_from, page.title, page.description)
        yield from _corrections(page)
        yield from _text(rendered, page.heading, page.source, 1)
        yield from _text(rendered, page.text, page.source, 1)


def _entries(path: str, addresses: tuple[str, ...], *words: str) -> Iterator[_Shown]:
    yield from (_Shown(text, path, 1) for text in words if text)
    yield from (_Shown(address, path, 1, True) for address in addresses)


def _corrections(text: Issue | Page) -> Iterator[_Shown]:
    """As they stand in the main file or in an article's own."""
    articles = [a for section in text.sections for a in section.articles] if isinstance(text, Issue) else []
    paths = {article.slug: article.path for article in articles}
    for each in text.corrections:
        yield from _entries(paths.get(each.where, text.source), (), each.was, each.now)


def _title(title: str, path: str, line: int) -> Iterator[_Shown]:
    """A title as it is shown, and as it is meant when it holds markup, which is shown too."""
    yield _Shown(title, path, line)
    if "<" in title or "&" in title:
        yield _Shown(visible_html(title).text, path, line)


def _text(rendered: Rendered, text: Text | None, path: str, line: int) -> Iterator[_Shown]:
    if text is None:
        return
    yield _Shown(text.byline, path, line)
    if _may_hold_one(rendered.html_parts[text.part]):
        html = visible_html(rendered.html_parts[text.part])
        yield _Shown(html.text, path, line)
        yield from (_Shown(address, path, line, True) for address in html.addresses)
    yield from (shown for ref in text.refs for shown in _reference(ref))


def _reference(ref: Ref) -> Iterator[_Shown]:
    yield from (_Shown(words, ref.path, ref.line) for words in (ref.alt, ref.title) if words)
    if "%" in ref.target or _may_hold_one(ref.target):
        yield from (_Shown(address, ref.path, ref.line, True) for address in visible_html(_link(ref.target)).addresses)


def _link(target: str) -> str:
    return '<a href="' + target.replace("&", "&amp;").replace('"', "&quot;") + '">'


# ── where it is in the source


class _Searched:
    """A manuscript, and what is known of it; its digits are taken out only when a number is looked for."""

    def __init__(self, text: Manuscript, known: Iterable[Problem]) -> None:
        self.text = text
        self._indexes: tuple[DigitIndex, ...] = ()
        self._known: list[tuple[str, int, int]] = []
        self._known_words: set[tuple[str, str]] = set()
        for found in known:
            if found.code[0] == "P" and found.path == text.path and found.column:
                start = text.starts[found.line - 1] + found.column - 1
                self._known.append((found.code, start, start + found.length))
                words = text.text[start : start + found.length]
                self._known_words |= {(found.code, words.lower()), (found.code, digits_of(words))}

    def knows(self, code: str, number: str, words: str) -> bool:
        """Whether the rules found these words in the source, or a number with these digits."""
        if not {(code, number), (code, words.lower())}.isdisjoint(self._known_words):
            return True
        known = [(first, last) for found, first, last in self._known if found == code]
        spans = self._find(number) if known else []
        return any(start < last and first < end for start, end in spans for first, last in known)

    def place(self, code: str, number: str, words: str, line: int) -> Problem:
        """The problem at the place of the number's digits, or at a line where they are nowhere together."""
        spans = self._find(number)
        if not spans:
            return problem(code, self.text.path, line, words=mask_number(words))
        start, end = spans[0]
        first_line = self.text.text[start:end].partition("\n")[0]
        return self.text.found(code, start, start + len(first_line), words=mask_number(words))

    def _find(self, number: str) -> list[tuple[int, int]]:
        if not number:
            return []
        if not self._indexes:
            text = without_comments(self.text.text)
            self._indexes = (DigitIndex(*_plain(text, _TAG_OR_REFERENCE)), DigitIndex(*_plain(text, _REFERENCE)))
        return next((spans for index in self._indexes if (spans := index.find(number))), [])


_REFERENCE = re.compile(r"&(?:#[0-9]{1,7}|#[xX][0-9A-Fa-f]{1,6}|[A-Za-z]{2,31});?")
_TAG_OR_REFERENCE = re.compile(_REFERENCE.pattern + r"|</?[A-Za-z][^<>]*>|\[\^[^\[\]\n]*\]")


def _plain(text: str, markup: re.Pattern[str]) -> tuple[str, list[int]]:
    """A text with its character references decoded and its tags left out, and the offset of each character."""
    pieces: list[str] = []
    places: list[int] = []
    at = 0
    for found in markup.finditer(text):
        pieces.append(text[at : found.start()])
        places += range(at, found.start())
        decoded = unescape(found.group()) if found.group()[0] == "&" else ""
        pieces.append(decoded)
        places += [found.start()] * len(decoded)
        at = found.end()
    return "".join((*pieces, text[at:])), [*places, *range(at, len(text))]
