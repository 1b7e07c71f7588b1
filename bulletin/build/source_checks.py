"""What the rules find in the sources: unchanged sources come from the cache, the others are checked by the workers.

The findings of a source are keyed by its bytes, the fingerprint of the program and what is known of the office.
"""

from __future__ import annotations

import contextlib
from collections.abc import Iterable, Iterator
from hashlib import blake2b
from pathlib import Path
from typing import NamedTuple

import msgspec

from bulletin.build.project import Project
from bulletin.check.findings import Mention, Pragma, SourceFindings, decode_findings
from bulletin.core.files import read_file
from bulletin.core.model import Source
from bulletin.core.problems import N_, Problem, problem
from bulletin.core.progress import Progress, no_progress
from bulletin.read.assets import Assets, is_file_type
from bulletin.read.documents.facts import TOO_LARGE
from bulletin.read.library import Library
from bulletin.read.messages import CheckJob, DocumentJob, Job
from bulletin.read.pool import Pool
from bulletin.read.stamps import digest_of
from bulletin.write.cache import BATCH_SIZE, Cache


class CheckedSources(NamedTuple):
    """What the rules found."""

    by_path: dict[str, SourceFindings]
    """By the path of the source's main file."""
    records: frozenset[str]
    """Keys of the cached findings."""
    lasting: bool
    """False when a source could not be checked, which a retry may not repeat."""

    def __or__(self, other: CheckedSources) -> CheckedSources:
        """Both together."""
        records, lasting = self.records | other.records, self.lasting and other.lasting
        return CheckedSources(self.by_path | other.by_path, records, lasting)

    @property
    def problems(self) -> Iterator[Problem]:
        return (problem for found in self.by_path.values() for problem in found.problems)

    @property
    def pragmas(self) -> Iterator[Pragma]:
        return (pragma for found in self.by_path.values() for pragma in found.pragmas)

    @property
    def pictures(self) -> Iterator[Mention]:
        return (mention for found in self.by_path.values() for mention in found.pictures)

    @property
    def links(self) -> Iterator[Mention]:
        return (mention for found in self.by_path.values() for mention in found.links)


def check_sources(
    project: Project, library: Library, cache: Cache, pool: Pool, progress: Progress = no_progress, *, full: bool = True
) -> CheckedSources:
    """Run the rules over every source; not ``full``: those alone on which it depends whether it may be published.

    A source that could not be checked has the problem I102, and nothing else.
    """
    office = _office_key(project)
    stored = cache.records()
    found: dict[str, SourceFindings] = {}
    used: set[str] = set()
    fresh: dict[str, str] = {}
    for source_key, source in library.by_key().items():
        keys = [blake2b(source_key.encode() + office + kind, digest_size=16).hexdigest() for kind in _KINDS[full]]
        key = next((key for key in keys if key in stored), keys[-1])
        used.add(key)
        if key in stored:
            found[source.paths[0]] = decode_findings(stored[key])
        else:
            fresh[source_key] = key
    lasting = True
    made: list[tuple[str, bytes]] = []
    for done, (source_key, checked, failure) in enumerate(_run(library, cache, pool, fresh, full=full), 1):
        path = library.by_key()[source_key].paths[0]
        lasting = lasting and failure is None
        if failure is None:
            made.append((fresh[source_key], checked))
        found[path] = SourceFindings(problems=(failure,)) if failure else decode_findings(checked)
        progress("check", done, len(fresh))
    missed = [path for key in fresh if (path := library.by_key()[key].paths[0]) not in found]
    found |= {path: _unchecked(path) for path in missed}
    for key, checked in made:  # not before: the workers' threads read from the cache
        cache.put_record(key, checked)
    return CheckedSources(found, frozenset(used), lasting and not missed)


def _unchecked(path: str) -> SourceFindings:
    """Of what was read and then changed or taken away before it could be checked."""
    return SourceFindings(problems=(problem("I102", path, reason=N_("it was changed while it was read")),))


def check_documents(
    project: Project, assets: Assets, cache: Cache, pool: Pool, progress: Progress = no_progress
) -> CheckedSources:
    """Look into every attached file; findings by its path, P119 for one that cannot be looked into in time."""
    attached = {path: asset for path, asset in assets.items() if asset.picture is None and is_file_type(path)}
    if not attached:
        return CheckedSources({}, frozenset(), True)
    office = _office_key(project) + project.fingerprint.encode()
    keys = {
        path: blake2b(office + f"{path}\0{asset.digest}".encode(), digest_size=16).hexdigest()
        for path, asset in attached.items()
    }
    stored = {path: record for path, key in keys.items() if (record := cache.record(key)) is not None}
    found = {path: decode_findings(record) for path, record in stored.items()}
    fresh = [path for path in keys if path not in found]
    if fresh:
        with pool.run(_document_jobs(project.root, {path: attached[path] for path in fresh})) as results:
            for done, (job, result) in enumerate(results, 1):
                given_up = SourceFindings(problems=(problem("P119", job.key, reason=TOO_LARGE),))
                found[job.key] = given_up if result.failure else decode_findings(result.summary)
                cache.put_record(keys[job.key], msgspec.msgpack.encode(found[job.key]))  # also that it takes too long
                progress("check", done, len(fresh))
    missed = [path for path in fresh if path not in found]
    return CheckedSources(found | {path: _unchecked(path) for path in missed}, frozenset(keys.values()), not missed)


def _document_jobs(root: Path, assets: Assets) -> Iterator[Job]:
    """Files that are not what they were when they were found are left out."""
    for path, asset in assets.items():
        with contextlib.suppress(OSError):  # whoever copies it says so
            data = read_file(root / path)
            if digest_of(data) == asset.digest:
                yield DocumentJob(path, path, data)


_KINDS = {True: (b"",), False: (b"", b"gate")}
"""Which cached findings will do: those of all rules always, those of the gate's rules for the gate."""


def _office_key(project: Project) -> bytes:
    """Hash of what is known of the office."""
    known = (project.facts, [file.data for file in project.word_lists])
    return blake2b(msgspec.msgpack.encode(known), digest_size=16).digest()


def _run(
    library: Library, cache: Cache, pool: Pool, fresh: dict[str, str], *, full: bool
) -> Iterator[tuple[str, bytes, Problem | None]]:
    """Key of the source, its findings, and why there are none."""
    if not fresh:
        return
    with pool.run(_jobs(library, cache, fresh, full=full)) as results:
        for job, result in results:
            yield job.key, result.summary, result.failure


def _jobs(library: Library, cache: Cache, fresh: Iterable[str], *, full: bool) -> Iterator[Job]:
    """Sources that can no longer be loaded are left out; reading has said so."""
    keys = list(fresh)
    for first in range(0, len(keys), BATCH_SIZE):
        some = keys[first : first + BATCH_SIZE]
        summaries = dict(cache.summaries(some))
        for key in some:
            source = library.load(key)
            if isinstance(source, Source):
                summary = bytes(summaries.get(key, b""))
                yield CheckJob(key, source, summary, bytes(cache.parts(key) or b"") if summary else b"", full)
