"""Access logs: the forms in which servers write them, and what comes of rotation."""

from __future__ import annotations

import bz2
import gzip
import lzma
import time
from collections import Counter
from collections.abc import Callable
from hashlib import blake2b
from pathlib import Path

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from bulletin.core.errors import HitsError
from bulletin.core.keys import Key, KeyList
from bulletin.hits import logs
from bulletin.hits.catalogue import catalogue
from bulletin.hits.logs import LogReader
from bulletin.hits.rules import Rules
from bulletin.hits.stores.base import Batch, StoredRecord
from bulletin.hits.stores.opening import open_store
from bulletin.hits.stores.sqlite import SqliteStore
from tests.hits.agents import BROWSERS

ISSUE = "issue:2014002"
PAGES = catalogue(KeyList("https://jzz.example.cn/", (Key(ISSUE, "issues/2014002/", "甲", "2014002", "2015-04-10"),)))
AGENT = BROWSERS[0]


def entry(
    at: str = "26/Nov/2026:10:00:05 +0800",
    client: str = "203.0.113.9",
    target: str = "/issues/2014002/",
    referer: str = "-",
    user: str = "- -",
) -> str:
    return f'{client} {user} [{at}] "GET {target} HTTP/1.1" 200 512 "{referer}" "{AGENT}"\n'


def counted(folder: Path, *texts: str) -> dict[str, int]:
    """Read files with these contents in turn, each by a run of its own, into one store."""
    for number, text in enumerate(texts):
        path = folder / f"{number}.log"
        path.write_text(text)
        read(folder, path)
    return totals(folder)


def read(folder: Path, path: Path) -> str:
    """Lines, readings, counted, unreadable, of a run of its own."""
    with_store = open_store(f"sqlite:///{folder}/hits.db")
    try:
        found = LogReader(with_store, PAGES, Rules(readers=64), "2026-11-28T09:00:00").read(path)
        return f"{found.lines} {found.pages} {found.counted} {found.unreadable}"
    finally:
        with_store.close()


def totals(folder: Path) -> dict[str, int]:
    store = open_store(f"sqlite:///{folder}/hits.db")
    try:
        sums: Counter[str] = Counter()
        for count in store.counts():
            sums[count.day] += 0 if count.page.startswith("from:") else count.n
        return dict(sums)
    finally:
        store.close()


@pytest.mark.parametrize(
    "line",
    [
        entry(referer=r"http://x/\"y"),
        entry(target="http://jzz.example.cn/issues/2014002/"),
        entry(target="/%69ssues/2014002/"),
        entry(target="/i%73sues/2014002/"),
        entry(target="/issues%2F2014002/"),
        entry(target="http://h/issue%73/2014002/"),
        entry(target="/issues/2014002/index.html?from=wx"),
        entry(target="HTTPS://jzz.example.cn:443/issues/2014002/"),
        entry(client="jzz.example.cn:443 203.0.113.9"),
        entry(user="- [张 三]"),
        entry(client="2001:db8::7"),
        entry(user="- 张 三"),
        entry(target=r"/issues/2014002/?q=\"x\""),
    ],
)
def test_every_form_of_a_reading_counts(tmp_path: Path, line: str) -> None:
    assert counted(tmp_path, line) == {"2026-11-26": 1}


_PARTS = st.sampled_from(
    ("a", "b.c", "1.2", ":", "443", " ", "-", "/", "?", "%", "[", "]", '"', "\\", '\\"', "http://h", "é")
)
_FIELDS = st.lists(_PARTS, max_size=6).map("".join)


@given(client=_FIELDS, user=_FIELDS, target=_FIELDS, referer=_FIELDS)
@example(client="203.0.113.9", user="- -", target="/issues/2014002/", referer="-")
@example(client="a:1 1.2", user="- -", target="/a", referer="-")
@settings(max_examples=300, deadline=None)
def test_the_usual_form_is_read_as_every_other(client: str, user: str, target: str, referer: str) -> None:
    line = entry(client=client, user=user, target=target, referer=referer).encode()
    plain, whole = logs._PLAIN_LINE.match(line), logs._LOG_LINE.match(line)
    assert plain is None or (whole is not None and plain.groups() == whole.groups())


def test_readers_behind_a_named_host_are_told_apart(tmp_path: Path) -> None:
    lines = [entry(client=f"jzz.example.cn:443 203.0.113.{n}") for n in (1, 2, 2)]
    lines += [entry(client=f"jzz.example.cn {address}") for address in ("203.0.113.3", "2001:db8::7", "2001:db8::7")]
    assert counted(tmp_path, "".join(lines)) == {"2026-11-26": 4}


def test_the_editions_that_readers_came_from(tmp_path: Path) -> None:
    queries = ("?from=qr", "?a=1&from=qr&b=2", "?from=wx", "?from=evil", "?xfrom=pdf", "?from=pdfs", "")
    lines = [entry(client=f"203.0.113.{n}", target=f"/issues/2014002/{q}") for n, q in enumerate(queries)]
    (tmp_path / "0.log").write_text("".join(lines) + lines[0])
    assert read(tmp_path, tmp_path / "0.log") == "8 8 7 0"
    store = open_store(f"sqlite:///{tmp_path}/hits.db")
    found = {count.page: count.n for count in store.counts()}
    store.close()
    assert found == {ISSUE: 7, "from:qr": 2, "from:wx": 1}


def test_an_impossible_time_is_said_and_counts_nothing(tmp_path: Path) -> None:
    wrong = (
        "99/Foo/2026:10:00:05 +0800",
        "30/Feb/2026:10:00:05 +0800",
        "26/Nov/2026:24:00:00 +0800",
        "26/Nov/2026:10:00:99 +0800",
        "26/Nov/2026:10:00:05 +9900",
        "26/Nov/2026:10:00:05 +0860",
    )
    (tmp_path / "a.log").write_text(entry() + "".join(map(entry, wrong)))
    store = open_store(f"sqlite:///{tmp_path}/hits.db")
    found = LogReader(store, PAGES, Rules(readers=64), "").read(tmp_path / "a.log")
    assert (found.counted, found.unreadable, found.first_unreadable) == (1, len(wrong), 2)
    assert totals(tmp_path) == {"2026-11-26": 1}
    store.close()


@pytest.mark.parametrize(
    "text",
    [
        '203.0.113.9 - - [26/Nov/2026:10:00:05 +0800] "GET /issues/2014002/ HTTP/1.1" 200 9\n',
        '{"time": "2026-11-26", "path": "/issues/2014002/"}\n' * 2_000,
        "#Fields: date time cs-uri-stem\n2026-11-26 10:00:05 /issues/2014002/\n",
    ],
)
def test_an_unknown_format_is_said(tmp_path: Path, text: str) -> None:
    with pytest.raises(HitsError, match="combined"):
        counted(tmp_path, text)
    assert totals(tmp_path) == {}


def test_a_line_that_cannot_be_read_is_said_once(tmp_path: Path) -> None:
    (tmp_path / "a.log").write_text(entry() + 'x "GET /issues/2014002/ "GET /issues/2014002/ \n')
    assert read(tmp_path, tmp_path / "a.log") == "2 1 1 1"


_QUOTED_REQUEST = r"\"GET /issues/2014002/ "


@pytest.mark.parametrize(
    "line",
    [
        entry(referer=_QUOTED_REQUEST * 700),
        entry(user="- " + _QUOTED_REQUEST * 700),
        entry().replace("\n", f' "{_QUOTED_REQUEST * 700}"\n'),
        entry(target="/" + "a" * 16_000, referer=_QUOTED_REQUEST).replace('" 200', '" 404'),
        entry(target="/issues/" + "%2e/" * 4_000),
        entry(target='http://"GET ' * 1_300),
    ],
)
def test_a_long_line_is_read_in_time_that_grows_with_its_length(tmp_path: Path, line: str) -> None:
    (tmp_path / "a.log").write_text(entry(client="203.0.113.7") + line * 50)
    began = time.process_time()
    read(tmp_path, tmp_path / "a.log")
    assert time.process_time() - began < 2


@pytest.mark.parametrize("compress", [bz2.compress, lzma.compress])
def test_a_file_that_another_program_compressed_is_said(tmp_path: Path, compress: Callable[[bytes], bytes]) -> None:
    (tmp_path / "a.log").write_bytes(compress(entry().encode()))
    with pytest.raises(HitsError, match="decompress it first"):
        read(tmp_path, tmp_path / "a.log")


@pytest.mark.parametrize("data", [b"\x1f\x8bnothing", gzip.compress(entry().encode())[:-9]])
def test_a_compressed_file_of_which_little_is_there_gives_that(tmp_path: Path, data: bytes) -> None:
    (tmp_path / "a.gz").write_bytes(data)
    assert read(tmp_path, tmp_path / "a.gz") in ("0 0 0 0", "1 1 1 0")


@pytest.mark.parametrize("begin", ["", "203.0.113.9 - - [26"])
def test_an_empty_log_or_a_part_of_a_line_is_the_beginning_of_no_other(tmp_path: Path, begin: str) -> None:
    log = "".join(entry(f"26/Nov/2026:{hour:02}:00:05 +0800") for hour in range(12))
    assert counted(tmp_path, begin, log, "") == {"2026-11-26": 12}


def test_a_store_that_knows_an_empty_log_heals(tmp_path: Path) -> None:
    """As the version before left it: 400 bytes into every file."""
    store = open_store(f"sqlite:///{tmp_path}/hits.db")
    value = f'{{"head":"{blake2b(b"", digest_size=12).hexdigest()}","length":0,"offset":400}}'
    record = StoredRecord("log", "x:0", value)
    store.commit(Batch("x", 1, records=(record,)))
    store.close()
    assert counted(tmp_path, entry() * 20) == {"2026-11-26": 1}


def test_a_double_click_counts_once_though_two_runs_read_it(tmp_path: Path) -> None:
    first, second = entry(), entry("26/Nov/2026:10:00:20 +0800")
    assert counted(tmp_path, first, first + second) == {"2026-11-26": 1}


@pytest.mark.parametrize("back", ["26/Nov/2026:10:00:04 +0800", "26/Nov/2026:09:59:50 +0800"])
def test_lines_out_of_order_are_no_other_readers(tmp_path: Path, back: str) -> None:
    assert counted(tmp_path, entry() + entry(back) + entry("26/Nov/2026:10:00:10 +0800")) == {"2026-11-26": 1}


def test_lines_out_of_order_at_midnight(tmp_path: Path) -> None:
    times = ("26/Nov/2026:23:59:58", "27/Nov/2026:00:00:00", "26/Nov/2026:23:59:59", "27/Nov/2026:00:00:01")
    assert counted(tmp_path, "".join(entry(f"{at} +0800") for at in times)) == {"2026-11-26": 1, "2026-11-27": 1}


# ── rotation

_READINGS = st.lists(st.tuples(st.integers(0, 2), st.sampled_from((1, 7, 29, 31, 400, 3000))), min_size=1, max_size=40)
_STEPS = st.lists(st.sampled_from(("write", "part", "rename", "truncate", "gz", "read", "read", "killed")), max_size=25)


class _Server:
    """Writes a log and rotates it, keeping two old ones."""

    def __init__(self, folder: Path, lines: list[str]) -> None:
        self.log = folder / "access.log"
        self.log.write_text("")
        self._waiting = lines
        self._open = ""
        """The end of a line of which a part is written."""

    def write(self, *, part: bool = False) -> None:
        text, self._open = self._open, ""
        for line in self._waiting[:3]:
            text += line
        del self._waiting[:3]
        if part and text:
            cut = len(text) - 30
            text, self._open = text[:cut], text[cut:]
        with self.log.open("a") as file:
            file.write(text)

    def rotate(self, step: str) -> None:
        """The server ends its line before it opens another file."""
        self.write()
        old, older = self.log.with_name("access.log.1"), self.log.with_name("access.log.2.gz")
        if step == "gz" and old.exists():
            older.write_bytes(gzip.compress(old.read_bytes()))
            old.unlink()
        elif step == "truncate" and not old.exists():
            old.write_bytes(self.log.read_bytes())
            self.log.write_text("")
        elif step == "rename" and not old.exists():
            self.log.rename(old)
            self.log.write_text("")


def _read_all(folder: Path, *, killed: bool) -> None:
    """All files, the oldest first; a killed run ends before its second file's commit."""
    store = open_store(f"sqlite:///{folder}/hits.db")
    assert isinstance(store, SqliteStore)
    reader = LogReader(store, PAGES, Rules(readers=64), "2026-11-28T09:00:00")
    commits = 0

    class Killed(Exception):
        pass

    commit = store.commit

    def kill(batch: Batch) -> object:
        nonlocal commits
        commits += 1
        if killed and commits == 2:
            raise Killed
        return commit(batch)

    store.commit = kill  # type: ignore[method-assign, assignment]
    try:
        for name in ("access.log.2.gz", "access.log.1", "access.log"):
            if (folder / name).exists():
                reader.read(folder / name)
    except Killed:
        pass
    finally:
        store.close()


@given(readings=_READINGS, steps=_STEPS)
@example(readings=[(0, 1)] * 6, steps=["write", "read", "rename", "read", "write", "gz", "read"])
@settings(max_examples=60, suppress_health_check=[HealthCheck.too_slow], deadline=None)
def test_rotation_counts_what_one_pass_counts(
    readings: list[tuple[int, int]], steps: list[str], tmp_path_factory: pytest.TempPathFactory
) -> None:
    lines, now = [], 8 * 3600
    for reader, later in readings:
        now += later
        minute, second = divmod(now, 60)
        hour, minute = divmod(minute, 60)
        day, hour = divmod(hour, 24)
        lines.append(entry(f"{26 + day}/Nov/2026:{hour:02}:{minute:02}:{second:02} +0800", f"203.0.113.{reader}"))
    clean, rotated = tmp_path_factory.mktemp("clean"), tmp_path_factory.mktemp("rotated")
    once = counted(clean, "".join(lines))
    server = _Server(rotated, list(lines))
    for step in steps:
        if step in ("write", "part"):
            server.write(part=step == "part")
        elif step in ("read", "killed"):
            _read_all(rotated, killed=step == "killed")
        elif not rotated.joinpath("access.log.2.gz").exists():  # what is older than that would be lost to any reader
            server.rotate(step)
    for _ in range(len(lines)):
        server.write()
    _read_all(rotated, killed=False)
    assert totals(rotated) == once
