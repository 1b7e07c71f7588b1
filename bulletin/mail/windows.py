"""When the next letter may go: hours, quota and pause of an account. Pure; times are of the station's own zone."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, time, timedelta

from bulletin.core.mail_settings import MailAccount
from bulletin.core.model import Value

_DAY = timedelta(days=1)


class AccountUse(Value, frozen=True):
    """What is known of an account at a moment."""

    account: MailAccount
    used: int = 0
    """Letters of today's quota that are used."""
    last: datetime | None = None
    """When its last letter went."""
    rests_until: datetime | None = None
    """The server takes no more before."""


def next_moment(use: AccountUse, now: datetime) -> datetime:
    """When this account may send its next letter; ``now``, or later."""
    moment = max(now, use.rests_until or now)
    if use.last is not None:
        moment = max(moment, use.last + timedelta(seconds=use.account.pause))
    moment = _opening(use.account, moment)
    if moment.date() == now.date() and use.used >= use.account.a_day:
        moment = _opening(use.account, _midnight(now) + _DAY)
    return moment


def next_window(account: MailAccount, now: datetime) -> datetime:
    """When the window after the one that is open begins; open all day, a window is a day."""
    begin, end = _hours(account)
    if begin == end:
        return _midnight(now) + _DAY
    opens = _opening(account, now)
    if opens > now:
        return opens
    closes = now.replace(hour=end.hour, minute=end.minute, second=0, microsecond=0)
    return _opening(account, closes if closes > now else closes + _DAY)


def done_on(uses: Iterable[AccountUse], letters: int, now: datetime) -> datetime:
    """When so many letters will be out, if nothing goes wrong: the beginning of their last day, or now."""
    those = tuple(uses)
    day, left = now, letters - sum(_room(use, now) for use in those)
    whole = sum(_day_room(use.account) for use in those)
    if left <= 0 or not whole:
        return now
    days = -(-left // whole)
    return _midnight(day) + days * _DAY


def _room(use: AccountUse, now: datetime) -> int:
    """Letters that an account has room for until the end of today."""
    moment, end = next_moment(use, now), _midnight(now) + _DAY
    if moment >= end:
        return 0
    seconds = _open_seconds(use.account, moment, end)
    return min(max(use.account.a_day - use.used, 0), _at_most(use.account, seconds))


def _day_room(account: MailAccount) -> int:
    day = datetime(2000, 1, 1)
    return max(1, min(account.a_day, _at_most(account, _open_seconds(account, day, day + _DAY))))


def _at_most(account: MailAccount, seconds: float) -> int:
    return int(seconds // account.pause) + 1 if account.pause else account.a_day


# ── hours


def _hours(account: MailAccount) -> tuple[time, time]:
    begin, _, end = account.hours.partition("-")
    return time.fromisoformat(begin), time.fromisoformat(end)


def _opening(account: MailAccount, moment: datetime) -> datetime:
    """The moment, or when the account opens after it. Hours may go over midnight; equal ones are the whole day."""
    begin, end = _hours(account)
    clock = moment.time()
    if begin == end or (begin <= clock < end) or (begin > end and not end <= clock < begin):
        return moment
    opens = moment.replace(hour=begin.hour, minute=begin.minute, second=0, microsecond=0)
    return opens if clock < begin else opens + _DAY


def _open_seconds(account: MailAccount, start: datetime, end: datetime) -> float:
    """How long it is open between two moments of one day."""
    begin, close = _hours(account)
    midnight = _midnight(start)
    opens, closes = (datetime.combine(midnight, each, start.tzinfo) for each in (begin, close))
    spans = [(opens, closes)] if opens < closes else [(midnight, closes), (opens, midnight + _DAY)]
    if opens == closes:
        spans = [(midnight, midnight + _DAY)]
    return sum(max(0.0, (min(end, last) - max(start, first)).total_seconds()) for first, last in spans)


def _midnight(moment: datetime) -> datetime:
    return moment.replace(hour=0, minute=0, second=0, microsecond=0)
