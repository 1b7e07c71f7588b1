"""The journal of a burst: what is renamed and removed, so that another run can finish it, and see how far it came."""

from __future__ import annotations

import re
from collections.abc import Container, Iterable, Iterator

import msgspec

from bulletin.core.model import Value
from bulletin.publish.release import ReleaseFile
from bulletin.publish.target import Delivery, TargetRecord
from bulletin.publish.targets.remote_files import Listing, folders_above

JOURNAL = "journal.json"
"""Its name in the staging folder."""

_MAX_PREFIXED = 240
"""Bytes of a file's name that leave room for a number before it."""
_DEVICE = re.compile(r"(?:con|prn|aux|nul|com[0-9]|lpt[0-9])(?:\.|$)", re.IGNORECASE)
"""Names that Windows refuses as they are; with a number before them it would take them."""


class BurstJournal(Value, frozen=True):
    """What a burst does."""

    release: str
    writes: tuple[ReleaseFile, ...]
    """In the order in which they are renamed into place."""
    removes: tuple[str, ...]
    forgets: tuple[str, ...]
    """Paths of the former record that are not in the new one; its other files stay, with ``writes``."""
    older: tuple[tuple[str, ...], ...]
    """As in the new record."""
    before: TargetRecord | None = None
    """What the target holds, when its own record does not say so: a burst was broken off, or the record lost."""
    supersedes: tuple[str, ...] = ()
    """Staging folders that were there before; their journals are void."""

    def staged(self, stage: str) -> Iterator[tuple[str, ReleaseFile]]:
        """Path of each file in the staging folder, and the file. The file's own name is in it, so that a server that
        refuses the name does so before the burst."""
        for i, file in enumerate(self.writes):
            name = file.path.rpartition("/")[2]
            is_special = len(name.encode("utf-8", "surrogateescape")) > _MAX_PREFIXED or _DEVICE.match(name)
            yield f"{stage}/{i}{'/' if is_special else '-'}{name}", file

    def in_the_way(self) -> tuple[str, ...]:
        """Files that have to go first: where one was, a folder is to be, or a file where their folder is."""
        files = {file.path for file in self.writes}
        folders = set(folders_above(files))
        return tuple(path for path in self.removes if path in folders or not files.isdisjoint(folders_above([path])))

    def pending(self, stage: str, present: Container[str]) -> bool:
        """Whether something is still to be renamed or removed."""
        return any(path in present for path, _ in self.staged(stage)) or any(path in present for path in self.removes)


def journal_of(
    delivery: Delivery, held: TargetRecord | None, supersedes: Iterable[str], *, recorded: bool
) -> BurstJournal:
    """The journal of a delivery to a target that holds this; ``recorded``: its own record says so."""
    after = {file.path for file in delivery.record.files}
    return BurstJournal(
        release=delivery.record.release,
        writes=delivery.writes,
        removes=delivery.removes,
        forgets=tuple(file.path for file in (held.files if held else ()) if file.path not in after),
        older=delivery.record.older,
        before=None if recorded else held,
        supersedes=tuple(supersedes),
    )


def effective_record(stage: str, journal: BurstJournal, record: TargetRecord | None, listing: Listing) -> TargetRecord:
    """What a target holds in the middle of a burst: a staged file that is gone was renamed."""
    record = journal.before or record or TargetRecord()
    ours, stamps = {file.path: file for file in record.files}, dict(record.stamps)
    for staged, file in journal.staged(stage):
        there = listing.files.get(file.path)
        if staged not in listing.files and there and there.size == file.size:
            ours[file.path], stamps[file.path] = file, there.mtime
    for path in {*journal.removes, *journal.forgets}:
        if path not in listing.files:
            ours.pop(path, None)
    return _with_files(record, ours, stamps)


def finished_record(journal: BurstJournal, record: TargetRecord | None, written: Listing) -> TargetRecord:
    """What a target holds after a burst; ``written`` lists at least what was written."""
    record = journal.before or record or TargetRecord()
    ours = {file.path: file for file in (*record.files, *journal.writes)}
    for path in (*journal.forgets, *journal.removes):
        ours.pop(path, None)
    stamps = record.stamps | {file.path: written.files[file.path].mtime for file in journal.writes}
    return msgspec.structs.replace(_with_files(record, ours, stamps), release=journal.release, older=journal.older)


def _with_files(record: TargetRecord, files: dict[str, ReleaseFile], stamps: dict[str, int]) -> TargetRecord:
    return msgspec.structs.replace(
        record,
        files=tuple(files[path] for path in sorted(files)),
        stamps={path: stamps[path] for path in sorted(files) if path in stamps},
    )
