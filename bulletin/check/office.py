"""What the rules know of the office: its own numbers, people and words."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from functools import lru_cache
from typing import NamedTuple

from bulletin.check.digits import digits_of, phone_digits
from bulletin.check.lac_names import has_tagger, tag_persons
from bulletin.check.mail import FREE_MAIL
from bulletin.check.passed import value_mark
from bulletin.check.wordlists import Matcher, WordLists
from bulletin.core.model import SourceFile, Value
from bulletin.core.station import Station

_CASE_SECTIONS = re.compile(r"案例|个案|救助故事|寻亲|典型事例|纪实|手记|\bcases?\b", re.IGNORECASE)
"""Titles of sections that tell of people (docs/norms.md 3)."""
_PHONE_NUMBER = re.compile(r"(?:\+?86[- ]?)?[(（]?0?\d{2,4}[)）]?[-－ ]?\d{3,4}[- ]?\d{3,5}")


@lru_cache(maxsize=256)
def _is_case_title(title: str) -> bool:
    return bool(_CASE_SECTIONS.search(title))


class Facts(Value, frozen=True):
    """The part of it that is a value, and so part of every key."""

    phones: tuple[str, ...] = ()
    """Digits alone: 07348516000."""
    mail_hosts: tuple[str, ...] = ()
    """After the @ of the office's own addresses."""
    mails: tuple[str, ...] = ()
    staff: tuple[str, ...] = ()
    address: str = ""
    sections: tuple[str, ...] = ()
    """Titles of the station's sections."""
    people_sections: tuple[tuple[str, bool], ...] = ()
    """Title of each section of which station.yml says whether it tells of persons, and what it says."""
    words: tuple[str, ...] = ()
    """Digest of each word list."""
    key: str = ""
    """Of passed.yml; empty where nothing was passed yet."""
    language: str = "zh-CN"
    """Of the station."""
    internal_public: bool = False
    """Whether 内部资料 and 内部刊物 may go out."""


class OfficeConfig(Value, frozen=True):
    """What is known of the office as it is sent to the workers, which make an `Office` of it."""

    station: Station
    lists: tuple[SourceFile, ...]
    """Its word lists."""
    key: str = ""
    """Of passed.yml."""


class Office(NamedTuple):
    """What every rule is given beside the text."""

    facts: Facts
    words: Matcher
    tag_names: Callable[[str], list[tuple[int, int]]] | None = None
    """A text → start and end of what a tagger takes for names of persons (lac_names.py); None without one."""

    def is_case(self, section: str) -> bool:
        """Whether a section tells of persons, as station.yml says of it, or else its title."""
        said = dict(self.facts.people_sections).get(section)
        return _is_case_title(section) if said is None else said

    def mark(self, value: str) -> str:
        """By which a number of a person can be passed (passed.py)."""
        return value_mark(digits_of(value) or value, self.facts.key)


def make_office(station: Station, words: WordLists, key: str = "") -> Office:
    """The office as its station.yml and its word lists describe it; ``key`` is that of passed.yml."""
    facts = make_facts(station, words, key)
    return Office(facts, Matcher(words), tag_persons if has_tagger() else None)


def make_facts(station: Station, words: WordLists, key: str = "") -> Facts:
    """The facts alone: a matcher for long lists takes a moment."""
    phones = (station.phone, *station.phones)
    hosts = {station.email.partition("@")[2].lower(), _host(station.url)} - {"", *FREE_MAIL}
    return Facts(
        phones=tuple(sorted({phone_digits(found) for phone in phones for found in _PHONE_NUMBER.findall(phone)})),
        mail_hosts=tuple(sorted(hosts)),
        mails=tuple(sorted({each.lower() for each in (station.email, *_mailboxes(station)) if each})),
        staff=tuple(sorted({*station.staff, *words.names})),
        address=station.address,
        sections=tuple(rule.title for rule in station.sections),
        people_sections=tuple((rule.title, rule.people) for rule in station.sections if rule.people is not None),
        words=words.digests,
        key=key,
        language=station.language,
        internal_public=station.internal == "public",
    )


def _mailboxes(station: Station) -> Iterator[str]:
    """From which the office writes, and in which it reads answers."""
    if station.mail:
        yield from (each.sender for each in station.mail.accounts)
        yield station.mail.mailbox


def _host(url: str) -> str:
    return re.sub(r"^(?:https?://)?(?:www\.)?([^/:]*).*$", r"\1", url).lower()
