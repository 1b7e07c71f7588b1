"""Statistics from counts: rankings, sums by month and section."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Iterator

from bulletin.core.hit_sources import SOURCE_KEYS, HitSource
from bulletin.core.keys import Key
from bulletin.core.model import Value
from bulletin.hits.catalogue import Catalogue
from bulletin.hits.exchange import escape_formula
from bulletin.hits.stores.base import Count
from bulletin.hits.valid_rows import is_valid

_SOURCES = frozenset(SOURCE_KEYS.values())


class RankedPage(Value, frozen=True):
    """A page and its hits."""

    key: str
    n: int
    title: str
    number: str
    section: str
    path: str
    date: str


def with_carried(counts: Iterable[Count], pages: Catalogue) -> Iterator[Count]:
    """Counts in which the carried-over numbers of the front matter replace those of the store, as in the service."""
    overridden = {key for key, page in pages.pages.items() if page.carried}
    for count in counts:
        if count.origin != "carried" or pages.names.get(count.page) not in overridden:
            yield count
    for key in overridden:
        yield Count(key, "", "carried", pages.pages[key].carried)


def sums(counts: Iterable[Count], pages: Catalogue, since: str = "", until: str = "9999") -> dict[str, int]:
    """Hits by page; with days given, hits of those days only, without carried-over ones."""
    found = dict.fromkeys(pages.pages, 0)
    for count in counts:
        if count.page in _SOURCES:
            continue
        key = pages.names.get(count.page, count.page)
        if (not since and until == "9999") or (since <= count.day <= until and count.day):
            found[key] = found.get(key, 0) + count.n
    return found


def ranking(found: dict[str, int], pages: Catalogue, section: str = "", limit: int = 20) -> tuple[RankedPage, ...]:
    """The most read pages, of one section if given; of ties the newer first."""
    listed = [
        (n, page)
        for key, n in found.items()
        if n > 0 and (page := pages.pages.get(key)) and (not section or page.section == section)
    ]
    listed.sort(key=lambda pair: (-pair[0], _newest_first(pair[1].date), pair[1].key))
    return tuple(_ranked_page(page, n) for n, page in listed[:limit])


def _newest_first(date: str) -> int:
    return -int(date.replace("-", "") or 0)


def _ranked_page(page: Key, n: int) -> RankedPage:
    return RankedPage(page.key, n, page.title, page.number, page.section, page.path, page.date)


def to_csv(lines: Iterable[RankedPage]) -> str:
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow(("count", "title", "number", "section", "date", "key"))
    for each in lines:
        writer.writerow([each.n, *map(escape_formula, (each.title, each.number, each.section, each.date, each.key))])
    return out.getvalue()


def by_month(counts: Iterable[Count], year: int) -> tuple[int, ...]:
    """Twelve sums, of the hits counted in a year."""
    months = [0] * 12
    for count in counts:
        is_page = count.page not in _SOURCES
        if (
            count.day[:4] == str(year) and is_page and is_valid(count)
        ):  # versions before stored any day that an import had
            months[int(count.day[5:7]) - 1] += count.n
    return tuple(months)


def by_source(counts: Iterable[Count], year: int) -> tuple[tuple[HitSource, int], ...]:
    """Readers of a year who came from an edition, in the order of the editions; those without any are left out."""
    found: dict[str, int] = {}
    for count in counts:
        if count.page in _SOURCES and count.day[:4] == str(year):
            found[count.page] = found.get(count.page, 0) + count.n
    return tuple((source, found[key]) for source, key in SOURCE_KEYS.items() if found.get(key, 0) > 0)


def by_section(found: dict[str, int], pages: Catalogue) -> tuple[tuple[str, int], ...]:
    """Hits of articles by section, most first; whole issues under an empty name."""
    sections: dict[str, int] = {}
    for key, n in found.items():
        page = pages.pages.get(key)
        if page:
            sections[page.section] = sections.get(page.section, 0) + n
    return tuple(sorted(sections.items(), key=lambda pair: (-pair[1], pair[0])))
