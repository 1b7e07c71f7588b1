"""Running the service, after everything was opened once."""

from __future__ import annotations

from contextlib import closing
from functools import partial
from pathlib import Path

from bulletin.core.errors import UsageError
from bulletin.core.http import Clock, Proxies
from bulletin.core.problems import N_
from bulletin.core.server import serve_app
from bulletin.hits import catalogue
from bulletin.hits.app import create_app
from bulletin.hits.robots import Robots
from bulletin.hits.service import DRAIN_SECONDS, Log
from bulletin.hits.settings import Settings
from bulletin.hits.stores.identity import claim_store
from bulletin.hits.stores.opening import open_store
from bulletin.hits.valid_rows import stored_figure


def run_server(settings: Settings, clock: Clock, log: Log) -> None:
    """Serve until stopped, after `check_settings`. Raises `UsageError`, also when it cannot listen."""
    make = partial(create_app, settings, clock, log)
    serve_app(settings.bind, make, settings.workers, stop_seconds=round(DRAIN_SECONDS) + 5)


def check_settings(settings: Settings) -> int:
    """Open everything once, so that errors are reported before the server listens; returns how many pages are counted.

    Raises `UsageError`, `HitsError`.
    """
    if settings.workers > 1 and settings.store.startswith("sqlite"):
        raise UsageError(N_("SQLite serves one process. Use --workers 1, or Redis or PostgreSQL as the store."))
    Proxies(settings.proxies)
    pages = catalogue.load_catalogue(Path(settings.keys))
    Robots()
    with closing(open_store(settings.store, settings.rules, exclusive=True)) as store:
        claim_store(store, pages.url, take_over=settings.take_over)
        for read in (store.totals, store.carried, partial(stored_figure, store)):  # as the service does at its start
            read()
    return len(pages.pages)
