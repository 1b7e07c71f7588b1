"""A bar with bytes and the time that is left, while a release is sent."""

from __future__ import annotations

import sys
import time
from typing import Any

from bulletin.core.i18n import N_, Translate

_WAIT_SECONDS = 0.5


class SendBar:
    """Shows how much is sent; does nothing when hidden or when standard error is no terminal."""

    def __init__(self, translate: Translate, name: str, *, hidden: bool) -> None:
        self._words = translate(N_("Sending to {target}")).format(target=name)
        self._hidden = hidden or not sys.stderr.isatty()
        self._began = time.monotonic()
        self._progress: Any = None
        self._task: Any = None

    def __enter__(self) -> SendBar:
        return self

    def __exit__(self, *_: object) -> None:
        if self._progress:
            self._progress.stop()

    def __call__(self, done: int, total: int) -> None:
        if self._hidden or (self._progress is None and time.monotonic() - self._began < _WAIT_SECONDS):
            return
        if self._progress is None:
            self._start(total)
        self._progress.update(self._task, completed=done, total=total)

    def _start(self, total: int) -> None:
        from rich.console import Console
        from rich.progress import BarColumn, DownloadColumn, Progress, TextColumn, TimeRemainingColumn

        columns = (TextColumn("{task.description}"), BarColumn(), DownloadColumn(), TimeRemainingColumn())
        self._progress = Progress(*columns, console=Console(stderr=True), transient=True)
        self._progress.start()
        self._task = self._progress.add_task(self._words, total=total)
