"""Links to other websites: what is asked, what is never asked, what is made of the answers. No network is used."""

from __future__ import annotations

import socket
import sys
import threading
from collections.abc import Iterator
from datetime import datetime, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import httpx
import pytest

from bulletin.build.examine import examine
from bulletin.build.report import Options
from bulletin.check.addresses import is_private_host
from bulletin.check.connecting import PublicTransport
from bulletin.check.external import External, PrivateAddress, ask_address, public_number, public_transport
from bulletin.core.errors import ExtraMissing
from tests.conftest import NOW, write_files

ISSUE = "---\nnumber: 2015003\ndate: 2015-04-10\n---\n## 站务新闻\n\n"


def website(request: httpx.Request) -> httpx.Response:
    """A website with everything that happens to links."""
    path = request.url.path
    if path == "/moved":
        return httpx.Response(301, headers={"location": "/here"})
    if path == "/moved-for-now":
        return httpx.Response(302, headers={"location": "/here"})
    if path == "/round":
        return httpx.Response(302, headers={"location": "/round"})
    if path == "/inside":
        return httpx.Response(302, headers={"location": "http://169.254.169.254/latest/"})
    if path == "/file":
        return httpx.Response(302, headers={"location": "file:///etc/passwd"})
    if path == "/no-head" and request.method == "HEAD":
        return httpx.Response(405)
    if path == "/silent":
        raise httpx.ConnectTimeout("late")
    return httpx.Response({"/gone": 404, "/login": 403, "/broken": 500}.get(path, 200))


@pytest.mark.parametrize(
    ("path", "reason", "moved"),
    [
        ("here", "", ""),
        ("no-head", "", ""),
        ("login", "", ""),
        ("moved", "", "http://www.example.cn/here"),
        ("moved-for-now", "", ""),
        ("gone", "the page is not there any more", ""),
        ("broken", "the server reports a fault", ""),
        ("round", "it leads from one address to the next without end", ""),
        ("inside", "it leads into a private network", ""),
        ("file", "it leads into a private network", ""),
        ("silent", "there is no such server, or it does not answer in time", ""),
    ],
)
def test_what_is_made_of_an_answer(path: str, reason: str, moved: str) -> None:
    with httpx.Client(transport=httpx.MockTransport(website)) as web:
        answer = ask_address(web, f"http://www.example.cn/{path}", NOW)
    assert (answer.reason, answer.moved) == (reason, moved)


def test_each_address_is_asked_once_a_day(station: Path) -> None:
    asked: list[str] = []

    def counted(request: httpx.Request) -> httpx.Response:
        if request.url.path != "/":  # the station's own address
            asked.append(str(request.url))
        return website(request)

    text = "[一](http://www.example.cn/moved)和[二](http://www.example.cn/gone)，http://www.example.cn/gone。\n"
    write_files(station, {"content/issues/2015003.md": ISSUE + text})
    external = External(lambda: httpx.MockTransport(counted))

    def check(now: datetime) -> list[tuple[str, str, int]]:
        found = examine(station, now, Options(), external=external).problems
        return [(p.code, p.guess, p.column) for p in found]

    expected = [("L201", "", 38), ("L201", "", 66), ("L202", "http://www.example.cn/here", 5)]
    assert sorted(check(NOW)) == sorted(expected)
    names = [address.rpartition("/")[2] for address in asked]
    assert sorted(names) == ["gone", "gone", "here", "moved"]  # once by HEAD, once by GET
    check(NOW + timedelta(hours=23))
    assert len(asked) == 4
    check(NOW + timedelta(hours=25))
    assert len(asked) == 8
    assert examine(station, NOW, Options()).problems == ()


PRIVATE = """
    127.0.0.1 10.1.2.3 172.16.0.1 192.168.1.1 169.254.169.254 0.0.0.0 100.64.0.1 224.0.0.1 255.255.255.255 [::1]
    [fe80::1] [fd00::1] [::ffff:10.0.0.1] [64:ff9b::a00:1] [2002:7f00:1::] 2130706433 0x7f000001 0177.0.0.1 127.1
    localhost LOCALHOST. a.local oa.lan
"""
PUBLIC = "www.mca.gov.cn 1.2.4.8 [2400:3200::1] example.cn 163.com"


def test_private_hosts_by_every_spelling() -> None:
    assert [host for host in PRIVATE.split() if not is_private_host(host)] == []
    assert [host for host in PUBLIC.split() if is_private_host(host)] == []


@pytest.mark.parametrize("numbers", [["127.0.0.1"], ["1.2.4.8", "10.0.0.1"], ["::1"], ["::ffff:192.168.0.1"]])
def test_a_name_that_leads_to_a_private_number_is_not_connected_to(numbers: list[str]) -> None:
    with pytest.raises(PrivateAddress):
        public_number("harmless.example.cn", 80, lambda *_: numbers)
    with httpx.Client(transport=public_transport(lambda *_: numbers), trust_env=False) as web:
        assert ask_address(web, "http://harmless.example.cn/", NOW).reason == "it leads into a private network"


def test_a_name_is_asked_once_and_its_own_number_connected_to() -> None:
    assert public_number("www.example.cn", 80, lambda *_: ["1.2.4.8"]) == "1.2.4.8"
    with pytest.raises(ValueError, match="nowhere"):
        public_number("nowhere", 80, lambda *_: [])


class _Site(BaseHTTPRequestHandler):
    """Answers every name, with what it was asked."""

    protocol_version = "HTTP/1.1"

    def do_GET(self) -> None:
        body = f"{self.headers['host']} {self.path}".encode()
        self.send_response(200)
        self.send_header("content-length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_: object) -> None:
        """Nothing."""


@pytest.fixture
def site() -> Iterator[int]:
    """The port of a website on this computer."""
    with ThreadingHTTPServer(("127.0.0.1", 0), _Site) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield server.server_port
        server.shutdown()


def test_the_number_chosen_is_connected_to_under_the_name_asked_for(site: int) -> None:
    asked: list[tuple[str, int]] = []

    def choose(host: str, port: int) -> str:
        asked.append((host, port))
        return "127.0.0.1"

    with httpx.Client(transport=PublicTransport(choose), trust_env=False) as web:
        answers = [web.get(f"http://www.example.cn:{site}/{path}?b=1") for path in ("a", "站")]
    assert [answer.text for answer in answers] == [
        f"www.example.cn:{site} /a?b=1",
        f"www.example.cn:{site} /%E7%AB%99?b=1",
    ]
    assert asked == [("www.example.cn", site)], "the connection is kept"


def test_a_server_that_does_not_answer_is_an_error_of_httpx() -> None:
    with socket.socket() as closed:
        closed.bind(("127.0.0.1", 0))
        with (
            httpx.Client(transport=PublicTransport(lambda *_: "127.0.0.1"), trust_env=False) as web,
            pytest.raises(httpx.TransportError),
        ):
            web.get(f"http://www.example.cn:{closed.getsockname()[1]}/")


def test_without_httpx_the_check_says_what_to_install(station: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    write_files(station, {"content/issues/2015003.md": ISSUE + "[一](http://www.example.cn/)\n"})
    monkeypatch.setitem(sys.modules, "httpx", None)
    with pytest.raises(ExtraMissing, match=r'pip install "bulletin\[external\]"'):
        examine(station, NOW, Options(), external=External(public_transport))
    assert examine(station, NOW, Options()).issues == 3
