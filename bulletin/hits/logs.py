"""Hits from access logs, for periods in which no service counted: nginx's and Apache's “combined” format.

Reading resumes where each file was left off: the position is found by a hash of the file's head, not by its name, so
that a rotated or compressed file resumes too; it is committed in the same transaction as the counts.
"""

from __future__ import annotations

import gzip
import re
import secrets
import zlib
from collections.abc import Iterable, Iterator
from contextlib import closing, suppress
from datetime import datetime, timedelta
from hashlib import blake2b
from io import BufferedReader
from itertools import islice
from pathlib import Path
from typing import cast

import msgspec

from bulletin.core.errors import HitsError
from bulletin.core.hit_sources import HIT_SOURCES, SOURCE_FIELD, SOURCE_KEYS
from bulletin.core.http import parse_address
from bulletin.core.model import Value
from bulletin.core.problems import N_
from bulletin.hits.catalogue import Catalogue
from bulletin.hits.exchange import addresses, normalize_address
from bulletin.hits.live_times import LiveTimes
from bulletin.hits.readers import Readers
from bulletin.hits.repeats import RepeatReads
from bulletin.hits.robots import Robots
from bulletin.hits.rules import Rules
from bulletin.hits.stores.base import SALT_BYTES, Batch, Count, Hour, Store, StoredRecord
from bulletin.hits.valid_rows import LogPosition

_INSIDE = rb'[^"\\\n]*+(?:\\.[^"\\\n]*+)*'
_QUOTED = b'"' + _INSIDE + b'"'
"""Apache writes a quote inside as ``\\"``, nginx as ``\\x22``."""
_CLIENT = rb"(?:[^\s:]++(?::\d+)? (?=[0-9A-Fa-f]*+[.:][0-9A-Fa-f.:]*+ ))?(\S++) \S++ [^\[\n]*+(?:\[(?!\d\d/)[^\[\n]*+)*"
"""The client's address; the name of the host may be before it, as in Apache's vhost_combined."""
_ADDRESS = rb'(?i:https?)://[^/ "?\n]*+'
"""A request to a proxy names the host, too (RFC 9112, 3.2.2)."""
_LOG_LINE = re.compile(
    _CLIENT + rb"\[(\d\d/\w{3}/\d{4}:\d\d:\d\d):(\d\d) ([+-]\d{4})\] "
    rb'"GET (?:'
    + _ADDRESS
    + rb')?([^ "?\n]*+)'
    + _INSIDE
    + rb'" (?:200|304) \S++ '
    + _QUOTED
    + rb' "(?!")('
    + _INSIDE
    + rb')"'
)
"""A successful GET: address, time, second, zone, target, user agent. Nothing is tried often, however long a line.

Groups are not possessive, only what is in them: Python before 3.11.5, which Debian 12 has, matches those wrongly."""
_PLAIN_LINE = re.compile(
    rb'([0-9A-Fa-f.:]++) - [^\["\\\n]*+\[(\d\d/\w{3}/\d{4}:\d\d:\d\d):(\d\d) ([+-]\d{4})\] '
    rb'"GET (/[^ "?\\\n]*+)[^"\\\n]*+" (?:200|304) \S++ "[^"\\\n]*+" "([^"\\\n]++)"'
)
"""The same, of the usual form, which is sooner found."""
_ANY_LINE = re.compile(
    _CLIENT
    + rb"\[\d\d/\w{3}/\d{4}:\d\d:\d\d:\d\d [+-]\d{4}\] "
    + rb" ".join((_QUOTED, rb"\d{3} \S++", _QUOTED, _QUOTED))
)
"""Any request in the “combined” format."""
_SOURCE = re.compile(rb'\?(?:[^ "\\\n]*&)?%s=(%s)(?=[& ])' % (SOURCE_FIELD.encode(), "|".join(HIT_SOURCES).encode()))
"""The query of a request that names an edition."""
_SOURCE_KEYS = {source.encode(): key for source, key in SOURCE_KEYS.items()}
_PROBED_LINES = 1_000
"""Lines among which one must have that format."""

_CHUNK_BYTES = 1 << 20
"""Bytes read at a time: they are gone through twice, the second time from the processor's cache."""
_COMMIT_BYTES = 256 << 20
"""Bytes after which counts and position are committed."""
_FILE_HEAD_BYTES = 1024
"""Bytes by which a file is identified."""
_MAX_LINE_BYTES = 64 << 10

_COMPRESSED = (b"\xfd7zXZ", b"BZh", b"\x28\xb5\x2f\xfd", b"PK\x03\x04")
"""How files begin that are not read: xz, bzip2, zstd, zip."""

_LEAP_SECOND = 60
_LAST_OFFSET = timedelta(hours=14)
"""Of all time zones."""
_STATION_OFFSET = timedelta(hours=8)
_MONTHS = {name: n for n, name in enumerate(b"Jan Feb Mar Apr May Jun Jul Aug Sep Oct Nov Dec".split(), 1)}


class _LogSummary(Value, frozen=True):
    """Result of one file."""

    path: str
    lines: int
    pages: int
    """Requests of counted pages, before filtering."""
    counted: int
    live: int
    """Skipped: a service was counting then."""
    complete: bool
    """False for a truncated compressed file."""
    unreadable: int = 0
    """Requests of pages that could not be read: an impossible time, another format."""
    first_unreadable: int = 0
    """The first such line, counted from where reading began."""


class LogReader:
    """Reads log files into a store."""

    def __init__(self, store: Store, pages: Catalogue, rules: Rules, at: str) -> None:
        self._store = store
        self._rules = rules
        self._at = at
        self._pages = _by_path(pages)
        self._candidates = _candidates(self._pages)
        self._covered = LiveTimes(store.spans())
        self._robots = Robots()
        self._repeats = RepeatReads(rules)
        self._readers = Readers(secrets.token_bytes(SALT_BYTES))
        self._service = "log-" + secrets.token_hex(6)
        self._number = 0
        self._minutes: dict[tuple[bytes, bytes], tuple[str, str, int]] = {}

    def read(self, path: Path) -> _LogSummary:
        """Count the new lines of a file. Raises `HitsError`."""
        try:
            with closing(_open(path)) as file:
                return self._read(path, file)
        except OSError as error:
            raise HitsError(
                N_("the log cannot be read: {reason}."), path=path, reason=error.strerror or error
            ) from None

    def _read(self, path: Path, file: BufferedReader) -> _LogSummary:
        """Count what follows the position.

        What precedes it is gone through again: who read then may have clicked twice, or twelve times that day, and
        nothing about readers is kept from one run to the next.
        """
        position = self._position(path, file)
        tally = _Tally()
        offset, rest, complete, since = 0, b"", True, 0
        while True:
            try:
                data = file.read1(_CHUNK_BYTES)  # also what precedes a truncated end
            except (EOFError, zlib.error):
                data, complete = b"", False
            text = rest + data
            end = text.rfind(b"\n") + 1  # an incomplete last line is read next time
            known = min(end, max(0, position.offset - offset))
            self._count(text, 0, known, _Tally())
            self._count(text, known, end, tally)
            offset, since, rest = offset + end, since + end - known, text[end:]
            if len(rest) > _MAX_LINE_BYTES:
                offset, rest = offset + len(rest), b""
            if since and (not data or since >= _COMMIT_BYTES):
                self._commit(tally, msgspec.structs.replace(position, offset=offset))
                since = 0
            if not data:
                return tally.summary(path, complete=complete)

    # ── lines

    def _count(self, text: bytes, start: int, end: int, tally: _Tally) -> None:
        """Count the lines from start to end; most are pictures and styles, which a quick search skips."""
        if start == end:
            return
        pages, line_end = self._pages, -1
        for found in self._candidates.finditer(text, start, end):
            page = pages.get(found[1])
            if page is None and b"%" in found[1]:
                page = pages.get(_decoded_path(found[1]))
            if page is None:
                continue
            if found.start() > line_end:
                begin = text.rfind(b"\n", 0, found.start()) + 1
                line = _PLAIN_LINE.match(text, begin) or _LOG_LINE.match(text, begin)
                line_end = text.find(b"\n", found.end())
                if not line and not _ANY_LINE.match(text, begin):
                    tally.cannot_read(text, start, begin)
            if line and line.start(5) == found.start(1):
                minute, before = (line[2], line[4]), tally.counted
                if not self._count_hit(page, line[1], minute, int(line[3]), line[6], tally):
                    tally.cannot_read(text, start, begin)
                elif tally.counted > before and (query := _SOURCE.match(text, line.end(5))):
                    tally.add(_SOURCE_KEYS[query[1]], self._minutes[minute][1])
        tally.lines += text.count(b"\n", start, end)

    def _count_hit(
        self, page: str, client: bytes, minute: tuple[bytes, bytes], second: int, agent: bytes, tally: _Tally
    ) -> bool:
        """Count a reading, unless it is a robot's or a repeat; False for a time that there is not."""
        found = self._minutes.get(minute)
        if found is None:
            if len(self._minutes) > 2_000:
                self._minutes.clear()
            found = self._minutes[minute] = _minute(*minute)
        day, hour, start = found
        if not hour or second > _LEAP_SECOND:
            return False
        now = start + second
        tally.pages += 1
        is_live = self._covered.covers(now)
        tally.live += is_live
        if agent == b"-" or agent in self._robots:
            return True
        parsed = parse_address(client.decode("latin-1"))
        reader = self._readers.reader(parsed[0] if parsed else client, agent, (page + day).encode())
        if self._repeats.is_new(int.from_bytes(reader), now) and not is_live:
            tally.counted += 1
            tally.add(page, hour)
        return True

    def _commit(self, tally: _Tally, position: LogPosition) -> None:
        days: dict[tuple[str, str], int] = {}
        for (page, hour), n in tally.sums.items():
            days[page, hour[:10]] = days.get((page, hour[:10]), 0) + n
        self._number += 1
        name = f"{position.head}:{position.length}"
        self._store.commit(
            Batch(
                self._service,
                self._number,
                at=self._at,
                add=tuple(Count(page, day, "log", n) for (page, day), n in days.items()),
                hours=tuple(Hour(page, hour, n) for (page, hour), n in tally.sums.items()),
                records=(StoredRecord("log", name, msgspec.json.encode(position).decode()),),
            )
        )
        tally.sums.clear()

    # ── positions

    def _position(self, path: Path, file: BufferedReader) -> LogPosition:
        """Where to resume: at the furthest position stored for a file with this head; at the start for a new one."""
        head = _head(file)
        if head.startswith(_COMPRESSED):
            raise HitsError(N_("this is a compressed file other than gzip: decompress it first."), path=path)
        known = [msgspec.json.decode(text, type=LogPosition) for text in self._store.records("log").values()]
        same = [p for p in known if _is_identified(p) and p.length <= len(head) and p.head == _hash(head[: p.length])]
        size = path.stat().st_size if path.suffix != ".gz" else None
        best = max(same, key=lambda p: p.offset, default=None)
        if best is None or (size is not None and best.offset > size):
            self._check_format(path, file)
            length = len(head) if len(head) == _FILE_HEAD_BYTES else head.rfind(b"\n") + 1  # whole lines
            return LogPosition(_hash(head[:length]), length, 0)
        return best

    @staticmethod
    def _check_format(path: Path, file: BufferedReader) -> None:
        """Raises `HitsError` when no line among the first is in a format that is read."""
        lines = list(islice(_lines(file), _PROBED_LINES))
        file.seek(0)
        whole = [line for line in lines if line.endswith(b"\n")]
        if whole and not any(map(_ANY_LINE.match, whole)):
            raise HitsError(
                N_(
                    "no line is in the “combined” format, such as: {line}. "
                    "Set it in the server's configuration (nginx: access_log … combined; Apache: CustomLog … combined)."
                ),
                path=path,
                line=whole[0][:80].decode("utf-8", "replace").rstrip(),
            )


def _is_identified(position: LogPosition) -> bool:
    """Versions before stored a position for an empty file, which is the beginning of every file."""
    return position.length > 0


def _head(file: BufferedReader) -> bytes:
    """Of a truncated file what can be read."""
    head = b""
    with suppress(EOFError, zlib.error):
        while len(head) < _FILE_HEAD_BYTES and (more := file.read1(_FILE_HEAD_BYTES - len(head))):
            head += more
    file.seek(0)
    return head


def _lines(file: BufferedReader) -> Iterator[bytes]:
    with suppress(EOFError, zlib.error):
        while line := file.readline(_MAX_LINE_BYTES):
            yield line


class _Tally:
    """Counts of a file since the last commit, and its totals."""

    def __init__(self) -> None:
        self.lines = self.pages = self.counted = self.live = 0
        self.unreadable = self.first_unreadable = 0
        self.sums: dict[tuple[str, str], int] = {}

    def add(self, key: str, hour: str) -> None:
        self.sums[key, hour] = self.sums.get((key, hour), 0) + 1

    def cannot_read(self, text: bytes, start: int, begin: int) -> None:
        """Note a line that begins there; reading of the text began at start."""
        self.unreadable += 1
        self.first_unreadable = self.first_unreadable or self.lines + text.count(b"\n", start, begin) + 1

    def summary(self, path: Path, *, complete: bool) -> _LogSummary:
        return _LogSummary(
            str(path),
            self.lines,
            self.pages,
            self.counted,
            self.live,
            complete,
            self.unreadable,
            self.first_unreadable,
        )


def _by_path(pages: Catalogue) -> dict[bytes, str]:
    """Paths as in a log → keys."""
    found = {}
    for path, key in addresses(pages).items():
        for form in (path, f"{path}index.html") if path.endswith("/") else (path,):
            found[f"/{form}".encode()] = key
    return found


def _candidates(pages: Iterable[bytes]) -> re.Pattern[bytes]:
    """Match requests that may be of a page: those below a folder that holds pages, however its name is encoded.

    An encoded name begins with “%”, or as the name itself does.
    """
    rests: dict[bytes, list[bytes]] = {}
    for folder in sorted({page.split(b"/", 2)[1] for page in pages}) or [b"\n"]:
        rests.setdefault(re.escape(folder[:1]), []).append(re.escape(folder[1:]))
    names = b"|".join(rb'%s(?:%s|[^/ "?\n%%]*+%%)' % (first, b"|".join(rest)) for first, rest in rests.items())
    return re.compile(rb'"GET (?:|' + _ADDRESS + rb')(/(?:%%|%s)[^ "?\n]*+)' % names)


def _decoded_path(target: bytes) -> bytes:
    return b"/" + normalize_address(target.decode("ascii", "replace")).encode()


def _minute(text: bytes, zone: bytes) -> tuple[str, str, int]:
    """``26/Nov/2026:01:02``, ``+0000`` → the station's day and hour, and the minute's first second since 1970 there.

    They are empty for a time that there is not.
    """
    try:
        moment = (
            datetime(int(text[7:11]), _MONTHS[text[3:6]], int(text[:2]), int(text[12:14]), int(text[15:17]))
            - _offset(zone)
            + _STATION_OFFSET
        )
    except (KeyError, ValueError, OverflowError):
        return "", "", 0
    return f" {moment:%Y-%m-%d}", f"{moment:%Y-%m-%dT%H}", int((moment - datetime(1970, 1, 1)).total_seconds())


def _offset(zone: bytes) -> timedelta:
    """Raises `ValueError`."""
    offset = timedelta(hours=int(zone[1:3]), minutes=int(zone[3:5]))
    if offset > _LAST_OFFSET or int(zone[3:5]) > 59:
        raise ValueError(zone)
    return -offset if zone[:1] == b"-" else offset


def _open(path: Path) -> BufferedReader:
    file = path.open("rb")
    if file.read(2) == b"\x1f\x8b":
        file.close()
        return cast(BufferedReader, gzip.open(path, "rb"))
    file.seek(0)
    return file


def _hash(data: bytes) -> str:
    return blake2b(data, digest_size=12).hexdigest()


def oldest_first(paths: Iterable[Path]) -> Iterator[Path]:
    """Oldest first, as rotation names them: ``access.log.3.gz``, ``access.log.2``, ``access.log``; else by name."""

    def age(path: Path) -> tuple[int, str]:
        number = re.search(r"\.(\d+)(?:\.gz)?$", path.name)
        return (-int(number[1]) if number else 0, str(path))

    return iter(sorted(paths, key=age))
