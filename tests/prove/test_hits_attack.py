"""What an attack on one page costs the others: all their hits count, in what time, at what cost in memory and store.

The attacker is wrk, as fast as the service answers, on the same two processors; the figures stand in docs/hits.md.
"""

from __future__ import annotations

import re
import shutil
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from bench.hits.steady import latencies
from bulletin.hits.rules import Rules
from bulletin.hits.stores.opening import open_store
from tests.conftest import ROOT
from tests.hits.services import Service, service, write_pages

pytestmark = [pytest.mark.prove, pytest.mark.xdist_group("hits prove")]

PAGES, ATTACKED = 1_000, "issue:999"
READERS, AT_ONCE = 200, 16
"""Hits a second on other pages; connections of the attacker."""
LATEST, LATEST_IN_CROWD = 0.5, 3.0
"""Seconds that a hit on another page may take at the 99th percentile: alone on a machine, and among other tests."""


class Attack:
    """wrk, for so many seconds."""

    def __init__(self, port: int, kind: str, seconds: int) -> None:
        wrk = shutil.which("wrk")
        assert wrk, "make browser-tools installs wrk"
        command = [wrk, "-t1", f"-c{AT_ONCE}", f"-d{seconds}s", "-s", str(ROOT / "bench/hits/load.lua")]
        self._process = subprocess.Popen(
            [*command, f"http://127.0.0.1:{port}", "--", "1", kind], stdout=subprocess.PIPE, text=True
        )

    def requests(self) -> int:
        """How many it sent."""
        return int(re.findall(r"RESULT (\d+)", self._process.communicate()[0])[0])

    def __enter__(self) -> Attack:
        return self

    def __exit__(self, *_: object) -> None:
        self._process.kill()
        if self._process.stdout:
            self._process.stdout.close()
        self._process.wait()


@contextmanager
def counting(folder: Path) -> Iterator[Service]:
    write_pages(folder / "hits-keys.json", PAGES)
    with service(folder, f"sqlite:///{folder}/counts.db") as started:
        yield started


def late(port: int, seconds: int) -> float:
    """99th percentile of hits on other pages; each of them counts."""
    times = latencies(port, READERS, seconds, pages=PAGES // 2, connections=8)
    return times[len(times) * 99 // 100]


@pytest.mark.parametrize("kind", ["source", "page", "keys"])
def test_others_are_counted_while_one_page_is_attacked(kind: str, prove: bool, tmp_path: Path) -> None:
    seconds, began = 20 if prove else 1, time.monotonic()
    with counting(tmp_path) as started:
        with Attack(started.port, kind, seconds + 2) as attack:
            under = late(started.port, seconds)
            sent = attack.requests()
        while sent <= may_count(kind, time.monotonic() - began):  # a slow machine attacks for longer
            with Attack(started.port, kind, 2) as attack:
                sent += attack.requests()
        assert started.stop() == 0
    store = open_store(f"sqlite:///{tmp_path}/counts.db")
    totals = store.totals()
    store.close()
    attacked = totals.pop(ATTACKED, 0)
    print(f"{kind}: {sent} requests, {attacked} counted; others {under * 1000:.1f} ms at the 99th")
    assert sum(totals.values()) == READERS * seconds
    assert set(totals) <= {f"issue:{n}" for n in range(PAGES // 2)}
    assert attacked <= may_count(kind, time.monotonic() - began)
    assert under < (LATEST if prove else LATEST_IN_CROWD)


def may_count(kind: str, seconds: float) -> float:
    """How many hits of an attack may be counted at most, if it lasts so long."""
    rules = Rules()
    return {"source": 1, "page": rules.page_burst + rules.page_rate * seconds, "keys": 0}[kind]


def test_a_million_invented_keys_leave_nothing(prove: bool, tmp_path: Path) -> None:
    """Neither in the memory of the service nor in its store."""
    wanted = 1_000_000 if prove else 10_000
    with counting(tmp_path) as started:
        invented(started.port, 1)
        memory, files = started.memory(), sizes(tmp_path)
        sent = 0
        while sent < wanted:
            sent += invented(started.port, 10 if prove else 1)
        grown = started.memory() - memory
        print(f"{sent} invented keys: memory {memory:.1f} MB, and {grown:+.1f}")
        assert sizes(tmp_path) == files
        assert grown < 4
        assert started.stop() == 0
    assert open_store(f"sqlite:///{tmp_path}/counts.db").totals() == {}


def invented(port: int, seconds: int) -> int:
    with Attack(port, "keys", seconds) as attack:
        return attack.requests()


def sizes(folder: Path) -> dict[str, int]:
    """Of store and logs; a heartbeat lengthens only the write-ahead log."""
    return {path.name: path.stat().st_size for path in folder.iterdir() if not path.name.endswith(("-wal", "-shm"))}
