"""Readers, their consent, and how their state changes: pure functions from a reader to a reader.

| from | to | when |
|---|---|---|
| – | pending | an address without proof of consent; asked once, never again |
| –, pending, left | active | consent with proof |
| pending, active | left | the reader says so; takes effect at once |
| pending, active | dead | the address does not exist: refused in two different runs |
| dead | active | new consent by the reader's own letter |

Times are ISO 8601 in UTC, to the second: ``2026-11-28T08:00:00Z``.
"""

from __future__ import annotations

import hashlib
from typing import Literal

from msgspec.structs import replace

from bulletin.core.model import Value

ReaderState = Literal["pending", "active", "left", "dead"]
ConsentForm = Literal["paper", "mail", "form", "import"]
READER_STATES: tuple[ReaderState, ...] = ("pending", "active", "left", "dead")
CONSENT_FORMS: tuple[ConsentForm, ...] = ("paper", "mail", "form", "import")


class Consent(Value, frozen=True, forbid_unknown_fields=True):
    """That a reader agreed, and the proof of it (个人信息保护法, 14 and 15)."""

    given: str
    """When; a day alone where the list says no more."""
    how: ConsentForm
    wording: str
    """Hash of what was agreed to (`wording_hash`)."""
    evidence: str = ""
    """Where the proof is: the sheet's folder, the Message-ID of the answer, file and row of the list."""
    withdrawn: str = ""
    withdrawn_how: str = ""


class Reader(Value, frozen=True):
    """Who gets the letter."""

    address: str
    """As `addresses.normal_address` gives it; unique."""
    state: ReaderState
    columns: tuple[str, ...] = ()
    """Ids or titles of the columns wanted; empty: all."""
    created: str = ""
    changed: str = ""
    consents: tuple[Consent, ...] = ()
    """Oldest first; a withdrawn one stays, as the proof of what was sent before."""
    id: int = 0
    """In the store; 0: not there yet."""


def wording_hash(text: str) -> str:
    """SHA-256 of a wording, in hex; blanks at its ends and the form of its line ends do not count."""
    return hashlib.sha256("\n".join(text.strip().splitlines()).encode()).hexdigest()


def new_reader(address: str, now: str, consent: Consent | None = None, columns: tuple[str, ...] = ()) -> Reader:
    """Active with proof of consent, else pending."""
    consents = (consent,) if consent else ()
    return Reader(address, "active" if consent else "pending", columns, now, now, consents)


def with_consent(reader: Reader, consent: Consent, now: str) -> Reader:
    """The reader, active: whatever the state was, a new consent is the reader's own word."""
    return replace(reader, state="active", changed=now, consents=(*reader.consents, consent))


def without_consent(reader: Reader, how: str, now: str) -> Reader:
    """The reader has left; every consent that held is withdrawn. ``how``: mail, form, one-click, by hand."""
    consents = tuple(c if c.withdrawn else replace(c, withdrawn=now, withdrawn_how=how) for c in reader.consents)
    return replace(reader, state="left", changed=now, consents=consents)


def undeliverable(reader: Reader, now: str) -> Reader:
    """The address does not exist; one that has left stays so."""
    return reader if reader.state == "left" else replace(reader, state="dead", changed=now)


def wants(reader: Reader, columns: frozenset[str]) -> bool:
    """Whether a letter with these columns is for this reader."""
    return not reader.columns or not columns.isdisjoint(reader.columns)
