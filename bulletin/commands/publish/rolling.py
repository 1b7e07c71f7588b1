"""`bulletin publish back`: to an earlier release, with all withdrawals of today."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING

import click

from bulletin.commands.bar import Bar
from bulletin.commands.options import processors, root_option
from bulletin.commands.publish.secrets import account
from bulletin.commands.publish.sending import send_release
from bulletin.commands.publish.shared import SendOptions, chosen_targets, latest_release, open_targets, release_store
from bulletin.commands.terminal import Command, Session, find_root
from bulletin.core.errors import UsageError
from bulletin.core.i18n import N_, Translate

if TYPE_CHECKING:
    from bulletin.publish.release import Release
    from bulletin.publish.store import ReleaseStore


def back_command(_: Translate) -> Command:
    return Command(
        "back",
        callback=_back,
        help=_("Go back to an earlier release; what was withdrawn since stays withdrawn."),
        epilog=_("Examples:\n  bulletin publish back\n  bulletin publish back 20261127-1 --yes"),
        params=[
            click.Argument(["release"], metavar="[ID]", required=False),
            click.Option(
                ["--to"], metavar="TARGET", multiple=True, help=_("Only to this target; may be given several times.")
            ),
            click.Option(["--dry-run"], is_flag=True, help=_("Show what would change, and change nothing.")),
            click.Option(["--yes"], is_flag=True, help=_("Do not ask, the answer is yes.")),
            click.Option(
                ["--remove"], is_flag=True, help=_("Many pages may go, too; --yes alone does not allow that.")
            ),
            root_option(_),
        ],
    )


@click.pass_obj
def _back(
    session: Session,
    release: str | None,
    to: tuple[str, ...],
    dry_run: bool,
    yes: bool,
    remove: bool,
    root: str | None,
) -> None:
    folder = find_root(root)
    sys.exit(_roll_back(session, folder, release or "", SendOptions(to, dry_run, yes, remove)))


def _roll_back(session: Session, root: Path, id_: str, choice: SendOptions) -> int:
    """Make a release of an earlier one, and send it. Returns the exit code; raises `BulletinError`."""
    from bulletin.core.config import read_station
    from bulletin.publish.ledger import RolledBack

    store = release_store(root)
    last = latest_release(root)
    base = store.release(id_) if id_ else _before(store, last)
    if base.id == last.id:
        raise UsageError(N_("release {id} is the one that is out."), id=base.id)
    release = _made(session, root, store, base, last, choice)
    station = read_station((root / "content" / "station.yml").read_bytes())
    with open_targets(session, root, chosen_targets(station, choice.to)) as opened:
        code = send_release(session, store, station, release, opened, choice, is_new=True, last=last)
    if not choice.dry_run and release.id in store.ids():
        store.ledger.append(RolledBack(at=session.now().isoformat(), by=account(), release=release.id, to=base.id))
    return code


def _before(store: ReleaseStore, last: Release) -> Release:
    """The release before the last; that of a rollback is the one before what it went back to."""
    ids, step = store.ids(), last
    while step.kind == "back" and step.note in ids and step.note != step.id:
        step = store.release(step.note)
    earlier = ids[ids.index(step.id) + 1 :]
    if not earlier:
        raise UsageError(N_("there is no earlier release on this computer."))
    return store.release(step.parent if step.parent in earlier else earlier[0])


def _made(
    session: Session, root: Path, store: ReleaseStore, base: Release, last: Release, choice: SendOptions
) -> Release:
    from bulletin.publish.deriving import derived, withdrawals, without_missing
    from bulletin.publish.release import Rebuilt
    from bulletin.publish.workspace import Workspace

    now, by = session.now(), account()
    is_whole, sources = without_missing(base, last, store)
    changes = withdrawals(base, last, store)
    if not changes and is_whole:
        made = Rebuilt(base.files, base.sources, base.texts, base.due, base.as_of or base.made)
    else:
        with Bar(session.say.translate, choice.as_json) as bar:
            workspace = Workspace(root, store, processors(), bar)
            made = workspace.rebuilt(sources, changes, base.time, whole=not is_whole)
        workspace.remove()
    return derived(base, "back", now, by, store, made, base.id, last.id)
