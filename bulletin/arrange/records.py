"""Archive → what the search can find: every issue, article, section without articles and standing page.

A record names its text by digest, as all inputs do; `search_document` puts both together for the index. Nothing goes
in that is on no public page: drafts stay out, in the preview too.

The index only knows words between spaces, and no segmentation of Chinese finds each of them again. So
every Han character is made a word of its own, and the search page asks for runs of them (templates/static/js/find.js,
which splits a query by the same rules; docs/search.md has the measurements).
"""

from __future__ import annotations

import html as entities
import re
import unicodedata
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from datetime import datetime
from urllib.parse import quote

from bulletin.arrange import urls
from bulletin.arrange.archive import Archive, issue_title
from bulletin.arrange.corrected import all_corrections, has_corrections_page
from bulletin.core.labels import page_translations, station_labels
from bulletin.core.model import Issue, Page, Section, Text, Value
from bulletin.core.problems import N_
from bulletin.core.station import Station


class _SearchRecord(Value, frozen=True):
    """One thing that can be found."""

    href: str
    """From the site's root, with the anchor."""
    title: str
    byline: str
    date: str
    """``YYYY-MM-DD``; empty for a standing page without one."""
    issue: str = ""
    """Title of the issue; empty for a standing page."""
    section: str = ""
    column: str = ""
    """Id of the section's column."""
    year: int = 0
    sequence: int = 0
    supplement: bool = False
    html_key: str = ""
    """Key under which the cache holds the source's HTML."""
    part: int = -1
    """Index of the text among its HTML parts; -1 for none."""
    digest: str = ""
    words: str = ""
    """The text itself, where no source has it: a list."""


class SearchBundle(Value, frozen=True):
    """What one bundle of the index is made from."""

    folder: str
    """In the folder of the index: empty for the newest, ``2003-2007/`` for a block of older years."""
    years: tuple[int, ...]
    """Those of its issues, newest first; whoever asks for one of them needs no other bundle."""
    language: str
    records: tuple[_SearchRecord, ...]
    """In the order in which results are shown."""
    labels: str = ""
    """Key of the station's own words, some of which are in the index."""


_WHOLE = 500
"""Up to so many records the index is one bundle: it is made anew in a second, and readers ask for less."""
_BLOCK = 2000
"""Records in a block of older years. Smaller ones cost readers more requests, larger ones the office time and memory
when an old issue changes (docs/search.md has the measurements)."""


def search_bundles(archive: Archive) -> tuple[SearchBundle, ...]:
    """The newest year, then blocks of whole older years; a small station has one bundle. None where nothing is found.

    Blocks are filled from the oldest year on, so that a new year changes the youngest block only. Standing pages go
    into the oldest, which changes least.
    """
    records = tuple(_records(archive))
    if not records:
        return ()
    years = Counter(record.year for record in records if record.year)
    newest = max(years, default=0)
    if len(records) <= _WHOLE or len(years) < 2:
        blocks = [tuple(sorted(years, reverse=True))]
    else:
        blocks = [(newest,), *reversed(_blocks({year: years[year] for year in sorted(years) if year != newest}))]
    language, labels = archive.station.language, station_labels(archive.station).key
    folders = ("", *map(_folder, blocks[1:]))
    return tuple(
        SearchBundle(folder, block, language, _of_block(records, block, blocks), labels)
        for folder, block in zip(folders, blocks, strict=True)
    )


def _records(archive: Archive) -> Iterator[_SearchRecord]:
    """Newest issue first, each followed by its articles; standing pages last."""
    for issue in archive.issues:
        if not issue.hidden:
            yield from _issue(archive.station, issue)
    yield from (_page(page) for page in archive.pages if not page.draft)
    yield from _corrections(archive)


def _blocks(counts: Mapping[int, int]) -> list[tuple[int, ...]]:
    """Years in blocks, oldest block first, newest year first in each. ``counts``: year → records, oldest year first."""
    blocks: list[tuple[int, ...]] = []
    filled = 0
    for year, count in counts.items():
        if blocks and filled + count <= _BLOCK:
            blocks[-1] = (year, *blocks[-1])
            filled += count
        else:
            blocks.append((year,))
            filled = count
    return blocks


def _folder(years: tuple[int, ...]) -> str:
    return f"{years[-1]}-{years[0]}/"


def _of_block(
    records: tuple[_SearchRecord, ...], block: tuple[int, ...], blocks: list[tuple[int, ...]]
) -> tuple[_SearchRecord, ...]:
    wanted = {*block, 0} if block == blocks[-1] else set(block)
    return tuple(record for record in records if record.year in wanted)


def _corrections(archive: Archive) -> Iterator[_SearchRecord]:
    """The page of all corrections, by what it says."""
    if has_corrections_page(archive):
        found = all_corrections(archive)
        words = " ".join(words for each in found for words in (each.correction.was, each.correction.now) if words)
        title = page_translations(archive.station).gettext(N_("Corrections"))
        yield _SearchRecord(urls.CORRECTIONS, title, "", _day(found[0].correction.date), words=words)


def _issue(station: Station, issue: Issue) -> Iterator[_SearchRecord]:
    home, title = urls.issue(issue.id), issue_title(station, issue.title, issue.number)
    yield _record(issue, title, home, title, issue.lead, byline=issue.byline)
    for section in issue.sections:
        if section.title and (section.lead or not section.articles) and not section.is_withdrawn:
            yield _record(issue, title, f"{home}#{section.anchor}", section.title, section.lead, section)
        for article in section.articles:
            place = urls.article(issue.id, article.slug) if station.article_pages else f"{home}#{article.slug}"
            yield _record(issue, title, place, article.title, article.text, section)


def _record(
    issue: Issue, name: str, place: str, title: str, text: Text | None, section: Section | None = None, byline: str = ""
) -> _SearchRecord:
    path, _, anchor = place.partition("#")
    return _SearchRecord(
        href=quote(path) + (f"#{anchor}" if anchor else ""),
        title=title,
        byline=byline or (text.byline if text else ""),
        date=_day(issue.date),
        issue=name,
        section=section.title if section else "",
        column=section.id if section and section.title else "",
        year=issue.year,
        sequence=issue.sequence,
        supplement=issue.supplement,
        html_key=issue.html_key,
        part=text.part if text else -1,
        digest=text.digest if text else "",
    )


def _page(page: Page) -> _SearchRecord:
    date = page.updated or page.date
    return _SearchRecord(
        href=quote(urls.page(page.id)),
        title=page.title,
        byline=page.text.byline,
        date=_day(date) if date else "",
        html_key=page.html_key,
        part=page.text.part,
        digest=page.text.digest,
    )


def _day(date: datetime) -> str:
    return f"{date:%Y-%m-%d}"


# ── a record as the index takes it

_FIELD_MARK, _PARAGRAPH_MARK = "‖", "¶"
"""Between the fields of a record, and between the paragraphs of a text; no phrase is found across them."""


class SearchDocument(Value, frozen=True):
    url: str
    content: str
    """Title, section, issue, the issue's other name, date, author and text, which the search page splits again."""
    keys: str
    """Words that stand for column, year and the title's words; see `_filter_word`."""


def search_document(record: _SearchRecord, html: str, translate: Callable[[str], str]) -> SearchDocument:
    """A record with its text, separated into words."""
    other = translate(N_("Supplement {sequence} of {year}") if record.supplement else N_("No. {sequence} of {year}"))
    name = other.format(year=record.year, sequence=record.sequence) if record.sequence else ""
    text = record.words or _plain_text(html)
    fields = (record.title, record.section, record.issue, name, record.date, record.byline, text)
    column = [_filter_word("c", record.column)] if record.column else []
    year = [_filter_word("y", str(record.year))] if record.year else []
    title = [_filter_word("t", word) for word in map(_letters_and_digits, _spaced_words(record.title).split()) if word]
    content = f" {_FIELD_MARK} ".join(_spaced_words(field.replace(_FIELD_MARK, " ")) for field in fields)
    return SearchDocument(record.href, content, " ".join((*column, *year, *title)))


def _filter_word(kind: str, value: str) -> str:
    """A word that no text holds: the search's filters, and words of titles.

    The index has filters and weights of its own, but writes the first in another order each time (1.5.2), so that
    no two builds were the same, and does not weigh what is asked for as a phrase.
    """
    return kind + "".join(f"{ord(character):x}" for character in value.lower())


_BLOCK_TAG = re.compile(
    r"</?(?:p|h[1-6]|li|[uod]l|d[td]|t[rdh]|table|caption|figure|figcaption|blockquote|div|pre|hr|br)\b[^>]*>"
)
_UNSEEN = re.compile(r"<sup[^>]*>.*?</sup>|<a class=\"footnote-backref\".*?</a>|\x02\d+\x03|<[^>]*>", re.DOTALL)


def _plain_text(html: str) -> str:
    """Plain text, with a mark between paragraphs."""
    return entities.unescape(
        _UNSEEN.sub("", _BLOCK_TAG.sub(f" {_PARAGRAPH_MARK} ", html.replace(_PARAGRAPH_MARK, " ")))
    )


_CJK = r"\u2e80-\ua4cf\uf900-\ufaff\ufe30-\ufe4f\uff00-\uffef\U00020000-\U0003ffff"
"""Han, kana and the punctuation that belongs to them; each character is a word of its own."""
_JOINT = "\u2060"
"""Word joiner: between two words that the text writes as one, ``120m2``; the search page takes it out again."""
_WORD = re.compile(rf"[{_CJK}]|{_JOINT}?[^\s{_CJK}{_JOINT}]+")
_COMPATIBILITY_FORM = re.compile(r"[０-９Ａ-Ｚａ-ｚ²³¹\u2070-\u209f\u2e80-\u2fdf\uf900-\ufaff\U0002f800-\U0002fa1f]")
"""Full-width, raised and lowered letters and figures, and other forms of Han characters."""
_ENCLOSED_FORM = re.compile(r"[\u2100-\u218f\u2460-\u24ff\u3200-\u33ff]")
"""Letters and figures in circles, units and numerals in one character: ① ⑴ ㈠ ㎡ ℃ Ⅲ. Each is a word of its own."""
_UNIT = re.compile(r"([0-9])([A-Za-z])")


def _spaced_words(text: str) -> str:
    """A text as words between spaces."""
    text = _ENCLOSED_FORM.sub(lambda found: f"{_JOINT}{unicodedata.normalize('NFKC', found[0])}{_JOINT}", text)
    text = _COMPATIBILITY_FORM.sub(lambda found: unicodedata.normalize("NFKC", found[0]), text)
    return " ".join(_WORD.findall(_UNIT.sub(rf"\1{_JOINT}\2", text)))


def _letters_and_digits(word: str) -> str:
    """The letters and digits of a word, as the index keeps it."""
    return "".join(character for character in word if character.isalnum())
