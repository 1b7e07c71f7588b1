"""Reading the content folder: unchanged sources come from the cache, the others are parsed by the workers."""

from __future__ import annotations

import os
from collections.abc import Collection, Iterable, Iterator, Mapping
from functools import cached_property
from hashlib import blake2b
from itertools import chain
from pathlib import Path
from typing import Protocol

import msgspec

from bulletin.core.model import Issue, Page, Ref, Source, Value
from bulletin.core.problems import N_, Problem, problem
from bulletin.core.progress import Progress
from bulletin.read.assets import (
    MAX_PICTURE_BYTES,
    Asset,
    AssetFinder,
    Assets,
    is_file_type,
    is_picture_type,
)
from bulletin.read.messages import Job, JobResult, PictureJob, ReadingSummary, ReadJob, decode_summary
from bulletin.read.numbers import ids_of_name
from bulletin.read.originals import copies_in
from bulletin.read.pool import Pool
from bulletin.read.reading import ReadContext, Reading
from bulletin.read.recordings import read_recordings
from bulletin.read.scan import Stamp
from bulletin.read.sources import (
    UNREADABLE_CODES,
    FoundSource,
    find_sources,
    load_source,
    other_files,
    printable,
    unreadable,
)
from bulletin.read.stamps import Stamped, Stamps, digest_of
from bulletin.read.text_files import folder_of, is_markdown, is_plain, without_suffix


class _ReadingStore(Protocol):
    """Where summaries and parts are kept between builds (write/cache.py)."""

    def known(self, keys: Iterable[str]) -> set[str]: ...
    def summaries(self, keys: Iterable[str]) -> Iterable[tuple[str, bytes]]: ...
    def put(self, key: str, summary: bytes, parts: bytes) -> None: ...
    def put_digests(self, stamped: Stamped) -> None: ...


LibraryContents = tuple[tuple[str, ...], tuple[Problem, ...], tuple[tuple[str, Stamp], ...]]
"""Keys of all sources, problems of unreadable ones, and the stamps of all other files."""


class Library:
    """The sources of a project, found and hashed; only changed files are opened."""

    def __init__(
        self, root: Path, context: ReadContext, fingerprint: str, stamps: Stamps, copies: Collection[str] | None = None
    ) -> None:
        """``copies`` are articles' files with names of copies that were published before; None where nobody knows."""
        self._root = root
        self._top = os.path.join(root, "")  # noqa: PTH118 - for 10,000 paths
        self._begun = blake2b(fingerprint.encode() + b"\0" + msgspec.msgpack.encode(context), digest_size=16)
        """Hash state with what all keys share."""
        self._stamps = stamps
        found, problems = find_sources(root, stamps.scan)
        articles = copies_in((each.paths[1:] for each in found), copies)
        self.found = tuple(_without(articles.left_out, each) for each in found)
        """What is there, without articles' files that are copies of others."""
        self.problems = (*problems, *articles.problems)
        self._versions: dict[str, str] = {}

    @cached_property
    def _keyed(self) -> tuple[dict[str, FoundSource], tuple[Problem, ...]]:
        keyed: dict[str, FoundSource] = {}
        problems = []
        for found in self.found:
            try:
                files = [self._stamps.digest(path, self._top + path) for path in found.paths]
                keyed[self._key(found, files)] = found
                self._versions[found.paths[0]] = " ".join(map(str, chain(found.paths, files)))
            except OSError as error:
                path = os.path.relpath(error.filename, self._root) if error.filename else found.paths[0]
                problems.append(unreadable(printable(path.replace(os.sep, "/")), error))
        return keyed, tuple(problems)

    def _key(self, found: FoundSource, files: list[tuple[str, int]]) -> str:
        """From digest and size of each file."""
        hashed = self._begun.copy()
        for path, (digest, size) in zip(found.paths, files, strict=True):
            hashed.update(f"{found.kind}\0{path}\0{size}\0{digest}\0".encode())
        return hashed.hexdigest()

    def by_key(self) -> dict[str, FoundSource]:
        """Sources by the hash of their content."""
        return self._keyed[0]

    def keys(self) -> tuple[str, ...]:
        return tuple(self._keyed[0])

    def versions(self) -> dict[str, str]:
        """Path of each source → digests of its files, whatever program reads them."""
        self.by_key()
        return self._versions

    def faults(self) -> tuple[Problem, ...]:
        """Why sources could not be found or opened."""
        return (*self.problems, *self._keyed[1])

    def other_files(self) -> tuple[tuple[str, Stamp], ...]:
        """All files that are not sources, with their stamps."""
        return tuple(other_files(self._root, self._stamps.scan))

    def contents(self) -> LibraryContents:
        """All that a build depends on: sources by content, unreadable sources, all other files by stamp."""
        return self.keys(), self.faults(), self.other_files()

    def load(self, key: str) -> Source | Problem:
        """Load a source; a problem when it can no longer be read, or has changed since it was hashed."""
        found = self.by_key()[key]
        source = load_source(self._root, found)
        if isinstance(source, Source):
            files = [(digest_of(file.data), len(file.data)) for file in source.files]
            if self._key(found, files) != key:
                return problem("F109", found.paths[0], reason=N_("it was changed while it was read"))
        return source


def _without(left_out: frozenset[str], found: FoundSource) -> FoundSource:
    if left_out.isdisjoint(found.paths):
        return found
    return msgspec.structs.replace(found, paths=tuple(path for path in found.paths if path not in left_out))


class LastFile(Value, frozen=True):
    """A picture or attachment, as it was."""

    digest: str
    size: int
    """Bytes."""


class LastGood(Value, frozen=True):
    """What earlier builds have read, for what cannot be read now."""

    sources: Mapping[str, str] = {}
    """Path → key of the last good reading."""
    files: Mapping[str, LastFile] = {}
    """By path."""


NOTHING_READ = LastGood()
"""Of a check, which publishes nothing."""


class Readings(Value, frozen=True):
    """The result of `read_library`."""

    issues: tuple[Issue, ...]
    pages: tuple[Page, ...]
    problems: tuple[Problem, ...]
    keys: set[str]
    """Cache keys that are still needed."""
    good: dict[str, str]
    """Path of a source → key of its last good reading."""
    good_files: Mapping[str, LastFile]
    """Path of a picture or attachment → what it was when it was last read."""
    last_good: tuple[str, ...]
    """Sources that cannot be read now and fall back to their last good reading."""
    frozen: tuple[str, ...]
    """Folders of the site that stay as they are: of issues that cannot be read and have no earlier reading, as far as
    known from file names; and what the gate leaves (build/gating.py). ``issues/2014002/``, ``about/``."""
    lasting: bool
    """False when something failed that a retry may not repeat."""
    assets: Assets

    @property
    def ids(self) -> set[str]:
        """Of all issues that have a source, whether it can be read or not."""
        left = (folder.split("/") for folder in self.frozen)
        return {issue.id for issue in self.issues} | {steps[1] for steps in left if steps[0] == "issues"}


def read_library(library: Library, store: _ReadingStore, pool: Pool, good: LastGood, progress: Progress) -> Readings:
    """Read every source; one that cannot be read falls back to its last good reading."""
    wanted = library.by_key()
    known = store.known(wanted)
    fresh = [key for key in wanted if key not in known]
    jobs = _Jobs(library, fresh)
    with pool.run(jobs) as results:
        summaries = {key: decode_summary(summary) for key, summary in store.summaries(known)}
        for done, (job, result) in enumerate(results, 1):
            summaries[job.key] = _keep(job, result, store)
            progress("read", done, len(fresh))
    return _collect(library, summaries | jobs.lost, store, good)


class _Jobs:
    """The sources to be read, loaded lazily."""

    def __init__(self, library: Library, keys: list[str]) -> None:
        self._library = library
        self._keys = keys
        self.lost: dict[str, ReadingSummary] = {}
        """Those that could not be loaded; the next build tries again."""

    def __iter__(self) -> Iterator[Job]:
        for key in self._keys:
            source = self._library.load(key)
            if isinstance(source, Source):
                yield ReadJob(key, source)
            else:
                self.lost[key] = ReadingSummary(problems=(source,), lasting=False)


def _keep(job: Job, result: JobResult, store: _ReadingStore) -> ReadingSummary:
    summary = decode_summary(result.summary)
    if summary.lasting:
        store.put(job.key, result.summary, result.payload)
    return summary


def _collect(library: Library, summaries: dict[str, ReadingSummary], store: _ReadingStore, good: LastGood) -> Readings:
    collector = _Collector(store, good)
    faults = library.faults()
    collector.problems += faults
    parts = [each.path for each in faults if each.code in _PASSING_CODES]
    for key, found in library.by_key().items():
        if key in summaries and not any(_concerns(part, found.paths[0]) for part in parts):
            collector.add(key, found, summaries[key])
    collector.stand_in_for_faults(faults)
    lasting = all(summary.lasting for summary in summaries.values())
    return collector.readings(lasting=lasting and not any(each.code in _PASSING_CODES for each in faults))


_PASSING_CODES = frozenset(UNREADABLE_CODES) - {"F106"}
"""What may be over at the next try, without any file having been touched."""


class _Collector:
    def __init__(self, store: _ReadingStore, good: LastGood) -> None:
        self._store = store
        self._before = good
        self._tried: set[str] = set()
        """Paths of the sources that were found and opened."""
        self._issues: list[Issue] = []
        self._pages: list[Page] = []
        self._good: dict[str, str] = {}
        self._last_good: list[str] = []
        self._frozen: list[str] = []
        self._keys: set[str] = set()
        self.problems: list[Problem] = []

    def add(self, key: str, found: FoundSource, summary: ReadingSummary) -> None:
        reading = summary.reading
        self.problems += (*summary.problems, *(reading.problems if reading else ()))
        self._keys.add(key)
        self._tried.add(found.paths[0])
        if not self._take(key, found.paths[0], reading):
            self._stand_in(found.paths[0])

    def stand_in_for_faults(self, faults: Iterable[Problem]) -> None:
        """Keep what was published of sources that could not be found or opened, alone or with their whole folder."""
        blocked = sorted({each.path for each in faults if each.code in UNREADABLE_CODES})
        lost = [path for path in self._before.sources if any(_concerns(fault, path) for fault in blocked)]
        for path in dict.fromkeys((*lost, *(path for path in blocked if is_markdown(path)))):
            if path not in self._tried:
                self._stand_in(path)

    def _take(self, key: str, path: str, reading: Reading | None) -> bool:
        if reading is None or (reading.issue is None and reading.page is None):
            return False
        if reading.issue:
            self._issues.append(reading.issue)
        if reading.page:
            self._pages.append(reading.page)
        self._good[path] = key
        self._keys.add(key)
        return True

    def _stand_in(self, path: str) -> None:
        """Fall back to the last good reading of this source."""
        key = self._before.sources.get(path, "")
        stored = [decode_summary(summary).reading for _, summary in self._store.summaries([key])]
        if stored and self._take(key, path, stored[0]):
            self._last_good.append(path)
        elif path.startswith("content/issues/") and not is_plain(path):
            self._frozen += (f"issues/{id_}/" for id_ in ids_of_name(_source_name(path)))

    def readings(self, *, lasting: bool) -> Readings:
        return Readings(
            issues=tuple(self._issues),
            pages=tuple(self._pages),
            problems=tuple(self.problems),
            keys=self._keys,
            good=self._good,
            good_files=self._before.files,
            last_good=tuple(self._last_good),
            frozen=tuple(self._frozen),
            lasting=lasting,
            assets={},
        )


def _concerns(fault: str, path: str) -> bool:
    """Whether a source cannot be read as a whole: itself, a folder above it, or a part of its own folder."""
    own = folder_of(path) or path
    return path == fault or path.startswith(f"{fault}/") or fault.startswith(own)


def _source_name(path: str) -> str:
    """What an issue is called: its file, or its folder."""
    steps = path.split("/")
    return without_suffix(steps[2])


# ── pictures and files


def read_assets(
    root: Path,
    readings: Readings,
    own: tuple[Ref, ...],
    fingerprint: str,
    store: _ReadingStore,
    pool: Pool,
    stamps: Stamps,
) -> Readings:
    """Find the files that the texts refer to, and the station's ``own``; decode the new pictures among them."""
    finder = AssetFinder(root, stamps, {path: (last.digest, last.size) for path, last in readings.good_files.items()})
    refs = (*_refs(readings), *own)
    links = [ref for ref in refs if ref.kind == "link"]
    shown = [ref for ref in refs if ref.kind == "picture"]
    files = finder.find(links, is_file_type)
    pictures = finder.find(links, is_picture_type) | finder.find(shown, lambda path: path not in files)
    store.put_digests(stamps.hashed)
    keys = {path: _picture_key(fingerprint, asset) for path, asset in pictures.items()}
    summaries, problems, lasting = _decode(finder, pictures, keys, store, pool)
    voices, heard = read_recordings(finder, readings.issues, fingerprint, store)
    assets = files | voices | {path: _with_picture(asset, summaries[keys[path]]) for path, asset in pictures.items()}
    return msgspec.structs.replace(
        readings,
        assets=assets,
        good_files={path: LastFile(asset.digest, asset.size) for path, asset in assets.items()},
        keys=readings.keys | set(keys.values()) | heard,
        problems=(*readings.problems, *problems, *finder.problems),
        lasting=readings.lasting and lasting and not finder.problems,
    )


def _refs(readings: Readings) -> Iterator[Ref]:
    for issue in readings.issues:
        if issue.refers:
            for text in issue.texts():
                yield from text.refs
    for page in readings.pages:
        for text in page.texts():
            yield from text.refs


def _picture_key(fingerprint: str, asset: Asset) -> str:
    return blake2b(f"{fingerprint}\0{asset.digest}\0{asset.is_drawing}".encode(), digest_size=16).hexdigest()


def _decode(
    finder: AssetFinder, pictures: dict[str, Asset], keys: dict[str, str], store: _ReadingStore, pool: Pool
) -> tuple[dict[str, ReadingSummary], list[Problem], bool]:
    summaries = {key: decode_summary(summary) for key, summary in store.summaries(keys.values())}
    fresh = {key: pictures[path] for path, key in keys.items() if key not in summaries}

    def jobs() -> Iterator[Job]:
        for key, asset in fresh.items():
            try:
                data = finder.read(asset) if asset.size <= MAX_PICTURE_BYTES else b""
            except OSError as error:
                finder.problems.append(unreadable(asset.path, error))
                lost[key] = ReadingSummary(reason=N_("the file cannot be read"), lasting=False)
            else:
                yield PictureJob(key, asset.path, data)

    problems: list[Problem] = []
    lost: dict[str, ReadingSummary] = {}
    if fresh:
        with pool.run(jobs()) as results:
            for job, result in results:
                summaries[job.key] = _keep(job, result, store)
                problems += summaries[job.key].problems
    summaries |= lost
    return summaries, problems, all(summary.lasting for summary in summaries.values())


def _with_picture(asset: Asset, summary: ReadingSummary) -> Asset:
    reason = summary.reason or ("" if summary.picture else N_("it could not be read in time"))
    return msgspec.structs.replace(asset, picture=summary.picture, reason=reason)
