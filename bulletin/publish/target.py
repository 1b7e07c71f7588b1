"""What a target is: a place that takes releases. Each kind is one module of `targets/`, and all speak these values.

The order of one delivery: open → lock → inspect → deliver → unlock. A target never decides what changes
(difference.py does); it decides how, and promises what its `Abilities` say.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import Literal, Protocol

import msgspec

from bulletin.core.model import Value
from bulletin.publish.release import ReleaseFile

RECORD = ".bulletin-record.json"
"""Name of the target's own record. It holds paths and hashes of public files only."""

LOCK = ".bulletin-lock.json"
"""Name of the lock of who publishes now."""

STAGE_PREFIX = ".bulletin-next-"
"""Beginning of the name of a staging folder; the rest cannot be guessed (`secrets.token_hex(16)`)."""


class TargetRecord(Value, frozen=True):
    """What a target holds of ours, as it says itself; it wins over what this computer remembers."""

    release: str = ""
    """Id of the release that is out."""
    files: tuple[ReleaseFile, ...] = ()
    """All our files, those among them that stay for older pages; by path."""
    older: tuple[tuple[str, ...], ...] = ()
    """Paths of the assets of each of the two releases before, newest first."""
    stamps: dict[str, int] = msgspec.field(default_factory=dict)
    """Path → modification time of a file on the target, in the target's own unit; empty where it has none."""


class Abilities(Value, frozen=True):
    """What a probe has found."""

    how: Literal["switch", "burst", "ordered", "copy"]
    """``switch``: readers see one release or the other; ``burst``: renamed file by file, never a torn one, and for
    moments two releases mixed; ``ordered``: put file by file in an order, never torn; ``copy``: carried by hand."""
    notes: tuple[str, ...] = ()
    """Sentences for people, each English and marked with `N_`: a promise that this target cannot keep, and why."""
    free: int = -1
    """Bytes that are free; -1: not known."""
    clock_behind: float = 0.0
    """Seconds by which the target's clock is behind ours; 0 where it cannot be asked."""


class TargetState(Value, frozen=True):
    """What is there now, read back."""

    record: TargetRecord | None
    """None where nothing of ours was ever published."""
    present: Mapping[str, int]
    """Path → bytes of every file below the target's folder, hidden ones of our own left out."""
    changed: frozenset[str] = frozenset()
    """Files of the record that are missing, or are not as we left them."""
    releases: tuple[str, ...] = ()
    """Ids of the releases that can be switched to, newest first."""
    unfinished: str = ""
    """Id of a release whose delivery was broken off; the next one completes or replaces it."""


class Delivery(Value, frozen=True):
    """What a target has to become."""

    record: TargetRecord
    """As it is to be written when all is done; the target adds `stamps`."""
    writes: tuple[ReleaseFile, ...]
    """New and changed files, in the order in which they appear."""
    removes: tuple[str, ...]
    """Paths that go, in the order in which they go; after all writes."""
    before: str = ""
    """Id of the release that is out now."""


class TargetLock(Value, frozen=True):
    """Who publishes now."""

    by: str
    host: str
    since: str
    """``YYYY-MM-DDTHH:MM:SS`` of the holder's clock."""
    token: str
    """By which the holder knows its own lock."""


Blobs = Callable[[ReleaseFile], bytes]
"""Gives a file's bytes, checked against its hash."""

Sent = Callable[[int, int], None]
"""Called as a delivery advances, with the bytes sent and the bytes in all."""


class TargetSession(Protocol):
    """An open connection to a target. Every method raises `PublishError`, in one sentence that says what to do."""

    def probe(self) -> Abilities:
        """What the target can do; leaves nothing behind."""

    def inspect(self) -> TargetState:
        """What is there; also takes up what a former delivery left behind."""

    def lock(self, lock: TargetLock) -> TargetLock | None:
        """Take the lock; returns None, or the lock of somebody else, which stays."""

    def unlock(self, token: str, *, force: bool = False) -> None:
        """Give the lock back; with ``force`` also somebody else's."""

    def deliver(self, delivery: Delivery, blobs: Blobs, sent: Sent) -> None:
        """Make the target so. Broken off at any moment, the site is one that the promise of `Abilities.how` permits,
        and the next delivery completes it."""

    def resume(self) -> str:
        """Complete a delivery that was broken off, exactly as it was begun; returns the id of its release, empty where
        there is nothing to complete by itself."""

    def switch(self, release: str) -> None:
        """Let readers see a release of `TargetState.releases`."""

    def purge(self, files: Iterable[ReleaseFile]) -> tuple[str, ...]:
        """Remove these very contents from releases that are kept, staging folders and the site; returns what was
        removed, as paths on the target."""

    def close(self) -> None:
        """End the connection."""


class Secrets(Protocol):
    """Where passwords come from: environment, the system's keyring, a file; never station.yml."""

    def password(self, target: str) -> str | None: ...

    def known_hosts(self) -> bytes:
        """The user's own ``known_hosts``; empty where there is none."""
