"""Where the tests' files lie: ``python -m tests.room`` makes a folder in memory and prints it, or prints nothing.

On a disk most of a test's time is waiting for `fsync`: a commit of SQLite or PostgreSQL takes 5 to 25 ms, in memory
none. Nothing is printed where memory has no room, or where no program may be started from it.
"""

from __future__ import annotations

import os
import re
import subprocess
import tempfile
from pathlib import Path

MEMORY = Path("/dev/shm")
NEEDED = 4 << 30
"""Bytes; what a whole run leaves behind is less than half of it."""


def has_room() -> bool:
    if not os.access(MEMORY, os.W_OK):
        return False
    told = re.search(r"^MemAvailable: *(\d+) kB", Path("/proc/meminfo").read_text(encoding="ascii"), re.MULTILINE)
    place = os.statvfs(MEMORY)
    return told is not None and min(int(told[1]) * 1024, place.f_bavail * place.f_frsize) >= NEEDED


def runs_programs(folder: Path) -> bool:
    program = folder / "program"
    program.write_text("#!/bin/sh\n", encoding="ascii")
    program.chmod(0o755)
    try:
        return subprocess.run([program], check=False).returncode == 0
    except OSError:
        return False
    finally:
        program.unlink()


def main() -> None:
    if not has_room():
        return
    folder = Path(tempfile.mkdtemp(prefix="t-", dir=MEMORY))
    folder.chmod(0o1777)  # as /tmp: servers and commands that run as another user read and write there
    if runs_programs(folder):
        print(folder)
    else:
        folder.rmdir()


if __name__ == "__main__":
    main()
