"""Lines of a folder's listing, as FTP servers write them: MLSD (RFC 3659), `ls -l`, and the DOS form of IIS."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from typing import NamedTuple


class ListedFile(NamedTuple):
    """One line."""

    name: str
    is_folder: bool
    size: int
    mtime: int
    """Comparable with the same server's only: MLSD to the second, DOS to the minute, `ls` to the day of any year."""
    mode: int | None
    """Bits of the access rights, where they are shown."""


_UNIX = re.compile(
    r"(?P<kind>[-dlbcps])(?P<mode>[-rwxsStT]{9})[.+@]?\s.*?(?P<size>\d+)\s+"
    r"(?:(?P<month>[A-Z][a-z]{2}|\d{1,2}月)\s+(?P<day>\d{1,2})日?\s+[\d:]{4,5}|\d{4}-(?P<m>\d\d)-(?P<d>\d\d)\s+\d\d:\d\d)"
    r"\s(?P<name>.+)"
)
_DOS = re.compile(
    r"(\d\d)-(\d\d)-(\d{2,4})\s+(\d\d):(\d\d)\s?([AP]M)?\s+(?:<(?P<folder>DIR|JUNCTION|SYMLINKD?)>|(?P<size>[\d,]+))"
    r"\s+(?P<name>.+)"
)
_MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")


def parse_mlsd(lines: Iterable[str]) -> Iterator[ListedFile]:
    """``type=file;size=5;modify=20261127100000;UNIX.mode=0644; index.html``; the folder itself is left out."""
    for line in lines:
        head, _, name = line.partition(" ")
        facts = {key.lower(): value for key, _, value in (fact.partition("=") for fact in head.split(";"))}
        kind = facts.get("type", "file").lower()
        if not name or kind in ("cdir", "pdir"):
            continue
        mode = facts.get("unix.mode", "")
        mtime = facts.get("modify", "").partition(".")[0]
        size = facts.get("size", "")
        yield ListedFile(
            name.rpartition("/")[2],
            kind == "dir",
            int(size) if size.isdecimal() else 0,
            int(mtime) if mtime.isdecimal() else 0,
            int(mode, 8) if re.fullmatch("[0-7]+", mode) else None,
        )


def parse_list(lines: Iterable[str]) -> Iterator[ListedFile]:
    """What `LIST` gives; lines that are in neither form (``total 8``) are left out. A link counts as a file."""
    for line in lines:
        if unix := _UNIX.match(line):
            found = _unix(unix)
        elif dos := _DOS.match(line):
            found = _dos(dos)
        else:
            continue
        if found.name not in (".", ".."):
            yield found


def _unix(line: re.Match[str]) -> ListedFile:
    month = line["month"] or line["m"]
    number = (
        _MONTHS.index(month) + 1 if month in _MONTHS else int(month.removesuffix("月")) if month[0].isdigit() else 0
    )
    name = line["name"].partition(" -> ")[0] if line["kind"] == "l" else line["name"]
    mode = sum(1 << (8 - i) for i, letter in enumerate(line["mode"]) if letter not in "-ST")
    # the year is not always shown: in summer a file of January has a time instead, in winter it has the year
    return ListedFile(name, line["kind"] == "d", int(line["size"]), number * 32 + int(line["day"] or line["d"]), mode)


def _dos(line: re.Match[str]) -> ListedFile:
    month, day, year, hour, minute = (int(line[i]) for i in range(1, 6))
    hour = hour % 12 + 12 * (line[6] == "PM") if line[6] else hour
    mtime = ((((year % 100) * 100 + month) * 100 + day) * 100 + hour) * 100 + minute
    is_folder = line["folder"] == "DIR"
    return ListedFile(line["name"], is_folder, int((line["size"] or "0").replace(",", "")), mtime, None)
