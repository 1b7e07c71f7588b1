"""How services that share one Redis agree on a salt for each day, without writing it to disk.

They use Redis pub/sub, whose messages are never persisted. A service that needs a salt publishes the one it would use;
a service that has an older one for the same day publishes that, and the oldest wins everywhere. So a service that joins
takes over the salt in use, and readers keep their hashes.
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
"""Seconds that a service waits for replies before it uses its own salt."""
_RECONNECT_SECONDS = 1.0
"""Seconds before a lost subscription is renewed."""


class _SaltOffer(Value, frozen=True, array_like=True, order=True):
    """A salt; the smaller one wins."""

    day: str
    made: int
    """Microseconds, by the clock of Redis."""
    salt: bytes


class SharedSalts:
    """This service's side of the protocol; a thread of its own listens from the first call of `salt` on."""

    def __init__(self, db: redis.Redis, channel: str) -> None:
        self._db = db
        self._channel = channel
        self._offer: _SaltOffer | None = None
        self._lock = threading.Lock()
        self._stopped = threading.Event()
        self._thread: threading.Thread | None = None

    def salt(self, day: str) -> bytes:
        """The salt of a day, as far as it has been agreed on."""
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
            return 1 << 40, 0  # the youngest, so that any other wins
        return found

    def _publish(self) -> None:
        if self._offer:
            try:
                self._db.publish(self._channel, msgspec.msgpack.encode(self._offer))
            except redis.RedisError:
                return  # published again after reconnecting

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
            return  # not one of ours
        with self._lock:
            own = self._offer
            if own is None or other.day != own.day or other == own:
                return
            if other < own:
                self._offer = other
                return
        self._publish()
