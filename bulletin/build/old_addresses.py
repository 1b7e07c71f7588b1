"""The old addresses of a station as its sources say them now, for whoever tells them to a web server."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from pathlib import Path

from bulletin.arrange.archive import arrange
from bulletin.arrange.old_addresses import old_addresses
from bulletin.build.changes import scan_project
from bulletin.build.gating import NOTHING_PUBLISHED
from bulletin.build.project import Project, discard_cache, open_cache, open_project, project_lock
from bulletin.build.worker import worker_pool
from bulletin.core.progress import Progress
from bulletin.read.library import Library, Readings, read_library
from bulletin.read.scan import Scan
from bulletin.read.stamps import Stamps
from bulletin.write.cache import CacheDamaged


def station_old_addresses(root: Path, now: datetime, jobs: int, progress: Progress) -> Mapping[str, str]:
    """The new address from the server's root by the old one, of drafts too: they will be there one day.

    Writes nothing but the cache. Raises `BulletinError`.
    """
    project = open_project(root)
    with project_lock(root) as started:
        scan = scan_project(root).read_from(started)
        try:
            readings = _readings(project, scan, jobs, progress)
        except CacheDamaged:
            discard_cache(root)
            readings = _readings(project, scan, jobs, progress)
    archive, _, _ = arrange(readings.issues, readings.pages, project.station, None, now, drafts=True)
    return {old: project.station.base_path + path for old, path in old_addresses(archive).items()}


def _readings(project: Project, scan: Scan, jobs: int, progress: Progress) -> Readings:
    with open_cache(project.root, clean=False) as cache, worker_pool(project.worker_config, jobs) as pool:
        stamps = Stamps(cache.digests(), scan)
        library = Library(project.root, project.context, project.fingerprint, stamps)
        readings = read_library(library, cache, pool, NOTHING_PUBLISHED.good, progress)
        cache.put_digests(stamps.hashed)
    return readings
