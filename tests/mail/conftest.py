"""What the tests of the letter share: an empty store of each engine."""

from __future__ import annotations

import signal
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest

from bulletin.mail.stores.base import MailStore
from bulletin.mail.stores.postgresql import PostgresReaderStore
from bulletin.mail.stores.sqlite import SqliteReaderStore
from tests.hits.engines import Postgres
from tests.mail.dovecot import Dovecot
from tests.mail.quick_postgres import quick_postgres
from tests.processes import open_folder


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Tests with PostgreSQL stay in one worker, so that it is started once."""
    for item in items:
        if {"open_store", "mail_postgres", "dovecot"} & set(getattr(item, "fixturenames", ())):
            item.add_marker(pytest.mark.xdist_group("mail engines"))


@pytest.fixture(scope="session")
def mail_postgres() -> Iterator[Postgres]:
    with quick_postgres() as engine:
        yield engine


@pytest.fixture(params=["sqlite", "postgresql"])
def open_store(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Callable[[], MailStore]]:
    """Opens one store, which is empty at first, again and again; of each engine in turn."""
    with ExitStack() as stack:
        url = request.getfixturevalue("mail_postgres").clear() if request.param == "postgresql" else ""

        def make() -> MailStore:
            made: MailStore = PostgresReaderStore(url) if url else SqliteReaderStore(tmp_path / "readers.db")
            stack.callback(made.close)
            return made

        yield make


@pytest.fixture
def store(open_store: Callable[[], MailStore]) -> MailStore:
    return open_store()


@pytest.fixture(scope="session")
def dovecot() -> Iterator[Dovecot]:
    with open_folder("imap-") as folder:
        server = Dovecot(folder)
        try:
            server.start()
            yield server
        finally:
            server.kill(signal.SIGTERM)
