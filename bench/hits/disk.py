"""How long the disk takes to keep a page: nothing that is acknowledged only when it is on disk can be quicker."""

from __future__ import annotations

import os
import time
from pathlib import Path

PAGE = bytes(4096)
TIMES = 1_000


def syncs(path: Path) -> tuple[float, float]:
    """Median and 99th percentile in ms of a page written over another one, and synced."""
    times = []
    with path.open("wb", buffering=0) as file:
        file.write(PAGE * 16)
        os.fsync(file.fileno())
        for number in range(TIMES):
            file.seek(number % 16 * len(PAGE))
            began = time.perf_counter()
            file.write(PAGE)
            os.fdatasync(file.fileno())
            times.append(time.perf_counter() - began)
    times.sort()
    return times[TIMES // 2] * 1000, times[TIMES * 99 // 100] * 1000
