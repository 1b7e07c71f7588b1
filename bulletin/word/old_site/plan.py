"""Texts of old pages → the issues that are written: their numbers, and which pages say the same.

Pure. A text without a number gets one that no other has: its year and a running number from 501. Which address has
which number is kept (`known`), so that a later run with more pages changes none.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from hashlib import blake2b

from bulletin.core.model import Value
from bulletin.read.numbers import parse_number
from bulletin.word.old_site.page_text import OldText

_FIRST_FREE = 501
_LAST_FREE = 9999


class ExtractedPage(Value, frozen=True):
    """A page with its text."""

    address: str
    place: str
    text: OldText


class PlannedIssue(Value, frozen=True):
    """An issue that is written."""

    id: str
    """Folder of the issue, and a part of its address: ``2014002``."""
    number: str
    """As printed, or the one that it was given."""
    page: ExtractedPage
    addresses: tuple[str, ...]
    """All old addresses of the text."""
    hits: int | None
    given: bool
    """Whether the number is one that the page has not."""
    same_number: str = ""
    """Address of another page with the number that this one has; empty for none."""


class Plan(Value, frozen=True):
    """What becomes of the pages."""

    issues: tuple[PlannedIssue, ...]
    doubled: tuple[tuple[ExtractedPage, str], ...]
    """Pages with the text of another, and that one's address."""


def plan_issues(pages: Iterable[ExtractedPage], known: Mapping[str, str], occupied: frozenset[str]) -> Plan:
    """``known``: id by address, of earlier runs; ``occupied``: ids of issues that do not come from the old site."""
    ordered = sorted(pages, key=lambda page: (page.text.time, len(page.address), page.address))
    first: dict[bytes, ExtractedPage] = {}
    others: dict[str, list[ExtractedPage]] = {}
    for page in ordered:
        same = first.setdefault(_digest(page.text), page)
        if same is not page:
            others.setdefault(same.address, []).append(page)
    ids = _Ids(known, occupied)
    kept = list(first.values())
    for page in kept:
        ids.own(page)
    issues = [_issue(page, ids, others.get(page.address, [])) for page in kept]
    doubled = tuple((page, address) for address, pages in others.items() for page in pages)
    return Plan(tuple(sorted(issues, key=lambda issue: issue.id)), doubled)


def _issue(page: ExtractedPage, ids: _Ids, others: list[ExtractedPage]) -> PlannedIssue:
    id, number = ids.of(page)
    counts = [each.text.hits for each in (page, *others) if each.text.hits is not None]
    return PlannedIssue(
        id=id,
        number=number,
        page=page,
        addresses=(page.address, *(each.address for each in others)),
        hits=max(counts, default=None),
        given=number != page.text.number,
        same_number=ids.same_number.get(page.address, ""),
    )


class _Ids:
    """Which page has which id."""

    def __init__(self, known: Mapping[str, str], occupied: frozenset[str]) -> None:
        self._known = known
        self._taken = {id.casefold() for id in occupied} | set(known.values())
        self._owners: dict[str, str] = {id: address for address, id in known.items()}
        self._ids: dict[str, str] = dict(known)
        self.same_number: dict[str, str] = {}

    def own(self, page: ExtractedPage) -> None:
        """Give the page the id of its own number, if it has one that nobody else has."""
        number = parse_number(page.text.number) if page.text.number else None
        if number is None or page.address in self._ids:
            return
        id = number.id(int(page.text.time[:4]))
        if id in self._taken:
            self.same_number[page.address] = self._owners.get(id, id)
            return
        self._take(page.address, id)

    def of(self, page: ExtractedPage) -> tuple[str, str]:
        """The page's id and number; a free one where it has none."""
        if page.address not in self._ids:
            self._take(page.address, self._free(page.text.time[:4]))
        id = self._ids[page.address]
        number = parse_number(page.text.number) if page.text.number else None
        own = number is not None and number.id(int(page.text.time[:4])) == id
        return id, page.text.number if own else id

    def _take(self, address: str, id: str) -> None:
        self._ids[address] = id
        self._owners[id] = address
        self._taken.add(id)

    def _free(self, year: str) -> str:
        number = _FIRST_FREE
        while f"{year}{number:03}" in self._taken and number < _LAST_FREE:
            number += 1
        return f"{year}{number:03}"


def _digest(text: OldText) -> bytes:
    words = "".join((text.text.title + text.text.html).split())
    return blake2b(words.encode("utf-8", "replace"), digest_size=16).digest()
