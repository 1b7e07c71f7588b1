"""Publishing into a fixed folder: files are staged beside the site, then renamed into it in one burst.

Upload into a folder that nobody can guess → check its sizes → journal → burst of renames in the order of
`publishing_order` → removals → record → staging folder gone. Broken off before the journal is complete, the site is as
it was; after it, `BurstSession.resume` or the next delivery completes what was begun, since a staged file that is gone
is one that was renamed. No reader ever sees a part of a file.
"""

from __future__ import annotations

import hashlib
import re
import secrets
import time
from collections.abc import Callable, Container, Iterable, Iterator, Mapping
from contextlib import contextmanager, suppress
from functools import partial
from itertools import groupby
from typing import NamedTuple, TypeVar

import msgspec

from bulletin.core.errors import PublishError
from bulletin.core.problems import N_
from bulletin.publish.release import ReleaseFile, order_of
from bulletin.publish.target import (
    LOCK,
    RECORD,
    STAGE_PREFIX,
    Abilities,
    Blobs,
    Delivery,
    Sent,
    TargetLock,
    TargetRecord,
    TargetState,
)
from bulletin.publish.targets.journal import JOURNAL, BurstJournal, effective_record, finished_record, journal_of
from bulletin.publish.targets.remote_files import ConnectionLost, Listing, RemoteFiles, RemoteStat, folders_above

_T = TypeVar("_T")

_INCOMPLETE = N_("the server said that it took “{name}”, but it is not there with its {size} bytes: publish again.")
_HALF = N_("The site there is now partly new: “bulletin publish resume” finishes it.")
_STAGE_LOST = N_("the release “{release}” cannot be finished, since its uploaded files are gone: publish again.")
_NO_RELEASES = N_("the target “{target}” keeps no former releases: publish “{release}” anew.")

_NEW_RECORD = "record.json"
_STAGE = re.compile(re.escape(STAGE_PREFIX) + "[0-9a-f]{32}")
_PLAIN_FOLDER = re.compile("[A-Za-z0-9][A-Za-z0-9_-]{0,99}")
"""Names that every server takes; others are tried before the burst."""


class _Found(NamedTuple):
    """What the last look has found."""

    record: TargetRecord | None
    """What the target holds; after a broken burst not what its own record says."""
    recorded: bool
    """Whether its own record says the same."""
    listing: Listing
    stages: tuple[str, ...]
    broken: tuple[str, BurstJournal] | None
    """Staging folder and journal of a burst that is not finished."""


class BurstSession:
    """A `TargetSession`. ``clock`` gives seconds since 1970; ``pauses`` are seconds before each new connection."""

    def __init__(
        self,
        files: RemoteFiles,
        target: str,
        clock: Callable[[], float],
        *,
        pauses: tuple[float, ...] = (0.5, 2.0, 5.0),
    ) -> None:
        self._files = files
        self._target = target
        self._clock = clock
        self._pauses = pauses
        self._waits = iter(pauses)
        self._token = ""
        """Of the lock that this session holds."""
        self._found: _Found | None = None
        self._just_locked = False

    # ── the session

    def probe(self) -> Abilities:
        stage = _new_stage()
        try:
            self._files.make_folders([stage])
            self._files.learn(stage)
            self._files.write([(f"{stage}/clock", b"")], lambda _: None)
            then = self._files.server_time(f"{stage}/clock")
            behind = 0.0 if then is None else self._clock() - then
        finally:
            with suppress(PublishError):
                self._remove_stage(stage)
        return Abilities("burst", self._files.notes(), self._files.free(), behind)

    def inspect(self) -> TargetState:
        self._waits = iter(self._pauses)
        found = self._look_again() if self._just_locked else self._look()
        self._just_locked = False
        if self._token and (found.recorded or found.record is None):
            kept = (found.broken[0],) if found.broken else ()
            self._remove_stages(stage for stage in found.stages if stage not in kept)
            found = found._replace(stages=kept)
        self._found = found
        site = {path: stat for path, stat in found.listing.files.items() if not _is_hidden(path)}
        record = found.record
        changed = {file.path for file in record.files if not _as_left(file, record, site)} if record else ()
        return TargetState(
            record,
            {path: stat.size for path, stat in site.items()},
            frozenset(changed),
            unfinished=found.broken[1].release if found.broken else "",
        )

    def lock(self, lock: TargetLock) -> TargetLock | None:
        self._waits = iter(self._pauses)
        holder = lock
        if not self._steadily(lambda: self._files.create(LOCK, msgspec.json.encode(lock))):
            holder = self._holder() or TargetLock("", "", "", "")
        if holder.token != lock.token:
            return holder
        self._token = lock.token
        self._just_locked = True
        return None

    def unlock(self, token: str, *, force: bool = False) -> None:
        self._waits = iter(self._pauses[:1])
        holder = self._holder()
        if force or (holder and holder.token == token):
            self._steadily(lambda: self._files.remove([LOCK]))
        self._token = ""

    def deliver(self, delivery: Delivery, blobs: Blobs, sent: Sent) -> None:
        self._waits = iter(self._pauses)
        found = self._found or self._look()
        self._found = None
        stage = _new_stage()
        journal = journal_of(delivery, found.record, found.stages, recorded=found.recorded)
        try:
            self._upload(stage, journal, blobs, sent)
            self._write_whole(f"{stage}/{JOURNAL}.part", f"{stage}/{JOURNAL}", msgspec.json.encode(journal))
        except PublishError:
            with suppress(PublishError):
                self._remove_stage(stage)
            raise
        self._remove_stages(found.stages)
        self._finish(stage, journal, found)

    def resume(self) -> str:
        """Finish exactly the release whose delivery was broken off; returns its id, or nothing when there is none."""
        self._waits = iter(self._pauses)
        found = self._look()
        if found.broken is None:
            return ""
        stage, journal = found.broken
        for staged, file in journal.staged(stage):
            there = found.listing.files.get(file.path)
            if staged not in found.listing.files and (there is None or there.size != file.size):
                raise PublishError(_STAGE_LOST, release=journal.release)
        self._finish(stage, journal, found)
        return journal.release

    def switch(self, release: str) -> None:
        raise PublishError(_NO_RELEASES, target=self._target, release=release)

    def purge(self, files: Iterable[ReleaseFile]) -> tuple[str, ...]:
        self._waits = iter(self._pauses)
        found = self._look()
        record = found.record or TargetRecord()
        known = {file.path: file.sha256 for file in record.files}
        gone = [file.path for file in files if self._is_there(file, known.get(file.path, ""), found.listing)]
        self._steadily(lambda: self._files.remove(gone))
        self._steadily(lambda: self._remove_empty_folders(gone))
        if not found.recorded or known.keys() & set(gone):
            kept = tuple(file for file in record.files if file.path not in gone)
            stage = _new_stage()
            self._steadily(lambda: self._files.make_folders([stage]))
            self._write_record(stage, msgspec.structs.replace(record, files=kept))
            self._steadily(lambda: self._remove_stage(stage))
        self._remove_stages(found.stages)
        self._found = None
        staged = (path for path in found.listing.files if path.partition("/")[0] in found.stages)
        return (*gone, *staged)

    def _is_there(self, file: ReleaseFile, known: str, listing: Listing) -> bool:
        """Whether the site has this very content at this path."""
        there = listing.files.get(file.path)
        if there is None or there.size != file.size:
            return False
        return known == file.sha256 or self._digest(file.path) == file.sha256

    def close(self) -> None:
        self._files.close()

    # ── what is there

    def _look(self) -> _Found:
        listing = self._steadily(self._files.tree)
        stages = tuple(sorted(folder for folder in listing.folders if _STAGE.fullmatch(folder)))
        record = own = self._decoded(RECORD, TargetRecord, listing)
        for stage in stages:  # a server that cannot rename over a file removes the record just before it puts the new
            record = record or self._decoded(f"{stage}/{_NEW_RECORD}", TargetRecord, listing)
        journals = {s: j for s in stages if (j := self._decoded(f"{s}/{JOURNAL}", BurstJournal, listing))}
        void = {stage for journal in journals.values() for stage in journal.supersedes}
        for stage, journal in journals.items():
            if stage in void:
                continue
            held = effective_record(stage, journal, record, listing)
            is_written = own is not None and (own.release, own.files) == (journal.release, held.files)
            if not is_written or journal.pending(stage, listing.files):
                return _Found(held, held == own, listing, stages, (stage, journal))
        return _Found(record, record is own, listing, stages, None)

    def _look_again(self) -> _Found:
        """The last look, unless somebody of ours has published since: to look through all folders can take minutes."""
        found = self._found
        if found is None or found.broken or not found.recorded:
            return self._look()
        top = self._steadily(lambda: self._files.entries([""]))
        is_same = _top(top) == _top(found.listing) and self._decoded(RECORD, TargetRecord, top) == found.record
        return found if is_same else self._look()

    def _decoded(self, path: str, type_: type[_T], listing: Listing) -> _T | None:
        """Treat a damaged one as missing. Hidden files may be missing in the listing of a server."""
        if path not in listing.files and path != RECORD:
            return None
        data = self._steadily(lambda: self._files.read(path))
        try:
            return msgspec.json.decode(data or b"", type=type_)
        except msgspec.MsgspecError:
            return None

    def _holder(self) -> TargetLock | None:
        data = self._steadily(lambda: self._files.read(LOCK))
        try:
            return None if data is None else msgspec.json.decode(data, type=TargetLock)
        except msgspec.MsgspecError:
            return TargetLock("", "", "", "")

    def _digest(self, path: str) -> str:
        return hashlib.sha256(self._steadily(lambda: self._files.read(path)) or b"").hexdigest()

    # ── steps of a delivery

    def _upload(self, stage: str, journal: BurstJournal, blobs: Blobs, sent: Sent) -> None:
        """Stage all files, and see that they are there; nothing of the site is touched."""
        staged = dict(journal.staged(stage))
        trials = {f"{stage}/names/{name}": file.path for file in journal.writes for name in _unusual_folders(file.path)}
        folders = [stage, *folders_above([*staged, *trials])[1:], *sorted(trials)]
        left, total, done = dict(staged), sum(file.size for file in journal.writes), 0

        def written(path: str) -> None:
            nonlocal done
            done += left.pop(path).size
            sent(done, total)

        def step() -> None:
            self._files.make_folders(folders)
            self._files.learn(stage)
            self._files.write(((path, blobs(file)) for path, file in tuple(left.items())), written)

        sent(0, total)
        with _final_names(trials | {path: file.path for path, file in staged.items()}):
            self._steadily(step)
        self._require(staged, self._steadily(lambda: self._files.tree(stage)))

    def _finish(self, stage: str, journal: BurstJournal, found: _Found) -> None:
        """The burst, and what comes after it."""
        staged = [(path, file.path) for path, file in journal.staged(stage)]
        folders = sorted({file.path.rpartition("/")[0] for file in journal.writes})
        try:
            self._steadily(lambda: self._files.remove(journal.in_the_way()))
            self._steadily(lambda: self._remove_empty_folders(journal.in_the_way()))
            self._steadily(lambda: self._burst(stage, staged, found.listing.folders))
            for _, paths in groupby(journal.removes, key=order_of):
                self._steadily(partial(self._files.remove, tuple(paths)))
            self._steadily(lambda: self._remove_empty_folders(journal.removes))
            there = self._steadily(lambda: self._files.entries(folders))
            self._require({file.path: file for file in journal.writes}, there)
            self._write_record(stage, finished_record(journal, found.record, there))
        except PublishError as error:
            raise type(error)(error.message, **{**error.values, "remedy": _HALF}) from None
        with suppress(PublishError):  # the next run removes it
            self._steadily(lambda: self._remove_stage(stage))

    def _burst(self, stage: str, staged: list[tuple[str, str]], there: Container[str]) -> None:
        """Rename what is still staged; called again after a lost connection, or by another run."""
        self._files.learn(stage)
        left = self._files.tree(stage).files
        pairs = [pair for pair in staged if pair[0] in left]
        folders = folders_above(path for _, path in pairs)
        self._files.make_folders([folder for folder in folders if folder not in there])
        for _, group in groupby(pairs, key=lambda pair: order_of(pair[1])):
            self._files.rename(tuple(group))

    @staticmethod
    def _require(files: Mapping[str, ReleaseFile], there: Listing) -> None:
        """Servers have said that they took these files; here is looked whether they have them."""
        for path, file in files.items():
            if path not in there.files or there.files[path].size != file.size:
                raise PublishError(_INCOMPLETE, name=file.path, size=file.size)

    def _write_record(self, stage: str, record: TargetRecord) -> None:
        self._write_whole(f"{stage}/{_NEW_RECORD}", RECORD, msgspec.json.encode(record))

    def _write_whole(self, fresh: str, path: str, data: bytes) -> None:
        """Write a file beside, then rename it."""

        def step() -> None:
            self._files.write([(fresh, data)], lambda _: None)
            self._files.rename([(fresh, path)])

        self._steadily(step)

    # ── tidying

    def _remove_empty_folders(self, removed: Iterable[str]) -> None:
        """Folders that hold nothing any more, of anybody; looked at again, since some servers remove full ones."""
        folders = folders_above(removed)
        while folders:
            there = self._files.entries(folders)
            held = {path.rpartition("/")[0] for path in (*there.files, *there.folders)}
            empty = [folder for folder in folders if folder not in held]
            self._files.remove_folders(empty)
            above = {folder.rpartition("/")[0] for folder in empty}
            folders = [folder for folder in folders if folder in above and folder not in empty]

    def _remove_stages(self, stages: Iterable[str]) -> None:
        for stage in stages:
            self._steadily(partial(self._remove_stage, stage))

    def _remove_stage(self, stage: str) -> None:
        """The journal goes first: with it, a staged file that is gone would be one that was renamed."""
        there = self._files.tree(stage)
        journal = f"{stage}/{JOURNAL}"
        self._files.remove([journal] if journal in there.files else [])
        self._files.remove([path for path in there.files if path != journal])
        self._files.remove_folders([*sorted(there.folders, reverse=True), stage])

    def _steadily(self, step: Callable[[], _T]) -> _T:
        """Do a step that may be done again; with a new connection when the old one breaks, up to three times a run."""
        while True:
            try:
                return step()
            except ConnectionLost:
                while True:
                    pause = next(self._waits, None)
                    if pause is None:
                        raise
                    time.sleep(pause)
                    with suppress(ConnectionLost):
                        self._files.reconnect()
                        break


# ── values


def _new_stage() -> str:
    return f"{STAGE_PREFIX}{secrets.token_hex(16)}"


def _unusual_folders(path: str) -> Iterator[str]:
    return (step for step in path.split("/")[:-1] if not _PLAIN_FOLDER.fullmatch(step))


def _top(listing: Listing) -> Listing:
    """What is directly in the target's folder, the lock left out."""
    files = {path: stat for path, stat in listing.files.items() if "/" not in path and path != LOCK}
    return Listing(files, {folder for folder in listing.folders if "/" not in folder})


def _as_left(file: ReleaseFile, record: TargetRecord, site: Mapping[str, RemoteStat]) -> bool:
    there = site.get(file.path)
    return there is not None and there.size == file.size and record.stamps.get(file.path, there.mtime) == there.mtime


def _is_hidden(path: str) -> bool:
    return path in (RECORD, LOCK) or bool(_STAGE.fullmatch(path.partition("/")[0]))


@contextmanager
def _final_names(names: Mapping[str, str]) -> Iterator[None]:
    """An error that names a staged file names the file of the site instead."""
    try:
        yield
    except PublishError as error:
        name = error.values.get("name")
        if name not in names:
            raise
        raise type(error)(error.message, **{**error.values, "name": names[str(name)]}) from None
