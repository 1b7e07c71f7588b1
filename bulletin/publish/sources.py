"""Files of a release by path, and when a release ends to be right by itself."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta
from pathlib import Path

from bulletin.build.project import open_project
from bulletin.publish.release import ReleaseFile
from bulletin.write.output import Manifest


def by_path(files: Iterable[ReleaseFile]) -> tuple[ReleaseFile, ...]:
    """Each path once, the last one given, in order."""
    found: Mapping[str, ReleaseFile] = {file.path: file for file in files}
    return tuple(found[path] for path in sorted(found))


def due_time(root: Path, manifest: Manifest, now: datetime) -> str:
    """When what was built ends to be right by itself: `Release.due`."""
    times = [manifest.fresh_until] if manifest.fresh_until else []
    today = open_project(root).today
    if today and today.date == now.date().isoformat():
        times.append(f"{now.date() + timedelta(days=1)}T00:00:00")
    return min(times, default="")
