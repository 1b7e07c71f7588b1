"""What a worker process may take of the computer, and the channel that is its own."""

from __future__ import annotations

import os
import re
import signal
import sys
from pathlib import Path
from typing import BinaryIO


def limit_memory(megabytes: int) -> None:
    """Cap what the process may add to its data, where the system can; elsewhere size and deadline must do."""
    try:
        import resource
    except ImportError:  # Windows
        return
    size = _own_data() + megabytes * 1024 * 1024
    try:
        resource.setrlimit(resource.RLIMIT_DATA, (size, size))
        resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    except (ValueError, OSError):
        return


def _own_data() -> int:
    """Bytes that a forked worker has from its parent; 0 where the system does not say."""
    try:
        status = Path("/proc/self/status").read_text()
    except OSError:
        return 0
    found = re.search(r"^VmData:\s*(\d+) kB", status, re.MULTILINE)
    return int(found[1]) * 1024 if found else 0


def limit_time(seconds: float) -> None:
    """Have the system end this process when it has worked so long, even inside a library's C code; 0 ends the limit.

    Processor time, not the clock: on a busy computer a good text must not be taken for a hanging one.
    """
    if sys.platform != "win32":
        signal.setitimer(signal.ITIMER_PROF, seconds)


def private_stdout() -> BinaryIO:
    """Keep the channel to ourselves: what a library prints goes to standard error."""
    channel = os.fdopen(os.dup(sys.stdout.fileno()), "wb")
    os.dup2(sys.stderr.fileno(), sys.stdout.fileno())
    return channel
