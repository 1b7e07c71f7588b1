"""Whether anything has changed since the last build, found out without reading anything.

A build has nothing to do when every file of the project, of the theme and of the program has the stamp that it had
before the last build began, when every file of the site has the one that build gave it, and when no issue has come
due since. Everything else is for build.py to find out, by content. Nothing heavy is imported here: with 10,000 issues
this takes a tenth of what importing Jinja and Markdown and reading the sources' heads would.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from datetime import datetime
from hashlib import blake2b
from pathlib import Path
from typing import NamedTuple

import msgspec

from bulletin.build.report import Options, Report
from bulletin.core.fingerprint import PACKAGED, engine_digest
from bulletin.core.hit_snapshot import SNAPSHOT_FILE
from bulletin.read.folders import Folders
from bulletin.read.stamps import is_past
from bulletin.write.output import WORK, Manifest, Output, manifest_path, read_added, read_manifest, read_snapshot


def unchanged(root: Path, now: datetime, options: Options, seen: Seen) -> Report | None:
    """The last build's report, when building again would change nothing; None when it might."""
    folder = site_folder(root, options)
    place = manifest_path(root, folder)
    if options.clean or read_snapshot(place) != seen.key:
        return None
    before = read_manifest(place)
    if before.snapshot != seen.key or read_added(place) or not is_current(before, Output(folder), now):
        return None
    return report_again(before, folder)


def site_folder(root: Path, options: Options) -> Path:
    return (Path(options.out) if options.out else root / "site").resolve()


def is_current(before: Manifest, output: Output, now: datetime) -> bool:
    """Whether no scheduled issue has come due since, and every file is as we left it."""
    due = before.fresh_until and datetime.fromisoformat(before.fresh_until) <= now
    earlier = before.built and datetime.fromisoformat(before.built) > now
    return not due and not earlier and all(map(output.is_current, before.files.values()))


def report_again(before: Manifest, folder: Path) -> Report:
    report = msgspec.msgpack.decode(before.report, type=Report)
    return msgspec.structs.replace(report, out=str(folder), written=0, unchanged=report.pages, removed=0)


# ── all that a build depends on, by stamps

Stamp = tuple[str, int, int, int, int]
"""Path, size, both times in nanoseconds, number on the disk."""


class Seen(NamedTuple):
    """All that goes into a build, as it was looked at."""

    key: str
    """Hash of the stamps, and of what else a build depends on."""
    newest: int
    """When the youngest of the files was written; nanoseconds of the disk's clock."""
    files: dict[str, os.stat_result]
    """What was seen, by place on the disk."""
    folders: Folders
    """Where it lay."""

    def trusted(self, began: int) -> str:
        """The key, for what is read from now on; empty when a file was written so shortly before that its stamp may
        stay the same at the next writing (stamps.py). ``began`` is the disk's time before any of it is read.
        """
        return self.key if is_past(self.newest, began) else ""


def look(root: Path, now: datetime, options: Options) -> Seen:
    """Look at every file, and open none."""
    stamps: list[Stamp] = []
    newest = 0
    files: dict[str, os.stat_result] = {}
    folders = Folders()
    for top in (root / "content", root / "templates", PACKAGED, root / WORK / SNAPSHOT_FILE):
        for name, status in sorted(_files(str(top), folders)):
            files[name] = status
            stamps.append((name, status.st_size, status.st_mtime_ns, status.st_ctime_ns, status.st_ino))
            newest = max(newest, status.st_mtime_ns, status.st_ctime_ns)
    told = (engine_digest(), options.drafts, options.search, options.hits, now.date().isoformat())
    return Seen(blake2b(msgspec.msgpack.encode((told, stamps)), digest_size=16).hexdigest(), newest, files, folders)


def _files(top: str, folders: Folders) -> Iterator[tuple[str, os.stat_result]]:
    """Every file below a folder; what cannot be looked at has no stamp, and is nothing to a build either."""
    if os.path.isfile(top):  # noqa: PTH113 - quicker, and asked for every build
        yield top, os.stat(top)  # noqa: PTH116
    waiting = [top]
    while waiting:
        for entry in folders.entries(waiting.pop()):
            if entry.is_dir(follow_symlinks=False):
                waiting.append(entry.path)
                continue
            try:
                yield entry.path, entry.stat()
            except OSError:
                yield entry.path, entry.stat(follow_symlinks=False)
