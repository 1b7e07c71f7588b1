"""One release to its targets: show, ask, keep, send, verify, note."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING, NamedTuple

import click

from bulletin.commands.publish.shared import (
    OpenTarget,
    Outcome,
    SendOptions,
    confirm,
    deliver,
    note_outcome,
    planned,
)
from bulletin.commands.publish.showing import outcome_json, outcome_lines, plan_line, summary_lines
from bulletin.commands.publish.telling import tell_others
from bulletin.commands.terminal import Session
from bulletin.core.errors import BulletinError
from bulletin.core.i18n import N_

if TYPE_CHECKING:
    from bulletin.core.station import Station
    from bulletin.publish.delivering import TargetPlan
    from bulletin.publish.difference import ReleaseSummary
    from bulletin.publish.release import Release
    from bulletin.publish.store import ReleaseStore


class _Planned(NamedTuple):
    opened: OpenTarget
    plan: TargetPlan | BulletinError
    how: str = ""
    warned: tuple[str, ...] = ()
    """That FTP is not encrypted, each time."""


def send_release(
    session: Session,
    store: ReleaseStore,
    station: Station,
    release: Release,
    opened: Iterable[OpenTarget],
    choice: SendOptions,
    *,
    is_new: bool,
    last: Release | None,
    withdrawn: Iterable[str] = (),
) -> int:
    """Show, ask, keep the release, send it to each target, and say what became of it; returns the exit code."""
    from bulletin.publish.delivering import TargetPlan
    from bulletin.publish.difference import release_summary

    _ = session.say.translate
    plans = [_plan(each, release, store, tuple(withdrawn), adopt=choice.adopt) for each in opened]
    changes = release_summary(last, release)
    if not choice.as_json:
        for line in summary_lines(changes, _) if is_new else ():
            click.echo(line)
        for each in plans:
            _echo_plan(each, session)
    if choice.dry_run:
        return _end(session, release, [_outcome(each, "planned") for each in plans], changes, choice, station)
    work = [each for each in plans if not isinstance(each.plan, BulletinError) and not each.plan.is_done]
    if work and not _may_go(session, work, choice):
        return 1
    if is_new and (release.kind == "withdraw" or any(not isinstance(each.plan, BulletinError) for each in plans)):
        store.add(release)  # what no target can take is shown and asked about again; a withdrawal holds all the same
    outcomes = []
    for each in plans:
        outcome = _carried_out(session, store, each, choice, station.url)
        note_outcome(session, store, release, outcome)
        outcomes.append(outcome)
    store.prune()
    code = _end(session, release, outcomes, changes, choice, station)
    deliveries = (each.plan.delivery if isinstance(each.plan, TargetPlan) else None for each in plans)
    tell_others(session, station, release, zip(outcomes, deliveries, strict=True), choice)
    return code


def _plan(
    opened: OpenTarget, release: Release, store: ReleaseStore, withdrawn: tuple[str, ...], *, adopt: bool
) -> _Planned:
    """Look first, and try what the target can do only where there is something to do: a probe writes for a moment."""
    from bulletin.publish.targets.burst_notes import NOT_ENCRYPTED

    plan = planned(opened, release, store, withdrawn, adopt=adopt)
    warned = (NOT_ENCRYPTED,) if opened.target.kind == "ftp" and not opened.target.tls else ()
    if opened.session is None or isinstance(plan, BulletinError) or plan.is_done:
        return _Planned(opened, plan, warned=warned)
    try:
        found = opened.session.probe()
    except BulletinError as error:
        return _Planned(opened, error)
    return _Planned(opened, plan, found.how, warned)


def _echo_plan(each: _Planned, session: Session) -> None:
    if isinstance(each.plan, BulletinError):
        name = f"{each.opened.target.name} ({each.opened.target.kind})"
        click.echo(click.style(f"{name}: {session.say.error(each.plan)}", fg="red"), err=True)
    else:
        click.echo(plan_line(each.plan, each.how, session.say.translate))
        for note in each.warned:
            click.echo(click.style(f"  {session.say.translate(note)}", fg="yellow"), err=True)


def _outcome(each: _Planned, state: str) -> Outcome:
    if isinstance(each.plan, BulletinError):
        return Outcome(each.opened.target, "failed", error=each.plan)
    delivery = each.plan.delivery
    state = "nothing" if each.plan.is_done else state
    counts = (len(delivery.writes), len(delivery.removes), each.plan.sent_bytes)
    return Outcome(each.opened.target, state, *counts, how=each.how)


def _carried_out(session: Session, store: ReleaseStore, each: _Planned, choice: SendOptions, url: str) -> Outcome:
    if isinstance(each.plan, BulletinError) or each.plan.is_done:
        return _outcome(each, "nothing")
    return deliver(session, store, each.opened, each.plan, choice, url)._replace(how=each.how)


def _may_go(session: Session, work: list[_Planned], choice: SendOptions) -> bool:
    """Ask whether it may go out, and once more where many pages would vanish."""
    from bulletin.publish.difference import needs_asking

    question = N_("Publish this?")
    if not confirm(session, question, yes=choice.yes, hint=N_("Nothing was published. Add --yes to publish this.")):
        return False
    for each in work:
        removed, before = (0, 0) if isinstance(each.plan, BulletinError) else each.plan.removed_pages
        if needs_asking(removed, before):
            words = N_("{target}: {removed} of {before} pages would be removed.")
            target = each.opened.target.name
            click.echo(session.say(words, target=target, removed=removed, before=before), err=True)
            hint = N_("Nothing was published. If they are meant to go, add --remove.")
            if not confirm(session, N_("Remove them?"), yes=choice.remove, hint=hint):
                return False
    return True


def _end(
    session: Session,
    release: Release,
    outcomes: list[Outcome],
    changes: ReleaseSummary,
    choice: SendOptions,
    station: Station,
) -> int:
    _ = session.say.translate
    if choice.as_json:
        click.echo(outcome_json(release, outcomes, changes, _))
    elif not choice.dry_run:
        for outcome in outcomes:
            if outcome.state == "failed" and not outcome.how:
                continue  # failed before anything was sent, and said so then
            for line in outcome_lines(outcome, release, station.url, _):
                click.echo(line, err=outcome.state == "failed")
    if any(outcome.state == "failed" for outcome in outcomes):
        return 2
    return 1 if any(outcome.verified and outcome.verified.outcome == "no" for outcome in outcomes) else 0
