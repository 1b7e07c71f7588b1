"""PostgreSQL for tests in which nothing but our own processes dies."""

from __future__ import annotations

import signal
from collections.abc import Iterator
from contextlib import contextmanager

from tests.hits.engines import Postgres
from tests.processes import open_folder


class _QuickPostgres(Postgres):
    """Without fsync, and ended without a checkpoint: nothing of it is needed afterwards."""

    def command(self) -> list[str]:
        return [*super().command(), "-c", "fsync=off", "-c", "full_page_writes=off"]


@contextmanager
def quick_postgres() -> Iterator[Postgres]:
    """An engine for the length of a block."""
    with open_folder("mail-") as folder:
        engine = _QuickPostgres(folder)
        try:
            engine.start()
            yield engine
        finally:
            engine.kill(signal.SIGQUIT)
