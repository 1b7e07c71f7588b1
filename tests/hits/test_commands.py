"""`bulletin hits …`, as the person at the keyboard meets it."""

from __future__ import annotations

import csv
import gzip
import io
import json
import shutil
import subprocess
import sys
import tracemalloc
from collections.abc import Iterator
from pathlib import Path

import pytest

from bulletin.core.keys import Key, KeyList, write_keys
from bulletin.hits import doctor, exchange
from bulletin.hits.catalogue import catalogue
from bulletin.hits.stores.base import Batch, Count, Hour, StoredRecord, StoreError
from bulletin.hits.stores.opening import open_store
from bulletin.hits.stores.sqlite import SqliteStore
from tests.conftest import NOW, write_files
from tests.hits.agents import BROWSERS, ROBOTS
from tests.hits.conftest import KEYS
from tests.test_cli import Run, run  # noqa: F401 - a fixture

ISSUE, ARTICLE = "issue:2014002", "article:2014002/zijin"


@pytest.fixture
def place(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder with a list of keys, in which the commands are run."""
    (tmp_path / "content").mkdir()
    (tmp_path / "content/station.yml").write_text("name: 甲\n", "utf-8")
    (tmp_path / "site").mkdir()
    (page, other) = KEYS.keys
    free = Key(page.key, page.path, page.title, page.number, page.date)
    (tmp_path / "site/hits-keys.json").write_bytes(write_keys(KeyList(KEYS.url, (free, other))))
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("BULLETIN_HITS_STORE", raising=False)
    return tmp_path


URL = "sqlite:///hits.db"


def fill(url: str = URL) -> None:
    store = open_store(url)
    store.commit(
        Batch(
            "live",
            1,
            at="2026-11-26T10:00:00",
            began="2026-11-26T09:00:00",
            add=(Count(ISSUE, "2026-11-26", "live", 9), Count(ARTICLE, "2026-10-01", "log", 4)),
            put=(Count(ISSUE, "", "carried", 5530),),
            hours=(Hour(ISSUE, "2026-11-26T09", 9),),
            records=(StoredRecord("figure", "today", '{"count":23,"date":"2026-11-26"}'),),
        )
    )
    store.close()


# ── in


@pytest.mark.parametrize(
    "text",
    [
        "页面,点击\n2014002,5530\nhttps://jzz.example.cn/issues/2014002/zijin/,12\n",
        "issue:2014002\t5530\narticle:2014002/zijin\t12\n",
        '/issues/2014002/index.html;"5,530"\r\n\r\nissues/2014002/zijin;12',
    ],
)
@pytest.mark.parametrize("encoding", ["utf-8-sig", "gb18030"])
def test_a_list_is_taken_over_once(run: Run, place: Path, text: str, encoding: str) -> None:  # noqa: F811
    (place / "old.csv").write_bytes(text.encode(encoding))
    shown = f"{ISSUE}: 0 → 5530\n{ARTICLE}: 0 → 12\n"
    unchanged = "2 pages, 2 counts to change. Nothing was changed yet: repeat it with --apply.\n"
    assert run("hits", "import", "old.csv") == (0, shown + unchanged, "")
    assert list(open_store(URL).counts()) == []
    assert run("hits", "import", "old.csv", "--apply") == (0, shown + "2 pages, 2 counts changed.\n", "")
    assert run("hits", "import", "old.csv", "--apply") == (0, "2 pages, 0 counts changed.\n", "")
    store = open_store(URL)
    assert list(store.counts()) == [Count(ARTICLE, "", "carried", 12), Count(ISSUE, "", "carried", 5530)]


def test_a_carried_over_count_is_never_mixed_with_a_counted_one(run: Run, place: Path) -> None:  # noqa: F811
    fill()
    (place / "old.csv").write_text("2014002,6000\n")
    assert run("hits", "import", "old.csv", "--apply").code == 0
    assert open_store(URL).totals()[ISSUE] == 6009


def test_lines_that_cannot_be_used_are_named(run: Run, place: Path) -> None:  # noqa: F811
    (place / "site/hits-keys.json").write_bytes(write_keys(KEYS))
    (place / "old.csv").write_text("page,count\nnowhere,1\n2014002,many\n2014002,1\n2014002,5530\n", "utf-8")
    said = run("hits", "import", "old.csv", "--apply")
    assert said.code == 1
    assert [line.split(" ")[0] for line in said.err.splitlines()] == ["old.csv:2:", "old.csv:3:", "old.csv:4:"]
    assert said.out == f"{ISSUE}: 0 → 5530\n1 pages, 1 counts changed.\n"


@pytest.mark.usefixtures("place")
@pytest.mark.parametrize("text", ["", "页面,点击\n", "\0\1\n"])
def test_a_list_without_a_count_is_said(run: Run, text: str) -> None:  # noqa: F811
    Path("old.csv").write_text(text, "utf-8")
    said = run("hits", "import", "old.csv")
    assert (said.code, "old.csv: no line has a page and a count." in said.err) == (2, True), said


# ── out, and into another store


@pytest.mark.usefixtures("place")
@pytest.mark.parametrize("form", ["csv", "json"])
def test_an_export_gives_the_same_counts_elsewhere(run: Run, form: str) -> None:  # noqa: F811
    fill()
    assert run("hits", "export", "--format", form, "--out", f"hits.{form}").code == 0
    other = ("--store", "sqlite:///other.db")
    assert run("hits", "import", f"hits.{form}", "--apply", *other).out == "The counts are taken over.\n"
    assert run("hits", "import", f"hits.{form}", "--apply", *other).out.startswith("These counts are there already")
    assert run("hits", "export", "--format", "csv", *other).out == run("hits", "export", "--format", "csv").out
    first, second = open_store(URL), open_store("sqlite:///other.db")
    assert second.totals() == first.totals()
    assert form == "csv" or list(second.hours()) == list(first.hours())
    assert form == "csv" or (second.spans(), second.records("figure")) == (first.spans(), first.records("figure"))
    run("hits", "adjust", "2014002", "+1", "--because", "x", *other)
    assert run("hits", "export", "--format", form, "--out", f"more.{form}", *other).code == 0
    assert run("hits", "import", f"more.{form}").code == 2, "a store with other counts is left alone"


def test_a_spreadsheet_finds_no_formula(run: Run, place: Path) -> None:  # noqa: F811
    title = '=HYPERLINK("http://evil.example.com")'
    key = Key("issue:1", "issues/1/", title, "+1", "2015-01-01")
    (place / "site/hits-keys.json").write_bytes(write_keys(KeyList("", (key,))))
    store = open_store(URL)
    store.commit(Batch("s", 1, add=(Count("issue:1", "2026-01-01", "live", 1), Count("@x", "2026-01-01", "live", 1))))
    for out in (run("hits", "export").out, run("hits", "top", "--format", "csv").out):
        cells = [cell for row in csv.reader(io.StringIO(out)) for cell in row]
        assert not [cell for cell in cells if cell[:1] in "=+@-\t\r" and cell]
    assert run("hits", "export", "--out", "out.csv").code == 0
    run("hits", "import", "out.csv", "--apply", "--store", "sqlite:///other.db")
    assert open_store("sqlite:///other.db").totals() == {"issue:1": 1, "@x": 1}


@pytest.mark.parametrize("count", ["1e+23", "1" + "0" * 30, "-1" + "0" * 13])
def test_a_count_that_no_store_holds_is_refused(run: Run, place: Path, count: str) -> None:  # noqa: F811
    (place / "a.json").write_text(
        f'{{"counts": [["a", "2026-01-01", "live", {count}]], "hours": [], "records": [], "spans": []}}'
    )
    (place / "b.csv").write_text(f"key,number,title,day,origin,count\na,,,2026-01-01,live,{count}\n")
    for name in ("a.json", "b.csv"):
        said = run("hits", "import", name, "--apply")
        assert (said.code, "this is no export" in said.err) == (2, True), said
    assert list(open_store(URL).counts()) == []


@pytest.mark.parametrize(
    ("part", "row"),
    [
        ("counts", ["a", "2026-13-01", "live", 1]),
        ("counts", ["a", "2026/1/5", "live", 1]),
        ("counts", ["", "2026-01-05", "live", 1]),
        ("counts", ["a\0b", "2026-01-05", "live", 1]),
        ("hours", ["a", "2026-01-05T25", 1]),
        ("hours", ["a", "2026-01-05", 1]),
        ("records", ["figure", "today", "many"]),
        ("records", ["figure", "today", '{"count": 1, "date": "x"}']),
        ("records", ["log", "x", "{}"]),
        ("records", ["note", "x", "y"]),
        ("records", ["store", "station", '"other.example.cn"']),
        ("spans", ["s", 1, "x", "y"]),
        ("spans", ["s", 1, "2026-01-05T09:00:00+08:00", "2026-01-05T10:00:00+08:00"]),
        ("spans", ["s", 10**30, "2026-01-05T09:00:00", "2026-01-05T10:00:00"]),
    ],
)
def test_a_row_that_would_break_what_reads_it_is_refused(run: Run, place: Path, part: str, row: list[object]) -> None:  # noqa: F811
    rows: dict[str, list[list[object]]] = {"counts": [], "hours": [], "records": [], "spans": []} | {part: [row]}
    (place / "a.json").write_text(json.dumps(rows))
    said = run("hits", "import", "a.json", "--apply")
    assert (said.code, "a.json: this is no export" in said.err) == (2, True), said
    assert list(open_store(URL).counts()) == []


_CSV = "key,number,title,day,origin,count\n"


@pytest.mark.usefixtures("place")
@pytest.mark.parametrize(
    "text",
    [
        _CSV + "a,1,甲,2026/1/5,live,5\na,1,甲,2026/11/26,live,6\n,,,,,\n\n",
        (_CSV + "a,1,甲,2026-01-05,live,5\na,1,甲,2026-11-26,live,6\n").replace(",", ";"),
        (_CSV + "a,1,甲,2026-01-05,live,5\na,1,甲,2026-11-26,live,6\n").replace(",", "\t"),
    ],
)
def test_an_export_that_a_spreadsheet_has_saved_is_read(run: Run, text: str) -> None:  # noqa: F811
    Path("a.csv").write_text(text, "gb18030")
    assert run("hits", "import", "a.csv", "--apply").code == 0
    counts = [(count.day, count.n) for count in open_store(URL).counts()]
    assert counts == [("2026-01-05", 5), ("2026-11-26", 6)]


@pytest.mark.usefixtures("place")
@pytest.mark.parametrize("rows", ["a,1,x,2026-01-05,live,5\n" * 2, 'a,1,x,2026-01-05,live,5\n"' + "x" * 200_000])
def test_an_export_with_a_row_twice_or_without_end_is_refused(run: Run, rows: str) -> None:  # noqa: F811
    Path("a.csv").write_text(_CSV + rows)
    assert "no export" in run("hits", "import", "a.csv", "--apply").err


@pytest.mark.usefixtures("place")
def test_a_day_that_there_is_not_is_named_and_breaks_no_report(run: Run) -> None:  # noqa: F811
    store = open_store(URL)
    store.commit(Batch("s", 1, add=(Count(ISSUE, "2026-13-01", "live", 2), Count(ISSUE, "2026-11-26", "live", 3))))
    store.close()
    assert run("hits", "report", "2026.html", "--year", "2026").code == 0
    assert f"✗ the store is damaged: {ISSUE}, 2026-13-01." in run("hits", "doctor").out


@pytest.mark.usefixtures("place")
def test_a_second_export_is_not_added(run: Run) -> None:  # noqa: F811
    fill()
    run("hits", "export", "--format", "json", "--out", "first.json")
    other = ("--store", "sqlite:///other.db")
    assert run("hits", "import", "first.json", "--apply", *other).code == 0
    before = open_store("sqlite:///other.db").totals()
    run("hits", "adjust", "2014002", "+1", "--because", "x")
    run("hits", "export", "--format", "json", "--out", "second.json")
    said = run("hits", "import", "second.json", "--apply", *other)
    assert (said.code, "there are other counts in this store already" in said.err) == (2, True)
    assert open_store("sqlite:///other.db").totals() == before


def test_a_damaged_export_is_refused(run: Run, place: Path) -> None:  # noqa: F811
    (place / "a.json").write_text('{"counts": 1}')
    (place / "b.csv").write_text("key,number,title,day,origin,count\na,,,2026-01-01,stolen,1\n")
    (place / "deep.json").write_text('{"x":' + "[" * 100_000)
    for name in ("a.json", "deep.json"):
        assert "no export" in run("hits", "import", name).err
    assert "b.csv:2: this is no export" in run("hits", "import", "b.csv").err


@pytest.mark.usefixtures("place")
def test_everything_moves(run: Run) -> None:  # noqa: F811
    fill()
    run("hits", "adjust", "2014002", "-2", "--because", "测试")
    said = run("hits", "move", URL, "sqlite:///new.db")
    assert (said.code, said.out) == (0, "Carried over: 2 pages, 5541 hits.\n")
    for read in ("counts", "hours", "spans"):
        assert tuple(getattr(open_store("sqlite:///new.db"), read)()) == tuple(getattr(open_store(URL), read)())
    service = open_store(URL, exclusive=True)
    assert "another service" in run("hits", "move", URL, "sqlite:///third.db").err
    service.close()


# ── figures


def test_an_export_is_never_whole_in_memory(tmp_path: Path) -> None:
    """A store of some 20 MB, with groups that the service has not spread yet."""
    store = open_store(f"sqlite:///{tmp_path}/counts.db", exclusive=True)
    for day in range(100):
        sums = {f"article:2026{page:03}/{'x' * 40}": page + 1 for page in range(1_000)}
        at = f"2026-{day // 28 + 1:02}-{day % 28 + 1:02}"
        store.commit(Batch("s", day + 1, at=at, began=at, day=at, hour=f"{at}T09", live=sums))
    pages = catalogue(KEYS)
    tracemalloc.start()
    for parts in (exchange.json_chunks(store), exchange.csv_chunks(store, pages)):
        size = sum(map(len, parts))
        assert size > 7_000_000
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert peak < size / 2, peak
    written = exchange.read_export(b"".join(exchange.json_chunks(store)), "x")
    assert written == exchange.export_store(store)
    store.close()


@pytest.mark.usefixtures("place")
def test_an_export_that_fails_leaves_what_was_there(
    run: Run,  # noqa: F811
    place: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    def broken(_: SqliteStore) -> Iterator[Hour]:
        yield Hour("a", "2026-11-26T09", 1)
        raise StoreError("the disk went away")

    fill()
    (place / "out.json").write_text("before")
    monkeypatch.setattr(SqliteStore, "hours", broken)
    assert run("hits", "export", "--format", "json", "--out", "out.json").code == 2
    assert (place / "out.json").read_text() == "before"
    assert [path.name for path in place.iterdir() if "out.json" in path.name] == ["out.json"]


def test_what_was_carried_over_is_known_before_any_service_ran(run: Run, place: Path) -> None:  # noqa: F811
    (place / "site/hits-keys.json").write_bytes(write_keys(KEYS))
    assert [(each["key"], each["n"]) for each in json.loads(run("hits", "top", "--format", "json").out)] == [
        (ISSUE, 5530)
    ]
    assert run("hits", "report", "out.html").code == 0
    text = (place / "out.html").read_text("utf-8")
    assert "In the year: 0. Since the beginning, with what was carried over: 5,530." in text
    assert "<title>甲 –" in text, "the station's name"
    (place / "content/station.yml").unlink()
    assert run("hits", "report", "out.html", "--keys", "site/hits-keys.json").code == 0
    assert "<title>https://jzz.example.cn/ –" in (place / "out.html").read_text("utf-8")
    fill()
    old = Key("issue:2014009", "issues/2014009/", "旧", "2014009", "2015-04-10")
    store = open_store(URL)
    store.commit(Batch("x", 1, put=(Count(ISSUE, "", "carried", 5000), Count(old.key, "", "carried", 5530))))
    said = run("hits", "top", "--format", "json", "--keys", "site/hits-keys.json").out
    assert [each["n"] for each in json.loads(said)] == [5539, 4], "what the front matter says, once"


@pytest.mark.usefixtures("place")
def test_what_is_read_most(run: Run) -> None:  # noqa: F811
    fill()
    listed = json.loads(run("hits", "top", "--format", "json").out)
    assert [(line["key"], line["n"]) for line in listed] == [(ISSUE, 5539), (ARTICLE, 4)]
    listed = json.loads(run("hits", "top", "--format", "json", "--since", "2026-11-01").out)
    assert [(line["key"], line["n"]) for line in listed] == [(ISSUE, 9)]
    listed = json.loads(run("hits", "top", "--format", "json", "--section", "站务新闻").out)
    assert [line["key"] for line in listed] == [ARTICLE]
    assert "5,539" in run("hits", "top").out
    assert run("hits", "top", "--since", "gestern").err == "“gestern” is no day. Write it like 2026-01-31.\n"


def test_a_years_report(run: Run, place: Path) -> None:  # noqa: F811
    fill()
    assert run("hits", "report", "out.html", "--year", "2026", "--title", "<站>").code == 0
    text = (place / "out.html").read_text("utf-8")
    assert "&lt;站&gt;" in text
    assert "<svg" in text and ">9</text>" in text and ">4</text>" in text
    assert "In the year: 13. Since the beginning, with what was carried over: 5,543." in text
    assert "http" not in text.replace("https://jzz.example.cn", ""), "nothing from elsewhere"
    write_files(place, {"templates/reports/hits.html": "{{ page.title }}: {{ page.issues[0].hits | thousands }}"})
    assert run("hits", "report", "out.html", "--year", "2026", "--title", "<站>").code == 0
    assert (place / "out.html").read_text("utf-8") == "&lt;站&gt;: 9"


# ── by hand


@pytest.mark.usefixtures("place")
def test_a_correction_is_kept_with_its_reason(run: Run) -> None:  # noqa: F811
    fill()
    assert run("hits", "adjust", "2014002", "-120", "--because", "刷数").out == f"{ISSUE}: 5539 → 5419\n"
    assert run("hits", "adjust", "2014002", "+20", "--because", "误改").out == f"{ISSUE}: 5419 → 5439\n"
    notes = [json.loads(text) for text in open_store(URL).records("note").values()]
    assert sorted((note["n"], note["because"]) for note in notes) == [(-120, "刷数"), (20, "误改")]
    assert "adjusted" in run("hits", "export").out
    assert run("hits", "adjust", "2014002", "-9999", "--because", "x").code == 2
    assert run("hits", "adjust", "2014002", "-1").code == 2, "without a reason nothing is changed"
    assert run("hits", "adjust", "nowhere", "1", "--because", "x").code == 2


# ── access logs

READER = BROWSERS[0]


def line(
    second: int, path: str = "/issues/2014002/", agent: str = READER, client: str = "203.0.113.9", status: int = 200,
    zone: str = "+0800",
) -> str:  # fmt: skip
    minute, second = divmod(second, 60)
    hour, minute = divmod(minute, 60)
    when = f"26/Nov/2026:{hour:02}:{minute:02}:{second:02} {zone}"
    return f'{client} - - [{when}] "GET {path} HTTP/1.1" {status} 512 "-" "{agent}"\n'


LOG = (
    line(0)
    + line(29)
    + line(58)  # one chain
    + line(100)
    + line(101, "/issues/2014002/zijin/index.html?from=wx")
    + line(102, "/static/style.css")
    + line(103, "/issues/1999001/")
    + line(104, agent=ROBOTS[0])
    + line(105, agent="-")
    + line(106, status=404)
    + line(107, client="2001:db8::7", status=304)
    + "not a line at all\n"
    + line(8 * 3600 + 200, zone="+0800")
)
COUNTED = {ISSUE: 4, ARTICLE: 1, "from:wx": 1}


def test_a_log_is_counted_by_the_same_rules_and_once(run: Run, place: Path) -> None:  # noqa: F811
    (place / "access.log").write_text(LOG)
    assert run("hits", "add-log", "access.log").out == (
        "access.log: 13 new lines, 9 readings, 5 counted, 0 were counted live.\n"
    )
    store = open_store(URL)
    assert store.totals() == COUNTED
    assert Hour(ISSUE, "2026-11-26T08", 1) in store.hours()
    assert "0 new lines" in run("hits", "add-log", "access.log").out
    assert store.totals() == COUNTED


def test_a_log_goes_on_where_it_was_left_though_it_was_rotated(run: Run, place: Path) -> None:  # noqa: F811
    half = len(LOG) // 2 + 30  # in the middle of a line
    (place / "access.log").write_text(LOG[:half])
    run("hits", "add-log", "access.log")
    (place / "access.log").write_text(LOG)
    (place / "access.log").rename(place / "access.log.1")
    (place / "access.log.2.gz").write_bytes(gzip.compress((line(50_000) * 2 + line(60_000)).encode()))
    (place / "access.log").write_text(line(70_000))
    run("hits", "add-log", "access.log", "access.log.1", "access.log.2.gz")
    store = open_store(URL)
    assert store.totals() == {ISSUE: 7, ARTICLE: 1, "from:wx": 1}
    (place / "access.log.2.gz").write_bytes(gzip.compress((place / "access.log.1").read_bytes()))
    run("hits", "add-log", "access.log.2.gz")
    assert store.totals() == {ISSUE: 7, ARTICLE: 1, "from:wx": 1}, "known by its head though it is compressed now"


def test_a_log_that_was_emptied_begins_anew(run: Run, place: Path) -> None:  # noqa: F811
    (place / "access.log").write_text(LOG)
    run("hits", "add-log", "access.log")
    (place / "access.log").write_text(line(80_000))
    run("hits", "add-log", "access.log")
    assert open_store(URL).totals()[ISSUE] == COUNTED[ISSUE] + 1


def test_a_compressed_log_that_ends_too_early_gives_what_it_has(run: Run, place: Path) -> None:  # noqa: F811
    text = "".join(line(n * 40, client=f"10.0.{n}.1") for n in range(2_000))
    (place / "a.gz").write_bytes(gzip.compress(text.encode())[:-2_000])
    said = run("hits", "add-log", "a.gz")
    assert (said.code, "is truncated" in said.out) == (0, True)
    assert 0 < open_store(URL).totals().get(ISSUE, 0) < 2_000


def test_what_was_counted_live_is_not_counted_again(run: Run, place: Path) -> None:  # noqa: F811
    fill()  # live from 9:00 to 10:00
    times = (8 * 3600, 9 * 3600, 9 * 3600 + 1800, 10 * 3600, 10 * 3600 + 60)
    (place / "access.log").write_text("".join(line(second) for second in times) + line(3600 + 1800, zone="+0000"))
    assert "2 counted, 4 were counted live" in run("hits", "add-log", "access.log").out


def test_logs_of_other_zones_are_the_stations_days(run: Run, place: Path) -> None:  # noqa: F811
    (place / "access.log").write_text(line(20 * 3600, zone="+0000"))
    run("hits", "add-log", "access.log")
    assert list(open_store(URL).counts()) == [Count(ISSUE, "2026-11-27", "log", 1)]


# ── is it well, and what cannot be


def test_the_doctor(run: Run, place: Path, monkeypatch: pytest.MonkeyPatch) -> None:  # noqa: F811
    assert NOW.year < 2026
    store = open_store(URL)
    store.commit(
        Batch(
            "live", 1, at="2015-12-31T10:00:00", began="2015-12-31T09:00:00", add=(Count("a", "2015-12-31", "live", 9),)
        )
    )
    monkeypatch.setattr(doctor, "ntp_synchronized", lambda: True)
    said = run("hits", "doctor")
    assert (said.code, {row[0] for row in said.out.splitlines()}) == (0, {"✓"})
    store._db.execute("UPDATE totals SET n = n + 1")  # type: ignore[attr-defined]
    store.commit(Batch("live", 2, at="2026-01-01T00:00:00", began="2015-12-31T09:00:00"))
    (place / "site/hits-keys.json").unlink()
    said = run("hits", "doctor", "--service", "http://127.0.0.1:9/")
    assert (said.code, said.out.count("✗")) == (1, 4)
    assert "a: total is not the sum" in said.out
    assert "the clock went back" in said.out


@pytest.mark.usefixtures("place")
@pytest.mark.parametrize(
    ("words", "remedy"),
    [
        (["--store", "sqlite:///no.db"], "bulletin hits serve"),
        (["--store", "sqlite:///none/hits.db"], "mkdir none"),
        (["--store", "sqlite:///site"], "restore the last backup"),
        (["--store", "sqlite:///site/hits-keys.json"], "restore the last backup"),
        (["--store", "redis://127.0.0.1:1/0"], "Start the database"),
        (["--store", "postgresql://x@127.0.0.1:1/x"], "Start the database"),
        (["--keys", "none.json"], "bulletin build"),
        (["--service", "http://127.0.0.1:9/"], "systemctl status bulletin-hits"),
        (["--service", "unix:none.sock"], "systemctl status bulletin-hits"),
        (["--service", "nowhere"], "Write it like"),
    ],
)
def test_the_doctor_names_a_remedy(
    run: Run,  # noqa: F811
    monkeypatch: pytest.MonkeyPatch,
    words: list[str],
    remedy: str,
) -> None:
    monkeypatch.setattr(doctor, "ntp_synchronized", lambda: True)
    open_store(URL).close()
    (wrong,) = [line for line in run("hits", "doctor", *words).out.splitlines() if line.startswith("✗")]
    assert remedy in wrong


def test_the_doctor_makes_no_store_by_looking_for_one(run: Run, place: Path) -> None:  # noqa: F811
    said = run("hits", "doctor", "--store", "sqlite:///other.db")
    assert said.code == 1
    assert said.out.startswith("✗ other.db: there are no counts here yet. ")
    assert not (place / "other.db").exists()


@pytest.mark.parametrize(
    "words",
    [["top"], ["report", "out.html"], ["export"], ["import", "a.csv"], ["adjust", "2014002", "1", "--because", "x"]],
)
def test_reading_makes_no_store(run: Run, place: Path, words: list[str]) -> None:  # noqa: F811
    (place / "a.csv").write_text("2014002,5530\n")
    run("hits", *words, "--store", "sqlite:///other.db")
    assert not (place / "other.db").exists()


@pytest.mark.usefixtures("place")
def test_the_doctor_asks_who_keeps_the_clock(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:  # noqa: F811
    for kernel, sign, words in (
        ((0, 5_000), "✓", "The clock is kept by NTP."),
        ((5, 16_000_000), "✗", "timedatectl set-ntp true"),
        ((-1, 0), "✓", "is unknown on this system"),
    ):
        monkeypatch.setattr(doctor, "_kernel_clock", lambda kernel=kernel: kernel)
        assert [line[0] for line in run("hits", "doctor").out.splitlines() if words in line] == [sign]


def test_the_kernel_says_of_its_clock_what_timedatectl_says() -> None:
    found = doctor.ntp_synchronized()
    assert found is not None or sys.platform != "linux"
    tool = shutil.which("timedatectl")
    asked = tool and subprocess.run([tool, "show", "-p", "NTPSynchronized", "--value"], capture_output=True, text=True)
    if asked and asked.returncode == 0:
        assert found == (asked.stdout.strip() == "yes")


@pytest.mark.usefixtures("place")
@pytest.mark.parametrize(
    ("service", "reason"),
    [("http://127.0.0.1:9/", "拒绝连接"), ("http://no-such-host.invalid/", "域名")],
)
def test_the_systems_words_are_the_readers(run: Run, service: str, reason: str) -> None:  # noqa: F811
    said = run("hits", "doctor", "--service", service, language="zh_CN")
    (line,) = [line for line in said.out.splitlines() if service in line]
    assert reason in line
    assert "Errno" not in line


@pytest.mark.parametrize(("keys", "words"), [(KEYS.keys, "Counting 2 pages at"), ((), "names no page yet")])
def test_the_service_says_what_it_counts(
    run: Run,  # noqa: F811
    place: Path,
    monkeypatch: pytest.MonkeyPatch,
    keys: tuple[Key, ...],
    words: str,
) -> None:
    monkeypatch.setattr("bulletin.hits.serve.run_server", lambda *_: None)
    (place / "site/hits-keys.json").write_bytes(write_keys(KeyList("", keys)))
    assert words in run("hits", "serve").err
    (place / "site/hits-keys.json").unlink()
    said = run("hits", "serve")
    assert (said.code, "Counting" in said.err, "hits: yes" in said.err) == (2, False, True)


@pytest.mark.parametrize(
    "words",
    [
        ["serve", "--store", "mysql://x"],
        ["serve", "--workers", "2"],
        ["serve", "--bind", "nowhere"],
        ["serve", "--proxy", "nginx"],
        ["serve", "--keys", "none.json"],
        ["serve", "--store", "sqlite:///no/where.db"],
        ["top", "--store", "sqlite:///no/where.db"],
        ["import", "none.csv"],
        ["add-log", "none.log"],
        ["export", "--out", "no/where.csv"],
    ],
    ids=" ".join,
)
@pytest.mark.parametrize("language", ["en", "zh_CN"])
@pytest.mark.usefixtures("place")
def test_what_cannot_be_is_said_in_words(run: Run, words: list[str], language: str) -> None:  # noqa: F811
    said = run("hits", *words, language=language)
    assert (said.code, said.out) == (2, "")
    assert said.err.strip()
    assert language == "en" or any("\u4e00" <= sign <= "\u9fff" for sign in said.err)
