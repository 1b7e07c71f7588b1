"""What is shown before anything moves, and after: texts by title and address, files as counts."""

from __future__ import annotations

import gettext
import json
from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING

import click

from bulletin.core.errors import sentence
from bulletin.core.i18n import N_, Translate

if TYPE_CHECKING:
    from bulletin.commands.publish.shared import Outcome
    from bulletin.core.public_texts import PublicText, WaitingText
    from bulletin.publish.delivering import TargetPlan
    from bulletin.publish.difference import ReleaseSummary
    from bulletin.publish.release import Release

_MOST_NAMED = 12
"""Texts of one kind that are named."""

HOW: dict[str, str] = {
    "switch": N_("readers see the former release until all is there, then the new one"),
    "burst": N_("files are renamed one by one: for a moment pages of two releases are mixed, none is torn"),
    "ordered": N_("files are replaced one by one in a fixed order, none is torn"),
    "copy": N_("carried by hand; the script on it puts the release in place as a whole or not at all"),
}
"""What a target promises, by `Abilities.how`."""


def summary_lines(summary: ReleaseSummary, _: Translate) -> Iterator[str]:
    """What readers will find changed."""
    changed = [each.text for each in summary.change]
    for title, texts, colour in (
        (N_("Appears:"), summary.appear, "green"),
        (N_("Changes:"), changed, "yellow"),
        (N_("Vanishes:"), summary.vanish, "red"),
    ):
        if texts:
            yield _(title)
            yield from (click.style(f"  {line}", fg=colour) for line in _texts(texts, _))
    others = _("and {new} new, {changed} changed, {removed} removed files: lists, feeds, pictures, styles")
    if summary.new_files or summary.changed_files or summary.removed_files:
        yield others.format(new=summary.new_files, changed=summary.changed_files, removed=summary.removed_files)


def _texts(texts: Iterable[PublicText], _: Translate) -> Iterator[str]:
    texts = list(texts)
    for text in texts[:_MOST_NAMED]:
        reviews = f" ({_('; ').join(text.reviews)})" if text.reviews else ""
        yield f"{text.title or text.id}  /{text.folder}{reviews}"
    if len(texts) > _MOST_NAMED:
        yield gettext.ngettext("and {count} more", "and {count} more", len(texts) - _MOST_NAMED).format(
            count=len(texts) - _MOST_NAMED
        )


def waiting_lines(waiting: Iterable[WaitingText], _: Translate) -> Iterator[str]:
    """Issues whose time has not come."""
    for text in waiting:
        when = text.date.replace("T", " ")[:16]
        if text.kept_back:
            words = _("{id} is due on {when}, but will not come out: the gate keeps it back. Fix it and publish again.")
            yield click.style(words.format(id=text.id, when=when), fg="red")
        else:
            words = _("{id} comes out on {when}, as it is now, when “bulletin publish --due” runs.")
            yield words.format(id=text.id, when=when)


def plan_line(plan: TargetPlan, how: str, _: Translate) -> str:
    """What a target needs, in one line."""
    name = f"{plan.target.name} ({plan.target.kind})"
    if plan.is_done:
        return _("{target}: nothing to do, release {id} is there.").format(target=name, id=plan.delivery.record.release)
    words = _("{target}: {writes} files to write ({size}), {removes} to remove; {how}.")
    return words.format(
        target=name,
        writes=len(plan.delivery.writes),
        size=size(plan.sent_bytes),
        removes=len(plan.delivery.removes),
        how=_(HOW[how]),
    )


def size(count: int) -> str:
    """``1.2 MB``"""
    number = float(count)
    for unit in ("B", "KB", "MB"):
        if number < 1000:
            return f"{number:.0f} {unit}" if unit == "B" or number >= 100 else f"{number:.1f} {unit}"
        number /= 1000
    return f"{number:.1f} GB"


def outcome_lines(outcome: Outcome, release: Release, url: str, _: Translate) -> Iterator[str]:
    """What became of a target."""
    name = f"{outcome.target.name} ({outcome.target.kind})"
    if outcome.state == "failed" and outcome.error:
        yield click.style(f"{name}: {sentence(outcome.error, _)}", fg="red")
        return
    if outcome.state == "nothing":
        return
    words = _("{target}: release {id} is out; {files} files written, {removed} removed, {size}.")
    yield words.format(
        target=name, id=release.id, files=outcome.files, removed=outcome.removed, size=size(outcome.bytes)
    )
    yield from _verified_lines(outcome, outcome.target.url or url, _)


def _verified_lines(outcome: Outcome, url: str, _: Translate) -> Iterator[str]:
    seen = outcome.verified
    if seen is None:
        return
    if seen.outcome == "yes":
        words = gettext.ngettext(
            "{url}: verified, {count} address looked at", "{url}: verified, {count} addresses looked at", seen.checked
        )
        yield click.style(words.format(url=url, count=seen.checked), fg="green")
    elif seen.outcome == "not":
        words = _("{url}: not verified, the address cannot be reached from here ({reason}).")
        yield click.style(words.format(url=url, reason=_(seen.reason)), fg="yellow")
    else:
        for page in seen.wrong[:_MOST_NAMED]:
            cache = f" [{page.cached_by}]" if page.cached_by else ""
            yield click.style(f"{page.address}: {_(page.reason).format(status=page.status)}{cache}", fg="red")
        words = _("{url}: {wrong} of {count} addresses do not show what was published.")
        yield click.style(words.format(url=url, wrong=len(seen.wrong), count=seen.checked), fg="red")


def outcome_json(release: Release, outcomes: Iterable[Outcome], summary: ReleaseSummary, _: Translate) -> str:
    """The same for programs."""
    targets = [
        {
            "name": each.target.name,
            "kind": each.target.kind,
            "state": each.state,
            "how": each.how,
            "files": each.files,
            "removed": each.removed,
            "bytes": each.bytes,
            "verified": each.verified.outcome if each.verified else None,
            "error": sentence(each.error, _) if each.error else None,
        }
        for each in outcomes
    ]
    texts = {
        "appear": [text.id for text in summary.appear],
        "change": [each.text.id for each in summary.change],
        "vanish": [text.id for text in summary.vanish],
    }
    made = {"release": release.id, "parent": release.parent, "kind": release.kind, "texts": texts, "targets": targets}
    return json.dumps(made, ensure_ascii=False, indent=2)
