"""Servers for the tests: each a child process over a folder of its own, stopped by its process id."""

from __future__ import annotations

import shutil
import signal
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

SECONDS = 20
"""A server that has not answered by then will not."""


class Server:
    """A server that can be stopped, killed and started again over the same data."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.process: subprocess.Popen[bytes] | None = None

    def command(self) -> list[str]:
        raise NotImplementedError

    def ready(self) -> bool:
        raise NotImplementedError

    user: str | None = None
    group: str | None = None
    working_folder: Path | None = None
    """Where the process runs; its own folder unless it says so."""

    def start(self) -> None:
        """Start it and wait until it answers. Raises `AssertionError` with its log when it does not."""
        where = self.working_folder or self.folder
        with (self.folder / "log").open("ab") as log:
            self.process = subprocess.Popen(
                self.command(),
                stdout=log,
                stderr=log,
                stdin=subprocess.DEVNULL,
                user=self.user,
                group=self.group,
                cwd=where,
            )
        end = time.monotonic() + SECONDS
        while not self.ready():
            if self.process.poll() is not None or time.monotonic() > end:
                self.kill()
                raise AssertionError((self.folder / "log").read_text("utf-8", "replace"))
            time.sleep(0.02)

    def kill(self, how: signal.Signals = signal.SIGKILL) -> None:
        if self.process and self.process.poll() is None:
            self.process.send_signal(how)
            self.process.wait(SECONDS)


@contextmanager
def open_folder(prefix: str) -> Iterator[Path]:
    """A temporary folder that every user of this computer may read, unlike pytest's."""
    folder = Path(tempfile.mkdtemp(prefix=prefix))
    folder.chmod(0o755)
    try:
        yield folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)
