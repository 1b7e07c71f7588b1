"""`make bench-hits`: the counter, what one would write by hand, and what the engines alone can do, in one run.

The load comes from a second process (wrk; Debian's redis-benchmark and pgbench for the engines). Of several rounds the
median is taken; all rounds of everything are measured in turn, so that what disturbs the machine disturbs all alike.
"""

from __future__ import annotations

import argparse
import os
import platform
import re
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from datetime import datetime
from pathlib import Path
from typing import NamedTuple

from bench.hits.disk import syncs
from bench.hits.steady import latencies
from bulletin.hits.catalogue import load_catalogue
from bulletin.hits.logs import LogReader
from bulletin.hits.rules import Rules
from bulletin.hits.stores.opening import open_store
from tests.browser.nginx import answers, free_port
from tests.conftest import ROOT
from tests.hits.agents import BROWSERS
from tests.hits.engines import Postgres, Redis, program_of, running
from tests.hits.services import Service, write_pages

PAGES, CONNECTIONS, STEADY = 1_000, 64, 1_000
LINES = 1_000_000
READERS = 1_000_000


class Load(NamedTuple):
    """What a load gave."""

    rate: float
    """Hits a second."""
    late: float
    """99th percentile in ms."""
    failed: int = 0


class Session:
    def __init__(self, seconds: int, rounds: int, folder: Path) -> None:
        self._seconds = seconds
        self._rounds = rounds
        self._folder = folder
        self._turn = 0
        write_pages(folder / "hits-keys.json", PAGES)

    # ── loads

    def wrk(self, port: int) -> Load:
        """Every hit another reader."""
        self._turn += 1
        script = ROOT / "bench/hits/load.lua"
        command = ["wrk", "-t1", f"-c{CONNECTIONS}", f"-d{self._seconds}s", "-s", str(script)]
        text = output([*command, f"http://127.0.0.1:{port}", "--", str(self._turn)])
        found = re.search(r"RESULT (\d+) (\d+) (\d+) (\d+)", text)
        assert found, text
        hits, microseconds, late, failed = map(int, found.groups())
        return Load(hits / microseconds * 1e6, late / 1000, failed)

    def steady(self, port: int) -> Load:
        """So many hits a second, evenly; latency from the moment at which each was due."""
        times = latencies(port, STEADY, self._seconds, PAGES, CONNECTIONS)
        return Load(len(times) / self._seconds, times[int(len(times) * 0.99)] * 1000)

    def repeated(self, cases: dict[str, Callable[[], Load]]) -> dict[str, Load]:
        found: dict[str, list[Load]] = {name: [] for name in cases}
        for _ in range(self._rounds):
            for name, case in cases.items():
                found[name].append(case())
                print(f"  {name}: {found[name][-1]}", file=sys.stderr)
        return {name: median(loads) for name, loads in found.items()}

    # ── services

    @contextmanager
    def service(self, store: str) -> Iterator[Service]:
        started = Service(self._folder, store)
        try:
            started.wait()
            yield started
        finally:
            started.stop()

    @contextmanager
    def other(self, module: str, *words: str) -> Iterator[int]:
        """Something else that answers like it, at a port."""
        port = free_port()
        path = self._folder / f"other-{port}.db"
        command = [sys.executable, "-m", f"bench.hits.{module}", *words, str(port), str(path)]
        process = subprocess.Popen(command, cwd=ROOT)
        try:
            assert answers(process, port)
            yield port
        finally:
            process.terminate()
            process.wait()

    def throughput(self) -> dict[str, Load]:
        with ExitStack() as stack:
            redis = stack.enter_context(running(Redis))
            postgres = stack.enter_context(running(Postgres))
            assert isinstance(redis, Redis)
            assert isinstance(postgres, Postgres)
            sqlite = stack.enter_context(self.service(f"sqlite:///{self._folder}/counts.db"))
            pair = [stack.enter_context(self.service(redis.clear())) for _ in range(2)]
            single = stack.enter_context(self.service(postgres.clear()))
            hand = stack.enter_context(self.other("byhand"))
            empty = stack.enter_context(self.other("bare", "empty"))
            grouped = stack.enter_context(self.other("bare", "group"))
            upserts = self._pgbench(postgres)
            found = self.repeated(
                {
                    "sqlite": lambda: self.wrk(sqlite.port),
                    "grouped": lambda: self.wrk(grouped),
                    "empty": lambda: self.wrk(empty),
                    "by hand": lambda: self.wrk(hand),
                    "steady": lambda: self.steady(sqlite.port),
                    "steady grouped": lambda: self.steady(grouped),
                    "redis": lambda: self._both([one.port for one in pair]),
                    "redis-benchmark": lambda: self._redis_benchmark(redis.port),
                    "postgresql": lambda: self.wrk(single.port),
                    "pgbench": upserts,
                }
            )
            for one in (sqlite, *pair, single):
                assert b'outcome="limited"} 0' in one.get("_hits/metrics"), "limits were met: not every hit counted"
            self.memory = sqlite.memory()
            return found

    def _both(self, ports: list[int]) -> Load:
        """Two services at once, each with half of the connections."""
        self._turn += 2
        script = ROOT / "bench/hits/load.lua"
        half = ["wrk", "-t1", f"-c{CONNECTIONS // 2}", f"-d{self._seconds}s", "-s", str(script)]
        started = [
            subprocess.Popen(
                [*half, f"http://127.0.0.1:{port}", "--", str(self._turn + n)], stdout=subprocess.PIPE, text=True
            )
            for n, port in enumerate(ports)
        ]
        texts = [process.communicate()[0] for process in started]
        parts = [tuple(map(int, re.findall(r"RESULT (\d+) (\d+) (\d+) (\d+)", text)[0])) for text in texts]
        return Load(sum(p[0] / p[1] * 1e6 for p in parts), max(p[2] for p in parts) / 1000, sum(p[3] for p in parts))

    def _redis_benchmark(self, port: int) -> Load:
        text = output(
            ["redis-benchmark", "-p", str(port), "-t", "incr", "-P", "16", "-n", "200000", "-r", str(PAGES), "--csv"]
        )
        found = re.search(r'"INCR","([\d.]+)"', text)
        assert found, text
        return Load(float(found[1]), 0)

    def _pgbench(self, engine: Postgres) -> Callable[[], Load]:
        url = engine.clear()
        script = self._folder / "upsert.sql"
        script.write_text(
            f"\\set page random(0, {PAGES - 1})\n"
            "INSERT INTO single VALUES (:page, 1) ON CONFLICT (page) DO UPDATE SET n = single.n + 1;\n"
        )
        output([program_of("psql"), url, "-qc", "CREATE TABLE single (page int PRIMARY KEY, n bigint NOT NULL)"])
        command = [program_of("pgbench"), "-n", "-c16", "-j1", f"-T{self._seconds}", "-f", str(script), url]

        def measure() -> Load:
            found = re.search(r"tps = ([\d.]+)", output(command))
            assert found
            return Load(float(found[1]), 0)

        return measure

    # ── the rest

    def memory_of_readers(self) -> tuple[float, float]:
        """MB before and after a million distinct readers, through the whole application."""
        text = output([sys.executable, "-m", "bench.hits.readers", str(self._folder), str(READERS)])
        before, after = map(float, text.split())
        return before, after

    def log(self) -> float:
        """Lines a second of processor time: a tenth of them readings, the rest pictures, styles, robots."""
        path = self._folder / "access.log"
        write_log(path, LINES)
        store = open_store(f"sqlite:///{self._folder}/log.db")
        reader = LogReader(store, load_catalogue(self._folder / "hits-keys.json"), Rules(), "2026-11-26T00:00:00")
        began = time.process_time()
        found = reader.read(path)
        seconds = time.process_time() - began
        store.close()
        assert found.lines == LINES
        return LINES / seconds


def write_log(path: Path, lines: int) -> None:
    with path.open("w") as file:
        for n in range(lines):
            when = f"26/Nov/2026:{n // 3600 % 24:02}:{n // 60 % 60:02}:{n % 60:02} +0800"
            target = f"/issues/{n % PAGES}/" if n % 10 == 0 else f"/static/part-{n % 7}.css"
            agent = BROWSERS[n % len(BROWSERS)]
            client = f"10.{n % 251}.{n % 241}.{n % 239}"
            file.write(f'{client} - - [{when}] "GET {target} HTTP/1.1" 200 5120 "https://www.example.cn/" "{agent}"\n')


def median(loads: list[Load]) -> Load:
    return Load(
        statistics.median(load.rate for load in loads),
        statistics.median(load.late for load in loads),
        sum(load.failed for load in loads),
    )


def output(command: list[str]) -> str:
    return subprocess.run(command, check=True, capture_output=True, text=True, cwd=ROOT).stdout


def rows(found: dict[str, Load]) -> Iterator[tuple[str, Load, str]]:
    hand, incr, upserts = found["by hand"].rate, found["redis-benchmark"].rate, found["pgbench"].rate
    sqlite, redis, postgres = found["sqlite"], found["redis"], found["postgresql"]
    grouped, empty = found["grouped"], found["empty"]
    words = f"{sqlite.rate / hand:.1f} × by hand; {sqlite.rate / grouped.rate:.0%} of what only commits"
    yield "**one service, SQLite, every sync on disk**", sqlite, words
    yield "an ASGI application that only commits in groups, same server", grouped, ""
    yield "an ASGI application that does nothing, same server", empty, "what server and load leave of this machine"
    yield "by hand: tornado, SQLite, one commit a hit", found["by hand"], ""
    yield f"**one service, SQLite, {STEADY:,} hits a second**", found["steady"], ""
    yield f"what only commits, {STEADY:,} hits a second", found["steady grouped"], ""
    many = f"`redis-benchmark`'s INCR, 16 in a pipeline ({incr:,.0f}/s)"
    yield "two services, Redis, synced", redis, f"{redis.rate / incr:.2f} × {many}"
    single = f"`pgbench`'s single-row upserts, 16 clients ({upserts:,.0f}/s)"
    yield "one service, PostgreSQL", postgres, f"{postgres.rate / upserts:.1f} × {single}"


def page(found: dict[str, Load], how: str, other: str) -> str:
    machine = f"{platform.machine()}, {os.cpu_count()} cores, Python {platform.python_version()}"
    busy = f"{datetime.now():%Y-%m-%d}, load average at the end {os.getloadavg()[0]:.1f}"
    lines = [
        "# The counter, measured",
        "",
        f"By `make bench-hits` on {machine}; {busy}.",
        f"{PAGES:,} pages, {CONNECTIONS} connections, every hit from another reader, {how};",
        "load and service share the machine.",
        "",
        "| | acknowledged hits/s | 99th percentile, ms | |",
        "|---|---:|---:|---|",
        *(f"| {name} | {load.rate:,.0f} | {load.late:.1f} | {words} |" for name, load, words in rows(found)),
        "",
        f"Hits that failed: {sum(load.failed for load in found.values())}. {other}",
        "",
    ]
    return "\n".join(lines)


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--seconds", type=int, default=10)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--out", type=Path, default=ROOT / "docs/hits-bench.md")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        session = Session(options.seconds, options.rounds, Path(folder))
        found = session.throughput()
        median_sync, late_sync = syncs(Path(folder) / "syncs")
        before, after = session.memory_of_readers()
        lines = session.log()
        other = (
            f"A page synced on this disk: {median_sync:.2f} ms, 99th percentile {late_sync:.2f} ms; a hit waits for\n"
            "the group that is being written and for its own.\n"
            f"Memory of the service after all that: {session.memory:.0f} MB. The application with {READERS:,}\n"
            f"distinct readers: {before:.0f} MB before, {after:.0f} MB after. Access logs:\n"
            f"{lines:,.0f} lines a second of processor time."
        )
        text = page(found, f"median of {options.rounds} × {options.seconds} s", other)
    options.out.write_text(text, encoding="utf-8")
    print(text)


if __name__ == "__main__":
    main()
