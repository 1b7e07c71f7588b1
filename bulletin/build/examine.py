"""The whole check: the rules for texts, then those for the archive; findings of unchanged sources are cached.

Keys go from coarse to fine as in a build: everything by stamps (changes.py), then one source. A source's findings are
keyed by its bytes, the fingerprint of the program and the facts about the office.
"""

from __future__ import annotations

import functools
import os
from collections.abc import Iterable, Iterator
from datetime import datetime
from hashlib import blake2b
from pathlib import Path

import msgspec

from bulletin.build.changes import (
    check_snapshot_key,
    scan_project,
    site_folder,
    write_check_result,
)
from bulletin.build.guessing import GUESSES_RECORD
from bulletin.build.project import Project, discard_cache, open_cache, open_project, project_lock
from bulletin.build.report import Options
from bulletin.build.survey import Survey, survey
from bulletin.check.archive_rules import ArchiveContext, Published, archive_problems
from bulletin.check.external import External, external_problems
from bulletin.check.findings import Findings, Mention, Pragma, SourceFindings
from bulletin.check.ignoring import silence
from bulletin.check.libraries import unavailable_rules
from bulletin.check.office import Office, make_facts
from bulletin.check.pictures import picture_problems
from bulletin.check.reviews import REVIEWS_FILE, Review, read_reviews
from bulletin.check.source import decode_findings, examine_source
from bulletin.check.wordlists import WORDS_FOLDER, Matcher, WordLists, read_word_lists
from bulletin.core.errors import StationError
from bulletin.core.files import read_file
from bulletin.core.model import Source, SourceFile, Value
from bulletin.core.problems import CODES, N_, Problem, sort_problems
from bulletin.core.progress import Progress, no_progress
from bulletin.editions import EDITIONS
from bulletin.editions.edition import Planned, plan
from bulletin.read.library import Library
from bulletin.read.messages import decode_summary
from bulletin.read.picture_facts import picture_facts
from bulletin.read.pool import Pool
from bulletin.read.scan import Scan
from bulletin.read.sources import printable, unreadable
from bulletin.read.stamps import Stamps
from bulletin.write.cache import Cache, CacheDamaged
from bulletin.write.output import manifest_path, read_manifest

_EXTERNAL = frozenset(("L201", "L202"))
"""Checked with `--external` only."""
_CHECK_ONLY = (
    _EXTERNAL | frozenset(code for code in CODES if code[0] == "A") | frozenset(("L109", "L204", "L205", "P114"))
)
"""Not checked by a build."""


def examine(
    root: Path,
    now: datetime,
    options: Options,
    progress: Progress = no_progress,
    external: External | None = None,
    scan: Scan | None = None,
) -> Findings:
    """All problems of a station. ``external`` sends requests to other websites; without it none is contacted.

    ``scan`` is the caller's scan for changes. Writes nothing but the cache. Raises `BulletinError`.
    """
    project = open_project(root)
    with project_lock(root) as started:
        scan = (scan or scan_project(root)).read_from(started)
        key = check_snapshot_key(root, scan.reliable_key, now, options) if external is None else ""
        try:
            findings, lasting = _examine(project, now, options, progress, external, scan)
        except CacheDamaged:
            discard_cache(root)
            findings, lasting = _examine(project, now, options, progress, external, scan)
        if lasting:
            write_check_result(root, "all", key, findings)
        return findings


def examine_texts(root: Path, known: tuple[Problem, ...] = (), scan: Scan | None = None) -> tuple[Problem, ...]:
    """For a build and the preview: their own problems and those that the rules find in the texts.

    Problems that a comment silences are left out. ``scan`` is the caller's scan for changes.
    """
    project = open_project(root)
    with project_lock(root) as started:
        scan = (scan or scan_project(root)).read_from(started)
        try:
            texts = _examine_texts(project, scan)
        except CacheDamaged:
            discard_cache(root)
            texts = _examine_texts(project, scan)
    kept, _ = silence(sort_problems((*known, *texts.problems)), texts.pragmas, _CHECK_ONLY)
    return sort_problems(kept)


class _TextFindings(Value, frozen=True):
    """Findings in the texts alone, before comments silence any."""

    problems: tuple[Problem, ...]
    pragmas: tuple[Pragma, ...]


def _examine_texts(project: Project, scan: Scan) -> _TextFindings:
    with open_cache(project.root, clean=False) as cache:
        session = CheckSession(project, cache, scan)
        records = session.records()
        facts = picture_facts(project.root, session.store)
        found = [*_of_texts(records), *picture_problems(_mentions(records), facts)]
        found += [*session.words.problems, *session.unread, *session.library.faults(), *unavailable_rules()]
        cache.put_digests(session.stamps.hashed)
        return _TextFindings(tuple(found), tuple(_pragmas(records)))


def _examine(
    project: Project,
    now: datetime,
    options: Options,
    progress: Progress,
    external: External | None,
    scan: Scan,
) -> tuple[Findings, bool]:
    """The findings, and whether they may be cached: a retry would find the same."""
    with open_cache(project.root, clean=options.clean) as cache:
        session = CheckSession(project, cache, scan)
        surveyed = session.survey(now, options, progress)
        planned, collisions = plan(EDITIONS, surveyed.resolved)
        records = session.records(progress)
        found = [*surveyed.problems, *collisions, *session.words.problems, *session.unread, *_of_texts(records)]
        facts = picture_facts(project.root, session.store)
        found += [*picture_problems(_mentions(records), facts), *unavailable_rules()]
        found += archive_problems(
            _archive_context(project, surveyed, _addresses(planned), records, cache, now, options)
        )
        if external is not None:
            found += external_problems(_links(records), project.station, session.store, now, external)
        not_run = frozenset() if external is not None else _EXTERNAL
        kept, silenced = silence(sort_problems(found), _pragmas(records), not_run)
        due = min((i.date for i in surveyed.archive.issues if i.date > now and not i.draft), default=None)
        findings = Findings(sort_problems(kept), silenced, len(surveyed.archive.issues), due.isoformat() if due else "")
        cache.prune_records(session.used)
        return findings, surveyed.readings.lasting and not session.unread


class _ProgramRecords:
    """Other cached data of the rules, keyed by the fingerprint: another version may store something else."""

    def __init__(self, cache: Cache, fingerprint: str) -> None:
        self._cache = cache
        self._fingerprint = fingerprint

    def record(self, key: str) -> bytes | None:
        return self._cache.record(f"{self._fingerprint} {key}")

    def put_record(self, key: str, value: bytes) -> None:
        self._cache.put_record(f"{self._fingerprint} {key}", value)


class CheckSession:
    """The texts and the facts about the office, with the cached findings."""

    def __init__(self, project: Project, cache: Cache, scan: Scan) -> None:
        self._project = project
        self._cache = cache
        self.stamps = Stamps(cache.digests(), scan)
        self.store = _ProgramRecords(cache, project.fingerprint)
        self.library = Library(project.root, project.context, project.fingerprint, self.stamps)
        files = tuple(_word_files(project.root))
        self._lists = tuple(file for file in files if isinstance(file, SourceFile))
        self.unread = tuple(file for file in files if isinstance(file, Problem))
        """Word lists that cannot be read now."""
        known = (make_facts(project.station, WordLists()), [file.data for file in self._lists])
        self._facts = blake2b(msgspec.msgpack.encode(known), digest_size=16).digest()
        """Hash of the facts about the office."""
        self.used: set[str] = {GUESSES_RECORD}
        """Keys of the cache records still in use: current findings, and guesses."""

    @functools.cached_property
    def words(self) -> WordLists:
        """Read lazily: parsing a hundred thousand entries takes a moment."""
        return read_word_lists(self._lists)

    @functools.cached_property
    def office(self) -> Office:
        """Built lazily, for the first text that is not cached."""
        return Office(make_facts(self._project.station, self.words), Matcher(self.words))

    def survey(self, now: datetime, options: Options, progress: Progress = no_progress) -> Survey:
        """The whole archive, including drafts and scheduled issues."""
        everything = msgspec.structs.replace(options, drafts=True, search=False)
        with Pool(self._project.worker_config, options.jobs) as pool:
            return survey(self._project, self.library, self._cache, pool, now, everything, self.stamps, progress)

    def records(self, progress: Progress = no_progress) -> dict[str, SourceFindings]:
        """The findings of every source, by its path."""
        stored = self._cache.records()
        wanted = self.library.by_key()
        found: dict[str, SourceFindings] = {}
        for done, (source_key, source) in enumerate(wanted.items(), 1):
            key = blake2b(source_key.encode() + self._facts, digest_size=16).hexdigest()
            self.used.add(key)
            if key in stored:
                found[source.paths[0]] = decode_findings(stored[key])
                continue
            loaded = self.library.load(source_key)
            if isinstance(loaded, Source):
                found[source.paths[0]] = record = examine_source(loaded, self.office)
                self._cache.put_record(key, msgspec.msgpack.encode(record))
                progress("check", done, len(wanted))
        return found


def word_files(root: Path) -> tuple[SourceFile, ...]:
    """The office's own word lists, by name."""
    return tuple(file for file in _word_files(root) if isinstance(file, SourceFile))


def _word_files(root: Path) -> Iterator[SourceFile | Problem]:
    try:
        paths = sorted((root / WORDS_FOLDER).glob("*.txt"))
    except OSError as error:
        yield unreadable(WORDS_FOLDER, error)
        return
    for path in paths:
        name = printable(path.relative_to(root).as_posix())
        try:
            yield SourceFile(name, read_file(path))
        except OSError as error:
            yield unreadable(name, error)


def review_file(root: Path) -> tuple[Review, ...]:
    """The reviews recorded so far."""
    path = root / REVIEWS_FILE
    try:
        return read_reviews(read_file(path)) if os.path.lexists(path) else ()
    except OSError as error:
        raise StationError(N_("the file cannot be read: {reason}."), path=REVIEWS_FILE, reason=error.strerror) from None


# ── input of the rules for the archive


def _archive_context(
    project: Project,
    surveyed: Survey,
    addresses: frozenset[str],
    records: dict[str, SourceFindings],
    cache: Cache,
    now: datetime,
    options: Options,
) -> ArchiveContext:
    ended = _ended(surveyed)
    published = _published(project, cache, options, surveyed)
    kept = tuple(address for address in published.addresses if not ended or not address.startswith(ended))
    return ArchiveContext(
        archive=surveyed.archive,
        today=now.date(),
        findings=records,
        published=Published(published.dates, kept),
        addresses=addresses,
        reviews=review_file(project.root),
        empty_files=frozenset(asset.path for asset in surveyed.readings.assets.values() if asset.size == 0),
    )


def _addresses(planned: Iterable[Planned]) -> frozenset[str]:
    """Paths of all files that a build would write."""
    return frozenset(path for each in planned for path in each.group.paths)


def _ended(surveyed: Survey) -> tuple[str, ...]:
    """Addresses of search notices with an end date: these may disappear."""
    return tuple(
        f"issues/{issue.id}/{article.slug}/"
        for issue in surveyed.readings.issues
        for section in issue.sections
        for article in section.articles
        if article.until
    )


_PAGES = ("issue ", "page ")
"""Name prefixes of the manifest's groups whose addresses readers may have bookmarked."""


def _published(project: Project, cache: Cache, options: Options, surveyed: Survey) -> Published:
    manifest = read_manifest(manifest_path(project.root, site_folder(project.root, options)))
    dates = {}
    earlier = {key: path for path, key in manifest.good.items() if surveyed.readings.good.get(path) != key}
    for key, summary in cache.summaries(earlier):
        path, reading = earlier[key], decode_summary(summary).reading
        if reading and reading.issue and not reading.issue.draft and reading.issue.date.isoformat() <= manifest.built:
            dates[path] = reading.issue.date.isoformat()
    unreadable = tuple(f"issues/{number}/" for number in surveyed.readings.unreadable)
    addresses = (
        file.path
        for name, group in manifest.groups.items()
        if name.startswith(_PAGES)
        for file in group.files
        if file.path.endswith("index.html") and not file.path.startswith(unreadable)
    )
    return Published(dates, tuple(addresses))


def _of_texts(records: dict[str, SourceFindings]) -> Iterator[Problem]:
    return (problem for record in records.values() for problem in record.problems)


def _pragmas(records: dict[str, SourceFindings]) -> Iterator[Pragma]:
    return (pragma for record in records.values() for pragma in record.pragmas)


def _mentions(records: dict[str, SourceFindings]) -> Iterator[Mention]:
    return (mention for record in records.values() for mention in record.pictures)


def _links(records: dict[str, SourceFindings]) -> Iterator[Mention]:
    return (mention for record in records.values() for mention in record.links)
