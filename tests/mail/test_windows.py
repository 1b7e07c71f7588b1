"""When the next letter may go."""

from __future__ import annotations

from datetime import datetime, timedelta, timezone

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bulletin.core.mail_settings import MailAccount
from bulletin.mail.windows import AccountUse, done_on, next_moment, next_window

CHINA = timezone(timedelta(hours=8))


def at(text: str) -> datetime:
    """``27 08:00``: in November 2026."""
    return datetime.strptime(f"2026-11-{text}", "%Y-%m-%d %H:%M").replace(tzinfo=CHINA)


def account(hours: str = "08:00-20:00", a_day: int = 80, pause: int = 20) -> MailAccount:
    return MailAccount("office", "h", "a@b.cn", hours=hours, a_day=a_day, pause=pause)


@pytest.mark.parametrize(
    ("hours", "now", "used", "rests", "expected"),
    [
        ("08:00-20:00", "27 09:00", 79, "", "27 09:00"),
        ("08:00-20:00", "27 07:59", 0, "", "27 08:00"),
        ("08:00-20:00", "27 20:00", 0, "", "28 08:00"),
        ("08:00-20:00", "27 09:00", 80, "", "28 08:00"),
        ("08:00-20:00", "27 07:00", 80, "", "28 08:00"),
        ("08:00-20:00", "27 21:00", 80, "", "28 08:00"),
        ("08:00-20:00", "27 09:00", 0, "27 10:00", "27 10:00"),
        ("08:00-20:00", "27 09:00", 80, "29 21:00", "30 08:00"),
        ("20:00-06:00", "27 12:00", 0, "", "27 20:00"),
        ("20:00-06:00", "27 23:00", 0, "", "27 23:00"),
        ("20:00-06:00", "27 05:00", 0, "", "27 05:00"),
        ("20:00-06:00", "27 06:00", 0, "", "27 20:00"),
        ("20:00-06:00", "27 23:00", 80, "", "28 00:00"),
        ("08:00-08:00", "27 03:00", 0, "", "27 03:00"),
        ("08:00-08:00", "27 03:00", 80, "", "28 00:00"),
    ],
)
def test_the_next_letter(hours: str, now: str, used: int, rests: str, expected: str) -> None:
    use = AccountUse(account(hours), used, None, at(rests) if rests else None)
    assert next_moment(use, at(now)) == at(expected)


def test_a_pause_counts_from_the_last_letter() -> None:
    now = at("27 09:00")
    assert next_moment(AccountUse(account(), 1, now), now) == now + timedelta(seconds=20)
    assert next_moment(AccountUse(account(), 1, at("27 08:00")), now) == now
    assert next_moment(AccountUse(account(), 1, at("27 19:59") + timedelta(seconds=50)), at("27 19:59")) == at(
        "28 08:00"
    )


@pytest.mark.parametrize(
    ("hours", "now", "expected"),
    [
        ("08:00-20:00", "27 09:00", "28 08:00"),
        ("08:00-20:00", "27 20:00", "28 08:00"),
        ("20:00-06:00", "27 21:00", "28 20:00"),
        ("20:00-06:00", "28 03:00", "28 20:00"),
        ("20:00-06:00", "28 07:00", "28 20:00"),
        ("08:00-08:00", "27 09:00", "28 00:00"),
    ],
)
def test_the_next_window(hours: str, now: str, expected: str) -> None:
    assert next_window(account(hours), at(now)) == at(expected)


def test_when_it_will_be_done() -> None:
    now = at("01 07:00")
    assert done_on([AccountUse(account())], 2000, now).date() == at("25 00:00").date()
    assert done_on([AccountUse(account())], 80, now) == now
    assert done_on([AccountUse(account(), 80)], 80, now).date() == at("02 00:00").date()
    assert done_on([AccountUse(account()), AccountUse(account(a_day=120))], 2000, now).date() == at("10 00:00").date()
    slow = account("08:00-09:00", pause=600)  # seven in an hour, whatever the quota
    assert done_on([AccountUse(slow)], 14, now).date() == at("02 00:00").date()


MOMENTS = st.datetimes(datetime(2026, 1, 1), datetime(2026, 12, 31)).map(lambda when: when.replace(tzinfo=CHINA))
HOURS = st.tuples(st.times(), st.times()).map(lambda pair: f"{pair[0]:%H:%M}-{pair[1]:%H:%M}")


@given(HOURS, MOMENTS, st.integers(0, 3), st.one_of(st.none(), MOMENTS), st.one_of(st.none(), MOMENTS))
def test_no_letter_goes_too_early(
    hours: str, now: datetime, used: int, last: datetime | None, rests: datetime | None
) -> None:
    use = AccountUse(account(hours, a_day=2), used, last, rests)
    moment = next_moment(use, now)
    assert moment >= max(now, rests or now)
    assert last is None or moment >= last + timedelta(seconds=20)
    assert used < 2 or moment.date() > now.date()
    begin, end = hours.split("-")
    clock = f"{moment:%H:%M}"
    assert begin == end or (begin <= clock < end if begin < end else clock >= begin or clock < end)
    assert next_moment(AccountUse(account(hours, a_day=2)), moment) == moment
