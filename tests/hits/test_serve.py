"""The service as a process: what keeps it from starting ends it, in a sentence."""

from __future__ import annotations

import contextlib
import os
import socket
import sqlite3
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from bulletin.core.errors import HitsError
from bulletin.core.keys import Key, KeyList, write_keys
from bulletin.hits import remote
from bulletin.hits.stores.base import Batch, Count, StoredRecord
from bulletin.hits.stores.opening import open_store
from tests.browser.nginx import free_port
from tests.conftest import ROOT, write_files
from tests.hits.services import Service, service, write_pages

SECONDS = 5.0
"""After which a service that cannot work is gone, so that systemd acts."""


@pytest.fixture
def folder(tmp_path: Path) -> Iterator[Path]:
    write_pages(tmp_path / "hits-keys.json", 3)
    yield tmp_path


def said(started: Service) -> tuple[int, str]:
    """Exit code and words of a service that ends by itself."""
    begin = time.monotonic()
    code = started.process.wait(30)
    lines = started.log.read_text("utf-8").splitlines()
    started.kill()
    assert time.monotonic() - begin < 2 * SECONDS
    return code, " ".join(lines)


def test_a_second_service_does_not_share_the_port(folder: Path) -> None:
    with service(folder, f"sqlite:///{folder}/a.db") as first:
        second = Service(folder, f"sqlite:///{folder}/b.db", "--bind", f"127.0.0.1:{first.port}")
        code, line = said(second)
        assert (code, "the address is in use" in line) == (2, True), line
        first.wait()


@pytest.mark.skipif(sys.platform != "linux", reason="the name that is held is Linux's")
@pytest.mark.parametrize("at", ["hits.sock", ""])
def test_of_two_services_that_begin_together_one_runs(folder: Path, at: str) -> None:
    path = folder / at if at else None
    bind = f"unix:{path}" if path else f"127.0.0.1:{free_port()}"
    both = [Service(folder, f"sqlite:///{folder}/{name}.db", "--bind", bind) for name in "ab"]
    end = time.monotonic() + 30
    while (codes := [one.process.poll() for one in both]) == [None, None] and time.monotonic() < end:
        time.sleep(0.1)
    for one in both:
        one.kill()
    assert sorted(codes, key=str) == [2, None]


def test_a_socket_of_a_killed_service_is_taken_over_and_a_live_one_is_not(folder: Path) -> None:
    at = folder / "hits.sock"
    killed = Service(folder, f"sqlite:///{folder}/a.db", at=at)
    killed.wait()
    killed.kill()
    assert at.is_socket()
    while killed.health():  # its worker ends a moment later
        time.sleep(0.01)
    with service(folder, f"sqlite:///{folder}/a.db", at=at):
        code, line = said(Service(folder, f"sqlite:///{folder}/b.db", at=at))
        assert (code, "the address is in use" in line) == (2, True), line


def test_a_file_is_no_socket(folder: Path) -> None:
    at = folder / "hits.sock"
    at.write_text("mine")
    code, line = said(Service(folder, f"sqlite:///{folder}/a.db", at=at))
    assert (code, at.read_text()) == (2, "mine"), line


def test_a_store_damaged_in_the_middle_ends_the_service(folder: Path) -> None:
    url, path = f"sqlite:///{folder}/a.db", folder / "a.db"
    store = open_store(url)
    add = tuple(Count(f"issue:{n}", "2026-11-26", "live", 1) for n in range(20_000))
    store.commit(Batch("s", 1, add=add))
    store.close()
    with sqlite3.connect(path) as db:
        db.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    data = bytearray(path.read_bytes())
    data[40_000:-40_000] = bytes(len(data) - 80_000)
    path.write_bytes(data)
    code, line = said(Service(folder, url))
    assert code != 0
    assert "counts" in line, line


def test_a_figure_that_cannot_be_read_ends_the_service(folder: Path) -> None:
    """It began without its pages then, and said that it was well."""
    url = f"sqlite:///{folder}/a.db"
    store = open_store(url)
    store.commit(Batch("s", 1, records=(StoredRecord("figure", "today", "many"),)))
    store.close()
    code, line = said(Service(folder, url))
    assert (code, "the store is damaged: today" in line) == (2, True), line


def test_a_store_of_another_station_is_refused_until_it_is_taken_over(folder: Path) -> None:
    def keys(url: str) -> None:
        key = Key("issue:1", "issues/1/", "第1期", "1", "2026-01-01")
        (folder / "hits-keys.json").write_bytes(write_keys(KeyList(url, (key,))))

    url = f"sqlite:///{folder}/a.db"
    keys("https://one.example.cn/")
    with service(folder, url):
        pass
    keys("https://two.example.cn/")
    code, line = said(Service(folder, url))
    assert (code, "these are the counts of one.example.cn, not of two.example.cn" in line) == (2, True), line
    with service(folder, url, "--take-over"):
        keys("https://three.example.cn/")  # while it runs: the same list, so the same station
        end = time.monotonic() + 30
        while "three" not in open_store(url).records("store").get("station", ""):
            assert time.monotonic() < end
            time.sleep(0.1)


def test_somebody_else_who_listens_is_named_at_once(folder: Path) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        started = Service(folder, f"sqlite:///{folder}/a.db", "--bind", f"127.0.0.1:{taken.getsockname()[1]}")
        assert said(started)[0] == 2


def test_the_doctor_reaches_a_service_at_its_socket(folder: Path) -> None:
    at = folder / "hits.sock"
    with service(folder, f"sqlite:///{folder}/a.db", at=at):
        assert remote.metrics(f"unix:{at}")["bulletin_hits_keys"] == 3
    with pytest.raises(HitsError, match=r"hits\.sock does not answer"):
        remote.metrics(f"unix:{folder}/none/hits.sock")


PATIENCE = 2
"""For a body, of the service below; ten seconds otherwise."""


@pytest.mark.parametrize("method", ["POST /_hits/v", "PUT /_hits/today"])
def test_a_body_that_comes_too_slowly_is_given_up(folder: Path, method: str) -> None:
    token = "x" * 20
    impatient = folder / "impatient"  # Python runs its sitecustomize in every process of the service
    write_files(impatient, {"sitecustomize.py": f"from bulletin.core import http\nhttp.BODY_SECONDS = {PATIENCE}\n"})
    path = f"{impatient}{os.pathsep}{ROOT}"
    with (
        service(folder, f"sqlite:///{folder}/a.db", BULLETIN_HITS_TOKEN=token, PYTHONPATH=path) as started,
        socket.create_connection(("127.0.0.1", started.port), timeout=30) as wire,
    ):
        begin = time.monotonic()
        head = f"{method} HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer {token}\r\nContent-Length: 20\r\n\r\n"
        wire.sendall(head.encode())
        wire.setblocking(False)
        reply = b""
        while not reply.startswith(b"HTTP/1.1 408") and time.monotonic() - begin < 15:
            with contextlib.suppress(BlockingIOError):
                wire.send(b"x")
            time.sleep(0.3)
            with contextlib.suppress(BlockingIOError):
                reply += wire.recv(100)
        assert reply.startswith(b"HTTP/1.1 408"), reply
        assert PATIENCE <= time.monotonic() - begin < 9
