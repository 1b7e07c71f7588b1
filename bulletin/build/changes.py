"""Whether anything has changed since the last build or check: the keys that answer it, coarse to fine.

By **stamps**, without reading anything: a build has nothing to do when every file of the project, of the theme and of
the program has the stamp that it had before the last build began, when every file of the site has the one that build
gave it, and when no issue has come due since; a check, when besides the last build is the same. With 10,000 issues
this takes a tenth of what importing Jinja and Markdown and reading the sources' summaries would; so nothing heavy is
imported here.

By **content**, when stamps differ: the key of the whole site.
"""

from __future__ import annotations

from collections.abc import Iterable
from contextlib import suppress
from datetime import datetime
from hashlib import blake2b
from pathlib import Path
from typing import TYPE_CHECKING, TypeVar

import msgspec

from bulletin.build.report import Options, Report
from bulletin.check.findings import Findings
from bulletin.core.fingerprint import PACKAGED, engine_digest
from bulletin.core.hit_snapshot import SNAPSHOT_FILE
from bulletin.read.scan import Scan, scan_folders
from bulletin.write.output import WORK, Manifest, Output, manifest_path, read_manifest, read_snapshot

if TYPE_CHECKING:
    from bulletin.build.project import Project
    from bulletin.editions.edition import Edition
    from bulletin.read.library import LibraryContents
    from bulletin.render.templates import Theme

_T = TypeVar("_T")


def scan_project(root: Path) -> Scan:
    """Look at every file that a build or a check depends on, and open none."""
    return scan_folders(map(str, (root / "content", root / "templates", PACKAGED, root / WORK / SNAPSHOT_FILE)))


def site_folder(root: Path, options: Options) -> Path:
    return (Path(options.out) if options.out else root / "site").resolve()


# ── a build, by stamps


def snapshot_key(stamps_key: str, now: datetime, options: Options) -> str:
    """Hash of all that a build depends on, from a key of the `Scan`; empty when that is."""
    chunks = (stamps_key, engine_digest(), options.drafts, options.search, options.hits, now.date().isoformat())
    return _hash(chunks) if stamps_key else ""


def last_report(root: Path, now: datetime, options: Options, scan: Scan) -> Report | None:
    """The last build's report, when building again would change nothing; None when it might."""
    folder = site_folder(root, options)
    place = manifest_path(root, folder)
    key = snapshot_key(scan.key, now, options)
    if options.clean or read_snapshot(place) != key:
        return None
    before = read_manifest(place)
    if before.snapshot != key or not is_current(before, Output(folder), now):
        return None
    return report_again(before, folder)


def is_current(before: Manifest, output: Output, now: datetime) -> bool:
    """Whether no scheduled issue has come due since, and every file is as we left it."""
    earlier = before.built and datetime.fromisoformat(before.built) > now
    if before.owned is None or not output.is_current(before.owned) or _is_due(before.fresh_until, now) or earlier:
        return False
    return all(map(output.is_current, before.files.values()))


def report_again(before: Manifest, folder: Path) -> Report:
    """What the last build said, of a build that finds nothing to do."""
    report = msgspec.msgpack.decode(before.report, type=Report)
    again = {"written": 0, "unchanged": report.pages, "removed": 0, "overwritten": (), "changed": (), "foreign": ()}
    return msgspec.structs.replace(report, out=str(folder), **again)


def _is_due(fresh_until: str, now: datetime) -> bool:
    """Whether a scheduled issue has come due since."""
    return bool(fresh_until) and datetime.fromisoformat(fresh_until) <= now


# ── a check, by stamps


def check_snapshot_key(root: Path, stamps_key: str, now: datetime, options: Options) -> str:
    """What all of a check depends on: all of a build, and what the last one made; empty when the stamps' key is."""
    key = snapshot_key(stamps_key, now, options)
    return f"{key} {manifest_stamp(root, options)}" if key else ""


def manifest_stamp(root: Path, options: Options) -> str:
    """The last build into a folder, by the stamp of its manifest."""
    place = manifest_path(root, site_folder(root, options))
    return f"{place} {place.stat().st_mtime_ns}" if place.exists() else "none"


def last_findings(root: Path, now: datetime, options: Options, scan: Scan) -> Findings | None:
    """The last check's findings, when checking again would find the same; None when it might not."""
    found = read_found(root, "all", check_snapshot_key(root, scan.key, now, options), Findings)
    return None if found is None or _is_due(found.fresh_until, now) else found


def read_found(root: Path, name: str, key: str, kind: type[_T]) -> _T | None:
    """What a check has kept under a name, if it was found under the same key; treats a damaged file as missing."""
    try:
        data = _found_path(root, name).read_bytes()
        if blake2b(data[16:], digest_size=16).digest() != data[:16]:
            return None
        before, found = msgspec.msgpack.decode(data[16:], type=tuple[str, kind])  # type: ignore[valid-type]
    except (OSError, msgspec.MsgspecError):
        return None
    return found if key and before == key else None


def write_found(root: Path, name: str, key: str, found: object) -> None:
    """Keep something for the next check, unless the key is empty; where the disk does not let us, that takes longer."""
    if key:
        data = msgspec.msgpack.encode((key, found))
        with suppress(OSError):
            _found_path(root, name).write_bytes(blake2b(data, digest_size=16).digest() + data)


def _found_path(root: Path, name: str) -> Path:
    return root / WORK / f"check-{name}.bin"


# ── by content


def site_key(
    project: Project,
    contents: LibraryContents,
    theme: Theme,
    now: datetime,
    options: Options,
    editions: Iterable[Edition],
) -> str:
    """Hash of all that a build depends on."""
    today = project.today if project.today and project.today.date == now.date().isoformat() else None
    chosen = (options.drafts, options.search, options.hits, [edition.name for edition in editions])
    own = (project.engine, project.station, today, project.hit_snapshot, chosen)
    return _hash((own, contents, tuple(theme.files.items())))


def _hash(value: object) -> str:
    return blake2b(msgspec.msgpack.encode(value), digest_size=16).hexdigest()
