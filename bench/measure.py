"""One run of a program: seconds, processor time, and memory of all its processes together.

Memory is what the whole process tree takes of the machine's, looked up in /proc every 50 ms, or so seldom that
looking takes a twentieth of the time: the sum of proportional set sizes, in which a page that several processes share
counts once.
"""

from __future__ import annotations

import os
import re
import subprocess
import threading
import time
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from typing import NamedTuple

EVERY = 0.05
SHARE = re.compile(r"^Pss:\s+(\d+) kB", re.MULTILINE)


class Run(NamedTuple):
    """What a run took."""

    seconds: float
    cpu: float
    """Seconds of processor time, of all processes."""
    memory: int
    """Peak, in bytes, of all processes together."""


class Failed(Exception):
    """A program ended with an error; its words are the message."""


def run(words: list[str], cwd: Path, environment: dict[str, str], good: tuple[int, ...] = (0,)) -> Run:
    """Run a program to its end. Raises `Failed` when that is not a ``good`` one."""
    with (cwd.parent / f"{cwd.name}.log").open("wb") as log:
        began = time.perf_counter()
        process = subprocess.Popen(words, cwd=cwd, env=environment, stdout=log, stderr=subprocess.STDOUT)
        watch = Watch(process.pid)
        _, status, usage = os.wait4(process.pid, 0)
        seconds = time.perf_counter() - began
    process.returncode = os.waitstatus_to_exitcode(status)
    peak = max(watch.stop(), usage.ru_maxrss * 1024)
    if process.returncode not in good:
        raise Failed(f"{' '.join(words)}\n" + (cwd.parent / f"{cwd.name}.log").read_text(errors="replace")[-3000:])
    return Run(seconds, usage.ru_utime + usage.ru_stime, peak)


class Watch:
    """Looks at a process tree until it is told to stop."""

    def __init__(self, pid: int) -> None:
        self._pid = pid
        self._peak = 0
        self._over = threading.Event()
        self._thread = threading.Thread(target=self._look, daemon=True)
        self._thread.start()

    def _look(self) -> None:
        pause = EVERY
        while not self._over.wait(pause):
            began = time.perf_counter()
            self._peak = max(self._peak, sum(map(resident, tree(self._pid))))
            pause = max(EVERY, 20 * (time.perf_counter() - began))

    def stop(self) -> int:
        """The most that was seen."""
        self._over.set()
        self._thread.join()
        return self._peak


def tree(pid: int) -> Iterator[int]:
    """A process and all that it started."""
    yield pid
    with suppress(OSError):
        for task in Path(f"/proc/{pid}/task").iterdir():
            with suppress(OSError):
                for child in (task / "children").read_text().split():
                    yield from tree(int(child))


def resident(pid: int) -> int:
    with suppress(OSError):
        if found := SHARE.search(Path(f"/proc/{pid}/smaps_rollup").read_text()):
            return int(found[1]) * 1024
    return 0
