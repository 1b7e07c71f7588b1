"""A clock that jumped ahead: nothing is deleted by it, and what it left is put right."""

from __future__ import annotations

import asyncio
from datetime import datetime
from pathlib import Path

import pytest

from bulletin.hits.late import ahead_of_clock, fix_ahead
from bulletin.hits.stores.base import Batch, Count, Hour
from bulletin.hits.stores.opening import open_store
from tests.hits.conftest import running_app

NOW = datetime(2026, 11, 28, 9, 30)
ISSUE = "issue:2014002"


def test_periods_and_days_in_the_future_are_put_right(store_url: str) -> None:
    store = open_store(store_url)
    store.commit(
        Batch(
            "s", 1, at="2035-01-01T00:00:00", began="2026-11-28T07:00:00",
            add=(Count(ISSUE, "2026-11-28", "live", 2), Count(ISSUE, "2035-01-01", "live", 3)),
            hours=(Hour(ISSUE, "2026-11-28T08", 2), Hour(ISSUE, "2035-01-01T00", 3)),
        )
    )  # fmt: skip
    found = fix_ahead(store, NOW)
    assert ([span.service for span in found.spans], [count.n for count in found.counts]) == (["s"], [3])
    left = ahead_of_clock(store, NOW)
    assert (left.spans, left.counts) == ((), ())
    assert list(store.counts()) == [Count(ISSUE, "2026-11-28", "live", 5)]
    assert (store.totals(), store.check()) == ({ISSUE: 5}, ())
    assert [span.until for span in store.spans()] == ["2026-11-28T08:59:59"], "the logs after that are counted again"
    store.close()


@pytest.mark.parametrize(("years", "kept"), [(9, True), (0, False)])
def test_a_jump_deletes_no_sums_and_a_steady_clock_the_old_ones(tmp_path: Path, years: int, kept: bool) -> None:
    async def play() -> None:
        async with running_app(tmp_path) as it:
            counter = it.app._service
            old = Batch("old", 1, hours=(Hour(ISSUE, "2026-08-01T08", 2),))
            await counter.committer.run(lambda: counter.store.commit(old))  # in the thread that commits
            if years:
                it.clock._now = it.clock._now.replace(year=2026 + years)
                counter._each_second()
                assert "the clock was set from 2026-11-26" in it.log[0]
                it.clock._now = it.clock._now.replace(year=2026)
                counter._each_second()
            else:
                for _ in range(4 * 24 * 60):
                    it.clock.turn(60)
                    counter._each_second()
                assert it.log == []
            await it.client.view()

    asyncio.run(play())
    hours = {each.hour for each in open_store(f"sqlite:///{tmp_path}/counts.db").hours()}
    assert ("2026-08-01T08" in hours) == kept
