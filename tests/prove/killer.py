"""A build that dies, or whose disk is full, at a chosen moment: ``python -m tests.prove.killer``, orders on its input.

Every order is a line of JSON, answered by one. Each is carried out in a fork of this process, which has everything
loaded and no threads, so that a hundred moments take seconds. What is counted are the audit events of changes in
the file system, which Python raises before it makes them; and, for what has none, half-written files and `fsync`.
"""

from __future__ import annotations

import errno
import json
import os
import signal
import sys
import tempfile
from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from typing import Any, NamedTuple

from bulletin.core.errors import BulletinError
from tests.conftest import NOW, STATION, write_files

from .stations import build_here, picture

CHANGES = frozenset(
    ("os.rename", "os.remove", "os.mkdir", "os.rmdir", "os.truncate", "os.link", "os.symlink", "os.utime", "os.chmod")
)
WRITING = os.O_WRONLY | os.O_RDWR | os.O_CREAT | os.O_TRUNC


class Order(NamedTuple):
    """What is to happen."""

    root: str
    now: str
    how: str
    """``count``: nothing; ``kill``; ``full``: the disk, once; ``stay``: the disk, from then on."""
    at: int
    """The event at which it happens; the first is 1."""


class Counter:
    """Counts events, and strikes at one."""

    def __init__(self, order: Order) -> None:
        self._order = order
        self.events = 0

    def event(self) -> None:
        self.events += 1
        if self._order.how == "kill" and self.events == self._order.at:
            os.kill(os.getpid(), signal.SIGKILL)
        if self._order.how == "full" and self.events == self._order.at:
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
        if self._order.how == "stay" and self.events >= self._order.at:
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    def audit(self, name: str, values: tuple[Any, ...]) -> None:
        if self._order.how in ("full", "stay") and name in ("os.remove", "os.rmdir"):
            return  # a full disk lets us delete
        if name in CHANGES or (name == "open" and isinstance(values[2], int) and values[2] & WRITING):
            self.event()

    def _counted(self, call: Callable[[Any], None]) -> Callable[[Any], None]:
        def counted(file: Any) -> None:
            self.event()
            call(file)

        return counted

    def watch(self) -> None:
        """From now on; it cannot be undone, and ends with the process."""
        Path.write_bytes = _in_halves(self.event)  # type: ignore[method-assign]
        os.fsync = self._counted(os.fsync)  # type: ignore[assignment]
        sys.addaudithook(self.audit)


def _in_halves(event: Callable[[], None]) -> Any:
    def write_bytes(path: Path, data: bytes) -> int:
        with path.open("wb") as file:
            file.write(data[: len(data) // 2])
            file.flush()
            event()
            file.write(data[len(data) // 2 :])
        return len(data)

    return write_bytes


def obey(order: Order) -> dict[str, object]:
    """Build, as ordered."""
    counter = Counter(order)
    if order.how != "plain":
        counter.watch()
    error = ""
    try:
        build_here(Path(order.root), datetime.fromisoformat(order.now))
    except BulletinError as raised:
        error = f"{type(raised).__name__}: {raised}"
    return {"error": error, "events": counter.events}


def fork_and_obey(order: Order) -> dict[str, object]:
    """The answer of a child; ``{"killed": true}`` when it could not give one."""
    reading, writing = os.pipe()
    child = os.fork()
    if child == 0:
        try:
            os.write(writing, json.dumps(obey(order)).encode())
        except BaseException as raised:  # noqa: BLE001 - the test must see it
            os.write(writing, json.dumps({"error": f"TRACEBACK {raised!r}", "events": 0}).encode())
        finally:
            os._exit(0)
    os.close(writing)
    with os.fdopen(reading, "rb") as pipe:
        said = pipe.read()
    os.waitpid(child, 0)
    return json.loads(said) if said else {"killed": True}


def warm_up() -> None:
    """Build something, so that no child has to load a module or start a library."""
    with tempfile.TemporaryDirectory() as folder:
        text = "---\ndate: 2015-01-01\n---\n## 站务新闻\n\n### 事\n\n![图](a.png)\n"
        own = "content/issues/2015001/"
        files: dict[str, str | bytes] = {"content/station.yml": STATION}
        files |= {own + "index.md": text, own + "a.png": picture("PNG", 1)}
        write_files(Path(folder), files)
        build_here(Path(folder), NOW)


def main() -> None:
    warm_up()
    for line in sys.stdin:
        print(json.dumps(fork_and_obey(Order(*json.loads(line)))), flush=True)


if __name__ == "__main__":
    main()
