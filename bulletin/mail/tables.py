"""A list as offices have it – Excel, or CSV in UTF-8 or GB18030 – → rows of text."""

from __future__ import annotations

import csv
import io
from datetime import date, datetime
from itertools import islice

from bulletin.core.errors import UsageError
from bulletin.core.extras import needs_extra
from bulletin.core.problems import N_

MAX_LIST_BYTES = 50_000_000
_MAX_ROWS = 200_000


def read_table(data: bytes, name: str) -> tuple[tuple[tuple[str, ...], ...], ...]:
    """Its sheets, each as rows; a CSV file has one. Raises `UsageError` naming the file."""
    if len(data) > MAX_LIST_BYTES:
        raise UsageError(N_("the list is too large: {size} MB at most."), path=name, size=MAX_LIST_BYTES // 1_000_000)
    if data.startswith((b"PK", b"\xd0\xcf\x11\xe0")):
        return _read_workbook(data, name)
    return (_read_csv(data, name),)


def _read_csv(data: bytes, name: str) -> tuple[tuple[str, ...], ...]:
    data = data.removeprefix(b"\xef\xbb\xbf")
    try:
        text = data.decode("utf-8")
    except UnicodeDecodeError:
        try:
            text = data.decode("gb18030")
        except UnicodeDecodeError:
            raise UsageError(N_("the list is neither Excel nor CSV in UTF-8 or GBK."), path=name) from None
    if "\0" in text:
        raise UsageError(N_("the list is neither Excel nor CSV in UTF-8 or GBK."), path=name)
    head = "\n".join(text.splitlines()[:10])
    delimiter = max(",\t;", key=head.count)
    try:
        rows = islice(csv.reader(io.StringIO(text, newline=""), delimiter=delimiter), _MAX_ROWS)
        return tuple(tuple(row) for row in rows)
    except csv.Error as error:
        raise UsageError(N_("the list cannot be read: {reason}."), path=name, reason=str(error)) from None


def _read_workbook(data: bytes, name: str) -> tuple[tuple[tuple[str, ...], ...], ...]:
    with needs_extra("mail"):
        from python_calamine import CalamineError, CalamineWorkbook
    try:
        book = CalamineWorkbook.from_filelike(io.BytesIO(data))
        sheets = [book.get_sheet_by_name(sheet).to_python(skip_empty_area=False) for sheet in book.sheet_names]
    except CalamineError as error:
        raise UsageError(N_("the list cannot be read: {reason}."), path=name, reason=str(error)) from None
    return tuple(tuple(tuple(_cell(cell) for cell in row) for row in rows[:_MAX_ROWS]) for rows in sheets)


def _cell(value: object) -> str:
    if isinstance(value, datetime):
        return value.isoformat(" ", "seconds")
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    return "" if value is None else str(value)
