"""Whatever statement a program is killed at: token, note and day are there together, and no note goes out twice."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.conftest import ROOT
from tests.hits.engines import Postgres, running

pytestmark = [pytest.mark.prove, pytest.mark.skipif(sys.platform == "win32", reason="there is no fork")]


def sweep(where: str, step: int, folder: Path) -> tuple[int, int, int]:
    """Kills, notes sent, and those of which nobody knows."""
    command = [sys.executable, "-m", "tests.prove.joiner", where, str(step)]
    environment = {**os.environ, "TAKEN": str(folder / "taken")}
    done = subprocess.run(command, cwd=ROOT, capture_output=True, encoding="utf-8", check=False, env=environment)
    assert done.returncode == 0, done.stderr
    kills, sent, unknown = map(int, done.stdout.split())
    return kills, sent, unknown


def test_killed_at_every_statement(tmp_path: Path, prove: bool) -> None:
    kills, sent, unknown = sweep(str(tmp_path / "readers.db"), 1 if prove else 4, tmp_path)
    assert kills > (45 if prove else 12)
    assert sent + unknown >= 10


def test_killed_at_every_statement_with_postgresql(tmp_path: Path, prove: bool) -> None:
    with running(Postgres) as engine:
        assert isinstance(engine, Postgres)
        kills, sent, unknown = sweep(engine.clear(), 1 if prove else 12, tmp_path)
    assert kills > (45 if prove else 3)
    assert sent + unknown >= (10 if prove else 1)
