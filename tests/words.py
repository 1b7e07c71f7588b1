"""The words of a source and of the page that came of it: what must be the same, in order, once.

A word is a Han character or a run of Latin letters and digits; both sides are compared after NFKC, so that ５ is 5.
What markup takes is no word: marks of headings, lists, tables and emphasis, addresses behind words, names of notes,
escapes, comments, tags. The number of a list item is a word: a page shows it, whether the list counts for itself
or the number stands in the text. Notes go to the end of a text: their words are compared apart.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Sequence
from html.parser import HTMLParser
from typing import NamedTuple
from urllib.parse import urlsplit

from bulletin.core.model import Article, Issue, Section, Text
from bulletin.read.reading import Reading

WORD = re.compile(r"[\u3007\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\U00020000-\U0003ffff]|[A-Za-z0-9\u00c0-\u024f]+")
_PLACEHOLDER = re.compile("\x02(\\d+)\x03")


def words(text: str) -> list[str]:
    """The words of a text without markup."""
    return WORD.findall(unicodedata.normalize("NFKC", text))


class Shown(NamedTuple):
    """What a reader sees."""

    text: str
    """The text with a line for each block, without its notes."""
    notes: tuple[str, ...]
    """Its notes, in the order of the page."""


def shown(html: str, hidden: frozenset[str] = frozenset()) -> Shown:
    """What some HTML shows, without elements of hidden classes; with numbers of items and words of pictures."""
    page = _Page(hidden)
    page.feed(html)
    page.close()
    return Shown("".join(page.text), tuple("".join(note) for note in page.notes))


BESIDE = frozenset("own-page more neighbours trail meta text-tools contents red-head unseen".split())  # noqa: SIM905
"""Classes of what the theme puts beside the text of a page."""


def shown_page(html: str, beside: frozenset[str] = BESIDE) -> Shown:
    """What the page of an issue, an article or a standing text shows of it, its title first."""
    start = html.index("<main")
    return shown(html[start : html.index("</main>", start)], beside)


def shown_issue(reading: Reading) -> Shown:
    """What the page of an issue shows of its texts, in the order of the page; its own title is left out."""
    assert reading.issue
    texts = list(_texts(reading, reading.issue))
    return Shown("\n".join(each.text for each in texts), tuple(note for each in texts for note in each.notes))


def _texts(reading: Reading, issue: Issue) -> Iterable[Shown]:
    yield _text(reading, issue.lead)
    for section in issue.sections:
        yield _heading(reading, section)
        yield _text(reading, section.lead)
        for article in section.articles:
            yield _heading(reading, article)
            yield _text(reading, article.text)


def _heading(reading: Reading, of: Section | Article) -> Shown:
    """The title as the page has it, which may be more than its text."""
    heading: Text | None = getattr(of, "heading", None)
    return _text(reading, heading) if heading else Shown(of.title, ())


def _text(reading: Reading, text: Text | None) -> Shown:
    if text is None:
        return Shown("", ())
    html = _PLACEHOLDER.sub(lambda found: _reference(text, int(found[1])), reading.html_parts[text.part])
    made = shown(html)
    return Shown(f"{made.text}\n{text.byline}", made.notes)


def _reference(text: Text, number: int) -> str:
    """A picture shows its words, one from elsewhere without any where it is; a link is inside a tag: any character."""
    ref = text.refs[number]
    host = urlsplit(ref.target).hostname if "//" in ref.target else ""
    words = ref.alt.replace('"', "") or (f"图片（{host}）" if host else "")
    return f'<img alt="{words}">' if ref.kind == "picture" else "-"


def first_difference(before: Sequence[str], after: Sequence[str], around: int = 12) -> str:
    """Where two runs of words part; empty when they are the same."""
    if before == after:
        return ""
    at = next((n for n, pair in enumerate(zip(before, after, strict=False)) if pair[0] != pair[1]), None)
    at = min(len(before), len(after)) if at is None else at
    one, other = (" ".join(each[max(0, at - around) : at + around]) for each in (before, after))
    return f"word {at}: {one!r} became {other!r}"


# fmt: off
_INLINE = frozenset((
    "a", "abbr", "b", "bdi", "bdo", "cite", "code", "data", "del", "dfn", "em", "i", "img", "input", "ins", "kbd",
    "label", "mark", "q", "rp", "rt", "ruby", "s", "samp", "small", "span", "strong", "sub", "sup",
    "time", "u", "var", "wbr",
))
_VOID = frozenset(("area", "br", "col", "hr", "img", "input", "wbr"))
# fmt: on


class _Page(HTMLParser):
    """Collects what is shown; knows how deep it is in a list, a note, a picture."""

    def __init__(self, hidden: frozenset[str]) -> None:
        super().__init__(convert_charrefs=True)
        self._hidden = hidden
        self.text: list[str] = []
        self.notes: list[list[str]] = []
        self._lists: list[int | None] = []
        self._note = 0
        """How many elements are open since the list of notes began."""
        self._notes_open = False
        self._reference = 0
        """How many elements are open since a mark that leads to a note or back."""
        self._picture: str | None = None
        """The description of the picture of a figure, until its caption is known."""
        self._silent = 0
        """How many elements are open since one that shows nothing."""

    def _say(self, text: str) -> None:
        if self._reference or self._silent:
            return
        if not self._note:
            self.text.append(text)
        elif self.notes and self._notes_open:
            self.notes[-1].append(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = {name: value or "" for name, value in attrs}
        classes = given.get("class", "").split()
        opens = tag not in _VOID  # how many elements it opens
        if self._reference or {"footnote-ref", "footnote-backref"} & set(classes) or _leads_to_note(tag, given):
            self._reference += opens
        if self._silent or tag in ("script", "style", "template") or self._hidden.intersection(classes):
            self._silent += opens
        if self._note or "footnote" in classes:
            self._note += opens
        self._part(tag)
        if tag == "ol":
            self._lists.append(int(given.get("start") or 1))
        elif tag == "ul":
            self._lists.append(None)
        elif tag == "li":
            self._item(given)
        elif tag == "figure":
            self._picture = ""
        elif tag == "img":
            self._describe(given.get("alt", ""))

    def _part(self, tag: str) -> None:
        """Blocks are lines of their own; the cells of a row are one line."""
        if tag in ("td", "th"):
            self._say(" ")
        elif tag not in _INLINE:
            self._say("\n")

    def _item(self, given: dict[str, str]) -> None:
        if self._note and len(self._lists) == 1:
            self.notes.append([])
            self._notes_open = True
            return
        if self._lists and (number := self._lists[-1]) is not None:
            number = int(given["value"]) if given.get("value", "").isdigit() else number
            self._say(f"{number}. ")
            self._lists[-1] = number + 1

    def _describe(self, alt: str) -> None:
        if self._picture is None:
            self._say(alt)
        else:
            self._picture = alt

    def handle_endtag(self, tag: str) -> None:
        if tag in _VOID:
            return
        if tag == "figure" and self._picture is not None:
            self._say(self._picture)  # it had no caption
            self._picture = None
        if tag in ("ol", "ul") and self._lists:
            self._lists.pop()
        self._part(tag)
        self._reference -= self._reference > 0
        self._silent -= self._silent > 0
        self._note -= self._note > 0

    def handle_data(self, data: str) -> None:
        if self._picture is not None and data.strip():
            self._picture = None  # the caption says it
        self._say(data)


def _leads_to_note(tag: str, given: dict[str, str]) -> bool:
    return tag == "a" and given.get("href", "").startswith(("#fn:", "#fnref"))
