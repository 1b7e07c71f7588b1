"""Who counts: double readings, limits, addresses, robots. Tables are small, so that they overflow."""

from __future__ import annotations

import random
import sys

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bulletin.core.errors import UsageError
from bulletin.core.http import Proxies, parse_address, raw_address
from bulletin.hits.limits import RateLimiter
from bulletin.hits.readers import Readers
from bulletin.hits.repeats import CLOCK_TICKS, TICKS_PER_SECOND, RepeatReads
from bulletin.hits.robots import REMEMBERED_AGENTS, Robots
from bulletin.hits.rules import Rules
from bulletin.hits.spikes import SpikeDetector
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
    windows = RepeatReads(Rules())
    assert sum(windows.is_new(7, 1000 + gap * i) for i in range(times)) == counted


def test_a_new_day_begins_anew() -> None:
    windows = RepeatReads(Rules(a_day=1))
    assert [windows.is_new(7, 0), windows.is_new(7, 100)] == [True, False]
    windows.clear()
    assert windows.is_new(7, 200)


def test_the_clock_may_go_on_for_weeks() -> None:
    windows = RepeatReads(Rules())
    late = CLOCK_TICKS / TICKS_PER_SECOND
    assert [windows.is_new(7, late - 10), windows.is_new(7, late + 10), windows.is_new(7, late + 45)] == [
        True,
        False,
        True,
    ]


def test_the_reader_who_came_longest_ago_gives_way() -> None:
    repeats = RepeatReads(Rules(readers=1, window=1000))
    order = [3, 1, 4, 2]
    for second, name in enumerate(order):
        assert repeats.is_new(name, second)
    assert not repeats.is_new(3, 10), "seen again: now 1 came longest ago"
    assert repeats.is_new(5, 11)
    assert [repeats.is_new(name, 12) for name in (3, 4, 2, 5)] == [False] * 4
    assert repeats.is_new(1, 13)


def test_who_came_longest_ago_is_known_when_the_clock_wraps_around() -> None:
    repeats = RepeatReads(Rules(readers=1, window=1000))
    wrap = CLOCK_TICKS / TICKS_PER_SECOND
    for name, second in ((1, wrap - 2), (2, wrap - 1), (3, wrap + 1), (4, wrap + 2)):
        assert repeats.is_new(name, second)
    assert repeats.is_new(5, wrap + 3)
    assert [repeats.is_new(name, wrap + 4) for name in (2, 3, 4, 5)] == [False] * 4


def test_each_bucket_holds_four_readers() -> None:
    repeats = RepeatReads(Rules(readers=2))
    names = [0, 2, 4, 6, 1, 3, 5, 7]
    assert all(repeats.is_new(name, 100) for name in names)
    assert not any(repeats.is_new(name, 101) for name in names)


def test_seconds_are_counted_in_tenths() -> None:
    repeats = RepeatReads(Rules(window=1.5))
    assert [repeats.is_new(7, second) for second in (10, 11.55, 13.15)] == [True, False, True]


def test_a_reader_who_comes_back_after_ten_days_is_new() -> None:
    repeats = RepeatReads(Rules())
    half = (1 << 23) / 10
    assert [repeats.is_new(7, second) for second in (0, half + 10)] == [True, True]


class Plain:
    """The rule without a table of a fixed size."""

    def __init__(self) -> None:
        self.seen: dict[int, tuple[float, int]] = {}

    def is_new(self, name: int, now: float) -> bool:
        last, count = self.seen.get(name, (-1e9, 0))
        fresh = now - last > 30 and count < 12
        self.seen[name] = now, count + fresh
        return fresh


@given(st.lists(st.tuples(st.integers(0, 7), st.integers(0, 40)), max_size=200))
def test_as_long_as_readers_fit_the_table_is_exact(steps: list[tuple[int, int]]) -> None:
    windows, plain, now = RepeatReads(Rules(readers=2)), Plain(), 1000
    for name, gap in steps:
        now += gap
        assert windows.is_new(name, now) == plain.is_new(name, now)


def test_a_million_readers_take_no_more_memory_and_all_count() -> None:
    windows = RepeatReads(Rules(readers=1 << 10))
    size = sum(sys.getsizeof(table) for table in (windows._names, windows._entries))
    numbers = random.Random(1)
    for _ in range(100_000):
        assert windows.is_new(numbers.getrandbits(64), 1000)
    assert sum(sys.getsizeof(table) for table in (windows._names, windows._entries)) == size


# ── floods


def test_a_burst_passes_and_then_the_rate() -> None:
    limits = RateLimiter(16, rate=2, burst=10)
    assert sum(limits.allow(1, 100) for _ in range(50)) == 10
    assert sum(limits.allow(1, 101) for _ in range(50)) == 2
    assert limits.allow(2, 101), "others are not concerned"
    assert sum(limits.allow(1, 10_000) for _ in range(50)) == 10


def test_limits_do_not_grow() -> None:
    limits = RateLimiter(4, rate=1, burst=5)
    for name in range(10_000):
        assert limits.allow(name, 100)
        assert len(limits._full_at) <= 16


def test_the_oldest_half_is_forgotten_when_none_has_run_out() -> None:
    limits = RateLimiter(2, rate=1, burst=2)
    for name in range(8):
        assert [limits.allow(name, 100) for _ in range(3)] == [True, True, False]
    assert limits.allow(8, 100), "the ninth of eight"
    assert list(limits._full_at) == [4, 5, 6, 7, 8]
    assert not any(limits.allow(name, 100) for name in (4, 5, 6, 7))
    assert limits.allow(0, 100)


def test_none_is_forgotten_while_there_is_room() -> None:
    limits = RateLimiter(2, rate=1, burst=1)
    assert all(limits.allow(name, 100) for name in range(8))
    assert not any(limits.allow(name, 100) for name in range(8))


def test_the_oldest_stays_when_it_alone_has_not_run_out() -> None:
    limits = RateLimiter(2, rate=1, burst=2)
    for name in (0, 0, *range(1, 8)):
        assert limits.allow(name, 100)
    assert limits.allow(8, 101)
    assert list(limits._full_at) == [0, 8]


def test_only_those_that_have_run_out_are_forgotten_while_that_is_enough() -> None:
    limits = RateLimiter(2, rate=1, burst=1)
    for name, second in enumerate((100, 100, 100, 100, 101, 101, 101, 101)):
        assert limits.allow(name, second)
    assert limits.allow(8, 101), "the first four are full again"
    assert list(limits._full_at) == [4, 5, 6, 7, 8]
    assert not any(limits.allow(name, 101) for name in (4, 5, 6, 7, 8))


def test_a_token_comes_back_at_its_time() -> None:
    limits = RateLimiter(2, rate=4, burst=3)
    assert [limits.allow(1, 10) for _ in range(4)] == [True, True, True, False]
    assert not limits.allow(1, 10.1875)
    assert [limits.allow(1, 10.25) for _ in range(2)] == [True, False]
    assert [limits.allow(1, 11) for _ in range(4)] == [True, True, True, False]


def test_whoever_asks_too_much_is_not_forgotten_for_those_who_ask_once() -> None:
    limits = RateLimiter(4, rate=1, burst=5)
    assert sum(limits.allow(1, 100) for _ in range(50)) == 5
    for second in range(3):
        for name in range(5):
            assert limits.allow(10 + second * 5 + name, 100 + second)
    assert sum(limits.allow(1, 103) for _ in range(50)) == 3


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
        ("203.0.113.9:51234", b"\xcb\0\x71\x09", b"\xcb\0\x71"),
        ("[2001:db8:1:2::9]:443", bytes.fromhex("20010db800010002"), bytes.fromhex("20010db80001")),
        ("fe80::1%eth0", bytes.fromhex("fe80000000000000"), bytes.fromhex("fe8000000000")),
    ],
)
def test_addresses(text: str, reader: bytes, net: bytes) -> None:
    assert parse_address(text) == (reader, net)


@pytest.mark.parametrize("text", ["", "unknown", "1.2.3", "1.2.3:80", "1.2.3.4.5", "::g", "1\0.2.3.4"])
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
    for number in range(REMEMBERED_AGENTS + 10):
        assert b"Mozilla/5.0 %d" % number not in robots
    assert len(robots._known) == 10
    long = b"Mozilla/5.0 " + b"x" * 100_000
    assert long not in robots
    assert max(map(len, robots._known)) <= 512


# ── spikes


def hit(spikes: SpikeDetector, page: str, n: int) -> list[tuple[str, int, float]]:
    """A minute in which a page was read so often."""
    for _ in range(n):
        spikes.count(page)
    return spikes.minute()


def test_a_page_spikes_from_sixty_hits_a_minute() -> None:
    spikes = SpikeDetector()
    assert hit(spikes, "a", 59) == []
    assert hit(spikes, "b", 60) == [("b", 60, 0.0)]
    assert spikes.minute() == [], "hits of the minute before are not counted again"


def test_a_page_spikes_at_ten_times_its_usual_rate() -> None:
    for n, spiked in ((99, False), (100, True)):
        spikes = SpikeDetector()
        spikes.count("a", 600)
        assert spikes.minute() == [("a", 600, 0.0)]  # from now on, 600 / 60 = 10 a minute are usual
        assert hit(spikes, "a", n) == ([("a", 100, 10.0)] if spiked else [])


def test_what_is_usual_follows_for_about_an_hour() -> None:
    spikes = SpikeDetector()
    spikes.count("a", 600)
    spikes.minute()
    for _ in range(60):
        spikes.minute()
    spikes.count("a", 600)
    ((_, _, usual),) = spikes.minute()
    assert usual == pytest.approx(10 * (59 / 60) ** 60)
    for _ in range(300):  # five hours of the same
        spikes.count("a", 200)
        spikes.minute()
    spikes.count("a", 2000)
    ((_, _, usual),) = spikes.minute()
    assert 190 < usual < 200


def test_a_page_that_is_read_no_more_takes_no_memory() -> None:
    spikes = SpikeDetector()
    spikes.count("a")
    for _ in range(31):  # 1 / 60 · (59 / 60) ** 30 is above 0.01
        spikes.minute()
        assert spikes._usual
    spikes.minute()
    assert not spikes._usual
