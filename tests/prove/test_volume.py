"""The bound volume of a year fits into memory; what a page takes grows when Typst has to lay it out anew."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

import pytest

_ROOT = Path(__file__).parents[2]


@pytest.mark.prove
def test_a_year_fits_into_memory(prove: bool) -> None:
    """Typst alone: 690 MB for 200 issues on 1,672 pages, 282 MB for 60 on 504; Python has some 80 besides."""
    issues, most = (200, 720) if prove else (60, 310)
    command = [sys.executable, "-m", "bench.bind", "--issues", str(issues)]
    said = subprocess.run(command, cwd=_ROOT, capture_output=True, text=True, check=True).stdout
    pages, memory = (re.search(rf"{name} +(\d+)", said) for name in ("pages", "memory of Typst"))
    assert pages and memory, said
    assert int(pages[1]) > issues * 8
    assert int(memory[1]) <= most
