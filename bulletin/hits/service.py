"""The service without HTTP: its state between requests, how a hit is counted, periodic tasks."""

from __future__ import annotations

import asyncio
import secrets
from collections.abc import Callable
from contextlib import suppress
from datetime import timedelta
from pathlib import Path

import msgspec

from bulletin.core.errors import HitsError
from bulletin.core.http import Clock, address_parts
from bulletin.core.keys import KeyList
from bulletin.core.model import Today, Value
from bulletin.hits import catalogue
from bulletin.hits.counting import COUNTED, OUTCOME_BY_VERDICT, CountedPage, HitFilter, HitOutcome, counted_page
from bulletin.hits.groups import UNHEALTHY_SECONDS, CommitGroup, Committer, StationTime
from bulletin.hits.metrics import Metrics
from bulletin.hits.readers import Readers
from bulletin.hits.robots import Robots
from bulletin.hits.settings import Settings
from bulletin.hits.spikes import SpikeDetector
from bulletin.hits.stores.base import CommitResult, Hit, Store, StoredRecord, StoreError
from bulletin.hits.stores.identity import claim_store
from bulletin.hits.stores.opening import open_store
from bulletin.hits.valid_rows import stored_figure

_HOURLY_SUMS_DAYS = 90
"""Days for which hourly sums are kept."""
_STEADY_SECONDS = 24 * 3600.0
"""Seconds for which the clock must have gone evenly before sums are deleted by it: one that jumps years ahead, once,
would delete them all."""
_JUMP_SECONDS = 60.0
"""By how much the clock may be set in a second."""
KEY_LIST_SECONDS = 2.0
"""Seconds between checks of the list of keys."""
_TOTALS_SECONDS = 10.0
"""Seconds between reloads of the totals, which commands and other services change too."""
DRAIN_SECONDS = 10.0
"""Seconds that a stopping service waits for pending hits to be committed."""
RANKED_DAYS = 30

Log = Callable[[str], None]

_LoadedCounts = tuple[dict[str, int], dict[str, int], Today | None]
"""Totals, those carried over, today's figure."""


class _HitReply(Value, frozen=True):
    """Reply to a reader's page."""

    n: int
    """Hits of the page."""
    c: int
    """1 when this one was counted."""


class HitTotals(Value, frozen=True):
    """Every page's hits, for `hits bake` and rankings."""

    total: dict[str, int]
    recent: dict[str, int]
    """Of the last `RANKED_DAYS` days."""


class Service:
    """One process that counts."""

    def __init__(self, settings: Settings, clock: Clock, log: Log) -> None:
        self.settings = settings
        self.clock = clock
        self._monotonic = clock.monotonic
        self.metrics = Metrics()
        self.robots = Robots()
        self.figure: Today | None = None
        self._log = log
        self._filter = HitFilter(settings.rules)
        self._spikes = SpikeDetector()
        self._former_hits: dict[str, int] = {}
        self._page_hits: dict[str, int] = {}
        self._catalogue = catalogue.catalogue(KeyList("", ()))
        self._pages: dict[bytes, CountedPage] = {}
        self._ranked: tuple[float, HitTotals] | None = None
        self._salt = b""
        self._unreadable = False
        self._last_seen = clock.now(), clock.monotonic()
        self._steady_since = clock.monotonic()

    # ── from start to stop

    async def start(self) -> None:
        """Open store and list of keys. Raises `HitsError`, `UsageError`."""
        self._watched = catalogue.WatchedFile(Path(self.settings.keys))
        fresh = catalogue.load_catalogue(self._watched.path)
        self.store: Store = open_store(self.settings.store, self.settings.rules, exclusive=True)
        self.committer = Committer(
            self.store, secrets.token_hex(8), self._station_time, self.clock.monotonic, self._on_commit, self._log
        )
        try:
            claim_store(self.store, fresh.url, take_over=self.settings.take_over)
            counts = self._load_counts()  # before the thread begins, which would hold a process that cannot start
        except BaseException:
            self.store.close()
            raise
        self.committer.start()
        self._new_day()
        self.use_counts(counts)
        self.use_catalogue(fresh)
        self._tasks = [
            asyncio.create_task(self._every(KEY_LIST_SECONDS, self._reload_keys)),
            asyncio.create_task(self._every(_TOTALS_SECONDS, self._reload_counts)),
            asyncio.create_task(self._every(1.0, self._each_second)),
            asyncio.create_task(self._every(60.0, self._each_minute)),
        ]

    async def stop(self) -> bool:
        """Commit what is pending; False when that failed."""
        for task in self._tasks:
            task.cancel()
        for task in self._tasks:
            with suppress(asyncio.CancelledError):
                await task
        done = await self.committer.drain(DRAIN_SECONDS)
        self.store.close()
        if not done:
            self._log(
                f"stopped with {self.committer.waiting} hits that could not be committed; none of them was acknowledged"
            )
        return done

    # ── a hit

    def page(self, name: bytes) -> CountedPage | None:
        """The page of a key or an alias."""
        return self._pages.get(name)

    def number(self, page: str) -> int:
        """Hits of a page, as far as this service knows."""
        return self._page_hits.get(page, 0) + self._former_hits.get(page, 0)

    def refuse(self, page: CountedPage, outcome: HitOutcome) -> _HitReply:
        self.metrics.hits[outcome] += 1
        return _HitReply(self.number(page.key), 0)

    async def count(self, page: CountedPage, address: bytes, agent: bytes, source: str = "") -> _HitReply:
        """Count a hit, unless its network, agent, reader or the page's rate limit forbids it.

        ``address`` as `Proxies.reader` gives it; ``source`` is the key of an edition, or empty. Raises `StoreError`
        when it is not on disk.
        """
        now, readers = self._monotonic(), self._readers
        mine, net = address_parts(address)
        net = readers.net(net)
        if not self._filter.allow(net, now):
            return self.refuse(page, "limited")
        if agent in self.robots:
            return self.refuse(page, "robot")
        reader = readers.reader(mine, agent, page.data)
        if self.store.deduplicates:
            reply = await self._count_in_store(page, Hit(page.key, reader, net))
            if source and reply.c:
                self.committer.add_source(source)
            return reply
        verdict = self._filter.verdict(page.name, reader, now)
        if verdict != COUNTED:
            return self.refuse(page, OUTCOME_BY_VERDICT[verdict])
        if source:
            self.committer.add_source(source)
        done = await self.committer.add(page.key)
        return _HitReply(done.totals[page.key] + self._former_hits.get(page.key, 0), 1)

    async def _count_in_store(self, page: CountedPage, hit: Hit) -> _HitReply:
        future, index = self.committer.submit(hit)
        done = await future
        verdict = done.verdicts[index] if done.verdicts else COUNTED
        if verdict != COUNTED:
            return self.refuse(page, OUTCOME_BY_VERDICT[verdict])
        self._counted(page.key, 1)
        return _HitReply(self.number(page.key), 1)

    def _counted(self, page: str, n: int) -> None:
        self.metrics.hits["counted"] += n
        self._spikes.count(page, n)

    def _on_commit(self, group: CommitGroup, done: CommitResult) -> None:
        """Take over the totals of a committed group."""
        self._page_hits.update(done.totals)
        for page, n in group.pages.items():
            self._counted(page, n)

    # ── today's figure

    async def set_figure(self, count: int) -> Today:
        """Set it for the station's day. Raises `StoreError`."""
        figure = Today(count, self.clock.now().date().isoformat())
        await self.committer.write(records=(StoredRecord("figure", "today", msgspec.json.encode(figure).decode()),))
        self.figure = figure
        return figure

    # ── rankings

    async def ranked(self) -> HitTotals:
        """Every page's hits, at most a minute old. Raises `StoreError`."""
        now = self.clock.monotonic()
        if self._ranked is None or now - self._ranked[0] > 60:
            since = (self.clock.now().date() - timedelta(days=RANKED_DAYS - 1)).isoformat()
            recent = await self.committer.run(lambda: self._recent(since))
            self._ranked = now, HitTotals({page: self.number(page) for page in self._catalogue.pages}, recent)
        return self._ranked[1]

    def _recent(self, since: str) -> dict[str, int]:
        found: dict[str, int] = {}
        for each in self.store.hours():
            page = self._catalogue.names.get(each.page)
            if page and each.hour[:10] >= since:
                found[page] = found.get(page, 0) + each.n
        return found

    # ── health

    @property
    def age(self) -> float:
        """Seconds since the last commit."""
        return self.clock.monotonic() - self.committer.committed

    @property
    def healthy(self) -> bool:
        return not self.committer.failing and self.age < UNHEALTHY_SECONDS

    def metrics_text(self) -> str:
        self.metrics.commits, self.metrics.failures = self.committer.commits, self.committer.failures
        return self.metrics.text(self.committer.waiting, self.age)

    # ── periodic tasks

    def _station_time(self) -> StationTime:
        return StationTime(self.clock.now().isoformat(timespec="seconds"))

    async def _every(self, seconds: float, work: Callable[[], object]) -> None:
        while True:
            await asyncio.sleep(seconds)
            try:
                found = work()
                if asyncio.iscoroutine(found):
                    await found
            except HitsError as error:
                self._log(str(error))

    def _each_second(self) -> None:
        self.committer.heartbeat()
        self._watch_clock()
        if self.clock.now().date().isoformat() != self._day:
            self._new_day()
        self._refresh_salt()

    def _watch_clock(self) -> None:
        """Compare the clock with a monotonic one."""
        now, monotonic = self.clock.now(), self.clock.monotonic()
        jump = (now - self._last_seen[0]).total_seconds() - (monotonic - self._last_seen[1])
        self._last_seen = now, monotonic
        if abs(jump) > _JUMP_SECONDS:
            self._steady_since = monotonic
            self._log(f"the clock was set from {now - timedelta(seconds=jump)} to {now}; see “bulletin hits doctor”")

    def _refresh_salt(self) -> None:
        """Services that share Redis agree on a salt; it may still change in the first moments of a day."""
        salt = self.store.salt(self._day)
        if salt != self._salt:
            self._salt, self._readers = salt, Readers(salt)

    def _new_day(self) -> None:
        """Change the salt: readers of yesterday cannot be recognised any more."""
        now = self.clock.now()
        self._day = now.date().isoformat()
        self._filter.new_day()
        self._refresh_salt()
        if self.clock.monotonic() - self._steady_since >= _STEADY_SECONDS:
            self.committer.forget((now - timedelta(days=_HOURLY_SUMS_DAYS)).isoformat()[:13])

    def _each_minute(self) -> None:
        for page, n, usual in self._spikes.minute():
            self.metrics.spikes += 1
            self._log(f"leap: {page} was read {n} times in a minute, usually {usual:.1f}")

    async def _reload_keys(self) -> None:
        if not self._watched.changed():
            return
        try:
            fresh = catalogue.load_catalogue(self._watched.path)
        except HitsError as error:
            self.metrics.key_failures += 1
            self._log(f"the previous list of keys stays in use: {error}")
            return
        moved = fresh.url != self._catalogue.url
        self.use_catalogue(fresh)
        if moved:  # the same list, so the same station: it has a new address
            await self.committer.run(lambda: claim_store(self.store, fresh.url, take_over=True))

    def use_catalogue(self, fresh: catalogue.Catalogue) -> None:
        """Count these pages from now on; carried-over counts that changed go into the store."""
        self._catalogue = fresh
        pages = {key: counted_page(key) for key in fresh.pages}
        self._pages = {name.encode(): pages[key] for name, key in fresh.names.items()}
        self.metrics.keys = len(fresh.pages)
        self._former_hits = self._alias_hits(self._stored)
        put = fresh.carried(self._carried)
        if put:
            for count in put:
                self._page_hits[count.page] = (
                    self._page_hits.get(count.page, 0) + count.n - self._carried.get(count.page, 0)
                )
                self._carried[count.page] = count.n
            with suppress(HitsError):
                self.committer.write(put=put)

    def _load_counts(self) -> _LoadedCounts:
        return self.store.totals(), self.store.carried(), stored_figure(self.store)

    async def _reload_counts(self) -> None:
        if self.committer.failing:
            return
        try:
            await self.committer.run(self._load_counts, self.use_counts)
        except HitsError as error:
            await self._report_unreadable(error)
        else:
            if self._unreadable:
                self._log("the store can be read again")
            self._unreadable = False

    async def _report_unreadable(self, error: HitsError) -> None:
        """One line: a store that cannot be written either is reported by the committer, which tries it again."""
        with suppress(StoreError):
            await self.committer.write()
        if not self._unreadable and not self.committer.failing:
            self._unreadable = True
            self._log(f"the store cannot be read, the numbers stay as they are: {error}")

    def use_counts(self, found: _LoadedCounts) -> None:
        """Replace the cached counts by those of the store."""
        self._stored, self._carried, figure = found
        self._page_hits = dict(self._stored)
        self._former_hits = self._alias_hits(self._stored)
        self.figure = figure or self.figure

    def _alias_hits(self, totals: dict[str, int]) -> dict[str, int]:
        """Hits stored under aliases, by the page's present key."""
        found: dict[str, int] = {}
        for old, key in self._catalogue.old_keys():
            if old in totals:
                override = self._catalogue.pages[
                    key
                ].carried  # by the front matter, which wins over what the old key had
                found[key] = found.get(key, 0) + totals[old] - (self._carried.get(old, 0) if override else 0)
        return found
