"""A list of addresses → what would become of each row, before anything is written.

Every row of the list is in the report at least once; one with several addresses once for each.
"""

from __future__ import annotations

import re
import unicodedata
from collections import Counter
from collections.abc import Collection, Iterator, Mapping
from datetime import date
from typing import Literal

import msgspec

from bulletin.core.errors import UsageError
from bulletin.core.model import Value
from bulletin.core.problems import N_
from bulletin.mail.addresses import find_addresses, masked_address
from bulletin.mail.never import AddressHasher
from bulletin.mail.readers import Consent, ConsentForm, Reader, new_reader, with_consent

RowFate = Literal["active", "pending", "known", "double", "never", "left", "dead", "declined", "invalid", "empty"]
ROW_FATES: Mapping[RowFate, str] = {
    "active": N_("added; gets the letter"),
    "pending": N_("added without proof of consent: is asked once, and gets nothing before the answer"),
    "known": N_("known already; unchanged"),
    "double": N_("is in this list already"),
    "never": N_("must not be written to again; refused"),
    "left": N_("has unsubscribed; refused"),
    "dead": N_("the address does not exist any more; refused"),
    "declined": N_("did not consent; refused"),
    "invalid": N_("no address that can be written to; refused"),
    "empty": N_("an empty row"),
}
"""What becomes of a row, and how it is said."""

_HEADINGS: Mapping[str, tuple[str, ...]] = {
    "address": (
        "邮箱",
        "电子邮件",
        "电子邮箱",
        "邮箱地址",
        "电子邮件地址",
        "邮件地址",
        "email",
        "e-mail",
        "mail",
        "邮件",
    ),
    "agreed": ("同意", "是否同意", "consent"),
    "given": ("同意时间", "同意日期", "consenttime", "consentdate"),
    "how": ("同意方式", "consenthow"),
    "columns": ("栏目", "订阅栏目", "columns"),
}
_HEADING_ROWS = 10
_YES = frozenset(["是", "同意", "已同意", "yes", "y", "true", "1", "√", "✓", "✔", "v", "有"])
_NO = frozenset(["否", "不同意", "不", "no", "n", "false", "0", "×", "x", "✗"])
_HOW: tuple[tuple[str, ConsentForm], ...] = (
    ("纸", "paper"), ("书面", "paper"), ("签", "paper"), ("paper", "paper"),
    ("邮件", "mail"), ("回信", "mail"), ("mail", "mail"),
    ("网", "form"), ("表单", "form"), ("form", "form"),
)  # fmt: skip
_DAY = re.compile(r"^(\d{4})\s*[-/.年]\s*(\d{1,2})\s*[-/.月]\s*(\d{1,2})(?!\d)")
_COLUMNS = re.compile(r"[,，、;；\n]+")
_MAX_EVIDENCE = 200


class ImportedRow(Value, frozen=True):
    """What becomes of one address of the list."""

    row: int
    """As Excel counts."""
    said: str
    """What the row says, masked."""
    fate: RowFate
    corrected: str = ""
    """The corrected address, masked; empty: as it was typed."""


class ImportPlan(Value, frozen=True):
    """What an import would do."""

    rows: tuple[ImportedRow, ...]
    readers: tuple[Reader, ...]
    """To be put into the store."""
    total: int
    """Rows below the headings."""
    ignored: tuple[str, ...] = ()
    """Headings of columns that are not read: names are not kept."""

    def sums(self) -> dict[RowFate, int]:
        """Addresses by what becomes of them; together `rows`."""
        found = Counter(each.fate for each in self.rows)
        return {fate: found[fate] for fate in ROW_FATES}


class ImportContext(Value, frozen=True):
    """What rows are compared with."""

    known: Mapping[str, Reader]
    never: Collection[str]
    wording: str
    """Hash of what was agreed to."""
    now: str
    today: str
    """By the station's clock, which is ahead of UTC: whoever signs before eight signs today."""
    source: str
    """The list's file name: part of the evidence."""


def plan_import(
    sheets: tuple[tuple[tuple[str, ...], ...], ...], context: ImportContext, hasher: AddressHasher
) -> ImportPlan:
    """Look at every row of the first sheet with a column of addresses. Raises `UsageError` without one."""
    for sheet in sheets:
        for place, row in enumerate(sheet[:_HEADING_ROWS]):
            columns, ignored = _headings(row)
            if "address" in columns:
                planner = _Planner(columns, context, hasher)
                rows = tuple(each for n, r in enumerate(sheet[place + 1 :], place + 2) for each in planner.look(n, r))
                return ImportPlan(rows, tuple(planner.readers.values()), len(sheet) - place - 1, ignored)
    raise UsageError(N_("no column of the list is called 邮箱, 电子邮件 or Email."), path=context.source)


def _headings(row: tuple[str, ...]) -> tuple[dict[str, int], tuple[str, ...]]:
    """Columns by meaning, and the headings of the others."""
    columns: dict[str, int] = {}
    ignored = []
    for place, cell in enumerate(row):
        word = re.sub(r"[\s*:_]", "", unicodedata.normalize("NFKC", cell)).lower()
        meaning = next((name for name, words in _HEADINGS.items() if word in words and name not in columns), "")
        if meaning:
            columns[meaning] = place
        elif word:
            ignored.append(cell.strip())
    return columns, tuple(ignored)


class _Planner:
    """Goes through the rows; remembers what the list has said already."""

    def __init__(self, columns: dict[str, int], context: ImportContext, hasher: AddressHasher) -> None:
        self._columns, self._context, self._hasher = columns, context, hasher
        self._seen: set[str] = set()
        self.readers: dict[str, Reader] = {}

    def look(self, number: int, row: tuple[str, ...]) -> Iterator[ImportedRow]:
        cell = self._cell(row, "address")
        if not cell:
            said = next((c for c in row if c.strip()), "")
            yield ImportedRow(number, masked_address(said), "invalid" if said else "empty")
            return
        for found in find_addresses(cell):
            fate = self._fate(found.address, number, row)
            corrected = masked_address(found.address) if found.corrected else ""
            yield ImportedRow(number, masked_address(cell), fate, corrected)

    def _cell(self, row: tuple[str, ...], name: str) -> str:
        place = self._columns.get(name, len(row))
        return row[place].strip() if place < len(row) else ""

    def _fate(self, address: str, number: int, row: tuple[str, ...]) -> RowFate:
        if not address:
            return "invalid"
        if address in self._seen:
            return "double"
        self._seen.add(address)
        if self._hasher.mac(address) in self._context.never:
            return "never"
        if _word(self._cell(row, "agreed")) in _NO:
            return "declined"
        consent = self._consent(number, row)
        known = self._context.known.get(address)
        if known is None:
            columns = tuple(c.strip() for c in _COLUMNS.split(self._cell(row, "columns")) if c.strip())
            self.readers[address] = new_reader(address, self._context.now, consent, columns)
            return "active" if consent else "pending"
        return self._known_fate(known, consent)

    def _known_fate(self, known: Reader, consent: Consent | None) -> RowFate:
        """Only a consent younger than the unsubscribing brings back who has left: an old list does not."""
        newer = consent is not None and (known.state == "pending" or consent.given[:10] > known.changed[:10])
        if consent and newer and known.state in ("pending", "left"):
            self.readers[known.address] = with_consent(known, consent, self._context.now)
            return "active"
        return "left" if known.state == "left" else "dead" if known.state == "dead" else "known"

    def _consent(self, number: int, row: tuple[str, ...]) -> Consent | None:
        """With a day that there was, and no “no”: where the list has a column 同意 it must say yes."""
        given = _day(self._cell(row, "given"))
        agreed = "agreed" not in self._columns or _word(self._cell(row, "agreed")) in _YES
        if not given or not agreed or given > self._context.today:
            return None
        said = self._cell(row, "how")
        how = next((form for word, form in _HOW if word in said.lower()), "import")
        evidence = f"{self._context.source}:{number} {said}".strip()[:_MAX_EVIDENCE]
        return Consent(given, msgspec.convert(how, ConsentForm), self._context.wording, evidence)


def _word(cell: str) -> str:
    return unicodedata.normalize("NFKC", cell).strip().lower()


def _day(cell: str) -> str:
    """``2026年1月31日`` → ``2026-01-31``; empty for what is no day."""
    found = _DAY.match(unicodedata.normalize("NFKC", cell).strip())
    try:
        return date(*(int(each) for each in found.groups())).isoformat() if found else ""
    except ValueError:
        return ""
