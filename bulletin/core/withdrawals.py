"""撤稿: what was withdrawn, kept in ``content/withdrawn.yml``, one line each (docs/norms.md 8).

A line has all that the build needs, so that it works when the source is deleted, edited or unreadable. It has neither
title nor sentence of what was withdrawn, since these may name the person for whose sake that was done. The file is
plain YAML, but read line by line, so that a long history costs nothing and a line that is wrong is named.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable
from datetime import datetime

from bulletin.core.errors import StationError
from bulletin.core.i18n import N_
from bulletin.core.model import Value

WITHDRAWN_FILE = "content/withdrawn.yml"
_HEADER = "# 撤稿记录，由 bulletin withdraw 写入，不要手工修改。\n"


class Withdrawal(Value, frozen=True):
    """One text that was withdrawn."""

    issue: str
    """Id of the issue: ``2014002``."""
    slug: str
    """Of the article, as it was published; empty when the whole issue was withdrawn."""
    date: str
    """``YYYY-MM-DD HH:MM``, the station's clock."""
    because: str
    """The reason that readers see; may be empty."""
    source: str = ""
    """Path of the file that had it, from the project's root: it has the text also where its number is another now."""
    marks: tuple[str, ...] = ()
    """Of an article: hashes of its title and its beginning, by which it is known under another address."""
    addresses: tuple[str, ...] = ()
    """Paths in the site at which it was published, old ones too: ``issues/2014002/index.html``."""
    line: int = 0
    """In withdrawn.yml."""

    @property
    def paths(self) -> tuple[str, ...]:
        """Where readers find a note; its own address where none is recorded."""
        own = f"issues/{self.issue}/{self.slug}/index.html" if self.slug else f"issues/{self.issue}/index.html"
        return self.addresses or (own,)


_STRING = r'"(?:[^"\\]|\\.)*"'
_STRINGS = rf"\[(?:{_STRING}(?:, {_STRING})*)?\]"
_LINE = re.compile(
    rf"- \{{issue: (?P<issue>{_STRING}), slug: (?P<slug>{_STRING}), date: (?P<date>\d{{4}}-\d\d-\d\d \d\d:\d\d), "
    rf"because: (?P<because>{_STRING})(?:, source: (?P<source>{_STRING}))?(?:, marks: (?P<marks>{_STRINGS}))?"
    rf"(?:, addresses: (?P<addresses>{_STRINGS}))?\}}"
)


def read_withdrawals(data: bytes) -> tuple[Withdrawal, ...]:
    """In the order in which they were recorded. Raises `StationError` naming a line that is none: what was withdrawn
    must not come back because a line cannot be read.
    """
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        number = data.count(b"\n", 0, error.start) + 1
        raise _not_a_record(number) from None
    found = []
    for number, line in enumerate(text.split("\n"), 1):
        words = line.strip()
        if words and not words.startswith("#"):
            found.append(_read(words, number))
    return tuple(found)


def _read(words: str, number: int) -> Withdrawal:
    match = _LINE.fullmatch(words)
    if match is None:
        raise _not_a_record(number)
    try:
        issue, slug, because, source = (json.loads(match[name] or '""') for name in _TEXTS)
        marks, addresses = (tuple(json.loads(match[name] or "[]")) for name in _LISTS)
        datetime.fromisoformat(match["date"])
    except ValueError:
        raise _not_a_record(number) from None
    made = Withdrawal(issue, slug, match["date"], because, source, marks, addresses, number)
    if not issue or not all(map(_is_safe, made.paths)):
        raise _not_a_record(number)
    return made


_TEXTS, _LISTS = ("issue", "slug", "because", "source"), ("marks", "addresses")
_UNSAFE = re.compile(r"[\x00-\x1f\x7f\\:*?\"<>|]")


def _is_safe(path: str) -> bool:
    """Whether a note may be written there: a page, inside the site, that every system can name."""
    steps = path.split("/")
    is_page = path.lower().endswith((".html", ".htm", ".shtml"))
    return is_page and not _UNSAFE.search(path) and all(steps) and not any(step.startswith(".") for step in steps)


def _not_a_record(number: int) -> StationError:
    return StationError(N_("this line was not written by “bulletin withdraw”."), path=f"{WITHDRAWN_FILE}:{number}")


def with_withdrawal(data: bytes, entry: Withdrawal) -> bytes:
    """withdrawn.yml with one more line; what is there stays as it is. ``data`` is empty where there is no file."""
    begun = data or _HEADER.encode()
    end = "\r\n" if b"\r\n" in begun else "\n"
    issue, slug, because, source = map(_quoted, (entry.issue, entry.slug, _one_line(entry.because), entry.source))
    marks, addresses = (f"[{', '.join(map(_quoted, each))}]" for each in (entry.marks, entry.addresses))
    line = f"- {{issue: {issue}, slug: {slug}, date: {entry.date}, because: {because}, source: {source}, "
    line += f"marks: {marks}, addresses: {addresses}}}{end}"
    return begun + (b"" if begun.endswith(b"\n") else end.encode()) + line.encode()


def _quoted(words: str) -> str:
    return json.dumps(words, ensure_ascii=False)


def _one_line(words: str) -> str:
    """Without line ends and what cannot be seen."""
    return "".join(c for c in " ".join(words.split()) if c.isprintable())


def withdrawn_paths(withdrawals: Iterable[Withdrawal]) -> tuple[str, ...]:
    """All paths in the site at which there is a note: for the server, which answers 410 with it."""
    return tuple(sorted({path for each in withdrawals for path in each.paths}))
