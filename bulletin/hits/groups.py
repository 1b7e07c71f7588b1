"""Group commit: hits that arrive while one group is being written form the next group.

No timer: the store sets the pace. A lone hit is written at once; under load one fsync serves all waiting requests.
A request is answered when its group is on disk, or has failed. A failed group is kept and retried unchanged, under the
same id; hits that arrive meanwhile are kept too, and their requests fail at once.
"""

from __future__ import annotations

import asyncio
import threading
from collections import deque
from collections.abc import Callable
from queue import SimpleQueue
from typing import Any, TypeVar

from bulletin.core.model import Value
from bulletin.core.problems import N_
from bulletin.hits.stores.base import Batch, CommitResult, Count, Hit, Store, StoredRecord, StoreError

_T = TypeVar("_T")

_IDLE_SECONDS = 20.0
"""Seconds after which an empty group is committed as a heartbeat: the store works and the service is counting."""

UNHEALTHY_SECONDS = 3 * _IDLE_SECONDS
"""Age of the last commit at which the service reports itself unhealthy."""

_FIRST_RETRY_SECONDS, _LAST_RETRY_SECONDS = 0.1, 5.0
"""Seconds before a failed group is retried: exponential backoff between the two."""

_MAX_RAW_HITS = 100_000
"""Unfiltered hits that are kept while the store fails; more are dropped (their requests failed)."""


class StationTime(Value, frozen=True):
    """The station's time, with the day and hour that counts are stored under."""

    at: str
    """ISO 8601 to the second."""

    @property
    def day(self) -> str:
        return self.at[:10]

    @property
    def hour(self) -> str:
        return self.at[:13]


class CommitGroup:
    """Hits that will be committed together."""

    __slots__ = ("done", "hits", "moment", "pages", "put", "records", "sources")

    def __init__(self, moment: StationTime, done: asyncio.Future[CommitResult]) -> None:
        self.moment = moment
        self.done = done
        self.pages: dict[str, int] = {}
        self.sources: dict[str, int] = {}
        """Keys of editions (core/hit_sources.py): sums beside those of the pages, of the same hits."""
        self.hits: list[Hit] = []
        self.put: tuple[Count, ...] = ()
        self.records: tuple[StoredRecord, ...] = ()

    def batch(self, service: str, number: int, began: str, at: str, forget: str) -> Batch:
        return Batch(
            service=service,
            number=number,
            began=began,
            at=at,
            put=self.put,
            records=self.records,
            live={**self.pages, **self.sources} if self.sources else self.pages,
            hits=tuple(self.hits),
            day=self.moment.day,
            hour=self.moment.hour,
            forget=forget,
        )


class Committer:
    """Commits groups to the store, one at a time, from a thread of its own."""

    def __init__(
        self,
        store: Store,
        service: str,
        moment: Callable[[], StationTime],
        monotonic: Callable[[], float],
        on_commit: Callable[[CommitGroup, CommitResult], None],
        log: Callable[[str], None],
    ) -> None:
        """``on_commit`` is called with each committed group, before its requests are answered.

        ``log`` gets a line when the store begins to fail, and one when it works again.
        """
        self._store = store
        self._service = service
        self._moment = moment
        self._monotonic = monotonic
        self._on_commit = on_commit
        self._log = log
        self._began = moment().at
        self._number = 0
        self._waiting: deque[CommitGroup] = deque()
        self._sent: CommitGroup | None = None
        self._scheduled = False
        self._wait = 0.0
        self._jobs: SimpleQueue[Callable[[], None] | None] = SimpleQueue()
        self._thread = threading.Thread(target=self._work, name="hits-store", daemon=True)
        self._forget = ""
        self.committed = monotonic()
        """When the last commit succeeded."""
        self.failures = 0
        self.commits = 0

    def start(self) -> None:
        """From within the running event loop."""
        self._loop = asyncio.get_running_loop()
        self._thread.start()

    # ── what the service does

    def add(self, page: str) -> asyncio.Future[CommitResult]:
        """Add a hit that counts. Raises `StoreError` while the store fails; the hit is kept all the same."""
        group = self._open() if self._wait or not self._waiting else self._waiting[-1]
        pages = group.pages
        pages[page] = pages.get(page, 0) + 1
        return self._join(group)

    def add_source(self, key: str) -> None:
        """Add to an edition's sum, for a hit that counts: together with it when this is called first."""
        sources = self._open().sources
        sources[key] = sources.get(key, 0) + 1
        if self._sent is None:
            self._schedule()

    def submit(self, hit: Hit) -> tuple[asyncio.Future[CommitResult], int]:
        """Add a hit for a store that filters; returns its index among the verdicts too."""
        group = self._open()
        if len(group.hits) < _MAX_RAW_HITS:
            group.hits.append(hit)
        return self._join(group), len(group.hits) - 1

    def write(
        self, put: tuple[Count, ...] = (), records: tuple[StoredRecord, ...] = ()
    ) -> asyncio.Future[CommitResult]:
        """Store counts or records."""
        group = self._open()
        if put:
            group = self._new_group(self._moment()) if group.put else group
            group.put = put
        group.records += records
        return self._join(group)

    def forget(self, hour: str) -> None:
        """Delete hours before this one with the next group."""
        self._forget = hour

    def heartbeat(self) -> None:
        """Commit an empty group if nothing was committed for a while."""
        if self._sent is None and not self._waiting and self._monotonic() - self.committed >= _IDLE_SECONDS:
            self._open()
            self._schedule()

    async def run(self, query: Callable[[], _T], use: Callable[[_T], None] = lambda _: None) -> _T:
        """Run a query of the store in its thread.

        ``use`` is called with the result in its turn among the commits: what was committed after the query is taken
        over after its result, so that no number goes back.
        """
        answer: asyncio.Future[_T] = self._loop.create_future()

        def deliver(found: _T) -> None:
            use(found)
            _set_result(answer, found)

        def work() -> None:
            try:
                found = query()
            except Exception as error:  # noqa: BLE001 - raised in the caller
                self._loop.call_soon_threadsafe(_set_exception, answer, error)
            else:
                self._loop.call_soon_threadsafe(deliver, found)

        self._jobs.put(work)
        return await answer

    @property
    def failing(self) -> bool:
        """Whether the last commit failed."""
        return self._wait > 0

    @property
    def waiting(self) -> int:
        """Number of hits not yet on disk."""
        groups = [*self._waiting, *([self._sent] if self._sent else [])]
        return sum(sum(g.pages.values()) + len(g.hits) for g in groups)

    async def drain(self, seconds: float) -> bool:
        """Commit what is pending and stop; False when that did not succeed in time."""
        end = self._monotonic() + seconds
        while (self._sent or self._waiting) and self._monotonic() < end:
            self._schedule()
            await asyncio.sleep(0.01)
        self._jobs.put(None)
        await asyncio.get_running_loop().run_in_executor(None, self._thread.join, seconds)
        return not (self._sent or self._waiting)

    # ── committing

    def _open(self) -> CommitGroup:
        if self._waiting:
            group = self._waiting[-1]
            if not self._wait or group.moment.hour == (moment := self._moment()).hour:
                return group
            return self._new_group(moment)
        return self._new_group(self._moment())

    def _new_group(self, moment: StationTime) -> CommitGroup:
        group = CommitGroup(moment, self._loop.create_future())
        group.done.add_done_callback(_ignore_result)
        self._waiting.append(group)
        return group

    def _join(self, group: CommitGroup) -> asyncio.Future[CommitResult]:
        if self._wait:
            raise StoreError(N_("the store is not available at the moment."))
        if self._sent is None:
            self._schedule()
        return group.done

    def _schedule(self) -> None:
        """Commit soon: after all requests that have already arrived joined the group."""
        if self._sent is None and not self._scheduled:
            self._scheduled = True
            self._loop.call_soon(self._next)

    def _next(self) -> None:
        self._scheduled = False
        if self._sent is not None or not self._waiting:
            return
        group = self._sent = self._waiting.popleft()
        self._number += 1
        forget, self._forget = self._forget, ""
        self._send(group, group.batch(self._service, self._number, self._began, self._moment().at, forget))

    def _send(self, group: CommitGroup, batch: Batch) -> None:
        self._jobs.put(lambda: self._commit(group, batch))

    def _commit(self, group: CommitGroup, batch: Batch) -> None:
        try:
            done = self._store.commit(batch)
        except Exception as error:  # noqa: BLE001 - the group is kept, callers get the error, health shows it
            self._loop.call_soon_threadsafe(self._failed, group, batch, error)
        else:
            self._loop.call_soon_threadsafe(self._committed, group, done)

    def _committed(self, group: CommitGroup, done: CommitResult) -> None:
        if self._wait:
            self._log(f"the store works again; {self.waiting} hits that were kept are on disk or follow")
        self._sent, self._wait = None, 0.0
        self.committed = self._monotonic()
        self.commits += 1
        self._on_commit(group, done)
        _set_result(group.done, done)
        if self._waiting:
            self._next()

    def _failed(self, group: CommitGroup, batch: Batch, error: Exception) -> None:
        if not self._wait:
            self._log(f"the store has failed, hits are kept and tried again: {error}")
        self.failures += 1
        self._wait = min(max(_FIRST_RETRY_SECONDS, 2 * self._wait), _LAST_RETRY_SECONDS)
        _set_exception(group.done, error)
        for other in self._waiting:
            _set_exception(other.done, error)
        self._loop.call_later(self._wait, self._send, group, batch)

    def _work(self) -> None:
        while (job := self._jobs.get()) is not None:
            job()


def _set_result(future: asyncio.Future[Any], value: Any) -> None:
    if not future.done():
        future.set_result(value)


def _set_exception(future: asyncio.Future[Any], error: BaseException) -> None:
    if not future.done():
        future.set_exception(error)


def _ignore_result(future: asyncio.Future[Any]) -> None:
    """The client may be gone; asyncio must not warn of an exception that nobody retrieved."""
    if not future.cancelled():
        future.exception()
