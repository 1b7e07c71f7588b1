"""One delivery in a process of its own, so that it can be killed: ``python -m tests.publish.sender ORDER``."""

from __future__ import annotations

import sys
from pathlib import Path
from unittest.mock import patch

import msgspec

from bulletin.core.model import Value
from bulletin.core.publish_targets import PublishTarget
from bulletin.publish.delivering import TargetPlan, plan_target, send
from bulletin.publish.release import Release
from bulletin.publish.store import ReleaseStore
from bulletin.publish.target import TargetLock
from bulletin.publish.targets import ftp
from bulletin.publish.targets.opening import open_target


class Order(Value, frozen=True):
    """What to send where."""

    target: PublishTarget
    store: str
    """Folder of the releases."""
    release: str
    password: str = ""
    known_hosts: str = ""
    read_back_pause: float = ftp._READ_BACK_PAUSE
    """Seconds after which a lock is read back over FTP; nobody else publishes here."""


class GivenSecrets:
    """What the order gives."""

    def __init__(self, order: Order) -> None:
        self._order = order

    def password(self, _target: str) -> str | None:
        return self._order.password or None

    def known_hosts(self) -> bytes:
        return self._order.known_hosts.encode()


def deliver(order: Order) -> TargetPlan:
    """Send a release as `bulletin publish` does, and take a lock that a killed run has left. Raises `PublishError`."""
    with patch.object(ftp, "_READ_BACK_PAUSE", order.read_back_pause):
        return _deliver(order)


def _deliver(order: Order) -> TargetPlan:
    store = ReleaseStore(Path(order.store))
    release: Release = store.release(order.release)
    session = open_target(order.target, GivenSecrets(order), Path(order.store).parent)
    try:
        plan = plan_target(order.target, session, release, store)
        if not plan.is_done:
            lock = TargetLock("lihua", "PC-3", "2016-01-01T12:00:00", "test")
            left = session.lock(lock)
            if left:
                session.unlock(left.token, force=True)
            else:
                session.unlock(lock.token)
            send(session, plan, store, lock, lambda _done, _all: None)
        return plan
    finally:
        session.close()


if __name__ == "__main__":
    deliver(msgspec.json.decode(Path(sys.argv[1]).read_bytes(), type=Order))
