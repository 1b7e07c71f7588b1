"""Publishing by switching: the new release is made beside the old one, then a link is pointed to it in one step.

Leftovers away → the release that is out as hard links → changed files away → new ones in → sizes checked → record →
to the disk → its name → the link. Broken off anywhere before the last step, readers have the old release, after it the
new one; what lies about is removed by the next delivery.
"""

from __future__ import annotations

import re
import secrets
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import suppress

import msgspec

from bulletin.core.errors import PublishError
from bulletin.core.problems import N_
from bulletin.core.publish_targets import PublishTarget
from bulletin.publish.release import ReleaseFile
from bulletin.publish.target import (
    LOCK,
    STAGE_PREFIX,
    Abilities,
    Blobs,
    Delivery,
    Sent,
    TargetLock,
    TargetRecord,
    TargetState,
)
from bulletin.publish.targets.release_host import CURRENT_LINK, RELEASES_FOLDER, FileStamps, HostView, ReleaseHost
from bulletin.publish.targets.remote_files import ConnectionLost, folders_above

_REPEAT = "+"
"""Before the number of a release that was delivered again, in the name of its folder: ``20261127-1+2``."""
_NAME = re.compile(r"[0-9]{8}-[0-9]+(\+[0-9]+)?")
"""Of a release's folder; another that is not complete is not ours."""
_OLD_PREFIX = ".bulletin-"

_NOT_A_LINK = N_(
    "at “{target}”, “{path}/current” is a folder, not a link, so it cannot be switched: rename it there, or write "
    "“how: burst” for the target in content/station.yml."
)
_INCOMPLETE = N_("“{target}” has taken “{name}”, but it is not there with its {size} bytes: publish again.")
_NO_RELEASE = N_("release {release} is not on “{target}” any more. There are: {releases}.")
_NO_LINKS = N_("no link can be switched there: readers may see files of two releases for moments.")
_FIXED = N_("the folder is the server’s root itself: readers may see files of two releases for moments.")
_ROOT = N_("the server’s root must be the link “current” in the target’s folder.")
_FULL_COPIES = N_("its disk has no hard links: each release that is kept takes its full size.")


class SwitchSession:
    """A `TargetSession`. ``clock`` gives seconds since 1970."""

    def __init__(self, host: ReleaseHost, target: PublishTarget, clock: Callable[[], float]) -> None:
        self._host = host
        self._target = target
        self._clock = clock
        self._token = ""
        """Of the lock that this session holds."""
        self._view: HostView | None = None
        """What the last inspection saw."""
        self._opened: HostView | None = None
        """What was seen when the way was chosen, a moment before the first inspection."""

    @property
    def path(self) -> str:
        """The target's folder."""
        return self._target.path

    def can_switch(self) -> bool:
        """Whether this is the way for the target; else it is a burst's. A folder that has files but no releases is
        the server's root itself."""
        if self._target.how:
            return self._target.how == "switch"
        view = self._opened = self._host.look()
        if view.current == "link":
            return True
        if view.current or view.is_burst or (view.has_others and not view.releases):
            return False
        return self._host.facts().switches

    def probe(self) -> Abilities:
        now = self._clock()
        facts = self._host.facts()
        view = self._host.look()
        behind = (now + self._clock()) / 2 - facts.now
        if not facts.switches:
            return Abilities("burst", (_NO_LINKS,), facts.free, behind)
        if not self.can_switch() or view.current == "folder":
            return Abilities("burst", (_FIXED,), facts.free, behind)
        notes = () if view.current else (_ROOT,)
        return Abilities("switch", notes if facts.hard_links else (*notes, _FULL_COPIES), facts.free, behind)

    def inspect(self) -> TargetState:
        view = self._view = self._look(self._opened)
        self._opened = None
        record = _decoded(view.record)
        return TargetState(
            record,
            {path: size for path, (size, _) in view.files.items()},
            self._changed(record, view) if record else frozenset(),
            tuple(dict.fromkeys(_id(name) for name in sorted(view.releases, key=_order, reverse=True))),
        )

    def lock(self, lock: TargetLock) -> TargetLock | None:
        for _ in range(2):
            if self._host.create(LOCK, msgspec.json.encode(lock)):
                self._token = lock.token
                return None
            holder = self._holder()
            if holder:
                break
        else:
            return TargetLock("", "", "", "")
        if holder.token == lock.token:
            self._token = lock.token
            return None
        return holder

    def unlock(self, token: str, *, force: bool = False) -> None:
        holder = self._holder()
        if holder and (force or holder.token == token):
            self._host.unlink([LOCK], [])
        self._token = ""

    def deliver(self, delivery: Delivery, blobs: Blobs, sent: Sent) -> None:
        view, self._view = self._view or self._look(), None
        stage = STAGE_PREFIX + secrets.token_hex(16)
        self._drop_quietly(_leftovers(view))
        try:
            self._host.stage(stage, _source(view), _replaced(delivery, view.files), _emptied(delivery.removes))
            self._host.fill(stage, _contents(delivery, blobs), _counter(delivery, sent))
            record = self._verified(stage, delivery.record)
            name = _free_name(delivery.record.release, {*view.releases, view.out})
            data = msgspec.json.encode(record)
            self._switched(name, lambda: self._host.complete(stage, name, data, self._token))
        except PublishError:
            self._drop_quietly([stage])
            raise
        self._drop_quietly(_outdated(name, view, self._target.keep))

    def resume(self) -> str:
        return ""  # readers never have a half; what lies about is of no use to anybody

    def switch(self, release: str) -> None:
        view = self._look()
        names = sorted((name for name in view.releases if _id(name) == release), key=_order)
        if not names:
            there = ", ".join(dict.fromkeys(_id(name) for name in sorted(view.releases, key=_order, reverse=True)))
            raise PublishError(_NO_RELEASE, release=release, target=self._target.name, releases=there or "–")
        if names[-1] != view.out:
            self._switched(names[-1], lambda: self._host.point(names[-1], self._token))
        self._view = None

    def purge(self, files: Iterable[ReleaseFile]) -> tuple[str, ...]:
        view, self._view = self._look(), None
        wanted: dict[str, set[str]] = {}
        for file in files:
            wanted.setdefault(file.path, set()).add(file.sha256)
        leftovers = _leftovers(view)
        folders = [f"{RELEASES_FOLDER}/{name}" for name in view.releases]
        if not view.out and view.current:
            folders.append(CURRENT_LINK)
        digests = self._host.digests(f"{folder}/{path}" for folder in folders for path in wanted)
        gone = {
            folder: [path for path, those in wanted.items() if digests.get(f"{folder}/{path}") in those]
            for folder in folders
        }
        paths = [f"{folder}/{path}" for folder, some in gone.items() for path in some]
        self._host.drop(leftovers)
        if paths:
            self._host.unlink(paths, _emptied(paths, below=RELEASES_FOLDER))
        for name in view.releases:
            if forgotten := gone[f"{RELEASES_FOLDER}/{name}"]:
                self._forget(name, frozenset(forgotten))
        return (*paths, *(f"{RELEASES_FOLDER}/{name}/" for name in leftovers))

    def close(self) -> None:
        self._host.close()

    # ── what is there

    def _look(self, seen: HostView | None = None) -> HostView:
        view = seen or self._host.look()
        if view.current == "folder":
            raise PublishError(_NOT_A_LINK, target=self._target.name, path=self._target.path)
        return view

    def _changed(self, record: TargetRecord, view: HostView) -> frozenset[str]:
        """Those with another size, and those with another time whose content is another."""
        changed, doubtful = set[str](), {}
        for file in record.files:
            size, modified = view.files.get(file.path, (-1, 0))
            if size != file.size:
                changed.add(file.path)
            elif record.stamps.get(file.path) != modified:
                doubtful[f"{CURRENT_LINK}/{file.path}"] = file
        digests = self._host.digests(doubtful) if doubtful else {}
        changed.update(file.path for path, file in doubtful.items() if digests.get(path) != file.sha256)
        return frozenset(changed)

    def _switched(self, name: str, act: Callable[[], None]) -> None:
        """Where the connection breaks meanwhile, what is out says whether it was done."""
        try:
            act()
        except ConnectionLost:
            if self._host.look().out != name:
                raise

    def _drop_quietly(self, names: Sequence[str]) -> None:
        """What cannot be removed hinders no delivery, and certainly no withdrawal; the next one tries again."""
        with suppress(PublishError):
            self._host.drop(names)

    def _holder(self) -> TargetLock | None:
        data = self._host.read(LOCK)
        try:
            return None if data is None else msgspec.json.decode(data, type=TargetLock)
        except msgspec.MsgspecError:
            return TargetLock("", "", "", "")

    def _verified(self, stage: str, record: TargetRecord) -> TargetRecord:
        """With the times that the files have got; every file is there with its size."""
        there = self._host.listing(stage)
        for file in record.files:
            if there.get(file.path, (-1, 0))[0] != file.size:
                raise PublishError(_INCOMPLETE, target=self._target.name, name=file.path, size=file.size)
        return msgspec.structs.replace(record, stamps={file.path: there[file.path][1] for file in record.files})

    def _forget(self, name: str, paths: frozenset[str]) -> None:
        """Take files out of a release's record."""
        place = f"{RELEASES_FOLDER}/{name}.json"
        if record := _decoded(self._host.read(place)):
            fresh = TargetRecord(
                record.release,
                tuple(file for file in record.files if file.path not in paths),
                tuple(tuple(path for path in some if path not in paths) for some in record.older),
                {path: stamp for path, stamp in record.stamps.items() if path not in paths},
            )
            self._host.replace(place, msgspec.json.encode(fresh))


def _decoded(data: bytes | None) -> TargetRecord | None:
    """Treat a damaged record as missing."""
    try:
        return msgspec.json.decode(data, type=TargetRecord) if data else None
    except msgspec.MsgspecError:
        return None


# ── one delivery


def _source(view: HostView) -> str:
    """What the new release begins as: the files of others in it come along."""
    return (f"{RELEASES_FOLDER}/{view.out}" if view.out else CURRENT_LINK) if view.files else ""


def _replaced(delivery: Delivery, present: FileStamps) -> list[str]:
    """Files that must not come along, since a hard link shares its content with the old release."""
    return [path for path in (*delivery.removes, *(file.path for file in delivery.writes)) if path in present]


def _contents(delivery: Delivery, blobs: Blobs) -> Iterator[tuple[str, bytes]]:
    for file in delivery.writes:
        yield file.path, blobs(file)


def _counter(delivery: Delivery, sent: Sent) -> Callable[[int], None]:
    total, done = sum(file.size for file in delivery.writes), 0
    sent(0, total)

    def taken(count: int) -> None:
        nonlocal done
        done += count
        sent(done, total)

    return taken


def _emptied(paths: Iterable[str], below: str = "") -> list[str]:
    """Folders in which files were, those below first; without that one itself, and those directly in it."""
    found = folders_above(paths)
    if below:
        found = [folder for folder in found if folder.count("/") > below.count("/") + 1]
    return found[::-1]


# ── names of releases


def _id(name: str) -> str:
    return name.partition(_REPEAT)[0]


def _order(name: str) -> tuple[int, ...]:
    """By day, number, and how often it was delivered."""
    return tuple(int(number) for number in re.findall(r"[0-9]+", name))


def _free_name(release: str, taken: set[str]) -> str:
    name, number = release, 1
    while name in taken:
        number += 1
        name = f"{release}{_REPEAT}{number}"
    return name


def _leftovers(view: HostView) -> list[str]:
    """Ours, and of no use to anybody."""
    ours = (name for name in view.incomplete if name.startswith(_OLD_PREFIX) or _NAME.fullmatch(name))
    return [name for name in ours if name != view.out]


def _outdated(name: str, view: HostView, keep: int) -> Sequence[str]:
    """Releases that go: those beyond the newest, and former deliveries of the same; never the one that is out now, nor
    the one before."""
    stay = {name, view.out}
    ordered = sorted({*view.releases, name}, key=_order, reverse=True)
    for each in ordered:
        if len(stay - {""}) >= keep:
            break
        if _id(each) not in {_id(other) for other in stay}:
            stay.add(each)
    return [each for each in ordered if each not in stay and _NAME.fullmatch(each)]
