"""What somebody has passed with a reason where no comment can stand: ``content/passed.yml``, one line a value.

The gate (gate.py) keeps back a text with a number of a person. A false alarm in a text is passed by a comment on the
line before; one in an attachment, in station.yml or in the middle of a table by a line here. A line holds for one value
in one file: it names the value's keyed hash, so that the list itself gives no number away, and the key, made at random
for each station, keeps the few numbers that there are from being tried out one by one elsewhere.
"""

from __future__ import annotations

import json
import re
import unicodedata
from hashlib import blake2b

from bulletin.core.errors import StationError
from bulletin.core.model import Value
from bulletin.core.problems import N_

PASSED_FILE = "content/passed.yml"
_HEADER = "# 经人工核对、可以公开的内容，由 bulletin check --pass 写入，不要手工修改。\n"
_KEY = re.compile(r"key: (?P<key>[0-9a-f]{32})")
_ENTRY = re.compile(
    r'- \{code: (?P<code>[A-Z]\d{3}), file: (?P<file>"(?:[^"\\]|\\.)*"), value: (?P<value>[0-9a-f]{16}), '
    r'because: (?P<because>"(?:[^"\\]|\\.)*"), date: (?P<date>\d{4}-\d\d-\d\d)\}'
)


class PassedValue(Value, frozen=True):
    """One value that may be public in one file."""

    code: str
    file: str
    """From the project's root."""
    value: str
    """`value_mark` of it."""
    because: str
    date: str
    """``YYYY-MM-DD``."""
    line: int = 0
    """In passed.yml."""


class PassedBook(Value, frozen=True):
    """The file as a whole."""

    key: str = ""
    """128 bits, hexadecimal; empty where nothing was passed yet."""
    entries: tuple[PassedValue, ...] = ()


NOTHING_PASSED = PassedBook()


def read_passed(data: bytes) -> PassedBook:
    """The values in the order in which they were passed. Raises `StationError` naming a line that is none."""
    key, entries = "", []
    for number, line in enumerate(data.decode("utf-8-sig", "replace").splitlines(), 1):
        words = line.strip()
        if not words or words.startswith("#") or words == "passed:":
            continue
        if found := _KEY.fullmatch(words):
            key = found["key"]
        elif found := _ENTRY.fullmatch(words):
            file, because = json.loads(found["file"]), json.loads(found["because"])
            entries.append(PassedValue(found["code"], file, found["value"], because, found["date"], number))
        else:
            place = f"{PASSED_FILE}:{number}"
            raise StationError(N_("this line was not written by “bulletin check --pass”."), path=place)
    return PassedBook(key, tuple(entries))


def write_passed(book: PassedBook) -> bytes:
    """The bytes of passed.yml."""
    lines = [f"key: {book.key}\n", "passed:\n"]
    for each in book.entries:
        file, because = (json.dumps(words, ensure_ascii=False) for words in (each.file, each.because))
        lines.append(
            f"- {{code: {each.code}, file: {file}, value: {each.value}, because: {because}, date: {each.date}}}\n"
        )
    return (_HEADER + "".join(lines)).encode()


def value_mark(value: str, key: str) -> str:
    """Keyed hash of a number as it is meant, however it is written (BLAKE2, RFC 7693); empty without a key."""
    if not key:
        return ""
    plain = "".join(c for c in unicodedata.normalize("NFKC", value).upper() if c.isascii() and c.isalnum())
    return blake2b(plain.encode(), key=bytes.fromhex(key), digest_size=8).hexdigest()
