"""The counter's addresses against their description, and against what no description allows."""

from __future__ import annotations

import random
import socket
from collections.abc import Iterator

import pytest
import schemathesis
from hypothesis import HealthCheck, Phase, settings
from schemathesis.checks import not_a_server_error
from schemathesis.specs.openapi.checks import response_schema_conformance, status_code_conformance

from tests.conftest import ROOT
from tests.hits.services import Service, request, service, write_pages

pytestmark = [pytest.mark.prove, pytest.mark.xdist_group("hits fuzz")]

CHECKS = [not_a_server_error, response_schema_conformance, status_code_conformance]

schema = schemathesis.openapi.from_path(ROOT / "docs/hits-openapi.yaml")


@pytest.fixture(scope="module")
def fuzzed(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Service]:
    folder = tmp_path_factory.mktemp("fuzzed")
    write_pages(folder / "hits-keys.json", 3)
    with service(folder, f"sqlite:///{folder}/counts.db", BULLETIN_HITS_TOKEN="geheim") as counting:
        yield counting
        assert counting.health() == 200


@schema.parametrize()
@settings(max_examples=40, phases=[Phase.generate], suppress_health_check=list(HealthCheck), deadline=None)
def test_every_request_is_answered_as_described(case: schemathesis.Case, fuzzed: Service) -> None:  # type: ignore[type-arg]
    case.headers["User-Agent"] = "Mozilla/5.0 (X11; Linux x86_64; rv:128.0) Gecko/20100101 Firefox/128.0"
    if case.method.upper() == "PUT" and random.random() < 0.7:
        case.headers["Authorization"] = "Bearer geheim"
    response = case.call(base_url=fuzzed.address.rstrip("/"))
    case.validate_response(response, checks=CHECKS)


def raw(port: int, data: bytes) -> bytes:
    """The beginning of the answer; none from a server that waits for more."""
    with socket.create_connection(("127.0.0.1", port), 5) as wire:
        wire.settimeout(0.3)
        try:
            wire.sendall(data)
            return wire.recv(65_536)
        except OSError:
            return b""


ODD = (
    b"\r\n\r\n",
    b"GET\r\n\r\n",
    b"GET / HTTP/9.9\r\n\r\n",
    b"POST /_hits/v HTTP/1.1\r\nHost: h\r\nContent-Length: -1\r\n\r\n",
    b"POST /_hits/v HTTP/1.1\r\nHost: h\r\nContent-Length: 99999999999999999999\r\n\r\nx",
    b"POST /_hits/v HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n",
    b"POST /_hits/v HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: chunked\r\nContent-Length: 3\r\n\r\n0\r\n\r\n",
    b"POST /_hits/v HTTP/1.1\r\nHost: h\r\nUser-Agent: " + b"a" * 20_000 + b"\r\n\r\n",
    b"POST /_hits/v HTTP/1.1\r\nHost: h\r\nX-Forwarded-For: " + b",".join([b"1.1.1.1"] * 1_000) + b"\r\n\r\n",
    b"GET /_hits/n?k=" + b"a," * 4_000 + b" HTTP/1.1\r\nHost: h\r\n\r\n",
    b"GET /_hits/n?k=%00%ff%zz&k=%2e%2e HTTP/1.1\r\nHost: h\r\n\r\n",
    b"GET http://elsewhere/_hits/health HTTP/1.1\r\nHost: h\r\n\r\n",
    b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03",
    b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n",
)


def test_odd_requests_get_a_clear_refusal_and_the_service_lives(fuzzed: Service, prove: bool) -> None:
    numbers = random.Random(7)
    good = request("issue:1", "203.0.113.9")
    mangled = [bytearray(good) for _ in range(3_000 if prove else 100)]
    for each in mangled:
        for _ in range(numbers.randint(1, 6)):
            each[numbers.randrange(len(each))] = numbers.randrange(256)
    answered = 0
    for data in (*ODD, *map(bytes, mangled)):
        reply = raw(fuzzed.port, data)
        status = reply.split(b" ", 2)[1] if reply.startswith(b"HTTP/1.") else b""
        assert not status.startswith(b"5"), (data, reply)
        answered += status != b""
    assert answered > len(mangled) / 2
    assert b"200" in raw(fuzzed.port, good)[:20]
