"""Asking a service over HTTP: what it says, and what people read when it says something else."""

from __future__ import annotations

import gzip
import socket
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from http.server import BaseHTTPRequestHandler, HTTPServer

import pytest

from bulletin.core.errors import HitsError
from bulletin.core.i18n import translations
from bulletin.core.model import Today
from bulletin.core.problems import sentence
from bulletin.hits import remote
from bulletin.hits.service import HitTotals
from tests.browser.nginx import free_port

Answer = Callable[[BaseHTTPRequestHandler], None]


@contextmanager
def service(answer: Answer) -> Iterator[tuple[str, list[str]]]:
    """A server that answers as it is told; its address, and what it was asked for."""
    asked: list[str] = []

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            asked.append(f"{self.command} {self.path} {self.headers.get('authorization', '')}".strip())
            answer(self)

        do_PUT = do_GET

        def log_message(self, *_: object) -> None:
            pass

    with HTTPServer(("127.0.0.1", 0), Handler) as server:
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
        thread.start()
        try:
            yield f"http://127.0.0.1:{server.server_port}/", asked
        finally:
            server.shutdown()
            thread.join()


def says(status: int, body: bytes = b"", **headers: str) -> Answer:
    def answer(handler: BaseHTTPRequestHandler) -> None:
        handler.rfile.read(int(handler.headers.get("content-length", 0)))
        handler.send_response(status)
        for name, value in headers.items():
            handler.send_header(name.replace("_", "-"), value)
        handler.send_header("content-length", str(len(body)))
        handler.end_headers()
        handler.wfile.write(body)

    return answer


def refused(answer: Answer) -> str:
    """What a person reads when the service answers so, without its address."""
    with service(answer) as (address, _), pytest.raises(HitsError) as caught:
        remote.ranked(address)
    return sentence(caught.value, str).replace(address, "it")


RANKED = b'{"total": {"a": 3}, "recent": {}}'


def test_numbers_are_asked_for() -> None:
    with service(says(200, RANKED)) as (address, asked):
        assert remote.ranked(address.rstrip("/")) == HitTotals({"a": 3}, {})
    assert asked == ["GET /_hits/all"]


def test_a_packed_answer_is_unpacked() -> None:
    with service(says(200, gzip.compress(RANKED), content_encoding="gzip")) as (address, _):
        assert remote.ranked(address).total == {"a": 3}


def test_the_figure_is_set_with_the_token() -> None:
    with service(says(200, b'{"count": 23, "date": "2026-11-26"}')) as (address, asked):
        assert remote.set_today(address, 23, "geheim") == Today(23, "2026-11-26")
    assert asked == ["PUT /_hits/today Bearer geheim"]


def test_who_asks_follows_to_where_the_service_is_now() -> None:
    with service(says(200, RANKED)) as (there, asked):
        with service(says(301, location=f"{there}_hits/all")) as (address, _):
            assert remote.ranked(address).total == {"a": 3}
        assert asked == ["GET /_hits/all"]


def test_the_token_is_not_carried_to_another_server() -> None:
    with service(says(200, RANKED)) as (there, asked), service(says(307, location=there)) as (address, _):
        with pytest.raises(HitsError) as caught:
            remote.set_today(address, 23, "geheim")
        assert "answers: 307 Temporary Redirect." in sentence(caught.value, str)
        assert asked == []


@pytest.mark.parametrize(
    ("answer", "said"),
    [
        (says(401), "it did not accept the token. Set BULLETIN_HITS_TOKEN as on the server."),
        (says(503), "it answers: 503 Service Unavailable."),
        (says(204), "it does not answer: 204."),
        (says(200, b"<html>"), "it answers, but it is not the counter."),
        (says(200, b"\xff"), "it answers, but it is not the counter."),
        (lambda _: None, "it does not answer: Remote end closed connection without response."),
    ],
    ids=["401", "503", "204", "html", "bytes", "nothing"],
)
def test_what_a_service_says_that_is_none(answer: Answer, said: str) -> None:
    assert refused(answer) == said


def test_an_endless_answer_is_cut_off(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(remote, "_MAX_REPLY", 10)
    most = 5_000
    sent: list[int] = []

    def endless(handler: BaseHTTPRequestHandler) -> None:
        handler.send_response(200)
        handler.end_headers()
        with suppress(ConnectionError):
            while len(sent) < most:
                sent.append(handler.wfile.write(RANKED * 1_000))

    assert refused(endless) == "it answers, but it is not the counter."
    assert 0 < len(sent) < most


def test_nobody_is_there() -> None:
    address = f"http://127.0.0.1:{free_port()}/"
    with pytest.raises(HitsError) as caught:
        remote.ranked(address)
    assert sentence(caught.value, str) == f"{address} does not answer: Connection refused."
    assert "拒绝" in sentence(caught.value, translations("zh-CN").gettext), "the reason is in the catalogue"


def test_who_never_answers_is_not_waited_for(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(remote, "_TIMEOUT", 0.05)
    began = time.monotonic()
    with socket.create_server(("127.0.0.1", 0)) as listening, pytest.raises(HitsError) as caught:
        remote.ranked(f"http://127.0.0.1:{listening.getsockname()[1]}/")
    assert time.monotonic() - began < 4, "httpx itself would wait for 5 seconds"
    assert sentence(caught.value, str).endswith(" does not answer: timed out.")


@pytest.mark.parametrize("address", ["", "ftp://example.cn/", "http://a b/", "http://[::1/", "http://:x/"])
def test_what_is_no_address(address: str) -> None:
    with pytest.raises(HitsError):
        remote.ranked(address)


def test_a_token_that_no_header_can_carry() -> None:
    with pytest.raises(HitsError):
        remote.set_today("http://127.0.0.1:9/", 23, "口令")


def test_counters_are_read_with_their_labels() -> None:
    text = b'# HELP x\nbulletin_hits_total{kind="counted"} 5\nbulletin_hits_commit_age_seconds 0.5\n'
    with service(says(200, text)) as (address, _):
        found = remote.metrics(address)
    assert found == {'bulletin_hits_total{kind="counted"}': 5, "bulletin_hits_commit_age_seconds": 0.5}
