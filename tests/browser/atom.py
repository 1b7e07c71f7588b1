"""RFC 4287 read strictly: what a feed has to hold, in what form."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import datetime
from urllib.parse import urlsplit
from xml.etree.ElementTree import Element

ATOM = "{http://www.w3.org/2005/Atom}"
XML_BASE = "{http://www.w3.org/XML/1998/namespace}base"
DATE = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?(Z|[+-]\d\d:\d\d)")

FEED = {"id": (1, 1), "title": (1, 1), "updated": (1, 1), "subtitle": (0, 1), "rights": (0, 1), "generator": (0, 1)}
FEED |= {"icon": (0, 1), "logo": (0, 1), "author": (0, 99), "contributor": (0, 99), "category": (0, 99)}
FEED |= {"link": (1, 99), "entry": (0, 9999)}
ENTRY = {"id": (1, 1), "title": (1, 1), "updated": (1, 1), "published": (0, 1), "content": (0, 1), "summary": (0, 1)}
ENTRY |= {"rights": (0, 1), "source": (0, 1), "author": (0, 99), "contributor": (0, 99), "category": (0, 99)}
ENTRY |= {"link": (0, 99)}
PERSON = {"name": (1, 1), "uri": (0, 1), "email": (0, 1)}
"""What may stand in an element, and how often at least and at most (4.1.1, 4.1.2, 3.2)."""


def faults(feed: Element) -> Iterator[str]:
    """Everything in which a feed is not as the standard wants it."""
    if feed.tag != f"{ATOM}feed":
        yield f"the root is {feed.tag}"
    entries = feed.findall(f"{ATOM}entry")
    yield from _counted(feed, FEED)
    yield from _links(feed, "feed")
    if not any(link.get("rel") == "self" for link in feed.iter(f"{ATOM}link")):
        yield "no link to itself"
    for entry in entries:
        yield from _entry(entry, has_author=feed.find(f"{ATOM}author") is not None)
    ids = [element.findtext(f"{ATOM}id") for element in (feed, *entries)]
    yield from (f"the id {name} stands twice" for name in set(ids) if ids.count(name) > 1)
    yield from _values(feed)


def _entry(entry: Element, *, has_author: bool) -> Iterator[str]:
    yield from _counted(entry, ENTRY)
    yield from _links(entry, "entry")
    if not has_author and entry.find(f"{ATOM}author") is None:
        yield "an entry without author"
    if entry.find(f"{ATOM}content") is None and not _alternates(entry):
        yield "an entry with neither content nor a page"


def _counted(element: Element, rules: dict[str, tuple[int, int]]) -> Iterator[str]:
    names = [child.tag.removeprefix(ATOM) for child in element]
    yield from (f"{name} in {element.tag.removeprefix(ATOM)}" for name in names if name not in rules)
    for name, (least, most) in rules.items():
        if not least <= names.count(name) <= most:
            yield f"{names.count(name)} × {name} in {element.tag.removeprefix(ATOM)}"


def _alternates(element: Element) -> list[tuple[str | None, str | None]]:
    links = element.findall(f"{ATOM}link")
    return [(link.get("type"), link.get("hreflang")) for link in links if link.get("rel", "alternate") == "alternate"]


def _links(element: Element, name: str) -> Iterator[str]:
    alternates = _alternates(element)
    if len(set(alternates)) < len(alternates):
        yield f"two pages of the same kind for one {name} (4.1.1)"


def _values(feed: Element) -> Iterator[str]:
    """The form of what is inside: dates (3.3), addresses, text constructs (3.1), persons (3.2)."""
    for element in feed.iter():
        name, text = element.tag.removeprefix(ATOM), element.text or ""
        if name in ("updated", "published") and not _is_date(text):
            yield f"{name} is “{text}”"
        if name in ("id", "icon", "logo", "uri") and not _is_absolute(text):
            yield f"{name} is “{text}”"
        if name == "link" and not _is_absolute(element.get("href", "")):
            yield f"a link to “{element.get('href')}”"
        if name in ("title", "subtitle", "summary", "rights", "content") and not _is_text(element):
            yield f"{name} of type {element.get('type')}"
        if name == "title" and not text.strip():
            yield "an empty title"
        if name in ("author", "contributor"):
            yield from _counted(element, PERSON)
        if XML_BASE in element.attrib:
            yield "addresses are to be whole, but xml:base is used"


def _is_text(element: Element) -> bool:
    """Words or escaped HTML; nothing else is written here."""
    return element.get("type", "text") in ("text", "html") and len(element) == 0


def _is_date(text: str) -> bool:
    try:
        return bool(DATE.fullmatch(text)) and datetime.fromisoformat(text).tzinfo is not None
    except ValueError:
        return False


def _is_absolute(text: str) -> bool:
    parts = urlsplit(text)
    return text == text.strip() and (bool(parts.scheme and parts.netloc) or parts.scheme in ("urn", "tag"))
