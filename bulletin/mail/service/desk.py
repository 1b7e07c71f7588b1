"""The service without HTTP: its store, and what each page asks of it. The store has a thread of its own."""

from __future__ import annotations

import asyncio
import secrets
from collections.abc import Awaitable, Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta, timezone
from typing import Literal, NamedTuple, TypeVar

from bulletin.core.http import Clock
from bulletin.mail.addresses import masked_address, normal_address
from bulletin.mail.joining import (
    SubscribeRequest,
    ask,
    confirm_subscription,
    confirm_token,
    leave,
    open_question,
    reader_of_leave_token,
    wanted_columns,
)
from bulletin.mail.never import AddressHasher
from bulletin.mail.readers import wording_hash
from bulletin.mail.sending import utc_text
from bulletin.mail.service.guards import FormStamps, NetworkLimiter
from bulletin.mail.stores.base import MailStore, ReaderStoreError, RequestLimits

_T = TypeVar("_T")

_CHINA = timezone(timedelta(hours=8))

ANSWER_SECONDS = 0.5
"""After which a request to subscribe is answered: long enough for whatever the store has to do, so that the time says
nothing of the address."""

SubscribeOutcome = Literal["asked", "again", "address", "consent", "busy", "unavailable"]


class DeskTools(NamedTuple):
    """What it works with."""

    open_store: Callable[[], MailStore]
    hasher: AddressHasher
    clock: Clock
    wording: str
    """What is consented to."""
    columns: tuple[str, ...] = ()
    """Ids of those that may be chosen."""
    limits: RequestLimits = RequestLimits()
    pause: Callable[[float], Awaitable[None]] = asyncio.sleep


class FilledForm(NamedTuple):
    """What came in."""

    address: str
    stamp: str
    trap: str
    """What people do not see and leave empty."""
    consents: bool
    columns: tuple[str, ...]


class SubscribeDesk:
    """Joins and leaves readers, one request at a time."""

    def __init__(self, tools: DeskTools) -> None:
        self._tools = tools
        self._stamps = FormStamps(tools.hasher)
        self._networks = NetworkLimiter(secrets.token_bytes(32))
        self._thread = ThreadPoolExecutor(1, "readers")
        self._store: MailStore | None = None
        self._swept = ""

    async def start(self) -> None:
        """Open the store and keep the wording. Raises `MailError`."""
        await self._do(lambda store: store.put_wording(self._tools.wording))

    async def stop(self) -> None:
        await asyncio.get_running_loop().run_in_executor(self._thread, self._close)
        self._thread.shutdown()

    def stamp(self) -> str:
        """For a form that is given out now."""
        return self._stamps.stamp(self._second())

    # ── joining

    async def subscribe(self, form: FilledForm, network: bytes) -> SubscribeOutcome:
        """Put down a question, if there is one to put; whose address it is shows neither in outcome nor in time.

        Raises `ReaderStoreError`.
        """
        if not self._stamps.is_fresh(form.stamp, self._second()):
            return "again"
        address = normal_address(form.address)
        if not address:
            return "address"
        if not form.consents:
            return "consent"
        monotonic = self._tools.clock.monotonic
        began = monotonic()
        if not self._networks.allow(network, began):
            return "busy"
        outcome: SubscribeOutcome = "asked"
        try:
            if not form.trap:
                outcome = await self._do(lambda store: self._ask(store, address, form.columns))
        finally:
            await self._tools.pause(max(0.0, ANSWER_SECONDS - (monotonic() - began)))
        return outcome

    def _ask(self, store: MailStore, address: str, columns: tuple[str, ...]) -> SubscribeOutcome:
        chosen = wanted_columns(columns, self._tools.columns)
        request = SubscribeRequest(address, wording_hash(self._tools.wording), "form", chosen)
        day = self._tools.clock.now().date().isoformat()
        outcome = ask(store, self._tools.hasher, request, self._utc(), day, self._tools.limits)
        return "unavailable" if outcome == "full" else "asked"

    async def is_open(self, token: str) -> bool:
        """Whether a token to confirm with would work; nothing is changed."""
        return await self._do(lambda store: open_question(store, token, self._utc()) is not None)

    async def confirm(self, token: str) -> bool:
        """Use it; False: it does not work, or not any more."""
        return await self._do(lambda store: self._confirm(store, token))

    def _confirm(self, store: MailStore, token: str) -> bool:
        hasher, now = self._tools.hasher, self._utc()
        found = open_question(store, token, now)
        if found is None:
            return False
        letters = (note for note in store.notes_to(found.address) if confirm_token(hasher, note) == token.lower())
        evidence = next((note.message_id for note in letters), "")
        return confirm_subscription(store, hasher, token, "form", evidence, now) is not None

    # ── leaving

    async def leaving(self, token: str) -> str:
        """The address, masked, of whom a token to leave with is; empty: nobody's. Nothing is changed."""
        return await self._do(lambda store: self._masked(store, token))

    def _masked(self, store: MailStore, token: str) -> str:
        reader = reader_of_leave_token(store, self._tools.hasher, token)
        return masked_address(reader.address) if reader else ""

    async def leave(self, token: str, how: str) -> bool:
        """At once; False: the token is nobody's."""
        return await self._do(lambda store: leave(store, self._tools.hasher, token, how, self._utc()))

    # ── the store

    async def _do(self, work: Callable[[MailStore], _T]) -> _T:
        return await asyncio.get_running_loop().run_in_executor(self._thread, self._with_store, work)

    def _with_store(self, work: Callable[[MailStore], _T]) -> _T:
        """In the store's thread. After an error the store is opened anew by the next: a database may have been away."""
        if self._store is None:
            self._store = self._tools.open_store()
        try:
            self._sweep(self._store)
            return work(self._store)
        except ReaderStoreError:
            self._close()
            raise

    def _sweep(self, store: MailStore) -> None:
        """Once an hour, what has expired goes, whether or not anybody sends letters here."""
        hour = self._utc()[:13]
        if hour != self._swept:
            store.drop_expired(self._utc())
            self._swept = hour

    def _close(self) -> None:
        store, self._store = self._store, None
        if store is not None:
            store.close()

    def _utc(self) -> str:
        return utc_text(self._tools.clock.now().replace(tzinfo=_CHINA))

    def _second(self) -> int:
        return int((self._tools.clock.now() - datetime(1970, 1, 1)).total_seconds())
