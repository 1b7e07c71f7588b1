"""`bulletin withdraw`: a text leaves the public at once, from the release that is out, and nothing else goes along."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING

import click

from bulletin.commands.bar import Bar
from bulletin.commands.options import processors, root_option
from bulletin.commands.publish.secrets import account
from bulletin.commands.publish.sending import send_release
from bulletin.commands.publish.shared import (
    SendOptions,
    chosen_targets,
    confirm,
    latest_release,
    open_targets,
    release_store,
)
from bulletin.commands.terminal import Command, Session, find_root
from bulletin.core.errors import UsageError
from bulletin.core.i18n import N_

if TYPE_CHECKING:
    from bulletin.core.withdrawals import Withdrawal
    from bulletin.publish.release import Release
    from bulletin.publish.store import ReleaseStore
    from bulletin.publish.withdrawing import FoundText
    from bulletin.publish.workspace import Workspace


def withdraw(session: Session, help: str) -> Command:
    _ = session.say.translate
    return Command(
        "withdraw",
        callback=_withdraw,
        help=help,
        epilog=_(
            "Examples:\n  bulletin withdraw 2014002 --because 内容有误\n"
            "  bulletin withdraw 2014002 xinxi-anquan --because 当事人要求 --purge"
        ),
        params=[
            click.Argument(["number"], metavar="NUMBER"),
            click.Argument(["article"], metavar="[SLUG]", required=False),
            click.Option(["--because"], metavar="REASON", required=True, help=_("The reason that readers see.")),
            click.Option(
                ["--purge"],
                is_flag=True,
                help=_("Remove it from all kept releases, on every target and on this computer, too."),
            ),
            click.Option(
                ["--remove-source"], is_flag=True, help=_("With --purge: cut it out of the folder “content”, too.")
            ),
            click.Option(
                ["--to"], metavar="TARGET", multiple=True, help=_("Only to this target; may be given several times.")
            ),
            click.Option(["--dry-run"], is_flag=True, help=_("Show what would change, and change nothing.")),
            click.Option(["--yes"], is_flag=True, help=_("Do not ask, the answer is yes.")),
            root_option(_),
        ],
    )


@click.pass_obj
def _withdraw(
    session: Session,
    number: str,
    article: str | None,
    because: str,
    purge: bool,
    remove_source: bool,
    to: tuple[str, ...],
    dry_run: bool,
    yes: bool,
    root: str | None,
) -> None:
    from bulletin.core.config import read_station
    from bulletin.publish.withdrawing import FoundText, find_text, require_reason
    from bulletin.publish.workspace import Workspace

    folder, reason = find_root(root), require_reason(because)
    store = release_store(folder)
    if not store.ids():
        sys.exit(_withdraw_here(session, folder, number, article or "", reason, dry_run=dry_run, yes=yes))
    chosen_targets(read_station((folder / "content" / "station.yml").read_bytes()), to)  # before anything is noted
    base = latest_release(folder)
    with Bar(session.say.translate, hidden=False) as bar:
        workspace = Workspace(folder, store, processors(), bar)
        checked_out = workspace.check_out(base)
        found: FoundText | Withdrawal | None
        try:
            found = find_text(checked_out, base, store.read, number, article or "", session.now(), reason, processors())
        except UsageError:
            found = _recorded(base, store, number, article or "")
            if found is None:
                raise
    choice = SendOptions(to, dry_run, yes=True, remove=True)
    if not isinstance(found, FoundText):
        sys.exit(_withdrawn_before(session, folder, found, choice, purge=purge, remove_source=remove_source, yes=yes))
    _say_what(session, found)
    if not dry_run and not _may_withdraw(session, yes=yes):
        sys.exit(1)
    release, code = _released(session, folder, store, base, workspace, found, choice, purge=purge)
    if purge and not dry_run:
        from bulletin.commands.publish.purge import purge_text

        code = purge_text(session, folder, base, release, choice, found.entry, remove_source=remove_source) or code
    elif not dry_run:
        _say_handed_out(session, folder, found.entry)
    sys.exit(code)


def _say_handed_out(session: Session, root: Path, entry: Withdrawal) -> None:
    """Name the files that were made to be handed on: no build makes them anew."""
    from bulletin.publish.local_traces import handed_out

    for path in handed_out(root, entry.issue):
        words = N_("{path}: may still have it. Delete it, or make it anew, before you hand it on.")
        click.echo(click.style(session.say(words, path=path), fg="yellow"), err=True)


def _recorded(base: Release, store: ReleaseStore, number: str, article: str) -> Withdrawal | None:
    """The withdrawal of what is not in the release that is out any more."""
    from bulletin.build.withdrawing import find_recorded
    from bulletin.core.withdrawals import WITHDRAWN_FILE, read_withdrawals
    from bulletin.publish.deriving import source_bytes

    return find_recorded(read_withdrawals(source_bytes(base, WITHDRAWN_FILE, store)), number, article)


def _withdrawn_before(
    session: Session,
    root: Path,
    entry: Withdrawal,
    choice: SendOptions,
    *,
    purge: bool,
    remove_source: bool,
    yes: bool,
) -> int:
    """Say so; --purge may follow later, or complete one that was broken off."""
    label = f"{entry.issue}/{entry.slug}".rstrip("/")
    click.echo(session.say(N_("{text} was withdrawn already, on {date}."), text=label, date=entry.date))
    if not purge or choice.dry_run:
        return 0
    if not _may_withdraw(session, yes=yes):
        return 1
    from bulletin.commands.publish.purge import purge_withdrawn

    return purge_withdrawn(session, root, entry, choice, remove_source=remove_source)


def _withdraw_here(
    session: Session, root: Path, number: str, article: str, reason: str, *, dry_run: bool, yes: bool
) -> int:
    """For a site that is published otherwise: note it, and build the site of this computer without the text."""
    from bulletin.build.pipeline import build
    from bulletin.build.report import Options
    from bulletin.publish.withdrawing import find_text_here, write_record

    found = find_text_here(root, number, article, session.now(), reason, processors())
    _say_what(session, found)
    if dry_run:
        return 0
    if not _may_withdraw(session, yes=yes):
        return 1
    write_record(root, found.entry)
    build(root, session.now(), Options(let_go=True, jobs=processors()))
    words = N_(
        "It has left the folder “site”. Nothing was published from this computer yet: bring that folder to the public."
    )
    click.echo(session.say(words))
    _say_handed_out(session, root, found.entry)
    return 0


def _may_withdraw(session: Session, *, yes: bool) -> bool:
    hint = N_("Nothing was withdrawn. Add --yes to withdraw this.")
    return confirm(session, N_("Withdraw this?"), yes=yes, hint=hint)


def _say_what(session: Session, found: FoundText) -> None:
    issue, article = found.issue, found.article
    if article:
        click.echo(session.say(N_("Withdrawn will be: “{article}” in {issue}"), article=article, issue=issue))
    else:
        click.echo(session.say(N_("Withdrawn will be: the whole of {issue}"), issue=issue))
    for path in found.entry.paths:
        click.echo(f"  /{path.removesuffix('index.html')}")


def _released(
    session: Session,
    root: Path,
    store: ReleaseStore,
    base: Release,
    workspace: Workspace,
    found: FoundText,
    choice: SendOptions,
    *,
    purge: bool,
) -> tuple[Release, int]:
    """Note the withdrawal, make the release, send it."""
    from bulletin.core.config import read_station
    from bulletin.core.withdrawals import WITHDRAWN_FILE, with_withdrawal
    from bulletin.publish.deriving import derived, source_bytes
    from bulletin.publish.ledger import Withdrawn
    from bulletin.publish.purging import without_vanished
    from bulletin.publish.withdrawing import write_record

    entry = found.entry
    if not choice.dry_run:
        write_record(root, entry)
        store.ledger.append(
            Withdrawn(
                at=session.now().isoformat(),
                by=account(),
                issue=entry.issue,
                slug=entry.slug,
                because=entry.because,
            )
        )
    data = with_withdrawal(source_bytes(base, WITHDRAWN_FILE, store), entry)
    made = workspace.rebuilt(base, {WITHDRAWN_FILE: data}, base.time)
    release = derived(base, "withdraw", session.now(), account(), store, made, found.label)
    release = without_vanished(base, release) if purge else release
    station = read_station((root / "content" / "station.yml").read_bytes())
    with open_targets(session, root, chosen_targets(station, choice.to)) as opened:
        code = send_release(
            session, store, station, release, opened, choice, is_new=True, last=base, withdrawn=entry.paths
        )
    if not choice.dry_run and release.id in store.ids():
        workspace.settle(release)
    return release, code
