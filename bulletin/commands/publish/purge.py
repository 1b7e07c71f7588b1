"""`--purge`: what was withdrawn leaves every kept release, every target, and what this computer keeps beside."""

from __future__ import annotations

from itertools import dropwhile
from pathlib import Path
from typing import TYPE_CHECKING

import click

from bulletin.commands.options import processors
from bulletin.commands.publish.secrets import account
from bulletin.commands.publish.shared import OpenTarget, SendOptions, chosen_targets, open_targets, release_store
from bulletin.commands.terminal import Session
from bulletin.core.errors import BulletinError
from bulletin.core.i18n import N_

if TYPE_CHECKING:
    from bulletin.core.withdrawals import Withdrawal
    from bulletin.publish.release import Release, ReleaseFile
    from bulletin.publish.store import ReleaseStore


def purge_text(
    session: Session,
    root: Path,
    base: Release,
    release: Release,
    choice: SendOptions,
    entry: Withdrawal,
    *,
    remove_source: bool,
) -> int:
    """Remove it, prove it by searching for its sentences, and say what was removed. Returns the exit code."""
    from bulletin.core.config import read_station
    from bulletin.publish.deriving import retitled
    from bulletin.publish.local_traces import cut_source, remove_handed_out, remove_traces, traces_left
    from bulletin.publish.purging import contents_with, vanished_files
    from bulletin.publish.withdrawing import spans_here

    store = release_store(root)
    sentences, contents = _what_goes(store, base, release)
    station = read_station((root / "content" / "station.yml").read_bytes())
    healthy = True
    with open_targets(session, root, chosen_targets(station, choice.to)) as opened:
        for each in opened:
            healthy = _purged_target(session, each, contents) and healthy
    retold = tuple(retitled(store.releases(), entry.issue, release))
    at = session.now().isoformat()
    removed = store.purge(contents, because=entry.because, at=at, by=account(), manifests=retold)
    click.echo(session.say(N_("Purged from the releases of this computer: {count} contents."), count=len(removed)))
    spans = spans_here(root, entry, session.now(), processors()) if remove_source else ()
    _rebuild_here(session, root)
    vanished = [file for file in vanished_files(base, release) if file in contents]
    for path in cut_source(root, spans, vanished) if remove_source else ():
        click.echo(session.say(N_("{path}: cut out."), path=path))
    for path in (*remove_handed_out(root, entry.issue), *remove_traces(root, sentences)):
        click.echo(session.say(N_("{path}: removed."), path=path))
    left = (
        *(file.path for file in contents_with(store.releases(), release, sentences, store.read, store.has)),
        *traces_left(root, sentences),
    )
    for path in left:
        click.echo(click.style(session.say(N_("{path}: still holds a sentence of it."), path=path), fg="red"), err=True)
    if not left and healthy:
        words = N_("Looked for its {count} sentences in every release and working file of this computer: none is left.")
        click.echo(session.say(words, count=len(sentences)))
    if not remove_source:
        words = N_("The folder “content” still has the text; --remove-source cuts it out there, too.")
        click.echo(session.say(words))
    return 0 if healthy and not left else 2


def _what_goes(store: ReleaseStore, base: Release, release: Release) -> tuple[frozenset[str], tuple[ReleaseFile, ...]]:
    """The sentences that went from ``base`` to ``release``, and all contents with them or made of them; nothing that
    the release that is out now holds, where that is a later one.
    """
    from msgspec.structs import replace

    from bulletin.publish.purging import contents_with, sealed_files, vanished_files, vanished_sentences

    there = replace(base, files=tuple(file for file in base.files if store.has(file.sha256)))
    sentences = vanished_sentences(there, release, store.read)
    latest = store.latest() or release
    if latest.id != release.id:
        sentences &= vanished_sentences(there, latest, store.read)
    out = {file.sha256 for file in (*latest.files, *latest.sources)}
    kept = tuple(store.releases())
    others = [each for each in kept if each.id != release.id]
    earlier = dropwhile(lambda each: each.id != base.id, kept)
    found = (
        *vanished_files(base, release),
        *sealed_files(earlier, base, release),
        *contents_with(others, release, sentences, store.read, store.has),
    )
    return sentences, tuple(dict.fromkeys(file for file in found if file.sha256 not in out))


def purge_withdrawn(
    session: Session, root: Path, entry: Withdrawal, choice: SendOptions, *, remove_source: bool
) -> int:
    """The same for what was withdrawn before, as long as a release is kept that had it."""
    from bulletin.core.withdrawals import WITHDRAWN_FILE, read_withdrawals
    from bulletin.publish.deriving import source_bytes

    store = release_store(root)
    after: Release | None = None
    for base in store.releases():
        noted = read_withdrawals(source_bytes(base, WITHDRAWN_FILE, store))
        if any((each.issue, each.slug, each.date) == (entry.issue, entry.slug, entry.date) for each in noted):
            after = base
        elif after:
            return purge_text(session, root, base, after, choice, entry, remove_source=remove_source)
    click.echo(session.say(N_("No kept release has it any more.")))
    return 0


def _rebuild_here(session: Session, root: Path) -> None:
    """Build the local site without it."""
    from bulletin.build.pipeline import build
    from bulletin.build.report import Options

    build(root, session.now(), Options(let_go=True, jobs=processors()))


def _purged_target(session: Session, opened: OpenTarget, contents: tuple[ReleaseFile, ...]) -> bool:
    name = f"{opened.target.name} ({opened.target.kind})"
    try:
        if opened.session is None:
            raise opened.error or BulletinError(N_("there is no connection."))
        removed = opened.session.purge(contents)
    except BulletinError as error:
        click.echo(click.style(f"{name}: {session.say.error(error)}", fg="red"), err=True)
        return False
    click.echo(session.say(N_("{target}: purged, {count} files removed."), target=name, count=len(removed)))
    return True
