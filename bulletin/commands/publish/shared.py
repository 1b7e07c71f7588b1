"""What the commands of publishing share: targets that are open, questions, the delivery of one release."""

from __future__ import annotations

import secrets
import sys
from collections.abc import Iterable, Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

import click

from bulletin.commands.publish.secrets import UserSecrets, account
from bulletin.commands.terminal import Session
from bulletin.core.errors import BulletinError, ExtraMissing, PublishError, UsageError
from bulletin.core.i18n import N_

if TYPE_CHECKING:
    from bulletin.core.publish_targets import PublishTarget
    from bulletin.core.station import Station
    from bulletin.publish.delivering import TargetPlan
    from bulletin.publish.ledger import LedgerEntry
    from bulletin.publish.release import Release
    from bulletin.publish.store import ReleaseStore
    from bulletin.publish.target import TargetLock, TargetSession
    from bulletin.publish.verify import Verified


class SendOptions(NamedTuple):
    """How a release is to go out."""

    to: tuple[str, ...] = ()
    """Names of targets; all when empty."""
    dry_run: bool = False
    yes: bool = False
    remove: bool = False
    """Many pages may go without a question."""
    adopt: bool = False
    break_lock: bool = False
    verify: bool = True
    as_json: bool = False


class OpenTarget(NamedTuple):
    """A target, and the connection to it; or why there is none."""

    target: PublishTarget
    session: TargetSession | None
    error: BulletinError | None = None


class Outcome(NamedTuple):
    """What became of one target."""

    target: PublishTarget
    state: str
    """``published``, ``nothing``, ``failed``, ``planned``."""
    files: int = 0
    removed: int = 0
    bytes: int = 0
    verified: Verified | None = None
    error: BulletinError | None = None
    notes: tuple[str, ...] = ()
    how: str = ""


def release_store(root: Path) -> ReleaseStore:
    """The releases of this computer."""
    from bulletin.publish.store import RELEASES, ReleaseStore

    return ReleaseStore(root / RELEASES)


_NOTHING_OUT = N_("nothing was published from this computer yet. The first time: {command}")


def latest_release(root: Path) -> Release:
    """The release that is out. Raises `UsageError` before the first."""

    last = release_store(root).latest()
    if last is None:
        raise UsageError(_NOTHING_OUT, path=root, command="bulletin publish")
    return last


def chosen_targets(station: Station, names: Iterable[str]) -> tuple[PublishTarget, ...]:
    """The targets of these names; all without any. Raises `UsageError`."""
    known = {target.name: target for target in station.publish}
    if not known:
        raise UsageError(
            N_("content/station.yml names no target. Add where the site goes, for example:\n{example}"),
            example="publish:\n  - {name: web, kind: ssh, host: www.example.cn, user: www, path: /srv/www}",
        )
    wrong = next((name for name in names if name not in known), None)
    if wrong is not None:
        raise UsageError(
            N_("there is no target “{name}”. content/station.yml has: {known}."), name=wrong, known=", ".join(known)
        )
    return tuple(known[name] for name in dict.fromkeys(names)) or tuple(known.values())


@contextmanager
def open_targets(session: Session, root: Path, targets: Iterable[PublishTarget]) -> Iterator[list[OpenTarget]]:
    """Connect to each; one that does not answer hinders no other."""
    from bulletin.publish.targets.opening import open_target

    given = UserSecrets(session.environment)
    with ExitStack() as stack:
        opened = []
        for target in targets:
            try:
                connection = open_target(target, given, root)
            except BulletinError as error:
                opened.append(OpenTarget(target, None, error))
            else:
                stack.callback(connection.close)
                opened.append(OpenTarget(target, connection))
        yield opened


def new_lock(session: Session) -> TargetLock:
    """A lock of this user, from now on."""
    from bulletin.publish.target import TargetLock

    by, _, host = account().partition("@")
    return TargetLock(by, host, session.now().isoformat(), secrets.token_hex(16))


def confirm(session: Session, question: str, *, yes: bool, hint: str) -> bool:
    """Ask at the terminal; without one the answer is no, and ``hint`` says what to add."""
    if yes:
        return True
    if not sys.stdin.isatty():
        click.echo(session.say(hint), err=True)
        return False
    return click.confirm(session.say(question), err=True)


def may_change(session: Session, last: Release | None, release: Release, choice: SendOptions) -> bool:
    """Name the published issues that have changed without a correction, and ask."""
    from bulletin.publish.difference import uncorrected

    changed = uncorrected(last, release)
    if not changed:
        return True
    click.echo(
        session.say(N_("These issues are published and have changed, and name no correction for readers:")), err=True
    )
    for text in changed:
        click.echo(f"  {text.title or text.id}  /{text.folder}", err=True)
    command = f"bulletin correct {changed[0].id} --was … --now …"
    click.echo(session.say(N_("To name one: {command}"), command=command), err=True)
    hint = N_("Nothing was published. Add --yes to publish them as they are.")
    return confirm(session, N_("Publish them without a correction?"), yes=choice.yes, hint=hint)


# ── ledger


def note_outcome(session: Session, store: ReleaseStore, release: Release, outcome: Outcome) -> None:
    """Write into the ledger what became of a target; that it has not taken a release, once."""
    from bulletin.publish.ledger import Delivered, DeliveryFailed, targets_behind

    at, by = session.now().isoformat(), account()
    entry: LedgerEntry
    if outcome.state == "failed" and outcome.error:
        if outcome.target.name in targets_behind(store.ledger.entries(), release.id):
            return
        entry = DeliveryFailed(
            at=at, by=by, release=release.id, target=outcome.target.name, reason=str(outcome.error)[:500]
        )
    elif outcome.state == "published":
        entry = Delivered(
            at=at,
            by=by,
            release=release.id,
            target=outcome.target.name,
            verified=outcome.verified.outcome if outcome.verified else "not",
            files=outcome.files + outcome.removed,
            bytes=outcome.bytes,
        )
    else:
        return
    store.ledger.append(entry)


def break_lock(session: Session, store: ReleaseStore, opened: OpenTarget, lock: TargetLock) -> None:
    """Take somebody else's lock away, after asking at the terminal or by --break-lock, and note it."""
    from bulletin.publish.ledger import LockBroken

    connection = opened.session
    other = connection.lock(lock) if connection else None
    if connection is None:
        return
    if other is None:
        connection.unlock(lock.token)
        return
    connection.unlock(other.token, force=True)
    held = f"{other.by}@{other.host} {other.since}"
    store.ledger.append(LockBroken(at=session.now().isoformat(), by=account(), target=opened.target.name, held_by=held))


# ── one delivery


def planned(
    opened: OpenTarget, release: Release, store: ReleaseStore, withdrawn: Iterable[str], *, adopt: bool
) -> TargetPlan | BulletinError:
    """What a target needs, or why that is not known."""
    from bulletin.publish.delivering import plan_target

    if opened.session is None:
        return opened.error or PublishError(N_("there is no connection."))
    try:
        return plan_target(opened.target, opened.session, release, store, withdrawn, adopt=adopt)
    except BulletinError as error:
        return error


def deliver(
    session: Session, store: ReleaseStore, opened: OpenTarget, plan: TargetPlan, choice: SendOptions, url: str
) -> Outcome:
    """Send, look at the public address, and say what became of it. Raises nothing but what is no `BulletinError`."""
    from bulletin.commands.publish.progress import SendBar
    from bulletin.publish.delivering import send

    connection, delivery = opened.session, plan.delivery
    if connection is None:
        return Outcome(opened.target, "failed", error=opened.error)
    lock = new_lock(session)
    try:
        if choice.break_lock:
            break_lock(session, store, opened, lock)
        with SendBar(session.say.translate, opened.target.name, hidden=choice.as_json) as bar:
            send(connection, plan, store, lock, bar)
    except BulletinError as error:
        return Outcome(opened.target, "failed", error=error)
    seen = _verified(session, opened.target, plan, url) if choice.verify else None
    return Outcome(opened.target, "published", len(delivery.writes), len(delivery.removes), plan.sent_bytes, seen)


def _verified(session: Session, target: PublishTarget, plan: TargetPlan, url: str) -> Verified | None:
    from bulletin.publish.verify import Verified, verify

    address = target.url or url
    if not address or target.kind == "usb":
        return None
    record = plan.delivery.record
    try:
        return verify(address, record.files, (file.path for file in plan.delivery.writes), plan.delivery.removes)
    except ExtraMissing as error:  # a folder is published to without it, and it is out by now
        return Verified("not", 0, reason=session.say.error(error))
