"""The letter of an issue, as the files are now: whether it may go out, and whether it is still the same."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING

from bulletin.commands.terminal import Session
from bulletin.core.errors import BulletinError

if TYPE_CHECKING:
    from bulletin.editions.letter.letter import Letter
    from bulletin.mail.stores.base import MailRun, RunKind

FilesStamp = frozenset[tuple[str, int, int]]
"""Path, time and size of each."""

_LOOK_AFTER = timedelta(seconds=10)
"""Files are not looked at before each letter where letters follow each other closely."""


def make_issue_letter(session: Session, root: Path, number: str, jobs: int, kind: RunKind = "issue") -> Letter:
    """Of an issue by its id, number or file. Raises `UsageError` for what the gate, a review or its time keeps back."""
    from bulletin.build.leaves import open_leaves
    from bulletin.core.extras import needs_extra
    from bulletin.core.progress import no_progress
    from bulletin.editions.leaf import make_leaf
    from bulletin.render.reports import ReportRenderer, template_folders

    with needs_extra("mail"):
        from bulletin.editions.letter.making import make_letter
    with open_leaves(root, session.now(), jobs, no_progress) as archive:
        leaf, translate = make_leaf(archive.texts, archive.inputs(number)), archive.texts.translate
        render = ReportRenderer(template_folders(root), translate).render
        return make_letter(leaf, render, translate, correction=kind == "correction")


def require_released(session: Session, root: Path, number: str, jobs: int) -> None:
    """Raises `PublishError` unless readers of the site have this very text, or where nobody may be told of it."""
    from bulletin.commands.publish.shared import release_store
    from bulletin.publish.robots.published import find_announcement

    find_announcement(root, release_store(root), number, session.now(), jobs, unchanged=True)


def watch_letter(
    session: Session, root: Path, jobs: int, letter: Letter, stamp: FilesStamp
) -> Callable[[MailRun], bool]:
    """What says whether a run's letter is still that of the files; ``stamp``: theirs from before ``letter`` was made.

    Between the two and the first look somebody may have been asked, and small letters may have gone out.
    """
    looked, current = datetime.min, letter.hash

    def is_current(run: MailRun) -> bool:
        nonlocal looked, stamp, current
        now = session.now()
        if now - looked >= _LOOK_AFTER:
            looked = now
            if (found := files_stamp(root)) != stamp:
                stamp, current = found, _hash_now(session, root, jobs, run)
        return run.letter == current

    return is_current


def _hash_now(session: Session, root: Path, jobs: int, run: MailRun) -> str:
    """Empty where it may not go out any more."""
    try:
        return make_issue_letter(session, root, run.issue, jobs, run.kind).hash
    except BulletinError:
        return ""


def files_stamp(root: Path) -> FilesStamp:
    """Changes whenever a file does that a letter is made from."""
    found = set()
    for folder in ("content", "templates"):
        for path in (root / folder).rglob("*"):
            try:
                stat = path.stat()
            except OSError:  # just gone
                continue
            found.add((str(path), stat.st_mtime_ns, stat.st_size))
    return frozenset(found)


def read_time(text: str, now: datetime) -> datetime | None:
    """``2026-12-01 08:00``, or ``08:00`` of today; None when it is none."""
    from bulletin.read.times import parse_moment

    return parse_moment(text) or parse_moment(f"{now:%Y-%m-%d} {text}")
