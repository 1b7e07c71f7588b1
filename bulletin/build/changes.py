"""Whether anything has changed since the last build or check; keys are compared from coarse to fine.

By **stamps**, without opening a file: a build is up to date when every file of the project, the theme and the program
has the stamp it had before the last build began, every file of the site the one that build gave it, and no scheduled
issue has come due since; a check, when in addition the last build is the same. With 10,000 issues this takes a tenth
of the time for importing Jinja and Markdown and reading the sources' summaries; so nothing heavy is imported here.

By **content**, when stamps differ: the key of the whole site.
"""

from __future__ import annotations

import os
from collections.abc import Iterable
from contextlib import suppress
from datetime import datetime
from hashlib import blake2b
from pathlib import Path
from typing import TYPE_CHECKING, TypeVar

import msgspec

from bulletin.build.report import Options, Report
from bulletin.check.findings import Findings
from bulletin.core.files import real_path
from bulletin.core.fingerprint import PACKAGED, program_fingerprint
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
    """Scan the stamps of every file that a build or a check depends on; opens none of them.

    Links to folders are not followed, except for folders of sources, which may be on another disk.
    """
    content = root / "content"
    linked = (folder for name in _LINKABLE if os.path.islink(folder := content / name))  # noqa: PTH114 - raises nothing
    return scan_folders(map(str, (content, root / "templates", PACKAGED, root / WORK / SNAPSHOT_FILE, *linked)))


_LINKABLE = ("issues", "pages", "words")
"""Folders of ``content/`` that are read also where they are links."""


def site_folder(root: Path, options: Options) -> Path:
    """What a build with drafts makes never stands where the public site is."""
    own = root / WORK / "drafts" if options.drafts else root / "site"
    return real_path(Path(options.out) if options.out else own)


def public_folder(root: Path, options: Options) -> Path:
    """The folder that tells what readers have; what is built with drafts is not for them."""
    return site_folder(root, msgspec.structs.replace(options, out="") if options.drafts else options)


# ── a build, by stamps


def snapshot_key(stamps_key: str, now: datetime, options: Options) -> str:
    """Hash of all inputs of a build, from a key of the `Scan`; empty when that key is empty."""
    chunks = (stamps_key, program_fingerprint(), *_chosen(options), now.date().isoformat())
    return _hash(chunks) if stamps_key else ""


def last_report(root: Path, now: datetime, options: Options, scan: Scan) -> Report | None:
    """The last build's report when the site is up to date; None when it may be stale."""
    folder = site_folder(root, options)
    path = manifest_path(root, folder)
    key = snapshot_key(scan.key, now, options)
    if options.clean or read_snapshot(path) != key:
        return None
    manifest = read_manifest(path)
    output = Output(folder)
    if manifest.snapshot != key or output.is_staging or not is_current(manifest, output, now):
        return None
    return unchanged_report(manifest, folder)


def is_current(manifest: Manifest, output: Output, now: datetime) -> bool:
    """Whether no scheduled issue has come due since the build, no file of the site was changed, and none in the folders
    outside the project on which it depends.
    """
    from_future = manifest.built and datetime.fromisoformat(manifest.built) > now
    if manifest.owned is None or not output.is_current(manifest.owned):
        return False
    if _is_due(manifest.fresh_until, now) or from_future or folders_key(manifest.around) != manifest.around_key:
        return False
    return all(map(output.is_current, manifest.files.values()))


def folders_key(folders: tuple[str, ...]) -> str:
    """Hash of the stamps of all files in some folders; empty for none."""
    return scan_folders(folders).key if folders else ""


def unchanged_report(manifest: Manifest, folder: Path) -> Report:
    """The last build's report, as that of a build with nothing to do."""
    report = msgspec.msgpack.decode(manifest.report, type=Report)
    changes = {
        "written": 0,
        "unchanged": report.pages,
        "removed": 0,
        "overwritten": (),
        "changed": (),
        "foreign": (),
        "moved": 0,
    }
    return msgspec.structs.replace(report, out=str(folder), **changes)


def _is_due(fresh_until: str, now: datetime) -> bool:
    """Whether a scheduled issue has come due."""
    return bool(fresh_until) and datetime.fromisoformat(fresh_until) <= now


# ── a check, by stamps


def check_snapshot_key(root: Path, stamps_key: str, now: datetime, options: Options) -> str:
    """Hash of all inputs of a check: those of a build, and the last build; empty when ``stamps_key`` is."""
    key = snapshot_key(stamps_key, now, options)
    return f"{key} {_manifest_stamp(root, options)}" if key else ""


def _manifest_stamp(root: Path, options: Options) -> str:
    """Identifies the last build into a folder by the path and modification time of its manifest."""
    path = manifest_path(root, site_folder(root, options))
    return f"{path} {path.stat().st_mtime_ns}" if path.exists() else "none"


def last_findings(root: Path, now: datetime, options: Options, scan: Scan) -> Findings | None:
    """The last check's findings when nothing has changed since; None when they may be stale."""
    findings = _read_check_result(root, "all", check_snapshot_key(root, scan.key, now, options), Findings)
    return None if findings is None or _is_due(findings.fresh_until, now) else findings


def _read_check_result(root: Path, name: str, key: str, kind: type[_T]) -> _T | None:
    """The cached result of this name if its key is the same; a damaged file is treated as missing."""
    try:
        data = _result_path(root, name).read_bytes()
        if blake2b(data[16:], digest_size=16).digest() != data[:16]:
            return None
        stored_key, result = msgspec.msgpack.decode(data[16:], type=tuple[str, kind])  # type: ignore[valid-type]
    except (OSError, msgspec.MsgspecError):
        return None
    return result if key and stored_key == key else None


def write_check_result(root: Path, name: str, key: str, result: object) -> None:
    """Cache a result for the next check, unless the key is empty; a write error only makes that check slower."""
    if key:
        data = msgspec.msgpack.encode((key, result))
        with suppress(OSError):
            _result_path(root, name).write_bytes(blake2b(data, digest_size=16).digest() + data)


def _result_path(root: Path, name: str) -> Path:
    return root / WORK / f"check-{name}.bin"


# ── by content


def site_key(
    project: Project,
    contents: LibraryContents,
    theme: Theme,
    now: datetime,
    options: Options,
    editions: Iterable[Edition],
    published: object = None,
) -> str:
    """Hash of all inputs of a build; of one with drafts also ``published``, what readers have."""
    today = project.today if project.today and project.today.date == now.date().isoformat() else None
    editions_built = [edition.name for edition in editions]
    chosen = (*_chosen(options), editions_built)
    settings = (
        project.fingerprint,
        project.station,
        today,
        project.notices,
        project.hit_snapshot,
        project.withdrawals,
        chosen,
        published if options.drafts else None,
    )
    return _hash((settings, contents, tuple(theme.files.items())))


def _chosen(options: Options) -> tuple[bool, ...]:
    """What a build includes."""
    made = (options.search, options.forms, options.hits, options.check)
    return options.drafts, *made, options.let_go, options.judged


def _hash(value: object) -> str:
    return blake2b(msgspec.msgpack.encode(value, order="deterministic"), digest_size=16).hexdigest()
