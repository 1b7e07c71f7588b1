"""Import and export: carried-over counts from a list, whole stores as CSV or JSON, from one store into another."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterable, Iterator
from hashlib import blake2b
from itertools import islice
from typing import Literal, TypeVar
from urllib.parse import unquote, urlsplit

import msgspec

from bulletin.core.errors import HitsError, UsageError
from bulletin.core.model import Value
from bulletin.core.problems import N_
from bulletin.hits.catalogue import Catalogue
from bulletin.hits.stores.base import ORIGINS, Batch, Count, Hour, Span, Store, StoredRecord
from bulletin.hits.valid_rows import AnyRow, is_valid

_Row = TypeVar("_Row")

_CHUNK_ROWS = 5_000
"""Rows in one batch."""

_CSV_COLUMNS = ("key", "number", "title", "day", "origin", "count")
"""Header of a CSV export."""


class _StoreExport(Value, frozen=True):
    """A whole store: what `hits export --format json` writes."""

    counts: tuple[Count, ...]
    hours: tuple[Hour, ...]
    records: tuple[StoredRecord, ...]
    spans: tuple[Span, ...]


def decode_table(data: bytes) -> str:
    """UTF-8, else GB18030, which spreadsheets in China write; with the line ends of any system. Raises `UsageError`."""
    for encoding in ("utf-8-sig", "gb18030"):
        try:
            return data.decode(encoding).replace("\r\n", "\n").replace("\r", "\n")
        except UnicodeDecodeError:
            continue
    raise UsageError(N_("the file is neither UTF-8 nor GB18030."))


_RECORD_KINDS: tuple[Literal["figure", "note", "log"], ...] = ("figure", "note", "log")


def find_page(name: str, pages: Catalogue) -> str | None:
    """A key, an issue's number, or an address → the page's key."""
    if name in pages.names:
        return pages.names[name]
    for key, page in pages.pages.items():
        if page.number == name and not page.section and key.startswith("issue:"):
            return key
    return addresses(pages).get(normalize_address(name))


def addresses(pages: Catalogue) -> dict[str, str]:
    """Every address of a counted page, from the site's root → its key."""
    base = urlsplit(pages.url).path.strip("/")
    prefix = f"{base}/" if base else ""
    found = {}
    for key, page in pages.pages.items():
        for path in (*page.was, page.path):
            found[path] = key
            found[prefix + path] = key
    return found


def normalize_address(text: str) -> str:
    """``https://www.example.cn/issues/2014002/index.html?x`` → ``issues/2014002/``."""
    try:
        path = unquote(urlsplit(text).path).lstrip("/").removesuffix("index.html")
    except ValueError:
        return ""
    return path if path.endswith(("/", ".html", ".htm", ".shtml")) or not path else f"{path}/"


# ── whole stores


def export_store(store: Store) -> _StoreExport:
    """The content of a store. Raises `StoreError`."""
    return _StoreExport(tuple(store.counts()), tuple(store.hours()), tuple(_records(store)), store.spans())


def _records(store: Store) -> Iterator[StoredRecord]:
    return (StoredRecord(kind, name, value) for kind in _RECORD_KINDS for name, value in store.records(kind).items())


def _to_json(found: _StoreExport) -> bytes:
    return msgspec.json.format(msgspec.json.encode(found), indent=1) + b"\n"


def json_chunks(store: Store) -> Iterator[bytes]:
    """`_StoreExport` as a file, a row on each line; never more than `_CHUNK_ROWS` in memory. Raises `StoreError`."""
    rows: tuple[tuple[str, Iterable[Value]], ...] = (
        ("counts", store.counts()),
        ("hours", store.hours()),
        ("records", _records(store)),
        ("spans", store.spans()),
    )
    for number, (name, values) in enumerate(rows):
        yield b'%s"%s":[' % (b"," if number else b"{", name.encode())
        for index, chunk in enumerate(_chunks(values)):
            yield (b",\n" if index else b"\n") + b",\n".join(map(msgspec.json.encode, chunk))
        yield b"]"
    yield b"}\n"


def csv_chunks(store: Store, pages: Catalogue) -> Iterator[bytes]:
    """All counts, safe to open in a spreadsheet; never more than `_CHUNK_ROWS` in memory. Raises `StoreError`."""
    yield _csv([_CSV_COLUMNS])
    for chunk in _chunks(store.counts()):
        yield _csv(_cells(count, pages) for count in chunk)


def _csv(rows: Iterable[Iterable[object]]) -> bytes:
    out = io.StringIO()
    csv.writer(out, lineterminator="\n").writerows(rows)
    return out.getvalue().encode()


def _cells(count: Count, pages: Catalogue) -> list[object]:
    page = pages.pages.get(count.page)
    number, title = (page.number, page.title) if page else ("", "")
    return [*map(escape_formula, (count.page, number, title, count.day, count.origin)), count.n]


def escape_formula(text: str) -> str:
    """Prefix a cell that a spreadsheet would take for a formula (OWASP, CSV injection)."""
    return f"'{text}" if text[:1] in ("=", "+", "-", "@", "\t", "\r") else text


def read_export(data: bytes, path: str) -> _StoreExport | None:
    """An export, as JSON or CSV; None when the file is something else, such as a list of carried-over counts."""
    text = decode_table(data)
    if text.lstrip().startswith("{"):
        try:
            found = msgspec.json.decode(text, type=_StoreExport)
        except (msgspec.DecodeError, RecursionError) as error:
            raise _no_export(path, error) from None
        rows: tuple[AnyRow, ...] = (*found.counts, *found.hours, *found.records, *found.spans)
        for row in rows:
            if not is_valid(row):
                raise _no_export(path, _as_text(msgspec.structs.astuple(row)))
    else:
        first = text.partition("\n")[0]
        separator = next((mark for mark in ",;\t" if tuple(first.split(mark)) == _CSV_COLUMNS), None)
        if separator is None:
            return None
        lines = csv.reader(io.StringIO(text), delimiter=separator)
        found = _StoreExport(tuple(_parse_csv_rows(lines, path)), (), (), ())
    twice = _first_repeated((each.page, each.day, each.origin) for each in found.counts) or _first_repeated(
        (each.page, each.hour) for each in found.hours
    )
    if twice:
        raise _no_export(path, f"2 × {_as_text(twice)}")
    return found


def _no_export(path: str, reason: object) -> HitsError:
    return HitsError(N_("this is no export: {reason}."), path=path, reason=reason)


def _as_text(fields: Iterable[object]) -> str:
    return ", ".join(map(str, fields))[:100]


def _first_repeated(rows: Iterable[_Row]) -> _Row | None:
    seen: set[_Row] = set()
    for row in rows:
        if row in seen:
            return row
        seen.add(row)
    return None


def _parse_csv_rows(rows: Iterator[list[str]], path: str) -> Iterator[Count]:
    """Raises `HitsError`."""
    next(rows)
    line = 1
    try:
        for line, row in enumerate(rows, 2):
            if any(row):
                yield _parse_csv_row(row, f"{path}:{line}")
    except csv.Error as error:
        raise _no_export(f"{path}:{line + 1}", error) from None


def _parse_csv_row(row: list[str], path: str) -> Count:
    try:
        key, _, _, day, origin, n = row
        count = Count(key.removeprefix("'"), _iso_day(day), origin, int(n))  # type: ignore[arg-type]
    except ValueError:
        raise _no_export(path, _as_text(row)) from None
    if origin not in ORIGINS or not is_valid(count):
        raise _no_export(path, _as_text(row))
    return count


def _iso_day(text: str) -> str:
    """``2026/1/5``, as spreadsheets write a day back, → ``2026-01-05``."""
    found = re.fullmatch(r"(\d{4})/(\d{1,2})/(\d{1,2})", text)
    return f"{found[1]}-{int(found[2]):02}-{int(found[3]):02}" if found else text


def import_export(found: _StoreExport, store: Store) -> bool:
    """Load an export into an empty store; False when loaded before. Raises `UsageError` if the store has counts.

    An import that was interrupted is completed when it is repeated.
    """
    name = _import_name(found)
    if not may_import(found, store):
        return False
    mark = StoredRecord("note", "import", msgspec.json.encode(name).decode())
    for number, batch in enumerate(_batches(found, mark), 1):
        store.commit(msgspec.structs.replace(batch, service=name, number=number))
    for span in found.spans:
        store.commit(Batch(span.service, span.number, at=span.until, began=span.began))
    return True


def may_import(found: _StoreExport, store: Store) -> bool:
    """Whether an export can be loaded; False when it is there already. Raises `UsageError` if other counts are."""
    before = store.records("note").get("import", "")
    if before == msgspec.json.encode(_import_name(found)).decode():
        return _is_incomplete(found, store)
    if any(True for _ in store.counts()):
        raise UsageError(
            N_(
                "there are other counts in this store already: {total} hits. A whole export goes into an empty one "
                "only. To go back to an export, put the store aside first (docs/deploy.md)."
            ),
            total=sum(store.totals().values()),
        )
    return True


def _import_name(found: _StoreExport) -> str:
    return "import-" + blake2b(_to_json(found), digest_size=12).hexdigest()


def _is_incomplete(found: _StoreExport, store: Store) -> bool:
    """Whether something of an export is missing in a store; what was counted since makes sums greater."""
    there = {(each.page, each.day, each.origin): each.n for each in store.counts()}
    if any((each.page, each.day, each.origin) not in there for each in found.counts if each.n):
        return True
    hours = {(each.page, each.hour) for each in store.hours()}
    records = {(each.kind, each.name) for each in _records(store)}
    services = {each.service for each in store.spans()}
    return (
        any((each.page, each.hour) not in hours for each in found.hours)
        or any((each.kind, each.name) not in records for each in found.records)
        or any(each.service not in services for each in found.spans)
    )


def _batches(found: _StoreExport, mark: StoredRecord) -> Iterator[Batch]:
    """The mark first, so that an interrupted import is recognised and completed when it is repeated."""
    yield Batch("", 0, records=(mark,))
    for chunk in _chunks(found.counts):
        yield Batch("", 0, add=tuple(chunk))
    for hours in _chunks(found.hours):
        yield Batch("", 0, hours=tuple(hours))
    for records in _chunks(found.records):
        yield Batch("", 0, records=tuple(record for record in records if record.name != mark.name))


def _chunks(rows: Iterable[_Row]) -> Iterator[list[_Row]]:
    remaining = iter(rows)
    while chunk := list(islice(remaining, _CHUNK_ROWS)):
        yield chunk
