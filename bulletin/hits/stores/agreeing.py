"""How services that share windows agree on one salt a day, without any of it touching a disk.

Through the engine's channels, which are passed on and never logged. Whoever needs a salt says what it would take; who
knows an older one for the same day answers with it, and the oldest wins everywhere. So a service that joins takes
over the salt in use, and readers keep their names.
"""

from __future__ import annotations

import secrets
import threading
import time

import msgspec
import redis

from bulletin.core.model import Value
from bulletin.hits.stores.base import SALT_BYTES

_ANSWER_SECONDS = 0.3
"""Seconds that a service waits for others to answer before its own salt is in use."""
_RECONNECT_SECONDS = 1.0
"""Seconds before a lost channel is opened again."""


class _SaltOffer(Value, frozen=True, array_like=True, order=True):
    """A salt; the smaller one wins."""

    day: str
    made: int
    """Microseconds by the engine's clock."""
    salt: bytes


class SharedSalts:
    """This service's part of the agreement; a thread of its own listens from the first question on."""

    def __init__(self, db: redis.Redis, channel: str) -> None:
        self._db = db
        self._channel = channel
        self._offer: _SaltOffer | None = None
        self._lock = threading.Lock()
        self._stopped = threading.Event()
        self._thread: threading.Thread | None = None

    def of(self, day: str) -> bytes:
        """The salt of a day, as far as it is agreed."""
        if self._thread is None:
            self._thread = threading.Thread(target=self._listen, name="hits-salts", daemon=True)
            self._thread.start()
        if self._offer is None or self._offer.day != day:
            seconds, rest = self._time()
            with self._lock:
                self._offer = _SaltOffer(day, seconds * 1_000_000 + rest, secrets.token_bytes(SALT_BYTES))
            self._publish()
            time.sleep(_ANSWER_SECONDS)
        return self._offer.salt

    def stop(self) -> None:
        self._stopped.set()
        if self._thread:
            self._thread.join()

    def _time(self) -> tuple[int, int]:
        try:
            found: tuple[int, int] = self._db.time()
        except redis.RedisError:
            return 1 << 40, 0  # the youngest: anybody else's wins
        return found

    def _publish(self) -> None:
        if self._offer:
            try:
                self._db.publish(self._channel, msgspec.msgpack.encode(self._offer))
            except redis.RedisError:
                return  # said again when the channel is back

    def _listen(self) -> None:
        while not self._stopped.is_set():
            channel = self._db.pubsub(ignore_subscribe_messages=True)  # type: ignore[no-untyped-call]
            try:
                channel.subscribe(self._channel)
                self._publish()
                while not self._stopped.is_set():
                    message = channel.get_message(timeout=0.2)
                    if message:
                        self._receive(message["data"])
            except (redis.RedisError, OSError):
                self._stopped.wait(_RECONNECT_SECONDS)
            finally:
                channel.close()

    def _receive(self, data: bytes) -> None:
        try:
            other = msgspec.msgpack.decode(data, type=_SaltOffer)
        except msgspec.DecodeError:
            return  # somebody else's message
        with self._lock:
            own = self._offer
            if own is None or other.day != own.day or other == own:
                return
            if other < own:
                self._offer = other
                return
        self._publish()
