"""Whatever moment a sender is killed at: no letter twice, none lost, and who is not known is listed."""

from __future__ import annotations

import subprocess
import sys
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import pytest

from bulletin.mail.stores.base import MailStore
from bulletin.mail.stores.postgresql import PostgresReaderStore
from bulletin.mail.stores.sqlite import SqliteReaderStore
from tests.conftest import ROOT
from tests.hits.engines import Postgres
from tests.mail.quick_postgres import quick_postgres
from tests.mail.smtpd import MailServer, mail_server

pytestmark = [pytest.mark.prove, pytest.mark.skipif(sys.platform == "win32", reason="there is no fork")]


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[MailServer]:
    with mail_server(tmp_path_factory.mktemp("smtpd")) as started:
        yield started


@pytest.fixture(scope="module")
def postgres() -> Iterator[Postgres]:
    with quick_postgres() as engine:
        yield engine


def kill_senders(where: str, server: MailServer, *figures: int) -> tuple[int, int]:
    """Kills, and letters that they left unknown."""
    words = [sys.executable, "-m", "tests.prove.mailer", where, str(server.port), *map(str, figures)]
    done = subprocess.run(words, cwd=ROOT, capture_output=True, encoding="utf-8", check=False)
    assert done.returncode == 0, done.stderr
    kills, left = done.stdout.split()
    return int(kills), int(left)


def compare(store: MailStore, server: MailServer) -> int:
    """The ledger against what the server has taken; unknown letters that it has."""
    taken = Counter(mark for _, mark in server.taken())
    assert set(taken.values()) == {1}, "a letter went out twice"
    sent, unknown = set[str](), set[str]()
    for run in store.runs():
        assert (run.state, sum(store.sums(run.id).values())) == ("finished", run.total)
        for each in store.deliveries(run.id):
            assert each.state in ("sent", "unknown")
            (sent if each.state == "sent" else unknown).add(each.message_id)
    assert sent <= taken.keys() <= sent | unknown
    return len(unknown & taken.keys())


def test_no_kill_doubles_or_loses_a_letter(room: Path, server: MailServer, prove: bool) -> None:
    server.clear()
    wanted = 600 if prove else 40
    kills, unknown = kill_senders(str(room / "readers.db"), server, wanted, 1, 30)
    store = SqliteReaderStore(room / "readers.db")
    arrived = compare(store, server)
    store.close()
    assert kills >= wanted
    assert 0 < unknown <= kills
    assert not prove or 0 < arrived < unknown, "no kill came between the dot and the answer, or before the dot"


def test_two_senders_beside_each_other(postgres: Postgres, server: MailServer, prove: bool) -> None:
    server.clear()
    wanted, url = 200 if prove else 12, postgres.clear()
    kills, unknown = kill_senders(url, server, wanted, 2, 30)
    store = PostgresReaderStore(url)
    compare(store, server)
    store.close()
    assert kills >= wanted
    assert unknown <= kills


def test_a_hundred_thousand_readers(postgres: Postgres, server: MailServer, prove: bool) -> None:
    """Two processes, each reader once."""
    server.clear()
    url, readers = postgres.clear(), 100_000 if prove else 200
    assert kill_senders(url, server, 0, 2, readers) == (0, 0)
    store = PostgresReaderStore(url)
    accounts = Counter(each.account for each in store.deliveries(store.runs()[0].id))
    compare(store, server)
    store.close()
    assert Counter(to for to, _ in server.taken()) == Counter(f"r{number}@qq.com" for number in range(readers))
    assert len(accounts) == 2
