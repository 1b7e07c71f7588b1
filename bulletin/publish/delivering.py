"""One release to one target: what has to change there, then the change, under the target's lock."""

from __future__ import annotations

from collections.abc import Iterable
from typing import NamedTuple

from bulletin.core.errors import PublishError
from bulletin.core.problems import N_
from bulletin.core.publish_targets import PublishTarget
from bulletin.core.withdrawals import WITHDRAWN_FILE, read_withdrawals, withdrawn_paths
from bulletin.publish.deriving import source_bytes
from bulletin.publish.difference import plan_delivery, removed_pages
from bulletin.publish.release import Release
from bulletin.publish.store import ReleaseStore
from bulletin.publish.target import Delivery, Sent, TargetLock, TargetSession, TargetState

_FORMER = 3
"""Releases whose assets may have to be brought back to a target that has lost them."""


class TargetLocked(PublishError):
    """Somebody else publishes to the target."""


class TargetPlan(NamedTuple):
    """What a target needs."""

    target: PublishTarget
    state: TargetState
    delivery: Delivery

    @property
    def is_done(self) -> bool:
        """Whether readers have the release already, and everything is as it was left."""
        delivery, state = self.delivery, self.state
        has_it = state.record is not None and state.record.release == delivery.record.release
        return has_it and not (delivery.writes or delivery.removes or state.unfinished)

    @property
    def sent_bytes(self) -> int:
        return sum(file.size for file in self.delivery.writes)

    @property
    def removed_pages(self) -> tuple[int, int]:
        """Pages that go, and pages that are there."""
        return removed_pages(self.state, self.delivery)


def plan_target(
    target: PublishTarget,
    session: TargetSession,
    release: Release,
    store: ReleaseStore,
    withdrawn: Iterable[str] = (),
    *,
    adopt: bool = False,
) -> TargetPlan:
    """Look at a target, and find what it lacks; changes nothing there. Raises `PublishError`.

    The release's own record of withdrawals counts beside ``withdrawn``: a target may have missed the release that
    took a text out, and must not keep its pictures for older pages.
    """
    recorded = withdrawn_paths(read_withdrawals(source_bytes(release, WITHDRAWN_FILE, store)))
    state = session.inspect()
    former = tuple(store.release(id_) for id_ in store.ids()[:_FORMER] if id_ != release.id)
    return TargetPlan(target, state, plan_delivery(state, release, former, (*recorded, *withdrawn), adopt=adopt))


def send(session: TargetSession, plan: TargetPlan, store: ReleaseStore, lock: TargetLock, sent: Sent) -> None:
    """Carry a plan out. Raises `PublishError`, also when somebody has published since the plan was made."""
    other = session.lock(lock)
    if other:
        raise TargetLocked(
            N_("{by} is publishing to this target from {host}, since {since}. If that has ended, add --break-lock."),
            by=other.by,
            host=other.host,
            since=other.since,
        )
    try:
        now = session.inspect()
        if _release_of(now) != _release_of(plan.state):
            raise PublishError(
                N_("somebody has published release {id} here meanwhile. Nothing was changed; publish again."),
                id=_release_of(now),
            )
        session.deliver(plan.delivery, store.read, sent)
    finally:
        session.unlock(lock.token)


def _release_of(state: TargetState) -> str:
    return state.record.release if state.record else ""
