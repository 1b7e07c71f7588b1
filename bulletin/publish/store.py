"""The releases of this computer, in `releases/` beside `content/`: what goes out, and from what it was made.

    releases/
    ├── .gitignore            all of it is left out of git: what a purge has removed must not live on in a history
    ├── ledger.jsonl          what happened (see ledger.py)
    ├── manifests/20261127-1.json     a `Release`, one file a line
    └── blobs/ab/ab12….z      contents by their SHA-256: text compressed with zlib, pictures and the like as ``.raw``

A blob is written beside its place and renamed; one that is there is not written again. The manifest comes last, after
its line in the ledger, and names only blobs that are there. So a run that is killed leaves at most blobs that nobody
names, half files with another name, and a line of a release that never was; `prune` removes the files.
Nothing here asks the clock, and nothing touches a network.
"""

from __future__ import annotations

import hashlib
import os
import re
import zlib
from collections.abc import Collection, Iterable, Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager, suppress
from datetime import date
from itertools import islice
from pathlib import Path
from typing import Literal

import msgspec
from filelock import FileLock, Timeout

from bulletin.core.errors import PublishError
from bulletin.core.files import replace_file
from bulletin.core.model import Value
from bulletin.core.problems import N_
from bulletin.publish.ledger import (
    LEDGER,
    Ledger,
    Purged,
    ReleaseMade,
    ledger_entries,
    ledger_problems,
    purged_blobs,
    release_problems,
    releases_out,
)
from bulletin.publish.release import Release, ReleaseFile

RELEASES = "releases"
"""Folder of the releases in a project."""

_ID = re.compile(r"(\d{8})-([1-9]\d{0,8})")
_HASH = re.compile(r"[0-9a-f]{64}")
# fmt: off
_COMPRESSED = (
    ".png", ".jpg", ".jpeg", ".webp", ".gif", ".avif", ".woff", ".woff2", ".pdf", ".docx", ".xlsx", ".pptx", ".zip",
    ".gz", ".epub", ".mp3", ".mp4", ".pagefind", ".pf_fragment", ".pf_index", ".pf_meta", ".pf_filter",
)
# fmt: on
"""Ends of the names of files that zlib makes no smaller."""

_TEXT_SUFFIX, _RAW_SUFFIX = ".z", ".raw"
_LEVEL = 1
"""Of zlib: level 6 takes half as long again for a site that is 8 % smaller."""

_BATCH = 256
_PATIENCE = 60.0
"""Seconds to wait for another program that changes the folder."""

_IGNORED = b"# See bulletin/publish/store.py: what was purged must not live on in the history of git.\n*\n"

_MISSING = N_(
    "the content of “{file}” is missing in the folder of releases ({blob}). Restore this file from a backup, or run "
    "“bulletin publish” to make a new release."
)
_DAMAGED = N_(
    "the content of “{file}” is damaged in the folder of releases ({blob}). Delete that file and restore it from a "
    "backup, or run “bulletin publish” to make a new release."
)
_PURGED = N_("the content of “{file}” was purged; no release can bring it back.")
_BAD_MANIFEST = N_(
    "the manifest of this release is damaged. Restore it from a backup, or delete it: then the release is gone."
)
_TAKEN = N_("a release with the id {id} is there already. Run the command again.")
_LOCKED = N_("another program is changing the releases. Wait until it is done, then repeat the command.")
_UNUSABLE = N_("the folder of releases cannot be used: {reason}.")

DamageKind = Literal["missing", "damaged", "manifest"]


class StoreDamage(Value, frozen=True):
    """Something that a kept release needs and that is not there as it was."""

    kind: DamageKind
    """``manifest``: the list itself cannot be read, so that what it names is not known."""
    release: str
    path: str
    """First file of that release that has the content; empty for a manifest."""
    sha256: str
    place: str
    """From the folder of releases: ``blobs/ab/ab12….z``."""


def manifest_bytes(release: Release) -> bytes:
    """A release as JSON, one file or text a line, so that people can read and compare it."""
    fields = (msgspec.json.encode(name) + b": " + _lines(getattr(release, name)) for name in release.__struct_fields__)
    return b"{\n" + b",\n".join(fields) + b"\n}\n"


def _lines(value: object) -> bytes:
    if not isinstance(value, tuple) or not value:
        return msgspec.json.encode(value)
    return b"[\n  " + b",\n  ".join(map(msgspec.json.encode, value)) + b"\n]"


def next_release_id(day: date, known: Iterable[str]) -> str:
    """The id of the next release: of this day, counting on from the newest of that day.

    Where a known id has a later day, the clock is behind: then that day is taken, so that no id comes twice or sorts
    before one that is older. Ids of another form are passed over.
    """
    newest = max((key for id_ in known if (key := id_order(id_))), default=(0, 0))
    today = int(day.isoformat().replace("-", ""))  # strftime does not pad years everywhere
    return f"{today:08}-1" if newest[0] < today else f"{newest[0]:08}-{newest[1] + 1}"


def id_order(release: str) -> tuple[int, int] | None:
    """Key by which ids sort, oldest first; None for what is no id."""
    found = _ID.fullmatch(release)
    return (int(found[1]), int(found[2])) if found else None


class ReleaseStore:
    """The releases in a folder. Every method raises `PublishError` where the folder cannot be used."""

    def __init__(self, folder: Path) -> None:
        """``folder`` is `RELEASES` in the project; it is made when the first release is."""
        self.folder = folder
        self.ledger = Ledger(folder)
        self._blobs = folder / "blobs"
        self._manifests = folder / "manifests"

    # ── writing

    def put(self, contents: Mapping[str, bytes] | Iterable[tuple[str, bytes]]) -> tuple[ReleaseFile, ...]:
        """Keep contents, given by path; returns them by path. Those that are there already are not written again."""
        pairs = contents.items() if isinstance(contents, Mapping) else contents
        with self._changing(), ThreadPoolExecutor(min(4, os.cpu_count() or 1)) as threads:
            made = [file for batch in _batches(pairs) for file in threads.map(self._put, batch)]
        return tuple(sorted(made, key=lambda file: file.path))

    def _put(self, pair: tuple[str, bytes]) -> ReleaseFile:
        path, data = pair
        file = ReleaseFile(path, hashlib.sha256(data).hexdigest(), len(data))
        if self._place(file.sha256) is None:
            raw = bool(data) and path.lower().endswith(_COMPRESSED)
            place = self._blobs / file.sha256[:2] / (file.sha256 + (_RAW_SUFFIX if raw else _TEXT_SUFFIX))
            place.parent.mkdir(parents=True, exist_ok=True)
            replace_file(place, data if raw else zlib.compress(data, _LEVEL))
        return file

    def add(self, release: Release) -> str:
        """Keep a release whose contents were `put`: its line in the ledger, then its manifest. Returns the SHA-256 of
        the manifest. Raises `PublishError` also when a content is missing, or the id is taken.
        """
        data = manifest_bytes(release)
        hash_ = hashlib.sha256(data).hexdigest()
        with self._changing():
            if release.id in self.ids() or id_order(release.id) is None:
                raise PublishError(_TAKEN, id=release.id)
            for file in (*release.files, *release.sources):
                if self._place(file.sha256) is None:
                    raise self._not_there(file)
            self.ledger.append(
                ReleaseMade(
                    at=release.made,
                    by=release.by,
                    release=release.id,
                    parent=release.parent,
                    made=release.kind,
                    manifest=hash_,
                )
            )
            replace_file(self._manifest(release.id), data, sync=True)
        return hash_

    def prune(self, keep: int = 10, out: Collection[str] = ()) -> tuple[str, ...]:
        """Remove releases beyond the newest ``keep``, contents that none of the others names, and what killed runs
        have left. Returns the ids of the releases that went. Those that are out – by ``out``, or by the ledger on any
        target – stay, however old.
        """
        with self._changing():
            spared = {*out, *releases_out(self.ledger.entries()).values(), *self.ids()[: max(keep, 1)]}
            old = tuple(id_ for id_ in self.ids() if id_ not in spared)
            kept = [self.release(id_) for id_ in self.ids() if id_ in spared]
            for id_ in old:
                self._manifest(id_).unlink(missing_ok=True)
            named = {file.sha256 for release in kept for file in (*release.files, *release.sources)}
            for entry in self._entries_below(self._blobs, self._manifests):
                whole = entry.name.partition(".")[0]
                if entry.name.endswith(".new") or (
                    entry.name.endswith((_TEXT_SUFFIX, _RAW_SUFFIX)) and whole not in named
                ):
                    os.unlink(entry.path)  # noqa: PTH108 - of each of 10,000
        return old

    def purge(
        self, files: Iterable[ReleaseFile], *, because: str, at: str, by: str, manifests: Iterable[Release] = ()
    ) -> tuple[str, ...]:
        """Remove contents, whichever releases name them; returns the SHA-256 of those that were there. ``manifests``
        are kept releases as they are to be. The ledger says so first. Broken off, the same call completes it;
        done already, it writes nothing.
        """
        hashes = sorted({file.sha256 for file in files})
        with self._changing():
            new = {each.id: manifest_bytes(each) for each in manifests if self.release(each.id) != each}
            said = tuple((id_, hashlib.sha256(data).hexdigest()) for id_, data in new.items())
            there = [hash_ for hash_ in hashes if any(place.exists() for place in self._places(hash_))]
            open_ = set(there) | (set(hashes) - purged_blobs(self.ledger.entries()))
            if open_ or said:
                blobs = tuple(sorted(open_))
                self.ledger.append(Purged(at=at, by=by, blobs=blobs, because=because, manifests=said))
            for id_, data in new.items():
                replace_file(self._manifest(id_), data, sync=True)
            for hash_ in there:
                for place in self._places(hash_):
                    place.unlink(missing_ok=True)
        return tuple(there)

    # ── reading

    def ids(self) -> tuple[str, ...]:
        """Of the releases that are kept, newest first."""
        with self._usable():
            names = os.listdir(self._manifests) if self._manifests.is_dir() else []  # noqa: PTH208 - names only
        found = {name.removesuffix(".json"): id_order(name.removesuffix(".json")) for name in names}
        return tuple(sorted((id_ for id_ in found if found[id_]), key=lambda id_: found[id_] or (), reverse=True))

    def release(self, id_: str) -> Release:
        """One release. Raises `PublishError` also when there is none, or its manifest is damaged."""
        place = self._manifest(id_)
        try:
            release = msgspec.json.decode(place.read_bytes(), type=Release)
        except FileNotFoundError:
            message = N_("there is no release {id} here. “bulletin publish list” shows those that are kept.")
            raise PublishError(message, id=id_) from None
        except OSError as error:
            raise _unusable(place, error) from error
        except (msgspec.MsgspecError, UnicodeDecodeError):
            raise PublishError(_BAD_MANIFEST, path=place) from None
        if release.id != id_:
            raise PublishError(_BAD_MANIFEST, path=place)
        return release

    def releases(self) -> tuple[Release, ...]:
        """All that are kept, newest first."""
        return tuple(map(self.release, self.ids()))

    def latest(self) -> Release | None:
        """The newest; None before the first. One that is damaged is not passed over for an older one."""
        ids = self.ids()
        return self.release(ids[0]) if ids else None

    def next_id(self, day: date, known: Iterable[str] = ()) -> str:
        """By `next_release_id`, with the ids of all releases that are kept or were ever made here, and those that
        are ``known`` from targets.
        """
        made = (entry.release for entry in self.ledger.entries() if isinstance(entry, ReleaseMade))
        return next_release_id(day, (*known, *self.ids(), *made))

    def has(self, sha256: str) -> bool:
        """Whether a content is kept."""
        return self._place(sha256) is not None

    def read(self, file: ReleaseFile) -> bytes:
        """The bytes of a file of a release, checked. Raises `PublishError` when they are missing, damaged or purged."""
        place = self._place(file.sha256)
        if place is None:
            raise self._not_there(file)
        with self._usable():
            data = _unpacked(place)
        if data is None or hashlib.sha256(data).hexdigest() != file.sha256:
            raise PublishError(_DAMAGED, file=file.path, blob=self._name(place))
        return data

    # ── checking

    def check(self) -> tuple[StoreDamage, ...]:
        """Manifests and contents that are not as they were, each content once, under the newest release that has it."""
        found: list[StoreDamage] = []
        seen: set[str] = set()
        for id_ in self.ids():
            try:
                release = self.release(id_)
            except PublishError:
                found.append(StoreDamage("manifest", id_, "", "", self._name(self._manifest(id_))))
                continue
            for file in (*release.files, *release.sources):
                if file.sha256 not in seen:
                    seen.add(file.sha256)
                    found += self._damage(id_, file)
        return tuple(found)

    def verify(self) -> tuple[PublishError, ...]:
        """All that is wrong in ledger and store, in words. What was purged is not missing."""
        ledger = self.ledger.read()
        damage = self.check()
        with self._usable():
            manifests = {id_: hashlib.sha256(self._manifest(id_).read_bytes()).hexdigest() for id_ in self.ids()}
        missing = [(found.sha256, found.release, found.path) for found in damage if found.kind == "missing"]
        return (
            *ledger_problems(ledger, f"{self.folder.name}/{LEDGER}"),
            *release_problems(ledger_entries(ledger), manifests, missing),
            *(PublishError(_DAMAGED, file=each.path, blob=each.place) for each in damage if each.kind == "damaged"),
            *(PublishError(_BAD_MANIFEST, path=each.place) for each in damage if each.kind == "manifest"),
        )

    def _damage(self, id_: str, file: ReleaseFile) -> Iterator[StoreDamage]:
        place = self._place(file.sha256)
        try:
            self.read(file)
        except PublishError:
            kind: DamageKind = "missing" if place is None else "damaged"
            yield StoreDamage(kind, id_, file.path, file.sha256, self._name(place or self._places(file.sha256)[0]))

    # ── places

    def _manifest(self, id_: str) -> Path:
        return self._manifests / f"{id_}.json"

    def _places(self, hash_: str) -> tuple[Path, Path]:
        """Where a content may be. A hash that is none, from a manifest that somebody wrote, leads nowhere."""
        safe = hash_ if _HASH.fullmatch(hash_) else "-"
        folder = self._blobs / safe[:2]
        return folder / (safe + _TEXT_SUFFIX), folder / (safe + _RAW_SUFFIX)

    def _place(self, hash_: str) -> Path | None:
        """Where a content is. An empty file is none: that is what a power cut may leave of one."""
        for place in self._places(hash_):
            with suppress(OSError):
                if os.stat(place).st_size:  # noqa: PTH116 - for each of 10,000
                    return place
        return None

    def _name(self, place: Path) -> str:
        return place.relative_to(self.folder).as_posix()

    def _not_there(self, file: ReleaseFile) -> PublishError:
        if file.sha256 in purged_blobs(self.ledger.entries()):
            return PublishError(_PURGED, file=file.path)
        return PublishError(_MISSING, file=file.path, blob=self._name(self._places(file.sha256)[0]))

    def _entries_below(self, *folders: Path) -> Iterator[os.DirEntry[str]]:
        for folder in folders:
            with suppress(FileNotFoundError), os.scandir(folder) as entries:
                for entry in entries:
                    if entry.is_dir(follow_symlinks=False):
                        yield from self._entries_below(Path(entry.path))
                    else:
                        yield entry

    @contextmanager
    def _changing(self) -> Iterator[None]:
        """One program at a time changes the folder; it is made, with its .gitignore, when it is not there."""
        with self._usable():
            self._manifests.mkdir(parents=True, exist_ok=True)
            if not (ignored := self.folder / ".gitignore").exists():
                replace_file(ignored, _IGNORED)
            try:
                with FileLock(self.folder / ".lock", timeout=_PATIENCE):
                    yield
            except Timeout:
                raise PublishError(_LOCKED, path=self.folder) from None

    @contextmanager
    def _usable(self) -> Iterator[None]:
        try:
            yield
        except OSError as error:
            raise _unusable(Path(error.filename or self.folder), error) from error


def _batches(pairs: Iterable[tuple[str, bytes]]) -> Iterator[list[tuple[str, bytes]]]:
    rest = iter(pairs)
    while batch := list(islice(rest, _BATCH)):
        yield batch


def _unusable(place: Path, error: OSError) -> PublishError:
    return PublishError(_UNUSABLE, path=place, reason=error.strerror or type(error).__name__)


def _unpacked(place: Path) -> bytes | None:
    """A blob's content; None where it is damaged."""
    data = place.read_bytes()
    if place.name.endswith(_RAW_SUFFIX):
        return data
    with suppress(zlib.error):
        return zlib.decompress(data)
    return None
