"""The service without HTTP: what it holds between requests, what happens to a hit, what happens by the minute."""

from __future__ import annotations

import asyncio
import secrets
from collections.abc import Callable
from contextlib import suppress
from datetime import timedelta
from pathlib import Path

import msgspec

from bulletin.core.errors import HitsError
from bulletin.core.keys import KeyList
from bulletin.core.model import Today, Value
from bulletin.hits import catalogue
from bulletin.hits.counting import COUNTED, OUTCOME_BY_VERDICT, CountedPage, HitFilter, HitOutcome, counted_page
from bulletin.hits.groups import UNHEALTHY_SECONDS, CommitGroup, Committer, StationTime
from bulletin.hits.metrics import Metrics
from bulletin.hits.readers import Readers, address_parts
from bulletin.hits.robots import Robots
from bulletin.hits.settings import Clock, Settings
from bulletin.hits.spikes import SpikeDetector
from bulletin.hits.stores.base import CommitResult, Hit, Store, StoredRecord
from bulletin.hits.stores.opening import open_store

_HOURLY_SUMS_DAYS = 90
"""Days for which sums by hour are kept."""
KEY_LIST_SECONDS = 2.0
"""Seconds between looks at the list of keys."""
_TOTALS_SECONDS = 10.0
"""Seconds between looks at the totals, which commands and other services change too."""
DRAIN_SECONDS = 10.0
"""Seconds that a stopping service gives its store to take what is left."""
RANKED_DAYS = 30

Log = Callable[[str], None]


class HitReply(Value, frozen=True):
    """What a reader's page is told."""

    n: int
    """Hits of the page."""
    c: int
    """1 when this one was counted."""


class HitTotals(Value, frozen=True):
    """For bake and rankings: every page's hits."""

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
        self._totals: dict[str, int] = {}
        self._own: dict[str, int] = {}
        self._catalogue = catalogue.catalogue(KeyList("", ()))
        self._pages: dict[bytes, CountedPage] = {}
        self._ranked: tuple[float, HitTotals] | None = None
        self._salt = b""

    # ── from start to stop

    async def start(self) -> None:
        """Open store and list of keys. Raises `HitsError`, `UsageError`."""
        self._watched = catalogue.Watched(Path(self.settings.keys))
        fresh = catalogue.load_catalogue(self._watched.path)
        self.store: Store = open_store(self.settings.store, self.settings.rules, exclusive=True)
        self.committer = Committer(self.store, secrets.token_hex(8), self._moment, self.clock.monotonic, self._settled)
        self.committer.start()
        self._new_day()
        self.refresh(self._look())
        self.use(fresh)
        self._tasks = [
            asyncio.create_task(self._every(KEY_LIST_SECONDS, self._follow)),
            asyncio.create_task(self._every(_TOTALS_SECONDS, self._refresh)),
            asyncio.create_task(self._every(1.0, self._second)),
            asyncio.create_task(self._every(60.0, self._minute)),
        ]

    async def stop(self) -> bool:
        """Commit what is left; False when the store did not take it."""
        for task in self._tasks:
            task.cancel()
        for task in self._tasks:
            with suppress(asyncio.CancelledError):
                await task
        done = await self.committer.drain(DRAIN_SECONDS)
        self.store.close()
        if not done:
            self._log(
                f"stopped with {self.committer.waiting} hits that the store did not take; none of them was acknowledged"
            )
        return done

    # ── a hit

    def page(self, name: bytes) -> CountedPage | None:
        """The page that a key or an alias means."""
        return self._pages.get(name)

    def number(self, page: str) -> int:
        """Hits of a page, as far as this service knows."""
        return self._own.get(page, 0) + self._totals.get(page, 0)

    def refuse(self, page: CountedPage, outcome: HitOutcome) -> HitReply:
        self.metrics.hits[outcome] += 1
        return HitReply(self.number(page.key), 0)

    async def count(self, page: CountedPage, address: bytes, agent: bytes) -> HitReply:
        """A hit that only its reader, network, agent and the page's rate can still speak against.

        ``address`` as `Proxies.reader` gives it. Raises `StoreError`: not on disk.
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
            return await self._count_elsewhere(page, Hit(page.key, reader, net))
        verdict = self._filter.verdict(page.name, reader, now)
        if verdict != COUNTED:
            return self.refuse(page, OUTCOME_BY_VERDICT[verdict])
        done = await self.committer.add(page.key)
        return HitReply(done.totals[page.key] + self._totals.get(page.key, 0), 1)

    async def _count_elsewhere(self, page: CountedPage, hit: Hit) -> HitReply:
        future, place = self.committer.judge(hit)
        done = await future
        verdict = done.verdicts[place] if done.verdicts else COUNTED
        if verdict != COUNTED:
            return self.refuse(page, OUTCOME_BY_VERDICT[verdict])
        self._counted(page.key, 1)
        return HitReply(self.number(page.key), 1)

    def _counted(self, page: str, n: int) -> None:
        self.metrics.hits["counted"] += n
        self._spikes.count(page, n)

    def _settled(self, group: CommitGroup, done: CommitResult) -> None:
        """A group is on disk."""
        self._own.update(done.totals)
        for page, n in group.pages.items():
            self._counted(page, n)

    # ── today's figure

    async def set_figure(self, count: int) -> Today:
        """Set it for the station's day. Raises `StoreError`."""
        figure = Today(count, self.clock.now().date().isoformat())
        await self.committer.note(records=(StoredRecord("figure", "today", msgspec.json.encode(figure).decode()),))
        self.figure = figure
        return figure

    # ── rankings

    async def ranked(self) -> HitTotals:
        """Every page's hits, at most a minute old. Raises `StoreError`."""
        now = self.clock.monotonic()
        if self._ranked is None or now - self._ranked[0] > 60:
            since = (self.clock.now().date() - timedelta(days=RANKED_DAYS - 1)).isoformat()
            recent = await self.committer.ask(lambda: self._recent(since))
            assert isinstance(recent, dict)
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

    # ── what happens by itself

    def _moment(self) -> StationTime:
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

    def _second(self) -> None:
        self.committer.beat()
        if self.clock.now().date().isoformat() != self._day:
            self._new_day()
        self._salt_again()

    def _salt_again(self) -> None:
        """Services that share windows agree on a salt; another one may win in the first moments of a day."""
        salt = self.store.salt(self._day)
        if salt != self._salt:
            self._salt, self._readers = salt, Readers(salt)

    def _new_day(self) -> None:
        """Another salt: readers of yesterday cannot be recognised any more."""
        now = self.clock.now()
        self._day = now.date().isoformat()
        self._filter.new_day()
        self._salt_again()
        self.committer.forget((now - timedelta(days=_HOURLY_SUMS_DAYS)).isoformat()[:13])

    def _minute(self) -> None:
        for page, n, usual in self._spikes.minute():
            self.metrics.spikes += 1
            self._log(f"leap: {page} was read {n} times in a minute, usually {usual:.1f}")

    def _follow(self) -> None:
        if self._watched.changed():
            try:
                self.use(catalogue.load_catalogue(self._watched.path))
            except HitsError as error:
                self.metrics.key_failures += 1
                self._log(f"the list of keys as it was stays in use: {error}")

    def use(self, fresh: catalogue.Catalogue) -> None:
        """Count these pages from now on; carried-over counts that changed go into the store."""
        self._catalogue = fresh
        pages = {key: counted_page(key) for key in fresh.pages}
        self._pages = {name.encode(): pages[key] for name, key in fresh.names.items()}
        self.metrics.keys = len(fresh.pages)
        self._totals = self._of_old_keys(self._known)
        put = fresh.carried(self._carried)
        if put:
            for count in put:
                self._own[count.page] = self._own.get(count.page, 0) + count.n - self._carried.get(count.page, 0)
                self._carried[count.page] = count.n
            with suppress(HitsError):
                self.committer.note(put=put)

    def _look(self) -> tuple[dict[str, int], dict[str, int], dict[str, str]]:
        return self.store.totals(), self.store.carried(), self.store.records("figure")

    async def _refresh(self) -> None:
        if not self.committer.failing:
            found = await self.committer.ask(self._look)
            self.refresh(found)  # type: ignore[arg-type]

    def refresh(self, found: tuple[dict[str, int], dict[str, int], dict[str, str]]) -> None:
        """Take over what the store holds."""
        self._known, self._carried, figures = found
        self._own = dict(self._known)
        self._totals = self._of_old_keys(self._known)
        if "today" in figures:
            self.figure = msgspec.json.decode(figures["today"], type=Today)

    def _of_old_keys(self, totals: dict[str, int]) -> dict[str, int]:
        """Hits under keys that a page had before."""
        found: dict[str, int] = {}
        for old, key in self._catalogue.old_keys():
            if old in totals:
                said = self._catalogue.pages[key].carried  # by the front matter, which wins over what the old key had
                found[key] = found.get(key, 0) + totals[old] - (self._carried.get(old, 0) if said else 0)
        return found
