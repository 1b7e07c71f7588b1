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

import msgspec

from bulletin.engine import PACKAGED, engine_digest
from bulletin.read.stamps import is_settled
from bulletin.report import Options, Report
from bulletin.write.output import Manifest, Output, manifest_path, read_added, read_manifest


def unchanged(root: Path, now: datetime, options: Options) -> Report | None:
    """The last build's report, when building again would change nothing; None when it might."""
    folder = site_folder(root, options)
    place = manifest_path(root, folder)
    before = Manifest() if options.clean else read_manifest(place)
    if not before.snapshot or read_added(place) or not is_current(before, Output(folder), now):
        return None
    return report_again(before, folder) if snapshot(root, now, options) == before.snapshot else None


def site_folder(root: Path, options: Options) -> Path:
    return (Path(options.out) if options.out else root / "site").resolve()


def is_current(before: Manifest, output: Output, now: datetime) -> bool:
    """Whether no scheduled issue has come due since, and every file is as we left it."""
    due = before.fresh_until and datetime.fromisoformat(before.fresh_until) <= now
    earlier = before.built and datetime.fromisoformat(before.built) > now
    return not due and not earlier and all(map(output.is_current, before.files().values()))


def report_again(before: Manifest, folder: Path) -> Report:
    report = msgspec.msgpack.decode(before.report, type=Report)
    return msgspec.structs.replace(report, out=str(folder), written=0, unchanged=report.pages, removed=0)


# ── all that a build depends on, by stamps

Stamp = tuple[str, int, int, int, int]
"""Path, size, both times in nanoseconds, number on the disk."""


def snapshot(root: Path, now: datetime, options: Options, looked: int | None = None) -> str:
    """Hash of the stamps of all that goes into a build, and of what else it depends on.

    ``looked`` is the disk's time before any of it was read; with it the hash is empty when a file was written so
    shortly before that its stamp may stay the same at the next writing (stamps.py).
    """
    stamps: list[Stamp] = []
    for top in (root / "content", root / "templates", PACKAGED):
        for name, status in sorted(_files(str(top))):
            if looked is not None and not is_settled(status, looked):
                return ""
            stamps.append((name, status.st_size, status.st_mtime_ns, status.st_ctime_ns, status.st_ino))
    told = (engine_digest(), options.drafts, options.search, now.date().isoformat())
    return blake2b(msgspec.msgpack.encode((told, stamps)), digest_size=16).hexdigest()


def _files(top: str) -> Iterator[tuple[str, os.stat_result]]:
    """Every file below a folder; what cannot be looked at has no stamp, and is nothing to a build either."""
    waiting = [top]
    while waiting:
        try:
            entries = list(os.scandir(waiting.pop()))
        except OSError:
            continue
        for entry in entries:
            if entry.is_dir(follow_symlinks=False):
                waiting.append(entry.path)
                continue
            try:
                yield entry.path, entry.stat()
            except OSError:
                yield entry.path, entry.stat(follow_symlinks=False)
