"""An object store: S3 and what speaks it (OSS, COS, OBS, MinIO). Files appear one by one, in an order, each whole.

There is no switch, so the order is the promise: what pages ask for comes before them, and what goes, goes last. A list
of what is on its way is put first and removed last, so that the next run knows what a broken one has written. Each
object carries the SHA-256 of its bytes; the ETag that the store gives it is remembered, to see later what changed.
"""

from __future__ import annotations

import secrets
import time
from collections import deque
from collections.abc import Callable, Container, Iterable, Iterator, Mapping
from concurrent.futures import Future, ThreadPoolExecutor
from itertools import groupby
from typing import NamedTuple, TypeVar

import msgspec

from bulletin.core.errors import PublishError
from bulletin.core.model import Value
from bulletin.core.problems import N_
from bulletin.core.publish_targets import PublishTarget
from bulletin.publish.release import ReleaseFile, order_of
from bulletin.publish.target import (
    LOCK,
    RECORD,
    STAGE_PREFIX,
    Abilities,
    Blobs,
    Delivery,
    Secrets,
    Sent,
    TargetLock,
    TargetRecord,
    TargetState,
)
from bulletin.publish.targets.s3_bucket import Bucket, ListedObject, NoConditions, open_bucket
from bulletin.publish.web_headers import cache_control

_T = TypeVar("_T")

_AT_ONCE = 8
"""Requests under way together."""
_LARGE = 1 << 20
"""Bytes from which a file is sent alone: several at once would starve each other on an office's line."""
_READ_BACK_PAUSE = 1.0
"""Seconds after which a lock is read back where the store knows no conditional put."""

_NO_CONDITIONS = N_(
    "The store takes no “only if it is not there yet”: two computers that publish in the same second may not notice "
    "each other."
)
_VERSIONS = N_(
    "The bucket keeps old versions of its files: what is withdrawn stays in them until it is removed by hand, in the "
    "provider’s console."
)
_VERSIONS_LEFT = N_(
    "the files are removed, but the bucket keeps old versions of them, which only the provider’s console can remove: "
    "{paths}"
)
_NOT_THERE = N_("the store said that it took “{name}”, but does not list it with its {size} bytes. Publish again.")


class _OnItsWay(Value, frozen=True):
    """What a delivery is about to write; it lies in the bucket as long as it takes."""

    release: str
    files: tuple[ReleaseFile, ...]


def open_s3(target: PublishTarget, passwords: Secrets, *, seconds: int = 60) -> S3Session:
    """A session; nothing is asked of the store yet. ``seconds`` is what one request may take.

    Raises `PublishError` where there is no key, `ExtraMissing`.
    """
    return S3Session(open_bucket(target, passwords, seconds))


class S3Session:
    """A `TargetSession`."""

    def __init__(self, bucket: Bucket) -> None:
        self._bucket = bucket
        self._conditional: bool | None = None
        """Whether the store refuses a conditional put when it has to; None: not tried yet."""
        self._state: _Known | None = None

    # ── the session

    def probe(self) -> Abilities:
        notes = () if self._knows_conditions() else (_NO_CONDITIONS,)
        return Abilities("ordered", (*notes, _VERSIONS) if self._bucket.has_versions else notes)

    def inspect(self) -> TargetState:
        listed = self._bucket.listing()
        data = self._bucket.get(RECORD)
        record = _decoded(data, TargetRecord) if data is not None else None
        started = [
            known
            for path in listed
            if path.startswith(STAGE_PREFIX) and (known := _decoded(self._bucket.get(path) or b"", _OnItsWay))
        ]
        if started:
            merged = self._with_started(record or TargetRecord(), started, listed)
            record = merged if merged.files else record
        present = {path: found.size for path, found in listed.items() if not _is_hidden(path)}
        changed = frozenset(file.path for file in record.files if not _as_left(file, record, listed)) if record else ()
        self._state = _Known(record, tuple(path for path in listed if path.startswith(STAGE_PREFIX)))
        unfinished = next((known.release for known in started), "")
        return TargetState(record, present, frozenset(changed), unfinished=unfinished)

    def lock(self, lock: TargetLock) -> TargetLock | None:
        data = msgspec.json.encode(lock)
        if self._knows_conditions():
            return None if self._bucket.create(LOCK, data) else self._holder()
        if other := self._holder():
            return other
        self._bucket.put(LOCK, data)
        time.sleep(_READ_BACK_PAUSE)
        holder = self._holder()
        return None if holder and holder.token == lock.token else holder

    def unlock(self, token: str, *, force: bool = False) -> None:
        holder = self._holder()
        if force or (holder and holder.token == token):
            self._bucket.delete(LOCK)

    def deliver(self, delivery: Delivery, blobs: Blobs, sent: Sent) -> None:
        if self._state is None:
            self.inspect()
        assert self._state is not None
        release, total = delivery.record.release, sum(file.size for file in delivery.writes)
        journal = f"{STAGE_PREFIX}{secrets.token_hex(16)}.json"
        self._bucket.put(journal, msgspec.json.encode(_OnItsWay(release, delivery.writes)))
        done = 0
        sent(done, total)
        with ThreadPoolExecutor(_AT_ONCE) as pool:
            for _, group in groupby(delivery.writes, key=lambda file: order_of(file.path)):
                for file in self._write(pool, group, blobs):
                    done += file.size
                    sent(done, total)
            for _, paths in groupby(delivery.removes, key=order_of):
                deque(_windowed(pool, self._bucket.delete, ((path,) for path in paths)), maxlen=0)
        record = self._verified(delivery, self._state.record)
        self._bucket.put(RECORD, msgspec.json.encode(record))
        for leftover in (*self._state.leftovers, journal):
            self._bucket.delete(leftover)
        self._state = _Known(record, ())

    def resume(self) -> str:
        """Nothing is left to be completed by itself: the next delivery begins with what is there."""
        return ""

    def switch(self, release: str) -> None:
        raise PublishError(N_("an object store keeps no former releases: publish “{release}” anew."), release=release)

    def purge(self, files: Iterable[ReleaseFile]) -> tuple[str, ...]:
        wanted = tuple(files)
        state = self.inspect()
        record = state.record or TargetRecord()
        unwanted = {file.sha256 for file in wanted}
        known = {file.path for file in record.files}
        others = [file for file in wanted if file.path in state.present and file.path not in known]
        paths = [file.path for file in record.files if file.sha256 in unwanted and file.path in state.present]
        paths += [file.path for file in others if self._bucket.sha256(file.path) == file.sha256]
        with ThreadPoolExecutor(_AT_ONCE) as pool:
            deque(_windowed(pool, self._bucket.delete, ((path,) for path in paths)), maxlen=0)
        if known & set(paths):
            self._bucket.put(RECORD, msgspec.json.encode(_without(record, unwanted)))
        if paths and self._bucket.has_versions:
            raise PublishError(_VERSIONS_LEFT, paths=", ".join(self._bucket.prefix + path for path in paths))
        return tuple(self._bucket.prefix + path for path in paths)

    def close(self) -> None:
        """Nothing stays open between requests."""

    # ── steps

    def _write(self, pool: ThreadPoolExecutor, files: Iterable[ReleaseFile], blobs: Blobs) -> Iterator[ReleaseFile]:
        """Put files that may appear together; yields each when it is there."""
        large = []
        small: deque[ReleaseFile] = deque()

        def arguments() -> Iterator[tuple[ReleaseFile, bytes]]:
            for file in files:
                if file.size >= _LARGE:
                    large.append(file)
                else:
                    small.append(file)
                    yield file, blobs(file)

        for _ in _windowed(pool, self._put_file, arguments()):
            yield small.popleft()
        for file in large:
            self._put_file(file, blobs(file))
            yield file

    def _put_file(self, file: ReleaseFile, data: bytes) -> None:
        self._bucket.put(file.path, data, cache_control(file.path), file.sha256)

    def _with_started(
        self, record: TargetRecord, started: Iterable[_OnItsWay], listed: Mapping[str, ListedObject]
    ) -> TargetRecord:
        """The record, and what broken deliveries have written since: each object says what it is."""
        ours = {file.path: file for file in record.files}
        stamps = dict(record.stamps)
        wanted = [file for known in started for file in known.files if file.path in listed]
        with ThreadPoolExecutor(_AT_ONCE) as pool:
            for file, digest in zip(
                wanted, _windowed(pool, self._bucket.sha256, ((file.path,) for file in wanted)), strict=True
            ):
                if digest == file.sha256:
                    ours[file.path], stamps[file.path] = file, listed[file.path].stamp
        return msgspec.structs.replace(record, files=tuple(ours[path] for path in sorted(ours)), stamps=stamps)

    def _verified(self, delivery: Delivery, before: TargetRecord | None) -> TargetRecord:
        """The record to write, with stamps; all that was written is listed now as it was sent."""
        listed = self._bucket.listing()
        for file in delivery.writes:
            if file.path not in listed or listed[file.path].size != file.size:
                raise PublishError(_NOT_THERE, name=file.path, size=file.size)
        written = {file.path for file in delivery.writes}
        known = before.stamps if before else {}
        stamps = {
            file.path: known[file.path] if file.path in known and file.path not in written else listed[file.path].stamp
            for file in delivery.record.files
            if file.path in listed
        }
        return msgspec.structs.replace(delivery.record, stamps=stamps)

    def _knows_conditions(self) -> bool:
        """Whether a second “only if it is not there yet” is refused; some stores take it, and write all the same."""
        if self._conditional is None:
            name = f"{STAGE_PREFIX}{secrets.token_hex(16)}"
            try:
                self._conditional = self._bucket.create(name, b"{}") and not self._bucket.create(name, b"{}")
            except NoConditions:
                self._conditional = False
            else:
                self._bucket.delete(name)
        return self._conditional

    def _holder(self) -> TargetLock | None:
        data = self._bucket.get(LOCK)
        if data is None:
            return None
        return _decoded(data, TargetLock) or TargetLock("", "", "", "")


class _Known(NamedTuple):
    """What the last inspection found."""

    record: TargetRecord | None
    leftovers: tuple[str, ...]


def _as_left(file: ReleaseFile, record: TargetRecord, listed: Mapping[str, ListedObject]) -> bool:
    found = listed.get(file.path)
    return found is not None and found.size == file.size and record.stamps.get(file.path, found.stamp) == found.stamp


def _without(record: TargetRecord, unwanted: Container[str]) -> TargetRecord:
    """The record without files of these hashes."""
    gone = {file.path for file in record.files if file.sha256 in unwanted}
    return msgspec.structs.replace(
        record,
        files=tuple(file for file in record.files if file.path not in gone),
        older=tuple(tuple(path for path in paths if path not in gone) for paths in record.older),
        stamps={path: stamp for path, stamp in record.stamps.items() if path not in gone},
    )


def _is_hidden(path: str) -> bool:
    return path in (RECORD, LOCK) or path.startswith(STAGE_PREFIX)


def _decoded(data: bytes, type_: type[_T]) -> _T | None:
    """Treat a damaged one as missing."""
    try:
        return msgspec.json.decode(data, type=type_)
    except msgspec.MsgspecError:
        return None


def _windowed(
    pool: ThreadPoolExecutor, call: Callable[..., _T], arguments: Iterable[tuple[object, ...]]
) -> Iterator[_T]:
    """Results in order, with as many calls under way as the pool has threads and as many waiting, never more."""
    waiting: deque[Future[_T]] = deque()
    try:
        for values in arguments:
            waiting.append(pool.submit(call, *values))
            if len(waiting) >= 2 * _AT_ONCE:
                yield waiting.popleft().result()
        while waiting:
            yield waiting.popleft().result()
    finally:
        for future in waiting:
            future.cancel()
