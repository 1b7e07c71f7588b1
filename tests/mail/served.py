"""The form as a process of its own, with a clock on which everybody fills it in at the pace of people.

`python -m tests.mail.served ROOT BIND`: of the station in a folder, which is built.
"""

from __future__ import annotations

import sys
import time
from contextlib import closing
from datetime import datetime, timedelta
from functools import partial
from pathlib import Path

from bulletin.build.project import open_project
from bulletin.core.mail_pages import consent_wording
from bulletin.core.server import serve_app
from bulletin.mail.service.app import create_mail_app
from bulletin.mail.service.desk import DeskTools
from bulletin.mail.stores.opening import open_address_hasher, open_reader_store


class QuickClock:
    """Each look at it is ten seconds later."""

    def __init__(self) -> None:
        self._time = datetime(2026, 11, 28, 16)

    def now(self) -> datetime:
        self._time += timedelta(seconds=10)
        return self._time

    def monotonic(self) -> float:
        return time.monotonic()


def make(root: Path) -> object:
    station = open_project(root).station
    open_store = partial(open_reader_store, root, station.mail, {})
    with closing(open_store()) as store:
        hasher = open_address_hasher(root, store)
    tools = DeskTools(
        open_store,
        hasher,
        QuickClock(),
        consent_wording(station),
        tuple(rule.id for rule in station.sections),
    )
    return create_mail_app(root / "site", tools, (), partial(print, file=sys.stderr, flush=True))


if __name__ == "__main__":
    serve_app(sys.argv[2], partial(make, Path(sys.argv[1])))  # type: ignore[arg-type]
