"""The loop of a run: letter by letter, in windows and quota, until it is done or must stop.

Whatever moment it is killed at, no letter goes out twice and none is lost: the ledger says before the final dot that
the letter is under way, and after the answer what became of it. What it leaves between the two is unknown.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from datetime import UTC, datetime
from typing import Literal, NamedTuple, Protocol

from bulletin.core.errors import MailError
from bulletin.core.mail_settings import MailAccount
from bulletin.core.problems import N_
from bulletin.mail.bounces import record_bounce, verp_address
from bulletin.mail.replies import ReplyMeaning, SmtpReply, meaning
from bulletin.mail.stores.base import Bounce, DeliveryState, LetterDelivery, MailRun, MailStore, ReaderStoreError
from bulletin.mail.windows import AccountUse, next_moment, next_window

LEFT = "left"
"""What the ledger says in place of a server's words of a letter whose reader wants none any more."""

_LONGEST_WAIT = 3600
"""Seconds: the longest pause that settings allow. What is further away is left to the next call, or the timer."""

_MOST_REFUSALS = 3
"""In a row, for no reason known: then the server means the sender, not three readers."""

_CHANGED = N_("the text has been changed since this run began.")
_REFUSALS = N_("the server refused several readers in a row and did not say why. Ask the provider with its words.")


class LetterConnection(Protocol):
    """`SmtpConnection`, or what a test puts in its place."""

    def send(self, envelope_from: str, to: str, data: bytes, before_dot: Callable[[], bool]) -> SmtpReply: ...

    def close(self) -> None: ...


class SendingTools(NamedTuple):
    """What the loop works with."""

    store: MailStore
    accounts: tuple[MailAccount, ...]
    connect: Callable[[MailAccount], LetterConnection]
    write: Callable[[LetterDelivery, MailAccount, datetime], tuple[str, bytes]]
    """Message-ID, another for each letter and always the same for this one, and the letter as it is on the wire. It
    must not use the store that sends: that holds the letter claimed."""
    now: Callable[[], datetime]
    """In the station's zone, aware."""
    wait: Callable[[float], None]
    """So many seconds, or until somebody asks to stop."""
    asked_to_stop: Callable[[], bool]
    is_current: Callable[[MailRun], bool]
    """Whether the letter is still the one of the run."""
    progress: Callable[[dict[DeliveryState, int], int], None] = lambda _sums, _total: None


class SendingEnd(NamedTuple):
    """Why the loop has ended."""

    how: Literal["finished", "later", "stopped", "asked", "beside", "busy"]
    """``beside``: another sender has the last letters; ``busy``: others have all accounts."""
    reason: str = ""
    """A sentence, marked for translation."""
    said: str = ""
    """The server's words."""
    until: datetime | None = None
    """When it may go on."""


def utc_text(moment: datetime) -> str:
    """A time as the store keeps it."""
    return moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def send_run(run: int, tools: SendingTools) -> SendingEnd:
    """Send what waits of a run that is ``running``. Raises `ReaderStoreError`, and what the tools raise."""
    sender = _RunSender(run, tools)
    try:
        return sender.loop()
    finally:
        tools.store.release()
        sender.close()


def next_turn(
    store: MailStore, accounts: Iterable[MailAccount], now: datetime, last: Mapping[str, datetime] | None = None
) -> tuple[MailAccount, datetime]:
    """That account which may send first, and when; of those that may at once, the first in the list.

    ``last``: when each has sent its last letter; without it, pauses are left out of account.
    """
    rests, today, turns = store.rests(), now.date().isoformat(), []
    for account in accounts:
        until, _ = rests.get(account.name, ("", ""))
        rest = _moment(until, now) if until else None
        use = AccountUse(account, store.used(account.name, today), (last or {}).get(account.name), rest)
        turns.append((next_moment(use, now), account))
    moment, account = min(turns, key=lambda turn: turn[0])
    return account, moment


class _RunSender:
    def __init__(self, run: int, tools: SendingTools) -> None:
        self._run, self._tools, self._store = run, tools, tools.store
        self._connections: dict[str, LetterConnection] = {}
        self._last: dict[str, datetime] = {}
        self._accounts: tuple[MailAccount, ...] = ()
        self._refusals = 0
        self._sums: dict[DeliveryState, int] = {}

    def loop(self) -> SendingEnd:
        self._accounts = tuple(each for each in self._tools.accounts if self._store.claim(each.name))
        if not self._accounts:
            return SendingEnd("busy")
        for account in self._accounts:
            if text := self._store.last_at(account.name):
                now = self._tools.now()
                self._last[account.name] = min(_moment(text, now), now)  # the clock may have been set back
        self._settle()
        end = None
        while end is None:
            end = self._step()
        return end

    def close(self) -> None:
        for connection in self._connections.values():
            connection.close()

    def _step(self) -> SendingEnd | None:
        """One letter, or one pause; why there are no more."""
        if self._tools.asked_to_stop():
            return SendingEnd("asked")
        run = self._store.run(self._run)
        if run is None or run.state != "running":
            return SendingEnd("stopped", run.reason if run else "")
        if not self._tools.is_current(run):
            return self._stop(_CHANGED)
        now = self._tools.now()
        account, moment = next_turn(self._store, self._accounts, now, self._last)
        if moment > now:
            return self._pause(account, moment, now)
        delivery = self._store.take(self._run)
        if delivery is None:
            return self._finish()
        return self._send(delivery, account)

    # ── when

    def _pause(self, account: MailAccount, moment: datetime, now: datetime) -> SendingEnd | None:
        sums = self._counted()
        if not sums["waiting"]:
            return self._finish()
        seconds = (moment - now).total_seconds()
        if seconds <= max(account.pause, 1) and seconds <= _LONGEST_WAIT:
            self._tools.wait(seconds)
            return None
        until, reason = self._store.rests().get(account.name, ("", ""))
        rests = bool(until) and _moment(until, now) > now
        return SendingEnd("later", reason if rests else "", until=moment)

    # ── the end

    def _settle(self) -> None:
        """What killed senders left under way is unknown, once nobody else can be at it."""
        accounts = {each.account for each in self._store.deliveries(self._run, "intent")}
        for account in accounts:
            if self._store.claim(account):
                self._store.settle_intents(self._run, account, utc_text(self._tools.now()))
                self._store.unclaim(account)
        self._counted()

    def _finish(self) -> SendingEnd:
        if self._counted()["intent"]:
            self._settle()
        sums = self._counted()
        if sums["waiting"] or sums["intent"]:
            return SendingEnd("beside")
        self._store.set_run(self._run, "finished")
        return SendingEnd("finished")

    def _stop(self, reason: str, said: str = "") -> SendingEnd:
        self._store.set_run(self._run, "stopped", reason)
        return SendingEnd("stopped", reason, said)

    def _counted(self) -> dict[DeliveryState, int]:
        self._sums = self._store.sums(self._run)
        self._show()
        return self._sums

    def _show(self) -> None:
        self._tools.progress(self._sums, sum(self._sums.values()))

    # ── a letter

    def _send(self, delivery: LetterDelivery, account: MailAccount) -> SendingEnd | None:
        store, tools = self._store, self._tools
        reader = store.reader_by_id(delivery.reader) if delivery.reader is not None else None
        if reader is None or reader.state != "active" or not delivery.address:
            self._mark(delivery, "refused", LEFT)
            return None
        try:
            mark, data = tools.write(delivery, account, tools.now())
        except ReaderStoreError:
            raise
        except MailError:  # an address that no header can hold
            return self._refuse(delivery, SmtpReply("to", 553, "5.1.3", "not an address"), ReplyMeaning("refused"))
        is_under_way = False

        def before_dot() -> bool:
            nonlocal is_under_way
            at = tools.now()
            day = at.date().isoformat()
            is_under_way = store.mark_intent(delivery.id, mark, account.name, utc_text(at), day, account.a_day)
            return is_under_way

        envelope_from = verp_address(account.sender, mark) if account.verp else account.sender
        reply = self._connection(account).send(envelope_from, delivery.address, data, before_dot)
        self._last[account.name] = tools.now()
        found = meaning(reply)
        if found.fate == "sent":
            self._mark(delivery, "sent", reply.line)
            self._refusals = 0
        elif found.fate == "refused":
            return self._refuse(delivery, reply, found)
        elif found.fate in ("rest", "stop"):
            return self._give_back(delivery, account, reply, found, is_under_way=is_under_way)
        elif found.fate == "unknown":
            self._mark(delivery, "unknown", reply.line or found.fate)
            self._rest(account, found)
        return None

    def _mark(self, delivery: LetterDelivery, state: DeliveryState, reply: str) -> None:
        self._store.mark(delivery.id, state, reply, utc_text(self._tools.now()))
        self._sums["waiting"] -= 1
        self._sums[state] += 1
        self._show()

    def _refuse(self, delivery: LetterDelivery, reply: SmtpReply, found: ReplyMeaning) -> SendingEnd | None:
        """The letter is refused; the reader, when the address was so in two different runs, is written to no more."""
        self._mark(delivery, "refused", reply.line)
        if not found.counts:
            self._refusals += 1
            return self._stop(_REFUSALS, reply.line) if self._refusals >= _MOST_REFUSALS else None
        self._refusals = 0
        at = utc_text(self._tools.now())
        reader = self._store.reader_by_id(delivery.reader) if delivery.reader is not None else None
        if reader is not None:
            code = reply.enhanced if reply.enhanced.startswith("5.1.") else "5.1.1"
            record_bounce(self._store, reader, Bounce(reader.id, self._run, code, at))
        return None

    def _give_back(
        self,
        delivery: LetterDelivery,
        account: MailAccount,
        reply: SmtpReply,
        found: ReplyMeaning,
        *,
        is_under_way: bool,
    ) -> SendingEnd | None:
        at = utc_text(self._tools.now())
        if is_under_way:  # the server's own word is that it did not take it
            self._store.mark(delivery.id, "waiting", reply.line, at)
        else:
            self._store.postpone(delivery.id, reply.line, at)
        self._rest(account, found)
        return self._stop(found.reason, reply.line) if found.fate == "stop" else None

    def _rest(self, account: MailAccount, found: ReplyMeaning) -> None:
        if found.fate != "stop":
            until = next_window(account, self._tools.now())
            self._store.put_rest(account.name, utc_text(until), found.reason)

    def _connection(self, account: MailAccount) -> LetterConnection:
        if account.name not in self._connections:
            self._connections[account.name] = self._tools.connect(account)
        return self._connections[account.name]


def _moment(text: str, now: datetime) -> datetime:
    """A time of the store, in the zone of another."""
    return datetime.fromisoformat(text).astimezone(now.tzinfo)
