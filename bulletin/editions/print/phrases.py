"""What a printed issue says beside its texts: the same on the sheet and in the document of Word."""

from __future__ import annotations

from datetime import datetime

from bulletin.core.i18n import Translate
from bulletin.core.model import Correction
from bulletin.core.print_settings import PrintSettings
from bulletin.core.problems import N_
from bulletin.editions.blocks import Run, Runs, VersionRecord
from bulletin.editions.leaf import Leaf, LeafSection


def number_on_sheet(leaf: Leaf, say: Translate) -> str:
    """The printed number, with the running total where it does not say it itself."""
    if leaf.total is None or str(leaf.total) in leaf.number:
        return leaf.number
    return say(N_("%(number)s (no. %(total)s in all)")) % {"number": leaf.number, "total": leaf.total}


def day_of(date: datetime, say: Translate) -> str:
    """The day, as it is written out."""
    return say(N_("%(year)s-%(month)s-%(day)s")) % {"year": date.year, "month": date.month, "day": date.day}


def byline(name: str, say: Translate) -> str:
    """Who wrote it, as it is below a text."""
    return say(N_("(%(name)s)")) % {"name": name}


def withdrawn_notes(section: LeafSection, index: int, say: Translate) -> list[str]:
    """What is said in place of the articles that were before the one of that index."""
    said = say(N_("This article has been withdrawn."))
    return [f"{said} {day}" for day in section.withdrawn_before(index)]


def correction_sentence(each: Correction, say: Translate) -> str:
    """What was wrong, what is right, and when it was changed."""
    day = f"{each.date:%Y-%m-%d}"
    if each.was and each.now:
        return say(N_("%(day)s: it said “%(was)s”; right is “%(now)s”.")) % {
            "day": day,
            "was": each.was,
            "now": each.now,
        }
    if each.was:
        return say(N_("%(day)s: deleted: “%(was)s”.")) % {"day": day, "was": each.was}
    return say(N_("%(day)s: added: “%(now)s”.")) % {"day": day, "now": each.now}


def settings_record(leaf: Leaf, settings: PrintSettings, say: Translate) -> list[list[Runs]]:
    """The record of versions of station.yml, where no text of the issue has one: each line, or its two sides."""
    if not settings.has_record or _has_record(leaf):
        return []
    to = (
        (say(N_("Reported to: %(names)s")), settings.report),
        (say(N_("Sent to: %(names)s")), settings.send),
        (say(N_("Issued to: %(names)s")), settings.issue),
    )
    lines: list[list[Runs]] = [[(Run(words % {"names": names}),)] for words, names in to if names]
    office = settings.issued_by or leaf.publisher.organizer
    issued = say(N_("issued %(day)s")) % {"day": day_of(leaf.date, say)}
    lines.append([(Run(office),), (Run(issued),)])
    if settings.copies:
        lines.append([(), (Run(say(N_("%(count)s copies printed")) % {"count": settings.copies}),)])
    return lines


def _has_record(leaf: Leaf) -> bool:
    return any(isinstance(block, VersionRecord) for text in leaf.texts() for block in text.blocks)
