"""What the rules found in one source: kept in the cache by the hash of what it was found in."""

from __future__ import annotations

from collections.abc import Iterator
from hashlib import blake2b

import msgspec

from bulletin.check.addresses import URL, is_private_host
from bulletin.check.findings import Pragma
from bulletin.check.ignoring import pragmas
from bulletin.check.manuscript import BLANK, Manuscript, manuscripts
from bulletin.check.office import Office
from bulletin.check.people import PICTURE, is_search_notice
from bulletin.check.rules import problems_in
from bulletin.core.model import Source, Value
from bulletin.core.problems import Problem, sort_problems


class Spot(Value, frozen=True):
    """A place that names a picture or an address."""

    target: str
    path: str
    line: int
    column: int


class Record(Value, frozen=True):
    """All that is known of a source without looking at anything else."""

    problems: tuple[Problem, ...] = ()
    pragmas: tuple[Pragma, ...] = ()
    pictures: tuple[Spot, ...] = ()
    links: tuple[Spot, ...] = ()
    """Addresses on other websites."""
    until: tuple[tuple[str, int, str], ...] = ()
    """Path, line and last day of search notices."""
    digest: str = ""
    """Hash of the texts; a review holds for it (reviews.py)."""


decode = msgspec.msgpack.Decoder(Record).decode


def examine_source(source: Source, office: Office) -> Record:
    """Run all rules over a source."""
    texts = manuscripts(source, office.facts.sections)
    found = [problem for text in texts for problem in problems_in(text, office)]
    return Record(
        problems=sort_problems(found),
        pragmas=tuple(one for text in texts for one in pragmas(text)),
        pictures=tuple(spot for text in texts for spot in _pictures(text)),
        links=tuple(spot for text in texts for spot in _links(text)),
        until=tuple(end for text in texts for end in _ends(text)),
        digest=digest(texts),
    )


def digest(texts: tuple[Manuscript, ...]) -> str:
    """Hash of what a reviewer read: the texts, not the lines above them that count hits or hold a draft back."""
    hashed = blake2b(digest_size=16)
    for text in texts:
        title = text.entries.get("title", "")
        hashed.update(f"{text.path}\0{title}\0".encode() + text.text[text.body :].encode() + b"\0")
    return hashed.hexdigest()


def _pictures(text: Manuscript) -> Iterator[Spot]:
    for found in PICTURE.finditer(text.text, text.body) if "![" in text.text else ():
        if text.prose[found.start()] != BLANK:
            yield Spot(found["target"], text.path, *text.place(found.start("target")))


def _links(text: Manuscript) -> Iterator[Spot]:
    for found in URL.finditer(text.text, text.body) if "://" in text.text else ():
        if not is_private_host(found["host"]):
            yield Spot(found.group(), text.path, *text.place(found.start()))


def _ends(text: Manuscript) -> Iterator[tuple[str, int, str]]:
    until = text.entries.get("until", "")
    if is_search_notice(text) and until:
        yield text.path, text.place(max(text.text.find("until"), 0))[0], until
