"""The whole check: the rules for texts, then those for the archive; findings of unchanged sources are cached.

Keys go from coarse to fine as in a build: everything by stamps (changes.py), then one source. A source's findings are
keyed by its bytes, the fingerprint of the program and the facts about the office.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from pathlib import Path

import msgspec

from bulletin.build.changes import (
    check_snapshot_key,
    scan_project,
    site_folder,
    write_check_result,
)
from bulletin.build.gating import LastPublished
from bulletin.build.guessing import GUESSES_RECORD
from bulletin.build.moving import OldSite
from bulletin.build.project import ProgramRecords, Project, discard_cache, open_cache, open_project, project_lock
from bulletin.build.published import published_before
from bulletin.build.report import Options
from bulletin.build.survey import Survey, survey
from bulletin.build.text_problems import text_problems
from bulletin.build.worker import worker_pool
from bulletin.check.archive_rules import ArchiveContext, Published, archive_problems
from bulletin.check.external import External, external_problems
from bulletin.check.findings import Findings
from bulletin.check.ignoring import silence
from bulletin.check.station_addresses import station_mentions
from bulletin.core.problems import sort_problems
from bulletin.core.progress import Progress, no_progress
from bulletin.editions import EDITIONS
from bulletin.editions.edition import Planned, plan
from bulletin.read.library import Library
from bulletin.read.messages import decode_summary
from bulletin.read.scan import Scan
from bulletin.read.stamps import Stamps
from bulletin.write.cache import Cache, CacheDamaged
from bulletin.write.output import Output, manifest_path, read_manifest
from bulletin.write.owned import OwnedFiles

_EXTERNAL = frozenset(("L201", "L202"))
"""Checked with `--external` only."""


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
        surveyed = survey_everything(project, cache, scan, now, options, progress)
        checked = surveyed.checked
        planned, collisions = plan(EDITIONS, surveyed.resolved)
        store = ProgramRecords(cache, project.fingerprint)
        found = [*surveyed.problems, *collisions, *text_problems(project, checked, store)]
        found += archive_problems(_archive_context(project, surveyed, _addresses(planned), cache, now, options))
        if external is not None:
            found += external_problems(
                (*checked.links, *station_mentions(project.station, project.address_lines)), store, now, external
            )
        not_run = frozenset() if external is not None else _EXTERNAL
        kept, silenced = silence(sort_problems(found), checked.pragmas, not_run, project.passed)
        due = min((i.date for i in surveyed.archive.issues if i.date > now and not i.draft), default=None)
        findings = Findings(sort_problems(kept), silenced, len(surveyed.archive.issues), due.isoformat() if due else "")
        cache.prune_records({*checked.records, GUESSES_RECORD})
        return findings, surveyed.readings.lasting and checked.lasting and not project.unread_lists


def survey_everything(
    project: Project, cache: Cache, scan: Scan, now: datetime, options: Options, progress: Progress = no_progress
) -> Survey:
    """Read, check and arrange with drafts and scheduled issues, for commands that publish nothing."""
    options = msgspec.structs.replace(options, drafts=True, search=False, check=True)
    stamps = Stamps(cache.digests(), scan)
    public = site_folder(project.root, Options())
    manifest = read_manifest(manifest_path(project.root, public))
    before = published_before(manifest, public)
    library = Library(project.root, project.context, project.fingerprint, stamps, before.copies)
    with worker_pool(project.worker_config, options.jobs) as pool:
        old = OldSite(public, OwnedFiles(Output(public), manifest), manifest)
        last = LastPublished(before=before, old_site=old)
        surveyed = survey(project, library, cache, pool, now, options, stamps, progress, last, all_reviews=True)
    cache.put_digests(stamps.hashed)
    return surveyed


# ── input of the rules for the archive


def _archive_context(
    project: Project,
    surveyed: Survey,
    addresses: frozenset[str],
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
        findings=surveyed.checked.by_path,
        published=Published(published.dates, kept),
        addresses=addresses,
        empty_files=frozenset(asset.path for asset in surveyed.readings.assets.values() if asset.size == 0),
    )


def _addresses(planned: Iterable[Planned]) -> frozenset[str]:
    """Paths of all files that a build would write."""
    return frozenset(path for each in planned for path in each.group.paths)


def _ended(surveyed: Survey) -> tuple[str, ...]:
    """Addresses of notices with an end date: these may disappear."""
    articles = (
        f"issues/{issue.id}/{article.slug}/"
        for issue in surveyed.readings.issues
        for section in issue.sections
        for article in section.articles
        if article.until
    )
    return (*articles, *(f"{page.id}/" for page in surveyed.readings.pages if page.until))


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
    addresses = (
        file.path
        for name, group in manifest.groups.items()
        if name.startswith(_PAGES)
        for file in group.files
        if file.path.endswith("index.html") and not file.path.startswith(surveyed.readings.frozen)
    )
    return Published(dates, tuple(addresses))
