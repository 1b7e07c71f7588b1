"""`bulletin publish list`, `back`: the releases of this computer, and going back to one."""

from __future__ import annotations

import json
import sys
from typing import TYPE_CHECKING

import click

from bulletin.commands.options import root_option
from bulletin.commands.publish.shared import release_store
from bulletin.commands.terminal import Command, Session, find_root
from bulletin.core.i18n import N_, Translate

if TYPE_CHECKING:
    from bulletin.publish.release import Release
    from bulletin.publish.store import ReleaseStore


# ── list


def list_command(_: Translate) -> Command:
    return Command(
        "list",
        callback=_list,
        help=_("Show the releases of this computer, and which target has which."),
        epilog=_("Examples:\n  bulletin publish list\n  bulletin publish list --verify"),
        params=[
            click.Option(["--verify"], is_flag=True, help=_("Check the ledger's chain and every stored file.")),
            click.Option(["--json", "as_json"], is_flag=True, help=_("Report as JSON.")),
            root_option(_),
        ],
    )


KINDS: dict[str, str] = {
    "publish": N_("published"),
    "due": N_("came due"),
    "withdraw": N_("withdrawal"),
    "back": N_("went back"),
    "hits": N_("hits"),
}
"""Why there is a release, by `Release.kind`."""


@click.pass_obj
def _list(session: Session, verify: bool, as_json: bool, root: str | None) -> None:
    from bulletin.publish.ledger import releases_out

    store = release_store(find_root(root))
    out = releases_out(store.ledger.entries())
    if as_json:
        click.echo(json.dumps([_plain(release, out) for release in store.releases()], ensure_ascii=False, indent=2))
    else:
        for release in store.releases():
            click.echo(_line(session, release, out))
        if not store.ids():
            click.echo(session.say(N_("Nothing was published from this computer yet.")))
    if verify:
        sys.exit(_verify(session, store, as_json))


def _plain(release: Release, out: dict[str, str]) -> dict[str, object]:
    targets = [name for name, id_ in out.items() if id_ == release.id]
    made = {"id": release.id, "parent": release.parent, "kind": release.kind, "made": release.made, "by": release.by}
    return {**made, "files": len(release.files), "texts": len(release.texts), "targets": targets, "note": release.note}


def _line(session: Session, release: Release, out: dict[str, str]) -> str:
    targets = [name for name, id_ in out.items() if id_ == release.id]
    words = N_("{id}  {when}  {kind}, {by}: {texts} texts, {files} files")
    line = session.say(
        words,
        id=release.id,
        when=release.made.replace("T", " ")[:16],
        kind=session.say.translate(KINDS[release.kind]),
        by=release.by,
        texts=len(release.texts),
        files=len(release.files),
    )
    line += f"; {release.note}" if release.note else ""
    return line + (f"  → {', '.join(targets)}" if targets else "")


def _verify(session: Session, store: ReleaseStore, as_json: bool) -> int:
    wrong = store.verify()
    for error in wrong:
        click.echo(click.style(session.say.error(error), fg="red"), err=True)
    if not wrong and not as_json:
        click.echo(session.say(N_("The ledger is whole, and every file of every release is there.")))
    return 2 if wrong else 0
