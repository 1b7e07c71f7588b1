"""A progress bar that appears when work takes longer than a second, on a terminal."""

from __future__ import annotations

import sys
import time
from typing import Any

from bulletin.core.i18n import N_, Translate

_STEPS = {
    "survey": N_("Looking at how pages are laid out"),
    "read": N_("Reading"),
    "check": N_("Checking"),
    "external": N_("Asking other websites"),
    "render": N_("Making pages"),
    "index": N_("Making the search"),
    "write": N_("Writing"),
    "print": N_("Printing"),
}


class Bar:
    """Shows progress; does nothing when hidden or when standard error is no terminal."""

    def __init__(self, translate: Translate, hidden: bool) -> None:
        self._translate = translate
        self._hidden = hidden or not sys.stderr.isatty()
        self._began = time.monotonic()
        self._progress: Any = None
        self._tasks: dict[str, Any] = {}

    def __enter__(self) -> Bar:
        return self

    def __exit__(self, *_: object) -> None:
        if self._progress:
            self._progress.stop()

    def __call__(self, step: str, done: int, total: int) -> None:
        if self._hidden or (self._progress is None and time.monotonic() - self._began < 1):
            return
        if self._progress is None:
            self._start()
        if step not in self._tasks:
            self._tasks[step] = self._progress.add_task(self._translate(_STEPS[step]), total=total)
        self._progress.update(self._tasks[step], completed=done, total=total)

    def _start(self) -> None:
        from rich.console import Console
        from rich.progress import Progress

        self._progress = Progress(console=Console(stderr=True), transient=True)
        self._progress.start()
