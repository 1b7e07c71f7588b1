"""Redis or Valkey: several services on several machines share one store, and deduplicate readers together.

A batch is one script (`commit.lua`), which the engine runs atomically. Counts never expire. The engine must
append every write to its log, fsync before it replies, and never evict keys: otherwise this store refuses to open.
"""

from __future__ import annotations

from collections.abc import Iterator
from importlib.resources import files
from typing import Any

import msgspec
import redis
from redis.backoff import NoBackoff
from redis.retry import Retry

from bulletin.core.errors import HitsError
from bulletin.core.problems import N_
from bulletin.hits.rules import Rules
from bulletin.hits.stores.base import Batch, CommitResult, Count, Hour, Span, StoreError
from bulletin.hits.stores.shared_salt import SharedSalts

_PREFIX = "hits:"
DURABLE_SETTINGS = (
    ("appendonly", "yes"),
    ("appendfsync", "always"),
    ("maxmemory-policy", "noeviction"),
)
"""Settings without which an acknowledged hit could be lost."""

_encode = msgspec.msgpack.encode


class RedisStore:
    """A connection pool; the client never retries a failed command by itself."""

    deduplicates = True

    def __init__(self, url: str, rules: Rules) -> None:
        try:
            self._db: redis.Redis = redis.Redis.from_url(
                url,
                socket_timeout=5,
                socket_connect_timeout=3,
                retry=Retry(NoBackoff(), 0),
                single_connection_client=False,
            )
            self._require_durable()
            self._script = self._db.register_script(files(__package__).joinpath("commit.lua").read_text("utf-8"))
        except (redis.RedisError, ValueError) as error:
            raise HitsError(N_("the database cannot be used: {reason}."), reason=str(error).rstrip(".")) from None
        self._rules = _encode(rules)
        self._salts = SharedSalts(self._db, _PREFIX + "salt")

    def _require_durable(self) -> None:
        for name, wanted in DURABLE_SETTINGS:
            found = self._db.config_get(name).get(name)
            if found != wanted:
                message = N_(
                    "Redis has “{name} {found}”, with which counts can be lost. Set “{name} {wanted}” in redis.conf."
                )
                raise HitsError(message, name=name, found=found, wanted=wanted)

    def commit(self, batch: Batch) -> CommitResult:
        batch, pages = batch.expand_live(), batch.pages()
        try:
            plain = _encode(msgspec.structs.replace(batch, hits=()))
            names = b"".join(hit.reader + hit.net for hit in batch.hits)  # the script's MessagePack knows no bytes
            read = _encode([hit.page for hit in batch.hits])
            verdicts, totals = self._script(args=[plain, self._rules, _PREFIX, names, read, *pages])
        except redis.RedisError as error:
            raise _failed(error) from None
        return CommitResult(dict(zip(pages, map(int, totals), strict=True)), tuple(verdicts))

    def totals(self) -> dict[str, int]:
        return {page.decode(): int(n) for page, n in self._hash("totals").items()}

    def carried(self) -> dict[str, int]:
        pages = list(self.totals())
        try:
            with self._db.pipeline(transaction=False) as asked:
                for page in pages:
                    asked.hget(f"{_PREFIX}counts:{page}", " carried")  # the day is empty
                found = asked.execute()
        except redis.RedisError as error:
            raise _failed(error) from None
        return {page: int(n) for page, n in zip(pages, found, strict=True) if n and int(n)}

    def counts(self) -> Iterator[Count]:
        for page in sorted(self.totals()):
            rows = [(*key.decode().split(" "), int(n)) for key, n in self._hash(f"counts:{page}").items()]
            for day, origin, n in sorted(rows):
                if n:
                    yield Count(page, day, origin, n)  # type: ignore[arg-type]

    def hours(self) -> Iterator[Hour]:
        found = []
        for hour in self._call("smembers", _PREFIX + "hours"):
            sums = self._hash(f"hour:{hour.decode()}")
            found += [Hour(page.decode(), hour.decode(), int(n)) for page, n in sums.items()]
        yield from sorted(found, key=lambda each: (each.page, each.hour))

    def records(self, kind: str) -> dict[str, str]:
        return {name.decode(): value.decode() for name, value in sorted(self._hash(f"records:{kind}").items())}

    def spans(self) -> tuple[Span, ...]:
        found = []
        for service, value in self._hash("batches").items():
            number, began, until = value.decode().split(" ")
            if began:
                found.append(Span(service.decode(), int(number), began, until))
        return tuple(sorted(found, key=lambda span: (span.began, span.service)))

    def check(self) -> tuple[str, ...]:
        sums: dict[str, int] = {}
        for count in self.counts():
            sums[count.page] = sums.get(count.page, 0) + count.n
        return tuple(f"{page}: total is not the sum" for page, n in self.totals().items() if n != sums.get(page, 0))

    def _hash(self, name: str) -> dict[bytes, bytes]:
        found: dict[bytes, bytes] = self._call("hgetall", _PREFIX + name)
        return found

    def _call(self, command: str, key: str) -> Any:
        try:
            return getattr(self._db, command)(key)
        except redis.RedisError as error:
            raise _failed(error) from None

    def salt(self, day: str) -> bytes:
        return self._salts.salt(day)

    def close(self) -> None:
        self._salts.stop()
        self._db.close()


def _failed(error: redis.RedisError) -> StoreError:
    return StoreError(N_("the counts could not be stored: {reason}."), reason=str(error).rstrip("."))
