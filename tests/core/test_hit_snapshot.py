"""How seldom a page's number is written again, and that it is never far behind."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from bulletin.core.hit_snapshot import (
    MAX_CHANGED_PAGES,
    MAX_LAG,
    HitSnapshot,
    Rank,
    Rankings,
    decode_snapshot,
    encode_snapshot,
    limit_changes,
)

TOTALS = st.dictionaries(st.sampled_from("abcdefgh"), st.integers(0, 10_000))


@given(TOTALS, TOTALS, st.integers(1, 8))
def test_no_number_stays_far_behind(shown: dict[str, int], now: dict[str, int], most: int) -> None:
    changed = 0
    for _ in range(20):
        fresh = limit_changes(shown, now, most)
        changed = sum(fresh.get(key, 0) != shown.get(key, 0) for key in now)
        assert changed <= most
        shown = fresh
    assert changed == 0
    for key, n in now.items():
        assert n * (1 - MAX_LAG) - 1 <= shown.get(key, 0) <= n


def test_a_page_is_rewritten_seldom_however_often_it_is_read() -> None:
    shown: dict[str, int] = {}
    rewritten = 0
    for n in range(1, 20_000):
        fresh = limit_changes(shown, {"a": n}, MAX_CHANGED_PAGES)
        rewritten += fresh != shown
        shown = fresh
    assert rewritten < 180


def test_a_damaged_file_counts_as_missing() -> None:
    assert decode_snapshot(b"{") == decode_snapshot(b"\xff") == decode_snapshot(b'{"hits": 1}') == HitSnapshot()
    snapshot = HitSnapshot({"a": 1})
    assert decode_snapshot(encode_snapshot(snapshot)) == snapshot


def test_a_number_changes_once_it_is_five_percent_behind() -> None:
    assert limit_changes({"a": 100}, {"a": 105}) == {"a": 100}
    assert limit_changes({"a": 100}, {"a": 106}) == {"a": 106}
    assert limit_changes({"a": 100}, {"a": 100}) == {"a": 100}
    assert limit_changes({"a": 100}, {"a": 99}) == {"a": 99}


def test_numbers_that_decreased_come_first_then_those_furthest_behind() -> None:
    shown = {"a": 100, "b": 10, "c": 100, "d": 9, "e": 9}
    now = {"a": 200, "b": 30, "c": 99, "d": 19, "e": 19, "new": 2}
    order = ["c", "new", "b", "d", "e", "a"]  # new: 2 / 1, b: 20 / 11, d and e: 10 / 10, a: 100 / 101
    for most in range(len(order) + 1):
        changed = limit_changes(shown, now, most)
        assert {key for key, n in changed.items() if n != shown.get(key, 0)} == set(order[:most])


def test_pages_that_are_counted_no_more_leave_and_unread_ones_do_not_come() -> None:
    assert limit_changes({"a": 1, "gone": 5}, {"a": 1, "unread": 0}) == {"a": 1}
    assert limit_changes({"a": 1}, {"a": 0}) == {"a": 0}
    assert limit_changes({}, {"a": 1}) == {"a": 1}


def test_a_refresh_changes_five_hundred_pages() -> None:
    now = {f"{n:03}": 1 for n in range(501)}
    changed = limit_changes({}, now)
    assert sum(changed.values()) == 500
    assert changed["500"] == 0, "of equals the last by key waits"


def test_a_snapshot_holds_rankings() -> None:
    ranks = Rankings((Rank("a", 2),), (Rank("b", 3), Rank("a", 2)))
    snapshot = HitSnapshot({"a": 2, "b": 3}, ranks, {"站务新闻": ranks})
    assert decode_snapshot(encode_snapshot(snapshot)) == snapshot
    assert encode_snapshot(snapshot).endswith(b"}\n")
