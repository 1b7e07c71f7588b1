"""What a run takes: of all processes together."""

from __future__ import annotations

import os
import sys
from pathlib import Path

import pytest

from bench.cases import count_pages
from bench.measure import Failed, run

HUNGRY = "import time; held = bytearray({size}); time.sleep(0.4)"
PARENT = f"import subprocess, sys; subprocess.run([sys.executable, '-c', {HUNGRY!r}.format(size=60_000_000)])"


def test_memory_counts_what_a_program_starts(tmp_path: Path) -> None:
    taken = run([sys.executable, "-c", PARENT], tmp_path, dict(os.environ))
    assert taken.memory > 60_000_000
    assert taken.seconds > 0.4


def test_a_program_that_fails_is_no_measurement(tmp_path: Path) -> None:
    with pytest.raises(Failed, match="no such luck"):
        run([sys.executable, "-c", "raise SystemExit('no such luck')"], tmp_path, dict(os.environ))


def test_pages_that_were_written_are_told_from_those_that_were_there(tmp_path: Path) -> None:
    (tmp_path / "old.html").write_text("12345")
    began = (tmp_path / "old.html").stat().st_ctime + 0.01
    while not (tmp_path / "new.html").exists() or (tmp_path / "new.html").stat().st_ctime < began:
        (tmp_path / "new.html").write_text("123")
    (tmp_path / "style.css").write_text("")
    assert count_pages(tmp_path, began) == (3, 2, 8, 2)
