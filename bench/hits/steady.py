"""So many hits a second, evenly, with little work of its own: it shares the processors with what it measures.

Latency counts from the moment at which a hit was due, so that a service that stands still cannot hide it.
"""

from __future__ import annotations

import random
import select
import socket
import time
from collections import deque

from tests.hits.services import request


def latencies(port: int, rate: int, seconds: int, pages: int, connections: int) -> list[float]:
    """Seconds that each hit took, in order of size; every one by another reader, and counted."""
    numbers = random.Random()
    requests = [_request(numbers, pages) for _ in range(rate * seconds)]
    poll = select.epoll()
    wires = [socket.create_connection(("127.0.0.1", port)) for _ in range(connections)]
    for wire in wires:
        wire.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        poll.register(wire, select.EPOLLIN)
    try:
        return sorted(_send(poll, wires, requests, 1 / rate))
    finally:
        poll.close()
        for wire in wires:
            wire.close()


def _request(numbers: random.Random, pages: int) -> bytes:
    a, b, c, d = (numbers.randint(1, 223), *(numbers.randint(0, 255) for _ in range(3)))
    return request(f"issue:{numbers.randrange(pages)}", f"{a}.{b}.{c}.{d}")


def _send(poll: select.epoll, wires: list[socket.socket], requests: list[bytes], step: float) -> list[float]:
    by_number, free = {wire.fileno(): wire for wire in wires}, deque(wires)  # in turn: none may lie idle for long
    due: dict[int, float] = {}
    times: list[float] = []
    began, sent = time.perf_counter() + 0.1, 0
    while len(times) < len(requests):
        while sent < len(requests) and free and began + sent * step <= time.perf_counter():
            wire = free.popleft()
            due[wire.fileno()] = began + sent * step
            wire.sendall(requests[sent])
            sent += 1
        rest = began + sent * step - time.perf_counter() if sent < len(requests) and free else 5.0
        for number, _ in poll.poll(max(rest, 0)):
            wire = by_number[number]
            answer = wire.recv(4096)
            times.append(time.perf_counter() - due[number])
            assert b'"c":1' in answer, answer
            free.append(wire)
    return times
