"""Whatever is repeated for 10 KB comes back from the reader in time, as a reading or as a problem."""

from __future__ import annotations

import json
import subprocess
import sys

import pytest

from bulletin.read.pool import JOB_SECONDS, WALL_CLOCK_FACTOR
from bulletin.read.process import MAX_WORKER_MEGABYTES
from tests.conftest import ROOT

SHARDS = 8
SHORT, WHOLE = 8, 260
"""Inputs in each shard."""

SLACK = 5.0
"""Seconds: the watch looks every 50 ms, a new worker must start, and the machine has other things to do."""

SHARED = 128
"""Megabytes of programs and libraries that count as a process's own, but are no data of it."""


@pytest.mark.prove
@pytest.mark.parametrize("shard", range(SHARDS))
def test_every_input_comes_back(shard: int, prove: bool, record_property: pytest.FixtureRequest) -> None:
    count = WHOLE if prove else SHORT
    command = [sys.executable, "-m", "tests.prove.fuzzer", str(20150410 + shard), str(count)]
    run = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    assert run.returncode == 0, run.stderr
    found = json.loads(run.stdout)
    record_property("outcome", found)  # type: ignore[operator]
    assert found["inputs"] == count
    assert found["read"] + sum(found["stopped"].values()) == count
    assert set(found["stopped"]) <= {"M101", "M102", "M103"}
    assert found["slowest"] < JOB_SECONDS * WALL_CLOCK_FACTOR + SLACK, found["slowest_unit"]
    assert found["megabytes"] < MAX_WORKER_MEGABYTES + SHARED
    assert found["recovered"]
