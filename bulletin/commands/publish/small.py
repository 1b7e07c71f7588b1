"""Small releases: what has come due, and the counter's numbers. They start from the release that is out."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

import click

from bulletin.commands.bar import Bar
from bulletin.commands.options import processors
from bulletin.commands.publish.secrets import account
from bulletin.commands.publish.sending import send_release
from bulletin.commands.publish.shared import SendOptions, chosen_targets, latest_release, open_targets, release_store
from bulletin.commands.terminal import Session
from bulletin.core.i18n import N_

if TYPE_CHECKING:
    from bulletin.publish.release import Release, ReleaseKind


def publish_due(session: Session, root: Path, choice: SendOptions) -> int:
    """Publish what has come due or run out; does nothing, quickly and quietly, when there is nothing.

    A target that did not take the last release, a withdrawal perhaps, gets it now.
    """
    last = latest_release(root)
    now = session.now()
    if last.due and now >= datetime.fromisoformat(last.due):
        return send_derived(session, root, last, "due", {}, now, choice)
    return _send_again(session, root, last, choice)


def _send_again(session: Session, root: Path, last: Release, choice: SendOptions) -> int:
    from bulletin.core.config import read_station
    from bulletin.publish.ledger import targets_behind

    store = release_store(root)
    station = read_station((root / "content" / "station.yml").read_bytes())
    behind = targets_behind(store.ledger.entries(), last.id)
    targets = [each for each in chosen_targets(station, choice.to) if each.name in behind]
    if not targets:
        return 0
    with open_targets(session, root, targets) as opened:
        return send_release(session, store, station, last, opened, choice, is_new=False, last=last)


def publish_hits(session: Session, root: Path, choice: SendOptions, source: str) -> int:
    """Publish the counter's numbers, and nothing else."""
    from bulletin.core.keys import KEYS
    from bulletin.hits.bake import refresh_snapshot
    from bulletin.publish.making import SNAPSHOT_SOURCE

    last = latest_release(root)
    refresh_snapshot(root, root / "site" / KEYS, source, session.now().date())
    data = (root / SNAPSHOT_SOURCE).read_bytes()
    return send_derived(session, root, last, "hits", {SNAPSHOT_SOURCE: data}, last.time, choice)


def send_derived(
    session: Session,
    root: Path,
    base: Release,
    kind: ReleaseKind,
    changes: Mapping[str, bytes | None],
    at: datetime,
    choice: SendOptions,
    note: str = "",
) -> int:
    """Build the sources of ``base`` with changes as of ``at``, and send what differs. Returns the exit code."""
    from bulletin.core.config import read_station
    from bulletin.publish.deriving import derived
    from bulletin.publish.making import is_different
    from bulletin.publish.workspace import Workspace

    store = release_store(root)
    with Bar(session.say.translate, choice.as_json) as bar:
        workspace = Workspace(root, store, processors(), bar)
        made = workspace.rebuilt(base, changes, at)
    release = derived(base, kind, session.now(), account(), store, made, note)
    if not is_different(release, base) and release.due == base.due:
        release = base
    station = read_station((root / "content" / "station.yml").read_bytes())
    with open_targets(session, root, chosen_targets(station, choice.to)) as opened:
        is_new = release.id != base.id
        code = send_release(session, store, station, release, opened, choice, is_new=is_new, last=base)
    if is_new and not choice.dry_run and store.latest() == release:
        workspace.settle(release)
    if not is_new and not choice.as_json:
        click.echo(session.say(N_("Readers have all that there is to publish.")))
    return code
