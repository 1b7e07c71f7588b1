"""Which rows a store may hold. One with a day that there is not, from a file that somebody edited, would break every
page and command that reads it later: such rows are refused before they are stored.
"""

from __future__ import annotations

from contextlib import suppress
from datetime import date, datetime

import msgspec

from bulletin.core.errors import HitsError
from bulletin.core.keys import MAX_KEY_BYTES
from bulletin.core.model import Today, Value
from bulletin.core.problems import N_
from bulletin.hits.stores.base import Count, Hour, Span, Store, StoredRecord

MAX_COUNT = 10**12
"""Larger than any count of readers; what is larger is a mistake, and would not fit into every store."""
AnyRow = Count | Hour | StoredRecord | Span

_MAX_NUMBER = 2**63 - 1
"""Of a batch: as PostgreSQL and SQLite hold it."""


class LogPosition(Value, frozen=True):
    """How far an access log was read."""

    head: str
    """Hash of the first `length` bytes."""
    length: int
    offset: int
    """In the decompressed file."""


def stored_figure(store: Store) -> Today | None:
    """Today's figure as it is stored. Raises `HitsError` when it cannot be read."""
    text = store.records("figure").get("today")
    try:
        return None if text is None else msgspec.json.decode(text, type=Today)
    except msgspec.DecodeError as error:
        raise HitsError(
            N_("the store is damaged: {what}. Restore the last backup (docs/deploy.md)."), what=f"today: {error}"
        ) from None


def is_valid(row: AnyRow) -> bool:
    """Whether each field has the form that `stores.base` names for it."""
    match row:
        case Count(page, day, _, n):
            return _is_key(page) and (not day or _is_day(day)) and abs(n) <= MAX_COUNT
        case Hour(page, hour, n):
            return _is_key(page) and _is_hour(hour) and abs(n) <= MAX_COUNT
        case StoredRecord(kind, _, value):
            return _is_record(kind, value)
        case Span(service, number, began, until):
            return _is_key(service) and 0 <= number <= _MAX_NUMBER and _is_time(began) and _is_time(until)


def _is_key(text: str) -> bool:
    return 0 < len(text.encode()) <= MAX_KEY_BYTES and "\0" not in text


def _is_day(text: str) -> bool:
    with suppress(ValueError):
        return date.fromisoformat(text).isoformat() == text
    return False


def _is_hour(text: str) -> bool:
    with suppress(ValueError):
        return f"{datetime.fromisoformat(text):%Y-%m-%dT%H}" == text
    return False


def _is_time(text: str) -> bool:
    """By the station's clock."""
    with suppress(ValueError):
        return datetime.fromisoformat(text).tzinfo is None
    return False


def _is_record(kind: str, value: str) -> bool:
    try:
        match kind:
            case "figure":
                return _is_day(msgspec.json.decode(value, type=Today).date)
            case "log":
                msgspec.json.decode(value, type=LogPosition)
                return True
            case "note":
                msgspec.json.decode(value)
                return True
    except (msgspec.DecodeError, RecursionError):
        pass
    return False
