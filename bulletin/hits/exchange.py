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

_Row = TypeVar("_Row")

_CHUNK_ROWS = 5_000
"""Rows in one batch."""

_CSV_COLUMNS = ("key", "number", "title", "day", "origin", "count")
"""Header of a CSV export."""


class _SkippedLine(Value, frozen=True):
    """A line that was skipped."""

    line: int
    what: str
    """Its first field."""
    why: str
    """A sentence, marked for translation."""


class _StoreExport(Value, frozen=True):
    """A whole store: what `hits export --format json` writes."""

    counts: tuple[Count, ...]
    hours: tuple[Hour, ...]
    records: tuple[StoredRecord, ...]
    spans: tuple[Span, ...]


_RECORD_KINDS: tuple[Literal["figure", "note", "log"], ...] = ("figure", "note", "log")

# ── a list of carried-over counts


def _decode_text(data: bytes) -> str:
    """UTF-8, else GB18030, which spreadsheets in China write. Raises `UsageError`."""
    for encoding in ("utf-8-sig", "gb18030"):
        try:
            return data.decode(encoding)
        except UnicodeDecodeError:
            continue
    raise UsageError(N_("the file is neither UTF-8 nor GB18030."))


def read_list(data: bytes, pages: Catalogue) -> tuple[tuple[Count, ...], tuple[_SkippedLine, ...]]:
    """Lines of key, number or address, and a count → counts to put, and the lines that cannot be used."""
    found: dict[str, int] = {}
    wrong: list[_SkippedLine] = []
    for line, row in enumerate(_rows(_decode_text(data)), 1):
        fields = [field.strip() for field in row if field.strip()]
        if not fields or (line == 1 and not _is_number(fields[-1])):
            continue  # empty, or the headings
        page, why = _page(fields, pages)
        if why:
            wrong.append(_SkippedLine(line, fields[0], why))
        else:
            found[page] = _number(fields[-1])
    return tuple(Count(page, "", "carried", n) for page, n in found.items()), tuple(wrong)


def _rows(text: str) -> Iterator[list[str]]:
    first = re.sub(r'"[^"]*"', "", text.partition("\n")[0])
    separator = max((",", "\t", ";", "，"), key=first.count)
    return iter(csv.reader(io.StringIO(text), delimiter=separator))


def _is_number(text: str) -> bool:
    return text.replace(",", "").isdecimal()


def _number(text: str) -> int:
    return int(text.replace(",", ""))


def _page(fields: list[str], pages: Catalogue) -> tuple[str, str]:
    if len(fields) < 2:
        return "", N_("a line needs a page and a count.")
    if not _is_number(fields[-1]):
        return "", N_("the count is not a number.")
    page = find_page(fields[0], pages)
    if page is None:
        return "", N_("this is neither a key, nor a number, nor an address of the site.")
    carried = pages.pages[page].carried
    if carried and carried != _number(fields[-1]):
        return "", N_("the front matter has another count (hits:), which wins.")
    return page, ""


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
    text = _decode_text(data)
    if text.lstrip().startswith("{"):
        try:
            return msgspec.json.decode(text, type=_StoreExport)
        except msgspec.DecodeError as error:
            raise HitsError(N_("this is no export: {reason}."), path=path, reason=error) from None
    rows = list(csv.reader(io.StringIO(text)))
    if not rows or tuple(rows[0]) != _CSV_COLUMNS:
        return None
    return _StoreExport(tuple(_parse_csv_row(row, path, line) for line, row in enumerate(rows[1:], 2)), (), (), ())


def _parse_csv_row(row: list[str], path: str, line: int) -> Count:
    try:
        key, _, _, day, origin, n = row
        if origin not in ORIGINS:
            raise ValueError(origin)
        return Count(key.removeprefix("'"), day, origin, int(n))
    except ValueError as error:
        raise HitsError(N_("this is no export: {reason}."), path=f"{path}:{line}", reason=error) from None


def import_export(found: _StoreExport, store: Store) -> bool:
    """Load an export into a store; False when loaded before. Raises `UsageError` if the store has other counts."""
    name = "import-" + blake2b(_to_json(found), digest_size=12).hexdigest()
    before = store.records("note").get("import", "")
    if before == msgspec.json.encode(name).decode() and not any(True for _ in islice(_missing(found, store), 1)):
        return False
    if not before and any(True for _ in store.counts()):
        message = N_("there are other counts in this store already; a whole export goes into an empty one only.")
        raise UsageError(message)
    mark = StoredRecord("note", "import", msgspec.json.encode(name).decode())
    for number, batch in enumerate(_batches(found, mark), 1):
        store.commit(msgspec.structs.replace(batch, service=name, number=number))
    for span in found.spans:
        store.commit(Batch(span.service, span.number, at=span.until, began=span.began))
    return True


def _missing(found: _StoreExport, store: Store) -> Iterator[Count]:
    there = set(store.counts())
    return (count for count in found.counts if count not in there)


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
