"""`bulletin publish doctor`, `resume`, `password`: the targets themselves."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

import click

from bulletin.commands.options import root_option
from bulletin.commands.publish.secrets import store_secret
from bulletin.commands.publish.shared import (
    OpenTarget,
    SendOptions,
    chosen_targets,
    latest_release,
    new_lock,
    open_targets,
    release_store,
)
from bulletin.commands.publish.showing import HOW, size
from bulletin.commands.terminal import Command, Session, find_root
from bulletin.core.errors import BulletinError
from bulletin.core.i18n import N_, Translate

if TYPE_CHECKING:
    from bulletin.publish.store import ReleaseStore
    from bulletin.publish.target import TargetLock, TargetSession

_CLOCK_SECONDS = 120
_LITTLE_SPACE = 100_000_000


def _to_option(_: Translate) -> click.Option:
    words = _("Only to this target; may be given several times.")
    return click.Option(["--to"], metavar="TARGET", multiple=True, help=words)


# ── doctor


def doctor_command(_: Translate) -> Command:
    return Command(
        "doctor",
        callback=_doctor,
        help=_("Look at each target: is it reached, may we write, what has changed behind our back."),
        epilog=_("Examples:\n  bulletin publish doctor\n  bulletin publish doctor --to web"),
        params=[_to_option(_), root_option(_)],
    )


@click.pass_obj
def _doctor(session: Session, to: tuple[str, ...], root: str | None) -> None:
    from bulletin.build.project import open_project

    folder = find_root(root)
    store = release_store(folder)
    healthy = True
    with open_targets(session, folder, chosen_targets(open_project(folder).station, to)) as opened:
        for each in opened:
            healthy = _looked_at(session, store, each) and healthy
    sys.exit(0 if healthy else 2)


def _looked_at(session: Session, store: ReleaseStore, opened: OpenTarget) -> bool:
    name = f"{opened.target.name} ({opened.target.kind})"
    if opened.session is None:
        click.echo(click.style(f"{name}: {session.say.error(opened.error or BulletinError(''))}", fg="red"))
        return False
    try:
        return _found(session, store, name, opened.session)
    except BulletinError as error:
        click.echo(click.style(f"{name}: {session.say.error(error)}", fg="red"))
        return False


def _found(session: Session, store: ReleaseStore, name: str, connection: TargetSession) -> bool:
    say = session.say
    abilities, state = connection.probe(), connection.inspect()
    click.echo(
        say(N_("{target}: reached, and we may write; {how}."), target=name, how=say.translate(HOW[abilities.how]))
    )
    for note in abilities.notes:
        click.echo(f"  {say.translate(note)}")
    if abilities.free >= 0:
        colour = "yellow" if abilities.free < _LITTLE_SPACE else None
        click.echo(click.style(say(N_("  free space: {size}"), size=size(abilities.free)), fg=colour))
    healthy = True
    if abs(abilities.clock_behind) > _CLOCK_SECONDS:
        words = N_("  its clock differs from ours by {minutes} minutes: have it set right.")
        click.echo(click.style(say(words, minutes=round(abs(abilities.clock_behind) / 60)), fg="yellow"))
        healthy = False
    return _drift(session, store, connection) and healthy and not state.unfinished


def _drift(session: Session, store: ReleaseStore, connection: TargetSession) -> bool:
    """What is there, and what has changed since we left it."""
    say, state = session.say, connection.inspect()
    if state.record is None:
        click.echo(say(N_("  nothing of ours is there yet.")))
        return True
    click.echo(say(N_("  release {id} is out, {count} files."), id=state.record.release, count=len(state.record.files)))
    latest = next(iter(store.ids()), "")
    if latest and latest != state.record.release:
        words = N_("  this computer has release {id}; “bulletin publish” brings it there.")
        click.echo(click.style(say(words, id=latest), fg="yellow"))
    if state.unfinished:
        words = N_("  the delivery of release {id} was broken off; “bulletin publish resume” completes it.")
        click.echo(click.style(say(words, id=state.unfinished), fg="red"))
    for path in sorted(state.changed)[:10]:
        words = N_("  {path}: missing, or not as we left it; the next “bulletin publish” puts it right.")
        click.echo(click.style(say(words, path=path), fg="red"))
    return not state.changed


# ── resume


def resume_command(_: Translate) -> Command:
    return Command(
        "resume",
        callback=_resume,
        help=_("Complete a delivery that was broken off, exactly as it was begun."),
        params=[_to_option(_), root_option(_)],
    )


@click.pass_obj
def _resume(session: Session, to: tuple[str, ...], root: str | None) -> None:
    from bulletin.build.project import open_project
    from bulletin.commands.publish.sending import send_release

    folder = find_root(root)
    store, last = release_store(folder), latest_release(folder)
    station = open_project(folder).station
    with open_targets(session, folder, chosen_targets(station, to)) as opened:
        for each in opened:
            _completed(session, each)
        choice = SendOptions(to, yes=True)
        sys.exit(send_release(session, store, station, last, opened, choice, is_new=False, last=last))


def _completed(session: Session, opened: OpenTarget) -> None:
    try:
        done = _resumed(opened.session, new_lock(session)) if opened.session else ""
    except BulletinError as error:
        click.echo(click.style(f"{opened.target.name}: {session.say.error(error)}", fg="red"), err=True)
        return
    if done:
        words = N_("{target}: the delivery of release {id} is complete.")
        click.echo(session.say(words, target=opened.target.name, id=done))


def _resumed(connection: TargetSession, lock: TargetLock) -> str:
    """Under the lock; who holds it is named when the release is sent again."""
    if connection.lock(lock):
        return ""
    try:
        return connection.resume()
    finally:
        connection.unlock(lock.token)


# ── password


def password_command(_: Translate) -> Command:
    return Command(
        "password",
        callback=_password,
        help=_("Store a target's password in this system's keyring, where other programs cannot read it."),
        epilog=_("Example:\n  bulletin publish password web"),
        params=[click.Argument(["name"], metavar="TARGET"), root_option(_)],
    )


@click.pass_obj
def _password(session: Session, name: str, root: str | None) -> None:
    from bulletin.build.project import open_project

    (target,) = chosen_targets(open_project(find_root(root)).station, (name,))
    given = click.prompt(session.say(N_("Password of {target}"), target=target.name), hide_input=True)
    store_secret(session.environment, target.name, given)
    click.echo(session.say(N_("Stored. “bulletin publish doctor” tries it.")))
