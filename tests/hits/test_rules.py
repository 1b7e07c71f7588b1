"""Who counts: double readings, limits, addresses, robots. Tables are small, so that they overflow."""

from __future__ import annotations

import random
import sys

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bulletin.core.errors import UsageError
from bulletin.hits.leaps import Leaps
from bulletin.hits.limits import Limits
from bulletin.hits.readers import Proxies, Readers, parse_address, raw_address
from bulletin.hits.robots import REMEMBERED, Robots
from bulletin.hits.rules import Rules
from bulletin.hits.windows import ROUND, TICKS, Windows
from tests.hits.agents import BROWSERS, ROBOTS

# ── double readings


@pytest.mark.parametrize(
    ("gap", "times", "counted"),
    [
        (29, 100, 1),  # a chain of reloads, each within 30 s of the one before
        (30, 100, 1),
        (31, 5, 5),
        (31, 100, 12),  # a loop: twelve a day
        (3600, 24, 12),
        (0, 1000, 1),
    ],
)
def test_reload_patterns(gap: float, times: int, counted: int) -> None:
    windows = Windows(Rules())
    assert sum(windows.reads(7, 1000 + gap * i) for i in range(times)) == counted


def test_a_new_day_begins_anew() -> None:
    windows = Windows(Rules(a_day=1))
    assert [windows.reads(7, 0), windows.reads(7, 100)] == [True, False]
    windows.clear()
    assert windows.reads(7, 200)


def test_the_clock_may_go_on_for_weeks() -> None:
    windows = Windows(Rules())
    late = ROUND / TICKS
    assert [windows.reads(7, late - 10), windows.reads(7, late + 10), windows.reads(7, late + 45)] == [
        True,
        False,
        True,
    ]


class Plain:
    """The rule without a table of a fixed size."""

    def __init__(self) -> None:
        self.seen: dict[int, tuple[float, int]] = {}

    def reads(self, name: int, now: float) -> bool:
        last, count = self.seen.get(name, (-1e9, 0))
        fresh = now - last > 30 and count < 12
        self.seen[name] = now, count + fresh
        return fresh


@given(st.lists(st.tuples(st.integers(0, 7), st.integers(0, 40)), max_size=200))
def test_as_long_as_readers_fit_the_table_is_exact(steps: list[tuple[int, int]]) -> None:
    windows, plain, now = Windows(Rules(readers=2)), Plain(), 1000
    for name, gap in steps:
        now += gap
        assert windows.reads(name, now) == plain.reads(name, now)


def test_a_million_readers_take_no_more_memory_and_all_count() -> None:
    windows = Windows(Rules(readers=1 << 10))
    size = sum(sys.getsizeof(table) for table in (windows._names, windows._words))
    numbers = random.Random(1)
    for _ in range(100_000):
        assert windows.reads(numbers.getrandbits(64), 1000)
    assert sum(sys.getsizeof(table) for table in (windows._names, windows._words)) == size


# ── floods


def test_a_burst_passes_and_then_the_rate() -> None:
    limits = Limits(16, rate=2, burst=10)
    assert sum(limits.passes(1, 100) for _ in range(50)) == 10
    assert sum(limits.passes(1, 101) for _ in range(50)) == 2
    assert limits.passes(2, 101), "others are not concerned"
    assert sum(limits.passes(1, 10_000) for _ in range(50)) == 10


def test_limits_do_not_grow() -> None:
    limits = Limits(4, rate=1, burst=5)
    for name in range(10_000):
        assert limits.passes(name, 100)
        assert len(limits._dues) <= 16


def test_whoever_asks_too_much_is_not_forgotten_for_those_who_ask_once() -> None:
    limits = Limits(4, rate=1, burst=5)
    assert sum(limits.passes(1, 100) for _ in range(50)) == 5
    for second in range(3):
        for name in range(5):
            assert limits.passes(10 + second * 5 + name, 100 + second)
    assert sum(limits.passes(1, 103) for _ in range(50)) == 3


# ── who


def test_a_reader_is_address_agent_and_page_on_a_day() -> None:
    one, two = Readers(b"a" * 32), Readers(b"b" * 32)
    names = {
        readers.reader(address, agent, page)
        for readers in (one, two)
        for address in (b"\1\2\3\4", b"\1\2\3\5", b"\1\2\3\4\0\0\0\0")
        for agent in (b"A", b"B")
        for page in (b"p", b"q")
    }
    assert len(names) == 2 * 3 * 2 * 2
    assert one.reader(b"\1\2\3\4", b"A", b"p") == Readers(b"a" * 32).reader(b"\1\2\3\4", b"A", b"p")
    assert one.net(b"\1\2\3") != two.net(b"\1\2\3")


@pytest.mark.parametrize(
    ("text", "reader", "net"),
    [
        ("203.0.113.9", b"\xcb\0\x71\x09", b"\xcb\0\x71"),
        (" 203.0.113.9 ", b"\xcb\0\x71\x09", b"\xcb\0\x71"),
        ("::ffff:203.0.113.9", b"\xcb\0\x71\x09", b"\xcb\0\x71"),
        ("2001:db8:1:2:3:4:5:6", bytes.fromhex("20010db800010002"), bytes.fromhex("20010db80001")),
        ("[2001:db8:1:2::9]", bytes.fromhex("20010db800010002"), bytes.fromhex("20010db80001")),
        ("fe80::1%eth0", bytes.fromhex("fe80000000000000"), bytes.fromhex("fe8000000000")),
    ],
)
def test_addresses(text: str, reader: bytes, net: bytes) -> None:
    assert parse_address(text) == (reader, net)


@pytest.mark.parametrize("text", ["", "unknown", "1.2.3", "1.2.3.4:80", "1.2.3.4.5", "::g", "1\0.2.3.4"])
def test_what_is_no_address(text: str) -> None:
    assert parse_address(text) is None


@pytest.mark.parametrize(
    ("trusted", "peer", "forwarded", "reader"),
    [
        ((), "1.1.1.1", b"9.9.9.9", "1.1.1.1"),  # nobody is believed unless it was said so
        (("10.0.0.0/8",), "1.1.1.1", b"9.9.9.9", "1.1.1.1"),
        (("10.0.0.0/8",), "10.1.1.1", b"9.9.9.9", "9.9.9.9"),
        (("10.0.0.0/8",), "10.1.1.1", b"6.6.6.6, 9.9.9.9", "9.9.9.9"),  # what the client itself said stands left
        (("10.0.0.0/8",), "10.1.1.1", b"6.6.6.6, 9.9.9.9, 10.2.2.2", "9.9.9.9"),
        (("10.0.0.0/8",), "10.1.1.1", b"10.2.2.2", "10.1.1.1"),
        (("10.0.0.0/8",), "::ffff:10.1.1.1", b"9.9.9.9", "9.9.9.9"),
        (("10.0.0.0/8",), "10.1.1.1", None, "10.1.1.1"),
        (("2001:db8::/32",), "2001:db8::1", b"2400::1", "2400::1"),
        ((), None, b"9.9.9.9", "9.9.9.9"),  # a socket of this machine
        ((), "", b"9.9.9.9", "9.9.9.9"),  # as granian says it
        ((), None, None, "0.0.0.0"),
    ],
)
def test_whom_a_proxy_speaks_for(
    trusted: tuple[str, ...], peer: str | None, forwarded: bytes | None, reader: str
) -> None:
    assert Proxies(trusted).reader(peer, forwarded) == raw_address(reader)


def test_a_wrong_proxy_is_said() -> None:
    with pytest.raises(UsageError, match="proxy"):
        Proxies(("10.0.0.0/8", "nginx"))


# ── robots


@pytest.mark.parametrize("agent", BROWSERS, ids=range(len(BROWSERS)))
def test_a_reader_is_never_called_a_robot(agent: str) -> None:
    assert agent.encode() not in Robots()


@pytest.mark.parametrize("agent", ROBOTS, ids=range(len(ROBOTS)))
def test_robots_are_known(agent: str) -> None:
    assert agent.encode() in Robots()


def test_invented_agents_do_not_fill_memory() -> None:
    robots = Robots()
    for number in range(REMEMBERED + 10):
        assert b"Mozilla/5.0 %d" % number not in robots
    assert len(robots._known) == 10
    long = b"Mozilla/5.0 " + b"x" * 100_000
    assert long not in robots
    assert max(map(len, robots._known)) <= 512


# ── leaps


def test_a_leap_is_said_once_it_is_far_from_usual() -> None:
    leaps = Leaps()
    for _ in range(200):
        leaps.count("a")
    for _ in range(59):
        leaps.count("b")
    assert leaps.minute() == [("a", 200, 0.0)]
    for _ in range(300):  # five hours of the same: usual by now
        for _ in range(200):
            leaps.count("a")
        leaps.minute()
    for _ in range(400):
        leaps.count("a")
    assert leaps.minute() == []
