"""Who a run goes to, and when it may begin."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import datetime, timedelta

from bulletin.core.errors import MailError
from bulletin.core.problems import N_
from bulletin.mail.readers import wants
from bulletin.mail.sending import utc_text
from bulletin.mail.stores.base import LetterDelivery, MailRun, MailStore

_SUPERSEDED = "superseded"
"""What the ledger says in place of a server's words of a letter that a later text took the place of."""

_LATE = timedelta(hours=2)


def owed_readers(store: MailStore, issue: str, columns: frozenset[str]) -> tuple[int, ...]:
    """Active readers who want a letter with these columns, and have not had this issue nor are about to."""
    had = {each.reader for run in _runs_of(store, issue) for each in store.deliveries(run.id) if _counts(each)}
    return tuple(
        reader.id
        for reader in store.readers()
        if reader.state == "active" and reader.id not in had and wants(reader, columns)
    )


def misled_readers(store: MailStore, issue: str, letter: str, correction: str) -> tuple[int, ...]:
    """Active readers who got another text of an issue than ``letter``, and not this ``correction`` (hashes of both).

    Raises `MailError` while it is not known who got it.
    """
    wrong, right = set[int](), set[int]()
    for run in _runs_of(store, issue):
        if run.letter == letter:
            continue  # they got the right one from the beginning
        open_letters = [each for each in store.deliveries(run.id) if each.state in ("intent", "unknown")]
        if open_letters or run.state == "running":
            raise MailError(
                N_(
                    "of issue {issue}, {count} letters are under way or unknown, so nobody knows who got the wrong "
                    "text. First: {command}"
                ),
                issue=issue,
                count=len(open_letters),
                command=f"bulletin mail resolve {issue}",
            )
        got = {each.reader for each in store.deliveries(run.id, "sent") if each.reader is not None}
        (right if run.letter == correction else wrong).update(got)
    active = (reader.id for reader in store.readers() if reader.state == "active")
    return tuple(reader for reader in active if reader in wrong - right)


def supersede(store: MailStore, run: MailRun, at: str) -> int:
    """Letters of a stopped run that still wait are not sent any more, since their text has changed; how many."""
    count = store.refuse_waiting(run.id, _SUPERSEDED, at)
    sums = store.sums(run.id)
    if not (sums["intent"] or sums["waiting"]):  # another sender may still be at the last one
        store.set_run(run.id, "finished", run.reason)
    return count


def open_runs(store: MailStore, issue: str = "") -> Iterator[MailRun]:
    """Runs that are not finished, oldest first; all, or those of an issue."""
    return (run for run in store.runs() if run.state != "finished" and run.issue == (issue or run.issue))


def is_due(run: MailRun, now: datetime) -> bool:
    """Whether the time of a run has come."""
    return run.scheduled <= utc_text(now)


def is_late(run: MailRun, now: datetime) -> bool:
    """Whether a run that has not begun should have, two hours ago: somebody is asked whether it is still wanted."""
    return bool(run.state == "waiting" and run.scheduled) and run.scheduled < utc_text(now - _LATE)


def _runs_of(store: MailStore, issue: str) -> Iterable[MailRun]:
    return (run for run in store.runs() if run.issue == issue)


def _counts(delivery: LetterDelivery) -> bool:
    return not (delivery.state == "refused" and delivery.reply == _SUPERSEDED)
